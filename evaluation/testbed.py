"""The probe and the judge in the test-bed: scenarios by verdict, and what lost packets do to them and to innocent sites.

Needs network namespaces (root, or a kernel that lets users make them); nothing leaves the machine. Five minutes, mostly
waiting.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from testbed.bed import Bed, CannotBuild, opened
from testbed.judged import judged
from testbed.scenarios import SCENARIOS, Scenario

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evaluation" / "testbed.md"
LOSSES = (0.0, 0.05, 0.10, 0.20)
BLOCKED = ("blocked", "likely_blocked")
STATES = ("ok", "impaired", "insufficient", "down", "likely_blocked", "blocked")


def right(scenario: Scenario, cells: list[dict]) -> bool:
    mine = [c for c in cells if c["name"] in scenario.hosts]
    wanted = scenario.mechanisms or ("",)
    return len(mine) == scenario.count and all(c["state"] in scenario.states and c["mechanism"] in wanted for c in mine)


def scenarios(bed: Bed, folder: Path, share: float) -> list[dict]:
    name = f"-{share:g}"
    with bed.losing(share):
        bed.measure_scenarios(name)
    folder = folder / f"scenarios{name}"
    folder.mkdir()
    return judged(folder, [bed.folder / f"{plan}{name}.jsonl" for plan in ("once", "hours")])["cells"]


def crowd(bed: Bed, folder: Path, share: float, tries: int) -> Counter[str]:
    name = f"crowd-{share:g}-{tries}"
    plan = re.sub(r"tries = \d", f"tries = {tries}", (bed.folder / "crowd.toml").read_text())
    (bed.folder / f"{name}.toml").write_text(plan)
    with bed.losing(share):
        bed.measure(f"{name}.toml", f"{name}.jsonl")
    (folder / name).mkdir()
    return Counter(m["state"] for m in judged(folder / name, [bed.folder / f"{name}.jsonl"])["measured"])


def told(cells: list[dict], scenario: Scenario) -> str:
    found = Counter((c["state"], c["mechanism"], c["rule"]) for c in cells if c["name"] in scenario.hosts)
    return "; ".join(f"{s} {m} ({r})".replace("  ", " ") for (s, m, r), _ in found.most_common())


def page(by_loss: dict[float, list[dict]], innocent: dict[tuple[float, int], Counter[str]]) -> str:
    clean = by_loss[0.0]
    out = [
        "# The test-bed: evaluation", "",
        "Written by `evaluation/testbed.py`. Real servers and real filters in network namespaces of one machine: the command",
        "`blowback blocking measure` writes lines, `blocking import` and `blocking judge` read them as a user's. Scenarios and",
        "rules were written in the same weeks by people who knew both, so that this shows that the parts work together and",
        "what loss does to them; it is no estimate of accuracy on real networks.", "",
        "## Scenarios", "",
        f"Right in state and mechanism: **{sum(right(s, clean) for s in SCENARIOS)} of {len(SCENARIOS)}**.", "",
        "| scenario | over | wanted | found | |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for s in SCENARIOS:
        wanted = f"{' or '.join(s.states)}{', ' if s.mechanisms else ''}{' or '.join(s.mechanisms)}"
        over = f"{s.via}{', five rounds' if s.hours else ''}"
        out.append(f"| {s.id} | {over} | {wanted} | {told(clean, s)} | {'' if right(s, clean) else 'wrong'} |")
    out += ["", "## With packets lost", "",
            "Each packet is lost with this chance, each way, on the line, at the resolvers and on the control's path.", "",
            "| loss | scenarios right | blocked ones called blocked | others called blocked | not right |",
            "|---|---|---|---|---|"]  # fmt: skip
    meant = [s for s in SCENARIOS if set(s.states) & set(BLOCKED)]
    for share, cells in by_loss.items():
        called = {c["name"] for c in cells if c["state"] in BLOCKED}
        hit = sum(set(s.hosts) <= called for s in meant)
        false = sorted(called & {h for s in SCENARIOS if s not in meant for h in s.hosts})
        wrong = [s.id for s in SCENARIOS if not right(s, cells)]
        out.append(f"| {share:.0%} | {len(SCENARIOS) - len(wrong)} of {len(SCENARIOS)} | {hit} of {len(meant)} | "
                   f"{len(false)} | {', '.join(wrong) or 'none'} |")  # fmt: skip
    out += ["", "Single silences are *impaired*, by the rules, and are among the 'blocked ones' that are not called so.", "",
            "## Innocent sites", "",
            "Fifty open sites from ten lines, 500 measurements a row; each lookup and connection tried so often.", "",
            f"| loss | tries | {' | '.join(STATES)} |", f"|---|---|{'---|' * len(STATES)}"]  # fmt: skip
    out += [
        f"| {share:.0%} | {tries} | {' | '.join(str(c[s]) for s in STATES)} |" for (share, tries), c in innocent.items()
    ]
    false = sum(c[s] for c in innocent.values() for s in BLOCKED)
    out += ["", f"False blocks: **{false} of {sum(c.total() for c in innocent.values()):,}**."]
    return "\n".join(out) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "bed").mkdir()
        try:
            with opened(folder / "bed") as bed:
                by_loss = {share: scenarios(bed, folder, share) for share in LOSSES}
                innocent = {(s, t): crowd(bed, folder, s, t) for s, t in ((0.05, 2), (0.10, 1), (0.20, 1), (0.20, 3))}
        except CannotBuild as problem:
            if not problem.forbidden:
                raise
            print(f"left as it is: {problem}")
            return
        PAGE.write_text(page(by_loss, innocent), encoding="utf-8")


if __name__ == "__main__":
    main()
