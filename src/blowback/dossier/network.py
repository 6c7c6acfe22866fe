"""The network of groups: pseudonymous accounts, joined where their pair survived the chance models."""

from __future__ import annotations

import math
from collections.abc import Sequence

from blowback.dossier.document import Cluster, Edge, Network, Node
from blowback.dossier.groups import Gathered
from blowback.dossier.layout import pack, place
from blowback.dossier.pairs import Inside, union
from blowback.dossier.shown import whole
from blowback.tools.words import plural

GROUPS, PER_GROUP, NODES, PER_NODE, FEW = 60, 300, 2000, 6, 400
_UNIT, _GAP, _MARGIN = 13.0, 30.0, 34.0


def network(groups: Sequence[Gathered], inside: Inside) -> Network:
    """Lay out the groups, in their order, up to the caps; what is left out is told in the note.

    Args:
        groups: as `groups.gather` makes them.
        inside: pairs that stand, by finding.
    """
    drawn = _chosen(groups)
    radii = [_UNIT * (1 + math.sqrt(len(m))) for _, m in drawn]
    centres = pack(radii, _GAP)
    left = min((x - r for (x, _), r in zip(centres, radii, strict=True)), default=0.0) - _MARGIN
    top = min((y - r for (_, y), r in zip(centres, radii, strict=True)), default=0.0) - _MARGIN
    nodes: list[Node] = []
    edges: list[Edge] = []
    clusters: list[Cluster] = []
    total = sum(len(union(inside, g.findings)) for g in groups)
    for (g, members), radius, (x, y) in zip(drawn, radii, centres, strict=True):
        one, cx, cy, start = groups[g], x - left, y - top, len(nodes)
        index = {a: i for i, a in enumerate(members)}
        ties = [(index[a], index[b], n, t) for a, b, n, t in union(inside, one.findings) if a in index and b in index]
        for account, (px, py) in zip(members, place(len(members), [(a, b) for a, b, _, _ in ties]), strict=True):
            reach = radius * 0.86
            at = round(float(cx + px * reach), 1), round(float(cy + py * reach), 1)
            nodes.append(Node(account, g, account in one.accounts and one.ruling == "stands", *at))
        edges += [
            Edge(start + a, start + b, n, t) for a, b, n, t in _strongest(ties, max(PER_NODE * len(members), FEW))
        ]
        size = len(one.accounts) + len(one.more)
        circle = round(cx, 1), round(cy, 1), round(radius, 1)
        clusters.append(Cluster(g, f"Group {g + 1}", one.ruling, *circle, members=size, shown=len(members)))
    width = max((c.x + c.r for c in clusters), default=0.0) + _MARGIN
    height = max((c.y + c.r for c in clusters), default=0.0) + _MARGIN
    return Network(
        width=round(width, 1),
        height=round(height, 1),
        clusters=tuple(clusters),
        nodes=tuple(nodes),
        edges=tuple(edges),
        accounts=len({a for g in groups for a in g.accounts | g.more}),
        pairs=total,
        note=_note(len(groups) - len(clusters), clusters, total - len(edges)),
    )


Tie = tuple[int, int, int, int]


def _strongest(ties: Sequence[Tie], most: int) -> list[Tie]:
    """Pairs to draw in one group: for each account its strongest one first, so that none stands alone that does not."""
    if len(ties) <= most:
        return list(ties)
    ranked = sorted(ties, key=lambda t: (-t[2], t[0], t[1]))
    met: set[int] = set()
    first: dict[Tie, None] = {}
    for tie in ranked:
        if not {tie[0], tie[1]} <= met:
            first[tie] = None
            met.update(tie[:2])
    kept = list(dict.fromkeys([*first, *ranked]))[:most]
    return sorted(kept)


def _chosen(groups: Sequence[Gathered]) -> list[tuple[int, list[str]]]:
    """(group, accounts to draw): each group's own first, then those that only its undecided findings name."""
    chosen: list[tuple[int, list[str]]] = []
    room = NODES
    for number, one in enumerate(groups[:GROUPS]):
        members = [*sorted(one.accounts), *sorted(one.more)][: min(PER_GROUP, room)]
        room -= len(members)
        if len(members) >= 2:
            chosen.append((number, members))
    return chosen


def _note(groups: int, clusters: Sequence[Cluster], edges: int) -> str:
    hidden = sum(c.members - c.shown for c in clusters)
    said = []
    if groups:
        said.append(plural(groups, "group"))
    if hidden:
        said.append(f"{plural(hidden, 'account')} of groups over {whole(PER_GROUP)} (the first by pseudonym are drawn)")
    if edges > 0:
        said.append(plural(edges, "pair"))
    return f"Not drawn, to keep the picture readable: {', '.join(said)}." if said else ""
