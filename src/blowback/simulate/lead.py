"""Leads: grassroots calls, and an official answer after a known lag, again and again."""

from __future__ import annotations

import numpy as np

from blowback.simulate import texts
from blowback.simulate.clock import iso_ms
from blowback.simulate.people import ACTIVE, OFFICIAL, REPEATER, X_V2
from blowback.simulate.phrases import listed
from blowback.simulate.posts import LEAD, PARTS, Posts, join
from blowback.simulate.scenario import Lead
from blowback.simulate.stage import Played, Stage, nothing, said, written

_HOUR = 3_600_000_000


def lead(stage: Stage, number: int, how: Lead) -> Played:
    """Posts of all episodes. The lag is from the middle of the calls to the middle of the answers.

    Args:
        stage: where it happens.
        number: its place in the scenario.
        how: its parameters.
    """
    scenario = stage.scenario
    out, episodes = [nothing(LEAD)], []
    for k in range(how.episodes):
        rng = stage.stream(f"lead {how.id} {k}")
        middle = scenario.at_h(how.start_h + k * how.every_h)
        answer = middle + int((how.lag_h + rng.normal(0, how.jitter_h)) * 3_600_000) * 1000
        if answer >= scenario.end_us - _HOUR:
            break
        out += [_calls(stage, rng, number, how, middle), _answers(stage, rng, number, how, answer)]
        episodes.append({"calls_at": iso_ms(middle), "answer_at": iso_ms(answer), "lag_s": (answer - middle) / 1e6})
    return Played(join(out), ({"episodes": episodes, "lag_s": how.lag_h * 3600},))


def _around(
    stage: Stage, rng: np.random.Generator, middle: int, sigma_h: float, size: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    at = middle + (rng.normal(0, sigma_h, size) * 3_600_000).astype(np.int64) * 1000
    return np.clip(at, stage.scenario.start_us, stage.scenario.end_us - 1000)


def _calls(stage: Stage, rng: np.random.Generator, number: int, how: Lead, middle: int) -> Posts:
    who = rng.choice(stage.who(X_V2, ACTIVE, REPEATER), how.calls)
    return written(
        rng, who, _around(stage, rng, middle, 2.0, how.calls), mechanism=LEAD, which=number, part=PARTS.index("call"),
        own=stage.say(rng, who, "call"), tag1=stage.shelf.tag(how.hashtag),
    )  # fmt: skip


def _answers(stage: Stage, rng: np.random.Generator, number: int, how: Lead, answer: int) -> Posts:
    """The official word: it names a day, the same in every language, and comes with a leaflet."""
    who, day = rng.choice(stage.who(X_V2, OFFICIAL), how.answers), int(rng.integers(0, 7))
    numbers, langs = rng.integers(0, texts.SENTENCES, (how.answers, 2)).tolist(), stage.accounts.lang[who].tolist()
    own = [
        stage.shelf.say(said("named", k, n, day=listed("day", k)[day]), k) for k, n in zip(langs, numbers, strict=True)
    ]
    return written(
        rng, who, _around(stage, rng, answer, 0.3, how.answers), mechanism=LEAD, which=number, part=PARTS.index("answer"),
        own=np.array(own, np.int64), tag1=stage.shelf.tag(how.hashtag), url=rng.integers(0, texts.URLS, how.answers),
    )  # fmt: skip


def day_name(at_us: int, lang: int) -> str:
    """The weekday of an instant in a language."""
    return listed("day", lang)[(at_us // 86_400_000_000 + 3) % 7]
