"""The HTTP client against answers as they come: chunked, cut, endless, no HTTP, images, redirects, echoes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from blowback.probe.guard import Guard
from blowback.probe.http1 import Response, get
from blowback.probe.plan_url import next_hop
from blowback.probe.wire import open_tcp

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answered(
    content: bytes, *, limit: int = 1000, seconds: float = 5.0, stay: bool = False, pieces: int = 0
) -> Response:
    """What the client makes of these bytes. `stay`: the server does not close. `pieces`: sent in so many bytes each."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for start in range(0, len(content), pieces or len(content) or 1):
            writer.write(content[start : start + (pieces or len(content))])
            await writer.drain()
        if stay:
            await asyncio.sleep(seconds + 1)
        writer.close()

    async def fetch() -> Response:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        stream = await open_tcp(Guard.of(["127.0.0.1"]), "127.0.0.1", port)
        try:
            return await get(stream, "/", [("Host", "a.example")], limit=limit, seconds=seconds)
        finally:
            stream.close()
            server.close()

    return asyncio.run(fetch())


OK = b"HTTP/1.1 200 OK\r\n"


def test_a_plain_page() -> None:
    body = b"<html><title> The  page &amp; more </title><p>a<p>b</html>"
    made = answered(OK + b"Content-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body, pieces=3)
    assert (made.failure, made.code, made.body, made.cut) == (None, 200, body, False)
    assert made.title == "The page & more"
    assert made.features()["x_tag_counts"] == {"html": 1, "p": 2, "title": 1}
    assert made.features()["x_transfer"]["bytes"] > len(body)


@pytest.mark.parametrize("pieces", [0, 1])
def test_chunks(pieces: int) -> None:
    made = answered(OK + b"Transfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\n6\r\npedia \r\n0\r\n\r\n", pieces=pieces)
    assert (made.failure, made.body) == (None, b"Wikipedia ")


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", "eof_error"),
        (b"HTTP/1.1 200 OK\r\nContent-", "eof_error"),
        (OK + b"Content-Length: 50\r\n\r\nshort", "eof_error"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "unknown_failure: a chunk has no size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc", "eof_error"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc", "unknown_failure: a chunk has no size"),
        (b"HTTP/1.1 \xb200 OK\r\n\r\n", "unknown_failure: the answer is no HTTP"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "unknown_failure: the answer is no HTTP"),
        (b"\x00" * 300_000, "unknown_failure: a line of the answer is too long"),
    ],
)
def test_broken_answers_have_their_failure(content: bytes, failure: str) -> None:
    made = answered(content)
    assert made.failure == failure


@pytest.mark.parametrize("length", [b"\xb2", b"9" * 6000, b"-5", b"1_0"])
def test_a_length_that_is_none_is_not_believed(length: bytes) -> None:
    made = answered(OK + b"Content-Length: " + length + b"\r\n\r\nbody")
    assert (made.failure, made.body) == (None, b"body")


def test_silence_times_out_and_keeps_what_came() -> None:
    made = answered(OK + b"Content-Length: 50\r\n\r\nhalf of it", seconds=0.3, stay=True)
    assert (made.failure, made.code, made.body) == ("generic_timeout_error", 200, b"half of it")


def test_reading_stops_at_the_limit() -> None:
    for head in (b"Content-Length: 5000\r\n\r\n", b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n1388\r\n"):
        made = answered(OK + head + b"x" * 5000, limit=1000)
        assert (made.failure, len(made.body), made.cut) == (None, 1000, True)


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "application/octet-stream", "audio/ogg"])
def test_media_are_never_read(kind: str) -> None:
    made = answered(OK + f"Content-Type: {kind}\r\nContent-Length: 5\r\n\r\nmedia".encode())
    assert (made.failure, made.body, made.title) == (None, b"", "")


def test_interim_answers_are_passed_over() -> None:
    made = answered(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi")
    assert (made.code, made.body) == (200, b"hi")


def test_text_in_its_charset() -> None:
    body = "заголовок".encode("cp1251")
    made = answered(OK + b"Content-Type: text/html; charset=windows-1251\r\n\r\n" + body)
    assert made.text == "заголовок"
    assert answered(OK + b"Content-Type: text/html; charset=nonsense\r\n\r\nabc").text == "abc"


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("/there?a=b", "https://a.example/there?a=b"),
        ("http://B.example", "http://b.example/"),
        ("//c.example/x", "https://c.example/x"),
        ("javascript:alert(1)", ""),
        ("ftp://d.example/", ""),
        ("https://user:secret@e.example/", ""),
        ("http://[::1", ""),
        ("", "https://a.example/page"),
    ],
)
def test_where_a_redirect_leads(location: str, leads: str) -> None:
    assert next_hop("https://a.example/page", location) == leads
