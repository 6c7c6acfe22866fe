"""Meaning across languages: the pairing on vectors of our own making, and the optional model where it is installed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from blowback.errors import UsageError
from blowback.tools import meaning
from blowback.tools.translations import translations

DAY = 86_400_000_000


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def crowd(n: int, seed: int) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(n, 512)))


def two_tongues(n: int, shared: int, seed: int = 1) -> tuple[np.ndarray, list[str]]:
    """n rows in each of two languages, of which the first `shared` say the same."""
    first, second = crowd(n, seed), crowd(n, seed + 100)
    second[:shared] = unit(first[:shared] + 0.8 * crowd(shared, seed + 200)) if shared else second[:shared]
    return np.concatenate([first, second]), ["en"] * n + ["ar"] * n


def test_what_says_the_same_is_paired_and_nothing_else() -> None:
    rows, langs = two_tongues(300, 40)
    found = translations(rows, langs)
    assert [(a, b) for a, b in zip(found.a.tolist(), found.b.tolist(), strict=True)] == [
        (i, 300 + i) for i in range(40)
    ]
    assert found.cluster[:40].tolist() == list(range(40)) == found.cluster[300:340].tolist()
    assert set(found.cluster[40:300].tolist()) == {-1}


def test_unrelated_rows_are_not_paired() -> None:
    rows, langs = two_tongues(1500, 0)
    assert len(translations(rows, langs)) == 0


def test_rows_outside_the_window_are_not_compared() -> None:
    rows, langs = two_tongues(60, 60)
    times = np.concatenate([np.arange(60), np.arange(60) + 30 * DAY]).astype(np.int64)
    apart = translations(rows, langs, times_us=times, window_us=14 * DAY)
    assert (len(apart), apart.compared) == (0, 0)
    assert len(translations(rows, langs, times_us=times, window_us=31 * DAY)) == 60


def test_the_order_of_the_rows_leaves_no_trace() -> None:
    rows, langs = two_tongues(200, 50)
    times = np.random.default_rng(3).integers(0, 3 * DAY, 400)
    first = translations(rows, langs, times_us=times, window_us=2 * DAY)
    deal = np.random.default_rng(4).permutation(400)
    second = translations(rows[deal], [langs[i] for i in deal], times_us=times[deal], window_us=2 * DAY)
    back = {frozenset((int(deal[a]), int(deal[b]))) for a, b in zip(second.a, second.b, strict=True)}
    assert {frozenset((int(a), int(b))) for a, b in zip(first.a, first.b, strict=True)} == back
    assert len(first) > 20


def test_rows_without_words_or_language_are_left_out() -> None:
    rows, langs = two_tongues(50, 50)
    rows[0] = 0
    tongues: list[str | None] = [None if i == 1 else x for i, x in enumerate(langs)]
    found = translations(rows, tongues)
    assert found.a.tolist() == list(range(2, 50))


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_and_one_row(n: int) -> None:
    found = translations(np.ones((n, 8), np.float32), ["en"] * n)
    assert (len(found), len(found.cluster)) == (0, n)


def test_bad_input_is_refused() -> None:
    rows, langs = two_tongues(50, 10)
    with pytest.raises(UsageError, match="differ in length"):
        translations(rows, langs[:-1])
    with pytest.raises(UsageError, match="comparisons"):
        translations(rows, langs, most=100)


def test_nothing_said_is_a_row_of_zeros() -> None:
    assert not meaning.vectors(pa.array([None, "", "https://example.org/a @name"])).any()


def test_the_model_knows_a_translation_from_another_sentence() -> None:
    texts = [
        "The exam results will be published on Monday",
        "Результаты экзаменов опубликуют в понедельник",
        "ستنشر نتائج الامتحانات يوم الاثنين",
        "My cat sleeps all day",
    ]
    rows = meaning.vectors(pa.array([*texts, None, "see https://example.org/x"]), least_words=2)
    like = rows @ rows.T
    assert like[0, 1] > 0.6
    assert like[0, 2] > 0.6
    assert like[0, 3] < 0.3
    assert not rows[4].any()
    assert not rows[5].any()
    again = meaning.vectors(pa.array([texts[1], texts[0]]))
    assert np.abs(again[1] - rows[0]).max() < 1e-4
