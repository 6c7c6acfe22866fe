"""From claims with a cluster id to the tables of clusters, slots and classes of modality."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import orjson

from blowback.analyses.claims.independence import Behind, Carried, behind
from blowback.model.claim import MODALITIES, SLOTS
from blowback.tools.intervals import wilson

Row = Mapping[str, Any]
LEAST_ACCOUNTS: Final = 5
WRITTEN: Final = 12  # clusters, those of most accounts, for which it is worked out and of which a finding tells
_SETS: Final = 200
_SEED: Final = 20140611
_LEAST: Final = 3  # accounts below which a slot's row does not say how many
UNSCORED: Final = frozenset({"aspiration", "question", "none"})
SIDES: Final = ("source", "voice", "relay")


def clusters(
    claims: Sequence[Row], carried: Mapping[str, Carried], groups: Mapping[str, str], labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A row for each cluster, in order of its first post."""
    held: dict[str, list[Row]] = defaultdict(list)
    for row in claims:
        if row["cluster_id"]:
            held[row["cluster_id"]].append(row)
    out = []
    for cluster, rows in held.items():
        rows.sort(key=lambda r: (r["posted_at"], r["claim_id"]))
        posts = {r["post_id"]: carried[r["post_id"]] for r in rows}
        out.append(_cluster(cluster, rows, behind(list(posts.values()), groups), labels))
    out.sort(key=lambda r: (r["first_at"], r["cluster_id"]))
    _variants(out)
    _usual(out, carried, groups)
    return out


def _cluster(cluster: str, rows: Sequence[Row], who: Behind, labels: Mapping[str, str]) -> dict[str, Any]:
    first = rows[0]
    where = next((r for r in rows if r["lat"] is not None), first)
    lows = [r["quantity_min"] for r in rows if r["quantity_min"] is not None]
    highs = [r["quantity_max"] for r in rows if r["quantity_max"] is not None]
    units = Counter(r["quantity_unit"] for r in rows if r["quantity_unit"])
    sides = {(who.component[a], labels[a]) for a in who.component if labels.get(a)}
    return {
        "cluster_id": cluster, "type": first["type"], "modality": first["modality"], "polarity": first["polarity"],
        "place_name": where["place_name"], "lat": where["lat"], "lon": where["lon"],
        "time_from": first["time_from"], "time_to": first["time_to"], "first_at": first["posted_at"],
        "last_at": rows[-1]["posted_at"], "first_post": first["post_id"], "n_posts": len({r["post_id"] for r in rows}),
        "n_accounts": who.accounts, "n_sources": who.sources, "n_labels": len({label for _, label in sides}),
        "joined_by": orjson.dumps(dict(sorted(who.joined_by.items()))).decode(),
        "cites": "; ".join(sorted({r["source_cited"] for r in rows if r["source_cited"]})[:12]),
        "quantity_min": min(lows) if lows else None, "quantity_max": max(highs) if highs else None,
        "quantity_unit": min(units, key=lambda u: (-units[u], u)) if units else "", "variants": 0,
        "langs": ",".join(sorted({r["lang"] for r in rows if r["lang"]})),
    }  # fmt: skip


def _usual(rows: Sequence[dict[str, Any]], carried: Mapping[str, Carried], groups: Mapping[str, str]) -> None:
    """How many sources as many accounts come down to that make other claims: one random post of each."""
    of_account: dict[str, list[Carried]] = defaultdict(list)
    for post in sorted(carried.values(), key=lambda p: (p.at_us, p.post_id)):
        of_account[post.account_id].append(post)
    accounts = list(of_account)  # in order of their first post, so that the draw does not hang on the pseudonym key
    rng = np.random.default_rng(_SEED)
    known: dict[int, tuple[float, float, float]] = {}
    for row in rows:
        row["sources_usual"] = row["sources_low"] = row["sources_high"] = None
    for row in sorted(rows, key=lambda r: (-r["n_accounts"], r["cluster_id"]))[:WRITTEN]:
        size = row["n_accounts"]
        if size < LEAST_ACCOUNTS or len(accounts) < 2 * size:
            continue
        if size not in known:
            drawn = []
            for _ in range(_SETS):
                some = [accounts[n] for n in rng.choice(len(accounts), size, replace=False)]
                picked = [of_account[a][int(rng.integers(len(of_account[a])))] for a in some]
                drawn.append(behind(picked, groups).sources)
            low, high = np.quantile(drawn, [0.025, 0.975])
            known[size] = (float(np.mean(drawn)), float(low), float(high))
        row["sources_usual"], row["sources_low"], row["sources_high"] = known[size]


def _variants(rows: Sequence[dict[str, Any]]) -> None:
    """Count, for each cluster with a number, the others of its kind, place and day that say another number."""
    same: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["quantity_min"] is not None and row["place_name"]:
            same[(row["type"], row["polarity"], row["place_name"], row["quantity_unit"])].append(row)
    for alike in same.values():
        for row in alike:
            near = [r for r in alike if abs(r["first_at"] - row["first_at"]) <= 2 * 86_400 * 1_000_000]
            row["variants"] = len(near) - 1


def slots(claims: Sequence[Row], side_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is disclosed, by slot, type and side of the originator; claims that are only passed on are not counted."""
    told = [r for r in claims if r["slots"] and not r["carried"] and r["modality"] not in UNSCORED]
    held: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in told:
        for slot in row["slots"].split(","):
            held[(slot, row["type"], side_of.get(row["account_id"], "voice"))].append(row)
    order = {s: n for n, s in enumerate(SLOTS)}
    out = []
    for (slot, kind, side), rows in sorted(held.items(), key=lambda i: (order.get(i[0][0], 9), -len(i[1]), i[0])):
        accounts = len({r["account_id"] for r in rows})
        low, high = wilson(len(rows), len(told))
        out.append({
            "slot": slot, "type": kind, "side": side, "claims": len(rows),
            "clusters": len({r["cluster_id"] or r["claim_id"] for r in rows}),
            "accounts": accounts if accounts >= _LEAST else None,
            "places": len({r["place_name"] for r in rows if r["place_name"]}),
            "share": len(rows) / len(told), "low": low, "high": high,
        })  # fmt: skip
    return out


def modalities(claims: Iterable[Row]) -> list[dict[str, Any]]:
    """A row for each class, in the order of the glossary."""
    held: dict[str, list[Row]] = defaultdict(list)
    for row in claims:
        held[row["modality"]].append(row)
    out = []
    for name in MODALITIES:
        rows = held[name]
        typed = [r for r in rows if r["type"]]
        out.append({
            "modality": name, "claims": len(rows), "typed": len(typed),
            "located": sum(r["lat"] is not None for r in typed),
            "dated": sum(r["time_kind"] not in {"default", "none"} for r in typed),
            "clusters": len({r["cluster_id"] for r in rows if r["cluster_id"]}),
            "negated": sum(r["polarity"] == "negated" for r in rows),
        })  # fmt: skip
    return out


def side_of(doings: Iterable[Row]) -> dict[str, str]:
    """Source, voice or relay for each account, by the rule of the tiers analysis; used in sums only."""
    out = {}
    for row in doings:
        if row["reposts"] * 2 > row["posts"]:
            out[row["account_id"]] = "relay"
        else:
            out[row["account_id"]] = "source" if row["heard"] >= 3 else "voice"
    return out
