"""A real Spark beside DuckDB over one small case of awkward rows; without Java or pyspark these tests skip with the reason."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.engine import Engine, open_engine
from blowback.errors import EngineError
from blowback.model.tables import TABLES

TEXTS = [
    None, "", "  ", "\t", "Tomatoes are early", "حديقة البلدية", "\u202eright\u202c to left", "𝒢arden 🌻🌻", "ß İ ı ﬁ",
    "e\u0301 and é", "it's :kind, \\w+ and $x", "line\nbreak", "  padded  ",
]  # fmt: skip
TIMES = [
    dt.datetime(2014, 6, 9, 23, 59, 59, 999999), dt.datetime(2014, 6, 9, 12, 0, 0, 1), dt.datetime(2014, 6, 9, 12, 0),
    dt.datetime(1970, 1, 1), dt.datetime(1969, 12, 31, 23, 59, 59, 500000), dt.datetime(1901, 3, 2, 4, 5, 6, 7),
    dt.datetime(2016, 2, 29, 0, 0, 0, 0), dt.datetime(2038, 1, 19, 3, 14, 8), dt.datetime(2014, 3, 30, 2, 30),
]  # fmt: skip
NUMBERS = [None, -0.5, 0.0, 2.5, 1e10, 1.005, -7.25, 0.1]
ACCOUNTS = ["x:ann", "x:Ann", "x:بستاني", "x:🌻", "x:\uffee", "x:zoë"]
VALUES = ["garden", "حديقة", "🌻", "\uffee", "Garden", "garden "]


def rows() -> dict[str, list[dict[str, object]]]:
    posts, marks = [], []
    for n in range(234):
        account, at = ACCOUNTS[n % 6], TIMES[n % 9]
        post = {"post_id": f"x:p{n}", "account_id": account}
        posts.append({
            **post, "platform": "x", "posted_at": at, "clock": "exact", "kind": "reply" if n % 4 else "post",
            "id_time": at + dt.timedelta(microseconds=n) if n % 3 else None, "text": TEXTS[n % 13],
            "lang": [None, "ar", "en"][n % 3], "lat": NUMBERS[n % 8], "lon": NUMBERS[n % 5], "record_no": n,
            "line": None if n % 5 == 0 else n % 7 - 3, "exhibit": "0" * 64,
        })  # fmt: skip
        marks += [
            {
                **post, "posted_at": at, "kind": kind, "value": VALUES[(n + position) % 6], "position": position,
                "carried": n % 11 == 0,
            }
            for kind in ("repost", "hashtag", "client")
            for position in range(1 + n % 2)
        ]  # fmt: skip
        marks.append(marks[-1])  # a row that is there twice
    accounts = [{"account_id": a, "platform": "x", "kind": "person", "exhibit": "0" * 64} for a in ACCOUNTS]
    return {"posts": posts, "marks": marks, "accounts": accounts}


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Parquet files in two parts each, in a folder whose name is as awkward as the rows."""
    folder = tmp_path_factory.mktemp("parity") / "my [case] 100% {x} * حديقة"
    folder.mkdir()
    out: dict[str, list[Path]] = {}
    for name, found in rows().items():
        whole = pa.Table.from_pylist(found, TABLES[name].arrow)
        half = whole.num_rows // 2
        out[name] = [folder / f"{name}-{n}.parquet" for n in range(2)]
        pq.write_table(whole.slice(0, half), out[name][0])
        pq.write_table(whole.slice(half), out[name][1])
    return out


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One Spark for the tests of a module."""
    conf = tmp_path_factory.mktemp("conf")
    # As a user would configure it; these queries are too small for Java's second compiler to pay.
    (conf / "spark-defaults.conf").write_text(
        "spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1\nspark.blowback.blocks 3\n"
    )
    before = os.environ.get("SPARK_CONF_DIR")
    os.environ["SPARK_CONF_DIR"] = str(conf)
    try:
        engine = open_engine("spark", master="local[2]", memory="1GB", spill=tmp_path_factory.mktemp("spill") / "s")
    except EngineError as error:
        if "needs" in str(error):  # neither pyspark nor Java is ours to install in a test
            pytest.skip(str(error))
        raise
    finally:
        os.environ.pop("SPARK_CONF_DIR")
        if before is not None:
            os.environ["SPARK_CONF_DIR"] = before
    yield engine
    engine.close()


@pytest.fixture
def duck() -> Iterator[Engine]:
    engine = open_engine()
    yield engine
    engine.close()
