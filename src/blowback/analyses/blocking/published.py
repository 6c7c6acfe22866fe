"""Published block lists against the measurements they rest on: what is not borne out, what is missing, what is mixed up."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from blowback.model.blocking import BLOCKED, INFORMATIVE

Row = Mapping[str, Any]
Key = tuple[str, str, str]  # day, proxy, host
_LAYERS: Final = {"dns": ("dns",), "proxy": ("page", "web"), "http": ("page", "web")}


def check(listed: Iterable[Row], verdicts: Sequence[Row], collateral: Sequence[Row]) -> list[dict[str, Any]]:
    """A report for each list of claims.

    Args:
        listed: rows of the table `listed`.
        verdicts: rows of the table `verdicts`.
        collateral: rows of the table `collateral`.
    """
    lists: defaultdict[str, list[Row]] = defaultdict(list)
    for row in listed:
        if row["kind"] == "claim":
            lists[row["list"]].append(row)
    labels = {(r["network"], r["label"]) for r in collateral}
    out = []
    seen: set[tuple[str, ...]] = set()
    for name, rows in sorted(lists.items()):
        same = (name.rpartition("/")[2], *(r["host"] for r in rows))
        if same in seen:  # the same list, alone and inside an archive
            continue
        seen.add(same)
        by_place = any(re.search(r"\d", r["about"] or "") for r in rows)
        out.append(_by_place(name, rows, verdicts) if by_place else _by_network(name, rows, verdicts, labels))
    return out


def _by_network(name: str, rows: list[Row], verdicts: Sequence[Row], labels: set[tuple[str, str]]) -> dict[str, Any]:
    about = rows[0]["about"] or ""
    layers = next((v for k, v in _LAYERS.items() if k in about.split()), ("dns", "page", "web"))
    seen = [r for r in verdicts if r["layer"] in layers]
    entries = [r["host"] for r in rows]
    named = sorted(
        {r["network"] for r in verdicts if re.sub(r"\W", "", r["network"]).lower() in re.sub(r"\W", "", about).lower()}
    )
    fits = _best(entries, seen)
    network = named[0] if named else fits[0]
    blocked = {r["name"] for r in seen if r["network"] == network and r["state"] in BLOCKED}
    told = {r["name"] for r in seen if r["network"] == network and r["state"] in INFORMATIVE}
    asked = {r["name"] for r in seen if r["network"] == network}
    poisoned = {label for net, label in labels if net == network}
    defects = [_entry(h, blocked, told, asked, poisoned) for h in sorted(set(entries))]
    missing = sorted(b for b in blocked if b not in entries and f"www.{b}" not in entries and not _under(b, entries))
    mended = sorted({r["host"] for r in rows if r["repaired"]})
    return {
        "list": name, "about": about, "layer": "/".join(layers), "network": network, "network_named": bool(named),
        "network_fits_best": fits[0], "fit": fits[1], "entries": len(entries), "borne_out": sum(d is None for d in defects),
        "defects": [d for d in defects if d is not None], "blocked_but_missing": missing,
        "duplicates": sorted(h for h, n in Counter(entries).items() if n > 1), "mended": mended,
    }  # fmt: skip


def _best(entries: Sequence[str], seen: Iterable[Row]) -> tuple[str, float]:
    """The network whose blocked names are most like the list (Jaccard)."""
    by: defaultdict[str, set[str]] = defaultdict(set)
    for row in seen:
        if row["state"] in BLOCKED:
            by[row["network"]].add(row["name"])
    wanted = set(entries)
    fits = {n: round(len(wanted & b) / len(wanted | b), 4) for n, b in by.items()}
    best = max(sorted(fits), key=lambda n: fits[n], default="")
    return best, fits.get(best, 0.0)


def _under(name: str, entries: Iterable[str]) -> bool:
    return any(name.endswith(f".{e}") for e in entries)


def _entry(host: str, blocked: set[str], told: set[str], asked: set[str], poisoned: set[str]) -> dict[str, str] | None:
    """What is wrong with one entry; None where the measurements bear it out."""
    if host in blocked:
        return None
    if host in poisoned:
        return {
            "entry": host,
            "defect": "label",
            "says": "never asked by itself: it is the poisoned label that other names lead to",
        }
    below = sorted(b for b in blocked if b.endswith(f".{host}"))
    if below and host not in told:
        return {
            "entry": host,
            "defect": "zone",
            "says": f"never asked by itself: names below it are blocked ({' '.join(below[:6])})",
        }
    if host in told:
        return {"entry": host, "defect": "open", "says": "seen open, and never blocked"}
    if host in asked:
        return {"entry": host, "defect": "not_told", "says": "asked, but nothing that was seen tells anything"}
    return {"entry": host, "defect": "never_asked", "says": "never asked"}


def _by_place(name: str, rows: list[Row], verdicts: Sequence[Row]) -> dict[str, Any]:
    """A list by day and proxy: each entry against the page that came there."""
    pages = [r for r in verdicts if r["layer"] in ("page", "web")]
    at = {(_bare(r["day"]), r["resolver"].lower(), r["name"]): r for r in pages}
    places = sorted({r["resolver"].lower() for r in pages})
    defects, right = [], 0
    claimed: set[tuple[str, str, str]] = set()
    for row in rows:
        day, vantage = _place(row["about"] or "")
        key = (day, vantage, row["host"])
        again = key in claimed
        claimed.add(key)
        mine = at.get(key)
        if again:
            defects.append({"entry": row["host"], "about": row["about"], **_again(key, at, places)})
        elif mine is not None and mine["state"] in BLOCKED:
            right += 1
        else:
            defects.append({"entry": row["host"], "about": row["about"], **_misplaced(key, mine, at, places)})
    missing = sorted(" ".join(k) for k, r in at.items() if r["state"] in BLOCKED and k not in claimed)
    return {
        "list": name, "about": "by day and proxy", "layer": "page", "entries": len(rows), "borne_out": right, "defects": defects,
        "defects_by_kind": dict(sorted(Counter(d["defect"] for d in defects).items())), "blocked_but_missing": missing,
        "mended": sorted({r["host"] for r in rows if r["repaired"]}),
    }  # fmt: skip


def _misplaced(key: Key, mine: Row | None, at: Mapping[Key, Row], places: Sequence[str]) -> dict[str, str]:
    """An entry where no block page came."""
    gone = "no page of that day and proxy is there"
    saw = gone if mine is None else f"the page there shows: {mine['seen'] or mine['state']}"
    if others := _alike(key, at, places):
        return {"defect": "prefix", "says": f"{saw}; the block page came over {others[0]}, whose name begins alike"}
    return {"defect": "not_borne_out" if mine is not None else "no_page", "says": saw}


def _again(key: Key, at: Mapping[Key, Row], places: Sequence[str]) -> dict[str, str]:
    """An entry that stands twice for one day and proxy."""
    if others := _alike(key, at, places):
        return {"defect": "prefix", "says": f"named again; blocked over {others[0]}, too, whose name begins alike"}
    return {"defect": "repeated", "says": "named twice for one day and proxy"}


def _alike(key: Key, at: Mapping[Key, Row], places: Sequence[str]) -> list[str]:
    """Proxies whose name begins with the one named, over which the block page came that day."""
    day, vantage, host = key
    longer = [p for p in places if p != vantage and p.startswith(vantage)]
    return [p for p in longer if (found := at.get((day, p, host))) is not None and found["state"] in BLOCKED]


def _place(about: str) -> tuple[str, str]:
    """(day, proxy) of `day 1 192.0.2.x`."""
    words = about.lower().split()
    day = "".join(words[:2]) if words[:1] == ["day"] else ""
    rest = words[2:] if day else words
    return _bare(" ".join((day, *rest[:-1]))), rest[-1] if rest else ""


def _bare(day: str) -> str:
    return re.sub(r"[^a-z0-9]", "", day.lower()).replace("results", "")
