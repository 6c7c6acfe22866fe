"""The kind `rhythm`: accounts that post in the same moments, whatever they post."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.coordination_layer import Layer, in_support
from blowback.analyses.machinery.coordination_windows import SECOND, Windows
from blowback.model.analysis import Params
from blowback.tools import gaps, nulls, rhythm
from blowback.tools.coaction import Acts, plan
from blowback.tools.intrinsic import signatures

KIND: Final = "rhythm"
LEAST_HOURS: Final = 5  # in which two accounts have a moment in common, before anything is asked: fewer cannot pass
WIDEST_US: Final = rhythm.WINDOWS_US[-1]
WINDOWS: Final = Windows((), (WIDEST_US,), (SECOND, *rhythm.WINDOWS_US), asked=False)


def rhythm_marks(times: pa.Table) -> pa.Table:
    """Posts as marks of the hour they were made in; none where times are no finer than hours."""
    stamps = times.column("posted_at")
    if not rhythm.fine_enough(stamps.cast(pa.int64()).to_numpy()):
        times, stamps = times.slice(0, 0), stamps.slice(0, 0)
    hour = pc.strftime(pc.floor_temporal(stamps, unit="hour").cast(pa.timestamp("s")), format="%Y-%m-%d %H h")
    return times.append_column("value", hour).append_column("kind", pa.repeat(KIND, times.num_rows))


def rhythm_layer(rows: Acts, params: Params) -> Layer:
    """Test every pair with a moment in common in at least five hours; borne out by shifted copies like any other kind."""
    found = _judged(rows, WINDOWS.curve_us)
    family, signed = nulls.family(rows), signatures(rows)
    shifts = [rhythm.shifts(rows, int(params["seed"]) + n, signed=signed) for n in range(int(params["shuffles"]))]
    copies = [_judged(rhythm.moved(rows, by), WINDOWS.curve_us).moved_apart(by, rhythm.HOUR_US) for by in shifts]
    q_shift = nulls.benjamini_hochberg(found.p_shift, family[0])
    limit, core = in_support(found, q_shift <= float(params["fdr"]), copies, len(rows.accounts))
    q_permute = nulls.benjamini_hochberg(found.p_permute, family[0])
    within = [(c.within >= LEAST_HOURS).sum(axis=0) for c in copies]
    by_chance = np.mean(within, axis=0) if within else np.zeros(0)
    return Layer(
        KIND, rows, signed, WINDOWS, found, q_permute, q_shift, limit, core, np.zeros(len(found), np.bool_), 0.0, family,
        tuple(plan(rows, w) for w in WINDOWS.curve_us), by_chance, by_chance,
    )  # fmt: skip


def _judged(rows: Acts, curve_us: tuple[int, ...]) -> gaps.Gaps:
    return rhythm.judge(rows, rhythm.candidates(rows, LEAST_HOURS), curve_us=curve_us)
