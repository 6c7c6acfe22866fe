"""Parameters of an analysis from what a person typed: durations, bounds, choices, texts and files of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from blowback.errors import UnknownName, UsageError
from blowback.model.analysis import Analysis, Param, Params, Value

_UNITS: Final = {"": 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def read(analysis: Analysis, given: Mapping[str, Any]) -> Params:
    """Every parameter of the analysis, as given or by default.

    Raises:
        UnknownName: an option the analysis does not have; the error lists those it has.
        UsageError: a value out of bounds, not a number, or not among the choices.
    """
    known = {p.name: p for p in analysis.params}
    for name in given:
        if name.replace("-", "_") not in known:
            options = ", ".join(f"--{p.name.replace('_', '-')}" for p in analysis.params)
            raise UnknownName(f"{analysis.id} has no option --{name}", hint=f"Its options are: {options}")
    values = {name.replace("-", "_"): value for name, value in given.items()}
    return {p.name: _value(p, values[p.name]) if p.name in values else p.default for p in analysis.params}


def _value(param: Param, given: Any) -> Value:  # noqa: ANN401  # what a person or a script passed
    option = f"--{param.name.replace('_', '-')}"
    if param.kind == "choice":
        if str(given) not in param.choices:
            raise UsageError(f"{option} {given}: not known", hint=f"Choose one of: {', '.join(param.choices)}")
        return str(given)
    if param.kind == "flag":
        return str(given).lower() in ("1", "true", "yes", "on")
    if param.kind == "seconds" and str(given) in param.choices:
        return str(given)
    if param.kind == "seconds":
        return ",".join(_seconds(param, option, part) for part in str(given).split(","))
    if param.kind == "text":
        return _text(option, str(given))
    try:
        number: float = int(str(given).replace("_", "")) if param.kind == "int" else float(given)
    except ValueError as error:
        raise UsageError(f"{option} {given}: not a number", hint=param.meaning) from error
    _bounded(param, option, number)
    return number


def _text(option: str, given: str) -> str:
    """A text as it stands; `@FILE` is the text of a file, so that the run holds what was read; `@@` is an @."""
    if not given.startswith("@") or given.startswith("@@"):
        return given.removeprefix("@") if given.startswith("@@") else given
    try:
        return Path(given[1:]).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{option} {given}: the file cannot be read as UTF-8 ({error})",
            hint="Write @ and a path, or the text itself",
        ) from error


def _seconds(param: Param, option: str, text: str) -> str:
    number = seconds(option, text)
    _bounded(param, option, number)
    return f"{number:g}" if number < 1e6 else str(int(number))


def seconds(option: str, text: str) -> float:
    """Seconds from '60s', '10m', '1h', '2d' or a plain number.

    Raises:
        UsageError: it is not a duration.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", text)
    if not found or found.group(2) not in _UNITS:
        raise UsageError(f"{option} {text}: not a duration", hint="Write 60s, 10m, 1h, 2d, or a list: 10s,60s,10m")
    return float(found.group(1)) * _UNITS[found.group(2)]


def _bounded(param: Param, option: str, number: float) -> None:
    low, high = param.low, param.high
    if (low is not None and number < low) or (high is not None and number > high):
        unit = f" {param.unit}" if param.unit else ""
        raise UsageError(f"{option} {number:g} is out of bounds", hint=f"It lies between {low:g} and {high:g}{unit}")
