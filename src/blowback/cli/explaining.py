"""`explain`: what is read out of one text."""

from __future__ import annotations

import itertools
from typing import Annotated, Any

import typer
from rich.text import Text

from blowback.cli import options as opt
from blowback.cli import show
from blowback.dossier.shown import harmless, marked

# later styles win where spans overlap
_STYLES = (("claims", "underline"), ("places", "bold green"), ("times", "bold cyan"))


def coloured(told: dict[str, Any]) -> Text:
    """The text with its spans: claims underlined, places green, times cyan; hidden characters written out."""
    text, out = str(told["text"]), Text()
    edges = {0, len(text)}
    for name, _ in _STYLES:
        edges |= {edge for s in told[name] for edge in (s["span_start"], s["span_end"])}
    points = sorted(edges)
    for start, end in itertools.pairwise(points):
        styles = [
            style
            for name, style in _STYLES
            if any(s["span_start"] <= start < s["span_end"] and not s.get("rejected") for s in told[name])
        ]
        out.append(marked(harmless(text[start:end])), style=" ".join(styles))
    return out


def _interval(row: dict[str, Any]) -> str:
    if row["time_from"] is None:
        return "no time"
    return f"{row['time_from']:%Y-%m-%d %H:%M} to {row['time_to']:%Y-%m-%d %H:%M} UTC"


def _where(row: dict[str, Any]) -> str:
    if row["place_name"] is None:
        return ""
    return f"{row['place_name']} ({row['lat']:.3f}, {row['lon']:.3f}), within {row['radius_km']:.0f} km, p {row['place_p']:.2f}"


def _claim(row: dict[str, Any], text: str) -> None:
    what = f"{row['modality']} (p {row['modality_p']:.2f}), {row['polarity']}" + (
        f", {row['type']}" if row["type"] else ""
    )
    show.say(f"\n{row['claim_id']}  {what}  [{row['span_start']}, {row['span_end']})")
    lines = {
        "actor": row["actor"],
        "target": row["target"],
        "place": _where(row),
        "time": f"{_interval(row)} ({row['time_kind']})",
        "quantity": ", ".join(_quantity(q) for q in row["quantities"]),
        "source": row["source_cited"],
        "slots": row["slots"],
        "because": "; ".join(f"{c['says']} [{text[c['span_start'] : c['span_end']]}]" for c in row["cues"]),
    }
    for name, value in lines.items():
        if value:
            show.say(f"    {name:<9} {harmless(value)}")


def _quantity(q: dict[str, Any]) -> str:
    high = q["quantity_max"]
    size = (
        f"at least {q['quantity_min']:,.10g}"
        if high is None
        else f"{q['quantity_min']:,.10g}" + (f" to {high:,.10g}" if high != q["quantity_min"] else "")
    )
    return f"{size} {q['quantity_unit']} ({q['quantity_role']})"


def _people(told: dict[str, Any]) -> None:
    show.out.print(coloured(told))
    text = str(told["text"])
    for row in told["claims"]:
        _claim(row, text)
    if not told["claims"]:
        show.say("\nNo claim is read out of this text.")
    for time in told["times"]:
        show.say(f"\ntime   {harmless(time['said'])}: {_interval(time)} ({time['time_kind']})")
    for place in told["places"]:
        best = place["place_candidates"][:4]
        names = ", ".join(f"{c['name']}, {c['country']} {c['p']:.2f}" for c in best) or "no candidate"
        why = (
            f"no place: {place['rejected']}" if place["rejected"] else f"{names}; none of these {place['no_match']:.2f}"
        )
        show.say(f"place  {harmless(place['said'])}: {why}")
    if told["event_places"]:
        said = ", ".join(f"{g['place_name']} {g['weight']:.2f}" for g in told["event_places"])
        show.say(f"\nwhere it happened, of the text as a whole: {harmless(said)}")
    for name in told["unlisted"]:
        show.say(f"place  {harmless(name['said'])}: in no gazetteer here")
    for dropped in told["rejected"]:
        show.say(f"dropped  {harmless(text[dropped['span_start'] : dropped['span_end']])}: {dropped['says']}")


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        epilog='Example: blowback explain "We will enter Tikrit within two days" --at 2014-06-11T18:30Z --theatre IQ'
    )
    def explain(
        text: Annotated[str, typer.Argument(metavar="TEXT", help="The text, as published.")],
        at: Annotated[str, typer.Option("--at", metavar="TIME", help="When it was posted: 2014-06-11T18:30Z.")],
        theatre: Annotated[
            str, typer.Option("--theatre", metavar="IQ,SY", help="Countries whose places are likelier.")
        ] = "",
        zone: Annotated[
            str, typer.Option("--zone", metavar="ZONE", help="Zone whose clock and days the text means.")
        ] = "Asia/Baghdad",
        as_json: opt.AsJson = False,
    ) -> None:
        """What is read out of one text: claims, places and times, with candidates and what was dropped."""
        from blowback.desk_explain import explain as explained  # noqa: PLC0415  # the reader's libraries take half a second

        told = explained(text, at=at, theatre=theatre, zone=zone)
        if as_json:
            show.json(told)
        else:
            _people(told)
