"""Where an image, video or map that goes with claims was first seen in the case, and whether it is used again for others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from blowback.tools.geo import distance_km

PDQ_NEAR: Final = (
    31  # of 256 bits: Meta's recommended bound; a crop of 8 % is at 78 and escapes (reference, claims 2.1)
)
_PDQ: Final = re.compile(r"(?:pdq:)?([0-9a-f]{64})")
_MAP: Final = re.compile(r"\b(?:map|maps|infographic|frontlines?)\b|خريطة|خارطة|انفوجراف|إنفوجراف", re.IGNORECASE)
_DAYS_US: Final = 3 * 86_400 * 1_000_000
_APART_KM: Final = 50.0
_DEALS: Final = 200
_SEED: Final = 20140611
Row = Mapping[str, Any]


def lineage(
    carries: Sequence[tuple[str, str]],
    posts: Mapping[str, Row],
    claims: Sequence[Row],
    side_of: Mapping[str, str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A row for each item that several posts of the case carry and that goes with a claim; and what chance gives.

    Args:
        carries: (post id, hash) of media of the case.
        posts: post id -> row of the texts.
        claims: rows of the claims table.
        side_of: account -> source, voice or relay.
    """
    of_post: dict[str, list[Row]] = defaultdict(list)
    for row in claims:
        if row["type"]:
            of_post[row["post_id"]].append(row)
    named, perceptual = _same([h for _, h in carries])
    held: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for post, hashed in carries:
        if post in posts:
            held[named[hashed]].append((post, hashed))
    out, dealt = [], []
    for item, uses in held.items():
        where = sorted({p for p, _ in uses}, key=lambda p: (posts[p]["posted_at"], p))
        about = [r for p in where for r in of_post.get(p, [])]
        if len(where) < 2 or not about:
            continue
        dealt.append(about)
        first, texts = posts[where[0]], [posts[p]["text"] or "" for p in where]
        out.append({
            "media": item, "first_post": where[0], "first_at": first["posted_at"],
            "last_at": posts[where[-1]]["posted_at"], "n_posts": len(where),
            "n_accounts": len({posts[p]["account_id"] for p in where}), "n_copies": len({h for _, h in uses}),
            "match": "perceptual" if item in perceptual else "exact",
            "n_clusters": len({r["cluster_id"] or r["claim_id"] for r in about}),
            "map": any(_MAP.search(t) for t in texts), "recycled": _recycled(about),
            "first_side": side_of.get(first["account_id"], "voice"),
        })  # fmt: skip
    return sorted(out, key=lambda r: (r["first_at"], r["media"])), _chance(dealt)


def _chance(held: Sequence[Sequence[Row]]) -> list[dict[str, Any]]:
    """How many items would be used again if the claims were dealt anew among them: one row, none without items."""
    if not held:
        return []
    every = sorted((r for about in held for r in about), key=lambda r: (r["posted_at"], r["claim_id"]))
    rng, counts = np.random.default_rng(_SEED), []
    for _ in range(_DEALS):
        order = [every[n] for n in rng.permutation(len(every))]
        start, found = 0, 0
        for about in held:
            found += _recycled(order[start : start + len(about)])
            start += len(about)
        counts.append(found)
    low, high = np.quantile(counts, [0.025, 0.975])
    seen = sum(_recycled(about) for about in held)
    return [
        {
            "items": len(held),
            "recycled": seen,
            "expected": float(np.mean(counts)),
            "low": float(low),
            "high": float(high),
        }
    ]


def _same(hashes: Sequence[str]) -> tuple[dict[str, str], set[str]]:
    """The name of the item of each hash, and the names of those held together by perceptual nearness."""
    named = {h: h for h in hashes}
    rated = sorted({h for h in hashes if _PDQ.fullmatch(h.lower()) and not _looks_like_sha(h)})
    if not rated:
        return named, set()
    bits = np.array([np.frombuffer(bytes.fromhex(_digits(h)), np.uint8) for h in rated])
    perceptual: set[str] = set()
    seeds: list[int] = []
    for n, row in enumerate(bits):
        near = [s for s in seeds if int(np.unpackbits(bits[s] ^ row).sum()) <= PDQ_NEAR]
        if near:
            named[rated[n]] = rated[near[0]]
            perceptual.add(rated[near[0]])
        else:
            seeds.append(n)
    return named, perceptual


def _digits(hashed: str) -> str:
    found = _PDQ.fullmatch(hashed.lower())
    return found.group(1) if found else ""


def _looks_like_sha(hashed: str) -> bool:
    """A SHA-256 has as many digits; only what says so is taken for perceptual."""
    return not hashed.lower().startswith("pdq:")


def _recycled(about: Sequence[Row]) -> bool:
    """Used for claims about different days or places. The time and place of claims are read, so this is inferred."""
    times = [r["time_from"] for r in about if r["time_from"] is not None]
    if times and max(times) - min(times) > _DAYS_US:
        return True
    spots = [(r["lat"], r["lon"]) for r in about if r["lat"] is not None]
    return any(distance_km(*spots[0], *s) > _APART_KM for s in spots[1:])
