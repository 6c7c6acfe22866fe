"""The course of a narrative: seed, rise, links and files, reposts; and whether calls run ahead of links."""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery.phases_judge import RULES, judge
from blowback.analyses.machinery.phases_panels import panels
from blowback.analyses.machinery.phases_refine import refine
from blowback.analyses.machinery.phases_tables import ACTS, HOURS, OUTPUTS
from blowback.model.analysis import Analysis, Param, Step

_ACTS: Final = """
with uses as (
  select value, count(*) as n from marks where kind = :kind group by value having count(*) >= :least
), ranked as (
  select value, row_number() over (order by n desc, value asc nulls last) as place from uses
), linked as (
  select distinct post_id from marks where kind in ('url', 'media')
)
select m.value, m.account_id, m.posted_at, m.post_id, m.carried, l.post_id is not null as linked
from marks m
join ranked r on r.value = m.value
left join linked l on l.post_id = m.post_id
where m.kind = :kind and r.place <= :objects
"""
_HOURS: Final = """
select bucket_s(posted_at, 3600) as hour, count(*) as posts
from posts
group by bucket_s(posted_at, 3600)
"""

phases: Final = Analysis(
    id="phases",
    version=1,
    asks="Did a narrative go through phases (seed, rise, links and files, reposts), and do calls run ahead of links?",
    cannot_show="Whether a course was planned, what caused it, or what happened on platforms that the data do not hold.",
    reads={
        "posts": ("post_id", "posted_at"),
        "marks": ("post_id", "account_id", "posted_at", "kind", "value", "carried"),
    },
    params=(
        Param("kind", "choice", "hashtag", "what is followed", choices=("hashtag", "url", "domain", "mention", "folded_text", "repost")),
        Param("least", "int", 100, "posts that an object needs", "posts", low=20, high=10**9),
        Param("objects", "int", 40, "objects that are followed: those with most posts", "objects", low=1, high=1000),
        Param("fdr", "float", 0.05, "share of false findings allowed among the surviving ones", "share", low=0.0001, high=0.5),
        Param("copies", "int", 99, "copies of each null (the lag takes a hundred more)", "copies", low=19, high=10_000),
        Param("seed", "int", 1, "seed of the copies", low=0, high=2**31),
    ),
    steps=(Step("acts", _ACTS, ACTS, asks="who posted on the most carried objects, when, with what"),
           Step("hours", _HOURS, HOURS, asks="when people of the case post at all")),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    noun="phase",
    panels=panels,
    pictures=("objects", "phases", "course"),
)  # fmt: skip

__all__ = ["phases"]
