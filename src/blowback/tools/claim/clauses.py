"""Sentences into clauses, each with the word that says what happens: its head."""

from __future__ import annotations

from dataclasses import replace

from blowback.tools.claim.clause import Clause, Item, Placed
from blowback.tools.claim.framed import alone
from blowback.tools.claim.kinds import type_of
from blowback.tools.claim.tokens import STOP, Words
from blowback.tools.claim.triggers import OBJECTS, triggers


def clauses(words: Words, sentence: tuple[int, int], placed: Placed) -> list[Clause]:
    """The clauses of a sentence, in reading order."""
    first, last = sentence
    heads = triggers(words, first, last, placed)
    if not heads:
        only = alone(words, sentence, placed)
        return [only] if only else []
    groups = _grouped(words, heads)
    out = []
    start = first
    for k, group in enumerate(groups):
        end = _boundary(words, group[-1][1], groups[k + 1][0][0]) if k + 1 < len(groups) else last
        out += _threatened(words, _clause(words, start, end, sentence, group))
        start = end
    return sorted(out + _main(words, out, sentence), key=lambda c: c.relative or c.under)


def _main(words: Words, out: list[Clause], sentence: tuple[int, int]) -> list[Clause]:
    """Where all heads stand in relative clauses: the main clause behind them, if a negation shows it."""
    if not all(c.relative for c in out):
        return []
    start = max(c.head[1] for c in out)
    at = words.first("neg", start, sentence[1])
    if at is None or any(words.words[k] in STOP for k in range(start, at[0])):
        return []
    return [Clause(at[0], sentence[1], sentence, at, "", None, "neg")]


def _threatened(words: Words, clause: Clause) -> list[Clause]:
    """The clause, and a threat that follows it behind a sign or joining word: "you bombed us and you will pay"."""
    for i, j, _ in words.of("threat", clause.head[1], clause.last):
        for k in range(i - 1, clause.head[1] - 1, -1):
            if words.words[k] in STOP or "conj" in words.kinds[k]:
                rest = Clause(k + 1, clause.last, clause.sentence, (i, j), "", None, "threat")
                return [replace(clause, last=k), rest] if k > clause.first else [clause]
        if words.words[i][:1] in "وف" and not words.words[i].isascii():
            rest = Clause(i, clause.last, clause.sentence, (i, j), "", None, "threat")
            return [replace(clause, last=i), rest]
    return [clause]


def _grouped(words: Words, heads: list[Item]) -> list[list[Item]]:
    groups: list[list[Item]] = [[heads[0]]]
    for item in heads[1:]:
        before = groups[-1][-1]
        if item[2].kind == "verb" and item[2].form != "masdar" and _apart(words, before, item):
            groups.append([item])
        else:
            groups[-1].append(item)
    return groups


def _apart(words: Words, a: Item, b: Item) -> bool:
    """Whether something between two heads parts them into clauses."""
    if _complement(words, a, b):
        return False
    gap = range(a[1], b[0])
    if b[2].form == "fut" and a[2].form != "fut":
        return True
    if _relative(words, a) and b[2].form in ("past", "part", "perf", "impf", "third"):
        return True
    if a[2].value == b[2].value == "attack" and words.words[b[0]].lstrip("وف").startswith(
        ("wound", "injur", "جرح", "اصاب", "اصيب")
    ):
        return False  # "killed 8 and wounded 20"
    joined = b[0] - a[1] <= 1 and a[2].value == b[2].value  # "killed and wounded"
    if joined and a[2].kind == "verb":
        return False
    if words.words[b[0]][0] in "وف" and not words.words[b[0]].isascii() and b[2].form in ("perf", "impf", "fut"):
        return True
    if any(words.words[k] in STOP or "conj" in words.kinds[k] or "rel" in words.kinds[k] for k in gap):
        return True
    # "the apostates retreated Allah is great": a second finite verb a good way on
    return (
        b[2].form in ("past", "perf", "third", "impf")
        and a[2].kind == "verb"
        and b[0] - a[1] >= (4 if words.words[b[0]].isascii() else 2)
    )


def _relative(words: Words, item: Item) -> bool:
    """Whether a head stands in a relative clause: "who", "الذين" a few words before it, and no sign between."""
    for k in range(item[0] - 1, max(-1, item[0] - 7), -1):
        if words.words[k] in STOP or "verb" in words.kinds[k]:
            return False
        if "rel" in words.kinds[k]:
            # "that" of "denied that", "reports that" opens what is said, not what a noun is
            return words.words[k] != "that" or bool(k and words.kinds[k - 1].keys() & OBJECTS)
    return False


def _under(words: Words, first: int, head: Item) -> bool:
    """Whether the clause opens with "because", "after", "when", "while"."""
    return any("sub" in words.kinds[k] for k in range(first, min(first + 2, head[0])))


def _complement(words: Words, a: Item, b: Item) -> bool:
    """Whether a verb says what a noun is for: "the operation to retake"."""
    return a[2].kind == "noun" and b[2].form == "base" and b[0] == a[1] + 1 and words.words[a[1]] == "to"


def _boundary(words: Words, low: int, high: int) -> int:
    """Where the next clause begins: at the last sign or joining word between two heads, but before its subject."""
    for k in range(low, high):
        if words.words[k] in STOP:
            return min(k + 1, high)
    for k in range(high - 1, low - 1, -1):
        if "conj" in words.kinds[k] or "rel" in words.kinds[k]:
            return k
    return high


def _clause(words: Words, first: int, last: int, sentence: tuple[int, int], group: list[Item]) -> Clause:
    if len(group) > 1 and _complement(words, group[0], group[1]):
        noun, verb = group[0], group[1]
        group = [(noun[0], verb[1], verb[2]._replace(kind="noun", form="noun")), *group[2:]]
    head = _head(group)
    kind = type_of(words, head, group, first, last)
    others = tuple(g for g in group if g is not head)
    return Clause(
        first,
        last,
        sentence,
        (head[0], head[1]),
        kind,
        head[2],
        others=others,
        relative=_relative(words, head),
        under=_under(words, first, head),
    )


def _head(group: list[Item]) -> Item:
    verbs = [g for g in group if g[2].kind == "verb"]
    finite = [g for g in verbs if g[2].form != "masdar"]
    # "announced the capture of", "declared that": the announcing is the source's, the rest is what is said
    if finite and finite[0][2].value == "announce" and len(group) > 1:
        rest = [g for g in group if g[0] > finite[0][0] and g[2].value != "announce"]
        if rest:
            return rest[0]
    strong = [g for g in finite if "w" not in g[2].how]
    if strong:
        return strong[0]
    firm = [g for g in group if "w" not in g[2].how]
    if firm and (not finite or firm[0][2].kind == "noun"):
        return firm[0]
    return (finite or group)[0]
