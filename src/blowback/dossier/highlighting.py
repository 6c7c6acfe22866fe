"""A text cut into runs by the spans that lie in it, however they nest, and offsets carried over to its harmless form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from blowback.dossier.shown import harmless
from blowback.model.panel import Span

_APART = re.compile(r"(?i)\bh(?:tt|xx)ps?\S+|[@＠][\w\[\].]+|\bRT\b|\b[\w.\[\]-]+\[\.\]\S+")
LONGEST = 600  # code points of a post that a quote shows


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with the kinds of the spans over it, the innermost first."""

    text: str
    kinds: tuple[str, ...]


def runs(text: str, spans: Sequence[Span]) -> list[Run]:
    """The whole text as runs. Spans outside it, or empty, are passed over."""
    inside = [(max(s.start, 0), min(s.end, len(text)), s.kind) for s in spans]
    inside = [s for s in inside if s[0] < s[1]]
    edges = sorted({0, len(text), *(s[0] for s in inside), *(s[1] for s in inside)})
    out: list[Run] = []
    for a, b in pairwise(edges):
        over = sorted((s for s in inside if s[0] <= a and b <= s[1]), key=lambda s: (s[1] - s[0], s[2]))
        kinds = tuple(dict.fromkeys(s[2] for s in over))
        if out and out[-1].kinds == kinds:
            out[-1] = Run(out[-1].text + text[a:b], kinds)
        else:
            out.append(Run(text[a:b], kinds))
    return out


def lines(held: Sequence[Run]) -> list[list[Run]]:
    """The runs line by line, the line feeds left off."""
    out: list[list[Run]] = [[]]
    for run in held:
        first, *rest = run.text.split("\n")
        out[-1].append(Run(first, run.kinds))
        out += [[Run(part, run.kinds)] for part in rest]
    return [[r for r in line if r.text] for line in out]


def written(text: str, otherwise: str = "") -> str:
    """Which way a line is written: rtl or ltr, by most of its letters, links, handles and `RT` apart.

    A post in Arabic often starts with a handle or a link, so that its first strong letter says nothing.
    """
    counts = {"rtl": 0, "ltr": 0}
    for letter in _APART.sub(" ", text):
        if (kind := unicodedata.bidirectional(letter)) in {"L", "R", "AL"}:
            counts["ltr" if kind == "L" else "rtl"] += 1
    if counts["rtl"] == counts["ltr"]:
        return otherwise
    return max(counts, key=lambda k: counts[k])


def carried(text: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """The text with its links defanged, and the spans where they lie in that form.

    Defanging puts brackets in and changes letters of a scheme, nothing else: each code point is followed one by one.
    """
    safe = harmless(text)
    where, at = [], 0
    for letter in text:
        while at < len(safe) and safe[at] != letter and safe[at] in "[]":
            at += 1
        where.append(at)
        at += 1
    where.append(len(safe))
    last = len(text)
    return safe, tuple(Span(where[min(max(s.start, 0), last)], where[min(max(s.end, 0), last)], s.kind) for s in spans)


def excerpt(text: str, spans: Sequence[Span], longest: int = LONGEST) -> tuple[str, tuple[Span, ...]]:
    """At most about `longest` code points around the spans, cut at spaces, with an ellipsis where something is left off."""
    if len(text) <= longest:
        return text, tuple(spans)
    first = min((s.start for s in spans), default=0)
    last = min(max((s.end for s in spans), default=0), first + longest)
    room = max(longest - (last - first), 0)
    start = max(first - room // 2, 0)
    end = min(start + longest, len(text))
    start = max(end - longest, 0)
    if start > 0 and (space := text.find(" ", start, first)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", last, end)) >= 0:
        end = space
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    shift = len(before) - start
    whole = before + text[start:end] + after
    kept = [Span(max(s.start, start) + shift, min(s.end, end) + shift, s.kind) for s in spans]
    return whole, tuple(s for s in kept if s.start < s.end)
