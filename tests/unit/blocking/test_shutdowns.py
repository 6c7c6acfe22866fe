"""Series of reachability: collapses are found against their own history and excuse silence; files of prefixes name networks."""

# ruff: noqa: E501  # records on one line

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest

from blowback.desk import new_case
from blowback.dossier.build import build
from blowback.dossier.html import render
from blowback.errors import UsageError
from blowback.tools.collapse import collapses, on_grid
from blowback.witnesses import asn_table, dig, lookups_csv, network_names, ooni, volumes
from blowback.witnesses.measurements import layout_of

from .conftest import dig as printed
from .conftest import judged, lines, records_of, site, tables_of

START = dt.datetime(2031, 6, 1)  # noqa: DTZ001  # zone-less UTC is the house form
EPOCH = int(dt.datetime(2031, 6, 1, tzinfo=dt.UTC).timestamp())
HOUR = 3600


def level(hours: int = 24 * 28, *, cut: tuple[int, int] | None = None, to: float = 0.03, seed: int = 1) -> list[float]:
    """A level with a daily rhythm and noise by hours; cut to a share of it over a stretch."""
    draw = np.random.default_rng(seed)
    at = np.arange(hours)
    value = 1000 * (1 + 0.3 * np.sin(2 * np.pi * at / 24)) * np.exp(draw.normal(0, 0.04, hours))
    if cut:
        value[cut[0] : cut[1]] *= to
    return [round(float(v), 1) for v in value]


def ioda(values: list[Any], source: str = "ping-slash24", kind: str = "asn", code: str = "64500") -> dict[str, Any]:
    """A series as IODA's API gives it."""
    return {
        "entityType": kind, "entityCode": code, "entityName": "x", "entityFqid": f"{kind}.{code}", "datasource": source, "subtype": "",
        "from": EPOCH, "until": EPOCH + HOUR * len(values), "step": HOUR, "nativeStep": 600, "values": values,
    }  # fmt: skip


def answer(*series: dict[str, Any]) -> bytes:
    return json.dumps({"type": "signals", "error": None, "data": [list(series)], "copyright": "x"}).encode()


def volume_rows(*series: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return tables_of(volumes.JSON, answer(*series), exhibit="7")


def test_ioda_json_is_told_and_read():
    content = answer(ioda([1, None, 3.5]), ioda([9], "bgp", "country", "xk"), ioda([2], "bgp", "region", "77"))
    assert layout_of("signals.json", content)[1].id == "ioda"
    rows = tables_of(volumes.JSON, content)["volumes"]
    assert [(r["network"], r["country"], r["series"], r["value"], r["step_s"]) for r in rows] == [
        ("AS64500", None, "ping-slash24", 1.0, 3600.0), ("AS64500", None, "ping-slash24", 3.5, 3600.0), (None, "XK", "bgp", 9.0, 3600.0), ("x", None, "bgp", 2.0, 3600.0),
    ]  # fmt: skip
    assert [r["begins_at"] - START for r in rows[:2]] == [dt.timedelta(0), dt.timedelta(hours=2)]
    assert [r["record_no"] for r in rows] == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (answer(ioda([None, None])), ["no_values"]),
        (answer({**ioda([1]), "from": "yesterday"}), ["odd_series"]),
        (answer({**ioda([1]), "step": 0, "nativeStep": 0}), ["odd_series"]),
        (b'{"data": [], "type": "signals"}', ["no_series"]),
        (b'{"entityType": "asn", "data', ["not_json"]),
    ],
    ids=["no_values", "no_start", "no_step", "no_series", "cut"],
)
def test_odd_series_are_set_aside_with_a_reason(content, reasons):
    assert [r.reason for r in records_of(volumes.JSON, content)] == reasons


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("time,network,value\n2031-06-01T00:00:00Z,AS64500,7\n", [("AS64500", None, "value", 7.0)]),
        ("timestamp;asn;bgp;ping-slash24\n1938211200;64500;5;6\n", [("AS64500", None, "bgp", 5.0), ("AS64500", None, "ping-slash24", 6.0)]),
        ("datetime,country,signal,value\n2031-06-01 00:00,xk,traffic,0.5\n", [(None, "XK", "traffic", 0.5)]),
        ("date\tisp\tvalue\n2031-06-01\tNetA\t3\n", [("NetA", None, "value", 3.0)]),
    ],
    ids=["iso", "epoch_wide", "country", "tabs"],
)  # fmt: skip
def test_tables_of_series_are_read(text, rows):
    assert layout_of("v.csv", text.encode())[1].id == "volumes_csv"
    found = tables_of(volumes.TABLE, text.encode())["volumes"]
    assert [(r["network"], r["country"], r["series"], r["value"]) for r in found] == rows


def test_rows_of_a_table_that_tell_nothing_are_set_aside():
    text = "time,asn,value\nsoon,1,2\n2031-06-01,,2\n2031-06-01,1,many\n2031-06-01,1\n"
    assert [r.reason for r in records_of(volumes.TABLE, text.encode())] == [
        "bad_time",
        "no_network",
        "no_values",
        "ragged_row",
    ]


@pytest.mark.parametrize(
    ("cut", "to", "words"),
    [(None, 1.0, []), ((400, 430), 0.03, ["collapse"]), ((400, 403), 0.4, ["collapse"]), ((300, 650), 0.02, ["collapse"]), ((400, 430), 0.7, [])],
    ids=["nothing", "a_day", "three_hours", "a_fortnight", "a_third_less"],
)  # fmt: skip
def test_a_collapse_is_found_with_its_bracket(cut, to, words):
    at = np.arange(24 * 28) * HOUR * 1_000_000
    found = collapses(on_grid(at, np.array(level(cut=cut, to=to)), 0, 0.5))
    assert [f.word for f in found] == words
    for one in found:
        hours = [t // 1_000_000 // HOUR for t in (one.last_usual, one.first_low, one.last_low, one.first_usual)]
        assert hours == [cut[0] - 1, cut[0], cut[1] - 1, cut[1]]


def test_noise_without_a_collapse_gives_none():
    """A series that is often near nothing: no stretch of it can be told from the others."""
    words = []
    for seed in range(40):
        draw = np.random.default_rng(seed)
        value = draw.poisson(1.5, 24 * 28).astype(float)
        words += [f.word for f in collapses(on_grid(np.arange(24 * 28) * HOUR * 1_000_000, value, 0, 0.5))]
    assert words.count("collapse") <= 40 * 0.05


def test_a_series_with_a_weekly_rhythm_and_gaps_gives_none():
    for seed in range(20):
        value = np.array(level(24 * 56, seed=seed))
        value[np.arange(len(value)) // 24 % 7 >= 5] *= 0.7
        value[500:540] = np.nan
        keep = ~np.isnan(value)
        at = np.arange(len(value))[keep] * HOUR * 1_000_000
        assert not [f for f in collapses(on_grid(at, value[keep], 0, 0.5)) if f.word == "collapse"]


def asked(name: str, address: str | None, day: int, hour: int) -> str:
    """A question, with an answer or none, at an hour of June 2031."""
    when = START.replace(day=day, hour=hour, minute=5)
    status, answers = ("SERVFAIL", []) if address is None else ("NOERROR", [f"{name}.\t300\tIN\tA\t{address}"])
    return printed(name, "198.51.100.1", status, answers=answers, when=f"{when:%a %b %d %H:%M:%S %Y}")


def lookups_around(day: int, hour: int) -> dict[str, list[dict[str, Any]]]:
    """Twelve names at one hour: three forged, one that fails, the rest open."""
    text = "".join(asked(f"www.open{n}.example", f"203.0.113.{n}", day, hour) for n in range(1, 9))
    text += "".join(asked(f"www.lied{n}.example", "192.168.7.7", day, hour) for n in range(3))
    text += asked("www.fails.example", None, day, hour)
    return tables_of(dig.LAYOUT, text.encode(), f"198.51.100.1-2031-06-{day:02d}.txt", exhibit="8")


def named(network: str = "AS64500") -> dict[str, list[dict[str, Any]]]:
    return tables_of(network_names.LAYOUT, f"place,network,country\n198.51.100.1,{network},XK\n".encode(), exhibit="9")


CUT = (24 * 16 + 8, 24 * 16 + 20)  # 17 June, 8 to 20 h


def test_a_shutdown_is_said_aloud_with_its_bracket():
    series = (ioda(level(cut=CUT)), ioda(level(cut=CUT, seed=2), "bgp"), ioda(level(seed=3), "merit-nt"))
    tables, findings = judged(volume_rows(*series))
    (found,) = [f for f in findings if f.rule == "blocking.shutdown.1"]
    assert found.subject.id == "AS64500"
    assert "between 2031-06-17 07:00 and 2031-06-17 08:00" in found.says
    assert "came back between 2031-06-17 19:00 and 2031-06-17 20:00" in found.says
    assert "do not say" in found.says
    assert "merit-nt" in found.counter_evidence[0]
    assert [(o["series"], o["word"]) for o in tables["outages"]] == [("bgp", "collapse"), ("ping-slash24", "collapse")]
    assert found.evidence == (f"{'0' * 12}:2", f"{'0' * 12}:1")


def test_silence_in_a_shutdown_says_nothing_of_single_names_and_forgeries_stay():
    cells = {}
    for hour in (10, 22):
        tables, _ = judged(
            lookups_around(17, hour), named(), volume_rows(ioda(level(cut=CUT))), controls("www.fails.example")
        )
        cells[hour] = {c["name"]: (c["state"], c["rule"], c["cause"]) for c in tables["cells"]}
    assert cells[22]["www.fails.example"][:2] == ("impaired", "E06.fails_once")
    assert cells[10]["www.fails.example"] == ("insufficient", "E01.outage", "network")
    assert cells[10]["www.lied1.example"][:2] == cells[22]["www.lied1.example"][:2] == ("blocked", "E03.bogon_shared")


def controls(name: str) -> dict[str, list[dict[str, Any]]]:
    text = f"resolver,day,qname,rcode,answers,control\n9.9.9.9,2031-06-17,{name},NOERROR,203.0.113.77,true\n"
    return tables_of(lookups_csv.LAYOUT, text.encode(), exhibit="6")


def test_a_countrys_shutdown_covers_its_networks():
    series = ioda(level(cut=CUT), "bgp", "country", "XK")
    tables, findings = judged(lookups_around(17, 10), named("NetA"), volume_rows(series), controls("www.fails.example"))
    assert {c["name"]: c["rule"] for c in tables["cells"]}["www.fails.example"] == "E01.outage"
    assert [f.subject.id for f in findings if f.rule == "blocking.shutdown.1"] == ["country XK"]


def test_a_measurement_in_a_shutdown_is_excused_too():
    """Connections that time out, the control fine: impaired, and nothing at all while the whole network is down."""
    for hour, rule in ((10, "E01.outage"), (22, "E08.silent")):
        tcp = {
            "ip": "151.101.1.7",
            "port": 80,
            "status": {"failure": "generic_timeout_error", "success": False},
            "tags": ["depth=0"],
        }
        top = {"probe_asn": "AS64500", "measurement_start_time": f"2031-06-17 {hour}:10:00"}
        made = site(tcp_connect=[tcp], requests=[], top=top)
        tables, _ = judged(tables_of(ooni.LAYOUT, lines(made)), volume_rows(ioda(level(cut=CUT))))
        assert [(m["network"], m["rule"]) for m in tables["measured"]] == [("AS64500", rule)]


def test_short_history_cannot_tell():
    _, findings = judged(volume_rows(ioda(level(24 * 5, cut=(60, 70)))))
    (found,) = findings
    assert (found.rule, found.ruling) == ("blocking.steady.1", "cannot_tell")
    assert "too short" in found.says


def test_a_steady_series_is_context():
    _, (found,) = judged(volume_rows(ioda(level())))
    assert (found.rule, found.ruling) == ("blocking.steady.1", "context")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("; IP-ASN32-DAT file\n; a comment\n192.0.2.0/24\t64500\n2001:db8::/32\t64501\n", [("192.0.2.0/24", "AS64500"), ("2001:db8::/32", "AS64501")]),
        ("192.0.2.0\t24\t64500\n198.51.100.0\t24\t64501_64502\n", [("192.0.2.0/24", "AS64500"), ("198.51.100.0/24", "AS64501")]),
        ("192.0.2.0\t192.0.2.255\t64500\tXK\tNET-A, XK\n", [("192.0.2.0/24", "AS64500"), ("as64500", "NET-A, XK")]),
        ('192.0.2.0,192.0.2.127,64500,"Net A"\n', [("192.0.2.0/25", "AS64500"), ("as64500", "Net A")]),
        ("prefix,asn,name\n192.0.2.0/24,AS64500,Net A\n", [("192.0.2.0/24", "AS64500"), ("as64500", "Net A")]),
        ("network,autonomous_system_number,autonomous_system_organization\n192.0.2.0/24,64500,Net A\n", [("192.0.2.0/24", "AS64500"), ("as64500", "Net A")]),
    ],
    ids=["pyasn", "pfx2as", "iptoasn", "ranges_csv", "csv", "geolite"],
)  # fmt: skip
def test_files_of_prefixes_are_told_and_read(text, rows):
    assert layout_of("asn.txt", text.encode())[1].id == "asn_table"
    found = tables_of(asn_table.LAYOUT, text.encode(), "asn.txt")["networks"]
    assert [(r["place"], r["network"]) for r in found] == rows


def test_lines_of_prefixes_that_say_nothing_are_set_aside():
    text = (
        "192.0.2.0/24\t64500\n0.0.0.0\t0.255.255.255\t0\tNone\tNot routed\n192.0.2.9\t192.0.2.1\t64500\tXK\tN\nhello\n"
    )
    assert [r.reason for r in records_of(asn_table.LAYOUT, text.encode())] == ["", "not_routed", "bad_range", "not_asn"]


def test_an_as_file_names_networks_after_what_people_say():
    table = tables_of(asn_table.LAYOUT, b"198.51.0.0\t198.51.255.255\t64500\tXK\tNET-A\n", exhibit="5")
    tables, _ = judged(lookups_around(17, 10), table)
    assert {c["network"] for c in tables["cells"]} == {"NET-A"}
    assert {v["country"] for v in tables["verdicts"]} == {"XK"}
    said = tables_of(network_names.LAYOUT, b"place,network\nAS64500,Our name\n", exhibit="4")
    tables, _ = judged(lookups_around(17, 10), table, said)
    assert {c["network"] for c in tables["cells"]} == {"Our name"}
    tables, _ = judged(lookups_around(17, 10), table, named("By hand"))
    assert {c["network"] for c in tables["cells"]} == {"By hand"}


def test_from_files_to_the_dossier(tmp_path):
    (tmp_path / "ioda.json").write_bytes(answer(ioda(level(cut=CUT)), ioda(level(cut=CUT, seed=2), "bgp")))
    text = "".join(f"{START + dt.timedelta(hours=n)},64500,{v}\n" for n, v in enumerate(level(cut=CUT, seed=5)))
    (tmp_path / "traffic.csv").write_text("time,asn,traffic\n" + text)
    desk = new_case(tmp_path / "case")
    done = desk.blocking_import(tmp_path / "ioda.json", tmp_path / "traffic.csv")
    assert done.as_dict()["rows"]["volumes"] == 24 * 28 * 3
    desk.blocking_judge()
    (finding,) = desk.findings()
    assert finding.rule == "blocking.shutdown.1"
    assert {r["kind"] for r in desk.evidence(finding.id).to_pylist()} == {"volume"}
    assert (
        len(list(desk.raw(finding.id))) == 12
    )  # rows of the table; series of a JSON document have no bytes of their own
    document = build(desk.case)
    page = render(document)
    assert "The whole network" in page
    assert "values of series of reachability" in page


def test_a_series_of_a_document_has_no_bytes_of_its_own(tmp_path):
    (tmp_path / "ioda.json").write_bytes(answer(ioda(level(cut=CUT))))
    desk = new_case(tmp_path / "case")
    desk.blocking_import(tmp_path / "ioda.json")
    desk.blocking_judge()
    (finding,) = desk.findings()
    with pytest.raises(UsageError, match="whole documents"):
        desk.raw(finding.id)
    assert "blowback blocking raw" not in render(build(desk.case))
