"""Is it the name? At an address that failed with the target's name, a harmless name is tried, then the target again.

An address may stay blocked for a while because of the name before (stateful or residual blocking), so a neutral name
that fails is tried once more after a pause (Hyperquack waits two minutes).
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from blowback.probe import tls
from blowback.probe.connect import connect
from blowback.probe.plan_url import port_of
from blowback.probe.visit import Hop, Visitor


async def try_neutral(visitor: Visitor, hop: Hop) -> None:
    """Test the address where the hop failed with the plan's neutral name and, over TLS, with none.

    Handshakes go into `tls_handshakes` with the tag `x_neutral` (`x_again` for the target's name once more, where the
    neutral one passed), requests into `x_neutral_requests`; both with `x_role` and `x_waited_s`.
    """
    if not hop.failed_at or hop.stage not in ("tls", "http") or (hop.failure or "").startswith("ssl_invalid"):
        return
    if hop.failure == "ssl_unknown_authority":  # interception answers any name; there is nothing to learn
        return
    secured = hop.url.startswith("https:")
    if hop.stage == "http" and secured:
        return
    name, waited = visitor.reach.plan.content.neutral_name, 0.0
    passed = await _with(visitor, hop, name, "neutral", waited)
    if not passed and visitor.reach.plan.schedule.residual_s:
        waited = visitor.reach.plan.schedule.residual_s
        await asyncio.sleep(waited)
        passed = await _with(visitor, hop, name, "neutral", waited)
    if passed:
        if secured:
            await _with(visitor, hop, "", "none", waited)
        await _with(visitor, hop, urlsplit(hop.url).hostname or "", "again", waited)


async def _with(visitor: Visitor, hop: Hop, name: str, role: str, waited: float) -> bool:
    """One connection with that name; whether it was answered."""
    host, port = urlsplit(hop.url).hostname or "", port_of(hop.url)
    tags = [f"depth={hop.depth}", "x_again" if role == "again" else "x_neutral"]
    below, _, transaction = await connect(
        visitor.reach, visitor.trail, visitor.vantage, hop.failed_at, port, host, tags
    )
    extra = {"x_role": role, "x_name": name, "x_waited_s": waited}
    visitor.trail.tcp_connect[-1] |= extra
    if below is None:
        return False
    try:
        if hop.stage == "tls":
            t0 = visitor.trail.seconds()
            _, told = await tls.handshake(visitor.reach, below, name, name or host)
            made = tls.entry_of(told, name, hop.failed_at, port)
            made |= {"t0": t0, "t": visitor.trail.seconds(), "tags": tags, "transaction_id": transaction, **extra}
            visitor.trail.tls_handshakes.append(made)
            # another name's certificate is what a neutral name gets: the handshake passed
            return made["failure"] is None or made["failure"].startswith(("ssl_invalid", "ssl_unknown"))
        response = await visitor.request(below, hop, hop.failed_at, transaction, tags, host=name)
        visitor.trail.neutral_requests[0] |= extra
        return response.failure is None
    finally:
        below.close()
