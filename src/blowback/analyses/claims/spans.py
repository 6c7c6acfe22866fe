"""Where in a text the parts of a claim stand: what a reader sees marked in the post itself."""

from __future__ import annotations

from typing import Final

import orjson

from blowback.model.claim import ClaimRead, Cue, Reading

# the first word of what a cue says -> how the page marks it
# (a cue of the modality is the verb with what goes before it: "will take")
_CUES: Final = {"negation": "negation", "modality": "trigger", "hedge": "modality", "source": "source"}
Part = tuple[int, int, str]  # start, end (exclusive), a key of `blowback.model.panel.SPANS`


def parts(claim: ClaimRead, found: Reading) -> list[Part]:
    """The parts of one claim in order of their start; offsets into the text as published, in code points."""
    out: list[Part] = []
    if claim.place is not None:
        place = found.places[claim.place]
        out.append((place.start, place.end, "place"))
    if claim.when.end > claim.when.start:
        out.append((claim.when.start, claim.when.end, "time"))
    out += [(q.start, q.end, "quantity") for q in claim.quantities]
    # what was weighed is of the whole claim: it marks no words
    whole = (claim.start, claim.end)
    out += [(c.start, c.end, _kind(c)) for c in claim.cues if c.end > c.start and (c.start, c.end) != whole]
    for kind, words in (("actor", claim.actor), ("target", claim.target), ("source", claim.source_cited)):
        at = found.text.find(words, claim.start, claim.end) if words else -1
        if at < 0 and words and kind == "source":  # whom a post cites may stand before the claim
            at = found.text.find(words)
        if at >= 0:
            out.append((at, at + len(words), kind))
    return sorted({p for p in out if 0 <= p[0] < p[1] <= len(found.text)})


def written(claim: ClaimRead, found: Reading) -> str:
    """The parts as JSON, for a column of the claims table."""
    return orjson.dumps(parts(claim, found)).decode()


def _kind(cue: Cue) -> str:
    head = cue.says.replace(":", " ").split(" ", 1)[0].lower()
    return _CUES.get(head, "modality")
