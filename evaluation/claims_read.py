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
FRESH = SENTENCES / "fresh_times.json"
MORE_TIMES = ("train_times_posts.tsv", "train_times_news.tsv")
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
    for raw in plain(text).text.replace("-", " ").split():
        w = raw.strip(".,:;!?\"'()")
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
        if gold != "none":
            tally("unread", claim is None)
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


def score_times(which: str, name: str = "times.tsv") -> dict[str, object]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    widths: list[float] = []
    for row in rows(name):
        if half(row) not in which:
            continue
        times = READ[name][row["id"]].times
        if row["kind"] == "none":
            _tally(counts, "bare numbers and names parsed", bool(times))
            continue
        a, b = (dt.datetime.strptime(row[k], "%Y-%m-%dT%H:%M:%SZ") for k in ("from", "to"))
        low, high = (a, b) if name == "times.tsv" or row["kind"] not in ("hijri", "feast") else _the_day(a, b)
        held = [t for t in times if t.since and t.until and t.since <= low and high <= t.until]
        _tally(counts, "contains the gold interval", bool(held))
        _tally(counts, "not read at all", not times)
        _tally(counts, f"contains: {row['lang']}", bool(held))
        _tally(counts, f"contains: {row['kind']}", bool(held))
        if held:
            widths.append(min((t.until - t.since) / (b - a) for t in held if t.since and t.until))
    for w in widths:
        _tally(counts, "held, but more than three times as wide", w > 3)
    widths.sort()
    return {"n": sum(c[1] for k, c in counts.items() if ": " not in k), "counts": dict(counts),
            "median width over gold": widths[len(widths) // 2] if widths else 0.0}  # fmt: skip


def _the_day(a: dt.datetime, b: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The days that a label of a Hijri day or a feast means: the writers of the later files set a day to both ends."""
    day = dt.timedelta(days=1)
    return (a + day, b - day) if b - a > 2.5 * day else (a, b)


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
    for name in ("times.tsv", *MORE_TIMES):
        told = rows(name)
        at = [dt.datetime.strptime(r["posted_at"], "%Y-%m-%dT%H:%M:%SZ") for r in told]
        got = read_all([r["text"] for r in told], at, [r["zone"] for r in told])
        READ[name] = {r["id"]: g for r, g in zip(told, got, strict=True)}


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


GATES = (
    ("macro-F1 of modality", "at least .75"),
    ("wrong polarity", "at most 3 %"),
    ("aspiration scored as a claim", "0"),
    ("contains the gold interval", "at least 95 %"),
    ("bare numbers and names parsed", "0"),
)
SLOTS = ("type", "place", "actor", "target", "quantity", "source cited", "actor given where there is none",
         "target given where there is none", "quantity given where there is none", "source given where there is none")  # fmt: skip


def page(now: dict[str, dict[str, dict]], seconds: float) -> str:
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    known = current().count
    out = [*HEAD]
    out += ["## First run: nobody who wrote the rules had seen a sentence", ""]
    out += [f"Code {first['commit']}, the built-in gazetteer, all rows. These are the held-out figures.", ""]
    out += _table(
        ("first run, English", first["all"]["en"]),
        ("first run, Arabic", first["all"]["ar"]),
        times=("first run", first["all"]["times"]),
    )
    out += ["Per class, first run (gold rows, rows said, right, F1):", "", *_classes(first["all"])]
    out += ["## After half A was read: half B before and after", ""]
    out += [
        AFTER,
        f"The gazetteer of the run after has {known[1]:,} names (with Who's On First of Iraq and Syria where they were added).",
        "",
    ]
    for lang, name in (("en", "English"), ("ar", "Arabic")):
        out += [f"### {name}, half B", ""]
        out += _table(
            ("before", first["B"][lang]),
            ("after", now["B"][lang]),
            ("half A after, for comparison: tuned on", now["A"][lang]),
        )
    out += ["### Times, half B", ""]
    out += _table(
        times=("before", first["B"]["times"]), more=(("after", now["B"]["times"]), ("half A after", now["A"]["times"]))
    )
    fresh = json.loads(FRESH.read_text(encoding="utf-8"))
    out += ["### Times, the two later files", "", LATER, ""]
    for name in MORE_TIMES:
        out += [f"`{name}`, before (code {fresh['commit']}, all rows unseen) and after (tuned on):", ""]
        out += _table(times=("before", fresh[name]), more=(("after", score_times("AB", name)),))
    out += ["Per class on half B, after:", "", *_classes(now["B"])]
    out += [*(SENTENCES / "by_hand.md").read_text(encoding="utf-8").rstrip().split("\n"), ""]
    out += TAIL
    out += [f"Reading the {sum(len(rows(n)) for n in READ):,} rows with places took {seconds:.0f} s."]
    return "\n".join(out) + "\n"


def _table(
    *claims: tuple[str, dict], times: tuple[str, dict] | None = None, more: tuple[tuple[str, dict], ...] = ()
) -> list[str]:
    out = []
    if claims:
        out += ["| | " + " | ".join(n for n, _ in claims) + " |", "|---|" + "---|" * len(claims)]
        out.append(
            "| **macro-F1 of modality** | "
            + " | ".join(f"**{macro(f['confusion'])[0]:.3f}**" for _, f in claims)
            + " |"
        )
        for what in ("wrong polarity", "aspiration scored as a claim", "unread", *SLOTS):
            cells = [share(f["counts"][what]) if what in f["counts"] else "not counted" for _, f in claims]
            out.append(f"| {what} | " + " | ".join(cells) + " |")
        out.append("")
    if times:
        told = [times, *more]
        kinds = sorted({k for _, f in told for k in f["counts"]}, key=lambda k: (": " in k, k))
        out += ["| times | " + " | ".join(n for n, _ in told) + " |", "|---|" + "---|" * len(told)]
        out += [
            f"| {k} | "
            + " | ".join(share(f["counts"][k]) if k in f["counts"] else "not counted" for _, f in told)
            + " |"
            for k in kinds
        ]
        out.append("")
    return out


def _classes(part: dict[str, dict]) -> list[str]:
    out = ["| class | English | Arabic |", "|---|---|---|"]
    each = {lang: macro(part[lang]["confusion"])[1] for lang in ("en", "ar")}
    for c in MODALITIES:
        cells = [f"{v[0]}, {v[1]}, {v[2]}, {v[3]:.2f}" for v in (each["en"][c], each["ar"][c])]
        out.append(f"| {c} | {cells[0]} | {cells[1]} |")
    return [*out, ""]


HEAD = (
    "# Reading claims and times",
    "",
    "Written by `evaluation/claims_read.py`. The sentences are in `evaluation/sentences/` (CC0): 593 English, 626 Arabic and 430",
    "times, written and labelled by somebody who saw neither rules nor output (a language model working from a brief; one annotator, no",
    "native proof-reading; the Arabic shares ideas with the English, so the two are not independent). They are harder than posts: a",
    "class has about forty sentences whatever its share in life, and many are traps. Every figure has a 95 % Wilson interval.",
    "",
    'A text has one label: that of its first or main claim. Ours is the first claim that is no "none", main clauses before subordinate',
    "ones. *Wrong polarity* is over rows where a claim was read. A slot is right when half of its words agree; rows that were not",
    "read count as wrong. Type `appoint` of the labels is our `announce`; the labels say `attack` where we say `ambush` (bombs).",
    "",
    "Gates of the first release: macro-F1 at least .75, wrong polarity at most 3 %, no aspiration scored, at least 95 % of intervals",
    "hold the gold one, no bare number parsed. **None of the gates was met on the first run.**",
    "",
)
AFTER = (
    "Each file was split by the hash of the row's id before it was opened. Only the errors of half A were read; rules and cue lists were changed on "
    "them, and the order of the classes was made that of the label rules. No sentence of half B was looked at. But its figures were "
    "printed at each of some twenty runs, and its class counts twice, while rules were changed: the figures after are a little less than held out. "
)
LATER = (
    "Two more writers wrote 150 lines each, as posts and as news, after the rules had been tuned on half A. Before anybody who mends rules changed one, "
    "they were measured: *before* is held out. Then all their errors were read and whole families of wording were added: *after* is tuned on. Their labels of Hijri "
    "days and feasts are a day wider at both ends; a row is right when the days meant lie within ours."
)
TAIL = (
    "## What is won and what is lost",
    "",
    "Won: questions, denials, progress and hedges are told apart in both languages; numbers, scores, roads and names with a month in them are no",
    "longer taken for dates; a quantity or source is hardly ever given where there is none.",
    "",
    "Lost: the gates of modality, polarity and wishes are not met on half B (those of times and bare numbers are); some wishes are still read as claims; `none` is weak, as sport, weather,",
    "history and shop news use the verbs of war; threats by allusion are missed; a sentence whose verb is in no list is often not read at all. Actor and target",
    "are right about half the time: word order and prepositions are no parser. Dialect is thinner than standard Arabic.",
    "Half A after is much better than half B after: that gap is what tuning on forty sentences a class does. New text will look like half B.",
    "",
)


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
    if not FRESH.exists():
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True, cwd=HERE
        ).stdout.strip()
        FRESH.write_text(json.dumps({"commit": commit, **{n: score_times("AB", n) for n in MORE_TIMES}}, indent=1))
    PAGE.write_text(page(now, seconds), encoding="utf-8")
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
