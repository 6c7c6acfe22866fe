"""Whole networks that fell silent: collapses of reachability or traffic against their own history, and what they excuse.

A shutdown must raise, not silence: it is a row and a finding of its own; and while it lasts, silence and failures say nothing of single
names. A forged answer or a block page stays what it is: somebody answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa

from blowback.analyses.blocking import evidence as e
from blowback.analyses.blocking.dns import Ruled
from blowback.analyses.blocking.networks import Naming
from blowback.model.moments import micros
from blowback.tools.collapse import DAY_US, collapses, on_grid

_SILENCES: Final = frozenset(
    [
        e.SILENT.id,
        e.SILENT_LONG.id,
        e.SILENT_UNKNOWN.id,
        e.TCP.id,
        e.TLS.id,
        e.HTTP_FAILS.id,
        e.STALLED.id,
        e.THROTTLED.id,
    ]
)
_FAILURES: Final = frozenset([e.FAILS.id, e.FAILS_ONCE.id])
_LOSSES: Final = frozenset(["dns.servfail", "dns.timeout", "dns.refused"])
_HALF: Final = 0.5  # of a day whose hours are not known
_EVIDENCE: Final = 20  # records named with an outage


@dataclass(slots=True)
class Outages:
    """Collapses by network and by country: spans in microseconds, from the first low bin to the end of the last."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    series: list[dict[str, Any]] = field(default_factory=list)
    _spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pa.Table, naming: Naming, drop: float) -> Outages:
        """From the table `volumes`.

        Args:
            table: rows of all series.
            naming: names networks.
            drop: share of the usual level that must be missing.
        """
        groups: defaultdict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in table.to_pylist():
            network = naming.name(row["network"], None) if row["network"] else ""
            country = row["country"] or (naming.country(network) if network else None) or ""
            groups[network, country, row["series"]].append(row)
        out = cls()
        spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for (network, country, series), rows in sorted(groups.items()):
            same = {"network": network, "country": country, "series": series}
            looked_at, found = _series(rows, drop)
            out.series.append({**same, **looked_at})
            for row in found:
                out.rows.append({**same, **row})
                if row["word"] == "collapse":
                    spans[network or f"country {country}"].append((row["first_low"], row["until"]))
        out._spans = dict(spans)
        return out

    def covers(self, network: str, country: str | None, at: datetime | int | None, day: str) -> bool:
        """Whether a moment (or most of a day whose moment is not known) lies in a collapse of a network or its country."""
        spans = [*self._spans.get(network, ()), *self._spans.get(f"country {country}", ())]
        if not spans:
            return False
        moment = micros(at) if isinstance(at, datetime) else at
        if moment is not None:
            return any(low <= moment < high for low, high in spans)
        try:
            start = int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 1_000_000
        except ValueError:
            return False
        return any(min(high, start + DAY_US) - max(low, start) > _HALF * DAY_US for low, high in spans)

    def excused(self, ruled: Ruled) -> bool:
        """Whether an outage of the whole network would look the same."""
        rule = ruled.rule.id
        return rule in _SILENCES or (rule in _FAILURES and ruled.mechanism in _LOSSES)

    def masked(self, ruled: Ruled, network: str, country: str | None, at: datetime | int | None, day: str) -> Ruled:
        """What is left of a verdict on one name while the whole network was down."""
        if self._spans and self.excused(ruled) and self.covers(network, country, at, day):
            return replace(ruled, rule=e.OUTAGE, mechanism="", cause="network", poisoned="")
        return ruled


def _series(rows: Sequence[dict[str, Any]], drop: float) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(how much of a series there is, its low stretches)."""
    rows = sorted(rows, key=lambda r: (r["begins_at"], r["exhibit"], r["record_no"]))
    at = np.array([micros(r["begins_at"]) for r in rows], np.int64)
    steps = {round(r["step_s"] * 1e6) for r in rows} - {0}
    series = on_grid(at, np.array([r["value"] for r in rows], np.float64), min(steps, default=0), drop)
    looked_at = {
        "values": len(rows), "known": series.known if series else 0, "first": rows[0]["begins_at"], "last": rows[-1]["begins_at"],
        "evidence": " ".join(_locators(rows[:_EVIDENCE])),
    }  # fmt: skip
    found = []
    for low in collapses(series) if series else ():
        until = low.last_low + (series.step if series else 0)
        inside = (r for r, t in zip(rows, at.tolist(), strict=True) if low.first_low <= t <= low.last_low)
        found.append({
            **{n: getattr(low, n) for n in ("last_usual", "first_low", "last_low", "first_usual")}, "until": until,
            "hours": (until - low.first_low) / 3.6e9, "ratio": low.ratio, "least": low.least, "most": low.most,
            "spread": low.spread, "p": low.p, "as_low": low.as_low, "word": low.word, "why": low.why,
            "evidence": " ".join(_locators(inside)),
        })  # fmt: skip
    return looked_at, found


def _locators(rows: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(f"{r['exhibit'][:12]}:{r['record_no']}" for r in rows))[:_EVIDENCE]
