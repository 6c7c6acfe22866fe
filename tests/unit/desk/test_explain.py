"""`blowback explain`: one text, the names of the claims table, and a page that nothing hidden can disturb."""

from __future__ import annotations

import datetime as dt

import pytest

from blowback import explain
from blowback.analyses.claims.claims_tables import CLAIMS
from blowback.cli.explaining import _quantity, coloured
from blowback.errors import UsageError
from blowback.tools.places.compiling import compiled
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.rows import Gathering

AT = "2014-06-11T18:30Z"


@pytest.fixture(scope="module")
def small() -> Gazetteer:
    rows = Gathering()
    for key, lat, lon, names in (("x:1", 34.6, 43.7, ("Tikrit", "تكريت")), ("x:2", 34.2, 43.9, ("Samarra", "سامراء"))):
        rows.place(
            place_id=key,
            name=names[0],
            lat=lat,
            lon=lon,
            radius_km=8.0,
            country="IQ",
            placetype="locality",
            population=100_000,
            source="test",
        )
        for name in names:
            rows.named(key, name, "", "primary")
    return compiled([rows.done()], "small")


def test_a_claim_has_the_columns_of_the_table(small: Gazetteer) -> None:
    told = explain("We will enter Tikrit within two days", at=AT, theatre="IQ", gazetteer=small)
    (claim,) = told["claims"]
    of_the_post = {"post_id", "account_id", "posted_at", "carried", "evidence", "cluster_id", "spans"}
    assert {c.name for c in CLAIMS} - of_the_post <= set(claim)
    assert (claim["claim_id"], claim["modality"], claim["type"], claim["place_name"]) == (
        "#1",
        "intention",
        "capture",
        "Tikrit",
    )
    assert (claim["time_from"], claim["time_kind"]) == (dt.datetime(2014, 6, 11, 18, 30), "deictic")  # noqa: DTZ001  # zone-less UTC
    assert claim["place_candidates"][0]["id"] == "x:1"


def test_spans_lead_back_to_the_text(small: Gazetteer) -> None:
    text = "🔥 عاجل: سيطـــر المجاهدون على مدينة تكريت أمس\u202e"
    told = explain(text, at=AT, theatre=("IQ",), gazetteer=small)
    (place,) = told["places"]
    (time,) = told["times"]
    assert text[place["span_start"] : place["span_end"]] == "تكريت"
    assert text[time["span_start"] : time["span_end"]] == "أمس"
    assert told["claims"][0]["place_name"] == "Tikrit"


def test_where_it_happened_is_said_with_weights_and_what_no_gazetteer_knows(small: Gazetteer) -> None:
    text = "مصدر في تكريت: هجوم على سامراء وحي الزهيرات"
    told = explain(text, at=AT, theatre="IQ", gazetteer=small)
    assert [g["place_name"] for g in told["event_places"]] == ["Samarra", "Tikrit"]
    first, second = (g["weight"] for g in told["event_places"])
    assert 1 >= first + second >= first > second > 0
    assert [(u["said"], text[u["span_start"] : u["span_end"]]) for u in told["unlisted"]] == [("حي الزهيرات",) * 2]


def test_what_is_dropped_is_said(small: Gazetteer) -> None:
    told = explain("If the army enters Tikrit, we will burn Samarra", at=AT, gazetteer=small)
    assert [c["modality"] for c in told["claims"]] == ["conditional"]
    assert any("condition" in d["says"] for d in told["rejected"])


def test_the_page_writes_hidden_characters_out_and_defangs(small: Gazetteer) -> None:
    text = "Tikrit fell \u202eyesterday\u202c http://example.org/a"
    shown = coloured(explain(text, at=AT, gazetteer=small)).plain
    assert "⟦RLO⟧" in shown
    assert "\u202e" not in shown
    assert "hxxp://" in shown


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"at": "yesterday"}, "no time"),
        ({"at": AT, "theatre": "Iraq"}, "country code"),
        ({"at": AT, "zone": "Nowhere"}, "time zone"),
    ],
)
def test_what_cannot_be_understood_is_said(small: Gazetteer, more: dict[str, str], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        explain("Tikrit fell", gazetteer=small, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "\0", "🔥", "\u202e\u202e", "x" * 50_000])
def test_odd_texts(small: Gazetteer, text: str) -> None:
    told = explain(text, at=AT, gazetteer=small)
    assert told["claims"] == []
    coloured(told)


@pytest.mark.parametrize(
    "at",
    ["9999-12-31T23:59", "0001-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "1899-12-31", "2201-01-01"],
)
def test_a_time_at_the_ends_of_the_calendar_is_refused(small: Gazetteer, at: str) -> None:
    with pytest.raises(UsageError):
        explain("We will enter Tikrit within two days", at=at, gazetteer=small)


def test_bytes_that_are_no_text_are_replaced_one_for_one(small: Gazetteer) -> None:
    text = "\udcff\ud83d We will enter Tikrit within two days \udc80"
    told = explain(text, at=AT, gazetteer=small)
    assert len(told["text"]) == len(text)
    (place,) = told["places"]
    assert text[place["span_start"] : place["span_end"]] == "Tikrit"


def test_large_amounts_are_written_in_full() -> None:
    told = {"quantity_min": 1e6, "quantity_max": 2.5e6, "quantity_unit": "dinar", "quantity_role": "seized"}
    assert _quantity(told) == "1,000,000 to 2,500,000 dinar (seized)"
    assert _quantity({**told, "quantity_max": None}).startswith("at least 1,000,000 ")
