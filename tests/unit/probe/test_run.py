"""Runs on loopback: what is finished is kept, interrupted runs go on, foreign files are refused, the ledger is chained."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import orjson
import pytest

pytest.importorskip("dns", reason="the extra `measure` is not installed")
pytest.importorskip("cryptography", reason="the extra `measure` is not installed")
import dns.message
import dns.rcode

from blowback.case.chain import Chain
from blowback.errors import CaseLocked, Unexpected
from blowback.probe.guard import Refused
from blowback.probe.order import order
from blowback.probe.plan import Plan
from blowback.probe.plan_read import read_plan
from blowback.probe.run import run

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "testbed"))
from certificates import Authority
from schema import LINE, faults


class Nowhere(asyncio.DatagramProtocol):
    """A resolver that knows no name, so that nothing else is contacted."""

    heard: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, raw: bytes, peer: tuple[str, int]) -> None:
        query = dns.message.from_wire(raw)
        self.heard[query.question[0].name.to_text(omit_final_dot=True)] += 1
        made = dns.message.make_response(query)
        made.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(made.to_wire(), peer)


@pytest.fixture
def port() -> Iterator[int]:
    """UDP port of that resolver, in a thread of its own."""
    loop = asyncio.new_event_loop()
    Nowhere.heard.clear()
    opening = loop.create_datagram_endpoint(Nowhere, local_addr=("127.0.0.1", 0))
    transport, _ = loop.run_until_complete(opening)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield transport.get_extra_info("sockname")[1]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    transport.close()
    loop.close()


@pytest.fixture
def plan(whole: str, written: Callable[[str], Path], tmp_path: Path, port: int) -> Plan:
    """Four URLs from one line; the control is a second direct line."""
    Authority("trusted", tmp_path)
    text = whole.replace('address = "10.77.1.10"', f'address = "127.0.0.1"\nport = {port}')
    friend, control = text.index('[[vantages]]\nid = "friend"'), text.index("[[controls]]")
    text = text[:friend] + text[control:]
    text = text.replace('kind = "socks5"\naddress = "127.0.0.1"', 'kind = "direct"').replace(
        'resolvers = ["far"]', 'resolvers = ["isp"]'
    )
    text = text.replace("queries_per_resolver_s = 2", "queries_per_resolver_s = 5").replace("rounds = 2", "rounds = 1")
    text += 'tries = 1\nstop_after = 50\n[timeouts]\ndns = 1\nlate = 0.1\n[content]\ntrust = "trusted.pem"\n'
    return read_plan(written(text))


def lines(path: Path) -> list[dict]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_a_run_leaves_lines_and_a_chained_ledger(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "seen.jsonl"
    done: list[tuple[int, int, str]] = []
    made = run(plan, out, lambda *said: done.append(said))
    assert (made.outcome, made.lines, made.planned) == ("finished", 4, 4)
    assert all(faults(line, LINE) == [] for line in lines(out))
    assert done[-1][:2] == (4, 4)
    chain = Chain(tmp_path / "seen.jsonl.ledger" / "ledger.jsonl")
    start, end = chain.entries()
    assert chain.breaks() == []
    assert (start["verb"], end["verb"], end["outcome"]) == ("measure", "measured", "finished")
    assert start["plan_sha256"] == plan.sha256
    assert end["out"]["bytes"] == out.stat().st_size
    # what the ledger says was sent is what the resolver heard: A and AAAA of four names, by vantage and control
    assert end["sent"]["query 127.0.0.1"] == sum(Nowhere.heard.values()) == 16


def test_an_interrupted_run_goes_on_and_measures_nothing_twice(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "seen.jsonl"

    def stop(done: int, _: int, __: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan, out, stop)
    assert len(lines(out)) == 2
    with out.open("ab") as torn:
        torn.write(b'{"input":"https://half')
    made = run(plan, out, lambda *_: None)
    assert (made.before, made.lines, made.outcome) == (2, 2, "finished")
    assert len({line["input"] for line in lines(out)}) == 4
    again = run(plan, out, lambda *_: None)
    assert (again.before, again.lines, sum(again.sent.values())) == (4, 0, 0)
    outcomes = [e.get("outcome") for e in Chain(tmp_path / "seen.jsonl.ledger" / "ledger.jsonl").entries()]
    assert outcomes == [None, "interrupted", None, "finished", None, "finished"]


def test_two_runs_at_once_are_refused(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "seen.jsonl"

    def second(done: int, _: int, __: str) -> None:
        if done == 1:
            with pytest.raises(CaseLocked, match="is being written"):
                run(plan, out, lambda *_: None)

    assert run(plan, out, second).outcome == "finished"


@pytest.mark.parametrize(
    "spoil", [lambda t: t.replace(b'x_plan":"', b'x_plan":"0'), lambda _: b"not json\n", lambda _: b'{"a":1}\n']
)
def test_a_file_with_other_lines_is_refused(plan: Plan, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    out = tmp_path / "seen.jsonl"
    run(plan, out, lambda *_: None)
    before = spoil(out.read_bytes())
    out.write_bytes(before)
    with pytest.raises(Unexpected, match="line 1"):
        run(plan, out, lambda *_: None)
    assert out.read_bytes() == before


def test_a_plan_that_leads_outside_is_refused_before_anything_is_sent(
    plan: Plan, tmp_path: Path, whole: str, written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    text = whole.replace('address = "10.77.1.10"', 'address = "198.51.100.53"').replace(', "198.51.100.0/24"', "")
    with pytest.raises(Refused):
        run(read_plan(written(text)), tmp_path / "seen.jsonl", lambda *_: None)
    assert not (tmp_path / "seen.jsonl").exists()
    assert not (tmp_path / "seen.jsonl.ledger" / "ledger.jsonl").exists()


def test_a_vantage_stops_when_nothing_works_not_even_the_control(plan: Plan, tmp_path: Path) -> None:
    from dataclasses import replace

    careful = replace(plan, schedule=replace(plan.schedule, stop_after=2))
    made = run(careful, tmp_path / "seen.jsonl", lambda *_: None)
    assert made.lines == 2
    assert "control failed too" in made.stopped["line"]
    assert made.outcome == "stopped"


def test_a_daily_cap_stops_the_vantage(plan: Plan, tmp_path: Path) -> None:
    from dataclasses import replace

    small = replace(plan, rates=replace(plan.rates, day_queries=8))
    made = run(small, tmp_path / "seen.jsonl", lambda *_: None)
    assert sum(Nowhere.heard.values()) == 8
    assert "daily cap" in made.stopped["line"]


def test_innocuous_urls_come_first_and_in_between(plan: Plan) -> None:
    made = order(plan, plan.vantages[0], 1)
    assert made[0].innocuous
    assert sorted(t.url for t in made) == sorted(t.url for t in plan.targets)
    assert made == order(plan, plan.vantages[0], 1)
    assert len({tuple(t.url for t in order(plan, plan.vantages[0], n)) for n in range(20)}) > 1
