"""The rationale test: does what is blocked fit the stated reason? Coverage, purity, enrichment, and what they allow to say.

Every share is of informative units and has an exact interval; before any word the plan is checked: with fewer units than
would let 'none is blocked' exclude the claimed coverage the answer is `cannot tell`. No intent is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from blowback.analyses.blocking.units import Label, Unit, label_of, predicted, said_open
from blowback.model.blocking import Rationale
from blowback.tools import odds
from blowback.tools.intervals import exact_share, wilson

WORDING: Final = {
    "cannot tell": "W1: fewer informative units that the reason predicts blocked than the plan asks for",
    "contradicted": "W2: the upper bound of coverage lies below the claimed minimum, and that of purity below one half",
    "consistent": "W3: the lower bounds of coverage (at least the claimed minimum), of purity (at least one half) and of the odds ratio (above 1) all hold",
    "partly": "W4: the odds ratio's lower bound is above 1, but coverage or purity does not hold",
    "not shown": "W5: none of these",
}
HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Counted:
    """A two-by-two table: predicted and blocked, predicted and open, other and blocked, other and open."""

    a: int
    b: int
    c: int
    d: int

    @property
    def table(self) -> odds.Table:
        """As the statistics take it."""
        return (self.a, self.b), (self.c, self.d)


def count(units: Iterable[Unit], reason: Rationale, known: Mapping[str, Label]) -> Counted:
    """The table of a rationale."""
    a = b = c = d = 0
    for unit in units:
        inside = predicted(unit, reason, known)
        a += inside and unit.blocked
        b += inside and not unit.blocked
        c += not inside and unit.blocked
        d += not inside and not unit.blocked
    return Counted(a, b, c, d)


def share(hits: int, of: int) -> dict[str, Any]:
    """A share as the report has it: hits, of, value, exact 95 % interval (and Wilson's); value None where nothing was told."""
    low, high = exact_share(hits, of)
    near = [_r(end) for end in wilson(hits, of)]
    return {"hits": hits, "of": of, "value": hits / of if of else None, "ci95": [_r(low), _r(high)], "wilson95": near}


def enrichment(counted: Counted) -> dict[str, Any]:
    """Odds ratio with conditional exact interval, Fisher's test and its mid-p."""
    found = odds.odds_ratio(counted.table)
    test = {"fisher_p": _r(odds.fisher(counted.table)), "mid_p": _r(odds.fisher(counted.table, mid=True))}
    if found is None:
        return {"odds_ratio": None, "ci95": None, "mid_p_ci95": None, **test}
    near = odds.odds_ratio(counted.table, mid=True) or found
    ends = {"ci95": [_r(found[1]), _r(found[2])], "mid_p_ci95": [_r(near[1]), _r(near[2])]}
    return {"odds_ratio": _r(found[0]), **ends, **test}


def wording(counted: Counted, minimum: float) -> tuple[str, str]:
    """(word, its rule) for a table and the claimed minimum coverage."""
    word = _word(counted, minimum)
    return word, WORDING[word]


def _word(counted: Counted, minimum: float) -> str:
    n = counted.a + counted.b
    if n < odds.least_units(minimum):
        return "cannot tell"
    low, high = exact_share(counted.a, n)
    blocked = counted.a + counted.c
    pure_low, pure_high = exact_share(counted.a, blocked)
    ratio = odds.odds_ratio(counted.table)
    enriched = ratio is not None and ratio[1] > 1
    if high < minimum and blocked and pure_high < HALF:
        return "contradicted"
    if low >= minimum and pure_low >= HALF and enriched:
        return "consistent"
    return "partly" if enriched else "not shown"


def network_report(units: Sequence[Unit], reason: Rationale, known: Mapping[str, Label], asked: int) -> dict[str, Any]:
    """Everything about one network.

    Args:
        units: its informative units.
        reason: the rationale.
        known: labels of hosts.
        asked: units that were asked, informative or not.
    """
    counted = count(units, reason, known)
    word, rule = wording(counted, reason.minimum_coverage)
    n, blocked = counted.a + counted.b, counted.a + counted.c
    least = odds.least_units(reason.minimum_coverage)
    own = count([u for u in units if not u.collateral], reason, known)
    hit = [u for u in units if u.blocked]
    contrary = [u for u in hit if said_open(u, reason, known) and not predicted(u, reason, known)]
    return {
        "wording": word, "wording_rule": rule, "units_asked": asked, "units_informative": len(units), "units_blocked": blocked,
        "plan": {
            "minimum_coverage": reason.minimum_coverage, "units_needed": least, "units_predicted_informative": n, "met": n >= least,
            "none_would_still_allow": _r(odds.detectable(n)),
        },
        "table": [[counted.a, counted.b], [counted.c, counted.d]], "coverage": share(counted.a, n),
        "coverage_at_least_minimum_p": _r(odds.at_least(counted.a, n, reason.minimum_coverage)) if n else None,
        "purity": share(counted.a, blocked), "enrichment": enrichment(counted),
        "without_collateral": {
            "table": [[own.a, own.b], [own.c, own.d]], "coverage": share(own.a, own.a + own.b), "purity": share(own.a, own.a + own.c),
            "wording": wording(own, reason.minimum_coverage)[0],
        },
        "said_open_but_blocked": sorted(u.id for u in contrary), "blocked": sorted(u.id for u in hit),
        "predicted_open": sorted(u.id for u in units if not u.blocked and predicted(u, reason, known)),
        "unlabelled_blocked": sorted(u.id for u in hit if not any(label_of(x, known) for x in u.names)),
    }  # fmt: skip


def by_category(units: Sequence[Unit], known: Mapping[str, Label]) -> list[dict[str, Any]]:
    """Every category with n, blocked, interval, odds ratio, mid-p and q over all of them; the largest odds first."""
    labelled: dict[str, list[Unit]] = {}
    for unit in units:
        for code in {c for n in unit.names if (found := label_of(n, known)) for c in found.categories}:
            labelled.setdefault(code, []).append(unit)
    blocked, out = sum(u.blocked for u in units), []
    for code, members in sorted(labelled.items()):
        a = sum(u.blocked for u in members)
        counted = Counted(a, len(members) - a, blocked - a, len(units) - len(members) - (blocked - a))
        out.append(
            {
                "category": code,
                "informative": len(members),
                "blocked": a,
                "share": share(a, len(members)),
                **enrichment(counted),
            }
        )
    for row, q in zip(out, odds.adjusted([r["mid_p"] for r in out]), strict=True):
        row["q"] = _r(q)
    return sorted(out, key=lambda r: (r["mid_p"], r["category"]))


def doubt(units: Sequence[Unit], reason: Rationale, sets: Mapping[str, Mapping[str, Label]]) -> dict[str, Any]:
    """The test under other label sets: how far coverage, purity and the word depend on who labelled."""
    rows: list[dict[str, Any]] = []
    for name, known in sorted(sets.items()):
        counted = count(units, reason, known)
        rows.append({
            "labels": name, "coverage": share(counted.a, counted.a + counted.b), "purity": share(counted.a, counted.a + counted.c),
            "wording": wording(counted, reason.minimum_coverage)[0],
        })  # fmt: skip
    told = [r["coverage"]["value"] for r in rows if r["coverage"]["value"] is not None]
    pure = [r["purity"]["value"] for r in rows if r["purity"]["value"] is not None]
    return {
        "sets": rows, "coverage_range": [min(told), max(told)] if told else None, "purity_range": [min(pure), max(pure)] if pure else None,
        "wordings": sorted({r["wording"] for r in rows}),
    }  # fmt: skip


def added(tables: Sequence[Counted]) -> Counted:
    """All networks together, a unit counted once in each; what they have in common is in `pooled`."""
    return Counted(*(sum(getattr(t, field) for t in tables) for field in "abcd"))


def pooled(tables: Sequence[Counted]) -> dict[str, Any] | None:
    """Mantel-Haenszel over networks; None for fewer than two that tell something."""
    telling = [t for t in tables if t.a + t.b and t.c + t.d and t.a + t.c and t.b + t.d]
    if len(telling) < 2:
        return None
    found = odds.mantel_haenszel([t.table for t in telling])
    return (
        {"networks": len(telling), "odds_ratio": _r(found[0]), "ci95": [_r(found[1]), _r(found[2])]} if found else None
    )


def _r(value: float) -> float | None:
    """Rounded to 6 significant digits, so that a report is stable; infinity has no number in JSON and is None."""
    return None if math.isinf(value) or math.isnan(value) else float(f"{value:.6g}")
