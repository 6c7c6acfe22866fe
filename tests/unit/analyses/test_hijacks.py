"""Planted hijacks of a made-up crowd are found, answered and reported ones told apart, and a crowd alone gives nothing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from blowback.analyses.machinery.hijacks import hijacks
from blowback.desk_params import read
from blowback.errors import UnknownName, UsageError
from blowback.model.panel import Bars, Chart, Grid
from blowback.model.tables import TABLES
from blowback.testing import check_analysis, played
from blowback.tools.fold import fold

START = dt.datetime(2014, 7, 1)  # zone-less UTC is the house form
CROWD = ("regatta", "oars", "rowing", "the river", "cox", "sculls", "finish line", "the boats", "semi final", "lanes", "strokes", "the cup",
         "our crew", "wind", "umpire", "medal", "heats", "start", "photo finish", "training")  # fmt: skip
SAYS = ("{a} and {b} today, what a race", "I love {a} more than {b}", "who saw {a} near {b}?", "{a} again! now {b}", "never {a} without {b}",
        "they talk of {a} but {b} decides", "good luck to {a} and {b}", "watching {a} with {b} at noon")  # fmt: skip
OTHER = (
    "quilts",
    "patchwork",
    "cotton yarn",
    "needles",
    "thimbles",
    "embroidery",
    "bobbins",
    "old fabric",
    "buttons",
    "knitting",
    "wool",
    "hems",
)
OTHER_SAYS = ("bring {a} to the sewing circle and swap {b}", "we teach {a}, then {b}, for free", "sign up for {a} at the guild, {b} included",
              "every home deserves {a} and {b}", "the guild mends {a} with {b}", "ask us about {a} or {b}")  # fmt: skip


def post(n: int, account: str, hours: float, text: str, tags: list[str], **more):
    return {"id": f"x:p{n}", "account": f"x:{account}", "hours": hours, "text": text, "tags": tags, **more}


def made(things, says, random) -> str:
    a, b = random.choice(len(things), 2, replace=False)
    return says[random.integers(len(says))].format(a=things[a], b=things[b])


def crowd(seed: int = 5, size: int = 160) -> list[dict]:
    """People talk of the race, each with some words of their own."""
    random = np.random.default_rng(seed)
    chat = [
        "".join(random.choice(list("bdfgklmnprst")) + random.choice(list("aeiou")) for _ in range(3))
        for _ in range(300)
    ]
    out = []
    for n in range(size):
        tags = ["riverrace", *(["heat2"] if random.random() < 0.06 else [])]
        out.append(
            post(
                n,
                f"fan{random.integers(90)}",
                float(random.uniform(0, 96)),
                f"{made(CROWD, SAYS, random)} {random.choice(chat)} {random.choice(chat)}",
                tags,
            )
        )
    return out


def hijack(posts: list[dict], count: int = 40, accounts: int = 12, *, link: bool = True, seed: int = 8) -> list[dict]:
    random = np.random.default_rng(seed)
    out = list(posts)
    for n in range(count):
        url = {"url": f"http://thimbleguild.example/{n % 3}"} if link else {}
        out.append(post(1000 + n, f"new{n % accounts}", float(random.uniform(50, 80)), made(OTHER, OTHER_SAYS, random),
                        ["riverrace", "thimbleguild"], followers=100 + n % accounts, **url))  # fmt: skip
    return out


def tables(posts: list[dict]) -> dict[str, pa.Table]:
    rows, marks, people, seen = [], [], {}, []
    for n, p in enumerate(posts):
        at = START + dt.timedelta(hours=p["hours"])
        ids = {"post_id": p["id"], "account_id": p["account"]}
        text = p["text"] + "".join(f" #{t}" for t in p["tags"])
        rows.append({**ids, "platform": "x", "posted_at": at, "clock": "exact", "kind": p.get("kind", "post"), "text": text,
                     "text_folded": fold(pa.array([text]))[0].as_py(), "lang": p.get("lang"), "reply_to": p.get("reply_to"), "repost_of": p.get("repost_of"),
                     "exhibit": "0" * 64, "record_no": n + 1})  # fmt: skip
        values = [("hashtag", t) for t in p["tags"]]
        if "url" in p:
            values += [("url", p["url"]), ("domain", p["url"].split("/")[2])]
        marks += [
            {**ids, "posted_at": at, "kind": k, "value": v, "position": i, "carried": False}
            for i, (k, v) in enumerate(values)
        ]
        if "followers" in p:
            people[p["account"]] = {
                "account_id": p["account"],
                "platform": "x",
                "kind": "unknown",
                "followers": p["followers"],
                "exhibit": "0" * 64,
            }
        if "views" in p:
            seen.append({"post_id": p["id"], "views": p["views"], "exhibit": "0" * 64, "record_no": n + 1})
    made_of = {"posts": rows, "marks": marks, "accounts": list(people.values()), "observations": seen}
    return {name: pa.Table.from_pylist(found, TABLES[name].arrow) for name, found in made_of.items()}


def run(posts: list[dict], **given):
    return played(hijacks, tables(posts), **given)


def test_a_planted_hijack_is_found_with_all_a_finding_needs() -> None:
    out, findings = run(hijack(crowd()))
    (finding,) = [f for f in findings if f.rule == "hijacks.repurposed.2"]
    assert finding.ruling == "stands"
    assert (finding.subject.kind, finding.subject.id, finding.subject.members) == ("hashtag", "riverrace", ())
    assert finding.effect.low <= finding.effect.value <= finding.effect.high
    assert {n.name for n in finding.nulls} == {"sub-topics", "dealt", "order", "bundles"}
    assert finding.nulls[0].q is not None
    assert finding.nulls[0].q <= 0.05
    assert all(p.startswith("x:p1") and len(p) == 7 for p in finding.evidence)
    (row,) = [r for r in out["tags"].to_pylist() if r["strand"]]
    assert row["class"] == "repurposed"
    assert row["hijack"] == 40
    assert row["drift"] > 2 * row["drift_usual"]
    assert row["before"] > 30
    for output in hijacks.outputs:
        assert out[output.name].column_names == [c.name for c in output.columns]


def test_the_crowd_alone_gives_nothing_and_that_is_said() -> None:
    _, findings = run(crowd(size=400))
    assert [f.rule for f in findings] == ["hijacks.none.1"]
    assert findings[0].ruling == "context"
    assert len(findings[0].evidence) == 1


def test_nothing_testable_is_another_sentence() -> None:
    _, findings = run([p | {"tags": ["riverrace"]} for p in crowd()], strand_posts=1000)
    assert [f.rule for f in findings] == ["hijacks.untested.1"]
    assert "cannot be tested" in findings[0].says
    _, small = run(crowd(size=12))
    assert small == []


def test_no_post_or_account_of_the_crowd_is_listed() -> None:
    out, findings = run(hijack(crowd()))
    own = {p["id"] for p in crowd()} | {p["account"] for p in crowd()}
    for table in out.values():
        for column in table.columns:
            if pa.types.is_string(column.type):
                values = set(column.to_pylist()) - {out["summary"].column("first_id")[0].as_py()}
                assert not values & own
    listed = {p for f in findings for p in f.evidence}
    assert not listed & own


def test_answers_and_reports_are_classes_of_their_own() -> None:
    posts = hijack(crowd())
    for n in range(6):
        posts.append(
            post(
                2000 + n,
                f"fan{n}",
                85 + n,
                f"stop spamming our tag with thimbleguild {n}",
                ["riverrace", "thimbleguild"],
            )
        )
        posts.append(post(3000 + n, f"desk{n}", 86 + n, f"thimbleguild fills a rowing tag, according to the club {n}", ["riverrace", "thimbleguild"],
                          url=f"http://harbournews.example/{n}"))  # fmt: skip
    out, findings = run(posts)
    found = {r["post_id"]: r["class"] for r in out["posts"].to_pylist()}
    answers = [found.get(f"x:p{2000 + n}") for n in range(6)]
    reports = [found.get(f"x:p{3000 + n}") for n in range(6)]
    assert set(answers) <= {"counter", None}
    assert answers.count("counter") >= 4
    assert set(reports) <= {"news", None}
    assert reports.count("news") >= 4
    (finding,) = [f for f in findings if f.rule == "hijacks.repurposed.2"]
    assert not set(finding.evidence) & {f"x:p{2000 + n}" for n in range(6)}


def test_a_strand_of_answers_is_explained_not_called_a_hijack() -> None:
    random = np.random.default_rng(2)
    posts = crowd()
    for n in range(24):
        text = f"stop spamming this tag with {made(OTHER, ('{a} and {b}', '{a}, {b}', '{b} {a} everywhere'), random)}"
        posts.append(post(2000 + n, f"other{n}", 60 + n, text, ["riverrace", "thimbleguild"]))
    _, findings = run(posts)
    assert [(f.rule, f.ruling) for f in findings] == [("hijacks.lawful.1", "explained")]


def test_the_tags_own_people_taking_something_up_is_explained() -> None:
    random = np.random.default_rng(3)
    posts = crowd(size=320)
    for n in range(40):
        posts.append(
            post(
                1000 + n,
                f"fan{n % 20}",
                float(random.uniform(60, 90)),
                made(OTHER, OTHER_SAYS, random),
                ["riverrace", "ticketprices"],
            )
        )
    _, findings = run(posts)
    assert {f.rule for f in findings} <= {"hijacks.own_people.1"}
    assert [f.ruling for f in findings] == ["explained"]


def test_wordings_taken_from_the_crowd_and_given_a_link_are_found() -> None:
    random = np.random.default_rng(4)
    base = crowd(size=300)
    early = [p["text"] for p in base if p["hours"] < 40]
    posts = base + [
        post(
            1000 + n,
            f"new{n % 14}",
            float(random.uniform(50, 80)),
            str(random.choice(early)),
            ["riverrace"],
            url="http://thimbleguild.example/a",
        )
        for n in range(40)
    ]
    out, findings = run(posts)
    (row,) = [r for r in out["tags"].to_pylist() if r["strand"]]
    assert row["borrowed"] >= 30
    assert "take over what others wrote" in findings[0].says
    assert {r["post_id"] for r in out["posts"].to_pylist()} <= {f"x:p{1000 + n}" for n in range(40)}


def test_exposure_is_a_range_and_says_what_is_unknown() -> None:
    posts = hijack(crowd())
    posts += [
        post(4000 + n, f"reader{n}", 81 + n, "", ["riverrace"], kind="repost", repost_of="x:p1000") for n in range(5)
    ]
    _, findings = run(posts)
    (finding,) = [f for f in findings if f.rule == "hijacks.exposure.1"]
    assert "between" in finding.says
    assert finding.effect.low < finding.effect.high
    assert finding.effect.value == finding.effect.low
    _, blind = run([{k: v for k, v in p.items() if k != "followers"} for p in posts])
    (unknown,) = [f for f in blind if f.rule == "hijacks.exposure.1"]
    assert "no upper end" in unknown.says


def test_panels_show_counts_and_markers_never_accounts() -> None:
    out, findings = run(hijack(crowd()))
    (finding,) = [f for f in findings if f.rule == "hijacks.repurposed.2"]
    shown = hijacks.panels({k: out[k] for k in hijacks.pictures}, finding)
    assert [type(p) for p in shown] == [Chart, Bars, Bars, Grid]
    chart, grid = shown[0], shown[3]
    assert sum(v for _, v in chart.seen) == 200
    assert sum(v for _, v in chart.part) == 40
    words = {cell for row in grid.rows for cell in row}
    assert "#thimbleguild" in words
    assert "thimbleguild.example" in words
    assert not any("fan" in w or "new" in w for w in words)
    (none,) = run(crowd())[1]
    assert hijacks.panels({k: out[k] for k in hijacks.pictures}, none) == ()


def test_shuffled_rows_give_the_same() -> None:
    posts = hijack(crowd())
    first, _ = run(posts)
    second, _ = run(posts[::-1])
    for name, table in first.items():
        same = second[name]
        drop = [c for c in table.column_names if c == "first_id"]
        assert table.drop_columns(drop).equals(same.drop_columns(drop)), name


def test_it_passes_the_public_conformance_suite() -> None:
    check_analysis(hijacks)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"min_posts": 2}, UsageError),
        ({"fdr": 0.9}, UsageError),
        ({"placebos": "many"}, UsageError),
        ({"topic": "x"}, UnknownName),
    ],
)
def test_options_are_checked_and_explained(given, error) -> None:
    with pytest.raises(error) as caught:
        read(hijacks, given)
    assert caught.value.hint


CROWD_AR = (
    "السباق",
    "المجاديف",
    "النهر",
    "القوارب",
    "الفريق",
    "الريح",
    "الحكم",
    "الميدالية",
    "البداية",
    "التدريب",
    "الكاس",
    "المسار",
)
SAYS_AR = ("{a} و {b} اليوم يا له من سباق", "احب {a} اكثر من {b}", "من راى {a} قرب {b}", "{a} مرة اخرى والان {b}", "حظا سعيدا ل {a} و {b}",
           "نشاهد {a} مع {b} ظهرا")  # fmt: skip
OTHER_AR = ("لحاف", "خيوط", "ابر", "تطريز", "ازرار", "حياكة", "صوف", "قماش")
OTHER_SAYS_AR = (
    "احضروا {a} الى حلقة الخياطة وبدلوا {b}",
    "نعلم {a} ثم {b} مجانا",
    "كل بيت يستحق {a} و {b}",
    "تصلح النقابة {a} بواسطة {b}",
)


def two_languages(seed: int = 5) -> list[dict]:
    """The race in English and Arabic, one in three posts in Arabic, by other people."""
    random = np.random.default_rng(seed)
    names = [
        "".join(random.choice(list("بتجدرسشفقلمن")) + random.choice(list("اوي")) for _ in range(3)) for _ in range(200)
    ]
    out = [p | {"lang": "en"} for p in crowd(seed, 300)]
    for n in range(150):
        text = f"{made(CROWD_AR, SAYS_AR, random)} {random.choice(names)} {random.choice(names)}"
        out.append(
            post(5000 + n, f"qari{random.integers(80)}", float(random.uniform(0, 96)), text, ["riverrace"], lang="ar")
        )
    return out


def both(posts: list[dict]) -> list[dict]:
    out = [p | {"lang": p.get("lang", "en")} for p in hijack(posts, 60, 15)]
    random = np.random.default_rng(9)
    return out + [
        post(
            6000 + n,
            f"jadid{n % 12}",
            float(random.uniform(50, 80)),
            made(OTHER_AR, OTHER_SAYS_AR, random),
            ["riverrace", "thimbleguild"],
            url=f"http://thimbleguild.example/{n % 3}",
            lang="ar",
        )
        for n in range(40)
    ]


def test_a_crowd_of_two_languages_is_no_hijack_of_itself() -> None:
    _, findings = run(two_languages())
    assert [f.rule for f in findings] == ["hijacks.none.1"]


def test_one_hijack_in_two_languages_is_one_strand() -> None:
    out, findings = run(both(two_languages()))
    (row,) = [r for r in out["tags"].to_pylist() if r["strand"]]
    assert row["class"] == "repurposed"
    listed = {p for f in findings for p in f.evidence}
    assert len({p for p in listed if p.startswith("x:p60")}) >= 30  # the Arabic ones
    assert len({p for p in listed if p.startswith("x:p10")}) >= 50
    assert not listed & {p["id"] for p in two_languages()}


def test_a_minority_language_of_few_people_is_not_tested() -> None:
    posts = [p | {"lang": "en"} for p in crowd(size=300)]
    random = np.random.default_rng(11)
    for n in range(24):
        text = made(CROWD_AR, SAYS_AR, random)
        posts.append(post(7000 + n, f"qari{n % 10}", 50 + n, text, ["riverrace", "سباق_النهر"], lang="ar"))
    _, findings = run(posts)
    assert {f.rule for f in findings} <= {"hijacks.none.1", "hijacks.untested.1"}


def test_the_low_end_leaves_out_who_may_be_of_the_circle() -> None:
    posts = hijack(crowd())
    reposted = [
        post(4000 + n, f"reader{n}", 81 + n, "", ["riverrace"], kind="repost", repost_of="x:p1000") for n in range(5)
    ]
    out, _ = run([*posts, *reposted])
    (row,) = [r for r in out["tags"].to_pylist() if r["strand"]]
    assert row["exposure_low"] == 5
    twice = [
        post(4100 + n, f"reader{n}", 82 + n, "", ["riverrace"], kind="repost", repost_of="x:p1001") for n in range(2)
    ]
    out, _ = run([*posts, *reposted, *twice])
    (row,) = [r for r in out["tags"].to_pylist() if r["strand"]]
    assert row["exposure_low"] == 3
