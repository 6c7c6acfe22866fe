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
        Column("p_permute", "float", "chance of so many or more under that null", nullable=False),
        Column("q_permute", "float", "after false-discovery control", nullable=False),
        Column("expected_shift", "float", "objects expected in the window when timelines are shifted by up to 12 h", "objects", nullable=False),
        Column("p_shift", "float", "chance of so many or more under that null", nullable=False),
        Column("q_shift", "float", "after false-discovery control and calibration on shuffles", nullable=False),
        Column("survives_permute", "bool", "q_permute <= fdr", nullable=False),
        Column("survives_shift", "bool", "q_shift <= fdr", nullable=False),
        Column("survives", "bool", "q_shift <= fdr and in a triangle of such pairs", nullable=False),
    ),
)  # fmt: skip
GROUPS: Final = Output(
    "groups",
    "accounts joined by surviving pairs",
    (
        _KIND, _GROUP,
        Column("size", "int", "accounts", "accounts", nullable=False),
        Column("edges", "int", "surviving pairs inside", "pairs", nullable=False),
        Column("density", "float", "edges / possible edges", nullable=False),
        Column("objects", "int", "distinct objects of the co-actions inside", "objects", nullable=False),
        Column("observed", "int", "sum over pairs of objects matched in the widest window", "objects", nullable=False),
        Column("expected_permute", "float", "the same sum, expected under permuted times", "objects", nullable=False),
        Column("expected_shift", "float", "the same sum, expected under shifted timelines", "objects", nullable=False),
        Column("beyond_burst", "int", "pairs inside that survive the permute null too", "pairs", nullable=False),
        Column("best_p_permute", "float", "smallest p of a pair inside, times the pairs inside, permute null", nullable=False),
        Column("best_p_shift", "float", "smallest p of a pair inside, times the pairs inside, shift null", nullable=False),
        Column("worst_q_shift", "float", "largest q of a pair inside, shift null", nullable=False),
        Column("best_q_permute", "float", "smallest q of a pair inside, permute null", nullable=False),
        Column("ruling", "text", "beyond_both: a pair survives the permute null too; own_burst: the group is the burst, so that "
               "null has no power; cannot_tell: news may explain it", nullable=False),
        Column("first_at", "time", "first co-action", "UTC"),
        Column("last_at", "time", "last co-action", "UTC"),
        Column("median_lag_s", "float", "median delay within a co-action", "seconds"),
    ),
)  # fmt: skip
MEMBERS: Final = Output(
    "members", "one account of a group", (_KIND, _GROUP, Column("account_id", "text", "account", nullable=False))
)
COACTIONS: Final = Output(
    "coactions",
    "one matching post pair of a surviving pair of accounts, in the widest window",
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
    "one kind of mark and window: what was there, what chance gives, what survived",
    (
        _KIND, _WINDOW,
        Column("marks", "int", "marks of that kind", "marks", nullable=False),
        Column("accounts", "int", "accounts with such marks", "accounts", nullable=False),
        Column("objects", "int", "distinct values", "objects", nullable=False),
        Column("row_pairs", "int", "row pairs inside the window (the plan's count)", "pairs", nullable=False),
        Column("tested", "int", "account pairs that share an object at any time: the family of the tests", "pairs", nullable=False),
        Column("tested_exact", "bool", "false where the family is an upper bound", nullable=False),
        Column("pairs", "int", "account pairs with the support", "pairs", nullable=False),
        Column("pairs_permute", "float", "the same, mean over permuted copies", "pairs", nullable=False),
        Column("pairs_shift", "float", "the same, mean over shifted copies", "pairs", nullable=False),
        Column("survive_permute", "int", "pairs that survive the permute null", "pairs", nullable=False),
        Column("survive_shift", "int", "pairs that survive the shift null", "pairs", nullable=False),
        Column("survive", "int", "pairs that survive with triangle support", "pairs", nullable=False),
        Column("resolution_s", "int", "time resolution of the marks: 60 where all fall on whole minutes", "seconds", nullable=False),
        Column("outcome", "text", "done, no_marks, or too_many_pairs", nullable=False),
    ),
)  # fmt: skip
OUTPUTS: Final = (PAIRS, GROUPS, MEMBERS, COACTIONS, SUMMARY)
