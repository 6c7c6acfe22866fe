"""What a simulated campaign is made of: every seed and parameter, read from one TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, get_args

from blowback.errors import NotReadable, Unexpected, UnknownName

BUNDLED: Final[tuple[str, ...]] = ("demo", "tiny")
Export = Literal["x_v2", "x_io", "telegram"]
Joint = Literal["repost", "url", "text", "folded_text"]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Ordinary accounts of one platform, and what they pay attention to."""

    accounts: int
    posts: int
    objects: int  # originals that may be passed on
    zipf: float  # attention falls with rank ** -zipf
    diurnal: float  # rate at the busiest hour / rate at the quietest
    weekend: float  # rate on a Saturday or Sunday / on a weekday
    spread: float  # sigma of the log of the accounts' activity: the heavy tail
    reposts: float  # share of the posts
    replies: float
    quotes: float
    news: int  # objects that are passed on within minutes, like news
    archived: float = 0.0  # share of the accounts that are suspended and in the archive (x_io) alone


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that act together."""

    id: str
    export: Export
    kind: Joint
    accounts: int
    objects: int  # joint actions
    tau_s: float  # mean of the exponential delay after the group's signal
    takes_part: float  # chance that an account takes part in a joint action
    camouflage: int  # ordinary posts of each account
    audience: int = 0  # reposts, links: least number of ordinary reposts or uses of the objects chosen


@dataclass(frozen=True, slots=True)
class Burst:
    """Many posts of one hashtag in a short slot, partly by one application."""

    posts: int
    accounts: int
    hashtag: str
    client: str
    by_client: float  # share of the posts made by the application
    start_h: float  # hours after the scenario's start
    minutes: float


@dataclass(frozen=True, slots=True)
class Removals:
    """What has disappeared, and how the exports say so."""

    deleted: int  # posts that are answered or quoted but gone: errors[]
    suspended: int  # accounts that are mentioned but gone: errors[]
    withheld: int  # posts withheld in a country or for copyright
    gaps: int  # Telegram messages that left a gap in the ids


@dataclass(frozen=True, slots=True)
class Damage:
    """What a receipt must account for."""

    duplicates: float  # share of the posts that are exported twice, with other counts
    log_lines: int  # lines of a log inside the JSONL
    cut_lines: int  # pages or rows that break off; their posts are also there whole


@dataclass(frozen=True, slots=True)
class Scenario:
    """A campaign with known truth: the same scenario gives the same bytes."""

    name: str
    seed: int
    start: str  # ISO, UTC
    days: int
    page: int  # posts on one page of the X v2 export
    x: Crowd
    telegram: Crowd
    groups: tuple[Group, ...]
    burst: Burst
    removals: Removals
    damage: Damage

    @property
    def start_us(self) -> int:
        """Start of the window, microseconds since 1970, UTC."""
        since = datetime.fromisoformat(self.start).replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001
        return since // timedelta(microseconds=1)

    @property
    def end_us(self) -> int:
        """End of the window, exclusive."""
        return self.start_us + self.days * 86_400_000_000

    @staticmethod
    def load(path: Path) -> Scenario:
        """Read a scenario from a TOML file.

        Raises:
            NotReadable: the file cannot be read.
            Unexpected: it is no TOML, or a key is missing, unknown or out of bounds.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            hint = f"Give a TOML file, or a bundled scenario: {', '.join(BUNDLED)}"
            raise NotReadable(f"the scenario {path} cannot be read ({error.strerror})", hint=hint) from error
        return parse(text, path.name)

    @staticmethod
    def find(name: str) -> Scenario:
        """A bundled scenario by its name, or a file by its path.

        Raises:
            UnknownName: neither.
        """
        if name in BUNDLED:
            return parse((files(__package__) / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"), name)
        if not Path(name).is_file():
            raise UnknownName(
                f"there is no scenario {name!r}", hint=f"Use {' or '.join(BUNDLED)}, or the path of a TOML file"
            )
        return Scenario.load(Path(name))


def parse(text: str, name: str) -> Scenario:
    """Read a scenario from TOML text. Raises `Unexpected` with the key that is off."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unexpected(f"{name} is no TOML: {error}", hint="Start from the bundled scenario demo") from error
    parts = {"x": Crowd, "telegram": Crowd, "burst": Burst, "removals": Removals, "damage": Damage}
    made: dict[str, Any] = {k: v for k, v in told.items() if k not in parts and k != "groups"}
    for key, kind in parts.items():
        made[key] = _build(kind, told.get(key, {}), f"{name} [{key}]")
    made["groups"] = tuple(_build(Group, g, f"{name} [[groups]]") for g in told.get("groups", []))
    scenario: Scenario = _build(Scenario, made, name)
    _check(scenario, name)
    return scenario


def _build(kind: type[Any], told: dict[str, Any], where: str) -> Any:  # noqa: ANN401  # one of our dataclasses
    known = {f.name for f in fields(kind)}
    if unknown := sorted(set(told) - known):
        raise Unexpected(f"{where}: unknown key {unknown[0]!r}", hint=f"Known are {', '.join(sorted(known))}")
    try:
        return kind(**told)
    except TypeError as error:
        raise Unexpected(f"{where}: {error}", hint="Add the key; the bundled scenario demo has them all") from error


def _check(scenario: Scenario, name: str) -> None:
    rules = [
        (scenario.days >= 1, "days must be at least 1"),
        (scenario.page >= 1, "page must be at least 1"),
        (len({g.id for g in scenario.groups}) == len(scenario.groups), "group ids must differ"),
    ]
    for crowd in (scenario.x, scenario.telegram):
        rules.append((crowd.accounts >= 2 and crowd.objects >= 1, "a crowd needs 2 accounts and 1 object"))
        rules.append((crowd.diurnal >= 1 and crowd.weekend > 0, "diurnal must be >= 1 and weekend > 0"))
        rules.append((crowd.reposts + crowd.replies + crowd.quotes < 1, "shares must leave room for originals"))
    for group in scenario.groups:
        rules.append((group.export in get_args(Export), f"group {group.id}: export is one of {get_args(Export)}"))
        rules.append((group.kind in get_args(Joint), f"group {group.id}: kind is one of {get_args(Joint)}"))
        rules.append((group.accounts >= 2 and group.tau_s > 0, f"group {group.id}: 2 accounts, tau_s > 0"))
    for fine, says in rules:
        if not fine:
            raise Unexpected(f"{name}: {says}", hint="Start from the bundled scenario demo")
