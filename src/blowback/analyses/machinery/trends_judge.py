"""From trends to findings: a sentence, what was deleted or concentrated, every null, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.bursts_words import when
from blowback.analyses.machinery.trends_signs import SIGNS
from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Certainty, Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals

EPHEMERAL: Final = Rule(
    "trends.ephemeral.1",
    when="of the posts of a hashtag's fullest 24 hours many more were gone within a day of the peak hour than of other posts of the case "
    "(q <= fdr, ten points and twice as many), and at least one of concentration, entry and wording holds as well",
    unless=("the platform removed the posts", "the organisers of a lawful campaign tidied up after it"),
)
PUSHED: Final = Rule(
    "trends.pushed.1",
    when="concentration and wording hold (q <= fdr), and deletions were not known or not more than elsewhere",
    unless=("a word game or a poem is what the hashtag is for",),
)
UNCLEAR: Final = Rule(
    "trends.cannot_tell.1",
    when="concentration, wording or deletion holds, and not what makes one of the others; entry alone says nothing, for live events give it too",
)
NONE: Final = Rule("trends.none.1", when="hashtags were tested, and for none concentration, wording or deletion holds")
UNTESTABLE: Final = Rule("trends.untestable.1", when="no hashtag has enough posts within 24 hours")
RULES: Final = (EPHEMERAL, PUSHED, UNCLEAR, NONE, UNTESTABLE)
_RULE: Final[dict[str, tuple[Rule, Ruling, Certainty]]] = {
    "ephemeral": (EPHEMERAL, "stands", "inferred"), "pushed": (PUSHED, "stands", "inferred"),
    "cannot_tell": (UNCLEAR, "cannot_tell", "observed"),
}  # fmt: skip
_MOST: Final = {"ephemeral": 50, "pushed": 50, "cannot_tell": 10}
LISTED: Final = 200
_SAYS: Final = {
    "concentration": "two of its posts picked at random are by one account with chance {0:.1%} ({1:.1%} with posts per account as elsewhere)",
    "entry": "{0:.0%} of its accounts first post within the same five minutes ({1:.0%} with entries jittered by half an hour)",
    "deleted": "{0:.0%} of its posts were gone within a day of the peak hour ({1:.1%} of other posts as soon)",
    "wording": "{0:.0%} of its own posts are a few words in a row and no sentence ({1:.0%} elsewhere)",
}
_NULLS: Final = {
    "concentration": ("posts per account as in other 24 hours of the case", "Gumbel's law fitted to 99 draws"),
    "entry": (
        "entries jittered by up to half an hour either way: the burst stays, the minute goes",
        "Gumbel's law fitted to 99 draws",
    ),
    "deleted": (
        "runs of as many consecutive posts elsewhere in the case",
        "beta-binomial with the runs' mean and variance",
    ),
    "wording": (
        "runs of as many consecutive posts elsewhere in the case",
        "beta-binomial with the runs' mean and variance",
    ),
}


def judge(given: Judged) -> Iterator[Finding]:
    """A finding for each trend with signs, the largest first; one sentence for the case where there is none."""
    tables, params = given.tables, dict(given.params)
    if not tables["summary"].num_rows:
        return
    summary = tables["summary"].to_pylist()[0]
    rows = tables["trends"].to_pylist()
    for name, most in _MOST.items():
        mine = sorted((r for r in rows if r["class"] == name), key=lambda r: (-r["posts"], r["value"]))
        for row in mine[:most]:
            yield _trend(row, tables, params, summary)
    if all(r["class"] == "plain" for r in rows):
        yield _none(rows, tables, params, summary)


def _ids(row: dict[str, Any], tables: Any) -> tuple[str, ...]:  # noqa: ANN401  # name -> table
    tagged, numbered = tables["tagged"], tables["numbered"]
    mine = tagged.filter(pc.equal(tagged.column("value"), row["value"])).column("n")
    posts = numbered.filter(pc.is_in(numbered.column("n"), mine.combine_chunks()))
    at = posts.column("posted_at")
    inside = pc.and_(
        pc.greater_equal(at, pa.scalar(row["from_at"], at.type)), pc.less_equal(at, pa.scalar(row["to_at"], at.type))
    )
    posts = posts.filter(inside).sort_by([("posted_at", "ascending"), ("post_id", "ascending")])
    return tuple(posts.column("post_id").slice(0, LISTED).to_pylist())


def _trend(row: dict[str, Any], tables: Any, params: dict[str, Any], summary: dict[str, Any]) -> Finding:  # noqa: ANN401
    rule, ruling, certainty = _RULE[row["class"]]
    held = [n for n in SIGNS if row[f"{n}_holds"]]
    told = "; ".join(
        _SAYS[n].format(row[n], row[f"{n}_expected"])
        for n in ("deleted", "concentration", "wording", "entry")
        if n in held
    )
    tail = {
        "ephemeral": "It was posted and deleted around its own peak.", "pushed": "Few hands made it, in words that are no sentences.",
        "cannot_tell": "Whether that is a made trend cannot be told from so little.",
    }[row["class"]]  # fmt: skip
    lead = "deleted" if row["class"] == "ephemeral" else held[0]
    return Finding(
        id=short_id("F", "trends", rule.id, row["trend_id"]),
        analysis="trends",
        subject=Subject("hashtag", row["value"]),
        says=f"#{row['value']}: {row['posts']:,} posts by {row['accounts']:,} accounts from {when(row['from_at'])} to {when(row['to_at'])} "
        f"UTC; {told}. {tail}",
        certainty=certainty,
        effect=Effect(lead, row[lead], row[f"{lead}_low"], row[f"{lead}_high"], "share",
                      "bootstrap over posts, reflected" if lead == "concentration" else "Wilson"),
        rule=rule.id,
        parameters=params,
        nulls=tuple(
            Null(n, _NULLS[n][0], row[n], row[f"{n}_expected"], row[f"{n}_p"], row[f"{n}_q"], summary["tags"], _NULLS[n][1])
            for n in SIGNS if row[f"{n}_p"] is not None
        ),
        counter_evidence=_against(row, summary),
        evidence=_ids(row, tables),
        evidence_total=row["posts"],
        ruling=ruling,
    )  # fmt: skip


def _against(row: dict[str, Any], summary: dict[str, Any]) -> tuple[str, ...]:
    out = [
        f"Tested, and it does not hold: {_SAYS[n].format(row[n], row[f'{n}_expected'])}."
        for n in SIGNS
        if row[f"{n}_holds"] is False
    ]
    missing = [n for n in SIGNS if row[f"{n}_holds"] is None]
    if "deleted" in missing:
        out.append(
            "The case knows of no post with a time at which it was gone: deletion after the trend could not be tested."
        )
    if other := [n for n in missing if n != "deleted"]:
        out.append(f"Not tested, for want of data: {', '.join(other)}.")
    if row["deleted_holds"]:
        out.append(
            "Posts that a platform removed or an organiser tidied up are gone as well; who removed them is in the table removals."
        )
    if row["wording_holds"]:
        out.append("The answers of a word game and lines of a song are a few words in a row as well.")
    if row["entry_holds"]:
        out.append("A goal, a broadcast or an announced start brings strangers in within the same minutes.")
    if summary["gone"] > summary["gone_timed"]:
        out.append(
            f"Of {summary['gone']:,} posts that are gone, {summary['gone'] - summary['gone_timed']:,} have no time."
        )
    out.append(
        "Whether it reached a list of trends is not in these data; what was deleted before it was collected is missing from them."
    )
    return tuple(out)


def _none(rows: list[dict[str, Any]], tables: Any, params: dict[str, Any], summary: dict[str, Any]) -> Finding:  # noqa: ANN401
    rule = NONE if rows else UNTESTABLE
    known = (
        f"{summary['gone_timed']:,} posts are known to be gone, with a time" if summary["gone_timed"]
        else "no post is known to be gone, so that deletion after a trend could not be tested"
    )  # fmt: skip
    entered = sum(bool(r["entry_holds"]) for r in rows)
    together = f" ({entered} whose accounts entered together, as at any live event)" if entered else ""
    says = (
        f"None of the {len(rows)} hashtags with {params['min_posts']} posts or more within 24 hours has a sign of a made trend{together}; {known}."
        if rows
        else f"No hashtag has {params['min_posts']} posts within 24 hours: no trend could be tested."
    )
    numbered = tables["numbered"].sort_by([("n", "ascending")])
    low, high = intervals.exact_share(0, max(len(rows), 1))
    return Finding(
        id=short_id("F", "trends", rule.id, str(summary["posts"]), str(params["min_posts"])),
        analysis="trends",
        subject=Subject("case", "trends"),
        says=says,
        certainty="observed",
        effect=Effect("trends with a sign", 0.0, low, high, "share", "Clopper-Pearson"),
        rule=rule.id,
        parameters=params,
        nulls=(Null("signs", "each sign's own null", 0, float(params["fdr"]), None, None, len(rows), "Benjamini-Hochberg over signs and trends"),),
        counter_evidence=("A trend whose posts were deleted before they were collected leaves nothing to test.",),
        evidence=tuple(numbered.column("post_id").slice(0, 20).to_pylist()),
        evidence_total=summary["posts"],
        ruling="context",
    )  # fmt: skip
