"""What a source expects of a whole file, checked at its end: fewer posts or emptier columns stop the intake."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from blowback.case.receipt import Tally
from blowback.errors import NotPosts, Unexpected
from blowback.model.locator import Locator
from blowback.sources import SOURCES
from blowback.sources.source import Expect


def expectations(source: str) -> Expect:
    """What the source of this id expects."""
    return next((s.expects for s in SOURCES if s.id == source), Expect())


def note_filled(tally: Tally, expect: Expect, staged: pa.Table) -> None:
    """Count the posts of a batch, and how many of them have each expected column."""
    is_post = pc.equal(staged["entry"], "post")
    posts = pc.sum(is_post).as_py() or 0
    tally.posts += posts
    for name in expect.filled:
        filled = pc.sum(pc.and_(is_post, pc.is_valid(staged[name]))).as_py() or 0
        tally.filled[name] = tally.filled.get(name, 0) + filled


def check(source: str, tally: Tally, path: Path) -> None:
    """Hold a file that was read whole to its source's expectations.

    Raises:
        NotPosts: it holds fewer posts than the source expects.
        Unexpected: too few of its posts have a column that this format always fills.
    """
    expect, at = expectations(source), Locator(path.name)
    if tally.posts < expect.posts:
        told = "; ".join(f"{n:,} x {reason}" for reason, n in sorted(tally.reasons.items()))
        raise NotPosts(
            f"{path.name} was read as {source} and holds {tally.posts} posts in {tally.read:,} records"
            + (f" (set aside: {told})" if told else ""),
            hint="Check that this is the export of posts, or name the format with --format",
            at=at,
        )
    for name, share in expect.filled.items():
        found = tally.filled.get(name, 0) / tally.posts if tally.posts else 1.0
        if found < share:
            raise Unexpected(
                f"only {found:.1%} of the posts in {path.name} have '{name}', where {source} has it in {share:.0%}",
                hint="The file may be cut down or of another format: name the format with --format, or use --map",
                at=at,
            )
