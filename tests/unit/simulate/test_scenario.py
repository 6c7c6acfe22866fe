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


def june_text() -> str:
    return (files("blowback.simulate") / "scenarios" / "june.toml").read_text(encoding="utf-8")


def test_june_has_every_mechanism_and_platform() -> None:
    june = Scenario.find("june")
    assert june.telegram
    assert june.bluesky
    assert june.reddit
    assert {b.kind for b in june.bursts} == {"planted", "announced", "organic_surge"}
    assert {i.text for i in june.injections} == {"identical", "templated"}
    assert any(not i.client for i in june.injections)
    assert {m.kind for m in june.migrations} == {"platform", "host"}
    assert june.hijacks
    assert june.releases
    assert june.leads
    assert june.claims.announced
    assert june.claims.denied
    assert june.removals.network
    assert june.removals.returns


@pytest.mark.parametrize(
    ("old", "new", "says", "allowed"),
    [
        ("days = 28", "days = 0", r"june days is 0", "1 or more"),
        ("days = 28", "days = true", r"days is True", "whole number"),
        ('name = "june"', "name = 7", r"name is 7", "a text"),
        ("zipf = 0.8", "zipf = 'steep'", r"\[x\] zipf is 'steep'", "a number from 0 to 5"),
        ('kind = "organic_surge"', 'kind = "noise"', r"\[bursts\] number 1 kind is 'noise'", "organic_surge"),
        ("heavy_share = 0.2", "heavy_share = 20", r"heavy_share is 20", "from 0 to 1"),
        ('id = "bell"', 'id = "storm"', r"two entries have the id 'storm'", "of its own"),
        ('langs = ["en", "ar"]', 'langs = ["en", "la"]', r"langs is 'la'", "en, ar, ru"),
        ('langs = ["en", "ar"]', 'langs = "en"', r"langs is 'en'", "list"),
        ("start_h = 590.0", "start_h = 5900.0", r"otters: start_h is 5900", "0 to 672"),
        ("start_h = 590.0", "start_hours = 590.0", r"unknown key 'start_hours'", "start_h"),
        ("official = 6", "official = 0", r"needs a network", "official, active and repeaters"),
        ("press = 14", "press = 0", r"semi-final: press or counter", "press and counter"),
        ("accounts = 190", "accounts = 19", r"quiet: posts is 900", "285"),
        ('start = "2024-06-03T00:00:00"', 'start = "in June"', r"start is 'in June'", "ISO"),
        ("[claims]", "[[claims]]", r"\[claims\] is \[", "table"),
        ("[reddit]", "[usenet]", r"unknown key 'usenet'", "reddit"),
        ("spacing_s = [3, 5, 8]", "spacing_s = [3, 0, 8]", r"spacing_s", "1"),
        ('hosts = ["leaf.example", "shelf.example"]', "hosts = []", r"leaflet: hosts", "1 or more"),
    ],
)
def test_what_is_off_is_named_with_what_is_allowed(old: str, new: str, says: str, allowed: str) -> None:
    assert old in june_text()
    with pytest.raises(Unexpected, match=says) as error:
        parse(june_text().replace(old, new, 1), "june")
    assert allowed in error.value.hint


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
        ('kind = "url"', 'kind = "colour"', r"\[groups\] number 6 kind"),
        ('export = "x_io"', 'export = "fax"', r"number 5 export is 'fax'"),
        ("reposts = 0.5", "reposts = 0.9", "shares"),
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
