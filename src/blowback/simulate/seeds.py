"""One named random stream for each mechanism, so that changing one never changes another."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator that depends on the seed and the name alone.

    PCG64 and SHA-256 are the same on every platform. Times are rounded to whole milliseconds after they are
    drawn, so that a last bit of a platform's `log` does not reach a file.
    """
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype="<u4")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *(int(w) for w in words[:4])])))
