"""From bursts to findings: a sentence, the excess with its interval, every null, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.bursts_groups import GROUP, groups_of
from blowback.analyses.machinery.bursts_words import against, sentence
from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals
from blowback.tools.baseline import Ints

MACHINERY: Final = Rule(
    "bursts.machinery.1",
    when="a series has a window fuller than its habits (q <= fdr over all series), and at least two signs hold, one of them "
    "concentration, shared wording, one application, or clockwork; an announced slot counts beside concentration alone",
    unless=(
        "a feed service or share button posts for its users",
        "the rest of the case is unlike this object for another reason",
    ),
)
SURGE: Final = Rule(
    "bursts.organic_surge.1",
    when="such a window; concentration and wording (two other strong signs, where all are reposts) were tested and no strong sign holds; at least 50 accounts with at most "
    "four posts each on average, half of them seen nowhere else in the case (or all strong signs tested, and replies as usual); "
    "and it does not break off",
    unless=("the signs that give machinery away are not in this export",),
)
EVENT: Final = Rule(
    "bursts.known_event.1",
    when="such a window that begins at an event of the calendar (a quarter of an hour before to its end, two hours at least), "
    "without two signs of machinery",
    unless=("the event was the occasion and not the cause",),
)
UNCLEAR: Final = Rule(
    "bursts.cannot_tell.1",
    when="such a window, and neither two signs of machinery nor what makes an organic surge",
    unless=("one sign alone is what habits and chance give now and then",),
)
MORE: Final = Rule(
    "bursts.more.1", when="more bursts stood out than have a finding of their own: they are in the table"
)
NONE: Final = Rule(
    "bursts.none.1",
    when="series were tested and none has a window fuller than its habits",
    unless=("bursts smaller than the series' own unevenness",),
)
UNTESTABLE: Final = Rule(
    "bursts.untestable.1",
    when="there are posts, but less than two days of them, or times too coarse: there is nothing to hold a burst against",
)
RULES: Final = (MACHINERY, SURGE, EVENT, UNCLEAR, MORE, NONE, UNTESTABLE)
_RULE: Final[dict[str, tuple[Rule, Ruling]]] = {
    "machinery": (MACHINERY, "stands"), "organic_surge": (SURGE, "explained"), "known_event": (EVENT, "explained"),
    "cannot_tell": (UNCLEAR, "cannot_tell"),
}  # fmt: skip
LISTED: Final = 200
MOST: Final = {"machinery": 100, "organic_surge": 12, "known_event": 12, "cannot_tell": 12}


def judge(given: Judged) -> Iterator[Finding]:
    """A finding for each burst that stands for itself, the largest of each class; one for the rest, or for none."""
    tables, params = given.tables, dict(given.params)
    summary = tables["summary"].to_pylist()
    if not summary:
        return
    bursts = [b for b in tables["bursts"].to_pylist() if not b["same_as"]]
    lookup = _Posts(tables, int(params["min_posts"]))
    left: dict[str, int] = {}
    for name, most in MOST.items():
        mine = sorted((b for b in bursts if b["class"] == name), key=lambda b: (-b["posts"], b["burst_id"]))
        left[name] = max(len(mine) - most, 0)
        for burst in mine[:most]:
            yield _burst(burst, tables, params, summary, lookup)
    yield from _case(summary, bursts, left, params, lookup)


class _Posts:
    """Which posts a burst is made of, from the frames."""

    def __init__(self, tables: Any, least: int) -> None:  # noqa: ANN401  # name -> table
        numbered = tables["numbered"]
        order = pc.sort_indices(numbered, sort_keys=[("n", "ascending")])
        self.at = numbered.column("posted_at").cast(pa.int64()).take(order).to_numpy()
        self.post = numbered.column("post_id").take(order)
        self.lang = numbered.column("lang").take(order)
        objects = tables["objects"]
        names = zip(objects.column("kind").to_pylist(), objects.column("value").to_pylist(), strict=True)
        self.number = dict(zip(names, objects.column("object").to_pylist(), strict=True))
        of, n = tables["uses"].column("object").to_numpy(), tables["uses"].column("n").to_numpy()
        by = np.lexsort((n, of))
        self.of, self.n = of[by], n[by]
        groups = groups_of(tables, least)
        self.groups = dict(zip(groups.ids, groups.posts, strict=True))

    def ids(self, burst: dict[str, Any]) -> list[str]:
        """Its first posts, in order of time."""
        a, b = np.searchsorted(self.at, [_us(burst["onset"]), _us(burst["end_at"]) + 1])
        if burst["kind"] == "case":
            mine = np.arange(a, b)[:LISTED]
        elif burst["kind"] == "lang":
            here = pc.fill_null(pc.equal(self.lang.slice(a, b - a), burst["value"]), False)
            mine = a + np.flatnonzero(here.to_numpy(zero_copy_only=False))[:LISTED]
        else:
            own = (
                self.groups[burst["value"]] if burst["kind"] == GROUP else self.carrying(burst["kind"], burst["value"])
            )
            mine = own[(own >= a) & (own < b)][:LISTED]
        return [str(p) for p in self.post.take(pa.array(mine)).to_pylist()]

    def carrying(self, kind: str, value: str) -> Ints:
        """Posts that carry an object, rising."""
        number = self.number[kind, value]
        found: Ints = self.n[np.searchsorted(self.of, number) : np.searchsorted(self.of, number, side="right")]
        return found

    def some(self) -> list[str]:
        """The case's first posts."""
        return [str(p) for p in self.post.slice(0, 20).to_pylist()]


def _us(at: Any) -> int:  # noqa: ANN401  # a zone-less datetime
    return int(pa.scalar(at, pa.timestamp("us")).value)


def _burst(
    burst: dict[str, Any], tables: Any, params: dict[str, Any], summary: list[dict[str, Any]], lookup: _Posts  # noqa: ANN401
) -> Finding:  # fmt: skip
    rule, ruling = _RULE[burst["class"]]
    table = tables["signs"]
    signs = table.filter(pc.equal(table.column("burst_id"), burst["burst_id"])).to_pylist()
    mine = next(s for s in summary if s["kind"] == burst["kind"])
    return Finding(
        id=short_id("F", "bursts", rule.id, burst["burst_id"]),
        analysis="bursts",
        subject=Subject(burst["kind"], burst["value"] or "case"),
        says=sentence(burst, signs, mine["resolution_s"]),
        certainty="observed" if burst["class"] == "cannot_tell" else "inferred",
        effect=Effect("posts beyond the baseline", burst["posts"] - burst["expected"], burst["excess_low"],
                      burst["excess_high"], "posts", "negative binomial prediction of the baseline, burst left out"),
        rule=rule.id,
        parameters=params,
        nulls=(_baseline(burst, sum(s["series"] for s in summary)), *(_null(s) for s in signs if s["p"] is not None)),
        counter_evidence=against(burst, signs, mine),
        evidence=tuple(lookup.ids(burst)),
        evidence_total=burst["posts"],
        ruling=ruling,
    )  # fmt: skip


def _baseline(burst: dict[str, Any], tested: int) -> Null:
    return Null(
        "baseline", "the series goes on at its own level with the case's hours, weekdays and trend, as unevenly as it does "
        "outside the burst", burst["posts"], burst["expected"], burst["p"], burst["q"], tested,
        "negative binomial tail of the fullest window, times the posts and widths scanned; Benjamini-Hochberg over all series",
    )  # fmt: skip


def _null(sign: dict[str, Any]) -> Null:
    says = {
        "concentration": "accounts post as often as in stretches of the same length elsewhere in the case",
        "entry": "the burst's own posts with their authors dealt anew",
        "slot": "posts name any quarter of an hour alike",
    }.get(sign["sign"], "runs of as many consecutive posts elsewhere in the case")
    return Null(
        sign["sign"],
        says,
        sign["seen"],
        sign["expected"],
        sign["p"],
        None,
        1,
        f"{sign['runs']} runs or draws; share at least so extreme",
    )


def _unformed(groups: int) -> str:
    if not groups:
        return ""
    return f" {f'{groups:,} groups have' if groups > 1 else 'One group has'} too few posts or accounts for a series."


def _case(
    summary: list[dict[str, Any]], bursts: list[dict[str, Any]], left: dict[str, int], params: dict[str, Any], lookup: _Posts
) -> Iterator[Finding]:  # fmt: skip
    done = [s for s in summary if s["outcome"] == "done"]
    posts = next(s["posts"] for s in summary if s["kind"] == "case")
    tested = sum(s["series"] for s in done)
    if not done:
        rule, hits = UNTESTABLE, 0
        says = f"Whether the {posts:,} posts come in bursts cannot be told: they span less than two days, or their times are too coarse."
    elif not bursts:
        rule, hits = NONE, 0
        says = f"No burst stands out: {tested:,} series of at least {params['min_posts']} posts were tested over {done[0]['days']} days with posts."
        says += _unformed(sum(s["small"] for s in summary))
    elif sum(left.values()):
        rule, hits = MORE, sum(left.values())
        words = {"machinery": "with signs of machinery", "organic_surge": "organic surges", "known_event": "at known events",
                 "cannot_tell": "that cannot be told"}  # fmt: skip
        listed = ", ".join(f"{n} {words[c]}" for c, n in left.items() if n)
        says = f"{hits:,} more bursts stand out, smaller than those with a finding of their own: {listed}. All are in the table bursts."
    else:
        return
    low, high = intervals.exact_share(len(bursts), max(tested, len(bursts), 1))
    yield Finding(
        id=short_id("F", "bursts", rule.id, str(posts), str(params["min_posts"])),
        analysis="bursts",
        subject=Subject("case", "bursts"),
        says=says,
        certainty="observed",
        effect=Effect("bursts per series tested", len(bursts) / max(tested, 1), low, high, "ratio", "Clopper-Pearson"),
        rule=rule.id,
        parameters=params,
        nulls=(Null("baseline", "each series goes on as unevenly as it does elsewhere", len(bursts), float(params["fdr"]) * len(bursts),
                    None, None, tested, "false discoveries allowed among those found"),),
        counter_evidence=("What was not collected cannot burst; and a burst smaller than a series' own unevenness is not seen.",),
        evidence=tuple(lookup.some()),
        evidence_total=posts,
        ruling="context",
    )  # fmt: skip
