"""What a claim discloses: location, strategy, weakness, success, resource, shortage."""

from __future__ import annotations

from typing import Final

from blowback.model.claim import Modality, Quantity
from blowback.tools.claim.clause import Clause
from blowback.tools.claim.tokens import Words

_GAINS: Final = frozenset(("capture", "seize", "destroy", "detain", "ambush", "advance"))
_STATED: Final = frozenset(("report", "progress", "hedged"))


def slots(
    words: Words, clause: Clause, modality: Modality, denied: bool, placed: bool, counts: tuple[Quantity, ...]
) -> tuple[str, ...]:
    """The slots that a claim fills; a wish, a question or an order discloses nothing but a shortage."""
    first, last = clause.first, clause.last
    out = []
    if (
        words.any(("shortage",), first, last) and words.any(("supply", "gear"), first, last)
    ) or clause.cue == "shortage":
        out.append("shortage")
    if modality in ("aspiration", "question", "none", "denial") or denied:
        return tuple(out)
    stated = modality in _STATED
    if placed and stated and (clause.type in ("advance", "besiege", "withdraw") or words.any(("locate",), first, last)):
        out.append("location")
    if modality in ("intention", "threat", "conditional") or (clause.type == "announce" and stated):
        out.append("strategy")
    own_loss = any(q.role == "own_loss" for q in counts)
    if stated and (clause.type == "withdraw" or own_loss or words.any(("weakness",), first, last)):
        out.append("weakness")
    if stated and (clause.type in _GAINS or any(q.role in ("enemy_loss", "seized") for q in counts)) and not own_loss:
        out.append("success")
    if stated and (
        words.any(("resource",), first, last) or clause.type == "seize" or any(q.role == "force" for q in counts)
    ):
        out.append("resource")
    return tuple(out)
