"""Failure strings of OONI's df-007, from exceptions of sockets, TLS and proxies."""

from __future__ import annotations

import errno
import ssl

_ERRNO = {
    errno.ECONNREFUSED: "connection_refused",
    errno.ECONNRESET: "connection_reset",
    errno.EPIPE: "connection_reset",  # the reset arrived before what we wrote
    errno.ECONNABORTED: "connection_aborted",
    errno.EHOSTUNREACH: "host_unreachable",
    errno.ENETUNREACH: "network_unreachable",
    errno.ETIMEDOUT: "generic_timeout_error",
    errno.EADDRNOTAVAIL: "address_not_available",
}
LOCAL = frozenset({"network_unreachable", "address_not_available", "interrupted"})  # tell of the probe, not of the path
RCODES = {
    "NXDOMAIN": "dns_nxdomain_error",
    "SERVFAIL": "dns_servfail_error",
    "REFUSED": "dns_refused_error",
}


class Eof(Exception):
    """The peer closed where more was due."""


class ProxyFailed(Exception):
    """The proxy failed, or answered that it cannot reach the site.

    Args:
        failure: what it said, as a df-007 string where it told the reason.
        told: the proxy named a reason that concerns the site (refused, unreachable), not itself.
    """

    def __init__(self, failure: str, *, told: bool) -> None:
        super().__init__(failure)
        self.failure, self.told = failure, told


class Garbled(Exception):
    """What arrived does not keep to the protocol."""


FAULTS = (OSError, Eof, ProxyFailed, Garbled)  # TimeoutError and ssl.SSLError are OSErrors


def failure_of(error: BaseException) -> str:
    """The df-007 string of an exception."""
    if isinstance(error, ProxyFailed):
        return error.failure
    if isinstance(error, TimeoutError):
        return "generic_timeout_error"
    if isinstance(error, Eof | ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "eof_error"
    if isinstance(error, ssl.SSLError):
        return "ssl_failed_handshake"
    if isinstance(error, OSError) and error.errno in _ERRNO:
        return _ERRNO[error.errno]
    if isinstance(error, Garbled):
        return f"unknown_failure: {error}"
    return f"unknown_failure: {type(error).__name__}"
