"""Innocent look-alikes of a group, each measured against random sets of as many other accounts, and the group's habits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from blowback.analyses.machinery import coordination_tables as tables
from blowback.model.analysis import Frames

Floats = npt.NDArray[np.float64]
_SETS: Final = 400  # of other accounts, drawn for each group
_QUIET: Final = 6  # hours of the day in which people sleep
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Reading:
    """One innocent reading: its share, from which value on it would fit, and how it is said."""

    name: str
    bar: float
    says: str


ONE_SOURCE: Final = Reading(
    "one_source", 0.8, "fans of one source: share of what they pass on or link that is one source's"
)
CLOCK: Final = Reading(
    "around_the_clock", 0.15, "feeds: share of their posts in the quietest six hours of the day (even spread: .25)"
)
ONE_CALL: Final = Reading("one_call", 0.8, "an announced action: share of their marks that fall on one day")
ONE_APP: Final = Reading("one_app", 0.9, "a share button or scheduler: share of their posts by one application")
NEWS: Final = Reading(
    "breaking_news",
    0.5,
    "breaking news: share of the accounts that no kind of mark shows closer than the objects' own bursts make anybody",
)
_TOP: Final = (ONE_SOURCE, ONE_CALL, ONE_APP)


@dataclass(frozen=True, slots=True)
class Counts:
    """Posts (or marks) of accounts by something: rows are accounts in text order."""

    accounts: pa.Array
    values: list[str]
    table: sparse.csr_array

    @classmethod
    def of(cls, account: Any, value: Any, count: Any) -> Counts:  # noqa: ANN401  # Arrow columns
        """From columns; values may be null and are then left out."""
        known = pc.is_valid(value)
        account, value, count = (c.filter(known) for c in (account, value, count))
        names, values = pc.unique(account).sort(), pc.unique(value).sort()
        ends = tuple(pc.index_in(c, s).to_numpy() for c, s in ((account, names), (value, values)))
        numbers = np.asarray(count.to_numpy(), np.float64)
        table = sparse.csr_array((numbers, ends), shape=(len(names), len(values)))
        return cls(names, [str(v) for v in values.to_pylist()], table)

    def rows_of(self, members: pa.Array) -> npt.NDArray[np.int64]:
        """Rows of accounts; those without any count are left out."""
        at = pc.index_in(members, self.accounts)
        found: npt.NDArray[np.int64] = at.drop_null().to_numpy().astype(np.int64)
        return found


def looked_at(groups: list[dict[str, Any]], members: pa.Table, frames: Frames, seed: int) -> dict[str, pa.Table]:
    """The tables lookalikes and habits of all groups.

    Others are drawn with a chance in proportion to their posts, as many as the group has, from the accounts outside all
    groups: what people as busy as these look like.
    """
    acts, habits, sources = frames["acts"], frames.get("habits"), frames.get("sources")
    counts: dict[Reading, Counts] = {}
    if habits is not None and habits.num_rows:
        one = habits.column
        counts[CLOCK] = Counts.of(one("account_id"), pc.cast(one("hour"), pa.string()), one("posts"))
        counts[ONE_APP] = Counts.of(one("account_id"), one("client"), one("posts"))
    if sources is not None and sources.num_rows:
        counts[ONE_SOURCE] = Counts.of(*(sources.column(c) for c in ("account_id", "source", "marks")))
    if acts.num_rows:
        day = pc.divide(pc.cast(acts.column("posted_at"), pa.timestamp("us")).cast(pa.int64()), _DAY_S * 1_000_000)
        counts[ONE_CALL] = Counts.of(
            acts.column("account_id"), pc.cast(day, pa.string()), pa.chunked_array([np.ones(acts.num_rows)])
        )
    rows: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    named = members.column("account_id").combine_chunks()
    for number, group in enumerate(groups):
        mine = named.filter(pc.equal(members.column("group_id"), group["group_id"]).combine_chunks())
        rows += _readings(group, mine, named, counts, np.random.default_rng([seed, number]))
        told += _habits(group["group_id"], mine, habits)
    return {
        "lookalikes": pa.Table.from_pylist(rows, tables.LOOKALIKES.arrow),
        "habits": pa.Table.from_pylist(told, tables.HABITS.arrow),
    }


def _readings(
    group: dict[str, Any], mine: pa.Array, named: pa.Array, counts: dict[Reading, Counts], random: np.random.Generator
) -> list[dict[str, Any]]:
    made = []
    for reading in (*_TOP, CLOCK):
        held = counts.get(reading)
        inside = held.rows_of(mine) if held else np.empty(0, np.int64)
        row = {"group_id": group["group_id"], "reading": reading.name, "says": reading.says, "measured": None, "usual": None,
               "low": None, "high": None, "bar": reading.bar, "verdict": "not_known"}  # fmt: skip
        if held is not None and 2 * len(inside) > len(mine):
            share = partial(_quietest, [int(v) for v in held.values]) if reading is CLOCK else _largest
            measured = float(share(_sum(held.table, inside[None, :]))[0])
            others = _others(held, named, len(inside), random)
            usual = share(_sum(held.table, others)) if len(others) else np.empty(0)
            row |= _verdict(reading, measured, usual[np.isfinite(usual)])
        made.append(row)
    burst = 1.0 - group["beyond_burst_share"]
    word = {"beyond_both": "ruled_out", "own_burst": "cannot_tell", "cannot_tell": "fits"}[group["ruling"]]
    made.append({"group_id": group["group_id"], "reading": NEWS.name, "says": NEWS.says, "measured": burst, "usual": None,
                 "low": None, "high": None, "bar": NEWS.bar, "verdict": word})  # fmt: skip
    return made


def _others(held: Counts, named: pa.Array, size: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """(sets, size) rows of accounts outside all groups, the busier the likelier; empty where there are too few."""
    free = np.ones(len(held.accounts), np.bool_)
    free[held.rows_of(named)] = False
    weight = np.asarray(held.table.sum(axis=1)).ravel()[free]
    where = np.flatnonzero(free)[weight > 0]
    weight = weight[weight > 0]
    if len(where) < 2 * size:
        return np.empty((0, size), np.int64)
    # Efraimidis and Spirakis (2006): the largest of u^(1/w) are a draw without replacement, in proportion to w. Of a large
    # crowd the busiest stand for it: the others would hardly ever be drawn.
    order = np.argsort(-weight, kind="stable")[: max(20 * size, 2000)]
    where, weight = where[order], weight[order]
    keys = np.log(random.random((_SETS, len(where)))) / weight
    picked: npt.NDArray[np.int64] = where[np.argpartition(-keys, size - 1, axis=1)[:, :size]]
    return picked


def _sum(table: sparse.csr_array, sets: npt.NDArray[np.int64]) -> sparse.csr_array:
    """Counts of each set: (sets, values)."""
    ends = (np.repeat(np.arange(len(sets)), sets.shape[1]), sets.ravel())
    chosen = sparse.csr_array((np.ones(sets.size), ends), shape=(len(sets), table.shape[0]))
    return sparse.csr_array(chosen @ table)


def _largest(table: sparse.csr_array) -> Floats:
    """Share of the largest value in each row."""
    total = np.asarray(table.sum(axis=1), np.float64).ravel()
    top = np.asarray(table.max(axis=1).todense(), np.float64).ravel()
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = top / total
    return share


def _quietest(named: list[int], table: sparse.csr_array) -> Floats:
    """Share of the quietest six hours in a row, for columns that stand for these hours."""
    hours = np.zeros((table.shape[0], 24))
    hours[:, named] = table.todense()
    total = hours.sum(axis=1)
    around = np.concatenate([hours, hours[:, : _QUIET - 1]], axis=1)
    sums = np.stack([around[:, h : h + _QUIET].sum(axis=1) for h in range(24)], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = sums.min(axis=1) / total
    return share


def _verdict(reading: Reading, measured: float, usual: Floats) -> dict[str, Any]:
    """fits: beyond the bar and beyond what others give; ruled out: below both; else it cannot tell."""
    if not len(usual):
        return {"measured": measured, "verdict": "cannot_tell" if measured >= reading.bar else "ruled_out"}
    low, high = (float(q) for q in np.quantile(usual, [0.025, 0.975]))
    if measured >= reading.bar and measured > high:
        verdict = "fits"
    else:
        verdict = "ruled_out" if measured < reading.bar and measured <= high else "cannot_tell"
    return {"measured": measured, "usual": float(usual.mean()), "low": low, "high": high, "verdict": verdict}


def _habits(group: str, mine: pa.Array, habits: pa.Table | None) -> list[dict[str, Any]]:
    """Posts of the group by hour of the day and by language."""
    if habits is None or not habits.num_rows:
        return []
    held = habits.filter(pc.is_in(habits.column("account_id"), mine))
    made = []
    for what, name in (("hour", "hour"), ("language", "lang")):
        some = held.group_by(name).aggregate([("posts", "sum")]).sort_by(name)
        made += [
            {
                "group_id": group,
                "what": what,
                "value": "unknown" if v is None else f"{v:02d}" if what == "hour" else str(v),
                "posts": int(n),
            }
            for v, n in zip(some.column(name).to_pylist(), some.column("posts_sum").to_pylist(), strict=True)
        ]
    return made
