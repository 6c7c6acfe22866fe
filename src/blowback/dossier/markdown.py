"""The dossier as plain Markdown: sentences, receipts, findings, limits, hashes. A function of the document alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from blowback.dossier import markdown_panels, markdown_reasons
from blowback.dossier.cards import FindingCard
from blowback.dossier.document import Document
from blowback.dossier.shown import figure, marked, rare, when, whole
from blowback.tools.words import plural

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#|~&!])")


def render(document: Document) -> str:
    """The text. The same document gives the same bytes; nothing in it is markup or a link that we did not write."""
    reasons = markdown_reasons.render(document.reasons, plain, _table)
    parts = [*_head(document), *_received(document), *reasons, *_findings(document), *_end(document)]
    return "\n".join(parts).rstrip() + "\n"


def plain(text: str) -> str:
    """Text of others on one line: hidden characters written out, Markdown and HTML characters escaped."""
    return _ACTIVE.sub(r"\\\1", " ".join(marked(text).split()))


def _head(d: Document) -> Iterator[str]:
    yield f"# {plain(d.case.title)}\n"
    yield f"Dossier of {d.made_at[:10]}, content {d.digest()}\n"
    yield from (f"{n}. {plain(s.says)} ({s.certainty}; {s.source})" for n, s in enumerate(d.sentences, 1))


def _received(d: Document) -> Iterator[str]:
    yield "\n## What was read\n"
    rows = [
        (
            plain(e.name),
            plain(e.title),
            *(whole(n) for n in (e.read, e.kept, e.duplicate, e.set_aside)),
            e.zone,
            e.sha256,
        )
        for e in d.exhibits
    ]
    yield from _table(("File", "Read as", "Read", "Kept", "Already there", "Set aside", "Zone", "SHA-256"), rows)


def _findings(d: Document) -> Iterator[str]:
    yield "\n## Findings\n"
    if not d.findings:
        more = "" if d.measured else " That is not evidence that nobody coordinated."
        yield f"None stands.{more}"
    elif d.findings_total > len(d.findings):
        yield f"{len(d.findings)} of {whole(d.findings_total)} are shown.\n"
    for card in d.findings:
        yield from _finding(card, d)


def _finding(card: FindingCard, d: Document) -> Iterator[str]:
    f, e = card.finding, card.finding.effect
    yield f"### {card.label} ({f.id})\n"
    yield f"{plain(f.says)} *{f.certainty}*\n"
    if card.noun == "post":
        span = f"{when(card.first_us)} to {when(card.last_us)} UTC"
        yield f"- {plural(len(f.subject.members), 'account')}, {plural(card.posts, 'post')}, {span}"
    else:
        yield f"- {plural(f.evidence_total, card.noun)} behind it"
    interval = f"{figure(e.low)} to {figure(e.high)} at {e.level:.0%}"
    yield f"- {plain(e.name)}: {figure(e.value)} {plain(e.unit)} ({interval}; {plain(e.method)})"
    for n in f.nulls:
        chance = f"observed {figure(n.observed)}, by chance {figure(n.expected)}, p {rare(n.p)}, q {rare(n.q)}"
        yield f"- {plain(n.name)}: {chance}, {whole(n.tested)} tested ({plain(n.method)})"
    yield from (f"- Against it: {plain(c)}" for c in f.counter_evidence)
    unless = "".join(f"; unless {plain(u)}" for u in card.rule.unless)
    yield f"- Rule {plain(card.rule.id)}: {plain(card.rule.when)}{unless}"
    yield f"- Cite: {plain(card.cite)}\n"
    yield from markdown_panels.render(card.panels, plain, _table)
    yield from markdown_reasons.traces(card, d.exhibits, plain)


def _end(d: Document) -> Iterator[str]:
    yield from () if d.measured else _gone(d)
    yield "\n## What the figures cannot carry\n"
    yield from (f"- {plain(x.title)}: {plain(x.says)}" for x in d.limits)
    yield "\n## Hashes\n"
    yield f"- Manifest, {plural(d.hashes.manifest_lines, 'line')}: {d.hashes.manifest_head}"
    yield f"- Ledger, {plural(d.hashes.ledger_lines, 'line')}: {d.hashes.ledger_head}"
    yield from (f"- Table {t.name}, {plural(t.rows, 'row')}: {t.digest}" for t in d.hashes.tables)


def _gone(d: Document) -> Iterator[str]:
    yield "## What is gone\n"
    gone = [
        (r.actor, r.state, r.subject_kind, plain(", ".join(r.scopes)), r.certainty, whole(r.rows)) for r in d.removals
    ]
    yield from _table(("Actor", "State", "What", "Scope", "Certainty", "Records"), gone)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        yield "Nothing."
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
