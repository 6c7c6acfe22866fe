"""Where the mechanisms act: accounts, the crowd's posts, and what a mechanism hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from blowback.simulate import texts
from blowback.simulate.crowd import Attention, Scene, clients
from blowback.simulate.people import X_V2, Accounts, Ints
from blowback.simulate.phrases import phrase
from blowback.simulate.posts import Posts, Shelf, blank, with_all
from blowback.simulate.rhythm import instants
from blowback.simulate.scenario import Scenario
from blowback.simulate.seeds import stream

Note = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """What is there before the mechanisms act. The crowd's posts stand first in the campaign: positions hold."""

    scenario: Scenario
    accounts: Accounts
    base: Posts
    seen: Mapping[int, Attention]  # export -> what its crowd pays attention to
    scenes: Mapping[int, Scene]
    shelf: Shelf = field(default_factory=Shelf)

    def stream(self, name: str) -> np.random.Generator:
        """The stream of a mechanism."""
        return stream(self.scenario.seed, name)

    def who(self, export: int, *roles: int) -> Ints:
        """Positions of the accounts of an export that play one of the roles from the start."""
        a = self.accounts
        return np.flatnonzero((a.export == export) & np.isin(a.role, roles) & (a.activity > 0))

    def awake(self, rng: np.random.Generator, authors: Ints, start_us: int, end_us: int) -> Ints:
        """One instant for each author between two times, by the rhythm of X, kept inside the window."""
        s = self.scenario
        end = min(end_us, s.end_us)
        begin = min(start_us, end - 60_000_000)
        zones = self.accounts.zone_h[authors]
        return instants(rng, zones, begin, end, diurnal=s.x.diurnal, weekend=s.x.weekend)

    def say(
        self, rng: np.random.Generator, authors: Ints, kind: str, *, topic: int = texts.GUILD, **slots: str
    ) -> Ints:
        """A phrase of this kind for each author in his language, and a remark of his own on a topic behind it.

        Returns:
            Positions on the shelf. Without the remarks, strangers who speak of one thing would seem to copy.
        """
        numbers = rng.integers(0, texts.SENTENCES, (len(authors), 2)).tolist()
        langs = self.accounts.lang[authors].tolist()
        made = [self.shelf.say(said(kind, k, n, topic=topic, **slots), k) for k, n in zip(langs, numbers, strict=True)]
        return np.array(made, np.int64)


@dataclass(frozen=True, slots=True)
class Played:
    """What a mechanism did: its posts, and what the truth says of each of its instances beside them."""

    posts: Posts
    notes: tuple[Note, ...] = ()


def written(
    rng: np.random.Generator, authors: Ints, at_us: Ints, *, mechanism: int, which: int, part: int, **values: int | Ints
) -> Posts:
    """Originals with the ordinary mix of clients and the columns given."""
    topic = values.pop("topic", texts.GUILD)
    posts = blank(authors, at_us, topic=topic, mechanism=mechanism, client=clients(rng, len(authors)))
    return with_all(posts, which=which, part=part, **values)


def said(kind: str, lang: int, numbers: list[int], *, topic: int = texts.GUILD, **slots: str) -> str:
    """A phrase with a remark behind it, by two numbers."""
    return f"{phrase(kind, lang, numbers[0], **slots)}. {texts.remark(topic, lang, numbers[1])}"


def nothing(mechanism: int) -> Posts:
    """No posts."""
    none = np.zeros(0, np.int64)
    return blank(none, none, topic=none, mechanism=mechanism, client=none)


def after(rng: np.random.Generator, start_us: int, mean_h: float, size: int, *, shape: float = 1.2) -> Ints:
    """Instants after a start: gamma-distributed delays with this mean, whole milliseconds."""
    delay = rng.gamma(shape, mean_h / shape, size) * 3_600_000
    out: Ints = start_us + delay.astype(np.int64) * 1000
    return out


def fans(stage: Stage) -> Ints:
    """Ordinary accounts on X whose matter is the cup."""
    a = stage.accounts
    return np.flatnonzero((a.export == X_V2) & (a.role == 0) & (a.topic == texts.CUP))
