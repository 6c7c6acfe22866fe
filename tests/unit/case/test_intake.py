"""Taking in: the receipt adds up, the same file counts once, a refused file leaves nothing behind."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.reading import Pace
from blowback.case.seal import verify
from blowback.errors import EmptyFile, InputError, NotReadable, WrongMapping
from blowback.sources.source import Options

from .conftest import MAP, OPTIONS, digests, write_garden


def test_the_receipt_adds_up_and_names_every_reason(garden: Case) -> None:
    (receipt,) = garden.receipts()
    # 40 posts, 5 of them twice; 4 without a time, of which none comes twice
    assert (receipt["read"], receipt["kept"], receipt["duplicate"], receipt["set_aside"]) == (45, 36, 5, 4)
    assert sum(receipt["reasons"].values()) == 4
    assert receipt["posts"] == 36
    assert receipt["observations"] == 41
    assert sum(receipt["clocks"].values()) == 36
    assert (receipt["source"], receipt["zone"]) == ("table", "UTC")
    rows = {name: sum(pq.read_metadata(p).num_rows for p in parts) for name, parts in garden.tables().items()}
    assert rows["posts"] == 36
    assert rows["set_aside"] == 4
    assert rows["accounts"] == 5
    assert rows["exhibits"] == 1
    assert garden.unfinished() == []
    assert not (garden.path / "staging").exists()
    assert verify(garden) == []


def test_the_same_file_twice_is_recognised_and_not_read_twice(garden: Case, tmp_path: Path) -> None:
    before, lines = digests(garden), len(list(garden.ledger.entries()))
    copy = tmp_path / "copy.csv"
    copy.write_bytes((tmp_path / "garden.csv").read_bytes())
    stages: list[str] = []
    receipt = ingest(garden, [tmp_path / "garden.csv", copy], OPTIONS, report=lambda s, _d, _t: stages.append(s))
    assert [e["recognised"] for e in receipt.exhibits] == [True, True]
    assert receipt.as_dict()["read"] == 0
    assert "read" not in stages
    assert digests(garden) == before
    assert len(list(garden.ledger.entries())) == lines
    assert len(list((garden.path / "exhibits").iterdir())) == 1


def test_posts_the_case_has_are_duplicates_with_an_observation(garden: Case, tmp_path: Path) -> None:
    more = write_garden(tmp_path / "more.csv", 60)
    receipt = ingest(garden, [more], OPTIONS)
    (entry,) = receipt.exhibits
    assert entry["kept"] == 18  # of 20 new ones, two have no time
    assert entry["read"] == entry["kept"] + entry["duplicate"] + entry["set_aside"]
    ids = [i for p in garden.tables()["posts"] for i in pq.read_table(p)["post_id"].to_pylist()]
    assert len(ids) == len(set(ids)) == 54
    assert verify(garden) == []


def test_one_bad_file_of_several_does_not_stop_the_others(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 100)
    bad = [tmp_path / "empty.csv", tmp_path / "noise.bin", tmp_path / "absent.csv", tmp_path]
    receipt = ingest(case, [*bad[:2], write_garden(tmp_path / "garden.csv"), *bad[2:]], OPTIONS)
    assert [e["name"] for e in receipt.exhibits] == ["garden.csv"]
    assert [Path(f.path).name for f in receipt.failures] == [p.name for p in bad]
    told = [e for e in case.ledger.entries() if e["verb"] == "refuse"]
    assert [e["name"] for e in told] == [p.name for p in bad]
    assert all(e["message"] for e in told)
    assert len(receipt.as_dict()["failures"]) == 4
    assert len(list((case.path / "exhibits").iterdir())) == 1
    assert verify(case) == []


@pytest.mark.parametrize(("name", "error"), [("empty.csv", EmptyFile), ("absent.csv", NotReadable), (".", NotReadable)])
def test_a_single_bad_file_is_raised(tmp_path: Path, name: str, error: type[InputError]) -> None:
    case = Case.new(tmp_path / "case")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(error):
        ingest(case, [tmp_path / name], OPTIONS)
    assert case.receipts() == case.unfinished() == verify(case) == []


def test_a_truncated_gzip_leaves_nothing_but_a_ledger_line(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    whole = gzip.compress(write_garden(tmp_path / "garden.csv", 20_000).read_bytes())
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.csv\.gz"):
        ingest(case, [tmp_path / "cut.csv.gz"], OPTIONS, pace=Pace(records=2000))
    assert case.tables()["posts"] == []
    assert list((case.path / "exhibits").iterdir()) == []
    assert case.unfinished() == verify(case) == []
    assert list(case.ledger.entries())[-1]["verb"] == "refuse"
    receipt = ingest(case, [tmp_path / "garden.csv"], OPTIONS)  # nothing of the cut file counts as seen
    assert receipt.exhibits[0]["kept"] == 18_000


def test_a_wrong_mapping_is_told_before_anything_is_copied(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    with pytest.raises(WrongMapping, match="nobody"):
        ingest(case, [write_garden(tmp_path / "garden.csv")], Options(source="table", mapping={"account": "nobody"}))
    assert list((case.path / "exhibits").iterdir()) == []
    assert verify(case) == []


def test_a_mapping_given_once_serves_later_files_with_the_same_header(garden: Case, tmp_path: Path) -> None:
    more = write_garden(tmp_path / "more.csv", 20, start=100)
    (entry,) = ingest(garden, [more]).exhibits
    assert entry["kept"] == 18
    assert entry["mapping"] == garden.receipts()[0]["mapping"]
    assert entry["zone"] == "UTC"
    assert any("garden.csv" in note for note in entry["notes"])
    other = tmp_path / "other.csv"
    other.write_text(more.read_text().replace("words", "wording", 1))
    with pytest.raises((WrongMapping, InputError)):
        ingest(garden, [other], Options(source="table", mapping=MAP))


def test_many_checkpoints_and_one_give_the_same_tables(garden: Case, tmp_path: Path) -> None:
    small = Case.new(tmp_path / "small", pseudonyms=False)
    large = Case.new(tmp_path / "large", pseudonyms=False)
    given = write_garden(tmp_path / "much.csv", 30_000)
    ingest(small, [given], OPTIONS, pace=Pace(records=1))
    ingest(large, [given], OPTIONS)
    assert digests(small) == digests(large)
    assert verify(small) == verify(large) == []
    one, two = (dict(c.receipts()[0]) for c in (small, large))
    assert one == two


def test_progress_is_reported_in_bytes_of_the_file(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    given = write_garden(tmp_path / "garden.csv", 5000)
    told: list[tuple[str, int, int | None]] = []
    ingest(case, [given], OPTIONS, report=lambda s, d, t: told.append((s, d, t)))
    size = given.stat().st_size
    for stage in ("copy", "read"):
        done = [d for s, d, t in told if s == stage and t == size]
        assert done == sorted(done)
        assert done[-1] <= size
        assert done
