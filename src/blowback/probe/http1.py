"""One GET over a stream: an HTTP/1.1 client of our own, because it must be bound to an address, a name and a proxy.

Headers, title, hash and tag counts are kept; bodies are kept only where the plan allows, never of images or other
media (reading stops after the headers), and the line's own address is blotted out.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from blowback.probe.failures import FAULTS, Eof, Garbled, failure_of
from blowback.probe.wire import Stream

_HEAD_MOST = 65_536
_TEXT = re.compile(r"^(text/|application/(xhtml\+xml|xml|json|javascript))", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<([a-z][a-z0-9]*)[\s/>]", re.IGNORECASE)
_CODE, _LENGTH, _SIZE = re.compile("[1-9][0-9]{2}"), re.compile("[0-9]{1,18}"), re.compile(b"[0-9a-fA-F]{1,15}")
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


@dataclass(slots=True)
class Response:
    """What came back.

    Args:
        failure: df-007 string, None when the response was read to its end or to the limit.
        body: bytes read, after chunked decoding. cut: there was more than the limit.
        seconds: from the request to the last byte. first_s: to the first byte (None: none came).
        received: bytes on the wire of head and body.
    """

    failure: str | None = None
    code: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    cut: bool = False
    seconds: float = 0.0
    first_s: float | None = None
    received: int = 0

    def header(self, name: str) -> str:
        """The first header of that name, or an empty text."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")

    @property
    def is_text(self) -> bool:
        """Whether the body is text by its own word (a missing Content-Type counts as text)."""
        kind = self.header("Content-Type")
        return not kind or bool(_TEXT.match(kind))

    @property
    def text(self) -> str:
        """The body as text, as its charset says, else UTF-8; what cannot be read is replaced."""
        if not self.is_text:
            return ""
        found = _CHARSET.search(self.header("Content-Type"))
        try:
            return self.body.decode(found[1] if found else "utf-8", errors="replace")
        except LookupError:
            return self.body.decode("utf-8", errors="replace")

    @property
    def title(self) -> str:
        """The page's title, white space folded, at most 200 characters."""
        found = _TITLE.search(self.text)
        return " ".join(html.unescape(found[1]).split())[:200] if found else ""

    def features(self) -> dict[str, Any]:
        """What tells pages apart without keeping them: length, hash, tag counts, speed."""
        tags = Counter(t.lower() for t in _TAG.findall(self.text))
        spent = max(self.seconds - (self.first_s or 0.0), 1e-6)
        return {
            "x_body_length": len(self.body),
            "x_body_sha256": hashlib.sha256(self.body).hexdigest() if self.body else "",
            "x_title": self.title,
            "x_tag_counts": dict(sorted(tags.items())),
            "x_transfer": {
                "bytes": self.received,
                "seconds": round(self.seconds, 6),
                "first_byte_s": None if self.first_s is None else round(self.first_s, 6),
                "bytes_per_s": round(self.received / spent, 1) if self.received else None,
            },
        }


def request_head(host: str, agent: str) -> list[tuple[str, str]]:
    """Headers of the request, in order."""
    return [
        ("Host", host),
        ("User-Agent", agent),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", "en-US,en;q=0.9"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    ]


async def get(
    stream: Stream, path: str, headers: list[tuple[str, str]], *, limit: int, seconds: float, any_body: bool = False
) -> Response:
    """Send one GET and read the answer; never raises for what the network does.

    At most `limit` bytes of the body are read; `seconds` is the time limit of the whole exchange. Bodies that are no
    text are not read, unless `any_body` (answers of DoH).
    """
    made, begun = Response(), time.monotonic()
    lines = [f"GET {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers), "", ""]
    reader = _Reader(stream, made, begun)
    try:
        async with asyncio.timeout(seconds):
            await stream.send("\r\n".join(lines).encode("latin-1", errors="replace"))
            await _head(reader, made)
            if any_body or made.is_text:
                await _body(reader, made, limit)
    except FAULTS as error:
        made.failure = failure_of(error)
    made.seconds = time.monotonic() - begun
    return made


class _Reader:
    """Reads by line, count or to the end, and keeps the clock of the first byte."""

    def __init__(self, stream: Stream, made: Response, begun: float) -> None:
        self.stream, self.made, self.begun, self.held = stream, made, begun, b""

    async def more(self) -> bool:
        chunk = await self.stream.recv()
        if chunk and self.made.first_s is None:
            self.made.first_s = time.monotonic() - self.begun
        self.made.received += len(chunk)
        self.held += chunk
        return bool(chunk)

    async def until(self, end: bytes, most: int) -> bytes:
        while end not in self.held:
            if len(self.held) > most:
                raise Garbled("a line of the answer is too long")
            if not await self.more():
                raise Eof("closed in the middle of the answer")
        taken, _, self.held = self.held.partition(end)
        return taken

    def take(self, count: int) -> bytes:
        taken, self.held = self.held[:count], self.held[count:]
        return taken


async def _head(reader: _Reader, made: Response) -> None:
    while True:
        text = (await reader.until(b"\r\n\r\n", _HEAD_MOST)).decode("latin-1")
        first, *rest = text.split("\r\n")
        words = first.split(maxsplit=2)
        if len(words) < 2 or not words[0].startswith("HTTP/") or not _CODE.fullmatch(words[1]):
            raise Garbled("the answer is no HTTP")
        made.code = int(words[1])
        if made.code >= 200 or made.code == 101:
            break
    made.headers = [(k.strip(), v.strip()) for k, _, v in (line.partition(":") for line in rest) if k.strip()]


async def _body(reader: _Reader, made: Response, limit: int) -> None:
    if made.code in (204, 304):
        return
    if "chunked" in made.header("Transfer-Encoding").lower():
        await _chunked(reader, made, limit)
        return
    length = made.header("Content-Length")
    due = int(length) if _LENGTH.fullmatch(length) else None
    wanted = limit if due is None else min(due, limit)
    while len(made.body) < wanted:
        if not reader.held and not await reader.more():
            if due is not None:
                raise Eof("closed in the middle of the answer")
            return
        made.body += reader.take(wanted - len(made.body))
    made.cut = due is None or due > limit


async def _chunked(reader: _Reader, made: Response, limit: int) -> None:
    while True:
        size = (await reader.until(b"\r\n", _HEAD_MOST)).split(b";")[0].strip()
        if not _SIZE.fullmatch(size):
            raise Garbled("a chunk has no size")
        left = int(size, 16)
        if left == 0:
            return
        while left:
            if not reader.held and not await reader.more():
                raise Eof("closed in the middle of the answer")
            part = reader.take(min(left, limit - len(made.body)))
            made.body, left = made.body + part, left - len(part)
            if len(made.body) >= limit:
                made.cut = True
                return
        await reader.until(b"\r\n", 2)
