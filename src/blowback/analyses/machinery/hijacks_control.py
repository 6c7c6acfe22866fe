"""False discoveries in two floors: which tags at all, and which markers under them (Benjamini, Bogomolov 2014)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from blowback.tools.nulls import benjamini_hochberg
from blowback.tools.wordmodel import Floats


def controlled(p: list[float], sizes: list[int], fdr: float) -> tuple[Floats, Floats]:
    """(q, q within its tag alone) of every marker. `p` lists the markers tag by tag; `sizes` says how many each tag has.

    A tag's p is Simes' over its markers; tags are under Benjamini-Hochberg, and the markers of a tag again, at the share
    of `fdr` that the tags which pass are of all tags. A marker passes where its q is at most `fdr`: of the tags named, at
    most that share is expected to be named wrongly, and on average over them of the markers too.
    """
    values, ends = np.array(p, np.float64), np.cumsum([0, *sizes])
    parts = [values[a:b] for a, b in pairwise(ends)]
    if not parts:
        return np.zeros(0), np.zeros(0)
    within = [benjamini_hochberg(part, len(part)) for part in parts]
    simes = np.array([w.min() for w in within])
    of_tag = benjamini_hochberg(simes, len(simes))
    chosen = max(int((of_tag <= fdr).sum()), 1)
    q = [np.maximum(t, np.minimum(1.0, w * len(parts) / chosen)) for t, w in zip(of_tag, within, strict=True)]
    return np.concatenate(q), np.concatenate(within)
