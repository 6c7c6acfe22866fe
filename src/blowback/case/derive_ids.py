"""Ids of posts and accounts as the case shows them: platform, and the native id or its pseudonym."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.handles import DOTTED, replace_handles, replace_in_links
from blowback.tools.keyed import Keys, fingerprint
from blowback.tools.strings import flat


class Names:
    """Turns native ids, handles and texts of one platform column into what the tables may hold."""

    def __init__(self, platform: pa.Array, keys: Keys | None) -> None:
        self.platform = flat(platform)
        self.keys = keys
        first = self.platform[0].as_py() if len(self.platform) else ""
        self.dotted = first in DOTTED

    def ids(self, values: pa.Array, domain: str, *, distinct: bool = False) -> pa.Array:
        """platform:token (or platform:native id); null stays null. `distinct` says that values hardly repeat."""
        values = flat(values)
        if self.keys is not None:
            values = self.keys.tokens(values, domain) if distinct else self.keys.unique_tokens(values, domain)
        return pc.binary_join_element_wise(self.platform, values, ":")

    def at(self, rows: pa.Array) -> Names:
        """The same for other rows."""
        return Names(self.platform.take(rows), self.keys)

    def handles(self, values: pa.Array) -> pa.Array:
        """Handle tokens (or handles), in lower case."""
        lower = pc.utf8_lower(flat(values))
        return lower if self.keys is None else self.keys.unique_tokens(lower, "handle")

    def text(self, texts: pa.Array) -> pa.Array:
        """Texts with handles and profile links under pseudonyms."""
        return texts if self.keys is None else replace_handles(texts, self.keys, dotted=self.dotted)

    def links(self, urls: pa.Array) -> pa.Array:
        """Links with the handles and ids of known platforms under pseudonyms; each distinct link once."""
        if self.keys is None or not len(urls):
            return urls
        coded = flat(urls).dictionary_encode()
        known = pa.array([replace_in_links(u, self.keys) for u in coded.dictionary.to_pylist()], pa.string())
        return known.take(coded.indices)


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
