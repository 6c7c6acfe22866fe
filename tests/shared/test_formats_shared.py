"""Counted twice: what plain Python finds in each real export, and what the case holds after the intake."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import zstandard

from blowback.case.case import Case
from blowback.case.intake import ingest

pytestmark = pytest.mark.shared


def objects(path: Path) -> Iterator[dict]:
    raw = path.read_bytes()
    if path.suffix == ".zst":
        raw = zstandard.ZstdDecompressor(max_window_size=1 << 31).stream_reader(io.BytesIO(raw)).read()
    for line in raw.decode().splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def x_v2(path: Path) -> Counter:
    found: Counter = Counter()
    for page in objects(path):
        tweets = page["data"] if isinstance(page["data"], list) else [page["data"]]
        inside = {t["id"]: t for t in page.get("includes", {}).get("tweets", [])}
        found["removals"] += len(page.get("errors", []))
        found["read"] += len(tweets) + len(page.get("errors", []))
        for tweet in tweets:
            types = {r["type"]: r["id"] for r in tweet.get("referenced_tweets", [])}
            shown = inside.get(types.get("retweeted"), tweet)
            entities = shown.get("entities", {})
            found["posts"] += 1
            found["hashtag"] += len(entities.get("hashtags", []))
            found["url"] += sum("media_key" not in u for u in entities.get("urls", []))
            found["mention"] += len(tweet.get("entities", {}).get("mentions", []))
            found["repost"] += "retweeted" in types
            found["reply_to"] += "replied_to" in types
            found["client"] += "source" in tweet
            withheld = tweet.get("withheld", {})
            found["removals"] += bool(withheld.get("copyright") or withheld.get("country_codes"))
    return found


def x_v11(path: Path) -> Counter:
    found: Counter = Counter()
    for tweet in json.loads(path.read_text()):
        shown = tweet.get("retweeted_status", tweet)
        found["posts"] += 1
        found["read"] += 1
        found["hashtag"] += len(shown["entities"]["hashtags"])
        found["url"] += len(shown["entities"]["urls"])
        found["mention"] += len(tweet["entities"]["user_mentions"])
        found["repost"] += "retweeted_status" in tweet
        found["reply_to"] += tweet["in_reply_to_status_id_str"] is not None
        found["client"] += bool(tweet["source"])
        found["removals"] += bool(tweet.get("withheld_in_countries")) + bool(tweet["user"].get("withheld_in_countries"))
    return found


def compliance(path: Path) -> Counter:
    lines = list(objects(path))
    return Counter(read=len(lines), removals=sum(e["action"] == "delete" for e in lines))


def x_io(path: Path) -> Counter:
    found: Counter = Counter()
    accounts = set()
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
        found["posts"] += 1
        found["read"] += 1
        accounts.add(row.get("userid") or row.get("author_id"))
        if "tweetid" in row:
            found["hashtag"] += len(ast.literal_eval(row["hashtags"]))
            found["url"] += len(ast.literal_eval(row["urls"]))
            found["mention"] += len(ast.literal_eval(row["user_mentions"]))
            found["client"] += bool(row["tweet_client_name"])
            found["reply_to"] += bool(row["in_reply_to_tweetid"])
            found["repost"] += row["is_retweet"] == "True"
        else:
            text = re.sub(r"https?://\S+", " ", row["content"])
            found["hashtag"] += len(re.findall(r"(?<![\w&/#])#(?!\d+(?!\w))\w+", text))
            found["url"] += len(re.findall(r"https?://[^\s<>\"']+", row["content"]))
            found["mention"] += len(re.findall(r"(?<![\w.@/])@\w+", row["content"]))
            found["repost"] += row["retweet"] == "1"
    found["removals"] = len(accounts)
    return found


def telegram(path: Path) -> Counter:
    found: Counter = Counter()
    export = json.loads(path.read_text(encoding="utf-8"))
    for chat in export["chats"]["list"] if "chats" in export else [export]:
        numbers = [m["id"] for m in chat["messages"] if "id" in m]
        if "channel" in chat.get("type", ""):
            found["removals"] += sum(b - a > 1 for a, b in pairwise(numbers))
        for message in chat["messages"]:
            parts = message.get("text_entities") or [p for p in message["text"] if isinstance(p, dict)]
            found["posts"] += 1
            found["read"] += 1
            found["hashtag"] += sum(p["type"] == "hashtag" for p in parts)
            found["url"] += sum(p["type"] in ("link", "text_link") for p in parts)
            found["mention"] += sum(p["type"] == "mention" for p in parts)
            found["repost"] += "forwarded_from" in message
            found["reply_to"] += "reply_to_message_id" in message
            found["nameless"] += message.get("from", message.get("actor")) is None
    found["removals"] += found.pop("nameless")
    return found


def jetstream(path: Path) -> Counter:
    found: Counter = Counter()
    for event in objects(path):
        found["read"] += 1
        commit = event.get("commit", {})
        kind = {"app.bsky.feed.post": "post", "app.bsky.feed.repost": "repost"}.get(commit.get("collection"))
        if event["kind"] == "account" and not event["account"]["active"]:
            found["removals"] += 1
        if kind is None:
            continue
        if commit["operation"] == "delete":
            found["removals"] += 1
            continue
        record = commit["record"]
        embed = record.get("embed", {})
        features = [x for f in record.get("facets", []) for x in f["features"]]
        found["posts"] += 1
        found["repost"] += kind == "repost"
        found["reply_to"] += "reply" in record
        found["hashtag"] += len({x["tag"] for x in features if "tag" in x} | set(record.get("tags", [])))
        links = {x["uri"] for x in features if "uri" in x}
        if "external" in embed:
            links.add(embed["external"]["uri"])
        found["url"] += len(links)
        found["mention"] += sum("did" in x for x in features)
        found["media"] += len(embed.get("images", [])) + ("video" in embed)
    return found


def reddit(path: Path) -> Counter:
    found: Counter = Counter()
    for item in objects(path):
        found["read"] += 1
        words = item.get("title") or item.get("body", "") not in ("[deleted]", "[removed]")
        found["posts"] += bool(item["author"] != "[deleted]" or words)
        found["reply_to"] += bool("parent_id" in item and (item["author"] != "[deleted]" or words))
        gone = item.get("removed_by_category") or item.get("body", item.get("selftext")) in ("[deleted]", "[removed]")
        found["removals"] += bool(gone or item["author"] == "[deleted]")
    return found


def ytdlp(path: Path) -> Counter:
    video = json.loads(path.read_text(encoding="utf-8"))
    comments = video.get("comments", [])
    text = f"{video['title']} {video['description']}"
    return Counter(
        read=1 + len(comments), posts=1 + len(comments), reply_to=len(comments),
        removals=int(video.get("availability", "public") != "public"),
        hashtag=len(re.findall(r"#\w+", text)), url=len(re.findall(r"https?://\S+", text)),
    )  # fmt: skip


_V2 = (
    "cotweet", "edited", "geo_tweets", "media_tweet", "mentions_tweet", "quoted_edit", "streaming_output_with_error",
    "two_tweets", "verified_type", "withheld_first3",
)  # fmt: skip
_TELEGRAM = ("DM_2A_7M", "batch_export", "single_export", "synthetic_public_channel")
COUNTED = [
    *((f"twitter_v2/{n}.jsonl", x_v2) for n in _V2),
    ("twitter_v2/tweets_compliance.jsonl", compliance),
    ("twitter_v2/users_compliance.jsonl", compliance),
    ("twitter_v11/tweets.json", x_v11),
    *((f"twitter_io/{n}.csv", x_io) for n in ("538_1D_Nicole_", "538_2ndHalfOnion", "synthetic_ioa_tweets")),
    *((f"telegram_desktop/{n}.json", telegram) for n in _TELEGRAM),
    ("bluesky/jetstream_events.jsonl", jetstream),
    ("reddit/synthetic_pushshift.ndjson", reddit),
    ("reddit/synthetic_RC_2014-06.zst", reddit),
    ("youtube/synthetic_ytdlp.info.json", ytdlp),
    ("soundcloud/synthetic_ytdlp.info.json", ytdlp),
]


@pytest.mark.parametrize(("name", "count"), COUNTED, ids=[n for n, _ in COUNTED])
def test_the_case_holds_what_plain_python_counts(shared_data: Path, tmp_path: Path, name: str, count) -> None:
    path = shared_data / "formats" / name
    case = Case.new(tmp_path / "case", pseudonyms=False)
    (entry,) = ingest(case, [path]).exhibits
    expected = +count(path)
    found = Counter({n: entry[n] for n in ("posts", "removals")})
    kinds = ("hashtag", "url", "mention", "repost", "reply_to", "client", "media")
    for part in case.tables()["marks"]:
        found.update(
            k
            for k in pq.read_table(part, columns=["kind"])["kind"].to_pylist()
            if k in kinds and (k in expected or k != "client")
        )
    not_json = entry["reasons"].get("not_json", 0)
    assert entry["read"] == expected.pop("read") + not_json
    assert +found == expected
    assert entry["read"] == entry["kept"] + entry["duplicate"] + entry["set_aside"]


def test_what_is_set_aside_is_found_at_its_line_and_byte(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "formats" / "bluesky" / "jetstream_events.jsonl"
    case = Case.new(tmp_path / "case")
    ingest(case, [path])
    body = path.read_bytes()
    rows = pq.read_table(case.tables()["set_aside"][0])
    assert rows.num_rows == 11
    assert pc.all(pc.is_valid(rows["reason"])).as_py()
    for row in rows.to_pylist():
        record = body[row["byte_start"] : row["byte_start"] + row["byte_len"]]
        assert record == body.split(b"\n")[row["line"] - 1]
        assert json.loads(record)["kind"] != "commit" or "feed.post" not in row["detail"]
