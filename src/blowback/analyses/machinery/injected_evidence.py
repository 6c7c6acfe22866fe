"""All layers of a case together, what shuffled copies give, and the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from scipy import special, stats

from blowback.analyses.machinery import injected_layers as layers
from blowback.analyses.machinery.injected_rounds import COARSE_US, ORIGINAL, Crowd, Floats, Ints, Rounds
from blowback.tools import schedule
from blowback.tools.interests import interests
from blowback.tools.schedule import Spacings

MECHANISM: Final = ("schedule", "recurrence")
CAPS: Final = {"schedule": 8.0, "recurrence": 8.0, "client": 3.0, "pace": 2.0, "character": 1.5}
MIDDLE: Final = 6.0  # evidence at which the score is one half
_LEAST: Final = -5000.0  # ln p below which a double says no more: a p of nought is still one that passes
_HALF: Final = (
    0.5  # coverage from which recurrence counts in full; below it by the square: readers of one paper overlap, too
)
_ALONE: Final = 0.15  # coverage put down for a bundle without linked rounds


@dataclass(frozen=True, slots=True)
class Evidence:
    """Per bundle: natural logarithms of p by layer (nan: missing), their capped sum in powers of ten, and what they rest on."""

    cohorts: layers.Cohorts
    spacings: Spacings
    clients: layers.Clients
    log_p: dict[str, Floats]
    mechanism: Floats  # ln p of schedule and recurrence together
    total: Floats
    expected_same: Floats


@dataclass(frozen=True, slots=True)
class Scene:
    """What the layers of a case and of its shuffled copies have in common."""

    crowd: Crowd
    rounds: Rounds
    own: Floats  # per row of the rounds: how in character the post is, 0 to 1
    weight: Floats
    kind: Ints  # what each account writes about
    habit: dict[int, float]
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]]


def scene_of(crowd: Crowd, rounds: Rounds, seed: int) -> Scene:
    """What is worked out once."""
    inside = np.zeros(len(crowd), np.bool_)
    inside[rounds.rows] = True
    outside = np.flatnonzero(~inside)
    texts = crowd.table.column("text_folded").combine_chunks().take(pa.array(outside))
    kind = interests(texts, crowd.account[outside], len(crowd.accounts), seed=seed)
    mine = crowd.role == ORIGINAL
    habit = schedule.habits(crowd.at[mine], crowd.unit[mine])
    return Scene(crowd, rounds, layers.own(crowd, rounds, seed), layers.weights(crowd), kind, habit, inside)


def evidence_of(scene: Scene, seed: int) -> Evidence:
    """Every layer of every bundle."""
    crowd, rounds = scene.crowd, scene.rounds
    first = rounds.first
    of_row, rows = rounds.of_row[first], rounds.rows[first]
    cohorts = layers.cohorts(of_row, crowd.account[rows], scene.weight, len(rounds), scene.kind)
    spaced = _spaced(scene, crowd.at[rows], rows, of_row, cohorts, seed)
    each = layers.one_each(rounds, crowd, cohorts.bundle_of)
    of = cohorts.bundle_of[rounds.of_row[each]]
    client = layers.clients(crowd, rounds.rows[each], of, cohorts.count, scene.inside)
    same, expected = layers.sameness(crowd, rounds, cohorts.bundle_of, cohorts.count)
    log_p = {
        **_tested(scene, spaced, cohorts),
        "pace": np.where(np.isnan(spaced.log_p), np.nan, spaced.log_p_pace),
        "client": client.log_p,
        "character": layers.character(scene.own[each], of, cohorts.count)[0],
    }
    both = mechanism(log_p)
    return Evidence(cohorts, spaced, client, {**log_p, "sameness": same}, both, total(log_p, cohorts.covers), expected)


def total(log_p: dict[str, Floats], covers: Floats) -> Floats:
    """Sum of -log10 p over the layers that are there, each capped; recurrence counts as far as rounds cover each other."""
    parts = {k: np.minimum(np.nan_to_num(-log_p[k] / np.log(10)), cap) for k, cap in CAPS.items()}
    parts["recurrence"] *= np.minimum(np.nan_to_num(covers, nan=_ALONE) / _HALF, 1.0) ** 2
    return np.asarray(sum(parts.values()), np.float64)


def _spaced(scene: Scene, times: Ints, rows: Ints, of_row: Ints, cohorts: layers.Cohorts, seed: int) -> Spacings:
    """Only posts whose time is finer than a minute take part."""
    fine = scene.crowd.unit[rows] < COARSE_US
    times, unit, of_row = times[fine], scene.crowd.unit[rows[fine]], of_row[fine]
    moved = times + (np.random.default_rng([seed, 1]).random(len(times)) * unit).astype(np.int64)
    return schedule.spacings(times, of_row, cohorts.bundle_of, cohorts.count, scene.habit, unit, moved)


def shuffled(scene: Scene, seed: int) -> Floats:
    """Natural logarithm of p of the mechanism (schedule and recurrence) of each bundle of one shuffled copy.

    Accounts are dealt to the rounds by activity among those of one interest; times come at the round's own pace, or the fastest at which people
    react where it is faster, and as people's do, gap by gap exponential.
    """
    rng = np.random.default_rng([seed, 2])
    crowd, rounds = scene.crowd, scene.rounds
    first = rounds.first
    of_row, rows = rounds.of_row[first], rounds.rows[first]
    if not len(rows):
        return np.zeros(0)
    account = _dealt(rng, scene, crowd.account[rows])
    kept = np.unique(of_row * len(scene.weight) + account, return_index=True)[1]
    cohorts = layers.cohorts(of_row[kept], account[kept], scene.weight, len(rounds), scene.kind)
    times = crowd.at[rows]
    starts = np.diff(of_row, prepend=-1) != 0
    gaps = np.where(starts, 0, np.diff(times, prepend=times[:1])).astype(np.float64)
    pace = np.convolve(gaps, np.ones(5) / 5, "same") if len(gaps) >= 5 else gaps
    pace = np.maximum(pace, schedule.SECOND / (schedule.REACTS * np.bincount(of_row)[of_row]))
    run = np.cumsum(np.where(starts, 0.0, pace * rng.exponential(size=len(gaps))))
    times = (times[starts] - run[starts])[of_row] + run
    spaced = _spaced(scene, times.astype(np.int64) // crowd.unit[rows] * crowd.unit[rows], rows, of_row, cohorts, seed)
    return mechanism(_tested(scene, spaced, cohorts))


def _dealt(rng: np.random.Generator, scene: Scene, account: Ints) -> Ints:
    """In place of each account one of its kind, by activity."""
    out = account.copy()
    for number in np.unique(scene.kind[account]):
        here = np.flatnonzero((scene.kind == number) & (scene.weight > 0))
        places = np.flatnonzero(scene.kind[account] == number)
        out[places] = rng.choice(here, len(places), p=scene.weight[here] / scene.weight[here].sum())
    return out


def _tested(scene: Scene, spaced: Spacings, cohorts: layers.Cohorts) -> dict[str, Floats]:
    missing = np.full(cohorts.count, np.nan)
    return {
        "schedule": spaced.log_p,
        "recurrence": cohorts.log_p if len(scene.rounds) > 1 else missing,
    }


def mechanism(log_p: dict[str, Floats]) -> Floats:
    """Natural logarithm of p of schedule and recurrence together by Fisher's method; 0 where neither could be tested."""
    both = np.maximum(np.stack([log_p[k] for k in MECHANISM]), _LEAST)
    layers_there = (~np.isnan(both)).sum(0)
    told = stats.chi2.logsf(-2 * np.nansum(both, 0), 2 * np.maximum(layers_there, 1))
    return np.where(layers_there > 0, np.maximum(told, _LEAST), 0.0)


def false_shares(log_p: Floats) -> Floats:
    """The q of each bundle over all of them (Benjamini and Hochberg 1995)."""
    return np.asarray(stats.false_discovery_control(np.exp(log_p)), np.float64) if len(log_p) else np.zeros(0)


def limit_of(log_p: Floats, q: Floats, copies: list[Floats], fdr: float) -> float:
    """Largest ln p that holds: q <= fdr, and bundles of shuffled copies that pass are at most one in twenty of the case's.

    -inf where none holds.
    """
    null = np.sort(np.concatenate([*copies, np.zeros(0)]))
    for limit in np.unique(log_p[q <= fdr])[::-1]:
        false = np.searchsorted(null, limit, "right") / max(len(copies), 1)
        if false <= 0.05 * (log_p <= limit).sum():
            return float(limit)
    return -np.inf


def score_of(total_: Floats) -> Floats:
    """The evidence as a number from 0 to 1: a logistic curve, one half at `MIDDLE`, a factor e of the odds for each power of ten."""
    return np.asarray(special.expit(total_ - MIDDLE), np.float64)
