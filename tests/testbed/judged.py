"""Lines of the test-bed, judged: taken into a case and judged as a user does it.

In the namespaces 10.77.0.0/16 stands for the world. The judge is right to call such addresses unroutable, so the lines
are handed to it with public ones: 10.77.T.L becomes (80 + T).L.7.7, so that every site lies in a block of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

from blowback.desk import new_case


def as_the_world(text: str) -> str:
    """Addresses of the namespaces as public ones."""
    return re.sub(r"10\.77\.(\d+)\.(\d+)", lambda m: f"{80 + int(m[1])}.{m[2]}.7.7", text).replace("fd77:", "2a0b:")


def judged(folder: Path, files: list[Path]) -> dict[str, list[dict]]:
    """Tables of the judge over these files: verdicts, cells, measured, review, ..."""
    taken = []
    for file in files:
        copy = folder / file.name
        copy.write_text(as_the_world(file.read_text()))
        taken.append(copy)
    desk = new_case(folder / "case")
    receipt = desk.blocking_import(*taken).receipt
    assert receipt.total("set_aside") == 0
    assert receipt.total("read") == sum(len(f.read_text().splitlines()) for f in files)
    result = desk.blocking_judge()
    return {name: result.table(name).to_pylist() for name in result.tables}
