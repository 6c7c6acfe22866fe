"""Spark >= 4: the same steps over the same Parquet, for cases that no single machine holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import pyarrow as pa

from blowback.engine.declared import declared
from blowback.engine.grammar import check, narrow, parameters
from blowback.engine.spark_blocks import Marks, Sizes, coactions, marks_of
from blowback.engine.spark_session import Session
from blowback.errors import EngineError, NoSpace
from blowback.model.analysis import Params, Step
from blowback.model.tables import TABLES, Column

_TYPES: Final = {"text": "STRING", "int": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "time": "TIMESTAMP_NTZ"}
_GLOB: Final = str.maketrans({c: f"\\{c}" for c in "\\*?[]{}"})  # Spark reads a path as a pattern


class SparkEngine:
    """The cluster's engine; on one machine (`local[n]`) it is for tests and for trying.

    Args:
        master: `local[4]`, `spark://host:7077`, `yarn`, ...; None leaves it to SPARK_CONF_DIR, then all local cores.
        memory: of the Java process (local) or of each executor.
        threads: local cores, or the cluster's cores at most.
        spill: folder for what does not fit; a temporary one of the case. Removed by `close` where it was ours.

    Raises:
        EngineError: no pyspark, no Java 17, or Spark did not start.
    """

    def __init__(
        self,
        *,
        master: str | None = None,
        memory: str | None = None,
        threads: int | None = None,
        spill: Path | None = None,
    ) -> None:
        self._spill = Path(os.path.abspath(spill)) if spill else Path(mkdtemp(prefix="blowback-spark-"))  # noqa: PTH100
        self._spill.mkdir(parents=True, exist_ok=True)
        self._steps: dict[str, Step] = {}
        self._frames: dict[str, Any] = {}
        self._marks: dict[tuple[str, str], Marks] = {}
        try:
            self._session = Session(master=master, memory=memory, threads=threads, spill=self._spill)
        except BaseException:
            shutil.rmtree(self._spill, ignore_errors=True)
            raise
        self._spark: Any = self._session.spark
        try:
            words = files("blowback.engine").joinpath("vocabulary/spark.sql").read_text(encoding="utf-8")
            for statement in words.split(";\n"):
                if statement.strip():
                    self._spark.sql(statement)
            self.sizes = Sizes.configured(self._spark)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """`spark` and its version."""
        return f"spark {self._session.version}"

    def mount(self, tables: Mapping[str, Sequence[Path]]) -> None:
        """Views over the Parquet parts; a canonical table without parts is empty but there."""
        for table in TABLES.values():
            parts = [_location(p).translate(_GLOB) for p in tables.get(table.name, ())]
            with _said(f"table {table.name!r}"):
                if parts:
                    frame = self._spark.read.schema(_ddl(table.columns)).parquet(*parts)
                else:
                    columns = ", ".join(f"CAST(NULL AS {_TYPES[c.type]}) AS {c.name}" for c in table.columns)
                    frame = self._spark.sql(f"SELECT {columns} WHERE false")
                frame.createOrReplaceTempView(table.name)
                self._frames[table.name] = frame

    def step(self, step: Step, params: Params) -> None:
        """Check a step at the gate and run it; its rows are kept, in memory or on disk, under its name.

        A step that only picks rows and columns is read again where it is used: that is cheaper than keeping a copy.

        Raises:
            GateRefusal: it is not portable.
            EngineError: Spark could not run it.
            NoSpace: a disk of the machine or the cluster is full.
        """
        check(step, self._steps)
        used = {name: params[name] for name in parameters(step.sql)}
        with _said(f"step {step.name!r}"):
            frame = self._spark.sql(step.sql, args=used)
            if not narrow(step):
                frame = frame.persist()
                frame.count()  # Spark is lazy: what fails should fail here
            frame.createOrReplaceTempView(step.name)
        for key in [k for k in self._marks if k[0] == step.name]:
            self._marks.pop(key).forget()
        before = self._frames.get(step.name)
        if step.name in self._steps and before is not None and before.is_cached:
            before.unpersist()
        self._steps[step.name], self._frames[step.name] = step, frame

    def fetch(self, name: str) -> pa.Table:
        """Rows of a mounted table or of a step: they must fit into this process.

        Raises:
            EngineError: no such name, or columns that are not of the declared types.
        """
        frame, columns = self._known(name)
        with _said(f"fetching {name!r}"):
            rows = frame.toArrow()
        return declared(rows, name, columns)

    def write(self, name: str, path: Path) -> None:
        """One Parquet file, zstd level 1, written by an executor: rows do not pass through this process."""
        frame, _ = self._known(name)
        aside = path.with_name(f"{path.name}.parts")
        try:
            with _said(f"writing {name!r}"):
                frame.coalesce(1).write.mode("overwrite").option("compression", "zstd").parquet(_location(aside))
            next(aside.glob("part-*.parquet")).replace(path)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def coactions(self, step: str, kind: str, window_us: int, least: int) -> pa.Table:
        """Pairs of accounts of the step's rows of that kind, counted where the rows are, by account blocks.

        Returns:
            As `model.analysis.Coactions`.

        Raises:
            EngineError: the step has not run, or Spark stopped.
        """
        self._known(step)
        with _said(f"co-actions of {kind!r}"):
            if (step, kind) not in self._marks:
                self._marks[step, kind] = marks_of(self._spark, step, kind, self.sizes)
            return coactions(self._spark, self._marks[step, kind], window_us, least, self.sizes)

    def close(self) -> None:
        """Stop Spark where we started it; its folders go with it."""
        self._frames.clear()
        self._session.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _known(self, name: str) -> tuple[Any, Sequence[Column]]:
        if name not in self._frames:
            raise EngineError(f"nothing is called {name!r}", hint="Mount tables and run steps first")
        return self._frames[name], (self._steps[name] if name in self._steps else TABLES[name]).columns


def _location(path: Path) -> str:
    """A path as Spark reads it: with a scheme, so that no colon in it is taken for one."""
    return f"file://{os.path.abspath(path)}"  # noqa: PTH100  # links stay as the user named them


def _ddl(columns: Sequence[Column]) -> str:
    return ", ".join(f"{c.name} {_TYPES[c.type]}" for c in columns)


@contextmanager
def _said(what: str) -> Iterator[None]:
    """Spark's and py4j's errors as ours: one line, and what to do."""
    from py4j.protocol import Py4JError  # noqa: PLC0415  # comes with pyspark
    from pyspark.errors import AnalysisException, PySparkException  # noqa: PLC0415

    try:
        yield
    except (PySparkException, Py4JError) as error:
        whole = str(error)
        lines = [line.strip() for line in whole.splitlines() if line.strip()]
        if "No space left on device" in whole:
            raise NoSpace(f"{what}: the disk is full", hint="Free some space and run it again") from error
        if "OutOfMemoryError" in whole or "Java heap space" in whole:
            raise EngineError(f"{what} ran out of memory", hint="Give it more with --memory") from error
        if isinstance(error, AnalysisException):
            raise EngineError(f"{what} did not run: {lines[0]}", hint="This is a defect: please report it") from error
        cause = next(
            (line for line in lines if line.startswith("Caused by:")), lines[0] if lines else "no reason given"
        )
        raise EngineError(
            f"{what} stopped: {cause[:300]}", hint="The log of the driver and executors says more"
        ) from error
