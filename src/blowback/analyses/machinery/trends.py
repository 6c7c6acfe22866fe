"""Was a hashtag's busiest day made for the trend list: few hands, entering together, words for nobody, deleted after?"""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery.bursts_tables import NUMBERED
from blowback.analyses.machinery.trends_judge import RULES, judge
from blowback.analyses.machinery.trends_panels import PICTURES, panels
from blowback.analyses.machinery.trends_refine import refine
from blowback.analyses.machinery.trends_tables import GONE, OUTPUTS, TAGGED, TEXTS
from blowback.model.analysis import Analysis, Param, Step

_NUMBERED: Final = """
select row_number() over (order by p.posted_at nulls last, p.post_id nulls last) - 1 as n,
  p.post_id, p.account_id, p.posted_at, p.clock, p.kind, p.client, p.lang, cast(null as string) as wording
from posts p
"""
_TAGGED: Final = """
select m.value, p.n
from marks m join numbered p on p.post_id = m.post_id
where m.kind = 'hashtag' and m.value in (
  select value from marks where kind = 'hashtag' group by value having count(distinct post_id) >= :min_posts)
group by m.value, p.n
"""
_TEXTS: Final = """
select p.n, t.text
from posts t join numbered p on p.post_id = t.post_id
where t.kind <> 'repost' and t.text is not null and t.text not like 'RT @%'
"""
# Who removed it is not asked here: an author's deletion and a platform's look alike from outside.
_GONE: Final = """
select p.n, min(coalesce(r.removed_at, r.observed_at)) as gone_at
from removals r join numbered p on p.post_id = r.subject
where r.subject_kind = 'post' and r.state in ('deleted', 'removed', 'missing')
group by p.n
"""

trends: Final = Analysis(
    id="trends",
    version=1,
    asks="Was a hashtag's busiest day made for the trend list: few hands, entering together, words for nobody, deleted after?",
    cannot_show="Whether it trended, who ordered it, or what was deleted before anybody collected it.",
    reads={
        "posts": ("post_id", "account_id", "posted_at", "clock", "kind", "client", "lang", "text"),
        "marks": ("post_id", "kind", "value"),
        "removals": ("subject", "subject_kind", "state", "removed_at", "observed_at"),
    },
    params=(
        Param(
            "min_posts", "int", 50, "posts that a hashtag must have within 24 hours", "posts", low=20, high=1_000_000
        ),
        Param(
            "fdr", "float", 0.01, "share of false signs allowed among those that hold", "share", low=0.0001, high=0.5
        ),
    ),
    steps=(
        Step("numbered", _NUMBERED, NUMBERED, asks="posts in the order of time"),
        Step("tagged", _TAGGED, TAGGED, asks="posts with a hashtag that has enough of them"),
        Step("texts", _TEXTS, TEXTS, asks="what was written"),
        Step("gone", _GONE, GONE, asks="which posts are gone, and when"),
    ),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    noun="trend",
    panels=panels,
    pictures=PICTURES,
)
