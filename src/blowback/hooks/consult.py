"""Asking about claims one by one: a check of the reading, or a translation of the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blowback.hooks import prompt
from blowback.hooks.answers import Answer, Answers
from blowback.hooks.checks import Field, Given, record_of, translation_of
from blowback.hooks.suggestions import rows

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One claim with all that an answer about it is held to."""

    claim: Mapping[str, Any]
    given: Given


def consulted(
    asked: Sequence[Asked], answers: Answers, model: str, *, translate: bool, told: Callable[[int], None]
) -> Iterable[list[Row]]:
    """The rows of each claim in order; `told` is called with how many are done."""
    kind = "translate" if translate else "check"
    stamp = {"model": model, "prompt_hash": prompt.prompt_hash(kind)}
    for number, one in enumerate(asked, 1):
        yield _translated(one, answers, stamp) if translate else _checked(one, answers, stamp)
        told(number)


def _checked(one: Asked, answers: Answers, stamp: Mapping[str, str]) -> list[Row]:
    given = one.given
    if len(given.text) > prompt.LONGEST:
        return _unasked(one, stamp, f"the post has more than {prompt.LONGEST:,} characters")
    times = [{"from": a, "to": b} for a, b in given.times]
    answer = answers.to(prompt.check_request(stamp["model"], given.text, given.span, given.candidates, times))
    if answer.fault:
        return _unasked(one, stamp, answer.fault, answer)
    return rows(one.claim, record_of(answer.content, given), given, answer, stamp)


def _translated(one: Asked, answers: Answers, stamp: Mapping[str, str]) -> list[Row]:
    start, end = one.given.span
    words = one.given.text[start:end]
    if len(words) > prompt.LONGEST:
        return _unasked(one, stamp, f"the claim has more than {prompt.LONGEST:,} characters")
    answer = answers.to(prompt.translation_request(stamp["model"], words))
    if answer.fault:
        return _unasked(one, stamp, answer.fault, answer)
    made = rows(one.claim, [translation_of(answer.content, words)], one.given, answer, stamp)
    return [{**row, "quote_start": start, "quote_end": end} for row in made]


def _unasked(one: Asked, stamp: Mapping[str, str], why: str, answer: Answer | None = None) -> list[Row]:
    nothing = answer or Answer("", "", "missing", why)
    made = rows(one.claim, [Field("answer", None, "", detail=why)], one.given, nothing, stamp)
    return [{**row, "outcome": "missing"} for row in made]
