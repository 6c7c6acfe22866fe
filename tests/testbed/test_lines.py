"""Every line keeps to the format, tells nothing of the line's own address, and is asked in the order that was planned."""

from __future__ import annotations

import copy
import re

import pytest

from .bed import Bed
from .schema import LINE, faults


def every(bed: Bed) -> list[dict]:
    return [line for name in ("once", "hours") for line in bed.lines[name]]


def test_every_line_keeps_to_the_schema(measured: Bed) -> None:
    for line in every(measured):
        assert faults(line, LINE) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(probe_ip="10.77.0.2"),
        lambda d: d.update(extra=1),
        lambda d: d.pop("input"),
        lambda d: d["test_keys"].update(blocking=False),
        lambda d: d["test_keys"]["queries"][0].update(failure="made_up"),
        lambda d: d["test_keys"]["queries"][0].update(t=None),
        lambda d: d["test_keys"]["control"]["dns"].update(addrs="10.77.16.1"),
    ],
)
def test_the_schema_finds_what_is_off(measured: Bed, spoil) -> None:
    line = copy.deepcopy(next(x for x in every(measured) if x["test_keys"]["queries"]))
    spoil(line)
    assert faults(line, LINE) != []


def test_the_lines_own_address_is_nowhere(measured: Bed) -> None:
    for name in ("once", "hours"):
        text = (measured.folder / f"{name}.jsonl").read_text()
        assert re.search(r"10\.77\.0\.2(?!\d)", text) is None
    page = next(x for x in measured.lines["once"] if "geo.example" in x["input"])["test_keys"]["requests"][0][
        "response"
    ]
    assert "[scrubbed]" in page["body"]  # the site echoes it


def test_each_url_once_for_each_vantage_and_round(measured: Bed) -> None:
    keys = [(x["input"], x["annotations"]["x_vantage"], x["annotations"]["x_round"]) for x in measured.lines["hours"]]
    assert len(keys) == len(set(keys))
    assert {k[2] for k in keys} == {"1", "2", "3", "4", "5"}


def test_every_vantage_measured_innocuous_urls(measured: Bed) -> None:
    by = {x["annotations"]["x_vantage"] for x in measured.lines["once"]}
    calm = {x["annotations"]["x_vantage"] for x in measured.lines["once"] if x["annotations"]["x_innocuous"] == "true"}
    assert by == calm


def test_bodies_of_sensitive_categories_are_not_kept_and_others_are(measured: Bed) -> None:
    for host, kept in (("open-http.example", False), ("open.example", True)):
        keys = next(x for x in measured.lines["once"] if f"/{host}/" in x["input"])["test_keys"]
        for one in (keys, keys["x_controls"][0]):
            response = one["requests"][0]["response"]
            assert bool(response["body"]) is kept is response["x_body_kept"]
            assert response["x_body_length"] > 100
            assert host in response["x_title"]
