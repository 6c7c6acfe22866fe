"""What columns are called in exports, field by field, most telling name first."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# compared as `plain` gives them: lower case, no accents, no punctuation
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "id": ("tweetid", "messageid", "postid", "statusid", "contentid", "idstr", "videoid", "commentid", "msgid", "mediaid",
           "shortcode", "itemid", "tweetidstr", "statusidstr", "id"),
    "account": ("userid", "accountid", "authorid", "iduser", "uniqueuserid", "externalauthorid", "fromid", "fromuserid",
                "useridstr", "ownerid", "senderid", "senderuserid", "creatorid", "profileid", "posterid", "actorid",
                "authorchannelid", "authorchannelidvalue", "channelid", "ownerusername", "account", "author", "user", "username",
                "screenname", "userscreenname", "authorusername", "twitterscreenname", "fromusername", "fromuser", "authorname",
                "authormetaname", "authordisplayname", "accountname", "accounthandle", "userhandle", "handle", "postownerid",
                "facebookid", "pageid", "senderscreenname", "sender", "poster", "postedby", "influencer", "creator", "profile",
                "nickname", "username1", "owner", "from", "pagename", "channelname", "channeltitle", "channel",
                "auteur", "utilisateur", "autor", "usuario", "benutzer", "verfasser", "автор", "пользователь", "المستخدم",
                "الحساب", "kullanici"),
    "handle": ("username", "screenname", "userscreenname", "authorusername", "handle", "authorhandle", "userhandle",
               "fromusername", "twitterscreenname", "accounthandle", "senderscreenname", "ownerusername", "authordisplayname",
               "influencer"),
    "time": ("timestamp", "timestampshare", "createdat", "posttime", "tweettime", "publishdate", "datetime", "createdutc",
             "created", "creationtime", "createtime", "createtimeiso", "createdtime", "postedat", "postedtime", "posted",
             "published", "publishedat", "publishtime", "publicationdate", "datetweetsent", "videotimestamp", "postcreated",
             "postdate", "tweetdate", "dateposted", "datecreated", "timeposted", "datecreatedutc", "createdatutc", "unixtimestamp",
             "timestampms", "timestamputc", "dateutc", "datetimeutc", "dateunixtime", "sentat", "date", "time", "when", "fecha",
             "datum", "zeit", "dateheure", "дата", "التاريخ", "الوقت", "tarih"),
    "text": ("fulltext", "text", "message", "body", "content", "tweettext", "posttext", "postcontent", "messagetext",
             "contenttext", "commenttext", "caption", "rawcontent", "textoriginal", "textdisplay", "tweet", "post", "comment",
             "videodescription", "description", "selftext", "hitsentence", "snippet", "title", "texte", "contenu", "texto",
             "mensaje", "contenido", "nachricht", "inhalt", "текст", "сообщение", "النص", "نص", "metin"),
    "repost": ("repostid", "retweetid", "retweettweetid", "retweetedid", "retweetedstatusid", "retweetedstatusidstr",
               "referencedtweetsretweetedid", "retweetof", "retweetofid", "repostof", "repostofid", "rtof", "rtid", "rtstatusid",
               "objectid", "sharedid", "sharedpostid", "originalid", "originaltweetid", "originalpostid"),
    "repost_account": ("retweetuserid", "retweeteduserid", "repostaccount", "retweetedauthorid", "userrtid"),
    "is_repost": ("isretweet", "isrepost", "isrt", "retweet"),
    "quote": ("quotedtweetid", "quotedtweettweetid", "quotedstatusid", "quotedstatusidstr", "referencedtweetsquotedid", "quoteof"),
    "reply_to": ("inreplyto", "inreplytostatusid", "inreplytostatusidstr", "inreplytotweetid", "referencedtweetsrepliedtoid",
                 "replyid", "replyto", "replytoid", "replytotweetid", "replytomessageid", "parentid", "parent"),
    "reply_to_account": ("inreplytouserid", "inreplytouseridstr"),
    "hashtag": ("hashtags", "hashtag", "tags", "hashtagnames", "entitieshashtags", "hashtagslist"),
    "url": ("urls", "expandedurls", "expandedurl", "entitiesurls", "outlinks", "outboundlinks", "sharedurls", "sharedurl",
            "shareurl", "linkurl", "finallink", "links", "link", "url", "articleurl"),
    "mention": ("mentions", "usermentions", "mentionedusers", "mentionhandles", "entitiesmentions", "mentionedauthors",
                "mentionnames"),
    "client": ("client", "source", "statussource", "tweetclientname", "sourcelabel", "app", "application", "postingapp", "via"),
    "media": ("mediahash", "imagehash", "phash", "imagemd5", "mediamd5"),
    "lang": ("lang", "language", "tweetlanguage", "languageguess"),
    "lat": ("lat", "latitude", "geolat"),
    "lon": ("lon", "lng", "long", "longitude", "geolng", "geolon"),
    "place": ("place", "placename", "location", "placefullname"),
    "label": ("accountcategory", "label", "accountlabel", "category"),
    "followers": ("followers", "followercount", "followerscount", "userfollowerscount", "userfollowers",
                  "authorpublicmetricsfollowerscount", "followersatposting"),
    "following": ("following", "followingcount", "friendscount", "userfriendscount", "authorpublicmetricsfollowingcount"),
    "statuses": ("numberstatuses", "statusescount", "updates", "tweetcount", "userstatusescount"),
    "likes": ("likes", "likecount", "likescount", "favoritecount", "favouritecount", "favorites", "favoritescount", "diggcount",
              "timesfavorited", "publicmetricslikecount", "score"),
    "reposts": ("reposts", "retweetcount", "retweetscount", "retweets", "repostcount", "sharecount", "sharescount", "shares",
                "timesretweeted", "publicmetricsretweetcount", "forwards"),
    "replies": ("replies", "replycount", "repliescount", "commentcount", "commentscount", "numcomments", "commsnum", "comments",
                "publicmetricsreplycount"),
    "quotes": ("quotes", "quotecount", "publicmetricsquotecount"),
    "views": ("views", "viewcount", "viewscount", "playcount", "impressioncount", "impressions", "postviews",
              "publicmetricsimpressioncount"),
    "conversation": ("conversationid", "threadid"),
    "account_created": ("usercreatedat", "accountcreationdate", "accountcreatedat", "authorcreatedat", "usercreated"),
}  # fmt: skip
# fields that only an explicit mapping fills
EXPLICIT: Final = ("name", "mention_id", "channel", "platform")
FIELDS: Final = (*NAMES, *EXPLICIT)
# Words that tell a field where no name fits: one of the first must be there, all others among the second.
_WORDS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "account": (
        frozenset(["user", "author", "account", "screenname", "screen", "username", "handle", "sender", "poster", "owner", "page", "influencer", "creator"]),
        frozenset(["id", "name", "the", "twitter", "tweet", "x", "fb", "facebook", "ig", "instagram", "telegram", "tiktok", "unique", "str", "key", "hash", "hashed", "code", "of", "by", "who", "number", "no", "social", "network", "post", "original", "full", "masked", "anon", "anonymised", "anonymized", "pseudonym"]),
    ),
    "time": (
        frozenset(["time", "date", "datetime", "timestamp", "created", "posted", "published", "sent"]),
        frozenset(["at", "on", "utc", "gmt", "the", "of", "post", "tweet", "message", "status", "comment", "video", "local", "in", "unix", "epoch", "iso", "s", "ms", "seconds", "us", "day", "and", "est", "edt", "et", "pst", "pt", "cet", "msk", "hour", "when", "stamp", "creation", "publication", "publish", "post's"]),
    ),
    "text": (
        frozenset(["text", "message", "body", "content", "tweet", "caption", "comment", "status", "post"]),
        frozenset(["the", "of", "full", "raw", "original", "clean", "post", "tweet", "message", "comment", "in", "english", "arabic", "body", "content", "text"]),
    ),
    "id": (frozenset(["id", "ids", "identifier"]), frozenset(["tweet", "post", "message", "status", "comment", "the", "of", "unique", "str", "number", "no"])),
}  # fmt: skip


def plain(name: str) -> str:
    """A column name in lower case, without accents and punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]", "", bare.lower())


def words(name: str) -> list[str]:
    """The words of a column name: 'postCreatedAt (UTC)' -> post, created, at, utc."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [w for w in re.split(r"[\W_]+", spaced.lower()) if w]


def tells(field: str, name: str) -> bool:
    """Whether the words of a column name tell that field, for names that no list has."""
    needed, allowed = _WORDS[field]
    found = set(words(name))
    return bool(found & needed) and found <= needed | allowed
