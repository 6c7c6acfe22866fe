"""A problem that `verify` found: what, where, and what to do next."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a case that is not as custody has it.

    Args:
        what: one sentence.
        where: path within the case, and the line where there are lines: `ledger.jsonl, line 7`.
        next_step: what to do now.
    """

    what: str
    where: str
    next_step: str

    def as_dict(self) -> dict[str, Any]:
        """JSON-like: what, where, next_step."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.next_step}"
