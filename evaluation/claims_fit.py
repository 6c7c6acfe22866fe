"""Fits the second reader of claims: python evaluation/claims_fit.py [--write]

On `sentences/train_*.tsv` (written for it), the older `sentences/claims_*.tsv` and real posts that two people's rules label
(`sentences/real_train.tsv`: labels by the hash of a text; the texts are in the data folder, which never enters the
repository). Never on `held_*.tsv` and `real_held.tsv`. Rules were mended on half A of the older sentences, so that what they
say looks better there than it is: of those rows only words and meaning are used. Without --write it prints what folds give
and keeps it in `sentences/folds.json`.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import scipy.sparse as sp
from scipy.optimize import minimize

from blowback.tools.claim import second
from blowback.tools.claim.records import begin
from blowback.tools.claim.second import BUCKETS, CLASSES, OF_MEANING, OF_RULES, OF_WORDS, first_claim
from blowback.tools.claim.settled import weighable
from blowback.tools.meaning import WIDTH, vectors
from blowback.tools.places import Theatre, current, language_of, places_in_many
from blowback.tools.plain import plain

HERE = Path(__file__).resolve().parent
SENTENCES = HERE / "sentences"
DATA = HERE.parents[1] / "shared" / "data"
FOLDED = SENTENCES / "folds.json"  # what the page tells of them
OUT = HERE.parent / "src/blowback/tools/claim/second.npz"
SETS = {  # where the texts of labelled posts lie, and in which column
    "campaign": ("campaign/pro_is_2015_2016_dev.parquet", "text"),
    "worldcup": ("background/worldcup_2014_07.parquet", "text"),
    "rumours": ("rumours/rumoureval2017_train.parquet", "text"),
    "ira": ("coordination/ira_100k.parquet", "text"),
}
POSTED = dt.datetime(2014, 6, 12, 9, 15)  # noqa: DTZ001
DECAY = 2.0  # of the squared weights
REAL = 1.0  # weight of a real post; of a doubtful one half of it
FOLDS = 5
AFFIRMED = ("none", "question", "threat")
Matrix = npt.NDArray[np.float64]
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with its label."""

    key: str
    lang: str
    words: tuple[str, ...]
    rules: tuple[str, ...]
    label: int
    negated: bool | None  # None where polarity says nothing
    weight: float
    mended: bool  # rules were mended on it
    rule: int  # the class by the rules alone
    meaning: npt.NDArray[np.float32]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def half(key: str) -> str:
    return "AB"[hashlib.sha256(key.encode()).digest()[0] % 2]


def hashed(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def real(name: str) -> list[Row]:
    """Rows of a file of labels with their texts; none where the data folder is absent."""
    told = rows(SENTENCES / name)
    found: dict[str, str] = {}
    for path, column in SETS.values():
        if (DATA / path).exists():
            texts = duckdb.sql(f"select distinct {column} from '{DATA / path}' where {column} is not null").fetchall()
            found |= {hashed(t): " ".join(t.split()) for (t,) in texts}
    return [{"id": r["hash"], "text": found[r["hash"]], "of": "real", **r} for r in told if r["hash"] in found]


def written() -> list[Row]:
    paths = [p for p in sorted(SENTENCES.glob("train_*.tsv")) if "times" not in p.name]
    paths += [SENTENCES / "claims_en.tsv", SENTENCES / "claims_ar.tsv"]
    return [{"of": p.name, **r} for p in paths for r in rows(p)]


def examples(told: Sequence[Row]) -> Iterator[Example]:
    """The main sentence of each text; of a text that claims nothing every sentence that could be read."""
    texts = [r["text"] for r in told]
    located = places_in_many(texts, gazetteer=current(), theatre=Theatre(("IQ", "SY")))
    means = vectors(pa.array(texts))
    for row, places, meaning in zip(told, located, means, strict=True):
        lang = language_of(row["text"])
        begun = begin(row["text"], plain(row["text"]), at=POSTED, zone="Asia/Baghdad", lang=lang, places=places)
        read = [s for s in begun.sentences if weighable(begun.words, s[0])] if begun else []
        if not begun or not read:
            continue
        if row["modality"] != "none":
            read = [next((r for r in read if first_claim(r[1])), max(read, key=lambda r: r[0][1] - r[0][0]))]
        weight = (REAL if row["of"] == "real" else 1.0) * (0.5 if row.get("doubtful") == "1" else 1.0)
        for sentence, said, taken in read:
            by_word, by_rule = second.features(begun.words, sentence, said, taken)
            claim = first_claim(said)
            yield Example(
                key=row["id"],
                lang="ar" if lang == "ar" else "en",
                words=tuple(by_word),
                rules=tuple(by_rule),
                label=CLASSES.index(row["modality"]),  # type: ignore[arg-type]
                negated=None if row["modality"] in AFFIRMED else row["polarity"] == "negated",
                weight=weight,
                mended=row["of"] in ("claims_en.tsv", "claims_ar.tsv") and half(row["id"]) == "A",
                rule=CLASSES.index(claim.how.modality if claim else "none"),
                meaning=meaning,
            )


def matrix(told: Sequence[Example]) -> sp.csr_matrix:
    at: list[int] = []
    value: list[float] = []
    starts = [0]
    for e in told:
        found: dict[int, float] = {}
        size = OF_WORDS / max(len(e.words), 1) ** 0.5
        for f in e.words:
            found[second.slot(f)] = found.get(second.slot(f), 0.0) + size
        for f in () if e.mended else e.rules:
            found[second.slot(f)] = found.get(second.slot(f), 0.0) + OF_RULES
        at += found
        value += found.values()
        starts.append(len(at))
    sparse = sp.csr_matrix((value, at, starts), shape=(len(told), BUCKETS))
    return sp.hstack([sparse, sp.csr_matrix(OF_MEANING * np.array([e.meaning for e in told], float))]).tocsr()


def softmax(z: Matrix) -> Matrix:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p: Matrix = e / e.sum(axis=1, keepdims=True)
    return p


def fitted(x: sp.csr_matrix, y: Matrix, weight: Matrix) -> tuple[Matrix, Matrix]:
    """Weights and biases of a multinomial logistic regression; `y` is one-hot (two columns for polarity)."""
    used = np.unique(x.indices)
    xs = x[:, used]
    d, k = len(used), y.shape[1]
    xt = xs.T.tocsr()

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        w, b = flat[: d * k].reshape(d, k), flat[d * k :]
        p = softmax(np.asarray(xs @ w) + b)
        cost = -(weight[:, None] * y * np.log(p + 1e-12)).sum() + DECAY / 2 * (w * w).sum()
        g = weight[:, None] * (p - y)
        return float(cost), np.concatenate([(np.asarray(xt @ g) + DECAY * w).ravel(), g.sum(axis=0)])

    done = minimize(loss, np.zeros(d * k + k), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    w = np.zeros((x.shape[1], k))
    w[used] = done.x[: d * k].reshape(d, k)
    return w, done.x[d * k :]


def both(told: Sequence[Example]) -> tuple[Matrix, Matrix]:
    """Weights and biases of the classes and, as a last column, of polarity."""
    x = matrix(told)
    weight = np.array([e.weight for e in told])
    w, b = fitted(x, np.eye(len(CLASSES))[[e.label for e in told]], weight)
    asked = [i for i, e in enumerate(told) if e.negated is not None]
    wp, bp = fitted(x[asked], np.eye(2)[[int(bool(told[i].negated)) for i in asked]], weight[asked])
    return np.column_stack([w, wp[:, 1] - wp[:, 0]]), np.append(b, bp[1] - bp[0])


def macro_f1(gold: npt.NDArray[np.int64], said: npt.NDArray[np.int64]) -> float:
    out = []
    for c in range(len(CLASSES)):
        right = int(((gold == c) & (said == c)).sum())
        out.append(2 * right / max(int((gold == c).sum() + (said == c).sum()), 1))
    return float(np.mean(out))


def fold_of(key: str) -> int:
    """Neighbours share a fold: rows were often written in pairs."""
    number = key[2:] if key[2:].isdigit() else ""
    near = f"{key[:2]} {int(number) // 7}" if number else key
    return int(hashlib.sha256(near.encode()).hexdigest(), 16) % FOLDS


def folded(told: Sequence[Example]) -> npt.NDArray[np.float64]:
    """What folds give: n x (classes + 1) scores, each row from a fit that has not seen it."""
    fold = np.array([fold_of(e.key) for e in told])
    z = np.zeros((len(told), len(CLASSES) + 1))
    for k in range(FOLDS):
        w, b = both([e for e, f in zip(told, fold, strict=True) if f != k])
        test = np.flatnonzero(fold == k)
        z[test] = np.asarray(matrix([replace(told[i], mended=False) for i in test]) @ w) + b
    return z


def shown(told: Sequence[Example], z: Matrix) -> list[dict[str, object]]:
    """Prints the figures of the folds and gives them back: rules alone, and weighed, of each kind and language."""
    out: list[dict[str, object]] = []
    gold, rule = np.array([e.label for e in told]), np.array([e.rule for e in told])
    said, negated = z[:, : len(CLASSES)].argmax(axis=1), z[:, -1] > 0
    lang = np.array([e.lang for e in told])
    kind = np.array(["real" if len(e.key) == 16 else "old" if e.key[:2] in ("en", "ar") else "new" for e in told])
    for name in ("new", "old", "real"):
        for la in ("en", "ar"):
            on = (kind == name) & (lang == la) & ~np.array([e.mended for e in told])
            asked = [i for i in np.flatnonzero(on) if told[i].negated is not None]
            wrong = float(np.mean([negated[i] != told[i].negated for i in asked]))
            row = {
                "kind": name, "lang": la, "n": int(on.sum()),
                "rules_f1": macro_f1(gold[on], rule[on]), "f1": macro_f1(gold[on], said[on]),
                "rules_accuracy": float(np.mean(gold[on] == rule[on])), "accuracy": float(np.mean(gold[on] == said[on])),
                "wrong_polarity": wrong,
            }  # fmt: skip
            out.append(row)
            print(" ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items()))
    return out


def write(told: Sequence[Example]) -> None:
    w, b = both(told)
    dense, w = w[BUCKETS:], w[:BUCKETS]
    assert len(dense) == WIDTH
    scale = np.abs(w).max(axis=0) / 127
    small = np.round(w / scale).astype(np.int8)
    at = np.flatnonzero(np.any(small != 0, axis=1))
    np.savez_compressed(
        OUT, at=at.astype(np.int32), weights=small[at], scale=scale, bias=b, of_meaning=dense.astype(np.float16)
    )
    print(f"wrote {OUT}: {len(at)} rows, {OUT.stat().st_size:,} bytes")


def main() -> None:
    told = list(examples(written() + real("real_train.tsv")))
    print(len(told), "sentences")
    if "--write" in sys.argv:
        write(told)
    else:
        FOLDED.write_text(json.dumps(shown(told, folded(told)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
