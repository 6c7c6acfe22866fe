"""The running test-bed, for tests and for the evaluation: opened, measured in, with packets lost, closed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
SRC = HERE.parents[1] / "src"
# where packets are lost: both ways, on the line, at the provider's own servers and on the control's path
PLACES = (
    ("isp", "FORWARD", ()),
    ("isp", "INPUT", ("-i", "p1")),
    ("isp", "OUTPUT", ("-o", "p1")),
    ("control", "INPUT", ("-i", "x0")),
    ("control", "OUTPUT", ("-o", "x0")),
)
NEEDS = "the test-bed needs network namespaces: "


class CannotBuild(RuntimeError):
    """The test-bed cannot be built here, and why.

    Args:
        forbidden: this machine does not permit it, or its kernel lacks a part; otherwise it is our fault.
    """

    def __init__(self, why: str, *, forbidden: bool) -> None:
        super().__init__(NEEDS + why)
        self.forbidden = forbidden


@dataclass
class Bed:
    """The running test-bed: a folder with plans and certificates, and the process that holds the namespaces."""

    folder: Path
    holder: subprocess.Popen[bytes]
    pid: int
    lines: dict[str, list[dict]] = field(default_factory=dict)
    heard: dict[str, dict[str, int]] = field(default_factory=dict)

    def command(self, space: str, *words: str) -> list[str]:
        user = [] if os.getuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "-t", str(self.pid), *user, "--mount", "nsenter", f"--net=/run/netns/{space}", *words]

    def run(self, space: str, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = self.command(space, *words)
        return subprocess.run(command, capture_output=True, text=True, check=check, env=environment())

    def start(self, space: str, *words: str) -> subprocess.Popen[str]:
        command, pipe = self.command(space, *words), subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment())

    def measuring(self, plan: str, out: str) -> tuple[str, ...]:
        """The real command line."""
        return (
            sys.executable, "-m", "blowback.cli.main", "blocking", "measure", "--plan", str(self.folder / plan),
            "--out", str(self.folder / out), "--json",
        )  # fmt: skip

    def measure(self, plan: str, out: str) -> list[dict]:
        """Measure a plan with the command line."""
        done = self.run("probe", *self.measuring(plan, out), check=False)
        assert done.returncode == 0, done.stderr
        return self.read(out)

    def measure_scenarios(self, name: str = "") -> dict[str, list[dict]]:
        """The scenarios: those of one round by the command line, those of five rounds on a fast clock beside it."""
        plan, out = str(self.folder / "hours.toml"), str(self.folder / f"hours{name}.jsonl")
        hours = self.start("probe", sys.executable, str(HERE / "hours.py"), plan, out)
        once = self.measure("once.toml", f"once{name}.jsonl")
        _, said = hours.communicate(timeout=300)
        assert hours.returncode == 0, said
        return {"once": once, "hours": self.read(f"hours{name}.jsonl")}

    @contextmanager
    def losing(self, share: float) -> Iterator[None]:
        """This share of all packets is lost, each way, on every path."""
        rule = ("-m", "statistic", "--mode", "random", "--probability", str(share), "-j", "DROP")
        for space, chain, device in PLACES if share else ():
            self.run(space, "iptables", "-I", chain, *device, *rule)
        try:
            yield
        finally:
            for space, chain, device in PLACES if share else ():
                self.run(space, "iptables", "-D", chain, *device, *rule)

    def count(self, space: str, what: str) -> Counter[str]:
        """Packets by address, as the kernel of a namespace counted them on arrival: questions or connections."""
        told = json.loads(self.run(space, "nft", "-j", "list", "set", "inet", "heard", what).stdout)
        rows = next(entry["set"].get("elem", []) for entry in told["nftables"] if "set" in entry)
        return Counter({row["elem"]["val"]: row["elem"]["counter"]["packets"] for row in rows})

    def read(self, name: str) -> list[dict]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


def environment() -> dict[str, str]:
    return {**os.environ, "BLOWBACK_ONLY_LOCAL": "1", "PYTHONPATH": str(SRC), "PYTHONDONTWRITEBYTECODE": "1"}


def unshared() -> list[str]:
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--net", "--mount", "--propagation", "private"]


@cache
def why_not() -> str:
    """Why namespaces cannot be made here; empty where they can."""
    if missing := [t for t in ("ip", "nft", "iptables", "tc", "unshare", "nsenter") if shutil.which(t) is None]:
        return f"{', '.join(missing)} not installed (scripts/system.sh installs them when root)"
    tried = subprocess.run([*unshared(), "true"], capture_output=True, text=True, check=False)
    return f"not permitted here ({tried.stderr.strip()})" if tried.returncode else ""


@contextmanager
def opened(folder: Path) -> Iterator[Bed]:
    """The test-bed, built in a folder, without any measurement yet.

    Raises:
        CannotBuild: with the reason.
    """
    if why := why_not():
        raise CannotBuild(why, forbidden=True)
    subprocess.run([sys.executable, str(HERE / "plans.py"), str(folder)], check=True, env=environment())
    pipe, command = subprocess.PIPE, [*unshared(), sys.executable, str(HERE / "build.py"), str(folder)]
    holder = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment())
    assert holder.stdin
    assert holder.stdout
    assert holder.stderr
    if not (said := holder.stdout.readline()):
        why = holder.stderr.read().decode().strip()
        holder.wait(timeout=10)
        lacking = ("ermission", "not permitted", "not supported", "by that name")
        raise CannotBuild(why, forbidden=any(word in why for word in lacking))
    try:
        yield Bed(folder, holder, json.loads(said)["pid"])
    finally:
        holder.stdin.close()
        holder.wait(timeout=20)
