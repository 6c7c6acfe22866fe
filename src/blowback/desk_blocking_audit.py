"""The audit over a case: a rationale is written into the ledger, the measurements are judged, then the two are compared."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow.parquet as pq

from blowback.analyses.blocking import audit, claims, evidence, published, raters
from blowback.analyses.blocking import rationale as reasons
from blowback.analyses.blocking import units as un
from blowback.analyses.blocking.overturn import would_overturn
from blowback.case.atomic import write_whole
from blowback.case.case import Case
from blowback.dossier.runs import Run, latest_runs
from blowback.errors import NotReadable, UsageError
from blowback.model.blocking import INFORMATIVE, Rationale
from blowback.tools.odds import under_detection

Rows = list[dict[str, Any]]
_TABLES: Final = ("verdicts", "cells", "listed", "collateral")
LIMITS: Final = (
    "Shares are of what was tested and told something, never of the web: whoever made the list decided what could be found.",
    "Names of one owner, and lookups of one resolver, are not independent; intervals treat units as if they were.",
    "A fit, or the lack of one, is no proof of intent.",
)
NOTHING_NAMED: Final = (
    "No name of this case is what the rationale says is blocked, so nothing can be told: import a list that names such sites "
    "(a Citizen Lab test list for its categories, or labels of your own), then audit again."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one audit is asked.

    Args:
        rationale: its file, or None for the claim alone.
        unit: name, domain or service. networks: these alone (else the rationale's, else all).
        sensitivity: known share of blocked fetches that show it, 0 to 1; measured from the case unless given.
        claim: (blocked, of) as a sentence has it. names: what the sentence is about.
    """

    rationale: Path | None = None
    unit: str = "name"
    networks: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    sensitivity: float | None = None
    claim: tuple[int, int] | None = None
    names: tuple[str, ...] = field(default=())


def stated(path: Path) -> tuple[bytes, Rationale]:
    """(bytes, what they say) of a rationale's file.

    Raises:
        NotReadable: there is no such file.
        WrongRationale: it cannot be used.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotReadable(f"{path}: {error.strerror or 'cannot be read'}", hint="Check the path") from error
    return content, reasons.read(content, path.name)


def register(case: Case, path: Path) -> dict[str, Any]:
    """Write a rationale into the ledger, so that it stands before the analysis; the same bytes are written once.

    Returns:
        `{sha256, at, line, new, judged_before, reason}`: `judged_before` says whether the case had been judged already.

    Raises:
        NotReadable, WrongRationale: see `stated`.
    """
    content, reason = stated(path)
    digest = hashlib.sha256(content).hexdigest()
    with case.lock():
        lines = list(case.ledger.entries())
        held = next((e for e in lines if e.get("verb") == "rationale" and e.get("sha256") == digest), None)
        judged = [e["seq"] for e in lines if e.get("verb") == "analyse" and e.get("analysis") == "blocking"]
        new = held is None
        if held is None:
            before = [e for e in lines if e.get("verb") == "rationale" and e.get("actor") == reason.actor]
            held = case.ledger.append(
                "rationale", sha256=digest, name=path.name, actor=reason.actor, version=len(before) + 1,
                amends=before[-1]["sha256"] if before else "", rationale=asdict(reason),
            )  # fmt: skip
    return {
        "sha256": digest, "at": held["at"], "line": held["seq"], "version": held["version"], "amends": held["amends"], "new": new,
        "judged_before": bool(judged) and judged[0] < held["seq"], "reason": reason,
    }  # fmt: skip


def run(case: Case, asked: Asked, judge: Callable[[], Any]) -> dict[str, Any]:
    """Audit; what was found goes beside the tables of the run, and a line into the ledger.

    Args:
        case: an open case.
        asked: what is asked.
        judge: runs the analysis `blocking`, where the case has no run of what it holds now.

    Raises:
        UsageError: neither a rationale nor a claim, or a unit or sensitivity that is none.
        NotReadable, WrongRationale: see `register`.
    """
    if asked.rationale is None and asked.claim is None and not asked.names:
        raise UsageError(
            "nothing to audit", hint="Give --rationale FILE, or a claim with --claim-blocked and --claim-of"
        )
    if asked.unit not in un.UNITS:
        raise UsageError(f"--unit {asked.unit}: not known", hint=f"Units are: {', '.join(un.UNITS)}")
    if asked.sensitivity is not None and not 0 < asked.sensitivity <= 1:
        raise UsageError(f"--sensitivity {asked.sensitivity}: out of bounds", hint="Write a share above 0, up to 1")
    held = register(case, asked.rationale) if asked.rationale else None
    judged = judged_now(case, judge)
    tables = {name: pq.read_table(judged.folder / f"{name}.parquet").to_pylist() for name in _TABLES}
    found: dict[str, Any] = {"run": judged.id, "rules_version": evidence.VERSION, "limits": list(LIMITS)}
    if held is not None:
        reason: Rationale = held.pop("reason")
        found["rationale"] = {**asdict(reason), **held, "unknown_categories": reasons.unknown_categories(reason)}
        found |= _against(reason, tables, asked)
        if not _named(reason, tables):
            found["limits"].insert(0, NOTHING_NAMED)
    if asked.claim is not None or asked.names:
        found["claim"] = _claim(tables, asked, found)
    found["published"] = published.check(tables["listed"], tables["verdicts"], tables["collateral"])
    return _kept(case, judged, found)


def judged_now(case: Case, judge: Callable[[], Any]) -> Run:
    """The latest run over what the case holds now; judged anew where there is none."""
    head = case.manifest.chain.head().hash
    for _ in range(2):
        runs = [r for r in latest_runs(case) if r.analysis == "blocking" and r.outcome == "done"]
        current = [r for r in runs if r.entry.get("manifest") == head]
        if current:
            return current[-1]
        judge()
    raise UsageError("the case cannot be judged", hint="Run `blowback blocking judge CASE` and see what it says")


def _named(reason: Rationale, tables: Mapping[str, Rows]) -> bool:
    """Whether any name that was asked or listed is one that the rationale says is blocked."""
    known = un.labels(tables["listed"])
    names = known.keys() | {c["name"] for c in tables["cells"]}
    return any(un.matches(reason.blocked, name, un.label_of(name, known)) for name in names)


def _against(reason: Rationale, tables: Mapping[str, Rows], asked: Asked) -> dict[str, Any]:
    """The rationale against each network, pooled, by category, and under other labels."""
    wanted = asked.networks or reason.networks
    lands = {v["network"]: v["country"] for v in tables["verdicts"] if v["country"]}
    by: defaultdict[str, Rows] = defaultdict(list)
    for cell in tables["cells"]:
        if not wanted or cell["network"].lower() in {w.lower() for w in wanted}:
            by[cell["network"]].append(cell)
    networks, counted, used = {}, [], set[str]()
    for network, cells in sorted(by.items()):
        days = sorted(c["day"] for c in cells if c["day"][:2] in ("19", "20"))
        lists = list(asked.lists) or un.lists_in_force(
            tables["listed"], days[-1] if days else "9999", lands.get(network, "")
        )
        known = un.labels(tables["listed"], lists)
        used |= set(lists)
        units = un.units(cells, asked.unit, since=reason.since, until=reason.until)
        told = {c["name"] for c in cells}
        report = audit.network_report(units, reason, known, len({un.unit_of(n, asked.unit) for n in told}))
        mine = audit.count(units, reason, known)
        report["would_overturn"] = would_overturn(mine, reason.minimum_coverage)
        report["detection"] = _detection(network, units, reason, known, tables["verdicts"], asked.sensitivity)
        others = {
            **_label_sets(tables["listed"], lists, lands.get(network, "")),
            **raters.sets(tables["listed"], lists),
        }
        report["label_doubt"] = {
            **audit.doubt(units, reason, others),
            "raters": raters.agreement(tables["listed"], lists, reason),
        }
        report["categories"] = audit.by_category(units, known)
        report["by_unit"] = {k: _brief(cells, k, reason, known) for k in un.UNITS}
        report["lists"] = lists
        report["by_layer"] = {
            layer: _brief(_cells_of(tables["verdicts"], network, layer), asked.unit, reason, known)
            for layer in sorted({v["layer"] for v in tables["verdicts"] if v["network"] == network})
        }
        networks[network] = report
        counted.append(mine)
    missing = sorted({w for w in wanted if w.lower() not in {n.lower() for n in by}})
    return {
        "unit": asked.unit, "lists": sorted(used), "networks": networks, "pooled": audit.pooled(counted),
        "overall": _told(audit.added(counted), reason),
        "wording": {**{n: r["wording"] for n, r in networks.items()}, **dict.fromkeys(missing, "cannot tell")},
        "networks_without_data": missing,
    }  # fmt: skip


def _brief(cells: Rows, kind: str, reason: Rationale, known: Mapping[str, un.Label]) -> dict[str, Any]:
    return _told(audit.count(un.units(cells, kind, since=reason.since, until=reason.until), reason, known), reason)


def _told(counted: audit.Counted, reason: Rationale) -> dict[str, Any]:
    return {
        "table": [[counted.a, counted.b], [counted.c, counted.d]], "coverage": audit.share(counted.a, counted.a + counted.b),
        "purity": audit.share(counted.a, counted.a + counted.c), "enrichment": audit.enrichment(counted),
        "wording": audit.wording(counted, reason.minimum_coverage)[0],
    }  # fmt: skip


def _cells_of(verdicts: Rows, network: str, layer: str) -> Rows:
    """Verdicts of one layer, which have the columns that units need."""
    return [v for v in verdicts if v["network"] == network and v["layer"] == layer]


def _label_sets(listed: Rows, lists: Sequence[str], country: str) -> dict[str, Mapping[str, un.Label]]:
    """Label sets for the doubt: the lists used, each list alone, every version there is, and hosts on which lists agree."""
    every = un.lists_of(listed, country)
    used = un.labels(listed, lists)
    sets: dict[str, Mapping[str, un.Label]] = {"lists in force": used}
    sets |= {f"without {name}": un.labels(listed, [n for n in lists if n != name]) for name in lists if len(lists) > 1}
    if set(every) != set(lists):
        sets["every version"] = un.labels(listed, every)
        sets["other versions"] = un.labels(listed, [n for n in every if n not in lists])
    sets["hosts with one category only"] = {h: label for h, label in used.items() if len(label.categories) == 1}
    return sets


def _detection(
    network: str,
    units: Sequence[un.Unit],
    reason: Rationale,
    known: Mapping[str, un.Label],
    verdicts: Rows,
    given: float | None,
) -> dict[str, Any]:
    """Coverage if a fetch over a proxy shows a block only sometimes: a DNS answer is taken to show it always."""
    mine = [v for v in verdicts if v["network"] == network]
    blocked = {n for u in units if u.blocked for n in u.names}
    pages = [v for v in mine if v["layer"] == "page"]
    shown = [v for v in pages if v["name"] in blocked]
    hits = sum(v["state"] in ("blocked", "likely_blocked") for v in shown)
    measured = audit.share(hits, len(shown))
    one = given if given is not None else measured["value"]
    wanted = [u for u in units if un.predicted(u, reason, known)]
    by_dns = {v["name"] for v in mine if v["layer"] != "page" and v["state"] in INFORMATIVE}
    tries = {u.id: sum(v["name"] in u.names for v in pages) for u in wanted}
    each = [1.0 if set(u.names) & by_dns or one is None else 1 - (1 - one) ** max(1, tries[u.id]) for u in wanted]
    mean = sum(each) / len(each) if each else None
    bounds = under_detection(sum(u.blocked for u in wanted), len(wanted), mean) if mean else None
    return {
        "page_fetches_of_blocked_names": measured, "sensitivity_per_fetch": one, "sensitivity_given": given is not None,
        "mean_sensitivity_per_predicted_unit": mean, "coverage_ci95": [round(b, 6) for b in bounds] if bounds else None,
    }  # fmt: skip


def _claim(tables: Mapping[str, Rows], asked: Asked, found: Mapping[str, Any]) -> dict[str, Any]:
    minimum = float(found.get("rationale", {}).get("minimum_coverage", 0.5))
    out: dict[str, Any] = {}
    if asked.claim is not None:
        blocked, of = asked.claim
        if not 0 <= blocked <= of or of < 1:
            raise UsageError(
                f"a claim of {blocked} of {of}: out of bounds",
                hint="--claim-of is at least 1, --claim-blocked at most as many",
            )
        out |= claims.numbers(blocked, of, minimum)
    names = list(asked.names) or _predicted_names(tables, found)
    if names:
        out["in_case"] = claims.in_case(
            names, tables["verdicts"], networks=asked.networks, minimum=minimum, said=asked.claim
        )
        out["in_case"]["names_from"] = "the claim" if asked.names else "the rationale's labels"
    return out


def _predicted_names(tables: Mapping[str, Rows], found: Mapping[str, Any]) -> list[str]:
    """Names that the rationale predicts blocked, where the claim names none."""
    if "rationale" not in found:
        return []
    told = found["rationale"]["blocked"]
    known = un.labels(tables["listed"], found["lists"])
    return sorted({c["name"] for c in tables["cells"] if un.matches(told, c["name"], un.label_of(c["name"], known))})


def _kept(case: Case, judged: Run, found: dict[str, Any]) -> dict[str, Any]:
    """Write the audit beside the run's tables, with its digest in the ledger."""
    content = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=str)
    name = f"audit-{hashlib.sha256(content).hexdigest()[:12]}.json"
    path = judged.folder / name
    with case.lock():
        write_whole(path, content)
        inside = path.relative_to(case.path)
        case.ledger.append(
            "audit", run=judged.id, rationale=found.get("rationale", {}).get("sha256", ""), out=case.digests([inside])
        )
    return {**found, "file": str(inside)}
