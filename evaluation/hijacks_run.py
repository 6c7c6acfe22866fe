"""From posts to canonical tables to the analysis, without a case; and the two baselines."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from blowback.analyses.machinery.hijacks import hijacks
from blowback.model.tables import TABLES
from blowback.testing import played
from blowback.tools.fold import fold, hashtag_form
from blowback.tools.links import canonical_url, domains, links_in, tags_in
from blowback.tools.neardup_words import word_sets
from hijacks_made import Post

_ABOVE = (
    Path(__file__).resolve().parents[1:]
)  # the data lies beside the checkout, or beside the folder of all checkouts
SHARED = next((d for p in _ABOVE if (d := p / "shared" / "data").is_dir()), _ABOVE[1] / "shared" / "data")
_START = dt.datetime(1970, 1, 1)  # noqa: DTZ001  # zone-less UTC is the house form


def world_cup() -> list[Post]:
    """The real crowd; a second post with the same id (a spreadsheet's rounding) gets a number."""
    path = SHARED / "background/worldcup_2014_07.parquet"
    found = duckdb.sql(f"""select tweet_id, account, epoch_us(created_at), text from '{path}'
                           where account is not null and text is not null order by created_at, tweet_id, text""").fetchall()
    seen: dict[str, int] = {}
    out = []
    for ident, account, at, text in found:
        seen[ident] = seen.get(ident, 0) + 1
        out.append(Post(ident if seen[ident] == 1 else f"{ident}+{seen[ident]}", account, at, text))
    return out


def joined(first: dict[str, pa.Table], posts: list[Post]) -> dict[str, pa.Table]:
    """Canonical tables with some more posts in them."""
    more = canonical(posts)
    return {n: pa.concat_tables([t, more[n]]) for n, t in first.items()}


def canonical(posts: list[Post]) -> dict[str, pa.Table]:
    """Posts, marks, accounts and observations, as intake derives them where an export has texts alone."""
    folded = fold(pa.array([p.text for p in posts])).to_pylist()
    rows, marks = [], []
    for n, (p, form) in enumerate(zip(posts, folded, strict=True)):
        at = _START + dt.timedelta(microseconds=p.at)
        ids = {"post_id": f"x:{p.post_id}", "account_id": f"x:{p.account}"}
        rows.append(
            {
                **ids,
                "platform": "x",
                "posted_at": at,
                "clock": "exact",
                "kind": p.kind,
                "text": p.text,
                "text_folded": form,
                "reply_to": p.reply_to and f"x:{p.reply_to}",
                "repost_of": p.repost_of and f"x:{p.repost_of}",
                "exhibit": "0" * 64,
                "record_no": n + 1,
            }
        )
        links = [canonical_url(u) for u in links_in(p.text)]
        tags = [t for t in hashtag_form(pa.array(tags_in(p.text), pa.string())).to_pylist() if t]
        mentions = [w[1:].rstrip(':,.!?"”') for w in p.text.split() if w.startswith("@") and len(w) > 1]
        for kind, values in (("hashtag", tags), ("url", links), ("mention", [f"x:@{m}" for m in mentions])):
            marks += [
                {**ids, "posted_at": at, "kind": kind, "value": v, "position": k, "carried": False}
                for k, v in enumerate(values)
            ]
        for k, v in enumerate(domains(pa.array(links, pa.string())).to_pylist() if links else ()):
            if v:
                marks.append({**ids, "posted_at": at, "kind": "domain", "value": v, "position": k, "carried": False})
    return {
        "posts": pa.Table.from_pylist(rows, TABLES["posts"].arrow),
        "marks": pa.Table.from_pylist(marks, TABLES["marks"].arrow),
    }


def run(tables: dict[str, pa.Table], **given):
    """(outputs, findings) of the analysis on canonical tables."""
    return played(hijacks, tables, **given)


def under(tables: dict[str, pa.Table], tag: str) -> pa.Table:
    marks = tables["marks"]
    ids = marks.filter(pc.and_(pc.equal(marks.column("kind"), "hashtag"), pc.equal(marks.column("value"), tag))).column(
        "post_id"
    )
    return tables["posts"].filter(pc.is_in(tables["posts"].column("post_id"), ids.unique()))


def by_cosine(tables: dict[str, pa.Table], tag: str) -> list[str]:
    """Posts of the tag, the least like its middle first: TF-IDF cosine as in HashJacker (Jain et al. 2015)."""
    posts = under(tables, tag)
    sets = word_sets(posts.column("text_folded"))
    row = sets.of_row
    bounds = np.diff(sets.bounds)
    matrix = sparse.csr_array(
        (np.ones(len(sets.tokens)), sets.tokens, sets.bounds), shape=(len(bounds), int(sets.tokens.max()) + 1)
    )[row]
    idf = np.log(matrix.shape[0] / np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1))
    weighted = matrix.multiply(idf).tocsr()
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    middle = np.asarray(weighted.mean(axis=0)).ravel()
    like = weighted @ middle / np.maximum(norm, 1e-12)
    ids = posts.column("post_id").to_pylist()
    return [ids[i] for i in sorted(range(len(ids)), key=lambda i: (like[i], ids[i]))]


def by_newcomers(tables: dict[str, pa.Table], tag: str) -> list[str]:
    """Posts of the tag by accounts without an earlier post in the case, the latest arrivals' first."""
    posts = tables["posts"]
    first = posts.group_by("account_id").aggregate([("posted_at", "min")])
    born = dict(zip(first.column("account_id").to_pylist(), first.column("posted_at_min").to_pylist(), strict=True))
    rows = under(tables, tag).select(["post_id", "account_id", "posted_at"]).to_pylist()
    rows.sort(key=lambda r: (r["posted_at"] - born[r["account_id"]], -born[r["account_id"]].timestamp(), r["post_id"]))
    return [r["post_id"] for r in rows]
