"""The control: the same URL from the plan's control vantages, within the same minute.

One control measurement serves all vantages that ask within half a minute, so that a site is not asked more often than
needed. Its age is written into every line.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from blowback.probe import tls
from blowback.probe.connect import connect
from blowback.probe.pace import DayFull
from blowback.probe.plan import Target, Vantage, endpoint
from blowback.probe.plan_url import port_of
from blowback.probe.reach import Entry, Reach, Trail
from blowback.probe.visit import Hop, Visitor, blotted

FRESH_S = 30.0


@dataclass(slots=True)
class Seen:
    """What one control saw, and when (monotonic seconds, start and end)."""

    vantage: Vantage
    trail: Trail
    hops: list[Hop]
    begun: float
    ended: float
    blot: Callable[[str], str]
    failure: str | None = None

    @property
    def addresses(self) -> list[str]:
        """Addresses of the first hop."""
        return self.hops[0].addresses if self.hops else []

    @property
    def works(self) -> bool:
        """Whether the control got a response of the last hop."""
        return bool(self.hops) and self.hops[-1].response is not None


@dataclass(slots=True)
class Controls:
    """Controls of a run, each shared while it is fresh."""

    reach: Reach
    _running: dict[tuple[str, str, int], tuple[float, asyncio.Task[Seen]]] = field(default_factory=dict)

    async def of(self, target: Target, number: int) -> list[Seen]:
        """Every control's view of a URL in a round, at most half a minute old."""
        controls = self.reach.plan.controls
        return list(await asyncio.gather(*(asyncio.shield(self._one(c, target, number)) for c in controls)))

    def _one(self, control: Vantage, target: Target, number: int) -> asyncio.Task[Seen]:
        key, now = (control.id, target.url, number), time.monotonic()
        held = self._running.get(key)
        self._running = {k: v for k, v in self._running.items() if now - v[0] <= FRESH_S or not v[1].done()}
        if held is None or now - held[0] > FRESH_S:
            held = (now, asyncio.create_task(self._measure(control, target)))
            self._running[key] = held
        return held[1]

    async def _measure(self, control: Vantage, target: Target) -> Seen:
        trail, begun = Trail(), time.monotonic()
        failure, hops = None, []
        visitor = Visitor(self.reach, trail, control, target)
        try:
            hops = await visitor.walk([])
        except DayFull as full:
            failure = f"unknown_failure: {full}"
        return Seen(control, trail, hops, begun, time.monotonic(), visitor.blot, failure)

    async def try_addresses(self, seen: Seen, target: Target, addresses: list[str]) -> None:
        """Connect from a control to addresses that the probe got and the control did not."""
        port = port_of(target.url)
        known = {(e["ip"], e["port"]) for e in seen.trail.tcp_connect}
        for address in addresses:
            if (address, port) in known or self.reach.guard.reason(address):
                continue
            tags = ["depth=0", "x_probe_address"]
            below, _, transaction = await connect(
                self.reach, seen.trail, seen.vantage, address, port, target.host, tags
            )
            if below is None:
                continue
            try:
                if target.url.startswith("https:"):
                    where = (address, port, transaction)
                    await tls.recorded(self.reach, seen.trail, below, target.host, target.host, where, tags)
            finally:
                below.close()


def as_ooni(seen: Seen, target: Target) -> Entry:
    """The control in the shape of OONI's test helper: dns, tcp_connect, tls_handshake, http_request."""
    first = seen.hops[0] if seen.hops else Hop(target.url, 0, failure=seen.failure)
    last = seen.hops[-1] if seen.hops else first
    response = last.response
    return {
        "dns": {"failure": first.failure if first.stage == "dns" else None, "addrs": _answers(seen)},
        "tcp_connect": {
            endpoint(e["ip"], e["port"]): {"status": e["status"]["success"], "failure": e["status"]["failure"]}
            for e in seen.trail.tcp_connect
        },
        "tls_handshake": {
            e["address"]: {"server_name": e["server_name"], "status": e["failure"] is None, "failure": e["failure"]}
            for e in seen.trail.tls_handshakes
        },
        "quic_handshake": {},
        "http_request": {
            "body_length": len(response.body) if response else -1,
            "discovered_h3_endpoint": "",
            "failure": last.failure,
            "title": seen.blot(response.title) if response else "",
            "headers": {k: seen.blot(v) for k, v in response.headers} if response else {},
            "status_code": response.code if response else -1,
            **(blotted(response.features(), seen.blot) if response else {}),
        },
        "http3_request": None,
        "ip_info": {},
    }


def in_full(seen: Seen, now: float) -> dict[str, Any]:
    """A control as it was measured, for the key `x_controls`; its times count from its own start."""
    trail = seen.trail
    return {
        "vantage": seen.vantage.id, "via": seen.vantage.kind, "probe_asn": seen.vantage.network,
        "probe_cc": seen.vantage.country, "failure": seen.failure, "works": seen.works,
        "begun_s_ago": round(now - seen.begun, 3), "ended_s_ago": round(now - seen.ended, 3),
        "hops": [hop_facts(h) for h in seen.hops],
        "queries": trail.queries, "x_dns_duplicate_responses": trail.late, "tcp_connect": trail.tcp_connect,
        "tls_handshakes": trail.tls_handshakes, "requests": trail.requests,
        "not_contacted": trail.not_contacted, "notes": trail.notes,
    }  # fmt: skip


def hop_facts(hop: Hop) -> dict[str, Any]:
    """How far a hop came."""
    return {
        "url": hop.url, "depth": hop.depth, "stage": hop.stage, "failure": hop.failure, "addresses": hop.addresses,
        "code": hop.response.code if hop.response else None,
    }  # fmt: skip


def _answers(seen: Seen) -> list[str]:
    return list(
        dict.fromkeys(
            a[k]
            for q in seen.trail.queries
            if "depth=0" in q["tags"]
            for a in q["answers"] or []
            for k in ("ipv4", "ipv6")
            if k in a
        )
    )
