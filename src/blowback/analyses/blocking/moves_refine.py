"""From links and brackets to moves: for each change of a service's reachability, where links led before and after."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from blowback.analyses.blocking.moves_again import Carried, again, carried, firsts
from blowback.analyses.blocking.moves_events import Event, categories_of, day_text, events
from blowback.analyses.blocking.moves_tables import OUTPUTS
from blowback.analyses.blocking.moves_uses import Floats, Ints, Uses, distinct
from blowback.model.analysis import Frames, Params, Progress
from blowback.tools.interrupted import ENOUGH, Change, Dates, change, dates
from blowback.tools.scan import discoveries
from blowback.tools.services import service_of

SMALL: Final = "smaller hosts together"
_HOSTS: Final = 30  # tested for one event, those with most uses; the rest is counted together
_CHANCE: Final = 0.05  # share of other dates that may show as much
Row = dict[str, Any]


@dataclass(slots=True)
class _Around:
    """One event with the uses around it.

    `account`, `day`, `place`: every use of the case. `mine`: number of the event's own place. `at`: its date and others.
    """

    event: Event
    account: Ints
    day: Ints
    place: Ints
    mine: int
    days: int
    at: Dates

    def counts(self, places: list[int]) -> Floats:
        """Uses of some places by day."""
        inside = np.isin(self.place, places)
        return np.bincount(self.day[inside], minlength=self.days).astype(np.float64)

    @property
    def near(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which uses lie within the two windows."""
        return np.isin(self.day, np.concatenate([self.at.before[0], self.at.after[0]]))

    def accounts(self, places: list[int]) -> int:
        """Accounts with a use of some places within the two windows."""
        return len(np.unique(self.account[self.near & np.isin(self.place, places)]))


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Both output tables; empty ones where the case has no links or no bracketed change."""
    listed = frames["blocking.listed"].to_pylist()
    labels = categories_of(listed)
    found = events(frames["blocking.brackets"].to_pylist(), frames["blocking.cells"].to_pylist(), labels)
    rows: list[Row] = []
    days: list[Row] = []
    if found and frames["links"].num_rows:
        uses = Uses.of(frames["links"])
        held = carried(uses, frames["contents"])
        blocked = {service_of(str(b["name"])) for b in frames["blocking.brackets"].to_pylist()}
        for number, event in enumerate(found):
            progress(f"moves: {event.label}", number / len(found))
            others = tuple(
                (e.low - uses.first, e.high - uses.first)
                for e in found
                if e.service == event.service and e is not event
            )
            around = _around(uses, event, others, int(params["window"]))
            rows += _rows(around, uses, held, params, labels=labels, blocked=blocked)
        _controlled(rows, float(params["fdr"]))
        days = [d for e in found for d in _days(uses, e, [r for r in rows if r["event"] == e.id])]
    made = {"moves": rows, "move_days": days}
    return {
        o.name: pa.Table.from_pylist([{c.name: r.get(c.name) for c in o.columns} for r in made[o.name]], o.arrow)
        for o in OUTPUTS
    }


def _around(uses: Uses, event: Event, others: tuple[tuple[int, int], ...], window: int) -> _Around:
    place, mine = uses.placed(event)
    account, day, place = distinct(uses.account, uses.day, place)
    at = dates(uses.days, event.low - uses.first, event.high - uses.first, window, others)
    busy = np.bincount(day, minlength=max(uses.days, 1)) > 0
    return _Around(event, account, day, place, mine, uses.days, _covered(at, busy))


def _covered(at: Dates, busy: np.ndarray[Any, np.dtype[np.bool_]]) -> Dates:
    """Without the other dates that have links on fewer than half of the days of a side."""
    good = np.ones(len(at.before), np.bool_)
    for side in (at.before, at.after):
        inside = (side >= 0) & (side < len(busy))
        good &= (inside & busy[np.clip(side, 0, len(busy) - 1)]).sum(1) * 2 >= side.shape[1]
    good[0] = True
    return Dates(at.before[good], at.after[good])


def _rows(
    around: _Around, uses: Uses, held: Carried, params: Params, *, labels: dict[str, set[str]], blocked: set[str]
) -> Iterator[Row]:
    """The row of the service itself, then of hosts, categories, and small hosts together; the first alone where it cannot be told."""
    event, floor = around.event, int(params["least_accounts"])
    everything = np.bincount(around.day, minlength=around.days).astype(np.float64)
    own = around.counts([around.mine])
    base = event.row()
    accounts = around.accounts([around.mine])
    why = _why(around, own, everything, accounts, params)
    first = {
        **base,
        "kind": "blocked",
        "place": event.label,
        "dates": around.at.others,
        "word": "cannot_tell",
        "why": why,
    }
    if why:
        told = accounts >= floor
        yield {**first, "accounts": accounts if told else None, **(_sums(own, everything, around.at) if told else {})}
        return
    yield {**first, **_measured(change(own, everything, around.at)), "accounts": accounts}
    elsewhere = everything - own
    here, _ = uses.placed(event)
    there = firsts(held, uses, here, around.mine)
    for kind, name, places in _places(around, uses, params, labels, blocked):
        row = {
            **base,
            "kind": kind,
            "place": name,
            "dates": around.at.others,
            "word": "cannot_tell",
            "why": "",
            "accounts": around.accounts(places),
        }
        row |= _measured(change(around.counts(places), elsewhere, around.at))
        if kind == "host":
            came = again(there, firsts(held, uses, here, places[0]), around.at)
            row |= {"contents": came.contents, "contents_usual": came.usual, "contents_elsewhere": came.elsewhere}
        yield row


def _why(around: _Around, own: Floats, everything: Floats, accounts: int, params: Params) -> str:
    """Why the change cannot be told, or nothing: each a word of the method page."""
    window = int(params["window"])
    if not own.any():
        return "no_links"
    if around.event.high - around.event.low > window:
        return "bracket_wide"
    for side in (around.at.before[0], around.at.after[0]):
        inside = side[(side >= 0) & (side < len(everything))]
        if (everything[inside] > 0).sum() * 2 < window:
            return "not_covered"
    near = np.concatenate([around.at.before[0], around.at.after[0]])
    if own[near[(near >= 0) & (near < len(own))]].sum() < int(params["least_uses"]):
        return "few_uses"
    if accounts < int(params["least_accounts"]):
        return "few_accounts"
    return "few_dates" if around.at.others < ENOUGH else ""


def _places(
    around: _Around, uses: Uses, params: Params, labels: dict[str, set[str]], blocked: set[str]
) -> Iterator[tuple[str, str, list[int]]]:
    """(kind, name, places) of what else links lead to, each with enough uses and accounts."""
    near = around.near & (around.place != around.mine)
    places, counts = np.unique(around.place[near], return_counts=True)
    ranked = [int(p) for _, p in sorted(zip((-counts).tolist(), places.tolist(), strict=True))]
    enough = {int(p): int(c) >= int(params["least_uses"]) for p, c in zip(places, counts, strict=True)}
    floor = int(params["least_accounts"])
    large = [p for p in ranked if enough[p] and around.accounts([p]) >= floor][:_HOSTS]
    for place in large:
        yield "host", uses.named(place, around.event), [place]
    for category in sorted(around.event.categories):
        like = [
            p
            for p in ranked
            if p < len(uses.places) and category in labels.get(uses.places[p], ()) and uses.places[p] not in blocked
        ]
        if (
            len(like) > 1
            and around.accounts(like) >= floor
            and int(np.isin(around.place[near], like).sum()) >= int(params["least_uses"])
        ):
            yield "category", category, like
    small = [p for p in ranked if p not in large]
    if small and around.accounts(small) >= floor:
        yield "rest", SMALL, small


def _sums(hits: Floats, of: Floats, at: Dates) -> Row:
    found = change(hits, of, replace(at, before=at.before[:1], after=at.after[:1]))
    return {
        "before": found.hits_before,
        "before_of": found.of_before,
        "after_uses": found.hits_after,
        "after_of": found.of_after,
    }


def _measured(found: Change) -> Row:
    return {
        "before": found.hits_before, "before_of": found.of_before, "after_uses": found.hits_after, "after_of": found.of_after,
        "odds_ratio": math.exp(found.log_odds), "low": math.exp(found.low), "high": math.exp(found.high), "p": found.p,
        "elsewhere": found.elsewhere, "dispersion": found.dispersion, "widened": found.widened,
    }  # fmt: skip


def _controlled(rows: list[Row], fdr: float) -> None:
    """Benjamini-Hochberg over the services themselves, and apart from them over all other places; then the word of each."""
    for own in (True, False):
        tested = [r for r in rows if r.get("p") is not None and (r["kind"] == "blocked") == own]
        for row, q in zip(tested, discoveries(np.array([r["p"] for r in tested])).tolist(), strict=True):
            beyond = q <= fdr and row["elsewhere"] <= _CHANCE
            row |= {"q": q, "word": ("rose" if row["odds_ratio"] > 1 else "fell") if beyond else "same"}


def _days(uses: Uses, event: Event, rows: list[Row]) -> list[Row]:
    """Uses by day around an event that could be tested: twice the window on each side."""
    if not any(r.get("p") is not None for r in rows):
        return []
    place, mine = uses.placed(event)
    _, day, place = distinct(uses.account, uses.day, place)
    changed = {r["place"] for r in rows if r["kind"] == "host" and r["word"] == _gain(event)}
    wanted = [n for n in range(len(uses.places)) if uses.places[n] in changed]
    first, last = event.low - uses.first - 56, event.high - uses.first + 56
    total, own, other = (
        np.bincount(day[k], minlength=uses.days) for k in (place >= 0, place == mine, np.isin(place, wanted) & (place != mine))
    )  # fmt: skip
    return [
        {"event": event.id, "day": day_text(uses.first + d), "to_service": int(own[d]), "elsewhere": int(total[d] - own[d]), "to_changed": int(other[d])}
        for d in range(max(first, 0), min(last + 1, uses.days))
    ]  # fmt: skip


def _gain(event: Event) -> str:
    return "rose" if event.direction == "blocked" else "fell"
