"""Ids of posts and accounts as the case shows them: platform, and the native id or its pseudonym."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.bare import Known
from blowback.tools.handles import hide_handles, hide_links
from blowback.tools.keyed import Keys, fingerprint
from blowback.tools.strings import flat


class Names:
    """Turns native ids, handles and texts of one platform column into what the tables may hold."""

    def __init__(self, platform: pa.Array, keys: Keys | None, known: Known | None = None) -> None:
        self.platform = flat(platform)
        self.keys = keys
        self.known = known or Known()

    def ids(self, values: pa.Array, domain: str, *, distinct: bool = False) -> pa.Array:
        """platform:token (or platform:native id); null stays null. `distinct` says that values hardly repeat."""
        values = flat(values)
        if self.keys is not None:
            values = self.keys.tokens(values, domain) if distinct else self.keys.unique_tokens(values, domain)
        return pc.binary_join_element_wise(self.platform, values, ":")

    def at(self, rows: pa.Array) -> Names:
        """The same for other rows."""
        return Names(self.platform.take(rows), self.keys, self.known)

    def handles(self, values: pa.Array) -> pa.Array:
        """Handle tokens (or handles), in lower case."""
        lower = pc.utf8_lower(flat(values))
        return lower if self.keys is None else self.keys.unique_tokens(lower, "handle")

    def text(self, texts: pa.Array, mentioned: pa.Array) -> pa.Array:
        """Texts with handles and profile links under pseudonyms.

        Args:
            texts: one text a row.
            mentioned: lists of the names that the export says a text mentions.
        """
        if self.keys is None or not len(texts):
            return texts
        whole, said = flat(texts), _lists(mentioned)
        for platform in pc.unique(self.platform).to_pylist():
            mine = pc.equal(self.platform, platform)
            every = pc.all(mine).as_py()
            given = whole if every else whole.filter(mine)
            lists = said if every or said is None else [s for s, m in zip(said, mine.to_pylist(), strict=True) if m]
            hidden = hide_handles(given, self.keys, platform=platform or "", names=self.known.after_at, mentioned=lists)
            whole = hidden if every else pc.replace_with_mask(whole, mine, hidden.cast(whole.type))
        return whole

    def links(self, urls: pa.Array) -> pa.Array:
        """Links with the handles and ids of known platforms under pseudonyms; each distinct link once."""
        return urls if self.keys is None or not len(urls) else hide_links(urls, self.keys)

    def alone(self, texts: pa.Array) -> tuple[pa.Array, pa.Array | None]:
        """Texts with names that stand alone under pseudonyms, and which rows changed (None: none)."""
        return (texts, None) if self.keys is None else self.known.hide(flat(texts), self.keys)

    def print_of(self, texts: pa.Array) -> pa.Array:
        """A fingerprint of each text; keyed, or a text that is all but a name could be found out by trying names."""
        return fingerprint(texts) if self.keys is None else self.keys.tokens(texts, "text")


def _lists(mentioned: pa.Array) -> list[list[str] | None] | None:
    """The lists of names that hold one the pattern of a handle would not take whole; None where no list does."""
    values = pc.list_flatten(mentioned)
    odd = pc.invert(pc.match_substring_regex(values, r"^[A-Za-z0-9_]+([.-][A-Za-z0-9_]+)*$"))
    return mentioned.to_pylist() if pc.any(odd).as_py() else None


def filled_native_ids(posts: pa.Table) -> pa.Array:
    """Native ids; where the export has none, 'h' and a fingerprint of platform, account, time and text."""
    native = flat(posts.column("native_id"))
    if native.null_count == 0:
        return native
    text = pc.fill_null(flat(posts.column("text")), "")
    at = pc.cast(pc.cast(posts.column("posted_at").combine_chunks(), pa.int64()), pa.string())
    body = pc.binary_join_element_wise(
        flat(posts.column("platform")), flat(posts.column("account")), at, text, "\x1f", null_handling="replace"
    )
    return pc.if_else(pc.is_null(native), pc.binary_join_element_wise("h", fingerprint(body), ""), native)
