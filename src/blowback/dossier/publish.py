"""Write a dossier into its case: `dossiers/<date>/index.html` and `dossier.json`, whole or not at all."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from blowback.case.atomic import disk, make_folder, sync_folder, write_whole
from blowback.case.case import Case
from blowback.dossier.build import build
from blowback.dossier.html import render


def publish(case: Case) -> Path:
    """Build and write a dossier of what the case holds now; the ledger gets its hashes.

    Returns:
        The path of `index.html`. A second dossier of one day goes to `<date>-2`, a third to `<date>-3`.

    Raises:
        CustodyError: a table, run or finding cannot be read.
        CaseLocked: another process writes to the case.
        NoSpace: the disk is full; nothing is left behind.
    """
    with case.lock():
        made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        document = build(case, made_at=made_at)
        shelf = case.path / "dossiers"
        make_folder(shelf)
        aside = shelf / f".{os.getpid()}.new"
        try:
            with disk(aside):
                shutil.rmtree(aside, ignore_errors=True)
                aside.mkdir()
            write_whole(aside / "dossier.json", document.to_json())
            write_whole(aside / "index.html", render(document).encode())
            folder = _free(shelf, made_at[:10])
            with disk(folder):
                aside.replace(folder)
                sync_folder(shelf)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        made = [folder / "dossier.json", folder / "index.html"]
        case.ledger.append("dossier", content=document.digest(), out=case.digests(made))
    return folder / "index.html"


def _free(shelf: Path, date: str) -> Path:
    names = (date if n == 1 else f"{date}-{n}" for n in count(1))
    return next(shelf / name for name in names if not (shelf / name).exists())
