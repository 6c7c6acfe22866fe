"""Maps, boards and quotes as HTML: a drawing, a key, and the same as a table; without script and without a look of its own."""

from __future__ import annotations

# ruff: noqa: S704  # drawings are made of numbers, our own words and escaped names
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import jinja2
from markupsafe import Markup

from blowback.dossier import outlines, svg_board, svg_map
from blowback.dossier.cards import FindingCard, NumbersCard, ReasonCard, Trace
from blowback.dossier.document import ExhibitRead
from blowback.dossier.highlighting import Run, lines, runs, written
from blowback.dossier.markup import asset, environment, shown
from blowback.dossier.shown import when
from blowback.dossier.svg_signs import key_sign
from blowback.model.panel import MAP_KINDS, OUTCOMES, SPANS, Announced, Board, Heat, Map, Panel, Point, Quote, Quotes

ROWS: Final = 60  # of a table behind a map, and of a board
REST: Final = 20  # rows of a board that could not be held against event data
_DIRECTIONS: Final = {"rtl", "ltr"}


def render(panel: Panel) -> Markup:
    """The markup of a map, a board or quotes; empty for other panels, which are drawn elsewhere."""
    if isinstance(panel, Map):
        return _map(panel)
    if isinstance(panel, Board):
        return _board(panel)
    return _quotes(panel) if isinstance(panel, Quotes) else Markup()


def _map(panel: Map) -> Markup:
    drawn = svg_map.draw(panel)
    rows = places(panel)
    kinds = [k for k in MAP_KINDS if any(p.kind == k for p in panel.points)]
    left = [("Outside the frame", _listed(drawn.outside)), ("Too wide for a sign", _listed(drawn.wide))]
    return _macro(
        "map", p=panel, drawn=drawn, rows=rows[:ROWS], more=max(len(rows) - ROWS, 0), kinds=kinds, means=MAP_KINDS,
        left=left, source=outlines.SOURCE, view=outlines.VIEW,
    )  # fmt: skip


def places(panel: Map) -> list[Point]:
    """One point for each place, the heaviest first: outcomes added up, a part that lies on the whole left out."""
    held: dict[tuple[float, float, str], list[Point]] = {}
    for point in panel.points:
        held.setdefault((point.lat, point.lon, point.label), []).append(point)
    whole = []
    for points in held.values():
        counted = [p for p in points if p.kind != "ahead"] or points
        says = next((p.says for p in counted if p.says), "")
        whole.append(replace(counted[0], weight=sum(p.weight for p in counted), says=says))
    return sorted(whole, key=lambda p: (-p.weight, p.label, p.lat, p.lon))


def _listed(points: Sequence[Point]) -> list[tuple[str, float]]:
    """(name, weight) of places that are not drawn, the heaviest first; a part on top of another counts once."""
    held: dict[str, float] = {}
    for point in points:
        if point.kind != "ahead":
            held[point.label or "unnamed"] = held.get(point.label or "unnamed", 0.0) + point.weight
    return sorted(held.items(), key=lambda i: (-i[1], i[0]))


def _board(panel: Board) -> Markup:
    tally = svg_board.Tally.of(panel.announced)
    rows, rest = listed_rows(panel), listed_rows(panel, held=False)
    return _macro(
        "board", p=panel, tally=tally, bar=svg_board.bar(tally), outcomes=OUTCOMES, days=svg_board.horizon(rows or rest),
        rows=[(r, *words_of(r)) for r in rows], rest=[(r, *words_of(r)) for r in rest],
        more=tally.total - len(rows), more_rest=len(panel.announced) - tally.total - len(rest),
    )  # fmt: skip


def listed_rows(panel: Board, *, held: bool = True) -> tuple[Announced, ...]:
    """The rows that are written out, in order of time: those held against event data, or the others.

    Where there are too many, those of the most sources; never a choice by what came of them.
    """
    mine = [r for r in panel.announced if svg_board.held(r) == held]
    most = sorted(range(len(mine)), key=lambda n: (-(mine[n].sources or 0), n))[: ROWS if held else REST]
    return tuple(mine[n] for n in sorted(most))


def words_of(row: Announced) -> tuple[str, str]:
    """(for when, days ahead) in words."""
    if row.since is None or row.until is None:
        return "no time named", ""
    ends = when(row.until - 1, "day")
    said = when(row.since, "day")
    said = said if said == ends else f"{said} to {ends}"
    ahead = "" if row.days_ahead is None else f"{row.days_ahead:.1f} days ahead"
    return said + ("" if row.stated else " (default)"), ahead


def heat(panel: Heat, card: FindingCard) -> Markup:
    """States over columns as a table; a cell leads to its evidence where that is listed in the same finding."""
    signs, listed = {s.word: s for s in panel.legend}, {t.key for t in card.traces}
    rows = [
        (r.label, [(w, signs.get(w), _lead(r.leads, n, listed, card)) for n, w in enumerate(r.cells)])
        for r in panel.rows
    ]
    return _macro("heat", p=panel, rows=rows)


def _lead(leads: Sequence[str], place: int, listed: Collection[str], card: FindingCard) -> str:
    key = leads[place] if place < len(leads) else ""
    return anchor(card, key) if key in listed else ""


def anchor(card: FindingCard, key: str) -> str:
    """The id of a row of evidence on the page."""
    return f"e-{card.finding.id}-{key.replace(':', '-')}"


def traces(card: FindingCard, exhibits: Sequence[ExhibitRead]) -> Markup:
    """Evidence that is no post: what was asked, what came, and where its bytes lie."""
    rows = [
        (anchor(card, t.key), t, exhibits[t.exhibit] if 0 <= t.exhibit < len(exhibits) else None) for t in card.traces
    ]
    said = next((c for _, t, e in rows if e is not None and (c := _command(t, e))), "")
    placed = any(t.byte_start is not None and t.byte_len for t in card.traces)
    return _macro("traces", rows=rows, card=card, command=said, placed=placed)


_PACKED: Final = (".gz", ".xz", ".bz2", ".zst", ".zip")


def _command(trace: Trace, exhibit: ExhibitRead) -> str:
    """Prints the raw reply, from the folder of the case; empty where it needs more than tar, tail and head."""
    name = trace.member or exhibit.name
    if trace.byte_start is None or not trace.byte_len or exhibit.stored != "copy" or name.endswith(_PACKED):
        return ""
    file = shlex.quote(f"exhibits/{exhibit.sha256[:12]}-{exhibit.name.rpartition('/')[2]}")
    cut = f"tail -c +{trace.byte_start + 1} | head -c {trace.byte_len}"
    if not trace.member:
        return f"cat {file} | {cut}"
    # members may be stored as ./name
    return f"tar -xOf {file} --no-anchored {shlex.quote(trace.member)} | {cut}" if ".tar" in exhibit.name else ""


def reason(card: ReasonCard) -> Markup:
    """A stated reason with what an audit makes of it, network by network."""
    return _macro("reason", r=card)


def numbers(card: NumbersCard) -> Markup:
    """A sentence's numbers with what they allow."""
    return _macro("numbers", r=card)


def _quotes(panel: Quotes) -> Markup:
    kinds = [k for k in SPANS if k != "claim" and any(s.kind == k for q in panel.quotes for s in q.spans)]
    return _macro("quotes", p=panel, kinds=kinds, names=SPANS)


def _highlighted(quote: Quote) -> Markup:
    """The text line by line, each in its own direction, with its spans marked."""
    out = []
    for line in lines(runs(quote.text, quote.spans)):
        way = written("".join(r.text for r in line), quote.direction)
        out.append(Markup('<div class="line" dir="{}">{}</div>').format(way or "auto", Markup("").join(_marks(line))))
    return Markup("").join(out)


def _marks(line: Sequence[Run]) -> Iterator[Markup]:
    """Runs of a line; a run inside spans is marked by the innermost, and its title names them all."""
    for run in line:
        inner = [k for k in run.kinds if k in SPANS and k != "claim"]
        if not run.kinds:
            yield shown(run.text)
        elif not inner:
            yield Markup('<span class="said">{}</span>').format(shown(run.text))
        else:
            title = ", ".join(SPANS[k] for k in inner)
            yield Markup('<mark class="s-{}" title="{}">{}</mark>').format(inner[0], title, shown(run.text))


@cache
def _templates() -> Any:  # noqa: ANN401  # jinja2 types the macros of a template as Any
    env = environment()
    env.filters |= {
        "sign": key_sign,
        "highlighted": _highlighted,
        "strip": svg_board.strip,
        "chance": svg_board.chance_bar,
        "direction": lambda d: d if d in _DIRECTIONS else "auto",
    }
    env.loader = jinja2.FunctionLoader(lambda name: asset(name) if name == "panels.html.j2" else None)
    return env.get_template("panels.html.j2").module


def _macro(name: str, **given: object) -> Markup:
    return Markup(getattr(_templates(), name)(**given))
