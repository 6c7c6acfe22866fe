"""Judgements as a file: what one reviewer gives to another, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from blowback.case import judgements as book
from blowback.case.atomic import file_hash, write_whole
from blowback.case.case import Case
from blowback.case.ledger import now
from blowback.desk_review_rows import texts_of
from blowback.errors import InputError, NotReadable, UnknownFormat, UsageError
from blowback.model.judgement import Judgement, agree, in_force, judgement_from, text_hash
from blowback.model.locator import Locator

FORMAT: Final = 1
_LABEL: Final = "blowback_judgements"
_LONGEST: Final = 64 * 1024  # bytes of a line


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did.

    `added`: judgements new to this case; `known`: those it had; `set_aside`: lines that were not taken, with the reason;
    `conflicts`: claims on which decisions in force differ now, both kept; `overruled`: decisions of this case that one of
    the file was made over, knowing it.
    """

    file: str
    added: int
    known: int
    set_aside: tuple[Mapping[str, Any], ...]
    conflicts: tuple[Mapping[str, Any], ...]
    overruled: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As `blowback review --merge FILE --json` prints it."""
        return asdict(self)


def export(case: Case, file: Path | str) -> int:
    """Write every judgement of the case into one file of JSON lines; returns how many. The ledger says so.

    Raises:
        UsageError: the file exists.
        NoSpace, StorageError: it cannot be written.
    """
    target = Path(file)
    if target.exists():
        raise UsageError(f"{target.name} exists already", hint="Name a new file")
    with case.lock():
        held = book.judgements_of(case)
        label = {_LABEL: FORMAT, "title": case.settings.title, "at": now(), "judgements": len(held)}
        lines = [orjson.dumps(label), *(orjson.dumps(j.as_dict(), option=orjson.OPT_SORT_KEYS) for j in held)]
        write_whole(target, b"\n".join(lines) + b"\n")
        case.ledger.append("export", what="judgements", file=target.name, sha256=file_hash(target), count=len(held))
    return len(held)


def merge(case: Case, file: Path | str) -> Merged:
    """Take in the judgements of another reviewer of the same case; they keep their author and time.

    What the case has already is recognised; a line that is no judgement, or is about a post that this case does not have
    with the same text, is set aside with its reason. Where two decide differently both stay.

    Raises:
        NotReadable: there is no such file.
        UnknownFormat: it holds no judgements.
        CaseLocked: another process writes to the case.
    """
    source = Path(file)
    if not source.is_file():
        raise NotReadable(f"there is no file {source}", hint="Check the path", at=Locator(source.name))
    found, aside = _read(source)
    with case.lock():
        book.settle(case)
        before = book.judgements_of(case)
        known = {j.id for j in before}
        texts = texts_of(case.tables()["posts"], {j.post_id for _, j in found})
        fresh: dict[str, Judgement] = {}
        doubled = 0
        for line, one in found:
            if one.id in known or one.id in fresh:
                doubled += 1
            elif one.post_id not in texts:
                aside.append({"line": line, "reason": "its post is not in this case"})
            elif text_hash(texts[one.post_id]) != one.text_hash:
                aside.append({"line": line, "reason": "its post has another text in this case"})
            else:
                fresh[one.id] = one
        standing, left = _standing(before), _standing([*before, *fresh.values()])
        made = Merged(
            source.name, len(fresh), doubled, tuple(sorted(aside, key=lambda a: a["line"])),
            tuple(conflicts([*before, *fresh.values()])), tuple(sorted(standing - left)),
        )  # fmt: skip
        book.keep(
            case, list(fresh.values()), "merge", file=source.name, sha256=file_hash(source), known=doubled,
            set_aside=len(aside), conflicts=len(made.conflicts), overruled=list(made.overruled),
        )  # fmt: skip
    return made


def _standing(held: list[Judgement]) -> set[str]:
    return {j.id for some in in_force(held).values() for j in some}


def conflicts(held: list[Judgement]) -> Iterator[dict[str, Any]]:
    """Claims on which the decisions in force differ, with what each says."""
    for claim_id, some in sorted(in_force(held).items()):
        if not agree(some):
            told = [{"id": j.id, "who": j.who, "at": j.at, "decision": j.decision, "set": dict(j.set)} for j in some]
            yield {"claim_id": claim_id, "judgements": told}


def _read(source: Path) -> tuple[list[tuple[int, Judgement]], list[dict[str, Any]]]:
    """(line, judgement) of the good lines, and the others with their reasons."""
    good: list[tuple[int, Judgement]] = []
    aside: list[dict[str, Any]] = []
    try:
        with source.open("rb") as lines:
            _labelled(lines.readline(_LONGEST + 1), source)
            number = 1
            while line := lines.readline(_LONGEST + 1):
                number += 1
                if len(line) > _LONGEST:
                    raise InputError(
                        f"a line of more than {_LONGEST:,} bytes",
                        hint="No judgement is that long: ask for the file anew",
                        at=Locator(source.name, line=number),
                    )
                if not line.strip():
                    continue
                try:
                    good.append((number, judgement_from(_object(line))))
                except (ValueError, TypeError) as error:
                    aside.append({"line": number, "reason": str(error)})
    except OSError as error:
        raise NotReadable(f"{source.name} cannot be read: {error.strerror}", hint="Check the permissions") from error
    return good, aside


def _object(line: bytes) -> dict[str, Any]:
    found = orjson.loads(line)  # its error is a ValueError
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004  # one kind of error for one kind of fault
    return found


def _labelled(line: bytes, source: Path) -> None:
    try:
        label = _object(line)
    except ValueError:
        label = {}
    if label.get(_LABEL) != FORMAT:
        raise UnknownFormat(
            f"{source.name} holds no judgements that this version knows",
            hint="Give what `blowback review CASE --export FILE` wrote",
            at=Locator(source.name, line=1),
        )
