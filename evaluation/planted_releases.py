"""Worlds with hand-built releases and their look-alikes: what `evaluation/releases.py` and the tests are run on.

All names are invented. A world is the two frames that the analysis reads, and its truth: the links of each release.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from blowback.analyses.machinery.releases_tables import CARRIED, TEXTS
from blowback.model.tables import schema_of
from blowback.tools.fold import fold
from meaning_pairs import HELD_OUT

HOUR, DAY = 3600, 86400
START = 1_402_272_000  # 9 June 2014
SAID = {
    "en": """harvest river lantern market bridge council letter garden winter school train valley singer island stone bread
        morning choir ferry mountain teacher window orchard festival parade museum harbour kite village beekeeper""",
    "ar": "حصاد نهر مصباح سوق جسر مجلس رسالة حديقة شتاء مدرسة قطار واد مغن جزيرة حجر خبز صباح جوقة عبارة جبل معلم نافذة بستان",
    "ru": "урожай река фонарь рынок мост совет письмо сад зима школа поезд долина певец остров камень хлеб утро хор паром гора",
}
WORDS = {lang: words.split() for lang, words in SAID.items()}
FILES = [f"vault{n}.example" for n in range(10)]
SHELVES = [f"shelf{n}.example" for n in range(4)]
NEWS = [f"daily{n}.example" for n in range(25)]
VIDEO = ["clips.example", "podcasts.example"]


@dataclass
class World:
    """Frames, and links of each release."""

    seed: int
    rows: list[tuple] = field(default_factory=list)
    texts: list[tuple] = field(default_factory=list)
    truth: list[frozenset[str]] = field(default_factory=list)
    posts: int = 0
    made: int = 0

    def __post_init__(self) -> None:
        self.dice = np.random.default_rng(self.seed)

    def words(self, lang: str, n: int = 9) -> str:
        return " ".join(self.dice.choice(WORDS[lang], n))

    def link(self, host: str, name: str | None = None) -> str:
        self.made += 1
        return f"https://{host}/{name or f'i{self.made:06d}'}"

    def post(
        self, account: str, at: float, links: list[str], text: str, lang: str = "en", *, passed_on: bool = False
    ) -> None:
        self.posts += 1
        name, when = f"x:p{self.posts}", int(START * 1_000_000 + at * 1_000_000)
        for link in links:
            self.rows.append((name, f"x:{account}", when, "url", link, passed_on, "x", lang, None))
        if not passed_on:
            self.texts.append((name, when, lang, text, text))

    def frames(self) -> dict[str, pa.Table]:
        carried = pa.Table.from_pylist(
            [dict(zip((c.name for c in CARRIED), r, strict=True)) for r in self.rows], schema_of(CARRIED)
        )
        texts = pa.Table.from_pylist(
            [dict(zip((c.name for c in TEXTS), r, strict=True)) for r in self.texts], schema_of(TEXTS)
        )
        folded = fold(texts.column("text"))
        return {"carried": carried, "texts": texts.set_column(4, TEXTS[4].name, folded)}


def world(
    seed: int, *, releases: int = 12, days: int = 60, background: int = 5000, spread_h: float = 1.0, kind: str = "mixed"
) -> World:
    """A crowd with its own look-alikes, and so many releases; `spread_h`: hours over which a release's hosts are seeded.

    `kind`: mixed (listed, worded, in three languages by file name, in turn), once (one list, never again), strangers (each
    host by another account), spoken (three languages, nothing in common but what the sentences mean), pair (two languages
    on two of four hosts that carry hardly anything else).
    """
    made = World(seed)
    pool = _crowd(made, background, days)
    _wire(made, days)
    _shows(made, days)
    _generic(made, days)
    _roundups(made, pool, days)
    _lists(made, days)
    kinds = {"mixed": (_listed, _worded, _tongues), "once": (_once,), "strangers": (_strangers,), "spoken": (_spoken,),
             "pair": (_paired,)}[kind]  # fmt: skip
    for n in range(releases):
        kinds[n % len(kinds)](made, float(made.dice.uniform(2, days - 25)) * DAY, spread_h)
    return made


def dealt(frames: dict[str, pa.Table], seed: int) -> dict[str, pa.Table]:
    """The same frames with each link's dates moved so that its first is another link's of its host.

    Hosts of fewer than five links deal among each other: alone, a host of one or two would keep what was planted.
    """
    carried = frames["carried"].sort_by([("posted_at", "ascending"), ("post_id", "ascending"), ("value", "ascending")])
    times = carried.column("posted_at").cast(pa.int64()).to_numpy()
    values, first = carried.column("value").to_pylist(), dict[str, int]()
    for value, at, passed in zip(values, times.tolist(), carried.column("passed_on").to_pylist(), strict=True):
        if not passed:
            first.setdefault(value, at)
    by_host: dict[str, list[str]] = {}
    for value in first:
        by_host.setdefault(value.split("/")[2], []).append(value)
    rare = [v for values in by_host.values() if len(values) < 5 for v in values]
    dice, moved = np.random.default_rng(seed), {}
    for values in (*(v for v in by_host.values() if len(v) >= 5), rare):
        for value, other in zip(values, dice.permutation(len(values)), strict=True):
            moved[value] = first[values[int(other)]] - first[value]
    at = [t + moved.get(v, 0) for v, t in zip(carried.column("value").to_pylist(), times.tolist(), strict=True)]
    return {**frames, "carried": carried.set_column(2, "posted_at", pa.array(at, pa.timestamp("us")))}


def _crowd(made: World, posts: int, days: int) -> list[tuple[float, str]]:
    """Popular items (when, link), and posts that carry them."""
    dice, pool = made.dice, []
    hosts = NEWS * 4 + FILES + VIDEO * 6
    for n in range(posts // 4):
        at = float(dice.uniform(0, days)) * DAY
        link, title = made.link(hosts[int(dice.integers(len(hosts)))]), made.words("en")
        pool.append((at, link))
        for _ in range(1 + int(min(dice.pareto(1.2), 30))):
            account = f"u{int(600 * dice.random() ** 2)}"
            text = title if dice.random() < 0.4 else made.words("en", 7)
            made.post(
                account, at + float(dice.exponential(6)) * HOUR, [link], text, passed_on=bool(dice.random() < 0.2)
            )
        if n % 25 == 0:  # an own piece put out as text and as film
            made.post("newsroom", at, [made.link(NEWS[0]), made.link("clips.example")], title)
    return pool


def _wire(made: World, days: int) -> None:
    """Wire copy: nearly one headline, six newsrooms, each by its own accounts within an hour; readers carry them on."""
    for _ in range(15):
        at, title = float(made.dice.uniform(0, days)) * DAY, made.words("en", 10)
        for host in made.dice.choice(NEWS, 6, replace=False):
            link, when = made.link(str(host)), at + float(made.dice.uniform(0, 1)) * HOUR
            made.post(f"feed_{host}", when, [link], title + made.dice.choice(["", " read"]))
            for _ in range(int(made.dice.integers(0, 4))):
                made.post(
                    f"u{int(600 * made.dice.random() ** 2)}",
                    when + float(made.dice.exponential(5)) * HOUR,
                    [link],
                    title,
                )
    for host in NEWS:  # what makes the feeds feeds
        for _ in range(25):
            made.post(f"feed_{host}", float(made.dice.uniform(0, days)) * DAY, [made.link(host)], made.words("en"))


def _shows(made: World, days: int) -> None:
    """A weekly show on one host, the same words but for a number; another also as sound on a second host."""
    for show, hosts in (("tuesday garden hour with guests", VIDEO[:1]), ("friday river talk with music", VIDEO)):
        for week in range(days // 7):
            made.post(
                "showhost",
                week * 7 * DAY + 20 * HOUR,
                [made.link(h) for h in hosts],
                f"{show} episode number {week} live now",
            )


def _generic(made: World, days: int) -> None:
    """Many people, the same empty words, different things."""
    for _ in range(120):
        host = FILES[int(made.dice.integers(10))]
        made.post(f"u{int(made.dice.integers(600))}", float(made.dice.uniform(0, days)) * DAY, [made.link(host)],
                  "new video out now please watch and share")  # fmt: skip


def _roundups(made: World, pool: list[tuple[float, str]], days: int) -> None:
    """Links of the day: things on several hosts that others carry one by one."""
    for day in range(1, days):
        recent = [link for at, link in pool if (day - 1) * DAY < at < day * DAY]
        if len(recent) > 8:
            some = [str(x) for x in made.dice.choice(recent, 5, replace=False)]
            made.post("reader", day * DAY + 8 * HOUR, some, f"links of the day {made.words('en', 3)}")


def _lists(made: World, days: int) -> None:
    """Reading lists: a post with links that nobody else carries. Not releases, and nothing shows that they are not."""
    for n in range(10):
        links = [made.link(str(h)) for h in made.dice.choice(NEWS, 4, replace=False)]
        made.post(f"u{n}", float(made.dice.uniform(0, days)) * DAY, links, made.words("en"))


def _late(made: World, at: float, text: str, lang: str) -> None:
    """Mirrors long after: the same words, other hosts, days later; not part of the release."""
    for host in made.dice.choice(FILES, 2, replace=False):
        made.post("archivist", at + float(made.dice.uniform(5, 20)) * DAY, [made.link(str(host))], text, lang)


def _carried_on(made: World, at: float, links: list[str], text: str, lang: str) -> None:
    """Supporters: some list again, some carry one, some pass on."""
    dice = made.dice
    for n in range(int(dice.integers(2, 7))):
        some = links if n % 2 else [str(x) for x in dice.choice(links, min(3, len(links)), replace=False)]
        words = text if n % 3 else made.words(lang)
        made.post(f"s{int(dice.integers(40))}", at + float(dice.exponential(4)) * HOUR, some, words, lang)
    for _ in range(int(dice.integers(2, 10))):
        when = at + float(dice.exponential(8)) * HOUR
        made.post(f"s{int(dice.integers(40))}", when, links[:1], text, lang, passed_on=True)


def _listed(made: World, at: float, spread_h: float) -> None:
    """One list of three to six hosts, repeated by others."""
    links = [made.link(str(h)) for h in made.dice.choice(FILES, int(made.dice.integers(3, 7)), replace=False)]
    text = made.words("en")
    made.post("outlet", at, links[:-1], text)
    made.post("outlet", at + float(made.dice.uniform(0, spread_h)) * HOUR, links, text)
    _carried_on(made, at, links, text, "en")
    _late(made, at, text, "en")
    made.truth.append(frozenset(links))


def _worded(made: World, at: float, spread_h: float) -> None:
    """Two outlets, one host a post, the same words."""
    hosts, text = made.dice.choice(FILES, int(made.dice.integers(3, 6)), replace=False), made.words("en", 10)
    links = [made.link(str(h)) for h in hosts]
    for n, link in enumerate(links):
        made.post("outlet" if n % 2 else "second", at + float(made.dice.uniform(0, spread_h)) * HOUR, [link], text)
    made.post("outlet", at + spread_h * HOUR, links[:2], text)
    made.post("second", at + spread_h * HOUR + 60, links[-2:], text)
    _late(made, at, text, "en")
    made.truth.append(frozenset(links))


def _tongues(made: World, at: float, spread_h: float) -> None:
    """Three languages on two or three hosts; file names differ by the language alone."""
    hosts, every = made.dice.choice(FILES, int(made.dice.integers(2, 4)), replace=False), []
    name = f"{made.dice.choice(WORDS['en'])}-{made.dice.choice(WORDS['en'])}-{int(made.dice.integers(10, 99))}"
    for lang in ("ar", "en", "ru"):
        links, text = [made.link(str(h), f"{name}-{lang}.mp3") for h in hosts], made.words(lang)
        every += links
        made.post("outlet", at + float(made.dice.uniform(0, spread_h)) * HOUR, links, text, lang)
        _carried_on(made, at + spread_h * HOUR, links, text, lang)
    made.truth.append(frozenset(every))


def _paired(made: World, at: float, spread_h: float) -> None:
    """Two hosts of few things: one file for both languages on the first, a page for each on the second."""
    first, second = (str(h) for h in made.dice.choice(SHELVES, 2, replace=False))
    name = f"{made.dice.choice(WORDS['en'])}-{made.dice.choice(WORDS['en'])}-{int(made.dice.integers(10, 99))}"
    every = {made.link(first, f"{name}.pdf")}
    for lang in ("en", "ar"):
        links, text = [made.link(first, f"{name}.pdf"), made.link(second, f"{name}-{lang}.pdf")], made.words(lang)
        every |= set(links)
        for link in links:
            made.post("outlet", at + float(made.dice.uniform(0, spread_h)) * HOUR, [link], text, lang)
        _carried_on(made, at + spread_h * HOUR, links, text, lang)
    made.truth.append(frozenset(every))


def _once(made: World, at: float, _spread_h: float) -> None:
    """One list of four to six hosts by one account, passed on but never repeated."""
    links = [made.link(str(h)) for h in made.dice.choice(FILES, int(made.dice.integers(4, 7)), replace=False)]
    made.post("outlet", at, links, made.words("en"))
    for _ in range(5):
        made.post(
            f"s{int(made.dice.integers(40))}", at + float(made.dice.exponential(8)) * HOUR, links, "", passed_on=True
        )
    made.truth.append(frozenset(links))


def _strangers(made: World, at: float, spread_h: float) -> None:
    """The same words, each host by another account that posts nothing else."""
    text = made.words("en", 10)
    links = [made.link(str(h)) for h in made.dice.choice(FILES, 4, replace=False)]
    for n, link in enumerate(links):
        made.post(f"once{made.posts}_{n}", at + float(made.dice.uniform(0, spread_h)) * HOUR, [link], text)
    made.truth.append(frozenset(links))


def _spoken(made: World, at: float, spread_h: float) -> None:
    """Three languages on two hosts: the sentences say the same, file names have nothing in common."""
    said = HELD_OUT[len(made.truth) % len(HELD_OUT)]
    hosts, every = made.dice.choice(FILES, 2, replace=False), []
    for lang, text in zip(("en", "ar", "ru"), said, strict=True):
        links = [made.link(str(h)) for h in hosts]
        every += links
        made.post("outlet", at + float(made.dice.uniform(0, spread_h)) * HOUR, links, text, lang)
        made.post("second", at + spread_h * HOUR + 60, links, text, lang)
    made.truth.append(frozenset(every))
