"""The gate: what may be contacted, in tests and outside them, and that it holds before a packet leaves."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

import guarded
from blowback.probe.guard import Guard, Refused
from blowback.probe.wire import open_tcp, open_udp

FOREIGN = ["198.51.100.7", "203.0.113.1", "93.184.216.34", "2001:db8::1", "2606:2800:220:1::1", "::ffff:93.184.216.34"]
PRIVATE = ["192.168.1.1", "172.16.0.1", "169.254.169.254", "224.0.0.1", "0.0.0.0", "100.64.0.1", "::1", "fe80::1"]
EMBEDDED = ["64:ff9b::c0a8:101", "2002:c0a8:101::1", "::ffff:192.168.1.1"]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on an operator's machine; nothing is sent in these tests."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BLOWBACK_ONLY_LOCAL", raising=False)


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("BLOWBACK_ONLY_LOCAL", "1")


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("address", FOREIGN)
def test_only_local_refuses_everything_foreign_even_when_listed(address: str) -> None:
    with pytest.raises(Refused):
        Guard.of([address]).permit(address)


@pytest.mark.parametrize("value", ["true", "1", "TRUE"])
def test_ci_is_only_local(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CI", value)
    monkeypatch.delenv("BLOWBACK_ONLY_LOCAL", raising=False)
    with pytest.raises(Refused):
        Guard().permit("93.184.216.34")
    assert Guard().permit("10.77.16.1") == "10.77.16.1"


@pytest.mark.usefixtures("inside")
def test_only_local_lets_loopback_pass_when_listed_and_the_bed_always() -> None:
    assert Guard.of(["127.0.0.1"]).permit("127.0.0.1") == "127.0.0.1"
    assert Guard().permit("fd77:16::1") == "fd77:16::1"
    with pytest.raises(Refused):
        Guard().permit("127.0.0.1")  # what a lying resolver answers


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("address", [*PRIVATE, *EMBEDDED, "10.77.16.1"])
def test_no_answer_of_a_resolver_leads_into_the_own_network(address: str) -> None:
    assert "no public address" in Guard().reason(address)


@pytest.mark.usefixtures("outside")
def test_listed_resolvers_may_be_private_and_opted_out_networks_are_closed() -> None:
    guard = Guard.of(["192.168.1.1", "198.51.100.9"], ["198.51.100.0/24", "2001:db8::/32"])
    assert guard.reason("192.168.1.1") == ""
    assert guard.reason("93.184.216.34") == ""
    assert "opt-out" in guard.reason("198.51.100.9")
    assert "opt-out" in guard.reason("2001:db8::5")


@pytest.mark.parametrize("text", ["example.org", "localhost", "", "127.1", "0x7f000001"])
def test_names_are_never_looked_up(text: str) -> None:
    with pytest.raises(Refused):
        Guard().permit(text)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("opening", [open_tcp, open_udp])
def test_the_socket_is_not_even_made(monkeypatch: pytest.MonkeyPatch, opening) -> None:
    made: list[str] = []

    def hook(event: str, _: object) -> None:
        if event.startswith("socket.") and watching:
            made.append(event)

    watching = [1]
    sys.addaudithook(hook)
    loop = asyncio.new_event_loop()
    made.clear()
    with pytest.raises(Refused):
        loop.run_until_complete(opening(Guard(), "93.184.216.34", 80))
    watching.clear()
    loop.close()
    assert made == []


def test_the_tests_own_watch_refuses_and_remembers(tmp_path: Path) -> None:
    """In a process of its own, so that this run stays clean: the socket is refused by the audit hook."""
    code = (
        "import guarded, socket; guarded.install()\n"
        "for send in (lambda s: s.connect(('93.184.216.34', 80)), lambda s: s.sendto(b'x', ('2001:db8::1', 9))):\n"
        "    family = socket.AF_INET6 if 'sendto' in repr(send.__code__.co_names) else socket.AF_INET\n"
        "    try:\n        send(socket.socket(family, socket.SOCK_DGRAM))\n"
        "    except guarded.PacketElsewhere as error:\n        print(error)\n"
        "try:\n    socket.getaddrinfo('www.example.org', 80)\nexcept guarded.PacketElsewhere as error:\n    print(error)\n"
        "print(len(guarded.REFUSED))"
    )
    path = str(Path(guarded.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.stdout.splitlines()[-1] == "3", done.stdout
    assert "93.184.216.34" in done.stdout
