"""Stated reasons, and evidence that is no post, as plain Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from blowback.dossier.cards import FindingCard, ReasonCard
from blowback.dossier.document import ExhibitRead
from blowback.dossier.markdown_panels import Plain, Table

ROWS: Final = 20  # of the evidence of one finding


def render(reasons: Sequence[ReasonCard], plain: Plain, table: Table) -> Iterator[str]:
    """Lines for what was stated and what the audit makes of it."""
    for r in reasons:
        yield f"\n## The stated reason\n\n> {plain(r.quote)}\n"
        yield f"{plain(r.actor)}, {plain(r.date)}. It predicts {plain(r.predicts)}."
        yield plain(r.known) + (" The case was judged anew since." if r.stale else "")
        for n in r.networks:
            yield f"\n### {plain(n.network)}: {plain(n.wording)}\n\n{plain(n.rule)}. {plain(n.power)}\n"
            rows = [(m.name, plain(m.value), plain(m.interval), plain(m.says)) for m in n.measures]
            yield from table(("Figure", "Value", "95 % interval", "What it is"), rows)
            yield "".join(
                f"\n{said}: {plain(text)}\n"
                for said, text in (("What would overturn it", n.overturn), ("Labels", n.doubt))
                if text
            )
            yield from table(n.categories.head, [tuple(plain(x) for x in row) for row in n.categories.rows])
        yield "\n".join(["", *(f"- {plain(x)}" for x in r.limits)])


def traces(card: FindingCard, exhibits: Sequence[ExhibitRead], plain: Plain) -> Iterator[str]:
    """Where the first pieces of evidence of a finding lie."""
    for t in card.traces[:ROWS]:
        name = exhibits[t.exhibit].name if 0 <= t.exhibit < len(exhibits) else "?"
        place = ", ".join(
            x for x in (name, t.member, f"record {t.record_no}", f"line {t.line}" if t.line is not None else "") if x
        )
        yield f"- {plain(t.day)}, {plain(t.name)} at {plain(t.at)}: {plain(t.says)} ({plain(place)})"
    if len(card.traces) > ROWS:
        yield f"- and {len(card.traces) - ROWS:,} more in the page"
