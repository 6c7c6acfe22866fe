"""The board: hits never without misses and chance, every row with its own base rate, on the page and in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from blowback.dossier import markdown_panels, panel_html, svg_board
from blowback.dossier.markdown import _table, plain
from blowback.model.panel import OUTCOMES, Announced, Board

DAY = 86_400_000_000
ROW = Announced(
    "advance", "Basra", 10 * DAY, 11 * DAY, 13 * DAY, True, "hit", 12 * DAY, 1.5, 0.25, (("GED", "supported"),), 2, ("x:1",)
)  # fmt: skip
MISS = replace(ROW, outcome="miss", event_at=None, days_ahead=None, chance=0.5)
VILE = "<b onclick=x>\u202e http://evil.example"


def board(*rows, **more):
    return Board("Announced", "All of them.", rows, **more)


def test_the_count_holds_hits_misses_and_chance():
    blind = replace(ROW, outcome="not observable", event_at=None, days_ahead=None)
    tally = svg_board.Tally.of(
        [ROW, MISS, MISS, replace(blind, chance=None), replace(MISS, outcome="pending", chance=None)]
    )
    assert (tally.counts["hit"], tally.counts["miss"], tally.total) == (1, 2, 3), (
        "what is not held against data does not count"
    )
    assert tally.expected == pytest.approx(1.25)
    assert tally.says == (
        "1 of 3 that were held against event data was followed by such an event; "
        "the base rates of their places alone would give 1.2."
    )


def test_what_the_data_cannot_contain_counts_where_a_match_would_have_counted():
    blind = replace(ROW, outcome="not observable", event_at=None, days_ahead=None, chance=0.2)
    tally = svg_board.Tally.of([ROW, blind, blind])
    assert tally.total == 3
    assert tally.expected == pytest.approx(0.65)


def test_weak_hits_are_hits_that_are_told_apart():
    weak = replace(ROW, outcome="weak hit", chance=0.9)
    assert (
        "3 of 3 that were held against event data were followed by such an event, 1 of them beyond"
        in svg_board.Tally.of([ROW, weak, weak]).says
    )
    assert ", none of them beyond chance" in svg_board.Tally.of([weak]).says


def test_where_some_base_rates_are_not_known_the_sentence_says_of_how_many():
    tally = svg_board.Tally.of([ROW, ROW, replace(MISS, chance=None)])
    assert tally.says.endswith("would give 0.5 among the 2 with a base rate (2 hits).")
    assert svg_board.Tally.of([replace(ROW, chance=None)]).says.endswith(
        "how many chance alone would give is not known."
    )
    assert (
        svg_board.Tally.of([replace(ROW, outcome="pending", chance=None)]).says
        == "None of them could be held against event data."
    )


def test_the_bar_has_a_cell_for_each_row_that_counts_and_chance_across_it():
    rows = [ROW, MISS, MISS, replace(ROW, outcome="contradicted"), replace(ROW, outcome="pending", chance=None)]
    made = svg_board.bar(svg_board.Tally.of(rows))
    assert [len(re.findall(f"c-{o}", made)) for o in ("hit", "miss", "contradicted", "pending")] == [1, 2, 1, 0]
    assert made.count('class="chance"') == 1


def test_the_strip_shows_announcement_time_and_event_on_one_scale():
    assert svg_board.horizon([ROW, MISS]) == 3
    assert svg_board.horizon([replace(ROW, until=400 * DAY)]) == 2, "a far end does not flatten the rest"
    made = svg_board.strip(ROW, 4.0)
    assert "for day 1 to 3 after it" in made
    assert "event on day 2" in made
    assert 'class="band guessed"' in svg_board.strip(replace(ROW, stated=False), 4.0)
    assert "band" not in svg_board.strip(replace(ROW, since=None, until=None), 4.0)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_a_word_beside_its_sign(outcome):
    made = panel_html.render(board(replace(ROW, outcome=outcome)))
    assert f"</svg><span>{outcome}</span>" in made


def test_a_long_board_lists_the_best_supported_in_order_of_time_and_counts_all():
    rows = [replace(ROW, at=n * DAY, sources=n % 90) for n in range(90)]
    listed = panel_html.listed_rows(board(*rows))
    assert len(listed) == panel_html.ROWS
    assert [r.at for r in listed] == sorted(r.at for r in listed)
    assert min(r.sources for r in listed) == 30
    made = panel_html.render(board(*rows, *(replace(r, outcome="cannot tell", chance=None) for r in rows), left_out=7))
    assert "90 of 90" in made
    assert "90 more that were not held against event data" in made
    assert "30 more are in the count" in made
    assert "7 more are neither listed nor counted" in made


def test_nothing_on_the_board_is_alive():
    row = replace(ROW, what=VILE, place=VILE, by_source=((VILE, VILE),), parties=(("by", VILE),))
    made = panel_html.render(board(row, counted=VILE))
    assert "<b " not in made
    assert "\u202e" not in made
    assert " style=" not in made
    assert "Nothing was announced" in panel_html.render(board())


def test_the_same_in_markdown():
    text = "\n".join(markdown_panels.render([board(ROW, MISS)], plain, _table))
    assert "1 of 2 that were held against event data was followed by such an event; the base rates" in text
    assert "would give 0.8. 1 hit, 1 miss." in text
    assert (
        "| hit | Basra: advance | 1970-01-11 00:00 | 1970-01-12 to 1970-01-13 | 1.5 days ahead | 25% | GED: supported |"
        in text
    )
    assert "| miss |" in text
