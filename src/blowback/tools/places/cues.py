"""Words beside a name that say what it is: cues.csv, folded and hashed for the matcher."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools.fold import fold
from blowback.tools.places import names_kernel as kernel
from blowback.tools.strings import buffers

CLASSES: Final = (
    "in", "to", "direction", "locality", "region", "county", "neighbourhood", "country", "site",
    "title", "kunya", "given", "tribe", "unit", "loose", "event", "never",
)  # fmt: skip
BIT: Final = {name: 1 << n for n, name in enumerate(CLASSES)}
Array = npt.NDArray[Any]


@cache
def cue_table() -> tuple[Array, Array]:
    """(hashes, classes as bits) of all cue words, open addressing."""
    bits: dict[str, int] = {}
    text = files("blowback.tools.places").joinpath("cues.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for word in row["words"].split("|"):
            bits[word] = bits.get(word, 0) | BIT[row["class"]]
    folded = fold(pa.array(list(bits))).to_pylist()
    joined: dict[str, int] = {}
    for word, bit in zip(folded, bits.values(), strict=True):
        joined[word] = joined.get(word, 0) | bit
    return hashed(joined)


@cache
def common_table() -> tuple[Array, Array, Array, Array]:
    """(hashes, rows, log10 uses a million words, share of uses in lower case) of words that are names of places, too.

    Counted by evaluation/place_words.py in public posts and articles of the development data.
    """
    text = files("blowback.tools.places").joinpath("words.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    keys, slots = hashed({row["word"]: n for n, row in enumerate(rows)})
    uses = np.array([float(row["log_uses"]) for row in rows] + [0.0], np.float32)
    lower = np.array([float(row["lower"]) for row in rows] + [0.0], np.float32)
    return keys, slots, uses, lower


def hashed(values: dict[str, int]) -> tuple[Array, Array]:
    """An open-addressing table of folded single words."""
    words = pa.array(list(values), pa.string())
    offsets, body = buffers(words)
    many = len(words)
    whole, tight, count = np.zeros(many, np.uint64), np.zeros(many, np.uint64), np.zeros(many, np.uint8)
    room = len(body) // 2 + 1
    kernel.name_hashes(offsets, body, whole, tight, count, np.zeros(room, np.uint64), np.zeros(room, np.int32))
    size = 1 << max(4, int(many * 1.6).bit_length())
    keys, slots = np.zeros(size, np.uint64), np.full(size, -2, np.int32)
    kernel.fill(keys, slots, whole, np.array(list(values.values()), np.int32))
    return keys, slots
