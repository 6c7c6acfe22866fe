"""File names that name somebody: `somebody.jsonl`, `title [video id].info.json`. The exhibit keeps its bytes, not that name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from blowback.tools.handles import SHORT
from blowback.tools.keyed import Keys

NOTE: Final = "The file's name held a name or id that is under a pseudonym; it is shown with the pseudonym."
PATH_NOTE: Final = (
    "The path of this referenced file holds a name or id that is under a pseudonym; the manifest keeps it."
)
_PIECE: Final = re.compile(r"[^\W_]+")
_COMMON: Final = frozenset(
    {"archive", "bluesky", "channel", "chat", "chats", "comments", "data", "dump", "export", "facebook", "followers"}
    | {
        "info",
        "jetstream",
        "json",
        "jsonl",
        "likes",
        "media",
        "mentions",
        "messages",
        "page",
        "pages",
        "part",
        "parquet",
    }
    | {"post", "posts", "reddit", "replies", "result", "results", "retweets", "sample", "search", "table", "telegram"}
    | {"timeline", "tweet", "tweets", "twitter", "user", "users", "video", "videos", "youtube", "ndjson", "xlsx"}
)


def hidden_name(name: str, keys: Keys, vault: Iterable[Path]) -> str:
    """The name with every handle or id that the exhibit's own vault knows under its pseudonym; case is ignored.

    Args:
        name: file name as given.
        keys: the case's keys.
        vault: the parts of the vault that the exhibit filled.
    """
    spans: dict[str, tuple[int, int]] = {}
    for start, end in _spans(name):
        spans.setdefault(name[start:end].lower(), (start, end))
    known = _known(pa.array(list(spans), pa.string()), vault)
    taken: list[tuple[int, int, str]] = []
    for word in sorted(known, key=len, reverse=True):
        start, end = spans[word]
        if all(end <= s or start >= e for s, e, _ in taken):
            domain, value = known[word]
            taken.append((start, end, keys.token(value, domain)[:SHORT]))
    for start, end, token in sorted(taken, reverse=True):
        name = name[:start] + token + name[end:]
    return name


def _spans(name: str) -> Iterator[tuple[int, int]]:
    """Runs of letters and digits, and runs of those with what stands between them."""
    pieces = [m.span() for m in _PIECE.finditer(name)][:40]
    for i, (start, _) in enumerate(pieces):
        for _, end in pieces[i:]:
            word = name[start:end].lower()
            if len(word) >= (6 if word.isdigit() else 4) and word not in _COMMON:
                yield start, end
                if end < len(name) and name[end] == "_":  # a handle may end with one
                    yield start, end + 1


def _known(words: pa.Array, vault: Iterable[Path]) -> dict[str, tuple[str, str]]:
    """Lower-case word -> (domain, value as it was keyed)."""
    found: dict[str, tuple[str, str]] = {}
    for path in vault:
        for group in pq.ParquetFile(path).iter_batches(1 << 18):
            lower = pc.utf8_lower(group["value"])
            for row in pc.indices_nonzero(pc.is_in(lower, value_set=words)).to_pylist():
                found.setdefault(lower[row].as_py(), (group["domain"][row].as_py(), group["value"][row].as_py()))
    return found
