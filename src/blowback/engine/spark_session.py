"""A Spark session for the engine: Java found, the user's own configuration kept, everything local on loopback."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from blowback.errors import EngineError

INSTALL: Final = 'pip install "blowback[spark]"'
JAVA: Final = 17
# What results depend on: always ours. A TIMESTAMP is without a zone, '\w' is a backslash and a w, as in DuckDB.
MUST: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
}
# What only speed and quiet depend on: ours unless the user's own configuration says something else.
DEFAULTS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.maxResultSize": "0",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "500000",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(256 << 20),
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.hadoop.parquet.compression.codec.zstd.level": "1",
    "spark.io.compression.codec": "lz4",
}
LOOPBACK: Final = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


def java() -> str:
    """Path of a Java that Spark can use.

    Raises:
        EngineError: there is none, or it is older than 17.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    hint = f"Install a Java {JAVA} runtime (Debian: apt-get install openjdk-{JAVA}-jre-headless), or point JAVA_HOME to one"
    if not found:
        where = f"JAVA_HOME ({home})" if home else "the PATH"
        raise EngineError(f"Spark needs Java {JAVA} and there is none on {where}", hint=hint)
    try:
        said = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(f"{found} does not run: {error}", hint=hint) from error
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if not version or int(version.group(1)) < JAVA:
        shown = version.group(1) if version else "an unknown version"
        raise EngineError(f"Spark needs Java {JAVA}; {found} is {shown}", hint=hint)
    return found


def pyspark() -> Any:  # noqa: ANN401  # a module without types
    """The pyspark package, imported only here.

    Raises:
        EngineError: it is not installed, or older than 4.
    """
    try:
        import pyspark as found  # noqa: PLC0415  # half a gigabyte that nobody pays for without --engine spark
    except ImportError as error:
        raise EngineError("the Spark engine needs pyspark, which is not installed", hint=INSTALL) from error
    if int(found.__version__.split(".")[0]) < 4:
        raise EngineError(f"pyspark {found.__version__} is too old: SQL functions came with 4.0", hint=INSTALL)
    return found


def given() -> dict[str, str]:
    """The user's own Spark configuration: spark-defaults.conf, PYSPARK_SUBMIT_ARGS, or that of spark-submit."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415

    if "PYSPARK_GATEWAY_PORT" in os.environ or SparkContext._gateway is not None:  # noqa: SLF001  # a JVM runs already
        SparkContext._ensure_initialized()  # noqa: SLF001
        return dict(SparkConf().getAll())
    found: dict[str, str] = {}
    folder = os.environ.get("SPARK_CONF_DIR") or f"{os.environ.get('SPARK_HOME', '')}/conf"
    defaults = Path(folder) / "spark-defaults.conf"
    if defaults.is_file():
        text = defaults.read_text(encoding="utf-8")
        found.update(re.findall(r"^[ \t]*([^\s#=][^\s=]*)(?:[ \t]*=[ \t]*|[ \t]+)(.*?)[ \t]*$", text, re.MULTILINE))
    words = os.environ.get("PYSPARK_SUBMIT_ARGS", "").split()
    for option, value in itertools.pairwise(words):
        if option == "--master":
            found["spark.master"] = value
        elif option == "--conf":
            name, _, text = value.strip("\"'").partition("=")
            found[name] = text
    return found


def configuration(
    own: Mapping[str, str], *, master: str | None, memory: str | None, threads: int | None, spill: Path
) -> dict[str, str]:
    """What we set on top of the user's `own` configuration."""
    cores = threads or len(os.sched_getaffinity(0))
    chosen = master or own.get("spark.master") or f"local[{cores}]"
    local = chosen.startswith("local")
    ours = dict(DEFAULTS) | {"spark.app.name": "blowback", "spark.sql.warehouse.dir": str(spill / "warehouse")}
    if local:
        ours |= LOOPBACK | {"spark.local.dir": str(spill), "spark.sql.shuffle.partitions": str(2 * cores)}
        ours["spark.driver.memory"] = _java_size(memory) if memory else _quarter()
    ours = {k: v for k, v in ours.items() if k not in own}
    if memory and not local:
        ours["spark.executor.memory"] = _java_size(memory)
    elif memory:
        ours["spark.driver.memory"] = _java_size(memory)
    if threads and not local:
        ours["spark.cores.max"] = str(threads)
    return ours | MUST | {"spark.master": chosen}


def _java_size(memory: str) -> str:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt])i?b?\s*", memory.lower())
    if not found:
        raise EngineError(f"--memory {memory}: Spark cannot read this", hint="Write it as 4GB or 800MB")
    mega = float(found.group(1)) * {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024**2}[found.group(2)]
    return f"{max(int(mega), 512)}m"


def _quarter() -> str:
    """A quarter of the machine for the JVM; Python workers take theirs beside it."""
    return f"{max(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 4 >> 20, 1024)}m"


class Session:
    """A running Spark session: ours to stop if we started it, otherwise a fresh child of the one that runs.

    Args:
        master: such as `local[4]` or `spark://host:7077`; None leaves it to the user's configuration, then local.
        memory, threads: limits of the driver (local) or of each executor.
        spill: folder for shuffles, logs and the warehouse.

    Raises:
        EngineError: no pyspark, no Java 17, or Spark did not start; the message carries its last line.
    """

    def __init__(self, *, master: str | None, memory: str | None, threads: int | None, spill: Path) -> None:
        self.version: str = pyspark().__version__
        from pyspark.sql import SparkSession  # noqa: PLC0415

        self._interrupt = signal.getsignal(signal.SIGINT)
        running = SparkSession.getActiveSession()
        self._stops = running is None
        if running is not None:
            self.spark: Any = running.newSession()  # views and settings apart; the cluster is shared
        else:
            self.spark = _started(master=master, memory=memory, threads=threads, spill=spill)
        for name, value in MUST.items():
            self.spark.conf.set(name, value)

    def close(self) -> None:
        """Stop what we started, the Java process too: it would keep its memory and its folders until Python ends."""
        if not self._stops:
            return
        from pyspark import SparkContext  # noqa: PLC0415

        self._stops = False
        self.spark.stop()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._interrupt)  # Spark has put its own in place
        gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None  # noqa: SLF001
        ours = getattr(gateway, "proc", None)
        if gateway is None or ours is None or "PYSPARK_GATEWAY_PORT" in os.environ:
            return
        with suppress(OSError):
            gateway.shutdown()
        ours.stdin.close()  # its end is the sign for the Java process to leave
        try:
            ours.wait(timeout=20)
        except subprocess.TimeoutExpired:
            ours.kill()
            ours.wait()


def _started(*, master: str | None, memory: str | None, threads: int | None, spill: Path) -> Any:  # noqa: ANN401
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415
    from pyspark.java_gateway import launch_gateway as launched  # noqa: PLC0415

    launch: Callable[..., Any] = launched  # it has no types
    from pyspark.sql import SparkSession  # noqa: PLC0415

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers would import another Python's packages
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ or SparkContext._gateway is not None  # noqa: SLF001
    if not submitted:
        java()
    settings = configuration(given(), master=master, memory=memory, threads=threads, spill=spill)
    if settings["spark.master"].startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "localhost")
    log = spill / "spark.log"
    try:
        conf = SparkConf().setAll(list(settings.items()))
        if submitted:
            context = SparkContext(conf=conf)
        else:
            with log.open("ab") as file:  # Java speaks to this file, not to the terminal
                gateway = launch(conf, {"stderr": file})
            context = SparkContext(conf=conf, gateway=gateway)
    except Exception as error:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.is_file() else []
        said = next((line for line in reversed(lines) if "rror" in line or "xception" in line), str(error))
        raise EngineError(f"Spark did not start: {said.strip()[:300]}", hint="See docs/how-to/spark.md") from error
    return SparkSession(context)
