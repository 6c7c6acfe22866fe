"""Boards, maps, heat maps and quotes as plain Markdown: counts and tables; other panels are drawings and are left to the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from blowback.dossier import outlines
from blowback.dossier.highlighting import runs
from blowback.dossier.panel_html import listed_rows, places, words_of
from blowback.dossier.shown import figure, when
from blowback.dossier.svg_board import Tally
from blowback.model.panel import SPANS, Board, Heat, Map, Panel, Quote, Quotes

ROWS: Final = 20  # of a table of places
Plain = Callable[[str], str]
Table = Callable[[Sequence[str], Sequence[Sequence[str]]], Iterator[str]]


def render(panels: Sequence[Panel], plain: Plain, table: Table) -> Iterator[str]:
    """Lines for the panels that can be read as text.

    Args:
        panels: of one finding.
        plain: makes a text of others safe to put on a line.
        table: a head and rows as lines of a Markdown table.
    """
    for panel in panels:
        if isinstance(panel, Board):
            yield from _board(panel, plain, table)
        elif isinstance(panel, Map):
            yield from _map(panel, plain, table)
        elif isinstance(panel, Heat):
            yield from _heat(panel, plain, table)
        elif isinstance(panel, Quotes):
            yield f"\n#### {plain(panel.title)}\n\n{plain(panel.says)}\n"
            for quote in panel.quotes:
                yield from _quote(quote, plain)


def _board(panel: Board, plain: Plain, table: Table) -> Iterator[str]:
    tally = Tally.of(panel.announced)
    counts = ", ".join(f"{n} {o}" for o, n in tally.counts.items() if n)
    yield f"\n#### {plain(panel.title)}\n\n{plain(tally.says)} {counts[:1].upper()}{counts[1:]}.\n"
    rows = []
    for row in listed_rows(panel):
        span, ahead = words_of(row)
        seen = "; ".join(f"{name}: {said}" for name, said in row.by_source)
        chance = "–" if row.chance is None else f"{row.chance:.0%}"
        what = f"{row.place}: {row.what}" if row.place else row.what
        rows.append((row.outcome, plain(what), when(row.at, "minute"), plain(span), ahead or "–", chance, plain(seen)))
    yield from table(("Outcome", "Announced", "When, UTC", "For when", "Ahead", "By chance", "By event source"), rows)
    yield f"\n{plain(panel.says)} {plain(panel.counted)}"


def _map(panel: Map, plain: Plain, table: Table) -> Iterator[str]:
    yield f"\n#### {plain(panel.title)}\n\n{plain(panel.says)}\n"
    held = places(panel)
    rows = [(plain(p.label), figure(p.weight), f"{p.lat:.2f}, {p.lon:.2f}", plain(p.says)) for p in held[:ROWS]]
    yield from table(("Place", plain(panel.unit), "Latitude, longitude", "Beside that"), rows)
    more = f"{len(held) - ROWS:,} more are in the page. " if len(held) > ROWS else ""
    yield f"\n{more}Outlines of the page: {outlines.SOURCE}. {outlines.VIEW}"


def _heat(panel: Heat, plain: Plain, table: Table) -> Iterator[str]:
    letters = {s.word: s.letter for s in panel.legend}
    yield f"\n#### {plain(panel.title)}\n\n{plain(panel.says)}\n"
    rows = [(plain(r.label), *(plain(letters.get(c, "")) for c in r.cells)) for r in panel.rows]
    yield from table(("", *(plain(c) for c in panel.columns)), rows)
    yield "\n" + "; ".join(f"{plain(s.letter)} {plain(s.word)}: {plain(s.says)}" for s in panel.legend) + "\n"


def _quote(quote: Quote, plain: Plain) -> Iterator[str]:
    yield f"- {when(quote.at, quote.clock)} UTC, {plain(quote.post_id)}: {_text(quote, plain)}"
    yield from (f"  - {plain(name)}: {plain(value)}" for name, value in (*quote.facts, *quote.verdicts))


def _text(quote: Quote, plain: Plain) -> str:
    """The text with its marked parts in brackets, each with its kind; a bracket of the text itself is escaped."""
    if not quote.text:
        return plain(quote.missing or "there is no text")
    out = []
    for run in runs(quote.text, quote.spans):
        if run.text.isspace():
            out.append(" ")
            continue
        kinds = [k for k in run.kinds if k in SPANS and k != "claim"]
        edge = " " if run.text[:1].isspace() else ""
        end = " " if run.text[-1:].isspace() else ""
        words = plain(run.text)
        out.append(f"{edge}{words}{end}" if not kinds else f"{edge}**{words}** ({SPANS[kinds[0]]}){end}")
    return "".join(out).strip()
