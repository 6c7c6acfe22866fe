"""Interests: accounts that write in one language or about one thing are put together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from blowback.tools.interests import interests

TOPICS = [[f"{t}{k}" for k in range(12)] for t in ("harbour", "garden", "choir", "قمر")]


def test_no_class_mixes_languages_or_topics() -> None:
    dice = np.random.default_rng(1)
    account = np.repeat(np.arange(120), 6)
    texts = pa.array([" ".join(dice.choice(TOPICS[a % 4], 6)) for a in account])
    kind = interests(texts, account, 121, seed=1)
    topic = np.arange(120) % 4
    for number in np.unique(kind[:120]):  # a topic may be split, but no class mixes topics
        assert np.bincount(topic[kind[:120] == number]).max() / (kind[:120] == number).sum() > 0.9
    assert kind[120] == 16  # says nothing


def test_too_little_to_tell_is_one_class() -> None:
    assert set(interests(pa.array(["a b", None]), np.array([0, 1]), 2, seed=1).tolist()) <= {0, 16}
    assert len(interests(pa.array([], pa.string()), np.zeros(0, np.int64), 3, seed=1)) == 3


def test_accounts_that_all_write_the_same_are_one_class_without_a_warning() -> None:
    account = np.repeat(np.arange(100), 2)
    kind = interests(pa.array(["the same words every time"] * 200), account, 100, seed=1)
    assert len(set(kind.tolist())) == 1
