"""Which column holds what: by name first, then by what its values look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from blowback.errors import WrongMapping

# field -> names it goes by in exports, most telling first; compared in lower case without punctuation
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "id": ("tweetid", "messageid", "postid", "statusid", "contentid", "idstr", "videoid", "commentid", "msgid", "id"),
    "account": ("userid", "accountid", "authorid", "uniqueuserid", "externalauthorid", "fromid", "useridstr", "account",
                "author", "user", "username", "screenname", "userscreenname", "authorusername", "twitterscreenname",
                "handle", "postownerid", "facebookid", "channel", "sender", "from"),
    "handle": ("username", "screenname", "userscreenname", "authorusername", "handle", "authorhandle"),
    "time": ("timestamp", "timestampshare", "createdat", "posttime", "tweettime", "publishdate", "datetime", "createdutc",
             "created", "creationtime", "postedat", "published", "publishedat", "datetweetsent", "videotimestamp",
             "postcreated", "date", "time"),
    "text": ("text", "fulltext", "message", "body", "content", "tweettext", "postcontent", "caption", "description",
             "videodescription", "rawcontent", "post", "selftext", "title"),
    "repost": ("repostid", "retweetid", "retweettweetid", "retweetedid", "retweetedstatusid", "retweetof", "repostof",
               "objectid", "sharedid", "originalid"),
    "repost_account": ("retweetuserid", "retweeteduserid", "repostaccount", "retweetedauthorid"),
    "is_repost": ("isretweet", "isrepost", "retweet"),
    "reply_to": ("inreplyto", "inreplytostatusid", "inreplytotweetid", "replyid", "replyto", "replytoid", "parentid"),
    "hashtag": ("hashtags", "hashtag", "tags", "hashtagnames"),
    "url": ("urls", "url", "links", "link", "expandedurls"),
    "mention": ("mentions", "usermentions", "mentionedusers", "mentionhandles"),
    "client": ("client", "source", "statussource", "tweetclientname", "app", "application", "postingapp"),
    "media": ("mediahash", "imagehash", "phash", "imagemd5", "mediamd5"),
    "lang": ("lang", "language", "tweetlanguage"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "longitude"),
    "place": ("place", "placename", "location", "placefullname"),
    "label": ("accountcategory", "label", "accountlabel", "category"),
    "followers": ("followers", "followercount", "followerscount"),
    "following": ("following", "followingcount", "friendscount"),
    "statuses": ("numberstatuses", "statusescount", "updates", "tweetcount"),
    "likes": ("likes", "likecount", "favoritecount", "timesfavorited", "score"),
    "reposts": ("reposts", "retweetcount", "sharecount", "shares", "timesretweeted"),
    "replies": ("replies", "replycount", "commentcount", "numcomments", "commsnum", "comments"),
    "views": ("views", "viewcount", "playcount", "impressioncount"),
    "conversation": ("conversationid", "threadid"),
    "account_created": ("usercreatedat", "accountcreationdate", "accountcreatedat"),
}  # fmt: skip
# fields that only an explicit mapping fills
EXPLICIT: Final = ("name", "quote", "mention_id", "channel", "platform", "domain", "quotes", "reply_to_account")
FIELDS: Final = (*NAMES, *EXPLICIT)


def plain(name: str) -> str:
    """A column name in lower case without punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def sniff(columns: Sequence[str], sample: pa.Table | None = None) -> dict[str, str]:
    """Field -> column, for the fields that can be told from the names."""
    by_plain: dict[str, str] = {}
    for column in columns:
        by_plain.setdefault(plain(column), column)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for field, names in NAMES.items():
        free = [by_plain[n] for n in names if n in by_plain and by_plain[n] not in taken]
        if free and _fits(field, free[0], sample):
            found[field] = free[0]
            taken.add(free[0])
    return found


def _fits(field: str, column: str, sample: pa.Table | None) -> bool:
    """Whether values speak against the name: an id that repeats, a 'link' column without links."""
    if sample is None or column not in sample.column_names:
        return True
    values = [v for v in sample.column(column).to_pylist()[:2000] if v is not None]
    if not values:
        return field not in ("id", "account", "time")
    if field == "id":
        return len(set(map(str, values))) > len(values) * 0.5
    if field == "url":
        return any("http" in str(v) or "." in str(v) for v in values)
    if field == "is_repost":
        return {str(v).lower() for v in values} <= {"0", "1", "0.0", "1.0", "true", "false"}
    if field in ("followers", "following", "statuses", "likes", "reposts", "replies", "views"):
        return all(re.fullmatch(r"-?[\d.,]+(e[+-]?\d+)?", str(v)) for v in values[:200])
    return True


def checked(mapping: Mapping[str, str], columns: Sequence[str], name: str) -> dict[str, str]:
    """The user's mapping, or an error that lists what there is.

    Raises:
        WrongMapping: a field that does not exist, or a column that the file does not have.
    """
    for field, column in mapping.items():
        if field not in FIELDS:
            raise WrongMapping(f"--map: no field is called {field!r}", hint=f"Fields are: {', '.join(FIELDS)}")
        if column not in columns:
            raise WrongMapping(
                f"--map {field}={column}: {name} has no column {column!r}",
                hint=f"Its columns are: {', '.join(columns)}",
            )
    return dict(mapping)
