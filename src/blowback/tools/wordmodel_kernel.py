"""Inner loops of the word model: who uses which word, and how strange some posts' words are to everybody else."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np


@nb.njit(cache=True)
def words_of_accounts(bounds: Any, tokens: Any, first_of: Any, last: Any, out_bounds: Any, out: Any) -> int:
    """Distinct words of account a: out[out_bounds[a] : out_bounds[a + 1]], in order of appearance; how many in all.

    Units are sorted by account (`first_of[a]` is the first unit of account a). `last` comes and goes filled with -1.
    """
    at = 0
    for a in range(len(first_of) - 1):
        out_bounds[a] = at
        for k in range(bounds[first_of[a]], bounds[first_of[a + 1]]):
            word = tokens[k]
            if last[word] != a:
                last[word] = a
                out[at] = word
                at += 1
    out_bounds[len(first_of) - 1] = at
    for k in range(bounds[0], bounds[first_of[len(first_of) - 1]]):
        last[tokens[k]] = -1
    return at


@nb.njit(cache=True)
def strangeness(
    some: Any,
    bounds: Any,
    tokens: Any,
    account: Any,
    said_bounds: Any,
    said: Any,
    users: Any,
    skipped: Any,
    scratch: Any,
) -> tuple[float, float, int, int]:
    """(strange and shared, unfamiliar, accounts of `some`, other accounts): means over the units `some`.

    `some` ascends, units are sorted by account; said[said_bounds[a] : said_bounds[a + 1]] are the distinct words of
    account a. The accounts of `some` are left out of the others altogether. `scratch`: three rows of a cell per word:
    -1, 0, 0; left as found.
    """
    last, here, mine = scratch[0], scratch[1], scratch[2]
    inside, before = 0, -1
    for unit in some:
        a = account[unit]
        if a != before:
            inside, before = inside + 1, a
            for k in range(said_bounds[a], said_bounds[a + 1]):
                mine[said[k]] += 1
        for k in range(bounds[unit], bounds[unit + 1]):
            word = tokens[k]
            if last[word] != a:
                last[word] = a
                here[word] += 1
    others = len(said_bounds) - 1 - inside
    rare = max(2.0, 0.01 * others)
    shared, unfamiliar, counted = 0.0, 0.0, 0
    for unit in some:
        strange, unknown, words = 0, 0, 0
        for k in range(bounds[unit], bounds[unit + 1]):
            word = tokens[k]
            if skipped[word]:
                continue
            words += 1
            outside, fellows = users[word] - mine[word], here[word] - 1
            if outside < rare:
                unknown += 1
                if fellows >= 1 and fellows * max(others, 1) >= 4 * outside * (inside - 1):
                    strange += 1
        if words:
            shared += strange / words
            unfamiliar += unknown / words
            counted += 1
    before = -1
    for unit in some:
        a = account[unit]
        if a != before:
            before = a
            for k in range(said_bounds[a], said_bounds[a + 1]):
                word = said[k]
                last[word], here[word], mine[word] = -1, 0, 0
    if not counted:
        return 0.0, 0.0, inside, others
    return shared / counted, unfamiliar / counted, inside, others


@nb.njit(cache=True)
def log_ratios(
    bounds: Any,
    tokens: Any,
    inside: Any,
    outside: Any,
    sizes: Any,
    own: Any,
    skipped: Any,
    out: Any,
) -> None:
    """Mean over the words of a unit of ln(share of the accounts inside / share outside), the unit's own use left out.

    own[u]: 1 where the unit is inside, 2 outside, 0 neither. Shares are smoothed by the word's share in both together,
    so that a word that nobody else uses says nothing.
    """
    told = np.zeros((3, len(inside)))  # per word: for units that are neither, inside, outside
    for word in range(len(inside)):
        if skipped[word]:
            continue
        for side in range(3):
            a, b = inside[word] - (side == 1), outside[word] - (side == 2)
            if a >= 0 and b >= 0 and a + b > 0:
                n_in, n_out = sizes[0] - (side == 1), sizes[1] - (side == 2)
                both = (a + b) / max(n_in + n_out, 1)
                told[side, word] = np.log((a + 2 * both) / (n_in + 2) * (n_out + 2) / (b + 2 * both))
    for unit in range(len(own)):
        total, words = 0.0, 0
        for k in range(bounds[unit], bounds[unit + 1]):
            word = tokens[k]
            if not skipped[word]:
                words += 1
                total += told[own[unit], word]
        out[unit] = total / words if words else 0.0


@nb.njit(cache=True)
def distinct_users(some: Any, account: Any, bounds: Any, tokens: Any, last: Any, users: Any) -> None:
    """users[w] = accounts that use w in the units `some`, which ascend. `last` comes and goes filled with -1."""
    for unit in some:
        for k in range(bounds[unit], bounds[unit + 1]):
            word = tokens[k]
            if last[word] != account[unit]:
                last[word] = account[unit]
                users[word] += 1
    for unit in some:
        for k in range(bounds[unit], bounds[unit + 1]):
            last[tokens[k]] = -1


@nb.njit(cache=True)
def carried_ratios(marker: Any, unit: Any, inside: Any, outside: Any, counts: Any, out: Any) -> None:
    """out[u] = sum over the markers of unit u of ln(share inside / share outside), smoothed, the unit itself left out.

    (marker[i], unit[i]) are pairs, each once. `counts` holds two rows of a cell per marker, of zeros; left as found.
    """
    n_in, n_out = 0, 0
    for u in range(len(inside)):
        n_in += inside[u]
        n_out += outside[u]
        out[u] = 0.0
    for i in range(len(marker)):
        counts[0, marker[i]] += inside[unit[i]]
        counts[1, marker[i]] += outside[unit[i]]
    for i in range(len(marker)):
        u = unit[i]
        a, b = counts[0, marker[i]] - inside[u], counts[1, marker[i]] - outside[u]
        if a + b > 0:
            all_in, all_out = n_in - inside[u], n_out - outside[u]
            both = (a + b) / max(all_in + all_out, 1)
            out[u] += np.log((a + 2 * both) / (all_in + 2) * (all_out + 2) / (b + 2 * both))
    for i in range(len(marker)):
        counts[0, marker[i]] = 0
        counts[1, marker[i]] = 0
