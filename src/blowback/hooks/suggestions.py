"""What a model made of claims, as rows: agreed with the rules, for review, or rejected. Never a vote."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson

from blowback.hooks.answers import Answer
from blowback.hooks.checks import CHECKS, Field, Given
from blowback.model.analysis import Output
from blowback.model.columns import column
from blowback.model.judgement import claim_digest, micros, spelled
from blowback.tools.intervals import wilson

OUTCOMES: Final[dict[str, str]] = {
    "agrees": "the rules read the same",
    "review": "the rules read otherwise: a person looks, neither side wins",
    "adds": "the rules read nothing there; shown in review",
    "silent": "the rules read something there, the model nothing",
    "display": "a translation: machine-made, shown beside the words, evidence of nothing",
    "rejected": "it failed a check",
    "missing": "there was no answer",
}
_SURE: Final = ("agrees", "review")
Row = dict[str, Any]


def known_times(claims: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Times that the rules parsed out of the post of these claims, as text."""
    found = {
        (spelled(micros(c["time_from"])), spelled(micros(c["time_to"]))) for c in claims if c["time_kind"] != "default"
    }
    return tuple(sorted((a, b) for a, b in found if a is not None and b is not None))


def rows(
    claim: Mapping[str, Any], fields: Sequence[Field], given: Given, answer: Answer, stamp: Mapping[str, str]
) -> list[Row]:
    """A row for each field that the model or the rules read; `stamp` holds model and prompt_hash."""
    rules = _rules(claim, given)
    out = [_row(claim, one, rules, answer, stamp) for one in fields]
    if not any(f.name in ("answer", "translation") for f in fields):
        told = {f.name for f in fields}
        missing = [Field(name, None, "") for name, read in rules.items() if read and name not in told]
        out += [{**_row(claim, f, rules, answer, stamp), "outcome": "silent"} for f in missing]
    return out


def _row(
    claim: Mapping[str, Any], one: Field, rules: Mapping[str, str], answer: Answer, stamp: Mapping[str, str]
) -> Row:
    read = rules.get(one.name, "")
    said = _said(one)
    return {
        "claim_id": claim["claim_id"], "post_id": claim["post_id"], "claim_digest": claim_digest(claim), "field": one.name,
        "value": said, "rules": read, "quote": one.quote, "quote_start": one.start, "quote_end": one.end,
        "outcome": _outcome(one, said, read), "check": one.failed, "detail": one.detail, "request": answer.request,
        "how": answer.how, **stamp, "machine_made": True,
    }  # fmt: skip


def _outcome(one: Field, said: str, read: str) -> str:
    if one.failed:
        return "rejected"
    if one.name == "translation":
        return "display"
    if said.casefold() == read.casefold():
        return "agrees"
    return "review" if read else "adds"


def _rules(claim: Mapping[str, Any], given: Given) -> dict[str, str]:
    """What the rules read, in the spelling of `_said`."""
    out = {n: str(claim[n] or "") for n in ("modality", "polarity", "type", "actor", "target", "source_cited")}
    out["place"] = ""
    if claim["lat"] is not None:
        here = [
            c for c in given.candidates if abs(c["lat"] - claim["lat"]) < 1e-3 and abs(c["lon"] - claim["lon"]) < 1e-3
        ]
        out["place"] = str(here[0]["id"]) if here else str(claim["place_name"])
    dated = claim["time_from"] is not None and claim["time_kind"] not in ("default", "none")
    out["time"] = f"{spelled(micros(claim['time_from']))}/{spelled(micros(claim['time_to']))}" if dated else ""
    out["quantity"] = ""
    if claim["quantity_min"] is not None:
        out["quantity"] = _amount(claim["quantity_min"], claim["quantity_max"], claim["quantity_role"])
    return {n: " ".join(v.split()) for n, v in out.items()}


def _said(one: Field) -> str:
    """A value as text; the unit of a quantity stays in the quote: the rules have names of their own for units."""
    if one.failed or one.value is None or one.name == "translation":
        return one.said
    if one.name == "time":
        return f"{spelled(micros(one.value['from']))}/{spelled(micros(one.value['to']))}"
    if one.name == "quantity":
        return _amount(one.value["min"], one.value["max"], one.value["role"])
    return " ".join(one.said.split())


def _amount(low: float, high: float | None, role: str) -> str:
    return f"{float(low):g}+ {role}" if high is None else f"{float(low):g}-{float(high):g} {role}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two readings of a field are the same: `same` of `of`, with the 95 % Wilson interval."""

    field: str
    same: int
    of: int
    low: float = 0.0
    high: float = 1.0

    def as_dict(self) -> Row:
        """For JSON; without a share where there is nothing to share out."""
        share = round(self.same / self.of, 4) if self.of else None
        return {
            "field": self.field,
            "same": self.same,
            "of": self.of,
            "share": share,
            "low": self.low,
            "high": self.high,
        }


def with_rules(made: Sequence[Row]) -> list[Agreement]:
    """Agreement with the rules, of fields that passed every check and that the rules read too."""
    count: dict[str, list[bool]] = defaultdict(list)
    for row in made:
        if row["outcome"] in _SURE:
            count[row["field"]].append(row["outcome"] == "agrees")
    return list(_agreements(count))


def with_people(made: Sequence[Row], truths: Mapping[str, Mapping[str, Any]]) -> list[Agreement]:
    """Agreement with people in the fields they decide on by a word; `truths`: claim id -> the claim as they left it."""
    count: dict[str, list[bool]] = defaultdict(list)
    for row in made:
        true = truths.get(row["claim_id"])
        if true is not None and row["field"] in ("modality", "polarity", "type") and row["outcome"] in (*_SURE, "adds"):
            count[row["field"]].append(row["value"] == str(true[row["field"]]))
    return list(_agreements(count))


def _agreements(count: Mapping[str, Sequence[bool]]) -> Iterator[Agreement]:
    for name, some in sorted(count.items()):
        yield Agreement(name, sum(some), len(some), *wilson(sum(some), len(some)))


def rejections(made: Sequence[Row]) -> list[Row]:
    """Share of what the model said that each check rejected; `of` counts all that it said."""
    said = [r for r in made if r["outcome"] not in ("silent", "missing")]
    failed = Counter(r["check"] for r in said if r["check"])
    return [
        {"check": c, "rejected": failed[c], "of": len(said), "says": CHECKS[c]} for c in CHECKS if failed[c] or said
    ]


_c: Final = partial(column, must=True)
OUTPUT_SUGGESTIONS: Final = Output(
    "suggestions",
    "one field of one claim as a model read it: machine-made, evidence of nothing",
    (
        _c("claim_id", "text", "the claim"),
        _c("post_id", "text", "its post"),
        _c("claim_digest", "text", "SHA-256 of the reading that was checked"),
        _c("field", "text", "field of the claim record; translation; answer where the whole answer failed"),
        _c("value", "text", "what the model says"),
        _c("rules", "text", "what the rules read"),
        _c("quote", "text", "the words it rests on; for a translation the words translated"),
        _c("quote_start", "int", "their offset in the text as published, code points"),
        _c("quote_end", "int", "its end, exclusive"),
        _c("outcome", "text", "; ".join(f"{k}: {v}" for k, v in OUTCOMES.items())),
        _c("check", "text", "the check that failed: " + "; ".join(f"{k}: {v}" for k, v in CHECKS.items())),
        _c("detail", "text", "what was found"),
        _c("request", "text", "SHA-256 of what was asked"),
        _c("how", "text", "kept (of an earlier run or a replay file), asked or missing"),
        _c("model", "text", "name of the model, as asked for"),
        _c("prompt_hash", "text", "SHA-256 of instructions and schema"),
        _c("machine_made", "bool", "always true"),
    ),
)


def as_json(value: Mapping[str, Any]) -> bytes:
    """A line of JSON with its keys in order."""
    return orjson.dumps(dict(value), option=orjson.OPT_SORT_KEYS)
