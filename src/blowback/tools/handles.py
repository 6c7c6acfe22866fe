"""Handles and ids of people in texts and links, replaced by their pseudonyms.

Most texts hold at most plain @handles, which a compiled kernel replaces. A text that shows a sign of more (a link to
a platform, an e-mail address, a DID, a name with spaces after '@', a full-width '＠') goes a careful way, one pass with
one pattern, so that nothing is replaced twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools import handles_kernel as kernel
from blowback.tools.keyed import Keys
from blowback.tools.profiles import BARE, DOT, SIGNS, Token, hide_link
from blowback.tools.strings import Strings, buffers, flat, strings

SHORT: Final = 10  # hex digits shown for a handle or id inside a text
ONE_WORD: Final = frozenset({"x", "telegram"})  # platforms whose handles hold neither dots nor dashes
_TRAIL: Final = re.compile(r"[.,;:!?)\]}'\"…،؛؟]+$")
_SIGNS: Final = (
    SIGNS + r"|[\w.+-]@[\w-]+\.\w|@[\w.-]+@|＠|@[^\x00-\x7f]|@[\w-]+\.[\w-]+\.[\w-]|(?:^|[^\w/.])/?u/[\w-]{3}|t\.me/"
)
_SIGNS_DOTTED: Final = _SIGNS + r"|@[\w.-]+[^\x00-\x7f]"
_SIGNS_REDDIT: Final = _SIGNS_DOTTED + r"|(?:^|[^\w])[ur]/\w"
_LINK: Final = r"(?:https?|hxxps?|ftp|tg|at|mailto):/{0,2}[^\s<>\"'«»“”،؛؟]+|www\.[^\s<>\"'«»“”،؛؟]+"
_GLUED: Final = r"|t(?:elegram)?\.me/[^\s<>\"'«»“”،؛؟]+"  # Telegram joins entities without a space between
_MAIL: Final = r"[A-Za-z0-9](?:[\w.+-]*[A-Za-z0-9_])?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_DOTTED_NAME: Final = r"\w+(?:[.\-·]\w+)*"
_REGULAR: Final = re.compile(r"[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*")


def find_spans(texts: pa.Array, *, dotted: bool) -> npt.NDArray[np.int64]:
    """(row, start byte, end byte) of every plain @handle, the sign left out; bytes index into the array's body."""
    offsets, body = buffers(texts)
    count = kernel.spans(offsets, body, dotted, np.empty((0, 3), np.int64))
    out = np.empty((count, 3), np.int64)
    if count:
        kernel.spans(offsets, body, dotted, out)
    return out


def span_values(texts: pa.Array, spans: npt.NDArray[np.int64]) -> pa.Array:
    """The handles at the spans, in lower case."""
    _, body = buffers(texts)
    sizes = spans[:, 2] - spans[:, 1]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    take = np.arange(int(ends[-1])) - np.repeat(ends[:-1], sizes) + np.repeat(spans[:, 1], sizes)
    return pc.ascii_lower(strings(ends, body[take]))


def irregular(names: Iterable[str | None]) -> frozenset[str]:
    """Names that the pattern of a handle would not take whole, such as display names with spaces."""
    return frozenset(n for n in names if n and len(n) > 1 and not _REGULAR.fullmatch(n))


def hide_handles(
    texts: Strings,
    keys: Keys,
    *,
    platform: str = "x",
    names: frozenset[str] = frozenset(),
    mentioned: Sequence[Sequence[str] | None] | None = None,
) -> pa.Array:
    """Texts with every @handle, profile link, post link, e-mail address and DID under pseudonyms. Nulls stay null.

    Args:
        texts: texts of one platform.
        keys: the case's keys.
        platform: decides which characters a handle may hold, and whether u/name and r/name are names.
        names: further names that may stand after '@' (see `irregular`).
        mentioned: for each text, the names that the export says it mentions; hidden also without '@'.
    """
    array = flat(texts)
    if not len(array):
        return array
    signs = _SIGNS_REDDIT if platform == "reddit" else _SIGNS if platform in ONE_WORD else _SIGNS_DOTTED
    careful = pc.fill_null(pc.match_substring_regex(array, signs), False).to_numpy(zero_copy_only=False)
    extra = [irregular(m or ()) for m in mentioned] if mentioned is not None else None
    if names:
        careful = careful | pc.fill_null(pc.match_substring(array, "@"), False).to_numpy(zero_copy_only=False)
    if extra is not None:
        careful = careful | np.array([bool(e) for e in extra], np.bool_)
    plain = _plain_handles(array, careful, keys, dotted=platform not in ONE_WORD)
    if not careful.any():
        return plain
    at = np.flatnonzero(careful)
    hidden = [
        _hide(text, platform, keys, names, extra[row] if extra else frozenset())
        for row, text in zip(at.tolist(), array.take(pa.array(at)).to_pylist(), strict=True)
    ]
    return pc.replace_with_mask(plain, pa.array(careful), pa.array(hidden, plain.type))


def hide_links(urls: Strings, keys: Keys) -> pa.Array:
    """Links with names and ids of known platforms, and profile-like parts of any, under pseudonyms."""
    coded = flat(urls).dictionary_encode()
    known = coded.dictionary
    signs = pc.fill_null(pc.match_substring_regex(known, _SIGNS_DOTTED), False)
    if pc.any(signs).as_py():
        token = shown_by(keys)
        inner = _inner(token)
        fixed = [hide_link(u, token, inner) for u in pc.filter(known, signs).to_pylist()]
        known = pc.replace_with_mask(known, signs, pa.array(fixed, known.type))
    return known.take(coded.indices)


def shown_by(keys: Keys) -> Token:
    """What stands in a text in place of a value: the first digits of its pseudonym."""
    return lambda value, domain: keys.token(value, domain)[:SHORT]


def handles_in(text: str) -> list[str]:
    """@handles a text contains, without '@', in lower case; e-mail addresses are not handles."""
    if "@" not in text and "＠" not in text:
        return []
    found: list[str] = []

    def keep(value: str, domain: str) -> str:
        if domain == "mention":
            found.append(value)
        return value

    _pattern("", frozenset(), frozenset()).sub(lambda m: _one(m, keep, mark="mention"), text)
    return found


def _plain_handles(array: pa.Array, careful: npt.NDArray[np.bool_], keys: Keys, *, dotted: bool) -> pa.Array:
    """The kernel's way; rows of the careful way are left as they are."""
    spans = find_spans(array, dotted=dotted)
    if careful.any() and len(spans):
        spans = spans[~careful[spans[:, 0]]]
    if not len(spans):
        return array
    offsets, body = buffers(array)
    tokens = keys.unique_tokens(span_values(array, spans), "handle")
    _, coded = buffers(flat(tokens))
    out = np.empty(int(offsets[-1] - offsets[0]) + SHORT * len(spans), np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    n = kernel.splice(offsets, body, spans, coded, 20, SHORT, out, ends)
    return strings(ends, out[:n].copy(), pc.is_null(array))


def _hide(text: str, platform: str, keys: Keys, names: frozenset[str], mentioned: frozenset[str]) -> str:
    token = shown_by(keys)
    return _pattern(platform, names, mentioned).sub(lambda m: _one(m, token), text)


@lru_cache(maxsize=4096)
def _pattern(platform: str, names: frozenset[str], mentioned: frozenset[str]) -> re.Pattern[str]:
    """One pattern for everything that may name somebody, the longest reading first."""
    at = r"[A-Za-z0-9_]+|\w+" if platform in ONE_WORD else _DOTTED_NAME
    parts = [
        rf"(?P<link>{_LINK}|(?<![\w@.-]){BARE}{_GLUED if platform == 'telegram' else ''})",
        r"(?P<did>\bdid:(?:plc|web|key):[A-Za-z0-9._:%-]*[A-Za-z0-9])",
        rf"(?P<mail>[@＠]?{_MAIL})",
        rf"[@＠](?P<domain>[\w-]+(?:{DOT}[\w-]+){{2,}})",  # a handle that is a domain, on whatever platform
    ]
    if mentioned:
        parts.insert(0, rf"(?P<said>[@＠]?(?:{_either(mentioned)}))")
    if names:
        parts.append(rf"[@＠](?P<name>{_either(names)})")
    parts.append(rf"[@＠](?P<handle>{at})")
    board = (
        r"(?<!\w)(?P<sort>[ur])/(?P<board>[\w-]+)"
        if platform == "reddit"
        else r"(?<![\w/.])/?(?P<sort>u)/(?P<board>[\w-]{3,})"
    )
    parts.append(board)
    return re.compile("|".join(parts), re.IGNORECASE)


def _either(names: frozenset[str]) -> str:
    return "|".join(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n)))


def _one(found: re.Match[str], token: Token, mark: str = "handle") -> str:
    kind, whole = found.lastgroup, found.group()
    sign = whole[0] if whole[0] in "@＠" else ""
    if kind == "link":
        trail = _TRAIL.search(whole)
        cut = trail.start() if trail else len(whole)
        return hide_link(whole[:cut], token, _inner(token)) + whole[cut:]
    if kind == "did":
        return token(whole, "account")
    if kind == "mail":  # '@name@host' is how federated platforms write a handle
        return sign + token(whole[1:].lower(), "handle") if sign else "mail:" + token(whole.lower(), "handle")
    if kind == "board":
        user = found["sort"].lower() == "u"
        value = found["board"].lower() if user else "r/" + found["board"]
        return whole[: -len(found["board"])] + token(value, "handle" if user else "account")
    return sign + token(whole.removeprefix(sign).lower(), mark)


def _inner(token: Token) -> Callable[[str], str]:
    """Hides a text inside a link, and links inside that, however often they are percent-encoded."""
    pattern = _pattern("", frozenset(), frozenset())

    def hide(text: str) -> str:
        hidden = pattern.sub(lambda m: _one(m, token), text)
        plain = unquote(hidden)
        if plain == hidden:
            return hidden
        again = hide(plain)
        return hidden if again == plain else quote(again, safe="")

    return hide


def warm() -> None:
    """Compile the kernels."""
    hide_handles(pa.array(["hello @warm"]), Keys(b"warm"))
