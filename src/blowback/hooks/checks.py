"""An answer of a model held to the post and to what the rules parsed: what does not hold is rejected, by the check it fails.

A field is only ever a suggestion. It must rest on words of the post (exact, at its offsets, and for what the claim itself
says within its span), name a place of our own candidates and a time that our own rules parsed, use no number that the
quote does not have, and no word outside our lists.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import orjson

from blowback.dossier.shown import marked
from blowback.hooks.prompt import QUOTED, value_keys
from blowback.model.claim import MODALITIES, TYPES, Polarity
from blowback.model.judgement import ROLES, micros, spelled
from blowback.tools.links import links_in

CHECKS: Final[dict[str, str]] = {
    "answer": "there is an answer, and it is one JSON object",
    "schema": "its keys and types are those of a claim record, no more and no fewer",
    "quote": "the quote stands in the post, character by character, at the offsets given",
    "span": "what the claim says rests on words of the claim",
    "place": "the place is one of our candidates",
    "time": "the time is one that the rules parsed out of this post",
    "number": "every number is written in the quote",
    "enum": "the word is one of our list",
    "text": "a translation is text without links or hidden characters, and not much longer than what it translates",
}
_WITHIN: Final = frozenset({"modality", "polarity", "type", "quantity", "actor", "target"})
_ENUMS: Final[Mapping[str, frozenset[str]]] = {
    "modality": frozenset(MODALITIES), "polarity": frozenset(get_args(Polarity)), "type": frozenset(TYPES),
}  # fmt: skip
_DIGITS: Final = re.compile(r"\d+(?:[.,٫٬\u00a0\u202f]\d+)*")
_FENCED: Final = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
_LONGEST_QUOTE: Final = 400
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What an answer is held to: the post, the claim's span, our candidates and the times the rules parsed (text, UTC)."""

    text: str
    span: tuple[int, int]
    candidates: Sequence[Row]
    times: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an answer. `failed` is the check that it failed, "" where it holds; `said` is what was said, as text."""

    name: str
    value: Any
    said: str
    quote: str = ""
    start: int = 0
    end: int = 0
    failed: str = ""
    detail: str = ""


def record_of(content: str, given: Given) -> list[Field]:
    """The fields of an answer about a claim; those it leaves out (null) are not among them."""
    whole, fault = _object(content)
    if whole is None:
        return [Field("answer", None, "", failed="answer", detail=fault)]
    if set(whole) != set(QUOTED):
        odd = ", ".join(sorted(map(str, set(whole) ^ set(QUOTED))))[:200]
        return [Field("answer", None, "", failed="schema", detail=f"keys that are missing or not known: {odd}")]
    return [_field(name, whole[name], given) for name in QUOTED if whole[name] is not None]


def _object(content: str) -> tuple[dict[str, Any] | None, str]:
    fenced = _FENCED.fullmatch(content)
    try:
        found = orjson.loads(fenced.group(1) if fenced else content)
    except orjson.JSONDecodeError as error:
        return None, f"not JSON: {error}"
    return (found, "") if isinstance(found, dict) else (None, "not an object")


def _field(name: str, given: Any, to: Given) -> Field:  # noqa: ANN401  # what a model wrote
    wanted = {"quote", "start", "end"} | (set() if name in ("actor", "target", "source_cited") else {"value"})
    if not isinstance(given, dict) or set(given) != wanted:
        return Field(name, None, "", failed="schema", detail="not an object of value, quote, start and end")
    quote, start, end = given["quote"], given["start"], given["end"]
    if not isinstance(quote, str) or not _offset(start) or not _offset(end):
        return Field(name, None, "", failed="schema", detail="quote is no text, or an offset no number")
    value = given.get("value", quote)
    said = orjson.dumps(value).decode()[:_LONGEST_QUOTE] if not isinstance(value, str) else value[:_LONGEST_QUOTE]
    fault = _quoted(quote, start, end, name, to) or _valued(name, value, quote, to)
    failed, detail = fault or ("", "")
    return Field(name, value, said, quote[:_LONGEST_QUOTE], start, end, failed, detail)


def _offset(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _quoted(quote: str, start: int, end: int, name: str, to: Given) -> tuple[str, str] | None:
    if not quote.strip() or len(quote) > _LONGEST_QUOTE:
        return "quote", "empty, or too long"
    if to.text[start:end] != quote:
        return "quote", "not at these offsets" if quote in to.text else "not in the post"
    if name in _WITHIN and not to.span[0] <= start <= end <= to.span[1]:
        return "span", "outside the words of the claim"
    return None


def _valued(name: str, value: Any, quote: str, to: Given) -> tuple[str, str] | None:  # noqa: ANN401
    if name in _ENUMS:
        return None if isinstance(value, str) and value in _ENUMS[name] else ("enum", "none of the list")
    if name == "place":
        ids = {c.get("id") for c in to.candidates}
        return None if isinstance(value, str) and value in ids else ("place", "not among the candidates")
    if name == "time":
        return _timed(value, to)
    return _counted(value, quote) if name == "quantity" else None


def _timed(value: Any, to: Given) -> tuple[str, str] | None:  # noqa: ANN401
    if not isinstance(value, dict) or set(value) != set(value_keys("time") or ()):
        return "schema", "a time has from and to"
    try:
        pair = tuple(spelled(micros(value[n])) for n in ("from", "to") if isinstance(value[n], str))
    except (ValueError, OverflowError):
        return "time", "not a time"
    return None if pair in to.times else ("time", "not parsed out of this post")


def _counted(value: Any, quote: str) -> tuple[str, str] | None:  # noqa: ANN401
    if not isinstance(value, dict) or set(value) != set(value_keys("quantity") or ()):
        return "schema", "a quantity has min, max, unit and role"
    amounts = [value["min"], *([] if value["max"] is None else [value["max"]])]
    if not all(isinstance(a, int | float) and not isinstance(a, bool) for a in amounts) or not isinstance(
        value["unit"], str
    ):
        return "schema", "an amount is no number, or the unit no text"
    if not value["role"] or value["role"] not in ROLES:
        return "enum", "no role of the list"
    there = set(numbers_in(quote))
    if missing := [a for a in amounts if float(a) not in there]:
        return "number", f"{missing[0]:g} is not written in the quote"
    return None if value["unit"].casefold() in quote.casefold() else ("quote", "the unit is not in the quote")


def numbers_in(text: str) -> Iterator[float]:
    """Numbers written in digits of any script; a separator is read both ways, as of thousands and of decimals."""
    for found in _DIGITS.findall(text):
        plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else "." if c in ".,٫" else "" for c in found)
        yield float(plain.replace(".", ""))
        if plain.count(".") == 1:
            yield float(plain)


def translation_of(content: str, words: str) -> Field:
    """A translation of some words, for display only."""
    whole, fault = _object(content)
    if whole is None:
        return Field("translation", None, "", failed="answer", detail=fault)
    text = whole.get("translation")
    if set(whole) != {"translation"} or not isinstance(text, str):
        return Field("translation", None, "", failed="schema", detail="not an object with a translation")
    failed, detail = "", ""
    if not text.strip() or len(text) > 4 * len(words) + 100 or marked(text) != text:
        failed, detail = "text", "empty, too long for what it translates, or with hidden characters"
    elif set(links_in(text)) - set(links_in(words)):
        failed, detail = "text", "a link that the words do not have"
    elif extra := set(numbers_in(text)) - set(numbers_in(words)):
        failed, detail = "number", f"{min(extra):g} is not written in the words"
    return Field("translation", text, text[:2000], words[:2000], failed=failed, detail=detail)
