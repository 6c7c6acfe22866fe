"""When do posts come in bursts beyond a stream's habits, and do these look like machinery or like people?"""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery.bursts_judge import RULES, judge
from blowback.analyses.machinery.bursts_panels import PICTURES, panels
from blowback.analyses.machinery.bursts_refine import refine
from blowback.analyses.machinery.bursts_tables import CLOCKS, NUMBERED, OBJECTS, OUTPUTS, USES
from blowback.model.analysis import Analysis, Param, Step

_NUMBERED: Final = """
select row_number() over (order by p.posted_at nulls last, p.post_id nulls last) - 1 as n,
  p.post_id, p.account_id, p.posted_at, p.clock, p.kind, p.client, p.lang,
  case when p.text like 'RT @%' then null else w.wording end as wording
from posts p left join (
  select post_id, min(value) as wording from marks where kind = 'folded_text' and not carried group by post_id
) w on w.post_id = p.post_id
"""
# A tag or link in a repost counts: a storm is what readers see. A repost's text is its original's, and counts as repost.
_OBJECTS: Final = """
select row_number() over (order by kind nulls last, value nulls last) - 1 as object, kind, value, posts
from (
  select kind, value, count(distinct post_id) as posts from marks
  where kind in ('hashtag', 'url', 'domain', 'repost', 'reply_to', 'media', 'client')
    or (kind = 'folded_text' and not carried)
  group by kind, value
) counted
where posts >= :min_posts
"""
_USES: Final = """
select o.object, p.n
from objects o join marks m on m.kind = o.kind and m.value = o.value join numbered p on p.post_id = m.post_id
where not (m.kind = 'folded_text' and m.carried)
group by o.object, p.n
"""
# Posts that name a clock time on a quarter hour: 10:30, 18h00.
_CLOCKS: Final = """
select p.n, t.text
from posts t join numbered p on p.post_id = t.post_id
where t.kind <> 'repost' and (
  t.text like '%:00%' or t.text like '%:15%' or t.text like '%:30%' or t.text like '%:45%'
  or t.text like '%h00%' or t.text like '%h15%' or t.text like '%h30%' or t.text like '%h45%')
"""

bursts: Final = Analysis(
    id="bursts",
    version=1,
    asks="When do posts come in bursts beyond a stream's habits, and do these look like machinery or like people?",
    cannot_show="Who set a burst off, whether anybody planned it, or what was collected and what was not. A burst of a group does "
    "not show that it is one: it was found because its posts coincide.",
    reads={
        "posts": ("post_id", "account_id", "posted_at", "clock", "kind", "client", "lang", "text"),
        "marks": ("post_id", "kind", "value", "carried"),
    },
    params=(
        Param("min_posts", "int", 50, "posts that a series and a burst must have", "posts", low=10, high=1_000_000),
        Param("fdr", "float", 0.01, "share of false bursts allowed among those found", "share", low=0.0001, high=0.5),
        Param(
            "calendar", "text", "", "known events: lines start,end,words in UTC, or TOML [[event]]; @FILE reads a file"
        ),
    ),
    steps=(
        Step("numbered", _NUMBERED, NUMBERED, asks="posts in the order of time"),
        Step("objects", _OBJECTS, OBJECTS, asks="objects with enough posts"),
        Step("uses", _USES, USES, asks="which posts carry them"),
        Step("clocks", _CLOCKS, CLOCKS, asks="posts that name a clock time"),
    ),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    noun="burst",
    panels=panels,
    pictures=PICTURES,
    beside=(("coordination", "members"),),
)
