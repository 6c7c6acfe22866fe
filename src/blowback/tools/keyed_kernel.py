"""SHA-256 and HMAC-SHA-256 over Arrow string buffers, in numba (FIPS 180-4, RFC 2104)."""

from __future__ import annotations

import numba as nb
import numpy as np

_PRIMES_ROOTS = """
428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74
80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d
b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e
92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 19a4c116 1e376c08 2748774c 34b0bcb5
391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2
"""
_K = np.array([int(word, 16) for word in _PRIMES_ROOTS.split()], np.uint32)
_START = np.array(
    [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19], np.uint32
)
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)


@nb.njit(inline="always")
def _rotr(x: np.uint32, n: int) -> np.uint32:
    return np.uint32((x >> np.uint32(n)) | (x << np.uint32(32 - n)))


@nb.njit(cache=True, nogil=True)
def compress(state: np.ndarray, w: np.ndarray) -> None:
    """One round of SHA-256: `state` (8 words) is updated by the 16 words in `w[:16]`; `w` has room for 64."""
    for i in range(16, 64):
        s0 = _rotr(w[i - 15], 7) ^ _rotr(w[i - 15], 18) ^ (w[i - 15] >> np.uint32(3))
        s1 = _rotr(w[i - 2], 17) ^ _rotr(w[i - 2], 19) ^ (w[i - 2] >> np.uint32(10))
        w[i] = np.uint32(w[i - 16] + s0 + w[i - 7] + s1)
    a, b, c, d = state[0], state[1], state[2], state[3]
    e, f, g, h = state[4], state[5], state[6], state[7]
    for i in range(64):
        s1 = _rotr(e, 6) ^ _rotr(e, 11) ^ _rotr(e, 25)
        t1 = np.uint32(h + s1 + ((e & f) ^ (~e & g)) + _K[i] + w[i])
        s0 = _rotr(a, 2) ^ _rotr(a, 13) ^ _rotr(a, 22)
        t2 = np.uint32(s0 + ((a & b) ^ (a & c) ^ (b & c)))
        h, g, f, e = g, f, e, np.uint32(d + t1)
        d, c, b, a = c, b, a, np.uint32(t1 + t2)
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
    state[5] += f
    state[6] += g
    state[7] += h


@nb.njit(cache=True, nogil=True)
def absorb(state: np.ndarray, w: np.ndarray, message: np.ndarray, before: int) -> None:
    """Hash the whole `message` (bytes) into `state`; `before` bytes (whole blocks) were hashed already."""
    n = len(message)
    total = np.uint64(before + n) * np.uint64(8)
    blocks = (n + 9 + 63) // 64
    for block in range(blocks):
        base = block * 64
        for i in range(16):
            word = np.uint32(0)
            for k in range(4):
                at = base + 4 * i + k
                byte = np.uint32(0)
                if at < n:
                    byte = np.uint32(message[at])
                elif at == n:
                    byte = np.uint32(0x80)
                word = np.uint32((word << np.uint32(8)) | byte)
            w[i] = word
        if block == blocks - 1:
            w[14] = np.uint32(total >> np.uint64(32))
            w[15] = np.uint32(total & np.uint64(0xFFFFFFFF))
        compress(state, w)


@nb.njit(cache=True, nogil=True)
def hmac_hex(inner, outer, prefix, offsets, body, out, digits) -> None:  # type: ignore[no-untyped-def]
    """HMAC-SHA-256 of prefix + value for every value, its first `digits` hex digits into `out` (n * digits bytes).

    `inner` and `outer` are the states after the padded key; `offsets` (int64, n + 1) and `body` are Arrow buffers.
    """
    w = np.empty(64, np.uint32)
    state = np.empty(8, np.uint32)
    digest = np.empty(32, np.uint8)
    p = len(prefix)
    message = np.empty(256, np.uint8)
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        size = p + end - start
        if size > len(message):
            message = np.empty(size * 2, np.uint8)
        message[:p] = prefix
        for i in range(end - start):
            message[p + i] = body[start + i]
        state[:] = inner
        absorb(state, w, message[:size], 64)
        for i in range(8):
            for k in range(4):
                digest[4 * i + k] = np.uint8((state[i] >> np.uint32(24 - 8 * k)) & np.uint32(255))
        state[:] = outer
        absorb(state, w, digest, 64)
        for i in range(digits):
            word = state[i // 8]
            out[row * digits + i] = _HEX[(word >> np.uint32(28 - 4 * (i % 8))) & np.uint32(15)]


@nb.njit(cache=True, nogil=True)
def sha_hex(offsets, body, out, digits) -> None:  # type: ignore[no-untyped-def]
    """SHA-256 of every value, its first `digits` hex digits into `out`."""
    w = np.empty(64, np.uint32)
    state = np.empty(8, np.uint32)
    for row in range(len(offsets) - 1):
        state[:] = _START
        absorb(state, w, body[offsets[row] : offsets[row + 1]], 0)
        for i in range(digits):
            word = state[i // 8]
            out[row * digits + i] = _HEX[(word >> np.uint32(28 - 4 * (i % 8))) & np.uint32(15)]


def start() -> np.ndarray:
    """The initial state."""
    return _START.copy()
