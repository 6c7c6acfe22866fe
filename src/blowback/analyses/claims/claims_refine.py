"""From texts to claims, clusters, independent sources, and what independent event data say: Arrow in, Arrow out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.analyses.claims import claims_tables as tables
from blowback.analyses.claims import cluster_tables as made
from blowback.analyses.claims.cluster import clustered
from blowback.analyses.claims.independence import Carried
from blowback.analyses.claims.judged import apply, truth
from blowback.analyses.claims.lineage import lineage
from blowback.analyses.claims.match import matched
from blowback.analyses.claims.match_sensitivity import checked
from blowback.analyses.claims.read import Manner, claims_of, passes_on
from blowback.model.analysis import Frames, Params, Progress
from blowback.model.moments import micros
from blowback.tools import meaning
from blowback.tools.fold import fold_one
from blowback.tools.neardup import near_duplicates
from blowback.tools.places import Theatre, current
from blowback.tools.places.lands import country_of, zone_of

_WORD: Final = re.compile(r"\w{2,}")
_MASKED: Final = re.compile(r"https?://\S+|@\w+|^RT\s")
_NEAR: Final = 0.8  # Jaccard of words from which two posts are near-copies of one text (claims, 4.5)
_MOST_COUNTRIES: Final = 4
Row = dict[str, Any]


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Read every text, put claims together, count who stands behind them, and match them with event data."""
    events = frames["outside"]
    checked(str(params["sensitivity"]), events.column("event_source").unique().to_pylist())
    posts = _rows(frames["texts"])
    progress("claims: the gazetteer", 0.0)
    gazetteer = current()
    theatre, why = _theatre(str(params["theatre"]), events)
    zone = str(params["zone"]) or zone_of(theatre.countries if theatre else ())
    media, links, with_it = _carried(frames["carries"])
    manner = Manner(zone, theatre, gazetteer, float(params["horizon_days"]))
    read = list(claims_of(posts, with_it, manner, progress))
    progress("claims: the same said twice", 0.82)
    by_id = {p["post_id"]: p for p in posts}
    decided = frames["case.judgements"]
    applied = apply(read, decided, {p["post_id"]: p["text"] for p in posts})
    claims = applied.rows
    _cluster(claims, by_id, with_model=bool(params["meaning"]))
    sides = made.side_of(frames["doings"].to_pylist())
    groups = {r["account_id"]: r["group_id"] for r in frames["coordination.members"].to_pylist()}
    labels = {r["account_id"]: r["label"] for r in frames["labels"].to_pylist()}
    behind = _behind(claims, by_id, media, links)
    clusters = made.clusters(claims, behind, groups, labels)
    progress("claims: what event data say", 0.9)
    table = pa.Table.from_pylist(claims, tables.OUTPUT_CLAIMS.arrow)
    typed = [c for c in claims if c["type"]]
    summary = {
        "posts": len(posts), "own": sum(not passes_on(p) for p in posts), "with_claims": len({c["post_id"] for c in typed}),
        "claims": len(claims), "located": sum(c["lat"] is not None for c in typed), "clusters": len(clusters),
        "events": events.num_rows, "theatre": why, "zone": zone, "gazetteer": gazetteer.digest,
        **{name: applied.counts.get(name, 0) for name in tables.DECIDED},
    }  # fmt: skip
    pictures = [(post, hashed) for post, hashes in media.items() for hashed in hashes]
    items, reuse = lineage(pictures, by_id, claims, sides)
    out = {
        "claims": table,
        "clusters": pa.Table.from_pylist(clusters, tables.OUTPUT_CLUSTERS.arrow),
        "modalities": pa.Table.from_pylist(made.modalities(claims), tables.OUTPUT_MODALITIES.arrow),
        "slots": pa.Table.from_pylist(made.slots(claims, sides), tables.OUTPUT_SLOTS.arrow),
        "lineage": pa.Table.from_pylist(items, tables.OUTPUT_LINEAGE.arrow),
        "reviewed": truth(decided),
        "reuse": pa.Table.from_pylist(reuse, tables.OUTPUT_REUSE.arrow),
        "summary": pa.Table.from_pylist([summary], tables.OUTPUT_SUMMARY.arrow),
    }
    return {**out, **matched(table, events, params, progress)}


def _rows(texts: pa.Table) -> list[Row]:
    """The posts in order of time, with times in microseconds."""
    rows: list[Row] = texts.sort_by([("posted_at", "ascending"), ("post_id", "ascending")]).to_pylist()
    for row in rows:
        row["posted_at"], row["of_at"] = micros(row["posted_at"]), micros(row["of_at"])
    return rows


def _theatre(given: str, events: pa.Table) -> tuple[Theatre | None, str]:
    """Where the conflict takes place: as the analyst says, else where the event data of the case lie."""
    if given not in {"", "auto"}:
        codes = tuple(c.strip().upper() for c in given.split(",") if c.strip())
        return Theatre(codes), f"{', '.join(codes)}: given by the analyst"
    if given == "" or not events.num_rows:
        return None, "none: no country was given" + ("" if given == "" else ", and the case has no event data")
    seen = Counter(country_of(name or "") for name in events.column("country").to_pylist())
    total = sum(seen.values())
    codes = tuple(c for c, n in seen.most_common(_MOST_COUNTRIES) if c and n >= total / 20)
    if not codes:
        return None, "none: the event data name no country that we know"
    return Theatre(codes), f"{', '.join(codes)}: where the event data of the case lie"


def _carried(carries: pa.Table) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, str]]:
    """Hashes and first link of each post, and which of the two it has."""
    media: dict[str, list[str]] = defaultdict(list)
    links: dict[str, str] = {}
    for row in carries.sort_by([("post_id", "ascending"), ("kind", "ascending"), ("value", "ascending")]).to_pylist():
        if row["kind"] == "media":
            media[row["post_id"]].append(row["value"])
        else:
            links[row["post_id"]] = row["value"]
    with_it = dict.fromkeys(links, "link") | dict.fromkeys(media, "media")
    return {p: tuple(dict.fromkeys(h)) for p, h in media.items()}, links, with_it


def _cluster(claims: Sequence[Row], posts: Mapping[str, Row], *, with_model: bool) -> None:
    """Fill in the cluster ids."""
    spans = [posts[c["post_id"]]["text"][c["span_start"] : c["span_end"]] for c in claims]
    words = [frozenset(_WORD.findall(fold_one(_MASKED.sub(" ", s))[0])) for s in spans]
    vectors: npt.NDArray[np.float32] | None = None
    if with_model and spans:
        vectors = meaning.vectors(pa.array(spans)).astype(np.float32)
    for claim, cluster in zip(claims, clustered(claims, words, vectors), strict=True):
        claim["cluster_id"] = cluster


def _behind(
    claims: Sequence[Row], posts: Mapping[str, Row], media: Mapping[str, tuple[str, ...]], links: Mapping[str, str]
) -> dict[str, Carried]:
    """What ties each post with a clustered claim to others."""
    held = sorted({c["post_id"] for c in claims if c["cluster_id"]})
    cites: dict[str, str] = {}
    for claim in claims:
        if claim["source_cited"]:
            cites.setdefault(claim["post_id"], fold_one(claim["source_cited"])[0].strip())
    texts = pa.array([_MASKED.sub(" ", posts[p]["text"]) for p in held], pa.string())
    wording = near_duplicates(texts, threshold=_NEAR).cluster if len(texts) else np.empty(0, np.int64)
    out = {}
    for post_id, alike in zip(held, wording.tolist(), strict=True):
        post = posts[post_id]
        out[post_id] = Carried(
            post_id, post["account_id"], post["posted_at"], post["of_post"] or "", post["of_account"] or "", int(alike),
            media.get(post_id, ()), links.get(post_id, ""), cites.get(post_id, ""),
        )  # fmt: skip
    return out
