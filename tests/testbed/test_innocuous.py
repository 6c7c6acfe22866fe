"""500 innocuous measurements with 5 % of all packets lost on every path: none may look like blocking."""

from __future__ import annotations

from collections import Counter

import pytest

from .conftest import Bed, measuring

LOSS = ("-m", "statistic", "--mode", "random", "--probability", "0.05", "-j", "DROP")
PLACES = [
    ("isp", "FORWARD", ()),
    ("isp", "INPUT", ("-i", "p1")),
    ("isp", "OUTPUT", ("-o", "p1")),
    ("control", "INPUT", ("-i", "x0")),
    ("control", "OUTPUT", ("-o", "x0")),
]
# what a network that blocks leaves, and a network that loses packets does not
FORGED = {
    "connection_reset",
    "connection_refused",
    "eof_error",
    "dns_nxdomain_error",
    "dns_refused_error",
    "dns_servfail_error",
}


@pytest.fixture(scope="session")
def crowd(measured: Bed) -> list[dict]:
    for space, chain, device in PLACES:
        measured.run(space, "iptables", "-I", chain, *device, *LOSS)
    try:
        done = measured.run("probe", *measuring(measured, "crowd.toml", "crowd.jsonl"), check=False)
    finally:
        for space, chain, device in PLACES:
            measured.run(space, "iptables", "-D", chain, *device, *LOSS)
    assert done.returncode == 0, done.stderr
    return measured.read("crowd.jsonl")


def test_there_are_500_and_packets_were_lost(crowd: list[dict]) -> None:
    assert len(crowd) == 500
    again = sum(q["x_try"] > 1 for line in crowd for q in line["test_keys"]["queries"])
    assert again > 10  # questions that had to be asked again


def test_nothing_looks_like_blocking(crowd: list[dict]) -> None:
    seen: Counter[str] = Counter()
    for line in crowd:
        keys = line["test_keys"]
        seen.update(q["failure"] for q in keys["queries"] if q["failure"] and q["query_type"] == "A")
        seen.update(c["status"]["failure"] for c in keys["tcp_connect"] if c["status"]["failure"])
        seen.update(s["failure"] for s in (*keys["tls_handshakes"], *keys["requests"]) if s["failure"])
        assert keys["x_dns_duplicate_responses"] == []
        assert all(s["x_certificate"] == "valid" for s in keys["tls_handshakes"] if not s["failure"])
        assert keys["title_match"] is not False
    assert not FORGED & set(seen), seen
    assert set(seen) <= {"generic_timeout_error"}
