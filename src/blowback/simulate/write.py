"""Write a campaign as export files, and the truth beside them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from blowback.simulate import (
    write_bluesky,
    write_compliance,
    write_events,
    write_reddit,
    write_telegram,
    write_x_io,
    write_x_v2,
)
from blowback.simulate.campaign import Campaign
from blowback.simulate.people import EXPORTS, PLATFORM, ROLES, X_V2, handle, native_id
from blowback.simulate.posts import MECHANISMS
from blowback.simulate.truth import POST_COLUMNS, post_rows, truth

FILES: Final = {
    "x_v2": write_x_v2.NAME, "x_io": write_x_io.NAME, "telegram": write_telegram.NAME, "bluesky": write_bluesky.NAME,
    "reddit": write_reddit.NAME,
}  # fmt: skip
SOURCES: Final = {
    "x_v2": "x_v2", "x_io": "x_io", "telegram": "telegram_desktop", "bluesky": "bluesky_jetstream", "reddit": "reddit_pushshift",
}  # fmt: skip
TRUTH: Final = ("truth.json", "truth_accounts.csv", "truth_posts.csv")
_WRITERS: Final[dict[str, Callable[[Campaign, Path], int]]] = {
    "x_v2": write_x_v2.write, "x_io": write_x_io.write, "telegram": write_telegram.write, "bluesky": write_bluesky.write,
    "reddit": write_reddit.write,
}  # fmt: skip
Report = Callable[[str, float], None]


def _silent(_what: str, _share: float) -> None:
    """Progress nobody watches."""


def write(campaign: Campaign, out: Path, report: Report = _silent) -> list[Path]:
    """Write the export files and the truth into a folder, which is made where it is missing.

    Args:
        campaign: what to write.
        out: the folder.
        report: called with what is being written and the share done.

    Returns:
        The export files alone, in a fixed order: these are what an intake is given. `truth.json`,
        `truth_accounts.csv` and `truth_posts.csv` lie beside them, and what independently happened in `outside/`.

    Raises:
        OSError: the disk refused.
    """
    out.mkdir(parents=True, exist_ok=True)
    done = 0
    exports: list[dict[str, Any]] = []
    for number, name in enumerate(EXPORTS):
        size = int((campaign.export == number).sum())
        if size:
            report(FILES[name], done / len(campaign))
            twice = len(campaign.seen.again) if number == X_V2 else 0
            records = _WRITERS[name](campaign, out / FILES[name])
            exports.append(
                {"file": FILES[name], "source": SOURCES[name], "records": records, "posts": size, "duplicates": twice}
            )
            done += size
    exports += _compliance(campaign, out)
    report("truth", 0.9)
    told = truth(campaign)
    for group in told["groups"]:
        group["export"] = FILES[group["export"]]
    told = {**{k: told[k] for k in ("scenario", "seed", "posts", "window")}, "exports": exports, **told}
    (out / TRUTH[0]).write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    _accounts(campaign, out / TRUTH[1])
    _table(out / TRUTH[2], POST_COLUMNS, post_rows(campaign, FILES))
    write_events.write(campaign, out)
    return [out / e["file"] for e in exports]


def _compliance(campaign: Campaign, out: Path) -> list[dict[str, Any]]:
    gone, made = campaign.seen.gone, []
    for there, name, writer in (
        (gone.posts, write_compliance.POSTS, write_compliance.write_posts),
        (gone.accounts, write_compliance.USERS, write_compliance.write_users),
    ):
        if len(there):
            records = writer(campaign, out / name)
            made.append({"file": name, "source": "x_compliance", "records": records, "posts": 0, "duplicates": 0})
    return made


def _table(path: Path, head: tuple[str, ...], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        out.writerows(rows)


def _accounts(campaign: Campaign, path: Path) -> None:
    """One row for each account: where it is found, its part, and which mechanisms moved it."""
    p, accounts = campaign.posts, campaign.accounts
    counts = [np.bincount(p.author[p.mechanism == m], minlength=len(accounts)) for m in range(len(MECHANISMS))]
    rows = []
    for i in range(len(accounts)):
        export, group = EXPORTS[int(accounts.export[i])], int(accounts.group[i])
        name = campaign.scenario.groups[group].id if group >= 0 else ""
        told = [
            PLATFORM[export],
            native_id(accounts, i),
            handle(accounts, i),
            FILES[export],
            ROLES[int(accounts.role[i])],
            name,
        ]
        rows.append([*told, *(int(c[i]) for c in counts)])
    head = ("platform", "native_id", "handle", "export", "actor", "group_id", *(f"{m}_posts" for m in MECHANISMS))
    _table(path, head, rows)
