"""Texts made ready for matching, with the way back: hashtags split at capitals, folded, links and handles masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools.fold import fold_points
from blowback.tools.strings import buffers

_TAG: Final = re.compile(r"[#＃](\w+)")
# TalAfar, DeirEzZor, Mosul2014, USAid: before a capital that follows a small letter, before the last capital of a run
# that a small letter follows, and between letters and digits
_JOINT: Final = re.compile(
    r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)
# pictures part words, and a short link ends where its letters end: both are often written without a space
_PICTURES: Final = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f]")
_SHORT_LINK: Final = re.compile(r"https?://t\.co/[A-Za-z0-9]+")
_CASED: Final = np.array([chr(c).isupper() for c in range(0x600)])
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Ready:
    """A batch of texts, folded. Arrays over bytes of `body` unless said otherwise."""

    originals: Sequence[str]
    offsets: Array  # int64, texts + 1, into body
    body: Array  # uint8, folded UTF-8
    upper: Array  # bool: the letter was a capital
    tagged: Array  # bool: within a hashtag
    at: Array  # int32: index into the original text of the code point it comes from


def ready(texts: Sequence[str]) -> Ready:
    """Fold a batch of texts, keeping for each folded byte where it comes from."""
    plain = [_PICTURES.sub(" ", _SHORT_LINK.sub(lambda f: " " * len(f[0]), t)) if not t.isascii() else t for t in texts]
    split = [_split(text) if "#" in text or "＃" in text else (text, None, ()) for text in plain]
    folded, origin = fold_points(pa.array([s[0] for s in split], pa.string()))
    offsets, body = buffers(folded)
    base = int(offsets[0])
    body, offsets = body[base : int(offsets[-1])], offsets - base
    first = (body & 0xC0) != 0x80
    point = origin[np.cumsum(first) - 1] if len(body) else np.zeros(0, np.int32)
    row = np.repeat(np.arange(len(texts)), np.diff(offsets))
    begins = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(s[0]) for s in split], out=begins[1:])
    seen = np.frombuffer("".join(s[0] for s in split).encode("utf-32-le", "surrogatepass"), np.uint32)
    where = begins[row] + point
    tag = np.zeros(len(seen), bool)
    back = np.arange(len(seen), dtype=np.int64) - np.repeat(begins[:-1], np.diff(begins))
    for n, (_, way, tags) in enumerate(split):
        if way is not None:
            back[begins[n] : begins[n + 1]] = way
            for start, end in tags:
                tag[begins[n] + start : begins[n] + end] = True
    letters = seen[where]
    upper = np.where(letters < 0x600, _CASED[np.minimum(letters, 0x5FF)], False)
    return Ready(texts, offsets, body, upper, tag[where], back[where].astype(np.int32))


def _split(text: str) -> tuple[str, list[int] | None, tuple[tuple[int, int], ...]]:
    """(text with its hashtags split, index in the original of each code point, where the hashtags lie)."""
    out: list[str] = []
    way: list[int] = []
    tags: list[tuple[int, int]] = []
    last = 0
    for found in _TAG.finditer(text):
        out.append(text[last : found.start()])
        way += range(last, found.start())
        begin = len(way)
        cuts = [m.start() for m in _JOINT.finditer(found[1])]
        at = found.start() + 1
        out.append("#")
        way.append(found.start())
        for start, end in zip([0, *cuts], [*cuts, len(found[1])], strict=True):
            if start:
                out.append(" ")
                way.append(at + start)
            out.append(found[1][start:end])
            way += range(at + start, at + end)
        tags.append((begin, len(way)))
        last = found.end()
    out.append(text[last:])
    way += range(last, len(text))
    return "".join(out), way, tuple(tags)
