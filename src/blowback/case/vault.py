"""The vault: which native ids and handles an exhibit holds, so that the key's holder can look up a pseudonym.

It lies in `keys/`, keeps native values only and no pseudonyms: with the vault alone nothing can be looked up in the
tables, with the key alone nothing either. A look-up keys every value again and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from blowback.case.atomic import make_folder
from blowback.case.manifest import Part
from blowback.case.parts import write_part
from blowback.tools.handles import find_spans, span_values
from blowback.tools.strings import flat

FOLDER: Final = "keys/vault"
DOMAINS: Final = ("account", "handle", "post", "media")
SCHEMA: Final = pa.schema([pa.field("domain", pa.string(), nullable=False), pa.field("value", pa.string())])
_COLUMNS: Final = {
    "account": ("account", "channel", "repost_of_account", "reply_to_account"),
    "handle": ("handle", "channel_name"),
    "post": ("native_id", "repost_of", "quote_of", "reply_to", "conversation"),
}
_LISTS: Final = {"account": "mentions", "handle": "mention_handles"}
# Candidates, cast wider than what is keyed: a value too many in the vault does no harm
_PROFILE: Final = (
    r"(?:twitter\.com|x\.com|t\.me(?:/s)?|telegram\.me(?:/s)?|instagram\.com|tiktok\.com|facebook\.com|fb\.com|vk\.com"
    r"|youtube\.com(?:/c|/channel|/user)?|reddit\.com/(?:u|user)|bsky\.app/profile)/@?([^\s/?#\"'<>]{2,64})"
)
_POST: Final = r"/(?:status|statuses|post|comments|c/\d+|t\.me/\w+)/([\w:.=-]*\d[\w:.=-]*)"


@dataclass(slots=True)
class Gathered:
    """Native values between two checkpoints, without repeats."""

    held: dict[str, list[pa.Array]] = field(default_factory=dict)

    def add(self, staged: pa.Table) -> None:
        """Gather what a staged batch holds (schema `model.staged.STAGED`)."""
        for domain, names in _COLUMNS.items():
            for name in names:
                self._put(domain, staged[name])
        for domain, name in _LISTS.items():
            self._put(domain, pc.list_flatten(staged[name]))
        self._put("handle", staged["account"].filter(pc.fill_null(staged["account_by_handle"], False)))
        media, removals = pc.list_flatten(staged["media"]), pc.list_flatten(staged["removals"])
        self._put("media", pc.struct_field(media, "native_id"))
        kinds, subjects = pc.struct_field(removals, "subject_kind"), pc.struct_field(removals, "subject")
        for domain in ("post", "account"):
            self._put(domain, subjects.filter(pc.equal(kinds, domain)))
        self._read_text(staged["text"])
        self._read_text(pc.list_flatten(staged["urls"]))

    def write(self, case: Path, short: str, number: int) -> list[Part]:
        """Write what was gathered as one part of the vault and start afresh.

        Raises:
            NoSpace: the disk is full.
        """
        columns: dict[str, pa.Array] = {}
        for domain, arrays in sorted(self.held.items()):
            columns[domain] = pc.unique(pa.chunked_array(arrays, pa.string()))
        self.held.clear()
        rows = sum(len(v) for v in columns.values())
        if not rows:
            return []
        domains = pa.chunked_array([pa.repeat(d, len(v)) for d, v in columns.items()], pa.string())
        table = pa.table([domains, pa.chunked_array(list(columns.values()), pa.string())], schema=SCHEMA)
        make_folder(case / FOLDER, mode=0o700)
        part = write_part(case / FOLDER, f"{short}-{number}.parquet", table, table="vault")
        return [Part("vault", f"{FOLDER}/{part.path}", part.rows, part.bytes, part.sha256)]

    def _put(self, domain: str, values: pa.Array | pa.ChunkedArray) -> None:
        if values.null_count == len(values):
            return
        unique = pc.unique(values).drop_null()
        if domain == "handle":
            unique = pc.unique(pc.utf8_lower(unique))
        self.held.setdefault(domain, []).append(unique)

    def _read_text(self, texts: pa.ChunkedArray) -> None:
        plain = flat(texts)
        handles = pc.unique(span_values(plain, find_spans(plain, dotted=True)))
        self._put("handle", handles)
        self._put("handle", pc.replace_substring_regex(handles, r"^(\w*).*", r"\1"))  # where dots end a handle
        whole = pl.Series(plain)
        linked = whole.filter(whole.str.contains("://", literal=True))
        for domain, pattern in (("handle", _PROFILE), ("post", _POST)):
            found = linked.str.extract_all(pattern).explode(empty_as_null=True).drop_nulls().unique()
            names = found.str.extract(pattern, 1)
            values = pl.concat([names, names.str.strip_chars_end(".,;:!?)]}…")]).drop_nulls().unique()
            self._put(domain, values.to_arrow().cast(pa.string()))
