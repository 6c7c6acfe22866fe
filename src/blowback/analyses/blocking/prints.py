"""Published fingerprints against pages and answers: false-positive prints first, then those of the right country."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa

_FALSE: Final = "fp"
_VAGUE: Final = ("vbw", "injb")  # a vague word, a benign injection: no evidence by itself


@dataclass(frozen=True, slots=True)
class Print:
    """One pattern."""

    name: str
    scope: str
    place: str
    kind: str
    pattern: str
    countries: frozenset[str]

    def matches(self, text: str) -> bool:
        """Whether a text carries it."""
        if self.kind == "full":
            return text == self.pattern
        if self.kind == "prefix":
            return text.startswith(self.pattern)
        if self.kind == "regexp":
            found = _compiled(self.pattern)
            return bool(found and found.search(text))
        return self.pattern in text


@dataclass(slots=True)
class Prints:
    """The fingerprints of a case. `dns`: address -> (name, scope, countries)."""

    dns: dict[str, tuple[str, str, frozenset[str]]] = field(default_factory=dict)
    body: list[Print] = field(default_factory=list)
    location: list[Print] = field(default_factory=list)
    server: list[Print] = field(default_factory=list)
    _done: dict[tuple[str, str | None], tuple[str, bool] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pa.Table) -> Prints:
        """From the table `fingerprints`, in the order of names."""
        out = cls()
        rows: list[dict[str, Any]] = sorted(table.to_pylist(), key=lambda r: (str(r["name"]), str(r["pattern"])))
        for row in rows:
            countries = frozenset((row["countries"] or "").split())
            one = Print(row["name"], row["scope"] or "", row["place"], row["pattern_type"], row["pattern"], countries)
            if one.place == "dns":
                out.dns[one.pattern] = (one.name, one.scope or "isp", countries)
            elif one.place == "body":
                out.body.append(one)
            elif one.place in ("header.location", "header"):
                out.location.append(one)
            elif one.place == "header.server":
                out.server.append(one)
        return out

    def page(self, fetch: dict[str, Any], country: str | None) -> tuple[str, bool] | None:
        """(name of the fingerprint, whether it is of this country) that a page carries; None where none does.

        A page that carries a false-positive fingerprint carries no other.
        """
        for place, patterns in (("location", self.location), ("server", self.server)):
            text = fetch.get(place) or ""
            if text and (found := _best([p for p in patterns if p.matches(text)], country)):
                return found
        body = fetch.get("body") or ""
        if not body:
            return None
        key = (fetch.get("body_sha256") or body, country)
        if key not in self._done:
            self._done[key] = _best([p for p in self.body if p.matches(body)], country)
        return self._done[key]


def _best(found: list[Print], country: str | None) -> tuple[str, bool] | None:
    if any(p.scope == _FALSE for p in found):
        return None
    telling = [p for p in found if p.scope not in _VAGUE]
    right = [p for p in telling if country is not None and country in p.countries]
    best = right or telling
    return (best[0].name, bool(right)) if best else None


@lru_cache(maxsize=4000)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None
