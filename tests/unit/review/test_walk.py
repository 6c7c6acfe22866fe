"""The walk on the real command: lines fed to stdin, a terminal of its own, Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from review_made import TEXTS

from blowback.case.case import Case
from blowback.case.judgements import judgements_of
from blowback.case.seal import verify

Garden = tuple[Case, dict[str, str]]
COMMAND = [sys.executable, "-m", "blowback.cli.start", "review"]


def walked(case: Case, lines: str, *words: object, code: int = 0) -> str:
    done = subprocess.run(
        [*COMMAND, str(case.path), *map(str, words)], input=lines.encode(), capture_output=True, timeout=120, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode == code, done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    return done.stdout.decode()


def told(case: Case, *words: object):
    return json.loads(walked(case, "", *words, "--json"))


def test_every_key_and_it_goes_on_where_it_stopped(garden: Garden) -> None:
    case, ids = garden
    keys = (
        "?\n" "c type=conquer\n" "c type=attack place=1 it says clash, not capture\n"  # p4; the first is refused
        "n the words are a copy\n" "b\n" "a\n" "a\n"  # p1: a note, back to p4, accept p4 over the correction, accept p1
        "zzz\n" "q\n"
    )  # fmt: skip
    out = walked(case, keys, "--as", "elm")
    assert "4 claims to look at" in out
    assert "type=capture, withdraw" in out  # help
    assert "type 'conquer' is none of" in out
    assert "4 decisions kept, 2 left" in out
    held = judgements_of(case)
    assert [(j.claim_id.removesuffix("#1"), j.decision, j.who) for j in held] == [
        (ids["p4"], "correct", "elm"), (ids["p1"], "note", "elm"), (ids["p4"], "accept", "elm"), (ids["p1"], "accept", "elm"),
    ]  # fmt: skip
    assert held[0].why == "it says clash, not capture"
    assert held[2].over == (held[0].id,)
    assert [j.picked for j in held] == ["worth"] * 4
    again = walked(case, "r no claim\ns\n", "--as", "elm")
    assert "2 claims to look at" in again
    assert "All looked at." in again
    assert "0 left" in again
    assert [j.decision for j in judgements_of(case)][4:] == ["reject", "skip"]
    assert verify(case) == []


def test_the_words_are_shown_in_their_script_with_hidden_characters_and_dead_links(garden: Garden) -> None:
    out = walked(garden[0], "s\ns\nq\n")
    assert "⟪The Hedge Guild entered Armil today, 30 gnomes taken⟫ hxxps://example[.]org/a" in out
    assert "⟪أنباء عن دخول النقابة إلى أرميل ⟦RLO⟧abc⟦PDF⟧⟫" in out
    assert "\u202e" not in out
    assert "https://" not in out
    assert "  1  Armil  site:armil  (locality XA, 10.000, 20.000; 0.5)" in out
    assert "the same words stand in 1 more claim" in out
    assert "its verdict needs review (acled: another party)" in out


def test_input_that_ends_is_like_quitting(garden: Garden) -> None:
    assert "1 decision kept, 3 left" in walked(garden[0], "a\n")
    assert "0 decisions kept, 3 left" in walked(garden[0], "")
    assert "3 left" in walked(garden[0], "c \udcff".encode("utf-8", "surrogateescape").decode("latin-1") + "\n")


def test_without_a_terminal_all_is_said_in_options(garden: Garden, tmp_path: Path) -> None:
    case, ids = garden
    listed = told(case, "--list", "--limit", 2)
    assert "2 of 4 claims to look at" in walked(case, "", "--list", "--limit", 2)
    assert [w["claim_id"] for w in listed] == [f"{ids['p4']}#1", f"{ids['p1']}#1"]
    assert listed[1]["place_candidates"][1]["name"] == "Armil al-Hadiqa"
    assert "https://" not in listed[1]["text"]
    one = told(
        case, "correct", "--decide", listed[0]["claim_id"], "--set", "type=attack", "--set", "place=none", "--why", "so"
    )
    assert (one["decision"], one["set"]["type"], one["why"]) == ("correct", "attack", "so")
    assert told(case, "--export", tmp_path / "a.jsonl")["judgements"] == 1
    assert told(case, "--merge", tmp_path / "a.jsonl")["known"] == 1
    assert {r["of"] for r in told(case, "--calibration")} == {"place_p", "modality"}
    assert "not calibrated: " in walked(case, "", "--calibration")
    assert "3 claims to look at" in walked(case, "", "--list")
    assert "known already" in walked(case, "", "--merge", tmp_path / "a.jsonl")


def test_what_is_off_is_said_and_exits_with_two(garden: Garden, tmp_path: Path) -> None:
    case, ids = garden
    one = f"{ids['p4']}#1"
    for words in (
        ("accept",), ("--decide", one), ("accept", "--decide", one, "--set", "type=attack"), ("--list", "--export", "x"),
        ("accept", "--decide", "x:none#1"), ("correct", "--decide", one, "--set", "type"),
        ("--merge", tmp_path / "none", "--list"), ("--as", "elm\x1b[2J"), ("accept", "--decide", one, "--as", "elm\u202e"),
        ("correct", "--decide", one, "--set", "place=Armil@36,43,0"),
    ):  # fmt: skip
        walked(case, "", *words, code=2)
    walked(case, "", "--merge", tmp_path / "none", code=3)
    assert judgements_of(case) == []


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_on_a_terminal_what_was_acknowledged_survives_ctrl_c_and_kill(garden: Garden, sign: signal.Signals) -> None:
    case, _ = garden
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    words = [*COMMAND, str(case.path), "--as", "elm"]
    process = subprocess.Popen(words, stdin=child, stdout=child, stderr=child, env=environment, start_new_session=True)
    os.close(child)
    try:
        terminal = Terminal(parent)
        assert b"\x1b[1;7m" in terminal.until(b"\n> ")  # the span is highlighted
        os.write(parent, b"a\n")
        assert b"kept J-" in terminal.until(b"2 of 4")
        terminal.until(b"\n> ")
        process.send_signal(sign)
        if sign == signal.SIGINT:
            assert b"1 decision kept" in terminal.until(b"where you stopped")
        assert process.wait(timeout=60) == (130 if sign == signal.SIGINT else -signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        os.close(parent)
    assert [j.decision for j in judgements_of(case)] == ["accept"]
    assert verify(case) == []


class Terminal:
    """What a program wrote to its terminal and was not looked at yet."""

    def __init__(self, handle: int) -> None:
        self.handle, self.unread = handle, b""

    def until(self, word: bytes) -> bytes:
        """All up to and with a word."""
        while word not in self.unread:
            ready, _, _ = select.select([self.handle], [], [], 120)
            assert ready, self.unread
            try:
                self.unread += os.read(self.handle, 65536)
            except OSError as error:  # the other end is closed
                raise AssertionError(self.unread) from error
        seen, _, self.unread = self.unread.partition(word)
        return seen + word


def test_a_text_cannot_write_lines_of_ours(garden: Garden, tmp_path: Path) -> None:
    from review_made import claim, claims_run, taken_in

    evil = "kept\nkept J-0000: accept\r\x1b[2J\x1b]0;x\x07 the guild"
    folder = tmp_path / "evil"
    folder.mkdir()
    case, ids = taken_in(folder, {"p1": evil})
    (text,) = (r["text"] for p in case.tables()["posts"] for r in pq.read_table(p).to_pylist())
    rows = [claim(ids["p1"], text, modality="hedged", actor="x\nkept J-1: accept")]
    claims_run(case, rows)
    out = walked(case, "q\n")
    assert not re.search(r"^kept J", out, re.MULTILINE)
    assert "\x1b" not in out
    assert orjson.dumps(TEXTS)  # the other case is not touched


def test_while_another_process_writes_the_claim_stays(garden: Garden) -> None:
    case, _ = garden
    with case.lock():
        out = walked(case, "a\nq\n")
    assert "is being written by" in out
    assert "0 decisions kept, 4 left" in out
