"""One URL from one vantage, hop by hop: look up, connect, shake hands, ask, follow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from blowback.probe import http1, tls
from blowback.probe.connect import connect
from blowback.probe.dns import ask
from blowback.probe.guard import Refused, parse
from blowback.probe.plan import Target, Vantage, endpoint, opted_out
from blowback.probe.plan_url import next_hop, port_of
from blowback.probe.reach import Entry, Reach, Trail
from blowback.probe.wire import Stream

BLOT = "[scrubbed]"
_STAGES = ("dns", "tcp", "tls", "http", "ok")


@dataclass(slots=True)
class Hop:
    """What one hop came to.

    Args:
        stage: where it ended: dns, tcp, tls, http; ok where a response was read.
        addresses: usable addresses of the host. failed_at: address whose stage failed, for a test with a neutral name.
    """

    url: str
    depth: int
    stage: str = "dns"
    failure: str | None = None
    addresses: list[str] = field(default_factory=list)
    failed_at: str = ""
    response: http1.Response | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """One measurement: run, vantage, target, trail."""

    reach: Reach
    trail: Trail
    vantage: Vantage
    target: Target

    async def walk(self, given: list[str]) -> list[Hop]:
        """The URL and the redirects after it.

        Args:
            given: addresses for the first hop, where the vantage has no resolvers of its own.
        """
        hops: list[Hop] = []
        url = self.target.url
        for depth in range(self.reach.plan.schedule.redirects + 1):
            hop = await self.hop(url, depth, given if depth == 0 else [])
            hops.append(hop)
            leads = self._leads(hop)
            if not leads or leads in {h.url for h in hops}:
                break
            if entry := opted_out(urlsplit(leads).hostname or "", self.reach.plan.opt_out):
                self.trail.note(f"redirect not followed: {entry} is on the opt-out list")
                break
            url = leads
        return hops

    async def hop(self, url: str, depth: int, given: list[str]) -> Hop:
        """One hop: the name's addresses, then each of them until one gives a response; the others are connected to."""
        hop = Hop(url, depth)
        found, hop.failure = await self.resolve(urlsplit(url).hostname or "", depth, given)
        hop.addresses = self.usable(found)
        if not hop.addresses:
            hop.failure = hop.failure or "dns_bogon_error"
            return hop
        for address in hop.addresses:
            await self.try_address(hop, address)
        return hop

    async def resolve(self, host: str, depth: int, given: list[str]) -> tuple[list[str], str | None]:
        """Addresses of a host, first resolver's first; the first failure where there are none."""
        try:
            return [str(parse(host))], None
        except Refused:
            pass
        if given:
            self.trail.note("addresses are the control's: this vantage has no resolvers of its own")
            return given, None
        resolvers = self.reach.plan.resolvers_of(self.vantage)
        asked = await asyncio.gather(
            *(ask(self.reach, self.trail, self.vantage, r, host, ("A", "AAAA"), depth) for r in resolvers)
        )
        found = list(dict.fromkeys(a for one in asked for a in one.addresses))
        return found, None if found else next((a.failure for a in asked if a.failure), "dns_no_answer")

    def usable(self, found: list[str]) -> list[str]:
        """Those that may be contacted, one of each IP version among them, at most as many as the plan says."""
        good = []
        for address in found:
            if why := self.reach.guard.reason(address):
                self.trail.not_contacted[address] = why
            else:
                good.append(address)
        most = self.reach.plan.schedule.addresses
        kept = good[:most]
        six = next((a for a in good if ":" in a), "")
        if six and six not in kept:
            kept = [*kept[: max(1, most - 1)], six]
        return kept

    async def try_address(self, hop: Hop, address: str) -> None:
        """TCP, TLS and, while the hop has no response yet, HTTP at one address. Records; updates the hop."""
        parts = urlsplit(hop.url)
        host, port = parts.hostname or "", port_of(hop.url)
        tags = [f"depth={hop.depth}"]
        tries = self.reach.plan.schedule.tries if hop.response is None else 1
        for number in range(1, tries + 1):
            stage, failure, response = await self._once(hop, address, (host, port), tags, number)
            # what came furthest counts: a connection that fails earlier may be an echo of the one before it (residual
            # blocking), and no way to an IPv6 address tells of the probe
            further = _STAGES.index(stage) >= _STAGES.index(hop.stage)
            if hop.response is None and further and (failure != "network_unreachable" or hop.stage == "dns"):
                hop.stage, hop.failure, hop.response = stage, failure, response
                hop.failed_at = address if failure else ""
            if not failure or stage == "tcp" or failure.startswith("ssl_"):
                return

    async def _once(
        self, hop: Hop, address: str, where: tuple[str, int], tags: list[str], number: int
    ) -> tuple[str, str | None, http1.Response | None]:
        """One connection; how far it came, with which failure."""
        host, port = where
        tries = self.reach.plan.schedule.tries if number == 1 else 1
        below, failure, transaction = await connect(
            self.reach, self.trail, self.vantage, address, port, host, tags, tries=tries
        )
        if below is None:
            return "tcp", failure, None
        stream: Stream = below
        try:
            if hop.url.startswith("https:"):
                secured, entry = await tls.recorded(
                    self.reach, self.trail, below, _sni(host), host, (address, port, transaction), tags
                )
                if secured is None or entry["failure"]:
                    return "tls", entry["failure"], None
                stream = secured
            if hop.response is not None:
                return "ok", None, None
            response = await self.request(stream, hop, address, transaction, tags)
            return ("http", response.failure, None) if response.failure else ("ok", None, response)
        finally:
            stream.close()

    async def request(
        self, stream: Stream, hop: Hop, address: str, transaction: int, tags: list[str], host: str = ""
    ) -> http1.Response:
        """GET over a stream, recorded. `host` replaces the URL's in the Host header (a neutral name)."""
        parts = urlsplit(hop.url)
        path = "/" if host else (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = http1.request_head(host or parts.netloc, self.agent())
        t0 = self.trail.seconds()
        content = self.reach.plan.content
        response = await http1.get(stream, path, headers, limit=content.max_body, seconds=self.reach.plan.timeouts.http)
        entry = self._request_entry(response, headers, hop.url, address)
        entry |= {"t0": t0, "t": self.trail.seconds(), "tags": tags, "transaction_id": transaction}
        (self.trail.neutral_requests if host else self.trail.requests).insert(0, entry)  # df-001: the last one first
        return response

    def agent(self) -> str:
        """User-Agent, with the contact where the plan says so."""
        content = self.reach.plan.content
        return (
            f"{content.user_agent} (+{self.reach.plan.purpose.contact})" if content.name_contact else content.user_agent
        )

    def _request_entry(self, response: http1.Response, headers: list[tuple[str, str]], url: str, address: str) -> Entry:
        kept = self.reach.plan.keeps_body_of(self.target.category) and response.is_text
        given = [[k, self.blot(v)] for k, v in response.headers]
        return {
            "network": "tcp",
            "address": endpoint(address, port_of(url)),
            "alpn": "http/1.1" if url.startswith("https:") else "",
            "failure": response.failure,
            "request": {
                "method": "GET", "url": url, "x_transport": "tcp", "body": "", "body_is_truncated": False,
                "headers": dict(headers), "headers_list": [list(h) for h in headers],
                "tor": {"exit_ip": None, "exit_name": None, "is_tor": False},
            },
            "response": {
                "code": response.code, "headers": dict(given), "headers_list": given,
                "body": self.blot(response.text) if kept else "",
                "body_is_truncated": response.cut or (bool(response.body) and not kept),
                **blotted(response.features(), self.blot), "x_body_kept": kept,
            },
        }  # fmt: skip

    def blot(self, text: str) -> str:
        """Text without the line's own addresses and what the plan wants scrubbed."""
        for word in (*self.reach.plan.content.scrub, *sorted(self.trail.local)):
            if word:
                text = text.replace(word, BLOT)
        return text

    def _leads(self, hop: Hop) -> str:
        response = hop.response
        if response is None or response.code not in (301, 302, 303, 307, 308):
            return ""
        leads = next_hop(hop.url, response.header("Location"))
        if not leads:
            self.trail.note("the redirect leads nowhere that can be followed")
        elif 1024 > (port := port_of(leads)) not in (80, 443):
            self.trail.note(f"redirect not followed: port {port} is no web server's")
            return ""
        return leads


def _sni(host: str) -> str:
    """The name in the ClientHello: none for an address."""
    try:
        parse(host)
    except Refused:
        return host
    return ""


def blotted(features: dict[str, Any], blot: Callable[[str], str]) -> dict[str, Any]:
    """A page's features with its title blotted."""
    return {**features, "x_title": blot(features["x_title"])}
