"""One named random stream for each mechanism, so that changing one never changes another."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from blowback.tools.intrinsic import mixed


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator that depends on the seed and the name alone.

    PCG64 and SHA-256 are the same on every platform. Times are rounded to whole milliseconds after they are
    drawn, so that a last bit of a platform's `log` does not reach a file.
    """
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype="<u4")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *(int(w) for w in words[:4])])))


def noise(seed: int, name: str, *columns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A number from 0 to 2**52 - 1 for each row, from the seed, the name and what stands in the row alone.

    What is observed of a post (its counts, whether it is exported twice) must not change when another mechanism adds
    posts before it: a stream would hand on its numbers. The mixer is splitmix64 (Steele, Lea, Flood 2014).
    """
    start = int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:8], "little")
    out = np.full(len(columns[0]), start, np.uint64)
    for column in columns:
        out = mixed(out ^ column.astype(np.uint64))
    return (out >> np.uint64(12)).astype(np.int64)


def uniform(seed: int, name: str, *columns: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """`noise` as numbers from 0 to below 1."""
    share: npt.NDArray[np.float64] = noise(seed, name, *columns) / 2.0**52
    return share
