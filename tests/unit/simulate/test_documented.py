"""Every parameter of a scenario is on its page."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from blowback.simulate.scenario import Burst, Crowd, Damage, Group, Removals, Scenario

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "simulate.md"


@pytest.mark.parametrize("part", [Scenario, Crowd, Group, Burst, Removals, Damage])
def test_every_parameter_is_explained(part: type) -> None:
    page = PAGE.read_text(encoding="utf-8")
    sections = {"x", "telegram", "groups", "burst", "removals", "damage"}
    for field in fields(part):
        shown = f"[{field.name}]" if field.name in sections else f"`{field.name}`"
        assert shown in page, field.name
