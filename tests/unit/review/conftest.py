"""A small case with a claims run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from blowback.case.case import Case

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fixtures" / "review"))
from review_made import made_case


@pytest.fixture
def garden(tmp_path: Path) -> tuple[Case, dict[str, str]]:
    """(case, short post name -> post id)."""
    return made_case(tmp_path)
