"""Columns under headings nobody told us of; lists in cells; ids; what a mapping may and may not say."""

from __future__ import annotations

import datetime as dt
import gzip
import json

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.errors import DamagedFile, UnknownFormat, WrongMapping
from blowback.sources import open_file
from blowback.sources.source import Options

NOON = dt.datetime(2014, 6, 9, 12, 0, 5)  # noqa: DTZ001  # zone-less UTC is the house form
MIDNIGHT = NOON.replace(day=10, hour=0, minute=0, second=0)
FLAKE = ((1402315205000 - 1288834974657) << 22) + 5
T = "2014-06-09T12:00:05Z"
# heading line, row, delimiter, what must be mapped
HEADINGS = {
    "snake": (["tweetid", "user_screen_name", "created", "body", "retweet_of"], [FLAKE, "elm", T, "hi", "5"], ",",
              {"id": "tweetid", "account": "user_screen_name", "time": "created", "text": "body", "repost": "retweet_of"}),
    "words": (["Post ID", "Author", "Post Created", "Message", "Share URL"], ["p1", "elm", T, "hi", "https://example.org/a"], ";",
              {"id": "Post ID", "account": "Author", "time": "Post Created", "text": "Message", "url": "Share URL"}),
    "status": (["status_id", "user_id", "screen_name", "created_at", "text", "is_retweet"], [FLAKE, "42", "elm", T, "hi", "FALSE"], "\t",
               {"id": "status_id", "account": "user_id", "handle": "screen_name", "time": "created_at", "is_repost": "is_retweet"}),
    "two columns": (["user", "date", "time", "tweet"], ["elm", "2014-06-09", "12:00:05", "hi"], ",", {"time": "date+time", "text": "tweet"}),
    "two columns, other way": (["time", "date", "username", "content"], ["12:00:05", "09.06.2014", "elm", "hi"], "|",
                               {"time": "date+time", "account": "username"}),
    "camel": (["messageText", "authorName", "publishedAt", "likesCount"], ["hi", "elm", T, "1,234"], ",",
              {"text": "messageText", "account": "authorName", "time": "publishedAt", "likes": "likesCount"}),
    "pandas index": (["", "from_user", "timestamp_utc", "full_text"], ["0", "elm", "2014-06-09 12:00:05", "hi"], ",",
                     {"account": "from_user", "time": "timestamp_utc", "text": "full_text"}),
    "dotted": (["id", "author.username", "author_id", "created_at", "referenced_tweets.retweeted.id", "text"],
               [FLAKE, "elm", "42", T, "7", "hi"], ",", {"account": "author_id", "handle": "author.username", "repost": "referenced_tweets.retweeted.id"}),
    "other words": (["Tweet posted time (UTC)", "Name of user", "Original tweet text"], ["2014-06-09 12:00:05", "elm", "hi"], ",",
                    {"time": "Tweet posted time (UTC)", "account": "Name of user", "text": "Original tweet text"}),
    "time by value": (["poster", "inserted", "message"], ["elm", T, "hi"], ",", {"time": "inserted", "account": "poster"}),
    "german": (["Benutzer", "Datum", "Uhrzeit", "Nachricht"], ["elm", "2014-06-09", "12:00:05", "hi"], ";", {"time": "Datum+Uhrzeit", "text": "Nachricht"}),
    "french": (["auteur", "date", "heure", "texte"], ["elm", "2014-06-09", "12:00:05", "hi"], ";", {"time": "date+heure", "text": "texte"}),
    "arabic": (["المستخدم", "التاريخ", "النص"], ["elm", T, "hi"], ",", {"account": "المستخدم", "time": "التاريخ", "text": "النص"}),
}  # fmt: skip


def line(cells: list, delimiter: str) -> str:
    return delimiter.join(f'"{c}"' if isinstance(c, str) and delimiter in c else str(c) for c in cells)


@pytest.mark.parametrize("case", HEADINGS)
@pytest.mark.parametrize("preamble", ["", "An export of the garden desk\n\n"])
def test_unseen_headings_are_understood(write, staged, case, preamble) -> None:
    names, row, delimiter, mapped = HEADINGS[case]
    path = write("t.csv", preamble + line(names, delimiter) + "\n" + line(row, delimiter) + "\n")
    options = {"dates": "day-first"} if "other way" in case else {}
    opened = open_file(path, Options(**options))
    assert {k: v for k, v in opened.mapping.items() if k in mapped} == mapped
    (found,) = staged(path, **options)
    assert (found["posted_at"], found["text"], found["entry"]) == (NOON, "hi", "post")


def test_an_explicit_mapping_is_kept_with_the_receipt(write, taken) -> None:
    said = {"account": "who", "time": "d + t", "hashtag": "tags", "url": "l1+l2"}
    body = "who,d,t,tags,l1,l2,other\nelm,2014-06-09,12:00:05,#a #b,https://example.org/1,https://example.org/2,x\n"
    found = taken(write("t.csv", body), mapping=said)
    assert found.receipt["mapping"] == said
    assert any("who" in n and "not read: other" in n for n in found.receipt["notes"])
    assert sorted(found.marks("hashtag")) == ["a", "b"]
    assert len(found.marks("url")) == 2
    assert found.rows("posts")[0]["posted_at"] == NOON


@pytest.mark.parametrize(
    ("mapping", "match", "hint"),
    [
        ({"account": "nobody", "time": "when"}, "nobody", "who, when, text"), ({"account": "who", "time": "Who+when"}, "Who", "Did you mean 'who'"),
        ({"colour": "who"}, "colour", "Fields are"), ({"account": "who", "time": "text"}, "is empty", "--map"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit(write, staged, mapping, match, hint) -> None:
    path = write("t.csv", f"who,when,text\nelm,{T},\n")
    with pytest.raises(WrongMapping, match=match) as caught:
        staged(path, mapping=mapping)
    assert hint in caught.value.hint


def test_columns_of_the_same_name_are_told_apart(write, staged) -> None:
    (row,) = staged(
        write("t.csv", f"user,time,text,text\nelm,{T},one,two\n"),
        mapping={"account": "user", "time": "time", "text": "text_2"},
    )
    assert row["text"] == "two"
    table = pa.Table.from_arrays(
        [pa.array(["elm"]), pa.array([NOON]), pa.array(["one"]), pa.array(["two"])],
        names=["user", "time", "text", "text"],
    )
    pq.write_table(table, path := write("t.parquet", b""))
    (row,) = staged(path)
    assert row["text"] == "one"


CELLS = [
    ("['a', 'b']", ["a", "b"]), ('["a", "b"]', ["a", "b"]), ("a,b", ["a", "b"]), ("a; b", ["a", "b"]), ("#a #b", ["a", "b"]), ("a|b", ["a", "b"]),
    ("('a', 'b')", ["a", "b"]), ("{'b', 'a'}", ["a", "b"]), ("['a' 'b']", ["a", "b"]), ("[a, b]", ["a", "b"]), ("{a,b}", ["a", "b"]),
    ('[{"tag": "a"}, {"tag": "b"}]', ["a", "b"]), ("[{'text': 'a'}, {'text': 'b'}]", ["a", "b"]), ("[]", []), ("", None), ("#ورد، #حديقة", ["ورد", "حديقة"]),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "values"), CELLS)
def test_a_column_may_hold_a_list(write, staged, cell, values) -> None:
    quoted = cell.replace('"', '""')
    (row,) = staged(write("t.csv", f'user,time,hashtags\nelm,{T},"{quoted}"\n'))
    assert row["hashtags"] == values


def test_links_in_a_list_keep_their_commas(write, staged) -> None:
    cells = ['"https://example.org/a,b, https://example.org/c"', '"[""https://example.org/a,b"", ""https://example.org/c""]"',
             '"[{""url"": ""https://t.example/1"", ""expanded_url"": ""https://example.org/a,b""}, {""url"": ""https://example.org/c""}]"']  # fmt: skip
    for cell in cells:
        (row,) = staged(write("t.csv", f"user,time,urls\nelm,{T},{cell}\n"))
        assert row["urls"] == ["https://example.org/a,b", "https://example.org/c"]


def test_a_column_of_permalinks_is_no_column_of_shared_links(write) -> None:
    rows = "".join(f"elm,{T},https://twitter.com/elm/status/{n},https://example.org/{n % 2}\n" for n in range(9))
    path = write("t.csv", "user,time,url,link\n" + rows)
    assert open_file(path, Options()).mapping["url"] == "link"


EATEN = ["1.16925E+18", "1,16925E+18", "1.16924671786414e+18", "1169246717864136704.0"]


@pytest.mark.parametrize("eaten", EATEN)
def test_ids_that_a_spreadsheet_ate_are_set_aside(write, taken, eaten) -> None:
    found = taken(write("t.csv", f"tweet_id;user;time;text\n{eaten};elm;{T};one\n{FLAKE};oak;{T};two\n"))
    assert (found.receipt["reasons"], found.receipt["kept"]) == ({"rounded_id": 1}, 1)
    assert found.rows("set_aside")[0]["line"] == 2


def test_ids_that_all_end_in_zeros_were_rounded_and_a_float_column_too(write, staged) -> None:
    rows = "".join(f"{FLAKE // 1000 + n * 7919}00,elm,{T},post {n}\n" for n in range(6))
    reasons = {r["reason"] for r in staged(write("t.csv", f"id,user,time,text\n{rows}"))}
    assert reasons == {"rounded_id"}
    table = pa.table(
        {
            "id": [float(FLAKE), 12.0],
            "user": ["elm", "oak"],
            "time": pa.array([NOON, NOON]),
            "reply_to": [float(FLAKE), None],
        }
    )
    pq.write_table(table, path := write("t.parquet", b""))
    first, second = staged(path)
    assert (first["reason"], first["reply_to"]) == ("rounded_id", None)
    assert (second["native_id"], second["entry"]) == ("12", "post")


@pytest.mark.parametrize("eaten", ["9.06E+17", "906000000000000000"])
def test_an_account_id_that_was_eaten_gives_way_to_the_handle(write, staged, eaten) -> None:
    first, second = staged(write("t.csv", f"user_id,username,time,text\n{eaten},elm,{T},a\n42,oak,{T},b\n"))
    assert [(r["account"], r["account_by_handle"]) for r in (first, second)] == [("elm", True), ("42", False)]
    (alone,) = staged(write("u.csv", f"user_id,time,text\n{eaten},{T},a\n"))
    assert (alone["reason"], alone["detail"]) == ("rounded_id", "the account's id")


def test_a_target_that_was_eaten_is_no_target(write, taken) -> None:
    found = taken(write("t.csv", f"id,user,time,text,retweet_of\n1,elm,{T},x,4.76E+17\n2,oak,{T},y,4.76E+17\n"))
    assert any("rounded" in n and "retweet_of" in n for n in found.receipt["notes"])
    assert len({p["repost_of"] for p in found.rows("posts")}) == 2


def test_ids_written_so_that_a_spreadsheet_leaves_them(write, staged) -> None:
    (one,) = staged(write("t.csv", f'id;user;time\n"=""{FLAKE}""";elm;{T}\n'))
    (two,) = staged(write("u.csv", f"id;user;time\n'{FLAKE};elm;{T}\n"))
    assert [one["native_id"], two["native_id"]] == [str(FLAKE)] * 2


@pytest.mark.parametrize(
    ("names", "number", "options", "timed"),
    [
        ("id,user,time", FLAKE, {}, True), ("id,user,time", 7000000000000000001, {}, False), ("tweet_id,user,time", FLAKE, {}, True),
        ("id,user,time", 7000000000000000001, {"platform": "x"}, True), ("id,user,time", FLAKE, {"platform": "tiktok"}, False),
        ("video_id,user,time", 7000000000000000001, {}, False), ("id,user,time", FLAKE - (86400000 * 400 << 22), {}, False),
    ],
)  # fmt: skip
def test_a_long_number_is_a_snowflake_only_where_it_is_x_s(write, staged, names, number, options, timed) -> None:
    (row,) = staged(write("t.csv", f"{names}\n{number},elm,{T}\n"), **options)
    assert (row["id_time"] is not None) is timed
    assert row["platform"] == options.get("platform", "x" if timed or "tweet" in names else "table")


def test_row_numbers_of_two_tables_do_not_meet(tmp_path, write) -> None:
    from blowback.case.case import Case
    from blowback.case.intake import ingest

    case = Case.new(tmp_path / "case")
    files = [write(f"{n}.csv", f"id,user,time,text\n0,elm,{T},{n}\n1,oak,{T},{n}\n1,oak,{T},{n}\n") for n in "ab"]
    receipt = ingest(case, files)
    assert (receipt.total("kept"), receipt.total("duplicate")) == (4, 2)


def test_decimal_commas_in_coordinates_and_counts(write, staged) -> None:
    body = f"user;time;lat;lon;likes;views\nelm;{T};33,3152;44,3661;1.2K;12 345\n"
    (row,) = staged(write("t.csv", body))
    assert (row["lat"], row["lon"], row["likes"], row["views"]) == (33.3152, 44.3661, 1200, 12345)


def test_json_records_with_nested_and_late_keys(write, staged) -> None:
    lines = [
        {"user": {"id": 42, "screen_name": "elm"}, "created": T},
        {"user": {"id": 43}, "created": T, "text": "late", "hashtags": ["a"]},
    ]
    for path in (write("t.jsonl", lines=lines), write("t.json", json.dumps(lines, indent=1))):
        first, second = staged(path)
        assert (first["account"], first["handle"], first["text"]) == ("42", "elm", None)
        assert (second["account"], second["text"], second["hashtags"]) == ("43", "late", ["a"])


def workbook(path, *sheets) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def test_workbooks_serial_days_midnights_and_a_cover_sheet(tmp_path, taken) -> None:
    head = ["tweet id", "user", "created", "text"]
    rows = [
        head,
        [str(FLAKE), "elm", NOON, "one\ntwo\tthree "],
        ["2", "oak", MIDNIGHT, "x"],
        [FLAKE, "ash", NOON, "eaten"],
    ]
    workbook(path := tmp_path / "t.xlsx", ("Read me", [["Posts of the garden desk"]]), ("Posts", rows))
    found = taken(path)
    posts = {p["text"]: p for p in found.rows("posts")}
    assert posts["one\ntwo\tthree "]["posted_at"] == NOON
    assert (posts["x"]["posted_at"], posts["x"]["clock"]) == (MIDNIGHT, "assumed_zone")
    assert found.receipt["reasons"] == {"rounded_id": 1}
    assert found.receipt["zone_assumed"]
    assert any("'Posts'" in n and "'Read me'" in n for n in found.receipt["notes"])
    serial = [["user", "date", "text"], ["elm", 41799.50005787037, "x"], ["oak", 41799.25, "y"]]
    workbook(path := tmp_path / "s.xlsx", ("S", serial))
    found = taken(path)
    assert [p["posted_at"] for p in found.rows("posts")] == [NOON, NOON.replace(hour=6, second=0)]
    assert any("serial" in n for n in found.receipt["notes"])


def test_a_broken_workbook_and_broken_parquet(write, staged, tmp_path) -> None:
    workbook(path := tmp_path / "t.xlsx", ("S", [["user", "time"], ["elm", T]]))
    with pytest.raises(DamagedFile, match="workbook"):
        staged(write("cut.xlsx", path.read_bytes()[:-200]))
    pq.write_table(pa.table({"user": ["elm"], "time": [T]}), path := tmp_path / "t.parquet")
    with pytest.raises(DamagedFile, match="Parquet"):
        staged(write("cut.parquet", path.read_bytes()[:-20]))


def test_a_table_without_author_or_time_says_which_and_lists_its_columns(write, staged) -> None:
    with pytest.raises(UnknownFormat, match="no author among its columns title, score, created") as caught:
        staged(write("t.csv", f"title,score,created\nhi,3,{T}\n"))
    assert "--map" in caught.value.hint
    with pytest.raises(UnknownFormat, match="no author and no time"):
        staged(write("u.csv", "A,B,C\n1,2,3\n"))


def test_quoted_headings_are_no_json(write, staged) -> None:
    for names in (
        '"id_str","user","created_at","text"',
        '"id","author_id","created_at","text"',
        '"subreddit","author","created_utc","body"',
    ):
        (row,) = staged(write("t.csv", f'{names}\n"a","elm","{T}","hi"\n'))
        assert (row["entry"], row["posted_at"]) == ("post", NOON)


def test_nested_parquet_columns_have_dotted_names(write, staged) -> None:
    pq.write_table(pa.table({"user": [{"id": 42, "name": "elm"}], "created": [T]}), path := write("t.parquet", b""))
    (row,) = staged(path)
    assert row["account"] == "42"


def test_packed_parquet_must_be_unpacked(write, staged, tmp_path) -> None:
    pq.write_table(pa.table({"user": ["elm"], "created": [T]}), path := tmp_path / "t.parquet")
    with pytest.raises(UnknownFormat, match="packed Parquet"):
        staged(write("t.parquet.gz", gzip.compress(path.read_bytes())))
