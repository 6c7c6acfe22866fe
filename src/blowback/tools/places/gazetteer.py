"""A gazetteer ready for matching: places as columns, names as hashes; read from disk without being copied."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from blowback.tools.places import names_kernel as kernel
from blowback.tools.places.rows import KINDS

Array = npt.NDArray[Any]
ARRAYS: Final = ("keys", "slots", "tight_keys", "tight_slots", "starts", "meant", "meant_kind", "name_words")
FORMAT: Final = 6  # of the folder; part of the digest


@dataclass(frozen=True)
class Gazetteer:
    """Places and what they are called. `digest` identifies the content: same digest, same answers.

    A name is a number; `starts[name]:starts[name + 1]` of `meant` are the places it may mean, and `meant_kind` whether
    it is their primary (0), another (1) or an old name (2).
    """

    digest: str
    places: pa.Table  # rows.PLACES, merged: `source` lists every source of a place
    keys: Array  # uint64, open addressing: hash of the words of a name
    slots: Array  # int32: the name, -1 where the words only begin one
    tight_keys: Array  # the same for names of several words written as one
    tight_slots: Array
    starts: Array  # int32, names + 1
    meant: Array  # int32, row of `places`
    meant_kind: Array  # uint8, index into rows.NAMES
    name_words: Array  # uint8, words of the name

    @cached_property
    def lat(self) -> Array:
        """Degrees, float32, a value a place."""
        return np.asarray(self.places["lat"].to_numpy())

    @cached_property
    def lon(self) -> Array:
        """Degrees, float32, a value a place."""
        return np.asarray(self.places["lon"].to_numpy())

    @cached_property
    def radius(self) -> Array:
        """Kilometres, float32, a value a place."""
        return np.asarray(self.places["radius_km"].to_numpy())

    @cached_property
    def log_people(self) -> Array:
        """log10 of the population, float32; NaN where it is not known."""
        many = self.places["population"].to_numpy(zero_copy_only=False).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log10(many), np.float32)

    @cached_property
    def kind(self) -> Array:
        """Index into rows.KINDS, uint8, a value a place."""
        return _coded(self.places["placetype"], KINDS)

    @cached_property
    def land(self) -> Array:
        """Country as 256 * first letter + second letter, uint16; 0 where there is none."""
        seen = self.places["country"].combine_chunks().dictionary_encode()
        codes = np.array([land_code(c) for c in seen.dictionary.to_pylist()], np.uint16)
        return np.asarray(codes[seen.indices.to_numpy()])

    @cached_property
    def listed(self) -> Array:
        """Whether a place is of our own table of sites: few, and named because they are spoken of."""
        return np.asarray(pc.starts_with(self.places["place_id"], "site:").to_numpy(zero_copy_only=False), bool)

    @cached_property
    def texts(self) -> tuple[pa.Array, pa.Array, pa.Array]:
        """(ids, names, countries) of the places."""
        return tuple(self.places[c].combine_chunks() for c in ("place_id", "name", "country"))

    def has(self, folded: str) -> bool:
        """Whether a folded name is one of the gazetteer's."""
        h = np.uint64(0)
        for word in folded.split():
            letters = np.frombuffer(word.encode(), np.uint8)
            h = np.uint64(kernel.join(h, np.uint64(kernel.letters_hash(letters, 0, len(letters), kernel.OFFSET))))
        return bool(kernel.find(self.keys, self.slots, h) >= 0)

    @property
    def count(self) -> tuple[int, int]:
        """(places, names)."""
        return len(self.places), len(self.starts) - 1

    def write(self, folder: Path) -> None:
        """Write it into an empty folder."""
        pq.write_table(self.places, folder / "places.parquet", compression="zstd")
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        (folder / "gazetteer.json").write_text(json.dumps({"format": FORMAT, "digest": self.digest}), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Gazetteer:
        """Read what `write` wrote; arrays stay on disk until they are touched."""
        head = json.loads((folder / "gazetteer.json").read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        return cls(digest=head["digest"], places=pq.read_table(folder / "places.parquet"), **arrays)


def land_code(iso: str | None) -> int:
    """A country code as one number; 0 for none."""
    return 256 * ord(iso[0]) + ord(iso[1]) if iso and len(iso) == 2 else 0


def _coded(column: pa.ChunkedArray, known: tuple[str, ...]) -> Array:
    seen = column.combine_chunks().dictionary_encode()
    codes = np.array([known.index(k) for k in seen.dictionary.to_pylist()], np.uint8)
    return np.asarray(codes[seen.indices.to_numpy()])
