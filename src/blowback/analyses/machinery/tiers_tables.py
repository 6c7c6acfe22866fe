"""What the tiers analysis leaves behind: its tables, column by column. None holds a row for an account."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

_ACCOUNT: Final = Column("account_id", "text", "author", nullable=False)
TALLIES: Final = (
    _ACCOUNT,
    Column("hour", "int", "hour of the day", "hours", nullable=False),
    Column("posts", "int", "posts", "posts", nullable=False),
    Column("reposts", "int", "of those, reposts", "posts", nullable=False),
)
SHARED: Final = (
    _ACCOUNT,
    Column("kind", "text", "repost, mention or passed_on (value is then an account)", nullable=False),
    Column("value", "text", "what is passed on or mentioned", nullable=False),
    Column("n", "int", "how often", "posts", nullable=False),
)
HANDLES: Final = (_ACCOUNT, Column("mention", "text", "how a mention names the account", nullable=False))
USES: Final = (
    Column("kind", "text", "hashtag, url or folded_text", nullable=False),
    Column("value", "text", "the object", nullable=False),
    _ACCOUNT,
    Column("posted_at", "time", "first own use by this account", "UTC", nullable=False),
    Column("post_id", "text", "the post", nullable=False),
)
_CLUSTER: Final = Column(
    "cluster",
    "text",
    "cluster: community and side, numbered by size; 'rest' holds what is below the least size",
    nullable=False,
)
CLUSTERS: Final = Output(
    "clusters",
    "one cluster of accounts: a side of a community of the graph of reposts and mentions",
    (
        _CLUSTER,
        Column("side", "text", "source: passed on by three others or more, more often than it passes on and than it posts; relay: mostly reposts; voice: the rest", nullable=False),
        Column("accounts", "int", "accounts", "accounts", nullable=False),
        Column("posts", "int", "posts", "posts", nullable=False),
        Column("reposts", "int", "of those, reposts", "posts", nullable=False),
        Column("received", "int", "times its posts were passed on by other clusters", "posts", nullable=False),
        Column("given", "int", "times it passed on posts of other clusters", "posts", nullable=False),
        Column("objects", "int", "hashtags, links and texts that it shares with other clusters", "objects", nullable=False),
        Column("firsts", "int", "of those, objects it was first to use", "objects", nullable=False),
        Column("firsts_by_chance", "float", "the same when the order of the accounts that use an object is dealt anew", "objects", nullable=False),
        Column("p_more", "float", "chance of so many firsts or more", nullable=False),
        Column("p_fewer", "float", "chance of so few or fewer", nullable=False),
        Column("q_more", "float", "after false-discovery control over all clusters (Benjamini-Hochberg)", nullable=False),
        Column("q_fewer", "float", "the same for few", nullable=False),
        Column("quiet_share", "float", "share of its posts in its quietest six hours of the day; an even spread is 0.25", nullable=False),
        Column("tier", "text", "official, active, repeater or cannot_tell", nullable=False),
        Column("why", "text", "what that rests on", nullable=False),
    ),
)  # fmt: skip
FLOWS: Final = Output(
    "flows",
    "reposts from one cluster to another",
    (
        Column("from_cluster", "text", "cluster that passes on", nullable=False),
        Column("of_cluster", "text", "cluster whose posts are passed on", nullable=False),
        Column("reposts", "int", "reposts", "posts", nullable=False),
        Column("by_chance", "float", "the same if who passes on whom were dealt anew", "posts", nullable=False),
    ),
)
FIRSTS: Final = Output(
    "firsts",
    "one object that several clusters use: which was first",
    (
        Column("kind", "text", "hashtag, url or folded_text", nullable=False),
        Column("value", "text", "the object", nullable=False),
        Column("first_cluster", "text", "cluster of the first account; empty where two clusters tie"),
        Column("next_cluster", "text", "cluster that came second"),
        Column("lead_s", "float", "time until it came", "seconds", nullable=False),
        Column("clear", "bool", "the first two accounts are of the first cluster", nullable=False),
        Column("clusters", "int", "clusters that use it", "clusters", nullable=False),
        Column("accounts", "int", "accounts that use it", "accounts", nullable=False),
        Column("post_id", "text", "first post", nullable=False),
        Column("at", "time", "when", "UTC", nullable=False),
    ),
)
SUMMARY: Final = Output(
    "summary",
    "the whole case",
    (
        Column("accounts", "int", "accounts that post", "accounts", nullable=False),
        Column(
            "placed",
            "int",
            "of those, accounts in a community (they pass on or mention, or are)",
            "accounts",
            nullable=False,
        ),
        Column("communities", "int", "communities", "communities", nullable=False),
        Column("clusters", "int", "clusters of the least size or more", "clusters", nullable=False),
        Column("objects", "int", "objects that several clusters use", "objects", nullable=False),
        Column(
            "clear", "int", "of those, objects whose first two accounts are of one cluster", "objects", nullable=False
        ),
        Column("known_sources", "int", "reposts whose original author is known", "posts", nullable=False),
    ),
)
OUTPUTS: Final = (CLUSTERS, FLOWS, FIRSTS, SUMMARY)
