"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data folder beside the checkout; tests skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the development data folder is not beside this checkout (licences keep it out of the repository)")
    return SHARED
