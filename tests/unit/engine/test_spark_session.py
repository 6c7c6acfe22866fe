"""Without Spark or Java a sentence says what to do; the user's own Spark configuration comes before ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from blowback.engine import open_engine, spark_session
from blowback.errors import EngineError


def test_pyspark_is_not_imported_unless_asked_for() -> None:
    code = (
        "import sys, blowback.cli.main, blowback.desk; from blowback.engine import open_engine; open_engine().close();"
    )
    subprocess.run([sys.executable, "-c", code + "assert 'pyspark' not in sys.modules"], check=True, timeout=120)


def test_without_pyspark_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(EngineError, match=r"needs pyspark.*blowback\[spark\]"):
        open_engine("spark", spill=tmp_path / "spill")
    assert list(tmp_path.iterdir()) == []


def fake_java(folder: Path, version: str) -> None:
    (folder / "bin").mkdir()
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)


@pytest.mark.parametrize(("version", "good"), [("1.8.0_392", False), ("11.0.2", False), ("17.0.9", True), ("21", True)])
def test_java_17_or_later_is_asked_for(
    version: str, good: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if good:
        assert spark_session.java() == str(tmp_path / "bin" / "java")
    else:
        with pytest.raises(EngineError, match="needs Java 17") as caught:
            spark_session.java()
        assert "openjdk-17-jre-headless" in caught.value.hint


def test_no_java_at_all_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    with pytest.raises(EngineError, match="there is none on JAVA_HOME"):
        spark_session.java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="none on the PATH"):
        spark_session.java()


def chosen(own: dict[str, str], spill: Path, **given: object) -> dict[str, str]:
    return spark_session.configuration(
        own, **{"master": None, "memory": None, "threads": None, "spill": spill, **given}
    )


def test_local_mode_listens_on_loopback_only_and_keeps_to_the_spill_folder(tmp_path: Path) -> None:
    conf = chosen({}, tmp_path, threads=3, memory="1.5GB")
    assert conf["spark.master"] == "local[3]"
    assert conf["spark.driver.host"] == conf["spark.driver.bindAddress"] == "127.0.0.1"
    assert conf["spark.ui.enabled"] == "false"
    assert conf["spark.driver.memory"] == "1536m"
    assert conf["spark.local.dir"] == str(tmp_path)
    assert conf["spark.sql.warehouse.dir"].startswith(str(tmp_path))
    with pytest.raises(EngineError, match="a lot"):
        chosen({}, tmp_path, memory="a lot")


def test_the_users_own_configuration_comes_first_but_for_what_results_depend_on(tmp_path: Path) -> None:
    own = {"spark.master": "spark://host:7077", "spark.ui.enabled": "true", "spark.sql.session.timeZone": "Asia/Tokyo"}
    conf = chosen(own, tmp_path, memory="4GB")
    assert conf["spark.master"] == "spark://host:7077"
    assert "spark.ui.enabled" not in conf
    assert "spark.driver.host" not in conf  # executors elsewhere must reach the driver
    assert conf["spark.executor.memory"] == "4096m"
    assert conf["spark.sql.session.timeZone"] == "UTC"
    assert chosen(own, tmp_path, master="local[1]")["spark.master"] == "local[1]"


def test_spark_defaults_and_submit_arguments_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    (tmp_path / "spark-defaults.conf").write_text(
        "# ours\nspark.master   spark://one:7077\nspark.executor.memory=8g\n\nspark.driver.extraJavaOptions -Da=b -Dc=d\n"
    )
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.delenv("PYSPARK_SUBMIT_ARGS", raising=False)
    assert spark_session.given() == {
        "spark.master": "spark://one:7077", "spark.executor.memory": "8g", "spark.driver.extraJavaOptions": "-Da=b -Dc=d",
    }  # fmt: skip
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--master local[2] --conf spark.executor.memory=2g pyspark-shell")
    assert spark_session.given()["spark.master"] == "local[2]"
    assert spark_session.given()["spark.executor.memory"] == "2g"
