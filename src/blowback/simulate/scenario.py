"""What a simulated campaign is made of: every seed and parameter, read from one TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from blowback.errors import NotReadable, UnknownName
from blowback.simulate.scenario_read import read
from blowback.simulate.told import count, hours, number, share

BUNDLED: Final[tuple[str, ...]] = ("june", "storm", "demo", "tiny")
Export = Literal["x_v2", "x_io", "telegram", "bluesky", "reddit"]
Joint = Literal["repost", "url", "text", "folded_text"]
Topic = Literal["garden", "cup", "guild"]
Lang = Literal["en", "ar", "ru"]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Ordinary accounts of one platform, and what they pay attention to."""

    accounts: int = count(2)
    posts: int = count()
    objects: int = count(1)  # originals that may be passed on
    zipf: float = number(0, 5)  # attention falls with rank ** -zipf
    diurnal: float = number(1, 1000)  # rate at the busiest hour / rate at the quietest
    weekend: float = number(0.001, 1000)  # rate on a Saturday or Sunday / on a weekday
    spread: float = number(0, 5)  # sigma of the log of the accounts' activity: the heavy tail
    reposts: float = share()  # share of the posts
    replies: float = share()
    quotes: float = share()
    news: int = count()  # objects that are passed on within minutes, like news
    archived: float = share(0.0)  # X: share of the accounts that are suspended and in the archive (x_io) alone


@dataclass(frozen=True, slots=True)
class Network:
    """The campaign's cast and its daily traffic; press and counter-speakers beside it."""

    official: int = count(0, 0)  # accounts on X that speak first, in all languages
    active: int = count(0, 0)  # industrious supporters on X
    repeaters: int = count(0, 0)  # accounts on X that mostly pass on
    channels: int = count(0, 0)  # on Telegram; every third is official
    sky: int = count(0, 0)  # on Bluesky; every tenth is official
    press: int = count(0, 0)  # on X, no part of the campaign
    counter: int = count(0, 0)  # people on X who answer the campaign
    posts: int = count(0, 0)  # ordinary originals of official and active accounts on X
    reposts: int = count(0, 0)  # ordinary reposts of those by the network on X
    channel_posts: int = count(0, 0)
    sky_posts: int = count(0, 0)


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that act together."""

    id: str
    export: Export
    kind: Joint
    accounts: int = count(2)
    objects: int = count(1)  # joint actions
    tau_s: float = number(0.001, 1e7)  # mean of the exponential delay after the group's signal
    takes_part: float = share()  # chance that an account takes part in a joint action
    camouflage: int = count()  # ordinary posts of each account
    audience: int = count(0, 0)  # reposts, links: least number of ordinary reposts or uses of the objects chosen


@dataclass(frozen=True, slots=True)
class Burst:
    """Many posts of one hashtag in a short time."""

    id: str
    hashtag: str
    posts: int = count()
    accounts: int = count(1)
    start_h: float = hours()  # after the scenario's start
    minutes: float = number(0.1, 1e6)
    kind: Literal["planted", "announced", "organic_surge"] = "planted"
    topic: Topic = "garden"
    who: Literal["crowd", "network"] = "crowd"
    client: str = ""  # an application's name; empty: none of its own
    by_client: float = share(0.0)  # share of the posts made by the application
    profile: tuple[float, ...] = ()  # posts in equal parts of the time, to scale; empty: a hump, or news that fade
    heavy: int = count(0, 0)  # accounts that post most
    heavy_share: float = share(0.0)  # their share of the posts
    announced_h: float = number(0, 1000, 6.0)  # announced: hours between the notice and the start
    deleted: float = share(0.0)  # share that its authors delete within a day after it


@dataclass(frozen=True, slots=True)
class Injection:
    """One application that posts into many otherwise organic accounts."""

    id: str
    client: str  # its name in the client field; empty: it passes for ordinary applications
    posts: int = count()
    accounts: int = count(1)
    items: int = count(1)  # distinct texts
    start_h: float = hours()
    hours: float = number(0.01, 1e5)
    spacing_s: tuple[float, ...] = (3, 5, 8)  # whole seconds between two copies, one of these each time
    jitter_s: float = number(0, 1e5, 0.0)  # sigma of what a queue adds to each copy, in whole seconds
    text: Literal["identical", "templated"] = "identical"
    links: float = share(0.5)  # share of the items with a link
    topic: Topic = "guild"


@dataclass(frozen=True, slots=True)
class Hijack:
    """A neutral event's hashtag used for the campaign's matter, with lawful use beside it."""

    id: str
    hashtag: str
    start_h: float = hours()
    hours: float = number(0.1, 1e5)
    posts: int = count()  # by the network
    counter: int = count(0, 0)  # by people who mind
    press: int = count(0, 0)
    also: tuple[str, ...] = ()  # tags that are bundled with it
    links: float = share(0.6)
    blend: float = share(0.0)  # share of the network's posts that speak in the words of the event's own crowd
    reposts: int = count(0, 0)  # of the hijacking posts by the network


@dataclass(frozen=True, slots=True)
class Release:
    """One item on several hosts and in several languages at once; `count` of them, `every_h` apart."""

    id: str
    start_h: float = hours()  # of the release itself
    hosts: tuple[str, ...] = ("tape.example", "reel.example", "leaf.example")
    langs: tuple[Lang, ...] = ("en", "ar", "ru")
    seed_h: float = number(0, 1000, 6.0)  # hours between the seed and the release
    spread_min: float = number(0.1, 10_000, 12.0)  # minutes over which the release's own posts fall
    amplify: int = count(0, 20)  # posts that announce it before
    early: float = share(0.0)  # share of them that link a first copy, which the seed has then put on the first host
    reposts: int = count(0, 60)  # native reposts after
    mirrors: int = count(0, 20)  # posts with a link after
    count: int = count(1, 1)
    every_h: float = number(0.1, 1e5, 72.0)
    medium: Literal["audio", "video", "document"] = "audio"


@dataclass(frozen=True, slots=True)
class Lead:
    """Grassroots calls that precede an official answer by a known lag, again and again."""

    id: str
    hashtag: str
    episodes: int = count(1)
    start_h: float = hours()
    every_h: float = number(1, 1e5, 72.0)
    lag_h: float = number(0, 1e4, 18.0)
    jitter_h: float = number(0, 1e4, 1.0)  # sigma of the lag
    calls: int = count(1, 40)
    answers: int = count(1, 6)


@dataclass(frozen=True, slots=True)
class Claims:
    """Statements about plantings in towns of a valley that does not exist, beside an independent event file."""

    announced: int = count(0, 0)  # "on Friday we will plant ... in ..."
    reported: int = count(0, 0)  # "... stands in ... since Friday"
    denied: int = count(0, 0)
    true: float = share(0.4)  # share of the announced and reported ones that an event bears out
    lead_h: float = number(1, 1e4, 72.0)  # mean time between an announcement and its event
    events_per_week: float = number(0, 1000, 0.3)  # per town, whatever anybody says
    repeats: int = count(0, 3)  # posts of the network that say it again


@dataclass(frozen=True, slots=True)
class Removals:
    """What has disappeared, and how the exports say so."""

    deleted: int = count(0, 0)  # posts that are answered or quoted but gone: errors[]
    suspended: int = count(0, 0)  # accounts that are mentioned but gone: errors[]
    withheld: int = count(0, 0)  # posts withheld in a country or for copyright
    gaps: int = count(0, 0)  # Telegram messages that left a gap in the ids
    moderated: int = count(0, 0)  # Reddit posts whose text a moderator removed
    network: float = share(0.0)  # share of the active and repeating accounts on X that the platform suspends
    sweeps: int = count(1, 2)  # in how many waves
    from_h: float = number(0, 1e5, 240.0)  # hours before the first wave
    returns: float = share(0.0)  # share of the suspended that come back under a new account
    back_h: float = number(0.1, 1e4, 20.0)  # mean time until they are back
    shouts: int = count(0, 3)  # posts of others that announce a return


@dataclass(frozen=True, slots=True)
class Migration:
    """Traffic that moves: of the network from X to Bluesky, or of its links from one host to another."""

    id: str
    kind: Literal["platform", "host"]
    start_h: float = hours()
    share: float = share()  # of the traffic that has moved
    origin: str = "x"
    target: str = "bluesky"
    outlinks: int = count(0, 20)  # posts that say where to go


@dataclass(frozen=True, slots=True)
class Damage:
    """What a receipt must account for."""

    duplicates: float = share(0.0)  # share of the X posts that are exported twice, with other counts
    log_lines: int = count(0, 0)  # lines of a log inside the JSONL
    cut_lines: int = count(0, 0)  # pages or rows that break off; their posts are also there whole
    client_field: bool = True  # false: no export says which application posted


@dataclass(frozen=True, slots=True)
class Scenario:
    """A campaign with known truth: the same scenario gives the same bytes."""

    name: str
    seed: int
    start: str  # ISO, UTC
    x: Crowd
    days: int = count(1)
    page: int = count(1, 100)  # posts on one page of the X v2 export
    telegram: Crowd | None = None
    bluesky: Crowd | None = None
    reddit: Crowd | None = None
    network: Network = Network()
    groups: tuple[Group, ...] = ()
    bursts: tuple[Burst, ...] = ()
    injections: tuple[Injection, ...] = ()
    hijacks: tuple[Hijack, ...] = ()
    releases: tuple[Release, ...] = ()
    leads: tuple[Lead, ...] = ()
    claims: Claims = Claims()
    removals: Removals = Removals()
    migrations: tuple[Migration, ...] = ()
    damage: Damage = Damage()

    @property
    def start_us(self) -> int:
        """Start of the window, microseconds since 1970, UTC."""
        since = datetime.fromisoformat(self.start).replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001
        return since // timedelta(microseconds=1)

    @property
    def end_us(self) -> int:
        """End of the window, exclusive."""
        return self.start_us + self.days * 86_400_000_000

    def at_h(self, hours_after: float) -> int:
        """The instant so many hours after the start, microseconds, whole milliseconds."""
        return self.start_us + int(hours_after * 3_600_000) * 1000

    @staticmethod
    def load(path: Path) -> Scenario:
        """Read a scenario from a TOML file.

        Raises:
            NotReadable: the file cannot be read.
            Unexpected: it is no TOML, or a key is missing, unknown or out of bounds.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
            hint = f"Give a TOML file, or a bundled scenario: {', '.join(BUNDLED)}"
            raise NotReadable(f"the scenario {path} cannot be read ({why})", hint=hint) from error
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
                f"there is no scenario {name!r}", hint=f"Use {', '.join(BUNDLED)}, or the path of a TOML file"
            )
        return Scenario.load(Path(name))


def parse(text: str, name: str) -> Scenario:
    """Read a scenario from TOML text. Raises `Unexpected` with the key that is off and what is allowed."""
    return read(Scenario, text, name)
