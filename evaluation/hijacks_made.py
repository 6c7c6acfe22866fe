"""Invented hijacks of a real crowd: benign campaigns of made-up societies, their answerers, and a made-up press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from blowback.tools.links import tags_in

US = 1_000_000
HOUR = 3600 * US


@dataclass
class Post:
    post_id: str
    account: str
    at: int
    text: str
    kind: str = "post"
    reply_to: str | None = None
    repost_of: str | None = None
    truth: str = "crowd"
    views: int | None = None


@dataclass(frozen=True)
class Theme:
    """A made-up society: what its posts speak of, its tag and its host."""

    tag: str
    host: str
    things: tuple[str, ...]
    says: tuple[str, ...]
    things_ar: tuple[str, ...]
    says_ar: tuple[str, ...]
    things_ru: tuple[str, ...] = ()
    says_ru: tuple[str, ...] = ()


GARDEN = Theme(
    "QuillbrookGrows",
    "quillbrook.example",
    (
        "seedlings",
        "compost",
        "the allotment",
        "tomatoes",
        "marigolds",
        "the greenhouse",
        "pruning shears",
        "mulch",
        "watering cans",
        "raised beds",
        "heirloom beans",
        "bee hotels",
        "the orchard",
        "clay soil",
        "perennials",
        "wheelbarrows",
        "trellises",
        "old roses",
        "rhubarb",
        "garden twine",
        "wild flowers",
        "leaf mould",
    ),
    (
        "Swap your {a} for {b} with us this Saturday",
        "Join the spring drive: bring {a} and {b}",
        "Our valley needs {a}, who has {b} to spare?",
        "Members learn about {a} after the {b} workshop",
        "Sign the pledge: {a} in every yard and {b} beside the school",
        "Volunteers wanted for {a}, {b} and tea at the old mill",
        "Never too late to begin with {a}; ask us about {b}",
        "Gardeners say yes to {a} and yes to {b}",
        "Free {a} for each household that grows {b}",
        "The valley blooms again: {a} everywhere, {b} too",
        "Twelve tips on {a} from people who love {b}",
        "We planted {a} today, tomorrow it is {b}",
    ),
    ("شتلات", "سماد", "طماطم", "ازهار", "مقص التقليم", "بستان", "تربة", "ورود", "بذور", "نحل", "اعشاب", "مشتل"),
    (
        "شاركوا معنا في حملة الوادي {a} و {b}",
        "نزرع {a} ونوزع {b} مجانا يوم السبت",
        "انضموا الى جمعية الحدائق من اجل {a} و {b}",
        "كل بيت يستحق {a} و {b}",
        "تطوعوا معنا في الطاحونة القديمة {a} ثم {b}",
        "تعلموا العناية ب {a} مع اصدقاء {b}",
    ),
    ("рассада", "компост", "томаты", "розы", "теплица", "семена", "грядки", "пчёлы", "яблони", "лейки"),
    (
        "Приходите в субботу: {a} и {b} для всех соседей",
        "Наша долина цветёт: {a}, а также {b}",
        "Запишитесь в садовый кружок, {a} и {b} ждут",
    ),
)
CHOIR = Theme(
    "LarkfieldSings",
    "larkfieldchoir.example",
    (
        "altos",
        "the tenors",
        "sheet music",
        "rehearsals",
        "the chapel",
        "harmonies",
        "madrigals",
        "warm ups",
        "a new conductor",
        "folk songs",
        "the piano",
        "bass voices",
        "descants",
        "song books",
        "the summer concert",
        "rounds and canons",
        "breathing lessons",
        "sight reading",
        "lullabies",
        "carols",
    ),
    (
        "Come and sing with us: {a}, {b} and cake",
        "Larkfield is looking for {a}; we already have {b}",
        "Every Thursday we practise {a} before {b}",
        "You cannot read notes? {a} will help you, so will {b}",
        "Tickets for {a} include {b}",
        "Bring a friend for {a} and stay for {b}",
        "Our choir turns forty with {a} and {b}",
        "Nothing lifts a week like {a}, except {b}",
        "Sign up now, {a} first, {b} later",
        "The hall is warm, {a} is ready, {b} are on the stands",
    ),
    ("الحان", "جوقة", "تدريبات", "اناشيد", "بيانو", "اصوات", "نوتات", "حفلة الصيف", "مايسترو", "تهويدات"),
    (
        "تعالوا نغني معا {a} و {b}",
        "كل خميس نتدرب على {a} قبل {b}",
        "نبحث عن محبي {a} وعندنا {b}",
        "تذاكر {a} تشمل {b}",
        "احضروا صديقا من اجل {a} وابقوا مع {b}",
    ),
    ("альты", "ноты", "репетиции", "романсы", "колыбельные", "концерт", "дирижёр", "голоса"),
    (
        "Пойте с нами: {a} и {b} каждый четверг",
        "Хор ищет новые голоса, {a} и {b} уже готовы",
        "Билеты на {a} включают {b}",
    ),
)
READING = Theme(
    "TidewaterReads",
    "tidewaterlibrary.example",
    (
        "paperbacks",
        "the bookmobile",
        "short stories",
        "large print",
        "audio books",
        "poetry evenings",
        "atlases",
        "the quiet room",
        "comics",
        "picture books",
        "translations",
        "library cards",
        "donated novels",
        "the spelling contest",
        "local history",
        "bedtime tales",
        "crime fiction",
        "diaries",
    ),
    (
        "Borrow {a} and leave {b} for the next reader",
        "The library van brings {a} and {b} to your street",
        "Vote to keep {a} open late and {b} free",
        "We lend {a}, we mend {b}",
        "Readers of Tidewater, {a} are back, {b} follow on Monday",
        "Read {a} to a child today, {b} tomorrow",
        "Our petition for {a} and {b} needs your name",
        "Four thousand {a} and not one fee for {b}",
        "Give {a} a second life, swap them for {b}",
    ),
    ("كتب", "مكتبة", "قصص قصيرة", "قراءة", "شعر", "خرائط", "روايات", "حكايات", "بطاقات", "ترجمات"),
    (
        "استعيروا {a} واتركوا {b} للقارئ التالي",
        "عربة المكتبة تحمل {a} و {b} الى شارعكم",
        "وقعوا من اجل {a} و {b}",
        "نقرأ {a} اليوم و {b} غدا",
    ),
    ("книги", "рассказы", "стихи", "сказки", "атласы", "дневники", "переводы"),
    ("Возьмите {a} и оставьте {b} следующему", "Подпишите: {a} и {b} для каждого двора"),
)
COUNTER = (
    "Stop spamming this tag, nobody here wants {x}",
    "{x} has nothing to do with football, please ignore them",
    "Ignore the {x} people, this tag is for the match",
    "Why is {x} all over this tag? Report this and move on",
    "Shame on {x} for hijacking the cup",
    "No thanks {x}, keep out of our tag",
    "Off topic again: {x} spam under the match tag",
    "Can the {x} crowd go away, we are watching football",
)
COUNTER_AR = (
    "توقفوا عن نشر {x} هنا",
    "تجاهلوا {x} لا علاقة لهم بالمباراة",
    "نرفض {x} في هذا الوسم",
    "سبام {x} مرة اخرى احذروا",
)
PRESS = (
    "{x}: society floods football tag, according to organisers",
    "Breaking: football tag taken over by {x}, our correspondent reports",
    "What we know about {x} and the tag",
    "{x} campaign reported under match tags, spokesman says it was volunteers",
    "Analysis: how {x} came to fill a football tag",
    "Explainer: {x}, the tag and the cup",
)
PRESS_AR = ("عاجل: حملة {x} تملا وسم المباراة بحسب مراسلنا", "تقرير عن {x} ووسم كرة القدم وفقا للمنظمين")
PRESS_HOSTS = ("valleyherald.example", "lowlandnews.example", "dailycourier.example")


@dataclass(frozen=True)
class Design:
    """How a hijack is done: how many posts, by how many accounts, in which languages, with what company."""

    posts: int
    accounts: int
    tag: float = 0.6  # share of posts with the society's tag
    link: float = 0.6
    blend: int = 0  # crowd copies that each account posts first
    copy: bool = False  # crowd wordings instead of own ones
    tongues: tuple[str, ...] = ("en",)
    counter: int = 12
    press: int = 8
    hours: float = 20.0
    one_link: bool = False


def said(theme: Theme, tongue: str, dice: np.random.Generator) -> str:
    things, says = {
        "en": (theme.things, theme.says),
        "ar": (theme.things_ar, theme.says_ar),
        "ru": (theme.things_ru, theme.says_ru),
    }[tongue]
    a, b = dice.choice(len(things), 2, replace=False)
    return says[dice.integers(len(says))].format(a=things[a], b=things[b])


def carried(theme: Theme, design: Design, dice: np.random.Generator) -> str:
    out = f" #{theme.tag}" if dice.random() < design.tag else ""
    page = 0 if design.one_link else int(dice.integers(6))
    return out + (f" http://{theme.host}/p{page}" if dice.random() < design.link else "")


def injected(crowd: list[Post], tag: str, theme: Theme, design: Design, seed: int) -> list[Post]:
    """The posts of a hijack of #tag in a crowd: it begins when a third to a half of the tag's posts are there."""
    dice = np.random.default_rng([seed, 41])
    under = sorted((p for p in crowd if tag in map(str.lower, tags_in(p.text))), key=lambda p: (p.at, p.post_id))
    start = under[int(len(under) * dice.uniform(0.33, 0.5))].at
    bare = [p for p in under if not p.text.startswith("RT @") and "@" not in p.text]

    def seen_by(at: int) -> str:  # what one could have read under the tag by then
        return str(dice.choice([p.text for p in bare if p.at < at] or [bare[0].text]))

    names = [f"new{seed}_{n}" for n in range(design.accounts)]
    out: list[Post] = []

    def add(account: str, at: int, text: str, truth: str, **more: str | None) -> Post:
        post = Post(f"made{seed}_{len(out)}", account, at, text, truth=truth, **more)  # type: ignore[arg-type]
        out.append(post)
        return post

    when: Callable[[], int] = lambda: start + int(dice.uniform(0, design.hours) ** 1.0 * HOUR)  # noqa: E731
    for name in names:
        for _ in range(design.blend):
            at = bare[0].at + int(dice.uniform(0.1, 1) * (start - bare[0].at))
            add(name, at, seen_by(at), "blend")
    for n in range(design.posts):
        tongue = design.tongues[n % len(design.tongues)]
        at = when()
        body = seen_by(at) if design.copy else said(theme, tongue, dice) + f" #{tag}"
        add(
            names[int(dice.integers(len(names)))] if n >= len(names) else names[n],
            at,
            body + carried(theme, design, dice),
            "hijack",
        )
    pushed = [p for p in out if p.truth == "hijack"]
    regulars = [p.account for p in under if not p.text.startswith("RT @")]
    for n in range(design.counter):
        name = str(dice.choice(regulars)) if n % 2 else f"answerer{seed}_{n}"
        said_to = pushed[int(dice.integers(len(pushed)))]
        arabic = "ar" in design.tongues and n % 3 == 0
        text = (
            str(dice.choice(COUNTER_AR if arabic else COUNTER)).format(x=f"#{theme.tag}" if n % 2 else theme.tag)
            + f" #{tag}"
        )
        reply = said_to.post_id if n % 3 == 1 else None
        add(name, said_to.at + 600 * US, text, "counter", kind="reply" if reply else "post", reply_to=reply)
    for n in range(design.press):
        arabic = "ar" in design.tongues and n % 3 == 0
        text = str(dice.choice(PRESS_AR if arabic else PRESS)).format(x=f"#{theme.tag}") + f" #{tag}"
        link = f" http://{dice.choice(PRESS_HOSTS)}/{n}" if n % 4 else ""
        add(f"press{seed}_{n % 5}", when() + HOUR, text + link, "news")
    return out


@dataclass
class Made:
    """What a run is scored against."""

    tag: str
    posts: list[Post] = field(default_factory=list)

    def truth(self) -> dict[str, str]:
        return {f"x:{p.post_id}": p.truth for p in self.posts}
