"""`make evaluation`: every evaluation in turn, each writing its page into docs/evaluation/."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = (
    "coordination",
    "hijacks",
    "near_text",
    "groups",
    "meaning",
    "releases",
    "bursts",
    "trends",
    "injected",
    "phases",
    "tiers",
    "places",
    "claims_read",
    "claims_match",
    "blocking",
    "testbed",
)

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        print(f"evaluation: {part}", flush=True)
        subprocess.run([sys.executable, str(HERE / f"{part}.py")], check=True)
