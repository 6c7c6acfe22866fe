"""Pseudonyms equal Python's hmac, fingerprints Python's sha256, for any text, with and without SHA instructions."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.tools import keyed_kernel
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


def test_every_length_around_the_blocks() -> None:
    values = ["x" * n for n in range(300)]
    assert fingerprint(pa.array(values)).to_pylist() == [hashlib.sha256(v.encode()).hexdigest()[:32] for v in values]
    keys = [hmac.new(b"k", b"post\x1f" + v.encode(), "sha256").hexdigest()[:20] for v in values]
    assert Keys(b"k").tokens(pa.array(values), "post").to_pylist() == keys


@pytest.mark.parametrize("block", ["native_block", "scalar_block"])
def test_a_block_is_sha256_s_with_and_without_the_instructions(block: str) -> None:
    if block == "native_block" and not keyed_kernel.HAS_INSTRUCTIONS:
        pytest.skip("this processor has no SHA instructions")
    message = np.frombuffer(b"\0\0" + b"abc\x80" + bytes(59) + b"\x18", np.uint8)  # RFC 6234's first vector, padded
    state = keyed_kernel.START.copy()
    getattr(keyed_kernel, block)(state, message, 2)
    assert state.astype(">u4").tobytes().hex() == hashlib.sha256(b"abc").hexdigest()
