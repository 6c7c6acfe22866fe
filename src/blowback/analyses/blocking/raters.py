"""Who labelled: where several people labelled the same host, how far they agree, and what the test says by each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from blowback.analyses.blocking import audit
from blowback.analyses.blocking import units as un
from blowback.model.blocking import Rationale

_MOST: Final = 10  # raters whose labels are tried alone, those with most shared hosts


def _by_host(
    listed: Iterable[Mapping[str, Any]], lists: Sequence[str]
) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
    """Host -> rater -> entries, for hosts that two or more raters labelled."""
    held: defaultdict[str, defaultdict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in listed:
        if row["kind"] == "test" and row["list"] in set(lists) and row["author"]:
            held[row["host"]][str(row["author"])].append(row)
    return {host: dict(raters) for host, raters in held.items() if len(raters) > 1}


def sets(listed: Sequence[Mapping[str, Any]], lists: Sequence[str]) -> dict[str, Mapping[str, un.Label]]:
    """Label sets by rater: what all raters of a host give, and each rater's word where they labelled what others did too.

    Hosts of one rater alone keep their label in each set. Empty where no host has two raters.

    Args:
        listed: rows of the table `listed`, with `author`.
        lists: lists whose labels count.
    """
    shared = _by_host(listed, lists)
    if not shared:
        return {}
    used = un.labels(listed, lists)
    out: dict[str, Mapping[str, un.Label]] = {
        "raters of a host agree": {**used, **{host: _common(raters) for host, raters in shared.items()}}
    }
    of: defaultdict[str, list[str]] = defaultdict(list)
    for host, raters in shared.items():
        for rater in raters:
            of[rater].append(host)
    for rater in sorted(of, key=lambda r: (-len(of[r]), r))[:_MOST]:
        out[f"rater {rater}"] = {**used, **{host: un.labels(shared[host][rater])[host] for host in of[rater]}}
    return out


def _common(raters: Mapping[str, list[Mapping[str, Any]]]) -> un.Label:
    """What every rater of a host says of it."""
    each = [un.labels(rows).popitem()[1] for rows in raters.values()]
    first, *rest = each
    return un.Label(
        first.categories.intersection(*(r.categories for r in rest)), first.given.intersection(*(r.given for r in rest)),
        first.stances.intersection(*(r.stances for r in rest)), first.parties.intersection(*(r.parties for r in rest)),
    )  # fmt: skip


def agreement(listed: Sequence[Mapping[str, Any]], lists: Sequence[str], reason: Rationale) -> dict[str, Any] | None:
    """How often raters of one host differ on whether the reason predicts it; None where no host has two raters.

    Returns:
        hosts (with two raters or more), differ (a share with its interval), which (the first hundred, by name).
    """
    shared = _by_host(listed, lists)
    if not shared:
        return None
    split = sorted(
        host for host, raters in shared.items()
        if len({un.matches(reason.blocked, host, un.labels(rows)[host]) for rows in raters.values()}) > 1
    )  # fmt: skip
    return {"hosts": len(shared), "differ": audit.share(len(split), len(shared)), "which": split[:100]}
