"""What is said or announced, where, when; did it come true, how far ahead, and was that better than chance?"""

from __future__ import annotations

from typing import Final

from blowback.analyses.claims import claims_tables as tables
from blowback.analyses.claims import match_tables
from blowback.analyses.claims.claims_judge import RULES, judge
from blowback.analyses.claims.claims_panels import panels
from blowback.analyses.claims.claims_refine import refine
from blowback.analyses.claims.judged import OUTPUT_REVIEWED
from blowback.model.analysis import Analysis, Param, Step
from blowback.model.tables import EVENTS

_TEXTS: Final = """
select post_id, account_id, posted_at, kind, text, coalesce(repost_of, quote_of) as of_post,
       repost_of_account as of_account, repost_of_at as of_at
from posts
where text is not null and text <> ''
"""
_CARRIES: Final = """
select post_id, kind, min(value) as value
from marks
where kind = 'url' and position = 0
group by post_id, kind
union all
select post_id, kind, value from marks where kind = 'media'
"""
_DOINGS: Final = """
with heard as (
  select o.account_id, count(distinct p.account_id) as heard
  from posts p join posts o on o.post_id = p.repost_of
  where p.account_id <> o.account_id
  group by o.account_id
)
select p.account_id, count(*) as posts, sum(case when p.kind = 'repost' then 1 else 0 end) as reposts,
       coalesce(max(h.heard), 0) as heard
from posts p left join heard h on h.account_id = p.account_id
group by p.account_id
"""
_LABELS: Final = """
select account_id, min(label) as label from accounts where label is not null group by account_id
"""
_OUTSIDE: Final = f"""
select {", ".join(c.name for c in EVENTS.columns)} from events
"""

claims: Final = Analysis(
    id="claims",
    version=1,
    asks="What is claimed or announced, where and when; did it come true, how far ahead, and was that better than chance?",
    cannot_show="That a claim is false: independent event data miss what they do not look for. Nor who planned anything, nor "
    "what was said elsewhere.",
    reads={
        "posts": (
            "post_id", "account_id", "posted_at", "kind", "text", "repost_of", "repost_of_account", "repost_of_at", "quote_of",
        ),
        "accounts": ("account_id", "label"),
        "marks": ("post_id", "kind", "value", "position"),
        "events": tuple(c.name for c in EVENTS.columns),
    },
    params=(
        Param("theatre", "text", "auto", "countries where the conflict takes place, ISO codes joined by commas; auto: where the "
              "event data of the case lie; empty: none is preferred"),
        Param("zone", "text", "", "zone of the posts' days; empty: that of the theatre, else UTC"),
        Param("horizon_days", "float", 14.0, "time that an intention without a date is given", "days", low=1, high=120),
        Param("meaning", "flag", False, "put paraphrases and translations together by a model of meaning"),
        *match_tables.PARAMS,
    ),
    steps=(
        Step("texts", _TEXTS, tables.TEXTS, asks="texts of the case"),
        Step("carries", _CARRIES, tables.CARRIES, asks="links and media that go with them"),
        Step("doings", _DOINGS, tables.DOINGS, asks="who is passed on"),
        Step("labels", _LABELS, tables.LABELS, asks="labels of the export"),
        Step("outside", _OUTSIDE, EVENTS.columns, asks="independent event data"),
    ),
    outputs=(
        tables.OUTPUT_CLAIMS, tables.OUTPUT_CLUSTERS, tables.OUTPUT_MODALITIES, tables.OUTPUT_SLOTS, tables.OUTPUT_LINEAGE, tables.OUTPUT_REUSE,
        tables.OUTPUT_SUMMARY, OUTPUT_REVIEWED, *match_tables.OUTPUTS,
    ),
    rules=RULES,
    judge=judge,
    refine=refine,
    drawer="claims",
    noun="claim finding",
    panels=panels,
    pictures=("claims", "clusters", "modalities", "slots", "summary", *match_tables.PICTURES),
    beside=(("coordination", "members"), ("case", "judgements")),
)  # fmt: skip

__all__ = ["claims"]
