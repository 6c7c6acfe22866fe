"""What the probe saw in each scenario, at the level of evidence: failures, replies, certificates, pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from .bed import Bed
from .scenarios import SCENARIOS, Scenario

Keys = list[dict]  # test_keys of the scenario's lines, in order


def first(keys: dict, depth: int = 0) -> list[dict]:
    """Questions of the vantage for the site's name."""
    return [q for q in keys["queries"] if f"depth={depth}" in q["tags"] and q["query_type"] == "A"]


def shakes(keys: dict, *, neutral: bool = False) -> list[dict]:
    return [s for s in keys["tls_handshakes"] if neutral == ("x_neutral" in s["tags"])]


def last(keys: dict) -> dict:
    return keys["x_hops"][-1]


def control_works(lines: Keys) -> bool:
    return all(k["x_controls"][0]["works"] and k["control"]["http_request"]["failure"] is None for k in lines)


def fails_with(failure: str, rcode: int | None = None) -> Callable[[Keys], bool]:
    def check(lines: Keys) -> bool:
        return control_works(lines) and all(
            q["failure"] == failure and (rcode is None or q["rcode"] == rcode) for k in lines for q in first(k)
        )

    return check


def ends(stage: str, *failures: str | None) -> Callable[[Keys], bool]:
    def check(lines: Keys) -> bool:
        return control_works(lines) and all(
            (last(k)["stage"], last(k)["failure"]) in [(stage, f) for f in failures] for k in lines
        )

    return check


def answers(keys: dict) -> set[str]:
    return {a["ipv4"] for q in first(keys) for a in q["answers"] or [] if "ipv4" in a}


def nxdomain_soa(lines: Keys) -> bool:
    (query, *_) = first(lines[0])
    return query["rcode"] == 3 and "aa" in query["x_flags"] and query["x_soa"] == "nxdomain-soa.example"


def bogon(lines: Keys) -> bool:
    """The private address is answered, and never contacted."""
    (keys,) = lines
    tried = {c["ip"] for c in keys["tcp_connect"]}
    return answers(keys) == {"192.168.5.5"} and "192.168.5.5" in keys["x_not_contacted"] and "192.168.5.5" not in tried


def sinkhole(lines: Keys) -> bool:
    pages = {k["requests"][-1]["response"]["x_body_sha256"] for k in lines}
    shared = {a for k in lines for a in answers(k)}
    return len(lines) == 5 and len(pages) == 1 and shared == {"10.77.5.80"} and control_works(lines)


def injected(lines: Keys) -> bool:
    """Two replies to one question: the forged one first, the server's later, both kept raw."""
    (keys,) = lines
    (query, *_), (late, *_) = first(keys), keys["x_dns_duplicate_responses"]
    return (
        query["answers"][0]["ipv4"] == "10.77.66.66"
        and late["answers"][0]["ipv4"] != "10.77.66.66"
        and query["transaction_id"] == late["transaction_id"]
        and late["x_reply"] == 1
        and query["t"] < late["t"]
        and query["raw_response"] != late["raw_response"]
        and not query["x_edns"]
        and late["x_edns"]
    )


def poisoned_cname(lines: Keys) -> bool:
    (query, *_) = first(lines[0])
    rows = {(a["answer_type"], a["x_owner"], a.get("ipv4") or a.get("hostname")) for a in query["answers"]}
    return rows == {
        ("CNAME", "poisoned-cname.example", "edge-77.net"),
        ("A", "edge-77.net", "10.77.5.80"),
    } and control_works(lines)


def wrong_host(lines: Keys) -> bool:
    """Somebody else's server, whose certificate is for another name."""
    (keys,) = lines
    shake = shakes(keys)[0]
    return (
        answers(keys) == {"10.77.5.81"} != set(keys["control"]["dns"]["addrs"])
        and (shake["failure"], shake["x_certificate"]) == ("ssl_invalid_hostname", "wrong_name")
        and keys["x_detour"]["stage"] == "ok"
    )


def leak(lines: Keys) -> bool:
    (query, *_) = first(lines[0])
    return query["rcode"] == 3 and "aa" in query["x_flags"] and "ra" not in query["x_flags"]


def dead_resolver(lines: Keys) -> bool:
    return fails_with("generic_timeout_error")(lines)


def flapping(lines: Keys) -> bool:
    seen = [last(k)["stage"] for k in lines]
    return len(lines) == 5 and "ok" in seen and seen.count("dns") >= 3 and control_works(lines)


def name_triggers(stage_failure: str) -> Callable[[Keys], bool]:
    """Fails with the target's name, passes with a neutral one and with none, fails again."""

    def check(lines: Keys) -> bool:
        (keys,) = lines
        seen = keys["x_detour"] or keys
        roles = {s["x_role"]: s["failure"] for s in seen["tls_handshakes"] if "x_role" in s}
        target = [s["failure"] for s in shakes(seen) if "x_role" not in s]
        return (
            control_works(lines)
            and set(target) == {stage_failure}
            and roles["neutral"] is None
            and roles["again"] == stage_failure
            and roles["none"] in (None, "ssl_invalid_hostname")
        )

    return check


def stateful(lines: Keys) -> bool:
    """After the name was seen even the neutral name fails; after a pause it passes."""
    (keys,) = lines
    held = [c for c in keys["tcp_connect"] if c["status"]["failure"] == "generic_timeout_error"]
    waited = [s for s in shakes(keys, neutral=True) if s["x_role"] == "neutral"]
    return bool(held) and last(keys)["failure"] == "connection_reset" and waited[-1]["failure"] is None


def mitm(lines: Keys) -> bool:
    (keys,) = lines
    shake = shakes(keys)[0]
    control = keys["x_controls"][0]["tls_handshakes"][0]
    return (
        shake["failure"] == "ssl_unknown_authority"
        and shake["x_certificate"] == "unknown_authority"
        and "censor" in shake["x_peer_certificates"][0]["issuer"]
        and control["x_certificate"] == "valid"
        and shake["peer_certificates"] == []
    )


def host_fails(failure: str) -> Callable[[Keys], bool]:
    def check(lines: Keys) -> bool:
        (keys,) = lines
        roles = {r["x_role"]: r["failure"] for r in keys["x_neutral_requests"]}
        return (
            last(keys)["failure"] == failure and roles == {"neutral": None, "again": failure} and control_works(lines)
        )

    return check


def page(lines: Keys) -> bool:
    mine = {k["requests"][-1]["response"]["x_body_sha256"] for k in lines}
    titles = {k["control"]["http_request"]["title"] for k in lines}
    return (
        len(lines) == 5 and len(mine) == 1 and len(titles) == 5 and all(k["body_length_match"] is False for k in lines)
    )


def throttle(lines: Keys) -> bool:
    def speed(response: dict) -> float:
        return response["x_transfer"]["bytes_per_s"]

    pairs = [(speed(k["requests"][-1]["response"]), speed(k["control"]["http_request"])) for k in lines]
    return len(pairs) == 5 and all(mine * 20 < control for mine, control in pairs)


def redirect_hop(lines: Keys) -> bool:
    (keys,) = lines
    hops = [(h["stage"], h["failure"]) for h in keys["x_hops"]]
    return hops == [("ok", None), ("tls", "connection_reset")] and keys["requests"][-1]["response"]["code"] == 302


def dns_and_sni(lines: Keys) -> bool:
    """The name does not resolve, and the control's address resets it too."""
    (keys,) = lines
    return (
        first(keys)[0]["rcode"] == 3 and keys["x_detour"]["stage"] == "tls" and name_triggers("connection_reset")(lines)
    )


def proxy_error(lines: Keys) -> bool:
    """Nothing is said of the site: every connection failed at the proxy."""
    return control_works(lines) and all(c["x_proxy_failure"] for k in lines for c in k["tcp_connect"])


def fine(lines: Keys) -> bool:
    return control_works(lines) and all(last(k)["code"] == 200 and k["title_match"] for k in lines)


def rotation(lines: Keys) -> bool:
    (keys,) = lines
    mine, theirs = set(last(keys)["addresses"]), set(keys["control"]["dns"]["addrs"])
    return not mine & theirs and shakes(keys)[0]["x_certificate"] == "valid" and keys["dns_consistency"] == "consistent"


def geo(lines: Keys) -> bool:
    (keys,) = lines
    return last(keys)["code"] == 451 and keys["control"]["http_request"]["status_code"] == 200


def dead_site(lines: Keys) -> bool:
    (keys,) = lines
    return (
        last(keys)["stage"] == "tcp"
        and not keys["x_controls"][0]["works"]
        and keys["x_controls"][0]["hops"][0]["stage"] == "tcp"
    )


def private_site(lines: Keys) -> bool:
    (keys,) = lines
    return answers(keys) == {"192.168.1.1"} == set(keys["control"]["dns"]["addrs"]) and not keys["tcp_connect"]


def expired(lines: Keys) -> bool:
    (keys,) = lines
    both = [*shakes(keys), *keys["x_controls"][0]["tls_handshakes"]]
    return {(s["failure"], s["x_certificate"]) for s in both} == {("ssl_invalid_certificate", "expired")}


def no_such_name(lines: Keys) -> bool:
    (keys,) = lines
    return last(keys)["failure"] == "dns_nxdomain_error" == keys["control"]["dns"]["failure"]


def challenge(lines: Keys) -> bool:
    (keys,) = lines
    return last(keys)["code"] == 403 == keys["control"]["http_request"]["status_code"] and bool(keys["title_match"])


def v6_broken(lines: Keys) -> bool:
    (keys,) = lines
    six = [c["status"]["failure"] for c in keys["tcp_connect"] if ":" in c["ip"]]
    return six == ["network_unreachable"] and fine(lines)


def opted_out_hop(lines: Keys) -> bool:
    """The redirect leads to a host on the opt-out list: neither the vantage nor the control asks anybody about it."""
    (keys,) = lines
    asked = {q["hostname"] for one in (keys, *keys["x_controls"]) for q in one["queries"]}
    told = [n for one in (keys["x_notes"], keys["x_controls"][0]["notes"]) for n in one if "opt-out list" in n]
    return asked == {"opted-out-hop.example"} and len(keys["x_hops"]) == 1 and len(told) == 2


def odd_port_hop(lines: Keys) -> bool:
    """A redirect is no way to make us knock at other services."""
    (keys,) = lines
    return {c["port"] for c in keys["tcp_connect"]} == {80} and any("port 22" in n for n in keys["x_notes"])


CHECKS: dict[str, Callable[[Keys], bool]] = {
    "nxdomain": fails_with("dns_nxdomain_error", 3),
    "nxdomain_soa": nxdomain_soa,
    "bogon": bogon,
    "sinkhole": sinkhole,
    "servfail": fails_with("dns_servfail_error", 2),
    "refused": fails_with("dns_refused_error", 5),
    "nodata": fails_with("dns_no_answer", 0),
    "dns_timeout": fails_with("generic_timeout_error"),
    "injected": injected,
    "poisoned_cname": poisoned_cname,
    "wrong_host": wrong_host,
    "leak": leak,
    "refuses_all": fails_with("dns_refused_error", 5),
    "dead_resolver": dead_resolver,
    "flapping": flapping,
    "tcp_timeout": ends("tcp", "generic_timeout_error"),
    "tcp_refused": ends("tcp", "connection_refused", "connection_reset"),
    "sni_reset": name_triggers("connection_reset"),
    "sni_drop": name_triggers("generic_timeout_error"),
    "stateful": stateful,
    "mitm": mitm,
    "host_reset": host_fails("connection_reset"),
    "host_drop": host_fails("generic_timeout_error"),
    "page": page,
    "throttle": throttle,
    "redirect_hop": redirect_hop,
    "dns_and_sni": dns_and_sni,
    "proxy_error": proxy_error,
    "fine": fine,
    "rotation": rotation,
    "geo": geo,
    "dead_site": dead_site,
    "private_site": private_site,
    "expired": expired,
    "no_such_name": no_such_name,
    "challenge": challenge,
    "v6_broken": v6_broken,
    "opted_out_hop": opted_out_hop,
    "odd_port_hop": odd_port_hop,
}


def lines_of(bed: Bed, scenario: Scenario) -> Keys:
    return [
        line["test_keys"]
        for line in bed.lines["hours" if scenario.hours else "once"]
        if urlsplit(line["input"]).hostname in scenario.hosts
    ]


def test_there_are_enough_scenarios() -> None:
    assert len(SCENARIOS) >= 24
    assert {s.evidence for s in SCENARIOS} == set(CHECKS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)
def test_what_was_seen(measured: Bed, scenario: Scenario) -> None:
    lines = lines_of(measured, scenario)
    assert lines
    assert CHECKS[scenario.evidence](lines), [k["x_hops"] for k in lines]


def test_controls_are_of_the_same_minute(measured: Bed) -> None:
    for line in (*measured.lines["once"], *measured.lines["hours"]):
        assert line["test_keys"]["x_control_apart_s"] < 60
