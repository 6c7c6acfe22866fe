"""What one measurement of a site shows, and what several together: each layer, its guard, and OONI's words for it."""

# ruff: noqa: E501  # records of a file on one line

from __future__ import annotations

import copy
from typing import Any

import pytest

from blowback.witnesses import censored_planet, fingerprints, ooni

from .conftest import judged, lines, site, tables_of

URL, PLAIN = "https://shop.example/", "http://shop.example/"
RESET = [
    {"address": "151.101.1.7:443", "server_name": "shop.example", "failure": "connection_reset", "tags": ["depth=0"]}
]
FAILED = [{"failure": "connection_reset", "request": {"url": URL}, "response": {}, "tags": ["depth=0"]}]
HTML = "<html><title>Entry closed</title><h1>closed</h1></html>"


def seen(*measurements: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    out, _ = judged(tables_of(ooni.LAYOUT, lines(*measurements)), *more.get("parts", []))
    return out["measured"]


def with_dns(measurement: dict[str, Any], **query: Any) -> dict[str, Any]:
    made = copy.deepcopy(measurement)
    made["test_keys"]["queries"][0].update(query)
    return made


def without_control(measurement: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(measurement)
    made["test_keys"]["control"] = {}
    return made


def dead_control(measurement: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(measurement)
    control = made["test_keys"]["control"]
    for part in ("tcp_connect", "tls_handshake"):
        control[part] = {k: {**v, "status": False, "failure": "connection_refused"} for k, v in control[part].items()}
    control["http_request"] = {"failure": "connection_refused"}
    return made


def page(url: str, body: str = HTML, code: int = 200, **response: Any) -> list[dict[str, Any]]:
    headers = response.pop("headers", {})
    return [
        {
            "failure": None,
            "request": {"url": url},
            "tags": ["depth=0"],
            "response": {"code": code, "headers": headers, "body": body},
        }
    ]


TCP = [{"ip": "151.101.1.7", "port": 443, "status": {"failure": "generic_timeout_error"}, "tags": ["depth=0"]}]
NEUTRAL = [
    *RESET,
    {"address": "151.101.1.7:443", "server_name": "calm.example", "failure": None, "tags": ["depth=0", "x_neutral"]},
]
MITM = [
    {
        "address": "151.101.1.7:443",
        "server_name": "shop.example",
        "failure": "ssl_unknown_authority",
        "tags": ["depth=0"],
    }
]
FOREIGN = {"answers": [{"ipv4": "161.35.9.9", "asn": 64777}]}
CASES = {
    "open": (site(URL), "ok", "", "E07.reached", "false", "true"),
    "nxdomain": (with_dns(site(URL), failure="dns_nxdomain_error", answers=None), "likely_blocked", "dns.nxdomain", "E06.fails", "dns", "false"),
    "no address": (with_dns(site(URL), failure="android_dns_cache_no_data", answers=None), "likely_blocked", "dns.nodata", "E06.fails", "dns", "false"),
    "bogon": (with_dns(site(URL), answers=[{"ipv4": "127.0.0.1"}]), "blocked", "dns.injection.bogon", "E03.bogon", "dns", "false"),
    "other address": (with_dns(site(URL, tcp_connect=[{"ip": "161.35.9.9", "port": 443, "status": {"failure": "connection_refused"}}], tls_handshakes=[], requests=[]), **FOREIGN),
                      "likely_blocked", "dns.injection.other", "E04.differs", "dns", "false"),
    "other address, valid certificate": (
        with_dns(site(URL, tls_handshakes=[{"address": "161.35.9.9:443", "server_name": "shop.example", "failure": None, "no_tls_verify": False, "tags": ["depth=0"]}]), **FOREIGN),
        "ok", "", "E07.reached", "false", "true"),
    "no connection": (site(URL, tcp_connect=TCP, tls_handshakes=[], requests=[]), "impaired", "tcp.timeout", "E08.silent", "tcp_ip", "false"),
    "reset": (site(URL, tls_handshakes=RESET, requests=FAILED), "likely_blocked", "tls.reset.other", "E10.tls", "http-failure", "false"),
    "reset by name": (site(URL, tls_handshakes=NEUTRAL, requests=FAILED), "blocked", "tls.reset.sni", "E10.tls_sni", "http-failure", "false"),
    "another certificate": (site(URL, tls_handshakes=MITM, requests=FAILED), "likely_blocked", "tls.mitm", "E11.mitm", "http-failure", "false"),
    "reset after request": (site(PLAIN, requests=FAILED), "likely_blocked", "http.reset", "E09.http_fails", "http-failure", "false"),
    "stalls": (site(PLAIN, requests=[{**page(PLAIN)[0], "failure": "generic_timeout_error"}]), "impaired", "http.throttle", "E15.stalled", "http-failure", "false"),
    "another page": (site(PLAIN, requests=page(PLAIN)), "likely_blocked", "http.diff", "E12.http_diff", "http-diff", "false"),
    "geo": (site(URL, requests=page(URL, code=451)), "ok", "http.error", "E14.server", "false", "false"),
    "challenge": (site(PLAIN, requests=page(PLAIN, "<title>Just a moment...</title>", 503)), "ok", "http.error", "E14.server", "false", "false"),
    "control fails too": (dead_control(site(URL, tcp_connect=TCP, tls_handshakes=[], requests=[])), "down", "", "E17.down", "false", "false"),
    "no control, secure": (without_control(site(URL)), "ok", "", "E07.reached", "false", "true"),
    "no control, plain": (without_control(site(PLAIN)), "insufficient", "", "E01.nothing", "", ""),
    "nothing": (site(URL, queries=[], tcp_connect=[], tls_handshakes=[], requests=[]), "insufficient", "", "E01.nothing", "", ""),
    "proxy": (site(URL, queries=[], tcp_connect=[{**TCP[0], "status": {"failure": "unknown_failure: proxy refused"}}], tls_handshakes=[], requests=[]),
              "insufficient", "", "E16.proxy", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_measurement(name: str) -> None:
    measurement, state, mechanism, rule, blocking, accessible = CASES[name]
    (row,) = seen(measurement)
    assert (row["state"], row["mechanism"], row["rule"]) == (state, mechanism, rule), row["why"]
    assert (row["blocking"], row["accessible"]) == (blocking, accessible)
    assert row["why"]


def test_what_the_tool_said_is_kept_and_compared() -> None:
    made = site(PLAIN, requests=page(PLAIN), blocking="http-diff", accessible=False)
    assert seen(made)[0]["agrees"] is True
    assert seen(site(PLAIN, blocking="dns", accessible=False))[0]["agrees"] is False
    assert seen(site(PLAIN, blocking=None, accessible=None))[0]["agrees"] is None


def test_a_broken_sixth_version_is_masked() -> None:
    six = {"ip": "2a04:4e42::7", "port": 443, "status": {"failure": "network_unreachable"}, "tags": ["depth=0"]}
    made = site(URL)
    made["test_keys"]["tcp_connect"] = [six, *made["test_keys"]["tcp_connect"]]
    made["test_keys"]["queries"][0]["answers"].append({"ipv6": "2a04:4e42::7"})
    assert seen(made)[0]["state"] == "ok"


def test_two_replies_to_one_question() -> None:
    made = with_dns(site(URL), answers=[{"ipv4": "161.35.9.9"}])
    made["test_keys"]["x_dns_duplicate_responses"] = [
        {**made["test_keys"]["queries"][0], "answers": [{"ipv4": "151.101.1.7"}]}
    ]
    (row,) = seen(made)
    assert (row["state"], row["mechanism"], row["rule"]) == ("blocked", "dns.injection", "E05.conflict")


def test_a_name_that_nobody_knows_and_one_network_answers() -> None:
    made = with_dns(
        site(
            URL,
            tcp_connect=[{"ip": "161.35.9.9", "port": 443, "status": {"failure": "connection_refused"}}],
            tls_handshakes=[],
            requests=[],
        ),
        **FOREIGN,
    )
    made["test_keys"]["control"] = {
        "dns": {"failure": "dns_name_error", "addrs": []},
        "http_request": {"failure": "dns_lookup_error"},
    }
    (row,) = seen(made)
    assert (row["state"], row["rule"]) == ("likely_blocked", "E04.ghost")


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        ("connection_reset", "behind DNS it is likely blocked as well (tls.reset.other)"),
        (None, "behind DNS it is open"),
    ],
    ids=["second_block", "open_behind"],
)
def test_the_way_past_dns_tells_of_a_second_block(failure: str | None, told: str) -> None:
    """`x_detour`: the control's address, tried from the vantage where its resolver lies. The verdict stays with DNS."""
    made = with_dns(site(URL), answers=[{"answer_type": "A", "ipv4": "10.10.34.34", "asn": 0}])
    keys = made["test_keys"]
    keys["x_detour"] = {
        "stage": "tls" if failure else "ok", "tcp_connect": keys["tcp_connect"], "x_neutral_requests": [],
        "tls_handshakes": RESET if failure else keys["tls_handshakes"], "requests": FAILED if failure else keys["requests"],
    }  # fmt: skip
    keys["tls_handshakes"], keys["requests"], keys["tcp_connect"] = [], [], []
    (row,) = seen(made)
    assert (row["state"], row["rule"]) == ("blocked", "E03.bogon")
    assert row["why"].endswith(told)


def test_fingerprints_in_the_right_country_and_false_positives_first() -> None:
    made = site(PLAIN, requests=page(PLAIN))
    head = b"name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes\n"
    for rows, rule in (
        (b"zz_1,isp,,body,contains,Entry closed,5,ZZ,,,\n", "E12.print"), (b"qq_1,isp,,body,contains,Entry closed,5,QQ,,,\n", "E12.print_elsewhere"),
        (b"zz_1,isp,,body,contains,Entry closed,5,ZZ,,,\nfp_1,fp,,body,contains,<h1>closed,5,,,,\n", "E12.http_diff"),
        (b"zz_1,vbw,,body,contains,Entry closed,5,ZZ,,,\n", "E12.http_diff"),
    ):  # fmt: skip
        (row,) = seen(made, parts=[tables_of(fingerprints.LAYOUT, head + rows)])
        assert row["rule"] == rule


def test_a_redirect_to_a_published_page() -> None:
    made = site(PLAIN, requests=page(PLAIN, "", 302, headers={"Location": "http://notice.carrier.test/x"}))
    prints = b"name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes\nzz,isp,,header.location,prefix,http://notice.carrier.test,5,ZZ,,,\n"
    (row,) = seen(made, parts=[tables_of(fingerprints.LAYOUT, prints)])
    assert (row["state"], row["mechanism"]) == ("blocked", "http.redirect")


def test_one_page_for_many_sites_is_a_block_page() -> None:
    urls = [f"http://www.{n}.example/" for n in ("shop", "club", "tool", "news", "mail")]
    few, many = ([site(u, requests=page(u)) for u in urls[:k]] for k in (4, 5))
    assert {r["mechanism"] for r in seen(*few)} == {"http.diff"}
    rows = seen(*many)
    assert {(r["rule"], r["mechanism"]) for r in rows} == {("E13.cluster", "http.blockpage")}


def _run(hour: int, ratio: float, url: str = PLAIN) -> dict[str, Any]:
    made = site(url, top={"measurement_start_time": f"2031-06-16 {hour:02}:00:00"})
    made["test_keys"]["requests"][0]["response"]["x_transfer"] = {"bytes_per_s": 1e6 / ratio}
    made["test_keys"]["control"]["http_request"]["x_transfer"] = {"bytes_per_s": 1e6}
    return made


def test_throttling_needs_five_runs_and_other_sites_that_are_not_slow() -> None:
    slow, calm = [_run(h, 50) for h in range(5)], [_run(h, 1.2, "http://calm.example/") for h in range(5)]
    rows = seen(*slow, *calm)
    assert {(r["input"], r["rule"]) for r in rows} == {
        (PLAIN, "E15.throttled"),
        ("http://calm.example/", "E07.reached"),
    }
    assert {r["rule"] for r in seen(*slow)} == {"E07.reached"}
    assert {r["rule"] for r in seen(*slow[:4], *calm)} == {"E07.reached"}


def test_silence_that_lasts() -> None:
    mute = {"failure": "generic_timeout_error", "answers": None}
    runs = [with_dns(site(URL, top={"measurement_start_time": f"2031-06-16 {h:02}:00:00"}), **mute) for h in (1, 2, 3)]
    assert {r["rule"] for r in seen(*runs)} == {"E08.silent_long"}
    assert {r["rule"] for r in seen(*runs[:2])} == {"E08.silent"}


def test_names_that_the_plan_calls_innocuous_are_the_baseline() -> None:
    refused = {"failure": "dns_refused_error", "answers": None}
    calm = [
        with_dns(site(f"http://calm{n}.example/", top={"annotations": {"x_innocuous": "true"}}), **refused)
        for n in range(3)
    ]
    rows = seen(with_dns(site(URL), **refused), *calm)
    assert {r["rule"] for r in rows} == {"E01.unready"}
    assert {r["state"] for r in seen(with_dns(site(URL), **refused))} == {"likely_blocked"}


def _quack(off: int, *, control: bool = True, error: str = "read: connection reset by peer") -> dict[str, Any]:
    trial = {"matches_template": False, "response": {}, "error": error, "start_time": "2031-06-16 10:00:00"}
    tail = {
        "matches_template": control,
        "control_url": "calm.example",
        "response": {"status_line": "200 OK", "body": ""},
        "error": "",
    }
    return {"vp": "151.101.8.8", "test_url": "shop.example", "service": "http", "location": {"country_code": "ZZ"}, "anomaly": True,
            "controls_failed": not control, "start_time": "2031-06-16 10:00:00", "response": [trial] * off + [tail]}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "state", "mechanism"),
    [
        (_quack(5), "likely_blocked", "http.reset"), (_quack(1), "impaired", "http.reset"), (_quack(5, control=False), "insufficient", ""),
        (_quack(5, error="i/o timeout"), "impaired", "http.timeout"),
        ({**_quack(5), "response": [{"matches_template": True, "response": {}, "error": ""}]}, "ok", ""),
    ],
)  # fmt: skip
def test_remote_trials_against_a_template(row: dict[str, Any], state: str, mechanism: str) -> None:
    out, _ = judged(tables_of(censored_planet.LAYOUT, lines(row)))
    assert [(m["state"], m["mechanism"], m["network"]) for m in out["measured"]] == [
        (state, mechanism, "151.101.0.0/16")
    ]


def test_cells_take_the_strongest_and_hyperquack_does_not_break_it() -> None:
    quack = {"vp": "198.51.100.21", "test_url": "shop.example", "service": "http", "start_time": "2031-06-16 10:00:00",
             "response": [{"matches_template": False, "response": {}, "error": "connection reset by peer"}]}  # fmt: skip
    out, findings = judged(
        tables_of(ooni.LAYOUT, lines(site(PLAIN), site(PLAIN, requests=page(PLAIN)))),
        tables_of(censored_planet.LAYOUT, lines(quack)),
    )
    cell = next(c for c in out["cells"] if c["network"] == "AS64496")
    assert (cell["state"], cell["lookups"], cell["lookups_of"]) == ("likely_blocked", 1, 2)
    assert {f.rule for f in findings} >= {"blocking.likely.1"}
