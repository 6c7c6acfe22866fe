"""The small bank of harmless sentences, hashtags, links and names that all simulated posts are made of."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

TOPICS: Final = ("garden", "cup")
LANGS: Final = ("en", "ar", "ru")
NUMBERS: Final = 89  # {n} runs from 1 to 89
URLS: Final = 400  # links per topic, in the order of attention
_HOSTS: Final = ("news.example.org", "radio.example.net", "paper.example", "blog.example.com", "photos.example.org")
_VARIED: Final = ("", "!", " ...", " \u2014", "\u200b", ".", " !!", " \u2026")
_WORDS: Final = (
    "basil", "mint", "heron", "otter", "maple", "cedar", "pebble", "lark",
    "clover", "willow", "fennel", "robin", "hazel", "juniper", "plum", "acorn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bank:
    """Sentences of one topic in one language."""

    templates: tuple[str, ...]
    a: tuple[str, ...]
    b: tuple[str, ...]
    c: tuple[str, ...]
    tags: tuple[str, ...]


@cache
def bank(topic: int, lang: int) -> Bank:
    """The bank of a topic and a language, by their numbers in `TOPICS` and `LANGS`."""
    told = tomllib.loads((files(__package__) / "texts.toml").read_text(encoding="utf-8"))[TOPICS[topic]][LANGS[lang]]
    return Bank(**{key: tuple(value) for key, value in told.items()})


def sentence(topic: int, lang: int, number: int) -> str:
    """The sentence with this number: the number picks template and words, so equal numbers are equal texts."""
    it = bank(topic, lang)
    number, which = divmod(number, len(it.templates))
    number, a = divmod(number, len(it.a))
    number, b = divmod(number, len(it.b))
    number, c = divmod(number, len(it.c))
    return it.templates[which].format(a=it.a[a], b=it.b[b], c=it.c[c], n=1 + number % NUMBERS)


def varied(text: str, variant: int) -> str:
    """The same sentence in a dress that folding takes off again: case, punctuation, invisible characters, tatweel."""
    if variant % 3 == 1:
        text = text.upper() if text.isascii() else text.replace("ر", "ر\u0640", 1)
    return text + _VARIED[variant % len(_VARIED)]


@cache
def hashtags(topic: int) -> tuple[str, ...]:
    """The hashtags of a topic in the order of attention: languages take turns, then numbered editions follow."""
    words = [bank(topic, lang).tags for lang in range(len(LANGS))]
    first = [t[i] for i in range(max(map(len, words))) for t in words if i < len(t)]
    return tuple(first + [f"{word}{n}" for n in range(2, 6) for word in first])


def url(topic: int, number: int) -> str:
    """A link of a topic: reserved example domains only."""
    host = _HOSTS[(number * 7 + topic) % len(_HOSTS)]
    return f"https://{host}/{TOPICS[topic]}/{_WORDS[number % len(_WORDS)]}-{number}"


def short_url(post: int, place: int) -> str:
    """What a platform's link shortener would make of it, 23 characters long."""
    return f"https://t.example/{(post * 4 + place) % 0xFFFFF:05x}"


def handle(number: int) -> str:
    """An invented handle of at most 15 characters."""
    return f"zz_{_WORDS[number % len(_WORDS)]}{number}"


def name(number: int) -> str:
    """An invented display name."""
    return f"{_WORDS[number % len(_WORDS)].title()} {_WORDS[(number // 16 + 5) % len(_WORDS)].title()}"


@cache
def _pattern() -> re.Pattern[str]:
    shapes = []
    for topic in range(len(TOPICS)):
        for lang in range(len(LANGS)):
            it = bank(topic, lang)
            words = {k: "(?:" + "|".join(map(re.escape, getattr(it, k))) + ")" for k in "abc"}
            for template in it.templates:
                shape = re.escape(template)
                for key, value in {**words, "n": "[0-9]{1,2}"}.items():
                    shape = shape.replace(re.escape("{" + key + "}"), value)
                shapes.append(shape)
    return re.compile("|".join(shapes), re.IGNORECASE)


def from_the_bank(text: str) -> bool:
    """Whether a published text is a sentence of the bank, apart from what a platform adds to it.

    Handles, links, hashtags and the dress of `varied` are set aside. A text cut off by the platform counts when
    all its words are the bank's.
    """
    bare = re.sub(r"^RT @\w+: ", "", text).replace("\u0640", "").replace("\u200b", "")
    cut = bare.endswith("\u2026")
    bare = re.sub(r"\S*\u2026$", "", bare)
    bare = re.sub(r"(?:\s*(?:@\w+|#[\w]+|https://\S+))+\s*$", "", re.sub(r"^(?:@\w+ )+", "", bare)).strip()
    whole = _pattern().match(bare)
    if whole is None:
        return cut and set(re.findall(r"\w+", bare.lower())) <= _vocabulary()
    return bare[whole.end() :].strip(" .!\u2014\u2026") == ""


@cache
def _vocabulary() -> frozenset[str]:
    words: set[str] = set()
    for topic in range(len(TOPICS)):
        for lang in range(len(LANGS)):
            it = bank(topic, lang)
            for part in (*it.templates, *it.a, *it.b, *it.c, *hashtags(topic)):
                words |= set(re.findall(r"\w+", part.lower()))
    return frozenset(words | {str(n) for n in range(1, NUMBERS + 1)})
