"""What speaks for and against each place of a text being where it happened: the features of the event-place model.

A text is read once, left to right, for words of seven roles (event_cues.csv): something happens, somebody moves, is treated,
is mourned, speaks, something else goes on, something was before. A mention takes the role of the last such word before it in
its sentence, and what stands right before and behind it ("in", "from", "governor of", "was hit"). Patterns are matched on a
text folded letter for letter, so that offsets stay those of the text as published.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from blowback.model.claim import Located
from blowback.tools.places.anchoring import anchor, within
from blowback.tools.places.letters import folded, folded_pattern
from blowback.tools.places.shapes import kilometres

_CLITIC_IN: Final = re.compile(r"(?<!\w)[وف]?ب(?:ال)?$")
_CLITIC_FOR: Final = re.compile(r"(?<!\w)[وف]?ل(?:ل)?$")
_LIST: Final = re.compile(r"^ ?(?:,|،|و|and|،? ?و) ?$")
_DASH: Final = re.compile(r"^ ?[-–—/] ?$")
_SIZE: Final = {"site": 0, "neighbourhood": 0, "locality": 1, "county": 2, "region": 3, "country": 4}
ROLES: Final = ("event", "move", "leave", "medic", "funeral", "source", "side", "former", "after")
BEFORE: Final = (
    "from", "owner", "speaker", "placed", "bound", "between", "road", "where", "near", "direction", "object", "at", "clitic_for",
)  # fmt: skip
KINDS: Final = ("village", "sub", "district", "area", "province")
AFTER: Final = ("people", "hit", "says", "province", "of", "agency", "head", "where", "before_now")
FEATURES: Final = (
    *(f"role_{r}" for r in ROLES), "role_ahead", "role_none", *(f"before_{b}" for b in BEFORE), *(f"kind_{k}" for k in KINDS),
    *(f"after_{a}" for a in AFTER), "before_that", "no_event_before", "first", "later_sentence", "order", "listed", "dashed",
    "sure", "doubtful", "site", "county", "region", "country", "holds_another", "within_another", "anchored", "anchor_of_former",
    "repeated", "far_from_all", "near_another", "corridor", "tag", "event_near", "headed", "previous_role_kept",
    "from_with_event", "move_from", "move_bound", "leave_from", "leave_bound", "event_owner",
    "out_of_reach", "anchor_of_unknown",
)  # fmt: skip
COLUMN: Final = {name: n for n, name in enumerate(FEATURES)}
_BEHIND: Final = 40  # characters within which what happens stands behind a name: "police in Basra arrested"
_FAR, _NEAR = 250.0, 60.0  # km to the nearest other place of the text: another part of the country, the same district


@cache
def _tables() -> tuple[re.Pattern[str], dict[str, list[tuple[str, re.Pattern[str]]]]]:
    """(the words of a text with their class as group, patterns by use), from event_cues.csv."""
    text = files("blowback.tools.places").joinpath("event_cues.csv").read_text(encoding="utf-8")
    words: dict[str, list[str]] = {}
    others: dict[str, list[tuple[str, re.Pattern[str]]]] = {"before": [], "kind": [], "after": []}
    for row in csv.DictReader(text.splitlines()):
        pattern = folded_pattern(row["pattern"])
        if row["use"] == "word":
            words.setdefault(row["class"], []).append(pattern)
        else:
            others[row["use"]].append((row["class"], re.compile(pattern)))
    order = sorted(words, key=lambda c: (c != "former", c != "after"))  # "had fought" before "fought"
    whole = "|".join(f"(?P<{c}>{'|'.join(words[c])})" for c in order)
    return re.compile(whole), others


def event_features(text: str, located: Sequence[Located], able: Sequence[int]) -> dict[int, list[float]]:
    """Values of FEATURES by mention, for those of `able` (indices into `located`, in reading order)."""
    plain = folded(text)
    words = _words(plain, located)
    out = {n: [0.0] * len(FEATURES) for n in able}
    for k, n in enumerate(able):
        _said(plain, located, able, k, words, out[n])
        _place(located[n], out[n])
        out[n][COLUMN["first"]] = float(k == 0)
        out[n][COLUMN["order"]] = min(k, 5) / 5.0
        out[n][COLUMN["tag"]] = float(tagged(text, located[n].start))
    _together(plain, located, able, out)
    return out


def _words(plain: str, located: Sequence[Located]) -> list[tuple[int, int, str]]:
    """(start, end, class) of the words that have a role; not those that are part of a mention."""
    spans = [(p.start, p.end) for p in located if p.candidates and not p.rejected]
    return [
        (m.start(), m.end(), m.lastgroup)
        for m in _tables()[0].finditer(plain)
        if m.lastgroup and not any(a <= m.start() < b for a, b in spans)
    ]


def _said(
    plain: str,
    located: Sequence[Located],
    able: Sequence[int],
    k: int,
    words: list[tuple[int, int, str]],
    out: list[float],
) -> None:
    one = located[able[k]]
    last = located[able[k - 1]].end if k else 0
    upto = bisect_left(words, (one.start, 0, ""))
    begin = next((i + 1 for i in range(upto - 1, -1, -1) if words[i][2] == "stop"), 0)
    sentence = words[begin:upto]
    own = [w for w in sentence if w[0] >= last and w[2] != "that"]
    role = _role(own) or _role([w for w in sentence if w[2] != "that"])
    out[COLUMN["previous_role_kept"]] = float(not own)
    events = [w for w in sentence if w[2] == "event"]
    out[COLUMN["event_near"]] = float(bool(events) and one.start - events[-1][1] <= 40)
    out[COLUMN["later_sentence"]] = float(begin > 0)
    end = next((i for i in range(upto, len(words)) if words[i][2] == "stop"), len(words))
    out[COLUMN["before_that"]] = float(not events and any(w[2] == "that" for w in words[upto:end]))
    out[COLUMN["no_event_before"]] = float(not events)
    behind = next((w for w in words[upto:end] if w[0] >= one.end), None)
    following = located[able[k + 1]].start if k + 1 < len(able) else len(plain)
    ahead = behind is not None and behind[2] == "event" and behind[0] - one.end <= _BEHIND and behind[0] < following
    role = role or ("ahead" if ahead else "none")
    out[COLUMN[f"role_{role}"]] = 1.0
    before, after = plain[max(0, one.start - 60) : one.start], plain[one.end : one.end + 45]
    patterns = _tables()[1]
    cue = next((c for c, p in patterns["before"] if p.search(before)), "")
    if not cue and _CLITIC_IN.search(before):
        cue = "at"
    if not cue and _CLITIC_FOR.search(before):
        cue = "clitic_for"
    if cue:
        out[COLUMN[f"before_{cue}"]] = 1.0
    if cue == "from" and role == "event":
        out[COLUMN["from_with_event"]] = 1.0
    if f"{role}_{cue}" in COLUMN:
        out[COLUMN[f"{role}_{cue}"]] = 1.0
    kind = next((c for c, p in patterns["kind"] if p.search(before)), "")
    if kind:
        out[COLUMN[f"kind_{kind}"]] = 1.0
    for c, p in patterns["after"]:
        if p.match(after) and (c not in ("agency", "head") or one.start < 40):
            out[COLUMN[f"after_{c}"]] = 1.0
    bare = out[COLUMN["after_head"]] and not out[COLUMN["after_agency"]] and one.start <= 2
    out[COLUMN["headed"]] = float(bool(bare) and ahead)  # "Hawija: 12 killed"


def _role(words: list[tuple[int, int, str]]) -> str:
    """The role of the last word; what something was "after" or "while" holds on over a verb of the same clause."""
    if not words:
        return ""
    role = words[-1][2]
    if role == "event" and len(words) > 1 and words[-2][2] in ("after", "former"):
        return words[-2][2]
    return role


def _place(one: Located, out: list[float]) -> None:
    best = one.candidates[0]
    out[COLUMN["sure"]] = 1.0 - one.no_match
    out[COLUMN["doubtful"]] = float(one.no_match > 0.6)
    kind = "site" if best.placetype == "neighbourhood" else best.placetype
    if kind in COLUMN:
        out[COLUMN[kind]] = 1.0
    out[COLUMN["corridor"]] = float(one.shape is not None and one.shape.kind == "corridor")


def _together(plain: str, located: Sequence[Located], able: Sequence[int], out: dict[int, list[float]]) -> None:
    """Features of a mention among the others: lists, chains, containment, repeats, distance."""
    for k, n in enumerate(able):
        a = located[n].candidates[0]
        nearest = float("inf")
        for m in able:
            b = located[m].candidates[0]
            if m == n:
                continue
            if a.place_id == b.place_id:
                out[n][COLUMN["repeated"]] = 1.0
                continue
            away = kilometres(a.lat, a.lon, b.lat, b.lon)
            if b.placetype not in ("country", "region"):
                nearest = min(nearest, away)
            if _SIZE.get(a.placetype, 1) < _SIZE.get(b.placetype, 1) and b.placetype != "locality":
                inside = away <= 1.2 * b.radius_km and (not a.country or not b.country or a.country == b.country)
                out[n][COLUMN["within_another"]] = max(out[n][COLUMN["within_another"]], float(inside))
                out[m][COLUMN["holds_another"]] = max(out[m][COLUMN["holds_another"]], float(inside))
        if nearest < float("inf"):
            out[n][COLUMN["far_from_all"]] = float(nearest > _FAR)
            out[n][COLUMN["near_another"]] = float(nearest < _NEAR)
        if k + 1 < len(able):
            m = able[k + 1]
            b = located[m].candidates[0]
            gap = plain[located[n].end : located[m].start]
            out[m][COLUMN["listed"]] = float(_LIST.match(gap) is not None)
            if _DASH.match(gap):
                out[n][COLUMN["dashed"]] = out[m][COLUMN["dashed"]] = 1.0
            if _SIZE.get(a.placetype, 1) <= _SIZE.get(b.placetype, 1) and anchor(gap):
                known = within(a, b)
                out[n][COLUMN["anchored" if known else "out_of_reach"]] = 1.0
                out[m][COLUMN["anchor_of_former" if known else "anchor_of_unknown"]] = 1.0


def tagged(text: str, start: int) -> bool:
    """Whether a word is within a hashtag."""
    at = start
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return at > 0 and text[at - 1] in "#＃"
