"""Nothing leaves: packets to any place but loopback and the namespaces are counted, and there are none."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import pytest

from .bed import Bed
from .scenarios import NUMBER

SPACES = ("probe", "isp", "web", "control")


def elsewhere(bed: Bed, space: str) -> int:
    told = json.loads(bed.run(space, "nft", "-j", "list", "counter", "inet", "watch", "elsewhere").stdout)
    return next(entry["counter"]["packets"] for entry in told["nftables"] if "counter" in entry)


@pytest.mark.parametrize("space", SPACES)
def test_no_packet_went_elsewhere(measured: Bed, space: str) -> None:
    assert elsewhere(measured, space) == 0


def test_the_counter_counts(measured: Bed) -> None:
    """The proof would prove nothing if the counter were blind: a packet to a documentation address raises it."""
    measured.run("isp", "ip", "route", "add", "192.0.2.0/24", "dev", "w0")
    send = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))"
    before = elsewhere(measured, "isp")
    measured.run("isp", "python3", "-c", send, check=False)
    assert elsewhere(measured, "isp") == before + 1
    measured.run("isp", "ip", "route", "del", "192.0.2.0/24", "dev", "w0")
    measured.run("isp", "nft", "reset", "counter", "inet", "watch", "elsewhere")


def test_no_interface_leads_outside(measured: Bed) -> None:
    for space in SPACES:
        links = json.loads(measured.run(space, "ip", "-j", "link").stdout)
        assert {link["ifname"] for link in links} <= {"lo", "p0", "p1", "c0", "c1", "w0", "w1", "x0", "x1"}


def told(bed: Bed, kind: str) -> tuple[Counter[str], float]:
    """What the two runs say they sent, by address, and their seconds together."""
    said, seconds = Counter[str](), 0.0
    for name in ("once", "hours"):
        start, end = bed.read(f"{name}.jsonl.ledger/ledger.jsonl")
        said.update({k.removeprefix(kind): n for k, n in end["sent"].items() if k.startswith(kind)})
        first, last = (datetime.fromisoformat(entry["at"]) for entry in (start, end))
        seconds += (last - first).total_seconds()
    return said, seconds


def test_resolvers_hear_what_the_ledger_says_and_never_more_than_the_cap(measured: Bed) -> None:
    said, seconds = told(measured, "query ")
    packets = measured.heard["questions"]
    assert sum(packets.values()) > 100
    for resolver, count in packets.items():
        assert count == said[resolver], resolver
        assert count <= 5 * seconds + 2, resolver


def test_sites_see_no_more_connections_than_the_cap(measured: Bed) -> None:
    said, seconds = told(measured, "host ")
    packets = {a: n for a, n in measured.heard["connections"].items() if a.startswith(("10.77.16.", "10.77.17."))}
    assert sum(packets.values()) > 50
    packets.pop(f"10.77.16.{NUMBER['dead-site.example']}", None)  # kernels send an unanswered SYN again
    for site, count in packets.items():
        assert count <= said[site], site
        assert count <= 2 * seconds + 2, site
