"""The canonical tables: the only definition of their columns, types, units and meaning.

The Parquet schema, the SQL types the gate resolves against, the data dictionary and the docs page are all
derived from `TABLES`. Times are UTC microseconds without a zone; native ids are text, always.
"""

from __future__ import annotations

from typing import Final

from blowback.model.blocking_tables import BLOCKING
from blowback.model.columns import LOCATOR, Column, Table, Type, column, schema_of

__all__ = ["CLOCKS", "MARK_KINDS", "TABLES", "Column", "Table", "Type", "schema_of"]

CLOCKS: Final = {
    "exact": "the source states the instant, with its zone or as an epoch, to the second or finer",
    "minute": "the source rounds to the minute: an interval of 60 s means 0 to 119 s",
    "day": "only the day is known",
    "assumed_zone": "a local time without a zone; the zone in the exhibit's receipt was assumed",
    "derived": "no stated time; read out of the platform id or the capture time",
}
MARK_KINDS: Final = {
    "repost": "post_id of the post that is passed on",
    "fast_repost": "account whose post is passed on within 10 s of its appearance (exact clocks only)",
    "url": "canonical link: scheme and host in lower case, tracking parameters and fragment removed",
    "domain": "registrable domain of the link",
    "hashtag": "hashtag without #, NFKC, lower case",
    "hashtag_sequence": "three or more hashtags of a post, in their order",
    "mention": "account mentioned, under its pseudonym",
    "reply_to": "post_id of the post that is answered",
    "conversation": "thread the post stands in",
    "text": "fingerprint of the text: lower case, @handles cut, white space collapsed (reposts are marked carried)",
    "folded_text": "fingerprint of the folded text: also links, diacritics, tatweel, letter variants, "
    "punctuation and invisible characters removed",
    "near_text": "fingerprint of the wording that a text is like: a cluster of near-duplicates. Made by the coordination "
    "analysis over all texts of the case, not at intake",
    "media": "hash that the export gives for an image, video or document",
    "client": "application that posted",
    "place": "place the platform attached to the post",
}
_c, _LOCATOR = column, LOCATOR

POSTS: Final = Table(
    "posts",
    "one message by an account at a time, kept once however often it was exported",
    (
        _c(
            "post_id",
            "text",
            "platform + ':' + native id (keyed pseudonym unless the case says off)",
            must=True,
        ),
        _c("platform", "text", "short platform name: x, telegram, bluesky, reddit, youtube, ...", must=True),
        _c("account_id", "text", "platform + ':' + pseudonym of the author's native id", must=True),
        _c("channel_id", "text", "account_id of the channel, page or group it appeared in"),
        _c("posted_at", "time", "when it was posted", "UTC", must=True),
        _c("clock", "text", "how far posted_at can be trusted: " + ", ".join(CLOCKS), must=True),
        _c("id_time", "time", "time embedded in the platform id (Snowflake, TID, ObjectID)", "UTC"),
        _c("kind", "text", "post, repost, quote, reply, comment or service", must=True),
        _c("text", "text", "as published, NFC, never trimmed; handles and profile links under pseudonyms"),
        _c("text_folded", "text", "folded form used for matching; tools.fold gives the offset map back"),
        _c("lang", "text", "language the export states (not detected)"),
        _c("client", "text", "application that posted"),
        _c("repost_of", "text", "post_id of the original that is passed on"),
        _c("repost_of_account", "text", "account_id of the original's author"),
        _c("repost_of_at", "time", "when the original was posted", "UTC"),
        _c("quote_of", "text", "post_id of the post that is quoted"),
        _c("reply_to", "text", "post_id of the post that is answered"),
        _c("reply_to_account", "text", "account_id of the author that is answered"),
        _c("conversation_id", "text", "thread id, pseudonymised like post ids"),
        _c("lat", "float", "latitude the export gives", "degrees"),
        _c("lon", "float", "longitude the export gives", "degrees"),
        _c("place", "text", "place name the platform attached"),
        *_LOCATOR,
    ),
    key=("post_id",),
)
ACCOUNTS: Final = Table(
    "accounts",
    "what one exhibit said of one account (an account seen in two exhibits has two rows)",
    (
        _c("account_id", "text", "platform + ':' + pseudonym", must=True),
        _c("platform", "text", "short platform name", must=True),
        _c(
            "kind",
            "text",
            "person, channel, page, group or unknown (the platform's word, not a verdict)",
            must=True,
        ),
        _c("handle", "text", "handle under its own pseudonym, so that in-text mentions can be joined"),
        _c("name", "text", "display name; empty unless pseudonyms are off"),
        _c("label", "text", "category the export attaches (an allegation by its author)"),
        _c("created_at", "time", "when the account was made", "UTC"),
        _c("followers", "int", "followers at the last capture", "accounts"),
        _c("following", "int", "accounts followed at the last capture", "accounts"),
        _c("statuses", "int", "posts the platform counts at the last capture", "posts"),
        _c("exhibit", "text", "SHA-256 of the file", must=True),
    ),
    key=("account_id", "exhibit"),
)
MARKS: Final = Table(
    "marks",
    "one thing a post carries that another post can carry too",
    (
        _c("post_id", "text", "the post", must=True),
        _c("account_id", "text", "its author", must=True),
        _c("posted_at", "time", "when it was posted", "UTC", must=True),
        _c("kind", "text", ", ".join(MARK_KINDS), must=True),
        _c("value", "text", "what is carried, normalised per kind", must=True),
        _c("position", "int", "0-based order within the post and kind", must=True),
        _c(
            "carried",
            "bool",
            "true where the post is a repost, so the mark is the original author's",
            must=True,
        ),
    ),
)
MEDIA: Final = Table(
    "media",
    "one image, video, audio or document a post refers to (never its bytes)",
    (
        _c("post_id", "text", "the post", must=True),
        _c("position", "int", "0-based order within the post", must=True),
        _c("kind", "text", "photo, video, audio, document, ...", must=True),
        _c("native_id", "text", "the platform's media key, under a pseudonym"),
        _c("hash", "text", "hash the export gives"),
        _c("mime", "text", "media type"),
        _c("bytes", "int", "size", "bytes"),
        _c("exhibit", "text", "SHA-256 of the file", must=True),
    ),
)
OBSERVATIONS: Final = Table(
    "observations",
    "what one record said of a post at a capture time",
    (
        _c("post_id", "text", "the post", must=True),
        _c("observed_at", "time", "capture time the export states, else empty", "UTC"),
        _c("likes", "int", "likes or reactions", "count"),
        _c("reposts", "int", "reposts or shares", "count"),
        _c("replies", "int", "replies or comments", "count"),
        _c("quotes", "int", "quotes", "count"),
        _c("views", "int", "views or impressions", "count"),
        _c("edited_at", "time", "when the post was last edited", "UTC"),
        _c("text_hash", "text", "fingerprint of the text at this observation, so that edits show"),
        *_LOCATOR,
    ),
)
REMOVALS: Final = Table(
    "removals",
    "evidence that something disappeared or was withheld",
    (
        _c("subject", "text", "post_id or account_id", must=True),
        _c("subject_kind", "text", "post, account, media or unknown", must=True),
        _c("platform", "text", "short platform name", must=True),
        _c(
            "state",
            "text",
            "deleted, removed, withheld, restricted, suspended, deactivated, private, missing",
            must=True,
        ),
        _c(
            "actor",
            "text",
            "author, moderator, platform, government, unknown (as the source states)",
            must=True,
        ),
        _c("basis", "text", "the source's own words or code for the reason"),
        _c("scope", "text", "world, or country codes joined by a comma", must=True),
        _c("removed_at", "time", "when it happened, where stated", "UTC"),
        _c("observed_at", "time", "when it was noticed, where stated", "UTC"),
        _c("certainty", "text", "observed (the platform says so) or inferred (a gap)", must=True),
        *_LOCATOR,
    ),
)
EXHIBITS: Final = Table(
    "exhibits",
    "one file given to us, with its receipt",
    (
        _c("exhibit", "text", "SHA-256 of the file", must=True),
        _c("name", "text", "file name as given", must=True),
        _c("bytes", "int", "size as given", "bytes", must=True),
        _c("source", "text", "the format it was read as", must=True),
        _c("stored", "text", "copy or reference", must=True),
        _c("zone", "text", "zone assumed for local times; UTC where none was needed", must=True),
        _c("read", "int", "records read", "records", must=True),
        _c("kept", "int", "records kept as posts or removals", "records", must=True),
        _c("duplicate", "int", "records whose post the case already had", "records", must=True),
        _c("set_aside", "int", "records set aside with a reason", "records", must=True),
        _c("received_at", "time", "when it was taken in", "UTC", must=True),
    ),
    key=("exhibit",),
)
SET_ASIDE: Final = Table(
    "set_aside",
    "one record that could not become a post, with its reason",
    (
        _c("reason", "text", "a short code", must=True),
        _c("detail", "text", "what was found, without text of people"),
        *_LOCATOR,
    ),
)
EVENTS: Final = Table(
    "events",
    "one row of independent event data, as its makers coded it",
    (
        _c("event_id", "text", "event source + ':' + its own id", must=True),
        _c("event_source", "text", "ucdp_ged, acled, gtd, gdelt, or the name given to a mapped table", must=True),
        _c("scope", "text", "what that source can contain: lethal, violence, reports or any", must=True),
        _c("since", "time", "start of the time in which it happened", "UTC", must=True),
        _c("until", "time", "end of that time, exclusive", "UTC", must=True),
        _c("date_days", "float", "uncertainty of the date by the source's precision code", "days", must=True),
        _c("type", "text", "type of action in our terms (claims glossary); empty where the source does not say"),
        _c("coded", "text", "type as the source codes it"),
        _c("actor", "text", "who acted, as the source names them"),
        _c("target", "text", "whom it was done to, as the source names them"),
        _c("sides", "text", "dyad or conflict, as the source names it"),
        _c("country", "text", "country as the source names it"),
        _c("region", "text", "first-level region as the source names it"),
        _c("place", "text", "place as the source names it"),
        _c("lat", "float", "latitude", "degrees"),
        _c("lon", "float", "longitude", "degrees"),
        _c("radius_km", "float", "uncertainty of the place by the source's precision code", "km"),
        _c("deaths_low", "int", "deaths, low estimate", "people"),
        _c("deaths_best", "int", "deaths, best estimate", "people"),
        _c("deaths_high", "int", "deaths, high estimate", "people"),
        *_LOCATOR,
    ),
    key=("event_id",),
)
TABLES: Final[dict[str, Table]] = {
    t.name: t for t in (POSTS, ACCOUNTS, MARKS, MEDIA, OBSERVATIONS, REMOVALS, EVENTS, EXHIBITS, SET_ASIDE, *BLOCKING)
}
