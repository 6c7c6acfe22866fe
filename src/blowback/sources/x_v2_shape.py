"""X API v2: the shape of a tweet, and the columns a tweet fills, shared by pages, streams and flat lines."""

from __future__ import annotations

from typing import Any, Final

_URLS: Final = [{"url": "VARCHAR", "expanded_url": "VARCHAR", "unwound_url": "VARCHAR", "media_key": "VARCHAR"}]
ENTITIES: Final[dict[str, Any]] = {
    "urls": _URLS,
    "hashtags": [{"tag": "VARCHAR"}],
    "mentions": [{"username": "VARCHAR", "id": "VARCHAR"}],
}
USER: Final[dict[str, Any]] = {
    "id": "VARCHAR", "username": "VARCHAR", "name": "VARCHAR", "created_at": "VARCHAR",
    "public_metrics": {"followers_count": "BIGINT", "following_count": "BIGINT", "tweet_count": "BIGINT"},
    "withheld": {"country_codes": ["VARCHAR"]},
}  # fmt: skip
_METRICS: Final = {
    "retweet_count": "BIGINT", "reply_count": "BIGINT", "like_count": "BIGINT", "quote_count": "BIGINT",
    "impression_count": "BIGINT",
}  # fmt: skip
TWEET: Final[dict[str, Any]] = {
    "id": "VARCHAR", "text": "VARCHAR", "author_id": "VARCHAR", "created_at": "VARCHAR", "lang": "VARCHAR",
    "source": "VARCHAR", "conversation_id": "VARCHAR", "in_reply_to_user_id": "VARCHAR",
    "note_tweet": {"text": "VARCHAR", "entities": ENTITIES}, "entities": ENTITIES, "public_metrics": _METRICS,
    "attachments": {"media_keys": ["VARCHAR"]}, "edit_history_tweet_ids": ["VARCHAR"],
    "geo": {"place_id": "VARCHAR", "coordinates": {"coordinates": ["DOUBLE"]}},
    "withheld": {"copyright": "BOOLEAN", "country_codes": ["VARCHAR"], "scope": "VARCHAR"},
    "referenced_tweets": [{"type": "VARCHAR", "id": "VARCHAR"}],
}  # fmt: skip
# twarc's flatten puts the referenced tweets, the author and the media inside the tweet
FLAT: Final[dict[str, Any]] = {
    **TWEET,
    "author": USER,
    "referenced_tweets": [
        {
            "type": "VARCHAR", "id": "VARCHAR", "text": "VARCHAR", "author_id": "VARCHAR", "created_at": "VARCHAR",
            "entities": ENTITIES, "note_tweet": {"text": "VARCHAR"},
        }
    ],
    "__twarc": {"retrieved_at": "VARCHAR"},
    "data": "JSON",
    "errors": "JSON",
}  # fmt: skip
ERROR: Final[dict[str, Any]] = {
    "title": "VARCHAR", "type": "VARCHAR", "detail": "VARCHAR", "resource_type": "VARCHAR", "resource_id": "VARCHAR",
    "value": "VARCHAR", "parameter": "VARCHAR",
}  # fmt: skip
PAGE: Final[dict[str, Any]] = {
    "data": "JSON",
    "includes": {
        "users": [USER],
        "tweets": [TWEET],
        "media": [{"media_key": "VARCHAR", "type": "VARCHAR"}],
        "places": [{"id": "VARCHAR", "full_name": "VARCHAR"}],
    },
    "errors": [ERROR],
    "meta": {"result_count": "BIGINT"},
    "__twarc": {"retrieved_at": "VARCHAR"},
}

# Entities without a list of a kind say that there are none; a tweet without entities says nothing, so its text is read.
# d = the tweet, u = its author, o_* = of the original where d reposts, rt/qt/re = ids of what it refers to
COLUMNS: Final = """
    CASE WHEN d.id IS NULL OR d.author_id IS NULL OR ts IS NULL OR bad_ref THEN 'aside' ELSE 'post' END AS entry,
    CASE WHEN d.id IS NULL THEN 'no_id' WHEN d.author_id IS NULL THEN 'no_account'
         WHEN ts IS NULL THEN 'no_time' WHEN bad_ref THEN 'unexpected_value' END AS reason,
    CASE WHEN bad_ref THEN 'referenced_tweets.type' END AS detail,
    'x' AS platform, d.id AS native_id, d.author_id AS account, u.username AS handle, u.name AS name,
    'unknown' AS account_kind, iso(u.created_at) AS account_created_at, u.public_metrics.followers_count AS followers,
    u.public_metrics.following_count AS following, u.public_metrics.tweet_count AS statuses,
    ts AS posted_at, CASE WHEN d.created_at IS NULL THEN 'derived' ELSE 'exact' END AS clock, snowflake(d.id) AS id_time,
    CASE WHEN rt IS NOT NULL THEN 'repost' WHEN qt IS NOT NULL THEN 'quote' WHEN re IS NOT NULL THEN 'reply'
         ELSE 'post' END AS kind,
    CASE WHEN rt IS NOT NULL THEN coalesce(o_text, d.text)
         ELSE coalesce(d.note_tweet.text, d.text) END AS text,
    d.lang AS lang, d.source AS client, rt AS repost_of, o_account AS repost_of_account, iso(o_at) AS repost_of_at,
    qt AS quote_of, re AS reply_to, CASE WHEN re IS NOT NULL THEN d.in_reply_to_user_id END AS reply_to_account,
    d.conversation_id AS conversation, d.geo.coordinates.coordinates[2] AS lat, d.geo.coordinates.coordinates[1] AS lon,
    CASE WHEN o_entities AND rt IS NOT NULL THEN coalesce(o_tags, [])
         WHEN d.note_tweet.entities IS NOT NULL THEN coalesce(list_transform(d.note_tweet.entities.hashtags, lambda h: h.tag), [])
         WHEN d.entities IS NOT NULL THEN coalesce(list_transform(d.entities.hashtags, lambda h: h.tag), []) END AS hashtags,
    CASE WHEN o_entities AND rt IS NOT NULL THEN coalesce(o_links, [])
         WHEN d.note_tweet.entities IS NOT NULL THEN coalesce(links_of(d.note_tweet.entities.urls), [])
         WHEN d.entities IS NOT NULL THEN coalesce(links_of(d.entities.urls), []) END AS urls,
    CASE WHEN mention_ids[1] IS NOT NULL THEN mention_ids END AS mentions,
    CASE WHEN d.entities IS NOT NULL THEN coalesce(list_transform(d.entities.mentions, lambda m: m.username), []) END AS mention_handles,
    CASE WHEN d.withheld IS NOT NULL AND (d.withheld.copyright OR len(d.withheld.country_codes) > 0) THEN
        [{'subject': CASE WHEN d.withheld.scope = 'user' THEN d.author_id ELSE d.id END,
          'subject_kind': CASE WHEN d.withheld.scope = 'user' THEN 'account' ELSE 'post' END, 'state': 'withheld',
          'actor': CASE WHEN d.withheld.copyright THEN 'platform' ELSE 'government' END,
          'basis': CASE WHEN d.withheld.copyright THEN 'copyright' ELSE 'withheld.country_codes' END,
          'scope': coalesce(nullif(array_to_string(d.withheld.country_codes, ','), ''), 'world'),
          'removed_at': NULL::TIMESTAMP, 'observed_at': seen, 'certainty': 'observed'}] END AS removals,
    seen AS observed_at,
    CASE WHEN len(d.edit_history_tweet_ids) > 1 THEN snowflake(d.id) END AS edited_at,
    d.public_metrics.like_count AS likes, d.public_metrics.retweet_count AS reposts,
    d.public_metrics.reply_count AS replies, d.public_metrics.quote_count AS quotes,
    d.public_metrics.impression_count AS views
"""
# in 2021 mentions had handles and no ids
TYPES: Final = """list_transform(d.entities.mentions, lambda m: m.id) AS mention_ids,
    list_transform(d.referenced_tweets, lambda x: x.type) AS types,
    list_transform(d.referenced_tweets, lambda x: x.id) AS ids, CASE WHEN d.created_at IS NULL THEN snowflake(d.id) ELSE iso(d.created_at) END AS ts"""
REFERENCES: Final = """ref(types, ids, 'retweeted') AS rt, ref(types, ids, 'quoted') AS qt, ref(types, ids, 'replied_to') AS re,
    coalesce(types[1] NOT IN ('retweeted', 'quoted', 'replied_to') OR types[2] NOT IN ('retweeted', 'quoted', 'replied_to')
        OR len(types) > 3, false) AS bad_ref"""
