"""Likelihood ratio, prior from the campaign's earlier record, and the forecast that a source will hold a match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.claims.match_units import Bools, Floats, Units

PSEUDO: Final = 4.0  # claims of an undecided record (half of them true) that the prior begins with
# smaller base rates did not hold on UCDP GED (places said to have 0.2 to 1 % had 2 %), so no ratio is built on them
_LEAST_P0: Final = 0.02
BINS: Final = 10
MOST_ECE: Final = 0.1
RESOLVED: Final = 30  # below so many resolved claims nothing is called calibrated


@dataclass(frozen=True, slots=True)
class Record:
    """For each unit. Probabilities that rest on less than 30 resolved claims are not calibrated."""

    p0: Floats  # base rate of a match, 2 % at least
    ratio: Floats  # P(what was seen | true) / P(what was seen | chance)
    prior: Floats  # share of true claims, from claims that were resolved before its first post
    resolved: Floats  # how many those were
    forecast: Floats  # that the source holds a match, from what was known before looking
    true: Floats  # prior and ratio together


def record(units: Units, hit: Bools, p0: Floats, counted: Bools, s: float) -> Record:
    """Work through the claims in order of time.

    A true claim is matched with s + (1 - s) p0 (s: sensitivity of the source), any other with p0. The share of true
    claims is estimated by moments from the claims of the campaign that were resolved before: sum(hit - p0) over
    sum(s (1 - p0)), with `PSEUDO` undecided claims added. No account has a record of its own. What s is cannot be read
    out of matches: a source that holds few events and a campaign that is seldom right look alike.

    Args:
        units: the claims.
        hit: an event matches.
        p0: base rate of a match.
        counted: held against the source and not waiting for it.
        s: sensitivity of the source.
    """
    p0 = np.clip(p0, 1e-4, 1 - 1e-4)
    p1 = s + (1 - s) * p0
    chance = np.maximum(p0, _LEAST_P0)
    order = np.argsort(units.end, kind="stable")
    gain, room = (np.append(0.0, np.cumsum(v[order] * counted[order])) for v in (hit - p0, s * (1 - p0)))
    number = np.append(0, np.cumsum(counted[order]))
    done = np.searchsorted(units.end[order], units.at, "right")  # resolved by the time of its first post
    prior = np.clip((gain[done] + PSEUDO * s / 2) / (room[done] + PSEUDO * s), 0.02, 0.98)
    ratio = np.where(hit, (s + (1 - s) * chance) / chance, (1 - p1) / (1 - p0))
    odds = prior / (1 - prior) * ratio
    return Record(
        chance, ratio, prior, number[done].astype(np.float64), prior * p1 + (1 - prior) * p0, odds / (1 + odds)
    )


@dataclass(frozen=True, slots=True)
class Reliability:
    """Forecasts against what was found: rows of (lower edge, upper edge, number, mean forecast, share found)."""

    bins: list[tuple[float, float, int, float, float]]
    number: int
    brier: float
    ece: float
    low: float  # of the ECE, bootstrap over weeks
    high: float

    @property
    def calibrated(self) -> bool:
        """Enough resolved claims to say anything, and forecasts that are right to a tenth."""
        return self.number >= RESOLVED and self.ece <= MOST_ECE


def recalibrated(forecast: Floats, found: Bools, at: Floats) -> tuple[Floats, Bools]:
    """(forecasts, which of them may be scored): a logistic curve through the earlier half, applied to the later half.

    Platt scaling with a time split: what it is scored on lies after everything it was fitted on. With fewer than 30 in
    the earlier half the forecasts stay as they are and all are scored.
    """
    middle = float(np.median(at)) if len(at) else 0.0
    early = at < middle
    if early.sum() < RESOLVED or len(set(found[early].tolist())) < 2:
        return forecast, np.ones(len(at), np.bool_)
    x = np.log(forecast / (1 - forecast))
    a, b = platt(x[early], found[early].astype(np.float64))
    return logistic(a + b * x), ~early


def logistic(x: Floats) -> Floats:
    """Odds on a log scale as a probability."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def platt(x: Floats, y: Floats) -> tuple[float, float]:
    """Intercept and slope by Newton's method, drawn a little towards no change (0, 1); a step that makes it worse is halved."""
    beta, centre, pull = np.array([0.0, 1.0]), np.array([0.0, 1.0]), 1.0
    design = np.stack([np.ones_like(x), x], 1)

    def loss(at: Floats) -> float:
        z = design @ at
        return float((np.logaddexp(0.0, z) - y * z).sum() + pull * ((at - centre) ** 2).sum() / 2)

    for _ in range(50):
        p = logistic(design @ beta)
        slope = design.T @ (y - p) - pull * (beta - centre)
        curve = (design * (p * (1 - p))[:, None]).T @ design + pull * np.eye(2)
        step = np.linalg.solve(curve, slope)
        while np.abs(step).max() > 1e-8 and loss(beta + step) > loss(beta):
            step = step / 2
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return float(beta[0]), float(beta[1])


def reliability(forecast: Floats, found: Bools, at: Floats, seed: int) -> Reliability:
    """Bins of equal width, Brier score, and the expected calibration error with its interval (bootstrap over weeks)."""
    bins = []
    which = np.minimum((forecast * BINS).astype(np.int64), BINS - 1)
    for b in range(BINS):
        mine = which == b
        if mine.any():
            bins.append(
                (b / BINS, (b + 1) / BINS, int(mine.sum()), float(forecast[mine].mean()), float(found[mine].mean()))
            )
    if not len(forecast):
        return Reliability([], 0, float("nan"), float("nan"), 0.0, 1.0)
    brier = float(((forecast - found) ** 2).mean())
    draws = [ece(forecast[w], found[w]) for w in by_week(at, 200, seed)]
    low, high = np.quantile(draws, (0.025, 0.975))
    return Reliability(bins, len(forecast), brier, ece(forecast, found), float(low), float(high))


def ece(forecast: Floats, found: Bools) -> float:
    """Expected calibration error: mean distance of forecast and share found over ten bins, weighted by their size."""
    which = np.minimum((forecast * BINS).astype(np.int64), BINS - 1)
    apart = np.bincount(which, weights=found - forecast, minlength=BINS)
    return float(np.abs(apart).sum() / max(len(forecast), 1))


def by_week(at: Floats, draws: int, seed: int) -> list[np.ndarray]:
    """Bootstrap samples of whole weeks: rows of claims that stand and fall together."""
    week = np.floor(at / 7).astype(np.int64)
    names, which = np.unique(week, return_inverse=True)
    rows = [np.flatnonzero(which == n) for n in range(len(names))]
    rng = np.random.default_rng(seed)
    return [np.concatenate([rows[n] for n in rng.integers(0, len(names), len(names))]) for _ in range(draws)]
