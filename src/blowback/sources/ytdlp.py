"""yt-dlp's `info.json`: a video, audio or post with its comments, or a playlist of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.staged import STAGED
from blowback.sources.removal_sql import removal
from blowback.sources.source import Batch, Cursor, Expect, Guess, Head, Opened, Options, Source
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, Stager, batch, counted, mended
from blowback.tools.documents import Document, document
from blowback.tools.frames import Frame
from blowback.tools.streams import Stream, look

COMMENT: Final[dict[str, Any]] = {
    "id": "VARCHAR", "parent": "VARCHAR", "text": "VARCHAR", "author": "VARCHAR", "author_id": "VARCHAR",
    "like_count": "BIGINT", "timestamp": "VARCHAR", "_time_text": "VARCHAR", "time_text": "VARCHAR",
}  # fmt: skip
# Large and of no use here: how the media could be fetched.
_DROPPED: Final = (
    "formats", "requested_formats", "requested_downloads", "automatic_captions", "subtitles", "requested_subtitles",
    "thumbnails", "http_headers", "fragments", "heatmap", "chapters", "requested_entries", "_format_sort_fields",
)  # fmt: skip
_PLAYLIST: Final = ("playlist", "multi_video")
_VIDEO: Final = pa.schema([("platform", pa.string()), ("video", pa.string()), ("seen", pa.timestamp("us"))])
_COMMENTS: Final = f"""
, c AS (SELECT *, CASE WHEN r.parent IS NULL OR r.parent = 'root' THEN video ELSE r.parent END AS answered, epoch(r.timestamp) AS ts
    FROM parsed WHERE r IS NOT NULL)
SELECT {
    LOCATOR
}, CASE WHEN r.author_id IS NULL AND r.author IS NULL OR ts IS NULL THEN 'aside' ELSE 'post' END AS entry,
    CASE WHEN r.author_id IS NULL AND r.author IS NULL THEN 'no_account' WHEN ts IS NULL THEN 'no_time' END AS reason,
    platform, r.id AS native_id, coalesce(r.author_id, r.author) AS account, r.author_id IS NULL AS account_by_handle,
    ltrim(r.author, '@') AS handle, 'unknown' AS account_kind, ts AS posted_at,
    CASE WHEN coalesce(r._time_text, r.time_text) IS NOT NULL OR ts = date_trunc('day', ts) AND platform = 'youtube' THEN 'day'
        ELSE 'exact' END AS clock,
    'comment' AS kind, r.text AS text, answered AS reply_to, video AS conversation,
    CASE WHEN answered <> video THEN {
    removal(
        "answered",
        "'post'",
        "'missing'",
        "'unknown'",
        "'a reply to it is in the export, the comment is not'",
        observed_at="seen",
        certainty="inferred",
    )
} END AS removals,
    seen AS observed_at, r.like_count AS likes
FROM c UNION ALL BY NAME {ASIDE_NOT_JSON}
"""  # every reply names its comment as missing; `_Export` leaves that where it is true
# Words of yt-dlp for what may be watched (its documentation of `availability`); others stop being guessed at.
_AVAILABILITY: Final = {
    "private": "private", "premium_only": "restricted", "subscriber_only": "restricted", "needs_auth": "restricted",
    "unlisted": None, "public": None, None: None,
}  # fmt: skip
# What a playlist calls an entry that is gone (English and the languages of its extractor's tests are not translated).
_TITLES: Final = {"[Private video]": "private", "[Deleted video]": "deleted", "[Unavailable video]": "missing"}


def videos_of(envelope: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # any JSON
    """The objects that are videos or posts, in the order of the document."""
    if isinstance(envelope, list):
        return [v for e in envelope for v in videos_of(e)]
    if not isinstance(envelope, dict):
        return []
    if envelope.get("_type") in _PLAYLIST or "entries" in envelope:
        return videos_of(envelope.get("entries"))
    told = ("webpage_url", "extractor", "url", "ie_key", "comments")
    return [envelope] if "id" in envelope and any(k in envelope for k in told) else []


def commented(envelope: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # any JSON
    """The objects that hold a `comments` array, in the order of the document."""
    if isinstance(envelope, list):
        return [v for e in envelope for v in commented(e)]
    if not isinstance(envelope, dict):
        return []
    inner = [v for e in envelope.values() for v in commented(e)]
    return [envelope, *inner] if isinstance(envelope.get("comments"), list) else inner


def _time(seconds: Any) -> dt.datetime | None:  # noqa: ANN401  # a number or nothing
    return None if seconds is None else dt.datetime.fromtimestamp(float(seconds), dt.UTC).replace(tzinfo=None)


def _when(video: dict[str, Any]) -> tuple[dt.datetime | None, str]:
    for key in ("timestamp", "release_timestamp"):
        if video.get(key) is not None:
            return _time(video[key]), "exact"
    try:
        return dt.datetime.strptime(str(video.get("upload_date")), "%Y%m%d"), "day"  # noqa: DTZ007  # UTC by contract
    except ValueError:
        return None, "day"


def platform_of(video: dict[str, Any]) -> str:
    """The extractor's site, without its mode: youtube:tab -> youtube. X keeps the name it has in every other source."""
    told = video.get("extractor") or video.get("extractor_key") or video.get("ie_key") or "unknown"
    site = str(told).split(":")[0].lower()
    return {"twitter": "x", "youtubetab": "youtube"}.get(site, site)


def _gone(video: dict[str, Any], comments: int | None) -> list[dict[str, Any]]:
    """The evidence that a video, or comments of it, are gone or may not be seen by everyone."""
    told, title = video.get("availability"), _TITLES.get(str(video.get("title")))
    state = _AVAILABILITY.get(told) or title
    item = {"subject": str(video["id"]), "subject_kind": "post", "state": state, "actor": "unknown",
            "basis": f"availability {told}" if _AVAILABILITY.get(told) else f"title {video.get('title')}", "scope": "world",
            "removed_at": None, "observed_at": _time(video.get("epoch")), "certainty": "observed"}  # fmt: skip
    found = [item] if state else []
    many = video.get("comment_count")
    if comments and isinstance(many, int) and many > comments:
        basis = f"{many - comments} of {many} comments are not in the export, which may have been limited"
        found.append(item | {"subject": f"{video['id']}/comments", "subject_kind": "unknown", "state": "missing",
                             "basis": basis, "certainty": "inferred"})  # fmt: skip
    return found


def _video(video: dict[str, Any], comments: int | None) -> dict[str, Any]:
    at, clock = _when(video)
    account = video.get("channel_id") or video.get("uploader_id") or video.get("uploader") or video.get("channel")
    known = video.get("availability") in _AVAILABILITY
    reason = "no_account" if not account else "no_time" if at is None else None if known else "unexpected_value"
    gone = _gone(video, comments)
    entry = "post" if not reason else "removal" if str(video.get("title")) in _TITLES else "aside"
    text = "\n\n".join(t for t in (video.get("title"), video.get("description")) if t) or None
    handle = str(video["uploader_id"]).lstrip("@") if str(video.get("uploader_id", "")).startswith("@") else None
    return {
        "entry": entry, "reason": reason if entry == "aside" else None,
        "detail": None if known else f"availability {video.get('availability')!s:.20}", "platform": platform_of(video),
        "native_id": str(video["id"]), "account": account, "handle": handle, "name": video.get("uploader"),
        "account_kind": "channel" if video.get("channel_id") else "unknown",
        "account_by_handle": account is not None and account == video.get("uploader"),
        "followers": video.get("channel_follower_count"), "posted_at": at, "clock": clock, "kind": "post", "text": text,
        "lang": video.get("language"), "place": video.get("location"), "observed_at": _time(video.get("epoch")),
        "likes": video.get("like_count"), "reposts": video.get("repost_count"), "replies": video.get("comment_count"),
        "views": video.get("view_count"), "removals": gone or None,
    }  # fmt: skip


def video_rows(found: Document) -> pa.Table:
    """Staged rows of the videos; the locator is that of the top-level value a video stands in."""
    counts = {id(v): n for v, n in zip(commented(found.envelope), found.counts, strict=True)}
    rows: list[dict[str, Any]] = []
    for top, (line, start, size) in zip(found.envelope, found.places, strict=True):
        for video in videos_of(top):
            place = {"record_no": len(rows) + 1, "line": line, "byte_start": start, "byte_len": size}
            rows.append(place | _video(video, counts.get(id(video))))
    return pa.Table.from_pylist(rows, STAGED)


def _sniff(head: Head) -> Guess:
    first = head.first
    if (
        (b'"extractor"' in first or b'"webpage_url"' in first)
        and b'"id"' in first
        and first.lstrip()[:1] in (b"{", b"[")
    ):
        return Guess(0.9, "an object with extractor or webpage_url")
    if (
        b'"format_id"' in first
        and (b'"upload_date"' in first or b'"uploader"' in first)
        and first.lstrip()[:1] in (b"{", b"[")
    ):
        return Guess(0.8, "an object with format_id and uploader")
    if head.name.endswith(".info.json"):
        return Guess(0.8, "named .info.json")
    return Guess(0.0, "no extractor")


@dataclass(slots=True)
class _Export:
    """One export being read, and the comments seen so far of the video that goes on in the next window."""

    videos: pa.Table
    stager: Stager
    video: int = -1
    known: list[npt.NDArray[np.uint64]] = field(default_factory=list)

    def stage(self, frame: Frame) -> pa.Table:
        assert frame.array_no is not None  # noqa: S101  # items of arrays have one
        table, mine = frame.table, self.videos.take(pa.array(frame.array_no))
        for name in mine.column_names:
            table = table.append_column(name, mine.column(name))
        staged = self.stager(table)
        if (again := mended(staged, table)) is not None:
            staged = self.stager(again)
        return self._missing(staged, int(frame.array_no[0]), int(frame.array_no[-1]))

    def _missing(self, staged: pa.Table, first: int, last: int) -> pa.Table:
        """Keep the removals of comments that are in the export nowhere before or beside their replies, each once."""
        ids = _hashes(staged.column("native_id"))
        if first != self.video:
            self.known = []
        answered = _hashes(staged.column("reply_to"))
        gone = pc.is_valid(staged.column("removals")).to_numpy() & ~np.isin(answered, ids)
        for known in self.known:
            gone[gone] = ~np.isin(answered[gone], known)
        once = np.zeros(len(gone), np.bool_)
        once[np.flatnonzero(gone)[np.unique(answered[gone], return_index=True)[1]]] = True
        self.known = [*self.known, ids, answered[once]] if first == last else [ids, answered[once]]
        self.video = last
        at = staged.schema.get_field_index("removals")
        kept = pc.if_else(pa.array(once), staged.column("removals"), pa.scalar(None, staged.schema.field(at).type))
        return staged.set_column(at, "removals", kept)


def _hashes(ids: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """64 bits of each id: what was read of a window is not kept in memory by them."""
    found: Any = pl.from_arrow(ids)
    return np.asarray(found.hash(2014).to_numpy(), np.uint64)


def _open(path: Path, _head: Head, _options: Options) -> Opened:
    kind, _ = look(path)

    def batches(cursor: Cursor) -> Iterator[Batch]:
        found = document(lambda: Stream(path, kind), "comments", _DROPPED)
        videos = video_rows(found)
        stream, done = Stream(path, kind), videos.num_rows
        if cursor.record_no < done:
            line, start, size = found.places[-1] if found.places else (0, 0, 1)
            yield Batch(videos, counted(videos), Cursor(done, line, start + size), 0)
        about = [
            {"platform": platform_of(v), "video": str(v.get("id")), "seen": _time(v.get("epoch"))}
            for v in commented(found.envelope)
        ]
        export = _Export(pa.Table.from_pylist(about, _VIDEO), Stager(COMMENT, _COMMENTS, ", ".join(_VIDEO.names) + ","))
        for frame in found.items(stream):
            numbers = pc.add(frame.locators.column("record_no"), videos.num_rows)
            frame.locators = frame.locators.set_column(0, "record_no", numbers)
            staged = export.stage(frame)  # also what was read before: its comments are known then
            if done + len(frame) > cursor.record_no:
                fresh = staged.filter(pc.greater(staged.column("record_no"), cursor.record_no))
                yield batch(fresh, frame, done, stream)
            done += len(frame)

    return Opened("ytdlp", "UTC", False, {}, (), batches)


ytdlp = Source(
    id="ytdlp",
    title="yt-dlp (YouTube, SoundCloud, VK and other sites)",
    reads="`*.info.json` written by yt-dlp, with `--write-comments` or without",
    framing="items",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1),
)
