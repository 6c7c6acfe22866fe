"""Links: canonical form, host, registrable domain, defanging, and what a text mentions."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pyarrow as pa
import pyarrow.compute as pc
from publicsuffixlist import PublicSuffixList

from blowback.tools.strings import Strings, flat

TRACKING: Final = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "ref_src",
        "ref_url",
        "_hsenc",
        "_hsmi",
        "vero_id",
        "oly_anon_id",
        "oly_enc_id",
        "wickedid",
        "spm",
        "scm",
        "feature",
        "si",
        "share_id",
        "cmpid",
        "ocid",
        "smid",
        "soc_src",
        "soc_trk",
    ]
)
_TRACKING_START: Final = ("utm_", "pk_", "mtm_", "hsa_")
_ON_X: Final = frozenset({"s", "t"})
_SIMPLE: Final = r"^https?://[a-z0-9][a-z0-9.-]*(/[^?#\s]+)?$"
_HOST: Final = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>[^/:?#]+)"
URL_IN_TEXT: Final = re.compile(r"(?i)\b(?:https?://|www\.)[^\s<>\"'«»“”]+")
_TRAILING: Final = ".,;:!?)]}'\"…،؛؟"
# A hashtag: '#' not inside a word or link, letters, marks, digits, underscores, at least one of them not a digit.
TAG_IN_TEXT: Final = re.compile(r"(?<![\w&/#＃])[#＃](?!\d+(?!\w))([\w\u200c\u064b-\u065f]+)")


@lru_cache(maxsize=200_000)
def canonical_url(url: str) -> str:
    """One spelling for one address: scheme and host in lower case (IDNA), default port, fragment and tracking gone.

    The scheme is kept: http and https may serve different things. A value that is no link comes back as it is.
    """
    url = url.strip()
    try:
        parts = urlsplit(url if "://" in url[:12] else f"http://{url}")
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").rstrip(".")
    if not host or " " in host or parts.scheme not in ("http", "https"):
        return url
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return url
    x = host.removeprefix("www.").removeprefix("mobile.") in ("twitter.com", "x.com")
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(k.lower(), on_x=x)]
    # An untouched query keeps its own spelling: re-encoding could merge or split addresses.
    query = parts.query if len(kept) == parts.query.count("&") + 1 else urlencode(kept)
    netloc = host if port in (None, {"http": 80, "https": 443}[parts.scheme]) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, "" if parts.path == "/" else parts.path, query, ""))


def _tracks(key: str, *, on_x: bool) -> bool:
    return key in TRACKING or key.startswith(_TRACKING_START) or (on_x and key in _ON_X)


def canonical_urls(urls: Strings) -> pa.Array:
    """`canonical_url` of each value; the simple ones are recognised by one regular expression and left alone."""
    array = flat(urls)
    coded = array.dictionary_encode()
    values = coded.dictionary
    simple = pc.match_substring_regex(values, _SIMPLE)
    hard = pc.invert(pc.fill_null(simple, False))
    if pc.any(hard).as_py():
        fixed = [canonical_url(u) for u in pc.filter(values, hard).to_pylist()]
        values = pc.replace_with_mask(values, hard, pa.array(fixed, values.type))
    return values.take(coded.indices)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=200_000)
def domain_of(host: str) -> str | None:
    """Registrable domain of a host by the public suffix list that ships with the package; None where there is none."""
    host = host.lower().rstrip(".")
    if re.fullmatch(r"[\d.]+|\[.*\]|localhost", host):
        return host
    found = _suffixes().privatesuffix(host)
    return str(found) if found else None


def domains(urls: Strings) -> pa.Array:
    """Registrable domain of each link; null where there is none."""
    coded = flat(urls).dictionary_encode()
    hosts = pc.struct_field(pc.extract_regex(coded.dictionary, _HOST), "host").dictionary_encode()
    found = pa.array([None if h is None else domain_of(h) for h in hosts.dictionary.to_pylist()], pa.string())
    return found.take(hosts.indices).take(coded.indices)


def defang(text: str) -> str:
    """Links made unclickable and unfetchable: hxxp, and [.] in the host."""

    def one(found: re.Match[str]) -> str:
        scheme, rest = found.group(1) or "", found.group(2)
        host, slash, path = rest.partition("/")
        bare = host.rstrip(".") if not slash else host  # the stop of a sentence is not the host's
        return scheme.lower().replace("http", "hxxp") + bare.replace(".", "[.]") + host[len(bare) :] + slash + path

    return re.sub(r"(?i)\b(https?://|ftp://)?((?:[\w-]+\.)+[a-z]{2,24}(?![\w-])[^\s]*)", one, text)


def links_in(text: str) -> list[str]:
    """Links a text contains, trailing punctuation left out."""
    return [u.rstrip(_TRAILING) for u in URL_IN_TEXT.findall(text)]


def tags_in(text: str) -> list[str]:
    """Hashtags a text contains, without '#'; never inside a link, never a bare number."""
    return TAG_IN_TEXT.findall(URL_IN_TEXT.sub(" ", text)) if "#" in text or "＃" in text else []
