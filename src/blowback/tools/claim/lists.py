"""Short lists of function words that the rules look at, kept as data in `lists.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from blowback.tools.plain import plain


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "lists.toml").read_text(encoding="utf-8"))


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list, in the plain form."""
    return frozenset(plain(word).text for line in _told()[name] for word in line.split())
