"""Leads: grassroots calls, and an official answer after a known lag, again and again."""

from __future__ import annotations

import numpy as np

from blowback.simulate.clock import iso_ms
from blowback.simulate.people import ACTIVE, OFFICIAL, REPEATER, X_V2
from blowback.simulate.phrases import listed
from blowback.simulate.posts import LEAD, PARTS, join
from blowback.simulate.scenario import Lead
from blowback.simulate.stage import Played, Stage, nothing, written

_HOUR = 3_600_000_000


def lead(stage: Stage, number: int, how: Lead) -> Played:
    """Posts of all episodes. The lag is from the middle of the calls to the middle of the answers.

    Args:
        stage: where it happens.
        number: its place in the scenario.
        how: its parameters.
    """
    scenario, tag = stage.scenario, stage.shelf.tag(how.hashtag)
    callers, outlets = stage.who(X_V2, ACTIVE, REPEATER), stage.who(X_V2, OFFICIAL)
    out, episodes = [], []
    for k in range(how.episodes):
        rng = stage.stream(f"lead {how.id} {k}")
        middle = scenario.at_h(how.start_h + k * how.every_h)
        answer = middle + int((how.lag_h + rng.normal(0, how.jitter_h)) * 3_600_000) * 1000
        if answer >= scenario.end_us - _HOUR:
            break
        who = rng.choice(callers, how.calls)
        at = middle + (rng.normal(0, 2.0, how.calls) * 3_600_000).astype(np.int64) * 1000
        at = np.clip(at, scenario.start_us, scenario.end_us - 1000)
        told = {"mechanism": LEAD, "which": number, "tag1": tag}
        out.append(written(rng, who, at, part=PARTS.index("call"), own=stage.say(rng, who, "call"), **told))
        who = rng.choice(outlets, how.answers)
        at = answer + (rng.normal(0, 0.3, how.answers) * 3_600_000).astype(np.int64) * 1000
        day = int(rng.integers(0, 7))
        own = np.array(
            [
                int(stage.say(rng, who[j : j + 1], "named", day=listed("day", int(stage.accounts.lang[w]))[day])[0])
                for j, w in enumerate(who)
            ]
        )
        out.append(
            written(rng, who, np.minimum(at, scenario.end_us - 1000), part=PARTS.index("answer"), own=own, **told)
        )
        episodes.append({"calls_at": iso_ms(middle), "answer_at": iso_ms(answer), "lag_s": (answer - middle) / 1e6})
    return Played(join([nothing(LEAD), *out]), ({"episodes": episodes, "lag_s": how.lag_h * 3600},))


def day_name(at_us: int, lang: int) -> str:
    """The weekday of an instant in a language."""
    return listed("day", lang)[(at_us // 86_400_000_000 + 3) % 7]
