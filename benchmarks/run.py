"""`make bench`: every benchmark in turn, results with the machine's description into benchmarks/results/."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = {"ingest": ["--posts", "1000000", "5000000"], "coaction": [], "neardup": [], "spark": []}

if __name__ == "__main__":
    (HERE / "results").mkdir(exist_ok=True)
    for part in sys.argv[1:] or PARTS:
        print(f"benchmark: {part}", flush=True)
        done = subprocess.run(
            [sys.executable, str(HERE / f"{part}.py"), *PARTS[part]], check=True, stdout=subprocess.PIPE, text=True
        )
        (HERE / "results" / f"{part}.md").write_text(done.stdout, encoding="utf-8")
        print(done.stdout)
