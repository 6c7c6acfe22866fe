"""TCP connections from a vantage: direct, or through its proxy. Each attempt leaves an entry in `tcp_connect`."""

from __future__ import annotations

import asyncio

from blowback.probe import socks
from blowback.probe.failures import FAULTS, LOCAL, Eof, Garbled, ProxyFailed, failure_of
from blowback.probe.plan import Vantage
from blowback.probe.reach import Reach, Trail
from blowback.probe.wire import TcpStream, open_tcp


async def dial(reach: Reach, vantage: Vantage, address: str, port: int, *, private: bool = False) -> TcpStream:
    """A stream to an address, from a vantage. Time is the caller's. `private`: a resolver that the operator lists.

    Raises:
        Refused: the guard does not permit it. OSError, ProxyFailed: as it failed.
    """
    if vantage.kind == "direct":
        return await open_tcp(reach.guard, address, port)
    if not private:
        reach.guard.permit(address)  # what the proxy is asked to contact is contacted by us
    try:
        stream = await open_tcp(reach.guard, vantage.address, vantage.port)
    except OSError as error:
        raise ProxyFailed(f"unknown_failure: proxy: {failure_of(error)}", told=False) from error
    try:
        ask = socks.socks5 if vantage.kind == "socks5" else socks.http_connect
        await ask(stream, vantage, address, port)
    except (Eof, Garbled) as error:
        stream.close()
        raise ProxyFailed("socks_error", told=False) from error
    except BaseException:
        stream.close()
        raise
    return stream


async def connect(
    reach: Reach, trail: Trail, vantage: Vantage, address: str, port: int, host: str, tags: list[str], *, tries: int = 1
) -> tuple[TcpStream | None, str | None, int]:
    """Connect, again where it fails, and write each attempt down.

    Returns:
        The stream or None, the last failure, the transaction id.
    """
    failure: str | None = None
    for number in range(1, tries + 1):
        trail.sent.update(await reach.pace.connection(address, host))
        transaction, t0 = trail.next_id(), trail.seconds()
        stream, failure, proxy = None, None, False
        try:
            async with asyncio.timeout(reach.plan.timeouts.tcp):
                stream = await dial(reach, vantage, address, port)
            if vantage.kind == "direct":
                trail.local.add(stream.local)
        except FAULTS as error:
            failure = failure_of(error)
            # silence after CONNECT may be the proxy's own; a SOCKS proxy that is silent has at least greeted
            silent = isinstance(error, TimeoutError) and vantage.kind == "http-connect"
            proxy = silent or (isinstance(error, ProxyFailed) and not error.told)
            failure = "unknown_failure: proxy silent after CONNECT" if silent else failure
        entry = {
            "ip": address,
            "port": port,
            "status": {"failure": failure, "success": failure is None, "blocked": None},
            "t0": t0,
            "t": trail.seconds(),
            "tags": tags,
            "transaction_id": transaction,
            "x_try": number,
        }
        if vantage.kind != "direct":
            entry |= {"x_via": vantage.kind, "x_proxy_failure": proxy}
        trail.tcp_connect.append(entry)
        if stream or failure in LOCAL:
            return stream, failure, transaction
    return None, failure, trail.transactions
