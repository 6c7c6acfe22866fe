"""Text made safe to look at."""

import pytest

from blowback.dossier.shown import cut, figure, harmless, marked, rare, when


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("see https://fair.example/a?b=1 now", "see hxxps://fair[.]example/a?b=1 now"),
        ("http://127.0.0.1:8080/x", "hxxp://127[.]0[.]0[.]1:8080/x"),
        ("HTTP://موقع.example", "hxxp://موقع[.]example"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("data:text/html,x", "data[:]text/html,x"),
        ("tg:join?x", "tg[:]join?x"),
        ("at 10:30, in 3.5 hours", "at 10:30, in 3.5 hours"),
        ("http://localhost/x", "hxxp://localhost/x"),
    ],
)
def test_links_are_defanged(given, expected):
    assert harmless(given) == expected
    assert harmless(expected) == expected


def test_figures_and_times_say_no_more_than_they_know():
    assert [figure(v) for v in (3.0, 12345.678, 0.012345, None)] == ["3", "12,346", "0.0123", "–"]
    assert [rare(v) for v in (0.0, 0.00123, 0.0456, None)] == ["< 0.0001", "0.0012", "0.046", "–"]
    assert [when(0, c) for c in ("exact", "minute", "day")] == [
        "1970-01-01 00:00:00",
        "1970-01-01 00:00",
        "1970-01-01",
    ]
    assert when(-1_000_000) == "1969-12-31 23:59:59"
    assert when(None) == "unknown"


def test_cutting_says_so():
    assert cut("abc", 3) == ("abc", False)
    assert cut("abcd", 3) == ("abc …", True)


def test_marks_in_plain_text():
    assert marked("a\u202eb\x07") == "a⟦RLO⟧b⟦07⟧"
