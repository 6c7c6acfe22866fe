"""One table of a plan file: values are taken out by key and checked; what is left over is complained about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from blowback.errors import Unexpected

T = TypeVar("T")
HINT = "See docs/how-to/measure-blocking.md for a whole plan"


class Table:
    """One table of the file: takes values out by key, and complains about what is left."""

    def __init__(self, told: Any, where: str, fail: Callable[[str, str], Unexpected]) -> None:  # noqa: ANN401
        if not isinstance(told, dict):
            raise fail(f"{where} is {told!r}, not a table", HINT)
        self.told, self.where, self.fail = dict(told), where, fail

    def text(self, key: str, default: str | None = None, *, among: Any = None) -> str:  # noqa: ANN401  # a container
        """A text; without a default it must be there and not be empty."""
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.off(key, value, "a text" if default is not None else "a text that is not empty")
        if among is not None and value not in among and value != default:
            raise self.off(key, value, f"one of {', '.join(among)}")
        return value.strip()

    def line(self, key: str, default: str | None = None) -> str:
        """A text on one line: what goes into a header."""
        value = self.text(key, default)
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise self.off(key, value, "a text on one line, without control characters")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise self.off(key, value, "a list of texts")
        return tuple(v.strip() for v in value)

    def number(self, key: str, default: float, low: float, high: float, why: str = "") -> float:
        """A number within bounds."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.off(key, value, f"a number from {low:g} to {high:g}{why}")
        return float(value)

    def whole(self, key: str, default: int, low: int, high: int, why: str = "") -> int:
        """A whole number within bounds."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.off(key, value, f"a whole number from {low:,} to {high:,}{why}")
        return value

    def yes(self, key: str, default: bool | None = None) -> bool:
        """True or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.off(key, value, "true or false")
        return value

    def day(self, key: str) -> date:
        """A date, 2026-11-26."""
        value = self._take(key, None)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.off(key, value, "a date without quotes, such as 2026-11-26")
        return value

    def end(self, made: T) -> T:
        """`made`, if no key is left over."""
        if self.told:
            raise self.fail(f"{self.where}: unknown key {min(self.told)!r}", HINT)
        return made

    def off(self, key: str, value: Any, allowed: str) -> Unexpected:  # noqa: ANN401  # any TOML value
        """The error for one key."""
        said = "is missing" if value is None else f"is {value!r}"
        return self.fail(f"{self.where}: key {key!r} {said}", f"Allowed is {allowed}")

    def _take(self, key: str, default: Any) -> Any:  # noqa: ANN401  # any TOML value
        return self.told.pop(key, default)
