"""Links that lead to people: which parts of a link name an account, a channel or a post, and hiding those parts.

On a platform that is known, only the words of its own addresses are kept and everything else is hidden: what is not
on a list cannot leak. On any other host the shapes are hidden that mean a profile everywhere: `/@name`, `/user/name`,
`/name/status/1`, `?screen_name=name`, and links wrapped in links.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote

Token = Callable[[str, str], str]  # value, domain -> what stands in its place
Inner = Callable[[str], str]  # a text inside a link, hidden like any other text

DOT: Final = r"(?:\.|\[\.\]|\(\.\)|\[dot\])"  # defanged links name people too
_FIRST: Final = {  # platform -> words that may stand first in a path and are nobody's name
    "x": "i intent share search hashtag home login explore settings compose tos privacy about jobs statuses status web "
         "search-advanced widgets account signup",
    "telegram": "s c joinchat addstickers share iv proxy socks addlist boost",
    "reddit": "r u user comments gallery search submit wiki domain message media poll tb",
    "bluesky": "profile search hashtag settings notifications feeds starter-pack about",
    "youtube": "watch results playlist embed feed shorts live gaming channel c user v hashtag post clip redirect oembed "
               "attribution_link watch_videos",
    "instagram": "p reel reels tv explore stories s accounts about direct web share",
    "facebook": "profile.php story.php photo.php photo permalink.php sharer.php sharer share groups pages events people "
                "watch video.php hashtag l.php reel reels story marketplace dialog plugins pg public media",
    "tiktok": "tag music discover search t v embed share",
    "vk": "feed search video audio away.php",
    "other": "search about login signup tag tags topic topics explore settings in add user users u channel c company pub "
             "people watch video videos embed invite posts post r p album sets clip",
}  # fmt: skip
_HOSTS: Final = {
    "x": "twitter.com x.com pic.twitter.com pic.x.com fxtwitter.com vxtwitter.com fixupx.com fixvx.com twitpic.com nitter.net",
    "telegram": "t.me telegram.me telegram.dog telesco.pe",
    "reddit": "reddit.com redd.it",
    "bluesky": "bsky.app bsky.social",
    "youtube": "youtube.com youtu.be youtube-nocookie.com",
    "instagram": "instagram.com instagr.am threads.net threads.com",
    "facebook": "facebook.com fb.com fb.me fb.watch m.me",
    "tiktok": "tiktok.com",
    "vk": "vk.com vk.ru vkontakte.ru ok.ru",
    "other": "ask.fm soundcloud.com plus.google.com patreon.com ko-fi.com linktr.ee twitch.tv medium.com snapchat.com "
             "linkedin.com pinterest.com tumblr.com flickr.com dailymotion.com vimeo.com rumble.com odysee.com gab.com "
             "gettr.com minds.com truthsocial.com discord.gg discord.com wa.me chat.whatsapp.com keybase.io about.me "
             "curiouscat.me paypal.me cash.app buymeacoffee.com livejournal.com substack.com deviantart.com github.com",
}  # fmt: skip
_KIND_OF: Final = {host: kind for kind, hosts in _HOSTS.items() for host in hosts.split()}
_WORDS: Final = {kind: frozenset(words.split()) for kind, words in _FIRST.items()}
_BEFORE: Final = frozenset({"tumblr.com", "t.me", "bsky.social", "livejournal.com", "substack.com", "deviantart.com"})
_SHORT: Final = {
    "youtu.be": "post",
    "redd.it": "t3_",
    "fb.watch": "post",
    "pic.twitter.com": "post",
    "pic.x.com": "post",
}
_LABELS: Final = "www m mobile web old new np i v preview amp touch api s music vm vt l gaming"
_PLAIN_LABELS: Final = frozenset(_LABELS.split())
_AFTER_A_NAME: Final = (
    "status statuses followers following likes media with_replies photo video photos videos about playlists community "
    "lists members submitted comments post posts web user profile featured streams shorts reels live hot top rising "
    "app feed wiki topics retweets quotes replies verified_followers events spaces broadcasts m comment"
)
_LATER: Final = frozenset(_AFTER_A_NAME.split())
# word -> what the segments after it are; then the rest of the path goes on as before
_NEXT: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(["hashtag", "tag", "tags", "topic", "topics", "explore", "domain", "intent"], ("keep",)),
    **dict.fromkeys(["status", "statuses", "p", "reel", "reels", "tv", "shorts", "live", "embed", "clip"], ("post",)),
    **dict.fromkeys(["v", "video", "videos", "post", "posts", "events", "spaces", "broadcasts", "gallery"], ("post",)),
    **dict.fromkeys(["u", "users", "in", "add", "s", "profile", "stories", "people", "pages", "joinchat"], ("handle",)),
    **dict.fromkeys(["groups", "company", "pub", "invite", "boost", "addlist", "pg", "lists", "message"], ("handle",)),
    "user": ("person",), "channel": ("account",), "c": ("handle",), "r": ("board",), "comments": ("t3_", "post", "t1_"),
}  # fmt: skip
_KEY: Final[dict[str, str]] = {
    **dict.fromkeys(["screen_name", "username", "user_name", "via", "handle", "author", "user", "ab_channel"], "handle"),
    **dict.fromkeys(["domain", "profile", "related"], "handle"),
    **dict.fromkeys(["user_id", "userid", "uid", "id", "owner_id", "account_id"], "account"),
    **dict.fromkeys(["text", "q", "query", "search_query", "url", "u", "to", "ref_url", "original_referer"], "inner"),
    **dict.fromkeys(["lang", "hl", "gl", "t", "f", "sort", "feature", "src", "ref_src", "type", "app", "start"], "keep"),
}  # fmt: skip
_KEY_ANYWHERE: Final = frozenset({"screen_name", "username", "user_name", "via", "handle", "user_id", "userid"})
_SHAPE: Final = re.compile(
    r"^((?:[a-z][a-z0-9+.-]*:/{0,2})?)((?:[^/?#@\s]*@)?)([^/?#:\s]*)((?::\d+)?)([^?#]*)((?:\?[^#]*)?)((?:#.*)?)$",
    re.IGNORECASE | re.DOTALL,
)
_INNER_LINK: Final = re.compile(r"(?i)(?<=.)(?:https?|hxxps?)://")
_PROFILE_WORDS: Final = frozenset({"u", "user", "users", "profile", "profiles", "channel"})
_BY_HOST: Final = "|".join(h.replace(".", DOT) for h in sorted(_KIND_OF, key=len, reverse=True))
BARE: Final = rf"(?:[\w-]+{DOT}){{0,4}}(?:{_BY_HOST})(?![\w-])(?::\d+)?(?:[/?#][^\s<>\"'«»“”،؛؟]*)?"
# For RE2: a text without any of this holds no link that `hide_link` would change
SIGNS: Final = (
    rf"(?i)(?:\b|2f)(?:{_BY_HOST})|nitter|/@|%40|(?:/|%2f)(?:u|users?|profiles?|channel|status|statuses)(?:/|%2f)"
    r"|screen_name|user_?name|user_?id|via=|handle=|\bat://|did:(?:plc|web|key):|\btg:|mailto:|//[^/\s]*@"
)


def hide_link(url: str, token: Token, inner: Inner) -> str:
    """A link with the names and ids of accounts, channels and posts hidden; any other link as it is.

    Args:
        url: with or without a scheme, defanged or not, without trailing punctuation.
        token: gives what stands in place of a value of a domain (account, handle, post).
        inner: hides a text that is part of the link, such as the text of a share button.
    """
    if wrapped := _INNER_LINK.search(url):
        at = wrapped.start()
        return hide_link(url[:at], token, inner) + hide_link(url[at:], token, inner)
    found = _SHAPE.match(url)
    if found is None:
        return url
    scheme, user, host, port, path, query, fragment = found.groups()
    if scheme.lower().startswith("at:"):
        return scheme + token(url, "post")
    if scheme.lower().startswith("mailto:"):
        return inner(user + host) + query
    user = token(user[:-1].lower(), "handle") + "@" if user else ""
    kind, host, first = _host(host, token)
    if scheme.lower().startswith("tg:"):
        kind = "telegram"
    if kind is None:
        rest = _anywhere(path, token) + _query(None, query, token, inner) + inner(fragment)
    else:
        rest = _path(kind, path, token, first) + _query(kind, query, token, inner) + _fragment(kind, fragment, token)
    return scheme + user + host + port + rest


def _host(host: str, token: Token) -> tuple[str | None, str, str]:
    """(platform or None, the host with a name before it hidden, what the first segment of its paths is)."""
    plain = re.sub(DOT, ".", host.lower()).rstrip(".")
    labels = plain.split(".")
    if "nitter" in labels:
        return "x", host, "first"
    for n in range(len(labels) - 1):
        base = ".".join(labels[n:])
        if base not in _KIND_OF:
            continue
        before = [label for label in labels[:n] if label not in _PLAIN_LABELS]
        if before and base in _BEFORE:
            whole = ".".join([*before, base]) if base == "bsky.social" else ".".join(before)
            return _KIND_OF[base], f"{token(whole, 'handle')}.{base}", "later"
        return _KIND_OF[base], host, _SHORT.get(base, "first")
    return None, host, "first"


def _path(kind: str, path: str, token: Token, first: str = "first") -> str:
    out, roles = [], [first]
    for raw in path.split("/"):
        word = unquote(raw).lower()
        if not raw or (raw == "#!" and roles[0] == "first"):
            out.append(raw)
            continue
        role = roles.pop(0) if roles else "later"
        known = (role == "first" and word in _WORDS[kind]) or (role == "later" and word in _LATER)
        if known:
            out.append(raw)
            roles = ["account", "post"] if (kind, word) == ("telegram", "c") else list(_NEXT.get(word, ()))
        elif role == "later" and word.isdigit() and len(word) <= 2:
            out.append(raw)  # the number of a picture
        else:
            out.append(_segment(kind, raw, role, token))
    return "/".join(out)


def _segment(kind: str, raw: str, role: str, token: Token) -> str:
    value = unquote(raw)
    sign = "@" if value.startswith("@") else ""
    value = value.removeprefix("@")
    if role == "keep":
        return raw
    if role in ("t1_", "t3_"):
        return token(role + value if kind == "reddit" else value, "post")
    if role == "board":
        return token("r/" + value, "account") if kind == "reddit" else token(value.lower(), "handle")
    if role in ("post", "later") and not sign:
        return token(value, "post")
    if role == "account" or (role in ("person", "handle") and (value.isdigit() or value.startswith("did:"))):
        return sign + token(value, "account")
    name = re.match(r"\w+", value, re.ASCII) if kind in ("x", "telegram") else None
    return sign + token((name.group() if name else value).lower(), "handle") + (value[name.end() :] if name else "")


def _query(kind: str | None, query: str, token: Token, inner: Inner) -> str:
    if not query:
        return ""
    pairs = []
    for pair in query[1:].split("&"):
        key, equals, raw = pair.partition("=")
        value = unquote(raw.replace("+", " "))
        role = _KEY.get(key.lower(), "post") if kind else "inner"
        if key.lower() in _KEY_ANYWHERE:
            role = _KEY[key.lower()]
        if role == "keep" or not value or (role == "post" and value.isdigit() and len(value) <= 3):
            shown = raw
        elif role == "inner":
            hidden = _searched(inner(value), token) if kind else inner(value)
            shown = raw if hidden == value else quote(hidden, safe="@:/")
        else:
            plain = value.removeprefix("@")
            shown = token(plain.lower() if role == "handle" else plain, role)
        pairs.append(key + equals + shown)
    return "?" + "&".join(pairs)


def _searched(text: str, token: Token) -> str:
    """Search operators that name an account: from:name, to:name."""
    return re.sub(r"(?i)\b(from|to|author|user):(\w+)", lambda m: f"{m[1]}:{token(m[2].lower(), 'handle')}", text)


def _fragment(kind: str, fragment: str, token: Token) -> str:
    if not fragment or fragment == "#":
        return fragment
    if fragment.startswith("#!"):
        return "#!" + _path(kind, fragment[2:], token)
    return "#" + token(fragment[1:], "post")


def _anywhere(path: str, token: Token) -> str:
    """The shapes of a profile on any host."""
    if "%" in path and re.search(r"(?i)%40|%2f", path):
        plain = unquote(path)
        hidden = _anywhere(plain, token) if "%" not in plain else plain
        path = path if hidden == plain else quote(hidden, safe="/@:")
    parts = path.split("/")
    for n, part in enumerate(parts):
        after = parts[n + 1 : n + 3]
        if part.startswith("@") and len(part) > 1:
            return "/".join([*parts[:n], "@" + token(part[1:].lower(), "handle"), *_ids(parts[n + 1 :], token)])
        if part.lower() in _PROFILE_WORDS and after and after[0]:
            name = token(after[0].removeprefix("@").lower(), "handle")
            return "/".join([*parts[: n + 1], name, *_ids(parts[n + 2 :], token)])
        if part and len(after) == 2 and after[0].lower() in ("status", "statuses") and after[1].isdigit():
            return "/".join([*parts[:n], token(part.lower(), "handle"), *_ids(parts[n + 1 :], token)])
    return path


def _ids(parts: list[str], token: Token) -> list[str]:
    """What follows a name: words of addresses stay, everything else may lead back to the name."""
    return [p if not p or p.lower() in _LATER else token(p, "post") for p in parts]
