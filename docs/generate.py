"""Writes the pages derived from the code: the data dictionary. A house test checks that they are current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from blowback.cli.main import app
from blowback.model.tables import CLOCKS, MARK_KINDS, TABLES

HERE = Path(__file__).resolve().parent


def dictionary() -> str:
    """The data dictionary page, from `model/tables.py`."""
    out = [
        "# Data dictionary",
        "",
        "Written from `src/blowback/model/tables.py`, the only definition of these tables. Times are UTC",
        "microseconds without a zone. Platform ids are text, always. A column that may be empty is marked ○.",
        "",
    ]
    for table in TABLES.values():
        out += [f"## `{table.name}`", "", f"A row is {table.row_is}.", ""]
        if table.key:
            out += [f"Key: {', '.join(f'`{k}`' for k in table.key)}.", ""]
        out += ["| column | type | | meaning | unit |", "|---|---|---|---|---|"]
        out += [
            f"| `{c.name}` | {c.type} | {'○' if c.nullable else ''} | {c.meaning.replace('|', '/')} | {c.unit or ''} |"
            for c in table.columns
        ]
        out.append("")
    out += ["## Kinds of mark", "", "| kind | value |", "|---|---|"]
    out += [f"| `{k}` | {v} |" for k, v in MARK_KINDS.items()]
    out += ["", "## Clocks", "", "| clock | means |", "|---|---|"]
    out += [f"| `{k}` | {v} |" for k, v in CLOCKS.items()]
    return "\n".join(out) + "\n"


def command_line() -> str:
    """The page of every command with its arguments and options, from the program itself."""
    out = [
        "# Command line",
        "",
        "Written from the program (`python docs/generate.py`). `--json` output is on stdout alone; everything else goes to",
        "stderr. Exit codes: 0 done, 1 a check found something, 2 usage, 3 bad input, 130 interrupted.",
        "",
    ]
    root = typer.main.get_command(app)

    def walk(command: Any, words: str) -> None:
        for name, sub in sorted(getattr(command, "commands", {}).items()):
            walk(sub, f"{words} {name}")
        if not hasattr(command, "commands"):
            out.extend(_page(command, words))

    walk(root, "blowback")
    return "\n".join(out) + "\n"


def _page(command: Any, words: str) -> list[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    spelled = " ".join(p.metavar or p.name.upper() for p in arguments)
    out = [f"## `{words} {spelled}`".replace(" `", "`") if not spelled else f"## `{words} {spelled}`", ""]
    out += [" ".join((command.help or "").split()), ""]
    if options:
        out += ["| option | |", "|---|---|"]
        out += [f"| `{', '.join(p.opts)}` | {(p.help or '').replace('|', '/')} |" for p in options]
        out.append("")
    epilog = (command.epilog or "").strip()
    if epilog:
        head, _, rest = epilog.partition("\n\n")
        out += [head, ""]
        out += ["```", *list(rest.replace("\n\n", "\n").splitlines()), "```", ""] if rest else []
    return out


if __name__ == "__main__":
    (HERE / "reference" / "cli.md").write_text(command_line(), encoding="utf-8")
    (HERE / "reference" / "tables.md").write_text(dictionary(), encoding="utf-8")
