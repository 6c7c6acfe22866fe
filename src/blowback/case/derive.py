"""From staged rows to the canonical tables: pseudonyms, folded text, marks, duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.case.derive_ids import Names, filled_native_ids
from blowback.case.derive_marks import Said, marks_of, unrolled
from blowback.case.seen import SeenPosts
from blowback.model.tables import ACCOUNTS, MEDIA, OBSERVATIONS, POSTS, REMOVALS, SET_ASIDE, TABLES
from blowback.tools import fold
from blowback.tools.bare import Known
from blowback.tools.keyed import Keys
from blowback.tools.strings import flat

_LOCATOR: Final = ("record_no", "line", "byte_start", "byte_len", "record_hash")
_AS_IS: Final = (
    "platform",
    "posted_at",
    "clock",
    "id_time",
    "kind",
    "lang",
    "client",
    "repost_of_at",
    "lat",
    "lon",
    "place",
)


@dataclass(frozen=True, slots=True)
class Derived:
    """Canonical rows of one batch; kept + duplicate + set_aside = its post, removal and aside entries."""

    tables: dict[str, pa.Table]
    kept: int
    duplicate: int
    set_aside: int


class Deriver:
    """Derives the canonical tables of one exhibit, batch by batch.

    Args:
        exhibit: SHA-256 of the file.
        keys: the case's keys; None where its pseudonyms are off.
    """

    def __init__(self, exhibit: str, keys: Keys | None) -> None:
        self.exhibit = exhibit
        self.keys = keys
        self._accounts = SeenPosts()

    def remember(self, account_parts: Iterable[Path]) -> None:
        """After a resume: the accounts that earlier parts of this exhibit already hold."""
        self._accounts = SeenPosts.load(account_parts, "account_id")

    def derive(self, staged: pa.Table, seen: SeenPosts) -> Derived:
        """Canonical rows of a staged batch; `seen` learns the new posts."""
        staged = _judged(staged)
        entry = staged.column("entry")
        posts = staged.filter(pc.equal(entry, "post"))
        gone = staged.filter(pc.equal(entry, "removal"))
        aside = staged.filter(pc.equal(entry, "aside"))
        names = Names(posts.column("platform"), self.keys)
        post_ids = names.ids(filled_native_ids(posts), "post", distinct=True)
        account_ids = names.ids(posts.column("account"), "account")
        fresh = pa.array(seen.add(post_ids))
        new = posts.filter(fresh)
        known = Known.of(posts.column("handle"), posts.column("account")) if self.keys is not None else None
        new_names = Names(new.column("platform"), self.keys, known)
        rows, said = self._posts(new, new_names, post_ids.filter(fresh))
        tables = {
            "posts": rows,
            "accounts": self._account_rows(staged, posts, account_ids, names),
            "marks": marks_of(rows, new, new_names, said),
            "media": self._media(new, rows.column("post_id"), new_names),
            "observations": self._observations(posts, post_ids, names),
            "removals": pa.concat_tables([self._removals(posts), self._removals(gone)]),
            "set_aside": self._aside(aside),
        }
        return Derived(tables, new.num_rows + gone.num_rows, posts.num_rows - new.num_rows, aside.num_rows)

    def _located(self, staged: pa.Table) -> dict[str, Any]:
        return {"exhibit": pa.repeat(self.exhibit, staged.num_rows), **{n: staged.column(n) for n in _LOCATOR}}

    def _posts(self, new: pa.Table, names: Names, post_ids: pa.Array) -> tuple[pa.Table, Said]:
        """Canonical rows, and what was said before names that stand alone were hidden (not every batch knows them all)."""
        plain = names.text(fold.nfc(new.column("text")), new.column("mention_handles"))
        said = Said(plain, fold.fold(plain))
        text, changed = names.alone(plain)
        folded = said.folded
        if changed is not None:
            again = fold.fold(text.filter(changed))
            folded = pc.replace_with_mask(flat(folded), changed, again.cast(flat(folded).type))
        columns = {
            "post_id": post_ids,
            "account_id": names.ids(new.column("account"), "account"),
            "channel_id": names.ids(new.column("channel"), "account"),
            "text": text,
            "text_folded": folded,
            "repost_of": _repost_targets(new, names, said.plain),
            "repost_of_account": names.ids(new.column("repost_of_account"), "account"),
            "quote_of": names.ids(new.column("quote_of"), "post"),
            "reply_to": names.ids(new.column("reply_to"), "post"),
            "reply_to_account": names.ids(new.column("reply_to_account"), "account"),
            "conversation_id": names.ids(new.column("conversation"), "post"),
            **{n: new.column(n) for n in _AS_IS},
            **self._located(new),
        }
        return pa.table([columns[n] for n in POSTS.names], schema=POSTS.arrow), said

    def _account_rows(self, staged: pa.Table, posts: pa.Table, ids: pa.Array, names: Names) -> pa.Table:
        rows = [self._authors(posts, ids, names), self._channels(posts, names)]
        others = staged.filter(
            pc.and_(pc.equal(staged.column("entry"), "account"), pc.is_valid(staged.column("account")))
        )
        if others.num_rows:
            local = Names(others.column("platform"), self.keys)
            rows.append(self._authors(others, local.ids(others.column("account"), "account"), local))
        found = pa.concat_tables(rows)
        return found.filter(pa.array(self._accounts.add(found.column("account_id"))))

    def _authors(self, rows: pa.Table, ids: pa.Array, names: Names) -> pa.Table:
        columns = {
            "account_id": ids,
            "platform": rows.column("platform"),
            "kind": pc.fill_null(rows.column("account_kind"), "unknown"),
            "handle": names.handles(rows.column("handle")),
            "name": rows.column("name") if self.keys is None else pa.nulls(rows.num_rows, pa.string()),
            "label": rows.column("account_label"),
            "created_at": rows.column("account_created_at"),
            **{n: rows.column(n) for n in ("followers", "following", "statuses")},
            "exhibit": pa.repeat(self.exhibit, rows.num_rows),
        }
        return pa.table(columns, schema=ACCOUNTS.arrow)

    def _channels(self, posts: pa.Table, names: Names) -> pa.Table:
        has = pc.is_valid(posts.column("channel"))
        rows = posts.filter(has)
        ids = names.ids(posts.column("channel"), "account").filter(has)
        name = rows.column("channel_name") if self.keys is None else pa.nulls(rows.num_rows, pa.string())
        filled = {
            "account_id": ids,
            "platform": rows.column("platform"),
            "kind": pc.fill_null(rows.column("channel_kind"), "unknown"),
            "name": name,
            "exhibit": pa.repeat(self.exhibit, rows.num_rows),
        }
        columns = [filled.get(f.name, pa.nulls(rows.num_rows, f.type)) for f in ACCOUNTS.arrow]
        return pa.table(columns, schema=ACCOUNTS.arrow)

    def _media(self, new: pa.Table, post_ids: pa.ChunkedArray, names: Names) -> pa.Table:
        rows, places, items = unrolled(new.column("media"))
        if not len(rows):
            return MEDIA.arrow.empty_table()
        columns = {
            "post_id": post_ids.take(rows),
            "position": pc.cast(places, pa.int64()),
            "kind": pc.fill_null(pc.struct_field(items, "kind"), "unknown"),
            "native_id": names.at(rows).ids(pc.struct_field(items, "native_id"), "media"),
            "hash": pc.struct_field(items, "hash"),
            "mime": pc.struct_field(items, "mime"),
            "bytes": pc.struct_field(items, "bytes"),
            "exhibit": pa.repeat(self.exhibit, len(rows)),
        }
        return pa.table(columns, schema=MEDIA.arrow)

    def _observations(self, posts: pa.Table, post_ids: pa.Array, names: Names) -> pa.Table:
        columns = {
            "post_id": post_ids,
            **{
                n: posts.column(n)
                for n in ("observed_at", "likes", "reposts", "replies", "quotes", "views", "edited_at")
            },
            "text_hash": names.print_of(posts.column("text")),
            **self._located(posts),
        }
        return pa.table(columns, schema=OBSERVATIONS.arrow)

    def _removals(self, staged: pa.Table) -> pa.Table:
        rows, _, items = unrolled(staged.column("removals"))
        if not len(rows):
            return REMOVALS.arrow.empty_table()
        names = Names(flat(staged.column("platform")).take(rows), self.keys)
        kind, subject = pc.struct_field(items, "subject_kind"), pc.struct_field(items, "subject")
        account = pc.equal(kind, "account")
        as_account, as_post = names.ids(subject, "account"), names.ids(subject, "post")
        at = staged.take(rows)
        columns = {
            "subject": pc.if_else(account, as_account, as_post),
            "subject_kind": kind,
            "platform": names.platform,
            **{n: pc.struct_field(items, n) for n in ("state", "actor", "basis", "scope", "removed_at", "observed_at")},
            "certainty": pc.struct_field(items, "certainty"),
            **self._located(at),
        }
        return pa.table(columns, schema=REMOVALS.arrow)

    def _aside(self, aside: pa.Table) -> pa.Table:
        columns = {
            "reason": pc.fill_null(aside.column("reason"), "unexpected_value"),
            "detail": aside.column("detail"),
            **self._located(aside),
        }
        return pa.table(columns, schema=SET_ASIDE.arrow)


def _judged(staged: pa.Table) -> pa.Table:
    """Posts that lack an author or a time become set-aside rows: a source may have let one through."""
    entry, reason = staged.column("entry"), staged.column("reason")
    post = pc.equal(entry, "post")
    no_account = pc.and_(post, pc.is_null(staged.column("account")))
    no_time = pc.and_(post, pc.is_null(staged.column("posted_at")))
    wrong = pc.or_(no_account, no_time)
    if not pc.any(wrong).as_py():
        return staged
    why = pc.if_else(no_account, "no_account", "no_time")
    names = staged.schema.names
    staged = staged.set_column(names.index("reason"), "reason", pc.if_else(wrong, why, reason))
    return staged.set_column(names.index("entry"), "entry", pc.if_else(wrong, "aside", entry))


def _repost_targets(new: pa.Table, names: Names, text: pa.Array) -> pa.Array:
    """The post that is passed on; where an export marks a repost without saying of what, a fingerprint of its text.

    'RT @name: words' cut by different clients gives different fingerprints: such a target is a lower bound.
    """
    ids = names.ids(new.column("repost_of"), "post")
    unsaid = pc.and_(pc.equal(new.column("kind"), "repost"), pc.is_null(ids)).combine_chunks()
    if not pc.any(unsaid).as_py():
        return ids
    of_text = names.print_of(fold.empty_to_null(fold.plain(text)))
    return pc.if_else(unsaid, pc.binary_join_element_wise(names.platform, of_text, ":rt-"), ids)


assert set(TABLES) >= {"posts", "accounts", "marks"}  # noqa: S101  # the names above are the model's
