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


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("since the start of the month", "06-01 00:00", "06-11 21:30"),
        ("من أول الشهر والمعبر مسكر", "06-01 00:00", "06-11 21:30"),
        ("for the third day running", "06-08 00:00", "06-12 00:00"),
        ("لليوم الثالث على التوالي", "06-08 00:00", "06-12 00:00"),
        ("خلال الأيام الأربعة الماضية", "06-07 00:00", "06-11 21:30"),
        ("على مدى الساعات الخمس الماضية", "06-11 16:30", "06-11 21:30"),
        ("exactly one week ago", "06-04 00:00", "06-05 00:00"),
        ("قبل يومين ثلاثة", "06-08 00:00", "06-10 00:00"),
        ("قبل ثلاثة وعشرين يوما", "05-19 00:00", "05-20 00:00"),
        ("أمس الأول", "06-09 00:00", "06-10 00:00"),
        ("Monday of last week", "06-02 00:00", "06-03 00:00"),
        ("الاثنين قبل الماضي", "06-02 00:00", "06-03 00:00"),
        ("ليل الخميس الجمعة", "06-05 18:00", "06-06 06:00"),
        ("from 6 to 9 am on 10 June", "06-10 05:30", "06-10 10:00"),
        ("at half past four in the afternoon", "06-11 16:00", "06-11 17:00"),
        ("الساعة الثالثة عصر يوم ٩ حزيران", "06-09 14:30", "06-09 16:00"),
        ("مبارح بالليل", "06-10 18:00", "06-11 06:00"),
        ("بين الأحد والثلاثاء", "06-08 00:00", "06-11 00:00"),
        ("من السبت للاثنين", "06-07 00:00", "06-10 00:00"),
        ("يوم ٩ الشهر", "06-09 00:00", "06-10 00:00"),
        ("تسعة حزيران", "06-09 00:00", "06-10 00:00"),
        ("2 days before 10 June", "06-08 00:00", "06-09 00:00"),
        ("since Sunday", "06-08 00:00", "06-11 21:30"),
        ("من يوم الأحد", "06-08 00:00", "06-11 21:30"),
    ],
)
def test_families_of_wording_that_posts_and_papers_use(text: str, since: str, until: str) -> None:
    assert local(text, "past")[1:] == (since, until)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("all boats must leave within 24 hours", "06-12 21:30"),
        ("they have to be out by 20 June", "06-21 00:00"),
        ("يجب إخلاء المدارس حتى نهاية حزيران", "07-01 00:00"),
        ("القوة باقية بنهاية الأسبوع", "06-16 00:00"),
    ],
)
def test_a_text_of_no_future_claim_may_look_ahead_in_its_words(text: str, until: str) -> None:
    assert local(text, "past")[1:] == ("06-11 21:30", until)


def test_the_nearest_word_of_tense_decides_in_a_text_of_both() -> None:
    text = "The depot burned on Friday. The market is to be reopened on Friday."
    past, ahead = times_in(text, AT, ZONE, tense="past")
    assert past.since == dt.datetime(2014, 6, 5, 21)
    assert ahead.since == dt.datetime(2014, 6, 12, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on the Prophet's birthday", (2014, 1, 13)), ("يوم الأربعين", (2013, 12, 23)), ("on Good Friday", (2014, 4, 18)),
        ("on Christmas Eve", (2013, 12, 24)), ("عيد نوروز", (2014, 3, 21)), ("the first day of Ramadan", (2013, 7, 9)),
    ],
)  # fmt: skip
def test_a_feast_of_the_past_holds_its_day(text: str, day: tuple[int, int, int]) -> None:
    (when,) = times_in(f"it happened {text}, he said", AT, ZONE, tense="past")
    start = dt.datetime(*day) - dt.timedelta(hours=3)
    assert when.since is not None
    assert when.until is not None
    assert when.since <= start
    assert start + dt.timedelta(days=1) <= when.until <= start + dt.timedelta(days=5)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("in the first quarter of 2013", (2013, 1, 1), (2013, 4, 1)),
        ("الربع الأول من عام 2013", (2013, 1, 1), (2013, 4, 1)),
        ("منذ عام ٢٠١٢", (2012, 1, 1), None),
        ("since 2012 no train has run", (2012, 1, 1), None),
        ("between 2011 and 2013", (2011, 1, 1), (2014, 1, 1)),
        ("بين عامي 2011 و2013", (2011, 1, 1), (2014, 1, 1)),
        ("from May to August 2013", (2013, 5, 1), (2013, 9, 1)),
        ("the week before last", (2014, 5, 24), (2014, 6, 2)),
        ("this time last year", (2013, 5, 11), (2013, 7, 13)),
    ],
)
def test_long_times_are_whole_on_the_local_clock(
    text: str, since: tuple[int, int, int], until: tuple[int, int, int] | None
) -> None:
    (when,) = times_in(text, AT, ZONE, tense="past")
    assert (when.since, when.until) == (
        dt.datetime(*since) - dt.timedelta(hours=3),
        dt.datetime(*until) - dt.timedelta(hours=3) if until else AT,
    )


def test_hours_ago_are_hours_across_a_change_of_summer_time() -> None:
    # Damascus: clocks went on at midnight, three and a half hours after 18:50 UTC
    at = dt.datetime(2016, 3, 24, 22, 20)
    (when,) = times_in("three hours ago a jet circled", at, "Asia/Damascus", tense="past")
    assert when.since is not None
    assert when.until is not None
    assert when.since + (when.until - when.since) / 2 == at - dt.timedelta(hours=3)


def test_a_weekday_named_on_that_weekday_is_today_or_a_week_away() -> None:
    assert local("on Wednesday", "past")[1:] == ("06-04 00:00", "06-12 00:00")
    assert local("on Wednesday", "future")[1:] == ("06-11 00:00", "06-19 00:00")
    assert local("this Wednesday", "past")[1:] == ("06-11 00:00", "06-12 00:00")


@pytest.mark.parametrize(
    "text",
    [
        "August Café in Karrada", "October Bakery hires", "Sunday Okoro moved to Kano", "July 14 suspension bridge, photographed",
        "رواية تشرين لصاحبتها أيلول", "رمضان عبد الله مدير المدرسة", "Ramadan Abdullah was elected", "باب المدينة", "من باب العلم",
        "between 1990 and 2015 dollars", "from 2000 to 2500 men", "the fall of the town", "the 39-year-old", "سوق الخميس", "first quarter of the match",
        "fall of the town", "5 divided by 3 pmol", "Winter Palace hotel",
    ],
)  # fmt: skip
def test_a_name_or_a_count_with_a_word_of_time_in_it_is_none(text: str) -> None:
    assert times_in(text, AT, ZONE, tense="past") == ()


def test_arabic_papers_name_a_weekday_after_a_title() -> None:
    (when,) = times_in("قال الرئيس الأحد إن القوات انسحبت", AT, ZONE, tense="past")
    assert when.since == dt.datetime(2014, 6, 7, 21)


@pytest.mark.parametrize(
    "text",
    [
        "31 December 9999", "1 January 0001", "on 1 January 0001 we leave", "January 1st, 0001", "December 9999.", "15-20 June 9999",
        "15 June of 1850", "١ كانون الثاني ٩٩٩٩", "31/12/9999", "15 June 1875",
    ],
)  # fmt: skip
def test_a_day_of_a_year_out_of_range_is_not_that_day_of_another_year(text: str) -> None:
    assert times_in(text, AT, ZONE) == ()


@pytest.mark.parametrize(
    "text", ["on 15 June 3000 men crossed", "15 June 2014", "15 June, 5000 fighters", "15 June 1700"]
)
def test_four_digits_behind_a_day_that_count_or_are_an_hour_leave_the_day(text: str) -> None:
    assert [w.since.date() for w in times_in(text, AT, ZONE)] == [dt.date(2014, 6, 14)]
