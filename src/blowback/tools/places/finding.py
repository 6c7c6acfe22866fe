"""Mentions of many texts as `Located`: matched, weighed, rejected where they are no places, shaped where they say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
import pyarrow as pa

from blowback.model.claim import Candidate, Located
from blowback.tools.places import match_kernel as m
from blowback.tools.places.anchoring import anchored
from blowback.tools.places.features import MENTION
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.language import language_of
from blowback.tools.places.matching import matches
from blowback.tools.places.rejecting import COMMON, DEMONYM, reason, whole_names
from blowback.tools.places.resolving import Weighed, weighed
from blowback.tools.places.rows import KINDS
from blowback.tools.places.seats import seated
from blowback.tools.places.shapes import shaped
from blowback.tools.places.theatre import Theatre

_LEAST = 0.05  # probability below which a mention is not worth a line, unless a rule named it
_SHOWN = 8  # candidates a mention
_COMMON_BELOW = 0.35  # probability of a place below which a common word is called one
_SMALL, _USED = 0.2, 1.5  # a word is common: written small in a fifth of its uses; Arabic: 30 uses a million words


def places_in_many(
    texts: Iterable[str | None],
    *,
    gazetteer: Gazetteer,
    theatre: Theatre | None = None,
    langs: Iterable[str] | None = None,
    batch: int = 4096,
) -> Iterator[tuple[Located, ...]]:
    """Every text's mentions, in order; `batch` texts are held at a time."""
    stream = iter(texts)
    tongues = iter(langs) if langs is not None else None
    while part := [t or "" for t in islice(stream, batch)]:
        told = list(islice(tongues, len(part))) if tongues is not None else [language_of(t) for t in part]
        done = weighed(matches(part, gazetteer), gazetteer, told, theatre)
        for text, found in zip(part, _by_text(done, gazetteer, len(part)), strict=True):
            yield shaped(text, seated(text, anchored(text, found)))


def _by_text(done: Weighed, gazetteer: Gazetteer, texts: int) -> Iterator[list[Located]]:
    rows = done.found.rows.tolist()
    starts, ends = done.found.start.tolist(), done.found.end.tolist()
    sure, best = done.place.tolist(), done.best.tolist()
    tagged = np.asarray(done.found.ready.tagged[done.found.rows[:, m.START]]).tolist() if rows else []
    seen = done.mention_features
    told = [MENTION.index(name) for name in ("in", "in_clitic", "to", "kind_before", "kind_after", "tag")]
    cued: list[bool] = np.any(np.greater(seen[:, told], 0), axis=1).tolist()
    small, used = (seen[:, MENTION.index(name)] for name in ("small_share", "uses_arabic"))
    common: list[bool] = np.logical_or(small > _SMALL, used > _USED).tolist()
    demonym: list[bool] = np.greater(seen[:, MENTION.index("demonym")], 0).tolist()
    known = _Known(done, gazetteer)
    n = 0
    for text in range(texts):
        out: list[Located] = []
        whole: list[tuple[int, int, str]] | None = None
        while n < len(rows) and rows[n][m.ROW] == text:
            body = done.found.ready.originals[text]
            whole = whole_names(body) if whole is None else whole
            place = int(done.pairs.place[best[n]])
            kind, land = KINDS[gazetteer.kind[place]], int(gazetteer.land[place])
            start, end = starts[n], _closed(body, ends[n])
            why = next((w for a, b, w in whole if a <= start and end <= b), "")
            why = why or reason(body, start, end, rows[n], kind, land, gazetteer, tag=tagged[n])
            if not why and demonym[n]:
                why = DEMONYM
            if not why and sure[n] < _COMMON_BELOW and common[n] and not cued[n]:
                why = COMMON
            if sure[n] >= _LEAST or (why and why != COMMON):
                out.append(_located(done, known, n, (start, end), body, why, sure[n]))
            n += 1
        yield out


def _closed(text: str, end: int) -> int:
    """The end of a name with the marks, hamza and tatweel (which fold to nothing) that belong to its last letter."""
    while end < len(text) and (
        text[end] in "\u0621\u0640" or "\u0610" <= text[end] <= "\u061a" or "\u064b" <= text[end] <= "\u065f"
    ):
        end += 1
    return end


class _Known:
    """Gazetteer entries as the answers show them, each made once for a batch."""

    def __init__(self, done: Weighed, gazetteer: Gazetteer) -> None:
        rows, back = np.unique(done.pairs.place, return_inverse=True)
        take = pa.array(rows)
        ids, names, lands = (column.take(take).to_pylist() for column in gazetteer.texts)
        lat, lon, radius = (
            np.round(a[rows].astype(float), 5).tolist() for a in (gazetteer.lat, gazetteer.lon, gazetteer.radius)
        )
        kinds = [KINDS[k] for k in gazetteer.kind[rows].tolist()]
        self._cells: list[tuple[str, str, float, float, float, str, str]] = list(
            zip(ids, names, lat, lon, radius, lands, kinds, strict=True)
        )
        self._back: list[int] = back.tolist()

    def candidate(self, pair: int, p: float) -> Candidate:
        """The candidate of a pair."""
        return Candidate(*self._cells[self._back[pair]], p)


def _located(done: Weighed, known: _Known, n: int, span: tuple[int, int], text: str, why: str, sure: float) -> Located:
    a, b = int(done.pairs.bounds[n]), int(done.pairs.bounds[n + 1])
    share = done.share[a:b].tolist()
    order = sorted(range(b - a), key=lambda k: -share[k])[:_SHOWN]
    p = sure * 0.1 if why and why not in (COMMON, DEMONYM) else sure
    total = sum(share[k] for k in order)
    cands = tuple(known.candidate(a + k, round(p * share[k] / total, 6)) for k in order)
    return Located(span[0], span[1], text[span[0] : span[1]], cands, round(1.0 - p, 6), why)
