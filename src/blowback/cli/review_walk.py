"""The walk: one claim after another, a line typed for each; what was acknowledged is kept whatever happens next."""

from __future__ import annotations

import select
import sys
from dataclasses import dataclass, replace
from typing import Final

from blowback.case.case import Case
from blowback.cli import review_shown, show
from blowback.desk_review import Waiting, decide
from blowback.desk_review_set import FIELDS, typed
from blowback.errors import UsageError
from blowback.model.judgement import claim_digest
from blowback.tools.words import plural

_KEYS: Final = {
    "a": "accept",
    "c": "correct",
    "r": "reject",
    "n": "note",
    "s": "skip",
    "b": "back",
    "q": "quit",
    "?": "help",
}
_DONE: Final = "kept"


@dataclass(slots=True)
class Walk:
    """Where the reviewer stands."""

    case: Case
    name: str | None
    waiting: list[Waiting]
    at: int = 0
    kept: int = 0

    def run(self) -> int:
        """Ask until all are decided, the reviewer quits or the input ends; returns how many decisions were kept.

        Raises:
            KeyboardInterrupt: Ctrl-C; `kept` says how many decisions are safe.
        """
        show.say(f"{plural(len(self.waiting), 'claim')} to look at. {review_shown.KEYS}")
        shown = -1
        while self.at < len(self.waiting):
            if shown != self.at:
                review_shown.claim(self.waiting[self.at], f"{self.at + 1} of {len(self.waiting)}")
                shown = self.at
            line = _asked()
            if line is None or not self._answered(line):
                break
        else:
            show.say("\nAll looked at.")
        return self.kept

    def _answered(self, line: str) -> bool:
        """Do what a line says; False to stop."""
        key, _, rest = line.strip().partition(" ")
        action = _KEYS.get(key.lower(), key.lower())
        if action == "quit":
            return False
        if action == "back":
            if self.at == 0:
                show.say("this is the first one")
            self.at = max(0, self.at - 1)
        elif action in ("accept", "correct", "reject", "note", "skip"):
            try:
                self._decide(action, rest.strip())
            except UsageError as problem:
                show.say(f"{problem.message}. {problem.hint}")
        else:
            _help()
        return True

    def _decide(self, action: str, rest: str) -> None:
        given: dict[str, str] = {}
        why = rest
        if action == "correct":
            given, why = typed(rest)
        one = self.waiting[self.at]
        made = decide(
            self.case, one.claim["claim_id"], action, given=given, why=why, name=self.name, picked=one.picked,
            seen=claim_digest(one.claim),
        )  # fmt: skip
        self.kept += 1
        over = f", over {', '.join(made.over)}" if made.over else ""
        show.say(f"{_DONE} {made.id}: {made.decision}{over}")
        self.waiting[self.at] = replace(one, judged=(*one.judged, made))
        if action != "note":
            self.at += 1


def _asked() -> str | None:
    """A line from the reviewer; None where the input has ended."""
    show.out.print("> ", end="", markup=False)
    sys.stdout.flush()
    _awaited()
    line = sys.stdin.buffer.readline()
    if not line:
        show.say("")
        return None
    return line.decode("utf-8", "replace")


def _awaited() -> None:
    """Wait for a line of a terminal, waking each second: a Ctrl-C that comes just before a read would else wait for a key."""
    if sys.platform == "win32" or not sys.stdin.isatty():
        return
    while not select.select([sys.stdin], [], [], 1.0)[0]:
        pass


def _help() -> None:
    show.say(review_shown.KEYS)
    show.say("  fields of a correction, several in one line, quotes around what has spaces; then the reason:")
    for name, values in FIELDS.items():
        show.say(f"    {name}={values}")
