"""`assist`."""

import typer


def add(app: typer.Typer) -> None:
    """Add the command."""
