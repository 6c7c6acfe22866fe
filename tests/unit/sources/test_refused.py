"""Files that no source reads are refused by the name of what they seem to be, with what to do instead."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile

import pytest

from blowback.errors import BlowbackError, NotPosts, UnknownFormat


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 200)
    return out.getvalue()


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("posts.jsonl"))
    return out.getvalue()


T = "2014-06-09T12:00:05Z"
SEEMS = {
    "archive.js": (b'window.YTD.tweets.part0 = [ {"tweet": {}} ]', "personal archive of X"),
    "graphql.json": ({"data": {"rest_id": "1", "legacy": {"full_text": "x"}}}, "GraphQL"),
    "zee.ndjson": ({"item_id": "1", "timestamp_collected": 1, "source_platform": "tiktok.com", "data": {}}, "Zeeschuimer"),
    "twscrape.jsonl": ({"_type": "snscrape.modules.twitter.Tweet", "id": 1, "date": T, "user": {"username": "elm"}}, "twscrape"),
    "telethon.ndjson": ({"_type": "Message", "id": 1, "peer_id": {}, "date": 1402315205, "message": "x", "fwd_from": None}, "Telethon"),
    "youtube.json": ({"kind": "youtube#commentThreadListResponse", "items": []}, "YouTube Data API"),
    "tiktok.json": ({"data": {"videos": [{"id": 1, "create_time": 1402315205, "region_code": "NL", "video_description": "x"}]}}, "TikTok"),
    "vk.json": ({"response": {"items": [{"owner_id": -1, "from_id": -1, "post_type": "post", "date": 1402315205}]}}, "VK"),
    "discord.json": ({"guild": {"id": "1"}, "channel": {}, "messages": []}, "Discord"),
    "messenger.json": ({"participants": [{"name": "A"}], "messages": [{"sender_name": "A", "timestamp_ms": 1}]}, "Messenger"),
    "mastodon.json": ([{"id": "1", "created_at": T, "spoiler_text": "", "account": {"acct": "elm"}, "content": "<p>x</p>"}], "Mastodon"),
    "appview.json": ({"posts": [{"uri": "at://x", "author": {"did": "d"}, "record": {"$type": "app.bsky.feed.post"}, "indexedAt": T}]}, "AppView"),
    "qa.json": ([{"id": "1", "question": "q", "answer": "a", "created_at": T}], "questions and answers"),
    "listing.json": ({"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"subreddit": "g", "created_utc": 1}}]}}, "Reddit's own API"),
    "users.jsonl": ({"data": [{"id": "1", "username": "elm", "public_metrics": {"followers_count": 1, "tweet_count": 2}}]}, "accounts of X"),
    "repr.jsonl": (b"{'id': 1, 'text': 'x'}\n", "Python dictionaries"),
    "whatsapp.txt": ("12/9/20, 23:55 - Bob: hello\n12/9/20, 23:56 - Eve: hi\nand more\n", "WhatsApp"),
    "brackets.txt": ("[09/06/14 12:00] Bob: hello\n[09/06/14 12:01:02] Eve: hi\n", "WhatsApp"),
    "messages.html": ("<!DOCTYPE html><html><head><title>Exported Data</title></head><body>telegram tgme_page</body></html>", "Telegram's HTML export"),
    "page.html": ("<html><body>hi</body></html>", "web page"),
    "feed.xml": ('<?xml version="1.0"?><rss></rss>', "XML"),
    "ids.txt": ("476000000000000000\n476000000000000001\n", "list of ids"),
    "x.warc": (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "WARC"),
    "x.wacz": (packed("datapackage.json", "archive/a.warc.gz"), "WACZ"),
    "x.zip": (packed("data/tweets.js"), "personal archive of X"),
    "y.zip": (packed("ChatExport/result.json"), "Telegram export"),
    "z.zip": (packed("posts.csv"), "ZIP archive"),
    "x.docx": (packed("[Content_Types].xml", "word/document.xml"), "Word document"),
    "x.tar": (tar(), "tar archive"),
    "x.db": (b"SQLite format 3\x00" + bytes(200), "SQLite"),
    "x.feather": (b"ARROW1\x00\x00" + bytes(200), "Feather"),
    "x.pdf": (b"%PDF-1.4\n%\xe2\xe3", "PDF"),
    "x.png": (b"\x89PNG\r\n\x1a\n" + bytes(200), "image"),
    "x.mp4": (b"\x00\x00\x00\x18ftypmp42" + bytes(200), "video"),
    "x.xz": (b"\xfd7zXZ\x00" + bytes(200), "compressed with xz"),
    "x.bz2": (b"BZh91AY&SY" + bytes(range(200)), "compressed with bzip2"),
    "x.pkl": (b"\x80\x04\x95" + bytes(range(200)), "pickle"),
    "x.tsr": (b"0\x82\x0bU0\x03\x02\x01\x00" + bytes(range(256)), "time-stamp"),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEMS)
def test_what_a_file_seems_to_be_is_said(write, staged, name) -> None:
    content, what = SEEMS[name]
    with pytest.raises(UnknownFormat) as caught:
        staged(write(name, content))
    assert what in caught.value.message
    assert name in caught.value.message
    assert caught.value.hint


def test_the_accounts_of_a_release_are_no_posts(write, staged) -> None:
    with pytest.raises(NotPosts, match="accounts of an information operation"):
        staged(
            write(
                "users.csv",
                "userid,user_display_name,user_screen_name,account_creation_date,account_language\n1,Elm,elm,2013-01-01,en\n",
            )
        )


def test_a_format_that_is_said_is_tried_and_fails_with_a_reason(write, staged) -> None:
    for source in ("telegram_desktop", "ytdlp", "table", "x_io"):
        with pytest.raises(BlowbackError) as caught:
            staged(write("note.txt", "just a note\nof two lines\n"), source=source)
        assert "note.txt" in str(caught.value)


def test_a_json_document_of_nothing_we_know(write, staged) -> None:
    with pytest.raises(UnknownFormat, match="no format we know"):
        staged(write("package.json", json.dumps({"name": "x", "version": "1"}, indent=1)))
