"""500 innocuous measurements with 5 % of all packets lost on every path: none may look like blocking."""

from __future__ import annotations

from collections import Counter

# what a network that blocks leaves, and a network that loses packets does not
FORGED = {
    "connection_reset",
    "connection_refused",
    "eof_error",
    "dns_nxdomain_error",
    "dns_refused_error",
    "dns_servfail_error",
}


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
