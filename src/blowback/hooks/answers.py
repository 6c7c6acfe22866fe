"""Answers of a model by the hash of what was asked: kept ones first, a server only for the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from blowback.case.lines import objects_in
from blowback.errors import CustodyError, InputError, NotReadable
from blowback.hooks.client import Server
from blowback.model.locator import Locator

FILE: Final = "answers.jsonl"
_IN_A_ROW: Final = 3  # requests without an answer, after which the server is given up


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote. `how`: kept (of an earlier run or a replay), asked, or missing with the reason in `fault`."""

    request: str
    content: str
    how: str
    fault: str = ""

    def line(self) -> dict[str, str]:
        """As `answers.jsonl` holds it."""
        return {"request": self.request, "content": self.content}


@dataclass(slots=True)
class Answers:
    """Where answers come from. Without a server nothing is asked: that is a replay."""

    known: Mapping[str, str]
    server: Server | None
    timeout: float = 120.0
    used: dict[str, Answer] = field(default_factory=dict)
    silent: int = 0

    def to(self, body: bytes) -> Answer:
        """The answer to a request, asked at most once."""
        request = hashlib.sha256(body).hexdigest()
        if request not in self.used:
            self.used[request] = self._new(request, body)
        return self.used[request]

    def _new(self, request: str, body: bytes) -> Answer:
        if request in self.known:
            return Answer(request, self.known[request], "kept")
        if self.server is None:
            return Answer(request, "", "missing", "not in the replay file")
        if self.gone:
            return Answer(request, "", "missing", "the server was given up")
        reply = self.server.ask(body, timeout=self.timeout)
        content, fault = _content(reply.body) if not reply.fault else ("", reply.fault)
        self.silent = 0 if not reply.fault else self.silent + 1
        return Answer(request, content, "missing" if fault else "asked", fault)

    @property
    def gone(self) -> bool:
        """Whether the server was given up."""
        return self.silent >= _IN_A_ROW

    def lines(self) -> Iterable[dict[str, str]]:
        """Every answer that was used, in the order of its request's hash: the replay of this run."""
        return [a.line() for _, a in sorted(self.used.items()) if not a.fault]


def _content(body: bytes) -> tuple[str, str]:
    """(what the model wrote, what is wrong with the envelope)."""
    try:
        content = orjson.loads(body)["choices"][0]["message"]["content"]
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError):
        return "", "the server's answer is no chat completion"
    return (content, "") if isinstance(content, str) else ("", "the server's answer has no text")


def answers_in(path: Path) -> dict[str, str]:
    """Request -> what the model wrote, of a file of answers.

    Raises:
        NotReadable: there is no such file.
        InputError: a line is no answer.
    """
    if not path.is_file():
        raise NotReadable(
            f"there is no file {path}", hint="Give the answers.jsonl of an earlier run", at=Locator(path.name)
        )
    found: dict[str, str] = {}
    try:
        for number, line in objects_in(path):
            found |= _pair(line, path.name, number)
    except CustodyError as error:
        raise InputError(error.message, hint="Give the answers.jsonl of an earlier run", at=error.at) from error
    return found


def _pair(line: Mapping[str, Any], name: str, number: int) -> dict[str, str]:
    request, content = line.get("request"), line.get("content")
    if not isinstance(request, str) or not isinstance(content, str):
        raise InputError(
            "not an answer", hint='A line is {"request": ..., "content": ...}', at=Locator(name, line=number)
        )
    return {request: content}
