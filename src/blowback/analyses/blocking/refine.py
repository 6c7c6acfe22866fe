"""From rows of measurements to verdicts: readiness, what is known, DNS, sites, pages, cells, brackets, changes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

import pyarrow as pa
from scipy import special

from blowback.analyses.blocking import pages as pg
from blowback.analyses.blocking.again import over_runs, queue
from blowback.analyses.blocking.known import gather
from blowback.analyses.blocking.networks import Naming
from blowback.analyses.blocking.ooni_words import in_ooni_words
from blowback.analyses.blocking.outages import Outages
from blowback.analyses.blocking.prints import Prints
from blowback.analyses.blocking.readiness import Readiness, readiness
from blowback.analyses.blocking.rows import Verdict, brackets, cells, collateral, verdicts
from blowback.analyses.blocking.seen import by_day, replies
from blowback.analyses.blocking.steps import REMOTE, Measured, measured
from blowback.analyses.blocking.tables import OUTPUTS
from blowback.analyses.blocking.web import Site, World, judge_site
from blowback.model.analysis import Frames, Params, Progress
from blowback.model.blocking import BLOCKED, INFORMATIVE

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def refine(frames: Frames, params: Params, progress: Progress) -> dict[str, pa.Table]:
    """Every output table; empty ones where the case holds no measurements."""
    naming, prints = Naming.of(frames["all_networks"]), Prints.of(frames["all_fingerprints"])
    everything = replies(frames["all_lookups"], naming)
    sites = measured(frames["all_measurements"], everything, frames["all_fetches"], naming)
    inside = {one.id for one in sites}
    elsewhere = {
        f"{m['exhibit'][:12]}:{m['measurement']}" for m in frames["all_measurements"].to_pylist() if m["test"] != REMOTE
    }
    everything = [r for r in everything if r.measurement not in elsewhere - inside]
    surveyed = [r for r in everything if r.measurement not in elsewhere]
    progress("blocking: readiness of each resolver and day", 0.2)
    days = readiness(by_day(everything), frozenset(one.id for one in sites if one.row["label"] == "innocuous"))
    known = gather(everything, days)
    known.prints = prints.dns
    progress("blocking: verdicts", 0.4)
    outages = Outages.of(frames["all_volumes"], naming, float(params["drop"]))
    found = verdicts(surveyed, days, known, int(params["shared"]), outages)
    world = World(prints, days, known, int(params["shared"]))
    judged = over_runs([(one, _excused(one, judge_site(one, world), outages)) for one in sites])
    found += _sites(judged)
    alone = pg.fetched(frames["all_fetches"].to_pylist(), naming)
    groups = pg.grouped(alone, prints, naming)
    found += pg.judge_pages(alone, groups, prints, naming)
    found.sort(key=lambda v: (v.network, v.resolver, v.day, v.name, v.layer))
    progress("blocking: cells and brackets", 0.8)
    rows = cells(found)
    names = [v.name for v in found] + [str(h) for h in frames["all_targets"].column("host").to_pylist()]
    made: dict[str, Sequence[dict[str, Any]]] = {
        "verdicts": [v.row() for v in found], "cells": rows, "brackets": brackets(ordered(rows)), "resolver_days": _days(days.values()),
        "changes": changes(ordered(rows)), "collateral": collateral(found, names), "review": pg.review(groups) + queue(judged),
        "outages": outages.rows, "volumes_seen": outages.series,
        "measured": [_said(one, site) for one, site in judged], "listed": _listed(frames["all_targets"]),
    }  # fmt: skip
    return {o.name: pa.Table.from_pylist(list(made[o.name]), schema=o.arrow) for o in OUTPUTS}


def _excused(one: Measured, site: Site, outages: Outages) -> Site:
    """A measurement made while the whole network was down says nothing of its site."""
    ruled = outages.masked(site.ruled, one.network, one.country, one.row["measured_at"], one.day)
    return (
        site
        if ruled is site.ruled
        else Site(ruled, f"{site.why}; the whole network was down at that time", site.resolver)
    )


def _listed(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda r: (r["exhibit"], r["record_no"]))


def _days(days: Iterable[Readiness]) -> list[dict[str, Any]]:
    return [asdict(d) for d in sorted(days, key=lambda d: (d.network, d.resolver, d.day))]


def _sites(judged: Iterable[tuple[Measured, Site]]) -> list[Verdict]:
    """Verdicts of measurements: the strongest for each network, resolver, day and name."""
    groups: defaultdict[tuple[str, str, str, str], list[tuple[Measured, Site]]] = defaultdict(list)
    for one, site in judged:
        groups[one.network, site.resolver, one.day, one.host or str(one.row["input"])].append((one, site))
    out = []
    for key, members in sorted(groups.items()):
        best = min(members, key=lambda m: pg.RANK[m[1].ruled.state])
        same = [m for m in members if m[1].ruled.state == best[1].ruled.state]
        one, site = best
        out.append(
            Verdict(
                *key,
                "web",
                site.ruled,
                len(same),
                len(members),
                site.why,
                one.evidence,
                str(one.row["input"]),
                one.country or "",
            )
        )
    return out


def _said(one: Measured, site: Site) -> dict[str, Any]:
    blocking, accessible = in_ooni_words(site, one)
    said = (one.row["said_blocking"], one.row["said_accessible"])
    r = site.ruled
    return {
        "measurement": one.id, "network": one.network, "day": one.day, "input": one.row["input"], "label": one.row["label"],
        "state": r.state, "mechanism": r.mechanism, "cause": r.cause, "rule": r.rule.id, "poisoned": r.poisoned, "why": site.why,
        "blocking": blocking, "accessible": accessible, "said_blocking": said[0], "said_accessible": said[1],
        "agrees": None if said == (None, None) else (blocking, accessible) == (said[0] or "", said[1] or ""), "evidence": one.evidence,
    }  # fmt: skip


def ordered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells whose days can be put in order: of each network those with a date; those with a label (`day1`) where it has no other."""
    held = list(rows)
    dated = {r["network"] for r in held if _DATE.fullmatch(r["day"])}
    return [r for r in held if r["network"] not in dated or _DATE.fullmatch(r["day"])]


def changes(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Changes between two days over a fixed panel: names that tell something on both.

    A list that grows can never look like a change: a name enters only where both days tell of it. A day that tells of
    fewer than half of the names of the day before (a dead resolver) is passed over. The test is the exact sign test over
    names that changed (McNemar): how unlike the two directions are.
    """
    by: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        by[row["network"]][row["day"]][row["name"]] = row["state"]
    out: list[dict[str, Any]] = []
    for network, days in sorted(by.items()):
        telling = {d: {n: s in BLOCKED for n, s in names.items() if s in INFORMATIVE} for d, names in days.items()}
        before, asked = "", set[str]()
        for day in sorted(days):
            new = set(days[day]) - asked
            asked |= set(days[day])
            panel = telling[day].keys() & telling.get(before, {}).keys()
            if before and panel and 2 * len(panel) >= len(telling[before]):
                out.append(_change(network, (before, day), panel, telling) | {"added": len(new)})
            elif before and len(telling[day]) < len(telling[before]):
                continue
            before = day if telling[day] else before
    return out


def _change(
    network: str, days: tuple[str, str], panel: set[str], telling: dict[str, dict[str, bool]]
) -> dict[str, Any]:
    before, day = days
    up = sum(not telling[before][n] and telling[day][n] for n in panel)
    down = sum(telling[before][n] and not telling[day][n] for n in panel)
    return {
        "network": network, "day": day, "before": before, "panel": len(panel), "newly_blocked": up, "newly_open": down,
        "p": sign_test(up, down),
    }  # fmt: skip


def sign_test(up: int, down: int) -> float:
    """Two-sided exact sign test: the chance of a split at least as uneven if both directions were alike."""
    n, k = up + down, min(up, down)
    return 1.0 if n == 0 else min(1.0, 2 * float(special.bdtr(k, n, 0.5)))
