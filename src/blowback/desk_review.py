"""Reviewing claims: what people decided, and how it goes from one reviewer to another."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.case import judgements as book
from blowback.case.case import Case
from blowback.case.ledger import now, who
from blowback.desk_review_exchange import Merged, export, merge
from blowback.desk_review_queue import Held, Reason, Waiting, pending
from blowback.desk_review_rows import Read, Row, candidates_of, latest
from blowback.desk_review_set import columns_of
from blowback.errors import UnknownName, UsageError
from blowback.model.judgement import (
    DECIDES,
    LONGEST,
    Decision,
    Judgement,
    changed,
    claim_digest,
    reading_of,
    text_hash,
)

_ACTIONS: Final[dict[str, Decision]] = {
    "accept": "accept", "correct": "correct", "reject": "reject", "note": "note", "skip": "skip",
}  # fmt: skip
_UNSEEN: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINERS: Final = "\u200c\u200d"  # stand inside Persian names
__all__ = [
    "Merged", "Reason", "Waiting", "decide", "export", "judgements", "merge", "pending", "reliability", "reviewer",
]  # fmt: skip


def decide(
    case: Case,
    claim_id: str,
    decision: str,
    *,
    given: Mapping[str, str] | None = None,
    why: str = "",
    name: str | None = None,
    picked: str = "named",
    seen: str | None = None,
) -> Judgement:
    """Write down what a person decided about a claim of the latest run; when this returns, it is kept.

    It stands over every decision on that claim that the case holds.

    Args:
        case: an open case; it is locked meanwhile.
        claim_id: as the run names it.
        decision: accept, correct, reject, note or skip.
        given: for correct: field -> value as typed (see `desk_review_set.FIELDS`).
        why: the reviewer's reason; a note has nothing else.
        name: who decides; who is at the keyboard unless given.
        picked: how it came up: worth, sample or named.
        seen: digest of the reading that the reviewer was shown.

    Raises:
        UnknownName: no such claim, or no claims run.
        UsageError: what is decided does not fit; the claim is read otherwise than the reviewer saw.
        CaseLocked: another process writes to the case.
    """
    kind = _kind(decision, given or {}, why)
    person = reviewer(name)
    with case.lock():
        read = latest(case, post=claim_id.rpartition("#")[0])
        claim = read.by_id.get(claim_id)
        if claim is None:
            raise UnknownName(
                f"no claim of the latest run is called {claim_id!r}", hint="`blowback review CASE --list`"
            )
        digest = claim_digest(claim)
        if seen is not None and seen != digest:
            raise UsageError(
                f"{claim_id} was read anew since it was shown", hint="Look at it again: blowback review CASE"
            )
        columns = columns_of(given or {}, candidates_of(claim), partial(_place_of, read), read.zone)
        text = read.texts([claim["post_id"]]).get(claim["post_id"], "")
        held = Held(read, book.judgements_of(case))
        over = tuple(j.id for j in held.deciding(claim)) if kind in DECIDES else ()
        made = Judgement(
            at=now(), who=person, decision=kind, claim_id=claim_id, post_id=claim["post_id"],
            span_start=claim["span_start"], span_end=claim["span_end"], text_hash=text_hash(text), claim_digest=digest,
            after_digest=claim_digest(changed(claim, kind, columns)), run=read.run.id, picked=picked, set=columns,
            why=why.strip(), over=over, reading=reading_of(claim),
        )  # fmt: skip
        book.keep(
            case, [made], who=person, at_keyboard=who(), decision=kind, claim=claim_id, row=digest, run=read.run.id,
            set=columns, why=made.why, over=list(over),
        )  # fmt: skip
    return made


def reviewer(name: str | None) -> str:
    """The name under which a decision is kept: as given, else who is at the keyboard.

    Raises:
        UsageError: none, a long one, or one with characters that a terminal does not show.
    """
    person = (name or who()).strip()
    if not person or len(person) > 100:
        raise UsageError("a reviewer has a name of 1 to 100 characters", hint="Write --as NAME")
    if any(unicodedata.category(c) in _UNSEEN and c not in _JOINERS for c in person):
        raise UsageError("the name of a reviewer holds control characters", hint="Write --as NAME, in letters")
    return person


def _kind(decision: str, given: Mapping[str, str], why: str) -> Decision:
    kind = _ACTIONS.get(decision)
    if kind is None:
        raise UsageError(f"{decision!r} is no decision", hint=f"Decisions are: {', '.join(_ACTIONS)}")
    if kind == "correct" and not given:
        raise UsageError("a correction says what is right", hint="Write field=value, such as type=capture")
    if kind != "correct" and given:
        raise UsageError(f"{decision} takes no field=value", hint="Use correct, or leave the fields out")
    if kind == "note" and not why.strip():
        raise UsageError("a note needs words", hint="Write them after the n, or with --why")
    if len(why) > LONGEST:
        raise UsageError(f"a reason of {len(why):,} characters", hint=f"It may have {LONGEST:,}")
    return kind


def _place_of(read: Read, place_id: str) -> Row | None:
    """A place by its id: a candidate of any claim of the run, else an entry of the gazetteer of this machine."""
    for claim in latest(read.case).claims:
        if place_id in (claim["place_candidates"] or ""):
            for one in candidates_of(claim):
                if one.get("id") == place_id:
                    return one
    return _in_gazetteer(place_id)


def _in_gazetteer(place_id: str) -> Row | None:
    if find_spec("blowback.tools.places") is None:
        return None
    places = import_module("blowback.tools.places").current().places  # a large table: only for who asks
    found: list[Row] = places.filter(pc.equal(places["place_id"], place_id)).to_pylist()
    return found[0] if found else None


def judgements(case: Case) -> pa.Table:
    """Every decision, notes and skips included, in the columns of `model.judgement.OUTPUT_JUDGEMENTS`."""
    return book.judgements_frame(case)


def reliability(case: Case) -> pa.Table:
    """How often claims were read right where people decided; see `analyses.claims.judged.truth`."""
    from blowback.analyses.claims.judged import truth  # noqa: PLC0415  # loads scipy, which no other command line needs

    return truth(judgements(case))
