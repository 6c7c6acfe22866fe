"""What the releases analysis leaves behind: its tables, column by column."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

CARRIED: Final = (
    Column("post_id", "text", "post", nullable=False),
    Column("account_id", "text", "author", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("kind", "text", "url or media", nullable=False),
    Column("value", "text", "canonical link, or hash of a file", nullable=False),
    Column("passed_on", "bool", "the post is a repost, or says RT", nullable=False),
    Column("platform", "text", "platform of the post", nullable=False),
    Column("lang", "text", "language the export states"),
    Column("text", "text", "text, where no language is stated: its script is the label"),
)
TEXTS: Final = (
    Column("post_id", "text", "post", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("lang", "text", "language the export states"),
    Column("text", "text", "as published"),
    Column("text_folded", "text", "folded form, without links"),
)
_ID: Final = Column("release_id", "text", "release within the run", nullable=False)
_HOST: Final = Column("host", "text", "registrable domain, or the platform a file was given to", nullable=False)
_LANG: Final = Column("lang", "text", "language or script of the post; empty where unknown")
RELEASES: Final = Output(
    "releases",
    "items on at least three hosts (two in two languages), tied by content, that appeared closer together than dealt dates make them",
    (
        _ID,
        Column("first_host", "text", "host on which the first item appeared", nullable=False),
        Column("hosts", "text", "hosts in the order of their first item, joined by a space and a bar", nullable=False),
        Column("n_hosts", "int", "hosts", "hosts", nullable=False),
        Column("languages", "text", "languages or scripts of the posts that join the items, in order of appearance"),
        Column("n_languages", "int", "languages", "languages", nullable=False),
        Column("items", "int", "items: links, or files on several platforms", "items", nullable=False),
        Column("first_at", "time", "first appearance of the first item", "UTC", nullable=False),
        Column("last_at", "time", "first appearance of the last item", "UTC", nullable=False),
        Column("span_s", "float", "from the first host (or language) to the last", "seconds", nullable=False),
        Column("usual_s", "float", "median of that span when dates are dealt anew within each host", "seconds", nullable=False),
        Column("accounts", "int", "accounts that carried an item, reposts included", "accounts", nullable=False),
        Column("posts", "int", "posts that carried an item, reposts included", "posts", nullable=False),
        Column("seeding", "int", "own posts that carried an item within a window after the last host", "posts", nullable=False),
        Column("joining", "int", "of those, posts that list several items or stand in a tie of them", "posts", nullable=False),
        Column("lists", "int", "own posts that list several of the items", "posts", nullable=False),
        Column("listers", "int", "accounts of those", "accounts", nullable=False),
        Column("joint_hosts", "int", "hosts with an item seeded by an account that seeded items on two of the hosts, or in two languages", "hosts", nullable=False),
        Column("house", "bool", "on each host the first item was first carried by an account that mostly links that host", nullable=False),
        Column("basis", "text", "what joins the items: list, words, file, name, meaning", nullable=False),
        Column("p", "float", "chance of so short a span when dates are dealt anew within each host", nullable=False),
        Column("q", "float", "largest q that an item needs to be in it (Benjamini-Hochberg over all ties)", nullable=False),
        Column("ruling", "text", "stands, explained or cannot_tell", nullable=False),
        Column("why", "text", "what the ruling rests on: joint, own_feeds, apart, one_list, no_joint_source", nullable=False),
    ),
)  # fmt: skip
ITEMS: Final = Output(
    "items",
    "one item of a release",
    (
        _ID,
        Column("item", "text", "hash of the link or file: it names it and says not where it is", nullable=False),
        Column("post_id", "text", "own post in which it first appeared", nullable=False),
        _HOST, _LANG,
        Column("at", "time", "first appearance", "UTC", nullable=False),
        Column("order", "int", "1 for the first item", nullable=False),
        Column("posts", "int", "posts that carried it", "posts", nullable=False),
    ),
)  # fmt: skip
CARRIERS: Final = Output(
    "carriers",
    "one post that carried an item of a release",
    (
        _ID,
        Column("post_id", "text", "post", nullable=False),
        Column("posted_at", "time", "when", "UTC", nullable=False),
        _HOST, _LANG,
        Column("own", "bool", "not passed on", nullable=False),
        Column("joins", "bool", "lists several of the items, or stands in a tie of them", nullable=False),
    ),
)  # fmt: skip
SUMMARY: Final = Output(
    "summary",
    "the whole case: what could be tested, what was found, what chance gives",
    (
        Column("links", "int", "carryings of links", "links", nullable=False),
        Column("short_links", "int", "of those, links behind a shortener: their host cannot be seen", "links", nullable=False),
        Column("items", "int", "items on known hosts with an own appearance", "items", nullable=False),
        Column("hosts", "int", "hosts of those", "hosts", nullable=False),
        Column("ties", "int", "lists, wordings, files and names that join items", "ties", nullable=False),
        Column("generic", "int", "ties left out because over 2,000 items share them", "ties", nullable=False),
        Column("tested", "int", "of those, ties of items in two places (hosts; hosts in a language): the family of the tests", "ties", nullable=False),
        Column("close", "int", "of those, ties with items in two places first seen within the window", "ties", nullable=False),
        Column("passed", "int", "of those, ties whose closest stretch is closer than dealt dates make it", "ties", nullable=False),
        Column("bundles", "int", "bundles of them, the small ones included", "bundles", nullable=False),
        Column("small", "int", "of those, bundles on fewer hosts than a release needs: everyday cross-posting", "bundles", nullable=False),
        Column("bundles_by_chance", "float", "bundles in copies with dates dealt anew within each host, mean", "bundles", nullable=False),
        Column("resolution_s", "int", "unit all times are multiples of", "seconds", nullable=False),
        Column("translated", "bool", "meaning across languages was asked for", nullable=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (RELEASES, ITEMS, CARRIERS, SUMMARY)
