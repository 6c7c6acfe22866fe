"""TLS handshakes with any name (or none) in the ClientHello, at a given address.

The peer's chain is kept as hash, names and validity, whether it is valid or not.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from blowback.probe.failures import FAULTS, failure_of
from blowback.probe.plan import endpoint
from blowback.probe.reach import Entry, Reach, Trail
from blowback.probe.trust import FAILURES, described
from blowback.probe.wire import Stream, TlsStream


def context() -> ssl.SSLContext:
    """A client that takes any certificate: the check comes afterwards, so that a forged one can be kept."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.set_alpn_protocols(["http/1.1"])
    return made


async def handshake(
    reach: Reach, below: Stream, sni: str, name: str, limit: float | None = None
) -> tuple[TlsStream | None, Entry]:
    """Shake hands over a stream.

    `sni` is the name in the ClientHello (empty for none), `name` the one that the certificate should be for, `limit`
    the seconds (default the plan's).

    Returns:
        The stream (None where the handshake failed; where only the certificate is wrong, it is there), and the facts
        of it: failure, tls_version, cipher_suite, x_certificate, x_peer_certificates, ...
    """
    told: Entry = {
        "failure": None,
        "tls_version": "",
        "cipher_suite": "",
        "negotiated_protocol": "",
        "peer_certificates": [],
    }
    stream = TlsStream(below, context(), sni)
    try:
        async with asyncio.timeout(limit or reach.plan.timeouts.tls):
            await stream.shake()
    except FAULTS as error:
        told["failure"] = failure_of(error)
        if isinstance(error, ssl.SSLError):
            told["x_reason"] = str(error.reason or "")
        return None, told
    chain = stream.chain()
    state, why = reach.trust.judge(chain, name, reach.clock.now())
    told |= {
        "failure": FAILURES[state],
        "tls_version": stream.ssl.version() or "",
        "cipher_suite": (stream.ssl.cipher() or ("",))[0],
        "negotiated_protocol": stream.ssl.selected_alpn_protocol() or "",
        "x_certificate": state,
        "x_peer_certificates": described(chain),
    }
    if why:
        told["x_certificate_reason"] = why[:200]
    return stream, told


async def recorded(
    reach: Reach, trail: Trail, below: Stream, sni: str, name: str, where: tuple[str, int, int], tags: list[str]
) -> tuple[TlsStream | None, Entry]:
    """A handshake that leaves an entry in `tls_handshakes`. `where` is address, port, transaction id."""
    address, port, transaction = where
    t0 = trail.seconds()
    stream, told = await handshake(reach, below, sni, name)
    entry = entry_of(told, sni, address, port)
    entry |= {"t0": t0, "t": trail.seconds(), "tags": tags, "transaction_id": transaction}
    trail.tls_handshakes.append(entry)
    return stream, entry


def entry_of(told: Entry, sni: str, address: str, port: int) -> dict[str, Any]:
    """The entry of a handshake, without its times."""
    return {"network": "tcp", "address": endpoint(address, port), "server_name": sni, "no_tls_verify": False, **told}
