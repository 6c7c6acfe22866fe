"""Which posts look posted by a machine through accounts that are otherwise their owners'?"""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery.injected_judge import RULES, judge
from blowback.analyses.machinery.injected_panels import panels
from blowback.analyses.machinery.injected_refine import refine
from blowback.analyses.machinery.injected_tables import LINKED, OUTPUTS, POSTED
from blowback.model.analysis import Analysis, Param, Step

# An export without a kind says by its first letters what passes on and what answers. An id that embeds a time (Snowflake)
# gives milliseconds where the export rounds.
_POSTED: Final = """
select post_id, account_id, posted_at, case when abs(gap_s(posted_at, id_time)) < 120 then id_time end as id_at, clock, exhibit,
    case when kind = 'repost' or substring(text, 1, 4) = 'RT @' then 'repost'
         when kind in ('reply', 'comment') or substring(text, 1, 1) = '@' then 'reply' else 'post' end as role,
    text, text_folded, client
from posts
where kind <> 'service'
"""

_LINKED: Final = """
select post_id, min_by(kind || ' ' || value, case when kind = 'url' then position else 1000 + position end) as value
from marks
where kind in ('url', 'hashtag_sequence') and not carried
group by post_id
"""

injected: Final = Analysis(
    id="injected",
    version=1,
    asks="Which posts look posted by a machine through accounts that are otherwise their owners'?",
    cannot_show="Whether an account's owner agreed to it, which program posted, who ran it, or posts whose wording nobody shares.",
    reads={
        "posts": ("post_id", "account_id", "posted_at", "id_time", "clock", "exhibit", "kind", "text", "text_folded", "client"),
        "marks": ("post_id", "kind", "value", "position", "carried"),
    },
    params=(
        Param("min_accounts", "int", 4, "least accounts of a round", "accounts", low=3, high=10_000),
        Param("alike", "float", 0.7, "least share of words that two texts have in common, slots left out (Jaccard)", "share",
              low=0.3, high=1.0),
        Param("fdr", "float", 0.01, "share of false bundles allowed among those that stand", "share", low=0.0001, high=0.5),
        Param("shuffles", "int", 3, "shuffled copies that must bear the limit out (0 = none)", "copies", low=0, high=1000),
        Param("seed", "int", 1, "seed of the shuffles and of all lots", low=0, high=2**31),
    ),
    steps=(Step("posted", _POSTED, POSTED, asks="what was posted, by whom, when, with what"),
           Step("linked", _LINKED, LINKED, asks="the first link of each post, or its three or more hashtags")),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    noun="injection",
    panels=panels,
    pictures=("posts", "bundles", "rounds"),
)  # fmt: skip

__all__ = ["injected"]
