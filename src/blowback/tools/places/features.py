"""What speaks for a candidate and for a mention: numbers for the two fitted models.

`pairs` has a row for each (mention, candidate), `mentions` a row for each mention. Columns are named; weights.json holds
the fitted weight of each, so that a reader can see what decided.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from blowback.tools.places import context_kernel as kernel
from blowback.tools.places import match_kernel as m
from blowback.tools.places.cues import BIT, common_table
from blowback.tools.places.gazetteer import Gazetteer, land_code
from blowback.tools.places.matching import Matches
from blowback.tools.places.rows import KINDS, NAMES

Array = npt.NDArray[Any]
MOST: Final = 40  # candidates of a name that are looked at, weightiest first
ALONE: Final = (
    "primary", "old", "demonym", "code", "country", "region", "county", "neighbourhood", "site", "bureau", "people",
    "people_unknown", "most_people", "listed", "holds_namesake", "main_language", "other_language", "kind_said", "kind_against",
)  # fmt: skip
TOGETHER: Final = ("support", "near_100", "near_500", "inside")
PAIR: Final = (*ALONE, *TOGETHER)
_KIND_BITS: Final = {
    "country": BIT["country"], "region": BIT["region"], "county": BIT["county"], "locality": BIT["locality"],
    "neighbourhood": BIT["neighbourhood"], "site": BIT["site"], "bureau": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Pairs:
    """Candidates of the mentions of a batch, mention by mention."""

    bounds: Array  # int64, mentions + 1, into the arrays below
    mention: Array  # int64
    place: Array  # int32: row of the gazetteer's places
    alone: Array  # float32, pairs x ALONE


def said(rows: Array) -> Array:
    """Cue bits for the kind of a mention: of the words beside it, and of the second where the first is "of"."""
    loose = BIT["loose"]
    before = rows[:, m.BEFORE] | np.where(rows[:, m.BEFORE] & loose, rows[:, m.BEFORE2], 0)
    return np.asarray(before | rows[:, m.AFTER])


def pairs(found: Matches, gazetteer: Gazetteer, langs: Array) -> Pairs:
    """Candidates of every mention with the features that need no other mention; `langs` is a code a text."""
    rows = found.rows
    first = gazetteer.starts[rows[:, m.NAME]].astype(np.int64)
    many = np.minimum(gazetteer.starts[rows[:, m.NAME] + 1] - first, MOST)
    bounds = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(many, out=bounds[1:])
    mention = np.repeat(np.arange(len(rows)), many)
    at = np.arange(bounds[-1]) - bounds[mention] + first[mention]
    place = np.asarray(gazetteer.meant[at])
    alone = np.zeros((len(place), len(ALONE)), np.float32)
    column = {name: n for n, name in enumerate(ALONE)}
    how, kind = gazetteer.meant_kind[at], gazetteer.kind[place]
    alone[:, column["primary"]] = how == 0
    alone[:, column["old"]] = how == NAMES.index("old")
    alone[:, column["demonym"]] = how == NAMES.index("demonym")
    alone[:, column["code"]] = how == NAMES.index("code")
    for n, name in enumerate(KINDS):
        if name in column:
            alone[:, column[name]] = kind == n
    people = gazetteer.log_people[place]
    town = (kind == KINDS.index("locality")) | (kind == KINDS.index("neighbourhood"))
    alone[:, column["people"]] = np.where(town & ~np.isnan(people), people, 0.0)
    alone[:, column["people_unknown"]] = town & np.isnan(people)
    alone[:, column["listed"]] = gazetteer.listed[place]
    _most(alone, column, bounds)
    alone[:, column["holds_namesake"]] = kernel.holds_namesake(
        bounds, place, gazetteer.lat, gazetteer.lon, gazetteer.land, gazetteer.kind, gazetteer.radius
    ) & ((said(rows)[mention] & (BIT["region"] | BIT["county"])) == 0)
    _language(alone, column, gazetteer.land[place], langs[rows[mention, m.ROW]])
    bits = said(rows)[mention]
    kinds = np.array([_KIND_BITS[k] for k in KINDS])[kind]
    any_kind = np.bitwise_or.reduce(list(_KIND_BITS.values()))
    alone[:, column["kind_said"]] = (bits & kinds) != 0
    alone[:, column["kind_against"]] = ((bits & any_kind) != 0) & ((bits & kinds) == 0)
    return Pairs(bounds, mention, place, alone)


def _most(alone: Array, column: dict[str, int], bounds: Array) -> None:
    """Marks the town with most people of each mention."""
    people = alone[:, column["people"]]
    if len(people):
        top = np.maximum.reduceat(people, np.minimum(bounds[:-1], len(people) - 1))
        alone[:, column["most_people"]] = (people > 0) & (people == np.repeat(top, np.diff(bounds)))


@cache
def _languages() -> tuple[Array, Array]:
    """(country * 65536 + language, rank 0 for the main one) sorted, from countries.csv."""
    text = files("blowback.tools.places").joinpath("countries.csv").read_text(encoding="utf-8")
    codes = {}
    for row in csv.DictReader(text.splitlines()):
        for rank, lang in enumerate(row["languages"].split()):
            if len(lang) == 2:
                codes[land_code(row["iso"]) * 65536 + land_code(lang)] = min(rank, 1)
    keys = np.array(sorted(codes), np.int64)
    return keys, np.array([codes[int(k)] for k in keys], np.int64)


def _language(alone: Array, column: dict[str, int], land: Array, lang: Array) -> None:
    keys, rank = _languages()
    wanted = land.astype(np.int64) * 65536 + lang
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    known = keys[at] == wanted
    alone[:, column["main_language"]] = known & (rank[at] == 0)
    alone[:, column["other_language"]] = known & (rank[at] == 1)


MENTION: Final = (
    "one", "capital", "small", "tag", "arabic", "uses", "small_share", "uses_arabic", "words", "letters",
    "in", "in_clitic", "to", "direction", "kind_before", "kind_after", "site_before", "site_after", "title", "kunya",
    "given", "tribe", "unit", "capital_left", "capital_right", "article", "clitic", "squeezed", "country", "region",
    "people", "people_unknown", "large", "huge", "listed", "only_old", "only_code", "demonym", "follows", "primary", "candidates",
    "arabic_people", "arabic_unknown", "arabic_alone", "support", "near", "inside", "sure", "theatre", "outside",
    "event_before", "listed_after", "home", "uses_known",
)  # fmt: skip


def mentions(found: Matches) -> tuple[Array, dict[str, int]]:
    """Features of the mentions that need no candidates (the rest is left 0 for resolving.py), and their columns."""
    rows, body = found.rows, found.ready
    column = {name: n for n, name in enumerate(MENTION)}
    out = np.zeros((len(rows), len(MENTION)), np.float32)
    first = rows[:, m.START]
    arabic = body.body[first] >= 0xD7 if len(rows) else np.zeros(0, bool)
    capital, tag = body.upper[first], body.tagged[first]
    before, before2, after = rows[:, m.BEFORE], rows[:, m.BEFORE2], rows[:, m.AFTER]
    loose = (before & BIT["loose"]) != 0
    kind = BIT["locality"] | BIT["region"] | BIT["county"] | BIT["country"]
    site = BIT["site"] | BIT["neighbourhood"]
    _, _, uses, lower = common_table()
    known = rows[:, m.COMMON]
    left, right = rows[:, m.LEFT], rows[:, m.RIGHT]
    values: dict[str, Array | float] = {
        "one": 1.0, "capital": capital & ~tag, "small": ~capital & ~tag & ~arabic, "tag": tag, "arabic": arabic,
        "uses": np.where(arabic, 0.0, uses[known] * (known >= 0)), "small_share": lower[known] * (known >= 0),
        "uses_arabic": np.where(arabic, uses[known] * (known >= 0), 0.0),
        "words": np.minimum(rows[:, m.WORDS] - 1, 3), "letters": np.log(np.maximum(rows[:, m.END] - first, 1)),
        "in": ((before & BIT["in"]) != 0) | (loose & ((before2 & BIT["in"]) != 0)), "in_clitic": _clitic(found, 0xA8),
        "to": (before & BIT["to"]) != 0, "direction": (before & BIT["direction"]) != 0,
        "kind_before": ((before & kind) != 0) | (loose & ((before2 & kind) != 0)), "kind_after": (after & kind) != 0,
        "site_before": ((before & site) != 0) | (loose & ((before2 & site) != 0)), "site_after": (after & site) != 0,
        "title": (before & BIT["title"]) != 0, "kunya": ((before | before2) & BIT["kunya"]) != 0,
        "given": (before & BIT["given"]) != 0, "tribe": ((before | after) & BIT["tribe"]) != 0,
        "unit": (after & BIT["unit"]) != 0, "capital_left": _plain_capital(found, left, rows[:, m.WORD], -1),
        "capital_right": _plain_capital(found, right, rows[:, m.END], 1),
        "article": rows[:, m.FORM] == m.ARTICLE, "clitic": rows[:, m.FORM] == m.CLITIC,
        "squeezed": rows[:, m.FORM] == m.SQUEEZED, "follows": _follows(found),
        "event_before": (before & BIT["event"]) != 0, "listed_after": _listed(found),
    }  # fmt: skip
    for name, value in values.items():
        out[:, column[name]] = value
    return out, column


def _follows(found: Matches) -> Array:
    """Whether a comma and at most a space lie between the match before and this one."""
    rows, body = found.rows, found.ready
    out = np.zeros(len(rows), bool)
    if len(rows) > 1:
        gap = found.start[1:] - found.end[:-1]
        for n in np.flatnonzero((rows[1:, m.ROW] == rows[:-1, m.ROW]) & (gap >= 1) & (gap <= 2)):
            out[n + 1] = body.originals[int(rows[n, m.ROW])][int(found.end[n])] in ",،("
    return out


def _listed(found: Matches) -> Array:
    """Whether the name is joined by an Arabic "and" to the match before."""
    rows, body = found.rows, found.ready
    out = np.zeros(len(rows), bool)
    if len(rows) > 1:
        gap = found.start[1:] - found.end[:-1]
        for n in np.flatnonzero((rows[1:, m.ROW] == rows[:-1, m.ROW]) & (gap >= 2) & (gap <= 5)):
            said = body.originals[int(rows[n, m.ROW])][int(found.end[n]) : int(found.start[n + 1])]
            out[n + 1] = said.strip(" ،,#") == "و"
    return out


def _clitic(found: Matches, letter: int) -> Array:
    """Whether the particle just before the name is this letter (second byte of its UTF-8, the first being 0xD8)."""
    rows, body = found.rows, found.ready.body
    at = np.maximum(rows[:, m.START] - 1, 0)
    return np.asarray((rows[:, m.START] > rows[:, m.WORD]) & (body[at] == letter)) if len(rows) else np.zeros(0, bool)


def _plain_capital(found: Matches, word: Array, edge: Array, side: int) -> Array:
    """Whether the word beside starts with a capital and nothing but one space lies between (a name of several parts)."""
    body, text = found.ready, found.ready.originals
    out = np.zeros(len(found), bool)
    for n in np.flatnonzero((word >= 0) & body.upper[np.maximum(word, 0)]) if len(found) else ():
        original = text[int(found.rows[n, m.ROW])]
        if side > 0:
            between = original[int(found.end[n]) : int(body.at[word[n]])]
        else:
            last = int(edge[n]) - 2
            between = original[int(body.at[last]) + 1 : int(body.at[edge[n]])]
        out[n] = between in (" ", "-", "")
    return out
