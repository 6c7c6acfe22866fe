"""The ledger: who did what to this case, when, with which version, arguments and hashes. Append-only."""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from blowback import __version__
from blowback.case.chain import Chain, Head

WHO = "BLOWBACK_WHO"


def now() -> str:
    """This instant, UTC, to the microsecond: `2026-01-31T12:00:00.000000Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def who() -> str:
    """Who is at the keyboard: $BLOWBACK_WHO, else the account's name and the machine's."""
    if named := os.environ.get(WHO):
        return named
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        name = f"uid {os.getuid()}"
    return f"{name}@{platform.node()}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one case."""

    chain: Chain
    lock: Callable[[], AbstractContextManager[None]]

    def append(self, verb: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON-like values only
        """Write one line: `seq, at, who, verb, tool, ...facts, prev`.

        Args:
            verb: what was done, one word: new, ingest, refuse, analyse, reveal, dump, ...
            facts: arguments and hashes, JSON-like. `who` replaces who is at the keyboard. `out` is a mapping of
                path in the case -> `{"sha256", "bytes"}` (see `Case.digests`): `verify` holds those files to it.

        Raises:
            CaseLocked: another process writes to the case.
            CustodyError: the ledger's end is not what it was.
            NoSpace: the disk is full; the ledger is as it was.
        """
        named = str(facts.pop("who", None) or who())
        with self.lock():
            return self.chain.append({"at": now(), "who": named, "verb": verb, "tool": __version__, **facts})

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every line, in order."""
        return self.chain.entries()

    def head(self) -> Head:
        """The number of lines and the hash of the last one: note it elsewhere to guard against rewriting."""
        return self.chain.head()
