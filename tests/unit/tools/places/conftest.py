"""A gazetteer of a dozen places for plain tests, and the whole built-in one for sentences."""

from __future__ import annotations

import pytest
from hamlets import PLACES, rows

from blowback.tools.places import tables
from blowback.tools.places.compiling import compiled
from blowback.tools.places.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def small() -> Gazetteer:
    return compiled([rows(PLACES)], "small")


@pytest.fixture(scope="session")
def whole() -> Gazetteer:
    """The built-in rows, compiled once for all tests (ten seconds)."""
    return compiled(tables.builtin(), "builtin")
