"""What is known of names apart from the answer judged: controls, other networks' answers, who else has an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from blowback.analyses.blocking.readiness import Readiness
from blowback.analyses.blocking.seen import Reply
from blowback.tools.services import block_of, owner_of, owners_own, registrable, unroutable


@dataclass(slots=True)
class Known:
    """Indexes over all replies of a case.

    `controls`: name -> control replies. `blocks`: registrable domain -> blocks (/16, /32) of addresses that recursing
    resolvers and controls give its names, poisoned answers left out. `owners`: (network, address) -> owners of the
    names that have it there. `servers`: zone -> domains of its name servers as recursing resolvers tell them.
    `peers`: name -> networks whose recursing resolvers give it a routable address.
    """

    controls: defaultdict[str, list[Reply]] = field(default_factory=lambda: defaultdict(list))
    blocks: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    owners: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    servers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    peers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    prints: Mapping[str, tuple[str, str, frozenset[str]]] = field(default_factory=dict)

    def of_control(self, reply: Reply) -> list[Reply]:
        """Control replies for the name: of the same measurement where it has any, else of the same day, else any."""
        found = self.controls.get(reply.name, [])
        same = [c for c in found if c.measurement is not None and c.measurement == reply.measurement]
        if reply.measurement is not None and same:
            return same
        loose = [c for c in found if c.measurement is None or reply.measurement is None]
        return [c for c in loose if c.day == reply.day] or loose

    def real(self, name: str, address: str) -> bool:
        """Whether an address lies where the name's own addresses are known to lie."""
        return block_of(address) in self.blocks.get(registrable(name), ()) or owners_own(name, address)

    def sharing(self, network: str, address: str) -> set[str]:
        """Owners of the names that have this address at this network."""
        return self.owners.get((network, address), set())


def gather(rows: Iterable[Reply], ready: Mapping[tuple[str, str], Readiness]) -> Known:
    """Index all replies.

    Args:
        rows: every reply.
        ready: readiness of each resolver-day.
    """
    out = Known()
    answered = [r for r in rows if r.answers and r.fault is None]
    for row in rows:
        if row.control:
            out.controls[row.name].append(row)
    for row in answered:
        if not row.control:
            for address in row.answers:
                out.owners[row.network, address].add(owner_of(row.owner(address)))
    for row in answered:
        _learn(out, row, ready)
    return out


def _learn(out: Known, row: Reply, ready: Mapping[tuple[str, str], Readiness]) -> None:
    word = "control" if row.control else ready[row.resolver, row.day].word
    if word not in ("control", "recursing") or any(unroutable(a) for a in row.answers):
        return
    if row.aa and not row.control and ready[row.resolver, row.day].aa_tells:
        return  # the server's own records say nothing of where a name lies elsewhere
    out.blocks[registrable(row.name)] |= {block_of(a) for a in row.answers}
    out.peers[row.name].add("control" if row.control else row.network)
    if row.zone and row.mname:
        out.servers[row.zone] |= {registrable(s) for s in row.mname.split(" ")}
