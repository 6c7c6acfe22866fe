"""Brackets, fixed panels, and pages that are found without fingerprints."""

# records of a file on one line

from __future__ import annotations

from typing import Any

import pytest

from blowback.analyses.blocking.refine import changes, ordered, sign_test
from blowback.analyses.blocking.rows import brackets
from blowback.witnesses import lookups_csv, pages

from .conftest import judged, tables_of

BLOCK = b"<html><head><title>Entry closed</title></head><body><h1>closed</h1><p>By order</p></body></html>"
ERROR = b"<html><title>Network Error</title><body><table><tr><td>A communication error occurred</td></tr></table></body></html>"


def cell(day: int, name: str, state: str, network: str = "Northnet") -> dict[str, Any]:
    return {"network": network, "day": f"2031-06-{day:02}", "name": name, "state": state}


def test_brackets_lie_between_days_that_tell_something() -> None:
    states = ["ok", "insufficient", "blocked", "likely_blocked", "down", "ok"]
    (row,) = brackets([cell(16 + n, "club.example", s) for n, s in enumerate(states)])
    assert (row["onset_after"], row["onset_by"], row["end_after"], row["end_by"]) == (
        "2031-06-16", "2031-06-18", "2031-06-19", "2031-06-21",
    )  # fmt: skip
    assert (row["days_blocked"], row["days_open"], row["days_unknown"], row["switches"]) == (2, 2, 2, 2)


def test_what_was_blocked_when_first_and_last_looked_at_has_open_ends() -> None:
    (row,) = brackets([cell(16, "club.example", "blocked"), cell(17, "shop.example", "ok")])
    assert (row["onset_after"], row["end_by"]) == (None, None)


def test_days_without_a_date_are_not_put_among_dates() -> None:
    rows = [cell(16, "club.example", "ok"), {**cell(17, "club.example", "blocked"), "day": "day1"}]
    assert [r["day"] for r in ordered(rows)] == ["2031-06-16"]
    assert [r["day"] for r in ordered(rows[1:])] == ["day1"]


def test_a_growing_list_never_reads_as_policy() -> None:
    first = [cell(16, f"n{i}.example", "ok") for i in range(20)]
    second = [cell(17, f"n{i}.example", "ok") for i in range(20)] + [
        cell(17, f"new{i}.example", "blocked") for i in range(30)
    ]
    (row,) = changes([*first, *second])
    assert (row["panel"], row["newly_blocked"], row["newly_open"], row["p"], row["added"]) == (20, 0, 0, 1.0, 30)


def test_a_change_of_policy_shows_in_the_panel() -> None:
    first = [cell(16, f"n{i}.example", "ok") for i in range(20)]
    second = [cell(17, f"n{i}.example", "blocked" if i < 8 else "ok") for i in range(20)]
    (row,) = changes([*first, *second])
    assert (row["newly_blocked"], row["newly_open"]) == (8, 0)
    assert row["p"] == pytest.approx(2 * 0.5**8)
    assert sign_test(5, 5) == 1.0


def _folder(
    kinds: dict[str, bytes], vantages: tuple[str, ...] = ("192.0.2.x", "192.0.2.x2"), control: bytes = b""
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for vantage in vantages:
        for host, body in kinds.items():
            rows += tables_of(pages.LAYOUT, body, f"pages/day1/{vantage}/{host}.html")["fetches"]
    for host in kinds if control else ():
        rows += tables_of(pages.LAYOUT, control, f"pages/day1/NOPROXY/{host}.html")["fetches"]
    return rows


def test_pages_are_clustered_without_fingerprints_and_errors_set_apart() -> None:
    sites = {f"www.{n}.example": BLOCK for n in ("shop", "club", "tool", "news", "mail", "map")}
    broken = {f"www.err{n}.example": ERROR for n in range(8)}
    own = {f"www.own{n}.example": b"<html><title>Own</title>" + b"<p>" * (n + 3) + b"words " * 30 for n in range(4)}
    out, findings = judged(
        {
            "fetches": _folder(
                {**sites, **broken, **own}, control=b"<html><title>Home</title><div>words words words</div></html>"
            )
        }
    )
    (first, *others) = out["review"]
    assert (first["proposed"], first["pages"], first["owners"], first["title"]) == (True, 12, 6, "Entry closed")
    assert {(g["word"], g["proposed"]) for g in others if "Network Error" in g["title"]} == {("proxy_error", False)}
    by = {v["name"]: (v["state"], v["rule"]) for v in out["verdicts"]}
    assert by["www.shop.example"] == ("likely_blocked", "E13.cluster")
    assert by["www.err1.example"] == ("insufficient", "E16.proxy")
    assert by["www.own2.example"] == ("ok", "E07.genuine")
    assert [f.rule for f in findings if f.subject.kind == "page"] == ["blocking.review.1"]


def test_four_sites_or_a_control_with_the_page_propose_nothing() -> None:
    four = {f"www.{n}.example": BLOCK for n in ("shop", "club", "tool", "news")}
    assert not any(g["proposed"] for g in judged({"fetches": _folder(four)})[0]["review"])
    six = {f"www.{n}.example": BLOCK for n in ("shop", "club", "tool", "news", "mail", "map")}
    assert not any(g["proposed"] for g in judged({"fetches": _folder(six, control=BLOCK)})[0]["review"])


def test_a_table_of_fetches_finds_its_pages_by_hash() -> None:
    alone = tables_of(pages.LAYOUT, BLOCK, "pages/block-0011.html")["fetches"]
    sha = alone[0]["body_sha256"]
    rows = "\n".join(
        f"day1,192.0.2.x,www.{n}.example,2234,{sha},what somebody called it"
        for n in ("shop", "club", "tool", "news", "mail")
    )
    table = tables_of(lookups_csv.LAYOUT, f"day,vantage,url,bytes,sha256,kind\n{rows}\n".encode())
    out, _ = judged(table, {"fetches": alone})
    assert (out["review"][0]["proposed"], out["review"][0]["pages"]) == (True, 5)
    assert {v["rule"] for v in out["verdicts"]} == {"E13.cluster"}
