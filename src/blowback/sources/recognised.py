"""What a file seems to be that no source reads: said by name, with what to do instead."""

from __future__ import annotations

import re
from typing import Final

from blowback.sources.source import Head
from blowback.sources.table_files import zip_names

_EXPORT: Final = "Convert it to a table and use --map, or wait for its source"
_UNPACK: Final = "Unpack it and give the files in it"
# first bytes -> what it is, what to do
_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"WARC/", "WARC", "Web archives are not read yet: extract the posts and use --map"),
    (b"SQLite format 3", "an SQLite database", "Export the table of posts as CSV or Parquet"),
    (b"ARROW1", "Arrow (Feather)", "Save it as Parquet"), (b"ORC", "ORC", "Save it as Parquet"),
    (b"Obj\x01", "Avro", "Save it as Parquet"), (b"\x80\x04\x95", "a Python pickle", "Save it as Parquet or CSV; pickles are not opened, they can run code"),
    (b"RDX", "an R data file", "Save it as Parquet or CSV"), (b"%PDF", "PDF", "Ask for the data behind it as CSV or JSON"),
    (b"{\\rtf", "a text document (RTF)", "Save the table in it as CSV"),
    (b"BZh", "compressed with bzip2", "Unpack it first: .gz and .zst are read as they are"),
    (b"\xfd7zXZ", "compressed with xz", "Unpack it first: .gz and .zst are read as they are"),
    (b"\x04\x22\x4d\x18", "compressed with lz4", "Unpack it first: .gz and .zst are read as they are"),
    (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK), (b"Rar!", "a RAR archive", _UNPACK),
    (b"\x89PNG", "an image", "Give the export of posts, not the media"), (b"\xff\xd8\xff", "an image", "Give the export of posts, not the media"),
    (b"GIF8", "an image", "Give the export of posts, not the media"), (b"RIFF", "an image or a video", "Give the export of posts, not the media"),
    (b"OggS", "audio or video", "Give the export of posts, not the media"), (b"ID3", "audio", "Give the export of posts, not the media"),
    (b"\x1aE\xdf\xa3", "a video", "Give the export of posts, not the media"),
)  # fmt: skip
# all signs of one row stand in the first bytes of a JSON file -> what it is
_JSON: Final[tuple[tuple[tuple[bytes, ...], str], ...]] = (
    ((b'"item_id"', b'"source_platform"'), "Zeeschuimer"), ((b"snscrape.modules.",), "twscrape or snscrape"),
    ((b'"rest_id"',), "X GraphQL"), ((b'"youtube#',), "the YouTube Data API"), ((b'"create_time"', b'"video_description"'), "the TikTok Research API"),
    ((b'"create_time"', b'"region_code"'), "the TikTok Research API"), ((b'"copy_history"',), "VK"), ((b'"owner_id"', b'"post_type"'), "VK"),
    ((b'"guild"', b'"messages"'), "DiscordChatExporter"), ((b'"participants"', b'"sender_name"'), "a Messenger or Instagram archive"),
    ((b'"participants"', b'"messages"'), "a Messenger archive"), ((b'"spoiler_text"',), "Mastodon"),
    ((b'"$type"', b'"app.bsky', b'"indexedAt"'), "the Bluesky AppView"), ((b'"indexedAt"', b'"did"'), "the Bluesky AppView"),
    ((b'"_type"', b'"peer_id"'), "Telethon or 4CAT's Telegram NDJSON"), ((b'"peer_id"', b'"fwd_from"'), "Telethon or 4CAT's Telegram NDJSON"),
    ((b'"kind"', b'"Listing"', b'"children"'), "Reddit's own API"), ((b'"question"', b'"answer"'), "questions and answers (Ask.fm and its kin)"),
    ((b'"json-pages-',), "the page list of a WACZ web archive"), ((b'"pcap"',), "a network capture"),
    ((b'"creator"', b'"entries"', b'"log"'), "a HAR network log"), ((b'"@context"', b'"@graph"'), "JSON-LD"),
    ((b'"type"', b'"FeatureCollection"'), "GeoJSON"),
)  # fmt: skip
_ZIPS: Final = (
    (r"datapackage\.json$|\.warc(\.gz)?$", "a WACZ web archive", "Web archives are not read yet"),
    (r"^data/(tweets?|account)\.js$", "a personal archive of X as a ZIP file", _EXPORT),
    (r"result\.json$|messages\d*\.html$", "a ZIP archive with a Telegram export", _UNPACK),
    (r"^word/", "a Word document", "Save the table in it as CSV"), (r"^ppt/", "a presentation", "Ask for the data behind it"),
    (r".", "a ZIP archive", _UNPACK),
)  # fmt: skip
_CHAT: Final = re.compile(
    rb"^\W{0,4}\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? +\d{1,2}[:.]\d\d(?:[:.]\d\d)?[^\n]{0,12}?(\]| - )[^\n]*",
    re.MULTILINE,
)


def seems(head: Head) -> tuple[str, str] | None:
    """(what the file looks like, what to do with it); None where nothing is recognised."""
    first = head.first
    for sign, what, instead in _MAGIC:
        if first.startswith(sign):
            return what, instead
    if first[:4] == b"PK\x03\x04":
        names = zip_names(head.path)
        return next(((w, i) for p, w, i in _ZIPS if any(re.search(p, n) for n in names)), ("a ZIP archive", _UNPACK))
    if first[4:8] == b"ftyp":
        return "a video", "Give the export of posts, not the media"
    if first[257:262] == b"ustar":
        return "a tar archive", _UNPACK
    if first[:2] in (b"0\x82", b"0\x80") and head.encoding == "binary":
        return (
            "a signature or time-stamp (DER)",
            "Give the export of posts; time-stamps belong to the custody of a case",
        )
    return _text(first)


def _json(first: bytes) -> tuple[str, str] | None:
    for signs, what in _JSON:
        if all(s in first for s in signs):
            return what, _EXPORT
    no_text = b'"text"' not in first and b'"full_text"' not in first
    if no_text and (
        (b'"username"' in first and b'"public_metrics"' in first)
        or (b'"screen_name"' in first and b'"followers_count"' in first)
    ):
        return "accounts of X without posts", "Give the export of posts"
    return None


def _text(first: bytes) -> tuple[str, str] | None:
    text = first.lstrip()
    lower = text[:2000].lower()
    if text.startswith(b"window.YTD."):
        return "a personal archive of X", _EXPORT
    if lower.startswith((b"<!doctype html", b"<html")) or b"<body" in lower:
        what = "Telegram's HTML export" if b"tgme" in first or b"telegram" in lower else "a web page"
        return (
            what,
            "Export it as machine-readable JSON" if "Telegram" in what else "Ask for the data behind it as CSV or JSON",
        )
    if lower.startswith(b"<?xml") or (lower.startswith(b"<") and b">" in lower):
        return "XML", "Convert it to CSV or JSON and use --map"
    if text[:2] in (b"{'", b"[{") and re.match(rb"\[?\{u?'", text):
        return "Python dictionaries, printed", "Write them with json.dumps, one a line"
    if text[:1] in (b"{", b"[") and (found := _json(first)) is not None:
        return found
    if len(chat := _CHAT.findall(first[:20000])) and len(chat) >= text[:20000].count(b"\n") * 0.2:
        what = "a chat of WhatsApp" if chat[0] == b" - " or b"end-to-end" in first else "a chat of WhatsApp or Signal"
        return f"{what}, as text", _EXPORT
    if re.fullmatch(rb"\d{5,20}(\r?\n\d{5,20})*\s*", text[: text.rfind(b"\n") + 1] or text):
        return (
            "a list of ids without posts",
            "Fetch the posts of these ids (hydrate them) with the platform's API first",
        )
    return None
