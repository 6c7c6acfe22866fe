"""Real event files through the intake: every row accounted for, radii and days by their codes."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

import blowback

pytestmark = pytest.mark.shared


def test_both_ged_files_are_taken_in_whole(shared_data: Path, tmp_path: Path) -> None:
    desk = blowback.new_case(tmp_path / "case")
    files = [shared_data / "events" / f"ged_{name}.csv" for name in ("iraq_2013_2018", "syria_2016h1")]
    receipt = desk.ingest(*files)
    assert [(e["source"], e["read"], e["kept"], e["set_aside"]) for e in receipt.exhibits] == [
        ("ucdp_ged", 3563, 3563, 0),
        ("ucdp_ged", 2984, 2984, 0),
    ]
    events = desk.table("events")
    assert set(events.column("scope").to_pylist()) == {"lethal"}
    assert pc.count_distinct(events.column("event_id")).as_py() == 6547
    assert set(events.column("radius_km").to_pylist()) <= {3.0, 25.0, 40.0, 100.0, 80.0, 400.0}
    assert pc.min(events.column("date_days")).as_py() >= 0
    assert pc.all(pc.less(events.column("since"), events.column("until"))).as_py()
    assert desk.ingest(files[0]).exhibits[0]["recognised"]
    assert desk.verify() == []
