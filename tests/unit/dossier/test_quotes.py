"""Quotes: spans stay on their words whatever is done to the text, in either direction of writing."""

from __future__ import annotations

import re

import pytest

from blowback.dossier import panel_html
from blowback.dossier.highlighting import LONGEST, carried, excerpt, lines, runs, written
from blowback.model.panel import Quote, Quotes, Span

ARABIC = "سنفتح سوق الربيع بالموصل يوم السبت https://fair.example/a.b?c=1 بإذن الله"


def spans(text, **words):
    return [Span(text.index(w), text.index(w) + len(w), kind) for kind, w in words.items()]


def of(text, found):
    return {s.kind: text[s.start : s.end] for s in found}


def quote(text, found=(), **more):
    return Quote(
        "tg:5", text, more.get("lang", "ar"), more.get("direction", "rtl"), tuple(found), 0, (("place", "Mosul"),)
    )


def test_spans_stay_on_their_words_when_links_are_defanged():
    text = f"see http://a.example/x and 10.0.0.1, then {ARABIC} javascript:x [b] ftp://c.example"
    held = spans(text, place="الموصل", time="يوم السبت", trigger="سنفتح", source="then", target="[b]")
    safe, moved = carried(text, held)
    assert "hxxps://fair[.]example" in safe
    assert "10[.]0[.]0[.]1" in safe
    assert of(safe, moved) == of(text, held)


@pytest.mark.parametrize("before", [0, 30, 900])
@pytest.mark.parametrize("after", [0, 900])
def test_a_long_post_is_cut_around_what_is_marked(before, after):
    text = "word " * before + ARABIC + " word" * after
    held = spans(text, place="الموصل", trigger="سنفتح")
    short, moved = excerpt(text, held)
    assert len(short) <= LONGEST + 4
    assert of(short, moved) == {"place": "الموصل", "trigger": "سنفتح"}
    assert short.startswith("… ") == (before == 900)
    assert short.endswith(" …") == (after == 900)


def test_runs_are_the_whole_text_and_name_the_innermost_span_first():
    held = [
        Span(0, 40, "claim"),
        *spans(ARABIC, place="الموصل", time="يوم السبت"),
        Span(90, 9000, "actor"),
        Span(5, 5, "target"),
    ]
    found = runs(ARABIC, held)
    assert "".join(r.text for r in found) == ARABIC
    inner = next(r for r in found if r.text == "الموصل")
    assert inner.kinds == ("place", "claim")


def test_a_clitic_stays_outside_the_mark_and_in_the_word():
    made = panel_html.render(Quotes("t", "s", (quote(ARABIC, spans(ARABIC, place="الموصل")),)))
    assert 'ب<mark class="s-place" title="place">الموصل</mark> يوم' in made
    assert '<blockquote class="post-text" dir="rtl" lang="ar">' in made


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("RT @somebody_long: سنفتح السوق https://fair.example/a-long-address-in-latin", "rtl"), ("Market opens: السوق", "ltr"),
        ("#مهرجان hxxps://fair[.]example/abcdefgh", "rtl"), ("123 !!", "rtl"), ("", "rtl"),
        ("سوق fair[.]example/abcdefghi", "rtl"),
    ],
)  # fmt: skip
def test_a_line_is_written_the_way_of_most_of_its_letters(line, way):
    assert written(line, "rtl") == way


def test_each_line_of_a_post_has_its_own_direction_and_keeps_its_marks():
    text = "#Fair opens in Mosul\nسوق الربيع في الموصل\n\nend"
    found = lines(runs(text, [Span(15, 30, "place")]))
    assert ["".join(r.text for r in line) for line in found] == text.split("\n")
    made = panel_html.render(Quotes("t", "s", (quote(text, [Span(15, 30, "place")]),)))
    assert re.findall('class="line" dir="([a-z]*)"', made) == ["ltr", "rtl", "rtl", "ltr"]
    assert made.count('<mark class="s-place" title') == 2


def test_an_unknown_direction_is_left_to_the_text_and_no_text_is_explained():
    made = panel_html.render(Quotes("t", "s", (quote("hello", direction="", lang=""), quote("", direction="x"))))
    assert 'dir="auto"' in made
    assert "There is no text." in made


def test_vile_texts_stay_text():
    text = "</mark><script>x</script>\u202egnp <b>"
    made = panel_html.render(Quotes("t", "s", (quote(text, [Span(0, 12, "place"), Span(3, 40, "actor")]),)))
    assert "<script" not in made
    assert "<b>" not in made
    assert "\u202e" not in made
    assert "RLO" in re.sub("<[^>]*>", "", made)
