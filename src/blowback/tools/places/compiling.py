"""From rows of several sources to one gazetteer: twins merged, names folded, hashed and laid out for matching."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import cKDTree

from blowback.tools.fold import fold
from blowback.tools.places import names_kernel as kernel
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.rows import KINDS, NAMES, Rows
from blowback.tools.strings import buffers

_TWINS_KM = 5.0
_FAMILY = {"country": 0, "region": 1, "county": 2, "locality": 3, "neighbourhood": 3, "site": 4, "bureau": 5}
Ints = npt.NDArray[Any]


def compiled(parts: Iterable[Rows], digest: str) -> Gazetteer:
    """One gazetteer of all rows.

    Of twins (a name in common, at most 5 km apart, one family of kinds) the first is kept, with the population of
    whichever knows it and all their sources and names; so give the best source first. Rows of one source are twins only
    where the name is the primary one of both.
    """
    rows = list(parts)
    places = _lands(pa.concat_tables(r.places for r in rows).combine_chunks())
    names = pa.concat_tables(r.names for r in rows).combine_chunks()
    del rows
    place = pc.index_in(names["place_id"], places["place_id"])
    good = pc.is_valid(place)
    names, place = names.filter(good), place.filter(good)
    folded = fold(names["name"])
    number, hashes, words = _hashed(folded)
    of_place = place.combine_chunks().to_numpy().astype(np.int32)
    kinds = pc.index_in(names["kind"], pa.array(NAMES)).to_numpy(zero_copy_only=False).astype(np.uint8)
    parent = _twins(places, number, of_place, kinds)
    keep, where = np.unique(parent, return_inverse=True)
    merged = _merged(places, parent, keep)
    return Gazetteer(
        digest=digest,
        places=merged,
        name_words=words,
        **_tables(hashes),
        **_meanings(number, where[of_place], kinds, _weight(merged), len(words)),
    )


def _lands(places: pa.Table) -> pa.Table:
    """Rows that do not say their country get that of the nearest row that does, within 100 km; macro-regions none."""
    point = np.column_stack([places["lat"].to_numpy(), places["lon"].to_numpy()]).astype(np.float64)
    point[:, 1] *= np.cos(np.radians(point[:, 0]))  # near enough for the nearest neighbour
    silent = pc.equal(places["country"], "")
    ask = np.flatnonzero(pc.and_(silent, pc.not_equal(places["placetype"], "region")).to_numpy())
    told = np.flatnonzero(~silent.to_numpy())
    if not len(ask) or not len(told):
        return places
    away, which = cKDTree(point[told]).query(point[ask], distance_upper_bound=100.0 / 111.0)
    land = np.array(places["country"].to_pylist(), object)
    near = np.isfinite(away)
    land[ask[near]] = land[told[which[near]]]
    return places.set_column(places.schema.get_field_index("country"), "country", pa.array(land.tolist(), pa.string()))


def _hashed(folded: pa.Array) -> tuple[Ints, dict[str, Ints], Ints]:
    """The number of each row's name (equal folded names are one), the hashes of names, words per name."""
    seen = folded.dictionary_encode()
    offsets, body = buffers(seen.dictionary)
    many = len(seen.dictionary)
    whole, tight = np.zeros(many, np.uint64), np.zeros(many, np.uint64)
    words = np.zeros(many, np.uint8)
    begun, begun_of = np.zeros(len(body) // 2 + 1, np.uint64), np.zeros(len(body) // 2 + 1, np.int32)
    n = kernel.name_hashes(offsets, body, whole, tight, words, begun, begun_of)
    letters = np.diff(offsets)
    usable = (words > 0) & (words <= kernel.MOST_WORDS) & (letters >= 2)
    whole[~usable] = 0
    tight[~usable | (words < 2) | (letters < 7)] = 0
    prefixes = np.unique(begun[:n][usable[begun_of[:n]]])
    return seen.indices.to_numpy().astype(np.int32), {"whole": whole, "tight": tight, "prefixes": prefixes}, words


def _tables(hashes: dict[str, Ints]) -> dict[str, Ints]:
    whole, tight, prefixes = hashes["whole"], hashes["tight"], hashes["prefixes"]
    numbers = np.arange(len(whole), dtype=np.int32)
    keys, slots = _room(len(whole) + len(prefixes))
    kernel.fill(keys, slots, whole, numbers)
    kernel.fill(keys, slots, prefixes, np.full(len(prefixes), -1, np.int32))
    tight_keys, tight_slots = _room(int((tight > 0).sum()))
    kernel.fill(tight_keys, tight_slots, tight, numbers)
    return {"keys": keys, "slots": slots, "tight_keys": tight_keys, "tight_slots": tight_slots}


def _room(many: int) -> tuple[Ints, Ints]:
    size = 1 << max(4, int(many * 1.6).bit_length())
    return np.zeros(size, np.uint64), np.full(size, -2, np.int32)


def _twins(places: pa.Table, number: Ints, of_place: Ints, kinds: Ints) -> Ints:
    """For each place the row of the place it is merged into."""
    lat = places["lat"].to_numpy().astype(np.float64)
    lon = places["lon"].to_numpy().astype(np.float64)
    family = np.array([_FAMILY[k] for k in KINDS], np.int8)[
        pc.index_in(places["placetype"], pa.array(KINDS)).to_numpy().astype(np.int64)
    ]
    parent = np.arange(len(places), dtype=np.int64)
    known = pc.index_in(places["same_as"], places["place_id"]).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(~np.isnan(known.astype(np.float64))):
        other = int(known[row])
        if other < row:
            parent[row] = _root(parent, other)
    source = places["source"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int32)
    named = kinds < NAMES.index("demonym")
    number, of_place, kinds = number[named], of_place[named], kinds[named]
    order = np.lexsort((of_place, number))
    kernel.near_twins(number[order], of_place[order], kinds[order], source, lat, lon, family, _TWINS_KM, parent)
    while (settled := parent[parent]).tolist() != parent.tolist():
        parent = settled
    return parent


def _root(parent: Ints, row: int) -> int:
    while parent[row] != row:
        row = int(parent[row])
    return row


def _merged(places: pa.Table, parent: Ints, keep: Ints) -> pa.Table:
    """The rows kept, each with the sources and the greatest known population of all that were merged into it."""
    rows = np.arange(len(places))
    lost = rows[parent != rows]
    out = places.take(pa.array(keep))
    if not len(lost):
        return out
    ids, sources = places["place_id"].to_pylist(), places["source"].to_pylist()
    people = places["population"].to_pylist()
    at = {int(row): n for n, row in enumerate(keep)}
    told, many = out["source"].to_pylist(), out["population"].to_pylist()
    for row in lost.tolist():
        n = at[int(parent[row])]
        told[n] = f"{told[n]}; {ids[row]} ({sources[row]})"
        if people[row] and not (many[n] and many[n] >= people[row]):
            many[n] = people[row]
    for name, column in (("source", told), ("population", many)):
        field = out.schema.field(name)
        out = out.set_column(out.schema.get_field_index(name), field, pa.array(column, field.type))
    return out


def _weight(places: pa.Table) -> Ints:
    """What orders the places of one name: countries, then divisions, then by population."""
    level = np.array([9.0, 6.5, 4.0, 0.0, 0.0, 3.0, 6.0])[
        pc.index_in(places["placetype"], pa.array(KINDS)).to_numpy().astype(np.int64)
    ]
    people = pc.fill_null(places["population"], 0).to_numpy().astype(np.float64)
    return np.asarray(np.maximum(level, np.log10(people + 1.0)))


def _meanings(number: Ints, place: Ints, kind: Ints, weight: Ints, many: int) -> dict[str, Ints]:
    """Per name the places it may mean, each once with its best kind, the weightiest first."""
    order = np.lexsort((kind, place, number))
    number, place, kind = number[order], place[order], kind[order]
    first = np.ones(len(number), bool)
    first[1:] = (number[1:] != number[:-1]) | (place[1:] != place[:-1])
    number, place, kind = number[first], place[first], kind[first]
    order = np.lexsort((kind, -weight[place], number))
    number, place, kind = number[order], place[order], kind[order]
    starts = np.zeros(many + 1, np.int32)
    np.cumsum(np.bincount(number, minlength=many), out=starts[1:])
    return {"starts": starts, "meant": place.astype(np.int32), "meant_kind": kind}
