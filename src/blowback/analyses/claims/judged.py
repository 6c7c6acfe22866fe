"""What people decided about claims, laid on the claims as read; and what it says of how well they are read.

A decision holds for words: the same span of the same text, wherever it was posted (a campaign repeats itself); what it
says of time holds for its own post alone. Where the text or the span has become another one nothing is touched, and where
reviewers disagree nothing is touched: both are counted, and `blowback review` brings them up again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from blowback.model.analysis import Output
from blowback.model.claim import MODALITIES
from blowback.model.columns import column
from blowback.model.judgement import (
    DECIDES,
    TIME,
    Judgement,
    agree,
    changed,
    claim_digest,
    in_force,
    micros,
    spelled,
    text_hash,
)
from blowback.tools.intervals import wilson

LEAST: Final = 30  # decisions below which nothing is called calibrated (claims, 4.6)
BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
Row = dict[str, Any]
_Words = tuple[str, int, int]  # hash of the text, span


@dataclass(frozen=True, slots=True)
class Applied:
    """The claims after the decisions, and how many decisions did what.

    Counts: `accepted`, `corrected`, `rejected` (claims of the judged posts), `copies` (claims with the same words in other
    posts that were corrected or rejected with them), `changed` (decisions whose words or reading are no longer there),
    `disputed` (claims on which reviewers disagree), `notes` (notes and skips).
    """

    rows: list[Row]
    counts: Mapping[str, int]


def judgements_in(table: pa.Table) -> list[Judgement]:
    """The judgements of a table in the columns of `OUTPUT_JUDGEMENTS`."""
    out = []
    for row in table.to_pylist():
        at = spelled(micros(row["at"])) or ""
        over = tuple(o for o in row["over"].split(",") if o)
        held = {**row, "at": at, "set": orjson.loads(row["set"]), "reading": orjson.loads(row["reading"]), "over": over}
        out.append(Judgement(**held))
    return out


def apply(claims: Sequence[Row], judgements: pa.Table, texts: Mapping[str, str]) -> Applied:
    """Lay the decisions on the claims: rejected ones get modality "none" and no type, corrected columns are replaced.

    Args:
        claims: rows of the claims table, times as microseconds or datetimes; they are not changed in place.
        judgements: columns of `OUTPUT_JUDGEMENTS`, in any order.
        texts: post id -> text as published, of the posts of the claims.

    An acceptance changes nothing. It counts as `changed` where the claim is read otherwise by now.
    """
    held = judgements_in(judgements)
    counts = Counter(notes=sum(j.decision not in DECIDES for j in held))
    rows = list(claims)
    if not held:
        return Applied(rows, counts)
    wanted = {j.text_hash for j in held}
    hashes = {p: h for p, t in texts.items() if (h := text_hash(t)) in wanted}
    places: dict[_Words, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        if found := hashes.get(row["post_id"]):
            places[found, row["span_start"], row["span_end"]].append(n)
    for words, decided in sorted(_by_words(held).items()):
        _lay(rows, places.get(words, []), decided, counts)
    return Applied(rows, counts)


def _by_words(held: Sequence[Judgement]) -> dict[_Words, list[Judgement]]:
    """The decisions in force by the words they are about."""
    out: dict[_Words, list[Judgement]] = defaultdict(list)
    for some in in_force(held).values():
        for one in some:
            out[one.text_hash, one.span_start, one.span_end].append(one)
    return out


def _lay(rows: list[Row], places: Sequence[int], decided: Sequence[Judgement], counts: Counter[str]) -> None:
    """Decisions about one span of one text, on every claim that has it.

    Several claims can share a span (two towns in one sentence): then each decision keeps to claims with its own number.
    """
    numbers = {_number(j.claim_id) for j in decided}
    alone = len(numbers) == 1 and len({_number(rows[n]["claim_id"]) for n in places}) <= 1
    for number in sorted(numbers):
        some = [j for j in decided if _number(j.claim_id) == number]
        mine = [n for n in places if alone or _number(rows[n]["claim_id"]) == number]
        posts = {rows[n]["post_id"] for n in mine}
        counts["changed"] += sum(j.post_id not in posts for j in some)
        for n in mine:
            own = [j for j in some if j.post_id == rows[n]["post_id"]]
            if own and not agree(own):
                counts["disputed"] += 1
            elif own:
                counts[_on_its_own(rows, n, own[-1])] += 1
            elif agree([_timeless(j) for j in some]) and some[0].decision != "accept":
                rows[n] = changed(rows[n], some[0].decision, some[0].set, times=False)
                counts["copies"] += 1


def _on_its_own(rows: list[Row], n: int, one: Judgement) -> str:
    """Lay a decision on the claim it was made about; returns what to count."""
    if one.decision == "accept":
        return "accepted" if claim_digest(rows[n]) == one.claim_digest else "changed"
    rows[n] = changed(rows[n], one.decision, one.set)
    return f"{one.decision}ed"


def _timeless(one: Judgement) -> Judgement:
    return replace(one, set={k: v for k, v in one.set.items() if k not in TIME})


def _number(claim_id: str) -> str:
    return claim_id.rpartition("#")[2]


def truth(judgements: pa.Table) -> pa.Table:
    """How often the reading was right where a person decided: a reliability table in the columns of `OUTPUT_REVIEWED`.

    `place_p`: of claims with a place, bins of the probability that was given, the share whose place the reviewer left as
    it was (a rejected claim says nothing of its place). `modality`: by the class that was read, the share that was left.
    The row "all" of each has Brier score and expected calibration error (of places), and what may be said of them. Claims
    come up for review because they are uncertain, so figures are given apart for those drawn by lot (`picked` "sample").

    Each claim counts once; those on which reviewers disagree do not count. Intervals: Wilson for shares, the normal
    approximation for the mean of squared errors.
    """
    held = judgements_in(judgements)
    judged = list(_machine_and_truth(held))
    out: list[Row] = []
    for picked in ("any", "sample"):
        some = [(read, true) for read, true, how in judged if picked in ("any", how)]
        out += _of_places(some, picked)
        out += _of_modality(some, picked)
    return pa.Table.from_pylist(out, OUTPUT_REVIEWED.arrow)


def _machine_and_truth(held: Sequence[Judgement]) -> Iterator[tuple[Row, Row, str]]:
    """(what the program read, what the reviewer made of it, how the claim was picked) of each decided claim."""
    by_claim: dict[str, list[Judgement]] = defaultdict(list)
    for one in sorted(held, key=lambda j: (j.at, j.id)):
        if one.decision in DECIDES:
            by_claim[one.claim_id].append(one)
    for claim_id, final in sorted(in_force(held).items()):
        if not agree(final):
            continue
        made = {j.after_digest for j in by_claim[claim_id] if j.decision != "accept"}
        machine = [j for j in by_claim[claim_id] if j.claim_digest not in made]
        if machine:  # the latest reading that is not a person's own
            last = final[-1]
            true = changed(dict(last.reading), last.decision, last.set)
            yield dict(machine[-1].reading), {**true, "decision": last.decision}, machine[-1].picked


def _same_place(read: Row, true: Row) -> bool:
    if true["lat"] is None:
        return False
    return all(abs(float(read[n]) - float(true[n])) < 1e-3 for n in ("lat", "lon"))


def _of_places(judged: Sequence[tuple[Row, Row]], picked: str) -> Iterator[Row]:
    located = [
        (r, t) for r, t in judged if r["lat"] is not None and r.get("place_p") is not None and t["decision"] != "reject"
    ]
    said = np.array([float(r["place_p"]) for r, _ in located])
    hits = np.array([_same_place(r, t) for r, t in located], np.float64)
    apart = 0.0
    edges = np.clip(np.digitize(said, BINS) - 1, 0, len(BINS) - 2) if located else np.empty(0, np.int64)
    for n in range(len(BINS) - 1):
        mine = edges == n
        if mine.any():
            apart += abs(float(said[mine].mean() - hits[mine].mean())) * float(mine.mean())
        named = f"{BINS[n]:g} to {BINS[n + 1]:g}"
        yield _row("place_p", picked, named, int(mine.sum()), int(hits[mine].sum()), said[mine])
    whole = _row("place_p", picked, "all", len(located), int(hits.sum()), said)
    errors = (said - hits) ** 2
    if len(located) >= LEAST:
        half = 1.96 * float(errors.std(ddof=1)) / len(located) ** 0.5
        brier = float(errors.mean())
        whole |= {
            "brier": brier,
            "brier_low": max(0.0, brier - half),
            "brier_high": min(1.0, brier + half),
            "ece": apart,
        }
    yield whole


def _of_modality(judged: Sequence[tuple[Row, Row]], picked: str) -> Iterator[Row]:
    right: dict[str, list[bool]] = {m: [] for m in MODALITIES}
    for read, true in judged:
        right[read["modality"]].append(read["modality"] == true["modality"] and true["decision"] != "reject")
    for name, some in right.items():
        if some:
            yield _row("modality", picked, name, len(some), sum(some), None)
    every = [one for some in right.values() for one in some]
    yield _row("modality", picked, "all", len(every), sum(every), None)


def _row(of: str, picked: str, named: str, n: int, hits: int, said: npt.NDArray[np.float64] | None) -> Row:
    low, high = wilson(hits, n)
    mean = float(said.mean()) if said is not None and said.size else None
    enough = f"measured on {n} decisions" if n >= LEAST else f"not calibrated: {n} decisions, {LEAST} are needed"
    chosen = "; claims picked because they were uncertain are among them" if picked == "any" and n else ""
    return {
        "of": of, "picked": picked, "bin": named, "n": n, "hits": hits, "said": mean, "share": hits / n if n else None,
        "low": low, "high": high, "brier": None, "brier_low": None, "brier_high": None, "ece": None,
        "says": enough + chosen if named == "all" else "",
    }  # fmt: skip


_c: Final = partial(column, must=True)
OUTPUT_REVIEWED: Final = Output(
    "reviewed",
    "claims that people decided on, by how they were read: were they read right?",
    (
        _c("of", "text", "place_p: the probability of the place; modality: the class of modality"),
        _c("picked", "text", "any: all that were decided; sample: those drawn by lot"),
        _c("bin", "text", "bin of the probability, or class that was read; all: the whole"),
        _c("n", "int", "claims", "claims"),
        _c("hits", "int", "of those, left by the reviewer as they were read", "claims"),
        _c("said", "float", "mean of the probability that was given", "share", must=False),
        _c("share", "float", "hits / n", "share", must=False),
        _c("low", "float", "lower end of its 95 % interval (Wilson)", "share"),
        _c("high", "float", "upper end", "share"),
        _c("brier", "float", "Brier score; empty below 30 decisions", "squared share", must=False),
        _c("brier_low", "float", "lower end of its 95 % interval (normal approximation)", "squared share", must=False),
        _c("brier_high", "float", "upper end", "squared share", must=False),
        _c("ece", "float", "expected calibration error over the bins; empty below 30 decisions", "share", must=False),
        _c("says", "text", "what may be said of it"),
    ),
)
