"""Numbers in cells of event files: what is no count is set aside, never cut down to one."""

from __future__ import annotations

import pytest

from blowback.witnesses import cells
from blowback.witnesses.witness import SetAside


@pytest.mark.parametrize("text", ["1e400", "inf", "-inf", "nan", "1e300", "many"])
def test_what_is_no_finite_number_sets_the_record_aside(text: str) -> None:
    with pytest.raises(SetAside) as caught:
        cells.whole(text, "deaths")
    assert caught.value.reason == "bad_number"


def test_commas_group_thousands_in_counts_and_are_decimal_in_coordinates() -> None:
    assert [cells.whole(t, "deaths") for t in ("1,200", "1,200,300", "2.0", "", "-99")] == [
        1200,
        1200300,
        2,
        None,
        None,
    ]
    assert cells.place("36,125", "43,5") == (36.125, 43.5)


@pytest.mark.parametrize("text", ["1.2", "1,2", "1,20", "1,200.5"])
def test_a_count_with_a_fraction_is_set_aside(text: str) -> None:
    with pytest.raises(SetAside):
        cells.whole(text, "deaths")
