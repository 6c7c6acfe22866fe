"""Blocks read whole and records read one by one give the same rows, also where something is wrong with a line."""

# ruff: noqa: UP031  # JSON is full of braces

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from blowback.sources import open_file
from blowback.sources.direct import Direct
from blowback.sources.source import Cursor, Options

TWEET = (
    '{"id":"%d","author_id":"7","created_at":"2014-06-11T10:00:0%d.000Z","text":"bed %d ئ é 🌱","lang":"en",'
    '"entities":{"hashtags":[{"start":1,"end":2,"tag":"Beds"}],"urls":[{"url":"https://t.example/1","expanded_url":"https://a.example/x"}],'
    '"mentions":[{"username":"oak","id":"8"}]},"public_metrics":{"retweet_count":1,"reply_count":0,"like_count":2,"quote_count":0}%s}'
)
RETWEET = (
    ',"referenced_tweets":[{"type":"quoted","id":"3"},{"type":"retweeted","id":"4","text":"whole","author_id":"9",'
    '"created_at":"2014-06-10T00:00:00.000Z","entities":{"hashtags":[{"tag":"Whole"}]}}]'
)
WITHHELD = ',"withheld":{"copyright":false,"country_codes":["TR","DE"]},"edit_history_tweet_ids":["1","2"]'
GOOD = [TWEET % (1, 1, 1, ""), TWEET % (2, 2, 2, RETWEET), TWEET % (3, 3, 3, WITHHELD)]
PAGE = '{"data":[%s],"errors":[{"resource_id":"99","title":"Not Found Error","resource_type":"tweet"}]}' % GOOD[0]
ODD = {
    "nothing odd": [],
    "a page among tweets": [PAGE],
    "broken": ['{"id":"5","author_id":'],
    "no JSON": ["WARN rate limit"],
    "a number": ["17"],
    "null": ["null"],
    "a list": ["[]"],
    "two objects in a line": ['{"id":"1"} {"id":"2"}'],
    "blank lines": ["", "   ", "\t"],
    "another type": [
        '{"id":"6","author_id":"7","created_at":"2014-06-11T10:00:00Z","text":"t","public_metrics":"none"}'
    ],
    "no id": ['{"author_id":"7","created_at":"2014-06-11T10:00:00Z","text":"t"}'],
    "no author": ['{"id":"6","created_at":"2014-06-11T10:00:00Z","text":"t"}'],
    "times": [
        '{"id":"%d","author_id":"7","created_at":"%s","text":"t"}' % (n, t)
        for n, t in enumerate(["2014-06-11T10:00:00+02:00", "infinity", "yesterday", "", "2014-06-11"])
    ],
    "another reference": [TWEET % (8, 8, 8, ',"referenced_tweets":[{"type":"liked","id":"3"}]')],
    "NUL and surrogate": ['{"id":"6","author_id":"7","created_at":"2014-06-11T10:00:00Z","text":"a\\u0000b\\ud83d"}'],
    "not UTF-8": [b'{"id":"6","author_id":"7","created_at":"2014-06-11T10:00:00Z","text":"\xff\xfe"}'],
    "numbers as ids": ['{"id":12345678901234567890,"author_id":7,"created_at":"2014-06-11T10:00:00Z","text":"t"}'],
}


def read(path: Path) -> pa.Table:
    return pa.concat_tables(b.staged for b in open_file(path, Options()).batches(Cursor())).combine_chunks()


@pytest.mark.parametrize("case", ODD)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_both_ways_give_the_same_rows(tmp_path, monkeypatch, case, ends) -> None:
    path = tmp_path / "posts.jsonl"
    written = [*GOOD, *ODD[case], *GOOD]
    path.write_bytes(ends.join(x if isinstance(x, bytes) else x.encode() for x in written) + ends)
    fast = read(path)
    monkeypatch.setattr(Direct, "__call__", lambda *_: None)
    careful = read(path)
    assert fast.to_pylist() == careful.to_pylist()
    assert fast.column("entry").to_pylist().count("post") >= 6


def test_a_clean_block_is_read_whole(tmp_path, monkeypatch) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(GOOD * 50) + "\n")
    took = []
    plain = Direct.__call__
    monkeypatch.setattr(Direct, "__call__", lambda self, *a: took.append(plain(self, *a)) or took[-1])
    rows = read(path)
    assert [t is not None and t.num_rows for t in took] == [150]
    assert rows.column("line").to_pylist() == list(range(1, 151))
    assert rows.column("repost_of").to_pylist()[:3] == [None, "4", None]
    assert rows.column("text").to_pylist()[1] == "whole"


def test_without_files_in_memory_a_temporary_one_serves(tmp_path, monkeypatch) -> None:
    monkeypatch.delattr("os.memfd_create", raising=False)
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(GOOD) + "\n")
    assert read(path).num_rows == 3


def test_a_record_of_five_megabytes_is_read(tmp_path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join([*GOOD, TWEET % (9, 9, 9, ',"note_tweet":{"text":"%s"}' % ("x" * (5 << 20)))]) + "\n")
    assert [len(t) for t in read(path).column("text").to_pylist()][3] == 5 << 20
