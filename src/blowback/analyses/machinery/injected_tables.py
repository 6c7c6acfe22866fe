"""What the injected analysis reads and leaves behind: its tables, column by column."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

_BUNDLE: Final = Column("bundle_id", "text", "bundle within the run", nullable=False)

POSTED: Final = (
    Column("post_id", "text", "post", nullable=False),
    Column("account_id", "text", "author", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("id_at", "time", "time in the id, where it is within two minutes of posted_at", "UTC"),
    Column("clock", "text", "how far posted_at can be trusted", nullable=False),
    Column("exhibit", "text", "file it was read from: times have one resolution in a file", nullable=False),
    Column("role", "text", "post, reply or repost, by kind and by how the text begins", nullable=False),
    Column("text", "text", "as published"),
    Column("text_folded", "text", "text in folded form"),
    Column("client", "text", "application that posted"),
)
LINKED: Final = (
    Column("post_id", "text", "post", nullable=False),
    Column(
        "value",
        "text",
        "kind and value of its first link, else of its hashtags where there are three or more",
        nullable=False,
    ),
)
POSTS: Final = Output(
    "posts",
    "one post of a bundle; the score is about the post, never about its author",
    (
        Column("post_id", "text", "post", nullable=False),
        _BUNDLE,
        Column("score", "float", "0 to 1: how far the post looks posted by a machine through an account that is otherwise its owner's",
               nullable=False),
        Column("posted_at", "time", "when", "UTC", nullable=False),
        Column("why", "text", "layers of its bundle that speak for it, the weightiest first, and what is missing", nullable=False),
    ),
)  # fmt: skip
_P: Final = "0 to 1; empty where the layer is missing"
BUNDLES: Final = Output(
    "bundles",
    "posts of several accounts with one wording, template, link or set of tags, and the rounds that the same accounts carry",
    (
        _BUNDLE,
        Column("ruling", "text", "stands, explained or cannot_tell", nullable=False),
        Column("reason", "text", "what the ruling rests on, in a word", nullable=False),
        Column("wording", "text", "an example as published"),
        Column("template", "text", "its folded words that stand in four fifths of the round, with an ellipsis for what changes"),
        Column("joined_by", "text", "wording, or mark: a link, or three or more hashtags in order", nullable=False),
        Column("wordings", "int", "distinct wordings or marks", nullable=False),
        Column("rounds", "int", "rounds: stretches without a long pause or a repeat", nullable=False),
        Column("posts", "int", "posts", "posts", nullable=False),
        Column("accounts", "int", "accounts", "accounts", nullable=False),
        Column("clients", "int", "distinct clients stated", "clients", nullable=False),
        Column("client", "text", "the commonest client"),
        Column("client_share", "float", "share of the accounts' first posts made with it"),
        Column("client_expected", "float", "the share that the accounts' habits would give"),
        Column("first_at", "time", "first post", "UTC", nullable=False),
        Column("last_at", "time", "last post", "UTC", nullable=False),
        Column("median_gap_s", "float", "median gap inside a round", "seconds", nullable=False),
        Column("contrast", "float", "mean |a - b| / (a + b) of neighbouring gaps: 0.5 for people, 0 for a clock", nullable=False),
        Column("period_s", "int", "lattice that fits best; 0: none could be tried", "seconds", nullable=False),
        Column("on_period", "float", "how far the posts lie on that lattice, 0 to 1", nullable=False),
        Column("fastest", "int", "most posts in ten seconds of a round", "posts", nullable=False),
        Column("clock", "text", "which test of the schedule says more: even (gaps) or lattice", nullable=False),
        Column("shared", "int", "accounts in common, summed over linked pairs of rounds", "accounts", nullable=False),
        Column("shared_expected", "float", "the same sum from the accounts' activity", "accounts", nullable=False),
        Column("covers", "float", "mean share of the smaller round that two linked rounds have in common"),
        Column("replies", "int", "replies of the same wording, by anybody", "posts", nullable=False),
        Column("otherwise", "float", "share of its accounts that post something else in the case", nullable=False),
        Column("same_expected", "float", "accounts that would write the wording's words by themselves", "accounts"),
        Column("p_sameness", "float", f"so many accounts would write these words by themselves; {_P}"),
        Column("p_schedule", "float", f"people would space their posts so evenly, or on that lattice; {_P}"),
        Column("p_recurrence", "float", f"accounts of that activity would come back so often; {_P}"),
        Column("p_pace", "float", f"people who react to one thing would come so fast; {_P}"),
        Column("p_character", "float", f"the accounts' own words would be so unlike it; {_P}"),
        Column("p_client", "float", f"the accounts' habits would give that client so often; {_P}"),
        Column("evidence", "float", "sum of the capped -log10 p of schedule, recurrence, client, pace and character", nullable=False),
        Column("q", "float", "bundles in shuffled copies with so much evidence, over those in the case", nullable=False),
        Column("score", "float", "0 to 1, of a post of it that fits", nullable=False),
    ),
)  # fmt: skip
ROUNDS: Final = Output(
    "rounds",
    "one round of a bundle that stands or cannot be told",
    (
        _BUNDLE,
        Column("round", "int", "number within the bundle, in the order of time", nullable=False),
        Column("first_at", "time", "first post", "UTC", nullable=False),
        Column("last_at", "time", "last post", "UTC", nullable=False),
        Column("posts", "int", "posts", "posts", nullable=False),
        Column("accounts", "int", "accounts", "accounts", nullable=False),
        Column("again", "int", "accounts that were in an earlier round of the bundle", "accounts", nullable=False),
    ),
)  # fmt: skip
SUMMARY: Final = Output(
    "summary",
    "the case as a whole: one row",
    (
        Column("posts", "int", "posts of any kind", "posts", nullable=False),
        Column("originals", "int", "posts that are neither reposts nor replies: what is tested", "posts", nullable=False),
        Column("accounts", "int", "accounts", "accounts", nullable=False),
        Column("rounds", "int", "rounds of enough accounts", nullable=False),
        Column("bundles", "int", "bundles tested", "bundles", nullable=False),
        Column("stands", "int", "bundles that stand", "bundles", nullable=False),
        Column("explained", "int", "bundles that an innocent reading explains", "bundles", nullable=False),
        Column("cannot_tell", "int", "bundles that the data decide neither way", "bundles", nullable=False),
        Column("posts_standing", "int", "posts in bundles that stand", "posts", nullable=False),
        Column("shuffled_bundles", "float", "bundles that would stand, mean over shuffled copies", "bundles", nullable=False),
        Column("limit", "float", "evidence from which q holds", nullable=False),
        Column("timed", "float", "share of originals whose time is to the second or finer", nullable=False),
        Column("subsecond", "float", "share of originals whose time is finer than a second", nullable=False),
        Column("client_stated", "float", "share of originals that state a client", nullable=False),
        Column("missing", "text", "layers that cannot be tested in this case, with the reason", nullable=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (POSTS, BUNDLES, ROUNDS, SUMMARY)
