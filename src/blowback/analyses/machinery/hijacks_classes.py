"""What a strand's posts are: the re-purposing itself, an answer to it, or a report on it. Structure first, cues second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.hijacks_cues import press_host, reports, speaks_against
from blowback.analyses.machinery.hijacks_grow import alone
from blowback.analyses.machinery.hijacks_strands import Strand
from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag
from blowback.model.analysis import Frames
from blowback.tools.strings import flat
from blowback.tools.wordmodel import Bools

HIJACK, COUNTER, NEWS = "hijack", "counter", "news"
_HOST: Final = 0.15  # share of the strand's units that a host needs to be the strand's own, not a report's
_ENOUGH: Final = 2  # further units of the strand that make an author part of it whatever one post says


@dataclass(frozen=True, slots=True)
class Cues:
    """Per unit of a tag: what its text and links say, and whom it answers."""

    against: Bools
    reports: Bools
    press: Bools  # links to a host named like a newsroom's that is not the strand's own
    theirs: Bools  # carries a link of the strand
    answers: Bools  # answers, quotes or names an author of the strand, from outside
    tied: Bools  # its author has words of their own under the tag, outside the strand, or is answered there by others


@dataclass(frozen=True, slots=True)
class Graph:
    """Who reacts to whom among the posts that are looked at: (account that acts, account or post row acted on)."""

    actor: Ints
    row: Ints  # of the post acted on


def graph_of(posts: Posts, frames: Frames) -> Graph:
    """Reposts, answers and quotes of posts under the tags; actors who are under no tag have codes beyond the others'."""
    moves = frames["answers"]
    accounts = accounts_of(posts)
    row = pc.index_in(flat(moves.column("target_id")), flat(posts.table.column("post_id")))
    keep = pc.is_valid(row)
    who = flat(moves.column("account_id")).filter(keep)
    known = pc.index_in(who, accounts)
    strangers = who.dictionary_encode().indices.to_numpy().astype(np.int64) + len(accounts)
    actor = np.where(pc.is_valid(known), pc.fill_null(known, 0).to_numpy(), strangers)
    return Graph(actor.astype(np.int64), row.filter(keep).to_numpy().astype(np.int64))


def accounts_of(posts: Posts) -> pa.Array:
    """Account ids by their code."""
    size = int(posts.account.max(initial=-1)) + 1
    at = np.zeros(size, np.int64)
    at[posts.account] = np.arange(len(posts))
    return flat(posts.table.column("account_id")).take(pa.array(at))


def cues_of(posts: Posts, tag: Tag, strand: Strand, graph: Graph, named: Ints) -> Cues:
    """The cues of every unit. `named`: per marker, the account code that a mention names, or -1."""
    texts = flat(posts.table.column("text_folded")).take(pa.array(tag.first))
    row = np.repeat(np.arange(len(tag.first)), posts.mark_at[tag.first + 1] - posts.mark_at[tag.first])
    marks = np.concatenate(
        [posts.marks[posts.mark_at[r] : posts.mark_at[r + 1]] for r in tag.first] or [np.zeros(0, np.int64)]
    )
    theirs = np.isin(
        marks, [m for m in tag.markers[alone(tag, strand.inside, _HOST)] if posts.markers[m][0] in ("url", "domain")]
    )
    press = np.array([k == "domain" and press_host(v) for k, v in posts.markers], np.bool_)
    authors = np.unique(tag.by_account[tag.account[strand.inside]])
    calls = np.isin(named[marks], authors) & (named[marks] != tag.by_account[tag.account[row]])
    size = len(tag.first)
    mine = np.isin(tag.account, tag.account[strand.inside])
    return Cues(
        _bools(speaks_against(texts)), _bools(reports(texts)),
        _any(row[press[marks] & ~theirs], size), _any(row[theirs], size),
        _any(row[calls], size) | _reacting(posts, tag, strand, graph),
        _tied(posts, tag, strand, graph) & mine,
    )  # fmt: skip


def _bools(values: pa.Array) -> Bools:
    return np.asarray(values.to_numpy(zero_copy_only=False), np.bool_)


def _any(units: Ints, size: int) -> Bools:
    out = np.zeros(size, np.bool_)
    out[units] = True
    return out


def _reacting(posts: Posts, tag: Tag, strand: Strand, graph: Graph) -> Bools:
    """Units whose author has answered, quoted or passed on a post of the strand written by somebody else."""
    rows = tag.first[strand.inside]
    hit = np.isin(graph.row, rows) & (posts.account[graph.row] != graph.actor)
    return np.isin(tag.by_account[tag.account], graph.actor[hit])


def _tied(posts: Posts, tag: Tag, strand: Strand, graph: Graph) -> Bools:
    """Per unit: its author has an own wording under the tag outside the strand, or others there answer or pass them on."""
    own = ~strand.inside & (tag.lent < 0) & ~posts.passed_on[tag.first]
    spoke = np.bincount(tag.account[own], minlength=tag.accounts) > 0
    members = np.unique(tag.by_account[tag.account[strand.inside]])
    others = np.setdiff1d(tag.by_account, members)
    met = np.isin(graph.actor, others) & np.isin(graph.row, tag.first) & ~np.isin(graph.row, tag.first[strand.inside])
    heard = np.isin(tag.by_account, posts.account[graph.row[met]])
    return np.asarray((spoke | heard)[tag.account], np.bool_)


def classes_of(posts: Posts, tag: Tag, strand: Strand, cues: Cues) -> tuple[list[str], list[str]]:
    """Per unit of the strand: its class and why.

    An author with several plain posts of the strand is of it. Else an answer is a post that speaks against, without the
    strand's links; or one that answers or names an author of the strand, by somebody with ties to the tag. A report links
    to a newsroom's host that is not the strand's, or attributes what it says, and does not pass the strand's links on.
    """
    units = np.flatnonzero(strand.inside)
    answer = (cues.against & ~cues.theirs) | (cues.answers & cues.tied & ~cues.theirs)
    report = (cues.press | (cues.reports & ~cues.theirs)) & ~cues.against
    plain = strand.inside & ~answer & ~report
    fellows = np.bincount(tag.account[plain], minlength=tag.accounts)[tag.account]
    kinds, why = [], []
    for u in units:
        part = fellows[u] >= _ENOUGH
        if answer[u] and not (part and not cues.answers[u]):
            kinds.append(COUNTER)
            why.append("speaks against it" if cues.against[u] else "answers it, and has ties to the tag's others")
        elif report[u] and not part:
            kinds.append(NEWS)
            why.append("links to a host named like a newsroom's" if cues.press[u] else "attributes what it says")
        else:
            kinds.append(HIJACK)
            why.append(_why(posts, tag, strand, int(u), cues))
    return kinds, why


def _why(posts: Posts, tag: Tag, strand: Strand, unit: int, cues: Cues) -> str:
    row = tag.first[unit]
    carried = [
        posts.markers[m][0] for m in posts.marks[posts.mark_at[row] : posts.mark_at[row + 1]] if m in strand.markers
    ]
    words = {"hashtag": "a tag", "url": "a link", "domain": "a host", "mention": "a name"}
    with_ = ", ".join(dict.fromkeys(words[k] for k in carried))
    told = (
        f"carries {with_} that only these posts carry"
        if with_
        else "its words are those of these posts, and of nobody else here"
    )
    return told + ("; the author has other words under the tag, too" if cues.tied[unit] else "")
