"""Without dnspython and cryptography everything else works, plans can be read and dry-run, and measuring says what to install."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

BLOCK = (
    "import sys\n"
    "class Absent:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name.partition('.')[0] in ('dns', 'cryptography'):\n"
    "            raise ModuleNotFoundError(f'No module named {name!r}', name=name.partition('.')[0])\n"
    "sys.meta_path.insert(0, Absent())\n"
    "from blowback.cli.main import run\n"
    "sys.argv = ['blowback', *sys.argv[1:]]\n"
    "run()\n"
)


@pytest.mark.parametrize(("dry", "code"), [(True, 0), (False, 2)])
def test_it_says_what_to_install(whole: str, written: Callable[[str], Path], dry: bool, code: int) -> None:
    words = ["blocking", "measure", "--plan", str(written(whole)), *(["--dry-run"] if dry else [])]
    done = subprocess.run([sys.executable, "-c", BLOCK, *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    if dry:
        assert "nothing was sent" in done.stdout
    else:
        assert "blowback[measure]" in done.stderr
        assert "Traceback" not in done.stderr
