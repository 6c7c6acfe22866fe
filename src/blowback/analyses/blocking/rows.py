"""From replies to verdict rows, cells and brackets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from blowback.analyses.blocking import evidence as e
from blowback.analyses.blocking.dns import Ruled, judge
from blowback.analyses.blocking.known import Known
from blowback.analyses.blocking.outages import Outages
from blowback.analyses.blocking.readiness import Readiness
from blowback.analyses.blocking.seen import Reply
from blowback.model.blocking import BLOCKED, INFORMATIVE

# from the strongest: what decides where lookups of one day differ. Unsure states never outweigh one that tells.
STRENGTH: Final = ("blocked", "likely_blocked", "ok", "down", "impaired", "insufficient")
_TRIES: Final = 3
_HOURS_US: Final = 2 * 3600 * 1_000_000


@dataclass(slots=True)
class Verdict:
    """One name at one resolver or path of one network on one day: the strongest of its observations."""

    network: str
    resolver: str
    day: str
    name: str
    layer: str
    ruled: Ruled
    lookups: int  # observations that say so
    of: int  # observations in all
    seen: str  # what was seen, in short
    evidence: str  # locator of the first that says so
    url: str = ""
    country: str = ""

    def row(self) -> dict[str, Any]:
        """As the output table has it."""
        r = self.ruled
        told = {"state": r.state, "mechanism": r.mechanism, "cause": r.cause, "rule": r.rule.id, "poisoned": r.poisoned}
        return {
            "network": self.network, "resolver": self.resolver, "day": self.day, "name": self.name, **told,
            "layer": self.layer, "lookups": self.lookups, "lookups_of": self.of, "seen": self.seen, "url": self.url,
            "country": self.country,
            "evidence": self.evidence,
        }  # fmt: skip


def strongest(states: Iterable[str]) -> str:
    """The state that decides."""
    return min(states, key=STRENGTH.index)


def verdicts(
    rows: Iterable[Reply], ready: Mapping[tuple[str, str], Readiness], known: Known, shared: int, outages: Outages
) -> list[Verdict]:
    """A verdict for each network, resolver, day and name that was asked."""
    judged = [(r, judge(r, ready[r.resolver, r.day], known, shared)) for r in rows if not r.control]
    ruled = [(r, outages.masked(f, r.network, r.country, r.at, r.day)) for r, f in judged]
    ruled = _repeated(ruled, known)
    groups: defaultdict[tuple[str, str, str, str], list[tuple[Reply, Ruled]]] = defaultdict(list)
    for reply, found in ruled:
        groups[reply.network, reply.resolver, reply.day, reply.name].append((reply, found))
    return [_verdict(key, members) for key, members in sorted(groups.items())]


def _verdict(key: tuple[str, str, str, str], members: list[tuple[Reply, Ruled]]) -> Verdict:
    state = strongest(f.state for _, f in members)
    best = [(r, f) for r, f in members if f.state == state]
    reply, found = best[0]
    seen = " ".join(reply.answers) or reply.rcode or reply.failure or ""
    return Verdict(
        *key, "dns", found, len(best), len(members), seen, reply.evidence, reply.url or "", reply.country or ""
    )


def _repeated(ruled: list[tuple[Reply, Ruled]], known: Known) -> list[tuple[Reply, Ruled]]:
    """Failures and silences that last: three tries, two controls (or two hours), and never an answer in between."""
    tries: defaultdict[tuple[str, str], list[tuple[Reply, Ruled]]] = defaultdict(list)
    for reply, found in ruled:
        tries[reply.network, reply.name].append((reply, found))
    lasting: dict[tuple[str, str], Ruled] = {}
    for key, members in tries.items():
        if any(f.state in ("ok", "blocked") for _, f in members):
            continue
        failed = [(r, f) for r, f in members if f.rule in (e.FAILS_ONCE, e.SILENT)]
        if len(failed) < _TRIES:
            continue
        controls = sum(c.resolved for c in known.controls.get(key[1], ()))
        times = [r.at for r, _ in failed if r.at is not None]
        wide = bool(times) and max(times) - min(times) >= _HOURS_US
        if all(f.rule is e.SILENT for _, f in failed) and wide:
            lasting[key] = replace(failed[0][1], rule=e.SILENT_LONG)
        elif controls > 1 and any(f.rule is e.FAILS_ONCE for _, f in failed):
            lasting[key] = replace(next(f for _, f in failed if f.rule is e.FAILS_ONCE), rule=e.FAILS)
    return [(r, lasting.get((r.network, r.name), f) if f.rule in (e.FAILS_ONCE, e.SILENT) else f) for r, f in ruled]


def cells(found: Iterable[Verdict]) -> list[dict[str, Any]]:
    """One row for each network, day and name: the strongest of its resolvers and paths, and how many say so."""
    groups: defaultdict[tuple[str, str, str], list[Verdict]] = defaultdict(list)
    for one in found:
        groups[one.network, one.day, one.name].append(one)
    out = []
    for (network, day, name), members in sorted(groups.items()):
        state = strongest(m.ruled.state for m in members)
        best = [m for m in members if m.ruled.state == state]
        counted = Counter((m.ruled.mechanism, m.ruled.cause, m.ruled.rule.id, m.ruled.poisoned) for m in best)
        mechanism, cause, rule, poisoned = min(counted, key=lambda k: (-counted[k], k))
        out.append({
            "network": network, "day": day, "name": name, "state": state, "mechanism": mechanism, "cause": cause,
            "rule": rule, "poisoned": poisoned, "resolvers": len(best),
            "resolvers_informative": sum(m.ruled.state in INFORMATIVE for m in members), "resolvers_asked": len(members),
            "lookups": sum(m.lookups for m in best), "lookups_of": sum(m.of for m in members),
            "evidence": best[0].evidence,
        })  # fmt: skip
    return out


def brackets(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """When each name that was ever blocked became so, and ceased: between which two days that tell something.

    `onset_after` is the last day seen open before the first day seen blocked (empty: blocked when first looked at);
    `end_by` the first day seen open after the last day seen blocked (empty: blocked when last looked at).
    """
    days: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for cell in found:
        days[cell["network"], cell["name"]][cell["day"]] = cell["state"]
    out = []
    for (network, name), states in sorted(days.items()):
        blocked = sorted(d for d, s in states.items() if s in BLOCKED)
        if not blocked:
            continue
        opened = sorted(d for d, s in states.items() if s == "ok")
        told = [states[d] in BLOCKED for d in sorted(states) if states[d] in INFORMATIVE]
        out.append({
            "network": network, "name": name,
            "onset_after": max((d for d in opened if d < blocked[0]), default=None), "onset_by": blocked[0],
            "end_after": blocked[-1], "end_by": min((d for d in opened if d > blocked[-1]), default=None),
            "days_blocked": len(blocked), "days_open": len(opened), "days_unknown": len(states) - len(told),
            "switches": sum(a != b for a, b in pairwise(told)),
        })  # fmt: skip
    return out


def collateral(found: Iterable[Verdict], names: Iterable[str]) -> list[dict[str, Any]]:
    """What shares a poisoned label: names taken with it, kept open, or on a list and not measured."""
    everything = sorted(set(names))
    groups: defaultdict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    named = [v for v in found if v.ruled.poisoned and v.ruled.state in BLOCKED]
    labels = {(v.network, v.ruled.poisoned) for v in named}
    for one in named:
        groups[one.network, one.ruled.poisoned]["taken"].add(one.name)
    for one in found:
        for network, label in labels:
            if one.network == network and one.ruled.cause == "pinned" and one.name.endswith(f".{label}"):
                groups[network, label]["open"].add(one.name)
    out = []
    for (network, label), members in sorted(groups.items()):
        under = {n for n in everything if n == label or n.endswith(f".{label}")}
        rest = under - members["taken"] - members["open"]
        row = {
            "network": network,
            "label": label,
            "taken": members["taken"],
            "kept_open": members["open"],
            "not_known": rest,
        }
        out.append({k: v if isinstance(v, str) else " ".join(sorted(v)) for k, v in row.items()})
    return out
