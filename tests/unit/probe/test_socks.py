"""SOCKS5 and HTTP CONNECT: the words that are said, and what each refusal means."""

from __future__ import annotations

import asyncio

import pytest

from blowback.probe.failures import ProxyFailed
from blowback.probe.plan import Vantage
from blowback.probe.socks import http_connect, socks5


class Script:
    """A stream that answers from a list, and keeps what was sent."""

    def __init__(self, *answers: bytes) -> None:
        self.answers, self.sent = list(answers), b""

    async def send(self, content: bytes) -> None:
        self.sent += content

    async def recv(self) -> bytes:
        return self.answers.pop(0) if self.answers else b""

    def close(self) -> None:
        pass


PLAIN = Vantage("p", "socks5", "ZZ", "AS64500", "owned", address="127.0.0.1", port=1080)
NAMED = Vantage(
    "p", "socks5", "ZZ", "AS64500", "owned", address="127.0.0.1", port=1080, user="me", password_env="BED_SECRET"
)
YES = b"\x05\x00\x00\x01" + bytes(6)


def test_socks_asks_for_numeric_addresses_only() -> None:
    stream = Script(b"\x05\x00", YES)
    asyncio.run(socks5(stream, PLAIN, "10.77.16.1", 443))
    assert stream.sent == b"\x05\x01\x00" + b"\x05\x01\x00\x01" + bytes([10, 77, 16, 1]) + (443).to_bytes(2, "big")
    stream = Script(b"\x05\x00", b"\x05\x00\x00\x03\x04name\x00\x50")
    asyncio.run(socks5(stream, PLAIN, "fd77:16::1", 80))
    assert stream.sent[6:7] == b"\x04"


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BED_SECRET", "word")
    stream = Script(b"\x05\x02", b"\x01\x00", YES)
    asyncio.run(socks5(stream, NAMED, "10.77.16.1", 443))
    assert b"\x01\x02me\x04word" in stream.sent
    stream = Script(b"HTTP/1.1 200 OK\r\n\r\n")
    asyncio.run(http_connect(stream, NAMED, "10.77.16.1", 443))
    assert b"Proxy-Authorization: Basic bWU6d29yZA==" in stream.sent


@pytest.mark.parametrize(
    ("answers", "failure", "told"),
    [
        ([b"\x05\x00", b"\x05\x05\x00\x01" + bytes(6)], "connection_refused", True),
        ([b"\x05\x00", b"\x05\x04\x00\x01" + bytes(6)], "host_unreachable", True),
        ([b"\x05\x00", b"\x05\x06\x00\x01" + bytes(6)], "generic_timeout_error", True),
        ([b"\x05\x00", b"\x05\x01\x00\x01" + bytes(6)], "socks_error", False),
        ([b"\x05\xff"], "socks_error", False),
        ([b"HTTP"], "socks_error", False),
    ],
)
def test_what_a_socks_proxy_refuses(answers: list[bytes], failure: str, told: bool) -> None:
    with pytest.raises(ProxyFailed) as caught:
        asyncio.run(socks5(Script(*answers), PLAIN, "10.77.16.1", 443))
    assert (caught.value.failure, caught.value.told) == (failure, told)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 502 Bad\r\n\r\n", b"HTTP/1.1 407 No\r\n\r\n", b"junk\r\n\r\n", b""])
def test_connect_never_tells_of_the_site(answer: bytes) -> None:
    with pytest.raises(ProxyFailed) as caught:
        asyncio.run(http_connect(Script(answer), PLAIN, "10.77.16.1", 443))
    assert not caught.value.told
    assert caught.value.failure.startswith("unknown_failure: proxy")
