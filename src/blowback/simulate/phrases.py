"""What the mechanisms say: short phrases by kind and language, and whether a text is made of our words alone."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from blowback.simulate import texts


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))


def phrase(kind: str, lang: int, number: int, **slots: str) -> str:
    """The phrase of a kind with this number: equal numbers (and slots) are equal texts.

    Args:
        kind: a table of `phrases.toml`, such as `press`.
        lang: position in `texts.LANGS`.
        number: picks the phrase and its free words.
        slots: `place`, `what`, `day` or `title`, where the kind has them.
    """
    it = _told()[kind][texts.LANGS[lang]]
    number, which = divmod(number, len(it["says"]))
    x, y = it.get("x", [""]), it.get("y", [""])
    number, at_x = divmod(number, len(x))
    number, at_y = divmod(number, len(y))
    n = str(1 + number % texts.NUMBERS)
    return str(it["says"][which]).format(x=x[at_x], y=y[at_y], n=n, **slots).replace("{n}", n)


@cache
def places(lang: int) -> tuple[str, ...]:
    """The towns of the valley in a language, from the spring to the mouth."""
    return tuple(_told()["places"][texts.LANGS[lang]])


def listed(what: str, lang: int) -> tuple[str, ...]:
    """The list `what` or `day` in a language; position k means the same in each."""
    return tuple(_told()["lists"][texts.LANGS[lang]][what])


def _any_of(words: tuple[str, ...] | list[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def _shape(template: str, slots: dict[str, str]) -> str:
    shape = re.escape(template)
    for key, pattern in {**slots, "n": "[0-9]{1,2}"}.items():
        shape = shape.replace(re.escape("{" + key + "}"), pattern)
    return shape


@cache
def _sentences(topic: int, lang: int) -> str:
    it = texts.bank(topic, lang)
    slots = {k: _any_of(getattr(it, k)) for k in "abc"}
    first, middle, last = (
        "(?:" + "|".join(_shape(t, slots) for t in getattr(it, k)) + ")" for k in ("open", "middle", "close")
    )
    aside = texts.asides(lang)
    named = "(?:" + _any_of(aside["syllables"]) + "){3}"
    beside = "|".join(re.sub(r"\\\{[pq]\\\}", named, re.escape(t)) for t in aside["says"])
    return f"(?:{first} )?{middle}(?:\\. {middle}){{0,2}}(?:\\. {last})?(?:\\.? (?:{beside}))?"


@cache
def _titles(lang: int) -> str:
    return "(?:" + "|".join(_shape(t, {}) for t in _told()["title"][texts.LANGS[lang]]["says"]) + ")"


def _phrases(kind: str, lang: int) -> list[str]:
    it = _told()[kind][texts.LANGS[lang]]
    slots = {"place": _any_of(places(lang)), "title": _titles(lang)}
    slots |= {k: _any_of(listed(k, lang)) for k in ("what", "day")}
    inner = {k: "(?:" + "|".join(_shape(t, {}) for t in it.get(k, [""])) + ")" for k in ("x", "y")}
    return [_shape(t, {**inner, **slots}) for t in it["says"]]


@cache
def _pattern() -> re.Pattern[str]:
    langs = range(len(texts.LANGS))
    shapes = []
    for lang in langs:
        said = "|".join(_sentences(topic, lang) for topic in range(len(texts.TOPICS)))
        told = "|".join(s for kind in _told() if kind not in ("lists", "places") for s in _phrases(kind, lang))
        shapes += [said, f"(?:{told})(?:\\. (?:{said}))?"]
    return re.compile("|".join(shapes), re.IGNORECASE)


def from_the_bank(text: str) -> bool:
    """Whether a published text is made of the bank's sentences and phrases, apart from what a platform adds to it.

    Handles, links, hashtags, a copy's number and the dress of `varied` are set aside. A text cut off by the platform
    counts when all its words are the bank's.
    """
    bare = re.sub(r"^RT @\w+: ", "", text).replace("\u0640", "").replace("\u200b", "")
    cut = bare.endswith("\u2026")
    bare = re.sub(r"\S*\u2026$", "", bare)
    bare = re.sub(
        r"(?:\s*(?:@[\w.-]+|#[\w]+|https://\S+|\[[0-9a-f]{4}\]))+\s*$", "", re.sub(r"^(?:@[\w.-]+ )+", "", bare)
    ).strip()
    # The dress may be punctuation that a closing ends with too; a text is the bank's with or without its last marks.
    stripped = bare.rstrip(" .!?\u2014\u2026")
    if any(_pattern().fullmatch(stripped + end) for end in ("", ".", "?", "!")) or _pattern().fullmatch(bare):
        return True
    return cut and all(w in _vocabulary() or _name().fullmatch(w) for w in re.findall(r"\w+", bare.lower()))


@cache
def _name() -> re.Pattern[str]:
    """An invented name, perhaps cut off."""
    syllables = [s for lang in range(len(texts.LANGS)) for s in texts.asides(lang)["syllables"]]
    return re.compile(_any_of(syllables) + "{3}")


@cache
def _vocabulary() -> frozenset[str]:
    words: set[str] = set()
    for topic in range(len(texts.TOPICS)):
        for lang in range(len(texts.LANGS)):
            it = texts.bank(topic, lang)
            for part in (
                *texts.asides(lang)["says"],
                *it.open,
                *it.middle,
                *it.close,
                *it.a,
                *it.b,
                *it.c,
                *texts.hashtags(topic),
            ):
                words |= set(re.findall(r"\w+", part.lower()))
    words |= set(re.findall(r"\w+", str(_told()).lower()))
    return frozenset(words | {str(n) for n in range(1, texts.NUMBERS + 1)})
