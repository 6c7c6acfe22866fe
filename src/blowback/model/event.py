"""What independent event data can and cannot contain: scopes, as data. Silence of a source is no answer beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from blowback.model.claim import TYPES

OTHER: Final = "other"  # events.type: the source says what it was, and it is none of our types


@dataclass(frozen=True, slots=True)
class Scope:
    """What a kind of event data holds.

    `observes` names the types of claims of which it may be said that no event was found: for any other type its
    silence says nothing ("not observable in this source").
    """

    says: str
    observes: frozenset[str]


_DEADLY: Final = frozenset({"attack", "bombard", "ambush", "execute"})
_VIOLENT: Final = _DEADLY | {"detain", "destroy"}
SCOPES: Final[dict[str, Scope]] = {
    "lethal": Scope("events of organised violence in which somebody died", _DEADLY),
    "violence": Scope("events of political violence, lethal or not", _VIOLENT),
    "reports": Scope("news reports, coded by a machine: what was reported, not what happened", frozenset()),
    "any": Scope("whatever its maker wrote down; what it leaves out is not declared", frozenset(TYPES)),
}  # fmt: skip
# more than the scope says, by source: ACLED codes changes of control beside violence
_MORE: Final = {"acled": _VIOLENT | {"capture", "withdraw", "seize"}}


def observes(event_source: str, scope: str) -> frozenset[str]:
    """Types of claims that a source would hold had they happened (fatally, for a lethal scope).

    Args:
        event_source: as the column of that name.
        scope: a key of SCOPES; an unknown one observes nothing.
    """
    held = SCOPES.get(scope)
    return _MORE.get(event_source, held.observes if held else frozenset())
