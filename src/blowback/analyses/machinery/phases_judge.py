"""From courses to findings: the phases of an object, and what runs ahead of what. "Precedes", never "caused"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.phases_refine import leads
from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals
from blowback.tools.links import defang

STAGED: Final = Rule(
    "phases.staged.1",
    when="the object's course changes (fdr over all objects, against copies of a constant interest with its own scatter), and its phases are a seed (at most a tenth of the posts), then a "
    "rise of own posts or of links, then a phase of links or files, or of reposts",
    unless=("people heard of something in the same order: few, then many, then the film of it",),
)
SURGE: Final = Rule(
    "phases.surge.1",
    when="the course changes, its first phase is already loud, and the data go back further: as news and live events start",
    unless=("the seed was laid before the data begin, or elsewhere",),
)
OTHER: Final = Rule(
    "phases.cannot_tell.1",
    when="the course changes in an order that is neither, or the data begin in the middle of it",
    unless=("the phases are those of several campaigns, laid over each other",),
)
PRECEDES: Final = Rule(
    "phases.precedes.1",
    when="own posts without a link or file run ahead of own posts with one, or the other way round: the largest correlation at any lag "
    "within reach is beyond that of copies whose blocks change places (fdr over all objects), and the interval of the lag lies beyond a bin",
    unless=("both follow something third, such as a programme that everybody knows",),
)
NONE: Final = Rule(
    "phases.none.1",
    when="objects were tested and no course changes beyond what a constant interest gives",
    unless=("phases shorter than a bin or slower than the stretch",),
)
RULES: Final = (STAGED, SURGE, OTHER, PRECEDES, NONE)
LISTED: Final = 200
MOST: Final = 12  # findings of one rule that are written out; the rest is in the tables
_RULE: Final = {"stands": STAGED, "explained": SURGE, "cannot_tell": OTHER}
_WORD: Final = {
    "seed": "a seed", "amplify": "a rise of own posts", "release": "links and files", "repost": "reposts", "carry_on": "carrying on",
    "quiet": "quiet",
}  # fmt: skip
_KIND: Final = {"hashtag": "#", "mention": "mentions of "}


def judge(given: Judged) -> Iterator[Finding]:
    """Objects whose course changes, those that fit a staged course first; leads; where nothing changes, one that says so."""
    tables, params = given.tables, dict(given.params)
    rows = tables["objects"].to_pylist()
    whole = tables["summary"].to_pylist()[0]
    acts = tables.get("acts")
    for word in _RULE:
        some = sorted((r for r in rows if r["ruling"] == word), key=lambda r: (r["q"], -r["posts"], r["object"]))
        for row in some[:MOST]:
            yield _course(row, len(some), tables, params, acts)
    led = sorted(
        (r for r in rows if leads(r, float(params["fdr"]))), key=lambda r: (r["lag_q"], -r["posts"], r["object"])
    )
    for row in led[:MOST]:
        yield _lead(row, whole, params, acts)
    if rows and not any(r["ruling"] in _RULE for r in rows):
        found = _none(rows, params, acts)
        if found:
            yield found


def name_of(params: dict[str, Any], row: dict[str, Any]) -> str:
    """The object as a reader says it."""
    return defang(_KIND.get(str(params["kind"]), "") + row["object"])


def span(seconds: float) -> str:
    """A span in words."""
    one = abs(seconds)
    return (
        f"{one / 60:.0f} min" if one < 7200 else f"{one / 3600:.1f} h" if one < 172_800 else f"{one / 86400:.1f} days"
    )


def _posts(acts: pa.Table | None, name: str) -> tuple[str, ...]:
    if acts is None:
        return ()
    mine = acts.filter(pc.equal(acts.column("value"), name)).sort_by(
        [("posted_at", "ascending"), ("post_id", "ascending")]
    )
    return tuple(dict.fromkeys(mine.column("post_id").to_pylist()))


def _course(row: dict[str, Any], of: int, tables: Any, params: dict[str, Any], acts: pa.Table | None) -> Finding:  # noqa: ANN401
    word: Ruling = row["ruling"]
    rule = _RULE[word]
    phases = sorted(
        (p for p in tables["phases"].to_pylist() if p["object"] == row["object"]), key=lambda p: p["number"]
    )
    steps = ", then ".join(
        f"{_WORD[p['phase']]} from {p['from_at']:%Y-%m-%d %H:%M} ({p['posts']:,} posts)" for p in phases
    )
    tail = {
        "stands": "", "explained": " It starts loud, as news and live events do.",
        "cannot_tell": (
            " The data begin in the middle of it: cannot tell what came before." if row["cut"] and phases[0]["phase"] != "seed"
            else " That order is neither a staged course nor a plain surge: cannot tell."
        ),
    }[word]  # fmt: skip
    loud = max(phases, key=lambda p: p["per_hour"])
    rest_posts, rest_hours = row_rest(phases, loud)
    low, high = intervals.poisson(loud["posts"])
    base = max(rest_posts, 1) / max(rest_hours, 1e-9)
    hours = loud["posts"] / max(loud["per_hour"], 1e-9)
    posts = _posts(acts, row["object"])
    return Finding(
        id=short_id("F", "phases", rule.id, str(params["kind"]), row["object"]),
        analysis="phases",
        subject=Subject(str(params["kind"]), row["object"]),
        says=f"{name_of(params, row)}, {row['posts']:,} posts by {row['accounts']:,} accounts: {steps}.{tail}",
        certainty="inferred",
        effect=Effect("rate of the loudest phase / of the rest", loud["posts"] / hours / base, low / hours / base, high / hours / base, "ratio",
                      "Garwood interval for the posts of the phase; posts answer each other, so it is narrower than the truth"),
        rule=rule.id,
        parameters=params,
        nulls=(Null("constant", "a constant interest over the hours of day and week and the case's slow course, with the object's own scatter from bin to bin",
                    row["gain"], row["gain_by_chance"], row["p"], row["q"], tables["objects"].num_rows,
                    "penalised log-likelihood gained by the changes; Gumbel tail of the copies; Benjamini-Hochberg over the objects"),),
        counter_evidence=_against(row, of),
        evidence=posts[:LISTED] or (row["object"],),
        evidence_total=len(posts),
        ruling=word,
    )  # fmt: skip


def row_rest(phases: list[dict[str, Any]], loud: dict[str, Any]) -> tuple[int, float]:
    """Posts and hours (over the hour of day and week) outside one phase."""
    rest = [p for p in phases if p["number"] != loud["number"]]
    return sum(p["posts"] for p in rest), sum(p["posts"] / p["per_hour"] for p in rest if p["per_hour"] > 0)


def _against(row: dict[str, Any], of: int) -> tuple[str, ...]:
    out = [
        "Anything that people hear of step by step has a course like this; phases tell what was posted when, not that it was planned.",
        f"Phases are cut at {span(row['bin_s'])}; changes inside a bin cannot be seen.",
    ]
    if row["to_at"] < row["last_at"]:
        out.append("The course was cut where the middle of the posts lies; later stragglers are outside.")
    if of > MOST:
        out.append(f"It is one of {of} with this ruling; {MOST} are written out, all are in the tables.")
    return tuple(out)


def _lead(row: dict[str, Any], whole: dict[str, Any], params: dict[str, Any], acts: pa.Table | None) -> Finding:
    ahead = row["lag_s"] > 0
    first, second = ("without a link or file", "with one") if ahead else ("with a link or file", "without one")
    low, high = sorted((abs(row["lag_low_s"]), abs(row["lag_high_s"])))
    posts = _posts(acts, row["object"])
    return Finding(
        id=short_id("F", "phases", PRECEDES.id, str(params["kind"]), row["object"]),
        analysis="phases",
        subject=Subject(str(params["kind"]), row["object"]),
        says=(
            f"On {name_of(params, row)}, own posts {first} precede own posts {second} by {span(row['lag_s'])} "
            f"[{span(low)}, {span(high)}] ({row['calls']:,} without, {row['links']:,} with one)."
        ),
        certainty="inferred",
        effect=Effect("lag", abs(row["lag_s"]) / 3600, low / 3600, high / 3600, "hours", "percentiles over resampled blocks"),
        rule=PRECEDES.id,
        parameters=params,
        nulls=(Null("blocks", f"blocks of {span(4 * row['longest_s'])} of one series change places: its rhythm and bursts stay",
                    row["lag_s"] / 3600, 0.0, row["lag_p"], row["lag_q"], whole["paired"],
                    f"largest correlation at any lag up to {span(row['longest_s'])}; Benjamini-Hochberg over the objects that could be tested"),),
        counter_evidence=(
            "What comes first is not therefore the cause: both may follow a programme, a broadcast or another platform.",
            "A post without a link is not always a call, nor one with a link a release: the split is by form alone.",
        ),
        evidence=posts[:LISTED] or (row["object"],),
        evidence_total=len(posts),
    )  # fmt: skip


def _none(rows: list[dict[str, Any]], params: dict[str, Any], acts: pa.Table | None) -> Finding | None:
    best = min(rows, key=lambda r: (r["p"], r["object"]))
    posts = _posts(acts, best["object"])
    if not posts:
        return None
    low, high = intervals.exact_share(0, len(rows))
    return Finding(
        id=short_id("F", "phases", NONE.id, str(params["kind"])),
        analysis="phases",
        subject=Subject("case", "phases-none"),
        says=(
            f"No course changes beyond chance: {len(rows)} objects of the kind {params['kind']} with {params['least']} posts or more were cut "
            f"into phases; the clearest, {name_of(params, best)}, has q {best['q']:.2g}."
        ),
        certainty="observed",
        effect=Effect("share of objects whose course changes", 0.0, low, high, "share", "Clopper-Pearson"),
        rule=NONE.id,
        parameters=params,
        nulls=(Null("constant", "a constant interest with the object's own scatter", best["gain"], best["gain_by_chance"], best["p"], best["q"], len(rows),
                    "Gumbel tail of the copies; Benjamini-Hochberg over the objects"),),
        counter_evidence=("Phases shorter than a bin, or of objects with fewer posts, cannot be seen.",),
        evidence=posts[:20],
        evidence_total=len(posts),
        ruling="context",
    )  # fmt: skip
