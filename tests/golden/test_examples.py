"""The committed example is what the simulator writes today, byte by byte."""

from __future__ import annotations

from pathlib import Path

from blowback.simulate.campaign import simulate
from blowback.simulate.scenario import Scenario
from blowback.simulate.write import write

TINY = Path(__file__).resolve().parents[2] / "examples" / "tiny"


def test_the_tiny_example_is_what_the_simulator_writes(tmp_path: Path) -> None:
    write(simulate(Scenario.find("tiny")), tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in TINY.iterdir())
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (TINY / made.name).read_bytes(), f"{made.name} differs: see examples/README.md"
    assert sum(p.stat().st_size for p in TINY.iterdir()) < 300_000
