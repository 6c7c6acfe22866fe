"""Pseudonyms equal Python's hmac, fingerprints Python's sha256, for any text."""

from __future__ import annotations

import hashlib
import hmac

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.tools.keyed import Keys, fingerprint

texts = st.lists(st.one_of(st.none(), st.text(max_size=200)), max_size=20)


@given(texts, st.binary(min_size=1, max_size=100), st.sampled_from(["account", "post"]))
@settings(max_examples=60, deadline=None)
def test_tokens_are_hmac_sha256(values, secret, domain) -> None:
    def by_hand(v: str) -> str:
        return hmac.new(secret, f"{domain}\x1f{v}".encode(), "sha256").hexdigest()[:20]

    expected = [None if v is None else by_hand(v) for v in values]
    array = pa.array(values, pa.string())
    assert Keys(secret).tokens(array, domain).to_pylist() == expected
    assert Keys(secret).unique_tokens(pa.chunked_array([array, array]), domain).to_pylist() == expected * 2
    assert Keys(secret).tokens(array[1:], domain).to_pylist() == expected[1:]


@given(texts)
@settings(max_examples=60, deadline=None)
def test_fingerprints_are_sha256(values) -> None:
    expected = [None if v is None else hashlib.sha256(v.encode()).hexdigest()[:32] for v in values]
    assert fingerprint(pa.array(values, pa.string())).to_pylist() == expected
