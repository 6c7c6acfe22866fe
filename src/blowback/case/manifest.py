"""The manifest: which exhibits are in the case, and which table parts came of each. A line is the acknowledgement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from blowback import __version__
from blowback.case.chain import Chain
from blowback.case.ledger import now, who
from blowback.errors import CustodyError
from blowback.model.locator import Locator

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of one table: path within the case, rows, size and SHA-256."""

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file given to us.

    Args:
        sha256: of its bytes as given (64 hex digits).
        name: file name as given.
        bytes: size as given.
        stored: `copy` (read-only, in `exhibits/`) or `reference` (left where it is).
        path: within the case for a copy, the absolute path for a reference.
        mtime_ns: when the file was last changed, as its file system says, in ns since 1970.
    """

    sha256: str
    name: str
    bytes: int
    stored: str
    path: str
    mtime_ns: int

    @property
    def short(self) -> str:
        """The first 12 hex digits, as file names carry them."""
        return self.sha256[:12]

    def where(self, case: Path) -> Path:
        """The path to read it from."""
        return case / self.path  # an absolute path stays as it is


@dataclass(frozen=True, slots=True)
class Entry:
    """One acknowledged exhibit: its receipt, how it was read, and its table parts."""

    exhibit: Exhibit
    receipt: Mapping[str, Any]
    parts: tuple[Part, ...]
    vault: tuple[Part, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    header: str | None = None
    line: int = 0

    def facts(self) -> dict[str, Any]:
        """As a line of the manifest carries it."""
        whole = asdict(self)
        del whole["line"]
        return whole


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of one case. Append only while holding the case's lock."""

    chain: Chain

    def append(self, entry: Entry) -> dict[str, Any]:
        """Acknowledge one exhibit: from here on readers see its parts."""
        return self.chain.append({"at": now(), "who": who(), "verb": "exhibit", "tool": __version__, **entry.facts()})

    def entries(self) -> Iterator[Entry]:
        """Every acknowledged exhibit, in order.

        Raises:
            CustodyError: a line is damaged; it says which.
        """
        for place in self.chain.breaks():
            if not place.torn:
                raise _damaged(self.chain, place.line or 1, place.what)
        for number, line in enumerate(self.chain.entries(), 1):
            if line.get("verb") == "exhibit":
                try:
                    yield _entry(line, number)
                except (KeyError, TypeError, ValueError) as error:
                    raise _damaged(self.chain, number, f"is no entry of an exhibit: {error}") from error

    def find(self, sha256: str) -> Entry | None:
        """The entry of one exhibit, or None where it is not acknowledged."""
        return next((e for e in self.entries() if e.exhibit.sha256 == sha256), None)


def _damaged(chain: Chain, line: int, what: str) -> CustodyError:
    return CustodyError(
        f"line {line} of {chain.path.name} {what}",
        hint="Run `blowback verify` on the case and compare with an older copy before going on",
        at=Locator(chain.path.name, line=line),
    )


def inside(path: str, *folders: str) -> bool:
    """Whether a path lies in one of the folders of a case and leads nowhere else: a case may come from a stranger."""
    pure = PurePosixPath(path)
    return (
        not pure.is_absolute()
        and ".." not in pure.parts
        and "\0" not in path
        and pure.parts[:1] in {(f,) for f in folders}
    )


def _checked(exhibit: Exhibit, parts: tuple[Part, ...], vault: tuple[Part, ...]) -> None:
    """Paths and hashes decide what is read, moved and removed: nothing but what this program writes will do."""
    if not _SHA256.fullmatch(exhibit.sha256):
        raise ValueError("the SHA-256 of the exhibit is none")
    if exhibit.stored == "copy" and not inside(exhibit.path, "exhibits"):
        raise ValueError(f"the path {exhibit.path!r} leads out of exhibits/")
    for part in (*parts, *vault):
        if not inside(part.path, "keys" if part.table == "vault" else "tables"):
            raise ValueError(f"the path {part.path!r} leads out of the tables")


def _entry(line: Mapping[str, Any], number: int) -> Entry:
    exhibit = Exhibit(**line["exhibit"])
    parts, vault = (tuple(Part(**p) for p in line[name]) for name in ("parts", "vault"))
    _checked(exhibit, parts, vault)
    return Entry(
        exhibit,
        dict(line["receipt"]),
        parts,
        vault=vault,
        mapping=dict(line["mapping"]),
        options=dict(line["options"]),
        header=line["header"],
        line=number,
    )
