"""The claim audit: what a sentence such as 'none of the 7 is blocked' rests on, what it allows, and what would overturn it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from blowback.analyses.blocking.audit import share
from blowback.model.blocking import BLOCKED, INFORMATIVE
from blowback.tools import odds
from blowback.tools.intervals import exact_share


def numbers(blocked: int, of: int, minimum: float) -> dict[str, Any]:
    """What the numbers alone allow.

    Args:
        blocked: units said to be blocked.
        of: units said to be tested.
        minimum: coverage that the claim denies (or asserts).
    """
    low, high = exact_share(blocked, of)
    return {
        "claimed": {"blocked": blocked, "of": of}, "share": share(blocked, of), "true_share_up_to": round(high, 6), "true_share_at_least": round(low, 6),
        "excludes_minimum": high < minimum, "units_needed_to_exclude_minimum": odds.least_units(minimum),
        "would_overturn": _overturn(blocked, of, minimum),
    }  # fmt: skip


def _overturn(blocked: int, of: int, minimum: float) -> str:
    """How many more units seen blocked (or open instead) would bring the minimum back into the interval."""
    fewer = next(n for n in range(blocked + 1) if exact_share(blocked - n, of)[0] <= minimum)
    if fewer:
        return f"{fewer} of the {of} seen open instead would make a true share of {minimum:.0%} possible again"
    more = next(n for n in range(of - blocked + 1) if exact_share(blocked + n, of)[1] >= minimum)
    if more == 0:
        return f"nothing is needed: {blocked} of {of} is compatible with a true share of {minimum:.0%} already"
    return f"{more} more of the {of} seen blocked would make a true share of {minimum:.0%} possible again"


def in_case(
    names: Sequence[str],
    verdicts: Iterable[Mapping[str, Any]],
    *,
    networks: Sequence[str] = (),
    minimum: float = 0.5,
    said: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """What a case's measurements say of the names of a claim.

    Args:
        names: host names that the claim is about; of each the host is looked up as it was asked.
        verdicts: rows of the table `verdicts`.
        networks: networks that the claim is about, in any case of letters; every one unless given.
        minimum: coverage to hold the bound against.
        said: (blocked, of) as the claim has it.
    """
    wanted = {n: _spellings(n) for n in names}
    every = list(verdicts)
    asked = {n.lower() for n in networks}
    held = {r["network"].lower() for r in every}
    rows = [r for r in every if not asked or r["network"].lower() in asked]
    per: list[dict[str, Any]] = []
    for name, spellings in wanted.items():
        mine = [r for r in rows if r["name"] in spellings or r["name"].partition("/")[0] in spellings]
        told = [r for r in mine if r["state"] in INFORMATIVE]
        per.append({
            "name": name, "lookups": sum(r["lookups_of"] for r in mine), "informative": sum(r["lookups"] for r in told),
            "vantages": len({(r["network"], r["resolver"]) for r in told}), "blocked": any(r["state"] in BLOCKED for r in told),
            "told": bool(told), "why_not": _reasons(mine) if not told else "", "networks": sorted({r["network"] for r in told}),
        })  # fmt: skip
    told = [p for p in per if p["told"]]
    blocked = sum(p["blocked"] for p in told)
    found = numbers(blocked, len(told), minimum)
    word = _word(said, blocked, len(told))
    return {
        "names": per, "names_asked": sum(p["lookups"] > 0 for p in per), "names_informative": len(told), "lookups_informative": sum(p["informative"] for p in per),
        "vantages": len({v for p in told for v in p["networks"]}), "blocked": blocked, "share": found["share"], "true_share_up_to": found["true_share_up_to"],
        "would_overturn": found["would_overturn"] if told else "any informative lookup of any of the names", "word": word,
        "networks_without_data": sorted({n for n in networks if n.lower() not in held}),
    }  # fmt: skip


def _word(said: tuple[int, int] | None, blocked: int, told: int) -> str:
    """Whether the names that tell something bear out `said`, (blocked, of); a claim without numbers is only counted.

    That none is blocked cannot be refuted by open names, however many.
    """
    if not told:
        return "cannot tell"
    if said is None:
        return "counts only"
    if blocked > said[0] or (said[0] and told - blocked > said[1] - said[0]):
        return "not supported"
    return "supported" if blocked == said[0] and told >= said[1] else "partly supported"


def _spellings(name: str) -> set[str]:
    bare = name.lower().removeprefix("http://").removeprefix("https://")
    host = bare.partition("/")[0].rstrip(".")
    return {host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"}


def _reasons(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "never asked"
    words = {
        "input": "asked with a path or slash in the name",
        "resolver": "asked of servers that refuse or are dead",
        "proxy": "only proxy errors",
    }
    told = sorted({words.get(r["cause"], "failures without a control") for r in rows})
    return "; ".join(told)
