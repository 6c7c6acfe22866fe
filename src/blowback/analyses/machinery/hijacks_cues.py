"""Generic words of answering and of reporting, and what a newsroom's host is called. No topics, no names, no parties.

They never decide alone: see `hijacks_classes`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.fold import fold

# said about a campaign, or about the use of a tag, not within one
_AGAINST: Final = (
    "stop using", "stop spamming", "stop hijacking", "stop abusing", "stop posting", "stop this", "hijack", "hijacked",
    "hijacking", "hijackers", "spam", "spamming", "spammers", "spammed", "off topic", "nothing to do with", "ignore them",
    "ignore these", "ignore this", "ignore the", "do not share", "dont share", "don t share", "do not fall for", "don t fall for",
    "dont fall for", "do not believe", "don t believe", "dont believe", "report them", "report these", "report this",
    "block them", "block these", "shame on", "not in our name", "not in my name", "this tag is for", "this hashtag is for",
    "this tag belongs", "keep out of", "get out of", "leave this tag", "leave our", "leave the tag", "propaganda", "hoax",
    "debunk", "debunked", "do not click", "don t click", "dont click", "please don t", "not what this tag", "enough of this",
    "go away", "no thanks", "we reject", "we don t want", "wrong hashtag", "wrong tag", "has no place", "have no place",
    "توقفوا", "لا تنشروا", "تجاهلوا", "بلغوا", "ابلغوا", "كفى", "عار", "سبام", "لا علاقة", "ليس باسمنا", "اكاذيب", "كذب",
    "لا تصدقوا", "احذروا", "دعاية", "ليس هذا مكان", "لا مكان", "نرفض", "اخرجوا", "لا تضغطوا", "خطف الوسم", "سرقة الوسم",
    "dejen de", "basta de", "no compartan", "ignoren", "arretez", "ne partagez pas", "ignorez", "hort auf", "nicht teilen",
    "прекратите", "не верьте", "спам", "хватит", "не распространяйте",
)  # fmt: skip
_REPORTING: Final = (
    "reports", "reported", "reporting", "according to", "breaking", "spokesman", "spokeswoman", "spokesperson", "officials said",
    "correspondent", "told reporters", "told us", "statement said", "live blog", "live updates", "our reporter", "reporters",
    "analysis", "explainer", "newsroom", "editorial", "journalists", "journalist", "eyewitness", "press conference", "fact check",
    "what we know", "read our", "full story", "exclusive",
    "عاجل", "افاد", "افادت", "وفقا", "بحسب", "حسب", "مراسل", "مراسلنا", "تقرير", "وكالة", "صرح", "نقلا عن", "مصادر", "متابعة",
    "صحفيون", "الصحفيين", "تقارير", "segun", "informa", "selon", "laut", "berichtet", "по данным", "сообщает", "корреспондент",
)  # fmt: skip
_PRESS: Final = (
    r"(?i)(^|[.\-])?[a-z0-9\-]*(news|times|herald|tribune|gazette|journal|chronicle|courier|observer|reporter|newspaper|daily|"
    r"press|noticias|diario|zeitung|nachrichten|presse|gazeta|novosti|akhbar|khabar|sahafa|radio|broadcast)[a-z0-9\-]*\."
)


@cache
def _phrases(words: tuple[str, ...]) -> str:
    folded = sorted({w for w in fold(pa.array(words)).to_pylist() if w}, key=lambda w: (-len(w), w))
    return r"(?:^|\s)(?:" + "|".join(re.escape(w) for w in folded) + r")(?:\s|$)"


def speaks_against(folded: Any) -> pa.Array:  # noqa: ANN401  # an Arrow array, chunked or not
    """Which folded texts hold a phrase that speaks about a campaign or the use of a tag, against it."""
    return pc.fill_null(pc.match_substring_regex(folded, _phrases(_AGAINST)), False)


def reports(folded: Any) -> pa.Array:  # noqa: ANN401  # an Arrow array, chunked or not
    """Which folded texts attribute what they say, as reports do."""
    return pc.fill_null(pc.match_substring_regex(folded, _phrases(_REPORTING)), False)


def press_host(domain: str) -> bool:
    """Whether a domain is named as newsrooms name theirs. A name only: anyone may take it."""
    return domain.endswith((".news", ".press", ".media")) or re.match(_PRESS, domain) is not None
