"""The names of the test-bed: what is true, and how each resolver lies."""

from __future__ import annotations

from collections import Counter

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import layout as at
from scenarios import BY_HOST, CROWD, NUMBER

LYING = {v: k for k, v in at.RESOLVERS.items()}
asked: Counter[str] = Counter()


def records(name: str, kind: str, resolver: str) -> list[tuple[str, str, str]] | None:
    """True records (owner, type, value); None where the name does not exist."""
    if name in CROWD:
        return [(name, "A", f"10.77.18.{CROWD.index(name) + 1}")] if kind == "A" else []
    base = name.removeprefix("next-")
    if name.startswith("edge-") and name.endswith(".net"):  # what poisoned-cname is an alias of
        return [(name, "A", at.site(NUMBER["poisoned-cname.example"]))] if kind == "A" else []
    if base not in NUMBER:
        return None
    number, scenario = NUMBER[base], BY_HOST.get(base)
    site = scenario.site if scenario else "page"
    if site == "nowhere":
        return None
    if base != name:
        return [(name, "A", at.site_two(number))] if kind == "A" else []
    if base == "poisoned-cname.example":
        edge = "edge-77.net"
        return [(name, "CNAME", edge), *(records(edge, kind, resolver) or [])]
    if kind == "AAAA":
        six = {"v6_only": at.site6(number), "v6_broken": at.far6(number)}.get(site)
        return [(name, "AAAA", six)] if six else []
    four = {
        "v6_only": None,
        "private": "192.168.1.1",
        "rotation": at.site(number) if resolver in at.CONTROL_RESOLVERS else at.site_two(number),
    }.get(site, at.site(number))
    return [(name, "A", four)] if four else []


def answer(query: dns.message.Message, resolver: str) -> dns.message.Message | None:
    """The reply of a resolver; None for silence."""
    question = query.question[0]
    name = question.name.to_text(omit_final_dot=True).lower()
    kind = question.rdtype.name
    how = LYING.get(resolver, "honest")
    scenario = BY_HOST.get(name)
    meant = how != "honest" and scenario is not None and scenario.resolver == how
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.RA
    if how == "dead" or (how == "silent" and meant):
        return None
    if how in ("refuses_all", "leaky") and not (how == "leaky" and meant):
        reply.flags &= ~dns.flags.RA
        reply.set_rcode(dns.rcode.REFUSED)
        return reply
    if how == "flapping" and kind == "A":
        asked[name] += 1
    if meant and (how != "flapping" or asked[name] % 3 != 0):
        return _lie(reply, how, name, kind)
    return _tell(reply, records(name, kind, resolver))


def _tell(reply: dns.message.Message, found: list[tuple[str, str, str]] | None) -> dns.message.Message:
    if found is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
        _soa(reply, "example.", "ns.root.example.")
    for owner, kind, value in found or []:
        text = value + "." if kind == "CNAME" else value
        reply.answer.append(dns.rrset.from_text(owner + ".", 60, "IN", kind, text))
    return reply


def _lie(reply: dns.message.Message, how: str, name: str, kind: str) -> dns.message.Message:
    four = {"bogon": "192.168.5.5", "blockpage": at.BLOCK_PAGE, "other": at.PARKED}
    if how in four:
        return _tell(reply, [(name, "A", four[how])] if kind == "A" else [])
    if how == "cname":  # the alias is told, its target is poisoned
        poisoned = [("edge-77.net", "A", at.BLOCK_PAGE)] if kind == "A" else []
        return _tell(reply, [(name, "CNAME", "edge-77.net"), *poisoned])
    if how in ("leaky", "nxdomain_soa"):
        reply.flags |= dns.flags.AA
        if how == "leaky":
            reply.flags &= ~dns.flags.RA
        _soa(reply, name + ".", "blocked.isp.example.")
    codes = {"servfail": "SERVFAIL", "refused": "REFUSED", "nodata": "NOERROR"}
    reply.set_rcode(dns.rcode.from_text(codes.get(how, "NXDOMAIN")))
    return reply


def _soa(reply: dns.message.Message, zone: str, server: str) -> None:
    text = f"{server} host.{server} 1 3600 600 86400 60"
    reply.authority.append(dns.rrset.from_text(zone, 60, "IN", "SOA", text))
