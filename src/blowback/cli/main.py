"""The command `blowback`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from blowback import __version__
from blowback.cli import (
    analysing,
    assisting,
    blocking,
    casework,
    doctoring,
    evidence,
    explaining,
    gazetteer,
    ingesting,
    measuring,
    opening,
    reading,
    reviewing,
    show,
    simulating,
    verifying,
)
from blowback.errors import BlowbackError

app = typer.Typer(
    name="blowback",
    help="Turns the public posts of a violent group's social-media campaign into evidence. "
    "Offline: only `blocking measure` contacts anybody.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
opening.add(app)
casework.add(app)
ingesting.add(app)
analysing.add(app)
reading.add(app)
reviewing.add(app)
assisting.add(app)
evidence.add(app)
verifying.add(app)
simulating.add(app)
explaining.add(app)
doctoring.add(app)
gazetteer.add(app)
blocking.add(app)
measuring.add(blocking.group)


def _version(asked: bool) -> None:  # typer's way
    if asked:
        typer.echo(f"blowback {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """See `blowback COMMAND --help` for examples."""


def run() -> None:
    """Entry point: exit codes 0 done, 1 a check found something, 2 usage, 3 bad input, 130 interrupted."""
    try:
        code = app(prog_name="blowback", standalone_mode=False)
    except BlowbackError as problem:
        show.error(problem)
        sys.exit(problem.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _interrupted()
    except BrokenPipeError:
        sys.exit(0)
    except Exception as problem:
        # Usage errors of the option parser, which typer carries with it under no public name.
        if not hasattr(problem, "show"):
            raise
        problem.show()
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _interrupted() -> None:
    show.tell("interrupted; what was acknowledged before is safe, and the same command can be run again")
    sys.exit(130)


if __name__ == "__main__":
    run()
