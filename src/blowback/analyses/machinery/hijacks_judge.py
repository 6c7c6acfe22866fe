"""From strands to findings: the sentence, its nulls, what speaks against it, and the posts behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals
from blowback.tools.words import plural

REPURPOSED: Final = Rule(
    "hijacks.repurposed.2",
    "posts under a tag stand apart from the tag's sub-topics in their language by words, or by borrowed wordings (q at or below the "
    "limit over every marker of every tag), in three wordings or more, by accounts without ties to the tag's others, who were there before",
    unless=(
        "they are mostly answers or reports",
        "their authors are at home under the tag",
    ),
)
LAWFUL: Final = Rule(
    "hijacks.lawful.1",
    "posts stand apart by the same test, and two thirds of them answer a campaign (counter) or report on it (news)",
)
OWN: Final = Rule(
    "hijacks.own_people.1",
    "posts stand apart by the same test, and at least half of their authors, and as many as by chance, are at home under the tag",
)
UNCLEAR: Final = Rule(
    "hijacks.cannot_tell.2",
    "posts stand apart by the same test, but as many as the others', or from the start, or one wording repeated",
)
EXPOSURE: Final = Rule(
    "hijacks.exposure.1",
    "a tag was re-purposed: possible exposures of people outside, from those who visibly reacted to views, followers and users of the tag",
)
NONE: Final = Rule("hijacks.none.1", "markers were tested and none stands apart")
UNTESTED: Final = Rule(
    "hijacks.untested.1", "there are posts under tags, but no tag with a marker that is large enough to be tested"
)
RULES: Final = (REPURPOSED, LAWFUL, OWN, UNCLEAR, EXPOSURE, NONE, UNTESTED)
LISTED: Final = 200
_RULED: Final[dict[str, tuple[Rule, Ruling]]] = {
    "repurposed": (REPURPOSED, "stands"), "counter": (LAWFUL, "explained"), "news": (LAWFUL, "explained"),
    "own_people": (OWN, "explained"), "cannot_tell": (UNCLEAR, "cannot_tell"),
}  # fmt: skip


def judge(given: Judged) -> Iterator[Finding]:
    """One finding per strand; where a tag was re-purposed, one on its possible exposures; else one that says so."""
    tables, params = given.tables, dict(given.params)
    strands = [r for r in tables["tags"].to_pylist() if r["strand"]]
    summary = tables["summary"].to_pylist()
    family = summary[0]["tested"] if summary else 0
    for row in strands:
        posts = _posts(tables["posts"], row)
        if posts.num_rows:
            yield _strand(row, posts, params, family)
            if row["class"] == "repurposed" and row["hijack"]:
                yield _exposure(row, posts, params)
    if not strands and summary and summary[0]["first_id"]:
        yield _nothing(summary[0], params)


def _posts(table: pa.Table, row: dict[str, Any]) -> pa.Table:
    mine = pc.and_(pc.equal(table.column("value"), row["value"]), pc.equal(table.column("strand"), row["strand"]))
    return table.filter(mine).sort_by([("posted_at", "ascending"), ("post_id", "ascending")])


def _evidence(posts: pa.Table, only: str | None = None) -> tuple[tuple[str, ...], int]:
    some = posts.filter(pc.equal(posts.column("class"), only)) if only else posts
    ids = (some if some.num_rows else posts).column("post_id").to_pylist()
    return tuple(ids[:LISTED]), len(ids)


def _strand(row: dict[str, Any], posts: pa.Table, params: dict[str, Any], family: int) -> Finding:
    rule, ruling = _RULED[row["class"]]
    evidence, total = _evidence(posts, "hijack" if ruling == "stands" else None)
    return Finding(
        id=short_id("F", "hijacks", rule.id, row["value"], str(row["strand"]), evidence[0]),
        analysis="hijacks",
        subject=Subject("hashtag", row["value"]),
        says=_says(row),
        certainty="inferred",
        effect=Effect("re-purposed share of the tag's posts from onset on", row["share"], row["share_low"], row["share_high"], "share",
                      "bootstrap over accounts; the low end takes only posts with a chance of nine in ten, the high end all with one in ten"),
        rule=rule.id,
        parameters=params,
        nulls=_nulls(row, family),
        counter_evidence=_against(row),
        evidence=evidence,
        evidence_total=total,
        ruling=ruling,
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.095 or share == 0 else f"{100 * share:.1f} %"


def _says(row: dict[str, Any]) -> str:
    tag, of = (
        f"#{row['value']}",
        f"{plural(row['strand_posts'], 'post')} by {plural(row['strand_accounts'], 'account')}",
    )
    when = f"{row['onset_at']:%d %B %Y, %H:%M} UTC"
    words = (
        f"{_percent(row['drift'])} of the words in the posts of its clearest marker are theirs and strange to the tag's others, "
        f"{_percent(row['drift_usual'])} in the tag's usual sub-topics"
    )
    if row["borrowed"] and not (row["drift_z"] >= 2 and row["drift"] > row["drift_usual"]):
        words = (
            f"{plural(row['borrowed'], 'post')} of its clearest marker take over what others wrote and add the marker; "
            f"{_percent(row['borrowed_usual'])} of the tag's other posts take over anything"
        )
    split = f"{row['hijack']:,} read as the thing itself, {row['counter']:,} as answers, {row['news']:,} as reports"
    if row["class"] == "repurposed":
        return (
            f"{tag} was re-purposed from {when}: {of} speak of something else than the {row['accounts'] - row['strand_accounts']:,} other "
            f"accounts under it ({_percent(row['share'])} of its posts from then on [{_percent(row['share_low'])}, "
            f"{_percent(row['share_high'])}]). {words}; {split}."
        )
    told = {
        "counter": f"Under {tag}, {of} speak about a campaign, and mostly against it",
        "news": f"Under {tag}, {of} speak of something else than the rest, and mostly report it",
        "own_people": f"Under {tag}, {of} took up something of their own; they are the tag's own people",
        "cannot_tell": f"Under {tag}, {of} stand apart from the rest; whether the tag was re-purposed cannot be told",
    }[row["class"]]
    return f"{told}: {row['reason']}. {words[0].upper()}{words[1:]}; {split}."


def _nulls(row: dict[str, Any], family: int) -> tuple[Null, ...]:
    drift = Null(
        "sub-topics", "the posts under the same tag in the same language that hold one word and what is like them, for many words: what "
        "a sub-topic of the tag looks like by the same measure", row["drift"], row["drift_usual"], row["p"], row["q"], family,
        f"robust z = {row['drift_z']:.1f} against {row['placebos']} placebos, weighed by their accounts, Student's t; or a binomial test of borrowed wordings; the "
        "smaller p doubled; Benjamini-Hochberg over every marker of every tag",
    )  # fmt: skip
    ties = Null(
        "dealt", "the strand dealt among the tag's posts at random: authors without a tie to the tag's others", row["novelty"],
        row["novelty_usual"], row["p_novelty"], None, 1, "200 random draws",
    )  # fmt: skip
    order = Null(
        "order", "the tag's accounts in random order: how many of the others come before all of the strand's authors", float(row["before"]),
        (row["accounts"] - row["strand_accounts"]) / (row["strand_accounts"] + 1), row["p_before"], None, 1, "exact (hypergeometric)",
    )  # fmt: skip
    bundle = Null(
        "bundles", "as many posts drawn from the tag at random: share with markers that are theirs alone", row["bundling"],
        row["bundling_usual"], None, None, 1, "40 random draws; no p, because the strand was found by its markers",
    )  # fmt: skip
    return drift, ties, order, bundle


def _against(row: dict[str, Any]) -> tuple[str, ...]:
    out = []
    if row["singles"]:
        out.append(
            f"Of {row['singles']:,} of its {row['strand_accounts']:,} authors, one post under the tag is all that is known: whether they "
            "belong to its others cannot be seen."
        )
    if row["p_novelty"] > 0.05:
        out.append(
            f"{_percent(row['novelty'])} of its authors have no visible tie to the tag's others; {_percent(row['novelty_usual'])} "
            "would have none by chance: ties do not set them apart."
        )
    if row["before"] < 10:
        out.append(f"Only {row['before']} other accounts used the tag before it began in these data.")
    if row["tongue"]:
        out.append(
            f"Most of it is in a language or script that few of the tag's others use ({row['tongue']}): its words were held against theirs alone."
        )
    if row["counter"] + row["news"]:
        out.append(
            f"{row['counter'] + row['news']:,} of its posts are answers or reports by generic cues; cues miss some, and take some wrongly."
        )
    out.append(
        "A sub-topic that newcomers bring along lawfully (a charity, a sponsor, a song) looks the same: read the posts."
    )
    out.append("The others' posts are counted and not listed.")
    return tuple(out)


def _exposure(row: dict[str, Any], posts: pa.Table, params: dict[str, Any]) -> Finding:
    evidence, total = _evidence(posts, "hijack")
    low, high, unknown = row["exposure_low"], row["exposure_high"], row["exposure_unknown"]
    reach = (
        f"between {low:,} and about {high:,}"
        if high is not None
        else f"at least {low:,}, with no upper end that these data give"
    )
    says = (
        f"Possible exposures of people outside to the re-purposed posts under #{row['value']}: {reach}. {plural(low, 'account')} outside "
        f"visibly reacted; {plural(row['exposure_beside'], 'account')} outside used the tag meanwhile and may have met them."
    )
    top = float(high if high is not None else max(low, row["exposure_beside"]))
    null = Null("none", "no baseline: a range of what the data allow, not a test", float(low), float(row["exposure_beside"]), None, None, 1,
                "counts of accounts, views and followers")  # fmt: skip
    gone = (
        f"{plural(unknown, 'author')} of {row['strand_accounts']:,} have neither views nor followers here: what they reached is in neither end."
        if unknown else "Views or followers are known for every author."
    )  # fmt: skip
    return Finding(
        id=short_id("F", "hijacks", EXPOSURE.id, row["value"], str(row["strand"]), evidence[0]),
        analysis="hijacks",
        subject=Subject("hashtag", row["value"]),
        says=says,
        certainty="inferred",
        effect=Effect("possible exposures, from the lower end to the upper", float(low), float(low), top, "people",
                      "bounds: accounts that reacted; views or followers of the authors and other users of the tag"),
        rule=EXPOSURE.id,
        parameters=params,
        nulls=(null,),
        counter_evidence=(
            gone,
            "Followers overlap, are partly the network's own, and most see nothing of a post; views count repeats.",
            "Readers of a tag who post nothing are in neither end, unless views count them.",
            *(("The upper end shown is no bound: more than half of the authors are unknown.",) if high is None else ()),
        ),
        evidence=evidence,
        evidence_total=total,
        ruling="context",
    )  # fmt: skip


def _nothing(summary: dict[str, Any], params: dict[str, Any]) -> Finding:
    tested = summary["tested"]
    low, high = intervals.exact_share(summary["passed"], tested)
    rule = NONE if tested else UNTESTED
    says = (
        f"No tag stands out as re-purposed: {plural(tested, 'marker')} under {plural(summary['tested_tags'], 'tag')} were tested, "
        f"and none sets posts apart from its tag beyond the tag's own sub-topics in the same language."
        if tested
        else f"Whether a tag was re-purposed cannot be tested: of {plural(summary['tags'], 'tag')} with enough posts and accounts, none "
        "has a marker that enough accounts carry beside enough others."
    )
    null = Null("sub-topics", "the tag's own sub-topics by the same measure", float(summary["passed"]), 0.0, None, None, tested,
                "Benjamini-Hochberg over every marker of every tag")  # fmt: skip
    return Finding(
        id=short_id("F", "hijacks", rule.id, str(summary["posts"]), str(tested)),
        analysis="hijacks",
        subject=Subject("case", "hijacks-none"),
        says=says,
        certainty="observed",
        effect=Effect("share of markers that stand apart", summary["passed"] / max(tested, 1), low, high, "share", "Clopper-Pearson"),
        rule=rule.id,
        parameters=params,
        nulls=(null,),
        counter_evidence=(
            "Strands of few posts, or in the same words as the tag's others without a marker of their own, are not found.",
            "The one post named is the earliest under a tag that was looked at: it says where reading begins, and nothing of its author.",
        ),
        evidence=(summary["first_id"],),
        evidence_total=int(summary["posts"]),
        ruling="context",
    )  # fmt: skip
