"""Starts the test-bed in namespaces of its own, measures the plans in it, and hands the lines to the tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SRC = HERE.parents[1] / "src"
# rules that lose a twentieth of all packets, both ways, on the line and on the control's path
LOSS = ("-m", "statistic", "--mode", "random", "--probability", "0.05", "-j", "DROP")
PLACES = [
    ("isp", "FORWARD", ()),
    ("isp", "INPUT", ("-i", "p1")),
    ("isp", "OUTPUT", ("-o", "p1")),
    ("control", "INPUT", ("-i", "x0")),
    ("control", "OUTPUT", ("-o", "x0")),
]
SKIP = "the test-bed needs network namespaces: "


@dataclass
class Bed:
    """The running test-bed: a folder with plans and certificates, and the process that holds the namespaces."""

    folder: Path
    holder: subprocess.Popen[bytes]
    lines: dict[str, list[dict]] = field(default_factory=dict)
    heard: dict[str, dict[str, int]] = field(default_factory=dict)

    def command(self, space: str, *words: str) -> list[str]:
        user = [] if os.getuid() == 0 else ["--user", "--preserve-credentials"]
        pid = str(json.loads((self.folder / "holder.json").read_text())["pid"])
        return ["nsenter", "-t", pid, *user, "--mount", "nsenter", f"--net=/run/netns/{space}", *words]

    def run(self, space: str, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(space, *words), capture_output=True, text=True, check=check, env=environment()
        )

    def start(self, space: str, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(space, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        )

    def count(self, space: str, what: str) -> Counter[str]:
        """Packets by address, as the kernel of a namespace counted them on arrival: questions or connections."""
        told = json.loads(self.run(space, "nft", "-j", "list", "set", "inet", "heard", what).stdout)
        rows = next(entry["set"].get("elem", []) for entry in told["nftables"] if "set" in entry)
        return Counter({row["elem"]["val"]: row["elem"]["counter"]["packets"] for row in rows})

    def read(self, name: str) -> list[dict]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


def environment() -> dict[str, str]:
    return {**os.environ, "BLOWBACK_ONLY_LOCAL": "1", "PYTHONPATH": str(SRC), "PYTHONDONTWRITEBYTECODE": "1"}


def measuring(bed: Bed, plan: str, out: str) -> tuple[str, ...]:
    """The real command line."""
    return (
        sys.executable, "-m", "blowback.cli.main", "blocking", "measure", "--plan", str(bed.folder / plan),
        "--out", str(bed.folder / out), "--json",
    )  # fmt: skip


@cache
def why_not() -> str:
    """Why namespaces cannot be made here; empty where they can."""
    if missing := [t for t in ("ip", "nft", "iptables", "tc", "unshare", "nsenter") if shutil.which(t) is None]:
        return f"{SKIP}{', '.join(missing)} not installed (scripts/system.sh installs them when root)"
    tried = subprocess.run([*unshared(), "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"{SKIP}not permitted here ({tried.stderr.strip().splitlines()[-1:]})"
    return ""


def unshared() -> list[str]:
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--net", "--mount", "--propagation", "private"]


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """The test-bed without any measurement yet."""
    pytest.importorskip("dns", reason="the extra `measure` is not installed")
    pytest.importorskip("cryptography", reason="the extra `measure` is not installed")
    if why := why_not():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("bed")
    subprocess.run([sys.executable, str(HERE / "plans.py"), str(folder)], check=True, env=environment())
    holder = subprocess.Popen(
        [*unshared(), sys.executable, str(HERE / "build.py"), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert holder.stdout
    assert holder.stderr
    assert holder.stdin
    if not (said := holder.stdout.readline()):
        why = holder.stderr.read().decode()
        holder.wait(timeout=10)
        if any(word in why for word in ("ermission", "not permitted", "not supported", "by that name")):
            pytest.skip(f"{SKIP}{why.strip()}")  # forbidden here, or the kernel lacks a part
        pytest.fail(f"the test-bed was not built: {why}")
    (folder / "holder.json").write_bytes(said)
    yield Bed(folder, holder)
    holder.stdin.close()
    holder.wait(timeout=20)


@pytest.fixture(scope="session")
def measured(bed: Bed) -> Bed:
    """The scenarios, measured: those of one round by the command line, those of five rounds on a fast clock."""
    counted = {"questions": "isp", "connections": "web"}
    before = {what: bed.count(space, what) for what, space in counted.items()}
    plan, out = str(bed.folder / "hours.toml"), str(bed.folder / "hours.jsonl")
    hours = bed.start("probe", sys.executable, str(HERE / "hours.py"), plan, out)
    once = bed.run("probe", *measuring(bed, "once.toml", "once.jsonl"), check=False)
    _, said = hours.communicate(timeout=300)
    assert once.returncode == 0, once.stderr
    assert hours.returncode == 0, said
    bed.heard = {what: bed.count(space, what) - before[what] for what, space in counted.items()}
    bed.lines = {name: bed.read(f"{name}.jsonl") for name in ("once", "hours")}
    return bed


@pytest.fixture(scope="session")
def crowd(measured: Bed) -> list[dict]:
    for space, chain, device in PLACES:
        measured.run(space, "iptables", "-I", chain, *device, *LOSS)
    try:
        done = measured.run("probe", *measuring(measured, "crowd.toml", "crowd.jsonl"), check=False)
    finally:
        for space, chain, device in PLACES:
            measured.run(space, "iptables", "-D", chain, *device, *LOSS)
    assert done.returncode == 0, done.stderr
    return measured.read("crowd.jsonl")
