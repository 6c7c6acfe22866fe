"""Every parameter of a scenario is on its page."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from blowback.simulate.scenario import (
    Burst,
    Claims,
    Crowd,
    Damage,
    Group,
    Hijack,
    Injection,
    Lead,
    Migration,
    Network,
    Release,
    Removals,
    Scenario,
)

SECTION = {
    Crowd: "x]", Network: "network", Group: "[groups", Burst: "[bursts", Injection: "[injections", Hijack: "[hijacks",
    Release: "[releases", Lead: "[leads", Claims: "claims", Removals: "removals", Migration: "[migrations", Damage: "damage",
}  # fmt: skip
TABLES = {*(s.strip("[]") for s in SECTION.values()), "telegram", "bluesky", "reddit"}
PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "simulate.md"


PARTS = [Crowd, Network, Group, Burst, Injection, Hijack, Release, Lead, Claims, Removals, Migration, Damage]


@pytest.mark.parametrize("part", [Scenario, *PARTS])
def test_every_parameter_is_explained(part: type) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if part is not Scenario:  # a key may stand in several tables: it must be explained in each
        page = next(p for p in page.split("\n**`[") if p.startswith(SECTION[part]))
    for field in fields(part):
        shown = f"[{field.name}]" if part is Scenario and field.name in TABLES else f"`{field.name}`"
        assert shown in page, f"{part.__name__} {field.name}"
