"""Matching of claims with events: chance, power, calibration, lead times. Writes docs/evaluation/claims_match.md."""

# ruff: noqa: E501  # rows of tables on one line; zone-less UTC is the house form

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from blowback.analyses.claims.match import matched
from blowback.analyses.claims.match_base import base
from blowback.analyses.claims.match_kernel import fitting, keyed, spans
from blowback.analyses.claims.match_near import near
from blowback.analyses.claims.match_params import chosen
from blowback.analyses.claims.match_record import ece
from blowback.analyses.claims.match_sensitivity import estimated
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import happened, units_of
from claims_match_chance import DAY0, DESIGNS, FOLLOWING, QUIET, SEED, SHIFTS, chance, found, run
from claims_match_page import TEMPLATE
from claims_match_primary import alone
from claims_match_real import n1, real_events, towns
from claims_match_world import START, World, claims_of, events_of, foresight, independent, world

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evaluation" / "claims_match.md"
_LATER = 0.5  # of the claims: what is scored lies after what the record begins with


def truth(rng: np.random.Generator, n: int, *, share: float, held: float) -> tuple[World, pa.Table, np.ndarray]:
    """Claims of which `share` are true: their event is put into the world, and `held` of these stand in the source."""
    w = world(rng, towns=120, days=700)
    town, at = independent(rng, w, n)
    true = rng.random(n) < share
    stands = true & (rng.random(n) < held)
    day = np.floor(at + rng.uniform(0.3, 1.7, n))
    made = World(
        w.lat, w.lon, w.weight, np.append(w.town, town[stands]), np.append(w.at, day[stands]),
        np.append(w.type, np.zeros(int(stands.sum()), np.int64)), w.days,
    )  # fmt: skip
    order = np.argsort(made.at, kind="stable")
    made = World(w.lat, w.lon, w.weight, made.town[order], made.at[order], made.type[order], w.days)
    about = {"time_from": list(at + 0.2), "time_to": list(at + 2.2)}
    return made, claims_of(town, at, w, time_kind="calendar", **about), true


def calibration() -> list[str]:
    out = [
        "| true | held by the source | claims | ECE of forecasts (time split) | ECE of 'true', sensitivity given | Brier | the range holds the true share, not given | supported, of these true | contradicted |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for share, held in ((0.1, 0.6), (0.3, 0.6), (0.6, 0.6), (0.3, 0.3), (0.6, 0.9)):
        said, was, low, high, got, right, many, wrong = [], [], [], [], [], 0, 0, 0
        for k in range(6):
            rng = np.random.default_rng(SEED + 9000 + k)
            w, claims, true = truth(rng, 1500, share=share, held=held)
            tables = run(claims, events_of(w), shifts=20, seed=k, sensitivity=str(held))
            got.append(tables["reliability"][0]["ece"])
            tested = [v for v in tables["verdicts"] if v["probability"] is not None]
            late = tested[int(len(tested) * _LATER) :]
            said += [v["probability"] for v in late]
            was += [bool(true[int(v["cluster_id"][1:])]) for v in late]
            unknown = run(claims, events_of(w), shifts=20, seed=k)["verdicts"]
            late = [v for v in unknown if v["probability_low"] is not None][int(len(tested) * _LATER) :]
            low.append(
                np.mean([v["probability_low"] for v in late]) <= np.mean([true[int(v["cluster_id"][1:])] for v in late])
            )
            high.append(
                np.mean([v["probability_high"] for v in late])
                >= np.mean([true[int(v["cluster_id"][1:])] for v in late])
            )
            many += sum(v["verdict"] == "supported" for v in unknown)
            right += sum(v["verdict"] == "supported" and bool(true[int(v["cluster_id"][1:])]) for v in unknown)
            wrong += sum(v["verdict"] == "contradicted" for v in unknown)
        p, t = np.array(said), np.array(was)
        brier = float(((p - t) ** 2).mean())
        out.append(
            f"| {share:.0%} | {held:.0%} | 6 x 1,500 | {np.mean(got):.3f} | {ece(p, t):.3f} | {brier:.3f} | {sum(np.array(low) & np.array(high))} of 6 worlds "
            f"| {many}, {right / max(many, 1):.0%} | {wrong} |"
        )
    return out


def second_source() -> list[str]:
    """Two sources drawn from the same events: what one is said to hold by what the other holds."""
    out = ["| holds | the other | drawn | estimate, mean of 40 | interval holds it |", "|---|---|---|---|---|"]
    true = 0.0
    for one, other, alike in ((0.3, 0.5, False), (0.6, 0.5, False), (0.9, 0.5, False), (0.6, 0.5, True)):
        said, inside = [], 0
        for k in range(40):
            rng = np.random.default_rng(SEED + 8000 + k)
            w = world(rng)
            known = rng.random(len(w.at))  # alike: both find rather what is well known
            tables = []
            for name, share in (("made", one), ("other", other)):
                chance = np.clip(share * (2 * known if alike else 1.0), 0, 1)
                kept = rng.random(len(w.at)) < chance
                seen = World(w.lat, w.lon, w.weight, w.town[kept], w.at[kept], w.type[kept], w.days)
                tables.append(events_of(seen, source=name))
                true = float(kept.mean()) if name == "made" else true
            sources = happened(pa.concat_tables(tables), chosen({}))
            got = estimated(sources[0], sources, k)
            said.append(got.at)
            inside += got.low <= true <= got.high
        out.append(
            f"| {one:.0%} | {other:.0%} | {'alike' if alike else 'each for itself'} | {np.mean(said):.1%} | {inside} of 40 |"
        )
    return out


def lead_times() -> list[str]:
    """Onsets planted in quiet towns, leads of a known law; among as many claims that know nothing."""
    out = [
        "| planted leads, days | claims that know | worlds | true median | median found | interval holds it | null's median |",
        "|---|---|---|---|---|---|---|",
    ]
    for scale, know in ((2.0, 1.0), (4.0, 1.0), (4.0, 0.5)):
        law = stats.gamma(3, scale=scale / 2.674)  # its median is `scale`
        inside, found, null = [], [], []
        for k in range(40):
            rng = np.random.default_rng(SEED + 7000 + k)
            n, w = 80, world(rng, towns=30, quiet=0.001, excite=0.3)
            town = rng.integers(0, 30, n)
            at = np.sort(START + rng.uniform(30, 370, n))
            lead = np.minimum(law.rvs(n, random_state=rng), 13.0)
            knows = rng.random(n) < know
            event = np.ceil(at + lead)[knows]  # the file knows days: an onset counts from the midnight it begins at
            both = World(
                w.lat,
                w.lon,
                w.weight,
                np.append(w.town, town[knows]),
                np.append(w.at, event),
                np.append(w.type, np.zeros(len(event), int)),
                w.days,
            )
            row = next(r for r in run(claims_of(town, at, w), events_of(both), seed=k)["leads"])
            true = float(np.median((np.ceil(at + lead) - at)[knows]))
            if row["median_low"] is not None:
                inside.append(row["median_low"] <= true <= row["median_high"])
                found.append((true, row["median"]))
                null.append(row["null_median"] if row["null_median"] is not None else np.nan)
        pairs = np.array(found)
        out.append(
            f"| {scale:g} | {know:.0%} | {len(inside)} | {pairs[:, 0].mean():.2f} | {pairs[:, 1].mean():.2f} | {np.mean(inside):.0%} | {np.nanmean(null):.2f} |"
        )
    return out


def base_rates() -> list[str]:
    events = real_events()
    out = ["| events | claims | window | mean base rate | matched | ECE |", "|---|---|---|---|---|---|"]
    how = chosen({})
    for n, (name, table, lo, hi) in enumerate(_worlds(events)):
        rng, source = np.random.default_rng(n), happened(table, how)[0]
        pick, at = rng.integers(0, len(source), 3000), np.sort(rng.uniform(lo, hi, 3000))
        w = World(
            source.lat[pick] + rng.normal(0, 0.05, 3000),
            source.lon[pick] + rng.normal(0, 0.05, 3000),
            None,
            None,
            None,
            None,
            0,
        )
        for modality in ("report", "intention"):
            units = units_of(claims_of(np.arange(3000), at, w, modality=modality), how)
            keys = keyed(units, source, how)
            hit = spans(fitting(keys, source, how), keys, source, how).hold(keys.unit, units.start)
            p0 = base(keys, units, source, how).p0
            out.append(
                f"| {name} | 3,000 {modality}s | {'36 h' if modality == 'report' else '14 d'} | {p0.mean():.1%} | {hit.mean():.1%} | {ece(p0, hit):.3f} |"
            )
    return out


def _worlds(events: pa.Table | None):
    if events is not None:
        for country, lo, hi in (("Iraq", DAY0 + 120, 17_500), ("Syria", 16_896, 16_976)):
            yield f"UCDP GED, {country}", events.filter(pc.equal(events.column("country"), country)), lo, hi
    for k in range(2):
        w = world(np.random.default_rng(k), days=500)
        yield f"made {k + 1}", events_of(w), START + 100, START + w.days - 20


def n2() -> list[str]:
    events, places = real_events(), towns()
    if events is None or places is None:
        return []
    source, lo, hi = happened(events, chosen({}))[0], 16_794, 16_934  # 25 December 2015 to 13 May 2016
    rng = np.random.default_rng(0)
    pick, at = rng.integers(0, len(places[0]), 200_000), rng.integers(lo, hi, 200_000) + 0.5
    out = []
    for km, days, said in ((10, 1, 12.8), (25, 7, 45.5), (50, 14, 66.4)):
        around = near(places, (source.lat, source.lon), km)
        held = Spans.of(around.place, source.since[around.event] - days, source.until[around.event])
        out.append(f"| {km} km, 0-{days} d | {held.hold(pick, at).mean():.1%} | {said} % |")
    return out


def speed() -> str:
    rng = np.random.default_rng(1)
    w = world(rng, towns=1500, days=900, quiet=0.003)
    town, at, _ = foresight(rng, w, 20_000, 0.1)
    kinds = [("attack", "bombard", "ambush", "capture", "execute")[i % 5] for i in range(20_000)]
    classes = [
        ("report", "report", "report", "progress", "intention", "threat", "hedged", "denial")[i % 8]
        for i in range(20_000)
    ]
    claims = claims_of(town, at, w, modality=classes, type=kinds, actor=[f"guild {i % 30}" for i in range(20_000)])
    events, began = events_of(w), time.process_time()
    matched(claims, events, {"shifts": 200}, QUIET)
    return f"20,000 located claims against {events.num_rows:,} events with 200 shifts: {time.process_time() - began:.0f} CPU s, one thread."


def main() -> None:
    makers = {
        "chance": chance, "alone": alone, "power": lambda: found(DESIGNS), "following": lambda: found(FOLLOWING), "calibration": calibration,
        "second": second_source, "leads": lead_times, "base": base_rates, "n2": n2, "n1": lambda: n1(run), "speed": lambda: [speed()],
    }  # fmt: skip
    parts = {name: "\n".join(make()) for name, make in makers.items()}
    text = TEMPLATE.format(**parts, shifts=SHIFTS)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
