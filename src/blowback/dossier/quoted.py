"""The texts of quotes: an analysis names a post and spans in it, the dossier fills in the text of posts that it embeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from blowback.dossier.highlighting import carried, excerpt
from blowback.dossier.reading import Desk
from blowback.model.panel import Panel, Quote, Quotes

NOT_HERE = "The text is not in this file: only posts behind a finding are embedded."
WITHHELD = "The text is withheld in this kind of export."
_ASKED = """
SELECT p.post_id, p.text, coalesce(p.lang, ''), p.clock FROM posts p
JOIN wanted w ON w.post_id = p.post_id WHERE list_contains(?::VARCHAR[], p.post_id)
"""
Panels = Mapping[int, tuple[Panel, ...]]


def asked(panels: Panels) -> dict[int, list[str]]:
    """By finding: the posts that its panels quote."""
    return {
        finding: [q.post_id for p in held if isinstance(p, Quotes) for q in p.quotes]
        for finding, held in panels.items()
    }


def fill(panels: Panels, desk: Desk, *, verbatim: bool = True) -> dict[int, tuple[Panel, ...]]:
    """The same panels, their quotes with text: links defanged, long posts cut around the spans, spans moved along.

    Args:
        panels: by finding, from `panels_of`.
        desk: with the table `wanted` (after `evidence.choose`).
        verbatim: False where the export profile forbids words of posts; facts and verdicts stay.
    """
    posts = sorted({p for held in asked(panels).values() for p in held})
    known = {row[0]: row[1:] for row in desk.rows(_ASKED, posts)} if posts and verbatim else {}
    return {
        finding: tuple(
            replace(p, quotes=tuple(_filled(q, known.get(q.post_id), verbatim=verbatim) for q in p.quotes))
            if isinstance(p, Quotes) else p
            for p in held
        )
        for finding, held in panels.items()
    }  # fmt: skip


def _filled(quote: Quote, held: tuple[str | None, str, str] | None, *, verbatim: bool) -> Quote:
    if not verbatim:
        return replace(quote, text="", spans=(), missing=WITHHELD)
    if held is None or held[0] is None:
        return replace(quote, text="", spans=(), missing=quote.missing or NOT_HERE)
    text, lang, clock = held
    words, spans = excerpt(*carried(text or "", quote.spans))
    return replace(quote, text=words, spans=spans, lang=quote.lang or lang, clock=clock)
