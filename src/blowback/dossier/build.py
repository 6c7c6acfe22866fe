"""From a case folder to a dossier document: reads Parquet through DuckDB, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blowback.analyses import analyses
from blowback.case.case import Case
from blowback.case.ledger import now
from blowback.dossier import behind, evidence, objects, quoted, traced
from blowback.dossier.brackets import brackets
from blowback.dossier.carded import Cards, noun_of
from blowback.dossier.cards import Trace
from blowback.dossier.document import Document
from blowback.dossier.facts import facts, removals
from blowback.dossier.groups import gather, labels, parts
from blowback.dossier.limits import limits
from blowback.dossier.methods import methods_of
from blowback.dossier.network import network
from blowback.dossier.pairs import pairs_of
from blowback.dossier.panels import panels_of
from blowback.dossier.reading import Desk, desk
from blowback.dossier.reasons import numbers, reasons
from blowback.dossier.received import card, exhibits, hashes
from blowback.dossier.runs import findings_of, latest_runs
from blowback.dossier.sentences import sentences
from blowback.dossier.timeline import timeline
from blowback.model.analysis import Analysis
from blowback.model.finding import Finding
from blowback.model.panel import Panel

FINDINGS = 200


def build(case: Case, *, made_at: str | None = None, known: Mapping[str, Analysis] | None = None) -> Document:
    """Everything a dossier shows, from what the case holds now.

    Args:
        case: an open case; nothing in it is changed.
        made_at: the moment to print on it, ISO UTC; now unless given.
        known: analyses by id, for their questions and rules in words; those that are installed unless given.

    Raises:
        CustodyError: a table, run or finding cannot be read.
    """
    rules = analyses() if known is None else known
    nouns = {n: a.noun for n, a in rules.items()}
    runs = latest_runs(case)
    every = findings_of(case, runs)
    found = every[:FINDINGS]
    together = gather(found)
    held, state, read = card(case), hashes(case), exhibits(case)
    stated, places = reasons(case, runs), {e.sha256: n for n, e in enumerate(read)}
    with desk(case) as tables:
        drawn = panels_of(rules, runs, found)
        behind.gather(tables, found, together, runs, quoted.asked(drawn))
        evidence.choose(tables)
        objects.name(tables)
        counted = facts(tables)
        pairs = pairs_of(tables, runs)
        pictures = quoted.fill(drawn, tables)
        traces = _traces(tables, rules, found, drawn, places)
        cards = Cards(
            tables, found, together, labels=labels(found, together, nouns), pairs=pairs, rules=rules,
            manifest=state.manifest_head, panels=pictures, traces=traces,
        )  # fmt: skip
        of_findings, of_groups = cards.findings(), cards.groups()
        groups_named = [(g.label, g.ruling) for g in of_groups]
        line = timeline(tables, groups_named, [(c.label, c.ruling) for c in of_findings], brackets(runs))
        things, shares = objects.shared(tables)
        shown, note = evidence.posts(tables, places, shares)
        gone = removals(tables)
    methods = methods_of(rules, runs, of_findings)
    total = len(every)
    beside = parts(found, together, nouns)
    said = sentences(
        counted, read, line, cards=of_findings, groups=together, parts=beside, total=total, runs=runs, removals=gone,
        reasons=stated,
    )  # fmt: skip
    return Document(
        made_at=made_at or now(),
        case=held,
        exhibits=read,
        sentences=said,
        timeline=line,
        network=network(together, pairs.inside),
        groups=of_groups,
        parts=beside,
        findings=of_findings,
        findings_total=total,
        objects=things,
        posts=shown,
        posts_note=note,
        reasons=stated,
        numbers=numbers(case, runs),
        removals=gone,
        limits=limits(held, read, counted, methods),
        methods=methods,
        hashes=state,
    )


def _traces(
    tables: Desk,
    rules: Mapping[str, Analysis],
    found: Sequence[Finding],
    drawn: Mapping[int, tuple[Panel, ...]],
    places: Mapping[str, int],
) -> dict[int, tuple[Trace, ...]]:
    """The evidence of findings that rest on other things than posts."""
    others = {n: f for n, f in enumerate(found) if noun_of(rules, f.analysis) != "post"}
    return traced.traces(tables, {n: traced.wanted(f, drawn.get(n, ())) for n, f in others.items()}, places)
