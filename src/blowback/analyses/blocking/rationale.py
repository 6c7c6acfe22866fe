"""A stated reason, read from JSON or TOML and checked: who said what when, what it predicts blocked, how much of it."""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from blowback.errors import InputError
from blowback.model.blocking import STANCES, Rationale
from blowback.model.locator import Locator
from blowback.tools.categories import CODES, today

KINDS: Final = ("category", "stance", "party", "domain", "service", "name")
_ALIASES: Final = {
    "actor": ("actor", "who", "authority"),
    "quote": ("quote", "text", "statement", "quoted_text"),
    "date": ("date", "stated_at", "when"),
    "blocked": ("blocked", "predicts_blocked", "predicted_blocked", "predict_blocked"),
    "open": ("open", "predicts_open", "predicted_open", "predict_open"),
    "minimum_coverage": ("minimum_coverage", "min_coverage", "coverage_minimum"),
    "networks": ("networks", "network"),
    "regions": ("regions", "region"),
}  # fmt: skip
_KIND_ALIASES: Final = {
    "categories": "category", "category_code": "category", "stances": "stance", "parties": "party", "domains": "domain", "names": "name",
    "hosts": "name", "services": "service", "label": "category", "labels": "category",
}  # fmt: skip
_PLAIN: Final = ("scope", "since", "until", "source", "version", "amends")
_EXAMPLE: Final = "See docs/how-to/blocking.md for an example"
_PART: Final = re.compile(
    r"\d{4}(?:-(?:0[1-9]|1[0-2]))?"
)  # a year, or year and month: what was said is not always known to the day


class WrongRationale(InputError):
    """A rationale lacks what a test needs, or holds a value that means nothing."""


def read(content: bytes, name: str) -> Rationale:
    """A rationale from the bytes of its file.

    Args:
        content: JSON or TOML.
        name: of the file, for errors.

    Raises:
        WrongRationale: it cannot be read, lacks actor, quote, date or a prediction, has a key that nobody reads, or a value
            is of another kind or out of bounds.
    """
    found = _parsed(content, name)
    scope = found.get("scope")
    if isinstance(scope, Mapping):
        found = {**scope, **found}
    _known_keys(found, name)
    taken = {field: next((found[a] for a in aliases if a in found), None) for field, aliases in _ALIASES.items()}
    missing = [f for f in ("actor", "quote", "date", "blocked") if not taken[f]]
    if missing:
        raise _wrong(
            name,
            f"it has no {', '.join(missing)}",
            "Write actor, quote, date and [blocked]; see docs/how-to/blocking.md",
        )
    minimum = taken["minimum_coverage"]
    minimum = 0.5 if minimum is None else minimum
    if isinstance(minimum, bool) or not isinstance(minimum, int | float) or not 0 < minimum <= 1:
        raise _wrong(
            name,
            f"minimum_coverage is {minimum!r}",
            "Write a share above 0, up to 1: how much of it must be blocked if the reason holds",
        )
    return Rationale(
        actor=_text(taken["actor"], "actor", name),
        quote=_text(taken["quote"], "quote", name),
        date=_day(taken["date"], "date", name),
        blocked=_predicate(taken["blocked"], name),
        open=_predicate(taken["open"] or {}, name),
        networks=_texts(taken["networks"], "networks", name),
        regions=_texts(taken["regions"], "regions", name),
        since=_day(found.get("since"), "since", name),
        until=_day(found.get("until"), "until", name),
        minimum_coverage=float(minimum),
        source=str(found.get("source") or ""),
        version=found["version"] if isinstance(found.get("version"), int) else 1,
        amends=str(found.get("amends") or ""),
    )


def _known_keys(found: Mapping[str, Any], name: str) -> None:
    """A key that is read by nobody is most often a known one misspelt, whose value would be lost without a word."""
    known = {*_PLAIN, *(a for aliases in _ALIASES.values() for a in aliases)}
    if wrong := [str(key) for key in found if key not in known]:
        raise _wrong(
            name, f"nothing is known by {', '.join(map(repr, wrong))}", f"Keys are: {', '.join((*_ALIASES, *_PLAIN))}"
        )


def _day(given: object, field: str, name: str) -> str:
    """An ISO date, or nothing; when something was said (`date`) may be known to the month or year alone."""
    if given is None or given == "":
        return ""
    text = str(given).strip()
    if field == "date" and _PART.fullmatch(text):
        return text
    try:
        return (given if isinstance(given, date) else datetime.fromisoformat(text)).strftime("%Y-%m-%d")
    except ValueError as error:
        raise _wrong(name, f"{field} is {text!r}", "Write an ISO date, such as 2014-06-13") from error


def _text(given: object, field: str, name: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise _wrong(name, f"{field} is {given!r}, which is no text", _EXAMPLE)
    return given


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    wide = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = content.decode("utf-16" if wide else "utf-8-sig", "replace")
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(name, f"it is neither JSON nor TOML: {error}", _EXAMPLE) from error
    if not isinstance(found, dict):
        raise _wrong(name, "it is no object", _EXAMPLE)
    return found


def _predicate(given: object, name: str) -> dict[str, tuple[str, ...]]:
    """Lists by kind; a bare list (or text) is taken for categories."""
    if not isinstance(given, Mapping):
        given = {"category": given}
    out: dict[str, tuple[str, ...]] = {}
    for key, values in given.items():
        kind = _KIND_ALIASES.get(str(key), str(key))
        if kind not in KINDS:
            raise _wrong(name, f"a prediction by {key!r} is not known", f"Predict by: {', '.join(KINDS)}")
        told = _texts(values, str(key), name)
        if not told:
            raise _wrong(name, f"the prediction by {key!r} is empty", "Name what it predicts, or leave the key out")
        out[kind] = (*out.get(kind, ()), *_values(kind, told, name))
    return out


def _values(kind: str, values: tuple[str, ...], name: str) -> tuple[str, ...]:
    if kind == "stance" and (wrong := [v for v in values if v not in STANCES or not v]):
        raise _wrong(name, f"no stance is called {wrong[0]!r}", f"Stances are: {', '.join(s for s in STANCES if s)}")
    if kind == "category":
        return tuple(code for v in values for code in _codes(v))
    return tuple(v.lower() for v in values) if kind in ("domain", "service", "name") else values


def _codes(said: str) -> list[str]:
    """Category codes in what was written: one code, or a phrase that holds known ones."""
    if re.fullmatch(r"[A-Za-z0-9]{2,12}", said):
        return [said.upper()]
    known = [w for w in re.findall(r"[A-Za-z0-9]{2,12}", said) if w.isupper() and today(w) in CODES]
    return known or [said.upper()]


def _texts(given: object, field: str, name: str) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        return tuple(v.strip() for v in given.split(",") if v.strip())
    if not isinstance(given, list | tuple) or not all(isinstance(v, str) and v.strip() for v in given):
        raise _wrong(name, f"{field} is {given!r}", "Write a text, or a list of texts")
    return tuple(given)


def unknown_categories(reason: Rationale) -> list[str]:
    """Category codes of a rationale that no Citizen Lab list has, old or new."""
    codes = (*reason.blocked.get("category", ()), *reason.open.get("category", ()))
    return sorted({c for c in codes if today(c) not in CODES})


def _wrong(name: str, what: str, hint: str) -> WrongRationale:
    return WrongRationale(f"the rationale cannot be used: {what}", hint=hint, at=Locator(name))
