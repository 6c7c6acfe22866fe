"""What was blocked, how and since when: measurements of names and pages judged by rules that are data."""

from __future__ import annotations

from typing import Final

from blowback.analyses.blocking.judge import RULES, judge
from blowback.analyses.blocking.panels import PICTURES, panels
from blowback.analyses.blocking.refine import refine
from blowback.analyses.blocking.tables import OUTPUTS, READS, STEPS
from blowback.model.analysis import Analysis, Param

blocking: Final = Analysis(
    id="blocking",
    version=2,
    asks="What was blocked in which network, how, and between which days?",
    cannot_show="What was not asked, who ordered it and why, or what a refusing server would have answered.",
    reads=READS,
    params=(
        Param(
            "shared", "int", 3, "unrelated owners' names with one answer from which on it counts as a sinkhole", "owners",
            low=2, high=1000,
        ),
        Param(
            "drop", "float", 0.5, "share of a network's usual reachability or traffic that must be missing in a collapse", "share",
            low=0.1, high=0.99,
        ),
    ),
    steps=STEPS,
    outputs=OUTPUTS,
    rules=RULES,
    judge=judge,
    refine=refine,
    drawer="blocking",
    noun="network",
    evidence_noun="measurement",
    panels=panels,
    pictures=PICTURES,
)  # fmt: skip
