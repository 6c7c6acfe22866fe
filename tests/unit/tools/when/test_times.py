"""Times in English and Arabic: what they mean from the post's time on the theatre's clock."""

from __future__ import annotations

import datetime as dt

import pytest

from blowback.errors import UsageError
from blowback.tools.when import default_for, times_in

AT = dt.datetime(2014, 6, 11, 18, 30)  # a Wednesday, 21:30 in Baghdad
ZONE = "Asia/Baghdad"


def local(text: str, tense: str = "") -> tuple[str, str, str]:
    """The only time of a text: kind, start and end on the clock of Baghdad."""
    (when,) = times_in(text, AT, ZONE, tense=tense)  # type: ignore[arg-type]
    ends = [(t + dt.timedelta(hours=3)).strftime("%m-%d %H:%M") for t in (when.since, when.until) if t]
    return when.kind, ends[0], ends[1]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("they came yesterday", "06-10 00:00", "06-11 00:00"),
        ("last night", "06-10 18:00", "06-11 06:00"),
        ("this morning", "06-11 04:00", "06-11 12:00"),
        ("tonight", "06-11 17:00", "06-12 06:00"),
        ("3 days ago", "06-08 00:00", "06-09 00:00"),
        ("within two days", "06-11 21:30", "06-14 00:00"),
        ("in two days", "06-13 00:00", "06-14 00:00"),
        ("خلال يومين", "06-11 21:30", "06-14 00:00"),
        ("أمس", "06-10 00:00", "06-11 00:00"),
        ("الليلة الماضية", "06-10 18:00", "06-11 06:00"),
        ("فجر اليوم", "06-11 02:00", "06-11 07:00"),
        ("غدا", "06-12 00:00", "06-13 00:00"),
        ("بعد غد", "06-13 00:00", "06-14 00:00"),
        ("باچر", "06-12 00:00", "06-13 00:00"),
        ("هسه", "06-11 19:30", "06-11 22:30"),
        ("yesterday at 5pm", "06-10 16:30", "06-10 18:00"),
        ("الساعة ٥:٣٠ عصراً", "06-11 17:00", "06-11 18:00"),
        ("17:30 GMT", "06-11 20:00", "06-11 21:00"),
        ("next Friday", "06-13 00:00", "06-14 00:00"),
        ("الجمعة الماضية", "06-06 00:00", "06-07 00:00"),
        ("since Monday", "06-09 00:00", "06-11 21:30"),
        ("from Monday to Wednesday", "06-16 00:00", "06-19 00:00"),
        ("منذ صباح اليوم", "06-11 04:00", "06-11 21:30"),
    ],
)
def test_days_and_hours_are_reckoned_on_the_clock_of_the_theatre(text: str, since: str, until: str) -> None:
    assert local(text)[1:] == (since, until)


@pytest.mark.parametrize(
    "text",
    [
        "15 June 2014", "June 15th, 2014", "15/6/2014", "15.6.2014", "15-6-2014", "2014-06-15", "the fifteenth of June",
        "١٥ حزيران", "15 يونيو 2014", "١٥/٦/٢٠١٤", "15 جوان", "15 حزيران/يونيو", "الخامس عشر من حزيران", "Sunday 15 June",
    ],
)  # fmt: skip
def test_a_date_is_one_day_in_every_form(text: str) -> None:
    assert local(text) == ("calendar", "06-15 00:00", "06-16 00:00")


@pytest.mark.parametrize(("tense", "month"), [("past", 12), ("future", 12)])
def test_a_date_without_a_year_follows_the_tense(tense: str, month: int) -> None:
    (when,) = times_in("on 12 December", AT, ZONE, tense=tense)  # type: ignore[arg-type]
    assert when.until is not None
    assert (when.until.month, when.until.year) == (month, 2013 if tense == "past" else 2014)


def test_a_weekday_alone_follows_the_tense() -> None:
    assert local("on Friday", "past")[1] == "06-06 00:00"
    assert local("on Friday", "future")[1] == "06-13 00:00"
    assert local("on Friday")[1] == "06-13 00:00"


@pytest.mark.parametrize("text", ["5 Ramadan 1435", "٥ رمضان", "5th of Ramadan", "الخامس من رمضان"])
def test_a_hijri_day_is_a_day_wider_at_both_ends(text: str) -> None:
    (when,) = times_in(text, AT, ZONE)
    assert when.kind == "hijri"
    assert when.since is not None
    assert when.until is not None
    # Umm al-Qura: 2 July 2014; other calendars a day later
    assert when.since <= dt.datetime(2014, 7, 2)
    assert when.until >= dt.datetime(2014, 7, 3, 21)
    assert when.until - when.since == dt.timedelta(days=3)


@pytest.mark.parametrize("text", ["before Ramadan", "قبل رمضان", "by Eid", "قبل العيد", "بحلول العيد"])
def test_before_a_feast_runs_from_the_post_to_the_feast(text: str) -> None:
    (when,) = times_in(text, AT, ZONE, tense="future")
    assert (when.kind, when.since) == ("feast", AT)
    assert when.until is not None
    assert dt.datetime(2014, 6, 27) < when.until < dt.datetime(2014, 8, 3)


def test_soon_is_as_long_as_it_is_told_to_be() -> None:
    (wide,) = times_in("very good news soon", AT, ZONE)
    (narrow,) = times_in("قريبا", AT, ZONE, soon_days=(1, 5))
    assert (wide.kind, wide.since, wide.until) == ("vague", AT, AT + dt.timedelta(days=14))
    assert narrow.until == AT + dt.timedelta(days=5)


@pytest.mark.parametrize(
    "text",
    [
        "1435 fighters", "١٤٣٥ مقاتل", "we won 3-2", "on Highway 1", "Brigade 15", "call 07701234567", "+964 770 123 4567",
        "MH17 and F-16", "Quran 2:191", "9/11", "24/7", "1,200 men", "10.0.0.1", "march on the city", "15 may die",
        "the 93rd brigade", "Surah 8 verse 60", "in 2014 villages", "اللواء 15", "طريق 1", "نسبة 50", "Abu Ramadan", "version 2.0",
    ],
)  # fmt: skip
def test_a_bare_number_or_a_word_that_is_no_month_is_never_a_date(text: str) -> None:
    assert times_in(text, AT, ZONE) == ()


def test_spans_are_offsets_of_the_text_as_published() -> None:
    text = "🔥🔥 دخلـــوا الـمدينة أمْسِ #عاجل"
    (when,) = times_in(text, AT, ZONE)
    assert text[when.start : when.end].startswith("أم")
    assert when.text == text[when.start : when.end]


@pytest.mark.parametrize(
    "text", ["", " ", "\0\0", "🔥🔥🔥", "\u202e\u202d", "a" * 100_000, "10/10/10/10/10" * 500, "أمس " * 2000]
)
def test_bad_input_is_read_without_an_error(text: str) -> None:
    times = times_in(text, AT, ZONE)
    assert all(text[t.start : t.end] == t.text for t in times)


@pytest.mark.parametrize("at", [dt.datetime(1900, 1, 1), dt.datetime(2099, 12, 31)])
def test_a_post_outside_the_hijri_table_has_no_hijri_times(at: dt.datetime) -> None:
    assert times_in("in Ramadan and by Eid", at, ZONE) == ()


def test_a_zone_that_is_none_is_said_so() -> None:
    with pytest.raises(UsageError, match="Atlantis"):
        times_in("today", AT, "Atlantis/City")


def test_defaults_of_claims_without_a_time() -> None:
    report, plan, wish = (default_for(m, AT) for m in ("report", "intention", "aspiration"))
    assert (report.since, report.until, report.kind) == (AT - dt.timedelta(hours=36), AT, "default")
    assert (plan.since, plan.until, plan.kind) == (AT, AT + dt.timedelta(days=14), "default")
    assert (wish.since, wish.kind) == (None, "none")
