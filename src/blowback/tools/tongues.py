"""The language of a post as a label: what the export states, else the script it is written in. Nothing is guessed."""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.strings import Strings, flat

_UNSTATED: Final = frozenset(
    {"", "und", "qme", "qst", "qht", "qam", "qct", "zxx", "art", "undefined", "unknown", "mul"}
)
_SCRIPTS: Final = (
    ("Arabic script", r"[\x{0620}-\x{064A}\x{0671}-\x{06D3}\x{0750}-\x{077F}]"),
    ("Cyrillic script", r"[\x{0400}-\x{052F}]"),
    ("Latin script", r"[A-Za-z\x{00C0}-\x{024F}]"),
    ("Hebrew script", r"[\x{05D0}-\x{05EA}]"),
    ("Devanagari script", r"[\x{0900}-\x{097F}]"),
    ("Chinese or Japanese script", r"[\x{3040}-\x{30FF}\x{3400}-\x{9FFF}]"),
    ("Korean script", r"[\x{AC00}-\x{D7AF}]"),
)
_LEAST: Final = 4  # letters of the script


def tongues(stated: Strings, texts: Strings) -> pa.Array:
    """A label for each post: the stated language without its region, in lower case; else its script; else null.

    The script is the one with most letters (four at least) after links and @names are cut; a tie goes to the first of
    the list above. Latin script is not English: it is a label of its own.
    """
    coded = flat(stated).dictionary_encode()
    short = pa.array([_short(x) for x in coded.dictionary.to_pylist()], pa.string())
    said = short.take(coded.indices)
    if not said.null_count:
        return said
    bare = pc.replace_substring_regex(flat(texts), r"(?:https?://|@)\S+", " ")
    best = pa.nulls(len(bare), pa.string())
    most = pa.array([_LEAST - 1] * len(bare), pa.int32())
    for name, letters in _SCRIPTS:
        many = pc.fill_null(pc.count_substring_regex(bare, letters), 0).cast(pa.int32())
        more = pc.greater(many, most)
        best = pc.if_else(more, pa.scalar(name), best)
        most = pc.if_else(more, many, most)
    return pc.coalesce(said, best)


def _short(name: str | None) -> str | None:
    low = (name or "").strip().lower()
    if low in _UNSTATED:
        return None
    return re.split(r"[-_]", low)[0] if re.fullmatch(r"[a-z]{2,3}[-_]\w+", low) else low
