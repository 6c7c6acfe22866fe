"""The tables of the claims analysis: columns, units and what a row is."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.claim import MODALITIES, SLOTS, TYPES
from blowback.model.tables import Column, Type


def _c(name: str, kind: Type, meaning: str, unit: str | None = None, *, must: bool = False) -> Column:
    return Column(name, kind, meaning, unit, nullable=not must)


CLAIMS: Final = (
    _c("claim_id", "text", "post_id + '#' + number of the claim in the post", must=True),
    _c("post_id", "text", "the post", must=True),
    _c("account_id", "text", "its author: the asserter", must=True),
    _c("posted_at", "time", "when it was posted", "UTC", must=True),
    _c("carried", "bool", "true where the post passes on another's words", must=True),
    _c("lang", "text", "language of the text: ISO 639-1, arabizi, or empty", must=True),
    _c("span_start", "int", "offset of the claim in the text as published", "code points", must=True),
    _c("span_end", "int", "its end, exclusive", "code points", must=True),
    _c("modality", "text", ", ".join(MODALITIES), must=True),
    _c("polarity", "text", "affirmed or negated", must=True),
    _c("type", "text", ", ".join(TYPES) + "; empty where none", must=True),
    _c("actor", "text", "who acts, as in the text", must=True),
    _c("target", "text", "on whom or what, as in the text", must=True),
    _c("place_name", "text", "name of the event place in the gazetteer; empty where there is none"),
    _c("lat", "float", "its latitude", "degrees"),
    _c("lon", "float", "its longitude", "degrees"),
    _c("radius_km", "float", "its radius", "km"),
    _c("place_p", "float", "probability that the place is right, of the name and of the choice of event place", "share"),
    _c("place_candidates", "text", "JSON list of {id, name, lat, lon, radius_km, country, placetype, p}, best first", must=True),
    _c("time_from", "time", "start of the time the claim is about", "UTC"),
    _c("time_to", "time", "its end, exclusive", "UTC"),
    _c("time_kind", "text", "calendar, deictic, hijri, feast, vague, duration, default (none stated) or none", must=True),
    _c("quantity_min", "float", "least number of the main quantity"),
    _c("quantity_max", "float", "greatest number; empty for 'at least'"),
    _c("quantity_unit", "text", "what is counted", must=True),
    _c("quantity_role", "text", "own_loss, enemy_loss, seized, force, distance, loss, other; empty where none", must=True),
    _c("source_cited", "text", "whom the text cites", must=True),
    _c("slots", "text", "disclosure slots joined by a comma: " + ", ".join(SLOTS), must=True),
    _c("evidence", "text", "what the post carries with it: none, link, media", must=True),
    _c("cluster_id", "text", "claims that say the same; empty for classes that are not clustered", must=True),
)  # fmt: skip

OUTPUT_CLAIMS: Final = Output("claims", "one claim read out of one post", CLAIMS)
