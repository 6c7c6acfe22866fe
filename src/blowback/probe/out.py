"""The output: OONI-compatible lines (df-000, data format 0.2.0, test web_connectivity) and the ledger beside them.

One line for each URL, vantage and round. Extras are keys that begin with `x_`. The ledger in the folder
`OUT.ledger/` is hash-chained: each run writes a line when it starts and one when it ends, with the plan's and the output's
SHA-256.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from blowback import __version__
from blowback.case.atomic import append_line, disk, file_hash
from blowback.case.chain import Chain
from blowback.case.ledger import now, who
from blowback.errors import Unexpected
from blowback.model.locator import Locator
from blowback.probe.control import as_ooni, hop_facts, in_full
from blowback.probe.plan import Plan
from blowback.probe.unit import Unit

SHAPE = "0.5.0"  # version of web_connectivity whose lists these are
_TIME = "%Y-%m-%d %H:%M:%S"
Key = tuple[str, str, int]  # url, vantage, round


def line(plan: Plan, unit: Unit, begun: datetime, trust: str) -> dict[str, Any]:
    """One measurement as a JSON value.

    `begun` is the start of the run, `trust` the SHA-256 over the trusted roots.
    """
    vantage = unit.vantage
    return {
        "data_format_version": "0.2.0",
        "extensions": {"dnst": 0, "httpt": 0, "tcpconnect": 0, "tlshandshake": 0},
        "input": unit.target.url,
        "measurement_start_time": unit.at.strftime(_TIME),
        "test_start_time": begun.strftime(_TIME),
        "test_runtime": round(unit.ended - unit.trail.start, 6),
        "probe_asn": vantage.network,
        "probe_cc": vantage.country,
        "probe_ip": "127.0.0.1",
        "probe_network_name": vantage.network_name,
        "report_id": "",
        "resolver_asn": "AS0",
        "resolver_ip": next((r.address for r in plan.resolvers_of(vantage)), ""),
        "resolver_network_name": "",
        "software_name": "blowback",
        "software_version": __version__,
        "test_name": "web_connectivity",
        "test_version": SHAPE,
        "test_helpers": {"backend": {"type": "x_control", "address": unit.seen[0].vantage.id if unit.seen else ""}},
        "annotations": {
            "x_plan": plan.sha256[:12],
            "x_vantage": vantage.id,
            "x_via": vantage.kind,
            "x_round": str(unit.round),
            "x_innocuous": "true" if unit.target.innocuous else "false",
            "x_category": unit.target.category,
        },
        "test_keys": _test_keys(plan, unit, trust),
    }


def _test_keys(plan: Plan, unit: Unit, trust: str) -> dict[str, Any]:
    trail, seen = unit.trail, unit.seen
    control = next((s for s in seen if s.works), seen[0] if seen else None)
    dns_failure = unit.hops[0].failure if unit.hops and unit.hops[0].stage == "dns" else None
    last = unit.hops[-1] if unit.hops else None
    return {
        "agent": "redirect",
        "client_resolver": next((r.address for r in plan.resolvers_of(unit.vantage)), ""),
        "retries": None,
        "socksproxy": None,
        "network_events": None,
        "queries": trail.queries,
        "x_dns_duplicate_responses": trail.late,
        "tcp_connect": trail.tcp_connect,
        "tls_handshakes": trail.tls_handshakes,
        "requests": trail.requests,
        "control": as_ooni(control, unit.target) if control else {},
        "control_failure": None if control and not control.failure else "unknown_failure: no control",
        "dns_experiment_failure": dns_failure,
        "http_experiment_failure": last.failure if last and last.stage != "dns" else None,
        "dns_consistency": _consistency(unit),
        **_compared(unit),
        # whether this is blocking is for `blowback blocking judge` to say, from the evidence above
        "blocking": None,
        "accessible": None,
        "x_neutral_requests": trail.neutral_requests,
        "x_controls": [in_full(s, unit.ended) for s in seen],
        "x_control_apart_s": round(max((unit.ended - s.begun for s in seen), default=0.0), 3),
        "x_hops": [hop_facts(h) for h in unit.hops],
        "x_detour": _detour(unit),
        "x_not_contacted": trail.not_contacted,
        "x_notes": trail.notes,
        "x_trust_store_sha256": trust,
        "x_sent": dict(trail.sent),
        "x_sent_by_controls": dict(sum((s.trail.sent for s in seen), Counter())),
    }


def _detour(unit: Unit) -> dict[str, Any] | None:
    """What the control's address gave from the vantage, where DNS led elsewhere or nowhere."""
    trail = unit.detour_trail
    if unit.detour is None or trail is None:
        return None
    return {
        **hop_facts(unit.detour), "tcp_connect": trail.tcp_connect, "tls_handshakes": trail.tls_handshakes,
        "requests": trail.requests, "x_neutral_requests": trail.neutral_requests,
    }  # fmt: skip


def _consistency(unit: Unit) -> str | None:
    """OONI's word for whether probe and control share an address; None where one of them has none."""
    known = {a for s in unit.seen for a in s.addresses}
    own = set(unit.hops[0].addresses) if unit.hops else set()
    if not known or not own:
        return None
    if known & own:
        return "consistent"
    valid = any(e.get("x_certificate") == "valid" for e in unit.trail.tls_handshakes if "x_neutral" not in e["tags"])
    return "consistent" if valid else "inconsistent"


def _compared(unit: Unit) -> dict[str, Any]:
    """OONI's comparison of the last page with the control's."""
    none = dict.fromkeys(("body_proportion", "body_length_match", "headers_match", "status_code_match", "title_match"))
    mine = unit.hops[-1].response if unit.hops else None
    theirs = next((s.hops[-1].response for s in unit.seen if s.works), None)
    if mine is None or theirs is None:
        return {**none, "body_proportion": 0}
    small, large = sorted((len(mine.body), len(theirs.body)))
    proportion = small / large if large else 1.0
    ours, others = ({k.lower() for k, _ in r.headers} for r in (mine, theirs))
    return {
        "body_proportion": round(proportion, 6),
        "body_length_match": proportion > 0.7,
        "headers_match": ours == others,
        "status_code_match": mine.code == theirs.code,
        "title_match": mine.title == theirs.title if theirs.title else None,
    }


def ledger_folder(path: Path) -> Path:
    """The folder beside an output: ledger, the end of its chain, lock."""
    return path.with_name(f"{path.name}.ledger")


class Output:
    """The file of lines with its ledger; knows what is finished and what was sent today.

    Raises:
        Unexpected: the file holds lines of another plan, or lines that are none of ours.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path, self.plan = path, plan
        self.chain = Chain(ledger_folder(path) / "ledger.jsonl")
        self.finished: set[Key] = set()
        self.sent_today: Counter[str] = Counter()
        self.last_start: dict[int, datetime] = {}
        self.written = 0
        if path.exists():
            self._read()

    def open_run(self, planned: int) -> None:
        """Write the ledger line of a start."""
        self.chain.append(
            {"at": now(), "who": who(), "verb": "measure", "tool": __version__, "plan": self.plan.name,
             "plan_sha256": self.plan.sha256, "planned": planned, "finished_before": len(self.finished),
             "out_before": self._digest()}
        )  # fmt: skip

    def close_run(self, outcome: str, sent: Counter[str]) -> dict[str, Any]:
        """Write the ledger line of an end: finished, interrupted or stopped, with what was sent and the file's hash."""
        return self.chain.append(
            {"at": now(), "who": who(), "verb": "measured", "tool": __version__, "plan_sha256": self.plan.sha256,
             "outcome": outcome, "lines": self.written, "sent": dict(sorted(sent.items())), "out": self._digest()}
        )  # fmt: skip

    def write(self, unit: Unit, made: dict[str, Any]) -> None:
        """Append a line, durable, and count the unit as finished."""
        append_line(self.path, orjson.dumps(made))
        self.finished.add((unit.target.url, unit.vantage.id, unit.round))
        self.written += 1

    def _digest(self) -> dict[str, Any] | None:
        if not self.path.exists():
            return None
        return {"path": self.path.name, "sha256": file_hash(self.path), "bytes": self.path.stat().st_size}

    def _read(self) -> None:
        today = datetime.now(UTC).strftime("%Y-%m-%d")
        with disk(self.path):
            lines = self.path.read_bytes().split(b"\n")
        for number, text in enumerate(lines[:-1], 1):  # what stands after the last line end is a torn line: cut later
            try:
                made = orjson.loads(text)
                notes, keys = made["annotations"], made["test_keys"]
                key = (str(made["input"]), str(notes["x_vantage"]), int(notes["x_round"]))
                begun = datetime.strptime(made["measurement_start_time"], _TIME).replace(tzinfo=UTC)
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
                raise self._off(number, "is no line of `blocking measure`") from error
            if notes.get("x_plan") != self.plan.sha256[:12]:
                raise self._off(number, f"is of another plan ({notes.get('x_plan')})")
            self.finished.add(key)
            self.last_start[key[2]] = max(begun, self.last_start.get(key[2], begun))
            if made["measurement_start_time"].startswith(today):
                self.sent_today.update(keys.get("x_sent", {}))
                self.sent_today.update(keys.get("x_sent_by_controls", {}))

    def _off(self, number: int, says: str) -> Unexpected:
        return Unexpected(
            f"line {number} of {self.path.name} {says}",
            hint="Give --out another name: a file takes the lines of one plan, unchanged",
            at=Locator(self.path.name, line=number),
        )
