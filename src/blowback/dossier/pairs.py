"""Pairs of accounts inside the groups, from the tables that the runs left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from blowback.dossier.cards import Pairing
from blowback.dossier.reading import Desk
from blowback.dossier.runs import Run

_PAIRS = (
    "FROM pairs p JOIN groups g ON g.kind = p.kind "
    "JOIN subjects a ON a.account_id = p.account_a AND a.id = g.group_id AND a.run = ? "
    "JOIN subjects b ON b.account_id = p.account_b AND b.f = a.f "
)


@dataclass(slots=True)
class Pairs:
    """By finding: surviving pairs (account a, account b, most distinct objects of any window), windows, and kind."""

    inside: dict[int, list[tuple[str, str, int]]] = field(default_factory=dict)
    windows: dict[int, tuple[Pairing, ...]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)


def pairs_of(desk: Desk, runs: Sequence[Run]) -> Pairs:
    """What the runs' tables `pairs` and `groups` hold of the findings on the desk; call after `behind.gather`."""
    found = Pairs()
    for run in runs:
        pairs, groups = run.output("pairs"), run.output("groups")
        if pairs is None or groups is None:
            continue
        desk.mount("pairs", [pairs])
        desk.mount("groups", [groups])
        kinds = desk.rows(
            "SELECT DISTINCT s.f, g.kind FROM groups g JOIN subjects s ON s.id = g.group_id AND s.run = ?", run.id
        )
        found.kinds.update((f, str(kind)) for f, kind in kinds)
        rows = desk.rows(
            f"SELECT a.f, p.account_a, p.account_b, max(p.n_objects) {_PAIRS} WHERE p.survives GROUP BY ALL ORDER BY ALL",
            run.id,
        )
        for f, a, b, n in rows:
            found.inside.setdefault(f, []).append((a, b, n))
        _windows(desk, run, found)
    return found


def _windows(desk: Desk, run: Run, found: Pairs) -> None:
    rows = desk.rows(
        f"SELECT a.f, p.window_s, count(*), count(*) FILTER (WHERE p.survives) {_PAIRS} GROUP BY 1, 2 ORDER BY 1, 2",
        run.id,
    )
    for f, window, pairs, survive in rows:
        found.windows[f] = (*found.windows.get(f, ()), Pairing(int(window), pairs, survive))


def union(
    pairs: Mapping[int, Sequence[tuple[str, str, int]]], findings: Sequence[int]
) -> list[tuple[str, str, int, int]]:
    """Pairs of several findings as one list: (account a, account b, most objects, number of findings with the pair)."""
    most: dict[tuple[str, str], tuple[int, int]] = {}
    for f in findings:
        for a, b, n in pairs.get(f, ()):
            before, times = most.get((a, b), (0, 0))
            most[a, b] = max(before, n), times + 1
    return [(a, b, n, times) for (a, b), (n, times) in sorted(most.items())]
