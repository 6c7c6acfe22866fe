"""The same item seeded on several hosts or in several languages at once: staged releases."""

from __future__ import annotations

from typing import Final

from blowback.analyses.machinery.releases_judge import RULES, judge
from blowback.analyses.machinery.releases_panels import panels
from blowback.analyses.machinery.releases_refine import refine
from blowback.analyses.machinery.releases_tables import CARRIED, OUTPUTS, TEXTS
from blowback.model.analysis import Analysis, Param, Step

_CARRIED: Final = """
select m.post_id, m.account_id, m.posted_at, m.kind, m.value,
       m.carried or starts_with_text(coalesce(p.text, ''), 'RT @') as passed_on,
       p.platform, p.lang, case when p.lang is null then p.text end as text
from marks m join posts p on p.post_id = m.post_id
where m.kind in ('url', 'media')
"""
_TEXTS: Final = """
select p.post_id, p.posted_at, p.lang, p.text, p.text_folded
from posts p
where p.kind <> 'repost' and not starts_with_text(coalesce(p.text, ''), 'RT @')
  and exists (select 1 from marks m where m.post_id = p.post_id and m.kind in ('url', 'media'))
"""

releases: Final = Analysis(
    id="releases",
    version=2,
    asks="Was the same item put on several hosts, or out in several languages, at once?",
    cannot_show="Who made the item, who ordered the release, what is behind a shortened link, or whether an item is still there.",
    reads={
        "posts": ("post_id", "posted_at", "kind", "platform", "lang", "text", "text_folded"),
        "marks": ("post_id", "account_id", "posted_at", "kind", "value", "carried"),
    },
    params=(
        Param("window", "seconds", 6 * 3600, "longest time from the first item of a release to the last", "seconds", low=60,
              high=7 * 86400),
        Param("least_hosts", "int", 3, "hosts a release needs; in two or more languages two hosts are enough", "hosts", low=2,
              high=50),
        Param("alike", "float", 0.8, "least share of words that two texts around links have in common (Jaccard)", "share",
              low=0.3, high=1.0),
        Param("fdr", "float", 0.05, "share of false pairs allowed among the surviving ones", "share", low=0.0001, high=0.5),
        Param("shuffles", "int", 3, "copies with dates dealt anew within each host (0 = none)", "copies", low=0, high=1000),
        Param("seed", "int", 1, "seed of the copies", low=0, high=2**31),
        Param("translate", "flag", False, "also join texts that say the same in different languages, by a model of meaning"),
    ),
    steps=(Step("carried", _CARRIED, CARRIED, asks="which links and files were carried, by whom, when"),
           Step("texts", _TEXTS, TEXTS, asks="the words around them")),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    noun="release",
    panels=panels,
    pictures=("releases", "items", "carriers"),
)  # fmt: skip

__all__ = ["releases"]
