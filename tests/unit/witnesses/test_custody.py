"""Event files under custody: receipts add up, bad rows say why, twice is recognised, a kill loses nothing."""

# records of an export on one line

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.seal import verify
from blowback.errors import InputError, Unexpected
from blowback.model.given import Options
from blowback.sources import open_file

from .conftest import GED, Give, gdelt_line, table


def bad(**change: str) -> dict[str, str]:
    return {**GED, "id": str(hash(str(change)) % 10_000 + 8000), **change}


def test_bad_rows_are_set_aside_with_reason_and_line(give: Give, case: Case, tmp_path: Path) -> None:
    wrong = {
        "bad_place": bad(latitude="95"), "bad_date": bad(date_start="last week"), "no_date": bad(date_start="", date_end=""),
        "ambiguous_date": bad(date_start="03/04/2031"), "unknown_code": bad(where_prec="9"), "bad_number": bad(best="many"),
        "no_id": {**GED, "id": ""},
    }  # fmt: skip
    path = table(tmp_path / "ged.csv", GED, *wrong.values())
    with path.open("a", encoding="utf-8") as out:
        out.write('7009,2031,1,"a quote that is never closed\n7010,2031,1\n')
    receipt, events = give(path)
    assert receipt["reasons"] == {**dict.fromkeys(sorted(wrong), 1), "ragged_row": 2}
    assert (receipt["read"], receipt["kept"], receipt["set_aside"]) == (10, 1, 9)
    assert events.num_rows == 1
    aside = pq.read_table(case.tables()["set_aside"][0]).to_pylist()
    assert {r["reason"]: r["line"] for r in aside}["bad_place"] == 3
    assert any("latitude 95" in r["detail"] for r in aside)
    assert all(r["exhibit"] == receipt["sha256"] for r in aside)
    assert verify(case) == []


def test_other_lines_end_in_bytes_that_are_no_text(give: Give, tmp_path: Path) -> None:
    path = table(tmp_path / "ged.csv", GED)
    path.write_bytes(
        path.read_bytes() + path.read_bytes().split(b"\n")[1].replace(b"Oakford town", b"\xff\xfe") + b"\n"
    )
    receipt, _ = give(path)
    assert receipt["reasons"] == {"not_utf8": 1}


def test_an_event_in_two_files_is_a_duplicate(give: Give, case: Case, tmp_path: Path) -> None:
    give(table(tmp_path / "one.csv", GED, {**GED, "id": "7002"}))
    receipt, events = give(
        table(tmp_path / "two.csv", {**GED, "id": "7002"}, {**GED, "id": "7003"}, {**GED, "id": "7003"})
    )
    assert (receipt["kept"], receipt["duplicate"], receipt["events"]) == (1, 2, 1)
    assert sorted(events.column("event_id").to_pylist()) == ["ucdp_ged:7001", "ucdp_ged:7002", "ucdp_ged:7003"]
    assert verify(case) == []


@pytest.mark.parametrize("reference", [False, True])
def test_the_same_file_twice_is_recognised(case: Case, tmp_path: Path, reference: bool) -> None:
    path = table(tmp_path / "ged.csv", GED)
    first = ingest(case, [path], reference=reference).exhibits[0]
    again = ingest(case, [path], reference=reference).exhibits[0]
    assert (first["stored"], first["recognised"], again["recognised"]) == (
        "reference" if reference else "copy",
        False,
        True,
    )
    assert (again["read"], again["events"]) == (0, 0)
    assert len(case.receipts()) == 1
    assert verify(case) == []
    path.write_text(path.read_text().replace("Oakford", "Ashford"))
    assert len(verify(case)) == reference


def test_nothing_but_bad_rows_is_refused_and_leaves_nothing(case: Case, tmp_path: Path) -> None:
    with pytest.raises(Unexpected, match="gave no row of events"):
        ingest(case, [table(tmp_path / "ged.csv", bad(latitude="95"))])
    assert case.receipts() == []
    assert [p.name for p in (case.path / "exhibits").iterdir()] == []
    assert list((case.path / "staging").iterdir()) == []
    assert verify(case) == []


def test_a_header_without_a_column_is_no_event_file(tmp_path: Path) -> None:
    path = table(tmp_path / "ged.csv", {k: v for k, v in GED.items() if k != "where_prec"})
    case = Case.new(tmp_path / "case")
    with pytest.raises(InputError):
        ingest(case, [path])


def test_packed_files_and_utf16(give: Give, tmp_path: Path) -> None:
    import gzip

    path = table(tmp_path / "ged.csv", GED)
    (tmp_path / "ged.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
    (tmp_path / "wide.csv").write_bytes(path.read_text().replace("7001", "7005").encode("utf-16"))
    assert give(tmp_path / "ged.csv.gz")[0]["kept"] == 1
    assert give(tmp_path / "wide.csv")[0]["kept"] == 1


def test_the_mapping_of_posts_does_not_touch_event_files(give: Give, tmp_path: Path) -> None:
    receipt, _ = give(table(tmp_path / "ged.csv", GED), mapping={"account": "user", "time": "created"})
    assert (receipt["source"], receipt["mapping"]) == ("ucdp_ged", {})


def test_posts_are_not_taken_for_events(tmp_path: Path) -> None:
    path = table(
        tmp_path / "posts.csv",
        {"id": "1", "user": "a", "date": "2031-03-05 10:00:00", "latitude": "0.4", "longitude": "1", "text": "hello"},
    )
    assert open_file(path, Options()).source == "table"
    case = Case.new(tmp_path / "case")
    assert ingest(case, [path], Options(zone="UTC")).exhibits[0]["source"] == "table"


def test_killed_and_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from blowback.case import outside
    from blowback.case.marker import Pace
    from blowback.tools import streams

    monkeypatch.setattr(streams, "BLOCK", 1 << 12)
    path = tmp_path / "day.CSV"
    path.write_text("\n".join(gdelt_line(58, n) for n in range(900)) + "\n")
    case, whole = Case.new(tmp_path / "case"), Case.new(tmp_path / "whole")
    ingest(whole, [path])
    taken = outside._Reading._take

    def dies(self: outside._Reading, rows: outside.Rows, parts: outside.Parts) -> None:
        taken(self, rows, parts)
        if self.tally.read > 500:
            raise KeyboardInterrupt

    monkeypatch.setattr(outside._Reading, "_take", dies)
    with pytest.raises(KeyboardInterrupt):
        ingest(case, [path], pace=Pace(records=100))
    assert "it goes on after record" in case.unfinished()[0]
    assert case.tables()["events"] == []
    monkeypatch.setattr(outside._Reading, "_take", taken)
    receipt = ingest(Case.open(case.path), [path], pace=Pace(records=100)).exhibits[0]
    assert any("taken up again" in n for n in receipt["notes"])
    assert (receipt["read"], receipt["kept"], receipt["duplicate"]) == (900, 900, 0)
    assert verify(case) == []
    rows = [sorted(pq.read_table(c.tables()["events"]).column("event_id").to_pylist()) for c in (case, whole)]
    assert rows[0] == rows[1]
    shutil.rmtree(case.path)
