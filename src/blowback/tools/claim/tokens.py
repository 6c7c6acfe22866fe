"""A text as words with what each says: the one pass over a text that all rules read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from blowback.tools.claim.lexicon import Entry, lexicon
from blowback.tools.claim.lists import listed
from blowback.tools.plain import TOKEN, Plain

END: Final = frozenset(".!?\n;|")
STOP: Final = frozenset('.!?\n;|,:"()[]-/*')
_TRIGGERS: Final = ("verb", "noun")
# cues that make a claim where no verb or noun of the twelve types does
_SPEAKING: Final = frozenset(
    ("aspire", "threat", "shortage", "near", "denial", "locate", "weakness", "plan", "resource", "bless")
)


# What frames a statement whose verb is not in the tables, and who it may be about.
FRAMES: Final = frozenset(("neg", "future", "hedge", "if", "question", "questionword", "negdet", "progress"))
SIDES: Final = frozenset(("actor", "enemy", "own", "flag"))
# Arabic: sa- before an imperfect; the words that only look like it are left out.
FUTURE: Final = re.compile(
    r"[وف]?[حه]ن(?!الك|ية|يه|ين|ان)[\u0621-\u064a]{3,}|[وف]?س(?!يار|ياس|يطر|يناء|ينم|ينا|يوف|يرت|ياد|يول|يده|يدنا|نجار|نوات|نوي|ناي|تين|تار|تون|تراتيج|تاد|نين|نن|نه|يسي|يئ|يرة|يره|يف)[ينت][\u0621-\u064a]{3,}"
)


_ENDINGS: Final = frozenset(("i", "n", "s", "an", "is", "ns"))


class Words:
    """Words of a plain text with their offsets and entries."""

    __slots__ = ("ends", "form", "found", "kinds", "placed", "starts", "text", "timed", "words")

    def __init__(self, form: Plain, text: str) -> None:
        """Split and look up; `text` is the published one."""
        self.form = form
        self.text = text
        told = form.text
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for m in TOKEN.finditer(told):
            if self._joined(m.group(), m.start()):
                self.words[-2:] = [self.words[-2] + m.group()]
                self.starts.pop()
                self.ends[-2:] = [m.end()]
                continue
            self.words.append(m.group())
            self.starts.append(m.start())
            self.ends.append(m.end())
        self.found: list[tuple[int, int, Entry]] = []  # first word, past the last, entry
        self.kinds: list[dict[str, tuple[int, int, Entry]]] = []
        self.timed: frozenset[int] = frozenset()  # words of times
        self.placed: frozenset[int] = frozenset()  # words of places

    def _joined(self, word: str, start: int) -> bool:
        """Whether a bar only parts a hashtag from its ending: "#Toran|i army" is "Torani army"."""
        if word not in _ENDINGS or len(self.words) < 2 or self.words[-1] != "|":
            return False
        return self.ends[-1] == start and self.ends[-2] == self.starts[-1] and self.words[-2].isalpha()

    def look_up(self, *, located: bool = False, anyway: bool = False) -> bool:
        """Fill `found` and `kinds`; false where no rule can read a claim out of the text.

        `located` says that the text names a place: then words that only frame ("will", "not", "if") may speak of it.
        `anyway`: they are filled even where it is false.
        """
        table, words = lexicon(), self.words
        count = len(words)
        found: list[tuple[int, int, Entry]] = []
        speaks, framed, sided = False, False, located
        for i, word in enumerate(words):
            phrases = table.get(word)
            if phrases is None:
                speaks = _prayed(words, i, word, found) or speaks
                framed = framed or word == "?" or (word[0] in "سوف" and FUTURE.match(word) is not None)
                continue
            group = word == "is" and self._spelt(i, word)
            for rest, entry in phrases:
                end = i + 1 + len(rest)
                if group and entry.kind not in ("actor", "outlet"):
                    continue  # IS, the group
                if rest and (end > count or tuple(words[i + 1 : end]) != rest):
                    continue
                if entry.kind in ("actor", "outlet") and not self._spelt(i, word):
                    continue
                found.append((i, end, entry))
                speaks = speaks or entry.kind in _TRIGGERS or entry.kind in _SPEAKING
                framed = framed or entry.kind in FRAMES
                sided = sided or entry.kind in SIDES or entry.kind == "placenoun"
            speaks = _prayed(words, i, word, found) or speaks
        readable = speaks or (framed and sided)
        if not readable and not anyway:
            return False
        self.found = _longest(found)
        self.kinds = [{} for _ in range(count)]
        for item in self.found:
            for k in range(item[0], item[1]):
                self.kinds[k].setdefault(item[2].kind, item)
        return readable

    def _spelt(self, i: int, word: str) -> bool:
        """Whether a name that is an ordinary word in small letters ("is", "us") stands in capitals."""
        if word not in ("is", "us", "ap", "sana"):
            return True
        start, end = self.span(i, i + 1)
        return self.text[start:end].isupper() and not self.text[:160].isupper()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Words [first, last) as offsets into the published text."""
        if first >= last:
            at = self.starts[first] if first < len(self.starts) else 0
            return self.form.span(at, at)
        return self.form.span(self.starts[first], self.ends[last - 1])

    def within(self, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
        """The words inside spans of the published text."""
        ranges = list(spans)
        if not ranges:
            return frozenset()
        at = [self.span(k, k + 1) for k in range(len(self.words))]
        return frozenset(k for k, (a, b) in enumerate(at) if any(s < b and a < e for s, e in ranges))

    def said(self, first: int, last: int) -> str:
        """Words [first, last) as published."""
        start, end = self.span(first, last)
        return self.text[start:end]

    def capital(self, i: int) -> bool:
        """Whether word i begins with a capital letter as published."""
        start, end = self.span(i, i + 1)
        return self.text[start:end][:1].isupper()

    def of(self, kind: str, first: int, last: int) -> list[tuple[int, int, Entry]]:
        """Entries of a kind that begin in [first, last)."""
        return [f for f in self.found if f[2].kind == kind and first <= f[0] < last]

    def first(self, kind: str, low: int, high: int) -> tuple[int, int] | None:
        """The first entry of a kind that begins in [low, high), as words; None where there is none."""
        return next(((f[0], f[1]) for f in self.found if f[2].kind == kind and low <= f[0] < high), None)

    def any(self, kinds: frozenset[str] | tuple[str, ...], first: int, last: int) -> bool:
        """Whether an entry of one of the kinds begins in [first, last)."""
        return any(f[2].kind in kinds and first <= f[0] < last for f in self.found)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """[first, last) of each sentence; the sign that ends it belongs to it."""
        start = 0
        for i, word in enumerate(self.words):
            if word in END:
                if (
                    word == "."
                    and i
                    and len(self.words[i - 1]) == 1
                    and self.words[i - 1].isascii()
                    and self.words[i - 1].isalpha()
                ):
                    continue  # "E. Aleppo"
                if i > start:
                    yield start, i + 1
                start = i + 1
        if start < len(self.words):
            yield start, len(self.words)


_ASKED_OF_GOD: Final = listed("tokens_asked_of_god")


_OPTATIVE: Final = listed("tokens_optative")
_OWN: Final = re.compile(r"(?:هم|ها|كم|نا|ه|ك)$")


def _prayed(words: list[str], i: int, word: str, found: list[tuple[int, int, Entry]]) -> bool:
    """Add a wish where God is asked: "God protect ...", "الله يحمي ..."."""
    if word not in ("god", "allah", "lord", "الله", "ربنا", "ربي") or (i + 1 >= len(words) and i == 0):
        return False
    after = words[i + 1] if i + 1 < len(words) else "."
    if word.isascii():
        asked = after in _ASKED_OF_GOD and (
            i == 0 or words[i - 1] in END or words[i - 1] in (",", "may", "ya", "o", "oh", ":", "please")
        )
    else:
        opens = i == 1 or (i > 1 and words[i - 2] in END)
        if word == "الله" and opens and _OWN.sub("", words[i - 1]) in _OPTATIVE:
            found.append((i - 1, i + 1, Entry("aspire")))  # نصر الله ...: a wish in the perfect
            return True
        after = words[i + 2] if after == "لا" and i + 2 < len(words) else after
        asked = (
            after[:1] == "ي"
            and len(after) > 3
            and not (i and words[i - 1] in ("رسول", "عبد", "سبيل", "كتاب", "دين", "ان", "باذن", "شاء"))
        )
    if asked:
        found.append((i, i + 2, Entry("aspire")))
    return asked


def _longest(found: list[tuple[int, int, Entry]]) -> list[tuple[int, int, Entry]]:
    """Without entries that lie inside a longer one of the same sort: "may" in "may allah", "control" in "take control of"."""
    cover = [f for f in found if f[1] - f[0] > 1]
    if not cover:
        return found

    def hidden(f: tuple[int, int, Entry]) -> bool:
        trigger = f[2].kind in _TRIGGERS
        return any(
            c[0] <= f[0] and f[1] <= c[1] and c[1] - c[0] > f[1] - f[0] and _covers(c[2], f[2], trigger) for c in cover
        )

    return [f for f in found if not hidden(f)]


_NOMINAL: Final = frozenset(
    ("actor", "outlet", "unit", "own", "enemy", "civil", "placenoun", "gear", "person", "supply")
)


_WORDLY: Final = frozenset(("aux", "be", "adv", "say", "rel", "light"))


def _covers(longer: Entry, shorter: Entry, trigger: bool) -> bool:
    if trigger:
        return longer.kind in (*_TRIGGERS, "light") or longer.kind in ("slogan", "shortage", "denial", "everyday")
    if shorter.kind in _WORDLY:
        return longer.kind in {shorter.kind, "pious"}
    if shorter.kind in _NOMINAL:
        return longer.kind == shorter.kind
    return longer.kind not in ("verb", "noun", *_NOMINAL) or longer.kind == shorter.kind
