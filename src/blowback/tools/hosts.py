"""Where a link leads: the host by name, links whose host is hidden, links to the platform itself, names of files."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from blowback.tools.links import domains
from blowback.tools.strings import Strings, flat

# What stands behind these cannot be told without asking them, and nothing is asked.
_SHORT: Final = (
    "t.co bit.ly goo.gl tinyurl.com ow.ly is.gd buff.ly dlvr.it ift.tt fb.me trib.al lnkd.in j.mp adf.ly cutt.ly rb.gy "
    "rebrand.ly tiny.cc v.gd shorturl.at su.pr ln.is shar.es sh.st bc.vc clck.ru vk.cc u.to tr.im cli.gs urlz.fr"
)
SHORTENERS: Final = frozenset(_SHORT.split(" "))
ALIASES: Final = {
    "youtu.be": "youtube.com", "youtube-nocookie.com": "youtube.com", "redd.it": "reddit.com", "telegram.me": "t.me",
    "x.com": "twitter.com", "instagr.am": "instagram.com", "fb.com": "facebook.com", "fb.watch": "facebook.com",
    "dai.ly": "dailymotion.com", "flic.kr": "flickr.com",
}  # fmt: skip
OWN: Final = {
    "x": frozenset({"twitter.com", "twimg.com", "t.co"}), "telegram": frozenset({"t.me", "telegra.ph"}),
    "reddit": frozenset({"reddit.com"}), "bluesky": frozenset({"bsky.app", "bsky.social"}),
    "youtube": frozenset({"youtube.com"}), "facebook": frozenset({"facebook.com"}),
}  # fmt: skip
_QUALITIES: Final = (
    "arabic english russian french german turkish kurdish urdu persian indonesian bosnian spanish hd sd lq hq mp3 mp4 pdf "
    "low high medium mobile final full part new fixed mirror copy audio video"
)
_TONGUES: Final = frozenset(_QUALITIES.split(" "))
_LEAST_NAME: Final = 8
_EXTENSION: Final = re.compile(r"\.[a-z0-9]{2,4}$")
_WORDS: Final = re.compile(r"[^\W_]+")


def hosts(urls: Strings) -> pa.Array:
    """Registrable domain of each canonical link, aliases of one service under one name; null where there is none."""
    coded = flat(domains(urls)).dictionary_encode()
    names = pa.array([ALIASES.get(d, d) for d in coded.dictionary.to_pylist()], pa.string())
    return names.take(coded.indices)


def file_name(url: str) -> str | None:
    """The name of what a link leads to, for matching it across hosts: its last path segment in lower case.

    Extension, language and quality words (anything alphabetic of up to three letters) are cut, what is left is joined
    by spaces. None where it has fewer than eight letters and digits, or is one word without a digit: such a name is
    shared by strangers.
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    last = unquote(path.rstrip("/").rpartition("/")[2]).casefold()
    words = [
        w
        for w in _WORDS.findall(_EXTENSION.sub("", last))
        if not (w in _TONGUES or (w.isalpha() and len(w) <= 3) or _size(w))
    ]
    name = " ".join(words)
    telling = len(words) > 1 or any(c.isdigit() for c in name)
    return name if telling and len(name.replace(" ", "")) >= _LEAST_NAME else None


def _size(word: str) -> bool:
    return bool(re.fullmatch(r"\d{3,4}[pk]", word))
