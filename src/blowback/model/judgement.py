"""A judgement: what a person decided about one claim that was read out of one post. Never edited; a later one stands over it.

It carries what was judged (span, hash of the text, reading), so that it stays readable without the run, outlives the run,
and is not laid on a claim that has become another one. Times within it are text, UTC: `2014-06-11T18:30:00.000000Z`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from typing import Any, Final, Literal, get_args

import orjson

from blowback.model import moments
from blowback.model.analysis import Output
from blowback.model.claim import MODALITIES, TYPES, Polarity, TimeKind
from blowback.model.columns import column
from blowback.model.ids import json_digest

Decision = Literal["accept", "correct", "reject", "note", "skip"]
DECISIONS: Final[dict[str, str]] = {
    "accept": "the reading is right as it stands",
    "correct": "the reading is right but for the fields that are set",
    "reject": "the words make no claim",
    "note": "a remark; decides nothing",
    "skip": "looked at and left open: cannot tell",
}
DECIDES: Final = frozenset({"accept", "correct", "reject"})
PICKED: Final = ("worth", "sample", "named")
ROLES: Final = ("own_loss", "enemy_loss", "seized", "force", "distance", "loss", "other", "")
PLACE: Final = ("place_name", "lat", "lon", "radius_km")
TIME: Final = ("time_from", "time_to", "time_kind")
QUANTITY: Final = ("quantity_min", "quantity_max", "quantity_unit", "quantity_role")
# the columns of the claims table that are judged, and that a correction may replace
READING: Final = ("modality", "polarity", "type", "actor", "target", *PLACE, *TIME, *QUANTITY)
REJECTED: Final[Mapping[str, str]] = {"modality": "none", "type": ""}
_CHOICES: Final[Mapping[str, frozenset[str]]] = {
    "modality": frozenset(MODALITIES),
    "polarity": frozenset(get_args(Polarity)),
    "type": frozenset({*TYPES, ""}),
    "time_kind": frozenset(get_args(TimeKind)),
    "quantity_role": frozenset(ROLES),
}
_BOUNDS: Final = {
    "lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "radius_km": (0.0, 20_000.0),
    "quantity_min": (0.0, 1e12), "quantity_max": (0.0, 1e12),
}  # fmt: skip
_AT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
LONGEST: Final = 2000  # characters of a remark; names and such are shorter
_SHORT: Final = 300
Row = Mapping[str, Any]


def micros(at: object) -> int | None:
    """Microseconds since 1970 of a time: a zone-less UTC datetime, text as above, or microseconds already.

    Raises:
        ValueError: it is none of these.
    """
    if at is None or isinstance(at, int):
        return at
    if isinstance(at, str):
        at = dt.datetime.fromisoformat(at.removesuffix("Z"))
    if not isinstance(at, dt.datetime):
        raise ValueError(f"{at!r} is not a time")  # noqa: TRY004  # one kind of error for one kind of fault
    plain = at.astimezone(dt.UTC).replace(tzinfo=None) if at.tzinfo else at
    return moments.micros(plain)


def spelled(us: int | None) -> str | None:
    """The same as text."""
    return None if us is None else moments.moment(us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def reading_of(row: Row) -> dict[str, Any]:
    """The judged columns of a row of the claims table, as JSON holds them; `place_p` beside them, for calibration."""
    told = {n: row.get(n) for n in READING}
    for name in ("time_from", "time_to"):
        told[name] = spelled(micros(told[name]))
    return {**told, "place_p": row.get("place_p")}


def claim_digest(row: Row) -> str:
    """SHA-256 of what is judged of a claim: its post, span and reading. How sure a model was is not part of it."""
    told = reading_of(row)
    del told["place_p"]
    for name in ("lat", "lon"):
        told[name] = None if told[name] is None else round(float(told[name]), 4)  # gazetteers differ in the last digits
    return json_digest({**told, "post_id": row["post_id"], "span": [row["span_start"], row["span_end"]]})


def text_hash(text: str) -> str:
    """SHA-256 of a post's text as published."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Columns to replace, held to the table's types, choices and bounds. A place is replaced whole.

    Raises:
        ValueError: what does not hold, in words.
    """
    if unknown := sorted(set(given) - set(READING)):
        raise ValueError(f"{', '.join(unknown)} cannot be set")
    for name, value in given.items():
        _check(name, value)
    if 0 < len(set(PLACE) & set(given)) < len(PLACE):
        raise ValueError(f"a place is set whole: {', '.join(PLACE)}")
    if "lat" in given and len({given[n] is None for n in PLACE}) > 1:
        raise ValueError("a place has a name, a latitude, a longitude and a radius, or none of them")
    since, until = given.get("time_from"), given.get("time_to")
    if since is not None and until is not None and since >= until:
        raise ValueError(f"{until} is not after {since}")
    least, most = given.get("quantity_min"), given.get("quantity_max")
    if least is not None and most is not None and least > most:
        raise ValueError(f"{most} is less than {least}")
    return dict(given)


def _check(name: str, value: object) -> None:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise ValueError(f"{name} {value!r} is none of: {', '.join(sorted(_CHOICES[name])).lstrip(', ')}")
    elif name in _BOUNDS:
        low, high = _BOUNDS[name]
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high
        ):
            raise ValueError(f"{name} {value!r} is not a number between {low:g} and {high:g}")
    elif name in ("time_from", "time_to"):
        if value is not None and not (isinstance(value, str) and _AT.fullmatch(value)):
            raise ValueError(f"{name} {value!r} is not a time such as 2014-06-11T18:30:00.000000Z")
        micros(value)
    elif not (value is None and name == "place_name") and not (isinstance(value, str) and len(value) <= _SHORT):
        raise ValueError(f"{name} is not a text of at most {_SHORT} characters")


def changed(row: Row, decision: str, given: Mapping[str, Any], *, times: bool = True) -> dict[str, Any]:
    """The row of the claims table after a decision. `place_p` is 1 where a person chose the place.

    Args:
        row: as read; times as datetimes or microseconds, which are kept as they are.
        decision: accept, correct or reject.
        given: columns to replace (see `checked`).
        times: False leaves the columns of time as read: for the same words in a post of another time.
    """
    out = dict(row)
    if decision == "reject":
        return {**out, **REJECTED}
    if decision != "correct":
        return out
    whole = isinstance(row.get("posted_at"), int)  # rows in the making hold microseconds
    for name, value in given.items():
        if name not in TIME:
            out[name] = value
        elif times:
            us = micros(value) if name != "time_kind" else None
            out[name] = value if name == "time_kind" else us if whole or us is None else moments.moment(us)
    if "lat" in given:
        out["place_p"] = None if given["lat"] is None else 1.0
    return out


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision. `id` is the hash of all the rest, so that a copy of it is known for one."""

    at: str
    who: str
    decision: Decision
    claim_id: str
    post_id: str
    span_start: int
    span_end: int
    text_hash: str
    claim_digest: str
    after_digest: str  # of the claim once the decision is laid on it
    run: str
    picked: str  # worth: it came up for review; sample: drawn by lot; named: the reviewer chose it
    set: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    over: tuple[str, ...] = ()  # ids of the judgements that this one stands over
    reading: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or "J-" + self.digest()[:16])

    def digest(self) -> str:
        """SHA-256 of all but the id."""
        return json_digest({k: v for k, v in self.as_dict().items() if k != "id"})

    def as_dict(self) -> dict[str, Any]:
        """A plain dict, the id first, ready for JSON."""
        plain = asdict(self)
        return {"id": plain.pop("id"), **plain, "set": dict(self.set), "reading": dict(self.reading)}

    def row(self) -> dict[str, Any]:
        """A row of the table `judgements`."""
        from_json = {"set": _text(self.set), "reading": _text(self.reading), "over": ",".join(self.over)}
        return {**self.as_dict(), **from_json, "at": moments.moment(micros(self.at) or 0)}


def _text(value: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(value), option=orjson.OPT_SORT_KEYS).decode()


def judgement_from(given: Mapping[str, Any]) -> Judgement:
    """A judgement as a line of JSON holds it; the line may come from a stranger.

    Raises:
        ValueError: a field is missing, unknown, out of bounds, or the id is not that of the content.
    """
    names = {f.name for f in fields(Judgement)}
    if set(given) != names:
        odd = sorted(names ^ set(given))
        raise ValueError(f"fields that are missing or not known: {', '.join(map(str, odd))[:_SHORT]}")
    for name, longest in {"why": LONGEST}.items() | dict.fromkeys(_TEXTS, _SHORT).items():
        if not isinstance(given[name], str) or len(given[name]) > longest:
            raise ValueError(f"{name} is not a text of at most {longest} characters")
    if given["decision"] not in DECISIONS or given["picked"] not in PICKED or not _AT.fullmatch(given["at"]):
        raise ValueError("decision, picked or at is none that is known")
    for name in ("span_start", "span_end"):
        if not isinstance(given[name], int) or isinstance(given[name], bool) or given[name] < 0:
            raise ValueError(f"{name} is not an offset")
    if not isinstance(given["over"], list) or not all(isinstance(o, str) and len(o) <= _SHORT for o in given["over"]):
        raise ValueError("over is not a list of ids")
    if not isinstance(given["set"], dict) or not isinstance(given["reading"], dict):
        raise ValueError("set or reading is not an object")  # noqa: TRY004
    reading = {k: v for k, v in given["reading"].items() if k != "place_p"}
    checked(given["set"])
    checked(reading)
    one = Judgement(**{**given, "over": tuple(given["over"])})
    if one.id != "J-" + one.digest()[:16]:
        raise ValueError("its id is not that of its content")
    return one


_TEXTS: Final = (
    "id", "at", "who", "decision", "claim_id", "post_id", "text_hash", "claim_digest", "after_digest", "run", "picked",
)  # fmt: skip


def in_force(judgements: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    """The decisions that no later one stands over, by claim id, in order of time; notes and skips decide nothing.

    One stands over another only about the same post, whatever a file from elsewhere says. A decision that was made on a
    claim as an earlier one had left it is given with what that one decided: accepting a corrected reading keeps the
    correction.
    """
    held = sorted(judgements, key=lambda j: (j.at, j.id))
    posts = {j.id: j.post_id for j in held}
    beaten = {o for j in held if j.decision in DECIDES for o in j.over if posts.get(o) == j.post_id}
    whole: dict[str, Judgement] = {}
    out: dict[str, list[Judgement]] = {}
    for one in held:
        if one.decision in DECIDES:
            whole[one.id] = _on_top(one, whole)
            if one.id not in beaten:
                out.setdefault(one.claim_id, []).append(whole[one.id])
    return out


def _on_top(one: Judgement, whole: Mapping[str, Judgement]) -> Judgement:
    """A decision together with the one under it, where it was made on what that one had left."""
    under = (whole[o] for o in one.over if o in whole)
    on = next((u for u in under if u.post_id == one.post_id and u.after_digest == one.claim_digest), None)
    if on is None or on.decision == "accept" or one.decision == "reject":
        return one
    if one.decision == "accept":
        return replace(one, decision=on.decision, set=on.set)
    return replace(one, set={**(on.set if on.decision == "correct" else REJECTED), **one.set})


def agree(some: Sequence[Judgement]) -> bool:
    """Whether they decide the same about the same words."""
    return len({(j.text_hash, j.span_start, j.span_end, j.decision, _text(j.set)) for j in some}) <= 1


_c: Final = partial(column, must=True)
OUTPUT_JUDGEMENTS: Final = Output(
    "judgements",
    "one decision of a person about one claim",
    (
        _c("id", "text", "hash of all the rest"),
        _c("at", "time", "when, UTC"),
        _c("who", "text", "who decided"),
        _c("decision", "text", "; ".join(f"{k}: {v}" for k, v in DECISIONS.items())),
        _c("claim_id", "text", "the claim, as its run named it"),
        _c("post_id", "text", "its post"),
        _c("span_start", "int", "offset of the claim in the text as published, code points"),
        _c("span_end", "int", "its end, exclusive"),
        _c("text_hash", "text", "SHA-256 of the text as published"),
        _c("claim_digest", "text", "SHA-256 of the reading that was judged"),
        _c("after_digest", "text", "SHA-256 of the claim after the decision"),
        _c("run", "text", "the run that read it"),
        _c("picked", "text", "worth: it came up for review; sample: drawn by lot; named: the reviewer chose it"),
        _c("set", "text", "JSON: columns of the claims table and what to put there"),
        _c("why", "text", "the reviewer's words"),
        _c("over", "text", "ids of the judgements that this one stands over, joined by a comma"),
        _c("reading", "text", "JSON: the reading that was judged, with place_p"),
    ),
)
