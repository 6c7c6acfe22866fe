"""The real importers read what the simulator writes: counts, ids and removals are those of the truth."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.pseudonyms import keys_of
from blowback.simulate.campaign import Campaign
from blowback.simulate.score import score
from blowback.sources.source import Options


@pytest.fixture(scope="module")
def case(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    case = Case.new(tmp_path_factory.mktemp("cases") / "case")
    receipt = ingest(case, [written / e["file"] for e in truth(written)["exports"]], Options())
    assert not receipt.failures
    return case


def table(case: Case, name: str) -> pa.Table:
    return pa.concat_tables([pq.read_table(p) for p in case.tables()[name]])


def named(case: Case) -> Callable[[str, str], str]:
    keys = keys_of(case)
    assert keys
    return lambda platform, native: f"{platform}:{keys.token(native, 'account')}"


def truth(written: Path) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads((written / "truth.json").read_bytes())
    return told


def test_the_receipts_say_what_the_truth_says(small: Campaign, written: Path, case: Case) -> None:
    damage = small.scenario.damage
    for export, receipt in zip(truth(written)["exports"], case.receipts(), strict=True):
        assert receipt["name"] == export["file"]
        assert receipt["read"] == export["records"]
        assert receipt["duplicate"] == export["duplicates"]
        assert receipt["set_aside"] == {"x_v2": damage.log_lines + damage.cut_lines, "x_io": 1}.get(export["source"], 0)
        assert receipt["read"] == receipt["kept"] + receipt["duplicate"] + receipt["set_aside"]
        assert not receipt["zone_assumed"]


def test_every_account_and_planted_post_is_there_under_its_pseudonym(written: Path, case: Case) -> None:
    with (written / "truth_accounts.csv").open(encoding="utf-8", newline="") as file:
        accounts = list(csv.DictReader(file))
    own = [a for a in accounts if sum(int(a[k]) for k in a if k.endswith("_posts"))]
    name = named(case)
    posts = table(case, "posts")
    wrote = set(posts.column("account_id").to_pylist())
    assert {name(a["platform"], a["native_id"]) for a in own} <= wrote
    with (written / "truth_posts.csv").open(encoding="utf-8", newline="") as file:
        planted = list(csv.DictReader(file))
    keys = keys_of(case)
    assert keys
    ids = {f"{p['platform']}:{keys.token(p['native_id'], 'post')}": p for p in planted}
    found = {r["post_id"]: r for r in posts.select(["post_id", "account_id"]).to_pylist()}
    assert set(ids) <= set(found)
    assert all(found[i]["account_id"] == name(p["platform"], p["account"]) for i, p in ids.items())


def test_joint_actions_are_marks_that_members_share(written: Path, case: Case, small: Campaign) -> None:
    marks = table(case, "marks").select(["account_id", "kind", "value"])
    name = named(case)
    for group in truth(written)["groups"]:
        members = {name(group["platform"], a) for a in group["accounts"]}
        mine = [m for m in marks.to_pylist() if m["account_id"] in members and m["kind"] == group["kind"]]
        per_value: dict[str, set[str]] = {}
        for mark in mine:
            per_value.setdefault(mark["value"], set()).add(mark["account_id"])
        joint = sum(len(a) >= 2 for a in per_value.values())
        assert joint >= group["objects"], group["group_id"]


def test_removals_are_rows(written: Path, case: Case, small: Campaign) -> None:
    told, found = truth(written)["removals"], table(case, "removals").to_pylist()
    states = Counter((r["subject_kind"], r["state"]) for r in found)
    assert len({r["subject"] for r in found if r["state"] == "missing" and r["subject_kind"] == "post"}) == len(
        told["deleted_posts"]
    )
    assert len({r["subject"] for r in found if r["state"] == "withheld"}) == len(told["withheld_posts"])
    assert states["account", "suspended"] >= told["suspended_accounts"]


def test_planted_members_score_as_found(written: Path, case: Case) -> None:
    name = named(case)
    rows = [(g["group_id"], name(g["platform"], a)) for g in truth(written)["groups"] for a in g["accounts"]]
    members = pa.table({"group_id": [r[0] for r in rows], "account_id": [r[1] for r in rows]})
    got = score(written / "truth.json", members, name)
    assert {g.status for g in got.groups} == {"found"}
    assert got.f1 == 1.0
    assert (got.false_accounts, got.false_groups) == (0, 0)
