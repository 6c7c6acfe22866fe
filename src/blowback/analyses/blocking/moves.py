"""Did links in posts lead elsewhere when a service was blocked: counts of hosts and contents, never of persons."""

from __future__ import annotations

from typing import Final

from blowback.analyses.blocking.moves_judge import RULES, judge
from blowback.analyses.blocking.moves_panels import PICTURES, panels
from blowback.analyses.blocking.moves_refine import refine
from blowback.analyses.blocking.moves_tables import CONTENTS, LINKS, OUTPUTS
from blowback.model.analysis import Analysis, Param, Step

# A case without measurements has no block to look around: its links are not fetched.
_MEASURED: Final = (
    "(exists (select 1 from lookups) or exists (select 1 from fetches) or exists (select 1 from measurements))"
)
_LINKS: Final = f"""
select m.post_id, m.account_id, m.posted_at, m.value as url
from marks m join posts p on p.post_id = m.post_id
where m.kind = 'url' and not m.carried and p.kind <> 'service'
  and not starts_with_text(coalesce(p.text, ''), 'RT @')
  and {_MEASURED}
"""
_CONTENTS: Final = f"""
select m.post_id, m.kind, m.value
from marks m
where m.kind in ('folded_text', 'media') and not m.carried
  and exists (select 1 from marks u where u.post_id = m.post_id and u.kind = 'url')
  and {_MEASURED}
"""

moves: Final = Analysis(
    id="moves",
    version=1,
    asks="Did links in posts lead to other hosts at the time at which a service was blocked, or open again?",
    cannot_show="Why links changed, who reads them, where readers went, what is behind a shortened link, or what one person did.",
    reads={
        "posts": ("post_id", "kind", "text"),
        "marks": ("post_id", "account_id", "posted_at", "kind", "value", "carried"),
        "lookups": ("name",),
        "fetches": ("name",),
        "measurements": ("input",),
    },
    params=(
        Param("window", "int", 14, "days before and after the bracket that are compared", "days", low=7, high=90),
        Param("least_uses", "int", 20, "uses of a place within the two windows", "account-days", low=5, high=100_000),
        Param("least_accounts", "int", 10, "accounts behind every number; smaller hosts are counted together", "accounts", low=5, high=10_000),
        Param("fdr", "float", 0.05, "share of false changes allowed among those that are told", "share", low=0.0001, high=0.5),
    ),
    steps=(Step("links", _LINKS, LINKS, asks="where links lead, by whom, when"),
           Step("contents", _CONTENTS, CONTENTS, asks="the words and files around them")),
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    drawer="blocking",
    noun="move",
    panels=panels,
    pictures=PICTURES,
    beside=(("blocking", "brackets"), ("blocking", "cells"), ("blocking", "listed")),
)  # fmt: skip
