"""From releases to findings: a sentence, how far the items stand together, the nulls, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals
from blowback.tools.links import defang
from blowback.tools.words import listed, plural

STAGED: Final = Rule(
    "releases.bundle.1",
    when="items on three hosts, or on two hosts and in two languages, tied by a list, words, file, file name or meaning, that first "
    "appeared closer together than dates dealt anew within each host make them (fdr over all ties); two thirds of the "
    "hosts, and three of them (two in two languages), seeded by accounts that seeded items on several of the hosts or in several languages; at least two posts join them, and at "
    "least half of the posts that seed them do",
    unless=("a newsroom, a label or a project puts its own work out through several channels at once",),
)
EXPLAINED: Final = Rule(
    "releases.explained.1",
    when="such items, but on each host the first was seeded by an account that mostly links that host, and no account joins them (own "
    "feeds: wire copy, syndication), or most posts that seed them carry one alone (apart: a list of links to things that live "
    "by themselves)",
    unless=("accounts that hide behind feeds of their own share the work",),
)
UNCLEAR: Final = Rule(
    "releases.cannot_tell.1",
    when="such items, but one post alone joins them (a reading list would look the same), or too few of the hosts were seeded by accounts that seeded several",
    unless=("another export shows who else joined them",),
)
NONE: Final = Rule(
    "releases.none.1",
    when="links on known hosts were tested and no release stands out",
    unless=(
        "releases behind shortened links, on fewer hosts, slower than the window, or tied by nothing that is seen here",
    ),
)
BLIND: Final = Rule(
    "releases.untestable.1",
    when="no two items on different hosts are tied by anything: nothing could be tested",
    unless=("an export with expanded links",),
)
RULES: Final = (STAGED, EXPLAINED, UNCLEAR, NONE, BLIND)
LISTED: Final = 200
MOST: Final = 40  # findings of one ruling that are written out; the rest is in the table `releases`
_RULE: Final = {"stands": STAGED, "explained": EXPLAINED, "cannot_tell": UNCLEAR}
_SHOWN_HOSTS: Final = 6
_ABSENT: Final = (
    "Absence here is not absence: releases on other platforms, behind shortened links or slower than the window leave no "
    "trace in these tables."
)


def judge(given: Judged) -> Iterator[Finding]:
    """One finding per release, the larger ones first; where none stands, one that says so with its numbers."""
    tables, params = given.tables, dict(given.params)
    rows = tables["releases"].to_pylist()
    whole = tables["summary"].to_pylist()[0]
    habits = _habits(rows)
    for word in _RULE:
        some = [r for r in rows if r["ruling"] == word]
        some.sort(key=lambda r: (-r["n_hosts"], -r["n_languages"], r["p"], r["first_at"], r["release_id"]))
        for row in some[:MOST]:
            yield _release(row, whole, habits[_set(row)] - 1, len(some), tables, params)
    if not any(r["ruling"] == "stands" for r in rows):
        found = _none(whole, tables, params)
        if found:
            yield found


def _set(row: dict[str, Any]) -> str:
    return " | ".join(sorted(row["hosts"].split(" | ")))


def _habits(rows: list[dict[str, Any]]) -> dict[str, int]:
    out: dict[str, int] = {}
    for row in rows:
        out[_set(row)] = out.get(_set(row), 0) + 1
    return out


def span(seconds: float) -> str:
    """A span as a reader says it."""
    if seconds < 1:
        return "the same second"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86400:,.0f} days"


def _listed(names: list[str], most: int) -> str:
    shown = [defang(n) for n in names[:most]]
    more = [f"{len(names) - most} more"] if len(names) > most else []
    return listed(shown + more)


def _release(
    row: dict[str, Any], whole: dict[str, Any], alike: int, of_ruling: int, tables: Any, params: dict[str, Any]  # noqa: ANN401
) -> Finding:  # fmt: skip
    word: Ruling = row["ruling"]
    rule = _RULE[word]
    low, high = intervals.exact_share(row["joining"], max(row["seeding"], 1))
    posts = _posts(tables["carriers"], row["release_id"])
    return Finding(
        id=short_id("F", "releases", rule.id, row["release_id"]),
        analysis="releases",
        subject=Subject("release", row["release_id"]),
        says=_says(row),
        certainty="inferred",
        effect=Effect("seeding posts that join the items", row["joining"] / max(row["seeding"], 1), low, high, "share",
                      "Clopper-Pearson over the posts; posts of one account are not independent, so it is narrower than the truth"),
        rule=rule.id,
        parameters=params,
        nulls=_nulls(row, whole),
        counter_evidence=_against(row, whole, alike, of_ruling),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling=word,
    )  # fmt: skip


def _says(row: dict[str, Any]) -> str:
    hosts = row["hosts"].split(" | ")
    start = row["first_at"].strftime("%Y-%m-%d %H:%M")
    tongues = (row["languages"] or "").split(" | ")
    spoken = f", in {_listed(tongues, 6)}" if row["n_languages"] > 1 else ""
    within = "at the same second" if row["span_s"] < 1 else f"within {span(row['span_s'])}"
    says = (
        f"{plural(row['items'], 'item')} appeared on {row['n_hosts']} hosts {within} from {start} UTC, first on "
        f"{defang(hosts[0])}, then on {_listed(hosts[1:], _SHOWN_HOSTS)}{spoken}; {span(row['usual_s'])} would be usual for things "
        f"of these hosts. {row['joining']} of {plural(row['seeding'], 'post')} that seeded them join several"
    )
    says += f"; {plural(row['accounts'], 'account')} carried them."
    return says + {
        "joint": "",
        "own_feeds": " Each host was seeded by accounts that mostly link it: wire copy or syndication explains it.",
        "apart": " Most posts carry one alone: a list of links to separate things explains it.",
        "one_list": " A single post joins them, and a reading list would look the same: cannot tell.",
        "no_joint_source": " Too few of the hosts were seeded by accounts that seeded several: the same thing reaching hosts by itself would look the same; cannot tell.",
    }.get(row["why"], "")


def _nulls(row: dict[str, Any], whole: dict[str, Any]) -> tuple[Null, ...]:
    return (
        Null("dates", "each item gets the date of another item of its host: hosts keep how busy they are and when",
             row["span_s"] / 60, row["usual_s"] / 60, row["p"], row["q"], whole["tested"],
             "exact range of independent draws (minutes; p counts twelve hosts at most); q is the largest that an item needs: each tie's "
             "closest stretch, Bonferroni over its choices, Benjamini-Hochberg over all ties"),
        Null("copies", "bundles that the same rule makes when all dates are dealt anew within each host", whole["bundles"],
             whole["bundles_by_chance"], None, None, whole["tested"], "mean over the copies, bundles of two hosts included"),
    )  # fmt: skip


def _against(row: dict[str, Any], whole: dict[str, Any], alike: int, of_ruling: int) -> tuple[str, ...]:
    out = [
        "Newsrooms, labels and projects put their own work out on several hosts at once; who made the items cannot be seen here."
    ]
    if row["lists"] and row["listers"] == 1:
        out.append("All posts that list several of the items are by one account.")
    if alike:
        out.append(f"The same hosts stand together in {plural(alike, 'other bundle')}: it may be a routine.")
    if row["house"] and row["ruling"] == "stands":
        out.append("On each host the items were seeded by accounts that mostly link that host.")
    if "words" in row["basis"] and "list" not in row["basis"]:
        out.append("The items are tied by the words around them, not by their content, which is not looked at.")
    if "meaning" in row["basis"]:
        out.append("Language versions are joined by a model of meaning: same matter, not proven to be the same item.")
    if row["p"] > 0.01:
        out.append("The hosts hold few items, so their calendars tell little: the span alone would not convince.")
    if whole["short_links"]:
        out.append(
            f"{whole['short_links']:,} of {whole['links']:,} links are behind shorteners; hosts behind them are not counted."
        )
    if (coarse := whole["resolution_s"]) > 1:
        out.append(f"Times are multiples of {span(coarse)}: a span of 0 means anything below that.")
    if of_ruling > MOST:
        out.append(f"It is one of {of_ruling:,} with this ruling; {MOST} are written out, all are in the table.")
    return tuple(out)


def _posts(carriers: pa.Table, name: str) -> tuple[str, ...]:
    """Posts that join the items, in time order; where none does, the first that carried one."""
    mine = carriers.filter(pc.and_(pc.equal(carriers.column("release_id"), name), carriers.column("own")))
    mine = mine.sort_by([("posted_at", "ascending"), ("post_id", "ascending")])
    joins = mine.filter(mine.column("joins"))
    return tuple(dict.fromkeys((joins if joins.num_rows else mine).column("post_id").to_pylist()))


def _none(whole: dict[str, Any], tables: Any, params: dict[str, Any]) -> Finding | None:  # noqa: ANN401
    evidence = _sample(tables)
    if not evidence:
        return None
    blind = whole["tested"] == 0
    rule = BLIND if blind else NONE
    short = f"{whole['short_links']:,} of {whole['links']:,} links are behind shorteners, whose hosts cannot be seen"
    if blind:
        says = f"Releases could not be looked for: {short}, and no two items on different hosts are tied by anything."
    else:
        says = (
            f"No release stands out: of {plural(whole['tested'], 'list, wording or file name')} that tie items on different hosts, "
            f"{whole['close']:,} do so within {span(int(params['window']))} and {whole['passed']:,} closer than dealt dates make them; they "
            f"make {plural(whole['bundles'], 'bundle')}, {whole['small']:,} on too few hosts to be told from everyday cross-posting. {short[0].upper()}{short[1:]}."
        )
    low, high = intervals.exact_share(whole["close"], max(whole["tested"], 1))
    return Finding(
        id=short_id("F", "releases", rule.id, str(params["window"]), str(params["least_hosts"])),
        analysis="releases",
        subject=Subject("case", "releases-none"),
        says=says,
        certainty="observed",
        effect=Effect("ties that hold within the window", whole["close"] / max(whole["tested"], 1), low, high, "share",
                      "Clopper-Pearson"),
        rule=rule.id,
        parameters=params,
        nulls=(Null("copies", "bundles when all dates are dealt anew within each host", whole["bundles"],
                    whole["bundles_by_chance"], None, None, whole["tested"], "mean over the copies"),),
        counter_evidence=(_ABSENT,),
        evidence=evidence,
        evidence_total=whole["links"],
        ruling="context",
    )  # fmt: skip


def _sample(tables: Any) -> tuple[str, ...]:  # noqa: ANN401  # name -> table
    if "carried" not in tables or not tables["carried"].num_rows:
        return ()
    keys = [("posted_at", "ascending"), ("post_id", "ascending")]
    acts = tables["carried"]
    return tuple(dict.fromkeys(acts.column("post_id").take(pc.sort_indices(acts, sort_keys=keys)[:40]).to_pylist()))[
        :20
    ]
