"""Writes the pages derived from the code: the data dictionary. A house test checks that they are current."""

from __future__ import annotations

from pathlib import Path

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


if __name__ == "__main__":
    (HERE / "reference" / "tables.md").write_text(dictionary(), encoding="utf-8")
