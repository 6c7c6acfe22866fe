"""The how-to page's plan is read as it stands, and no key is left undocumented."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from blowback.probe.forecast import told
from blowback.probe.plan import Content, Plan, Resolver, Risk, Schedule, Target, Timeouts, Vantage
from blowback.probe.plan_read import read_plan

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "how-to" / "measure-blocking.md").read_text(encoding="utf-8")


@pytest.fixture
def shown(tmp_path: Path) -> Plan:
    path = tmp_path / "plan.toml"
    path.write_text(PAGE.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    return read_plan(path, today=date(2026, 11, 26))


def test_the_plan_on_the_page_is_read(shown: Plan) -> None:
    assert [v.kind for v in shown.vantages] == ["direct", "socks5"]
    assert "nothing was sent" in told(shown)


def test_the_page_shows_the_defaults(shown: Plan) -> None:
    assert shown.timeouts == Timeouts()
    assert shown.schedule == Schedule()


@pytest.mark.parametrize("kind", [Vantage, Resolver, Risk, Target, Schedule, Timeouts, Content])
def test_every_key_is_on_the_page(kind: type) -> None:
    assert [f.name for f in fields(kind) if not re.search(rf"\b{f.name}\b", PAGE)] == []
