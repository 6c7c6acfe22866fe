"""Sentences into clauses, each with the word that says what happens: its head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from blowback.tools.claim.lexicon import Entry
from blowback.tools.claim.tokens import FUTURE, SIDES, STOP, Words

Item = tuple[int, int, Entry]
_PARTICULAR: Final = frozenset(("bombard", "ambush", "execute"))
# what shows that a word of many meanings ("take", "open", "ضرب") is meant as an act of war
LATER: Final = frozenset(
    "soon tomorrow imminent imminently tonight upcoming next قريبا غدا بكره بكرا باجر القادم القادمه المقبل المقبله قادم قادمه وشيك وشيكه".split()
)
_OBJECTS: Final = frozenset(("placenoun", "gear", "person", "actor", "enemy", "civil", "own", "unit"))
# after these a base form is a noun
_NO_VERB: Final = frozenset("in of from with the a an at on for into by this his her their our your my new more some any every its".split())
_UNTYPED: Final = ("threat", "aspire", "bless", "shortage", "near", "plan", "denial", "locate", "weakness", "resource")


@dataclass(frozen=True, slots=True)
class Clause:
    """One head with the words that belong to it."""

    first: int
    last: int
    sentence: tuple[int, int]
    head: tuple[int, int]  # its words
    type: str
    entry: Entry | None  # verb or noun of the head; None where a cue alone speaks
    cue: str = ""  # that cue
    others: tuple[Item, ...] = ()  # further verbs and nouns of the clause
    relative: bool = False  # a relative clause: it says something of a noun, by the way
    under: bool = False  # a subordinate clause: because, after, when


Placed = Callable[[int, int], bool]  # whether a place stands within these words


def clauses(words: Words, sentence: tuple[int, int], placed: Placed) -> list[Clause]:
    """The clauses of a sentence, in reading order."""
    first, last = sentence
    triggers = _triggers(words, first, last, placed)
    if not triggers:
        alone = _alone(words, sentence, placed)
        return [alone] if alone else []
    groups = _grouped(words, triggers)
    out = []
    start = first
    for k, group in enumerate(groups):
        if k + 1 < len(groups):
            end = _boundary(words, group[-1][1], groups[k + 1][0][0])
        else:
            end = last
        out += _threatened(words, _clause(words, start, end, sentence, group))
        start = end
    return sorted(out, key=lambda c: c.relative or c.under)


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


def _triggers(words: Words, first: int, last: int, placed: Placed) -> list[Item]:
    out: list[Item] = []
    for item in words.found:
        i, j, entry = item
        if not first <= i < last or entry.kind not in ("verb", "noun"):
            continue
        if entry.kind == "verb" and entry.form in ("base", "third") and i and words.words[i - 1] in _NO_VERB and "noun" not in words.kinds[i]:
            continue  # "in jail", "a march"
        if ("w" in entry.how or "b" in entry.how) and not _meant(words, item, first, last, placed):
            continue
        if entry.kind == "noun" and entry.value == "bombard" and words.kinds[i].keys() & {"gear", "supply"} and _held(words, first, last):
            continue  # rockets that are held or lacking, not fired
        if out and i < out[-1][1]:  # two entries of the same words: the verb, unless the noun is longer
            before = out[-1]
            if _nounlike(words, before, item):
                out[-1] = item
            continue
        out.append(item)
    return out


def _held(words: Words, first: int, last: int) -> bool:
    return words.any(("resource", "shortage"), first, last)


def _nounlike(words: Words, verb: Item, noun: Item) -> bool:
    """Whether a form that is verb and noun ("attack", "raid") stands as a noun."""
    if noun[2].kind != "noun" or verb[2].kind != "verb" or verb[2].form not in ("base", "third", "ger"):
        return False
    before = words.words[verb[0] - 1] if verb[0] else "."
    after = words.words[verb[1]] if verb[1] < len(words.words) else "."
    if verb[2].form == "third" and (before in STOP or after in STOP):
        return True  # "clashes ongoing in"
    if verb[2].form == "ger":
        be = any("be" in words.kinds[k] for k in range(max(0, verb[0] - 3), verb[0]))
        return not be and before not in ("after", "before", "by", "while", "from") and (before not in STOP or after in ("in", "of", "at", "on", "near", "by", "targets", "kills"))
    if before in ("to", "will", "not", "would", "and", "ll", "we", "they", "shall") or before.endswith(("'ll", "n't")):
        return False
    if after in ("on", "for", "in", "at", "by", "against", "near", "of", "from", "with", "was", "were", "is", "has", "have", "today", "yesterday", "that", "targeting", "kills", "killed"):
        return True
    return before in ("the", "a", "an", "this", "that", "any", "new", "big", "heavy", "car", "air", "our", "their", "his", "suicide", "major", "massive", "of", "no", "another", "in", "during", "after", "under", "by", "from", "imminent", "for", "launched", "night", "large", "ground", "drone", "russian", "coalition", "deadly", "surprise", "coordinated")


def _meant(words: Words, item: Item, first: int, last: int, placed: Placed) -> bool:
    i, j, entry = item
    if entry.value == "bombard" and "w" in entry.how and words.words[i].isascii():  # launched, fired, dropped: something that is
        return any(f[2].kind in ("gear", "noun") and j <= f[0] < min(last, j + 6) for f in words.found)
    if words.words[i].startswith("enter") and any(words.words[k] in ("day", "week", "month", "hour", "year", "phase") for k in range(j, min(last, j + 3))):
        return False
    if entry.value == "advance" and words.words[i].startswith("reach"):
        return placed(j, min(last, j + 5)) or any("placenoun" in words.kinds[k] for k in range(j, min(last, j + 5))) or _capital_after(words, j, min(last, j + 2))
    if words.words[i].startswith(("rais", "رفع", "ورفع", "نرفع", "سنرفع", "يرفع")):  # a flag
        return any("flag" in words.kinds[k] for k in range(j, min(last, j + 5)))
    low, high = max(first, i - 8), min(last, j + 8)
    if placed(low, high) or any(
        f[2].kind in _OBJECTS and low <= f[0] < high and not (f[0] < j and i < f[1]) for f in words.found
    ):
        return True
    if not words.words[i].isascii():
        return False
    if words.words[i].startswith("enter") and any(words.words[k] in ("its",) for k in range(j, min(last, j + 1))):
        return False
    after = [k for k in range(j, min(last, j + 3)) if words.words[k] not in ("the", "of", "on", "to", "in")]
    return bool(after and words.words[after[0]][0].isalpha() and words.capital(after[0]) and "@" not in words.words[after[0]])


def _grouped(words: Words, triggers: list[Item]) -> list[list[Item]]:
    groups: list[list[Item]] = [[triggers[0]]]
    for item in triggers[1:]:
        before = groups[-1][-1]
        if item[2].kind == "verb" and item[2].form != "masdar" and _apart(words, before, item):
            groups.append([item])
        else:
            groups[-1].append(item)
    return groups


def _apart(words: Words, a: Item, b: Item) -> bool:
    """Whether something between two heads parts them into clauses."""
    gap = range(a[1], b[0])
    if b[2].form == "fut" and a[2].form != "fut":
        return True
    if _relative(words, a) and b[2].form in ("past", "part", "perf", "impf", "third"):
        return True
    if a[2].value == b[2].value == "attack" and words.words[b[0]].lstrip("وف").startswith(("wound", "injur", "جرح", "اصاب", "اصيب")):
        return False  # "killed 8 and wounded 20"
    joined = b[0] - a[1] <= 1 and a[2].value == b[2].value  # "killed and wounded"
    if joined and a[2].kind == "verb":
        return False
    if words.words[b[0]][0] in "وف" and not words.words[b[0]].isascii() and b[2].form in ("perf", "impf", "fut"):
        return True
    if any(words.words[k] in STOP or "conj" in words.kinds[k] or "rel" in words.kinds[k] for k in gap):
        return True
    # "the apostates retreated Allah is great": a second finite verb a good way on
    return b[2].form in ("past", "perf", "third", "impf") and a[2].kind == "verb" and b[0] - a[1] >= (4 if words.words[b[0]].isascii() else 2)


def _relative(words: Words, item: Item) -> bool:
    """Whether a head stands in a relative clause: "who", "الذين" a few words before it, and no sign between."""
    for k in range(item[0] - 1, max(-1, item[0] - 7), -1):
        if words.words[k] in STOP or "verb" in words.kinds[k]:
            return False
        if "rel" in words.kinds[k]:
            # "that" of "denied that", "reports that" opens what is said, not what a noun is
            return words.words[k] != "that" or bool(k and words.kinds[k - 1].keys() & _OBJECTS)
    return False


def _under(words: Words, first: int, head: Item) -> bool:
    """Whether the clause opens with "because", "after", "when", "while"."""
    return any("sub" in words.kinds[k] for k in range(first, min(first + 2, head[0])))


def _boundary(words: Words, low: int, high: int) -> int:
    """Where the next clause begins: at the last sign or joining word between two heads, but before its subject."""
    for k in range(low, high):
        if words.words[k] in STOP:
            return k + 1 if k + 1 <= high else high
    for k in range(high - 1, low - 1, -1):
        if "conj" in words.kinds[k] or "rel" in words.kinds[k]:
            return k
    return high


def _clause(words: Words, first: int, last: int, sentence: tuple[int, int], group: list[Item]) -> Clause:
    head = _head(words, group)
    kind = _type(words, head, group, first, last)
    others = tuple(g for g in group if g is not head)
    return Clause(first, last, sentence, (head[0], head[1]), kind, head[2], others=others, relative=_relative(words, head), under=_under(words, first, head))


def _head(words: Words, group: list[Item]) -> Item:
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


def _type(words: Words, head: Item, group: list[Item], first: int, last: int) -> str:
    kind = head[2].value
    rest = [g[2].value for g in group if g is not head]
    if kind == "attack":
        if "execute" in rest:
            return "execute"
        for value in rest:
            if value in _PARTICULAR:
                return value
        if head[2].kind == "verb" and _kills(words, head) and _captive(words, head, first, last):
            return "execute"
    if kind == "withdraw" and head[2].how == "tw" and words.words[head[0]].startswith(("lose", "losing", "lost", "خسر", "فقد")):
        lost = range(head[1], min(last, head[1] + 5))
        first_noun = next((words.kinds[k] for k in lost if words.kinds[k].keys() & {"person", "own", "civil", "placenoun"}), {})
        if "placenoun" not in first_noun and first_noun and not any("placenoun" in words.kinds[k] for k in lost):
            return "attack"  # lives, not ground
    if kind == "capture" and any(words.kinds[k].get("trying") for k in range(max(first, head[0] - 3), head[0])):
        return "attack"  # tried to take it
    if kind == "ambush" and head[2].kind == "verb" and "ambush" not in rest and _building(words, head, last):
        return "destroy"
    if kind == "besiege" and words.words[head[0]].lstrip("وفس")[:4] in ("cut", "قطع", "نقطع", "يقطع", "تقطع") and any(words.words[k].startswith(("head", "throat", "neck", "راس", "رؤوس", "رقاب", "رقب")) for k in range(head[1], min(last, head[1] + 4))):
        return "execute"
    if kind == "bombard" and "ambush" in rest and "w" in head[2].how:
        return "ambush"
    if kind in ("bombard", "attack") and "w" in head[2].how and rest:
        firm = [v for v in rest if v != kind]
        return firm[0] if firm else kind
    if kind == "capture" or kind == "seize":
        return _taken(words, head, first, last, kind)
    return kind


_BUILDINGS: Final = frozenset(("house", "mosque", "bridge", "base", "vehicle", "tank", "armoured vehicle", "humvee"))


def _building(words: Words, head: Item, last: int) -> bool:
    return any(words.kinds[k].get("unit", (0, 0, Entry("")))[2].value in _BUILDINGS for k in range(head[1], min(last, head[1] + 4)))


def _kills(words: Words, head: Item) -> bool:
    word = words.words[head[0]]
    return word.startswith("kill") or "قتل" in word


def _captive(words: Words, head: Item, first: int, last: int) -> bool:
    return any(f[2].kind == "civil" and first <= f[0] < last and abs(f[0] - head[0]) < 8 for f in words.found)


def _taken(words: Words, head: Item, first: int, last: int, kind: str) -> str:
    """What is taken decides: a place is captured, people are detained, things are seized."""
    word = words.words[head[0]]
    if " ".join(words.words[head[0] : head[1]]) not in _OPEN and not word.startswith(("captur", "seiz", "took", "take", "taking", "taken")):
        arabic = not word.isascii()
        if not arabic or not any(part in word for part in ("ستول", "ستيل", "سيطر")):
            return kind
    after = range(head[1], min(last, head[1] + 5))
    for k in after:
        kinds = words.kinds[k]
        if words.words[k] in STOP or words.words[k] in ("from", "in", "near", "at", "after", "by"):
            break
        if "placenoun" in kinds:
            return "capture"
        if "gear" in kinds:
            return "seize"
        if "person" in kinds or "civil" in kinds:
            return "detain" if word.isascii() else kind
    if head[2].form in ("part", "past"):
        for k in range(head[0] - 1, max(first, head[0] - 6) - 1, -1):
            kinds = words.kinds[k]
            if "placenoun" in kinds:
                return "capture"
            if "gear" in kinds and _passive_near(words, k, head[0]):
                return "seize"
            if ("person" in kinds or "civil" in kinds) and _passive_near(words, k, head[0]):
                return "detain"
    return "capture" if kind == "seize" and _named_after(words, head[1], last) else kind


_OPEN: Final = frozenset(("capture", "captures", "captured", "capturing", "seize", "seized", "seizes"))


def _passive_near(words: Words, low: int, high: int) -> bool:
    between = range(low + 1, high)
    return all("aux" in words.kinds[k] or "adv" in words.kinds[k] for k in between) and (
        any("be" in words.kinds[k] for k in between) or not len(between)
    ) and (high - low > 1 or words.words[min(high + 1, len(words.words) - 1)] in ("in", "by", "near", "at", "from", "alive"))


def _named_after(words: Words, at: int, last: int) -> bool:
    k = at + (at < last and words.words[at] == "the")
    return k < last and words.words[k].isalpha() and words.capital(k)


def _alone(words: Words, sentence: tuple[int, int], placed: Placed) -> Clause | None:
    """A sentence without a verb or noun of the twelve types, where a cue speaks by itself."""
    first, last = sentence
    for cue in _UNTYPED:
        for i, j, _ in words.of(cue, first, last):
            if not _speaks(words, cue, sentence, (i, j), placed):
                continue
            kind = "advance" if cue == "near" else ""
            clause = Clause(first, last, sentence, (i, j), kind, None, cue)
            return replace(clause, type="advance") if cue == "plan" and _coming(words, i, j) else clause
    return _framed(words, sentence, placed)


def _framed(words: Words, sentence: tuple[int, int], placed: Placed) -> Clause | None:
    """A statement whose verb is in no table, but which is framed and about a side or place: "we will never leave X"."""
    first, last = sentence
    far = next(((i, j) for i, j, e in words.of("unit", first, last) if e.how == "distance"), None)
    if far and any(words.words[k] in ("us", "we", "our", "نحن", "بيننا", "عنا", "بيننا", "وبين") or words.kinds[k].keys() & SIDES for k in range(first, last)):
        return Clause(first, last, sentence, far, "advance", None, "near")
    here = placed(first, last) or words.any(("placenoun",), first, last)
    sided = words.any(tuple(SIDES), first, last)
    for cue in ("neg", "negdet", "future", "hedge", "if"):
        for i, j, _ in words.of(cue, first, last):
            if cue in ("neg", "negdet", "future") and not _subject_of(words, i, j, sentence):
                continue
            if cue in ("hedge", "if") and not (here and sided) and not (words.words[i] in ("or", "والا") and words.any(("order", "gear", "supply"), first, last)):
                continue
            if cue == "hedge" and words.words[i] in ("can", "may", "could", "likely", "possible", "i"):
                continue
            return Clause(first, last, sentence, (i, j), "", None, cue)
    for k in range(first, last):
        ours = words.words[k].lstrip("وف")[1:2] == "ن"
        if FUTURE.fullmatch(words.words[k]) and not words.kinds[k] and (ours or here or sided):
            return Clause(first, last, sentence, (k, k + 1), "", None, "future")
    if here and any(w in LATER for w in words.words[first:last]) and any(w == "we" or (w[:1] == "ن" and len(w) > 3) for w in words.words[first:last]):
        at = next(k for k in range(first, last) if words.words[k] in LATER)
        return Clause(first, last, sentence, (at, at + 1), "", None, "future")
    if words.words[last - 1] == "?" and here:
        return Clause(first, last, sentence, (last - 1, last), "", None, "question")
    return None


def _subject_of(words: Words, i: int, j: int, sentence: tuple[int, int]) -> bool:
    """Whether who the frame is about is a side: "we", a group, its men, near the frame."""
    known = SIDES | {"person"}
    arabic = not words.words[i].isascii()
    if arabic and j < sentence[1] and words.words[j][:1] == "ن" and len(words.words[j]) > 3:
        return True
    low, high = (max(sentence[0], i - 4), min(sentence[1], j + 4)) if arabic else (max(sentence[0], i - 5), i)
    if any(words.words[k] in STOP for k in range(low, i)):
        low = max(k + 1 for k in range(low, i) if words.words[k] in STOP)
    return any(words.kinds[k].keys() & known or words.words[k] in ("we", "we'll", "you") for k in range(low, high)) or words.words[i] == "we'll"


def _speaks(words: Words, cue: str, sentence: tuple[int, int], at: tuple[int, int], placed: Placed) -> bool:
    first, last = sentence
    if cue in ("threat", "aspire", "bless", "near"):
        return True
    if cue == "shortage":
        return words.any(("supply", "gear"), max(first, at[0] - 4), last) or "no " in " ".join(words.words[at[0] : at[1]])
    if cue == "resource":
        return words.any(("gear",), first, last) or (words.any(("unit",), first, last) and any(words.words[k][:1].isdigit() for k in range(first, last)))
    if cue == "locate":
        return placed(first, last) or (words.any(("placenoun",), first, last) and words.any(("person", "actor", "enemy", "own"), first, last))
    if cue == "weakness":
        return words.any(("actor", "enemy", "person", "own"), first, last)
    if cue == "plan":
        ours = _coming(words, *at) or any(words.words[k] in ("we", "our", "نحن", "هدفنا") for k in range(first, last))
        return ours and (placed(first, last) or words.any(("actor", "enemy", "placenoun", "address"), first, last) or _capital_after(words, at[1], last))
    return words.any(("actor", "outlet", "enemy", "person"), first, last)  # denial


def _coming(words: Words, i: int, j: int) -> bool:
    told = " ".join(words.words[i:j])
    return "coming" in told or "قادم" in told or "جاي" in told or "on our way" in told


def _capital_after(words: Words, at: int, last: int) -> bool:
    at += at < last and words.words[at] == ":"
    return any(words.words[k].isalpha() and words.words[k].isascii() and words.capital(k) and words.words[k] != "i" for k in range(at, min(last, at + 4)))
