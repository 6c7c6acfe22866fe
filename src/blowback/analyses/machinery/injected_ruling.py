"""What the layers together make of a bundle: stands, explained by an innocent reading, or cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.machinery import injected_evidence as weighing
from blowback.analyses.machinery.injected_evidence import Evidence, Scene
from blowback.analyses.machinery.injected_rounds import Flags, Floats
from blowback.tools import schedule

STANDS, EXPLAINED, UNCLEAR = "stands", "explained", "cannot_tell"
SAME_P: Final = 0.01
OTHERWISE: Final = 0.3  # least share of a bundle's accounts that must post something else
CLEAR: Final = 1e-3  # p of one layer from which it counts as speaking
NEAR: Final = 0.2  # q up to which a bundle that does not pass is not called explained either
_FEW: Final = 10  # posts below which a schedule that is not seen says nothing


@dataclass(frozen=True, slots=True)
class Ruled:
    """Per bundle: ruling, reason, q, score and the share of its accounts that post something else; `limit` is a ln p."""

    ruling: list[str]
    reason: list[str]
    q: Floats
    score: Floats
    otherwise: Floats
    limit: float


def rule(scene: Scene, found: Evidence, copies: list[Floats], fdr: float) -> Ruled:
    """The rulings.

    stands: the mechanism passes, its words are copied, its accounts post otherwise too, and it is scheduled, or comes
    back by one client foreign to its accounts. cannot_tell: it passes, but one of these lacks, or it could not be
    tested. explained: people wrote it (phrase), or passed it on at people's times (shared).
    """
    q = weighing.false_shares(found.mechanism)
    limit = weighing.limit_of(found.mechanism, q, copies, fdr)
    passes = found.mechanism <= limit if np.isfinite(limit) else np.zeros(len(q), np.bool_)
    log_p = {k: np.nan_to_num(v) for k, v in found.log_p.items()}
    copied = np.isnan(found.log_p["sameness"]) | (log_p["sameness"] <= np.log(SAME_P))
    clock = log_p["schedule"] <= np.log(CLEAR)
    back = (log_p["recurrence"] <= np.log(CLEAR)) & ~np.isnan(found.cohorts.covers)
    most = 2 * found.clients.used >= np.maximum(found.clients.of, 1)
    client = (log_p["client"] <= np.log(CLEAR)) & most & (found.cohorts.covers >= 0.5)
    fast = log_p["pace"] <= np.log(CLEAR)
    otherwise = _otherwise(scene, found, passes | fast)
    tested = (found.spacings.posts >= _FEW) & ~np.isnan(found.log_p["schedule"])
    said = [
        _words(*one)
        for one in zip(
            passes, copied, otherwise >= OTHERWISE, clock, back, client, tested, q <= NEAR, fast, strict=True
        )
    ]
    score = weighing.score_of(found.total)
    score = np.where(copied, score, score * 0.2)
    score = np.where(otherwise >= OTHERWISE, score, score * 0.4)
    return Ruled([s[0] for s in said], [s[1] for s in said], q, score, otherwise, limit)


def _words(
    passes: bool, copied: bool, mixed: bool, clock: bool, back: bool, client: bool, tested: bool, near: bool, fast: bool
) -> tuple[str, str]:
    if not copied:
        return EXPLAINED, "phrase"
    if passes and not mixed:
        return UNCLEAR, "nothing_else"
    if passes and (clock or (back and client)):
        return STANDS, "schedule_and_cohort" if clock and back else "schedule" if clock else "client_and_cohort"
    if passes:
        return UNCLEAR, "cohort_only"
    if near:
        return UNCLEAR, "weak"
    if fast:
        return UNCLEAR, "pace"
    return (EXPLAINED, "shared") if tested else (UNCLEAR, "untested")


def _otherwise(scene: Scene, found: Evidence, machine: Flags) -> Floats:
    """Share of the accounts of each bundle with a post outside it and outside all that looks like a machine's."""
    rounds, crowd = scene.rounds, scene.crowd
    of = found.cohorts.bundle_of[rounds.of_row]
    accounts = max(len(crowd.accounts), 1)
    pairs, inside = np.unique(of * accounts + crowd.account[rounds.rows], return_counts=True)
    bundle, account = pairs // accounts, pairs % accounts
    free = np.bincount(crowd.account, minlength=accounts)
    free -= np.bincount(account[machine[bundle]], inside[machine[bundle]], accounts).astype(np.int64)
    left = free[account] - np.where(machine[bundle], 0, inside)
    total = np.bincount(bundle, minlength=found.cohorts.count)
    return np.bincount(bundle, left > 0, found.cohorts.count) / np.maximum(total, 1)


__all__ = ["CLEAR", "EXPLAINED", "OTHERWISE", "STANDS", "UNCLEAR", "Flags", "Ruled", "rule", "schedule"]
