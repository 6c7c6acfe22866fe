"""How many people outside a network its posts may have reached: a range, with what is unknown; never one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Possible exposures: at least `low` people, at most about `high` (None: nothing bounds it).

    `unknown` of `authors` have neither views for all of their posts nor followers: what they reached is in neither end.
    """

    low: int
    high: int | None
    authors: int
    unknown: int
    by_views: int  # authors counted by the views of their posts
    by_followers: int  # authors counted by their followers


def exposure(author: Ints, views: Floats, followers: Floats, *, reacted: int, beside: int) -> Exposure:
    """The range for some posts.

    Low: accounts outside that answered, quoted, passed on or repeated one of the posts: they saw one. High: per author
    the views of the posts, where every post of the author has them, else the followers; and the `beside` accounts outside
    that posted in the same place meanwhile. Views count repeats, followers overlap and most see nothing: it is a ceiling,
    but not where authors are unknown. It is None where more than half of the authors are.

    Args:
        author: code of each post's author.
        views: views of each post; NaN unknown.
        followers: followers of each post's author; NaN unknown.
        reacted: distinct accounts outside that visibly reacted.
        beside: distinct accounts outside that posted in the same place in the same time.
    """
    _, at, code = np.unique(author, return_index=True, return_inverse=True)
    authors = len(at)
    seen = np.bincount(code, weights=np.nan_to_num(views), minlength=authors)
    viewed = np.bincount(code, weights=np.isnan(views), minlength=authors) == 0
    follow = followers[at]
    known = viewed | ~np.isnan(follow)
    most = np.where(viewed, seen, np.nan_to_num(follow))
    unknown = int((~known).sum())
    high: Any = int(most.sum()) + max(beside, reacted)
    return Exposure(
        reacted, None if 2 * unknown > authors or not authors else max(high, reacted), authors, unknown,
        int(viewed.sum()), int((~viewed & known).sum()),
    )  # fmt: skip
