"""The export files: their layouts, the truth beside them, and nothing but harmless text."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign
from blowback.simulate.people import TELEGRAM, X_IO, X_V2
from blowback.simulate.phrases import from_the_bank
from blowback.simulate.write_x_io import COLUMNS


def pages(folder: Path) -> tuple[list[dict[str, Any]], list[bytes]]:
    whole, damaged = [], []
    for line in (folder / "x_v2.jsonl").read_bytes().splitlines():
        try:
            whole.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            damaged.append(line)
    return whole, damaged


def rows(folder: Path) -> list[list[str]]:
    with (folder / "x_io_tweets.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def messages(folder: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    told = orjson.loads((folder / "telegram_result.json").read_bytes())
    return [(chat, m) for chat in told["chats"]["list"] for m in chat["messages"]]


def truth(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads((folder / "truth.json").read_bytes())
    return told


def test_x_v2_has_every_post_and_some_twice_with_other_counts(small: Campaign, written: Path) -> None:
    whole, damaged = pages(written)
    posts = [t for page in whole for t in page["data"]]
    mine = [str(i) for i in small.seen.native[small.export == X_V2]]
    counts = Counter(t["id"] for t in posts)
    assert set(counts) == set(mine)
    twice = {i for i, n in counts.items() if n == 2}
    assert twice == {str(i) for i in small.seen.native[small.seen.again]}
    assert max(counts.values()) == 2
    for native in list(twice)[:20]:
        first, later = (t for t in posts if t["id"] == native)
        if not first["text"].startswith("RT @"):
            assert later["public_metrics"]["like_count"] > first["public_metrics"]["like_count"]
    assert len(damaged) == small.scenario.damage.log_lines + small.scenario.damage.cut_lines
    told = next(e for e in truth(written)["exports"] if e["source"] == "x_v2")
    errors = sum(len(p.get("errors", [])) for p in whole)
    assert told["records"] == len(posts) + len(damaged) + errors
    assert all(p["meta"]["result_count"] == len(p["data"]) <= small.scenario.page for p in whole)


def test_x_v2_entities_point_at_what_they_name_and_includes_hold_the_original(written: Path) -> None:
    cut = 0
    for page in pages(written)[0]:
        users = {u["id"]: u for u in page["includes"]["users"]}
        originals = {t["id"]: t for t in page["includes"]["tweets"]}
        gone = {e["value"] for e in page.get("errors", [])}
        for tweet in [*page["data"], *originals.values()]:
            assert tweet["author_id"] in users
            text, entities = tweet["text"], tweet.get("entities", {})
            for tag in entities.get("hashtags", []):
                assert text[tag["start"] : tag["end"]] == "#" + tag["tag"]
            for link in entities.get("urls", []):
                assert text[link["start"] : link["end"]] == link["url"]
            for who in entities.get("mentions", []):
                assert text[who["start"] : who["end"]] == "@" + who["username"]
                if tweet in page["data"]:  # X expands the mentions of `data` alone
                    assert users[who["id"]]["username"] == who["username"] if "id" in who else who["username"] in gone
            for ref in tweet.get("referenced_tweets", []):
                if tweet in page["data"]:
                    assert (ref["id"] in originals) != (ref["id"] in gone)
                if ref["type"] == "retweeted":
                    assert text.startswith("RT @")
                    cut += text.endswith("\u2026") and len(text) == 140
    assert cut > 10


def test_x_io_has_31_columns_minutes_and_lists_in_pythons_notation(small: Campaign, written: Path) -> None:
    head, *body = rows(written)
    assert tuple(head) == COLUMNS
    assert len(head) == 31
    short = [r for r in body if len(r) != 31]
    assert len(short) == 1
    posts = [dict(zip(head, r, strict=True)) for r in body if len(r) == 31]
    assert sorted(p["tweetid"] for p in posts) == sorted(str(i) for i in small.seen.native[small.export == X_IO])
    for post in posts:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", post["tweet_time"])
        for name in ("hashtags", "urls", "user_mentions"):
            assert isinstance(ast.literal_eval(post[name]), list)
        assert (post["is_retweet"] == "True") == bool(post["retweet_tweetid"])
        hashed = int(post["follower_count"]) < 5000
        assert len(post["userid"]) == 44 if hashed else post["userid"].isdigit()
        assert (post["user_screen_name"] == post["userid"]) == hashed


def test_telegram_writes_local_and_unix_times_and_leaves_gaps(small: Campaign, written: Path) -> None:
    posts = [(chat, m) for chat, m in messages(written) if m["type"] == "message"]
    assert len(posts) == (small.export == TELEGRAM).sum()
    gaps = 0
    for chat in {c["id"]: c for c, _ in posts}.values():
        ids = [m["id"] for m in chat["messages"]]
        assert ids == sorted(set(ids))
        gaps += int((np.diff(ids[1:]) - 1).sum())
    assert 0 < gaps <= small.scenario.removals.gaps
    for chat, m in posts:
        assert m["from_id"] == f"channel{chat['id']}"
        local = np.datetime64(m["date"], "s").astype(int)
        assert local - int(m["date_unixtime"]) == 3 * 3600
        flat = m["text"] if isinstance(m["text"], str) else [x if isinstance(x, str) else x["text"] for x in m["text"]]
        assert "".join(flat) == "".join(e["text"] for e in m["text_entities"])
    assert any("forwarded_from_id" in m for _, m in posts)


def test_every_planted_post_is_in_exactly_one_export(small: Campaign, written: Path) -> None:
    where: dict[tuple[str, str], set[str]] = {}
    for page in pages(written)[0]:
        for tweet in page["data"]:
            where.setdefault(("x", tweet["id"]), set()).add("x_v2.jsonl")
    for row in rows(written)[1:]:
        if len(row) == 31:
            where.setdefault(("x", row[0]), set()).add("x_io_tweets.csv")
    for chat, m in messages(written):
        if m["type"] == "message":
            where.setdefault(("telegram", f"{chat['id']}/{m['id']}"), set()).add("telegram_result.json")
    with (written / "truth_posts.csv").open(encoding="utf-8", newline="") as file:
        planted = list(csv.DictReader(file))
    assert len(planted) == len(small)
    for post in planted:
        assert where[post["platform"], post["native_id"]] == {post["export"]}
    told = truth(written)
    by_group = Counter(p["mechanism_id"] for p in planted if p["mechanism"] == "group")
    assert by_group == {g["group_id"]: g["posts"] for g in told["groups"]}
    assert sum(p["mechanism"] == "burst" for p in planted) == told["bursts"][0]["posts"]
    assert not {("x", d) for d in told["removals"]["deleted_posts"]} & set(where)
    with (written / "truth_accounts.csv").open(encoding="utf-8", newline="") as file:
        accounts = list(csv.DictReader(file))
    for group in told["groups"]:
        assert [a["native_id"] for a in accounts if a["group_id"] == group["group_id"]] == group["accounts"]


def test_the_exports_say_what_was_removed(small: Campaign, written: Path) -> None:
    told, whole = truth(written)["removals"], pages(written)[0]
    errors = [e for p in whole for e in p.get("errors", [])]
    assert {e["value"] for e in errors if e["resource_type"] == "tweet"} == set(told["deleted_posts"])
    assert len({e["value"] for e in errors if e["resource_type"] == "user"}) == told["suspended_accounts"] > 0
    withheld = {t["id"] for p in whole for t in p["data"] if "withheld" in t}
    assert withheld == set(told["withheld_posts"])
    assert len(withheld) == small.scenario.removals.withheld


def test_all_text_comes_from_the_bank(written: Path) -> None:
    said = [t["text"] for p in pages(written)[0] for t in [*p["data"], *p["includes"]["tweets"]]]
    said += [r[12] for r in rows(written)[1:] if len(r) == 31]
    said += ["".join(e["text"] for e in m["text_entities"]) for _, m in messages(written) if m["type"] == "message"]
    assert [s for s in said if not from_the_bank(s)] == []
    assert not from_the_bank("Something else altogether")
    assert not from_the_bank("RT @zz_mint1: Something else altogether and then some\u2026")


def test_links_lead_to_example_domains_and_handles_are_invented(written: Path) -> None:
    everything = "".join((written / n).read_text() for n in ("x_io_tweets.csv", "telegram_result.json"))
    everything += "".join(t["text"] for p in pages(written)[0] for t in p["data"])
    hosts = {
        re.sub(r"^https?://([^/]+).*", r"\1", link) for link in re.findall(r"https?://[^\s\"'\u2026]+", everything)
    }
    assert {h for h in hosts if not re.search(r"(^|\.)example(\.(org|net|com))?$", h)} <= {
        "t.exampl",
        "t.examp",
        "t.exam",
        "t.exa",
        "t.ex",
        "t.e",
        "t.",
        "t",
    }
    for page in pages(written)[0]:
        assert all(re.fullmatch(r"zz_[a-z]+\d+", u["username"]) for u in page["includes"]["users"])
        assert all(len(u["username"]) <= 15 for u in page["includes"]["users"])
        linked = [u for t in page["data"] for u in t.get("entities", {}).get("urls", [])]
        assert all(re.match(r"https://([a-z]+\.)?example(\.(org|net|com))?/", u["expanded_url"]) for u in linked)


def test_all_languages_are_there(small: Campaign, written: Path) -> None:
    langs = Counter(t["lang"] for p in pages(written)[0] for t in p["data"])
    assert set(langs) == set(texts.LANGS)
    assert langs["ar"] > 0.1 * langs.total()
