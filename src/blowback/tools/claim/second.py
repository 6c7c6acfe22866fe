"""A second reader: how a sentence is meant, weighed from its words and from what the rules make of it.

Rules decide by the words they know, and people write without them: an intention has no "will", a denial no "not". So a
linear model (multinomial logistic regression over hashed words, affixes, what the rules say, and what the whole text means by
`tools.meaning`) was fitted on sentences written for it and on posts that people labelled (`evaluation/claims_fit.py` says how
and on what). It gives each reading its probability, and takes another class where that is likelier. It never adds an actor, a
place or a time: it only says how a sentence is meant, or that it claims nothing.

Weights are data beside this module, eight bits each; nothing is fetched, and the same text always gives the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from blowback.model.claim import MODALITIES, Modality
from blowback.tools.claim.clause import Clause
from blowback.tools.claim.modality import Meant
from blowback.tools.claim.parts import Roles
from blowback.tools.claim.tokens import STOP, Words

Vector = npt.NDArray[np.float64]
CLASSES: Final[tuple[Modality, ...]] = tuple(MODALITIES)  # type: ignore[arg-type]
NEGATED: Final = len(CLASSES)  # the column of polarity
BUCKETS: Final = 1 << 15
OF_WORDS: Final = 6.0  # length of the vector of a sentence's words
OF_RULES: Final = 1.5  # weight of each thing the rules say
OF_MEANING: Final = 6.0  # length of the vector of what the text means
_ARABIC: Final = re.compile(r"[\u0621-\u064a]")
_TRIVIAL: Final = frozenset(("adv", "aux", "rel", "conj", "say"))


class Said(NamedTuple):
    """A clause as the rules read it."""

    clause: Clause
    how: Meant
    who: Roles


class Taken(NamedTuple):
    """A clause that the rules read and took back."""

    said: Said
    why: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the second reader makes of a sentence."""

    p: dict[Modality, float]  # of each class; sums to 1
    negated: float  # probability that the claim is negated
    best: int = 0  # column of the likeliest class, before rounding
    by_word: tuple[str, ...] = ()  # what it was weighed by
    by_rule: tuple[str, ...] = ()

    @property
    def because(self) -> tuple[str, ...]:
        """What spoke most for the likeliest class, strongest first; worked out only where somebody asks."""
        return _because(_model(), self)

    @property
    def likeliest(self) -> Modality:
        """The class with the highest probability; of equals the first in `CLASSES`."""
        return max(CLASSES, key=lambda c: self.p[c])


def weigh(
    words: Words, sentence: tuple[int, int], said: Sequence[Said], taken: Sequence[Taken], meaning: Vector
) -> Weighed:
    """Weigh one sentence.

    Args:
        words: looked up.
        sentence: its words, [first, last).
        said: its clauses as the rules read them, main clauses first.
        taken: those that the rules took back.
        meaning: what the whole text means (`tools.meaning.vectors`), 512 numbers.
    """
    model = _model()
    by_word, by_rule = features(words, sentence, said, taken)
    z = model.bias + _size(by_word) * model.rows(by_word) + OF_RULES * model.rows(by_rule)
    z += OF_MEANING * (meaning @ model.of_meaning)
    p = np.exp(z[:NEGATED] - z[:NEGATED].max())
    p /= p.sum()
    return Weighed(
        {c: round(v, 4) for c, v in zip(CLASSES, p.tolist(), strict=True)},
        round(float(1.0 / (1.0 + np.exp(-z[NEGATED]))), 4),
        int(p.argmax()),
        tuple(by_word),
        tuple(by_rule),
    )


def _size(by_word: Sequence[str]) -> float:
    """The weight of each word's feature: together they have the length OF_WORDS."""
    return float(OF_WORDS / max(len(by_word), 1) ** 0.5)


def features(
    words: Words, sentence: tuple[int, int], said: Sequence[Said], taken: Sequence[Taken]
) -> tuple[list[str], list[str]]:
    """Names of what a sentence has: of its words, and of what the rules say of it. Each name once."""
    of_words = dict.fromkeys(_of_words(words, *sentence))
    return list(of_words), list(dict.fromkeys(_of_rules(words, sentence, said, taken)))


def slot(name: str) -> int:
    """The row of the weights that a feature falls into."""
    return crc32(name.encode()) % BUCKETS


def _of_words(words: Words, first: int, last: int) -> Iterator[str]:
    before, at = "^", 0
    for i in range(first, last):
        word = _masked(words, i)
        yield from _of_word(word)
        yield f"b {before} {word}"
        if at < 2 and word not in STOP:
            yield f"{at} {word}"
            at += 1
        before = word
    yield f"b {before} $"
    yield f"n {min(6, (last - first) // 5)}"


def _masked(words: Words, i: int) -> str:
    """The word, or what it stands for where only that matters: names, numbers and times must not carry a class."""
    word = words.words[i]
    if word[:1].isdigit():
        return "<0>"
    if word[:1] == "@" and len(word) > 1:
        return "<@>"
    if i in words.timed:
        return "<time>"
    return "<place>" if i in words.placed else word


@lru_cache(maxsize=1 << 16)
def _of_word(word: str) -> tuple[str, ...]:
    out = [f"w {word}"]
    if word.isalpha() and len(word) > 3:
        out += [f"p {word[:k]}" for k in (2, 3, 4)] + [f"s {word[-k:]}" for k in (2, 3, 4)]
        if _ARABIC.match(word):
            ringed = f"<{word}>"
            out += [f"c {ringed[k : k + n]}" for n in (3, 4) for k in range(len(ringed) - n + 1)]
    return tuple(dict.fromkeys(out))


def _of_rules(words: Words, sentence: tuple[int, int], said: Sequence[Said], taken: Sequence[Taken]) -> Iterator[str]:
    first, last = sentence
    for a, _, entry in words.found:
        if first <= a < last:
            yield f"k {entry.kind}"
            if entry.kind in ("verb", "noun"):
                yield f"v {entry.value} {entry.form}"
            elif entry.kind not in _TRIVIAL:
                yield f"k {entry.kind} {min(3, (a - first) // 3)}"
    main = first_claim(said)
    rule = main.how.modality if main else "unread"
    yield f"rule {rule}"
    if main:
        yield f"rule {rule} {main.clause.type} {main.how.negated}"
        yield f"ahead {main.how.future}"
        yield f"type {main.clause.type} {main.clause.entry.form if main.clause.entry else main.clause.cue}"
        yield from (f"says {cue.says}" for cue in main.how.cues)
        yield from (f"also {s.how.modality}" for s in said if s is not main)
        yield f"who {main.who.actor[1] > main.who.actor[0]} {main.who.target[1] > main.who.target[0]}"
    for back in taken:
        yield f"dropped {back.why}"
        yield f"took back {back.said.how.modality}"
    yield f"place {any(k in words.placed for k in range(first, last))}"
    yield f"time {any(k in words.timed for k in range(first, last))}"


def first_claim(said: Sequence[Said]) -> Said | None:
    """The first clause that the rules read as some claim."""
    return next((s for s in said if s.how.modality != "none"), None)


@dataclass(frozen=True, slots=True)
class _Model:
    weights: npt.NDArray[np.int8]  # BUCKETS x (classes + 1)
    scale: Vector  # of each column
    bias: Vector
    of_meaning: Vector  # 512 x (classes + 1)

    def rows(self, names: Sequence[str]) -> Vector:
        """The sum of the weights of some features, by column."""
        at = np.fromiter(map(slot, names), np.int64, len(names))
        total: Vector = self.weights[at].sum(axis=0, dtype=np.int64) * self.scale
        return total


@cache
def _model() -> _Model:
    with (files(__package__) / "second.npz").open("rb") as f, np.load(f) as held:
        weights = np.zeros((BUCKETS, NEGATED + 1), np.int8)
        weights[held["at"]] = held["weights"]
        return _Model(weights, held["scale"], held["bias"], held["of_meaning"].astype(np.float64))


_SHOWN: Final = {
    "w": "",
    "b": "",
    "0": "opens with ",
    "1": "second word ",
    "rule": "rules: ",
    "says": "",
    "dropped": "dropped: ",
}


def _because(model: _Model, told: Weighed) -> tuple[str, ...]:
    """The three features that speak most for the likeliest class, in words."""
    spoke: list[tuple[float, str]] = []
    for names, factor in ((told.by_word, _size(told.by_word)), (told.by_rule, OF_RULES)):
        parts = [name.partition(" ") for name in names]
        shown = [
            (name, _SHOWN[kind] + rest) for name, (kind, _, rest) in zip(names, parts, strict=True) if kind in _SHOWN
        ]
        rows = model.weights[[slot(name) for name, _ in shown], :NEGATED] * model.scale[:NEGATED]
        forces = factor * (rows[:, told.best] - rows.mean(axis=1))
        spoke += zip(forces.tolist(), (text for _, text in shown), strict=True)
    spoke.sort(key=lambda t: (-t[0], t[1]))
    return tuple(text for force, text in spoke[:3] if force > 0)
