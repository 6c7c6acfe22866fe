"""Reading of claims and times on sentences that somebody else wrote: per class, negation, slots, intervals.

    python evaluation/claims_read.py            # writes docs/evaluation/reading.md
    python evaluation/claims_read.py --errors   # prints what went wrong in half A (half B is never looked at)

The sentences lie in `evaluation/sentences/` with their own README. Each file is split in halves by the hash of a row's id.
`first_run.json` keeps the figures of the first run, before anybody who wrote the rules had seen a row.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from blowback.model.claim import MODALITIES, ClaimRead, Reading
from blowback.tools.claim.reading import reading
from blowback.tools.intervals import wilson
from blowback.tools.places import Theatre, current, language_of, places_in_many
from blowback.tools.plain import plain

HERE = Path(__file__).resolve().parent
SENTENCES = HERE / "sentences"
FIRST = SENTENCES / "first_run.json"
PAGE = HERE.parent / "docs" / "evaluation" / "reading.md"
POSTED = dt.datetime(2014, 6, 12, 9, 15)  # noqa: DTZ001  # the claims files state no time
SAME = {"appoint": "announce"}  # one type with us
SCORED = set(MODALITIES) - {"aspiration", "none", "question"}
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (SENTENCES / name).open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def half(row: Row) -> str:
    return "AB"[hashlib.sha256(row["id"].encode()).digest()[0] % 2]


def read_all(texts: list[str], at: list[dt.datetime], zones: list[str]) -> list[Reading]:
    located = places_in_many(texts, gazetteer=current(), theatre=Theatre(("IQ", "SY")))
    return [reading(t, language_of(t), p, at=a, zone=z) for t, p, a, z in zip(texts, located, at, zones, strict=True)]


def main_claim(got: Reading) -> ClaimRead | None:
    """The first claim that is one: main clauses come before subordinate ones."""
    return next((c for c in got.claims if c.modality != "none"), None)


def words(text: str) -> set[str]:
    out = set()
    for w in plain(text).text.replace("-", " ").split():
        w = w.strip(".,:;!?\"'()")
        if not w.isascii():
            for lead in ("وال", "بال", "لل", "ال", "و", "ب", "ل"):
                if w.startswith(lead) and len(w) - len(lead) >= 3:
                    w = w[len(lead) :]
                    break
        if w and w not in ("the", "a", "an", "of", "at", "least", "than", "more"):
            out.add(w)
    return out


def alike(gold: str, said: str) -> bool:
    """Whether half of the words of each are the other's."""
    g, s = words(gold), words(said)
    return bool(g and s) and len(g & s) * 2 >= min(len(g), len(s)) and len(g & s) * 3 >= max(len(g), len(s))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def quantity_right(row: Row, claim: ClaimRead | None) -> bool:
    low, high = number(row["quantity_min"]), number(row["quantity_max"])
    if claim is None or not claim.quantities:
        return False
    q = claim.quantities[0]
    return (low or 0) == q.low and (high == q.high)


def score_claims(name: str, which: str) -> dict[str, object]:
    """Figures of one file; `which` is A, B or AB."""
    told = [r for r in rows(name) if half(r) in which]
    got = READ[name]
    pairs = [(r, got[r["id"]], main_claim(got[r["id"]])) for r in told]
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def tally(what: str, right: bool) -> None:
        counts[what][0] += right
        counts[what][1] += 1

    for row, read, claim in pairs:
        gold, said = row["modality"], claim.modality if claim else "none"
        confusion[gold][said] += 1
        if gold == "aspiration":
            tally("aspiration scored as a claim", said in SCORED)
        if gold not in ("none", "question", "threat") and claim:
            tally("wrong polarity", (row["polarity"] == "negated") != (claim.polarity == "negated"))
        if gold not in ("none",):
            tally("negated read as affirmed", False) if row["polarity"] != "negated" or not claim else tally(
                "negated read as affirmed", claim.polarity == "affirmed"
            )
            _slots(row, read, claim, tally)
    return {"n": len(pairs), "confusion": {k: dict(v) for k, v in confusion.items()}, "counts": dict(counts)}


def _slots(row: Row, read: Reading, claim: ClaimRead | None, tally: object) -> None:
    assert callable(tally)
    kind = SAME.get(row["type"], row["type"])
    if kind:
        tally("type", claim is not None and claim.type == kind)
    where = read.places[claim.place].text if claim and claim.place is not None else ""
    if row["place"]:
        tally("place", alike(row["place"], where))
    for slot in ("actor", "target"):
        said = getattr(claim, slot) if claim else ""
        if row[slot]:
            tally(slot, alike(row[slot], said))
        elif not (slot == "target" and row["place"] and said and words(row["place"]) & words(said)):
            tally(f"{slot} given where there is none", bool(said))
    if row["quantity_min"] or row["quantity_max"]:
        tally("quantity", quantity_right(row, claim))
    elif claim:
        tally("quantity given where there is none", bool(claim.quantities))
    if row["source_cited"]:
        tally("source cited", claim is not None and alike(row["source_cited"], claim.source_cited))
    elif claim:
        tally("source given where there is none", bool(claim.source_cited))


def score_times(which: str) -> dict[str, object]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    widths: list[float] = []
    for row in rows("times.tsv"):
        if half(row) not in which:
            continue
        times = READ["times.tsv"][row["id"]].times
        if row["kind"] == "none":
            _tally(counts, "bare numbers and names parsed", bool(times))
            continue
        a, b = (dt.datetime.strptime(row[k], "%Y-%m-%dT%H:%M:%SZ") for k in ("from", "to"))
        held = [t for t in times if t.since and t.until and t.since <= a and b <= t.until]
        _tally(counts, "contains the gold interval", bool(held))
        _tally(counts, f"contains: {row['lang']}", bool(held))
        _tally(counts, f"contains: {row['kind']}", bool(held))
        if held and held[0].until and held[0].since:
            widths.append((held[0].until - held[0].since) / (b - a))
    widths.sort()
    return {"n": sum(c[1] for k, c in counts.items() if ": " not in k), "counts": dict(counts),
            "median width over gold": widths[len(widths) // 2] if widths else 0.0}  # fmt: skip


def _tally(counts: dict[str, list[int]], what: str, right: bool) -> None:
    counts[what][0] += right
    counts[what][1] += 1


def macro(confusion: dict[str, dict[str, int]]) -> tuple[float, dict[str, tuple[int, int, int, float]]]:
    """Macro-F1 and, a class: (gold, said, right, F1)."""
    each = {}
    for c in MODALITIES:
        gold = sum(confusion.get(c, {}).values())
        said = sum(v.get(c, 0) for v in confusion.values())
        right = confusion.get(c, {}).get(c, 0)
        each[c] = (gold, said, right, 2 * right / (gold + said) if gold + said else 0.0)
    known = [v[3] for v in each.values() if v[0]]
    return sum(known) / max(len(known), 1), each


def share(pair: list[int]) -> str:
    hits, of = pair
    low, high = wilson(hits, of) if of else (0.0, 0.0)
    return f"{hits}/{of} = {100 * hits / max(of, 1):.1f} % [{100 * low:.0f}, {100 * high:.0f}]"


def figures(which: str) -> dict[str, object]:
    return {
        "en": score_claims("claims_en.tsv", which),
        "ar": score_claims("claims_ar.tsv", which),
        "times": score_times(which),
    }


READ: dict[str, dict[str, Reading]] = {}


def load() -> None:
    for name in ("claims_en.tsv", "claims_ar.tsv"):
        told = rows(name)
        got = read_all([r["text"] for r in told], [POSTED] * len(told), ["Asia/Baghdad"] * len(told))
        READ[name] = {r["id"]: g for r, g in zip(told, got, strict=True)}
    told = rows("times.tsv")
    at = [dt.datetime.strptime(r["posted_at"], "%Y-%m-%dT%H:%M:%SZ") for r in told]
    got = read_all([r["text"] for r in told], at, [r["zone"] for r in told])
    READ["times.tsv"] = {r["id"]: g for r, g in zip(told, got, strict=True)}


def errors() -> None:
    """Rows of half A that were read wrongly. Half B is not printed, ever."""
    for name in ("claims_en.tsv", "claims_ar.tsv"):
        for row in rows(name):
            if half(row) != "A":
                continue
            got = READ[name][row["id"]]
            claim = main_claim(got)
            said = claim.modality if claim else "none"
            neg = claim is not None and (claim.polarity == "negated") != (row["polarity"] == "negated")
            kind = SAME.get(row["type"], row["type"])
            bad = [x for x, b in (("M", said != row["modality"]), ("P", neg and row["modality"] not in ("none", "question", "threat")),
                                  ("T", bool(kind) and (claim is None or claim.type != kind))) if b]  # fmt: skip
            if bad:
                print(
                    "".join(bad),
                    row["modality"],
                    row["polarity"][:3],
                    kind,
                    "| got",
                    said,
                    claim.type if claim else "",
                    "|",
                    row["text"],
                    "|",
                    row["note"],
                    [c.says for c in claim.cues][:2] if claim else "",
                )
    for row in rows("times.tsv"):
        if half(row) != "A":
            continue
        times = READ["times.tsv"][row["id"]].times
        if row["kind"] == "none":
            if times:
                print("BARE", row["text"], [(t.text, t.kind) for t in times])
            continue
        a, b = (dt.datetime.strptime(row[k], "%Y-%m-%dT%H:%M:%SZ") for k in ("from", "to"))
        if not any(t.since and t.until and t.since <= a and b <= t.until for t in times):
            print(
                "TIME",
                row["kind"],
                "|",
                row["text"],
                "|",
                row["posted_at"],
                row["from"],
                row["to"],
                "| got",
                [(t.text, str(t.since)[5:16], str(t.until)[5:16]) for t in times],
            )


def slot_errors() -> None:
    """Slots of half A that do not match."""
    for name in ("claims_en.tsv", "claims_ar.tsv"):
        for row in rows(name):
            if half(row) != "A" or row["modality"] == "none":
                continue
            read = READ[name][row["id"]]
            claim = main_claim(read)
            where = read.places[claim.place].text if claim and claim.place is not None else ""
            wrong = []
            if row["place"] and not alike(row["place"], where):
                wrong.append(f"place {row['place']!r} got {where!r}")
            for slot in ("actor", "target"):
                said = getattr(claim, slot) if claim else ""
                if row[slot] and not alike(row[slot], said):
                    wrong.append(f"{slot} {row[slot]!r} got {said!r}")
            if (row["quantity_min"] or row["quantity_max"]) and not quantity_right(row, claim):
                wrong.append(
                    f"quantity {row['quantity_min']}-{row['quantity_max']} {row['quantity_unit']} got {[(q.text, q.low, q.high) for q in claim.quantities] if claim else ''}"
                )
            if row["source_cited"] and not (claim and alike(row["source_cited"], claim.source_cited)):
                wrong.append(f"source {row['source_cited']!r} got {claim.source_cited if claim else ''!r}")
            if wrong:
                print(row["text"], "|", "; ".join(wrong))


def main() -> None:
    started = time.perf_counter()
    load()
    seconds = time.perf_counter() - started
    if "--errors" in sys.argv:
        errors()
        return
    if "--slots" in sys.argv:
        slot_errors()
        return
    now = {"all": figures("AB"), "A": figures("A"), "B": figures("B")}
    if not FIRST.exists():
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True, cwd=HERE
        ).stdout.strip()
        FIRST.write_text(json.dumps({"commit": commit, **now}, indent=1), encoding="utf-8")
    print(f"read in {seconds:.1f} s")
    for part in ("all", "B"):
        for lang in ("en", "ar"):
            f = now[part][lang]
            print(part, lang, f"macro-F1 {macro(f['confusion'])[0]:.3f}", {k: share(v) for k, v in f["counts"].items()})
        print(
            part,
            {k: share(v) for k, v in now[part]["times"]["counts"].items()},
            now[part]["times"]["median width over gold"],
        )


if __name__ == "__main__":
    main()
