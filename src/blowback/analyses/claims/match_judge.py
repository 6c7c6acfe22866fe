"""From the tables of matching to findings: how often, against what chance, how far ahead, and what a source cannot see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from blowback.analyses.claims.match_judge_ahead import ahead_of, skill_of
from blowback.analyses.claims.match_params import WINDOWS
from blowback.analyses.claims.match_sensitivity import WIDEST
from blowback.analyses.claims.match_units import FORWARD, SCORED
from blowback.analyses.claims.match_words import (
    CLASSES,
    LISTED,
    NEAR,
    NO_EVENTS,
    RULES,
    SAYS,
    VERDICTS,
    Row,
    beyond,
    name_of,
    no_better,
    null_of,
    posts_of,
    q_of,
)  # fmt: skip
from blowback.model.analysis import Judged
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals


def judge(given: Judged) -> Iterator[Finding]:
    """Findings for each event source, in order of its name; one that says so where there is none."""
    tables, params = given.tables, dict(given.params)
    verdicts = tables["verdicts"].to_pylist()
    rows = {n: tables[n].to_pylist() for n in ("windows", "leads", "skill", "reliability")}
    sources = sorted({r["event_source"] for r in verdicts})
    if not sources:
        yield from _no_events(tables, params)
    for source in sources:
        mine = {n: [r for r in held if r["event_source"] == source] for n, held in rows.items()}
        told = [r for r in verdicts if r["event_source"] == source]
        for window in WINDOWS:
            yield from _near(source, window, [r for r in mine["windows"] if r["window"] == window], told, params)
        for kind in FORWARD:
            yield from ahead_of(source, kind, mine, told, params)
        yield _verdicts(source, told, mine["reliability"], params)
        yield from skill_of(source, mine["skill"], told, params)


def _near(
    source: str, window: str, rows: Sequence[Row], told: Sequence[Row], params: dict[str, Any]
) -> Iterator[Finding]:
    by = {r["null_model"]: r for r in rows if r["class"] == "all"}
    posts = posts_of(told, "all")
    if not by or not by["A"]["n"] or not posts:
        return
    a, b, c = by["A"], by["B"], by["C"]
    km, before, after = WINDOWS[window]
    when = f"{before:.0f} day{'s' if before != 1 else ''} either way" if before else f"the {after:.0f} days after"
    says = (
        f"Of {a['n']:,} located {CLASSES['all']} that {name_of(source)} covers, {a['observed']:.1%} have an event within {km:.0f} km and {when}; "
        f"{a['expected']:.1%} when their dates are shifted (95 % {a['expected_low']:.1%} to {a['expected_high']:.1%}, {q_of(a)}, {a['draws']} shifts)"
    )
    if b["expected"] is not None:
        says += f", {b['expected']:.1%} when places are dealt anew ({q_of(b)})"
    if c["expected"] is not None:
        says += f", {c['expected']:.1%} at the most attacked places ({q_of(c)})"
    word: Ruling = (
        "stands"
        if all(beyond(r) for r in by.values())
        else "explained"
        if beyond(a) and no_better(c)
        else "cannot_tell"
    )
    yield Finding(
        id=short_id("F", "claims", NEAR.id, source, window, str(a["n"]), str(a["hits"])),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-{window}"),
        says=says + ".",
        certainty="inferred",
        effect=Effect("share with an event in the window", a["observed"], a["low"], a["high"], "share", "Clopper-Pearson"),
        rule=NEAR.id,
        parameters=params,
        nulls=tuple(null_of(by[k], len(by) * len(WINDOWS), f"{k}: {w}", f"{by[k]['draws']} {d}; Benjamini-Hochberg") for k, w, d in (
            ("A", "dates shifted", "circular shifts"), ("B", "places dealt anew", "deals"), ("C", "most attacked places", "resampled weeks"))),
        counter_evidence=_near_against(a, b, c, told, word),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling=word,
    )  # fmt: skip


def _near_against(a: Row, b: Row, c: Row, told: Sequence[Row], word: Ruling) -> tuple[str, ...]:
    out = [
        "An event in the window is any event: neither its type nor who acted is asked for here, and a post may have been written because of it."
    ]
    if vague := sum(r["verdict"] == "too_vague" for r in told):
        out.append(
            f"{vague:,} located clusters are too vague (a country, an unsure place, no time) and stand in no share."
        )
    if a["not_covered"]:
        out.append(
            f"{a['not_covered']:,} located clusters lie where or when the source has no events; they are left out of the shares and of the nulls."
        )
    if b["free"] is not None and b["free"] < 0.8:
        out.append(f"Places could be dealt anew for {b['free']:.0%} of the clusters only.")
    if word == "explained" and c["expected"] is not None and c["expected"] >= a["observed"]:
        out.append(
            "The most attacked places, from event data alone, do as well or better: the claims name where the war is."
        )
    out.append(
        f"With {a['n']:,} clusters a share of one half is known to {100 * 0.98 / a['n'] ** 0.5:.0f} points either way at best."
    )
    return tuple(out)


def _verdicts(source: str, told: Sequence[Row], bins: Sequence[Row], params: dict[str, Any]) -> Finding:
    count = Counter(r["verdict"] for r in told)
    words = (
        "supported", "contradicted", "needs_review", "no_event_found", "not_observable", "pending", "too_vague",
    )  # fmt: skip
    listed = ", ".join(f"{count[w]:,} {w.replace('_', ' ')}" for w in words if count[w])
    held = [r for r in told if r["p0"] is not None]
    chance = sum(r["p0"] for r in held) / max(len(held), 1)
    found = sum(r["verdict"] in ("supported", "contradicted", "needs_review") for r in held)
    alone = sum(r["event_id"] is not None for r in held)
    low, high = intervals.exact_share(count["supported"], max(len(held), 1))
    posts = posts_of(told, "any")
    return Finding(
        id=short_id("F", "claims", VERDICTS.id, source, str(len(told)), listed),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-verdicts"),
        says=f"Of {len(told):,} located clusters, by {name_of(source)}: {listed}. Of the {len(held):,} that were tested {found:,} have a matching event "
        f"({found / max(len(held), 1):.0%}; by chance {chance:.0%}), {alone:,} one that fits no other cluster better.",
        certainty="inferred",
        effect=Effect("share of the tested clusters that the source supports", count["supported"] / max(len(held), 1), low, high, "share", "Clopper-Pearson"),
        rule=VERDICTS.id,
        parameters=params,
        nulls=(Null("base rate", SAYS["base"], found / max(len(held), 1), chance, None, None, len(held), "mean over the tested clusters; q of each in the table"),),
        counter_evidence=_verdicts_against(source, told, bins),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling="context",
    )  # fmt: skip


def _verdicts_against(source: str, told: Sequence[Row], bins: Sequence[Row]) -> tuple[str, ...]:
    blind = sum(r["rule"] == "claims.verdict.not_contained.1" for r in told)
    out = ["No event found is not 'false': what the source missed, or happened otherwise, looks the same."]
    if blind:
        out.append(f"{blind:,} clusters claim what this source does not contain; its silence says nothing of them.")
    if source == "gdelt":
        out.append("GDELT holds reports, which may repeat the claim itself.")
    out.append(_of_sensitivity(told))
    resolved = bins[0]["resolved"] if bins else 0
    if not bins or bins[0]["ece"] is None:
        out.append(f"Forecasts of a match are not calibrated: {resolved} resolved claims, at least 30 are needed.")
    else:
        fair = "" if bins[0]["calibrated"] else ", so they are not calibrated"
        out.append(
            f"Forecasts of a match are off by {bins[0]['ece']:.2f} on average (95 % {bins[0]['ece_low']:.2f} to {bins[0]['ece_high']:.2f}, {resolved:,} claims{fair})."
        )
    out.append(
        "A letter other than F is given from 30 resolved claims on, where it does not hang on how many events the source misses; A is for people to give."
    )
    return tuple(out)


def _of_sensitivity(told: Sequence[Row]) -> str:
    whence = told[0]["sensitivity_from"]
    if whence == "unknown":
        return (
            f"What share of the events that happened the source holds is not known: no probability is given, only its range for {WIDEST[0]:.0%} to {WIDEST[1]:.0%}, and "
            "'supported' holds for all of it. --sensitivity SOURCE=SHARE says it."
        )
    share = next((r["sensitivity"] for r in told if r["sensitivity"] is not None), None)
    held = "" if share is None else f" {share:.0%}"
    if whence == "given":
        return f"The source is taken to hold{held} of the events that happened, as given."
    return f"The source is taken to hold{held} of the events that happened, by what other sources hold; that is rather too high, as they share reporters."


def _no_events(tables: Mapping[str, Any], params: dict[str, Any]) -> Iterator[Finding]:
    if "claims" not in tables:
        return
    columns = tables["claims"].select(["post_id", "posted_at", "claim_id", "lat", "modality"])
    located = [r for r in columns.to_pylist() if r["lat"] is not None and r["modality"] in SCORED]
    located.sort(key=lambda r: (r["posted_at"], r["claim_id"]))
    posts = tuple(dict.fromkeys(r["post_id"] for r in located))
    if not posts:
        return
    yield Finding(
        id=short_id("F", "claims", NO_EVENTS.id, str(len(located))),
        analysis="claims",
        subject=Subject("case", "claims-no-events"),
        says=f"{len(located):,} claims are located and could be held against events; the case has no event data.",
        certainty="observed",
        effect=Effect("located claims", len(located), *intervals.poisson(len(located)), "claims", "Garwood"),
        rule=NO_EVENTS.id,
        parameters=params,
        nulls=(Null("none", "without event data there is no base rate, so nothing is said of any claim", len(located), len(located), None, None, 0, "none"),),
        counter_evidence=("Nothing here speaks for or against any of these claims: ingest UCDP GED, ACLED, GTD, GDELT or a table of events.",),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling="context",
    )  # fmt: skip


__all__ = ["RULES", "judge"]
