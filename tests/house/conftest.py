"""Puts the documentation generator on the path."""

import importlib.util
import sys
from pathlib import Path

_path = Path(__file__).resolve().parents[2] / "docs" / "generate.py"
_spec = importlib.util.spec_from_file_location("docs_generate", _path)
assert _spec
assert _spec.loader
_module = importlib.util.module_from_spec(_spec)
sys.modules["docs_generate"] = _module
_spec.loader.exec_module(_module)
