"""Claims against independent events: matches, verdicts, windows, lead times, reliability, skill. Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.analyses.claims import match_lead as lead
from blowback.analyses.claims.match_base import Base, base
from blowback.analyses.claims.match_kernel import Fit, Keyed, Pairs, assigned, fitting, keyed, pairs, spans
from blowback.analyses.claims.match_nulls import Circle, Covered, circle, covered, shifted
from blowback.analyses.claims.match_params import Chosen, chosen
from blowback.analyses.claims.match_record import RESOLVED, Record, record
from blowback.analyses.claims.match_right import put_right
from blowback.analyses.claims.match_sensitivity import Sensitivity, sensitivities
from blowback.analyses.claims.match_skill import PRIMARY, Asked, reliable, skill
from blowback.analyses.claims.match_tables import OUTPUTS
from blowback.analyses.claims.match_units import Bools, Happened, Ints, Units, happened, too_vague, units_of
from blowback.analyses.claims.match_verdicts import RULES, Judgement, grades, judged, meaning, testable
from blowback.analyses.claims.match_weigh import weighed
from blowback.analyses.claims.match_windows import windows
from blowback.model.analysis import Params, Progress
from blowback.tools.nulls import benjamini_hochberg

Rows = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class _Held:
    """Everything about one source that the tables are made of."""

    events: Happened
    cover: Covered
    where: Circle
    keys: Keyed
    fit: Fit
    found: Pairs
    best: Ints
    base: Base
    known: Sensitivity
    made: Record
    least: Record  # at the least sensitivity: what a match is worth at least
    most: Record
    hit: Bools
    judged: Judgement


def matched(claims: pa.Table, events: pa.Table, params: Params, progress: Progress) -> dict[str, pa.Table]:
    """Hold every located cluster of scorable claims against every event source.

    Args:
        claims: columns of the table `claims` (claim_id, post_id, account_id, posted_at, modality, polarity, type, actor,
            place_name, lat, lon, radius_km, place_p, time_from, time_to, time_kind, cluster_id).
        events: the canonical table `events`.
        params: `match_tables.PARAMS`, and `horizon_days`.
        progress: called with what is being done.

    Returns:
        The outputs of `match_tables`, empty where there are no located claims or no events.
    """
    how = chosen(params)
    located = units_of(claims, how)
    vague = too_vague(located, how)
    units = located.take(vague == "")
    rows: Rows = {o.name: [] for o in OUTPUTS}
    sources = happened(events, how) if len(located) else []
    known = sensitivities(sources, how.sensitivity, how.seed) if sources else {}
    held = []
    for n, source in enumerate(sources):
        where = f"claims against {source.source}"
        progress(where, n / len(sources))
        held.append(_hold(units, source, known[source.source], how))
        rows["windows"] += windows(units, source, how, _tick(progress, where, n, len(sources)))
    supported = _supported(units, held)
    for one in held:
        _fill(rows, units, one, supported, how)
        rows["verdicts"] += _vague(located, vague, one.events.source, one.known.how)
    order = {name: n for n, name in enumerate(located.id)}
    rows["verdicts"].sort(key=lambda r: (r["event_source"], order[r["cluster_id"]]))
    _q(rows["windows"])
    _q([r for r in rows["skill"] if r["null_model"] == PRIMARY])
    _q([r for r in rows["skill"] if r["null_model"] != PRIMARY])
    progress("claims against events", 1.0)
    return {o.name: pa.Table.from_pylist(rows[o.name], o.arrow) for o in OUTPUTS}


def _tick(progress: Progress, what: str, n: int, of: int) -> Any:  # noqa: ANN401  # a callable of a share
    return lambda share: progress(what, (n + share) / of)


def _hold(units: Units, events: Happened, known: Sensitivity, how: Chosen) -> _Held:
    cover = covered(units, events)
    where = circle(units, cover, np.maximum(units.at - units.start, 0.0), np.maximum(units.end - units.at, 0.0))
    keys = keyed(units, events, how)
    fit = fitting(keys, events, how)
    found = pairs(fit, keys, units, events, how)
    best = np.full(len(units), -1, np.int64)
    kept = assigned(found)
    best[found.unit[kept]] = kept
    rate = base(keys, units, events, how)
    hit = np.zeros(len(units), np.bool_)
    hit[found.unit] = True
    tested = testable(units, cover)[1]
    begins = spans(fit, keys, events, how)
    p0 = put_right(keys, units, events, begins, cover, rate.p0, how)
    least, made, most = (record(units, hit, p0, tested, s) for s in (known.low, known.at, known.high))
    ruled = judged(units, events, cover, best, hit, found, fit, least, how)
    return _Held(events, cover, where, keys, fit, found, best, rate, known, made, least, most, hit, ruled)


def _supported(units: Units, held: Iterable[_Held]) -> Ints:
    """How many sources support each unit; reports of reports are no source of their own."""
    out = np.zeros(len(units), np.int64)
    for one in held:
        out += (one.judged.rule == "claims.verdict.supported.1") & (one.events.scope != "reports")
    return out


def _fill(rows: Rows, units: Units, one: _Held, supported: Ints, how: Chosen) -> None:
    source, tested = one.events.source, one.judged.tested
    rows["matches"] += _matches(units, one)
    begins = spans(one.fit, one.keys, one.events, how)
    moved = np.stack([t - units.at for t in shifted(units, one.where, how.shifts)])
    bits = weighed(units, one.keys, one.fit, one.events, one.cover, np.vstack([np.zeros(len(units)), moved]))
    asked = Asked(units, one.events, one.keys, begins, one.where, bits, moved, one.base.p0, one.made, tested)
    rows["skill"] += skill(asked, source, how)
    bins = reliable(units, one.hit, one.made, tested, source, how)
    rows["reliability"] += bins
    rows["verdicts"] += _verdicts(units, one, supported, fair=any(b["calibrated"] for b in bins))
    ahead = lead.ahead_of(one.keys, one.events, how)
    found = lead.leads(ahead, units, units.at, one.cover)
    rows["lead_times"] += lead.rows_of(units, found, one.events, lead.first_reports(units))
    followed = circle(units, one.cover, np.zeros(len(units)), np.maximum(units.end - units.at, lead.MARKS[-1]))
    rows["leads"] += lead.summary(units, ahead, one.cover, followed, source, how)


def _matches(units: Units, one: _Held) -> list[dict[str, Any]]:
    out = []
    for n in np.flatnonzero(one.best >= 0).tolist():
        pair = one.best[n]
        event, row = one.found.event[pair], one.found.fit[pair]
        out.append({
            "cluster_id": units.id[n], "post_id": units.post[n], "event_source": one.events.source, "event_id": one.events.id[event],
            "score": float(one.found.score[pair]), "km": float(one.fit.km[row]), "days": float(one.events.since[event] - units.at[n]),
            "type_fit": float(one.fit.type[row]), "actor_fit": float(one.fit.actor[row]),
            "polarity_fit": "opposite" if units.negated[n] else "same", "rate": float(one.base.rate[n]), "p0": float(one.made.p0[n]),
            "lr": float(one.least.ratio[n]),
        })  # fmt: skip
    return out


def _verdicts(units: Units, one: _Held, supported: Ints, *, fair: bool) -> list[dict[str, Any]]:
    words = np.array([RULES[r][0] for r in one.judged.rule], object) if len(units) else np.empty(0, object)
    grade = grades(words, (one.least, one.most), supported)
    out = []
    for n, rule in enumerate(one.judged.rule.tolist()):
        tested, silent = bool(one.judged.tested[n]), words[n] == "not_observable"
        said = tested and not silent
        likely = (
            sorted(float(1 - r.true[n] if units.negated[n] else r.true[n]) for r in (one.least, one.made, one.most))
            if said
            else None
        )
        out.append({
            "cluster_id": units.id[n], "post_id": units.post[n], "event_source": one.events.source, "class": units.kind[n],
            "verdict": words[n], "reason": RULES[rule][1] + (f" ({one.judged.why[n]})" if one.judged.why[n] else ""), "rule": rule,
            "event_id": one.events.id[one.found.event[one.best[n]]] if tested and one.best[n] >= 0 else None,
            "p0": float(one.made.p0[n]) if tested else None, "lr": float(one.least.ratio[n]) if said else 1.0,
            "q": float(one.judged.q[n]) if tested else None,
            "probability": float(1 - one.made.true[n] if units.negated[n] else one.made.true[n]) if said and one.known.known else None,
            "probability_low": likely[0] if likely else None, "probability_high": likely[-1] if likely else None,
            "sensitivity": one.known.at if one.known.known else None, "sensitivity_from": one.known.how,
            "calibrated": bool(fair and said and one.known.known and one.made.resolved[n] >= RESOLVED), "grade": grade[n][0], "grade_means": grade[n][1],
        })  # fmt: skip
    return out


def _vague(located: Units, vague: npt.NDArray[np.object_], source: str, how: str) -> list[dict[str, Any]]:
    rule = "claims.verdict.too_vague.1"
    return [
        {
            "cluster_id": located.id[n], "post_id": located.post[n], "event_source": source, "class": located.kind[n],
            "verdict": RULES[rule][0], "reason": f"{RULES[rule][1]} ({vague[n]})", "rule": rule, "event_id": None, "p0": None, "lr": 1.0,
            "q": None, "probability": None, "probability_low": None, "probability_high": None,
            "sensitivity": None, "sensitivity_from": how, "calibrated": False, "grade": "F6", "grade_means": meaning("F6"),
        }
        for n in np.flatnonzero(vague != "").tolist()
    ]  # fmt: skip


def _q(rows: list[dict[str, Any]]) -> None:
    """Q over those rows that have a p."""
    tested = [r for r in rows if r["p"] is not None]
    q = benjamini_hochberg(np.array([r["p"] for r in tested], np.float64), len(tested))
    for row, value in zip(tested, q.tolist(), strict=True):
        row["q"] = value
