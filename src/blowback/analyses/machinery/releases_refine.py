"""From carried links to releases: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import releases_tables as tables
from blowback.analyses.machinery.releases_bundle import Bundle, Joined, joined
from blowback.analyses.machinery.releases_items import Items, items_of
from blowback.analyses.machinery.releases_seen import Seen, seen_of
from blowback.analyses.machinery.releases_ties import KINDS, Ties, ties_of
from blowback.model.analysis import Frames, Params, Progress
from blowback.model.ids import short_id
from blowback.tools import calendars
from blowback.tools.matters import matters
from blowback.tools.nulls import resolution_us

Ints = npt.NDArray[np.int64]
SECOND_US: Final = 1_000_000


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Items, what ties them, bundles closer than dealt dates make them, and what can be said of each.

    Raises:
        UsageError: `translate` without the language model, or texts beyond what can be compared.
    """
    progress("releases: items", 0.0)
    items = items_of(frames["carried"])
    carried, texts = frames["carried"], frames["texts"].sort_by([("posted_at", "ascending"), ("post_id", "ascending")])
    files = carried.filter(pc.and_(pc.equal(carried.column("kind"), "media"), pc.invert(carried.column("passed_on"))))
    progress("releases: what ties them", 0.2)
    meaning = _meaning(texts, int(params["window"])) if params["translate"] else None
    ties = ties_of(items, texts, files, meaning, float(params["alike"]))
    progress("releases: bundles", 0.6)
    unit = resolution_us(items.rows.time)
    found = joined(
        items,
        ties,
        int(params["window"]) * SECOND_US,
        float(params["fdr"]),
        int(params["shuffles"]),
        int(params["seed"]),
        unit,
    )
    progress("releases: what joins them", 0.8)
    out = _told(items, ties, found, texts, params)
    out["summary"] = _summary(items, ties, found, out["releases"].num_rows, unit, params)
    progress("releases", 1.0)
    return out


def _meaning(texts: pa.Table, window_s: int) -> Ints:
    """Clusters of texts that say the same in several languages."""
    text, folded, lang = (texts.column(c) for c in ("text", "text_folded", "lang"))
    return matters(text, folded, lang, texts.column("posted_at").cast(pa.int64()).to_numpy(), window_s * SECOND_US)


def _told(items: Items, ties: Ties, found: Joined, texts: pa.Table, params: Params) -> dict[str, Any]:
    seen = seen_of(items, ties, texts, int(params["window"]) * SECOND_US)
    parts: dict[str, list[dict[str, Any]]] = {"releases": [], "items": [], "carriers": []}
    least = int(params["least_hosts"])
    for bundle in found.bundles:
        row = _release(items, seen, bundle, least) if seen.large(bundle, least) else None
        if row is None or row["ruling"] == "small":
            continue
        dates = [found.held.of_host[h] for h in bundle.hosts]
        row["usual_s"] = round(calendars.typical_range(dates, int(params["seed"])) / SECOND_US)
        parts["releases"].append(row)
        parts["items"] += seen.items_of(row["release_id"], bundle)
        parts["carriers"] += seen.carriers_of(row["release_id"], bundle)
    schemas = {o.name: o.arrow for o in tables.OUTPUTS}
    return {name: pa.Table.from_pylist(rows, schemas[name]) for name, rows in parts.items()}


def _release(items: Items, seen: Seen, bundle: Bundle, least_hosts: int) -> dict[str, Any]:
    look = seen.look(bundle)
    name = short_id("release", *(items.values[i].as_py() for i in sorted(bundle.items)))
    hosts = list(dict.fromkeys(items.hosts[items.host[i]] for i in bundle.items))
    row: dict[str, Any] = {
        "release_id": name, "first_host": hosts[0], "hosts": " | ".join(hosts), "n_hosts": len(hosts),
        "languages": " | ".join(look.languages) or None, "n_languages": len(look.languages), "items": len(bundle.items),
        "first_at": int(items.first[bundle.items[0]]), "last_at": int(items.first[bundle.items[-1]]),
        "span_s": bundle.span_us / SECOND_US, "accounts": look.accounts, "posts": look.posts,
        "seeding": look.seeding, "joining": look.joining, "lists": look.lists, "listers": look.listers,
        "joint_hosts": look.joint_hosts, "house": look.house,
        "basis": ", ".join(k for n, k in enumerate(KINDS) if bundle.kinds >> n & 1), "p": bundle.p, "q": bundle.q,
    }  # fmt: skip
    row["ruling"], row["why"] = ruling(row, least_hosts)
    return row


def ruling(row: Mapping[str, Any], least_hosts: int) -> tuple[str, str]:
    """(ruling, why) of a release from its counts: see docs/methods/releases.md."""
    if row["n_hosts"] < least_hosts and not (row["n_hosts"] >= 2 and row["n_languages"] >= 2):
        return "small", "small"
    enough = min(least_hosts, 2 if row["n_languages"] >= 2 else least_hosts)
    if 3 * row["joint_hosts"] < 2 * row["n_hosts"] or row["joint_hosts"] < enough:
        return ("explained", "own_feeds") if row["house"] else ("cannot_tell", "no_joint_source")
    if 2 * row["joining"] < row["seeding"]:
        return "explained", "apart"
    return ("cannot_tell", "one_list") if row["joining"] < 2 else ("stands", "joint")


def _summary(items: Items, ties: Ties, found: Joined, large: int, unit_us: int, params: Params) -> pa.Table:
    row = {
        "links": items.links, "short_links": items.short, "items": len(items), "hosts": len(items.hosts),
        "ties": len(np.unique(ties.tie)), "generic": ties.generic, "tested": found.test.family, "close": found.test.close,
        "passed": len(found.test.passed), "bundles": len(found.bundles), "small": len(found.bundles) - large, "bundles_by_chance": found.by_chance,
        "resolution_s": max(unit_us // SECOND_US, 1), "translated": bool(params["translate"]),
    }  # fmt: skip
    return pa.Table.from_pylist([row], tables.SUMMARY.arrow)
