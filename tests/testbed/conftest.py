"""Opens the test-bed once, measures the plans in it, and hands the lines to the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .bed import Bed, CannotBuild, opened


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """The test-bed without any measurement yet; skipped with the reason where this machine does not permit it."""
    pytest.importorskip("dns", reason="the extra `measure` is not installed")
    pytest.importorskip("cryptography", reason="the extra `measure` is not installed")
    try:
        with opened(tmp_path_factory.mktemp("bed")) as made:
            yield made
    except CannotBuild as problem:
        if problem.forbidden:
            pytest.skip(str(problem))
        raise


@pytest.fixture(scope="session")
def measured(bed: Bed) -> Bed:
    """The scenarios, measured, with what the servers heard meanwhile."""
    counted = {"questions": "isp", "connections": "web"}
    before = {what: bed.count(space, what) for what, space in counted.items()}
    bed.lines = bed.measure_scenarios()
    bed.heard = {what: bed.count(space, what) - before[what] for what, space in counted.items()}
    return bed


@pytest.fixture(scope="session")
def crowd(measured: Bed) -> list[dict]:
    """500 innocuous measurements while a twentieth of all packets is lost."""
    with measured.losing(0.05):
        return measured.measure("crowd.toml", "crowd.jsonl")
