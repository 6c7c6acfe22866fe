"""From mentions and candidates to probabilities: a softmax over candidates, a logistic for "is a place we know".

Both models are fitted by evaluation/places_fit.py on one half of the development sets, the second once more for mentions in
Arabic letters (places_fit_arabic.py); weights.json holds the weights.
p(candidate) = p(place) * softmax(candidate); no_match = 1 - p(place). The theatre is added to the scores as it is given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from blowback.tools.places import context_kernel as kernel
from blowback.tools.places import match_kernel as m
from blowback.tools.places.features import ALONE, MENTION, PAIR, TOGETHER, Pairs, mentions, pairs
from blowback.tools.places.gazetteer import Gazetteer, land_code
from blowback.tools.places.matching import Matches
from blowback.tools.places.rows import KINDS
from blowback.tools.places.theatre import Theatre

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Weighed:
    """Mentions of a batch with everything that was worked out of them."""

    found: Matches
    pairs: Pairs
    features: Array  # float32, pairs x PAIR
    mention_features: Array  # float32, mentions x MENTION
    share: Array  # softmax over the candidates of each mention
    place: Array  # probability that the mention means one of its candidates
    best: Array  # int64: the likeliest pair of each mention


@cache
def weights() -> dict[str, Array]:
    """The fitted weights by model: "alone" and "pair" for candidates, "first" and "mention" for mentions.

    "mention_arabic" is for those in Arabic letters.
    """
    read = json.loads(files("blowback.tools.places").joinpath("weights.json").read_text(encoding="utf-8"))
    columns = {"alone": ALONE, "pair": PAIR, "first": MENTION, "mention": MENTION, "mention_arabic": MENTION}
    read.setdefault("mention_arabic", read["mention"])  # while it is being fitted
    return {k: np.array([read[k].get(c, 0.0) for c in names], np.float64) for k, names in columns.items()}


def weighed(
    found: Matches,
    gazetteer: Gazetteer,
    langs: Sequence[str],
    theatre: Theatre | None,
    using: dict[str, Array] | None = None,
) -> Weighed:
    """Weigh the candidates of every mention; `using` in place of the fitted weights is for fitting."""
    w = using or weights()
    codes = np.array(
        [land_code(x) if len(x) == 2 else land_code("ar") if x == "arabizi" else 0 for x in langs], np.int64
    )
    cands = pairs(found, gazetteer, codes)
    held = _held(cands, gazetteer, theatre)
    first = np.zeros(len(cands.place))
    kernel.softmax(cands.alone @ w["alone"] + held, cands.bounds, first)
    features, column = mentions(found)
    _of_best(features, column, cands, first, gazetteer)
    sure = _sigmoid(features @ w["first"])
    together = np.zeros((len(cands.place), len(TOGETHER)), np.float32)
    rows = found.rows
    kernel.context(
        rows[:, m.ROW], rows[:, m.NAME], sure, cands.bounds, cands.place, first, gazetteer.lat, gazetteer.lon,
        gazetteer.land, gazetteer.kind, gazetteer.radius, found.start.astype(np.int64), found.end.astype(np.int64), together,
    )  # fmt: skip
    whole = np.hstack([cands.alone, together])
    share = np.zeros(len(cands.place))
    scores = whole @ w["pair"] + held
    # the habit of English news; in Arabic posts neighbours are as often a list
    told = together[:, TOGETHER.index("inside")] * (features[:, column["arabic"]] == 0)[cands.mention]
    kernel.one_sense(rows[:, m.ROW], rows[:, m.NAME], cands.bounds, told, scores)
    kernel.softmax(scores, cands.bounds, share)
    best = _of_best(features, column, cands, share, gazetteer)
    features[:, column["support"]], features[:, column["near"]] = together[best, 0], together[best, 1]
    features[:, column["inside"]], features[:, column["sure"]] = together[best, 3], share[best]
    _by_theatre(features, column, held[best], theatre)
    arabic = features[:, column["arabic"]] > 0
    place = _sigmoid(np.where(arabic, features @ w.get("mention_arabic", w["mention"]), features @ w["mention"]))
    return Weighed(found, cands, whole, features, share, place, best)


def _held(cands: Pairs, gazetteer: Gazetteer, theatre: Theatre | None) -> Array:
    """What the analyst's theatre adds to the score of each candidate."""
    if theatre is None or not theatre.countries:
        return np.zeros(len(cands.place))
    inside = np.isin(gazetteer.land[cands.place], [land_code(c.upper()) for c in theatre.countries])
    # of namesakes in the theatre the one that is listed because it is spoken of in this war
    known = 1.0 + gazetteer.listed[cands.place]
    return np.asarray(np.where(inside, theatre.weight * known, 0.0))


def _by_theatre(features: Array, column: dict[str, int], held: Array, theatre: Theatre | None) -> None:
    """Whether the likeliest candidate lies in the theatre, or outside it, by half its weight (at most 2)."""
    if theatre is not None and theatre.countries:
        size = min(max(theatre.weight / 2.0, 0.0), 2.0)
        features[:, column["theatre"]] = np.where(held > 0, size, 0.0)
        features[:, column["outside"]] = np.where(held > 0, 0.0, size)


def _of_best(features: Array, column: dict[str, int], cands: Pairs, share: Array, gazetteer: Gazetteer) -> Array:
    """Fills in what the likeliest candidate of each mention is; gives its pair."""
    many = np.diff(cands.bounds)
    if not len(many):
        return np.zeros(0, np.int64)
    top = np.maximum.reduceat(share, cands.bounds[:-1])
    at = np.flatnonzero(share == np.repeat(top, many))
    _, first = np.unique(cands.mention[at], return_index=True)
    best = at[first]
    place = cands.place[best]
    kind, people = gazetteer.kind[place], gazetteer.log_people[place]
    town = kind >= KINDS.index("locality")
    alone = dict(zip(ALONE, cands.alone[best].T, strict=True))
    features[:, column["country"]] = kind == 0
    features[:, column["region"]] = (kind == 1) | (kind == 2)
    features[:, column["people"]] = np.where(town & ~np.isnan(people), people, 0.0)
    features[:, column["large"]] = np.maximum(features[:, column["people"]] - 4.5, 0.0)  # from 30,000 people on
    features[:, column["huge"]] = np.maximum(features[:, column["people"]] - 5.5, 0.0)  # from 300,000
    features[:, column["people_unknown"]] = town & np.isnan(people)
    features[:, column["only_old"]] = alone["old"]
    features[:, column["only_code"]], features[:, column["demonym"]] = alone["code"], alone["demonym"]
    features[:, column["listed"]] = alone["listed"]
    features[:, column["primary"]] = alone["primary"]
    features[:, column["candidates"]] = np.log(many)
    features[:, column["home"]] = alone["main_language"]
    features[:, column["uses_known"]] = features[:, column["uses_arabic"]] * (town & (people >= 5.0))
    arabic = features[:, column["arabic"]]
    features[:, column["arabic_people"]] = arabic * features[:, column["people"]]
    features[:, column["arabic_unknown"]] = arabic * features[:, column["people_unknown"]]
    features[:, column["arabic_alone"]] = arabic * (features[:, column["words"]] == 0)
    return best


def _sigmoid(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30, 30))))
