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
    `peers`: name -> networks whose recursing resolvers give it a routable address. `odd`: (network, address) -> owners of
    names that have it there and elsewhere at their controls; `even`: those that a name and its control agree on: shared
    infrastructure, no sinkhole. `alone`: (network, address) -> names that have it there as their only address, in their own
    record; `apart`: of these, those that other networks' recursing resolvers find elsewhere. An address at which another
    network finds one of them is in neither.
    """

    controls: defaultdict[str, list[Reply]] = field(default_factory=lambda: defaultdict(list))
    blocks: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    owners: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    servers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    peers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    odd: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    even: set[tuple[str, str]] = field(default_factory=set)
    alone: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    apart: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    prints: Mapping[str, tuple[str, str, frozenset[str]]] = field(default_factory=dict)

    def of_control(self, reply: Reply) -> list[Reply]:
        """Control replies for the name: of the same measurement where it has any, else of the same day, else any."""
        found = self.controls.get(reply.name, [])
        same = [c for c in found if c.measurement is not None and c.measurement == reply.measurement]
        if reply.measurement is not None and same:
            return same
        loose = [c for c in found if c.measurement is None or reply.measurement is None]
        return [c for c in loose if c.day == reply.day] or loose

    def differs(self, reply: Reply) -> bool:
        """Whether a reply with addresses shares none, no AS and no block with its controls; False where there is no control."""
        if reply.matched is not None:
            return reply.matched == "none"
        good = [c for c in self.of_control(reply) if c.answers]
        if not good:
            return False
        theirs = {a for c in good for a in c.answers}
        asns = {n for c in good for n in c.asns} - {"0"}
        blocks = {block_of(a) for a in theirs}
        near = any(block_of(a) in blocks for a in reply.answers)
        return not (theirs & set(reply.answers) or asns & set(reply.asns) or near)

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
        if not row.control and (row.matched or out.of_control(row)):
            odd = out.differs(row)
            for address in row.answers:
                if odd:
                    out.odd[row.network, address].add(owner_of(row.name))
                else:
                    out.even.add((row.network, address))
    _lone(out, answered, ready)
    return out


def _lone(out: Known, answered: Iterable[Reply], ready: Mapping[tuple[str, str], Readiness]) -> None:
    """Addresses that many names have alone, held against what other networks find; answers with authority say nothing."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in answered:
        day = ready.get((row.resolver, row.day))
        if row.control or (day is not None and day.ready and not (row.aa and day.aa_tells) and not row.bogons):
            found[row.name]["control" if row.control else row.network] |= set(row.answers)
            if not row.control and lone(row):
                out.alone[row.network, row.answers[0]].add(row.name)
    for (network, address), names in out.alone.items():
        seen = {n: {a for other, held in found[n].items() if other != network for a in held} for n in names}
        if any(address in held for held in seen.values()):
            names.clear()
            continue
        out.apart[network, address] = {
            n for n, held in seen.items() if held and block_of(address) not in {block_of(a) for a in held}
        }


def lone(reply: Reply) -> bool:
    """Whether a reply is one address in the name's own record: neither a chain to a host that many use, nor one of several."""
    return len(reply.answers) == 1 and not reply.cnames and reply.owner(reply.answers[0]) == reply.name


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
