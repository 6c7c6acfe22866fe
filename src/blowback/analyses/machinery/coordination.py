"""Which accounts carry the same things at the same time, more often than their habits make likely?"""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery.coordination_judge import RULES, judge
from blowback.analyses.machinery.coordination_panels import panels
from blowback.analyses.machinery.coordination_refine import KINDS, refine
from blowback.analyses.machinery.coordination_tables import ACTS, HABITS_OF, OUTPUTS, SOURCES_OF, TEXTS, TIMES, WRITTEN
from blowback.model.analysis import Analysis, Param, Step
from blowback.model.tables import MARK_KINDS

# Marks that a repost carries are its original author's: two people who pass on one post did not both write its tags.
_ACTS: Final = """
select account_id, value, posted_at, post_id, kind
from marks
where (kind = :kind or (:kind = 'all' and kind not in ('client', 'place', 'domain', 'conversation', 'folded_text')))
  and not carried
"""

# Texts are compared whole, over the case: their clusters are marks of the kind near_text.
_TEXTS: Final = """
select account_id, text_folded, posted_at, post_id
from posts
where :kind in ('near_text', 'all') and kind <> 'repost' and text_folded is not null
"""

# Texts whose meaning is compared across languages: asked by name alone, it needs a language model.
_WRITTEN: Final = """
select account_id, text, text_folded, lang, posted_at, post_id
from posts
where :kind = 'meaning' and kind not in ('repost', 'service') and text is not null
"""

# When accounts post, whatever they post: moments, so that whole days say nothing.
_TIMES: Final = """
select account_id, posted_at, post_id
from posts
where :kind in ('rhythm', 'all') and kind <> 'service' and clock <> 'day'
"""

# What the accounts are like otherwise: when, in which language and with what they post, and whom they pass on. A shortener hides whom.
_HABITS: Final = """
select account_id, hour_of(posted_at) as hour, lang, client, count(*) as posts
from posts
group by account_id, hour_of(posted_at), lang, client
"""
_SOURCES: Final = """
select account_id, repost_of_account as source, count(*) as marks
from posts
where kind = 'repost' and repost_of_account is not null
group by account_id, repost_of_account
union all
select account_id, value as source, count(*) as marks
from marks
where kind = 'domain' and not carried
  and value not in ('t.co', 'bit.ly', 'goo.gl', 'ow.ly', 'tinyurl.com', 'dlvr.it', 'ift.tt', 'fb.me', 'buff.ly', 'is.gd', 'wp.me', 'cutt.ly')
group by account_id, value
"""

coordination: Final = Analysis(
    id="coordination",
    version=2,
    asks="Which accounts carry the same things at the same time, more often than their habits make likely?",
    cannot_show="Who directed it, whether the accounts belong to one person, or what was intended.",
    reads={
        "posts": ("account_id", "text_folded", "posted_at", "post_id", "kind", "clock", "text", "lang", "client", "repost_of_account"),
        "marks": ("account_id", "value", "posted_at", "post_id", "kind", "carried"),
    },
    params=(
        Param("kind", "choice", "all", "kind of mark; all = every kind that people choose themselves",
              choices=("all", *MARK_KINDS, "rhythm", "meaning")),
        Param("window", "seconds", "any", "largest time between two posts, or a list of them; any = the test needs none: it "
              "weighs every gap up to a day, and pairs are listed at 10 s, 60 s and 10 min", "seconds", low=0, high=7 * 86400,
              choices=("any",)),
        Param("min_objects", "int", 2, "distinct objects a pair must have in common within the window", "objects",
              low=1, high=10_000),
        Param("alike", "float", 0.7, "near_text: least share of words that two texts have in common (Jaccard)", "share",
              low=0.3, high=1.0),
        Param("fdr", "float", 0.01, "share of false pairs allowed among the surviving ones", "share", low=0.0001, high=0.5),
        Param("shuffles", "int", 3, "shuffled copies on which each null is calibrated (0 = none)", "copies", low=0, high=1000),
        Param("seed", "int", 1, "seed of the shuffles and of the grouping", low=0, high=2**31),
        Param("cap", "int", 0, "leave out objects with more uses; 0 = none, the exact answer", "marks", low=0, high=2**62),
        Param("sample_accounts", "float", 1.0, "look at this share of the accounts, chosen by a hash of their ids", "share",
              low=0.001, high=1.0),
        Param("max_pairs", "int", 5_000_000_000, "post pairs inside the window beyond which a kind is not run", "pairs",
              low=1, high=2**62),
    ),
    steps=(Step("acts", _ACTS, ACTS, asks="what was carried, by whom, when"),
           Step("texts", _TEXTS, TEXTS, asks="what was written, by whom, when"),
           Step("written", _WRITTEN, WRITTEN, asks="texts as they were written"),
           Step("times", _TIMES, TIMES, asks="who posted when"),
           Step("habits", _HABITS, HABITS_OF, asks="when, in which language and with what accounts post"),
           Step("sources", _SOURCES, SOURCES_OF, asks="whom accounts pass on and what they link")),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    spread=refine,
    noun="group",
    panels=panels,
    pictures=("groups", "lookalikes", "habits"),
)  # fmt: skip

__all__ = ["KINDS", "coordination"]
