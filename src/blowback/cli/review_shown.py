"""One claim on the terminal: the words in their own script with the span marked, the reading, and what it may be else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from blowback.cli import show
from blowback.desk_review import Waiting
from blowback.desk_review_rows import candidates_of
from blowback.dossier.shown import figure, harmless, marked
from blowback.model.claim import MODALITIES, TYPES
from blowback.model.judgement import Judgement
from blowback.tools.words import plural

AROUND = 700  # code points shown before and after the span
OPEN, CLOSE = "⟪", "⟫"
KEYS = "[a]ccept  [c]orrect field=value ... why  [r]eject why  [n]ote words  [s]kip  [b]ack  [q]uit  [?]"


def claim(waiting: Waiting, where: str) -> None:
    """Print it. Where stdout is no terminal the marks around the span are all there is of highlighting."""
    row = waiting.claim
    show.say(f"\n{where}  {row['claim_id']}  posted {_at(row['posted_at'])}  by {row['account_id']}")
    show.say("why: " + "; ".join(_line(r.says) for r in waiting.reasons))
    if waiting.copies:
        show.say(f"the same words stand in {plural(waiting.copies, 'more claim')}; a decision holds for them too")
    show.out.print(_words(waiting.text, row["span_start"], row["span_end"]))
    for line in (*_reading(row), *_candidates(row), *_suggested(waiting), *map(_earlier, waiting.judged)):
        show.say(line)


def _words(text: str, start: int, end: int) -> Text:
    """The text around the span: hidden characters written out, links defanged, the span between marks."""
    before, span, after = text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND]
    out = Text("  ")
    out.append(("… " if start > AROUND else "") + _plain(before))
    out.append(OPEN + _plain(span) + CLOSE, style="bold reverse")
    out.append(_plain(after) + (" …" if end + AROUND < len(text) else ""))
    return out


def _plain(text: str) -> str:
    return marked(harmless(text)).replace("\n", "\n  ")


def _line(text: str) -> str:
    """Words of a post within a line of ours: they cannot begin another."""
    return " ".join(harmless(text).split())


def _reading(row: dict[str, Any]) -> Iterator[str]:
    yield f"  modality  {row['modality']} ({MODALITIES.get(row['modality'], '')}); polarity {row['polarity']}"
    meaning = f" ({TYPES[row['type']]})" if row["type"] in TYPES else ""
    yield f"  type      {row['type'] or 'none'}{meaning}"
    if row["actor"] or row["target"]:
        yield f"  who       {_line(row['actor']) or '–'} → {_line(row['target']) or '–'}"
    if row["lat"] is None:
        yield "  place     none"
    else:
        at = f"{row['lat']:.4f}, {row['lon']:.4f}, radius {figure(row['radius_km'])} km"
        yield f"  place     {_line(row['place_name'] or '')}  ({at}; probability {figure(row['place_p'])})"
    if row["time_from"] is not None:
        yield f"  time      {_at(row['time_from'])} to {_at(row['time_to'])} ({row['time_kind']}), UTC"
    if row["quantity_min"] is not None:
        low, high = row["quantity_min"], row["quantity_max"]
        much = (
            f"{figure(low)} or more"
            if high is None
            else figure(low)
            if high == low
            else f"{figure(low)} to {figure(high)}"
        )
        yield f"  quantity  {much} {_line(row['quantity_unit'])} ({row['quantity_role'] or 'no role'})"
    if row["source_cited"]:
        yield f"  cites     {_line(row['source_cited'])}"


def _candidates(row: dict[str, Any]) -> Iterator[str]:
    for number, one in enumerate(candidates_of(row), 1):
        where = f"{one.get('placetype', '')} {one.get('country', '')}, {one['lat']:.3f}, {one['lon']:.3f}"
        yield f"  {number:>3}  {_line(str(one['name']))}  {one['id']}  ({where}; {figure(one.get('p'))})"


def _suggested(waiting: Waiting) -> Iterator[str]:
    for row in waiting.suggested:
        if row["field"] == "translation" and row["outcome"] != "rejected":
            yield f"  machine-made translation ({row['model']}), display only: {_line(row['value'])}"
        elif row["outcome"] in ("review", "adds"):
            said = f"{row['field']} {_line(row['value'] or 'none')}"
            yield f"  a model ({row['model']}) suggests, no evidence: {said}, quoting “{_line(row['quote'])}”"


def _earlier(one: Judgement) -> str:
    what = " ".join(f"{k}={v}" for k, v in one.set.items())
    told = " ".join(part for part in (one.decision, what) if part) + (f": {one.why}" if one.why else "")
    return f"  {one.at[:19]}Z {_line(one.who)}: {_line(told)}"


def _at(at: object) -> str:
    return str(at)[:19]
