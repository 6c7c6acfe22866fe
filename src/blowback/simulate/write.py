"""Write a campaign as export files, and the truth beside them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from blowback.simulate import write_telegram, write_x_io, write_x_v2
from blowback.simulate.campaign import Campaign
from blowback.simulate.clock import iso_ms
from blowback.simulate.people import EXPORTS, TELEGRAM, X_V2, handle, native_id
from blowback.simulate.posts import BURST, CAMOUFLAGE, CROWD, GROUP, MECHANISMS

FILES: Final = {"x_v2": write_x_v2.NAME, "x_io": write_x_io.NAME, "telegram": write_telegram.NAME}
PLATFORM: Final = {"x_v2": "x", "x_io": "x", "telegram": "telegram"}
TRUTH: Final = ("truth.json", "truth_accounts.csv", "truth_posts.csv")
_WRITERS: Final[dict[str, Callable[[Campaign, Path], int]]] = {
    "x_v2": write_x_v2.write,
    "x_io": write_x_io.write,
    "telegram": write_telegram.write,
}


def write(campaign: Campaign, out: Path) -> list[Path]:
    """Write the export files and the truth into a folder, which is made where it is missing.

    Returns:
        The export files alone, in a fixed order: these are what an intake is given. `truth.json`,
        `truth_accounts.csv` and `truth_posts.csv` lie beside them.

    Raises:
        OSError: the disk refused.
    """
    out.mkdir(parents=True, exist_ok=True)
    records = {}
    for export in EXPORTS:
        if (campaign.export == EXPORTS.index(export)).any():
            records[export] = _WRITERS[export](campaign, out / FILES[export])
    truth = orjson.dumps(_truth(campaign, records), option=orjson.OPT_INDENT_2)
    (out / TRUTH[0]).write_bytes(truth + b"\n")
    _accounts(campaign, out / TRUTH[1])
    _posts(campaign, out / TRUTH[2])
    return [out / FILES[export] for export in records]


def _truth(campaign: Campaign, records: dict[str, int]) -> dict[str, Any]:
    scenario, p = campaign.scenario, campaign.posts
    groups = []
    for number, group in enumerate(scenario.groups):
        members = np.flatnonzero(campaign.accounts.group == number)
        groups.append(
            {
                "group_id": group.id, "platform": PLATFORM[group.export], "export": FILES[group.export],
                "kind": group.kind, "tau_s": group.tau_s, "objects": group.objects,
                "accounts": [native_id(campaign.accounts, int(m)) for m in members],
                "posts": int((p.group == number).sum()),
            }
        )  # fmt: skip
    bursting = np.flatnonzero(p.mechanism == BURST)
    burst = {
        "platform": "x", "export": FILES["x_v2"], "hashtag": scenario.burst.hashtag, "client": scenario.burst.client,
        "posts": len(bursting), "by_client": int((p.client[bursting] == -1).sum()),
        "first": iso_ms(int(p.at_us[bursting].min())) if len(bursting) else None,
        "last": iso_ms(int(p.at_us[bursting].max())) if len(bursting) else None,
        "accounts": sorted({native_id(campaign.accounts, int(a)) for a in p.author[bursting]}),
    }  # fmt: skip
    return {
        "scenario": scenario.name, "seed": scenario.seed, "posts": len(campaign),
        "window": [iso_ms(scenario.start_us), iso_ms(scenario.end_us)],
        "exports": [
            {
                "file": FILES[name], "source": name, "records": count,
                "posts": int((campaign.export == EXPORTS.index(name)).sum()),
                "duplicates": len(campaign.again) if EXPORTS.index(name) == X_V2 else 0,
            }
            for name, count in records.items()
        ],
        "groups": groups,
        "burst": burst,
        "removals": {
            "deleted_posts": [str(int(d)) for d in campaign.deleted],
            "suspended_accounts": len(campaign.suspended),
            "withheld_posts": [str(int(i)) for i in campaign.native[campaign.withheld > 0]],
        },
    }  # fmt: skip


def _accounts(campaign: Campaign, path: Path) -> None:
    """One row for each account: where it is found and which mechanisms moved it."""
    p, accounts = campaign.posts, campaign.accounts
    kinds = {m: np.bincount(p.author[p.mechanism == m], minlength=len(accounts)) for m in range(len(MECHANISMS))}
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["platform", "native_id", "handle", "export", "group_id", *(f"{m}_posts" for m in MECHANISMS)])
        for i in range(len(accounts)):
            export = EXPORTS[int(accounts.export[i])]
            group = int(accounts.group[i])
            rows.writerow(
                [
                    PLATFORM[export], native_id(accounts, i), handle(accounts, i), FILES[export],
                    campaign.scenario.groups[group].id if group >= 0 else "",
                    *(int(kinds[m][i]) for m in (CROWD, CAMOUFLAGE, GROUP, BURST)),
                ]
            )  # fmt: skip


def _posts(campaign: Campaign, path: Path) -> None:
    """One row for each post that is not the crowd's. Telegram ids are unique within their channel alone."""
    p = campaign.posts
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["platform", "native_id", "account", "export", "mechanism", "group_id", "posted_at"])
        for i in np.flatnonzero(p.mechanism != CROWD):
            export, group = EXPORTS[int(campaign.export[i])], int(p.group[i])
            author = native_id(campaign.accounts, int(p.author[i]))
            native = str(int(campaign.native[i]))
            if campaign.export[i] == TELEGRAM:
                native = f"{author.removeprefix('channel')}/{native}"
            rows.writerow(
                [
                    PLATFORM[export], native, author,
                    FILES[export], MECHANISMS[int(p.mechanism[i])],
                    campaign.scenario.groups[group].id if group >= 0 else "", iso_ms(int(p.at_us[i])),
                ]
            )  # fmt: skip
