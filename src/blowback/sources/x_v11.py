"""X (Twitter) API v1.1: one tweet a line, or an array of tweets."""

from __future__ import annotations

from typing import Any, Final

from blowback.sources.removal_sql import countries, removal
from blowback.sources.source import Expect, Guess, Head, Source, is_json
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, from_lines
from blowback.sources.x_v11_events import GONE, OTHER, SHAPE

_MEDIA: Final[dict[str, Any]] = {"media": [{"id_str": "VARCHAR", "type": "VARCHAR"}]}
_ENTITIES: Final[dict[str, Any]] = {
    **_MEDIA,
    "hashtags": [{"text": "VARCHAR"}],
    "urls": [{"url": "VARCHAR", "expanded_url": "VARCHAR"}],
    "user_mentions": [{"id_str": "VARCHAR", "id": "VARCHAR", "screen_name": "VARCHAR"}],
}
_USER: Final = {
    "id_str": "VARCHAR", "id": "VARCHAR", "screen_name": "VARCHAR", "name": "VARCHAR", "created_at": "VARCHAR",
    "followers_count": "BIGINT", "friends_count": "BIGINT", "statuses_count": "BIGINT",
    "withheld_in_countries": ["VARCHAR"],
}  # fmt: skip
_TWEET: Final[dict[str, Any]] = {
    "id_str": "VARCHAR", "id": "VARCHAR", "created_at": "VARCHAR", "timestamp_ms": "VARCHAR", "full_text": "VARCHAR",
    "text": "VARCHAR", "lang": "VARCHAR", "source": "VARCHAR", "user": _USER, "entities": _ENTITIES,
    "extended_entities": _MEDIA,
    "extended_tweet": {"full_text": "VARCHAR", "entities": _ENTITIES, "extended_entities": _MEDIA},
    **dict.fromkeys(
        ["in_reply_to_status_id_str", "in_reply_to_status_id", "in_reply_to_user_id_str", "in_reply_to_user_id",
         "quoted_status_id_str", "quoted_status_id"], "VARCHAR"),
    "coordinates": {"coordinates": ["DOUBLE"]}, "place": {"full_name": "VARCHAR"}, "favorite_count": "BIGINT",
    "retweet_count": "BIGINT", "reply_count": "BIGINT", "quote_count": "BIGINT", "withheld_in_countries": ["VARCHAR"],
    "withheld_copyright": "BOOLEAN", "withheld_scope": "VARCHAR",
}  # fmt: skip
STRUCTURE: Final = {**_TWEET, "retweeted_status": _TWEET, **SHAPE}
_TIME: Final = "%a %b %d %H:%M:%S %z %Y"


def _withheld(tweet: str) -> str:
    """The removals that a tweet states of itself and of its author."""
    t, account = tweet, f"coalesce({tweet}.withheld_scope, 'status') = 'user'"
    own = removal(
        f"CASE WHEN {account} THEN coalesce({t}.user.id_str, {t}.user.id) ELSE coalesce({t}.id_str, {t}.id) END",
        f"CASE WHEN {account} THEN 'account' ELSE 'post' END", "'withheld'",
        f"CASE WHEN {t}.withheld_copyright THEN 'platform' ELSE 'government' END",
        f"CASE WHEN {t}.withheld_copyright THEN 'copyright' ELSE 'withheld_in_countries' END",
        scope=countries(f"coalesce({t}.withheld_in_countries, [])"),
    )  # fmt: skip
    author = removal(
        f"coalesce({t}.user.id_str, {t}.user.id)", "'account'", "'withheld'", "'government'", "'user.withheld_in_countries'",
        scope=countries(f"{t}.user.withheld_in_countries"),
    )  # fmt: skip
    return (
        f"list_concat(CASE WHEN len({t}.withheld_in_countries) > 0 OR {t}.withheld_copyright THEN {own} END,"
        f" CASE WHEN len({t}.user.withheld_in_countries) > 0 AND NOT {account} THEN {author} END)"
    )


def _target(name: str) -> str:
    """An id as text where the export has it so; the number only where it cannot have been rounded."""
    return f"coalesce(r.{name}_str, CASE WHEN NOT rounded(r.{name}) THEN r.{name} END)"


# The tweet itself, in the shape of its original, so that text and tags come from one place.
_ITSELF: Final = "{" + ", ".join(f"'{name}': r.\"{name}\"" for name in _TWEET) + "}"
SELECT: Final = f"""
, t AS (SELECT *, r.retweeted_status AS o, r.retweeted_status IS NOT NULL AS rt,
    coalesce(r.id_str, r.id) AS id, coalesce(r.user.id_str, r.user.id) AS uid, {GONE} AS gone, {OTHER} AS other,
    coalesce(try_strptime(r.created_at, '{_TIME}')::TIMESTAMP, iso(r.created_at), epoch(try_cast(r.timestamp_ms AS DOUBLE) / 1000)) AS stated,
    {_target("in_reply_to_status_id")} AS reply, {_target("quoted_status_id")} AS quote
    FROM parsed WHERE r IS NOT NULL)
, u AS (SELECT *, CASE WHEN r.created_at IS NULL AND stated IS NULL THEN snowflake(id) ELSE stated END AS ts,
    CASE WHEN rt THEN o ELSE {_ITSELF} END AS x,
    list_transform(coalesce(r.extended_tweet.entities, r.entities).user_mentions, lambda m: coalesce(m.id_str, m.id)) AS mention_ids
    FROM t)
, e AS (SELECT *, CASE WHEN id IS NULL AND other IS NOT NULL THEN 'event_without_post' WHEN id IS NULL THEN 'no_id'
    WHEN uid IS NULL THEN 'no_account' WHEN ts IS NULL THEN 'no_time'
    WHEN r.id_str IS NULL AND rounded(r.id) THEN 'rounded_id' END AS why FROM u)
SELECT {LOCATOR},
    CASE WHEN gone IS NOT NULL AND why IS NOT NULL THEN 'removal' WHEN why IS NOT NULL THEN 'aside' ELSE 'post' END AS entry,
    CASE WHEN gone IS NULL THEN why END AS reason, CASE WHEN gone IS NULL AND why = 'event_without_post' THEN other END AS detail,
    'x' AS platform, id AS native_id, uid AS account, r.user.screen_name AS handle, r.user.name AS name,
    'unknown' AS account_kind,
    coalesce(try_strptime(r.user.created_at, '{_TIME}')::TIMESTAMP, iso(r.user.created_at)) AS account_created_at,
    r.user.followers_count AS followers, r.user.friends_count AS following, r.user.statuses_count AS statuses,
    ts AS posted_at, CASE WHEN stated IS NULL THEN 'derived' ELSE 'exact' END AS clock, snowflake(id) AS id_time,
    CASE WHEN rt THEN 'repost' WHEN quote IS NOT NULL THEN 'quote' WHEN reply IS NOT NULL THEN 'reply' ELSE 'post' END AS kind,
    coalesce(x.extended_tweet.full_text, x.full_text, x.text) AS text, r.lang AS lang,
    nullif(regexp_replace(r.source, '<[^>]*>', '', 'g'), '') AS client,
    coalesce(o.id_str, CASE WHEN NOT rounded(o.id) THEN o.id END) AS repost_of, coalesce(o.user.id_str, o.user.id) AS repost_of_account,
    coalesce(try_strptime(o.created_at, '{_TIME}')::TIMESTAMP, iso(o.created_at)) AS repost_of_at,
    quote AS quote_of, reply AS reply_to, {_target("in_reply_to_user_id")} AS reply_to_account,
    r.coordinates.coordinates[2] AS lat, r.coordinates.coordinates[1] AS lon, r.place.full_name AS place,
    list_transform(coalesce(x.extended_tweet.entities, x.entities).hashtags, lambda h: h.text) AS hashtags,
    list_transform(coalesce(x.extended_tweet.entities, x.entities).urls, lambda u: coalesce(u.expanded_url, u.url)) AS urls,
    CASE WHEN mention_ids[1] IS NOT NULL THEN mention_ids END AS mentions,
    list_transform(coalesce(r.extended_tweet.entities, r.entities).user_mentions, lambda m: m.screen_name) AS mention_handles,
    list_transform(coalesce(x.extended_tweet.extended_entities.media, x.extended_entities.media, x.entities.media), lambda m:
        {{'kind': m.type, 'native_id': m.id_str, 'hash': NULL::VARCHAR, 'mime': NULL::VARCHAR, 'bytes': NULL::BIGINT}}) AS media,
    CASE WHEN gone IS NOT NULL THEN gone ELSE list_concat({_withheld("r")}, {_withheld("o")}) END AS removals,
    r.favorite_count AS likes, r.retweet_count AS reposts, r.reply_count AS replies, r.quote_count AS quotes
FROM e UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def _sniff(head: Head) -> Guess:
    first = head.first[:60000]
    tweets = (
        is_json(head)
        and b'"created_at"' in first
        and (b'"full_text"' in first or b'"text"' in first)
        and b'"user"' in first
    )
    if tweets and b'"id_str"' in first and b"rawContent" not in first and b'"rest_id"' not in first:
        return Guess(0.95, "tweets with id_str and user")
    if tweets and b'"screen_name"' in first and b'"retweet_count"' in first and b'"rest_id"' not in first:
        return Guess(0.7, "tweets with user.screen_name")
    if any(line.startswith(b'{"delete":') and b'"status"' in line for line in first.split(b"\n", 20)):
        return Guess(0.8, "delete events of the v1.1 stream")
    return Guess(0.0, "no id_str beside user")


x_v11 = Source(
    id="x_v11",
    title="X (Twitter) API v1.1",
    reads="JSONL or a JSON array of tweets with `id_str` and `user` (twarc 1, stream dumps), search pages (`statuses`)",
    framing="lines",
    sniff=_sniff,
    open=from_lines(STRUCTURE, SELECT, source="x_v11", inside="statuses"),
    expects=Expect(posts=0, filled={"text": 0.5}),
)
