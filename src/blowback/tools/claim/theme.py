"""Whether a text is about a conflict at all: a "beat", "left" or "took" of a football post is no claim of war.

Half of the verbs of war are those of sport and daily life. Without this, one post in five of a football crowd read as a claim.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from blowback.model.claim import ClaimRead, Cue, Located
from blowback.tools.fold import fold_one

Standing = Literal["all", "towns", "none"]
# verbs that nothing but a place makes a claim of war: a town that is entered, left, reached or cut off
_OF_A_TOWN: Final = frozenset(("capture", "withdraw", "advance", "besiege"))
_WIDE_KM: Final = 40.0  # a country or a province is no town: "won in Brazil"
_LIKELY: Final = 0.5
_TAGGED: Final = re.compile(r"#\w+")
_LETTERS: Final = r"(?<![^\W\d_])"
_CLITICS: Final = r"(?:[وف]?(?:[بكل]?(?:ال)?|لل))"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    held = tomllib.loads(files("blowback.tools.claim").joinpath("theme.toml").read_text(encoding="utf-8"))
    out = {}
    for theme, by_lang in held.items():
        english = "|".join(_ended(w) for w in by_lang["en"])
        arabic = "|".join(_ended(w) for w in by_lang["ar"])
        out[theme] = re.compile(rf"{_LETTERS}(?:(?:{english})|{_CLITICS}(?:{arabic}))")
    return out


def _ended(word: str) -> str:
    return re.escape(word[:-1]) + r"(?![^\W\d_])" if word.endswith("=") else re.escape(word)


def of_war(text: str) -> bool:
    """Whether a word of `war` stands in the text, hashtags taken apart included."""
    return bool(_patterns()["war"].search(_plain(text)))


def of_a_game(text: str) -> bool:
    """Whether a word of sport, weather or daily life stands in it."""
    return bool(_patterns()["game"].search(_plain(text)))


@cache
def _joined() -> re.Pattern[str]:
    return re.compile(r"(?<=[a-z])(?=[A-Z])|_")


def _plain(text: str) -> str:
    """The text folded, hashtags as words (#BattleOfTikrit is three)."""
    return fold_one(_TAGGED.sub(lambda m: " " + _joined().sub(" ", m.group()[1:]) + " ", text))[0].replace("_", " ")


def standing(text: str, *, presumed: bool = True, war: bool | None = None) -> Standing:
    """Which claims of a text a conflict stands behind: "all", those of "towns" that are taken or left, or "none".

    A word of war: all. Else the words of a game or of daily life: none. With neither, all where the company it keeps is
    presumed to speak of a conflict, and else those in which a town is entered, left, reached or cut off.

    Args:
        text: as published.
        presumed: whether the text comes from a conversation about a conflict (its account's other posts, an analyst's
            choice of this very text).
        war: `of_war` of the text, where it is known already.
    """
    if of_war(text) if war is None else war:
        return "all"
    if of_a_game(text):
        return "none"
    return "all" if presumed else "towns"


def hopeless(stands: Standing, places: Sequence[Located]) -> bool:
    """Whether `kept` would drop whatever is read out of a text, so that it need not be read at all."""
    return stands == "none" or (stands == "towns" and not any(_is_town(p) for p in places))


def kept(
    claims: Sequence[ClaimRead], places: Sequence[Located], stands: Standing
) -> tuple[tuple[ClaimRead, ...], tuple[Cue, ...]]:
    """The claims that a conflict stands behind, and for each other one why it was dropped."""
    if stands == "all":
        return tuple(claims), ()
    stay, dropped = [], []
    for claim in claims:
        if stands == "towns" and claim.type in _OF_A_TOWN and _town(claim, places):
            stay.append(claim)
        else:
            of_what = f" around {claim.type!r}" if claim.type else ""
            dropped.append(Cue(claim.start, claim.end, f"no claim: nothing of a conflict{of_what}"))
    return tuple(stay), tuple(dropped)


def _town(claim: ClaimRead, places: Sequence[Located]) -> bool:
    return claim.place is not None and _is_town(places[claim.place])


def _is_town(place: Located) -> bool:
    best = place.best
    return best is not None and best.radius_km <= _WIDE_KM and best.p >= _LIKELY
