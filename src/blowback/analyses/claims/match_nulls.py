"""Three nulls: time (circular shifts), place (dealt anew within strata), and a forecaster who knows only the events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.claims.match_near import distinct
from blowback.analyses.claims.match_units import Bools, Floats, Happened, Ints, Units
from blowback.tools.geo import EARTH_KM

LEAST_LENGTH: Final = 32.0  # days: a circle that is shorter holds too few moments that differ
# A shift more counts as being as great as what was seen: where a campaign begins and ends is its own doing, so that its times
# are only nearly those of a circle. Without it, 5.8 % of 5,200 campaigns that know nothing had p <= 0.05 in the primary test.
SPARE: Final = 1
EDGE: Final = 3.0  # days: a burst of posts lasts so long
COVER_KM: Final = 150.0  # a source without an event so near says nothing about a place
_CELL: Final = 0.1  # degrees: "a place" of the competitor
_ENOUGH: Final = 5  # distinct places that a stratum should have


@dataclass(frozen=True, slots=True)
class Covered:
    """For each unit: the first and last day on which the source has events in that country (not-a-number: nowhere near)."""

    lo: Floats
    hi: Floats
    country: Ints  # number of the country, -1 where the source has nothing near


def covered(units: Units, events: Happened) -> Covered:
    """What a source covers, by the country of the nearest event: two files of two countries may span different years."""
    none = np.full(len(units), np.nan)
    if not len(units) or not len(events):
        return Covered(none, none.copy(), np.full(len(units), -1))
    from scipy.spatial import cKDTree  # noqa: PLC0415  # only where something is matched

    names, which = np.unique(events.country.astype(str), return_inverse=True)
    first = np.array([events.since[which == n].min() for n in range(len(names))])
    last = np.array([events.until[which == n].max() for n in range(len(names))])
    apart, at = cKDTree(_sphere(events.lat, events.lon)).query(_sphere(units.lat, units.lon))
    near = 2 * EARTH_KM * np.arcsin(np.clip(apart / 2, 0, 1)) <= COVER_KM
    country = np.where(near, which[at], -1)
    return Covered(np.where(near, first[country], np.nan), np.where(near, last[country], np.nan), country)


def _sphere(lat: Floats, lon: Floats) -> Floats:
    y, x = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], 1)


@dataclass(frozen=True, slots=True)
class Circle:
    """The span of time in which each unit may be shifted: that of the campaign, cut to what the source covers."""

    lo: Floats
    length: Floats
    fits: Bools  # inside its span, and the span is long enough to be shifted in


def circle(units: Units, cover: Covered, before: Floats | float, after: Floats | float) -> Circle:
    """Where units may be shifted. Outside what a source covers nothing can match, which would make any null too low.

    Where the campaign's own first or last post would end the circle, `EDGE` days are cut off there with the claims in
    them: the posts that define an end always stand at it, the shifted ones anywhere, which is no fair comparison. Given the
    first and the last burst, the others lie anywhere between them.

    Args:
        units: the claims.
        cover: what the source covers.
        before: how far before its post each claim looks, days; so far from the edges of what is covered it must stay.
        after: the same after its post.
    """
    if not len(units):
        return Circle(np.empty(0), np.empty(0), np.empty(0, np.bool_))
    lo = np.fmax(units.at.min() + EDGE, cover.lo + before)
    hi = np.fmin(units.at.max() - EDGE, cover.hi - after)
    with np.errstate(invalid="ignore"):
        fits = (units.at >= lo) & (units.at < hi) & (hi - lo >= LEAST_LENGTH) & ~np.isnan(cover.lo)
    return Circle(lo, hi - lo, fits)


def shifted(units: Units, where: Circle, shifts: int) -> list[Floats]:
    """Post times under each circular shift, one for the whole campaign: k / (shifts + 1) of the circle, k from 1.

    With no shift at all these are a group, so the rank of what was seen among them is exactly uniform where the posts'
    times know nothing of the events (Hemerik, Goeman 2018, doi:10.1007/s11749-017-0571-1). Short shifts are among them
    although they move little: leaving them out compares a day with its far-off days alone, which finds skill where there
    is none (two to three points more at 0.05, docs/evaluation/claims_match.md).
    """
    gone = units.at - where.lo
    return [where.lo + np.mod(gone + where.length * k / (shifts + 1), where.length) for k in range(1, shifts + 1)]


def strata(units: Units, cover: Covered) -> Ints:
    """Size of place x district: the radius that the gazetteer gives, and the square degree.

    Three degrees where one has too few places, the country where three have; never across countries, as a source may
    cover them differently.
    """
    size = np.digitize(units.radius, (5.0, 12.0, 30.0))
    place = distinct(units.lat, units.lon)[2]
    out = np.full(len(units), -1, np.int64)
    for number, degrees in enumerate((1.0, 3.0, 400.0)):
        cell = np.stack([np.floor(units.lat / degrees), np.floor(units.lon / degrees), size, cover.country], 1)
        _, name = np.unique(cell, axis=0, return_inverse=True)
        name = name.reshape(-1)
        different = np.unique(np.stack([name, place], 1), axis=0)[:, 0]
        many = np.bincount(different, minlength=name.max(initial=0) + 1)[name] >= _ENOUGH
        free = (out < 0) & (many | (number == 2))
        out[free] = name[free] + number * (len(units) + 1)
    return out


def dealt(stratum: Ints, deals: int, seed: int) -> list[Ints]:
    """For each deal, whose place every unit gets: places change hands within a stratum, times stay."""
    rng = np.random.default_rng(seed)
    order = np.argsort(stratum, kind="stable")
    out = []
    for _ in range(deals):
        drawn = np.empty(len(stratum), np.int64)
        drawn[order] = np.lexsort((rng.random(len(stratum)), stratum))
        out.append(drawn)
    return out


@dataclass(frozen=True, slots=True)
class Competitor:
    """Where the forecaster expects violence: for each unit the place it would have named in its stead."""

    lat: Floats
    lon: Floats
    fits: Bools  # it had 90 days of events to go by


def competitor(units: Units, events: Happened, cover: Covered, days: float) -> Competitor:
    """The most attacked places of the previous `days`, as many different ones a week as the claims named that week.

    A place is a cell of 0.1 degrees, at the mean of its events. The claims' most named place of a week gives way to the most
    attacked one, and so on, in each country that the source covers.
    """
    lat, lon, fits = units.lat.copy(), units.lon.copy(), np.zeros(len(units), np.bool_)
    if not len(events):
        return Competitor(lat, lon, fits)
    cells = np.stack([np.floor(events.lat / _CELL), np.floor(events.lon / _CELL)], 1)
    _, cell = np.unique(cells, axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    place = distinct(units.lat, units.lon)[2]
    named = np.unique(events.country.astype(str), return_inverse=True)[1]
    groups = np.stack([np.floor(units.at / 7).astype(np.int64), cover.country], 1)
    for week, country in np.unique(groups, axis=0):
        mine = np.flatnonzero((groups[:, 0] == week) & (cover.country == country))
        age = week * 7.0 - events.until
        recent = np.flatnonzero((age >= 0) & (age <= days) & (named == country))
        if country < 0 or not len(recent):
            continue
        count = np.bincount(cell[recent])
        top = np.argsort(-count, kind="stable")[: int((count > 0).sum())]
        uses = np.bincount(place[mine])
        rank = {int(p): r for r, p in enumerate(np.argsort(-uses, kind="stable").tolist())}
        for u in mine.tolist():
            chosen = recent[cell[recent] == top[min(rank[int(place[u])], len(top) - 1)]]
            lat[u], lon[u], fits[u] = events.lat[chosen].mean(), events.lon[chosen].mean(), True
    return Competitor(lat, lon, fits)
