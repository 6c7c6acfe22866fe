"""The truth adds up: every post once, every list of ids a part of the posts, every figure its count."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from blowback.simulate.campaign import Campaign, simulate
from blowback.simulate.compose import parts
from blowback.simulate.named import post_id
from blowback.simulate.phrases import from_the_bank
from blowback.simulate.posts import MECHANISMS
from blowback.simulate.truth import POST_COLUMNS
from blowback.simulate.write import write

KEYS = {
    "scenario", "seed", "posts", "window", "exports", "groups", "bursts", "injections", "hijacks", "releases", "leads", "claims",
    "removals", "returns", "migrations", "network",
}  # fmt: skip


@pytest.fixture(scope="module")
def truth(told: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((told / "truth.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def posts(told: Path) -> list[dict[str, str]]:
    with (told / "truth_posts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exported(folder: Path) -> Counter[tuple[str, str, str]]:
    """(platform, id, file) of every post in the exports."""
    out: Counter[tuple[str, str, str]] = Counter()
    for line in (folder / "x_v2.jsonl").read_bytes().splitlines():
        try:
            out.update(("x", t["id"], "x_v2.jsonl") for t in orjson.loads(line)["data"])
        except orjson.JSONDecodeError:
            continue
    with (folder / "x_io_tweets.csv").open(encoding="utf-8", newline="") as file:
        out.update(("x", r[0], "x_io_tweets.csv") for r in csv.reader(file) if len(r) == 31 and r[0] != "tweetid")
    for chat in orjson.loads((folder / "telegram_result.json").read_bytes())["chats"]["list"]:
        out.update(
            ("telegram", f"{chat['id']}/{m['id']}", "telegram_result.json")
            for m in chat["messages"]
            if m["type"] == "message"
        )
    for line in (folder / "bluesky_jetstream.jsonl").read_bytes().splitlines():
        e = orjson.loads(line)
        out[
            ("bluesky", f"at://{e['did']}/{e['commit']['collection']}/{e['commit']['rkey']}", "bluesky_jetstream.jsonl")
        ] += 1
    for line in (folder / "reddit_pushshift.ndjson").read_bytes().splitlines():
        out[("reddit", orjson.loads(line)["name"], "reddit_pushshift.ndjson")] += 1
    return out


def test_the_same_story_gives_the_same_bytes(june: Campaign, told: Path, tmp_path: Path) -> None:
    write(simulate(june.scenario), tmp_path)
    files = sorted(p.relative_to(told) for p in told.rglob("*") if p.is_file())
    assert len(files) == 12
    for name in files:
        assert (tmp_path / name).read_bytes() == (told / name).read_bytes(), name


def test_every_post_is_in_one_export_once_or_twice_where_damage_says_so(
    june: Campaign, told: Path, posts: list[dict[str, str]]
) -> None:
    found = exported(told)
    assert tuple(posts[0]) == POST_COLUMNS
    assert set(found) == {(p["platform"], p["native_id"], p["export"]) for p in posts}
    assert len(posts) == len(june) == len(set(found))
    twice = {k for k, n in found.items() if n == 2}
    assert twice == {("x", post_id(june, int(i)), "x_v2.jsonl") for i in june.seen.again}
    assert max(found.values()) == 2


def test_the_lists_of_the_truth_are_the_posts_of_the_table(truth: dict[str, Any], posts: list[dict[str, str]]) -> None:
    assert set(truth) == KEYS
    table: dict[tuple[str, str, str], set[str]] = {}
    for p in posts:
        assert p["mechanism"] in MECHANISMS
        table.setdefault((p["mechanism"], p["mechanism_id"], p["part"]), set()).add(p["native_id"])
        table.setdefault((p["mechanism"], p["mechanism_id"], "all"), set()).add(p["native_id"])
    for b in truth["bursts"]:
        own = table["burst", b["id"], b["kind"]]
        assert b["posts"] == len(own)
        assert b["kind"] in ("planted", "announced", "organic_surge")
        assert {p["account"] for p in posts if p["native_id"] in own} == set(b["accounts"])
        assert bool(b["announced"]) == (b["kind"] == "announced")
    for i in truth["injections"]:
        assert {p["native_id"] for p in i["posts"]} == table["injection", i["id"], "all"]
    for h in truth["hijacks"]:
        for part in ("hijack", "counter", "press"):
            assert set(h[part]) == table["hijack", h["id"], part]
        assert h["first"] <= h["last"]
    for r in truth["releases"]:
        assert {i["native_id"] for i in r["items"]} <= table["release", r["id"], "all"]
        assert table["release", r["id"], "release"] <= {i["native_id"] for i in r["items"]}
        phases = [r["phases"][k] for k in ("seed", "amplify", "release", "repost")]
        assert phases == sorted(phases)
        assert {i["host"] for i in r["items"]} == set(r["hosts"])
        assert {i["lang"] for i in r["items"]} == set(r["langs"])
        assert min(r["items"], key=lambda i: i["at"])["official"]
        assert min(i["at"] for i in r["items"]) == r["phases"]["release"]
    for x in truth["leads"]:
        assert set(x["calls"]) == table["lead", x["id"], "call"]
        assert set(x["answers"]) == table["lead", x["id"], "answer"]
    assert {p["native_id"] for c in truth["claims"] for p in c["posts"]} == {
        p["native_id"] for p in posts if p["mechanism"] == "claim"
    }
    for one in truth["returns"]:
        assert one["removed_at"] < one["back_at"]
        assert set(one["announced_by"]) == table.get(("return", one["new"], "shout"), set())
    for m in truth["migrations"]:
        assert set(m["outlinks"]) == table["migration", m["id"], "outlink"]
        assert {p["native_id"] for p in m["posts"]} == table["migration", m["id"], "moved"]


def test_removals_say_when_and_why(truth: dict[str, Any], told: Path, posts: list[dict[str, str]]) -> None:
    lines = [orjson.loads(x) for x in (told / "x_compliance_tweets.jsonl").read_bytes().splitlines()]
    by_id = {p["native_id"]: p for p in posts if p["platform"] == "x"}
    assert {x["id"] for x in lines} == {p["native_id"] for p in truth["removals"]["posts"]}
    assert len(lines) == len(truth["removals"]["posts"])
    for x in lines:
        assert by_id[x["id"]]["posted_at"] == x["created_at"] < x["redacted_at"]
    assert {x["reason"] for x in lines} == {"deleted", "suspended"}
    users = [orjson.loads(x) for x in (told / "x_compliance_users.jsonl").read_bytes().splitlines()]
    assert {u["id"] for u in users} == {a["native_id"] for a in truth["removals"]["accounts"]}
    one_voice = next(b for b in truth["bursts"] if b["id"] == "one-voice")
    assert one_voice["deleted"] == sum(x["reason"] == "deleted" for x in lines) == round(0.3 * one_voice["posts"])


def test_the_event_file_stands_apart_and_names_towns_that_do_not_exist(truth: dict[str, Any], told: Path) -> None:
    with (told / "outside" / "events.csv").open(encoding="utf-8", newline="") as file:
        events = {int(e["id"]): e for e in csv.DictReader(file)}
    with (told / "outside" / "places.csv").open(encoding="utf-8", newline="") as file:
        towns = {p["en"] for p in csv.DictReader(file)}
    for claim in truth["claims"]:
        assert claim["place"] in towns
        if claim["event"]:
            assert events[claim["event"]]["where_coordinates"] == f"{claim['place']} town"
    assert len(events) > sum(c["true"] for c in truth["claims"])
    assert all(float(e["longitude"]) < -30 for e in events.values())  # where there is only sea


def test_all_words_of_all_mechanisms_come_from_the_bank(june: Campaign) -> None:
    said = ("".join(x.shown for x in parts(june, i, short=False)) for i in range(0, len(june), 3))
    assert [s for s in said if not from_the_bank(s)] == []


def test_each_speaks_his_own_words_except_where_copying_is_the_mechanism(june: Campaign) -> None:
    p = june.posts
    said = Counter(
        "".join(x.shown for x in parts(june, int(i), short=False) if x.what == "plain")
        for i in range(len(p))
        if p.mechanism[i] == 0 and p.kind[i] == 0
    )
    assert sum(n for n in said.values() if n > 1) < 0.01 * said.total()
