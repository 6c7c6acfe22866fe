"""One DNS reply -> state, mechanism, cause and rule. The rules of `evidence`, in their order.

Order: input, readiness of the resolver-day, what a refusing server leaks, unroutable answers, published forged answers,
shared answers, failures, silence. What is not known stays `insufficient`: without a control a failure is no block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from blowback.analyses.blocking import evidence as e
from blowback.analyses.blocking.evidence import Evidence
from blowback.analyses.blocking.known import Known, lone
from blowback.analyses.blocking.readiness import Readiness
from blowback.analyses.blocking.seen import Reply
from blowback.tools.services import owner_of, registrable

_MANY: Final = (
    10  # unrelated owners with one address: more than the hosts and parking pages of a test list had in June 2014
)
_FAILURES: Final = {
    "NXDOMAIN": "dns.nxdomain",
    "NOERROR": "dns.nodata",
    "SERVFAIL": "dns.servfail",
    "REFUSED": "dns.refused",
}


@dataclass(frozen=True, slots=True)
class Ruled:
    """What one reply shows."""

    rule: Evidence
    mechanism: str = ""
    cause: str = ""
    poisoned: str = ""

    @property
    def state(self) -> str:
        """The rule's state."""
        return self.rule.state


def judge(reply: Reply, day: Readiness, known: Known, shared: int) -> Ruled:
    """What one reply shows.

    Args:
        reply: the reply; no control.
        day: what its resolver is on that day.
        known: controls and other networks.
        shared: unrelated owners from which on one answer is a sinkhole.
    """
    if reply.fault is not None:
        return Ruled(e.INPUT, cause="input")
    if reply.aa and day.aa_tells and (found := _authority(reply, day, known)) is not None:
        return found
    if not day.ready and (reply.refused or reply.silent or reply.failed):
        return Ruled(e.UNREADY, cause="resolver")
    if reply.silent:
        return _silence(reply, known)
    if reply.failed:
        return _failure(reply, known)
    return _answer(reply, known, shared)


def _authority(reply: Reply, day: Readiness, known: Known) -> Ruled | None:
    """An authoritative answer of a server that is no authority: the zone was put there. None: the flag tells nothing."""
    zone = reply.zone or reply.name
    operators = {registrable(s) for s in (reply.mname or "").split(" ") if s} | {registrable(reply.resolver)}
    told = known.servers.get(zone, set())
    if registrable(reply.name) in operators or told & operators:
        return Ruled(e.OWN_ZONE)
    if day.word == "recursing":
        # such a server may host zones of customers: only a failure that others do not see tells something
        others = known.peers.get(reply.name, set()) - {reply.network}
        forged = reply.failed and (others or told)
        return (
            _poisoned(reply, e.FAILS_FORGED, _FAILURES.get(reply.rcode or "", "dns.nodata"), zone) if forged else None
        )
    if reply.failed:
        rule = e.LEAK_NXDOMAIN if reply.rcode == "NXDOMAIN" else e.LEAK_NODATA
        return _poisoned(reply, rule, _FAILURES.get(reply.rcode or "", "dns.nodata"), zone)
    if reply.bogons:
        return _poisoned(reply, e.LEAK_BOGON, "dns.injection.bogon", zone)
    return _hosted(reply, zone, known)


def _hosted(reply: Reply, zone: str, known: Known) -> Ruled:
    """A routable answer with authority: a real address of the owner's is a pin, anything else a forgery."""
    if all(known.real(reply.name, a) for a in reply.answers):
        return Ruled(e.PINNED, cause="pinned")
    others = {o for a in reply.answers for o in known.sharing(reply.network, a)} - {owner_of(reply.name)}
    elsewhere = bool(known.blocks.get(registrable(reply.name)))
    rule = e.LEAK_OTHER if others or elsewhere else e.LEAK_ALONE
    return _poisoned(reply, rule, "dns.injection.other", zone)


def _answer(reply: Reply, known: Known, shared: int) -> Ruled:
    controls = known.of_control(reply)
    if reply.bogons:
        return _bogon(reply, controls, known, shared)
    if (found := _printed(reply, known)) is not None:
        return found
    if known.differs(reply):
        address = reply.answers[0]
        if len(known.odd.get((reply.network, address), ())) >= shared and (reply.network, address) not in known.even:
            return _by_owner(reply, address, e.SINKHOLE, "dns.injection.other")
    if lone(reply) and reply.matched is None and not any(c.answers for c in controls):
        place = reply.network, reply.answers[0]
        if len({owner_of(n) for n in known.apart.get(place, ())}) >= shared:
            return _by_owner(reply, reply.answers[0], e.SINKHOLE_PEERS, "dns.injection.other")
        if len({owner_of(n) for n in known.alone.get(place, ())}) >= max(_MANY, shared):
            return Ruled(e.SHARED_ALONE, cause="unsure")
    return Ruled(e.ANSWERED)


def _bogon(reply: Reply, controls: list[Reply], known: Known, shared: int) -> Ruled:
    address = reply.bogons[0]
    if any(c.bogons for c in controls):
        return Ruled(e.BOGON_SITE, cause="site")
    elsewhere = any(c.answers for c in controls) or known.peers.get(reply.name, set()) - {reply.network}
    owners = known.sharing(reply.network, address)
    if len(owners) >= shared:
        return _by_owner(reply, address, e.BOGON_SHARED, "dns.injection.bogon")
    if elsewhere:
        return _by_owner(reply, address, e.BOGON, "dns.injection.bogon")
    return Ruled(e.BOGON_ALONE, cause="unsure")


def _printed(reply: Reply, known: Known) -> Ruled | None:
    for address in reply.answers:
        _name, scope, countries = known.prints.get(address, ("", "", frozenset()))
        if scope and scope != "fp" and reply.country in countries:
            return _by_owner(reply, address, e.KNOWN_ANSWER, "dns.injection.blockpage")
    return None


def _failure(reply: Reply, known: Known) -> Ruled:
    controls = known.of_control(reply)
    mechanism = _FAILURES.get(reply.rcode or "", "dns.nxdomain" if reply.rcode == "NXDOMAIN" else "dns.servfail")
    if not controls:
        return Ruled(e.FAILS_UNKNOWN, cause="unsure")
    if not any(c.resolved for c in controls):
        return Ruled(e.FAILS_BOTH, cause="site")
    return Ruled(e.FAILS_ONCE, mechanism, "unsure")


def _silence(reply: Reply, known: Known) -> Ruled:
    controls = known.of_control(reply)
    if not controls:
        return Ruled(e.SILENT_UNKNOWN, cause="unsure")
    if not any(c.resolved for c in controls):
        return Ruled(e.FAILS_BOTH, cause="site")
    return Ruled(e.SILENT, "dns.timeout", "unsure")


def _by_owner(reply: Reply, address: str, rule: Evidence, mechanism: str) -> Ruled:
    """The label whose record is forged: the name itself, or what its CNAME leads to."""
    return _poisoned(reply, rule, mechanism, reply.owner(address))


def _poisoned(reply: Reply, rule: Evidence, mechanism: str, label: str) -> Ruled:
    """Blocked by a label: the name's own, or one that it shares with others (then it may not be meant)."""
    own = {reply.name, reply.name.removeprefix("www."), f"www.{reply.name}"}
    related = label in own or (
        registrable(label) == registrable(reply.name) and label.endswith(reply.name.removeprefix("www."))
    )
    return Ruled(rule, mechanism, "name" if related else "collateral?", "" if label in own else label)
