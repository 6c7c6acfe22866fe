"""What the phases analysis leaves behind: its tables, column by column."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

ACTS: Final = (
    Column("value", "text", "the object", nullable=False),
    Column("account_id", "text", "author", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("post_id", "text", "post", nullable=False),
    Column("carried", "bool", "the post is a repost", nullable=False),
    Column("linked", "bool", "the post carries a link or a file", nullable=False),
)
HOURS: Final = (
    Column("hour", "int", "hours since 1970", "hours", nullable=False),
    Column("posts", "int", "posts of the whole case", "posts", nullable=False),
)
_OBJECT: Final = Column("object", "text", "the object: a hashtag, link, domain", nullable=False)
OBJECTS: Final = Output(
    "objects",
    "one object: whether its course changes, in which order, and whether calls run ahead of links",
    (
        _OBJECT,
        Column("posts", "int", "posts that carry it", "posts", nullable=False),
        Column("accounts", "int", "accounts of those", "accounts", nullable=False),
        Column("first_at", "time", "first post", "UTC", nullable=False),
        Column("last_at", "time", "last post", "UTC", nullable=False),
        Column("from_at", "time", "start of the stretch that was cut into phases", "UTC", nullable=False),
        Column("to_at", "time", "its end", "UTC", nullable=False),
        Column("cut", "bool", "it starts with the data: what was before cannot be seen", nullable=False),
        Column("bin_s", "int", "width of its bins", "seconds", nullable=False),
        Column("phases", "text", "names of the phases in their order", nullable=False),
        Column("gain", "float", "log-likelihood gained by the changes, less their penalty", nullable=False),
        Column("gain_by_chance", "float", "the same in copies of a constant interest, mean", nullable=False),
        Column("p", "float", "chance of such a gain in those copies (Gumbel tail)", nullable=False),
        Column("q", "float", "after false-discovery control over all objects (Benjamini-Hochberg)", nullable=False),
        Column("ruling", "text", "stands, explained, cannot_tell, or none (no change survives)", nullable=False),
        Column("calls", "int", "own posts without a link or file", "posts", nullable=False),
        Column("links", "int", "own posts with a link or file", "posts", nullable=False),
        Column("lag_s", "float", "how far posts with links run behind those without; negative: ahead; empty where too short to tell", "seconds"),
        Column("lag_low_s", "float", "lower end of its 95 % interval", "seconds"),
        Column("lag_high_s", "float", "upper end", "seconds"),
        Column("lag_p", "float", "chance of so close an agreement at any lag when blocks change places"),
        Column("lag_q", "float", "after false-discovery control over all objects that could be tested"),
        Column("longest_s", "int", "longest lag that was tried", "seconds"),
        Column("lag_bin_s", "int", "width of the bins in which it was looked for", "seconds"),
    ),
)  # fmt: skip
PHASES: Final = Output(
    "phases",
    "one phase of one object",
    (
        _OBJECT,
        Column("number", "int", "1 for the first", nullable=False),
        Column("phase", "text", "seed, amplify, release, repost, carry_on or quiet", nullable=False),
        Column("from_at", "time", "start", "UTC", nullable=False),
        Column("to_at", "time", "end, exclusive", "UTC", nullable=False),
        Column("posts", "int", "posts", "posts", nullable=False),
        Column("calls", "int", "own posts without a link or file", "posts", nullable=False),
        Column("links", "int", "own posts with one", "posts", nullable=False),
        Column("reposts", "int", "reposts", "posts", nullable=False),
        Column("new_accounts", "int", "accounts that carry it for the first time", "accounts", nullable=False),
        Column("per_hour", "float", "posts for each hour, over the hour of day and week", "posts", nullable=False),
    ),
)  # fmt: skip
COURSE: Final = Output(
    "course",
    "one bin of one object, where its course changes",
    (
        _OBJECT,
        Column("at", "time", "start of the bin", "UTC", nullable=False),
        Column("posts", "int", "posts", "posts", nullable=False),
        Column("own", "int", "of those, own posts", "posts", nullable=False),
        Column("expected", "float", "posts that a constant interest expects, by hour of day and week and the case's slow course", "posts", nullable=False),
    ),
)  # fmt: skip
SUMMARY: Final = Output(
    "summary",
    "the whole case",
    (
        Column("kind", "text", "kind of object", nullable=False),
        Column("objects", "int", "objects with enough posts, the most carried ones", "objects", nullable=False),
        Column("changing", "int", "of those, objects whose course changes", "objects", nullable=False),
        Column("paired", "int", "objects whose calls and links could be compared", "objects", nullable=False),
        Column("leading", "int", "of those, objects in which one runs ahead", "objects", nullable=False),
        Column("profile", "text", "hours of the baseline: week, day or flat (by how long the case is)", nullable=False),
    ),
)
OUTPUTS: Final = (OBJECTS, PHASES, COURSE, SUMMARY)
