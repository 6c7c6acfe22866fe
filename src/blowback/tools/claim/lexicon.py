"""Words that claims are read from, both languages, in one table: first word -> phrases, each with what it says.

Forms are made when the tables are loaded: English inflections; Arabic perfect, imperfect, future and masdar with their
clitics, in standard, Iraqi and Syrian shape.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from blowback.tools.claim.lists import listed
from blowback.tools.plain import TOKEN, plain

_NOMINAL: Final = frozenset(
    ("own", "enemy", "civil", "placenoun", "gear", "person", "supply", "unit", "actor", "outlet")
)

Phrase = tuple[str, ...]
_OBJECTS: Final = ("ه", "ها", "هم", "هما", "كم")
# Forms of a verb that are, far more often, another word.
_OTHERS: Final = listed("lexicon_others")


# bare stems that are as often another word: فجر is dawn, كتل are blocs
_BARE: Final = frozenset(("فجر", "كتل", "غنم", "نحر", "رجم", "صلب", "قبض", "عبر", "كسر", "داس", "مات", "صد", "دك"))


class Entry(NamedTuple):
    """What a word or phrase says."""

    kind: str  # verb, noun, actor, unit, outlet, or the name of a cue list
    value: str = ""  # type, side, unit
    form: str = ""  # base, third, past, part, ger; perf, impf, fut, masdar, pass
    how: str = ""  # w: needs something to act on beside it; i: takes no object; f: its subject is the target; 1: we
    prep: str = ""  # of an Arabic verb: the preposition before its target


Table = dict[str, tuple[tuple[Phrase, Entry], ...]]


@cache
def lexicon() -> Table:
    """First word of a plain text -> (further words, entry), longest first."""
    found: dict[str, dict[tuple[Phrase, Entry], None]] = {}
    for words, entry in _all():
        if words:
            found.setdefault(words[0], {})[words[1:], entry] = None
    return {first: tuple(sorted(rest, key=lambda p: -len(p[0]))) for first, rest in found.items()}


def _all() -> Iterator[tuple[Phrase, Entry]]:
    yield from _english_verbs()
    yield from _arabic_verbs()
    yield from _arabic_cue_verbs()
    yield from _nouns()
    yield from _cues()
    yield from _named()


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield {k: v or "" for k, v in row.items()}


def folded(phrase: str) -> Phrase:
    """A phrase of a table as words of a plain text."""
    return tuple(TOKEN.findall(plain(phrase).text))


def _english_verbs() -> Iterator[tuple[Phrase, Entry]]:
    for row in _rows("verbs_en.csv"):
        base = row["base"]
        past = row["past"] or _past(base)
        forms = {
            "base": base, "third": _third(base), "past": past, "part": row["participle"] or past,
            "ger": row["gerund"] or _gerund(base),
        }  # fmt: skip
        seen = set()
        for form, words in forms.items():
            if words not in seen:
                seen.add(words)
                yield folded(words), Entry("verb", row["type"], form, row["how"])


def _first(phrase: str, change: Callable[[str], str]) -> str:
    head, _, tail = phrase.partition(" ")
    return f"{change(head)} {tail}".strip()


def _third(base: str) -> str:
    def change(v: str) -> str:
        if v.endswith("y") and v[-2] not in "aeiou":
            return v[:-1] + "ies"
        return v + ("es" if v.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")

    return _first(base, change)


def _past(base: str) -> str:
    def change(v: str) -> str:
        if v.endswith("y") and v[-2] not in "aeiou":
            return v[:-1] + "ied"
        return v + ("d" if v.endswith("e") else "ed")

    return _first(base, change)


def _gerund(base: str) -> str:
    def change(v: str) -> str:
        return v[:-1] + "ing" if v.endswith("e") and not v.endswith("ee") else v + "ing"

    return _first(base, change)


def _arabic_verbs() -> Iterator[tuple[Phrase, Entry]]:
    for row in _rows("verbs_ar.csv"):
        how, _, prep = row["how"].partition(":")
        seen: dict[str, Entry] = {}

        def put(
            word: str,
            form: str,
            more: str = "",
            row: dict[str, str] = row,
            how: str = how,
            prep: str = prep,
            seen: dict[str, Entry] = seen,
        ) -> None:
            if word not in _OTHERS:
                seen.setdefault(word, Entry("verb", row["type"], form, how + more, prep))

        _perfect(plain(row["perfect"]).text, plain(row["short"]).text, put)
        if row["imperfect"]:
            _imperfect(plain(row["imperfect"]).text, put)
        for word in plain(row["passive"]).text.split():
            for lead in ("", "ال", "و", "وال"):
                put(lead + word, "pass")
        for word in plain(row["masdar"]).text.split():
            _masdar(word, put)
        for word, entry in seen.items():
            yield (word,), entry


def _arabic_cue_verbs() -> Iterator[tuple[Phrase, Entry]]:
    """Verbs that plan, try, fail, say or doubt, in all their forms."""
    for row in _rows("cue_verbs_ar.csv"):
        forms: dict[str, None] = {}

        def put(word: str, form: str, more: str = "", forms: dict[str, None] = forms) -> None:
            if form != "fut" and "u" not in more and not word.endswith(("هما", "ها", "هم")):
                forms[word] = None

        _perfect(plain(row["perfect"]).text, plain(row["short"]).text, put)
        _imperfect(plain(row["imperfect"]).text, put)
        for word in forms:
            if len(word) > 2 and word not in _OTHERS:
                yield (word,), Entry(row["kind"])


def _perfect(full: str, short: str, put: Callable[..., None]) -> None:
    weak = full.endswith("ي")
    root = full[:-1] if weak else full
    forms = [
        (full, ""),
        (root + "ت", ""),
        (root + "وا", ""),
        (root + "و", ""),
        (short + "نا", "1"),
        (short + "ت", ""),
        (short + "تم", ""),
    ]
    forms += [(root + stem + o, person) for stem, person in (("و", ""), ("ت", "")) for o in _OBJECTS]
    forms += [(short + "نا" + o, "1") for o in _OBJECTS]
    forms += [((root + "ا" if weak else full) + o, "") for o in _OBJECTS]
    for form, person in forms:
        for lead in ("", "و", "ف", "ل"):
            # a bare stem may be a noun: then something to act on must stand beside it
            put(
                lead + form,
                "perf",
                person + ("b" if form == full and full in _BARE else "") + ("u" if form.endswith("كم") else ""),
            )


def _imperfect(stem: str, put: Callable[..., None]) -> None:
    weak = stem[-1] in "يو"
    root = stem[:-1] if weak else stem
    for prefix, person in (("ي", ""), ("ت", ""), ("ن", "1"), ("ا", "1")):
        bodies = [prefix + stem]
        if prefix in ("ي", "ت"):
            bodies += [prefix + root + "ون", prefix + root + "وا", prefix + root + "و"]
        for body in bodies:
            for obj in ("", *_OBJECTS):
                word = body + obj
                more = person + ("u" if obj == "كم" else "")
                for lead in ("", "و", "ف", "ل", "ب", "وب"):
                    put(lead + word, "impf", more)
                for lead in ("س", "وس", "فس", "لس"):
                    put(lead + word, "fut", more)
            for obj in ("", "كم", "هم", "ها", "ه"):  # we swear to: لنذبحنكم
                if prefix in ("ن", "ي", "ت"):
                    put("ل" + prefix + stem + "ن" + obj, "fut", person + ("u" if obj == "كم" else ""))
            if prefix in ("ي", "ن"):
                put("ح" + body, "fut", person)
                put("ه" + body, "fut", person)


def _masdar(word: str, put: Callable[..., None]) -> None:
    for lead in ("", "ال", "و", "وال", "ب", "بال", "ل", "لل", "ف", "فال"):
        put(lead + word, "masdar")
    tail = word[:-1] + "ت" if word.endswith("ه") else word
    for lead in ("", "و", "ب", "ل"):
        for owner in ("ه", "ها", "هم"):
            put(lead + tail + owner, "masdar")
        put(lead + tail + "نا", "masdar", "1")


def _nouns() -> Iterator[tuple[Phrase, Entry]]:
    for row in _rows("nouns_en.csv"):
        yield folded(row["words"]), Entry("noun", row["type"], "noun", row["how"])
    for row in _rows("nouns_ar.csv"):
        words = folded(row["words"])
        for lead in ("", "و", "ب", "ال", "وال", "بال", "ل", "لل", "ف", "ك"):
            yield (lead + words[0], *words[1:]), Entry("noun", row["type"], "noun", row["how"])


def _cues() -> Iterator[tuple[Phrase, Entry]]:
    for name in ("cues_en.toml", "cues_ar.toml"):
        told = tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))
        for kind, phrases in told.items():
            for phrase in phrases:
                yield from _clitics(folded(phrase), Entry(kind))


def _clitics(words: Phrase, entry: Entry) -> Iterator[tuple[Phrase, Entry]]:
    yield words, entry
    if not words or words[0].isascii():
        return
    nominal = entry.kind in _NOMINAL
    leads = ("و", "ف", "ب", "ل", "وب", "ول", "ك") if nominal else ("و", "ف")
    for lead in leads:
        yield (lead + words[0], *words[1:]), entry
    if nominal and words[0].startswith("ال"):
        yield ("لل" + words[0][2:], *words[1:]), entry
    elif nominal and entry.kind in ("person", "gear", "civil", "placenoun", "unit"):
        for lead in ("ال", "وال", "بال", "لل"):
            yield (lead + words[0], *words[1:]), entry


def _named() -> Iterator[tuple[Phrase, Entry]]:
    for row in _rows("actors.csv"):
        yield from _clitics(folded(row["name"]), Entry("actor", row["side"]))
    for row in _rows("outlets.csv"):
        yield from _clitics(folded(row["name"]), Entry("outlet"))
    for row in _rows("units.csv"):
        for word in row["words"].split():
            dual = word.endswith("*")
            yield from _clitics(
                folded(word.rstrip("*")), Entry("unit", row["unit"], "dual" if dual else "", row["class"])
            )
