"""Writes the pages derived from the code: the data dictionary. A house test checks that they are current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from blowback.analyses import ANALYSES
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
    out += _outputs()
    out += ["## Kinds of mark", "", "| kind | value |", "|---|---|"]
    out += [f"| `{k}` | {v} |" for k, v in MARK_KINDS.items()]
    out += ["", "## Clocks", "", "| clock | means |", "|---|---|"]
    out += [f"| `{k}` | {v} |" for k, v in CLOCKS.items()]
    return "\n".join(out) + "\n"


def _outputs() -> list[str]:
    """What each analysis leaves in `signals/<analysis>/<run>/`."""
    out: list[str] = []
    for analysis in ANALYSES.values():
        out += [f"## Tables of `{analysis.id}`", "", f"Each run leaves them in `signals/{analysis.id}/<run>/`,"]
        out += ["beside the SQL (`steps.sql`) and the parameters (`params.json`).", ""]
        for output in analysis.outputs:
            out += [
                f"### `{output.name}`",
                "",
                f"A row is {output.row_is}.",
                "",
                "| column | type | | meaning | unit |",
            ]
            out += ["|---|---|---|---|---|"]
            out += [
                f"| `{c.name}` | {c.type} | {'○' if c.nullable else ''} | {c.meaning.replace('|', '/')} | {c.unit or ''} |"
                for c in output.columns
            ]
            out.append("")
    return out


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
    spelled = " ".join([words, *(_spelled(p) for p in arguments)])
    out = [f"## `{spelled}`", "", " ".join((command.help or "").split()), ""]
    rows = [(_spelled(p), p.help or "") for p in arguments]
    for p in options:
        default = "" if p.default in (None, False, True) or callable(p.default) else f" Default: {p.default}."
        value = "" if p.is_flag else f" {p.metavar or p.opts[0].strip('-').upper()}"
        rows.append((", ".join([*p.opts, *p.secondary_opts]) + value, f"{p.help or ''}{default}"))
    if rows:
        out += ["| | |", "|---|---|"]
        out += [f"| `{name.replace('|', '/')}` | {told.replace('|', '/')} |" for name, told in rows]
        out.append("")
    epilog = (command.epilog or "").strip()
    if epilog:
        head, _, rest = epilog.partition("\n\n")
        out += [head, ""]
        out += ["```", *list(rest.replace("\n\n", "\n").splitlines()), "```", ""] if rest else []
    return out


def _spelled(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()).strip("[]") + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


if __name__ == "__main__":
    (HERE / "reference" / "cli.md").write_text(command_line(), encoding="utf-8")
    (HERE / "reference" / "tables.md").write_text(dictionary(), encoding="utf-8")
