"""Each trap of the formats: passed, set aside with reason, line and byte, or refused by name."""

# ruff: noqa: UP031  # JSON is full of braces

from __future__ import annotations

import datetime as dt
import gzip
import json

import pytest
import zstandard

from blowback.errors import DamagedFile, EmptyFile, NotPosts, NotReadable, UnknownFormat, UnknownName
from blowback.sources import open_file
from blowback.sources.source import Cursor, Options

NOON = dt.datetime(2014, 6, 9, 12, 0, 5)  # noqa: DTZ001  # zone-less UTC is the house form
FLAKE = ((1402315205000 - 1288834974657) << 22) + 5
V11 = {
    "created_at": "Mon Jun 09 12:00:05 +0000 2014", "id": FLAKE, "id_str": str(FLAKE), "text": "hello #garden",
    "user": {"id_str": "42", "screen_name": "elm"}, "entities": {"hashtags": [{"text": "garden"}], "urls": [], "user_mentions": []},
}  # fmt: skip
V2 = {"id": str(FLAKE), "author_id": "42", "created_at": "2014-06-09T12:00:05.000Z", "text": "hello #garden"}
CSV = "id,user,created,text\n1,elm,2014-06-09T12:00:05Z,one\n2,oak,2014-06-09T12:00:06Z,two\n"


def test_rounded_ids_id_str_is_believed_and_a_rounded_number_alone_is_set_aside(write, staged) -> None:
    both = V11 | {"id": 1169246717864136700, "id_str": "1169246717864136705"}
    alone = {k: v for k, v in both.items() if k != "id_str"}
    first, second = staged(write("x.jsonl", lines=[both, alone]))
    assert (first["native_id"], first["entry"]) == ("1169246717864136705", "post")
    assert (second["reason"], second["line"]) == ("rounded_id", 2)


def test_a_rounded_target_is_not_believed_either(write, staged) -> None:
    (row,) = staged(
        write(
            "x.jsonl",
            lines=[V11 | {"in_reply_to_status_id": 1169246717864136700, "quoted_status_id": 476000000000000011}],
        )
    )
    assert (row["reply_to"], row["quote_of"], row["kind"]) == (None, "476000000000000011", "quote")


def test_log_lines_inside_and_before_the_json_are_set_aside_where_they_stand(write, taken) -> None:
    path = write("x.jsonl", lines=["INFO starting", V2, "WARN 429 too many requests", V2 | {"id": "8"}])
    found = taken(path)
    body = path.read_bytes()
    rows = sorted(found.rows("set_aside"), key=lambda r: r["line"])
    assert [(r["reason"], r["line"], r["byte_start"]) for r in rows] == [
        ("not_json", 1, 0), ("not_json", 3, body.index(b"WARN")),
    ]  # fmt: skip
    assert found.receipt["kept"] == 2


@pytest.mark.parametrize("name", ["zero.jsonl", "zero.csv", "zero.json", "zero.xlsx", "zero.parquet"])
def test_a_zero_byte_file_is_refused(write, staged, name) -> None:
    with pytest.raises(EmptyFile, match="empty"):
        staged(write(name, b""))


def test_a_preamble_above_the_header_is_passed_over_and_said(write, taken) -> None:
    found = taken(write("t.csv", "Export of 9 June, all rows\nmade by the garden desk\n\n" + CSV))
    assert found.receipt["read"] == 2
    assert any("2 records above the row of column names" in n for n in found.receipt["notes"])
    assert sorted(p["line"] for p in found.rows("posts")) == [5, 6]


def test_trailing_commas_are_no_columns(write, taken) -> None:
    body = "".join(line + ",,,\n" for line in CSV.splitlines())
    assert taken(write("t.csv", body)).receipt["kept"] == 2
    ragged = taken(write("u.csv", CSV + "3,ash,2014-06-09T12:00:07Z,three,,,\n4,yew,2014-06-09T12:00:08Z,four,five\n"))
    assert (ragged.receipt["kept"], ragged.receipt["reasons"]) == (3, {"ragged_row": 1})


@pytest.mark.parametrize("name", ["t.csv", "x.jsonl"])
def test_offsets_count_the_byte_order_mark(write, staged, name) -> None:
    text = CSV if name == "t.csv" else "\n".join([json.dumps(V2), json.dumps(V2 | {"id": "8"})]) + "\n"
    path = write(name, b"\xef\xbb\xbf" + text.encode())
    body = path.read_bytes()
    found = staged(path)
    assert len(found) == 2
    for row in found:
        record = body[row["byte_start"] : row["byte_start"] + row["byte_len"]]
        assert (row["text"].encode() in record, record.count(b"\n")) == (True, 0)


def test_quoted_newlines_stay_in_the_text_and_lines_are_counted_right(write, staged) -> None:
    body = 'id,user,created,text\n1,elm,2014-06-09T12:00:05Z,"one\ntwo\r\n""three"""\n2,oak,2014-06-09T12:00:06Z,four\n'
    first, second = staged(write("t.csv", body))
    assert (first["text"], first["line"], second["line"]) == ('one\ntwo\r\n"three"', 2, 5)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("bom", [True, False])
def test_utf_16_is_read_and_said(write, taken, encoding, bom) -> None:
    found = taken(write("t.csv", (("\ufeff" if bom else "") + CSV.replace("one", "ورد 🌱")).encode(encoding)))
    assert "ورد 🌱" in [p["text"] for p in found.rows("posts")]
    assert any("UTF-16" in n for n in found.receipt["notes"])


def test_nul_and_bidi_controls_are_kept(write, taken) -> None:
    text = "a\x00b \u202eabc\u202c \u2066d\u2069"
    assert [p["text"] for p in taken(write("x.jsonl", lines=[V2 | {"text": text}])).rows("posts")] == [text]
    csv = taken(write("t.csv", CSV.replace("one", text)))
    assert text in [p["text"] for p in csv.rows("posts")]


def test_half_an_emoji_is_replaced_and_the_post_is_kept(write, staged) -> None:
    path = write(
        "x.jsonl",
        json.dumps(V2 | {"text": "cut \ud83c", "lang": "en"})
        + "\n"
        + json.dumps(V2 | {"id": "8", "text": "\U0001f331 \\ud83c"})
        + "\n",
    )
    first, second = staged(path)
    assert (first["entry"], first["text"]) == ("post", "cut \ufffd")
    assert second["text"] == "\U0001f331 \\ud83c"


def test_offsets_of_entities_in_other_units_do_not_matter(write, staged) -> None:
    """Telegram counts UTF-16 units, Bluesky bytes: tags and links are taken by value, behind any emoji."""
    parts = [
        {"type": "plain", "text": "🌱🌱 "},
        {"type": "hashtag", "text": "#garden"},
        {"type": "text_link", "text": "ورد🌱", "href": "https://example.org/a"},
    ]
    message = {
        "id": 1,
        "type": "message",
        "date_unixtime": "1402315205",
        "from": "G",
        "from_id": "channel1",
        "text": ["🌱🌱 ", *parts[1:]],
        "text_entities": parts,
    }
    (row,) = staged(write("result.json", {"name": "G", "type": "public_channel", "id": 1, "messages": [message]}))
    assert (row["text"], row["hashtags"], row["urls"]) == ("🌱🌱 #gardenورد🌱", ["garden"], ["https://example.org/a"])
    facet = {
        "index": {"byteStart": 9, "byteEnd": 16},
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "garden"}],
    }
    record = {"text": "🌱🌱 #garden #not_a_facet", "createdAt": "2014-06-09T12:00:05Z", "facets": [facet]}
    event = {"did": "did:plc:elm", "time_us": 1402315205000000, "kind": "commit",
             "commit": {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "3mptbyoeyc22k", "record": record}}  # fmt: skip
    (row,) = staged(write("j.jsonl", lines=[event]))
    assert row["hashtags"] == ["garden"]


def test_the_same_post_twice_with_other_counts_is_one_post_and_two_observations(write, taken) -> None:
    twice = [
        V2 | {"public_metrics": {"like_count": n, "retweet_count": 0, "reply_count": 0, "quote_count": 0}}
        for n in (3, 9)
    ]
    found = taken(write("x.jsonl", lines=twice))
    assert (found.receipt["kept"], found.receipt["duplicate"], found.receipt["observations"]) == (1, 1, 2)
    assert sorted(o["likes"] for o in found.rows("observations")) == [3, 9]


def test_counts_pages_are_no_posts_and_it_says_so(write, staged) -> None:
    page = {
        "data": [{"end": "2021-10-16T19:00:00.000Z", "start": "2021-10-16T18:00:00.000Z", "tweet_count": 3961}],
        "meta": {"total_tweet_count": 3961},
    }
    for path in (write("c.jsonl", lines=[page]), write("c.json", json.dumps(page, indent=1))):
        with pytest.raises(NotPosts, match="counts endpoint"):
            staged(path)


def test_mojibake_is_kept_and_said(write, taken) -> None:
    broken = "وردة حمراء".encode().decode("latin-1")
    found = taken(write("t.csv", CSV.replace("one", broken).replace("two", broken)))
    assert {p["text"] for p in found.rows("posts")} == {broken}
    assert any("mojibake" in n for n in found.receipt["notes"])


def test_zstd_with_a_window_of_two_gib(write, staged) -> None:
    how = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    lines = [
        {"subreddit": "g", "created_utc": 1402315205, "id": str(n), "author": "elm", "body": f"b{n}"} for n in range(50)
    ]
    packer = zstandard.ZstdCompressor(compression_params=how)
    assert len(staged(write("RC.zst", packer.compress("\n".join(map(json.dumps, lines)).encode())))) == 50


@pytest.mark.parametrize("damage", ["cut", "flipped", "cut zstd"])
def test_a_damaged_archive_is_refused_with_how_far_it_goes(write, taken, damage) -> None:
    body = "".join(
        json.dumps(V2 | {"id": str(n * 7919 % 100003), "text": f"post {n * 31 % 977}"}) + "\n" for n in range(4000)
    ).encode()
    packed = bytearray(zstandard.compress(body) if "zstd" in damage else gzip.compress(body))
    if damage == "flipped":
        packed[len(packed) // 2] ^= 0xFF
    else:
        packed = packed[: len(packed) * 2 // 3]
    with pytest.raises(DamagedFile) as caught:
        taken(write("x.jsonl.gz", bytes(packed)))
    assert "x.jsonl.gz" in str(caught.value)
    assert "decompressed bytes could be read" in str(caught.value)


def test_a_retweet_s_whole_text_and_tags_come_from_the_original(write, staged) -> None:
    original = V11 | {
        "id_str": "5",
        "full_text": "Tomatoes are early this year #garden #beds",
        "entities": {"hashtags": [{"text": "garden"}, {"text": "beds"}], "urls": [], "user_mentions": []},
    }
    cut = {k: v for k, v in V11.items() if k not in ("entities", "text")} | {
        "full_text": "RT @elm: Tomatoes are ea…",
        "retweeted_status": original,
    }
    (row,) = staged(write("x.jsonl", lines=[cut]))
    assert (row["kind"], row["repost_of"], row["text"], row["hashtags"]) == (
        "repost",
        "5",
        original["full_text"],
        ["garden", "beds"],
    )


def test_python_lists_in_cells(write, staged) -> None:
    header = "tweetid,userid,user_screen_name,account_creation_date,tweet_text,tweet_time,is_retweet,retweet_tweetid,hashtags,urls,user_mentions\n"
    body = f"{FLAKE},42,elm,2013-01-01,hello,2014-06-09 12:00,False,,\"['a', 'b']\",\"['http://example.org/x,y', 'http://example.org/z']\",['7']\n"
    bare = f'{FLAKE + 1},43,oak,2013-01-01,hello,2014-06-09 12:01,False,,"[a, b]","[http://example.org/x, http://example.org/z]",[]\n'
    first, second = staged(write("io.csv", header + body + bare))
    assert (first["hashtags"], first["mentions"]) == (["a", "b"], ["7"])
    assert first["urls"] == ["http://example.org/x,y", "http://example.org/z"]
    assert (second["hashtags"], second["urls"], second["mentions"]) == (
        ["a", "b"],
        ["http://example.org/x", "http://example.org/z"],
        [],
    )


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_line_ends_of_any_kind(write, staged, ends) -> None:
    found = staged(write("t.csv", CSV.replace("\n", ends)))
    assert [(r["line"], r["text"]) for r in found] == [(2, "one"), (3, "two")]
    lines = staged(write("x.jsonl", ends.join(json.dumps(V2 | {"id": str(n)}) for n in (1, 2, 3))))
    assert [(r["line"], r["native_id"]) for r in lines] == [(1, "1"), (2, "2"), (3, "3")]


def test_mixed_line_ends(write, staged) -> None:
    one, two = CSV.splitlines()[1:]
    found = staged(write("t.csv", f"id,user,created,text\r\n{one}\r{two}\n3,ash,2014-06-09T12:00:07Z,three\r\n"))
    assert [(r["line"], r["text"]) for r in found] == [(2, "one"), (3, "two"), (4, "three")]


def test_deep_nesting_does_no_harm(write, staged) -> None:
    deep = '{"a":' * 20000 + "1" + "}" * 20000
    path = write("x.jsonl", json.dumps(V2)[:-1] + ', "context": ' + deep + "}\n" + json.dumps(V2 | {"id": "8"}) + "\n")
    assert [r["native_id"] for r in staged(path)][-1] == "8"
    rows = "".join(
        '{"id": "%d", "user": "elm", "time": "2014-06-09T12:00:05Z", "context": %s}\n' % (n, d)
        for n, d in ((1, deep), (2, "{}"))
    )
    assert [
        (r["entry"], r["reason"])
        for r in staged(write("t.jsonl", rows), source="table", mapping={"id": "id", "account": "user", "time": "time"})
    ] == [("aside", "not_json"), ("post", None)]


def test_a_record_of_ten_megabytes(write, staged) -> None:
    long = "x" * (10 << 20)
    found = staged(write("x.jsonl", lines=[V2 | {"note": {"text": long}, "text": long}, V2 | {"id": "8"}]))
    assert [len(r["text"]) for r in found] == [10 << 20, 13]
    csv = staged(write("t.csv", CSV.replace("one", f'"{long}, ""x"""')))
    assert [len(r["text"]) for r in csv] == [(10 << 20) + 5, 3]


def test_a_quote_that_is_never_closed_costs_one_record(write, taken) -> None:
    rows = [f"{n},elm,2014-06-09T12:00:{n:02d}Z,post {n}" for n in range(3, 20)]
    rows[4] = '7,elm,2014-06-09T12:00:07Z,"open'
    found = taken(write("t.csv", CSV + "\n".join(rows) + "\n"))
    assert (found.receipt["kept"], found.receipt["reasons"]) == (18, {"ragged_row": 1})
    (aside,) = found.rows("set_aside")
    assert (aside["line"], aside["detail"]) == (8, "a quote is never closed")


@pytest.mark.parametrize("name", ["one.csv", "one.jsonl", "one.json"])
def test_a_file_of_one_record(write, staged, name) -> None:
    content = {
        "one.csv": CSV.rsplit("2,oak", 1)[0],
        "one.jsonl": json.dumps(V2),
        "one.json": json.dumps([V11], indent=2),
    }[name]
    assert [r["entry"] for r in staged(write(name, content))] == ["post"]


def test_a_file_with_a_header_alone(write, staged) -> None:
    for options in ({"source": "table"}, {"mapping": {"account": "user", "time": "created"}}):
        with pytest.raises(NotPosts, match="header but no rows"):
            staged(write("t.csv", "id,user,created,text\n"), **options)
    with pytest.raises(NotPosts, match="header but no rows"):
        staged(write("io.csv", "tweetid,userid,tweet_time,tweet_text\n"))


def test_a_folder_and_binary_files_are_refused(write, staged, tmp_path) -> None:
    with pytest.raises(NotReadable, match="folder"):
        staged(tmp_path)
    with pytest.raises(UnknownFormat):
        staged(write("noise.bin", bytes(range(256)) * 64))


def test_a_zone_that_does_not_exist_is_refused(write, staged) -> None:
    with pytest.raises(UnknownName, match="Mars"):
        staged(write("t.csv", CSV), zone="Mars/Olympus")


@pytest.mark.parametrize("shape", ["array", "pretty", "objects in a row"])
def test_records_of_a_line_format_may_stand_in_an_array_or_over_several_lines(write, staged, shape) -> None:
    reddit = [
        {"subreddit": "g", "created_utc": 1402315205, "id": str(n), "author": "elm", "body": f"b{n}"} for n in range(3)
    ]
    for records, source in (
        ([V2 | {"id": str(n)} for n in range(3)], "x_v2"),
        ([V11 | {"id_str": str(n)} for n in range(3)], "x_v11"),
        (reddit, "reddit_pushshift"),
    ):
        text = (
            json.dumps(records)
            if shape == "array"
            else json.dumps(records, indent=2)
            if shape == "pretty"
            else "\n".join(json.dumps(r, indent=1) for r in records)
        )
        path = write("x.json", text)
        body = path.read_bytes()
        found = staged(path)
        assert open_file(path, Options()).source == source
        assert [r["entry"] for r in found] == ["post"] * 3
        for row, record in zip(found, records, strict=True):
            assert json.loads(body[row["byte_start"] : row["byte_start"] + row["byte_len"]]) == record
            assert row["line"] == body[: row["byte_start"]].count(b"\n") + 1


def test_a_search_page_of_v1_and_a_page_of_v2_as_documents(write, staged) -> None:
    pages = [
        {"search_metadata": {"count": 2}, "statuses": [V11 | {"id_str": str(n)} for n in ns]} for ns in ((1, 2), (3,))
    ]
    assert [r["native_id"] for r in staged(write("s.jsonl", lines=pages))] == ["1", "2", "3"]
    assert [r["native_id"] for r in staged(write("s.json", json.dumps(pages[0], indent=2)))] == ["1", "2"]
    page = {
        "data": [V2 | {"id": "1"}, V2 | {"id": "2"}],
        "includes": {"users": [{"id": "42", "username": "elm"}]},
        "meta": {"result_count": 2},
    }
    assert [(r["native_id"], r["handle"]) for r in staged(write("p.json", json.dumps(page, indent=2)))] == [
        ("1", "elm"),
        ("2", "elm"),
    ]


def test_a_document_goes_on_from_any_batch(write, monkeypatch) -> None:
    monkeypatch.setattr("blowback.tools.documents._WINDOW", 3000)
    messages = [
        {
            "id": n + (n > 40),
            "type": "message",
            "date_unixtime": str(1402315205 + n),
            "from": None if n % 9 == 0 else "Elm",
            "from_id": f"user{n % 3}",
            "text": f"post {n}",
        }
        for n in range(1, 90)
    ]
    path = write("result.json", {"name": "G", "type": "public_channel", "id": 1, "messages": messages})
    opened = open_file(path, Options())
    whole = list(opened.batches(Cursor()))
    assert len(whole) > 3
    gaps = [i for b in whole for r in b.staged.to_pylist() for i in r["removals"] or () if i["state"] == "missing"]
    assert [g["subject"] for g in gaps] == ["channel1/before/42"]
    for n, batch in enumerate(whole):
        rest = [r for b in opened.batches(batch.cursor) for r in b.staged.to_pylist()]
        expected = [r for b in whole[n + 1 :] for r in b.staged.to_pylist()]
        # an account without a name may be told of again: which ones were is not part of a checkpoint
        plain = [
            [r | {"removals": [i for i in r["removals"] or () if i["subject_kind"] != "account"]} for r in rows]
            for rows in (rest, expected)
        ]
        assert plain[0] == plain[1]
