"""What each export says of posts and accounts that are gone: who did it, on what ground, where, and how sure that is."""

from __future__ import annotations

import datetime as dt
import json

import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest

V2 = {"id": "10", "author_id": "42", "created_at": "2014-06-09T12:00:05.000Z", "text": "hello", "public_metrics": {}}
V11 = {
    "created_at": "Mon Jun 09 12:00:05 +0000 2014",
    "id_str": "10",
    "text": "hello",
    "user": {"id_str": "42", "screen_name": "elm"},
}
SEEN = "2022-01-01T00:00:00+00:00"


def evidence(found) -> list[tuple[str, ...]]:
    rows = found.rows("removals")
    assert found.receipt["removals"] == len(rows)
    return sorted(
        (r["subject"], r["subject_kind"], r["state"], r["actor"], r["basis"], r["scope"], r["certainty"]) for r in rows
    )


def test_v2_errors_and_withheld(write, taken) -> None:
    base = "https://api.twitter.com/2/problems/"
    errors = [
        {"resource_id": "1", "resource_type": "tweet", "title": "Not Found Error", "detail": "Could not find tweet", "type": base + "resource-not-found"},
        {"resource_id": "2", "resource_type": "user", "title": "Forbidden", "detail": "User has been suspended: [2].", "type": base + "resource-not-found"},
        {"resource_id": "3", "resource_type": "tweet", "title": "Authorization Error", "detail": "Sorry, you are not authorized", "type": base + "not-authorized-for-resource"},
        {"resource_id": "4", "resource_type": "tweet", "title": "Field Authorization Error", "detail": "x", "type": base + "not-authorized-for-field"},
        {"title": "operational-disconnect", "detail": "This stream has been disconnected", "type": base + "operational-disconnect"},
    ]  # fmt: skip
    tweets = [V2, V2 | {"id": "11", "withheld": {"copyright": False, "country_codes": ["TR", "DE"]}},
              V2 | {"id": "12", "withheld": {"copyright": True, "country_codes": []}},
              V2 | {"id": "13", "withheld": {"copyright": False, "country_codes": ["IN"], "scope": "user"}}]  # fmt: skip
    found = taken(write("x.jsonl", lines=[{"data": tweets, "errors": errors, "__twarc": {"retrieved_at": SEEN}}]))
    assert evidence(found) == [
        ("x:1", "post", "missing", "unknown", "Not Found Error", "world", "observed"),
        ("x:11", "post", "withheld", "government", "withheld.country_codes", "TR,DE", "observed"),
        ("x:12", "post", "withheld", "platform", "copyright", "world", "observed"),
        ("x:2", "account", "suspended", "platform", "Forbidden", "world", "observed"),
        ("x:3", "post", "private", "unknown", "Authorization Error", "world", "observed"),
        ("x:42", "account", "withheld", "government", "withheld.country_codes", "IN", "observed"),
    ]
    assert {r["observed_at"] for r in found.rows("removals")} == {dt.datetime(2022, 1, 1)}  # noqa: DTZ001
    assert (found.receipt["reasons"], found.receipt["read"]) == ({"api_error": 2}, 9)


def test_v11_withheld_of_the_tweet_its_author_and_its_original(write, taken) -> None:
    original = V11 | {"id_str": "5", "user": {"id_str": "7", "screen_name": "oak"}, "withheld_in_countries": ["FR"]}
    tweets = [
        V11 | {"withheld_in_countries": ["TR", "DE"], "withheld_scope": "status"}, V11 | {"id_str": "11", "withheld_copyright": True},
        V11 | {"id_str": "12", "user": V11["user"] | {"withheld_in_countries": ["RU"]}}, V11 | {"id_str": "13", "retweeted_status": original},
        V11 | {"id_str": "14", "withheld_in_countries": ["XX"], "withheld_scope": "user"},
    ]  # fmt: skip
    assert evidence(taken(write("x.jsonl", lines=tweets))) == [
        ("x:10", "post", "withheld", "government", "withheld_in_countries", "DE,TR", "observed"),
        ("x:11", "post", "withheld", "platform", "copyright", "world", "observed"),
        ("x:42", "account", "withheld", "government", "user.withheld_in_countries", "RU", "observed"),
        ("x:42", "account", "withheld", "government", "withheld_in_countries", "world", "observed"),
        ("x:5", "post", "withheld", "government", "withheld_in_countries", "FR", "observed"),
    ]


def test_v11_stream_events(write, taken) -> None:
    events = [
        {"delete": {"status": {"id": 5, "id_str": "5", "user_id_str": "7"}, "timestamp_ms": "1402315205000"}}, {"limit": {"track": 3}},
        {"status_withheld": {"id": 6, "user_id": 7, "withheld_in_countries": ["DE"]}}, {"user_withheld": {"id": 7, "withheld_in_countries": ["DE"]}},
        {"user_suspend": {"id": 8, "timestamp_ms": "1402315205000"}}, {"scrub_geo": {"user_id": 7, "up_to_status_id": 3}}, V11,
    ]  # fmt: skip
    found = taken(write("s.jsonl", lines=events))
    assert evidence(found) == [
        ("x:5", "post", "deleted", "author", "delete event", "world", "observed"),
        ("x:6", "post", "withheld", "government", "status_withheld event", "DE", "observed"),
        ("x:7", "account", "withheld", "government", "user_withheld event", "DE", "observed"),
        ("x:8", "account", "suspended", "platform", "user_suspend event", "world", "observed"),
    ]
    assert (found.receipt["reasons"], found.receipt["kept"]) == ({"event_without_post": 2}, 5)
    assert {r["detail"] for r in found.rows("set_aside")} == {"limit", "scrub_geo"}


def test_compliance_jobs_and_streams(write, taken) -> None:
    lines = [
        {"id": "1170147183095664640", "action": "delete", "created_at": "2019-09-07T01:30:03.390Z", "redacted_at": "2021-08-17T17:26:15.788Z", "reason": "deactivated"},
        {"id": "1482680858", "action": "delete", "created_at": "2013-06-04T16:25:04+00:00", "reason": "suspended"},
        {"id": "77", "action": "delete", "reason": "deleted"}, {"id": "78", "action": "scrub_geo", "reason": "geo"},
        {"data": {"user_withheld": {"user": {"id": "9"}, "withheld_in_countries": ["IN"], "event_at": "2022-01-01T00:00:00Z"}}},
        {"data": {"delete": {"tweet": {"id": "8", "author_id": "9"}, "event_at": "2022-01-01T00:00:00Z"}}},
    ]  # fmt: skip
    found = taken(write("job.jsonl", lines=lines))
    assert evidence(found) == [
        ("x:1170147183095664640", "post", "deactivated", "author", "deactivated", "world", "observed"),
        ("x:1482680858", "account", "suspended", "platform", "suspended", "world", "observed"),
        ("x:77", "unknown", "deleted", "author", "deleted", "world", "observed"),
        ("x:8", "post", "deleted", "author", "delete event", "world", "observed"),
        ("x:9", "account", "withheld", "government", "user_withheld event", "IN", "observed"),
    ]
    assert found.receipt["reasons"] == {"unexpected_value": 1}
    named = taken(write("users_job.jsonl", lines=lines[2:3]))
    assert [e[1] for e in evidence(named)] == ["account"]


def test_information_operations_suspend_each_account_once(write, taken, monkeypatch) -> None:
    monkeypatch.setattr("blowback.tools.streams.BLOCK", 400)
    rows = "".join(f"{476000000000000000 + n},u{n % 2},u{n % 2},2014-06-09 12:{n:02d},post {n}\n" for n in range(30))
    found = taken(write("io.csv", "tweetid,userid,user_screen_name,tweet_time,tweet_text\n" + rows))
    assert evidence(found) == [
        (f"x:u{n}", "account", "suspended", "platform", "released as an information operation", "world", "observed")
        for n in (0, 1)
    ]


def test_telegram_gaps_and_accounts_without_a_name(write, taken) -> None:
    def message(number: int, **more) -> dict:
        return {
            "id": number,
            "type": "message",
            "date_unixtime": "1402315205",
            "from": "Elm",
            "from_id": "user1",
            "text": "x",
        } | more

    messages = [
        message(-5),
        message(3),
        message(4),
        message(9),
        message(10, **{"from": None, "from_id": "user2"}),
        message(11, **{"from": None, "from_id": "user2"}),
    ]
    chat = {"name": "Garden", "type": "public_supergroup", "id": 7, "messages": messages}
    gone = ("telegram:user2", "account", "deleted", "unknown", "account without a name", "world", "inferred")
    gap = (
        "telegram:chat7/before/9",
        "unknown",
        "missing",
        "unknown",
        "4 message numbers missing before this one",
        "world",
        "inferred",
    )
    assert evidence(taken(write("result.json", chat))) == [gap, gone]
    whole = {
        "about": "Here is the data you requested.",
        "chats": {"list": [chat, chat | {"id": 8, "type": "private_group"}]},
    }
    assert evidence(taken(write("account.json", whole))) == [gone]  # such an export may hold one's own messages only


def test_jetstream_accounts_and_deletions(write, taken) -> None:
    def account(status: str | None) -> dict:
        return {
            "did": f"did:plc:{status}",
            "time_us": 1402315206000000,
            "kind": "account",
            "account": {"active": False, "status": status, "time": "2014-06-09T12:00:05Z"},
        }

    states = ["takendown", "suspended", "deleted", "deactivated", "desynchronized", None]
    gone = {
        "did": "did:plc:elm",
        "time_us": 1402315206000000,
        "kind": "commit",
        "commit": {"operation": "delete", "collection": "app.bsky.feed.post", "rkey": "3k"},
    }
    found = taken(
        write("j.jsonl", lines=[*(account(s) for s in states), gone, account("x") | {"account": {"active": True}}])
    )
    assert [(e[0].split(":")[-1], *e[1:4]) for e in evidence(found)] == [
        ("elm/app.bsky.feed.post/3k", "post", "deleted", "author"), ("None", "account", "missing", "unknown"),
        ("deactivated", "account", "deactivated", "author"), ("deleted", "account", "deleted", "author"),
        ("desynchronized", "account", "missing", "unknown"), ("suspended", "account", "suspended", "platform"),
        ("takendown", "account", "removed", "platform"),
    ]  # fmt: skip
    assert found.receipt["reasons"] == {"event_without_post": 1}


REDDIT = [
    ({"author": "elm", "body": "[removed]"}, "post", [("post", "removed", "moderator", "text [removed]")]),
    ({"author": "[deleted]", "body": "[removed]"}, "removal", [("post", "removed", "moderator", "text [removed]")]),
    ({"author": "[deleted]", "body": "[deleted]"}, "removal", [("post", "deleted", "author", "text [deleted]")]),
    ({"author": "[deleted]", "body": "still here"}, "post", [("account", "deleted", "unknown", "author [deleted]")]),
    ({"author": "elm", "title": "t", "selftext": "x", "removed_by_category": "moderator"}, "post", [("post", "removed", "moderator", "removed_by_category moderator")]),
    ({"author": "elm", "title": "t", "selftext": "[removed]", "removed_by_category": "reddit"}, "post", [("post", "removed", "platform", "removed_by_category reddit")]),
    ({"author": "elm", "title": "t", "selftext": "", "removed_by_category": "deleted"}, "post", [("post", "deleted", "author", "removed_by_category deleted")]),
    ({"author": "elm", "body": "[ Removed by Reddit ]"}, "post", [("post", "removed", "platform", "text [ Removed by Reddit ]")]),
    ({"author": "elm", "title": "[deleted by user]", "selftext": "[removed]"}, "post", [("post", "deleted", "author", "text [removed]")]),
    ({"author": "elm", "body": "fine"}, "post", []),
]  # fmt: skip


@pytest.mark.parametrize(("item", "entry", "expected"), REDDIT)
def test_reddit(write, staged, item, entry, expected) -> None:
    base = {"subreddit": "garden", "created_utc": 1402315205, "retrieved_on": 1402400000, "id": "a"}
    (row,) = staged(write("r.ndjson", lines=[base | item]))
    assert row["entry"] == entry
    assert [(r["subject_kind"], r["state"], r["actor"], r["basis"]) for r in row["removals"] or ()] == expected


def test_reddit_authors_who_are_gone_are_not_one_account(write, taken) -> None:
    base = {"subreddit": "garden", "created_utc": 1402315205, "author": "[deleted]"}
    found = taken(write("r.ndjson", lines=[base | {"id": str(n), "body": "same words"} for n in range(3)]))
    assert len({p["account_id"] for p in found.rows("posts")}) == 3


def test_reddit_names_in_texts_are_mentions_and_go_under_pseudonyms(write, tmp_path) -> None:
    item = {
        "subreddit": "garden",
        "created_utc": 1402315205,
        "author": "elm",
        "id": "a",
        "body": "ask u/Oak_Tree or /u/ash, and/u/or this",
    }
    path = write("r.ndjson", lines=[item, item | {"id": "b", "author": "oak_tree", "body": "here"}])
    case = Case.new(tmp_path / "case")
    ingest(case, [path])
    text, *_ = [t for t in pq.read_table(case.tables()["posts"][0])["text"].to_pylist() if t != "here"]
    assert "oak" not in text.lower()
    assert "/u/ash" not in text
    assert "and/u/or" in text
    handles = {r["handle"] for r in pq.read_table(case.tables()["accounts"][0]).to_pylist() if r["handle"]}
    marks = {
        m["value"].removeprefix("reddit:@")
        for m in pq.read_table(case.tables()["marks"][0]).to_pylist()
        if m["kind"] == "mention"
    }
    assert len(marks) == 2
    assert marks & handles


def test_ytdlp_availability_playlists_and_missing_comments(write, taken) -> None:
    def comment(name: str, parent: str = "root") -> dict:
        return {
            "id": name,
            "parent": parent,
            "text": "hi",
            "author": "@oak",
            "author_id": "UC2",
            "timestamp": 1402315205,
        }

    base = {
        "extractor": "youtube",
        "webpage_url": "https://video.example/v",
        "channel_id": "UC1",
        "timestamp": 1402315205,
        "title": "Beds",
        "epoch": 1402400000,
    }
    first = base | {
        "id": "v1",
        "availability": "private",
        "comment_count": 9,
        "comments": [comment("a"), comment("a.1", "a"), comment("b.1", "b"), comment("b.2", "b")],
    }
    entries = [first, base | {"id": "v2", "availability": "subscriber_only"}, {"_type": "url", "ie_key": "Youtube", "id": "v3", "url": "https://video.example/v3", "title": "[Deleted video]"},
               {"_type": "url", "ie_key": "Youtube", "id": "v4", "url": "https://video.example/v4", "title": "Flat"}, base | {"id": "v5", "availability": "on the moon"}, None]  # fmt: skip
    found = taken(
        write(
            "list.json",
            {
                "_type": "playlist",
                "id": "p",
                "extractor": "youtube:tab",
                "webpage_url": "https://video.example/p",
                "entries": entries,
            },
        )
    )
    assert evidence(found) == [
        (
            "youtube:b",
            "post",
            "missing",
            "unknown",
            "a reply to it is in the export, the comment is not",
            "world",
            "inferred",
        ),
        ("youtube:v1", "post", "private", "unknown", "availability private", "world", "observed"),
        (
            "youtube:v1/comments",
            "unknown",
            "missing",
            "unknown",
            "5 of 9 comments are not in the export, which may have been limited",
            "world",
            "inferred",
        ),
        ("youtube:v2", "post", "restricted", "unknown", "availability subscriber_only", "world", "observed"),
        ("youtube:v3", "post", "deleted", "unknown", "title [Deleted video]", "world", "observed"),
    ]
    assert (found.receipt["read"], found.receipt["reasons"]) == (9, {"no_account": 1, "unexpected_value": 1})
    videos = [json.dumps(v) for v in (first, base | {"id": "v2"})]
    lines = taken(write("videos.jsonl", "\n".join(videos) + "\n"))
    assert (lines.receipt["source"], lines.receipt["read"]) == ("ytdlp", 6)
    posts = {p["post_id"]: p for p in lines.rows("posts")}
    assert (posts["youtube:v2"]["line"], posts["youtube:v2"]["byte_start"]) == (2, len(videos[0]) + 1)
