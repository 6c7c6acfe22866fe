"""The case made by hand, once per session."""

import importlib.util
import sys
from pathlib import Path

import pytest

from blowback.dossier.build import build

_path = Path(__file__).resolve().parents[2] / "fixtures" / "dossier" / "made.py"
_spec = importlib.util.spec_from_file_location("dossier_made", _path)
assert _spec
assert _spec.loader
made = importlib.util.module_from_spec(_spec)
sys.modules["dossier_made"] = made
_spec.loader.exec_module(made)


@pytest.fixture(scope="session")
def fair(tmp_path_factory):
    return made.make(tmp_path_factory.mktemp("fair") / "case")


@pytest.fixture(scope="session")
def document(fair):
    return build(fair.case, made_at="2026-04-01T12:00:00Z", known=made.KNOWN)
