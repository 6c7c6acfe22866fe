"""One verdict for each located cluster and event source. Absence never refutes: at most it is "no event found"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.analyses.claims.match_compat import CLAIM_TYPES, EVENT_TYPES, OTHER_ACTOR
from blowback.analyses.claims.match_kernel import Fit, Pairs
from blowback.analyses.claims.match_nulls import Covered
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_record import RESOLVED, Record
from blowback.analyses.claims.match_units import Bools, Floats, Happened, Ints, Units
from blowback.model.event import observes

# rule id -> verdict and what it means; the order is that in which they are asked
RULES: Final = {
    "claims.verdict.too_vague.1": ("too_vague", "place or time are too wide or too unsure to be held against an event"),
    "claims.verdict.not_covered.1": ("not_observable", "the source has no events in that country at that time"),
    "claims.verdict.pending.1": ("pending", "the time it is about ends after the source's last event"),
    "claims.verdict.contradicted.1": ("contradicted", "an event of the opposite matches, beyond the base rate and after false-discovery control"),
    "claims.verdict.supported.1": ("supported", "an event matches, beyond the base rate and after false-discovery control"),
    "claims.verdict.weak.1": ("needs_review", "an event matches, and chance would give one too often to count for it"),
    "claims.verdict.other_side.1": ("needs_review", "an event of that kind matches, done by another party than the claim names"),
    "claims.verdict.used.1": ("needs_review", "events match, and each of them answers another cluster better"),
    "claims.verdict.not_contained.1": ("not_observable", "the source does not contain what is claimed, so its silence says nothing"),
    "claims.verdict.none_found.1": ("no_event_found", "the source would contain it and holds no match; that is not a refutation"),
}  # fmt: skip
LETTERS: Final = {
    "B": "usually reliable", "C": "fairly reliable", "D": "not usually reliable", "E": "unreliable", "F": "reliability cannot be judged",
}  # fmt: skip
DIGITS: Final = {
    1: "confirmed by other sources", 2: "probably true", 3: "possibly true", 4: "doubtful", 5: "improbable", 6: "truth cannot be judged",
}  # fmt: skip
_COVER_SLACK: Final = 31.0  # days: a month without events does not end what a source covers
_OPPOSED: Final = {("capture", "withdraw"), ("withdraw", "capture"), ("capture", "capture")}


@dataclass(frozen=True, slots=True)
class Judgement:
    """For each unit: rule, reason, q of its match, and whether it was held against the source at all."""

    rule: npt.NDArray[np.object_]
    why: npt.NDArray[np.object_]
    q: Floats
    tested: Bools


def testable(units: Units, cover: Covered) -> tuple[npt.NDArray[np.object_], Bools]:
    """(rule id and "" where it can be tested, whether it can): claims that are not covered or pending are not tested."""
    rule = np.full(len(units), "", object)
    with np.errstate(invalid="ignore"):
        rule[units.end > cover.hi] = "claims.verdict.pending.1"
        outside = ~((units.end >= cover.lo - _COVER_SLACK) & (units.start <= cover.hi + _COVER_SLACK))
    rule[outside] = "claims.verdict.not_covered.1"
    return rule, rule == ""


def judged(
    units: Units,
    events: Happened,
    cover: Covered,
    best: Ints,
    any_hit: Bools,
    found: Pairs,
    fit: Fit,
    made: Record,
    how: Chosen,
) -> Judgement:
    """Apply the rules.

    Args:
        units: the claims.
        events: one source.
        cover: where and when it has events.
        best: row of `found` that each unit keeps after the assignment, -1 for none.
        any_hit: some event matches, used by another cluster or not.
        found: scored pairs.
        fit: their parts.
        made: likelihood ratios, at the least sensitivity that the source may have: what hangs on a greater one is no support.
        how: least ratio, false-discovery rate.
    """
    rule, can = testable(units, cover)
    why = np.full(len(units), "", object)
    hit = (best >= 0) & can
    q = np.ones(len(units))
    q[can] = chance_share(made.p0[can], hit[can])
    beyond = hit & (made.ratio >= how.least_lr) & (q <= how.fdr)
    kept = np.maximum(best, 0)
    row = found.fit[kept] if len(found.fit) else np.zeros(len(units), np.int64)
    actor = fit.actor[row] if len(fit.actor) else np.ones(len(units))
    against = hit & _opposite(units, events, found, kept, actor)
    seen = observes(events.source, events.scope)
    contained = np.array([not CLAIM_TYPES[t] or CLAIM_TYPES[t] in seen for t in units.type], np.bool_)
    rule[can & ~any_hit & contained] = "claims.verdict.none_found.1"
    rule[can & ~any_hit & ~contained] = "claims.verdict.not_contained.1"
    rule[can & any_hit & ~hit] = "claims.verdict.used.1"
    rule[hit] = "claims.verdict.weak.1"
    rule[hit & (actor <= OTHER_ACTOR)] = "claims.verdict.other_side.1"
    rule[beyond & (actor > OTHER_ACTOR) & ~units.negated] = "claims.verdict.supported.1"
    rule[beyond & (actor > OTHER_ACTOR) & units.negated] = "claims.verdict.contradicted.1"
    rule[beyond & against] = "claims.verdict.contradicted.1"
    for n in np.flatnonzero(hit):
        chance = f"by chance {made.p0[n]:.1%}, likelihood ratio {made.ratio[n]:.1f} at least, q {q[n]:.2f}"
        why[n] = f"{events.id[found.event[kept[n]]]}: {chance}"
    for n in np.flatnonzero(can & ~hit):
        why[n] = f"by chance {made.p0[n]:.0%} of such claims have a match here"
    return Judgement(rule, why, q, can)


def chance_share(p0: Floats, hit: Bools) -> Floats:
    """Q of each match: chance matches expected among clusters in places as quiet or quieter, over the matches found there.

    Benjamini-Hochberg for tests with two outcomes (Heyse 2011, doi:10.1142/9789814340564_0021; Gilbert 2005): a cluster whose place
    gives a match with chance p0 cannot have a smaller p-value than p0, so it does not count against those that can.
    """
    order = np.argsort(p0, kind="stable")
    rank = np.searchsorted(p0[order], p0[order], "right") - 1  # ties stand together
    share = np.cumsum(p0[order])[rank] / np.maximum(np.cumsum(hit[order])[rank], 1)
    out = np.ones(len(p0))
    out[order] = np.minimum(np.minimum.accumulate(np.where(hit[order], share, np.inf)[::-1])[::-1], 1.0)
    return np.where(hit, out, 1.0)


def _opposite(units: Units, events: Happened, found: Pairs, kept: Ints, actor: Floats) -> Bools:
    """The matched event is the opposite of an affirmed claim: the other party took the place, or the claimant left it."""
    if not len(found.event):
        return np.zeros(len(units), np.bool_)
    happened = events.type[found.event[kept]]
    out = np.zeros(len(units), np.bool_)
    for n in range(len(units)):
        pair = (CLAIM_TYPES[units.type[n]], EVENT_TYPES[happened[n]])
        if pair in _OPPOSED and not units.negated[n]:
            out[n] = (actor[n] <= OTHER_ACTOR) == (pair[0] == pair[1]) and (actor[n] <= OTHER_ACTOR or actor[n] >= 1.0)
            out[n] &= pair[0] != "withdraw" or actor[n] >= 1.0
    return out


def grades(verdict: npt.NDArray[np.object_], records: Sequence[Record], sources: Ints) -> list[tuple[str, str]]:
    """(Admiralty grade, its meaning) of each unit. Letter A, "completely reliable", is for people to give.

    Args:
        verdict: by this source.
        records: the campaign's record under the least and the greatest sensitivity of the source. The letter is given where
            both agree on it and 30 claims are resolved, else it is F: a poor source and a poor campaign look alike.
        sources: how many event sources support each unit.
    """
    digit = {"supported": 2, "contradicted": 5, "needs_review": 3}
    out = []
    for n, word in enumerate(verdict):
        found = {_letter(float(r.prior[n])) for r in records}
        letter = found.pop() if len(found) == 1 and records[0].resolved[n] >= RESOLVED else "F"
        number = 1 if word == "supported" and sources[n] > 1 else digit.get(str(word), 6)
        out.append((f"{letter}{number}", meaning(f"{letter}{number}")))
    return out


def _letter(share: float) -> str:
    return "B" if share >= 0.75 else "C" if share >= 0.5 else "D" if share >= 0.25 else "E"


def meaning(grade: str) -> str:
    """An Admiralty grade in words."""
    return f"source {LETTERS[grade[0]]}; claim: {DIGITS[int(grade[1])]}"
