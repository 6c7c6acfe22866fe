"""Fits the event-place model: a conditional logit over the mentions of a text, then a second with "none" for its weights.

Fitted on the half `tune` of event_places.tsv, event_train.tsv and the unit test's forty sentences; the half `held` is never
touched. The prior of each weight is a Gaussian round what general reasoning says (PRIOR), so that what few texts show does
not swing far. The calibration is fitted on predictions out of ten folds. Writes src/blowback/tools/places/event_weights.json.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from blowback.tools.places import store
from blowback.tools.places.event import WEIGHED, acts, chances, may_hold, places_of
from blowback.tools.places.event_features import FEATURES, event_features
from event_sets import NEAR_KM, Case, forty, judged, point, trained

OUT = Path(__file__).resolve().parents[1] / "src/blowback/tools/places/event_weights.json"
PRIOR = {
    "role_event": 1.0, "role_medic": -1.5, "role_funeral": -1.5, "role_source": -0.5, "role_former": -1.0, "role_side": -0.7,
    "role_after": -0.5, "before_speaker": -1.5, "before_owner": -1.0, "before_from": -0.7, "before_bound": -0.2, "before_at": 1.0,
    "before_placed": 1.2, "before_near": 1.0, "before_object": 1.0, "before_direction": 0.3, "after_agency": -1.0,
    "after_hit": 1.5, "after_says": -1.0,
    "after_where": 1.0, "after_before_now": -1.0, "after_people": -0.7, "anchored": 1.0, "out_of_reach": -2.5,
    "anchor_of_unknown": 0.5, "country": -1.5, "region": -0.8, "before_that": -0.7, "move_bound": 0.4, "move_from": -0.4,
    "leave_from": 1.0, "leave_bound": -0.4, "sure": 1.0, "doubtful": -0.3, "kind_village": 0.3, "holds_another": -0.5,
    "within_another": 0.3, "far_from_all": -0.2, "role_ahead": 0.7, "headed": 0.7, "event_owner": -1.0,
}  # fmt: skip
CENTRE = np.array([PRIOR.get(name, 0.0) for name in FEATURES])
LAMBDA = 2.0  # precision of the prior, the best of 0.5, 1, 2, 4, 8 in ten folds
FOLDS = 10
Row = tuple[Case, list[int], np.ndarray, np.ndarray]


def rows(cases: list[Case]) -> list[Row]:
    """(case, able mentions, their features, whether each is right)."""
    out = []
    for case in cases:
        able = [n for n in may_hold(case.located) if not acts(case.text, case.located[n])]
        seen = event_features(case.text, case.located, able)
        x = np.array([seen[n] for n in able]).reshape(len(able), len(FEATURES))
        near = [case.right(*point(case.located[n]), NEAR_KM) for n in able]
        out.append((case, able, x, np.array(near, bool)))
    return out


def choice(data: list[Row]) -> np.ndarray:
    """Weights of the conditional logit; several mentions of a text may be right."""
    use = [(x, y) for _, _, x, y in data if len(y) > 1 and y.any() and not y.all()]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = 0.0, np.zeros_like(w)
        for x, y in use:
            s = x @ w
            p = np.exp(s - s.max())
            p /= p.sum()
            q = p[y].sum()
            value -= math.log(q)
            slope -= (np.where(y, p, 0) / q - p) @ x
        return value + LAMBDA * ((w - CENTRE) @ (w - CENTRE)) / 2, slope + LAMBDA * (w - CENTRE)

    return minimize(loss, CENTRE.copy(), jac=True, method="L-BFGS-B").x


Told = tuple[Case, list[list[tuple[int, float]]], np.ndarray]


def shared(data: list[Row], w: np.ndarray) -> list[Told]:
    """(case, its places with their shares, whether each is right)."""
    out = []
    for case, able, x, _ in data:
        if not able:
            continue
        s = x @ w
        p = np.exp(s - s.max())
        p /= p.sum()
        groups = places_of(case.located, sorted(zip(able, p.tolist(), strict=True), key=lambda r: -r[1]))
        right = [case.right(*point(case.located[g[0][0]]), NEAR_KM) for g in groups]
        out.append((case, groups, np.array(right, bool)))
    return out


def calibrated(told: list[Told], ridge: float = 0.5) -> np.ndarray:
    """Weights by WEIGHED under which the right place, or none, is likeliest; that of the share is drawn to 1, the rest to 0."""
    centre = np.array([float(name == "share") for name in WEIGHED])

    def loss(w: np.ndarray) -> float:
        value = ridge * ((w - centre) ** 2).sum() / 2
        for case, groups, right in told:
            p = np.array(chances(case.located, groups, w.tolist()))
            value -= math.log(max(p[right].sum() if right.any() else 1.0 - p.sum(), 1e-9))
        return float(value)

    return minimize(loss, centre, method="L-BFGS-B").x


def main() -> None:
    g = store.current()
    cases = [c for c in judged(g) if c.group == "tune"] + trained(g) + forty(g)
    data = rows(cases)
    fold = np.random.default_rng(0).integers(0, FOLDS, len(data))
    told: list[Told] = []
    hits: dict[str, list[int]] = {}
    for k in range(FOLDS):
        w = choice([d for d, f in zip(data, fold, strict=True) if f != k])
        left = [d for d, f in zip(data, fold, strict=True) if f == k]
        for case, able, x, y in left:
            at = hits.setdefault(f"{case.group} {case.lang}", [0, 0, 0])
            at[0] += 1
            at[1] += bool(len(able) and y[int(np.argmax(x @ w))])
            at[2] += bool(y.any())
        told += shared(left, w)
    print("out of fold: texts, first mention right, any right", hits)
    w = choice(data)
    weight = calibrated(told)
    content = {
        "choice": {n: round(float(v), 3) for n, v in zip(FEATURES, w, strict=True)},
        "weight": {n: round(float(v), 3) for n, v in zip(WEIGHED, weight, strict=True)},
    }
    if "--write" in sys.argv:
        OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(content["weight"])


if __name__ == "__main__":
    main()
