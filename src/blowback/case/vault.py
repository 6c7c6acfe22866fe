"""The vault: which native ids and handles an exhibit holds, so that the key's holder can look up a pseudonym.

It lies in `keys/`, keeps native values only and no pseudonyms: with the vault alone nothing can be looked up in the
tables, with the key alone nothing either. A look-up keys every value again and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.case.atomic import make_folder
from blowback.case.manifest import Part
from blowback.case.parts import write_part
from blowback.tools.keyed import DOMAINS

FOLDER: Final = "keys/vault"
SCHEMA: Final = pa.schema([pa.field("domain", pa.string(), nullable=False), pa.field("value", pa.string())])
_MADE: Final = r"^h[0-9a-f]{32}$"  # an id made of a post's content: it hides nobody


@dataclass(slots=True)
class Gathered:
    """Native values between two checkpoints, without repeats: all that got a pseudonym, and nothing else."""

    held: dict[str, list[pa.Array]] = field(default_factory=dict)
    single: dict[str, set[str]] = field(default_factory=dict)

    def hear(self, domain: str, values: pa.Array | list[str]) -> None:
        """Gather values of a domain as they get their pseudonyms (`tools.keyed.Keys` tells)."""
        if domain not in DOMAINS:
            return
        if isinstance(values, list):
            self.single.setdefault(domain, set()).update(values)
        elif values.null_count < len(values):
            self.held.setdefault(domain, []).append(values)

    def write(self, case: Path, short: str, number: int) -> list[Part]:
        """Write what was gathered as one part of the vault and start afresh.

        Raises:
            NoSpace: the disk is full.
        """
        columns = {domain: self._distinct(domain) for domain in DOMAINS}
        self.held.clear()
        self.single.clear()
        rows = sum(len(v) for v in columns.values())
        if not rows:
            return []
        domains = pa.chunked_array([pa.repeat(d, len(v)) for d, v in columns.items()], pa.string())
        table = pa.table([domains, pa.chunked_array(list(columns.values()), pa.string())], schema=SCHEMA)
        make_folder(case / FOLDER, mode=0o700)
        part = write_part(case / FOLDER, f"{short}-{number}.parquet", table, table="vault")
        return [Part("vault", f"{FOLDER}/{part.path}", part.rows, part.bytes, part.sha256)]

    def _distinct(self, domain: str) -> pa.Array:
        alone = pa.array(sorted(self.single.get(domain, ())), pa.string())
        values = pc.unique(pa.chunked_array([*self.held.get(domain, ()), alone], pa.string())).drop_null()
        return values.filter(pc.invert(pc.match_substring_regex(values, _MADE))) if domain == "post" else values
