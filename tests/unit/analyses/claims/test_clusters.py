"""Claims that say the same, and how many sources stand behind them."""

from __future__ import annotations

import re
from typing import Any

from blowback.analyses.claims.cluster import clustered
from blowback.analyses.claims.cluster_tables import clusters, side_of, slots
from blowback.analyses.claims.independence import Carried, behind
from blowback.analyses.claims.lineage import lineage

HOUR = 3_600_000_000
DAY = 24 * HOUR


def claim(n: int, **given: Any) -> dict[str, Any]:
    base = {
        "claim_id": f"x:{n}#1", "post_id": f"x:{n}", "account_id": f"x:a{n}", "posted_at": 100 * DAY + n * HOUR // 60,
        "carried": False, "lang": "en", "modality": "report", "polarity": "affirmed", "type": "capture", "actor": "", "target": "",
        "place_name": "Baiji", "lat": 34.93, "lon": 43.49, "radius_km": 8.0, "time_from": 99 * DAY, "time_to": 100 * DAY,
        "quantity_min": None, "quantity_max": None, "quantity_unit": "", "source_cited": "", "slots": "success",
        "cluster_id": "",
    }  # fmt: skip
    return base | given


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


SAME = words("the brigade captured Baiji today")


def test_equal_slots_and_like_words_are_one_claim() -> None:
    rows = [claim(1), claim(2)]
    found = clustered(rows, [SAME, words("today the brigade captured Baiji town")])
    assert found[0] == found[1] != ""


def test_what_differs_in_one_slot_stays_apart() -> None:
    first = claim(1, quantity_min=5.0, quantity_max=5.0, quantity_unit="killed", actor="the brigade")
    others = [
        claim(2, polarity="negated", modality="denial"), claim(3, type="attack"), claim(4, modality="intention"),
        claim(5, lat=36.34, lon=43.13, place_name="Mosul"), claim(6, posted_at=140 * DAY, time_from=139 * DAY, time_to=140 * DAY),
        claim(7, quantity_min=50.0, quantity_max=50.0, quantity_unit="killed"), claim(8, actor="the militia"),
    ]  # fmt: skip
    for other in others:
        a, b = clustered([first, other], [SAME, SAME])
        assert a != b, other


def test_two_entries_of_one_town_and_its_alias_meet_across_squares() -> None:
    a, b = clustered([claim(1, lat=34.9499), claim(2, lat=34.9501, place_name="Bayji")], [SAME, SAME])
    assert a == b


def test_wishes_and_untyped_claims_are_in_no_cluster() -> None:
    rows = [claim(1, modality="aspiration"), claim(2, type=""), claim(3, modality="question")]
    assert clustered(rows, [SAME] * 3) == ["", "", ""]


def test_order_of_the_rows_leaves_no_trace() -> None:
    rows = [claim(n, quantity_min=float(n % 3), quantity_max=float(n % 3), quantity_unit="killed") for n in range(12)]
    there = clustered(rows, [SAME] * 12)
    back = clustered(rows[::-1], [SAME] * 12)
    assert back[::-1] == there
    assert len(set(there)) == 3


def post(n: int, **given: Any) -> Carried:
    base: dict[str, Any] = {
        "post_id": f"x:{n}", "account_id": f"x:a{n}", "at_us": 100 * DAY + n * 60_000_000, "repost_of": "", "of_account": "",
        "wording": -1, "media": (), "link": "", "cites": "",
    }  # fmt: skip
    return Carried(**(base | given))


def test_strangers_are_as_many_sources_as_accounts() -> None:
    assert behind([post(n) for n in range(5)], {}).sources == 5


def test_five_hundred_puppets_remain_one_source() -> None:
    copies = [post(n, wording=7) for n in range(500)]
    assert (behind(copies, {}).accounts, behind(copies, {}).sources) == (500, 1)
    paraphrased = [post(n) for n in range(500)]
    assert behind(paraphrased, {f"x:a{n}": "g1" for n in range(500)}).sources == 1


def test_each_trace_joins_and_is_named() -> None:
    cases = {
        "reshare": [post(1), post(2, repost_of="x:1")], "media": [post(1, media=("m",)), post(2, media=("k", "m"))],
        "link": [post(1, link="u"), post(2, link="u")], "cited": [post(1, cites="agency"), post(2, cites="agency")],
        "copy": [post(1, wording=3), post(2, wording=3)],
    }  # fmt: skip
    for kind, posts in cases.items():
        found = behind([*posts, post(9)], {})
        assert (found.sources, found.joined_by) == (2, {kind: 1}), kind


def test_a_copy_after_more_than_72_hours_is_no_join() -> None:
    late = post(2, wording=3, at_us=104 * DAY)
    assert behind([post(1, wording=3), late], {}).sources == 2


def test_two_that_pass_on_one_post_outside_the_cluster_are_one() -> None:
    assert behind([post(1, repost_of="x:77"), post(2, repost_of="x:77")], {}).sources == 1


def test_a_cluster_row_says_who_stands_behind_it() -> None:
    rows = [claim(n, cluster_id="C1", source_cited="the agency") for n in range(6)]
    carried = {f"x:{n}": post(n, cites="the agency") for n in range(6)}
    (row,) = clusters(rows, carried, {}, {"x:a1": "one", "x:a2": "two"})
    assert (row["n_posts"], row["n_accounts"], row["n_sources"], row["cites"]) == (6, 6, 1, "the agency")
    assert row["n_labels"] == 2


def test_contradictory_numbers_are_variants() -> None:
    rows = [
        claim(n, cluster_id=f"C{n}", quantity_min=float(n * 10), quantity_max=float(n * 10), quantity_unit="killed")
        for n in (1, 2)
    ]
    found = clusters(rows, {f"x:{n}": post(n) for n in (1, 2)}, {}, {})
    assert [r["variants"] for r in found] == [1, 1]


def test_slots_leave_out_wishes_and_words_passed_on_and_hide_small_sums() -> None:
    rows = [claim(1), claim(2, carried=True), claim(3, modality="aspiration"), claim(4, slots="success,resource")]
    found = {(r["slot"], r["claims"], r["accounts"]) for r in slots(rows, {})}
    assert found == {("success", 2, None), ("resource", 1, None)}


def test_sides_follow_what_accounts_do() -> None:
    doings = [
        {"account_id": "a", "posts": 10, "reposts": 9, "heard": 5}, {"account_id": "b", "posts": 10, "reposts": 1, "heard": 3},
        {"account_id": "c", "posts": 10, "reposts": 1, "heard": 2},
    ]  # fmt: skip
    assert side_of(doings) == {"a": "relay", "b": "source", "c": "voice"}


def test_an_image_used_for_another_day_is_told() -> None:
    texts = {f"x:{n}": {"posted_at": n, "account_id": f"x:a{n}", "text": "map of the front"} for n in range(3)}
    rows = [claim(0), claim(1, time_from=80 * DAY), claim(2)]
    items, reuse = lineage([("x:0", "h"), ("x:1", "h"), ("x:2", "other")], texts, rows, {})
    assert [(i["first_post"], i["n_posts"], i["recycled"], i["map"], i["match"]) for i in items] == [
        ("x:0", 2, True, True, "exact")
    ]
    assert reuse[0]["items"] == 1


def test_perceptual_hashes_within_31_bits_are_one_item() -> None:
    near, far = "pdq:" + "0" * 63 + "7", "pdq:" + "f" * 64
    texts = {f"x:{n}": {"posted_at": n, "account_id": f"x:a{n}", "text": ""} for n in range(3)}
    carries = [("x:0", "pdq:" + "0" * 64), ("x:1", near), ("x:2", far)]
    items, _ = lineage(carries, texts, [claim(n) for n in range(3)], {})
    assert [(i["n_posts"], i["n_copies"], i["match"]) for i in items] == [(2, 2, "perceptual")]
