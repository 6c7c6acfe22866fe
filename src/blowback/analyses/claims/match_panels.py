"""What a reader sees beside what event data say of claims: the board, its map, windows, leads, verdicts, reliability.

A match is told with its base rate, and hits never without the misses beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any, Final

from blowback.analyses.claims.claim_quotes import quote_of
from blowback.analyses.claims.match_words import bits
from blowback.analyses.claims.panel_rows import every, percent
from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.moments import micros
from blowback.model.panel import OUTCOMES, Announced, Bar, Bars, Board, Grid, Map, Outcome, Panel, Point, Quotes

NAMES: Final = {"ucdp_ged": "UCDP GED", "acled": "ACLED", "gtd": "GTD", "gdelt": "GDELT"}
_KINDS: Final = {"intention": "stated intention", "threat": "threat", "progress": "said to be under way"}
_VERDICTS: Final = (
    "supported", "contradicted", "needs_review", "no_event_found", "not_observable", "pending", "too_vague",
)  # fmt: skip
_NULLS: Final = {
    "W": "dates shifted, matches weighed (the primary test)",
    "A": "dates shifted in a circle",
    "B": "places dealt anew",
    "C": "most attacked places",
    "base": "places' own rates",
}
_DAY: Final = 86_400_000_000
_MOST: Final = 500
_QUOTES: Final = 4
_ACTOR: Final = 32  # code points of the actor, as in the text, that a board shows
Row = dict[str, Any]


def panels(tables: Frames, finding: Finding) -> Iterable[Panel | None]:
    """The panels of a finding of `match_judge`, by its rule."""
    make = _OF_RULE.get(finding.rule)
    source, _, what = finding.subject.id.removeprefix("claims-").rpartition("-")
    return make(tables, source, what) if make else ()


def source_name(source: str) -> str:
    """An event source as its readers know it."""
    return NAMES.get(source, source)


def verdicts_of(tables: Frames, cluster: str) -> tuple[tuple[str, str], ...]:
    """(event source, what it shows of one cluster, with base rate and grade)."""
    return tuple(
        (source_name(r["event_source"]), _verdict(r))
        for r in sorted(every(tables, "verdicts"), key=lambda r: r["event_source"])
        if r["cluster_id"] == cluster
    )


def _verdict(row: Row) -> str:
    said = f"{row['verdict'].replace('_', ' ')}: {row['reason']}"
    if row["p0"] is not None:
        said += f"; base rate {percent(row['p0'])}, likelihood ratio {row['lr']:.2g}"
    if row["probability"] is not None:
        said += f"; probability {percent(row['probability'])}" + ("" if row["calibrated"] else " (not calibrated)")
    elif row["probability_low"] is not None:
        span = f"{percent(row['probability_low'])} to {percent(row['probability_high'])}"
        said += f"; probability {span} (not calibrated: how many events the source holds is not known)"
    return f"{said}; grade {row['grade']}: {row['grade_means']}."


def outcome(row: Row) -> Outcome:
    """A verdict as the outcome of an announcement. A match not beyond chance, or by another party, is weak."""
    verdict, matched = row["verdict"], row["p0"] is not None
    if verdict == "contradicted":
        return "contradicted"
    if verdict == "supported" or (verdict == "needs_review" and matched):
        return "hit" if verdict == "supported" else "weak hit"
    if verdict == "no_event_found":
        return "miss"
    return "pending" if verdict == "pending" else "not observable" if verdict == "not_observable" else "cannot tell"


def _short(row: Row) -> str:
    """A verdict in a few words."""
    words: str = row["verdict"].replace("_", " ")
    if row["verdict"] == "needs_review":
        other = row["rule"].startswith("claims.verdict.other_side")
        why = "another party" if other else "not beyond chance"
        return f"{words}: {why}" if row["event_id"] else f"{words}: the event fits another claim better"
    return words


def _ahead(tables: Frames, source: str, kind: str) -> tuple[Panel | None, ...]:
    told = [r for r in every(tables, "verdicts") if r["event_source"] == source and r["class"] == kind]
    board = _board(tables, source, kind, told)
    name = f"Where, {_KINDS.get(kind, kind)}"
    return (
        board,
        _map(tables, told, name, f"by {source_name(source)}"),
        _leads(tables, source, kind),
        _examples(tables, told),
    )


def _examples(tables: Frames, told: Sequence[Row]) -> Quotes | None:
    """Posts behind some rows of the board, hits and others by turns: what was announced, in its own words."""
    first: dict[str, Row] = {}
    for row in sorted(every(tables, "claims"), key=lambda r: (r["carried"], r["posted_at"], r["claim_id"])):
        first.setdefault(row["cluster_id"] or row["claim_id"], row)
    clusters = {r["cluster_id"]: r for r in every(tables, "clusters")}
    tested = [r for r in told if r["p0"] is not None and r["cluster_id"] in first]
    tested.sort(key=lambda r: (-clusters.get(r["cluster_id"], {"n_sources": 1})["n_sources"], r["cluster_id"]))
    hits = [r for r in tested if outcome(r) in {"hit", "weak hit"}]
    others = [r for r in tested if outcome(r) not in {"hit", "weak hit"}]
    chosen = [r for pair in zip_longest(hits, others) for r in pair if r is not None][:_QUOTES]
    if not chosen:
        return None
    quotes = tuple(
        quote_of(first[r["cluster_id"]], clusters.get(r["cluster_id"]), verdicts_of(tables, r["cluster_id"]))
        for r in chosen
    )
    says = "Some rows of the board, those of most sources, hits and others by turns, in the script they were written in. No translation is made."
    return Quotes("In their own words", says, quotes)


def _board(tables: Frames, source: str, kind: str, told: Sequence[Row]) -> Board | None:
    if not told:
        return None
    clusters = {r["cluster_id"]: r for r in every(tables, "clusters")}
    claims: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(every(tables, "claims"), key=lambda r: (r["posted_at"], r["claim_id"])):
        claims[row["cluster_id"] or row["claim_id"]].append(row)
    beside: dict[str, list[Row]] = defaultdict(list)
    for row in every(tables, "verdicts"):
        beside[row["cluster_id"]].append(row)
    matches = {r["cluster_id"]: r for r in every(tables, "matches") if r["event_source"] == source}
    leads = {r["cluster_id"]: r for r in every(tables, "lead_times") if r["event_source"] == source}
    rows = []
    for row in told:
        key = row["cluster_id"]
        if claims[key]:
            rows.append(_announced(row, claims[key], clusters.get(key), beside[key], matches.get(key), leads.get(key)))
    rows.sort(key=lambda r: (r.at, r.place, r.what))
    says = (
        f"Every located {_KINDS.get(kind, kind)} that was held against {source_name(source)}, hits and misses, in the order of the first "
        "posts; rows are distinct claims, not posts."
    )
    counted = "A weak hit is a match that is not beyond chance once all claims that were tried are counted, or one by another party than the claim names: read it with its base rate."
    return Board("Announced, and what followed", says, tuple(rows[:_MOST]), max(len(rows) - _MOST, 0), counted)


def _announced(
    row: Row, claims: Sequence[Row], cluster: Row | None, beside: Sequence[Row], match: Row | None, lead: Row | None
) -> Announced:
    first, at = claims[0], micros(claims[0]["posted_at"])
    result = outcome(row)
    hit = match is not None and result in {"hit", "weak hit", "contradicted"}
    days = match["days"] if match is not None and hit else None
    if (
        result in {"hit", "weak hit"}
        and lead is not None
        and lead["state"] == "onset"
        and lead["event_id"] == row["event_id"]
    ):
        ahead: float | None = lead["days"]
    else:
        ahead = days if result in {"hit", "weak hit"} else None
    actor = "" if "@" in first["actor"] else first["actor"]  # never an account
    return Announced(
        what=(first["type"] or "action") + (", negated" if first["polarity"] == "negated" else ""),
        place=first["place_name"] or "",
        at=at,
        since=micros(first["time_from"]),
        until=micros(first["time_to"]),
        stated=first["time_kind"] not in {"default", "none"},
        outcome=result,
        event_at=None if days is None else at + int(days * _DAY),
        days_ahead=None if ahead is None else max(ahead, 0.0),
        chance=row["p0"],
        by_source=tuple(
            (source_name(r["event_source"]), _short(r)) for r in sorted(beside, key=lambda r: r["event_source"])
        ),
        sources=cluster["n_sources"] if cluster else 1,
        posts=tuple(dict.fromkeys(c["post_id"] for c in claims)),
        parties=(("by", actor if len(actor) <= _ACTOR else actor[:_ACTOR].rstrip() + "…"),) if actor else (),
    )


def _map(tables: Frames, told: Sequence[Row], title: str, by: str) -> Map | None:
    """Places by outcome; the area of a sign is how many distinct claims."""
    where: dict[str, Row] = {}
    for row in every(tables, "claims"):
        if row["lat"] is not None:
            where.setdefault(row["cluster_id"] or row["claim_id"], row)
    held: dict[tuple[float, float, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    reach: dict[tuple[float, float, str], float] = {}
    for row in told:
        at = where.get(row["cluster_id"])
        if at and outcome(row) != "cannot tell":
            key = (round(at["lat"], 3), round(at["lon"], 3), at["place_name"] or "")
            held[key][outcome(row)] += 1
            reach[key] = max(reach.get(key, 0.0), float(at["radius_km"] or 0.0))
    if not held:
        return None
    points = []
    for key, counts in sorted(held.items(), key=lambda i: (-sum(i[1].values()), i[0])):
        every_one = ", ".join(f"{n} {o}" for o, n in counts.items() if n)
        lat, lon, name = key
        points += [Point(lat, lon, reach[key], name, o, float(n), every_one) for o, n in counts.items() if n]
    says = (
        f"{sum(map(_all, held.values())):,} distinct claims at {len(held):,} places, by how they came out {by}; a divided sign has several. "
        "Claims that are too vague are left out."
    )
    return Map(title, says, "claims", tuple(points), places_from="the gazetteer of the case")


def _all(counts: dict[str, int]) -> int:
    return sum(counts.values())


def _leads(tables: Frames, source: str, kind: str) -> Grid | None:
    row = next((r for r in every(tables, "leads") if r["event_source"] == source and r["class"] == kind), None)
    if row is None:
        return None
    median = (
        "–" if row["median"] is None else f"{row['median']:.1f} d{_span(row['median_low'], row['median_high'], ' d')}"
    )
    cells = (
        ("Claims followed", f"{row['n']:,}", ""),
        ("With an onset within 14 days or their own time", f"{row['onsets']:,}",
         f"{row['expected']:.1f} ({row['expected_low']:.0f} to {row['expected_high']:.0f})"),
        ("With an onset in their own time", f"{row['in_time']:,}", ""),
        ("No onset in their own time (misses)", f"{row['misses']:,}", ""),
        ("Of places that were active already", f"{row['going_on']:,}", ""),
        ("Event data end before", f"{row['censored']:,}", ""),
        ("Median lead of those with an onset", median, "–" if row["null_median"] is None else f"{row['null_median']:.1f} d"),
        *((f"Onset within {d} days, share", percent(row[f"by_{d}d"]), "") for d in (3, 7, 14)),
        ("Mean time without an onset, of 14 days", f"{row['restricted']:.1f} d{_span(row['restricted_low'], row['restricted_high'], ' d')}",
         f"{row['null_restricted']:.1f} d"),
        ("Lead over the first report by another account", "–" if row["before_report"] is None else f"{row['before_report']:.1f} d", ""),
    )  # fmt: skip
    says = (
        "An onset is the first event of its kind near the place after a quiet time; the shares count those that are not followed to the end "
        "as far as they are (Aalen-Johansen). The median lead is only over those whose onset came; "
        "the mean time without an onset counts all. The last column is what shifted dates give."
    )
    return Grid("How far ahead", says, ("", "Seen", "With dates shifted"), cells, (1, 2))


def _span(low: float | None, high: float | None, unit: str) -> str:
    return "" if low is None or high is None else f" ({low:.1f} to {high:.1f}{unit})"


def _windows(tables: Frames, source: str, window: str) -> tuple[Panel | None, ...]:
    rows = [r for r in every(tables, "windows") if r["event_source"] == source and r["window"] == window]
    shifted = [r for r in rows if r["null_model"] == "A" and r["n"] and r["observed"] is not None]
    bars = tuple(Bar(f"{r['class']} ({r['n']:,})", r["observed"], r["low"], r["high"], r["expected"]) for r in shifted)
    says = "Share of located claims with an event in the window, with its interval; the line is the same when the dates of all posts are shifted together."
    cells = tuple(
        (_NULLS[r["null_model"]], r["class"], f"{r['n']:,}", percent(r["observed"]), percent(r["expected"]),
         "–" if r["expected_low"] is None else f"{percent(r['expected_low'])} to {percent(r['expected_high'])}",
         "–" if r["q"] is None else f"{r['q']:.2g}", f"{r['draws']:,}", percent(r["free"]))
        for r in sorted(rows, key=lambda r: (r["null_model"], r["class"] != "all", r["class"])) if r["n"]
    )  # fmt: skip
    head = ("Chance model", "Class", "Claims", "Seen", "By chance", "95 %", "q", "Draws", "Free")
    against = "Three models of chance. Free: share of the claims that the model can move. In a war most places have an event soon: what counts is the difference."
    return (
        Bars("In the window, beside shifted dates", says, "share", bars) if bars else None,
        Grid("Against three models of chance", against, head, cells, (2, 3, 4, 5, 6, 7, 8)) if cells else None,
    )


def _verdicts(tables: Frames, source: str, _what: str) -> tuple[Panel | None, ...]:
    told = [r for r in every(tables, "verdicts") if r["event_source"] == source]
    counts = {v: sum(r["verdict"] == v for r in told) for v in _VERDICTS}
    bars = tuple(Bar(v.replace("_", " "), float(n)) for v, n in counts.items() if n)
    says = "Distinct located claims by what this source shows. 'No event found' is not 'false'; 'not observable' means that it could not contain it."
    return (
        Bars("Verdicts", says, "claims", bars) if bars else None,
        _map(tables, told, "Verdicts by place", f"by {source_name(source)}"),
        _reliability(tables, source),
    )


def _reliability(tables: Frames, source: str) -> Bars | None:
    bins = [r for r in every(tables, "reliability") if r["event_source"] == source and r["n"]]
    if not bins:
        return None
    rows = tuple(
        Bar(f"{r['bin_low']:.0%} to {r['bin_high']:.0%} ({r['n']:,})", r["found"], r["low"], r["high"], r["forecast"])
        for r in bins
    )
    first = bins[0]
    score = (
        f"Brier score {first['brier']:.3f}, calibration error {first['ece']:.3f}{_span(first['ece_low'], first['ece_high'], '')}."
        if first["brier"] is not None and first["ece"] is not None
        else f"Not calibrated: {first['resolved']:,} resolved claims, at least 30 are needed."
    )
    says = f"Forecasts that this source will hold a match, by size, against the share that was matched; the line is the forecast. {score}"
    return Bars("Forecast and found", says, "share", rows)


def _skill(tables: Frames, source: str, _what: str) -> tuple[Panel | None, ...]:
    rows = [r for r in every(tables, "skill") if r["event_source"] == source and r["n"]]
    base = [r for r in rows if r["null_model"] == "base" and r["observed"] is not None]
    bars = tuple(Bar(f"{r['class']} ({r['n']:,})", r["observed"], r["low"], r["high"], r["expected"]) for r in base)
    cells = tuple(_against(name, {r["null_model"]: r for r in rows if r["class"] == name}) for name in _classes(rows))
    says = (
        "In brackets what is expected by each null, and q. Fewer claims can be shifted than have a base rate, so their share differs a little. Evidence is the primary test: "
        "each match weighed by how rare such events are there. Skill: the Brier score over event data alone."
    )
    head = (
        "Class",
        "Claims",
        "Matched",
        "Places' own rate",
        "Dates shifted",
        "Event data alone",
        "Skill",
        "Evidence, bits",
    )
    return (
        Bars("Matched, beside the places' own rates", "Share of distinct claims that an event matches; the line is the base rate of their places.", "share", bars) if bars else None,
        Grid("Better than chance?", says, head, cells, (1, 2, 3, 4, 5, 6, 7)) if cells else None,
    )  # fmt: skip


def _classes(rows: Sequence[Row]) -> list[str]:
    """All claims first, then the classes with most claims."""
    size = {r["class"]: r["n"] for r in rows if r["null_model"] == "base"}
    return sorted({r["class"] for r in rows}, key=lambda c: (c != "all", -size.get(c, 0), c))


def _against(name: str, by: dict[str, Row]) -> tuple[str, ...]:
    """One class beside each null: A (dates shifted), C (event data alone), W (the primary test), the base rate."""
    base, shifted, alone, primary = (by.get(k) for k in ("base", "A", "C", "W"))
    some = base or shifted or alone or primary
    if some is None:
        raise KeyError(name)  # a class comes from a row
    return (
        name,
        f"{some['n']:,}",
        percent(some["observed"]),
        percent(base["expected"]) if base else "–",
        _expected(shifted),
        _expected(alone),
        "–" if alone is None or alone["skill"] is None else f"{alone['skill']:+.0%}",
        "–"
        if primary is None or primary["bits"] is None
        else f"{bits(primary['bits'])} ({bits(primary['bits_expected'])}; {_q(primary)})",
    )


def _expected(row: Row | None) -> str:
    return "–" if row is None or row["expected"] is None else f"{percent(row['expected'])} ({_q(row)})"


def _q(row: Row) -> str:
    return "no q" if row["q"] is None else f"q {row['q']:.2g}"


_OF_RULE: Final[dict[str, Callable[[Frames, str, str], tuple[Panel | None, ...]]]] = {
    "claims.ahead.1": _ahead, "claims.windows.1": _windows, "claims.verdicts.1": _verdicts, "claims.skill.1": _skill,
}  # fmt: skip
