"""The independent event file and the list of towns, in a layout like UCDP GED's. No export, and no truth either."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from blowback.simulate.campaign import Campaign
from blowback.simulate.claim import DAY_US, Event, coordinates
from blowback.simulate.clock import at
from blowback.simulate.phrases import places

FOLDER: Final = "outside"  # apart from the exports, so that a folder of exports can be taken in as it is
COLUMNS: Final = (
    "id", "year", "event_type", "number_of_sources", "where_prec", "where_coordinates", "adm_1", "latitude", "longitude",
    "country", "event_clarity", "date_prec", "date_start", "date_end", "best",
)  # fmt: skip


def write(campaign: Campaign, out: Path) -> None:
    """Write `events.csv` and `places.csv` into a folder of their own, where the scenario has claims.

    Raises:
        OSError: the disk refused.
    """
    c = campaign.scenario.claims
    if not c.announced + c.reported + c.denied:
        return
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(_row(e) for e in campaign.events)
    with (folder / "places.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("place", "en", "ar", "ru", "latitude", "longitude"))
        for k in range(len(places(0))):
            rows.writerow((k + 1, *(places(lang)[k] for lang in range(3)), *coordinates(k)))


def _row(e: Event) -> tuple[object, ...]:
    last = e.day_us + (0 if e.precision == 1 else 3) * DAY_US
    start, end = (at(us).isoformat(timespec="microseconds") for us in (e.day_us, last))
    return (
        e.id, start[:4], e.kind, e.sources, 1, f"{places(0)[e.place]} town", "Lindwell valley", *coordinates(e.place),
        "Lindwell", 1, e.precision, start, end, e.people,
    )  # fmt: skip
