"""Scenarios: bundled ones load, wrong ones are refused by the key that is off."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from blowback.errors import NotReadable, Unexpected, UnknownName
from blowback.simulate.scenario import BUNDLED, Scenario, parse


def demo_text() -> str:
    return (files("blowback.simulate") / "scenarios" / "demo.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_scenarios_load_by_name_and_by_path(name: str, tmp_path: Path) -> None:
    scenario = Scenario.find(name)
    assert scenario.name == name
    copy = tmp_path / "mine.toml"
    copy.write_bytes((files("blowback.simulate") / "scenarios" / f"{name}.toml").read_bytes())
    assert Scenario.find(str(copy)) == scenario == Scenario.load(copy)


def test_the_demo_has_what_a_receipt_and_a_finding_need() -> None:
    demo = Scenario.find("demo")
    assert {g.export for g in demo.groups} == {"x_v2", "x_io", "telegram"}
    assert {g.tau_s for g in demo.groups} >= {15, 300}
    assert all(4 <= g.accounts <= 12 and 6 <= g.objects <= 15 and g.camouflage for g in demo.groups)
    assert demo.damage.log_lines
    assert demo.damage.duplicates
    assert demo.end_us - demo.start_us == 28 * 86_400_000_000


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("days = 28", "days = 0", "days"),
        ("zipf = 0.8", "zpif = 0.8", "zpif"),
        ("seed = 20190603", "", "seed"),
        ('kind = "url"', 'kind = "colour"', "links"),
        ('export = "x_io"', 'export = "fax"', "archived"),
        ("reposts = 0.5", "reposts = 1.5", "shares"),
        ("[x]", "[x", "no TOML"),
    ],
)
def test_what_is_off_is_named(old: str, new: str, says: str) -> None:
    assert old in demo_text()
    with pytest.raises(Unexpected, match=says):
        parse(demo_text().replace(old, new, 1), "mine.toml")


def test_an_unknown_name_lists_the_bundled_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="demo"):
        Scenario.find("no-such-thing")
    with pytest.raises(NotReadable):
        Scenario.load(tmp_path / "absent.toml")
