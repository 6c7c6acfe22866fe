"""Frozen dataclasses back from plain JSON values, by their own type hints."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def decode(kind: type[T], held: Any) -> T:  # noqa: ANN401  # JSON-like values only
    """An instance of `kind` from what `dataclasses.asdict` gave.

    Raises:
        KeyError: a field without a default is missing.
        TypeError: a value is not of the hinted type.
        ValueError: the class itself refuses the values.
    """
    return cast("T", _value(kind, held))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, held: Any) -> Any:  # noqa: ANN401  # one return for each kind of hint
    origin = get_origin(kind)
    if kind is Any:
        return held
    if is_dataclass(kind) and isinstance(kind, type):
        return _instance(kind, held)
    if origin in (Union, types.UnionType):
        return _either(get_args(kind), held)
    if origin is tuple:
        return _tuple(get_args(kind), held)
    if origin is Literal:
        return held
    if origin in (dict, Mapping):
        return {str(k): _value(get_args(kind)[1], v) for k, v in _checked(held, dict).items()}
    if kind is float:
        return float(_checked(held, (int, float)))
    return _checked(held, kind)


def _instance(kind: type, held: Any) -> Any:  # noqa: ANN401
    hints = _hints(kind)
    known = {f.name for f in fields(kind)}
    given = {k: _value(hints[k], v) for k, v in _checked(held, dict).items() if k in known}
    return kind(**given)


def _either(kinds: tuple[Any, ...], held: Any) -> Any:  # noqa: ANN401
    if held is None and type(None) in kinds:
        return None
    real = [k for k in kinds if k is not type(None)]
    if len(real) > 1 and all(is_dataclass(k) for k in real):
        # asdict leaves no name: the one with just these fields
        known = {frozenset(f.name for f in fields(k)): k for k in real}
        return _instance(known[frozenset(_checked(held, dict))], held)
    return _value(real[0], held) if len(real) == 1 else held


def _tuple(kinds: tuple[Any, ...], held: Any) -> tuple[Any, ...]:  # noqa: ANN401
    items = _checked(held, list)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_value(kinds[0], v) for v in items)
    return tuple(_value(k, v) for k, v in zip(kinds, items, strict=True))


def _checked(held: Any, kind: Any) -> Any:  # noqa: ANN401
    if not isinstance(held, kind) or (isinstance(held, bool) and kind is int):
        raise TypeError(f"{held!r:.40} is not {getattr(kind, '__name__', kind)}")
    return held
