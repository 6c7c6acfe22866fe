"""Writes words.csv: how often words that are also names of places are used, and how often in small letters.

Counted in the posts and articles of the development data (no labels are read): python evaluation/place_words.py DATA GAZETTEER
Only counts leave the data; words used by fewer than 5 posts (Arabic: 3) are left out.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from blowback.tools.fold import fold
from blowback.tools.places import names_kernel as kernel
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.strings import buffers

OUT = Path(__file__).resolve().parents[1] / "src" / "blowback" / "tools" / "places" / "words.csv"
WORD = re.compile(r"[^\W\d_]+")
MASK = re.compile(r"https?://\S+|@\w+")


def texts(data: Path) -> Iterator[str]:
    for name, most in (
        ("coordination/ira_1m.parquet", 500_000), ("background/worldcup_2014_07.parquet", 20_000),
        ("campaign/pro_is_2015_2016_dev.parquet", 20_000), ("rumours/rumoureval2017_train.parquet", 10_000),
    ):  # fmt: skip
        left = most
        for batch in pq.ParquetFile(data / name).iter_batches(50_000, columns=["text"]):
            yield from (t for t in batch["text"].to_pylist() if t)
            left -= 50_000
            if left <= 0:
                break
    for path in sorted((data / "geoparsing/idrisi").rglob("train.jsonl")):
        if "timebased" not in str(path):
            yield from (json.loads(line)["text"] for line in path.open(encoding="utf-8"))


def arabic(data: Path) -> Iterator[str]:
    """Posts in Arabic of the largest file, which has few of them."""
    for batch in pq.ParquetFile(data / "coordination/ira_1m.parquet").iter_batches(
        50_000, columns=["language", "text"]
    ):
        yield from (
            t for n, t in zip(*(batch[c].to_pylist() for c in ("language", "text")), strict=True) if n == "Arabic" and t
        )


def main() -> None:
    gazetteer = Gazetteer.read(Path(sys.argv[2]))
    uses: Counter[str] = Counter()
    posts: Counter[str] = Counter()
    seen: set[int] = set()
    for text in chain(texts(Path(sys.argv[1])), arabic(Path(sys.argv[1]))):
        bare = MASK.sub(" ", text)
        if (h := hash(bare[:60])) in seen:  # a repost counts once
            continue
        seen.add(h)
        words = WORD.findall(bare)
        uses.update(words)
        posts.update(set(words))
    seen.clear()
    kept = [w for w in uses if posts[w] >= 2]
    folded = fold(pa.array(kept)).to_pylist()
    total, small, held = Counter[str](), Counter[str](), Counter[str]()
    for word, form in zip(kept, folded, strict=True):
        total[form] += uses[word]
        held[form] += posts[word]
        if word[:1].islower():
            small[form] += uses[word]
    forms = [f for f in total if held[f] >= (3 if f > "\u0600" else 5) and f and " " not in f]
    offsets, body = buffers(pa.array(forms))
    whole = np.zeros(len(forms), np.uint64)
    room = len(body)
    kernel.name_hashes(
        offsets,
        body,
        whole,
        whole.copy(),
        np.zeros(len(forms), np.uint8),
        np.zeros(room, np.uint64),
        np.zeros(room, np.int32),
    )
    named = [f for f, h in zip(forms, whole, strict=True) if kernel.find(gazetteer.keys, gazetteer.slots, h) >= 0]
    million = sum(uses.values()) / 1e6
    with OUT.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["word", "log_uses", "lower"])
        for form in sorted(named):
            rows.writerow([form, f"{math.log10(total[form] / million):.1f}", f"{small[form] / total[form]:.2f}"])


if __name__ == "__main__":
    main()
