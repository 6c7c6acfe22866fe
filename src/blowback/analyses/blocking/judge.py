"""From verdicts to findings: what a network blocks of what could be told, what cannot be told, what wants a person's eye."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

from blowback.analyses.blocking.judge_outages import OUTAGE_RULES, judge_outages
from blowback.model.analysis import Judged, Rule
from blowback.model.blocking import BLOCKED, INFORMATIVE
from blowback.model.finding import Effect, Finding, Null, Subject
from blowback.model.ids import short_id
from blowback.tools.intervals import exact_share
from blowback.tools.words import plural

BLOCKS: Final = Rule(
    "blocking.network.1",
    when="at least one name of a network has an artefact of blocking (evidence rows 2 to 5, 10, 12), names counted once, informative ones only",
    unless=("the same answer or page is seen by the control", "an answer's certificate is valid for the name"),
)
LIKELY: Final = Rule(
    "blocking.likely.1",
    when="no artefact, but names fail or differ where a control does not (rows 4, 6, 8, 9, 11, 13, 15)",
)
OPEN: Final = Rule(
    "blocking.open.1", when="names of the network could be told, and none is blocked: with the bound that this leaves"
)
NO_DATA: Final = Rule(
    "blocking.no_data.1",
    when="names were asked in the network, and not one answer tells anything: refusing or dead resolvers, failures without a control",
)
REVIEW: Final = Rule(
    "blocking.review.1",
    when="one page stands for at least five unrelated URLs, no control has it and no published fingerprint knows it: a person should look",
)
RULES: Final = (BLOCKS, LIKELY, OPEN, NO_DATA, REVIEW, *OUTAGE_RULES)
_MOST: Final = 200  # locators kept with a finding


def judge(judged: Judged) -> Iterator[Finding]:
    """Findings for each network with measurements, then collapses of whole networks, then the review queue."""
    by: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in judged.tables["verdicts"].to_pylist():
        by[row["network"]].append(row)
    for network, rows in sorted(by.items()):
        yield _network(network, rows, judged)
    yield from judge_outages(judged)
    for group in judged.tables["review"].to_pylist():
        if group["proposed"] and not group["fingerprint"]:
            yield _group(group, judged)


def _network(network: str, rows: list[dict[str, Any]], judged: Judged) -> Finding:
    blocked = {r["name"] for r in rows if r["state"] in BLOCKED}
    sure = {r["name"] for r in rows if r["state"] == "blocked"}
    told = {r["name"] for r in rows if r["state"] in INFORMATIVE}
    asked = {r["name"] for r in rows}
    low, high = exact_share(len(blocked), len(told))
    rule = BLOCKS if sure else LIKELY if blocked else OPEN if told else NO_DATA
    alone = {r["name"] for r in rows if r["rule"] == "E03.bogon_alone"}
    ways = Counter(r["mechanism"] for r in rows if r["state"] in BLOCKED)
    evidence = [
        r["evidence"]
        for r in sorted(rows, key=lambda r: (r["day"], r["evidence"]))
        if (r["state"] in BLOCKED) == bool(blocked)
    ]
    evidence = list(dict.fromkeys(evidence))
    return Finding(
        id=short_id("F", "blocking", network, rule.id),
        analysis="blocking",
        subject=Subject("network", network),  # members are accounts; names are in its tables
        says=_says(network, rows, blocked, told, asked, ways),
        certainty="observed" if sure or rule is NO_DATA else "inferred",
        effect=Effect("blocked share of names that tell something", len(blocked) / len(told) if told else 0.0, low, high, "share", "Clopper-Pearson"),
        rule=rule.id,
        parameters=dict(judged.params),
        nulls=(Null(
            "faults of sites", "an unroutable address that hardly any other name shares is a site's own fault; so many names have one",
            len(blocked), len(alone), None, None, len(told), "count of names by rule E03.bogon_alone",
        ),),
        counter_evidence=_against(rows, blocked),
        evidence=tuple(evidence[:_MOST]),
        evidence_total=len(evidence),
        ruling="stands" if blocked else "context" if told else "cannot_tell",
    )  # fmt: skip


def _says(
    network: str, rows: list[dict[str, Any]], blocked: set[str], told: set[str], asked: set[str], ways: Counter[str]
) -> str:
    days = sorted({r["day"] for r in rows if r["day"][:2] in ("19", "20")} or {r["day"] for r in rows})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    silent = len(asked - told)
    if not told:
        return f"{network}, {when}: {plural(len(asked), 'name')} {_were(len(asked))} asked and none tells anything; whether it blocks cannot be told from these data."
    rest = f" {silent:,} more {_were(silent)} asked and {'tells' if silent == 1 else 'tell'} nothing." if silent else ""
    if not blocked:
        high = exact_share(0, len(told))[1]
        return f"{network}, {when}: none of {plural(len(told), 'name')} that tell something is blocked; up to {high:.1%} could be (exact 95 %).{rest}"
    how = ", ".join(m.replace(".", " ") or "not told" for m, _ in ways.most_common(3))  # a dot would read as a link
    return f"{network}, {when}: {len(blocked):,} of {plural(len(told), 'name')} that tell something are blocked ({how}).{rest}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _against(rows: list[dict[str, Any]], blocked: set[str]) -> tuple[str, ...]:
    shared = {r["name"] for r in rows if r["cause"] == "collateral?" and r["state"] in BLOCKED}
    opened = {r["name"] for r in rows if r["state"] == "ok"} & blocked
    unready = sum(r["rule"] == "E01.unready" for r in rows)
    out = ["Names are those that somebody put on a list: a share of what was tested, never of the web."]
    if shared:
        out.append(
            f"{plural(len(shared), 'name')} share a poisoned label with others and may not be meant: {' '.join(sorted(shared)[:8])}."
        )
    if opened:
        out.append(
            f"{plural(len(opened), 'name')} of them were also seen open, on another day or at another server: {' '.join(sorted(opened)[:8])}."
        )
    if unready:
        out.append(
            f"{unready:,} of {len(rows):,} verdict rows come from servers that refuse or do not answer; they count as nothing."
        )
    return tuple(out)


def _group(group: dict[str, Any], judged: Judged) -> Finding:
    low, high = exact_share(group["control_pages"], group["pages"] + group["control_pages"])
    title = f" ({group['title']})" if group["title"] else ""
    return Finding(
        id=short_id("F", "blocking", "review", group["cluster"]),
        analysis="blocking",
        subject=Subject("page", short_id("P", group["cluster"])),
        says=f"One page{title} came {plural(group['pages'], 'time')} for {plural(group['owners'], 'unrelated site')} over {plural(group['vantages'], 'vantage')} of {group['networks']}, never at the control: it may be a block page.",
        certainty="inferred",
        effect=Effect("share of the control among its pages", low, low, high, "share", "Clopper-Pearson"),
        rule=REVIEW.id,
        parameters=dict(judged.params),
        nulls=(Null("control", "pages of the same print that the control got", group["pages"], group["control_pages"], None, None, group["pages"], "count"),),
        counter_evidence=("No fingerprint knows it: a person should read it and confirm or dismiss it.",),
        evidence=(group["evidence"],),
        evidence_total=group["pages"],
        ruling="cannot_tell",
    )  # fmt: skip
