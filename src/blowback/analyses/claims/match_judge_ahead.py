"""Findings on claims that look ahead and on skill: how many came true, how many would anyway, how far ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from blowback.analyses.claims.match_words import (
    AHEAD,
    CLASSES,
    LISTED,
    NAMES,
    SAYS,
    SKILL,
    Row,
    beyond,
    name_of,
    no_better,
    null_of,
    posts_of,
    q_of,
    told_scope,
    weighed_of,
)  # fmt: skip
from blowback.model.event import SCOPES, observes
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id


def ahead_of(
    source: str, kind: str, mine: Mapping[str, list[Row]], told: Sequence[Row], params: dict[str, Any]
) -> Iterator[Finding]:
    """One class of forward-looking claims against one source."""
    by = {r["null_model"]: r for r in mine["skill"] if r["class"] == kind}
    posts = posts_of(told, kind)
    if not by or not by["base"]["n"] or not posts:
        return
    base, a = by["base"], by["A"]
    lead = next((r for r in mine["leads"] if r["class"] == kind), None)
    chance = a["expected"] if a["expected"] is not None else base["expected"]
    test = a if a["expected"] is not None else base
    held = f"that can be held against {name_of(source)}" + (" and whose dates can be shifted" if test is a else "")
    says = (
        f"{test['hits']:,} of {test['n']:,} {CLASSES[kind]} {held} are matched by an event ({test['observed']:.0%}, "
        f"95 % {test['low']:.0%} to {test['high']:.0%}); {chance * test['n']:.1f} expected "
        + (f"when dates are shifted; {weighed_of(by['W'])}" if a["expected"] is not None else "at the places' own rates (the time is too short to shift dates)")
    )  # fmt: skip
    if lead is not None:
        rest = lead["n"] - lead["onsets"] - lead["going_on"]
        says += (
            f"; after {lead['onsets']:,} of {lead['n']:,} came an onset ({lead['in_time']:,} in the claim's own time), after {lead['going_on']:,} an event of "
            f"fighting that was going on, after {rest:,} neither"
        )
        if lead["median"] is not None:
            low, high = lead["median_low"], lead["median_high"]
            span = (
                f"95 % {low:.1f} to {high:.1f}" if low is not None and high is not None else "too few for an interval"
            )
            null = f"; null {lead['null_median']:.1f}" if lead["null_median"] is not None else ""
            says += f"; median lead to an onset {lead['median']:.1f} d ({span}{null}), where {lead['expected']:.1f} onsets are chance"
    few = test["n"] < 30
    c = by["C"]
    yield Finding(
        id=short_id("F", "claims", AHEAD.id, source, kind, str(test["n"]), str(test["hits"])),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-{kind}"),
        says=says + ".",
        certainty="inferred",
        effect=Effect(f"share of {CLASSES[kind]} matched", test["observed"], test["low"], test["high"], "share", "Clopper-Pearson"),
        rule=AHEAD.id,
        parameters=params,
        nulls=_ahead_nulls(by, lead, len(mine["skill"])),
        counter_evidence=_ahead_against(test, c, lead, few=few),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling=_ruling(by),
    )  # fmt: skip


def _ruling(by: Mapping[str, Row]) -> Ruling:
    """The primary test decides whether dates matter; event data alone may still explain it: posts that follow the fighting."""
    if not beyond(by["W"]):
        return "cannot_tell"
    return "stands" if beyond(by["C"]) else "explained" if no_better(by["C"]) else "cannot_tell"


def _ahead_nulls(by: Mapping[str, Row], lead: Row | None, tested: int) -> tuple[Null, ...]:
    out = [null_of(by["base"], tested, "base rate", "gamma-Poisson of the place, its record and its district")]
    for key, name, how in (
        ("W", "evidence, dates shifted (primary)", "circular shifts"),
        ("A", "matches, dates shifted", "circular shifts"),
        ("C", "event data alone", "resampled weeks"),
    ):
        if by[key]["expected"] is not None:
            out.append(null_of(by[key], tested, f"{key}: {name}", f"{by[key]['draws']} {how}; Benjamini-Hochberg"))
    if lead is not None:
        out.append(
            Null("A: onsets when dates are shifted", SAYS["A"], float(lead["onsets"]), lead["expected"], lead["p"], None, 1, f"{lead['draws']} circular shifts")
        )  # fmt: skip
    return tuple(out)


def _ahead_against(row: Row, alone: Row, lead: Row | None, *, few: bool) -> tuple[str, ...]:
    out = [
        f"With {row['n']:,} claims a share of one half is known to {100 * (row['margin'] or 0.98 / row['n'] ** 0.5):.0f} points either way"
        + (": too few to tell anything but a very strong effect." if few else "."),
        "What is matched may have come about without what was announced: the event data do not say why it happened.",
    ]
    if alone["expected"] is not None:
        out.append(
            f"Event data alone, without the claims, expect {alone['expected'] * alone['n']:.1f} matches (95 % {max(0.0, alone['expected_low']) * alone['n']:.1f} to "
            f"{alone['expected_high'] * alone['n']:.1f}, {q_of(alone)})."
        )
    if lead is not None:
        out.append(
            f"An onset is the first event of its kind near the place after a quiet time; leads of places where fighting never stopped are not counted. "
            f"Without an onset for {lead['restricted']:.1f} of the 14 days after the post on average ({lead['null_restricted']:.1f} when dates are shifted)."
        )
        if lead["before_report"] is not None:
            out.append(f"Against the first report by another account the median lead is {lead['before_report']:.1f} d ({lead['reports']:,} clusters).")  # fmt: skip
    return tuple(out)


def skill_of(source: str, rows: Sequence[Row], told: Sequence[Row], params: dict[str, Any]) -> Iterator[Finding]:
    """Affirmed claims of all classes against one source: better than event data alone?"""
    by = {r["null_model"]: r for r in rows if r["class"] == "all"}
    posts = posts_of(told, "all")
    if not by or not by["base"]["n"] or not posts:
        return
    base, a, c = by["base"], by["A"], by["C"]
    says = (
        f"{base['observed']:.1%} of {base['n']:,} {CLASSES['all']} are matched by {name_of(source)}, where {base['expected']:.1%} is the base rate of their "
        "places"
    )
    if a["expected"] is None or c["expected"] is None:
        return  # the time is too short to shift dates: nothing to test against
    says += (
        f"; {a['observed']:.1%} of the {a['n']:,} whose dates can be shifted, where {a['expected']:.1%} come of shifted dates and event data alone "
        f"expect {c['expected']:.1%} (95 % {c['expected_low']:.1%} to {c['expected_high']:.1%}, {q_of(c)}); {weighed_of(by['W'])}. As forecasts they "
        f"{'improve' if c['skill'] > 0 else 'worsen'} on event data alone by {abs(c['skill']):.1%} in Brier score (95 % {c['skill_low']:.1%} to {c['skill_high']:.1%})"
    )
    more = c["observed"] - c["expected"]
    yield Finding(
        id=short_id("F", "claims", SKILL.id, source, str(base["n"]), str(base["hits"])),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-skill"),
        says=says + ".",
        certainty="inferred",
        effect=Effect("share matched beyond event data alone", more, c["observed"] - c["expected_high"], c["observed"] - c["expected_low"], "share", "bootstrap over weeks"),
        rule=SKILL.id,
        parameters=params,
        nulls=(
            null_of(base, len(rows), "base rate", "gamma-Poisson of the place, its record and its district"),
            null_of(by["W"], len(rows), "W: evidence, dates shifted (primary)", f"{a['draws']} circular shifts; Benjamini-Hochberg over the classes"),
            null_of(a, len(rows), "A: matches, dates shifted", f"{a['draws']} circular shifts; Benjamini-Hochberg"),
            null_of(c, len(rows), "C: event data alone", f"base rates put right by shifted dates; {c['draws']} resampled weeks; Benjamini-Hochberg"),
        ),
        counter_evidence=(
            f"{base['n']:,} claims tell a share of one half to {100 * (base['margin'] or 0):.0f} points either way; a smaller effect would not be seen.",
            f"The source contains {SCOPES[told_scope(source)].says}; of the types of claims it observes {', '.join(sorted(observes(source, told_scope(source)))) or 'none'}."
            if source in NAMES else "What the source leaves out is as its maker declared.",
        ),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling=_ruling(by),
    )  # fmt: skip
