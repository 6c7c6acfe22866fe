"""Words by the accounts that use them, in several scripts; and the range of possible exposures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from blowback.tools.exposure import exposure
from blowback.tools.wordmodel import Circle, lexicon, scripts

NONE = np.zeros(0, np.int64)


def circle(texts: list[str], account: list[int]) -> Circle:
    return Circle(lexicon(pa.array(texts)), np.arange(len(texts)), np.array(account), NONE)


def test_forms_of_a_word_meet_and_scripts_without_spaces_are_read() -> None:
    words = lexicon(pa.array(["gardening", "gardeners", "садоводство садовод", "世界杯", None, ""]))
    spelled = [set(words.spelled(np.unique(words.gathered(np.array([r]))[1]))) for r in range(6)]
    assert spelled[0] & spelled[1] == {"garde~"}
    assert "садов~" in spelled[2]
    assert spelled[3] == {"世", "界", "杯"}
    assert spelled[4] == spelled[5] == set()


def test_scripts_are_told_apart() -> None:
    assert scripts(pa.array(["hello", "مرحبا all", "привет", "12", None])).to_pylist() == [
        "latin",
        "arabic",
        "cyrillic",
        "other",
        "other",
    ]


def test_strangeness_counts_shared_words_that_others_do_not_use() -> None:
    own = [f"goal match team w{n}" for n in range(10)]
    foreign = ["quilt yarn goal", "quilt yarn team", "quilt yarn match"]
    one = circle([*own, *foreign], [*range(10), 10, 11, 12])
    strange, unfamiliar, inside, others = one.strangeness(np.array([10, 11, 12]))
    # stems of long words are words too: none here has six letters
    assert strange == pytest.approx(2 / 3)
    assert unfamiliar == pytest.approx(2 / 3)
    assert (inside, others) == (3, 10)
    alone, unfamiliar, _, _ = one.strangeness(np.array([0, 1, 2]))
    assert alone == 0
    assert unfamiliar == pytest.approx(1 / 4)
    assert one.strangeness(np.array([10, 11, 12]))[0] == strange  # the scratch is left as found


def test_an_account_makes_no_vocabulary_alone() -> None:
    one = circle(["quilt yarn", "quilt yarn", "goal", "goal"], [0, 0, 1, 2])
    assert one.strangeness(np.array([0, 1]))[0] == 0


def test_log_ratios_leave_the_unit_itself_out() -> None:
    texts = ["quilt yarn", "quilt yarn", "quilt yarn", *["goal match"] * 6, "lonely"]
    one = circle(texts, list(range(10)))
    inside = np.array([True] * 3 + [False] * 7)
    ratio = one.log_ratios(inside, ~inside)
    assert (ratio[:3] > 1).all()
    assert (ratio[3:9] < -1).all()
    assert ratio[9] == 0


def test_skipped_words_say_nothing() -> None:
    words = lexicon(pa.array(["quilt goal", "quilt goal", "goal"]))
    one = Circle(words, np.arange(3), np.arange(3), words.codes_of(["quilt"]))
    assert one.strangeness(np.array([0, 1]))[0] == 0


def test_exposure_is_a_range_with_what_is_unknown() -> None:
    nan = float("nan")
    author = np.array([0, 0, 1, 2])
    found = exposure(author, np.array([10, 20, nan, nan]), np.array([500, 500, 300, nan]), reacted=4, beside=7)
    assert (found.low, found.high, found.authors, found.unknown) == (4, 30 + 300 + 7, 3, 1)
    assert (found.by_views, found.by_followers) == (1, 1)


def test_exposure_has_no_upper_end_where_most_authors_are_unknown() -> None:
    blind = np.full(3, float("nan"))
    found = exposure(np.arange(3), blind, blind, reacted=2, beside=9)
    assert (found.low, found.high, found.unknown) == (2, None, 3)
    nobody = exposure(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), reacted=0, beside=0)
    assert (nobody.low, nobody.high) == (0, None)
