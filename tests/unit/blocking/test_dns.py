"""What one answer shows: the rows of the specification, one after another, with what guards them."""

# ruff: noqa: E501  # records of a file on one line

from __future__ import annotations

from typing import Any

import pytest

from blowback.analyses.blocking.evidence import BY_ID, EVIDENCE
from blowback.model.blocking import CAUSES, MECHANISMS, STATES
from blowback.witnesses import censored_planet, dig, lookups_csv

from .conftest import a, judged, lines, tables_of
from .conftest import dig as printed

SERVER = "198.51.100.1"
CALM = "".join(a(f"www.calm{n}.example", f"203.0.113.{n + 1}") for n in range(12))
REFUSED = "".join(printed(f"www.calm{n}.example", "192.0.2.1", "REFUSED", flags="qr rd") for n in range(30))
SOA = ["{0}.\t300\tIN\tSOA\tns1.carrier.test. admin.carrier.test. 1 2 3 4 5"]


def verdict(text: str, name: str, *more: str, **given: Any) -> dict[str, Any]:
    parts = [tables_of(dig.LAYOUT, t.encode(), f"file{n}.txt") for n, t in enumerate((text, *more))]
    out, _ = judged(*parts, **given)
    found = {v["resolver"]: v for v in out["verdicts"] if v["name"] == name}
    return found.get("192.0.2.1") or found[SERVER]


def shown(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["state"], row["mechanism"], row["rule"]


def test_every_row_of_evidence_is_whole() -> None:
    assert {e.row for e in EVIDENCE} == set(range(1, 18))
    assert len(BY_ID) == len(EVIDENCE)
    assert {e.state for e in EVIDENCE} <= set(STATES)


def test_a_refusing_server_says_nothing_and_never_ok() -> None:
    row = verdict(REFUSED, "www.calm3.example")
    assert shown(row) == ("insufficient", "", "E01.unready")
    assert row["cause"] == "resolver"


def test_a_dead_server_says_nothing() -> None:
    text = "".join(printed(f"www.calm{n}.example", "", "timeout") for n in range(30))
    parts = tables_of(dig.LAYOUT, text.encode(), f"{SERVER}-06-16-31.txt")
    out, findings = judged(parts)
    assert {v["state"] for v in out["verdicts"]} == {"insufficient"}
    assert out["resolver_days"][0]["word"] == "dead"
    assert [f.rule for f in findings] == ["blocking.no_data.1"]
    assert findings[0].ruling == "cannot_tell"


def test_what_a_refusing_server_leaks() -> None:
    zone = [s.format("club.example") for s in SOA]
    text = REFUSED + printed("www.club.example", "192.0.2.1", "NXDOMAIN", flags="qr aa rd", authority=zone)
    row = verdict(text, "www.club.example")
    assert (*shown(row), row["cause"], row["poisoned"]) == ("blocked", "dns.nxdomain", "E02.leak_nxdomain", "name", "")


def test_a_zone_above_the_name_is_collateral() -> None:
    zone = [s.format("club.example") for s in SOA]
    text = REFUSED + "".join(
        printed(f"{n}.club.example", "192.0.2.1", "NXDOMAIN", flags="qr aa rd", authority=zone)
        for n in ("news", "mail")
    )
    out, _ = judged(tables_of(dig.LAYOUT, text.encode()))
    rows = [v for v in out["verdicts"] if v["name"].endswith(".club.example")]
    assert {(v["cause"], v["poisoned"]) for v in rows} == {("collateral?", "club.example")}
    assert out["collateral"] == [
        {
            "network": "192.0.0.0/16",
            "label": "club.example",
            "taken": "mail.club.example news.club.example",
            "kept_open": "",
            "not_known": "",
        }
    ]


def test_an_address_of_the_owner_is_a_pin_another_is_a_forgery() -> None:
    pin = printed("www.club.example", "192.0.2.1", flags="qr aa rd", answers=["www.club.example. 60 IN A 203.0.200.9"],
                  authority=["club.example. 60 IN NS ns1.carrier.test."])  # fmt: skip
    real = pin.replace("203.0.200.9", "151.101.7.9")
    near = CALM.replace("203.0.113.", "151.101.1.") + a("mail.club.example", "151.101.77.1")
    assert shown(verdict(REFUSED + real, "www.club.example", near)) == ("ok", "", "E02.pinned")
    far = CALM.replace("203.0.113.", "151.101.1.") + a("mail.club.example", "144.2.77.1")
    assert shown(verdict(REFUSED + real, "www.club.example", far)) == (
        "blocked",
        "dns.injection.other",
        "E02.leak_other",
    )
    assert shown(verdict(REFUSED + real, "www.club.example")) == (
        "likely_blocked",
        "dns.injection.other",
        "E02.leak_alone",
    )


def test_the_servers_own_zone_and_a_customers_are_left_alone() -> None:
    own = printed("www.carrier.test", "192.0.2.1", flags="qr aa rd", answers=["www.carrier.test. 60 IN A 151.101.7.9"],
                  authority=["carrier.test. 60 IN NS ns1.carrier.test."])  # fmt: skip
    assert shown(verdict(REFUSED + own, "www.carrier.test")) == ("ok", "", "E02.own_zone")
    customer = own.replace("www.carrier.test", "www.club.example").replace(
        "carrier.test. 60 IN NS", "club.example. 60 IN NS"
    )
    told = printed("www.club.example", SERVER, answers=["www.club.example. 60 IN A 151.101.7.9"],
                   authority=["club.example. 60 IN NS ns1.carrier.test."])  # fmt: skip
    assert shown(verdict(REFUSED + customer, "www.club.example", CALM + told)) == ("ok", "", "E02.own_zone")


def test_a_resolver_that_sets_aa_on_everything_is_not_judged_by_it() -> None:
    text = "".join(a(f"www.calm{n}.example", f"151.101.1.{n}", flags="qr aa rd ra") for n in range(20))
    text += printed("gone.example", SERVER, "NXDOMAIN", flags="qr aa rd ra")
    assert shown(verdict(text, "gone.example")) == ("insufficient", "", "E06.fails_unknown")


def test_one_private_answer_for_many_owners_is_a_sinkhole_for_one_it_is_a_fault() -> None:
    many = CALM.replace("203.0.113.", "151.101.1.") + "".join(
        a(f"www.{n}.example", "192.168.5.5") for n in ("club", "shop", "tool")
    )
    row = verdict(many + a("fault.example", "192.168.1.1"), "www.club.example")
    assert shown(row) == ("blocked", "dns.injection.bogon", "E03.bogon_shared")
    assert shown(verdict(many + a("fault.example", "192.168.1.1"), "fault.example")) == (
        "insufficient",
        "",
        "E03.bogon_alone",
    )
    assert shown(verdict(many, "www.club.example", shared=4))[2] == "E03.bogon_alone"


def test_a_private_answer_where_another_network_has_a_real_one() -> None:
    text = CALM.replace("203.0.113.", "151.101.1.") + a("club.example", "192.168.5.5")
    peer = (CALM + a("club.example", "144.2.77.1")).replace(SERVER, "198.18.0.9").replace("203.0.113.", "151.101.1.")
    assert shown(verdict(text, "club.example", peer)) == ("blocked", "dns.injection.bogon", "E03.bogon")


def test_a_poisoned_cname_names_its_label() -> None:
    text = CALM.replace("203.0.113.", "151.101.1.") + "".join(
        a(f"www.{n}.example", "192.168.5.5") for n in ("shop", "tool")
    )
    text += printed(
        "www.club.example",
        SERVER,
        answers=["www.club.example. 0 IN CNAME host.cloud.test.", "host.cloud.test. 60 IN A 192.168.5.5"],
    )
    row = verdict(text, "www.club.example")
    assert (row["state"], row["cause"], row["poisoned"]) == ("blocked", "collateral?", "host.cloud.test")


def test_a_path_in_the_name_is_no_evidence() -> None:
    row = verdict(CALM + printed("club.example/forum/x", SERVER, "NXDOMAIN"), "club.example/forum/x")
    assert (*shown(row), row["cause"]) == ("insufficient", "", "E01.input", "input")


def _table(*rows: str) -> bytes:
    return b"resolver,time,domain,rcode,answers,control\n" + "\n".join(rows).encode() + b"\n"


CALM_ROWS = [f"192.0.2.53,2031-06-16 10:00:00,calm{n}.example,NOERROR,151.101.1.{n},0" for n in range(12)]
TRIES = [f"192.0.2.53,2031-06-16 1{h}:00:00,club.example,NXDOMAIN,,0" for h in range(3)]
CONTROLS = [f"9.9.9.{n},2031-06-16 10:00:00,club.example,NOERROR,144.2.77.1,1" for n in (1, 2)]


@pytest.mark.parametrize(
    ("rows", "state", "rule"),
    [
        (TRIES, "insufficient", "E06.fails_unknown"),
        (TRIES[:1] + CONTROLS, "impaired", "E06.fails_once"),
        (TRIES + CONTROLS[:1], "impaired", "E06.fails_once"),
        (TRIES + CONTROLS, "likely_blocked", "E06.fails"),
        ([*TRIES, *[c.replace("NOERROR,144.2.77.1", "NXDOMAIN,") for c in CONTROLS]], "down", "E17.fails_both"),
        ([*TRIES, *CONTROLS, "192.0.2.53,2031-06-16 13:00:00,club.example,NOERROR,144.2.77.1,0"], "ok", "E07.answered"),
        ([t.replace("NXDOMAIN", "TIMEOUT") for t in TRIES[:1]] + CONTROLS, "impaired", "E06.fails_once"),
    ],
)
def test_failures_need_a_control_and_tries(rows: list[str], state: str, rule: str) -> None:
    out, _ = judged(tables_of(lookups_csv.LAYOUT, _table(*CALM_ROWS, *rows)))
    found = [v for v in out["verdicts"] if v["name"] == "club.example"]
    assert [(v["state"], v["rule"]) for v in found] == [(state, rule)]


def test_silence_over_two_hours() -> None:
    silent = [f"192.0.2.53,2031-06-16 1{h}:00:00,club.example,,,0" for h in range(3)]
    short = [s.replace(f"1{n}:00:00", f"10:0{n}:00") for n, s in enumerate(silent)]
    for rows, state in ((silent, "likely_blocked"), (short, "impaired")):
        out, _ = judged(tables_of(lookups_csv.LAYOUT, _table(*CALM_ROWS, *rows, *CONTROLS)))
        (row,) = [v for v in out["verdicts"] if v["name"] == "club.example"]
        assert (row["state"], row["mechanism"]) == (state, "dns.timeout")


def test_a_shared_routable_answer_needs_controls_that_differ() -> None:
    forged = [f"192.0.2.53,2031-06-16 10:00:00,{n}.example,NOERROR,144.2.2.2,0" for n in ("club", "shop", "tool")]
    controls = [
        f"9.9.9.9,2031-06-16 10:00:00,{n}.example,NOERROR,161.35.{i}.1,1"
        for i, n in enumerate(("club", "shop", "tool"))
    ]
    for rows, state in ((forged + controls, "blocked"), (forged, "ok")):  # hosting companies share addresses, too
        out, _ = judged(tables_of(lookups_csv.LAYOUT, _table(*CALM_ROWS, *rows)))
        assert {v["state"] for v in out["verdicts"] if v["name"] in ("club.example", "shop.example")} == {state}


def test_an_address_on_which_one_name_and_its_control_agree_is_shared_infrastructure() -> None:
    rows = [f"192.0.2.53,2031-06-16 10:00:00,{n}.example,NOERROR,144.2.2.2,0" for n in ("club", "shop", "tool", "cdn")]
    controls = [
        f"9.9.9.9,2031-06-16 10:00:00,{n}.example,NOERROR,161.35.{i}.1,1"
        for i, n in enumerate(("club", "shop", "tool"))
    ]
    agreed = ["9.9.9.9,2031-06-16 10:00:00,cdn.example,NOERROR,144.2.2.2,1"]
    out, _ = judged(tables_of(lookups_csv.LAYOUT, _table(*CALM_ROWS, *rows, *controls, *agreed)))
    assert {v["state"] for v in out["verdicts"] if v["name"] == "club.example"} == {"ok"}


def _sunk(names: list[str], address: str, server: str = SERVER) -> str:
    return "".join(a(n, address, server=server) for n in names)


def _calm(server: str) -> str:
    return "".join(a(f"www.calm{n}.example", f"203.0.113.{n + 1}", server=server) for n in range(12))


@pytest.mark.parametrize(
    ("elsewhere", "state", "rule"),
    [
        ("9.{}.0.9", "likely_blocked", "E04.sinkhole_peers"),
        ("8.8.4.4", "ok", "E07.answered"),
        ("8.8.77.{}", "ok", "E07.answered"),
        (None, "ok", "E07.answered"),
    ],
    ids=["found_elsewhere", "the_same_there", "the_same_block_there", "no_other_network"],
)
def test_a_routable_sinkhole_without_a_control_is_held_against_other_networks(
    elsewhere: str | None, state: str, rule: str
) -> None:
    names = [f"www.sunk{n}.example" for n in range(4)]
    text = _calm(SERVER) + _sunk(names, "8.8.4.4")
    other = _calm("9.0.0.1")
    if elsewhere:
        other += "".join(a(n, elsewhere.format(i + 1), server="9.0.0.1") for i, n in enumerate(names))
    parts = [tables_of(dig.LAYOUT, t.encode(), f"file{n}.txt") for n, t in enumerate((text, other))]
    out, _ = judged(*parts)
    found = [v for v in out["verdicts"] if v["name"] == names[0] and v["resolver"] == SERVER]
    assert [(v["state"], v["rule"]) for v in found] == [(state, rule)]


def test_an_address_that_ten_unrelated_owners_have_alone_tells_nothing() -> None:
    """A sinkhole, a parking page or one large host: without anything to compare with they look the same."""
    names = [f"www.sunk{n}.example" for n in range(10)]
    assert shown(verdict(_calm(SERVER) + _sunk(names, "8.8.4.4"), names[0])) == ("insufficient", "", "E04.shared_alone")
    assert verdict(_calm(SERVER) + _sunk(names[:9], "8.8.4.4"), names[0])["state"] == "ok"
    chained = "".join(
        printed(n, SERVER, answers=[f"{n}.\t60\tIN\tCNAME\tedge.cdn.example.", "edge.cdn.example.\t60\tIN\tA\t8.8.4.4"]) for n in names
    )  # fmt: skip
    assert verdict(_calm(SERVER) + chained, names[0])["state"] == "ok"


def test_a_published_answer_counts_in_its_country_alone() -> None:
    content = b"resolver,day,domain,rcode,answers,country\n192.0.2.53,2031-06-16,club.example,NOERROR,144.2.2.2,ZZ\n"
    for countries, state in (("ZZ", "blocked"), ("QQ", "ok")):
        prints = [
            {
                "name": "zz",
                "scope": "isp",
                "place": "dns",
                "pattern_type": "full",
                "pattern": "144.2.2.2",
                "countries": countries,
                "list": "x",
                "record_no": 1,
            }
        ]
        out, _ = judged(tables_of(lookups_csv.LAYOUT, content), {"fingerprints": prints})
        assert [v["state"] for v in out["verdicts"]] == [state]


def test_satellite_rows_are_judged_with_the_rest() -> None:
    rows = [
        {"vp": "198.51.100.20", "test_url": f"{n}.example", "location": {"country_code": "ZZ"}, "in_control_group": True, "passed_liveness": True,
         "start_time": "2031-06-16 10:00:00", "response": [{"url": f"{n}.example", "response": {ip: {"asnum": 1, "matched": m}}, "error": "null", "rcode": 0}]}
        for n, ip, m in [("club", "144.2.2.2", []), ("shop", "144.2.2.2", []), ("tool", "144.2.2.2", []), ("calm", "161.35.1.1", ["ip"])]
    ]  # fmt: skip
    out, _ = judged(tables_of(censored_planet.LAYOUT, lines(*rows)))
    assert {v["name"]: v["rule"] for v in out["verdicts"]} == {
        "club.example": "E04.sinkhole", "shop.example": "E04.sinkhole", "tool.example": "E04.sinkhole", "calm.example": "E07.answered",
    }  # fmt: skip


def test_the_same_lookups_in_two_files_count_once() -> None:
    text = CALM.replace("203.0.113.", "151.101.1.")
    one = tables_of(dig.LAYOUT, text.encode(), "a.txt")
    out, _ = judged(one, one)
    assert {v["lookups_of"] for v in out["verdicts"]} == {1}


def test_words_are_those_of_the_model() -> None:
    text = REFUSED + CALM + printed("club.example/x", SERVER, "NXDOMAIN")
    out, _ = judged(tables_of(dig.LAYOUT, text.encode()))
    for v in out["verdicts"]:
        assert v["state"] in STATES
        assert v["cause"] in {"", *CAUSES}
        assert v["mechanism"] in {"", *MECHANISMS}
