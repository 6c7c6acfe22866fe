"""Whatever a network sends, a measurement ends in a failure string and not in a crash."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("dns", reason="the extra `measure` is not installed")
import dns.message

from blowback.probe.dns import _entry, _fitting
from blowback.probe.failures import Eof, Garbled, ProxyFailed
from blowback.probe.http1 import get
from blowback.probe.plan import Vantage
from blowback.probe.plan_url import next_hop
from blowback.probe.socks import http_connect, socks5

PROXY = Vantage("p", "socks5", "ZZ", "AS64500", "owned", address="127.0.0.1", port=1080)
QUESTION = dns.message.make_query("a.example", "A", use_edns=0, id=7)


class Script:
    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = list(chunks)

    async def send(self, content: bytes) -> None:
        pass

    async def recv(self) -> bytes:
        return self.chunks.pop(0) if self.chunks else b""

    def close(self) -> None:
        pass


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 60), st.integers(1, 20))
def test_dns_replies(junk: bytes, place: int, length: int) -> None:
    reply = bytearray(dns.message.make_response(QUESTION).to_wire())
    reply[place : place + length] = junk[:length]
    for raw in (junk, bytes(reply), bytes(reply) + junk):
        message = _fitting(raw, QUESTION)
        if message is not None:
            assert "failure" in _entry(message, raw)


HEADS = st.sampled_from(
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 302 F\r\nLocation: x\r\n", b"HTTP/1.1 100 C\r\n\r\n", b"HTTP/9 abc\r\n", b""]
)
PARTS = st.sampled_from(
    [
        b"\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 9\r\n",
        b"Content-Type: text/html; charset=\xff\r\n",
        b"5\r\nabc",
        b"-1\r\n",
        b"ffffffffffffffff\r\n",
        b"<title>",
        b"\x00\xff",
        b": \r\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(HEADS, st.lists(st.one_of(PARTS, st.binary(max_size=30)), max_size=8))
def test_http_answers(head: bytes, parts: list[bytes]) -> None:
    made = asyncio.run(
        get(Script([head, *(p for p in parts if p)]), "/", [("Host", "a.example")], limit=500, seconds=5)
    )
    assert made.failure is None or made.failure == "eof_error" or made.failure.startswith("unknown_failure: ")
    assert len(made.body) <= 500
    made.features()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=20), max_size=6))
def test_proxies(chunks: list[bytes]) -> None:
    for ask in (socks5, http_connect):
        with contextlib.suppress(ProxyFailed, Eof, Garbled):
            asyncio.run(ask(Script(chunks), PROXY, "10.77.16.1", 443))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_redirects(location: str) -> None:
    leads = next_hop("https://a.example/page", location)
    assert leads == "" or leads.startswith(("http://", "https://"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory):
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "testbed"))
    from certificates import Authority

    return Authority("trusted", tmp_path_factory.mktemp("authority"))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 500), junk=st.binary(min_size=1, max_size=6), extra=st.booleans())
def test_certificates(authority, place: int, junk: bytes, extra: bool) -> None:
    """A leaf with bytes changed anywhere is described and judged, never valid, never a crash."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from blowback.probe.trust import Trust, described

    trust = Trust.load(str(authority.cert_path))
    whole = LEAVES.setdefault("leaf", authority.leaf("a.example").public_bytes(Encoding.DER))
    spoiled = bytearray(whole)
    spoiled[place : place + len(junk)] = junk
    chain = [bytes(spoiled), *([junk] if extra else [])]
    state, why = trust.judge(chain, "a.example")
    assert (state == "valid") is (chain[0] == whole)
    assert bool(why) is (state != "valid")
    assert all("sha256" in row and "names" in row for row in described(chain))


LEAVES: dict[str, bytes] = {}
