"""Pairs of accounts inside the groups, from the tables that the runs left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from blowback.dossier.cards import Pairing
from blowback.dossier.reading import Desk
from blowback.dossier.runs import Run

# `joined` (run, group_id, kind): the kinds of marks that join a group, in its own table or in that of the groups.
_INSIDE = (
    "FROM {table} p JOIN joined j ON j.kind = p.kind "
    "JOIN subjects a ON a.account_id = p.account_a AND a.id = j.group_id AND a.run = ? "
    "JOIN subjects b ON b.account_id = p.account_b AND b.f = a.f "
)
_KINDS = "SELECT DISTINCT s.f, j.kind, j.first FROM joined j JOIN subjects s ON s.id = j.group_id AND s.run = ?"


@dataclass(slots=True)
class Pairs:
    """By finding: pairs that stand (account a, account b, most objects, kinds), pairs by window, kinds of marks."""

    inside: dict[int, list[tuple[str, str, int, int]]] = field(default_factory=dict)
    windows: dict[int, tuple[Pairing, ...]] = field(default_factory=dict)
    kinds: dict[int, tuple[str, ...]] = field(default_factory=dict)


def pairs_of(desk: Desk, runs: Sequence[Run]) -> Pairs:
    """What the runs' tables hold of the findings on the desk; call after `behind.gather`.

    A run that tests each window has its verdicts in `pairs`; one that weighs every gap has them in `ties`, and counts in
    `pairs` what meets within each window of its curve.
    """
    found = Pairs()
    for run in runs:
        pairs, groups = run.output("pairs"), run.output("groups")
        if pairs is None or groups is None:
            continue
        columns = desk.mount("groups", [groups])
        desk.mount("pairs", [pairs])
        _joined(desk, run, columns)
        for f, kind, _ in sorted(desk.rows(_KINDS, run.id), key=lambda r: (r[0], not r[2], r[1])):
            found.kinds[f] = (*found.kinds.get(f, ()), str(kind))
        stands, count = "p.survives", "p.n_objects"
        table = "pairs"
        if ties := run.output("ties"):
            desk.mount("ties", [ties])
            table, stands, count = "ties", "(p.survives OR p.hangs)", "p.n_met"
        for f, a, b, n, kinds in desk.rows(
            f"SELECT a.f, p.account_a, p.account_b, max({count}), count(DISTINCT p.kind) {_INSIDE.format(table=table)} "
            f"WHERE {stands} GROUP BY ALL ORDER BY ALL",
            run.id,
        ):
            found.inside.setdefault(f, []).append((a, b, n, kinds))
        _windows(desk, run, found)
    return found


def _joined(desk: Desk, run: Run, columns: frozenset[str]) -> None:
    if layers := run.output("layers"):
        desk.mount("layers", [layers])
        lead = "g.lead" if "lead" in columns else "l.kind"
        sql = f"SELECT l.group_id, l.kind, l.kind = {lead} AS first FROM layers l JOIN groups g ON g.group_id = l.group_id"
    else:
        sql = "SELECT group_id, kind, true AS first FROM groups"
    desk.connection.execute(f"CREATE OR REPLACE TEMP VIEW joined AS {sql}")


def _windows(desk: Desk, run: Run, found: Pairs) -> None:
    pair = "(p.account_a, p.account_b)"
    rows = desk.rows(
        f"SELECT a.f, p.window_s, count(DISTINCT {pair}), count(DISTINCT {pair}) FILTER (WHERE p.survives) "
        f"{_INSIDE.format(table='pairs')} GROUP BY 1, 2 ORDER BY 1, 2",
        run.id,
    )
    for f, window, pairs, survive in rows:
        found.windows[f] = (*found.windows.get(f, ()), Pairing(int(window), pairs, survive))


Inside = Mapping[int, Sequence[tuple[str, str, int, int]]]


def union(inside: Inside, findings: Sequence[int]) -> list[tuple[str, str, int, int]]:
    """Pairs of several findings as one list: (account a, account b, most objects, kinds or findings that show it)."""
    most: dict[tuple[str, str], tuple[int, int]] = {}
    for f in findings:
        for a, b, n, kinds in inside.get(f, ()):
            before, times = most.get((a, b), (0, 0))
            most[a, b] = max(before, n), times + kinds
    return [(a, b, n, times) for (a, b), (n, times) in sorted(most.items())]
