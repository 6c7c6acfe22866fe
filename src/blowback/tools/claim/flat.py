"""A claim as the columns of the claims table: one place for the analysis and for `blowback explain`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from blowback.model.claim import ClaimRead, Located, Reading


def row(claim: ClaimRead, reading: Reading) -> dict[str, Any]:
    """The columns of the claims table that a text alone decides; times are zone-less UTC.

    `claim_id` is '#' and the number of the claim in the text, from 1: the analysis puts the post's id before it.
    """
    located = reading.places[claim.place] if claim.place is not None else None
    count = claim.quantities[0] if claim.quantities else None
    return {
        "claim_id": f"#{number(claim, reading)}",
        "lang": reading.lang,
        "span_start": claim.start,
        "span_end": claim.end,
        "modality": claim.modality,
        "modality_p": claim.modality_p,
        "polarity": claim.polarity,
        "type": claim.type,
        "actor": claim.actor,
        "target": claim.target,
        **_where(located, claim.place_score),
        "time_from": claim.when.since,
        "time_to": claim.when.until,
        "time_kind": claim.when.kind,
        "quantity_min": count.low if count else None,
        "quantity_max": count.high if count else None,
        "quantity_unit": count.unit if count else "",
        "quantity_role": count.role if count else "",
        "source_cited": claim.source_cited,
        "slots": ",".join(claim.slots),
    }


def number(claim: ClaimRead, reading: Reading) -> int:
    """Which claim of the text it is, from 1."""
    return next(k for k, c in enumerate(reading.claims, 1) if c is claim or c == claim)


def _where(located: Located | None, score: float) -> dict[str, Any]:
    if located is None:
        return {
            "place_name": None,
            "lat": None,
            "lon": None,
            "radius_km": None,
            "place_p": None,
            "place_candidates": "[]",
        }
    best, shape = located.best or next(iter(located.candidates), None), located.shape
    candidates = [
        {"id": c["place_id"], **{k: v for k, v in c.items() if k != "place_id"}}
        for c in map(asdict, located.candidates)
    ]
    at = shape or best
    return {
        "place_name": best.name if best else shape.text if shape else None,
        "lat": at.lat if at else None,
        "lon": at.lon if at else None,
        "radius_km": at.radius_km if at else None,
        "place_p": score,
        "place_candidates": orjson.dumps(candidates).decode(),
    }
