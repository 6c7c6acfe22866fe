"""Lines of JSON that grow at the end: runs, findings, judgements. What a kill left of a line is not one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from blowback.errors import CustodyError
from blowback.model.locator import Locator


def objects_in(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of every whole line; nothing where there is no file.

    Raises:
        CustodyError: a whole line is not JSON.
    """
    if not path.is_file():
        return
    with path.open("rb") as source:
        for number, line in enumerate(source, 1):
            if not line.endswith(b"\n"):
                return  # cut short by a kill: not acknowledged, and cut off by the next line that is appended
            if not line.strip():
                continue
            try:
                entry = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise CustodyError(
                    f"{path.name} is damaged: {error}",
                    hint="`blowback verify` says what was changed; put it back from a dump",
                    at=Locator(path.name, line=number),
                ) from error
            if isinstance(entry, dict):
                yield number, entry
