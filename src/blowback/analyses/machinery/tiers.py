"""Who originates and who passes on, by clusters: official, active, repeater (neutral names)."""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery.tiers_judge import RULES, judge
from blowback.analyses.machinery.tiers_panels import panels
from blowback.analyses.machinery.tiers_refine import refine
from blowback.analyses.machinery.tiers_tables import HANDLES, OUTPUTS, SHARED, TALLIES, USES
from blowback.model.analysis import Analysis, Param, Step

_TALLIES: Final = """
select account_id, hour_of(posted_at) as hour, count(*) as posts, sum(case when kind = 'repost' then 1 else 0 end) as reposts
from posts
group by account_id, hour_of(posted_at)
"""
_SHARED: Final = """
with passed as (
  select p.account_id, coalesce(p.repost_of_account, o.account_id) as author
  from posts p left join posts o on o.post_id = p.repost_of
  where p.kind = 'repost'
)
select account_id, 'passed_on' as kind, author as value, count(*) as n
from passed where author is not null group by account_id, author
union all
select account_id, kind, value, count(*) as n
from marks where kind in ('repost', 'mention') group by account_id, kind, value
"""
_HANDLES: Final = """
select min(account_id) as account_id, platform || ':@' || handle as mention
from accounts where handle is not null
group by platform || ':@' || handle
"""
_USES: Final = """
with own as (
  select kind, value, account_id, posted_at, post_id,
         row_number() over (partition by kind, value, account_id order by posted_at asc nulls last, post_id asc nulls last) as place
  from marks
  where kind in ('hashtag', 'url', 'folded_text') and not carried
), often as (
  select kind, value from own where place = 1 group by kind, value having count(*) >= :least_users
)
select u.kind, u.value, u.account_id, u.posted_at, u.post_id
from own u join often f on f.kind = u.kind and f.value = u.value
where u.place = 1
"""

tiers: Final = Analysis(
    id="tiers",
    version=1,
    asks="Which clusters of accounts originate, which write for themselves, which pass on, and which was first on what?",
    cannot_show="Who the accounts are, whether anybody appointed them, or what was posted elsewhere or before the data begin.",
    reads={
        "posts": ("post_id", "account_id", "posted_at", "kind", "repost_of", "repost_of_account"),
        "accounts": ("account_id", "platform", "handle"),
        "marks": ("post_id", "account_id", "posted_at", "kind", "value", "carried"),
    },
    params=(
        Param("least", "int", 5, "accounts that a cluster needs; smaller ones are merged", "accounts", low=5, high=10_000),
        Param("least_users", "int", 3, "accounts that must use an object", "accounts", low=2, high=10_000),
        Param("fdr", "float", 0.05, "share of false findings allowed among the surviving ones", "share", low=0.0001, high=0.5),
        Param("seed", "int", 1, "seed of the communities", low=0, high=2**31),
    ),
    steps=(Step("tallies", _TALLIES, TALLIES, asks="what accounts do, by hour of the day"),
           Step("shared", _SHARED, SHARED, asks="whom and what they pass on and mention"),
           Step("handles", _HANDLES, HANDLES, asks="which mention is which account"),
           Step("uses", _USES, USES, asks="who used what first")),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    noun="tier",
    panels=panels,
    pictures=("clusters", "firsts"),
)  # fmt: skip

__all__ = ["tiers"]
