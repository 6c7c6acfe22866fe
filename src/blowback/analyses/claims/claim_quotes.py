"""One claim as a quote: the post it is in, the parts of the text, and what was read out of them."""

from __future__ import annotations

from typing import Any

import orjson

from blowback.analyses.claims.panel_rows import direction, period
from blowback.model.claim import MODALITIES
from blowback.model.moments import micros
from blowback.model.panel import Quote, Span
from blowback.tools.words import plural

Row = dict[str, Any]


def quote_of(row: Row, cluster: Row | None, verdicts: tuple[tuple[str, str], ...]) -> Quote:
    """A row of `claims`, the row of its cluster where it has one, and what event sources show. The text is filled in by the dossier."""
    spans = [Span(row["span_start"], row["span_end"], "claim")]
    spans += [Span(a, b, kind) for a, b, kind in orjson.loads(row.get("spans") or "[]")]
    return Quote(
        post_id=row["post_id"], text="", lang=row["lang"], direction=direction(row["lang"]), spans=tuple(spans),
        at=micros(row["posted_at"]), facts=tuple(_facts(row, cluster)), verdicts=verdicts,
    )  # fmt: skip


def _facts(row: Row, cluster: Row | None) -> list[tuple[str, str]]:
    """What was read, in the order a reader asks: how said, what, who, where, when, how many, from whom."""
    where = row["place_name"] or ""
    if where and row["radius_km"] is not None:
        where += (
            f" (within {row['radius_km']:.0f} km"
            + ("" if row["place_p"] is None else f", {row['place_p']:.0%} sure")
            + ")"
        )
    number = _number(row)
    sure = row.get("modality_p")  # a run of an earlier version has none
    facts = [
        ("class", f"{row['modality']}{'' if sure is None else f' ({sure:.0%} sure)'}: {MODALITIES[row['modality']]}"),
        ("polarity", row["polarity"]), ("kind", row["type"]),
        ("who acts", row["actor"]), ("on whom or what", row["target"]), ("place", where),
        ("time", period(row["time_from"], row["time_to"], row["time_kind"])), ("number", number), ("cites", row["source_cited"]),
        ("tells", row["slots"].replace(",", ", ")), ("goes with", "" if row["evidence"] == "none" else row["evidence"]),
    ]  # fmt: skip
    if row["carried"]:
        facts.append(("passed on", "the words are another's"))
    if cluster:
        facts.append(("independent sources", f"{cluster['n_sources']:,} of {cluster['n_accounts']:,} accounts"))
        if cluster["variants"]:
            facts.append(
                ("other numbers", f"{plural(cluster['variants'], 'distinct claim')} of the same with another number")
            )
    return [(name, value) for name, value in facts if value]


def _number(row: Row) -> str:
    low, high = row["quantity_min"], row["quantity_max"]
    if low is None:
        return ""
    said = f"{low:g}" if high == low else f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
    role = row["quantity_role"].replace("_", " ")
    return " ".join(p for p in (said, row["quantity_unit"], f"({role})" if role else "") if p)
