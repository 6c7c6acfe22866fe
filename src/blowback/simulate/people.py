"""The accounts of a simulated campaign."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.simulate import texts

EXPORTS: Final = ("x_v2", "x_io", "telegram")
X_V2, X_IO, TELEGRAM = range(3)
# Hours east of UTC in which the accounts of each language live.
_ZONES: Final = {0: (0, 1, -5), 1: (2, 3), 2: (3, 5)}
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts as columns of equal length; an account is named by its position."""

    export: Ints
    lang: Ints
    topic: Ints
    zone_h: Ints
    followers: Ints
    number: Ints  # makes the handle and the name
    native: Ints  # X: user id; Telegram: channel id
    made_us: Ints
    group: Ints  # number of the group, -1 for none
    activity: Floats  # relative rate of ordinary posts

    def __len__(self) -> int:
        return len(self.export)

    def take(self, which: Ints | slice) -> Accounts:
        """Some of the accounts."""
        return Accounts(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def join(parts: list[Accounts]) -> Accounts:
    """All accounts one after the other."""
    return Accounts(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Accounts)})


def people(
    rng: np.random.Generator, count: int, export: int, *, first: int, start_us: int, spread: float, group: int = -1
) -> Accounts:
    """Draw accounts: language, topic, zone, age, followers, heavy-tailed activity (log-normal).

    Args:
        rng: the stream of this set of accounts.
        count: how many.
        export: which export they appear in.
        first: number of the first account; numbers make ids and names unique.
        start_us: accounts are made in the nine years before, UTC microseconds.
        spread: sigma of log activity.
        group: number of the coordinated group, -1 for the crowd.
    """
    lang = rng.choice(3, size=count, p=(0.5, 0.35, 0.15))
    # A group speaks one language and lives in one place; a crowd does not.
    lang = np.full(count, lang[0]) if group >= 0 else lang
    pick = rng.integers(0, 6, count) * (group < 0)
    zone = np.array([_ZONES[int(k)][int(p) % len(_ZONES[int(k)])] for k, p in zip(lang, pick, strict=True)], np.int64)
    number = first + np.arange(count)
    base = 1_100_000_000 if export == TELEGRAM else 40_000_000
    native = base + number * 977 + rng.integers(0, 977, count)
    return Accounts(
        export=np.full(count, export, np.int64),
        lang=lang.astype(np.int64),
        topic=np.full(count, 0, np.int64) if group >= 0 else rng.integers(0, 2, count),
        zone_h=zone,
        followers=np.minimum(np.exp(rng.normal(5.3, 1.6, count)), 2e6).astype(np.int64),
        number=number,
        native=native,
        made_us=start_us - (rng.random(count) * 9 * 365 + 30).astype(np.int64) * 86_400_000_000,
        group=np.full(count, group, np.int64),
        activity=np.exp(rng.normal(0, spread, count)),
    )


def native_id(accounts: Accounts, which: int) -> str:
    """The id as the export has it: X archives hash accounts of fewer than 5,000 followers."""
    plain = str(int(accounts.native[which]))
    if accounts.export[which] == TELEGRAM:
        return f"channel{plain}"
    if accounts.export[which] == X_IO and accounts.followers[which] < 5000:
        return base64.b64encode(hashlib.sha256(f"archive {plain}".encode()).digest()).decode()
    return plain


def handle(accounts: Accounts, which: int) -> str:
    """The invented handle; in an X archive the hash stands for it too."""
    if accounts.export[which] == X_IO and accounts.followers[which] < 5000:
        return native_id(accounts, which)
    return texts.handle(int(accounts.number[which]))
