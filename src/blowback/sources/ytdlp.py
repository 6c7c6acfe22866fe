"""yt-dlp's `info.json`: a video, audio or post with its comments, or a playlist of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.staged import STAGED
from blowback.sources.source import Expect, Guess, Head, Opened, Options, Source
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, Stager, from_document
from blowback.tools.frames import Document

COMMENT: Final[dict[str, Any]] = {
    "id": "VARCHAR", "parent": "VARCHAR", "text": "VARCHAR", "author": "VARCHAR", "author_id": "VARCHAR",
    "like_count": "BIGINT", "timestamp": "VARCHAR", "_time_text": "VARCHAR",
}  # fmt: skip
_COMMENTS: Final = f"""
SELECT {LOCATOR}, CASE WHEN r.author_id IS NULL AND r.author IS NULL OR epoch(r.timestamp) IS NULL THEN 'aside' ELSE 'post' END AS entry,
    CASE WHEN r.author_id IS NULL AND r.author IS NULL THEN 'no_account' WHEN epoch(r.timestamp) IS NULL THEN 'no_time' END AS reason,
    $platform AS platform, r.id AS native_id, coalesce(r.author_id, r.author) AS account, r.author_id IS NULL AS account_by_handle,
    ltrim(r.author, '@') AS handle, 'unknown' AS account_kind, epoch(r.timestamp) AS posted_at,
    CASE WHEN r._time_text IS NOT NULL THEN 'day' ELSE 'exact' END AS clock, 'comment' AS kind, r.text AS text,
    CASE WHEN r.parent IS NULL OR r.parent = 'root' THEN $video ELSE r.parent END AS reply_to, $video AS conversation,
    CAST($seen AS TIMESTAMP) AS observed_at, r.like_count AS likes
FROM parsed WHERE r IS NOT NULL UNION ALL BY NAME {ASIDE_NOT_JSON}
"""
# Words of yt-dlp for what may be watched (its documentation of `availability`); others stop being guessed at.
_AVAILABILITY: Final = {
    "private": "private", "premium_only": "restricted", "subscriber_only": "restricted", "needs_auth": "restricted",
    "unlisted": None, "public": None, None: None,
}  # fmt: skip


def videos_of(envelope: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # any JSON
    """The objects that are videos or posts, in the order of the document."""
    if isinstance(envelope, list):
        return [v for e in envelope for v in videos_of(e)]
    if not isinstance(envelope, dict):
        return []
    if envelope.get("_type") in ("playlist", "multi_video") or "entries" in envelope:
        return videos_of(envelope.get("entries"))
    return [envelope] if "id" in envelope and ("webpage_url" in envelope or "extractor" in envelope) else []


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
    """The extractor's site, without its mode: youtube:tab -> youtube."""
    return str(video.get("extractor") or video.get("extractor_key") or "unknown").split(":")[0].lower()


def _video(video: dict[str, Any], number: int, size: int) -> dict[str, Any]:
    at, clock = _when(video)
    account = video.get("channel_id") or video.get("uploader_id") or video.get("uploader")
    known = video.get("availability") in _AVAILABILITY
    reason = "no_account" if not account else "no_time" if at is None else None if known else "unexpected_value"
    seen, state = _time(video.get("epoch")), _AVAILABILITY.get(video.get("availability"))
    removal = {
        "subject": str(video["id"]), "subject_kind": "post", "state": state, "actor": "unknown",
        "basis": f"availability {video.get('availability')}", "scope": "world", "removed_at": None,
        "observed_at": seen, "certainty": "observed",
    }  # fmt: skip
    text = "\n\n".join(t for t in (video.get("title"), video.get("description")) if t) or None
    handle = str(video["uploader_id"]).lstrip("@") if str(video.get("uploader_id", "")).startswith("@") else None
    return {
        "record_no": number, "byte_start": 0, "byte_len": size, "entry": "aside" if reason else "post", "reason": reason,
        "detail": None if known else f"availability {video.get('availability')!s:.20}", "platform": platform_of(video),
        "native_id": str(video["id"]), "account": account, "handle": handle, "name": video.get("uploader"),
        "account_kind": "channel" if video.get("channel_id") else "unknown",
        "followers": video.get("channel_follower_count"), "posted_at": at, "clock": clock, "kind": "post", "text": text,
        "lang": video.get("language"), "place": video.get("location"), "observed_at": seen,
        "likes": video.get("like_count"), "reposts": video.get("repost_count"), "replies": video.get("comment_count"),
        "views": video.get("view_count"), "removals": [removal] if state else None,
    }  # fmt: skip


def _sniff(head: Head) -> Guess:
    first = head.first
    if (b'"extractor"' in first or b'"webpage_url"' in first) and b'"id"' in first and first.lstrip().startswith(b"{"):
        return Guess(0.9, "an object with extractor or webpage_url")
    if head.name.endswith(".info.json"):
        return Guess(0.8, "named .info.json")
    return Guess(0.0, "no extractor")


def _open(path: Path, _head: Head, _options: Options) -> Opened:
    def stage(found: Document) -> Iterator[pa.Table]:
        videos = videos_of(found.envelope)
        rows = [_video(v, n + 1, found.frame.end_byte) for n, v in enumerate(videos)]
        yield pa.Table.from_pylist(rows, STAGED)
        stager = Stager(COMMENT, _COMMENTS)
        shifted = pc.add(found.frame.table.column("record_no"), len(videos))
        table = found.frame.table.set_column(1, "record_no", shifted)
        for number, video in enumerate(v for v in videos if "comments" in v):
            mine = table.filter(pc.equal(pa.array(found.frame.array_no), number))
            if mine.num_rows:
                seen = _time(video.get("epoch"))
                yield stager(mine, platform=platform_of(video), video=str(video["id"]), seen=seen)

    return Opened("ytdlp", "UTC", False, {}, (), from_document(path, "comments", stage))


ytdlp = Source(
    id="ytdlp",
    title="yt-dlp (YouTube, SoundCloud, VK and other sites)",
    reads="`*.info.json` written by yt-dlp, with `--write-comments` or without",
    framing="items",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1),
)
