"""Handles and ids of people in texts and links, replaced by their pseudonyms."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools import handles_kernel as kernel
from blowback.tools.keyed import Keys
from blowback.tools.strings import Strings, buffers, flat, strings

SHORT: Final = 10  # hex digits shown for a handle inside a text
DOTTED: Final = frozenset({"bluesky", "mastodon", "instagram", "tiktok", "youtube", "vk"})
_KNOWN: Final = (
    r"(?i)(?:twitter\.com|\bx\.com|t\.me|telegram\.me|reddit\.com/(?:u|user)|bsky\.app/profile|youtube\.com/(?:@|user|c/|"
    r"channel)|instagram\.com|tiktok\.com/@|facebook\.com|fb\.com|vk\.com|ask\.fm|soundcloud\.com|plus\.google\.com)"
    r"|(?:^|[^\w/.])/?u/[\w-]{3,20}"
)
_ON_REDDIT: Final = re.compile(r"(?<![\w/.])(/?u/)([A-Za-z0-9_-]{3,20})(?![\w-])")  # /u/name, u/name
# host, then the part that names a person or channel, then ids of posts that lead to them
_PERSON: Final = re.compile(
    r"(?i)((?:https?://)?(?:[\w-]+\.)?(?:twitter\.com|x\.com|t\.me(?:/s)?|telegram\.me(?:/s)?|reddit\.com/(?:u|user)|"
    r"bsky\.app/profile|youtube\.com/(?:user|c|channel)|youtube\.com|instagram\.com|tiktok\.com|facebook\.com|fb\.com|"
    r"vk\.com|ask\.fm|soundcloud\.com|plus\.google\.com)/)"
    r"(@?)([^\s/?#\"'<>]+)((?:/[^\s?#\"'<>]*)?)((?:\?[^\s#\"'<>]*)?)"
)
_NOT_PEOPLE: Final = frozenset(
    [
        "i",
        "intent",
        "share",
        "search",
        "hashtag",
        "home",
        "login",
        "watch",
        "results",
        "playlist",
        "embed",
        "explore",
        "p",
        "reel",
        "tv",
        "joinchat",
        "pages",
        "groups",
        "events",
        "sharer.php",
        "sharer",
        "story.php",
        "photo.php",
        "profile.php",
        "permalink.php",
        "about",
        "privacy",
        "tos",
        "r",
        "s",
        "gaming",
        "feed",
        "shorts",
        "live",
        "statuses",
    ]
)
_IDS: Final = re.compile(r"(?<=/)[\w:.=-]*\d[\w:.=-]*|(?<==)[\w:.-]*\d[\w:.-]*")


def find_spans(texts: pa.Array, *, dotted: bool) -> npt.NDArray[np.int64]:
    """(row, start byte, end byte) of every @handle, the sign left out; bytes index into the array's body buffer."""
    offsets, body = buffers(texts)
    count = kernel.spans(offsets, body, dotted, np.empty((0, 3), np.int64))
    out = np.empty((count, 3), np.int64)
    if count:
        kernel.spans(offsets, body, dotted, out)
    return out


def span_values(texts: pa.Array, spans: npt.NDArray[np.int64]) -> pa.Array:
    """The handles at the spans, in lower case."""
    _, body = buffers(texts)
    sizes = spans[:, 2] - spans[:, 1]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    take = np.arange(int(ends[-1])) - np.repeat(ends[:-1], sizes) + np.repeat(spans[:, 1], sizes)
    return pc.ascii_lower(strings(ends, body[take]))


def replace_handles(texts: Strings, keys: Keys, *, dotted: bool = False) -> pa.Array:
    """Texts with every @handle, profile link and post link under pseudonyms. Nulls stay null."""
    array = flat(texts)
    if not len(array):
        return array
    known = pc.fill_null(pc.match_substring_regex(array, _KNOWN), False)
    if pc.any(known).as_py():  # before the handles: @name inside a link is part of the link
        fixed = [replace_in_links(t, keys) for t in pc.filter(array, known).to_pylist()]
        array = pc.replace_with_mask(array, known, pa.array(fixed, array.type))
    spans = find_spans(array, dotted=dotted)
    if not len(spans):
        return array
    offsets, body = buffers(array)
    tokens = keys.unique_tokens(span_values(array, spans), "handle")
    _, coded = buffers(flat(tokens))
    out = np.empty(int(offsets[-1] - offsets[0]) + SHORT * len(spans), np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    n = kernel.splice(offsets, body, spans, coded, 20, SHORT, out, ends)
    return strings(ends, out[:n].copy(), pc.is_null(array))


def replace_in_links(text: str, keys: Keys) -> str:
    """Profile and post links of known platforms with handle and ids under pseudonyms."""

    def one(found: re.Match[str]) -> str:
        head, sign, name, path, query = found.groups()
        if name.lower().rstrip("…") in _NOT_PEOPLE:
            shown = sign + name
        else:
            trail = re.search(r"[.,;:!?)\]}…]*$", name)
            cut = trail.start() if trail and not path and not query else len(name)
            shown = sign + keys.token(name[:cut].lower(), "handle")[:SHORT] + name[cut:]
        return head + shown + _IDS.sub(lambda m: keys.token(m.group(), "post")[:SHORT], path + query)

    named = _PERSON.sub(one, text)
    return _ON_REDDIT.sub(lambda m: m.group(1) + keys.token(m.group(2).lower(), "handle")[:SHORT], named)


def warm() -> None:
    """Compile the kernels."""
    replace_handles(pa.array(["hello @warm"]), Keys(b"warm"))
