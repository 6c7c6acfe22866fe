"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import guarded

guarded.install()
# a gazetteer of the tests' own: what is added to the one of this machine must not change a test
os.environ["BLOWBACK_HOME"] = str(Path(__file__).resolve().parents[1] / ".tests-home")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data folder beside the checkout; tests skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the development data folder is not beside this checkout (licences keep it out of the repository)")
    return SHARED


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A packet that was to go elsewhere fails the run, whatever the test made of it."""
    if guarded.REFUSED:
        if hasattr(session.config, "workeroutput"):  # one of several processes: it tells the one that started it
            session.config.workeroutput["refused"] = list(guarded.REFUSED)
        sys.stderr.write(f"\nrefused: {', '.join(guarded.REFUSED)}\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """What the other processes refused counts here."""
    guarded.REFUSED.extend(getattr(node, "workeroutput", {}).get("refused", ()))
