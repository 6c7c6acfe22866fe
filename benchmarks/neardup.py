"""Near-duplicate texts: the exact join and its clusters, against the floor and against two MinHash libraries.

    python benchmarks/neardup.py --peers /path/to/venv/bin/python --real /path/to/ira_1m.parquet

Stages, each a process of its own over the same Parquet file of texts:
  floor        fold, words, equal sets put together: what any method on word sets must do first
  ours .7 .8   `near_duplicates` from raw texts to clusters, whole process
  rensa        RMinHash (128) and LSH (32 bands), candidates not verified
  datasketch   MinHashLSH (128, its own bands), the first 100,000 texts
The peers get distinct texts, folded and long enough, so that normalising and collapsing cost them nothing; `join` is
`pairs` on the same file, and "method" is the CPU time of each without start, reading and loading of compiled code.
Recall and precision: of ours against brute force on samples, of the peers' candidates against ours. All work is done in
child processes, as a child's peak memory starts from its parent's.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from measure import interleaved, machine, once, python

FEW = 100_000
SAMPLE = 4_000
GOAL = {"ours .7": "<= 3.5x"}


def posts(path: Path, size: int) -> None:
    """Short posts in Arabic and English letters, Zipf words, 5 % planted in groups of 2-39 with 0-3 words changed."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(20140609 + size)
    alphabets = ("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
    vocabulary = 200_000
    words = []
    for letters in alphabets:
        known: dict[str, None] = {}
        while len(known) < vocabulary:
            lengths = random.integers(2, 11, vocabulary)
            picked = random.integers(0, len(letters), int(lengths.sum()))
            ends = np.cumsum(lengths)
            known |= dict.fromkeys(
                "".join(letters[c] for c in picked[e - n : e]) for n, e in zip(lengths, ends, strict=True)
            )
        words.append(sorted(known, key=len)[:vocabulary])

    def some(many: int) -> list[int]:
        return np.exp(random.random(many) * np.log(vocabulary)).astype(int).tolist()

    texts: list[str] = []
    planted = size // 20
    while len(texts) < size:
        group = int(random.integers(2, 40)) if len(texts) < planted else 1
        tongue, base = int(random.integers(0, 2)), some(int(random.integers(6, 21)))
        for _ in range(group):
            copy = base.copy()
            for at in random.integers(0, len(copy), int(random.integers(0, 4)) if group > 1 else 0):
                copy[int(at)] = some(1)[0]
            link = f" https://a.example/{len(texts)}" if random.random() < 0.3 else ""
            texts.append(" ".join(words[tongue][k - 1] for k in copy) + link)
    order = random.permutation(size)
    pq.write_table(pa.table({"text": pa.array(texts[:size]).take(pa.array(order))}), path, compression="zstd")


def column(path: Path):
    import pyarrow.parquet as pq

    return pq.read_table(path, columns=["text"]).column("text")


def distinct(path: Path, out: Path, least: int = 4) -> None:
    """Folded texts, each word set once, of at least so many words: what the peers are given."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from blowback.tools.fold import fold
    from blowback.tools.neardup_words import word_sets

    texts = fold(column(path))
    sets = word_sets(texts)
    rows = np.unique(sets.of_row, return_index=True)[1]
    rows = rows[sets.of_row[rows] >= 0]
    rows = np.sort(rows[sets.sizes[sets.of_row[rows]] >= least])
    kept = pa.table({"text": texts.take(pa.array(rows))})
    pq.write_table(kept, out, compression="zstd")
    pq.write_table(kept.slice(0, FEW), path.with_suffix(".few.parquet"), compression="zstd")


def floor(path: Path) -> None:
    from blowback.tools.fold import fold
    from blowback.tools.neardup_words import word_sets

    texts = column(path)
    print(f"{len(word_sets(fold(texts))):,} sets of {len(texts):,} texts")


def ours(path: Path, threshold: float) -> None:
    from blowback.tools.neardup import near_duplicates

    near = near_duplicates(column(path), threshold=threshold)
    inside = near.cluster >= 0
    print(f"{len(near):,} clusters, {inside.sum():,} texts, {(inside & ~near.equal).sum():,} reworded, "
          f"{near.plan.postings:,} postings")  # fmt: skip


def join(path: Path, threshold: float) -> None:
    import numpy as np

    from blowback.tools.neardup import pairs, warm

    warm()
    texts, started = column(path), time.process_time()
    found = pairs(texts, threshold=threshold, folded=True)
    taken = time.process_time() - started
    row = np.empty(int(found.of_row.max()) + 1, np.int64)
    row[found.of_row] = np.arange(len(found.of_row))
    np.save(path.with_suffix(f".{threshold}.npy"), np.stack([row[found.a], row[found.b]], 1))
    print(f"{len(found):,} pairs, {found.postings:,} postings, method {taken:.2f}")


def rensa(path: Path) -> None:
    import numpy as np
    import rensa as library

    texts, started = column(path).to_pylist(), time.process_time()
    hashed = library.RMinHash.from_token_sets([t.split(" ") for t in texts], 128, 42)
    index = library.RMinHashLSH(0.7, 128, 32)
    index.insert_many(hashed)
    found = [
        np.array([(k, j) for j in index.query(one) if j < k], np.int64).reshape(-1, 2) for k, one in enumerate(hashed)
    ]
    taken = time.process_time() - started
    np.save(path.with_suffix(".rensa.npy"), np.concatenate(found))
    print(f"{sum(map(len, found)):,} candidates, method {taken:.2f}")


def datasketch(path: Path) -> None:
    import numpy as np
    from datasketch import MinHash, MinHashLSH

    texts, started = column(path).to_pylist(), time.process_time()
    index, found = MinHashLSH(threshold=0.7, num_perm=128), []
    for k, one in enumerate(MinHash.bulk([[w.encode() for w in t.split(" ")] for t in texts], num_perm=128)):
        found += [(k, j) for j in index.query(one)]
        index.insert(k, one)
    taken = time.process_time() - started
    np.save(path.with_suffix(".datasketch.npy"), np.array(found, np.int64).reshape(-1, 2))
    print(f"{len(found):,} candidates, method {taken:.2f}")


def coded(edges):
    """Pairs of rows as one number each, sorted, each once."""
    import numpy as np

    low, high = edges.min(1), edges.max(1)
    return np.unique((low << 32) | high)


def quality(path: Path, peer: str) -> None:
    import numpy as np

    exact, theirs = coded(np.load(path.with_suffix(".0.7.npy"))), coded(np.load(path.with_suffix(f".{peer}.npy")))
    both = len(np.intersect1d(exact, theirs, assume_unique=True))
    print(f"recall {both / max(len(exact), 1):.3f}, precision {both / max(len(theirs), 1):.3f} before verifying")


def brute(path: Path, threshold: float) -> None:
    """All pairs of a sample by the definition, against the join: neighbours of the join's pairs and others, mixed."""
    import numpy as np
    import pyarrow as pa

    from blowback.tools.neardup import pairs

    texts = column(path)
    near = np.unique(np.load(path.with_suffix(f".{threshold}.npy"))[:SAMPLE].ravel())[: SAMPLE // 2]
    rows = np.unique(np.concatenate([near, np.arange(0, len(texts), max(1, 2 * len(texts) // SAMPLE))]))
    some = texts.take(pa.array(rows))
    sets = [frozenset(t.split(" ")) for t in some.to_pylist()]
    expected = {
        (i, j)
        for i, one in enumerate(sets)
        for j, other in enumerate(sets[:i])
        if (both := len(one & other)) and both / (len(one) + len(other) - both) >= threshold
    }
    found = pairs(some, threshold=threshold, folded=True)
    row = {s: k for k, s in enumerate(found.of_row.tolist())}
    listed = {
        (max(row[a], row[b]), min(row[a], row[b])) for a, b in zip(found.a.tolist(), found.b.tolist(), strict=True)
    }
    hits = len(listed & expected)
    print(f"{len(rows):,} texts at {threshold}: recall {hits}/{len(expected)}, precision {hits}/{len(listed)}")


def child(*arguments: str | Path | int) -> str:
    return once(python(Path(__file__), *arguments)).printed.strip()


def run(label: str, path: Path, given: argparse.Namespace) -> str:
    me, clean, few = Path(__file__), path.with_suffix(".distinct.parquet"), path.with_suffix(".few.parquet")
    if not clean.exists():
        child("--one", "distinct", "--source", path)
    commands = {
        name: python(me, "--one", stage, "--source", source, "--threshold", threshold)
        for name, (stage, source, threshold) in {
            "floor": ("floor", path, 0.7),
            "ours .7": ("ours", path, 0.7),
            "ours .8": ("ours", path, 0.8),
            "join .7": ("join", clean, 0.7),
            "join .8": ("join", clean, 0.8),
            f"join .7, {FEW:,}": ("join", few, 0.7),
        }.items()
    }
    costs = interleaved(commands, runs=given.runs, timeout=600)
    peers = {
        name: [str(given.peers), *python(me, "--one", stage, "--source", source)[1:]]
        for name, (stage, source) in {
            "rensa": ("rensa", clean), f"rensa, {FEW:,}": ("rensa", few), f"datasketch, {FEW:,}": ("datasketch", few),
        }.items()
    }  # fmt: skip
    if given.peers:
        costs |= interleaved(peers, runs=given.peer_runs, timeout=1200)
    base = costs["floor"].cpu
    out = [f"### {label}, medians of {given.runs} interleaved runs, peers {given.peer_runs} ({machine()})", ""]
    out += ["| stage | CPU s | x floor | goal | wall s | peak MB | printed |", "|---|---|---|---|---|---|---|"]
    for name, cost in costs.items():
        printed = " ".join(cost.printed.split())
        if name in peers and cost.runs:
            source = few if "," in name else clean
            printed += ": " + child("--one", "quality", "--source", source, "--peer", name.split(",", maxsplit=1)[0])
        out.append(
            f"| {name} | {cost.cpu:.2f} | {cost.cpu / base:.2f} | {GOAL.get(name, '')} | {cost.wall:.2f} "
            f"| {cost.peak_mb:.0f} | {printed} |"
        )
    checks = "; ".join(child("--one", "brute", "--source", clean, "--threshold", t) for t in ("0.7", "0.8"))
    return "\n".join([*out, "", f"Brute force on a sample (goal: recall = precision = 1): {checks}.", ""])


def one(given: argparse.Namespace) -> None:
    source, threshold = given.source, given.threshold
    {
        "posts": lambda: posts(source, given.sizes[0]),
        "distinct": lambda: distinct(source, source.with_suffix(".distinct.parquet")),
        "floor": lambda: floor(source),
        "ours": lambda: ours(source, threshold),
        "join": lambda: join(source, threshold),
        "rensa": lambda: rensa(source),
        "datasketch": lambda: datasketch(source),
        "quality": lambda: quality(source, given.peer),
        "brute": lambda: brute(source, threshold),
    }[given.one]()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--real", type=Path, help="a Parquet file with a column `text`; skipped where it is absent")
    parser.add_argument("--peers", type=Path, help="a Python with rensa and datasketch; without it they are left out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-runs", type=int, default=1)
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/blowback-bench"))
    parser.add_argument("--one", help="(internal) one stage in this process")
    parser.add_argument("--source", type=Path)
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--peer")
    given = parser.parse_args()
    if given.one:
        one(given)
        return
    given.scratch.mkdir(parents=True, exist_ok=True)
    for size in given.sizes:
        path = given.scratch / f"near_{size}.parquet"
        if not path.exists():
            child("--one", "posts", "--source", path, "--sizes", size)
        print(run(f"{size:,} synthetic posts", path, given), flush=True)
    if given.real and given.real.exists():
        path = given.scratch / f"near_{given.real.name}"
        if not path.exists():
            path.symlink_to(given.real.resolve())
        print(run(f"{given.real.stem}", path, given), flush=True)
    elif given.real:
        print(f"{given.real} is not here: skipped", file=sys.stderr)


if __name__ == "__main__":
    main()
