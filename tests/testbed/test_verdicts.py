"""From packets to verdicts: what the judge makes of what the probe wrote, at state and mechanism."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from .bed import Bed
from .judged import judged
from .scenarios import BY_HOST, HOSTS, INNOCUOUS, SCENARIOS, Scenario

BLOCKED = {"blocked", "likely_blocked"}
Tables = dict[str, list[dict]]


@pytest.fixture(scope="session")
def tables(measured: Bed, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    files = [measured.folder / "once.jsonl", measured.folder / "hours.jsonl"]
    return judged(tmp_path_factory.mktemp("judged"), files)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_state_and_mechanism(tables: Tables, scenario: Scenario) -> None:
    cells = [c for c in tables["cells"] if c["name"] in scenario.hosts]
    assert {c["name"] for c in cells} == set(scenario.hosts)
    for cell in cells:
        told = f"{cell['state']} {cell['mechanism']} by {cell['rule']}"
        assert cell["state"] in scenario.states, told
        assert cell["mechanism"] in (scenario.mechanisms or ("",)), told


def test_no_innocuous_name_is_blocked_anywhere(tables: Tables) -> None:
    """Though five of the resolvers refuse, are dead or are behind a dead proxy for every one of them."""
    rows = [m for m in tables["measured"] if urlsplit(m["input"]).hostname in INNOCUOUS]
    assert len(rows) > 100
    assert {m["state"] for m in rows} <= {"ok", "insufficient"}
    assert [v for v in tables["verdicts"] if v["name"] in INNOCUOUS and v["state"] in BLOCKED] == []


def test_single_measurements_say_so_too(tables: Tables) -> None:
    """Not only the day's cell: no measurement of an open or dead site is called blocked."""
    for row in tables["measured"]:
        host = urlsplit(row["input"]).hostname
        if host in BY_HOST and not BLOCKED & set(BY_HOST[host].states):
            assert row["state"] not in BLOCKED, (host, row["why"])


def test_the_block_page_is_proposed_for_review(tables: Tables) -> None:
    """Found without a fingerprint, and shown to a person."""
    pages = [r for r in tables["review"] if r["proposed"]]
    assert any("page-1.example" in r["names"] and "page-5.example" in r["names"] for r in pages)
    assert all(set(r["names"].split()) <= set(HOSTS) for r in pages)


def test_500_innocuous_runs_under_loss_give_no_false_block(
    measured: Bed, crowd: list[dict], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = judged(tmp_path_factory.mktemp("crowd"), [measured.folder / "crowd.jsonl"])
    states = [m["state"] for m in found["measured"]]
    assert len(states) == len(crowd) == 500
    assert not BLOCKED & set(states)
    assert [v for v in found["verdicts"] if v["state"] in BLOCKED] == []
    assert states.count("ok") > 475  # loss costs certainty here and there, never a false block
