"""Text made safe to look at: links defanged at build, control characters drawn as marks at rendering."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from blowback.tools.links import defang

# What a reader cannot see but what changes what is read: each is drawn as a mark with its name.
CONTROLS: dict[str, tuple[str, str]] = {
    "\u00ad": ("SHY", "soft hyphen"),
    "\u061c": ("ALM", "Arabic letter mark"),
    "\u115f": ("HF", "Hangul filler"),
    "\u180e": ("MVS", "Mongolian vowel separator"),
    "\u200b": ("ZWSP", "zero-width space"),
    "\u200c": ("ZWNJ", "zero-width non-joiner"),
    "\u200d": ("ZWJ", "zero-width joiner"),
    "\u200e": ("LRM", "left-to-right mark"),
    "\u200f": ("RLM", "right-to-left mark"),
    "\u2028": ("LS", "line separator"),
    "\u2029": ("PS", "paragraph separator"),
    "\u202a": ("LRE", "left-to-right embedding"),
    "\u202b": ("RLE", "right-to-left embedding"),
    "\u202c": ("PDF", "pop directional formatting"),
    "\u202d": ("LRO", "left-to-right override"),
    "\u202e": ("RLO", "right-to-left override"),
    "\u2060": ("WJ", "word joiner"),
    "\u2066": ("LRI", "left-to-right isolate"),
    "\u2067": ("RLI", "right-to-left isolate"),
    "\u2068": ("FSI", "first strong isolate"),
    "\u2069": ("PDI", "pop directional isolate"),
    "\ufeff": ("BOM", "byte order mark"),
    "\u0000": ("NUL", "null character"),
}
# A joiner inside an emoji or between letters is ordinary writing (Persian, family emoji), so it is left to work.
_QUIET = {"\u200c", "\u200d"}
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f" + "".join(c for c in CONTROLS if c not in _QUIET and c != "\0") + "]")
_SCHEME = re.compile(r"(?i)\b(https?|ftp)(?=\s?:)")
_ACTIVE = re.compile(r"(?i)\b(javascript|vbscript|data|file|blob|tg|mailto|magnet)(:)(?=\S)")
_BARE = re.compile(r"(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w.])")


def harmless(text: str) -> str:
    """Links and addresses that no program makes clickable; what is already defanged stays as it is."""
    text = defang(text)
    text = _SCHEME.sub(lambda m: {"http": "hxxp", "https": "hxxps", "ftp": "fxp"}[m.group(1).lower()], text)
    text = _ACTIVE.sub(r"\1[:]", text)
    return _BARE.sub(r"\1[.]\2[.]\3[.]\4", text)


def cut(text: str, limit: int) -> tuple[str, bool]:
    """The first `limit` characters, and whether something was left off."""
    return (text, False) if len(text) <= limit else (text[:limit].rstrip() + " …", True)


def pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """(text, "", "") for what can be shown, (character, short name, long name) for what must be drawn as a mark."""
    at = 0
    for found in _ODD.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], "", ""
        one = found.group()
        short, long = CONTROLS.get(one, (f"{ord(one):02X}", "control character"))
        yield one, short, f"{long}, U+{ord(one):04X}"
        at = found.end()
    if at < len(text):
        yield text[at:], "", ""


def marked(text: str) -> str:
    """Plain text with each hidden character written out: `⟦RLO⟧`."""
    return "".join(f"⟦{short}⟧" if short else part for part, short, _ in pieces(text))


def moment(us: int) -> datetime:
    """A time of the document as a datetime, UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


def when(us: int | None, clock: str = "exact") -> str:
    """`2026-01-31 12:00:05`, `2026-01-31 12:00` or `2026-01-31`, as far as the clock goes. UTC."""
    if us is None:
        return "unknown"
    pattern = {"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d"}.get(clock, "%Y-%m-%d %H:%M:%S")
    return moment(us).strftime(pattern)


def whole(number: float) -> str:
    """A count with thin thousands: `1,234,567`."""
    return f"{number:,.0f}"


def figure(value: float | None) -> str:
    """A measured value for reading: three significant digits, thousands separated."""
    if value is None:
        return "–"
    value = value or 0.0  # never "-0"
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def setting(value: object) -> str:
    """The value of a parameter."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return figure(value)
    text = marked(str(value))
    return ", ".join(text.split(",")) if all(part.strip().isdigit() for part in text.split(",")) else text


def lasting(seconds: float) -> str:
    """A length of time as one says it: `12 s`, `4 min 12 s`, `3 h 20 min`, `17 days`."""
    whole_s = round(seconds)
    if whole_s < 120:
        return f"{whole_s} s"
    for limit, big, small, large, little in ((7200, 60, 1, "min", "s"), (172_800, 3600, 60, "h", "min")):
        if whole_s < limit:
            rest = whole_s % big // small
            return f"{whole_s // big} {large}" + (f" {rest} {little}" if rest else "")
    return f"{whole_s // 86_400} days"


_KINDS = {
    "repost": "reposts",
    "fast_repost": "reposts of one account within seconds",
    "url": "links",
    "domain": "linked domains",
    "hashtag": "hashtags",
    "hashtag_sequence": "runs of hashtags",
    "mention": "mentions",
    "reply_to": "replies",
    "conversation": "conversations",
    "text": "same texts",
    "folded_text": "texts alike",
    "near_text": "texts nearly alike",
    "media": "media files",
    "client": "posting apps",
    "place": "places",
    "meaning": "texts that say the same across languages",
    "rhythm": "moments of posting",
}


def kind_words(kind: str) -> str:
    """A kind of mark as a reader says it."""
    return _KINDS.get(kind, kind.replace("_", " "))


def percent(share: float) -> str:
    """A share of one: `2.2 %`; never nought where there is something."""
    return "< 0.1\u00a0%" if 0 < share < 0.001 else f"{share * 100:.1f}\u00a0%"


def rare(p: float | None) -> str:
    """A p- or q-value: never zero, never more digits than it has."""
    if p is None:
        return "–"
    if p >= 1:
        return "1"
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.3f}"
