"""SHA-256 and HMAC-SHA-256 over Arrow string buffers, in numba (FIPS 180-4, RFC 2104).

A block is hashed with the processor's own instructions where it has them (order of the registers as in Intel's "SHA
Extensions", Gulley et al., 2013), else by plain arithmetic. All in one file: numba's cache looks at no other.
"""

from __future__ import annotations

from typing import Any, Final

import llvmlite.binding as llvm
import numba as nb
import numpy as np
from llvmlite import ir
from numba.core import cgutils, config, types
from numba.extending import intrinsic

START = np.array(
    [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19], np.uint32
)
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_ROUNDS: Final = """
428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74
80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d
b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e
92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 19a4c116 1e376c08 2748774c 34b0bcb5
391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2
"""
K: Final = np.array([int(word, 16) for word in _ROUNDS.split()], np.uint32)
_WORD: Final = ir.IntType(32)
_FOUR: Final = ir.VectorType(_WORD, 4)


def _has_instructions() -> bool:
    if getattr(config, "CPU_NAME", None) or getattr(
        config, "CPU_FEATURES", None
    ):  # someone compiles for another machine than this one
        return False
    features: dict[str, bool] = dict(llvm.get_host_cpu_features())
    return bool(features.get("sha")) and bool(features.get("sse4.1"))


HAS_INSTRUCTIONS: Final = _has_instructions()
_HAS_AVX: Final = bool(dict(llvm.get_host_cpu_features()).get("avx"))


def _declared(builder: Any, kind: Any, name: str) -> Any:
    return cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]


class _Lanes:
    """Vector operations on four 32-bit words."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def mix(self, left: Any, right: Any, *lanes: int) -> Any:
        """Lanes 0-3 are of left, 4-7 of right."""
        mask = ir.Constant(_FOUR, [ir.Constant(_WORD, n) for n in lanes])
        return self.builder.shuffle_vector(left, right, mask)

    def call(self, name: str, *values: Any) -> Any:
        kind = ir.FunctionType(_FOUR, [_FOUR] * len(values))
        return self.builder.call(_declared(self.builder, kind, name), values)

    def load(self, address: Any, at: int) -> Any:
        return self.builder.load(self._pointer(address, at), align=1)

    def store(self, value: Any, address: Any, at: int) -> None:
        self.builder.store(value, self._pointer(address, at), align=1)

    def _pointer(self, address: Any, at: int) -> Any:
        where = self.builder.add(address, ir.Constant(address.type, at))
        return self.builder.inttoptr(where, _FOUR.as_pointer())


def _block(builder: Any, state: Any, message: Any) -> None:
    v = _Lanes(builder)
    if _HAS_AVX:  # these instructions crawl while the upper halves of the wide registers are in use
        kind = ir.FunctionType(ir.VoidType(), [])
        builder.call(_declared(builder, kind, "llvm.x86.avx.vzeroupper"), [])
    abcd, efgh = v.load(state, 0), v.load(state, 16)
    badc, hgfe = v.mix(abcd, abcd, 1, 0, 3, 2), v.mix(efgh, efgh, 3, 2, 1, 0)
    feba = first_feba = v.mix(hgfe, badc, 2, 3, 4, 5)
    hgdc = first_hgdc = v.mix(hgfe, badc, 0, 1, 6, 7)
    words = [v.call("llvm.bswap.v4i32", v.load(message, 16 * i)) for i in range(4)]
    for r in range(16):
        if r > 3:
            early = v.call("llvm.x86.sha256msg1", words[r - 4], words[r - 3])
            early = builder.add(early, v.mix(words[r - 2], words[r - 1], 1, 2, 3, 4))
            words.append(v.call("llvm.x86.sha256msg2", early, words[r - 1]))
        constants = ir.Constant(_FOUR, [ir.Constant(_WORD, int(k)) for k in K[4 * r : 4 * r + 4]])
        step = builder.add(words[r], constants)
        hgdc = v.call("llvm.x86.sha256rnds2", hgdc, feba, step)
        feba = v.call("llvm.x86.sha256rnds2", feba, hgdc, v.mix(step, step, 2, 3, 0, 0))
    feba, hgdc = builder.add(feba, first_feba), builder.add(hgdc, first_hgdc)
    abef, ghcd = v.mix(feba, feba, 3, 2, 1, 0), v.mix(hgdc, hgdc, 1, 0, 3, 2)
    v.store(v.mix(abef, ghcd, 0, 1, 6, 7), state, 0)
    v.store(v.mix(abef, ghcd, 2, 3, 4, 5), state, 16)


@intrinsic
def _native(_typing: Any, state: Any, message: Any) -> Any:
    """Addresses of eight words of state and of 64 bytes of message; the state is updated."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        _block(builder, args[0], args[1])
        return ir.Constant(ir.IntType(64), 0)

    return types.int64(state, message), code


@nb.njit(inline="always")
def _turn(x, n):  # type: ignore[no-untyped-def]
    return np.uint32((x >> np.uint32(n)) | (x << np.uint32(32 - n)))


@nb.njit(nogil=True)
def scalar_block(state, message, at):  # type: ignore[no-untyped-def]
    """One block without special instructions: `state` (8 words) is updated by message[at : at + 64]."""
    w = np.empty(64, np.uint32)
    for i in range(16):
        k = at + 4 * i
        high = (np.uint32(message[k]) << np.uint32(24)) | (np.uint32(message[k + 1]) << np.uint32(16))
        w[i] = high | (np.uint32(message[k + 2]) << np.uint32(8)) | np.uint32(message[k + 3])
    for i in range(16, 64):
        s0 = _turn(w[i - 15], 7) ^ _turn(w[i - 15], 18) ^ (w[i - 15] >> np.uint32(3))
        s1 = _turn(w[i - 2], 17) ^ _turn(w[i - 2], 19) ^ (w[i - 2] >> np.uint32(10))
        w[i] = np.uint32(w[i - 16] + s0 + w[i - 7] + s1)
    a, b, c, d = state[0], state[1], state[2], state[3]
    e, f, g, h = state[4], state[5], state[6], state[7]
    for i in range(64):
        s1 = _turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25)
        t1 = np.uint32(h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i])
        s0 = _turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22)
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


@nb.njit(nogil=True)
def native_block(state, message, at):  # type: ignore[no-untyped-def]
    """The same with the processor's instructions; both arrays are contiguous."""
    _native(state.ctypes.data, message.ctypes.data + at)  # type: ignore[call-arg]


block = native_block if HAS_INSTRUCTIONS else scalar_block


@nb.njit(nogil=True)
def close(scratch, used, total, state):  # type: ignore[no-untyped-def]
    """Pad the `used` bytes in `scratch` (room for 64 more and 9), put `total` bytes as length, and hash them."""
    blocks = (used + 9 + 63) // 64
    scratch[used] = 0x80
    for i in range(used + 1, blocks * 64 - 8):
        scratch[i] = 0
    bits = np.uint64(total) * np.uint64(8)
    for i in range(8):
        scratch[blocks * 64 - 1 - i] = np.uint8((bits >> np.uint64(8 * i)) & np.uint64(255))
    for b in range(blocks):
        block(state, scratch, b * 64)


@nb.njit(nogil=True)
def write_hex(state, out, at, digits):  # type: ignore[no-untyped-def]
    """The first `digits` hex digits of a digest."""
    for i in range(digits):
        out[at + i] = _HEX[(state[i >> 3] >> np.uint32(28 - 4 * (i & 7))) & np.uint32(15)]


@nb.njit(cache=True, nogil=True)
def hmac_hex(inner, outer, prefix, offsets, body, out, digits):  # type: ignore[no-untyped-def]
    """HMAC-SHA-256 of prefix + value for every value, its first `digits` hex digits into `out` (n * digits bytes).

    `inner` and `outer` are the states after the padded key; `offsets` (int64, n + 1) and `body` are Arrow buffers.
    """
    state = np.empty(8, np.uint32)
    outside = np.empty(128, np.uint8)
    p = len(prefix)
    scratch = np.empty(256, np.uint8)
    for row in range(len(offsets) - 1):
        start = offsets[row]
        size = offsets[row + 1] - start
        if p + size + 73 > len(scratch):
            scratch = np.empty((p + size + 73) * 2, np.uint8)
        for i in range(p):
            scratch[i] = prefix[i]
        for i in range(size):
            scratch[p + i] = body[start + i]
        for i in range(8):
            state[i] = inner[i]
        close(scratch, p + size, 64 + p + size, state)
        for i in range(32):
            outside[i] = np.uint8((state[i >> 2] >> np.uint32(24 - 8 * (i & 3))) & np.uint32(255))
        for i in range(8):
            state[i] = outer[i]
        close(outside, 32, 96, state)
        write_hex(state, out, row * digits, digits)


@nb.njit(cache=True, nogil=True)
def sha_hex(offsets, body, out, digits):  # type: ignore[no-untyped-def]
    """SHA-256 of every value, its first `digits` hex digits into `out`."""
    state = np.empty(8, np.uint32)
    rest = np.empty(192, np.uint8)
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        size = end - at
        for i in range(8):
            state[i] = START[i]
        while end - at >= 64:
            block(state, body, at)
            at += 64
        for i in range(end - at):
            rest[i] = body[at + i]
        close(rest, end - at, size, state)
        write_hex(state, out, row * digits, digits)


@nb.njit(cache=True, nogil=True)
def midstate(padded):  # type: ignore[no-untyped-def]
    """The state after one block of 64 bytes: the padded key."""
    state = START.copy()
    block(state, padded, 0)
    return state
