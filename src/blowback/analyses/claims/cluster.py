"""Claims that say the same: structured buckets first, wording only inside them.

Sentence embeddings cannot tell a claim from its negation, nor one town from another (reference: cosine of "captured X" to
"did not capture X" .90), so type, polarity, class of modality and place decide first; wording ranks inside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from blowback.model.ids import short_id
from blowback.tools.geo import distance_km

Row = Mapping[str, Any]
# what can be said of one matter in one breath; classes of different families are never one claim
FAMILY: Final = {
    "report": "happened", "hedged": "happened", "denial": "denied", "progress": "under way",
    "intention": "announced", "threat": "announced", "conditional": "conditional",
}  # fmt: skip
SAME_WORDS: Final = 0.5  # Jaccard of folded words without the cluster's slots, from which two wordings say the same
SAME_MEANING: Final = 0.85  # cosine, where the language model is installed and asked for
_NEAR_KM: Final = 5.0  # two gazetteer entries of one town
_APART_US: Final = 2 * 86_400 * 1_000_000
_LONGEST_US: Final = 7 * _APART_US  # between a cluster's first post and any other
_LEAST_WORDS: Final = 4


@dataclass(slots=True)
class _Seed:
    """The first claim of a cluster: all others are compared with it, so there are no chains."""

    row: Row
    words: frozenset[str]
    vector: npt.NDArray[np.float32] | None
    id: str
    actors: set[str] = field(default_factory=set)


def clustered(
    claims: Sequence[Row], words: Sequence[frozenset[str]], vectors: npt.NDArray[np.float32] | None = None
) -> list[str]:
    """The cluster id of each claim; "" for classes that are not clustered (aspiration, question, none, no type).

    Args:
        claims: rows of the claims table, in any order.
        words: folded words of each claim's span, links and handles left out.
        vectors: unit vectors of the spans, where a language model is used.

    Two claims are one where type, polarity and family are equal, the places are the same entry or within 5 km (both may be
    unknown, then the wording must be equal), the times overlap or lie within two days, actors and numbers do not
    contradict, and the wording is alike: Jaccard >= 0.5 of words, or cosine >= 0.85.
    """
    out = [""] * len(claims)
    order = sorted(range(len(claims)), key=lambda n: (claims[n]["posted_at"], claims[n]["claim_id"]))
    seeds: dict[tuple[str, ...], list[_Seed]] = defaultdict(list)
    for n in order:
        row = claims[n]
        family = FAMILY.get(row["modality"], "")
        if not family or not row["type"]:
            continue
        bucket = (row["type"], row["polarity"], family, *_square(row))
        vector = vectors[n] if vectors is not None else None
        seed = next((s for s in _around(seeds, bucket, row["posted_at"]) if _same(s, row, words[n], vector)), None)
        if seed is None:
            seed = _Seed(row, words[n], vector, short_id("C", row["claim_id"]))
            seeds[bucket].append(seed)
        if row["actor"]:
            seed.actors.add(_plain(row["actor"]))
        out[n] = seed.id
    return out


def _square(row: Row) -> tuple[str, ...]:
    """A square of a tenth of a degree; claims without a place are put together by wording alone."""
    if row["lat"] is None:
        return ("nowhere",)
    return (str(int(np.floor(row["lat"] * 10))), str(int(np.floor(row["lon"] * 10))))


def _around(seeds: Mapping[tuple[str, ...], list[_Seed]], bucket: tuple[str, ...], at: int) -> Iterator[_Seed]:
    """Seeds of the bucket and of the squares around it, the latest first; those too old to be joined are not looked at."""
    for near in _buckets(bucket):
        yield from takewhile(lambda seed: at - seed.row["posted_at"] <= _LONGEST_US, reversed(seeds.get(near, [])))


def _buckets(bucket: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The bucket, then those of the eight squares around it."""
    yield bucket
    if bucket[-1] == "nowhere":
        return
    head, y, x = bucket[:-2], int(bucket[-2]), int(bucket[-1])
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if dy or dx:
                yield (*head, str(y + dy), str(x + dx))


def _same(seed: _Seed, row: Row, words: frozenset[str], vector: npt.NDArray[np.float32] | None) -> bool:
    one = seed.row
    if not _together(one, row) or not _agree(one, row):
        return False
    if row["place_name"] != one["place_name"] and _apart(one, row):
        return False
    actor = _plain(row["actor"])
    if actor and seed.actors and actor not in seed.actors and not any(actor in a or a in actor for a in seed.actors):
        return False
    if seed.words == words:
        return True
    if row["lat"] is None or min(len(seed.words), len(words)) < 1:
        return _jaccard(seed.words, words) >= 0.8 and min(len(seed.words), len(words)) >= _LEAST_WORDS
    if _jaccard(seed.words, words) >= SAME_WORDS:
        return True
    return vector is not None and seed.vector is not None and float(vector @ seed.vector) >= SAME_MEANING


def _apart(one: Row, two: Row) -> bool:
    known = one["lat"] is not None and two["lat"] is not None
    return known and distance_km(one["lat"], one["lon"], two["lat"], two["lon"]) > _NEAR_KM


def _together(one: Row, two: Row) -> bool:
    """Whether the times they speak of overlap, or lie within two days (a report of Monday may be told on Wednesday)."""
    if one["time_from"] is None or two["time_from"] is None:
        return bool(abs(two["posted_at"] - one["posted_at"]) <= _APART_US)
    gap: int = max(one["time_from"], two["time_from"]) - min(one["time_to"], two["time_to"])
    return gap <= _APART_US and bool(abs(two["posted_at"] - one["posted_at"]) <= _LONGEST_US)


def _agree(one: Row, two: Row) -> bool:
    """Numbers of one unit must overlap; contradictory ones stay apart as variants."""
    if one["quantity_min"] is None or two["quantity_min"] is None or one["quantity_unit"] != two["quantity_unit"]:
        return True
    high = [np.inf if r["quantity_max"] is None else r["quantity_max"] for r in (one, two)]
    return bool(max(one["quantity_min"], two["quantity_min"]) <= min(high))


def _plain(actor: str) -> str:
    return actor.casefold().removeprefix("the ").removeprefix("#").strip()


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    both = len(a & b)
    return both / (len(a) + len(b) - both) if both else 0.0
