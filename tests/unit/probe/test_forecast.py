"""The dry run says what would be sent, and opens no socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from blowback.cli.main import app
from blowback.probe.forecast import Span, forecast, told
from blowback.probe.plan_read import read_plan

Write = Callable[[str], Path]


def test_counts(whole: str, written: Write) -> None:
    """Two rounds. line: 2 targets + 2 innocuous; friend: 1 + 2 (other.example is for line alone)."""
    made = forecast(read_plan(written(whole)))
    assert made.lines == 2 * (4 + 3)
    assert made.queries["isp"] == Span(2 * 2 * 4, 2 * 2 * 4 * 3)
    # friend's own three URLs, and the control's four once a round; at most the control is asked for each vantage anew
    assert made.queries["far"].least == 2 * 2 * (3 + 4)
    assert made.queries["far"].most == 2 * 2 * 3 * (3 + 7)
    assert made.connections["news.example"].least == 2 * 2 + 2
    assert made.seconds.least == 3600


def test_everybody_who_would_be_contacted_is_named(whole: str, written: Write) -> None:
    text = "\n".join(told(read_plan(written(whole))))
    for word in ("A. Analyst", "10.77.1.10:53", "10.77.3.53:853", "127.0.0.1:1081", "https://news.example/page?x=1",
                 "www.example.org", "measure@institute.example", "B. Holder", "nothing was sent"):  # fmt: skip
        assert word in text, word


@pytest.mark.parametrize("as_json", [False, True])
def test_a_dry_run_opens_no_socket(whole: str, written: Write, monkeypatch: pytest.MonkeyPatch, as_json: bool) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    path = written(whole)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    words = ["blocking", "measure", "--plan", str(path), "--dry-run", *(["--json"] if as_json else [])]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0
    if as_json:
        assert json.loads(done.stdout)["lines"] == 14
    assert sorted(p.name for p in path.parent.iterdir()) == ["plan.toml"]
