"""Plan files for the test-bed, written from the scenarios."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import layout as at
from scenarios import BUSY, CROWD, INNOCUOUS, NEUTRAL, SCENARIOS, Scenario

TODAY = datetime.now(UTC).date()
HEAD = f"""
opt_out = ["left-alone.example", "10.77.99.0/24"]
[purpose]
who = "The test-bed"
why = "tests of the measurement itself"
contact = "nobody@testbed.example"
signed = {TODAY - timedelta(days=1)}
expires = {TODAY + timedelta(days=30)}
[consent]
given = true
by = "the test-bed's own namespaces"
date = {TODAY - timedelta(days=1)}
statement = "All lines, resolvers and sites are processes of this test."
legal = "none needed inside one machine"
[[risk]]
country = "ZZ"
level = "low"
text = "nobody is behind these lines"
"""


def scenario_plan(hours: bool) -> str:
    """The plan of all scenarios that are measured once, or in rounds."""
    chosen = [s for s in SCENARIOS if s.hours == hours]
    innocuous = INNOCUOUS if not hours else INNOCUOUS[:10]
    vantages = {s.vantage: s for s in chosen}
    settings = {
        "rates": {"queries_per_resolver_s": 5, "connections_per_host_s": 2, "jitter": 0.0},
        "timeouts": {"dns": 1.5, "late": 0.6, "tcp": 1.5 if hours else 2.5, "tls": 2.5, "http": 6.0 if hours else 2.5},
        "schedule": {"rounds": 5 if hours else 1, "apart_s": 7200 if hours else 0, "tries": 1 if hours else 2, "residual_s": 4.0,
                     "at_once": 12, "redirects": 3, "innocuous_every": 4, "stop_after": 50},
        "content": {"neutral_name": NEUTRAL, "trust": "trusted.pem", "max_body": 65_536, "allow": ["MILX"]},
    }  # fmt: skip
    parts = [HEAD, _line("innocuous", [f"https://{h}/" for h in innocuous]), *_tables(settings), *_controls(int(hours))]
    parts += [p for name, s in vantages.items() for p in _vantage(name, s)]
    parts += [_resolver(r, address) for r, address in {**at.RESOLVERS, "far": at.FAR_RESOLVER}.items()]
    parts += [
        _table("[targets]", url=f"{s.scheme}://{h}/", category=s.category, vantages=[s.vantage])
        for s in chosen
        for h in s.hosts
    ]
    return _ordered(parts)


def crowd_plan() -> str:
    """500 innocuous measurements: fifty sites from ten lines."""
    settings = {
        "rates": {"queries_per_resolver_s": 5, "connections_per_host_s": 2, "jitter": 0.0},
        "timeouts": {"dns": 1.0, "late": 0.2, "tcp": 2.5, "tls": 2.5, "http": 2.5},
        "schedule": {
            "rounds": 1,
            "apart_s": 0,
            "tries": 2,
            "residual_s": 0,
            "at_once": 12,
            "redirects": 1,
            "stop_after": 50,
        },
        "content": {"neutral_name": NEUTRAL, "trust": "trusted.pem", "keep_bodies": False},
    }
    urls = [("https" if n % 2 else "http", h) for n, h in enumerate(CROWD)]
    parts = [HEAD, _line("innocuous", [f"{s}://{h}/" for s, h in urls[:10]]), *_tables(settings), *_controls()]
    for n, address in enumerate(at.PLAIN):
        parts += [_table("[vantages]", id=f"line-{n}", kind="direct", country="ZZ", network=f"AS{64600 + n}",
                         permission="owned", resolvers=[f"plain-{n}"]), _resolver(f"plain-{n}", address)]  # fmt: skip
    parts += [_table("[targets]", url=f"{s}://{h}/", category="NEWS") for s, h in urls[10:]]
    return _ordered(parts)


def small_plan(urls: list[str]) -> str:
    """A few slow measurements from one line: to be interrupted, or to be sent away."""
    settings = {
        "rates": {"queries_per_resolver_s": 3, "connections_per_host_s": 1, "jitter": 0.0},
        "timeouts": {"dns": 1.0, "late": 0.2},
        "schedule": {"rounds": 1, "apart_s": 0, "tries": 1, "innocuous_every": 2},
        "content": {"neutral_name": NEUTRAL, "trust": "trusted.pem"},
    }
    line = {"id": "line", "kind": "direct", "country": "ZZ", "network": "AS64500", "permission": "owned"}
    parts = [HEAD, _line("innocuous", [f"https://{INNOCUOUS[0]}/"]), *_tables(settings), *_controls()]
    parts += [_table("[vantages]", **line, resolvers=["plain"]), _resolver("plain", at.PLAIN[0])]
    parts += [_table("[targets]", url=url, category="NEWS") for url in urls]
    return _ordered(parts)


def write(folder: Path) -> None:
    """The plans, beside the trusted root."""
    (folder / "few.toml").write_text(small_plan([f"http://{h}/" for h in CROWD[:5]]))
    (folder / "busy.toml").write_text(small_plan([f"http://{BUSY}/{n}" for n in range(4)]))
    (folder / "once.toml").write_text(scenario_plan(False))
    (folder / "hours.toml").write_text(scenario_plan(True))
    (folder / "crowd.toml").write_text(crowd_plan())


def _vantage(name: str, s: Scenario) -> list[str]:
    facts = {"id": name, "country": "ZZ", "network": "AS64500", "network_name": "Filtered", "permission": "owned"}
    if s.via == "direct":
        return [_table("[vantages]", **facts, kind="direct", resolvers=[s.resolver])]
    kind, port = {"socks5": ("socks5", 1080), "connect": ("http-connect", 8080), "broken-proxy": ("socks5", 1099)}[
        s.via
    ]
    return [_table("[vantages]", **facts, kind=kind, address=at.PROXIES, port=port)]


def _controls(pair: int = 0) -> list[str]:
    one, two = at.CONTROL_RESOLVERS[2 * pair : 2 * pair + 2]  # plans that run at the same time share no resolver
    return [
        _table("[controls]", id="control", kind="socks5", address=at.CONTROL, country="ZZ", network="AS64501",
               permission="owned", resolvers=["control-tcp", "control-dot"]),
        _table("[resolvers]", id="control-tcp", address=one, transport="tcp", permission="owned"),
        _table("[resolvers]", id="control-dot", address=two, transport="dot", name="dns.control.example", permission="owned"),
    ]  # fmt: skip


def _resolver(name: str, address: str) -> str:
    return _table("[resolvers]", id=name, address=address, permission="line")


def _tables(settings: dict[str, dict[str, object]]) -> list[str]:
    return [_table(k, **v) for k, v in settings.items()]


def _table(name: str, /, **facts: object) -> str:
    return f"[{name}]\n" + "\n".join(_line(k, v) for k, v in facts.items())


def _line(key: str, value: object) -> str:
    return f"{key} = {json.dumps(value)}"


def _ordered(parts: list[str]) -> str:
    """Keys of the file's top come before its tables."""
    head, innocuous, *rest = parts
    return innocuous + "\n" + head + "\n" + "\n\n".join(rest) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
