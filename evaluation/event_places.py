"""The event-place picker on texts of our own: within 25 and 161 km, among three, and whether its weights are true.

python evaluation/event_places.py      # prints the section that places.py puts into its page
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from blowback.tools.intervals import wilson
from blowback.tools.places import event_place, store
from blowback.tools.places.gazetteer import Gazetteer
from event_sets import NEAR_KM, Case, chains, forty, judged

FAR_KM = 161.0
KM_STEPS = tuple(float(k) for k in range(1, 26))
HEAD = """| texts | half | n | within 25 km | within 161 km | one of three within 25 km | some mention within 25 km |
|---|---|---|---|---|---|---|"""

FRAMES = """*UCDP names in a frame*: the data that we have of real events come without the texts of their reports, so each
place of UCDP GED (precision 1 or 2) is put into "Clashes in X town, Y district, Z province, officials said.": this judges
chains and names, not the choice among places."""


def percent(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{100 * hits / max(of, 1):.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def scored(cases: list[Case]) -> tuple[list[tuple[bool, bool, bool, bool]], list[tuple[float, bool, bool]]]:
    """((25 km, 161 km, one of three, any mention) by text, (weight, right, first) by guess).

    Of several guesses within 25 km the nearest is the right one: the weights share one event out.
    """
    rows, told = [], []
    for case in cases:
        got = event_place(case.text, case.located)
        near = [case.right(x.lat, x.lon, NEAR_KM) for x in got.guesses]
        far = bool(got.guesses) and case.right(got.guesses[0].lat, got.guesses[0].lon, FAR_KM)
        some = any(case.right(x.candidates[0].lat, x.candidates[0].lon, NEAR_KM) for x in case.located if x.candidates)
        rows.append((bool(near) and near[0], far, any(near), some))
        nearest = next((i for km in KM_STEPS for i, x in enumerate(got.guesses) if case.right(x.lat, x.lon, km)), None)
        told += [(x.weight, near[0] if i == 0 else i == nearest, i == 0) for i, x in enumerate(got.guesses)]
    return rows, told


def reliability(told: list[tuple[float, bool]], bins: int = 5) -> tuple[list[str], float, float]:
    """(lines said | true | n, expected calibration error, Brier score) in bins of equal width."""
    p, y = np.array([t[0] for t in told]), np.array([t[1] for t in told], float)
    at = np.minimum((p * bins).astype(int), bins - 1)
    lines, ece = [], 0.0
    for k in range(bins):
        take = at == k
        if take.any():
            low, high = wilson(int(y[take].sum()), int(take.sum()))
            lines.append(f"| {p[take].mean():.2f} | {y[take].mean():.2f} [{low:.2f}, {high:.2f}] | {take.sum()} |")
            ece += float(take.mean() * abs(p[take].mean() - y[take].mean()))
    return lines, ece, float(((p - y) ** 2).mean())


def section(gazetteers: dict[str, Gazetteer], data: Path) -> str:
    """The tables of the page; `data` is the folder of the development data."""
    lines, told = [HEAD], []
    for label, g in gazetteers.items():
        cases = judged(g)
        for lang, name in (("ar", "Arabic"), ("en", "English")):
            for half in ("tune", "held"):
                rows, guesses = scored([c for c in cases if c.group == half and c.lang == lang])
                cells = " | ".join(percent(sum(r[k] for r in rows), len(rows)) for k in range(4))
                lines.append(
                    f"| {name}, {label} | {'fitted on' if half == 'tune' else 'held out'} | {len(rows)} | {cells} |"
                )
                if half == "held" and label == "with WOF":
                    told += guesses
        framed, _ = scored(chains(g, data))
        cells = " | ".join(percent(sum(r[k] for r in framed), len(framed)) for k in range(4))
        lines.append(f"| UCDP names in a frame, {label} | not fitted on | {len(framed)} | {cells} |")
        lines_40, _ = scored(forty(g))
        lines.append(
            f"| forty of the unit test, {label} | fitted on | 40 | {percent(sum(r[0] for r in lines_40), 40)} | | | |"
        )
    lines += ["", FRAMES, "", "Whether the weights are true, on the held-out texts of both languages, with WOF:"]
    for what, part in (
        ("First guess (`score`)", [(w, y) for w, y, first in told if first]),
        ("Second and third guess", [(w, y) for w, y, first in told if not first]),
    ):
        table, ece, brier = reliability(part)
        lines += ["", f"{what}, {len(part)}: expected calibration error {ece:.3f}, Brier {brier:.3f}.", ""]
        lines += ["| said | true | n |", "|---|---|---|", *table]
    return "\n".join(lines)


if __name__ == "__main__":
    print(section({"with WOF": store.current()}, Path("/work/shared/data")))
