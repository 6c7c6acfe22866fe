"""From a case folder to a dossier document: reads Parquet through DuckDB, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blowback.analyses import analyses
from blowback.case.case import Case
from blowback.case.ledger import now
from blowback.dossier import behind, evidence
from blowback.dossier.document import Document, FindingCard, Hashes, ObjectShared
from blowback.dossier.facts import facts, removals
from blowback.dossier.limits import limits, methods_of, rule_text
from blowback.dossier.network import network
from blowback.dossier.reading import desk
from blowback.dossier.received import card, exhibits, hashes
from blowback.dossier.runs import findings_of, latest_runs
from blowback.dossier.sentences import sentences
from blowback.dossier.timeline import timeline
from blowback.model.analysis import Analysis
from blowback.model.finding import Finding

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
    rules: Mapping[str, Analysis] = analyses() if known is None else known
    runs = latest_runs(case)
    every = findings_of(case, runs)
    found = every[:FINDINGS]
    labels = [f"Group {n}" if f.subject.members else "Whole case" for n, f in enumerate(found, 1)]  # groups come first
    held, state, read = card(case), hashes(case), exhibits(case)
    with desk(case) as tables:
        behind.gather(tables, found, runs)
        counted = facts(tables)
        line = timeline(tables, [(f.id, label) for f, label in zip(found, labels, strict=True)])
        shown, note = evidence.posts(tables, {e.sha256: n for n, e in enumerate(read)})
        cards = _cards(
            found, labels, rules, counts=evidence.counts(tables), objects=evidence.objects(tables), state=state
        )
        drawing = network(found, labels, behind.pairs_of(tables, runs))
        gone = removals(tables)
    methods = methods_of(rules, runs, cards)
    return Document(
        made_at=made_at or now(),
        case=held,
        exhibits=read,
        sentences=sentences(counted, read, line, cards=cards, total=len(every), runs=runs, removals=gone),
        timeline=line,
        network=drawing,
        findings=cards,
        findings_total=len(every),
        posts=shown,
        posts_note=note,
        removals=gone,
        limits=limits(held, read, counted, methods),
        methods=methods,
        hashes=state,
    )


def _cards(
    found: Sequence[Finding],
    labels: Sequence[str],
    known: Mapping[str, Analysis],
    *,
    counts: Mapping[int, tuple[int, int, int | None, int | None]],
    objects: Mapping[int, tuple[ObjectShared, ...]],
    state: Hashes,
) -> tuple[FindingCard, ...]:
    cards = []
    for number, (finding, label) in enumerate(zip(found, labels, strict=True)):
        posts, shown, first, last = counts.get(number, (0, 0, None, None))
        digest = finding.digest or "not stamped"
        cards.append(
            FindingCard(
                finding=finding,
                label=label,
                rule=rule_text(known, finding.analysis, finding.rule),
                first_us=first,
                last_us=last,
                posts=posts,
                shown=shown,
                objects=objects.get(number, ()),
                cite=f"{finding.id}, digest {digest}, manifest {state.manifest_head}",
            )
        )
    return tuple(cards)
