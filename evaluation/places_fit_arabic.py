"""Fits "is a place" for mentions in Arabic letters: python evaluation/places_fit_arabic.py [--write]

Only on the IDRISI events that `Doc.held_out` leaves. Each weight is drawn to that of the model of all languages. The slope and
the intercept are then set on predictions for events left out one at a time, each event counting the same: what is said of an event that the
fit has not seen should be true of it. Changes nothing in weights.json but "mention_arabic".
"""

from __future__ import annotations

import json
import sys

import numpy as np
from scipy.optimize import minimize

import places_fit as fit
from blowback.tools.places import store
from blowback.tools.places.features import MENTION
from blowback.tools.places.resolving import weights
from places_sets import tagged

PULL = 5.0  # how strongly weights are drawn to their prior; 2 to 20 are alike on events left out
ARABIC = MENTION.index("arabic")
Data = tuple[np.ndarray, np.ndarray, np.ndarray]


def arabic(data: Data) -> Data:
    """The rows of mentions in Arabic letters."""
    keep = data[0][:, ARABIC] > 0
    return data[0][keep], data[1][keep], data[2][keep]


def fitted(parts: list[Data], prior: np.ndarray) -> np.ndarray:
    """Weights from several events, each counting the same."""
    x, y = np.vstack([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    weight = np.concatenate([p[2] / p[2].sum() * 3000 / len(parts) for p in parts])
    return fit.fit_mentions(x, y, weight, prior, fit.pulls(MENTION, PULL))


def main() -> None:
    g = store.current()
    docs = [d for d in tagged(fit.DATA, "AR") if not d.held_out]
    events = sorted({d.event for d in docs})
    parts = {e: arabic(fit.mention_data([d for d in docs if d.event == e], g, None)) for e in events}
    bare = {e: arabic(fit.of_docs([d for d in docs if d.event == e], g, None, None)) for e in events}
    prior = weights()["mention"]
    scores, labels, share = [], [], []
    for e in events:
        w = fitted([parts[k] for k in events if k != e], prior)
        scores.append(bare[e][0] @ w)
        labels.append(bare[e][1])
        share.append(np.full(len(scores[-1]), 1 / len(scores[-1])))
    s, y, weight = np.concatenate(scores), np.concatenate(labels), np.concatenate(share)
    slope, shift = minimize(
        lambda t: float((weight * (np.logaddexp(0, t[0] * s + t[1]) - y * (t[0] * s + t[1]))).sum()), [1.0, 0.0]
    ).x
    w = fitted([parts[e] for e in events], prior) * slope
    w[MENTION.index("one")] += shift
    print(f"slope {slope:.3f}, shift {shift:.3f}, {len(y)} mentions of {len(events)} events")
    if "--write" in sys.argv:
        content = json.loads(fit.OUT.read_text(encoding="utf-8"))
        content["mention_arabic"] = {n: round(float(v), 3) for n, v in zip(MENTION, w, strict=True) if abs(v) > 5e-4}
        fit.OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
