"""How often a collapse is told of series that only scatter, and of series in which one was planted: for docs/evaluation/blocking.md."""

# ruff: noqa: E501  # rows of tables on one line

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from blowback.tools.collapse import collapses, on_grid

RUNS = 100
HOURS = 24 * 35
_HOUR_US = 3_600_000_000
DAILY = 1 + 0.4 * np.sin(2 * np.pi * np.arange(HOURS) / 24)
Draw = Callable[[np.random.Generator], np.ndarray]


def _wander(rng: np.random.Generator, r: float, spread: float) -> np.ndarray:
    steps, out = rng.normal(0, spread * np.sqrt(1 - r**2), HOURS), np.zeros(HOURS)
    for n in range(1, HOURS):
        out[n] = r * out[n - 1] + steps[n]
    return out


def _calm(rng: np.random.Generator) -> np.ndarray:
    return 1000 * DAILY * np.exp(rng.normal(0, 0.05, HOURS))


def _cut(spans: list[tuple[int, int]], to: float) -> Draw:
    def made(rng: np.random.Generator) -> np.ndarray:
        value = _calm(rng)
        for first, last in spans:
            value[first:last] *= to
        return value

    return made


NOISE: dict[str, Draw] = {
    "5 % around a daily rhythm": _calm,
    "30 % around it": lambda g: 100 * DAILY * np.exp(g.normal(0, 0.3, HOURS)),
    "30 %, hours hang together (0.9)": lambda g: 100 * DAILY * np.exp(_wander(g, 0.9, 0.3)),
    "30 %, hours hang together (0.97)": lambda g: 100 * DAILY * np.exp(_wander(g, 0.97, 0.3)),
    "counts of 1.5 an hour": lambda g: g.poisson(1.5 * DAILY).astype(float),
    "counts of 8 an hour": lambda g: g.poisson(8 * DAILY).astype(float),
    "counts of 100, overdispersed fifty times": lambda g: g.negative_binomial(2, 0.02, HOURS).astype(float),
    "heavy tails (Student, 3 degrees, 10 %)": lambda g: 100 * DAILY * np.exp(0.1 * g.standard_t(3, HOURS)),
    "two thirds on weekends": lambda g: _calm(g) * np.where(np.arange(HOURS) // 24 % 7 >= 5, 0.67, 1.0),
    "a lasting loss of 40 %": _cut([(500, HOURS)], 0.6),
}
PLANTED: dict[str, tuple[list[tuple[int, int]], float]] = {
    "two hours at 5 %": ([(400, 402)], 0.05),
    "six hours at 5 %": ([(400, 406)], 0.05),
    "six hours at 40 %": ([(400, 406)], 0.4),
    "a day at 45 %": ([(400, 424)], 0.45),
    "a fortnight at 2 %": ([(300, 636)], 0.02),
    "three hours each morning for three weeks at 5 %": ([(24 * d + 5, 24 * d + 8) for d in range(8, 30)], 0.05),
}


def section() -> list[str]:
    """The section, as lines of Markdown."""
    out = [
        "## Collapses of whole networks", "",
        f"Simulated hourly series of five weeks, {RUNS} draws a row (`evaluation/shutdowns_simulated.py`).", "",
        "| nothing is planted | series in which a collapse is told |", "|---|---|",
    ]  # fmt: skip
    for name, made in NOISE.items():
        hits = sum(any(f.word == "collapse" for f in _found(made, n)) for n in range(RUNS))
        out.append(f"| {name} | {hits / RUNS:.0%} |")
    out += [
        "",
        "| planted (5 % scatter) | found, each with first and last hour right | told besides |",
        "|---|---|---|",
    ]
    for name, (spans, to) in PLANTED.items():
        right = more = 0
        for n in range(RUNS):
            told = {
                (f.first_low // _HOUR_US, f.last_low // _HOUR_US + 1)
                for f in _found(_cut(spans, to), n)
                if f.word == "collapse"
            }
            right += set(spans) <= told
            more += bool(told - set(spans))
        out.append(f"| {name} | {right / RUNS:.0%} | {more / RUNS:.0%} |")
    return out


def _found(made: Draw, seed: int):
    series = on_grid(np.arange(HOURS) * _HOUR_US, made(np.random.default_rng([seed, 7])), 0, 0.5)
    return collapses(series) if series else []


if __name__ == "__main__":
    print("\n".join(section()))
