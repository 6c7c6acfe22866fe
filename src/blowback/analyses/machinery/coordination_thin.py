"""Fewer marks, where a person asked for it: a cap on uses of one object, or a sample of accounts. Both say what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Params

_BITS: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Lost:
    """What was left out of one kind: objects and marks above the cap, accounts and marks outside the sample."""

    objects: int = 0
    marks: int = 0
    most: int = 0  # distinct capped objects of one account: no pair of its can have lost more
    share: float = 1.0  # of accounts that were looked at

    def __bool__(self) -> bool:
        return bool(self.objects) or self.share < 1.0


def thinned(marks: pa.Table, params: Params) -> tuple[pa.Table, Lost]:
    """The marks that are to be looked at. By default all of them.

    Accounts are sampled by a hash of their id: all marks of an account stay or go, so that the weights of the pairs that
    stay are exact and pairs are about share^2 of all. Marks are never sampled.
    """
    share, cap = float(params["sample_accounts"]), int(params["cap"])
    if share < 1.0:
        marks = marks.filter(pa.array(_hashed(marks.column("account_id")) < share * _BITS))
    if not cap or not marks.num_rows:
        return marks, Lost(share=share)
    coded = marks.column("value").combine_chunks().dictionary_encode()
    codes = coded.indices.to_numpy()
    heavy = np.bincount(codes, minlength=len(coded.dictionary)) > cap
    out = heavy[codes]
    gone = marks.filter(pa.array(out)).group_by("account_id").aggregate([("value", "count_distinct")])
    most = pc.max(gone.column("value_count_distinct")).as_py() or 0
    return marks.filter(pa.array(~out)), Lost(int(heavy.sum()), int(out.sum()), int(most), share)


def _hashed(accounts: Any) -> Any:  # noqa: ANN401  # Arrow in, numpy out
    """32 bits of each account's id: the first of the MD5, the same on every machine."""
    import hashlib  # noqa: PLC0415  # rarely needed

    coded = accounts.combine_chunks().dictionary_encode()
    each = [int.from_bytes(hashlib.md5(a.encode()).digest()[:4], "big") for a in coded.dictionary.to_pylist()]  # noqa: S324
    return np.array(each, np.int64)[coded.indices.to_numpy()] if each else np.empty(0, np.int64)


def told(lost: Lost) -> str:
    """One sentence for the summary and the findings; empty where nothing is lost."""
    parts = []
    if lost.objects:
        parts.append(
            f"{lost.objects:,} objects with more uses than the cap were left out ({lost.marks:,} marks): a pair may have lost "
            f"up to {lost.most:,} objects, and a group that pushes one big object is not seen."
        )
    if lost.share < 1.0:
        parts.append(
            f"A sample of {lost.share:.0%} of the accounts was looked at: about {lost.share**2:.0%} of the pairs; the counts of "
            "those that remain are exact."
        )
    return " ".join(parts)
