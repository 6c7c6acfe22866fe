"""The network of groups: pseudonymous accounts, joined where their pair survived both nulls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from blowback.dossier.document import Cluster, Edge, Network, Node
from blowback.dossier.layout import pack, place
from blowback.dossier.shown import plural, whole
from blowback.model.finding import Finding

GROUPS, PER_GROUP, NODES, EDGES = 80, 300, 2000, 12_000
_UNIT, _GAP, _MARGIN = 13.0, 26.0, 34.0
Pairs = Mapping[int, Sequence[tuple[str, str, int]]]


def network(findings: Sequence[Finding], labels: Sequence[str], pairs: Pairs) -> Network:
    """Lay out the groups of the findings, largest first, up to the caps; what is left out is told in the note."""
    accounts = {a for f in findings for a in f.subject.members}
    shown: list[tuple[int, list[str]]] = []
    room = NODES
    for number, finding in enumerate(findings[:GROUPS]):
        members = sorted(set(finding.subject.members))[: min(PER_GROUP, room)]
        room -= len(members)
        if len(members) >= 2:
            shown.append((number, members))
    radii = [_UNIT * (1 + math.sqrt(len(m))) for _, m in shown]
    centres = pack(radii, _GAP)
    left = min((x - r for (x, _), r in zip(centres, radii, strict=True)), default=0.0) - _MARGIN
    top = min((y - r for (_, y), r in zip(centres, radii, strict=True)), default=0.0) - _MARGIN
    nodes: list[Node] = []
    edges: list[Edge] = []
    clusters: list[Cluster] = []
    for (number, members), radius, (x, y) in zip(shown, radii, centres, strict=True):
        cx, cy, start = x - left, y - top, len(nodes)
        finding = findings[number]
        index = {a: i for i, a in enumerate(members)}
        inner = [(index[a], index[b], n) for a, b, n in pairs.get(number, ()) if a in index and b in index]
        for account, (px, py) in zip(members, place(len(members), [(a, b) for a, b, _ in inner]), strict=True):
            reach = radius * 0.86
            nodes.append(Node(account, finding.id, round(float(cx + px * reach), 1), round(float(cy + py * reach), 1)))
        edges += [Edge(start + a, start + b, n) for a, b, n in inner]
        size = len(set(finding.subject.members))
        clusters.append(
            Cluster(finding.id, labels[number], round(cx, 1), round(cy, 1), round(radius, 1), size, len(members))
        )
    total = sum(len(p) for p in pairs.values())
    width = max((c.x + c.r for c in clusters), default=0.0) + _MARGIN
    height = max((c.y + c.r for c in clusters), default=0.0) + _MARGIN
    drawn = sorted(edges, key=lambda e: (-e.n_objects, e.a, e.b))[:EDGES]
    note = _note(len(findings) - len(shown), clusters, total - len(drawn))
    drawn.sort(key=lambda e: (e.a, e.b))
    return Network(
        round(width, 1), round(height, 1), tuple(clusters), tuple(nodes), tuple(drawn), len(accounts), total, note
    )


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
