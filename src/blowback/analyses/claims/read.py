"""Texts of the case read one by one into rows of the claims table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from blowback.analyses.claims.spans import written
from blowback.model.analysis import Progress
from blowback.model.moments import micros, moment
from blowback.tools.claim.flat import row
from blowback.tools.claim.reading import Asked, readings
from blowback.tools.claim.theme import hopeless, of_war, standing
from blowback.tools.places import Gazetteer, Theatre, languages_of, places_in_many

_PASSED: Final = re.compile(r"\s*RT\s+@[^\s:]+:?\s")  # a repost that the export gives as text alone
_ABOUT: Final = 0.1  # share of posts with a word of war from which an account is taken to speak of a conflict
_BATCH: Final = 1000  # texts whose meaning is worked out together
_LEAN: Final = 5  # posts of the case's kind that every account is given
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manner:
    """How texts are read."""

    zone: str
    theatre: Theatre | None
    gazetteer: Gazetteer | None
    horizon_days: float


def passes_on(post: Mapping[str, Any]) -> bool:
    """Whether the words are another's: a repost, or a text that says so."""
    return post["kind"] == "repost" or bool(_PASSED.match(post["text"] or ""))


def themes(posts: Sequence[Mapping[str, Any]]) -> tuple[list[bool], dict[str, bool]]:
    """Whether each post has a word of war, and whether each account speaks of a conflict: a tenth of its posts or more have.

    An account with few posts leans on the whole case, as if it had five more of its kind. This decides only about verbs
    that war shares with daily life, and nothing of it is kept.
    """
    flags = [of_war(post["text"]) for post in posts]
    war: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for post, flag in zip(posts, flags, strict=True):
        every[post["account_id"]] += 1
        war[post["account_id"]] += flag
    usual = sum(war.values()) / max(sum(every.values()), 1)
    return flags, {a: (war[a] + _LEAN * usual) / (n + _LEAN) >= _ABOUT for a, n in every.items()}


def claims_of(
    posts: Sequence[Mapping[str, Any]], carries: Mapping[str, str], manner: Manner, progress: Progress
) -> Iterator[Row]:
    """A row for each claim of each post; `cluster_id` is left empty.

    Args:
        posts: rows of the step `texts`, times in microseconds.
        carries: post id -> "media" or "link", what goes with it.
        manner: zone, theatre, gazetteer, horizon.
        progress: called with the share done.

    A post that passes on another's words is read at the time of the original, where that is known.
    """
    langs = languages_of(pa.array([p["text"] for p in posts], pa.string())).to_pylist()
    texts = (p["text"] for p in posts)
    places = places_in_many(texts, gazetteer=manner.gazetteer, theatre=manner.theatre, langs=langs)
    war, about = themes(posts)
    waiting: list[tuple[Mapping[str, Any], Asked]] = []
    for n, (post, lang, located) in enumerate(zip(posts, langs, places, strict=True)):
        at = post["of_at"] if post["kind"] == "repost" and post["of_at"] is not None else post["posted_at"]
        stands = standing(post["text"], presumed=about[post["account_id"]], war=war[n])
        if not hopeless(stands, located):
            waiting.append((post, Asked(post["text"], lang, tuple(located), moment(at), stands, war[n])))
        if len(waiting) >= _BATCH or n + 1 == len(posts):
            yield from _rows(waiting, carries, manner)
            waiting.clear()
            progress("claims: reading", 0.8 * (n + 1) / len(posts))


def _rows(
    waiting: Sequence[tuple[Mapping[str, Any], Asked]], carries: Mapping[str, str], manner: Manner
) -> Iterator[Row]:
    read = readings([a for _, a in waiting], zone=manner.zone, horizon_days=manner.horizon_days, with_times=False)
    for (post, _), found in zip(waiting, read, strict=True):
        carried = passes_on(post)
        for number, claim in enumerate(found.claims):
            flat = row(claim, found)
            yield {
                **flat, "claim_id": f"{post['post_id']}#{number + 1}", "post_id": post["post_id"],
                "account_id": post["account_id"], "posted_at": post["posted_at"], "carried": carried,
                "time_from": micros(flat["time_from"]), "time_to": micros(flat["time_to"]),
                "evidence": carries.get(post["post_id"], "none"), "spans": written(claim, found), "cluster_id": "",
            }  # fmt: skip
