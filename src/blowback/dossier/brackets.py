"""When blocking began and ceased, and whole networks fell silent, for the timeline of the case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import pyarrow.parquet as pq

from blowback.dossier.document import Bracket
from blowback.dossier.runs import Run
from blowback.dossier.shown import harmless
from blowback.tools.words import plural

_ANALYSIS: Final = "blocking"
_NEEDS: Final = {"network", "name", "onset_after", "onset_by", "end_after", "end_by"}
_OUTAGE: Final = {"network", "country", "series", "first_low", "until", "ratio", "word"}
_NAMED: Final = 3  # names told of one bracket


def brackets(runs: Sequence[Run]) -> tuple[Bracket, ...]:
    """One for each network, pair of days and direction, and for each collapse of a whole network, in order of time.

    A name that was blocked when first looked at has no onset that is known, and one that was still blocked at the last
    look no end: neither is marked. Days that are labels and no dates are left out.
    """
    held: defaultdict[tuple[int, int, str, str], set[str]] = defaultdict(set)
    for run in runs:
        path = run.output("brackets") if run.analysis == _ANALYSIS and run.outcome == "done" else None
        if path is None or not set(pq.read_schema(path).names) >= _NEEDS:
            continue
        for row in pq.read_table(path, columns=sorted(_NEEDS)).to_pylist():
            for low, high, what in (("onset_after", "onset_by", "blocked"), ("end_after", "end_by", "open again")):
                ends = _day(row[low]), _day(row[high])
                if ends[0] is not None and ends[1] is not None:
                    held[ends[0], ends[1], str(row["network"]), what].add(str(row["name"]))
    dated = [
        Bracket(low, high, _says(network, what, sorted(names)))
        for (low, high, network, what), names in sorted(held.items())
    ]
    return tuple(sorted((*dated, *_outages(runs)), key=lambda b: (b.from_us, b.to_us, b.says)))


def _outages(runs: Sequence[Run]) -> Iterator[Bracket]:
    """Collapses of whole networks: from the first low bin to the end of the last."""
    for run in runs:
        path = run.output("outages") if run.analysis == _ANALYSIS and run.outcome == "done" else None
        if path is None or not set(pq.read_schema(path).names) >= _OUTAGE:
            continue
        for row in pq.read_table(path, columns=sorted(_OUTAGE)).to_pylist():
            if row["word"] == "collapse":
                where = row["network"] or f"country {row['country']}"
                says = f"{where}: reachability at {row['ratio']:.0%} of what is usual ({row['series']})"
                ends = [int(row[n].replace(tzinfo=UTC).timestamp()) * 1_000_000 for n in ("first_low", "until")]
                yield Bracket(ends[0], ends[1], harmless(says))


def _day(said: str | None) -> int | None:
    """Midnight of an ISO day in microseconds since 1970, UTC; None for a label or nothing."""
    try:
        return int(datetime.strptime(said or "", "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 1_000_000
    except ValueError:
        return None


def _says(network: str, what: str, names: Sequence[str]) -> str:
    told = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
    return harmless(f"{network}: {plural(len(names), 'name')} first seen {what} ({told})")
