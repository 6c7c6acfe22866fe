"""Which claims are worth a person's time: the uncertain ones, most worth it first, or some drawn by lot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log10
from typing import Any, Final

from blowback.case.case import Case
from blowback.case.judgements import judgements_of
from blowback.desk_review_rows import Read, Row, candidates_of, latest
from blowback.model.judgement import DECIDES, Judgement, agree, claim_digest, in_force, text_hash

# What makes a claim worth a look. Weights are a convention, not measured: they order the queue and decide nothing.
LOW_PLACE: Final = 0.6  # probability of the place below which it is brought up
MEANT: Final = 0.5  # probability of the modality below which it is brought up
HEDGED: Final = 0.75  # probability of the place below which a hedged report is brought up
_UNSCORED: Final = frozenset({"none", "aspiration", "question"})
_BOLD: Final = frozenset({"modality", "polarity"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim is brought up: `kind` one word, `says` in words, `weight` what it counts."""

    kind: str
    says: str
    weight: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """One claim that waits for a decision.

    `claim` is its row; `copies` how many further claims have the same words and cluster; `judged` what people said of it
    before, notes included; `suggested` what a model made of it (machine-made, never evidence).
    """

    claim: Row
    text: str
    reasons: tuple[Reason, ...]
    worth: float
    copies: int
    judged: tuple[Judgement, ...]
    suggested: tuple[Row, ...]
    picked: str

    def as_dict(self) -> dict[str, Any]:
        """As `blowback review --list --json` prints it."""
        return {
            **self.claim, "text": self.text, "worth": self.worth, "copies": self.copies, "picked": self.picked,
            "reasons": [{"kind": r.kind, "says": r.says} for r in self.reasons], "digest": claim_digest(self.claim),
            "place_candidates": candidates_of(self.claim), "judged": [j.id for j in self.judged],
            "suggestions": [dict(s) for s in self.suggested],
        }  # fmt: skip


def pending(
    case: Case, *, limit: int | None = None, again: bool = False, sample: int | None = None, seed: int = 0
) -> list[Waiting]:
    """Claims of the latest run that wait for a decision, those most worth it first; the same case gives the same order.

    Args:
        case: an open case.
        limit: at most so many.
        again: those that were skipped too.
        sample: instead of the uncertain ones, so many typed claims drawn by lot: what is decided on them tells how well
            claims are read on the whole. The same seed draws the same ones.
        seed: of the lot.

    Raises:
        UnknownName: the case has no claims run.
    """
    read = latest(case)
    held = Held(read, judgements_of(case))
    if sample is not None:
        chosen = _drawn(read.claims, sample, seed)
        lot: tuple[Reason, ...] = (Reason("sample", f"drawn by lot, seed {seed}", 0.0),)
        found = [(c, lot) for c in chosen]
    else:
        found = [(c, r) for c in read.claims if (r := tuple(_reasons(read, held, c)))]
    open_now = [(c, r) for c, r in found if not held.done(c, again=again)]
    texts = read.texts({c["post_id"] for c, _ in open_now})
    picked = "sample" if sample is not None else "worth"
    made = [_waiting(read, held, c, r, texts.get(c["post_id"], ""), picked) for c, r in open_now]
    made = [w for w in made if w.judged or not held.said_elsewhere(w.claim, w.text, again=again)]
    if sample is None:
        made = _once(sorted(made, key=lambda w: (-w.worth, w.claim["posted_at"], w.claim["claim_id"])))
    return made if limit is None else made[:limit]


class Held:
    """What people decided, looked up by claim."""

    def __init__(self, read: Read, held: Sequence[Judgement]) -> None:
        self._words: set[tuple[str, int, int, str]] = set()
        self._skipped: set[tuple[str, int, int, str]] = set()
        self._by_span: dict[tuple[str, int, int], list[Judgement]] = {}
        for one in sorted(held, key=lambda j: (j.at, j.id)):
            self._by_span.setdefault((one.post_id, one.span_start, one.span_end), []).append(one)
            words = (one.text_hash, one.span_start, one.span_end, one.claim_id.rpartition("#")[2])
            if one.decision != "note":
                (self._words if one.decision in DECIDES else self._skipped).add(words)
        self._shared: dict[tuple[str, int, int], int] = {}
        for claim in read.claims:
            if _span(claim) in self._by_span:
                self._shared[_span(claim)] = self._shared.get(_span(claim), 0) + 1

    def of(self, claim: Row) -> list[Judgement]:
        """In order of time; a claim that shares its span with others has those of its own number."""
        some = self._by_span.get(_span(claim), [])
        if self._shared.get(_span(claim), 0) > 1:
            return [j for j in some if j.claim_id == claim["claim_id"]]
        return some

    def deciding(self, claim: Row) -> list[Judgement]:
        """Those in force."""
        return sorted((j for some in in_force(self.of(claim)).values() for j in some), key=lambda j: (j.at, j.id))

    def done(self, claim: Row, *, again: bool) -> bool:
        """Whether nothing is left to decide: one decision that fits the reading, or left open on purpose."""
        said = self.of(claim)
        if not said:
            return False
        deciding = self.deciding(claim)
        if deciding:
            return agree(deciding) and fits(claim, deciding[-1])
        last = next((j for j in reversed(said) if j.decision == "skip"), None)
        return last is not None and not again and last.claim_digest == claim_digest(claim)

    def said_elsewhere(self, claim: Row, text: str, *, again: bool) -> bool:
        """Whether the same words were decided on, or left open, in another post: it holds for this one too."""
        words = (text_hash(text), claim["span_start"], claim["span_end"], str(claim["claim_id"]).rpartition("#")[2])
        return words in self._words or (not again and words in self._skipped)


def fits(claim: Row, one: Judgement) -> bool:
    """Whether a decision is about the claim as it is read now, before or after the decision was laid on it."""
    return claim_digest(claim) in (one.claim_digest, one.after_digest)


def _span(claim: Row) -> tuple[str, int, int]:
    return claim["post_id"], claim["span_start"], claim["span_end"]


def _reasons(read: Read, held: Held, claim: Row) -> Iterable[Reason]:
    deciding = held.deciding(claim)
    if deciding and not agree(deciding):
        yield Reason("disputed", "reviewers disagree: " + _said(deciding), 6.0)
    elif deciding and not fits(claim, deciding[-1]):
        yield Reason("changed", f"read otherwise since {deciding[-1].who} decided", 3.0)
    for row in read.suggestions.get(claim["claim_id"], ()):
        if row["outcome"] == "review":
            says = f"a model reads {row['field']} {row['value'] or 'none'}, the rules {row['rules'] or 'none'}"
            yield Reason("model", says, 3.0 if row["field"] in _BOLD else 1.5)
    if not claim["type"] or claim["modality"] in _UNSCORED:
        return
    if unsettled := read.unsettled.get(claim["cluster_id"] or ""):
        why, of_events = unsettled
        yield Reason("verdict", f"its verdict needs review ({why})", 1.0 if of_events else 4.0)
    meant = claim.get("modality_p", 1.0)  # a run of an earlier version has none
    if meant < MEANT:
        yield Reason("meant", f"that it is meant as {claim['modality']}: probability {meant:.2f}", 3 * (1 - meant))
    p = claim["place_p"]
    if claim["lat"] is not None and p is not None and p < LOW_PLACE:
        yield Reason("place", f"probability of the place {p:.2f}", 2 * (1 - p))
    if claim["modality"] == "hedged" and (p is None or p < HEDGED):
        yield Reason("hedged", "a hedged report whose place is not sure", 1.0)


def _said(some: Sequence[Judgement]) -> str:
    return "; ".join(f"{j.who} {j.decision}" + (f" {dict(j.set)}" if j.set else "") for j in some)


def _waiting(read: Read, held: Held, claim: Row, reasons: tuple[Reason, ...], text: str, picked: str) -> Waiting:
    reach = 1 + log10(max(read.posts_of.get(claim["cluster_id"] or "", 1), 1))
    worth = round(sum(r.weight for r in reasons) * reach, 6)
    suggested = tuple(read.suggestions.get(claim["claim_id"], ()))
    return Waiting(claim, text, reasons, worth, 0, tuple(held.of(claim)), suggested, picked)


def _once(found: Sequence[Waiting]) -> list[Waiting]:
    """The same words in one cluster come up once: a decision holds for the copies too."""
    first: dict[tuple[Any, ...], int] = {}
    out: list[Waiting] = []
    for one in found:
        claim = one.claim
        key = (
            claim["cluster_id"] or claim["claim_id"],
            one.text,
            claim["span_start"],
            claim["span_end"],
            claim["type"],
        )
        if key in first:
            out[first[key]] = replace(out[first[key]], copies=out[first[key]].copies + 1)
        else:
            first[key] = len(out)
            out.append(one)
    return out


def _drawn(claims: Sequence[Row], many: int, seed: int) -> list[Row]:
    """A lot that depends on seed and claim alone, so that it stays the same when others come in."""
    typed = [c for c in claims if c["type"] and not c["carried"]]
    return sorted(typed, key=lambda c: hashlib.sha256(f"{seed}\x1f{c['claim_id']}".encode()).digest())[:many]
