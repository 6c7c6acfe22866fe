"""Words, rules and small parts that the findings of matching share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from blowback.analyses.claims.match_units import SCORED
from blowback.analyses.claims.match_verdicts import RULES as VERDICT_RULES
from blowback.model.analysis import Rule
from blowback.model.finding import Null

NEAR: Final = Rule(
    "claims.windows.1",
    when="the share of located clusters of claims with an event in a registered window (10 km and a day either way; 25 km and the 7 days after) is beyond "
    "shifted dates, places dealt anew and the most attacked places (q <= 0.05 over all windows and classes)",
    unless=("event data alone, naming the most attacked places, do as well: then it is explained",),
)
AHEAD: Final = Rule(
    "claims.ahead.1",
    when="the evidence of a class of forward-looking claims, each match weighed by how rare such events are at its place, is beyond shifted dates (W, the primary test) "
    "and they are matched more often than event data alone expect (C; q <= 0.05 both), misses counted, with the lead to onsets and the null's lead beside it",
    unless=(
        "so few claims can tell too little; the place was fought over already; the event data alone forecast it as well",
    ),
)
VERDICTS: Final = Rule(
    "claims.verdicts.1",
    when="located clusters were held against an event source: how many it supports, contradicts, cannot see, or holds nothing of; "
    + "; ".join(f"{rule}: {says}" for rule, (_, says) in VERDICT_RULES.items()),
    unless=("no event found is no refutation",),
)
SKILL: Final = Rule(
    "claims.skill.1",
    when="the evidence of affirmed claims is beyond shifted dates (W, the primary test), and they are matched more often than event data alone expect (C; q <= 0.05 both)",
    unless=("the claims repeat what event data already said",),
)
NO_EVENTS: Final = Rule(
    "claims.no_events.1", when="the case has located claims and no event data to hold them against", unless=()
)
RULES: Final = (NEAR, AHEAD, VERDICTS, SKILL, NO_EVENTS)
LISTED: Final = 200
LEVEL: Final = 0.05
NAMES: Final = {"ucdp_ged": "UCDP GED", "acled": "ACLED", "gtd": "GTD", "gdelt": "GDELT"}
CLASSES: Final = {
    "all": "reports, progress and intentions", "report": "reports", "progress": "claims of progress", "intention": "stated intentions",
    "threat": "threats", "hedged": "hedged reports", "denial": "denials",
}  # fmt: skip
SAYS: Final = {
    "W": "the post dates are shifted in a circle, all by the same time, and matches are weighed: one in a quiet town counts for more",
    "A": "the post dates are shifted in a circle, all by the same time",
    "B": "the places change hands among claims of the same size of place and district; the dates stay",
    "C": "a forecaster who sees only the events before and none of the claims",
    "base": "each place's own rate of matching events before the claim, over the claim's own window",
}
Row = Mapping[str, Any]


def posts_of(told: Sequence[Row], kind: str) -> tuple[str, ...]:
    """First posts of the clusters of a class, in time order (the table's); too vague ones only where any is asked for."""
    kinds = ("report", "progress", "intention") if kind == "all" else SCORED if kind == "any" else (kind,)
    return tuple(
        dict.fromkeys(
            r["post_id"] for r in told if r["class"] in kinds and (kind == "any" or r["verdict"] != "too_vague")
        )
    )


def name_of(source: str) -> str:
    """A source as a reader knows it."""
    return NAMES.get(source, f"'{source}'")


def q_of(row: Row) -> str:
    """Its q in words."""
    return f"q {row['q']:.2g}" if row["q"] is not None else "not tested"


def null_of(row: Row, tested: int, name: str, method: str) -> Null:
    """The null of a row; that of the primary test is told in bits of evidence."""
    if row["null_model"] == "W" and row["bits"] is not None:
        return Null(name, SAYS["W"], row["bits"], row["bits_expected"], row["p"], row["q"], tested, method)
    expected = row["expected"] if row["expected"] is not None else 0.0
    return Null(
        name,
        SAYS[row["null_model"]],
        float(row["observed"] or 0.0),
        float(expected),
        row["p"],
        row["q"],
        tested,
        method,
    )


def no_better(c: Row) -> bool:
    """Event data alone do as well as the claims."""
    return bool(c["expected"] is not None and c["expected"] >= c["observed"])


def bits(value: float) -> str:
    """Bits of evidence: whole where there are many, one place of decimals where there are few."""
    text = f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return text.removeprefix("-") if not float(text) else text


def weighed_of(row: Row) -> str:
    """The primary test in words."""
    return (
        f"weighed by how rare such events are at each place, what followed comes to {bits(row['bits'])} bits of evidence "
        f"({bits(row['bits_expected'])} when dates are shifted, 97.5 % below {bits(row['bits_high'])}; {q_of(row)}, {row['draws']} shifts)"
    )


def beyond(row: Row) -> bool:
    """More than the null expects, after false-discovery control."""
    if row["null_model"] == "W":
        return bool(row["q"] is not None and row["q"] <= LEVEL)
    return bool(row["q"] is not None and row["q"] <= LEVEL and row["observed"] > (row["expected"] or 0.0))


def told_scope(source: str) -> str:
    """The scope of the sources that we know by name."""
    return {"ucdp_ged": "lethal", "acled": "violence", "gtd": "violence", "gdelt": "reports"}.get(source, "any")
