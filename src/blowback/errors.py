"""Every error Blowback raises on purpose, and what to do next.

    BlowbackError
    ├── UsageError            the command or call is off                    exit 2
    │   ├── WrongMapping      --map names a column the file does not have
    │   ├── UnknownName       no such analysis, option, finding, account
    │   ├── CaseLocked        another process writes to this case
    │   └── NotACase          the folder holds no case, or already holds one
    ├── InputError            what we were given cannot be used             exit 3
    │   ├── NotReadable       missing, a folder, no permission
    │   ├── EmptyFile         zero bytes, or nothing but white space
    │   ├── UnknownFormat     no source recognises it
    │   ├── NotPosts          recognised, but it holds no posts (counts pages, media pages)
    │   ├── DamagedFile       truncated or corrupt compression, broken structure
    │   └── Unexpected        a value the source has never seen stops the intake
    ├── StorageError          the disk said no                              exit 3
    │   └── NoSpace           full disk; nothing acknowledged was lost
    ├── CustodyError          a hash, the ledger or the manifest is wrong   exit 1
    ├── EngineError           a step did not run                            exit 2
    │   └── GateRefusal       a step uses SQL outside the portable grammar
    └── AnalysisFailed        an analysis stopped; recorded in runs.jsonl   exit 2

Every error carries a `hint`: one sentence that says what to do next.
"""

from __future__ import annotations

from typing import ClassVar

from blowback.model.locator import Locator


class BlowbackError(Exception):
    """The root of the tree: a message, the next step, and where in which file."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, hint: str, at: Locator | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at

    def __str__(self) -> str:
        where = f"{self.at}: " if self.at else ""
        return f"{where}{self.message}. {self.hint}"


class UsageError(BlowbackError):
    """The command or call is off."""


class WrongMapping(UsageError):
    """A mapping names a column that the file does not have, or a field that does not exist."""


class UnknownName(UsageError):
    """No analysis, option, finding or account goes by that name."""


class CaseLocked(UsageError):
    """Another process writes to this case."""


class NotACase(UsageError):
    """The folder holds no case, or already holds one."""


class InputError(BlowbackError):
    """What we were given cannot be used."""

    exit_code = 3


class NotReadable(InputError):
    """The path is missing, is a folder, or may not be read."""


class EmptyFile(InputError):
    """Zero bytes, or nothing but white space."""


class UnknownFormat(InputError):
    """No source recognises the file."""


class NotPosts(InputError):
    """The format is known, but this file holds no posts."""


class DamagedFile(InputError):
    """Truncated or corrupt compression, or a structure that breaks off."""


class Unexpected(InputError):
    """A value that the source has never seen: better to stop than to guess."""


class StorageError(BlowbackError):
    """The disk refused to read or write."""

    exit_code = 3


class NoSpace(StorageError):
    """The disk is full. What was acknowledged before is safe."""


class CustodyError(BlowbackError):
    """A hash, the ledger or the manifest does not agree with the files."""

    exit_code = 1


class EngineError(BlowbackError):
    """A step did not run."""


class GateRefusal(EngineError):
    """A step uses SQL that is outside the portable grammar."""


class AnalysisFailed(BlowbackError):
    """An analysis stopped; its run is recorded with the reason."""
