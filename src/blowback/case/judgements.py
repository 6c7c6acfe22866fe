"""People's decisions in a case: one line each in `judgements.jsonl`, append-only, and what the ledger says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson
import pyarrow as pa

from blowback.case.atomic import append_line, uninterrupted
from blowback.case.case import Case
from blowback.case.lines import objects_in
from blowback.errors import CustodyError
from blowback.model.judgement import OUTPUT_JUDGEMENTS, Judgement, judgement_from
from blowback.model.locator import Locator

FILE: Final = "judgements.jsonl"


def numbered(case: Case) -> Iterator[tuple[int, Judgement]]:
    """(line, judgement), in the order in which they came into the case.

    Raises:
        CustodyError: a line is no judgement, or its id is not that of its content.
    """
    for number, entry in objects_in(case.path / FILE):
        try:
            yield number, judgement_from(entry)
        except (ValueError, TypeError) as error:
            raise CustodyError(
                f"a judgement cannot be read: {error}",
                hint="`blowback verify` says what was changed; put the file back from a dump or an older copy",
                at=Locator(FILE, line=number),
            ) from error


def judgements_of(case: Case, until: int | None = None) -> list[Judgement]:
    """Every judgement, or the first so many."""
    held = [one for _, one in numbered(case)]
    return held if until is None else held[:until]


def judgements_frame(case: Case, until: int | None = None) -> pa.Table:
    """The same as a table in the columns of `OUTPUT_JUDGEMENTS`."""
    return pa.Table.from_pylist([j.row() for j in judgements_of(case, until)], OUTPUT_JUDGEMENTS.arrow)


def count(case: Case) -> int:
    """How many judgements the case holds."""
    return sum(1 for _ in objects_in(case.path / FILE))


def keep(case: Case, some: Sequence[Judgement], verb: str = "judge", **facts: Any) -> None:  # noqa: ANN401
    """Append judgements and the ledger's line of them; from its return on they are acknowledged.

    Args:
        case: an open case; it is locked meanwhile.
        some: none of them is in the case yet.
        verb: judge for a decision at the keyboard, merge for those of another's file.
        facts: what else the ledger says; `who` replaces who is at the keyboard.

    Raises:
        CaseLocked: another process writes to the case.
        NoSpace: the disk is full; what was acknowledged before is safe.
    """
    with case.lock(), uninterrupted():
        settle(case)
        for one in some:
            append_line(case.path / FILE, orjson.dumps(one.as_dict(), option=orjson.OPT_SORT_KEYS))
        out = case.digests([FILE]) if some else {}
        case.ledger.append(verb, judgements=[j.id for j in some], **facts, out=out)


def settle(case: Case) -> None:
    """Judgements that a kill kept from the ledger get their line now."""
    told = told_in_ledger(case)
    left = [one for _, one in numbered(case) if one.id not in told]
    if left:
        case.ledger.append("judge", judgements=[j.id for j in left], settled=True, out=case.digests([FILE]))


def told_in_ledger(case: Case) -> set[str]:
    """Ids of the judgements that the ledger speaks of."""
    lines = (e.get("judgements") for e in case.ledger.entries())
    return {str(j) for line in lines if isinstance(line, list) for j in line}
