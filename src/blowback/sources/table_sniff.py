"""Which column holds what: by name first, then by what its values look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from blowback.errors import WrongMapping
from blowback.sources.table_cells import parts
from blowback.sources.table_names import FIELDS, NAMES, plain, tells, words
from blowback.sources.table_time import looks_like_times, reading

_COUNTS: Final = ("followers", "following", "statuses", "likes", "reposts", "replies", "quotes", "views")
_SAMPLE: Final = 2000
# A link to a post on a platform: a column full of them says where the row is from, not what it shares.
_PERMALINK: Final = re.compile(
    r"(?i)https?://(?:[\w-]+\.)*(?:twitter\.com/[^/]+/status|x\.com/[^/]+/status|t\.me/[^/]+/\d|facebook\.com/.*(?:posts|videos|photos|permalink|story)|"
    r"fb\.com/|instagram\.com/(?:p|reel|tv)/|tiktok\.com/@[^/]+/video|youtube\.com/watch|youtu\.be/|reddit\.com/r/[^/]+/comments|vk\.com/wall|"
    r"bsky\.app/profile/[^/]+/post)"
)


def sniff(columns: Sequence[str], sample: pa.Table | None = None) -> dict[str, str]:
    """Field -> column, for the fields that can be told from the names, and from the values where there is a sample."""
    by_plain: dict[str, str] = {}
    for column in columns:
        by_plain.setdefault(plain(column), column)
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        taken = set(found.values())
        free = [by_plain[n] for n in names if n in by_plain and by_plain[n] not in taken]
        fitting = [c for c in free if _fits(field, c, sample)]
        if field == "time" and sample is not None and fitting:
            fitting = sorted(fitting, key=lambda c: _vagueness(c, sample))
        if fitting:
            found[field] = fitting[0]
    _by_words(found, columns, sample)
    _two_columns(found, by_plain, sample)
    return found


def _by_words(found: dict[str, str], columns: Sequence[str], sample: pa.Table | None) -> None:
    """What every table must have, where no known name was there: by words of the name, then the time by its values."""
    for field in ("time", "account", "text", "id"):
        taken = set(found.values())
        told = [c for c in columns if c not in taken and tells(field, c) and _fits(field, c, sample)]
        if field not in found and (field != "account" or "handle" not in found) and told:
            found[field] = told[0]
    if "time" not in found and sample is not None:
        own = [
            c
            for c in columns
            if c not in found.values() and not {"user", "account", "author", "profile"} & set(words(c))
        ]
        timed = [c for c in own if _times(c, sample)]
        if len(timed) == 1:
            found["time"] = timed[0]


def _two_columns(found: dict[str, str], by_plain: Mapping[str, str], sample: pa.Table | None) -> None:
    """A day in one column and the hour in another are read as one."""
    day, hour = found.get("time"), None
    if day is None or sample is None:
        return
    own = [c for c in by_plain.values() if c not in (set(found.values()) - {day})]
    if _clock_only(_values(day, sample)):
        day, hour = next((c for c in own if c != day and _dates_only(_values(c, sample))), None), day
    elif _dates_only(_values(day, sample)):
        named = [
            c for c in own if {"time", "hour", "uhrzeit", "hora", "heure", "clock", "created", "posted"} & set(words(c))
        ]
        hour = next((c for c in named if c != day and _clock_only(_values(c, sample))), None)
    if day is not None and hour is not None:
        found["time"] = f"{day}+{hour}"


def _dates_only(values: list[str]) -> bool:
    return bool(values) and looks_like_times(values) and not any(re.search(r"\d:\d\d|\d{9}", v) for v in values)


def _clock_only(values: list[str]) -> bool:
    return bool(values) and all(
        re.match(r"\d\d?:\d\d(:\d\d(\.\d+)?)?( ?[AaPp][Mm])?\s*(Z|UTC|[+-]\d\d:?\d\d)?$", v) for v in values
    )


def _values(column: str, sample: pa.Table) -> list[str]:
    return [
        str(v).strip() for v in sample.column(column).slice(0, _SAMPLE).to_pylist() if v is not None and str(v).strip()
    ]


def _times(column: str, sample: pa.Table) -> bool:
    kind: Any = sample.column(column).type
    return pa.types.is_timestamp(kind) or pa.types.is_date(kind) or looks_like_times(_values(column, sample))


def _vagueness(column: str, sample: pa.Table) -> int:
    """0 where a time column states the instant, 1 where a zone is missing, 2 where only days are known, 3 where it cannot be read."""
    try:
        how = reading(sample.column(column), column, None, "day-first")
    except WrongMapping:
        return 3
    return 2 if how.grain == "day" else int(how.local)


def _fits(field: str, column: str, sample: pa.Table | None) -> bool:
    """Whether values speak against the name: an id that repeats, a 'link' column without links, a 'time' that is none."""
    if sample is None or column not in sample.column_names:
        return True
    kind: Any = sample.column(column).type
    if field == "time" and (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        return True
    values = _values(column, sample)
    if not values:
        return field not in ("id", "account", "handle", "time")
    if field == "id":
        return len(set(values)) > len(values) * 0.5
    if field == "time":
        numbers = sum(bool(re.fullmatch(r"\d{1,19}([.,]\d+)?", v)) for v in values)
        return numbers > len(values) / 2 or looks_like_times(values) or _clock_only(values) or not _any_text(values)
    if field == "url":
        return any("http" in v or "." in v for v in values) and not _permalinks(values)
    if field == "client":
        return not all(re.match(r"https?://", v) for v in values)
    if field == "is_repost":
        return {v.lower() for v in values} <= {"0", "1", "0.0", "1.0", "true", "false", "yes", "no", "t", "f"}
    if field in _COUNTS:
        return all(re.fullmatch(r"-?[\d.,\u00a0 ]+(e[+-]?\d+)?[KMkm]?", v) for v in values[:200])
    return field != "reply_to" or not all(v.lower() in ("true", "false") for v in values)


def _any_text(values: list[str]) -> bool:
    """Values without digits are no times; a few of them among others may be."""
    return sum(not re.search(r"\d", v) for v in values) > len(values) / 2


def _permalinks(values: list[str]) -> bool:
    """Nearly every row has a link to a post, each another one."""
    shown = sum(bool(_PERMALINK.match(v)) for v in values)
    return (
        shown > len(values) * 0.9
        and len(set(values)) > len(values) * 0.9
        and not any(" " in v or "," in v for v in values)
    )


def checked(mapping: Mapping[str, str], columns: Sequence[str], name: str) -> dict[str, str]:
    """The user's mapping, or an error that lists what there is.

    Raises:
        WrongMapping: a field that does not exist, or a column that the file does not have.
    """
    for field, column in mapping.items():
        if field not in FIELDS:
            raise WrongMapping(f"--map: no field is called {field!r}", hint=f"Fields are: {', '.join(FIELDS)}")
        missing = [c for c in parts(column, columns) if c not in columns]
        if missing:
            close = [c for c in columns if plain(c) == plain(missing[0])]
            raise WrongMapping(
                f"--map {field}={column}: {name} has no column {missing[0]!r}",
                hint=(f"Did you mean {close[0]!r}? " if close else "") + f"Its columns are: {', '.join(columns)}",
            )
    return dict(mapping)
