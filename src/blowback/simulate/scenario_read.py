"""Reading a scenario: every key is checked, and what is off is named together with what is allowed."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from blowback.errors import Unexpected

T = TypeVar("T")
_START = "Start from a bundled scenario, such as src/blowback/simulate/scenarios/june.toml"
_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def read(kind: type[T], text: str, name: str) -> T:
    """Read a dataclass of scenario parts from TOML text.

    Args:
        kind: the scenario's dataclass; its fields may be dataclasses or tuples of them.
        text: the TOML.
        name: what errors call it.

    Raises:
        Unexpected: no TOML; a key unknown, missing, of the wrong type or out of bounds; two entries with one id;
            parts that contradict each other.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unexpected(f"{name} is no TOML: {error}", hint=_START) from error
    made: T = _build(kind, told, name)
    for says, hint in _contradictions(made):
        raise Unexpected(f"{name}: {says}", hint=hint)
    return made


def _build(kind: Any, told: Any, where: str) -> Any:  # noqa: ANN401  # a dataclass, any TOML value, one of the dataclass
    if not isinstance(told, dict):
        raise Unexpected(f"{where} is {told!r}, not a table", hint=f"Write it as a table with the keys {_known(kind)}")
    hints, known = get_type_hints(kind), {f.name: f for f in fields(kind)}
    if unknown := sorted(set(told) - set(known)):
        raise Unexpected(f"{where}: unknown key {unknown[0]!r}", hint=f"Known are {_known(kind)}")
    for key, one in known.items():
        if key not in told and one.default is MISSING and one.default_factory is MISSING:
            raise Unexpected(f"{where}: the key {key!r} is missing", hint=f"{key} is {_allowed(hints[key], one)}")
    return kind(**{key: _value(hints[key], known[key], value, f"{where} {key}") for key, value in told.items()})


def _known(kind: Any) -> str:  # noqa: ANN401  # a dataclass
    return ", ".join(f.name for f in fields(kind))


def _value(hint: Any, one: Field[Any], value: Any, where: str) -> Any:  # noqa: ANN401  # any TOML value
    if get_origin(hint) is UnionType:  # Crowd | None
        hint = get_args(hint)[0]
    if is_dataclass(hint):
        return _build(hint, value, _table(where))
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not isinstance(value, list):
            raise Unexpected(f"{where} is {value!r}", hint=f"Write a list: {_allowed(hint, one)}")
        if is_dataclass(inner):
            return _distinct([_build(inner, v, f"{_table(where)} number {k}") for k, v in enumerate(value, 1)], where)
        return tuple(_value(inner, one, v, where) for v in value)
    if not _fits(hint, one, value):
        raise Unexpected(f"{where} is {value!r}", hint=f"Allowed is {_allowed(hint, one)}")
    return float(value) if hint is float else value


def _table(where: str) -> str:
    name, _, key = where.rpartition(" ")
    return f"{name} [{key}]"


def _distinct(made: list[Any], where: str) -> tuple[Any, ...]:
    ids = [m.id for m in made]
    if twice := [i for i in ids if ids.count(i) > 1]:
        raise Unexpected(f"{_table(where)}: two entries have the id {twice[0]!r}", hint="Give each an id of its own")
    if empty := [i for i in ids if not i]:
        raise Unexpected(f"{_table(where)}: an id is {empty[0]!r}", hint="Give each entry an id")
    return tuple(made)


def _fits(hint: Any, one: Field[Any], value: Any) -> bool:  # noqa: ANN401
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    kinds = (int, float) if hint is float else hint
    if not isinstance(value, kinds) or (isinstance(value, bool) and hint is not bool):
        return False
    bounds = one.metadata
    return "low" not in bounds or bool(bounds["low"] <= value <= bounds["high"])


def _allowed(hint: Any, one: Field[Any]) -> str:  # noqa: ANN401
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(get_args(hint))
    if get_origin(hint) is tuple:
        return f"a list of {_allowed(get_args(hint)[0], one).removeprefix('a ')}"
    if is_dataclass(hint):
        return f"a table with the keys {_known(hint)}"
    words = _WORDS.get(hint, "a table")
    if "low" not in one.metadata:
        return words
    low, high = one.metadata["low"], one.metadata["high"]
    return f"{words} from {low:g} to {high:g}" if high < 1e6 else f"{words}, {low:g} or more"


def _contradictions(s: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # the scenario, which lies above this module
    """What no single key shows."""
    out = []
    try:
        datetime.fromisoformat(s.start)
    except ValueError:
        out.append((f"start is {s.start!r}", "Allowed is an ISO time, such as 2024-06-03T00:00:00"))
    for name in ("x", "telegram", "bluesky", "reddit"):
        crowd = getattr(s, name)
        if crowd is not None and crowd.reposts + crowd.replies + crowd.quotes >= 1:
            out.append(
                (
                    f"[{name}]: the shares of reposts, replies and quotes leave no room for originals",
                    "Their sum must be below 1",
                )
            )
    out += [
        (f"[injections] {i.id}: spacing_s is {list(i.spacing_s)}", "Allowed is a list of whole seconds, 1 or more each")
        for i in s.injections
        if not i.spacing_s or any(x < 1 or x % 1 for x in i.spacing_s)
    ]
    for key in ("hosts", "langs"):
        empty = [r for r in s.releases if not getattr(r, key)]
        out += [(f"[releases] {r.id}: {key} is empty", "Give 1 or more") for r in empty]
    last_h = s.days * 24
    for name in ("bursts", "injections", "hijacks", "releases", "leads", "migrations"):
        out += [
            (f"[{name}] {m.id}: start_h is {m.start_h:g}, behind the end of the window", f"Allowed is 0 to {last_h}")
            for m in getattr(s, name)
            if m.start_h >= last_h
        ]
    out += _without_a_place(s)
    return out


def _without_a_place(s: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    """Mechanisms whose accounts or platform the scenario does not have."""
    out, cast = [], s.network.official and s.network.active and s.network.repeaters
    crowds = {
        "x_v2": s.x,
        "x_io": s.x if s.x.archived else None,
        "telegram": s.telegram,
        "bluesky": s.bluesky,
        "reddit": s.reddit,
    }
    out += [
        (
            f"[groups] {g.id}: export is {g.export!r}, which has no crowd",
            f"Allowed is one of {', '.join(k for k, v in crowds.items() if v)}",
        )
        for g in s.groups
        if crowds[g.export] is None and g.export != "x_io"
    ]
    needs = [("hijacks", s.hijacks), ("releases", s.releases), ("leads", s.leads), ("migrations", s.migrations)]
    needs += [("bursts", [b for b in s.bursts if b.who == "network" or b.kind == "announced"])]
    needs += [("claims", [s.claims] if s.claims.announced + s.claims.reported + s.claims.denied else [])]
    if not cast:
        out += [
            (f"[{n}] needs a network", "Give [network] official, active and repeaters, 1 or more each")
            for n, v in needs
            if v
        ]
    for key, crowd in (("channels", s.telegram), ("sky", s.bluesky)):
        if getattr(s.network, key) and crowd is None:
            table = "telegram" if key == "channels" else "bluesky"
            out.append((f"[network] {key} is {getattr(s.network, key)} without a platform", f"Add the table [{table}]"))
    for h in s.hijacks:
        if (h.press and not s.network.press) or (h.counter and not s.network.counter):
            out.append(
                (
                    f"[hijacks] {h.id}: press or counter posts without anybody to write them",
                    "Give [network] press and counter",
                )
            )
    for i in s.injections:
        if i.posts > i.items * i.accounts:
            out.append(
                (
                    f"[injections] {i.id}: posts is {i.posts}",
                    f"Allowed is 0 to items * accounts = {i.items * i.accounts}",
                )
            )
    return out
