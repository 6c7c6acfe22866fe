"""The units of the rationale test: names (or domains, or services) of one network, blocked or open, with their labels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from blowback.model.blocking import BLOCKED, INFORMATIVE, Rationale
from blowback.tools.categories import today
from blowback.tools.services import registrable, service_of

UNITS: Final = ("name", "domain", "service")
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)")


@dataclass(slots=True)
class Label:
    """What lists say of one host."""

    categories: set[str] = field(default_factory=set)  # today's codes
    given: set[str] = field(default_factory=set)  # as given
    stances: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    by_list: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of one network. `collateral`: every blocked name of it may be hit by a label that it shares."""

    id: str
    network: str
    blocked: bool
    collateral: bool
    names: tuple[str, ...]
    layers: int


def labels(listed: Iterable[Mapping[str, Any]], lists: Iterable[str] | None = None) -> dict[str, Label]:
    """Host -> label, from entries of test lists (claims label nothing).

    Args:
        listed: rows of the table `listed`.
        lists: names of lists to use; all unless given.
    """
    wanted = None if lists is None else set(lists)
    out: defaultdict[str, Label] = defaultdict(Label)
    for row in listed:
        if row["kind"] != "test" or (wanted is not None and row["list"] not in wanted):
            continue
        one = out[row["host"]]
        if row["category"]:
            one.categories.add(row["category"])
            one.given.add(row["category_given"] or row["category"])
            one.by_list.setdefault(row["list"], set()).add(row["category"])
        if row["stance"]:
            one.stances.add(row["stance"])
        if row["party"]:
            one.parties.add(row["party"])
    return dict(out)


def lists_in_force(listed: Iterable[Mapping[str, Any]], day: str, country: str = "") -> list[str]:
    """The lists whose labels count for a network: other countries' lists left out, one version of each.

    A list of two letters (`iq.csv`) is a country's. Of lists of which the case has several versions (one name in folders
    named by days) the one in force is the latest that is not after the day; an undated one stands where none is early enough.

    Args:
        listed: rows of the table `listed`.
        day: last day of the measurements.
        country: of the network, two letters; empty where it is not known, then every country's list counts.
    """
    versions: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path in lists_of(listed, country):
        found = _DAY.search(path)
        versions[path.rpartition("/")[2]][path] = found[1] if found else ""
    out = []
    for held in versions.values():
        dated = sorted((when, path) for path, when in held.items() if when and when <= day)
        undated = [path for path, when in held.items() if not when]
        out += [dated[-1][1]] if dated else undated or [min(held, key=lambda p: held[p])]
    return sorted(out)


def lists_of(listed: Iterable[Mapping[str, Any]], country: str = "") -> list[str]:
    """Every list with categories, those of other countries left out."""
    found = {str(row["list"]) for row in listed if row["kind"] == "test" and row["category"]}
    stems = {path: path.rpartition("/")[2].partition(".")[0].lower() for path in found}
    return sorted(p for p, s in stems.items() if len(s) != 2 or not country or s == country.lower())


def units(cells: Iterable[Mapping[str, Any]], kind: str, *, since: str = "", until: str = "") -> list[Unit]:
    """Informative units: blocked where any of their names was ever seen blocked, else open.

    Args:
        cells: rows of the table `cells` of one or more networks.
        kind: name, domain or service.
        since: first day that counts (days that are no dates always count).
        until: the last.
    """
    groups: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for cell in cells:
        dated = bool(_DAY.fullmatch(cell["day"]))
        if cell["state"] not in INFORMATIVE or (
            dated and ((since and cell["day"] < since) or (until and cell["day"] > until))
        ):
            continue
        groups[cell["network"], unit_of(cell["name"], kind)].append(cell)
    out = []
    for (network, unit), rows in sorted(groups.items()):
        hit = [r for r in rows if r["state"] in BLOCKED]
        shared = bool(hit) and all(r["cause"] == "collateral?" for r in hit)
        out.append(Unit(unit, network, bool(hit), shared, tuple(sorted({r["name"] for r in rows})), len(rows)))
    return out


def unit_of(name: str, kind: str) -> str:
    """The unit a host belongs to."""
    return registrable(name) if kind == "domain" else service_of(name) if kind == "service" else name


def matches(predicate: Mapping[str, tuple[str, ...]], name: str, label: Label | None) -> bool:
    """Whether a predicate takes a host in: any of its kinds is enough; codes match as given or as of today."""
    if registrable(name) in predicate.get("domain", ()) or service_of(name) in predicate.get("service", ()):
        return True
    if name in predicate.get("name", ()) or name.removeprefix("www.") in predicate.get("name", ()):
        return True
    if label is None:
        return False
    codes = set(predicate.get("category", ()))
    if codes & label.given or {today(c) for c in codes} & label.categories:
        return True
    return bool(set(predicate.get("stance", ())) & label.stances or set(predicate.get("party", ())) & label.parties)


def predicted(unit: Unit, reason: Rationale, known: Mapping[str, Label]) -> bool:
    """Whether a rationale predicts a unit blocked: any name of it."""
    return any(matches(reason.blocked, n, label_of(n, known)) for n in unit.names)


def said_open(unit: Unit, reason: Rationale, known: Mapping[str, Label]) -> bool:
    """Whether a rationale says that a unit stays open."""
    return bool(reason.open) and any(matches(reason.open, n, label_of(n, known)) for n in unit.names)


def label_of(name: str, known: Mapping[str, Label]) -> Label | None:
    """The label of a host; that of its other spelling (with or without www.) where it has none."""
    other = name.removeprefix("www.") if name.startswith("www.") else f"www.{name}"
    return known.get(name) or known.get(other)
