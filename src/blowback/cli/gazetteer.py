"""`gazetteer`: add, list, remove."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from blowback import desk_gazetteer
from blowback.cli import options as opt
from blowback.cli import show
from blowback.tools.places import store

_app = typer.Typer(help="What names of places mean on this machine.", no_args_is_help=True)


@_app.command("add", epilog="Example: blowback gazetteer add wof-iq.jsonl.gz IQ.zip")
def add_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Who's On First, GeoNames, or a CSV with lat, lon, name; a folder will do."
        ),
    ],
    as_json: opt.AsJson = False,
) -> None:
    """Add places of Who's On First, GeoNames or CSV files to the gazetteer."""
    for path in files:
        done = desk_gazetteer.add(path)
        told = {**asdict(done.file), "known": done.known, "reasons": done.reasons}
        if as_json:
            show.json(told)
            continue
        known = " (was there already)" if done.known else ""
        f = done.file
        show.say(f"{f.name}: {f.places} places, {f.names} names, {f.set_aside} set aside{known}")
        for why, many in list(done.reasons.items())[:5]:
            show.say(f"  {many} set aside: {why}")
    built = desk_gazetteer.built()
    if not as_json:
        show.say(f"the gazetteer holds {built.count[0]} places under {built.count[1]} names; digest {built.digest}")


@_app.command("list", epilog="Example: blowback gazetteer list --json")
def list_files(as_json: opt.AsJson = False) -> None:
    """What the gazetteer is made of."""
    built = desk_gazetteer.built()
    places, names = built.count
    files = [asdict(f) for f in store.added()]
    if as_json:
        show.json(
            {"digest": built.digest, "places": places, "names": names, "folder": str(store.folder()), "files": files}
        )
        return
    show.say(
        f"built in: GeoNames towns, countries, first-level divisions, sites; {places} places, {names} names in all"
    )
    for f in files:
        show.say(f"{f['name']}  {f['layout']}  {f['places']} places  {f['sha256'][:16]}  added {f['added']}")
    show.say(f"digest {built.digest}, in {store.folder()}")


@_app.command("remove", epilog="Example: blowback gazetteer remove wof-iq.jsonl.gz")
def remove_file(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name or SHA-256 of an added file.")],
    as_json: opt.AsJson = False,
) -> None:
    """Take an added file out of the gazetteer."""
    gone = desk_gazetteer.remove(name)
    if as_json:
        show.json({"removed": asdict(gone)})
    else:
        show.say(f"removed {gone.name} ({gone.places} places)")


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_app, name="gazetteer")
