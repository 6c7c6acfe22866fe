"""What the trend analysis leaves behind: its tables, column by column."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

TAGGED: Final = (
    Column("value", "text", "hashtag", nullable=False),
    Column("n", "int", "post that carries it, in the order of time", nullable=False),
)
TEXTS: Final = (
    Column("n", "int", "post", nullable=False),
    Column("text", "text", "as published; reposts left out", nullable=False),
)
GONE: Final = (
    Column("n", "int", "post", nullable=False),
    Column("gone_at", "time", "when it disappeared, or was noticed to have; empty where neither is stated", "UTC"),
)
_ID: Final = Column("trend_id", "text", "trend within the run: hashtag and day, hashed", nullable=False)


def _sign(name: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "float", meaning),
        Column(f"{name}_low", "float", "lower end of its 95 % interval"),
        Column(f"{name}_high", "float", "upper end"),
        Column(f"{name}_expected", "float", "what its null gives"),
        Column(f"{name}_p", "float", "chance of so much or more under the null"),
        Column(f"{name}_q", "float", "after false-discovery control over all trends (Benjamini-Hochberg)"),
        Column(f"{name}_holds", "bool", "q <= fdr and large enough; empty where it could not be tested"),
    )


TRENDS: Final = Output(
    "trends",
    "the fullest 24 hours of one hashtag with at least min_posts posts in them",
    (
        _ID,
        Column("value", "text", "hashtag", nullable=False),
        Column("from_at", "time", "first post of the 24 hours", "UTC", nullable=False),
        Column("to_at", "time", "last post", "UTC", nullable=False),
        Column("peak_at", "time", "start of the fullest clock hour", "UTC", nullable=False),
        Column("posts", "int", "posts", "posts", nullable=False),
        Column("accounts", "int", "accounts", "accounts", nullable=False),
        *_sign("concentration", "chance that two of its posts, picked at random, are by one account"),
        *_sign("entry", "share of its accounts that first post within the fullest five minutes of entries"),
        *_sign("deleted", "share of its posts that were gone within a day of the peak hour"),
        *_sign("wording", "share of its own posts that are a few words in a row without a sentence"),
        Column("gone", "int", "posts known to be gone at any time", "posts", nullable=False),
        Column("median_life_s", "float", "median time from posting to being gone, of those with a time", "seconds"),
        Column("class", "text", "ephemeral, pushed, cannot_tell or plain", nullable=False),
    ),
)  # fmt: skip
LIVES: Final = Output(
    "lives",
    "one bin of a trend that is not plain: posts that appeared and posts that were gone",
    (
        _ID,
        Column("at", "time", "start of the bin", "UTC", nullable=False),
        Column("step_s", "int", "width of the bin", "seconds", nullable=False),
        Column("posted", "int", "posts", "posts", nullable=False),
        Column("gone", "int", "posts of the trend that disappeared in it", "posts", nullable=False),
    ),
)  # fmt: skip
SUMMARY: Final = Output(
    "summary",
    "the whole case",
    (
        Column("posts", "int", "posts", "posts", nullable=False),
        Column("tags", "int", "hashtags with enough posts in 24 hours: the family of the tests", "hashtags", nullable=False),
        Column("gone", "int", "posts with a hashtag that are known to be gone", "posts", nullable=False),
        Column("gone_timed", "int", "of these, with a time", "posts", nullable=False),
        Column("resolution_s", "int", "unit of the data's times", "seconds", nullable=False),
        Column("ephemeral", "int", "trends posted, seen and deleted", "trends", nullable=False),
        Column("pushed", "int", "trends pushed without known deletions", "trends", nullable=False),
        Column("cannot_tell", "int", "trends with one sign", "trends", nullable=False),
        Column("plain", "int", "trends without a sign", "trends", nullable=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (TRENDS, LIVES, SUMMARY)
