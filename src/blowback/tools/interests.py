"""Accounts by what they write about, and in which language: a few coarse classes that a null can keep."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse
from scipy.cluster import vq

from blowback.tools.neardup_words import word_sets

Ints = npt.NDArray[np.int64]
CLASSES: Final = 16
_POSTS: Final = 20  # of each account that are read
_WORDS: Final = 4000
_LEAST: Final = 5  # texts that must hold a word
_FIT: Final = 20_000  # accounts that the classes are fitted on
_ROUND: Final = 6  # decimals kept of the axes: sums in another order must not move an account


def interests(folded: pa.Array, account: Ints, accounts: int, *, seed: int, classes: int = CLASSES) -> Ints:
    """Class of each account by the words of its posts; accounts without a word that others use are in the last one.

    Words weigh by their rarity (TF-IDF, rows of unit length), are projected on their main axes (latent semantic analysis;
    Deerwester et al. 1990), and accounts are put together by k-means.

    Args:
        folded: n texts in folded form; nulls say nothing.
        account: n account numbers.
        accounts: number of accounts.
        seed: of the lots.
        classes: at most so many classes beside the last one.
    """
    out = np.full(accounts, classes, np.int64)
    held = _matrix(folded, account, accounts, seed)
    known = np.flatnonzero(np.diff(held.indptr))
    axes = min(classes, held.shape[1] - 1, len(known) // 20)
    if axes < 2:
        out[known] = 0
        return out
    start = np.random.default_rng(seed).standard_normal(min(held.shape))
    _, sizes, turned = sparse.linalg.svds(held[known], k=axes, v0=start[: min(len(known), held.shape[1])])
    order = np.argsort(-sizes, kind="stable")
    turned = turned[order]
    turned = (
        turned * np.sign(turned[np.arange(axes), np.abs(turned).argmax(1)])[:, None]
    )  # an axis has no sign of its own
    places = np.round(held[known] @ turned.T, _ROUND)
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)
    fit = np.random.default_rng(seed).permutation(len(known))[:_FIT]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class may end empty: then there are fewer
        centres, _ = vq.kmeans2(places[fit], axes, iter=20, minit="++", seed=seed, missing="warn")
    out[known] = vq.vq(places, centres)[0]
    return out


def _matrix(folded: pa.Array, account: Ints, accounts: int, seed: int) -> sparse.csr_array:
    """Rows are accounts, columns words, TF-IDF, rows of unit length."""
    lot = np.random.default_rng(seed).permutation(len(account))
    order = np.lexsort((lot, account))
    rows = np.sort(order[np.arange(len(order)) - np.searchsorted(account[order], account[order]) < _POSTS])
    sets = word_sets(folded.take(pa.array(rows)))
    if not len(sets):
        return sparse.csr_array((accounts, 1))
    there = sets.of_row >= 0
    size = sets.sizes[sets.of_row[there]]
    at = np.repeat(account[rows[there]], size)
    starts = np.repeat(sets.bounds[sets.of_row[there]] - (np.cumsum(size) - size), size)
    tokens = sets.tokens[starts + np.arange(len(at))]
    often = np.bincount(tokens, minlength=len(sets.word_at))
    kept = np.argsort(-often, kind="stable")[:_WORDS]
    kept = kept[often[kept] >= _LEAST]
    number = np.full(len(often), -1, np.int64)
    number[kept] = np.arange(len(kept))
    use = number[tokens] >= 0
    held = sparse.csr_array(
        (np.ones(int(use.sum())), (at[use], number[tokens[use]])), shape=(accounts, max(len(kept), 1))
    )
    held.sum_duplicates()
    if len(kept):
        held.data = np.log1p(held.data) * np.log(len(rows) / often[kept])[held.indices]
    length = np.sqrt(held.multiply(held).sum(1))
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(length, 1e-9)) @ held)
