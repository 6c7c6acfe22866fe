"""The accounts of a simulated campaign."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.simulate import texts

EXPORTS: Final = ("x_v2", "x_io", "telegram", "bluesky", "reddit")
X_V2, X_IO, TELEGRAM, BLUESKY, REDDIT = range(len(EXPORTS))
ON_X: Final = (X_V2, X_IO)
PLATFORM: Final = {"x_v2": "x", "x_io": "x", "telegram": "telegram", "bluesky": "bluesky", "reddit": "reddit"}
ROLES: Final = ("crowd", "member", "official", "active", "repeater", "press", "counter")
PUBLIC, MEMBER, OFFICIAL, ACTIVE, REPEATER, PRESS, COUNTER = range(len(ROLES))
# Hours east of UTC in which the accounts of each language live.
_ZONES: Final = {0: (0, 1, -5), 1: (2, 3), 2: (3, 5)}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
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
    native: Ints  # X: user id; Telegram: channel id; others: makes the id
    made_us: Ints
    group: Ints  # number of the group, -1 for none
    role: Ints  # position in ROLES
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
    rng: np.random.Generator,
    size: int,
    export: int,
    *,
    first: int,
    start_us: int,
    spread: float,
    group: int = -1,
    role: int = PUBLIC,
) -> Accounts:
    """Draw accounts: language, topic, zone, age, followers, heavy-tailed activity (log-normal).

    Args:
        rng: the stream of this set of accounts.
        size: how many.
        export: which export they appear in.
        first: number of the first account; numbers make ids and names unique.
        start_us: accounts are made in the nine years before, UTC microseconds.
        spread: sigma of log activity.
        group: number of the coordinated group, -1 for none.
        role: position in `ROLES`.
    """
    lang = rng.choice(3, size=size, p=(0.5, 0.35, 0.15))
    # A group speaks one language and lives in one place; a crowd does not. Official outlets speak each in turn.
    lang = np.full(size, lang[0]) if group >= 0 else np.arange(size) % 3 if role == OFFICIAL else lang
    pick = rng.integers(0, 6, size) * (group < 0)
    zone = np.array([_ZONES[int(k)][int(p) % len(_ZONES[int(k)])] for k, p in zip(lang, pick, strict=True)], np.int64)
    topic = np.full(size, texts.GARDEN, np.int64) if group >= 0 else rng.integers(0, texts.CROWD_TOPICS, size)
    if role in (OFFICIAL, ACTIVE, REPEATER, PRESS, COUNTER):
        topic[:] = texts.GUILD if role in (OFFICIAL, ACTIVE, REPEATER) else texts.CUP
    number = first + np.arange(size)
    base = 1_100_000_000 if export == TELEGRAM else 40_000_000
    return Accounts(
        export=np.full(size, export, np.int64),
        lang=lang.astype(np.int64),
        topic=topic,
        zone_h=zone,
        followers=np.minimum(np.exp(rng.normal(5.3, 1.6, size)), 2e6).astype(np.int64),
        number=number,
        native=base + number * 977 + rng.integers(0, 977, size),
        made_us=start_us - (rng.random(size) * 9 * 365 + 30).astype(np.int64) * 86_400_000_000,
        group=np.full(size, group, np.int64),
        role=np.full(size, MEMBER if group >= 0 else role, np.int64),
        activity=np.exp(rng.normal(0, spread, size)),
    )


def native_id(accounts: Accounts, which: int) -> str:
    """The id as the export has it: X archives hash accounts of fewer than 5,000 followers."""
    plain, export = str(int(accounts.native[which])), accounts.export[which]
    if export == TELEGRAM:
        return f"channel{plain}"
    if export == X_IO and accounts.followers[which] < 5000:
        return base64.b64encode(hashlib.sha256(f"archive {plain}".encode()).digest()).decode()
    if export == BLUESKY:
        made = hashlib.sha256(f"did {plain}".encode()).digest()
        return "did:plc:" + "".join(_LETTERS[b & 31] for b in made[:24])
    return texts.handle(int(accounts.number[which])) if export == REDDIT else plain


def handle(accounts: Accounts, which: int) -> str:
    """The invented handle; in an X archive the hash stands for it too."""
    if accounts.export[which] == X_IO and accounts.followers[which] < 5000:
        return native_id(accounts, which)
    name = texts.handle(int(accounts.number[which]))
    return f"{name.replace('_', '-')}.example" if accounts.export[which] == BLUESKY else name
