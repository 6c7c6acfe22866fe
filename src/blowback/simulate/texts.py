"""The bank of harmless sentences, hashtags, links and names that simulated posts are made of."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

TOPICS: Final = ("garden", "cup", "guild")
GARDEN, CUP, GUILD = range(3)
CROWD_TOPICS: Final = 2  # ordinary people write of the first ones; the guild's matter is the campaign's alone
LANGS: Final = ("en", "ar", "ru")
NUMBERS: Final = 89  # {n} runs from 1 to 89
SENTENCES: Final = 2**62  # numbers of texts are drawn below this
URLS: Final = 400  # links per topic, in the order of attention
# The parts of a text: whether an opening, how many middles, whether a closing.
_FORMS: Final = (
    (False, 2, True),
    (True, 2, False),
    (False, 2, False),
    (False, 3, False),
    (True, 2, True),
    (True, 1, True),
)
_REMARKS: Final = ((False, 1, False), (True, 1, False), (False, 1, True), (False, 2, False))
_HOSTS: Final = (
    ("news.example.org", "radio.example.net", "paper.example", "blog.example.com", "photos.example.org"),
    ("photos.example.org", "news.example.org", "radio.example.net", "paper.example", "blog.example.com"),
    ("lodge.example", "hedges.example", "leaflets.example"),
)
_VARIED: Final = ("", "!", " ...", " \u2014", "\u200b", ".", " !!", " \u2026")
_WORDS: Final = (
    "basil", "mint", "heron", "otter", "maple", "cedar", "pebble", "lark",
    "clover", "willow", "fennel", "robin", "hazel", "juniper", "plum", "acorn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bank:
    """Parts of sentences of one topic in one language."""

    open: tuple[str, ...]
    middle: tuple[str, ...]
    close: tuple[str, ...]
    a: tuple[str, ...]
    b: tuple[str, ...]
    c: tuple[str, ...]
    tags: tuple[str, ...]


@cache
def bank(topic: int, lang: int) -> Bank:
    """The bank of a topic and a language, by their numbers in `TOPICS` and `LANGS`."""
    told = _told()[TOPICS[topic]][LANGS[lang]]
    return Bank(**{key: tuple(value) for key, value in told.items()})


@lru_cache(maxsize=200_000)
def sentence(topic: int, lang: int, number: int) -> str:
    """The text with this number: the number picks parts and words, so equal numbers are equal texts.

    Two numbers drawn from many give texts with few words in common, so that likeness means something.
    """
    return _said(topic, lang, number, _FORMS)


def remark(topic: int, lang: int, number: int) -> str:
    """A shorter text with this number: what people add in their own words to a phrase that many use."""
    return _said(topic, lang, number, _REMARKS)


def _said(topic: int, lang: int, number: int, forms: tuple[tuple[bool, int, bool], ...]) -> str:
    it, first = bank(topic, lang), number
    number, form = divmod(number, len(forms))
    opening, middles, closing = forms[form]
    number, parts = _aside(lang, number)
    shapes = [it.open] * opening + [it.middle] * middles + [it.close] * closing
    used: set[int] = set()
    for place, some in enumerate(shapes):
        number, which = divmod(number, len(some))
        if some is it.middle:  # never the same twice
            while which in used:
                which = (which + 1) % len(some)
            used.add(which)
        number, a = divmod(number, len(it.a))
        number, b = divmod(number, len(it.b))
        n = 1 + (first // (7 + place)) % NUMBERS
        said = some[which].format(a=it.a[a], b=it.b[b], c=it.c[(a + b) % len(it.c)], n=n)
        parts.insert(
            place, said + ("." if some is it.middle and place + 1 < len(shapes) + (len(parts) > place) else "")
        )
    return " ".join(parts)


def _aside(lang: int, number: int) -> tuple[int, list[str]]:
    """What is left of the number, and one aside or none."""
    it = asides(lang)
    number, there = divmod(number, 8)
    number, which = divmod(number, len(it["says"]))
    names = []
    for _ in range(2):
        number, one = divmod(number, len(it["syllables"]) ** 3)
        names.append(invented(lang, one))
    return number, [it["says"][which].format(p=names[0], q=names[1])] if there else []


@cache
def asides(lang: int) -> dict[str, list[str]]:
    """The asides and the syllables of a language."""
    told: dict[str, list[str]] = _told()["aside"][LANGS[lang]]
    return told


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "texts.toml").read_text(encoding="utf-8"))


def invented(lang: int, number: int) -> str:
    """A name of three syllables that nobody has."""
    syllables, parts = asides(lang)["syllables"], []
    for _ in range(3):
        number, which = divmod(number, len(syllables))
        parts.append(syllables[which])
    return "".join(parts).capitalize()


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


@cache
def tag_languages(topic: int) -> tuple[int, ...]:
    """The language of each hashtag of a topic: positions in `LANGS`."""
    words = [set(bank(topic, lang).tags) for lang in range(len(LANGS))]
    base = [next(k for k, some in enumerate(words) if tag.rstrip("2345") in some) for tag in hashtags(topic)]
    return tuple(base)


def url(topic: int, number: int) -> str:
    """A link of a topic: reserved example domains only."""
    hosts = _HOSTS[topic]
    return f"https://{hosts[(number * 7) % len(hosts)]}/{TOPICS[topic]}/{_WORDS[number % len(_WORDS)]}-{number}"


def short_url(post: int, place: int) -> str:
    """What a platform's link shortener would make of it, 23 characters long."""
    return f"https://t.example/{(post * 4 + place) % 0xFFFFF:05x}"


def handle(number: int) -> str:
    """An invented handle of at most 15 characters."""
    return f"zz_{_WORDS[number % len(_WORDS)]}{number // len(_WORDS)}"


def name(number: int) -> str:
    """An invented display name."""
    return f"{_WORDS[number % len(_WORDS)].title()} {_WORDS[(number // 16 + 5) % len(_WORDS)].title()}"


def slug(number: int) -> str:
    """Two words and a number, for the end of a link."""
    return f"{_WORDS[number % len(_WORDS)]}-{_WORDS[(number // 16) % len(_WORDS)]}-{number % 100_000}"
