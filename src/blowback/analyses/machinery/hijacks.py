"""Which tags with people of their own are used by others for something else, and whom may that have reached?"""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery import hijacks_tables as tables
from blowback.analyses.machinery.hijacks_card import PICTURES, panels
from blowback.analyses.machinery.hijacks_judge import RULES, judge
from blowback.analyses.machinery.hijacks_refine import refine
from blowback.model.analysis import Analysis, Param, Step

_NAMES: Final = """
select value
from marks
where kind = 'hashtag'
group by value
having count(distinct post_id) >= :min_posts and count(distinct account_id) >= :min_accounts
"""
_TAGGED: Final = """
select p.post_id, p.account_id, p.posted_at, p.kind, p.text_folded, p.lang
from posts as p
join (
  select distinct m.post_id
  from marks as m
  join names as n on n.value = m.value
  where m.kind = 'hashtag'
) as chosen on chosen.post_id = p.post_id
"""
_CARRIES: Final = """
select distinct m.post_id, m.kind, m.value
from marks as m
join tagged as t on t.post_id = m.post_id
where m.kind in ('hashtag', 'url', 'domain', 'mention')
"""
_ANSWERS: Final = """
select p.account_id, t.post_id as target_id
from posts as p
join tagged as t on t.post_id = coalesce(p.repost_of, p.quote_of, p.reply_to)
"""
_PEOPLE: Final = """
select a.account_id, max(a.handle) as handle, max(a.followers) as followers
from accounts as a
join (select distinct account_id from tagged) as t on t.account_id = a.account_id
group by a.account_id
"""
_SEEN: Final = """
select o.post_id, max(o.views) as views
from observations as o
join tagged as t on t.post_id = o.post_id
where o.views is not null
group by o.post_id
"""

hijacks: Final = Analysis(
    id="hijacks",
    version=2,
    asks="Which tags with people of their own are used by others for something else, and whom may that have reached?",
    cannot_show="What the authors intended, who directed them, how many people saw the posts, or whether the use is unlawful.",
    reads={
        "posts": ("post_id", "account_id", "posted_at", "kind", "text_folded", "lang", "repost_of", "quote_of", "reply_to"),
        "marks": ("post_id", "account_id", "kind", "value"),
        "accounts": ("account_id", "handle", "followers"),
        "observations": ("post_id", "views"),
    },
    params=(
        Param("min_posts", "int", 30, "posts that a tag needs to be looked at", "posts", low=10, high=10_000_000),
        Param("min_accounts", "int", 20, "accounts that a tag needs to be looked at", "accounts", low=5, high=10_000_000),
        Param("strand_posts", "int", 5, "wordings of accounts that a strand needs to be tested", "posts", low=3, high=100_000),
        Param("strand_accounts", "int", 3, "accounts that a strand needs to be tested", "accounts", low=2, high=100_000),
        Param("fdr", "float", 0.05, "share of false markers allowed among those that pass", "share", low=0.0001, high=0.5),
        Param("placebos", "int", 150, "sub-topics of a tag that a strand is measured against, at most", "words", low=20, high=10_000),
        Param("seed", "int", 1, "seed of the random draws", low=0, high=2**31),
    ),
    steps=(
        Step("names", _NAMES, tables.NAMES, asks="which tags are large enough"),
        Step("tagged", _TAGGED, tables.TAGGED, asks="what was posted under them"),
        Step("carries", _CARRIES, tables.CARRIES, asks="what those posts carry"),
        Step("answers", _ANSWERS, tables.ANSWERS, asks="who reacts to them"),
        Step("people", _PEOPLE, tables.PEOPLE, asks="who their authors are"),
        Step("seen", _SEEN, tables.SEEN, asks="how often they were seen"),
    ),
    outputs=tables.OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    noun="hijack",
    panels=panels,
    pictures=PICTURES,
)  # fmt: skip
