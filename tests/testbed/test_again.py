"""The command line, interrupted with Ctrl-C and killed, goes on where it stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

from .bed import Bed, environment


def lines(path: Path) -> list[dict]:
    return [json.loads(x) for x in path.read_text().split("\n")[:-1]] if path.exists() else []


def started(bed: Bed, out: str, at_least: int) -> subprocess.Popen[str]:
    child = bed.start("probe", *bed.measuring("few.toml", out))
    while len(lines(bed.folder / out)) < at_least:
        assert child.poll() is None, child.communicate()
        time.sleep(0.05)
    return child


SIGNS = {signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}


def test_it_goes_on(bed: Bed) -> None:
    """Both at the same time, each into a file of its own."""
    children = {sign: started(bed, f"few-{sign.name}.jsonl", 1) for sign in SIGNS}
    before: dict[signal.Signals, list[dict]] = {}
    for sign, child in children.items():
        child.send_signal(sign)
        _, said = child.communicate(timeout=60)
        assert child.returncode == SIGNS[sign], said
        before[sign] = lines(bed.folder / f"few-{sign.name}.jsonl")
        assert 1 <= len(before[sign]) <= 6
        if sign is signal.SIGINT:
            assert "goes on" in said
            assert "Traceback" not in said
    again = {sign: bed.start("probe", *bed.measuring("few.toml", f"few-{sign.name}.jsonl")) for sign in SIGNS}
    for sign, child in again.items():
        out, said = child.communicate(timeout=120)
        made, had = json.loads(out), len(before[sign])
        assert (made["outcome"], made["finished_before"], made["lines"]) == ("finished", had, 6 - had), said
        after = lines(bed.folder / f"few-{sign.name}.jsonl")
        assert after[:had] == before[sign]
        assert len({x["input"] for x in after}) == 6


def test_a_host_that_says_it_is_asked_too_much_is_left_alone(bed: Bed) -> None:
    done = bed.run("probe", *bed.measuring("busy.toml", "busy.jsonl"))
    made = json.loads(done.stdout)
    assert (made["outcome"], made["planned"], made["lines"]) == (
        "stopped",
        5,
        2,
    )  # one of its four URLs, and the innocuous one
    assert "429" in made["stopped"]["busy.example"]
    assert made["sent"]["host busy.example"] == 2  # the vantage's connection and the control's


def test_a_dry_run_in_the_bed_sends_nothing(bed: Bed) -> None:
    chain = "chain inet dry out { type filter hook output priority 0 ; }"
    new = ("rule inet dry out meta l4proto udp counter", "rule inet dry out tcp flags & ( syn | ack ) == syn counter")
    for words in ("table inet dry", chain, *new):
        bed.run("probe", "nft", "add", *words.split())
    done = bed.run("probe", *bed.measuring("once.toml", "none.jsonl"), "--dry-run")
    told = json.loads(bed.run("probe", "nft", "-j", "list", "table", "inet", "dry").stdout)
    bed.run("probe", "nft", "delete", "table", "inet", "dry")
    counted = [
        c["counter"]["packets"] for e in told["nftables"] if "rule" in e for c in e["rule"]["expr"] if "counter" in c
    ]
    assert counted == [0, 0]  # questions, connections
    assert json.loads(done.stdout)["lines"] > 100
    assert not (bed.folder / "none.jsonl").exists()


def test_outside_the_bed_nothing_is_sent(bed: Bed, tmp_path: Path) -> None:
    """A plan for another network is refused before a packet leaves."""
    text = (bed.folder / "few.toml").read_text().replace("10.77.2.10", "198.51.100.10")
    (tmp_path / "few.toml").write_text(text.replace('"trusted.pem"', json.dumps(str(bed.folder / "trusted.pem"))))
    words = [*bed.measuring("few.toml", "x.jsonl")]
    words[words.index("--plan") + 1], words[words.index("--out") + 1] = (
        str(tmp_path / "few.toml"),
        str(tmp_path / "x.jsonl"),
    )
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 2
    assert "198.51.100.10" in done.stderr
    assert not (tmp_path / "x.jsonl").exists()
