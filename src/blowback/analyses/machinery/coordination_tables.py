"""What the coordination analysis leaves behind: its tables, column by column."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.tables import Column

_KIND: Final = Column("kind", "text", "kind of mark", nullable=False)
_WINDOW: Final = Column("window_s", "int", "window: |dt| <= window, inclusive", "seconds", nullable=False)
_A: Final = Column("account_a", "text", "account that comes first in text order", nullable=False)
_B: Final = Column("account_b", "text", "the other account", nullable=False)
_GROUP: Final = Column("group_id", "text", "group within the run: kind and number", nullable=False)

ACTS: Final = (
    Column("account_id", "text", "author", nullable=False),
    Column("value", "text", "what is carried", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("post_id", "text", "post", nullable=False),
    _KIND,
)
TEXTS: Final = (
    Column("account_id", "text", "author", nullable=False),
    Column("text_folded", "text", "text in folded form"),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("post_id", "text", "post", nullable=False),
)
WRITTEN: Final = (
    Column("account_id", "text", "author", nullable=False),
    Column("text", "text", "as published"),
    Column("text_folded", "text", "text in folded form"),
    Column("lang", "text", "language the export states"),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("post_id", "text", "post", nullable=False),
)
TIMES: Final = (
    Column("account_id", "text", "author", nullable=False),
    Column("posted_at", "time", "when", "UTC", nullable=False),
    Column("post_id", "text", "post", nullable=False),
)
HABITS_OF: Final = (
    Column("account_id", "text", "author", nullable=False),
    Column("hour", "int", "hour of the day", "UTC"),
    Column("lang", "text", "language the export states"),
    Column("client", "text", "application that posted"),
    Column("posts", "int", "posts", "posts", nullable=False),
)
SOURCES_OF: Final = (
    Column("account_id", "text", "author", nullable=False),
    Column("source", "text", "account whose post is passed on, or domain that is linked", nullable=False),
    Column("marks", "int", "how often", "marks", nullable=False),
)
_TEST: Final = (
    Column("p_permute", "float", "chance of a score so high or higher when each object's times are permuted; 1 where not worked out", nullable=False),
    Column("q_permute", "float", "of the pairs that pass the shift test, the share at this p that the objects' own bursts give; 1 where not worked out", nullable=False),
    Column("p_shift", "float", "chance of a score so high or higher when timelines are shifted by up to 12 h; 1 where above 0.01", nullable=False),
    Column("q_shift", "float", "after false-discovery control over all pairs that share an object (Benjamini-Hochberg)", nullable=False),
    Column("survives_permute", "bool", "q_permute <= 0.05", nullable=False),
    Column("survives", "bool", "p_shift at or below the limit of the kind (see summary) and in a triangle of such pairs", nullable=False),
    Column("hangs", "bool", "ties an account to at least two, and a third, of one group; p_permute <= 0.05, and p_shift at most what shuffles bear out", nullable=False),
)  # fmt: skip
PAIRS: Final = Output(
    "pairs",
    "two accounts with at least min_objects distinct objects in common within one window",
    (
        _KIND, _WINDOW, _A, _B,
        Column("n_pairs", "int", "matching post pairs, counted once per object", "pairs", nullable=False),
        Column("n_posts_a", "int", "distinct posts of a with a match in b", "posts", nullable=False),
        Column("n_posts_b", "int", "distinct posts of b with a match in a", "posts", nullable=False),
        Column("n_objects", "int", "distinct objects they match on", "objects", nullable=False),
        Column("n_shared", "int", "objects both carry at any time", "objects", nullable=False),
        Column("expected_permute", "float", "objects expected in the window when each object's times are permuted", "objects", nullable=False),
        Column("expected_shift", "float", "objects expected in the window when timelines are shifted by up to 12 h", "objects", nullable=False),
        *_TEST,
    ),
)  # fmt: skip
TIES: Final = Output(
    "ties",
    "two accounts whose closeness is rare under shift (p <= 0.01), whatever the window",
    (
        _KIND, _A, _B,
        Column("n_shared", "int", "objects both carry at any time", "objects", nullable=False),
        Column("n_met", "int", "objects both carry within the reach of each other", "objects", nullable=False),
        Column("reach_s", "int", "widest gap that counts", "seconds", nullable=False),
        Column("tightest_s", "float", "smallest gap on any object", "seconds", nullable=False),
        Column("expected_permute", "float", "objects expected within the reach when each object's times are permuted", "objects", nullable=False),
        Column("expected_shift", "float", "objects expected within the reach when timelines are shifted", "objects", nullable=False),
        Column("expected_static", "float", "objects expected to be shared at any time, from how many each account and each object has", "objects", nullable=False),
        Column("p_static", "float", "chance of sharing so many or more by those degrees alone, times left aside", nullable=False),
        Column("cosine", "float", "TF-IDF cosine of what both carry at any time", nullable=False),
        *_TEST,
    ),
)  # fmt: skip
_RULING: Final = Column(
    "ruling", "text",
    "beyond_both: half of the accounts stand in pairs that are closer than the objects' bursts make strangers; own_burst: the group is the "
    "burst, so that null has no power; cannot_tell: news may explain it", nullable=False,
)  # fmt: skip
_MEASURED: Final = (
    Column("window_s", "int", "window in which it stands out most (for the sentence; the test uses none)", "seconds", nullable=False),
    Column("objects", "int", "distinct objects of its co-actions", "objects", nullable=False),
    Column("observed", "int", "sum over pairs of objects matched in that window", "objects", nullable=False),
    Column("expected_permute", "float", "the same sum, expected under permuted times", "objects", nullable=False),
    Column("expected_shift", "float", "the same sum, expected under shifted timelines", "objects", nullable=False),
    Column("beyond_burst", "int", "pairs inside with q_permute <= 0.05", "pairs", nullable=False),
    Column("best_p_shift", "float", "smallest p of a pair inside, times the pairs inside, shift null", nullable=False),
    Column("worst_q_shift", "float", "largest q of a pair inside, shift null", nullable=False),
    Column("best_p_permute", "float", "smallest p of a pair inside, times the pairs inside, permute null", nullable=False),
    Column("best_q_permute", "float", "smallest q of a pair inside, permute null", nullable=False),
    Column("median_lag_s", "float", "median delay within a co-action", "seconds"),
)  # fmt: skip
_SPAN: Final = (
    Column("first_at", "time", "first co-action", "UTC"),
    Column("last_at", "time", "last co-action", "UTC"),
)
GROUPS: Final = Output(
    "groups",
    "accounts joined by surviving pairs, over all kinds of marks that were run; numbers of the kind that says most",
    (
        _KIND, _GROUP,
        Column("size", "int", "accounts", "accounts", nullable=False),
        Column("core", "int", "accounts in surviving pairs; the others hang on several of them", "accounts", nullable=False),
        Column("edges", "int", "distinct pairs that hold or hang inside", "pairs", nullable=False),
        Column("density", "float", "edges / possible edges", nullable=False),
        Column("kinds", "text", "kinds of marks that join it, the one that says most first", nullable=False),
        Column("lead", "text", "the kind whose numbers these are", nullable=False),
        Column("lead_edges", "int", "surviving pairs of that kind", "pairs", nullable=False),
        Column("beyond_burst_share", "float", "accounts in pairs with q_permute <= 0.05, of the kind where they are most", "share", nullable=False),
        Column("stability", "float", "mean over 15 other groupings (3 resolutions, 5 seeds) of the best Jaccard overlap with a group of it", nullable=False),
        Column("stability_low", "float", "the worst of them", nullable=False),
        _RULING, *_MEASURED, *_SPAN,
    ),
)  # fmt: skip
LAYERS: Final = Output(
    "layers",
    "one kind of mark of one group",
    (
        _GROUP, _KIND,
        Column("accounts", "int", "accounts joined by this kind", "accounts", nullable=False),
        Column("edges", "int", "surviving pairs", "pairs", nullable=False),
        Column("ties", "int", "pairs that hang", "pairs", nullable=False),
        Column("tested", "int", "account pairs that share an object of this kind: the family of the tests", "pairs", nullable=False),
        _RULING, *_MEASURED, *_SPAN,
    ),
)  # fmt: skip
MEMBERS: Final = Output(
    "members", "one account of a group",
    (
        _KIND, _GROUP, Column("account_id", "text", "account", nullable=False),
        Column("basis", "text", "tested: in surviving pairs; tied: hangs on several of those", nullable=False),
    ),
)  # fmt: skip
COACTIONS: Final = Output(
    "coactions",
    "one matching post pair of a pair inside a group, within 30 minutes (a day where most of its meetings are wider)",
    (
        _KIND, _GROUP, _A, _B,
        Column("value", "text", "the object", nullable=False),
        Column("post_a", "text", "post of a", nullable=False),
        Column("post_b", "text", "post of b", nullable=False),
        Column("at_a", "time", "when a posted", "UTC", nullable=False),
        Column("at_b", "time", "when b posted", "UTC", nullable=False),
        Column("lag_s", "float", "at_b - at_a", "seconds", nullable=False),
    ),
)  # fmt: skip
SUMMARY: Final = Output(
    "summary",
    "one kind of mark and window of the curve: what was there, what chance gives; what survived is per kind",
    (
        _KIND, _WINDOW,
        Column("marks", "int", "marks of that kind", "marks", nullable=False),
        Column("accounts", "int", "accounts with such marks", "accounts", nullable=False),
        Column("objects", "int", "distinct values", "objects", nullable=False),
        Column("row_pairs", "int", "row pairs inside the window (the plan's count)", "pairs", nullable=False),
        Column("tested", "int", "account pairs that share an object at any time: the family of the tests", "pairs", nullable=False),
        Column("tested_exact", "bool", "false where the family is an upper bound", nullable=False),
        Column("pairs", "int", "account pairs with the support", "pairs", nullable=False),
        Column("pairs_accounts", "int", "accounts in them", "accounts", nullable=False),
        Column("pairs_permute", "float", "such pairs, mean over permuted copies", "pairs", nullable=False),
        Column("pairs_shift", "float", "such pairs, mean over shifted copies", "pairs", nullable=False),
        Column("survive_permute", "int", "pairs that survive both nulls", "pairs", nullable=False),
        Column("survive_shift", "int", "pairs that survive the shift null", "pairs", nullable=False),
        Column("survive", "int", "of those, pairs with triangle support", "pairs", nullable=False),
        Column("limit_p", "float", "largest p_shift that holds: q_shift <= fdr, and borne out by triangles in shifted copies", nullable=False),
        Column("hang", "int", "pairs that tie further accounts to the groups", "pairs", nullable=False),
        Column("hanging_p", "float", "largest p of such a tie; 0 where none was allowed", nullable=False),
        Column("resolution_s", "int", "unit all times are multiples of: 60 where they are whole minutes", "seconds", nullable=False),
        Column("outcome", "text", "done, no_marks, or too_many_pairs", nullable=False),
        Column("lost", "text", "what a cap or a sample left out, in a sentence; empty where nothing", nullable=False),
    ),
)  # fmt: skip
SIZES: Final = Output(
    "sizes",
    "one kind of mark: its volume, how many independent sources that is worth, and how concentrated it is",
    (
        _KIND,
        Column("marks", "int", "marks of that kind", "marks", nullable=False),
        Column("accounts", "int", "accounts with such marks", "accounts", nullable=False),
        Column("marks_of_groups", "int", "marks of accounts in a group", "marks", nullable=False),
        Column("effective_accounts", "float", "Hill's number of order 2 over accounts", "accounts", nullable=False),
        Column("effective_sources", "float", "the same with each group as one source", "sources", nullable=False),
        Column("effective_low", "float", "lower end of its 95 % interval (bootstrap over objects)", "sources", nullable=False),
        Column("effective_high", "float", "upper end", "sources", nullable=False),
        Column("marks_per_source", "float", "apparent volume / effective sources", "marks", nullable=False),
        Column("marks_per_source_low", "float", "lower end of its 95 % interval", "marks", nullable=False),
        Column("marks_per_source_high", "float", "upper end", "marks", nullable=False),
        Column("top_share", "float", "share of the 50 accounts with most marks", "share", nullable=False),
        Column("top_share_least", "float", "the same where every mark is anybody's", "share", nullable=False),
        Column("top_share_expected", "float", "the same where accounts take part in this kind as in all others", "share", nullable=False),
        Column("top_share_low", "float", "2.5 % point of that", "share", nullable=False),
        Column("top_share_high", "float", "97.5 % point of that", "share", nullable=False),
    ),
)  # fmt: skip
LOOKALIKES: Final = Output(
    "lookalikes",
    "one innocent reading of one group, measured beside random sets of as many other accounts",
    (
        _GROUP,
        Column("reading", "text", "one_source, one_call, one_app, around_the_clock, breaking_news", nullable=False),
        Column("says", "text", "the reading and what is measured, in words", nullable=False),
        Column("measured", "float", "the share; empty where the export does not carry what it needs", "share"),
        Column("usual", "float", "mean over 400 random sets of accounts outside all groups, the busier the likelier", "share"),
        Column("low", "float", "2.5 % point of those", "share"),
        Column("high", "float", "97.5 % point of those", "share"),
        Column("bar", "float", "share from which on the reading could fit", "share", nullable=False),
        Column("verdict", "text", "fits: at least the bar and above what others give; ruled_out: below both; cannot_tell; not_known", nullable=False),
    ),
)  # fmt: skip
HABITS: Final = Output(
    "habits",
    "posts of one group by hour of the day, or by the language the export states",
    (
        _GROUP,
        Column("what", "text", "hour or language", nullable=False),
        Column("value", "text", "00 to 23 (UTC), or the language", nullable=False),
        Column("posts", "int", "posts of its accounts", "posts", nullable=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (PAIRS, TIES, GROUPS, LAYERS, MEMBERS, COACTIONS, LOOKALIKES, HABITS, SIZES, SUMMARY)
