"""How bursts are spoken of."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from blowback.analyses.machinery.bursts_groups import BY_CHOICE, GROUP

_CLASS: Final = {
    "machinery": "It has signs of machinery",
    "organic_surge": "It looks like a surge of people: many accounts with few posts each, and no sign of machinery that was tested holds",
    "known_event": "It begins at a known event",
    "cannot_tell": "Whether people or machinery made it cannot be told",
}
_ALIKE: Final = {
    "hashtag": "a live event or an announced protest fills a hashtag as fast",
    "url": "a newsroom's link spreads as fast", "domain": "a newsroom's links spread as fast",
    "repost": "a post that goes round is passed on as fast", "reply_to": "a well-known account's post is answered as fast",
    "folded_text": "share buttons, feeds and games post one text for everybody",
    "media": "share buttons and albums post one file for everybody", "client": "one feed service can have a busy hour",
    "lang": "news of one country fills one language", "case": "news fills everything at once",
    "group": "people who follow the same news, team or working hours get busy together",
}  # fmt: skip
_UNTESTED: Final = {
    "wording": "wording", "client": "posting applications", "clockwork": "spacing", "entry": "when accounts join",
    "replies": "replies", "slot": "announced times", "concentration": "concentration", "newcomers": "newcomers",
}  # fmt: skip
_GROUP_ALONE: Final = (
    "The group was found because its accounts' posts coincide: a burst of its own co-actions is no independent confirmation.",
    "Its series is judged by posts in time only, and is no evidence that it is a group.",
    "Its signs are held against the rest of the case, so what the group always does holds in its burst, too.",
)


def what(kind: str, value: str) -> str:
    """The series in words."""
    plain = {
        "hashtag": f"#{value}", "url": f"the link {value}", "domain": f"links to {value}", "repost": f"reposts of {value}",
        "reply_to": f"answers to {value}", "folded_text": f"one wording ({value[:12]})", "media": f"one media file ({value[:12]})",
        "client": f"posts from {value!r}", "lang": f"posts in {value!r}", "case": "all posts of the case",
        "group": f"the group {value}",
    }  # fmt: skip
    return plain.get(kind, f"{kind} {value}")


def when(at: dt.datetime, unit_s: int = 60) -> str:
    """A time as a reader says it, no finer than the data."""
    if unit_s >= 86_400:
        return f"{at.day} {at:%B %Y}"
    return f"{at.day} {at:%B %Y %H:%M}" + (f":{at:%S}" if unit_s < 60 and at.second else "")


def about(number: float) -> str:
    """A number as a reader says it: two digits below ten, whole above."""
    return f"{number:,.0f}" if number >= 9.5 or number == 0 else f"{number:.2g}" if number >= 0.05 else "under 0.05"


def sentence(burst: dict[str, Any], signs: list[dict[str, Any]], unit_s: int) -> str:
    """What stood out, its shape, and what it is taken for."""
    first, low, high = burst["posts"], burst["excess_low"], burst["excess_high"]
    due = f"where its own habits give {about(burst['expected'])} [{max(first - high, 0):,.0f}, {max(first - low, 0):,.0f}]"
    start, end = when(burst["onset"], unit_s), when(burst["end_at"], unit_s)
    told = (
        f"{what(burst['kind'], burst['value'])[:1].upper()}{what(burst['kind'], burst['value'])[1:]}: {first:,} posts by "
        f"{burst['accounts']:,} accounts from {start} to {end} UTC, {due}"
    )
    if burst["peak_share"] is not None:
        told += f"; {burst['peak_share']:.1%} in the peak hour ({burst['peak_at']:%H}:00)"
        told += f", {burst['first7h_share']:.0%} in the first seven hours" if burst["first7h_share"] < 0.995 else ""
    told += f". {_CLASS[burst['class']]}"
    held = [s["says"] for s in signs if s["holds"]]
    if burst["class"] == "known_event":
        told += f" ({burst['event']})"
    if burst["class"] == "machinery":
        told += ": " + "; ".join(held)
    if burst["class"] == "cannot_tell":
        told += (
            f": one sign alone holds ({held[0]})"
            if len(held) == 1
            else f": {'; '.join(held)}"
            if held
            else ": no sign that was tested holds"
        )
    off = burst["slot_s"]
    if off is not None and "slot" not in burst["signs"] and 10 * 2 * max(abs(off), unit_s) <= 1800:
        told += f". It begins within {max(abs(off), unit_s)} s of a half hour: one onset in {1800 // (2 * max(abs(off), unit_s))} does by chance"
    return told + "."


def against(burst: dict[str, Any], signs: list[dict[str, Any]], summary: dict[str, Any]) -> tuple[str, ...]:
    """What speaks against it, what was not tested, and what no data of this kind can show."""
    out = [f"{_ALIKE.get(burst['kind'], 'news fills many things at once').capitalize()}."]
    out += [
        f"Tested, and no sign of machinery: {s['says']}." for s in signs if not s["holds"] and s["sign"] != "newcomers"
    ]
    out += [f"{s['says'].capitalize()}." for s in signs if s["sign"] == "newcomers"]
    apart = BY_CHOICE if burst["kind"] == GROUP else ()
    names = [_UNTESTED.get(u, u) for u in burst["untested"].split(",") if u and u not in apart]
    if apart:
        out += [
            *_GROUP_ALONE,
            f"Not looked at, because a group is chosen by such things: {', '.join(_UNTESTED[u] for u in apart)}.",
        ]
    if names:
        out.append(f"Not tested, for want of data: {', '.join(names)}.")
    if burst["event"] and burst["class"] == "machinery":
        out.append(
            f"It begins at a known event ({burst['event']}), which may explain the volume, though not the signs."
        )
    if burst["cut"]:
        out.append("It breaks off at once while it is strong: a limit of the collection looks the same.")
    if summary["resolution_s"] > 1:
        unit = {60: "minutes", 3600: "hours", 86_400: "days"}.get(summary["resolution_s"], "coarse steps")
        out.append(f"Times are whole {unit}: onset, spacing and announced times cannot be seen any finer.")
    if summary["silent"] > 0.1:
        out.append(
            f"On {summary['silent']:.0%} of the days the case has no posts: gaps of the collection make edges of their own."
        )
    out.append(
        "The comparison is with the rest of this case: where all of it is one campaign, that campaign does not stand out."
    )
    return tuple(out)
