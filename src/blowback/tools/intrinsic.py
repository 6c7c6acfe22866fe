"""Randomness that hangs on what the marks say, not on how accounts are named: the same under every pseudonym key.

Accounts and values get a number from the times and the company of their marks (Weisfeiler and Lehman's refinement, two
rounds); draws are a hash of seed and number (SplitMix64, Steele et al. 2014), as counter-based generators make them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.tools.coaction import Acts

Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Signatures = tuple[Words, Words]  # of accounts and of values, by code
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_ROUNDS: Final = 2


def mixed(words: Words) -> Words:
    """SplitMix64's finaliser: every bit of the input moves about half the bits of the output."""
    x = words + _STEP
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    out: Words = x ^ (x >> np.uint64(31))
    return out


def signatures(rows: Acts) -> Signatures:
    """One number for each account code and each value code; no two accounts and no two values have the same.

    Accounts (or values) that nothing in the marks tells apart are told apart by their order in `rows`.
    """
    time = rows.time.astype(np.uint64)
    account, value = np.zeros(len(rows.accounts), np.uint64), np.zeros(len(rows.values), np.uint64)
    for _ in range(_ROUNDS):
        value = _summed(mixed(time ^ mixed(account[rows.account])), rows.value, len(rows.values))
        account = _summed(mixed(time ^ mixed(value[rows.value])), rows.account, len(rows.accounts))
    return _apart(account), _apart(value)


def _summed(words: Words, code: npt.NDArray[np.int32], size: int) -> Words:
    """Sums modulo 2^64: the order of the rows leaves no trace."""
    out = np.zeros(size, np.uint64)
    np.add.at(out, code, words)
    return out


def _apart(words: Words) -> Words:
    order = np.argsort(words, kind="stable")
    ranked = words[order]
    new = np.concatenate([[True], ranked[1:] != ranked[:-1]]) if len(words) else np.zeros(0, np.bool_)
    place = np.arange(len(words)) - np.maximum.accumulate(np.where(new, np.arange(len(words)), 0))
    out = np.empty(len(words), np.uint64)
    out[order] = mixed(ranked + mixed(place.astype(np.uint64)))
    return out


def uniform(words: Words, seed: int, stream: int) -> Floats:
    """One draw in [0, 1) for each number; another seed or stream gives independent ones."""
    key = mixed(np.array([seed], np.uint64) ^ mixed(np.array([stream], np.uint64)))
    out: Floats = (mixed(words ^ key) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return out
