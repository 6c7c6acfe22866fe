"""Keyed pseudonyms and fingerprints."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools import keyed_kernel as kernel
from blowback.tools.strings import Strings, buffers, fixed, flat

DIGITS: Final = 20
_REMEMBERED: Final = 100_000
FINGERPRINT_DIGITS: Final = 32
DOMAINS: Final = ("account", "handle", "post", "media")
Heard = Callable[[str, "pa.Array | list[str]"], None]


class Keys:
    """Pseudonyms by HMAC-SHA-256 (RFC 2104): the same value and domain give the same token under the same secret.

    Args:
        secret: the case's key; 32 random bytes are right, any length is accepted.
        heard: told of every value that gets a pseudonym (domain, values), so that it can be looked up again.
    """

    def __init__(self, secret: bytes, heard: Heard | None = None) -> None:
        self._secret = secret
        self._heard = heard
        self._known: dict[tuple[str, str], str] = {}
        block = (hashlib.sha256(secret).digest() if len(secret) > 64 else secret).ljust(64, b"\0")
        self._inner = kernel.midstate(np.frombuffer(bytes(b ^ 0x36 for b in block), np.uint8))
        self._outer = kernel.midstate(np.frombuffer(bytes(b ^ 0x5C for b in block), np.uint8))

    def tokens(self, values: Strings, domain: str) -> pa.Array:
        """First 20 hex digits of HMAC(secret, domain + US + value) for each value; nulls stay null.

        80 bits: among 10^9 values of one case a collision has odds of about 1 in 2 400 000.
        """
        plain = flat(values)
        if self._heard:
            self._heard(domain, plain)
        offsets, body = buffers(plain)
        out = np.empty(len(plain) * DIGITS, np.uint8)
        prefix = np.frombuffer(f"{domain}\x1f".encode(), np.uint8)
        kernel.hmac_hex(self._inner, self._outer, prefix, offsets, body, out, DIGITS)
        return fixed(out, DIGITS, pc.is_null(plain))

    def unique_tokens(self, values: Strings, domain: str) -> pa.Array:
        """The same as `tokens`, hashing every distinct value once: right where values repeat."""
        coded = flat(values).dictionary_encode()
        return self.tokens(coded.dictionary, domain).take(coded.indices)

    def token(self, value: str, domain: str) -> str:
        """The token of one value; the last ones are remembered, because links and names repeat."""
        known = self._known.get((domain, value))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            digest = hmac.digest(self._secret, f"{domain}\x1f{value}".encode(), "sha256")
            known = self._known[domain, value] = digest.hex()[:DIGITS]
            if self._heard:
                self._heard(domain, [value])
        return known

    def heard_by(self, heard: Heard) -> Keys:
        """The same keys, telling somebody of every value."""
        return Keys(self._secret, heard)


def fingerprint(values: Strings) -> pa.Array:
    """First 32 hex digits of the SHA-256 of each value; nulls stay null."""
    plain = flat(values)
    offsets, body = buffers(plain)
    out = np.empty(len(plain) * FINGERPRINT_DIGITS, np.uint8)
    kernel.sha_hex(offsets, body, out, FINGERPRINT_DIGITS)
    return fixed(out, FINGERPRINT_DIGITS, pc.is_null(plain))


def warm() -> None:
    """Compile the kernels on a tiny input (they are cached on disk)."""
    Keys(b"warm").token("warm", "account")
    fingerprint(pa.array(["warm"]))
