"""The tables of the claims analysis: columns, units and what a row is."""

from __future__ import annotations

from typing import Final

from blowback.model.analysis import Output
from blowback.model.claim import MODALITIES, SLOTS, TYPES
from blowback.model.columns import column as _c

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
    _c("modality_p", "float", "probability that it is meant so, as weighed when it was read", "share", must=True),
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
    _c("spans", "text", "JSON list of [start, end, kind] of its parts in the text as published; kinds: place, time, trigger, ..."),
    _c("cluster_id", "text", "claims that say the same; empty for classes that are not clustered", must=True),
)  # fmt: skip

# what the decisions of people did to the claims: columns of `summary`
DECIDED: Final = ("accepted", "corrected", "rejected", "copies", "changed", "disputed")
OUTPUT_CLAIMS: Final = Output("claims", "one claim read out of one post", CLAIMS)

TEXTS: Final = (
    _c("post_id", "text", "the post", must=True),
    _c("account_id", "text", "its author", must=True),
    _c("posted_at", "time", "when it was posted", "UTC", must=True),
    _c("kind", "text", "post, repost, quote, reply, comment or service", must=True),
    _c("text", "text", "as published", must=True),
    _c("of_post", "text", "post that is passed on or quoted"),
    _c("of_account", "text", "its author"),
    _c("of_at", "time", "when it was posted", "UTC"),
)
CARRIES: Final = (
    _c("post_id", "text", "the post", must=True),
    _c("kind", "text", "url or media", must=True),
    _c("value", "text", "first link, or hash", must=True),
)
DOINGS: Final = (
    _c("account_id", "text", "author", must=True),
    _c("posts", "int", "posts", "posts", must=True),
    _c("reposts", "int", "of those, reposts", "posts", must=True),
    _c("heard", "int", "other accounts that pass it on", "accounts", must=True),
)

OUTPUT_CLUSTERS: Final = Output(
    "clusters",
    "claims that say the same, and who stands behind them",
    (
        _c("cluster_id", "text", "claims that say the same", must=True),
        _c("type", "text", "type of the claim", must=True),
        _c("modality", "text", "modality of its first claim", must=True),
        _c("polarity", "text", "affirmed or negated", must=True),
        _c("place_name", "text", "event place of its first located claim"),
        _c("lat", "float", "its latitude", "degrees"),
        _c("lon", "float", "its longitude", "degrees"),
        _c("time_from", "time", "start of the time the first claim is about", "UTC"),
        _c("time_to", "time", "its end, exclusive", "UTC"),
        _c("first_at", "time", "its first post", "UTC", must=True),
        _c("last_at", "time", "its last post", "UTC", must=True),
        _c("first_post", "text", "the first post", must=True),
        _c("n_posts", "int", "posts", "posts", must=True),
        _c("n_accounts", "int", "accounts", "accounts", must=True),
        _c(
            "n_sources",
            "int",
            "independent sources: accounts after joining what makes two of them one",
            "sources",
            must=True,
        ),
        _c(
            "sources_usual",
            "float",
            "the same for as many accounts with other claims, mean of 200 random sets; where five accounts or more",
            "sources",
        ),
        _c("sources_low", "float", "2.5 % point of those", "sources"),
        _c("sources_high", "float", "97.5 % point of those", "sources"),
        _c("n_labels", "int", "sources under different labels of the export (sides)", "labels", must=True),
        _c("joined_by", "text", "JSON: ties that each kind of join made between accounts", must=True),
        _c("cites", "text", "outlets and people cited, joined by a semicolon", must=True),
        _c("quantity_min", "float", "least number said"),
        _c("quantity_max", "float", "greatest number said"),
        _c("quantity_unit", "text", "what is counted", must=True),
        _c("variants", "int", "other clusters that say the same with contradictory numbers", "clusters", must=True),
        _c("langs", "text", "languages, joined by a comma", must=True),
    ),
)
OUTPUT_SLOTS: Final = Output(
    "slots",
    "what is disclosed: one slot, type and side of the campaign; nothing about fewer than three accounts",
    (
        _c("slot", "text", ", ".join(SLOTS), must=True),
        _c("type", "text", "type of the claims; empty where none", must=True),
        _c(
            "side",
            "text",
            "of the originators: source (passed on by three others or more), voice, relay (mostly reposts)",
            must=True,
        ),
        _c("claims", "int", "claims of this kind, aspirations and questions left out", "claims", must=True),
        _c("clusters", "int", "distinct claims", "clusters", must=True),
        _c("accounts", "int", "accounts; empty below three"),
        _c("places", "int", "distinct event places", "places", must=True),
        _c("share", "float", "of all claims with a slot", "share", must=True),
        _c("low", "float", "lower end of its 95 % interval (Wilson)", "share", must=True),
        _c("high", "float", "upper end", "share", must=True),
    ),
)
OUTPUT_LINEAGE: Final = Output(
    "lineage",
    "one image, video or map that goes with claims of several posts",
    (
        _c("media", "text", "hash of its first appearance", must=True),
        _c("first_post", "text", "first post in the case that carries it", must=True),
        _c("first_at", "time", "when", "UTC", must=True),
        _c("last_at", "time", "its last appearance", "UTC", must=True),
        _c("n_posts", "int", "posts that carry it", "posts", must=True),
        _c("n_accounts", "int", "accounts", "accounts", must=True),
        _c("n_copies", "int", "distinct hashes within the distance of a re-encoded copy", "hashes", must=True),
        _c("match", "text", "exact, or perceptual (PDQ, Hamming distance <= 31 of 256)", must=True),
        _c("n_clusters", "int", "distinct claims it goes with", "clusters", must=True),
        _c("map", "bool", "a text that carries it speaks of a map", must=True),
        _c(
            "recycled",
            "bool",
            "goes with claims about times more than three days apart, or about places over 50 km apart",
            must=True,
        ),
        _c(
            "first_side",
            "text",
            "side of the account that has it first: source, voice or relay; who is official is not known",
            must=True,
        ),
    ),
)
OUTPUT_REUSE: Final = Output(
    "reuse",
    "what chance gives for the items of the lineage (no row where there are none)",
    (
        _c("items", "int", "items that several posts carry", "items", must=True),
        _c("recycled", "int", "of those, used for other days or places", "items", must=True),
        _c(
            "expected",
            "float",
            "the same when the claims are dealt anew among the items, mean of 200 deals",
            "items",
            must=True,
        ),
        _c("low", "float", "2.5 % point of those", "items", must=True),
        _c("high", "float", "97.5 % point of those", "items", must=True),
    ),
)
OUTPUT_SUMMARY: Final = Output(
    "summary",
    "the whole case",
    (
        _c("posts", "int", "posts with a text", "posts", must=True),
        _c("own", "int", "of those, not passed on", "posts", must=True),
        _c("with_claims", "int", "posts with a claim of a type", "posts", must=True),
        _c("claims", "int", "claims", "claims", must=True),
        _c("located", "int", "claims of a type with an event place", "claims", must=True),
        _c("clusters", "int", "distinct claims", "clusters", must=True),
        _c("events", "int", "rows of event data in the case", "events", must=True),
        _c("theatre", "text", "countries that were preferred, and why", must=True),
        _c("zone", "text", "zone of the post's day", must=True),
        _c("gazetteer", "text", "digest of the gazetteer", must=True),
        _c("accepted", "int", "claims that a reviewer accepted as read", "claims", must=True),
        _c("corrected", "int", "claims that a reviewer corrected", "claims", must=True),
        _c("rejected", "int", "claims that a reviewer rejected", "claims", must=True),
        _c("copies", "int", "claims with the same words that were changed with them", "claims", must=True),
        _c("changed", "int", "decisions whose words or reading are no longer there", "decisions", must=True),
        _c("disputed", "int", "claims on which reviewers disagree: left as read", "claims", must=True),
    ),
)
OUTPUT_MODALITIES: Final = Output(
    "modalities",
    "one class of modality",
    (
        _c("modality", "text", ", ".join(MODALITIES), must=True),
        _c("claims", "int", "claims", "claims", must=True),
        _c("typed", "int", "of those, with a type", "claims", must=True),
        _c("located", "int", "of those, with a type and an event place", "claims", must=True),
        _c("dated", "int", "of those, with a type and a stated time", "claims", must=True),
        _c("clusters", "int", "distinct claims", "clusters", must=True),
        _c("negated", "int", "negated claims", "claims", must=True),
    ),
)
LABELS: Final = (
    _c("account_id", "text", "account", must=True),
    _c("label", "text", "category the export attaches (an allegation by its author)", must=True),
)
