"""DNS questions over UDP, TCP, TLS and HTTPS, with every reply kept.

A UDP socket stays open for a while after the first reply, because an injector on the path answers before the server
does: the second, contradicting reply is the evidence (Duan and others 2012, "Hold-On"). Replies are kept raw.
"""

from __future__ import annotations

import asyncio
import base64
import random
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from blowback.probe import http1
from blowback.probe.connect import dial
from blowback.probe.failures import FAULTS, RCODES, Eof, Garbled, failure_of
from blowback.probe.plan import Resolver, Vantage
from blowback.probe.reach import Entry, Reach, Trail
from blowback.probe.tls import handshake
from blowback.probe.wire import Stream, open_udp

_AGAIN = frozenset(
    {"generic_timeout_error", "dns_servfail_error", "dns_nxdomain_error", "dns_no_answer", "dns_refused_error"}
)


@dataclass(slots=True)
class Asked:
    """The answers of one resolver for one name: addresses in order, and the failure where there are none."""

    addresses: list[str] = field(default_factory=list)
    failure: str | None = None


@dataclass(slots=True)
class Reply:
    """One reply: raw, parsed, and when it came (seconds of the trail)."""

    raw: bytes
    message: dns.message.Message
    at: float


async def ask(
    reach: Reach, trail: Trail, vantage: Vantage, resolver: Resolver, name: str, kinds: tuple[str, ...], depth: int
) -> Asked:
    """Ask one resolver for all kinds of address of a name; failures are asked again, up to the plan's tries.

    `kinds` are A and AAAA; `depth` is the redirect hop, for the tags.
    """
    results = await asyncio.gather(
        *(_kind(reach, trail, vantage, resolver, name, kind, depth) for kind in kinds), return_exceptions=False
    )
    made = Asked([a for r in results for a in r.addresses])
    if not made.addresses:
        made.failure = next((r.failure for r in results if r.failure), "dns_no_answer")
    return made


async def _kind(
    reach: Reach, trail: Trail, vantage: Vantage, resolver: Resolver, name: str, kind: str, depth: int
) -> Asked:
    made = Asked()
    for number in range(1, reach.plan.schedule.tries + 1):
        trail.sent.update(await reach.pace.query(resolver.address))
        transaction, t0 = trail.next_id(), trail.seconds()
        question = dns.message.make_query(name, kind, use_edns=0, payload=1232, id=random.getrandbits(16))
        replies, failure, stray = await _exchange(reach, trail, vantage, resolver, question)
        tags = [f"depth={depth}", *(["x_control"] if vantage.id in {c.id for c in reach.plan.controls} else [])]
        entries = [_entry(r.message, r.raw) for r in replies] or [{"answers": None, "failure": failure}]
        for place, entry in enumerate(entries):
            ended = replies[place].at if replies else trail.seconds()
            entry |= {
                "engine": resolver.transport, "hostname": name, "query_type": kind, "resolver_hostname": None,
                "resolver_port": None, "resolver_address": resolver.endpoint, "t0": t0, "t": ended, "tags": tags,
                "transaction_id": transaction, "x_try": number, "x_reply": place, "x_stray_replies": stray,
            }  # fmt: skip
            (trail.late if place else trail.queries).append(entry)
        made.addresses = [a[k] for e in entries[:1] for a in e["answers"] or [] for k in ("ipv4", "ipv6") if k in a]
        made.failure = entries[0]["failure"]
        # that there is no AAAA is no failure; that there is neither shows in the A
        if made.failure not in _AGAIN or (kind == "AAAA" and made.failure == "dns_no_answer"):
            break
    return made


async def _exchange(
    reach: Reach, trail: Trail, vantage: Vantage, resolver: Resolver, question: dns.message.Message
) -> tuple[list[Reply], str | None, int]:
    """Replies to one question, the failure where there are none, and how many datagrams did not belong to it."""
    try:
        if resolver.transport == "udp":
            replies, stray = await _udp(reach, trail, resolver, question)
            if replies and replies[0].message.flags & dns.flags.TC:
                trail.note(f"{resolver.id}: truncated, asked again over TCP")
                trail.sent.update(await reach.pace.query(resolver.address))
                replies = [await _stream(reach, trail, vantage, resolver, question, "tcp")]
            return replies, None if replies else "generic_timeout_error", stray
        return [await _stream(reach, trail, vantage, resolver, question, resolver.transport)], None, 0
    except FAULTS as error:
        return [], failure_of(error), 0


async def _udp(
    reach: Reach, trail: Trail, resolver: Resolver, question: dns.message.Message
) -> tuple[list[Reply], int]:
    sock = await open_udp(reach.guard, resolver.address, resolver.port)
    loop = asyncio.get_running_loop()
    replies: list[Reply] = []
    stray, limits = 0, reach.plan.timeouts
    try:
        trail.local.add(sock.getsockname()[0])
        await loop.sock_sendall(sock, question.to_wire())
        end = loop.time() + limits.dns
        while True:
            try:
                async with asyncio.timeout_at(end):
                    raw = await loop.sock_recv(sock, 65_535)
            except TimeoutError:
                return replies, stray
            if (message := _fitting(raw, question)) is None:
                stray += 1
                continue
            if not replies:
                end = loop.time() + limits.late
            replies.append(Reply(raw, message, trail.seconds()))
    except ConnectionRefusedError:  # ICMP, perhaps after a reply
        if replies:
            return replies, stray
        raise
    finally:
        sock.close()


def _fitting(raw: bytes, question: dns.message.Message) -> dns.message.Message | None:
    """The message, if it can be read and answers this question."""
    try:
        message = dns.message.from_wire(raw, ignore_trailing=True, raise_on_truncation=False)
    except dns.exception.DNSException:
        return None
    fits = message.id == question.id and bool(message.flags & dns.flags.QR)
    if fits and message.question:
        fits = message.question[0].name == question.question[0].name
    return message if fits else None


async def _stream(
    reach: Reach, trail: Trail, vantage: Vantage, resolver: Resolver, question: dns.message.Message, transport: str
) -> Reply:
    """One question over TCP, DoT or DoH, from the vantage."""
    async with asyncio.timeout(max(reach.plan.timeouts.dns, reach.plan.timeouts.tls)):
        port = 53 if transport == "tcp" and resolver.transport == "udp" and resolver.port == 53 else resolver.port
        below = await dial(reach, vantage, resolver.address, port, private=True)
        try:
            stream: Stream = below
            if transport in ("dot", "doh"):
                secured, told = await handshake(reach, below, resolver.name, resolver.name)
                if secured is None or told["failure"]:
                    raise Garbled(f"{transport}: {told['failure']}")
                stream = secured
            raw = await (
                _over_http(stream, resolver, question, reach) if transport == "doh" else _framed(stream, question)
            )
        finally:
            below.close()
    message = _fitting(raw, question)
    if message is None:
        raise Garbled("the reply does not answer the question")
    return Reply(raw, message, trail.seconds())


async def _framed(stream: Stream, question: dns.message.Message) -> bytes:
    wire = question.to_wire()
    await stream.send(len(wire).to_bytes(2, "big") + wire)
    got = b""
    while len(got) < 2 or len(got) < 2 + int.from_bytes(got[:2], "big"):
        chunk = await stream.recv()
        if not chunk:
            raise Eof("closed before the reply")
        got += chunk
    return got[2 : 2 + int.from_bytes(got[:2], "big")]


async def _over_http(stream: Stream, resolver: Resolver, question: dns.message.Message, reach: Reach) -> bytes:
    text = base64.urlsafe_b64encode(question.to_wire()).rstrip(b"=").decode()
    headers = [("Host", resolver.name), ("Accept", "application/dns-message"), ("Connection", "close")]
    limit = reach.plan.timeouts.dns
    made = await http1.get(stream, f"{resolver.path}?dns={text}", headers, limit=65_535, seconds=limit, any_body=True)
    if made.failure or made.code != 200:
        raise Garbled(f"doh: {made.failure or made.code}")
    return made.body


def _entry(message: dns.message.Message, raw: bytes) -> Entry:
    """A reply in the shape of df-002, with the facts that a forged one differs in."""
    answers: list[Entry] = []
    for rrset in message.answer:
        kind = dns.rdatatype.to_text(rrset.rdtype)
        for record in rrset:
            row: Entry = {
                "answer_type": kind,
                "ttl": rrset.ttl,
                "x_owner": rrset.name.to_text(omit_final_dot=True).lower(),
            }
            if kind == "A":
                row["ipv4"] = record.to_text()
            elif kind == "AAAA":
                row["ipv6"] = record.to_text()
            elif kind == "CNAME":
                row["hostname"] = record.to_text().rstrip(".").lower()
            else:
                continue
            answers.append(row)
    code = dns.rcode.to_text(message.rcode())
    failure = RCODES.get(code)
    if failure is None and code != "NOERROR":
        failure = "dns_server_misbehaving"
    if failure is None and not any("ipv4" in a or "ipv6" in a for a in answers):
        failure = "dns_no_answer"
    soa = [s for s in message.authority if s.rdtype == dns.rdatatype.SOA]
    return {
        "answers": answers or None,
        "failure": failure,
        "rcode": int(message.rcode()),
        "raw_response": base64.b64encode(raw).decode(),
        "x_flags": dns.flags.to_text(message.flags).lower().split(),
        "x_soa": soa[0].name.to_text(omit_final_dot=True).lower() if soa else "",
        "x_soa_mname": soa[0][0].mname.to_text(omit_final_dot=True).lower() if soa else "",
        "x_edns": message.edns >= 0,
    }
