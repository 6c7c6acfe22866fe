"""Each format on small records of our own, and each trap: read right, set aside with a reason, or refused by name."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from blowback import sources
from blowback.errors import (
    BlowbackError,
    DamagedFile,
    EmptyFile,
    NotPosts,
    NotReadable,
    UnknownFormat,
    UnknownName,
    WrongMapping,
)
from blowback.sources.source import Cursor, Options

NOON = dt.datetime(2014, 6, 9, 12, 0, 5)  # noqa: DTZ001  # zone-less UTC is the house form
SNOWFLAKE = str(((int(NOON.replace(tzinfo=dt.UTC).timestamp() * 1000) - 1288834974657) << 22) + 5)


def rows(path: Path, **options) -> list[dict]:
    opened = sources.open_file(path, Options(**options))
    return [r for b in opened.batches(Cursor()) for r in b.staged.to_pylist()]


def written(tmp_path: Path, name: str, content: object) -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


V2 = {
    "id": SNOWFLAKE, "author_id": "42", "created_at": "2014-06-09T12:00:05.000Z", "text": "RT @oak: Tomatoes are ea…", "lang": "en",
    "source": "Garden App", "public_metrics": {"retweet_count": 2, "reply_count": 0, "like_count": 3, "quote_count": 0},
    "entities": {"mentions": [{"username": "oak", "id": "7"}]},
    "referenced_tweets": [{"type": "retweeted", "id": "476000000000000000"}],
}  # fmt: skip
ORIGINAL = {
    "id": "476000000000000000", "author_id": "7", "created_at": "2014-06-09T11:00:00.000Z",
    "text": "Tomatoes are early this year #garden https://t.example/1",
    "entities": {"hashtags": [{"tag": "garden"}], "urls": [{"url": "https://t.example/1", "expanded_url": "https://example.org/a"}]},
}  # fmt: skip
PAGE = {
    "data": [V2], "includes": {"users": [{"id": "42", "username": "elm", "name": "Elm"}], "tweets": [ORIGINAL]},
    "errors": [{"title": "Not Found Error", "resource_type": "tweet", "resource_id": "99", "detail": "Could not find"}],
}  # fmt: skip


def test_x_v2_pages_take_a_retweet_s_text_and_tags_from_the_original(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", json.dumps(PAGE) + "\nINFO a log line\n" + json.dumps(V2 | {"id": "8"}) + "\n")
    found = rows(path)
    post, gone = found[0], found[1]
    assert (post["kind"], post["text"], post["hashtags"], post["urls"]) == (
        "repost", ORIGINAL["text"], ["garden"], ["https://example.org/a"],
    )  # fmt: skip
    assert (post["repost_of"], post["repost_of_account"]) == (ORIGINAL["id"], "7")
    assert post["repost_of_at"] == dt.datetime(2014, 6, 9, 11)  # noqa: DTZ001
    assert (post["handle"], post["mention_handles"], post["client"]) == ("elm", ["oak"], "Garden App")
    assert abs(post["id_time"] - post["posted_at"]) < dt.timedelta(seconds=1)
    assert (gone["entry"], gone["removals"][0]["state"], gone["removals"][0]["subject"]) == ("removal", "missing", "99")
    assert Counter((r["entry"], r["reason"]) for r in found) == {
        ("post", None): 2, ("removal", None): 1, ("aside", "not_json"): 1,
    }  # fmt: skip
    aside = next(r for r in found if r["entry"] == "aside")
    assert (aside["line"], aside["byte_start"]) == (2, len(json.dumps(PAGE)) + 1)


def test_x_v2_withheld_and_unknown_references(tmp_path: Path) -> None:
    odd = V2 | {"id": "9", "referenced_tweets": [{"type": "echoed", "id": "1"}]}
    withheld = V2 | {
        "id": "10",
        "referenced_tweets": None,
        "withheld": {"country_codes": ["TR", "DE"], "copyright": False},
    }
    first, second = sorted(
        rows(written(tmp_path, "x.jsonl", f"{json.dumps(odd)}\n{json.dumps(withheld)}")), key=lambda r: r["line"]
    )
    assert (first["entry"], first["reason"]) == ("aside", "unexpected_value")
    removal = second["removals"][0]
    assert (removal["state"], removal["actor"], removal["scope"]) == ("withheld", "government", "TR,DE")


def test_counts_pages_are_refused_by_name(tmp_path: Path) -> None:
    counts = {"data": [{"end": "2021-10-16T19:00:00.000Z", "start": "2021-10-16T18:00:00.000Z", "tweet_count": 3961}]}
    with pytest.raises(NotPosts, match="counts"):
        rows(written(tmp_path, "c.jsonl", counts))


V11 = {
    "created_at": "Mon Jun 09 12:00:05 +0000 2014", "id": int(SNOWFLAKE), "id_str": SNOWFLAKE, "text": "hello #garden",
    "source": '<a href="https://example.org">Garden App</a>', "user": {"id_str": "42", "screen_name": "elm", "followers_count": 3},
    "entities": {"hashtags": [{"text": "garden"}], "urls": [], "user_mentions": []},
}  # fmt: skip


def test_x_v11_lines_arrays_extended_text_and_rounded_ids(tmp_path: Path) -> None:
    long = V11 | {"id_str": "5", "extended_tweet": {"full_text": "hello and much more #garden"}}
    (plain,) = rows(written(tmp_path, "a.jsonl", json.dumps(V11)))
    assert (plain["native_id"], plain["account"], plain["client"], plain["posted_at"]) == (
        SNOWFLAKE,
        "42",
        "Garden App",
        NOON,
    )
    both = rows(written(tmp_path, "b.json", [V11, long]))
    assert [r["text"] for r in both] == ["hello #garden", "hello and much more #garden"]
    rounded = {k: v for k, v in V11.items() if k != "id_str"} | {"id": 1169246717864136700}
    (aside,) = [
        r for r in rows(written(tmp_path, "c.jsonl", f"{json.dumps(rounded)}\n{json.dumps(V11)}")) if r["line"] == 1
    ]
    assert (aside["entry"], aside["reason"]) == ("aside", "rounded_id")


def test_telegram_mixed_text_forwards_gaps_and_local_dates(tmp_path: Path) -> None:
    message = {
        "id": 5, "type": "message", "date": "2014-06-09T15:00:05", "date_unixtime": "1402315205", "from": "Garden",
        "from_id": "channel1", "forwarded_from": "Other", "forwarded_from_id": "channel2",
        "text": ["مرحبا ", {"type": "hashtag", "text": "#حديقة"}, {"type": "text_link", "text": "here", "href": "https://example.org/a"}],
    }  # fmt: skip
    later = {
        "id": 9,
        "type": "message",
        "date": "2014-06-09T15:30:00",
        "from": "Garden",
        "from_id": "channel1",
        "text": "later",
    }
    odd = {
        "id": 10,
        "type": "hologram",
        "date": "2014-06-09T15:31:00",
        "from": "Garden",
        "from_id": "channel1",
        "text": "",
    }
    chat = {"name": "Garden", "type": "public_channel", "id": 1, "messages": [message, later, odd]}
    first, second, third = rows(written(tmp_path, "result.json", {"chats": {"list": [chat]}}), zone="Asia/Baghdad")
    assert (first["text"], first["hashtags"], first["urls"]) == (
        "مرحبا #حديقةhere",
        ["حديقة"],
        ["https://example.org/a"],
    )
    assert (first["kind"], first["repost_of_account"], first["posted_at"]) == ("repost", "channel2", NOON)
    assert (second["posted_at"], second["clock"]) == (dt.datetime(2014, 6, 9, 12, 30), "assumed_zone")  # noqa: DTZ001
    gap = second["removals"][0]
    assert (gap["certainty"], gap["basis"]) == ("inferred", "3 message numbers missing before this one")
    assert (third["entry"], third["reason"]) == ("aside", "unexpected_value")


def test_jetstream_accounts_for_every_event(tmp_path: Path) -> None:
    def event(**commit) -> str:
        return json.dumps({"did": "did:plc:elm", "time_us": 1402315206000000, "kind": "commit", "commit": commit})

    post = {
        "text": "hello @oak.example",
        "createdAt": "2014-06-09T12:00:05Z",
        "facets": [{"features": [{"$type": "x#tag", "tag": "garden"}]}],
    }
    lines = [
        event(operation="create", collection="app.bsky.feed.post", rkey="3mptbyoeyc22k", record=post),
        event(operation="create", collection="app.bsky.feed.repost", rkey="3mptbyoeyc22l", record={"createdAt": "2014-06-09T12:00:05Z", "subject": {"uri": "at://did:plc:oak/app.bsky.feed.post/1"}}),
        event(operation="delete", collection="app.bsky.feed.post", rkey="3mptbyoeyc22m"),
        event(operation="create", collection="app.bsky.feed.like", rkey="3mptbyoeyc22n", record={}),
        json.dumps({"did": "did:plc:elm", "time_us": 1402315206000000, "kind": "account", "account": {"active": False, "status": "takendown"}}),
        json.dumps({"did": "did:plc:elm", "time_us": 1402315206000000, "kind": "séance"}),
    ]  # fmt: skip
    found = rows(written(tmp_path, "j.jsonl", "\n".join(lines)))
    assert [(r["entry"], r["reason"]) for r in found] == [
        ("post", None), ("post", None), ("removal", None), ("aside", "event_without_post"), ("removal", None), ("aside", "unexpected_value"),
    ]  # fmt: skip
    assert found[0]["hashtags"] == ["garden"]
    assert found[0]["id_time"].year == 2026
    assert (found[1]["repost_of"], found[1]["repost_of_account"]) == (
        "at://did:plc:oak/app.bsky.feed.post/1",
        "did:plc:oak",
    )
    assert [(found[n]["removals"][0]["state"], found[n]["removals"][0]["actor"]) for n in (2, 4)] == [
        ("deleted", "author"), ("removed", "platform"),
    ]  # fmt: skip


def test_reddit_dumps_in_zst_with_a_large_window(tmp_path: Path) -> None:
    base = {"subreddit": "garden", "created_utc": "1402315205", "retrieved_on": 1402400000}
    lines = [
        base | {"id": "a", "name": "t3_a", "author": "elm", "title": "Tomatoes", "selftext": "early", "is_self": True, "removed_by_category": None},
        base | {"id": "b", "name": "t1_b", "author": "oak", "body": "[removed]", "parent_id": "t3_a", "link_id": "t3_a"},
        base | {"id": "c", "name": "t1_c", "author": "[deleted]", "body": "[deleted]", "parent_id": "t3_a", "link_id": "t3_a"},
    ]  # fmt: skip
    packer = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    )
    path = tmp_path / "RC_2014-06.zst"
    path.write_bytes(packer.compress("\n".join(map(json.dumps, lines)).encode()))
    first, second, third = rows(path)
    assert (first["text"], first["posted_at"], first["kind"]) == ("Tomatoes\n\nearly", NOON, "post")
    assert (second["entry"], second["removals"][0]["actor"], second["text"]) == ("post", "moderator", None)
    assert (third["entry"], third["removals"][0]["actor"]) == ("removal", "author")


def test_ytdlp_videos_comments_and_what_may_be_watched(tmp_path: Path) -> None:
    video = {
        "id": "v1", "title": "Beds", "description": "how #garden", "channel_id": "UC1", "uploader_id": "@elm", "upload_date": "20140609",
        "webpage_url": "https://video.example/v1", "extractor": "youtube:tab", "availability": "private",
        "comments": [{"id": "c1", "parent": "root", "text": "hi", "author": "@oak", "author_id": "UC2", "timestamp": 1402315205}],
    }  # fmt: skip
    first, second = rows(written(tmp_path, "v1.info.json", video))
    assert (first["platform"], first["clock"], first["removals"][0]["state"]) == ("youtube", "day", "private")
    assert (second["kind"], second["reply_to"], second["posted_at"]) == ("comment", "v1", NOON)


IO = "tweetid,userid,user_display_name,user_screen_name,follower_count,tweet_language,tweet_text,tweet_time,tweet_client_name,is_retweet,retweet_tweetid,retweet_userid,latitude,longitude,hashtags,urls,user_mentions"


def test_information_operations_csv_with_quoted_newlines_and_python_lists(tmp_path: Path) -> None:
    body = (
        IO
        + "\n"
        + f'{SNOWFLAKE},aGFzaA==,aGFzaA==,aGFzaA==,17,ar,"line one\nline ""two"" #وسم",2014-06-09 12:00,Garden App,False,,,absent,absent,[\'وسم\'],[\'http://example.org/x\'],[]\n'
    )
    body += f"{int(SNOWFLAKE) + 1},42,Elm,elm,7000,en,RT @oak: hello,2014-06-09 12:01,Web,True,5,7,absent,absent,[],[],['7']\n"
    first, second = rows(written(tmp_path, "io.csv", body))
    assert (first["text"], first["hashtags"], first["handle"], first["clock"]) == (
        'line one\nline "two" #وسم',
        ["وسم"],
        None,
        "minute",
    )
    assert (second["line"], second["kind"], second["repost_of"], second["mentions"]) == (4, "repost", "5", ["7"])
    assert first["removals"][0]["state"] == "suspended"


CSV = 'Notes on top\nof it, with commas\nuser,created,text,extra\nelm,2014-06-09T12:00:05Z,"two\nlines",1,,\noak,2014-06-09T12:01:05Z,short\nash,not a time,x,1\nyew,2014-06-09T12:02:05Z,NUL\x00 and \u202ebidi,1\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_with_preamble_ragged_rows_and_odd_characters(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(CSV.encode(encoding))
    found = {r["line"]: r for r in rows(path)}
    assert found[4]["text"] == "two\nlines"
    assert found[6]["reason"] == "ragged_row"
    assert found[7]["reason"] == "no_time"
    assert found[8]["text"] == "NUL\x00 and \u202ebidi"
    assert (found[4]["clock"], found[4]["posted_at"]) == ("exact", NOON)


def test_parquet_and_workbooks_keep_ids_as_text_and_refuse_rounded_ones(tmp_path: Path) -> None:
    table = pa.table(
        {
            "tweet_id": [int(SNOWFLAKE)],
            "user": ["elm"],
            "time": pa.array([NOON], pa.timestamp("us")),
            "tags": [["a", "b"]],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    (row,) = rows(
        tmp_path / "t.parquet", mapping={"id": "tweet_id", "account": "user", "time": "time", "hashtag": "tags"}
    )
    assert (row["native_id"], row["hashtags"]) == (SNOWFLAKE, ["a", "b"])
    book = openpyxl.Workbook()
    for line in (
        ["tweet id", "user", "time", "text"],
        [SNOWFLAKE, "elm", "2014-06-09 12:00:05", "x"],
        [int(SNOWFLAKE), "oak", "2014-06-09 12:00:05", "y"],
    ):
        book.active.append(line)
    book.save(tmp_path / "t.xlsx")
    first, second = rows(tmp_path / "t.xlsx")
    assert (first["native_id"], first["entry"]) == (SNOWFLAKE, "post")
    assert second["reason"] == "rounded_id"


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("1402315205", {}, NOON), ("1402315205000", {}, NOON), ("2014-06-09T14:00:05+02:00", {}, NOON),
        ("2014-06-09 15:00:05", {"zone": "Asia/Baghdad"}, NOON), ("Mon Jun 09 12:00:05 +0000 2014", {}, NOON),
        ("06/09/2014 12:00:05", {"dates": "month-first"}, NOON), ("09.06.2014 12:00:05", {"dates": "day-first"}, NOON),
    ],
)  # fmt: skip
def test_times_as_people_export_them(tmp_path: Path, value: str, options: dict, expected: dt.datetime) -> None:
    (row,) = rows(written(tmp_path, "t.csv", f"user;created;text\nelm;{value};x\n"), **options)
    assert row["posted_at"] == expected


def test_a_day_that_may_be_a_month_must_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "user,created,text\nelm,03/04/2014 12:00,x\n")
    with pytest.raises(WrongMapping, match="cannot be told apart") as caught:
        rows(path)
    assert "--dates" in caught.value.hint
    (row,) = rows(written(tmp_path, "u.csv", "user,created,text\nelm,13/04/2014 12:00,x\n"))
    assert row["posted_at"] == dt.datetime(2014, 4, 13, 12)  # noqa: DTZ001


def test_a_mapping_that_does_not_fit_lists_what_there_is(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "who,when,text\nelm,2014-06-09 12:00:05,x\n")
    with pytest.raises(WrongMapping, match="nobody") as caught:
        rows(path, mapping={"account": "nobody", "time": "when"})
    assert "who, when, text" in caught.value.hint
    with pytest.raises(WrongMapping, match="colour"):
        rows(path, mapping={"colour": "who"})


def test_mojibake_is_kept_as_it_is_and_same_post_twice_is_two_rows(tmp_path: Path) -> None:
    text = "مرحبا".encode().decode("latin-1")
    twice = [
        V2 | {"text": text, "referenced_tweets": None},
        V2 | {"text": text, "referenced_tweets": None, "public_metrics": {"like_count": 9}},
    ]
    found = rows(written(tmp_path, "x.jsonl", "\n".join(map(json.dumps, twice))))
    assert [r["text"] for r in found] == [text, text]
    assert [r["likes"] for r in found] == [3, 9]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("zero.json", b"", EmptyFile), ("blank.csv", b" \n \n", EmptyFile), ("noise.bin", bytes(range(256)) * 64, UnknownFormat),
        ("note.txt", b"just a note\nof two lines\n", UnknownFormat), ("cut.gz", gzip.compress(b'{"id": 1}\n' * 5000, mtime=0)[:60], BlowbackError),
        ("tweets.js", b'window.YTD.tweets.part0 = [ {"tweet": {}} ]', UnknownFormat),
        ("cut.json", json.dumps({"messages": [{"id": 1, "from_id": "user1", "date_unixtime": "1"}]}).encode()[:-2], DamagedFile),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, content: bytes, error) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        rows(path)
    assert name in str(caught.value)
    assert caught.value.hint


def test_folders_and_unknown_names(tmp_path: Path) -> None:
    with pytest.raises(NotReadable):
        rows(tmp_path)
    with pytest.raises(UnknownName, match="scroll"):
        rows(written(tmp_path, "a.csv", "user,time\nelm,1402315205\n"), source="scroll")


def test_reading_goes_on_from_any_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blowback.tools.streams.BLOCK", 4000)
    lines = [json.dumps(V2 | {"id": str(n), "referenced_tweets": None, "text": f"post {n}"}) for n in range(60)]
    opened = sources.open_file(written(tmp_path, "x.jsonl", "\n".join(lines)), Options())
    whole = list(opened.batches(Cursor()))
    assert len(whole) > 3
    rest = list(opened.batches(whole[1].cursor))
    assert pa.concat_tables([b.staged for b in rest]).equals(pa.concat_tables([b.staged for b in whole[2:]]))
