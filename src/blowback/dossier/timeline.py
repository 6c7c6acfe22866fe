"""Posts per bin of time: all of them, and those behind each group and finding."""

from __future__ import annotations

from collections.abc import Sequence

from blowback.dossier.document import Bracket, Lane, Timeline
from blowback.dossier.reading import Desk
from blowback.dossier.shown import when
from blowback.model.finding import Ruling
from blowback.tools.words import plural

# (longest span in seconds, bin in seconds, its name): at most about 1,500 bins for up to 4 years, 5,200 for a century
STEPS = (
    (6 * 3600, 60, "minute"),
    (36 * 3600, 300, "5 minutes"),
    (60 * 86_400, 3600, "hour"),
    (4 * 366 * 86_400, 86_400, "day"),
    (float("inf"), 7 * 86_400, "week"),
)
_SECOND = 1_000_000


Named = Sequence[tuple[str, Ruling]]


def timeline(desk: Desk, groups: Named, findings: Named, brackets: Sequence[Bracket] = ()) -> Timeline:
    """Count posts over time.

    Args:
        desk: with `posts`, `of_findings`, `of_groups`, `of_standing` and `together`.
        groups: (label, ruling) in the order of `together.g`.
        findings: (label, ruling) in the order of `behind.f`.
        brackets: what other evidence dates; those outside the time of the posts are left out.
    """
    first, last, posts, days, low, high = desk.one(
        "SELECT epoch_us(min(posted_at)), epoch_us(max(posted_at)), count(*), "
        "count(*) FILTER (WHERE clock = 'day'), epoch_us(quantile_disc(posted_at, 0.001)), "
        "epoch_us(quantile_disc(posted_at, 0.999)) FROM posts"
    )
    if not posts:
        return Timeline(0, 3600, "hour", (), (), _lanes(groups, ()), _lanes(findings, ()), 0, 0, "There are no posts.")
    if last - first > 2 * max(high - low, 86_400 * _SECOND):
        # a few posts with a wrong clock would squeeze the campaign into one bar
        margin = max((high - low) // 50, 3600 * _SECOND)
        first, last = max(first, low - margin), min(last, high + margin)
    span = (last - first) / _SECOND
    step, name = next((s, n) for limit, s, n in STEPS if span <= limit and (s >= 86_400 or days * 2 <= posts))
    width = step * _SECOND
    start = first // width * width
    bins = (last - start) // width + 1
    counts = [0] * bins
    before = after = 0
    at = f"(epoch_us(posted_at) - {start})"
    where = f"CASE WHEN {at} < 0 THEN -1 ELSE {at} // {width} END"
    for b, n in desk.rows(f"SELECT {where} AS b, count(*) FROM posts GROUP BY 1 ORDER BY 1"):
        if b < 0:
            before += n
        elif b >= bins:
            after += n
        else:
            counts[b] = n
    inside = f"HAVING b BETWEEN 0 AND {bins - 1} ORDER BY ALL"
    behind = desk.rows(f"SELECT {where} AS b, count(DISTINCT post_id) FROM of_standing GROUP BY 1 {inside}")
    of_findings = desk.rows(f"SELECT f, {where} AS b, count(*) FROM of_findings GROUP BY 1, 2 {inside}")
    of_groups = desk.rows(
        f"SELECT g, {where} AS b, count(DISTINCT post_id) FROM of_groups JOIN together USING (f) WHERE leads "
        f"GROUP BY 1, 2 {inside}"
    )
    return Timeline(
        start_us=start,
        step_s=step,
        step=name,
        counts=tuple(counts),
        behind=tuple((b, n) for b, n in behind),
        groups=_lanes(groups, of_groups),
        findings=_lanes(findings, of_findings),
        before=before,
        after=after,
        note=_note(before, after, start, last),
        brackets=tuple(b for b in brackets if b.to_us >= start and b.from_us < start + bins * width),
    )


def _lanes(named: Named, rows: Sequence[tuple[int, int, int]]) -> tuple[Lane, ...]:
    counts: list[list[tuple[int, int]]] = [[] for _ in named]
    for number, b, n in rows:
        counts[number].append((b, n))
    return tuple(Lane(label, said, tuple(c)) for (label, said), c in zip(named, counts, strict=True))


def _note(before: int, after: int, start: int, last: int) -> str:
    if not before + after:
        return ""
    outside = plural(before + after, "post")
    return f"{outside} dated outside {when(start, 'day')} to {when(last, 'day')} are counted, but not drawn."


def peak(line: Timeline) -> tuple[int, int] | None:
    """(start in microseconds, posts) of the fullest bin, the earliest of equals; None where nothing was posted."""
    if not line.counts:
        return None
    best = max(range(len(line.counts)), key=lambda b: (line.counts[b], -b))
    return line.start_us + best * line.step_s * _SECOND, line.counts[best]
