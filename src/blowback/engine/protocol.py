"""The four verbs of an engine. DuckDB is one, Spark another; nothing else may know which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa

from blowback.model.analysis import Params, Step


class Engine(Protocol):
    """Mount Parquet tables, run steps over them, fetch a result, write a result."""

    @property
    def name(self) -> str:
        """Name and version, as stamped on a run: `duckdb 1.5.6`."""

    def mount(self, tables: Mapping[str, Sequence[Path]]) -> None:
        """Make canonical tables readable under their names; a table without files is mounted empty."""

    def step(self, step: Step, params: Params) -> None:
        """Run one step and keep its rows under the step's name, for later steps, fetch and write.

        Raises:
            GateRefusal: the SQL is outside the portable grammar or its columns are not the declared ones.
            EngineError: the engine could not run it.
        """

    def fetch(self, name: str) -> pa.Table:
        """The rows of a mounted table or of a step that has run."""

    def write(self, name: str, path: Path) -> None:
        """Write the rows of a step as Parquet (zstd level 1)."""

    def close(self) -> None:
        """Let go of what the engine holds: memory, processes, folders. Nothing can be fetched afterwards."""


@runtime_checkable
class CountsCoactions(Protocol):
    """A verb that an engine may have besides: count pairs where its rows are, instead of in this process."""

    def coactions(self, step: str, kind: str, window_us: int, least: int) -> pa.Table:
        """As `model.analysis.Coactions`."""
