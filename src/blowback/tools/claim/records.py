"""Claims of one text: clauses, how each is meant, who does what to whom, where, when, how many, said by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from blowback.model.claim import ClaimRead, Cue, Located, Quantity, When
from blowback.tools.claim.announced import brought_off, headline
from blowback.tools.claim.cited import cited
from blowback.tools.claim.clause import Clause, Placed
from blowback.tools.claim.clauses import clauses
from blowback.tools.claim.firm import firm
from blowback.tools.claim.lists import listed
from blowback.tools.claim.modality import meant
from blowback.tools.claim.parts import Roles
from blowback.tools.claim.quantities import quantities
from blowback.tools.claim.roles import roles
from blowback.tools.claim.second import Said, Taken, Vector
from blowback.tools.claim.settled import AHEAD, ruled, settled, weighable
from blowback.tools.claim.slots import slots
from blowback.tools.claim.tense import Group, group
from blowback.tools.claim.tokens import STOP, Words
from blowback.tools.meaning import vectors
from blowback.tools.places.event import event_place
from blowback.tools.plain import Plain, plain
from blowback.tools.when import default_for
from blowback.tools.when.anchor import anchored
from blowback.tools.when.grammar import HORIZON_DAYS, SOON, times_of

_NOT_PLANNED: Final = listed("records_not_planned")

# Clauses of one text that are read; a text with more is a list, and the rest is set aside with a reason.
MOST: Final = 200
_ENGLISH: Final = frozenset(
    ("the", "of", "and", "was", "were", "by", "has", "have", "near", "killed", "will", "is", "are", "with")
)
HISTORY: Final = dt.timedelta(days=3653)
# A mention whose candidates together are less likely than this is no place of an event.
LEAST: Final = 0.2


def claims_in(
    text: str,
    *,
    at: dt.datetime,
    zone: str = "Asia/Baghdad",
    lang: str = "",
    places: tuple[Located, ...] = (),
    horizon_days: float = HORIZON_DAYS,
    weighed: bool = True,
) -> tuple[ClaimRead, ...]:
    """Every claim that a text makes, in reading order; empty where it makes none.

    Args:
        text: as published. English and Arabic are read, mixed texts too; other languages give nothing.
        at: time of the post, zone-less UTC.
        zone: IANA zone of the theatre.
        lang: of the text, as of `language_of`; a language other than English and Arabic is not read. "" reads by script.
        places: located mentions of the text, in its offsets.
        horizon_days: how far an intention without a time may lie ahead.
        weighed: whether the second reader is asked; without it every claim is as the rules read it, with probability 1.

    Raises:
        UsageError: no such zone.
    """
    begun = begin(text, plain(text), at=at, zone=zone, lang=lang, places=places, eager=weighed)
    if begun is None:
        return ()
    return finish(begun, vectors(pa.array([text]))[0] if weighed else None, horizon_days)[0]


@dataclass(frozen=True, slots=True)
class Begun:
    """A text as the rules read it, before it is weighed: each sentence with its clauses and those taken back."""

    words: Words
    sentences: tuple[tuple[tuple[int, int], list[Said], list[Taken]], ...]
    cut: int | None  # the first word that is not read, where a text is too long
    times: _Times
    places: tuple[Located, ...]
    at: dt.datetime

    @property
    def worth(self) -> bool:
        """Whether a sentence has words that say something, so that it is worth weighing."""
        return any(weighable(self.words, sentence) for sentence, _, _ in self.sentences)


def begin(
    text: str,
    form: Plain,
    *,
    at: dt.datetime,
    zone: str,
    lang: str = "",
    places: tuple[Located, ...] = (),
    eager: bool = True,
) -> Begun | None:
    """What the rules read; None where nothing in the text can make a claim. Arguments as of `claims_in`.

    `eager`: a text that no rule can read is not given up: it may be weighed.
    """
    if lang not in ("", "en", "ar", "arabizi") and not _ours(form.text):
        return None
    times = _Times(text, form, at, zone)
    words = Words(form, text)
    readable = words.look_up(located=any(map(may_be, places)), anyway=eager)
    if not readable and not eager:
        return None
    placed = _placed(words, places, times.of("past"))
    read: list[tuple[tuple[int, int], list[Said], list[Taken]]] = []
    count, cut = 0, None
    for sentence in words.sentences():
        if count >= MOST or len(read) >= MOST:
            cut = sentence[0]
            break
        said, taken = by_rules(words, sentence, placed) if readable else ([], [])
        count += len(said)
        read.append((sentence, said, taken))
    return Begun(words, tuple(read), cut, times, places, at)


def finish(begun: Begun, meaning: Vector | None, horizon_days: float) -> tuple[tuple[ClaimRead, ...], tuple[Cue, ...]]:
    """The claims, and the readings that were considered and dropped.

    Args:
        begun: the text as the rules read it.
        meaning: what the text means (`tools.meaning.vectors`), 512 numbers; None leaves it to the rules alone.
        horizon_days: how far an intention without a time may lie ahead.
    """
    words = begun.words
    found: list[tuple[Said, float]] = []
    dropped: list[Cue] = []
    for sentence, said, taken in begun.sentences:
        stay, gone = (
            settled(words, sentence, said, taken, meaning) if meaning is not None else ruled(words, said, taken)
        )
        found += stay
        dropped += gone
    if begun.cut is not None:
        start, _ = words.span(begun.cut, begun.cut + 1)
        dropped.append(Cue(start, len(words.text), f"more than {MOST} clauses: the rest is not read"))
    claims = []
    for one, sure in found[:MOST]:
        claim = _record(words, one, sure, begun.times, begun.places, begun.at, horizon_days)
        if claim.when.until is not None and begun.at - claim.when.until > HISTORY:
            dropped.append(Cue(claim.start, claim.end, "ten years or more before the post: history"))
        else:
            claims.append(claim)
    return tuple(claims), tuple(dropped)


def _placed(words: Words, places: Sequence[Located], times: Sequence[When]) -> Placed:
    """Marks the words of times and places, and tells whether a place stands within some words."""
    words.timed = words.within((t.start, t.end) for t in times)
    spans = [
        (p.start, p.end) for p in places if may_be(p) and not any(t.start < p.end and p.start < t.end for t in times)
    ]
    words.placed = words.within(spans)

    def placed(first: int, last: int) -> bool:
        start, end = words.span(first, last)
        return any(start <= s < end for s, _ in spans)

    return placed


def _ours(told: str) -> bool:
    """Whether a text that a detector took for another language is ours after all: Arabic script, or English words."""
    if any("\u0621" <= c <= "\u064a" for c in told):
        return True
    return sum(w in _ENGLISH for w in told.split()) >= 2


def by_rules(words: Words, sentence: tuple[int, int], placed: Placed) -> tuple[list[Said], list[Taken]]:
    """The clauses of a sentence as the rules read them, main clauses first, and those that they take back."""
    parts = clauses(words, sentence, placed)
    out: list[Said] = []
    taken: list[Taken] = []
    for clause in parts:
        verb = group(words, clause)
        how = meant(words, clause, verb, only=len(parts) == 1)
        how = brought_off(words, clause, verb, how) or how
        if verb.infinitive and not (how.future and _meant_to(words, clause, verb)) and how.modality == "intention":
            taken.append(
                Taken(Said(clause, how, roles(words, clause, verb)), "an infinitive: a purpose, not said to happen")
            )
            continue
        if (
            clause.relative
            and how.negated
            and not words.any(("neg",), clause.sentence[0], min(clause.sentence[0] + 4, clause.first + 1))
        ):
            why = "a negated relative clause: it says of whom, not what happened"
            taken.append(Taken(Said(clause, how, roles(words, clause, verb)), why))
            continue
        sure, why = firm(words, clause, verb, how)
        if sure is None:
            taken.append(Taken(Said(clause, how, roles(words, clause, verb)), why))
            continue
        out.append(Said(clause, sure, roles(words, clause, verb)))
    # of a conditional sentence what follows from the condition is the claim, the condition itself is none
    if len(out) > 1 and all(s.how.modality == "conditional" for s in out):
        kept = []
        for item in out:
            clause = item.clause
            if any(
                i <= clause.head[0] and i >= clause.first
                for i, _, _ in words.of("if", clause.first, clause.head[0] + 1)
            ):
                taken.append(Taken(item, "the condition of a conditional claim: not asserted"))
            else:
                kept.append(item)
        out = kept or out[:1]
    return out, taken


def _meant_to(words: Words, clause: Clause, verb: Group) -> bool:
    """Whether "to attack" is planned ("plans to"), or a headline's future ("ISIS to attack")."""
    to, first = clause.head[0] - 1, clause.sentence[0]
    if verb.planned or verb.future:
        return True
    for _, j, _ in words.of("plan", first, to):
        if not any(words.words[k] in STOP or "verb" in words.kinds[k] for k in range(j, to)):
            return True
    if words.words[to - 1].startswith("continu"):
        return True
    if any(words.words[k] in _NOT_PLANNED for k in range(max(first, to - 4), to)):
        return False
    return headline(words, clause, to)


class _Times:
    """Times of a text by tense, each worked out once."""

    def __init__(self, text: str, form: Plain, at: dt.datetime, zone: str) -> None:
        self._read = dict.fromkeys(("past", "future"))  # type: dict[str, tuple[When, ...] | None]
        self._text, self._form, self._at, self._zone = text, form, at, zone

    def of(self, tense: str) -> tuple[When, ...]:
        got = self._read[tense]
        if got is None:
            got = self._read[tense] = times_of(self._form, self._text, anchored(self._at, self._zone, tense, SOON))
        return got


def _record(
    words: Words,
    said: Said,
    sure: float,
    times: _Times,
    places: Sequence[Located],
    at: dt.datetime,
    horizon: float,
) -> ClaimRead:
    clause, how, who = said
    start, end = _trimmed(words, clause)
    ahead = how.modality in AHEAD or how.future
    found = times.of("future" if ahead else "past")
    when = _nearest(found, start, end, words.span(*clause.head), words.span(*clause.sentence))
    if when is None:
        when = default_for(how.modality, at, future=ahead, horizon_days=horizon)
    own = _own(words, who, clause)
    counts = quantities(words, clause.first, clause.last, found, clause.type, own)
    source, by = cited(words, clause.sentence)
    actor = [words.span(*who.actor)] if who.actor[1] > who.actor[0] and words.words[who.actor[0]].isascii() else []
    spans = ((start, end), words.span(*clause.sentence), (0, len(words.text)))
    place, score = _place(words.text, places, words.span(*clause.head), spans, actor)
    return ClaimRead(
        start=start, end=end, modality=how.modality, modality_p=sure, polarity="negated" if how.negated else "affirmed",
        type=clause.type, actor=_told(words, who.actor), target=_told(words, who.target),
        place=place, place_score=score, when=when, quantities=_ordered(counts), source_cited=source,
        slots=slots(words, clause, how.modality, how.negated, place is not None, counts),
        cues=how.cues + ((by,) if by else ()),
    )  # fmt: skip


def _trimmed(words: Words, clause: Clause) -> tuple[int, int]:
    first, last = clause.first, clause.last
    while first < last - 1 and words.words[first] in '\n|.,:;-"()!':
        first += 1
    while last - 1 > first and words.words[last - 1] in "\n|,:;-":
        last -= 1
    return words.span(first, last)


def _told(words: Words, at: tuple[int, int]) -> str:
    return words.said(*at).strip() if at[1] > at[0] else ""


def _own(words: Words, who: Roles, clause: Clause) -> bool:
    """Whether the actor is the speaker's own side: "we", a group of the campaign's, a first person."""
    if clause.entry and "1" in clause.entry.how:
        return True
    return any(
        words.words[k] in ("we", "our", "نحن")
        or "own" in words.kinds[k]
        or (words.kinds[k].get("actor", (0, 0, None))[2] or clause.entry or _NOBODY).value == "own"
        for k in range(*who.actor)
    )


class _Nobody:
    value = ""


_NOBODY: Final = _Nobody()


def _nearest(
    times: tuple[When, ...], start: int, end: int, head: tuple[int, int], sentence: tuple[int, int]
) -> When | None:
    inside = [t for t in times if start <= t.start < end] or [t for t in times if sentence[0] <= t.start < sentence[1]]
    if not inside and len(times) == 1:
        inside = list(times)  # "Yesterday. Our brothers took the town.": the one time of the text
    dated = [t for t in inside if t.kind != "vague"] or inside
    return min(dated, key=lambda t: min(abs(t.start - head[1]), abs(head[0] - t.end)), default=None)


def _ordered(counts: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """The main quantity first: losses and seizures before forces, distances and the rest."""
    rank = {"own_loss": 0, "enemy_loss": 0, "loss": 0, "seized": 0, "force": 1, "distance": 2, "other": 1}
    return tuple(sorted(counts, key=lambda q: rank[q.role]))


def may_be(place: Located) -> bool:
    """Whether a mention may stand for the event's place: doubtful ones too, their probability tells."""
    return not place.rejected and (place.shape is not None or 1.0 - place.no_match >= LEAST)


def _place(
    text: str,
    places: Sequence[Located],
    head: tuple[int, int],
    spans: Sequence[tuple[int, int]],
    barred: Sequence[tuple[int, int]],
) -> tuple[int | None, float]:
    """The event's place among those of the clause; of the sentence, then of the text, where the clause names none."""
    fit = [k for k, p in enumerate(places) if may_be(p)]
    for low, high in spans:
        inside = [k for k in fit if low <= places[k].start < high]
        got = event_place(text, [places[k] for k in inside], head, barred)
        if got.index is not None:
            return inside[got.index], got.score
    return None, 0.0
