"""Which class a strand is of, in the order the questions are asked, with the reason in words."""

from __future__ import annotations

from typing import Any, Final

from blowback.analyses.machinery.hijacks_seeds import LEAST_WORDINGS
from blowback.analyses.machinery.hijacks_strands import Strand

LAWFUL: Final = 2 / 3  # answers and reports together: the strand speaks about a campaign, it is not one
LEAST_UNITS: Final = 10
_BEFORE: Final = 0.05
_TIED: Final = 0.5


def class_of(row: dict[str, Any], strand: Strand) -> tuple[str, str]:
    """(class, reason) of a strand with its measures; the first question that is answered decides."""
    lawful, posts = row["counter"] + row["news"], max(row["strand_posts"], 1)
    if strand.spilled or 2 * row["strand_posts"] > row["posts"]:
        return (
            "cannot_tell",
            "followed by words and markers it takes in half of the tag, so that neither side can be called the tag's own",
        )
    if lawful >= LAWFUL * posts:
        word = "counter" if row["counter"] >= row["news"] else "news"
        told = "answers to something" if word == "counter" else "reports"
        return word, f"{lawful} of its {posts} posts read as {told}, not as the thing itself"
    if row["wordings"] < LEAST_WORDINGS:
        return (
            "cannot_tell",
            f"it is {row['wordings']} wording(s) repeated: a share button or a joke that is copied looks the same",
        )
    if int(strand.inside.sum()) < LEAST_UNITS:
        return "cannot_tell", f"it is {posts} posts only: so few say too little about those who wrote them"
    if 1 - row["novelty"] >= max(_TIED, 1 - row["novelty_usual"]):
        return (
            "own_people",
            "its authors are as much at home under the tag as anybody: they took something up, protest included",
        )
    if row["before"] < max(2, _BEFORE * (row["accounts"] - row["strand_accounts"])):
        return (
            "cannot_tell",
            "it was there as early as the tag's others in these data, so that nobody was there before it",
        )
    return "repurposed", "its words or links are strange to the tag's others, and its authors are not among them"
