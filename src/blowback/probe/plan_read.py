"""Reads and checks a plan file (TOML). What is off is named by file, table and key, with what is allowed."""

from __future__ import annotations

import csv
import hashlib
import ipaddress
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from blowback.errors import NotReadable, Unexpected, UsageError
from blowback.model.locator import Locator
from blowback.probe import plan_check
from blowback.probe.pace import HARD_CONNECTIONS, HARD_DAY_CONNECTIONS, HARD_DAY_QUERIES, HARD_QUERIES, Rates
from blowback.probe.plan import (
    PORTS,
    RESOLVER_PERMISSIONS,
    RISK_LEVELS,
    VANTAGE_PERMISSIONS,
    Consent,
    Content,
    Plan,
    Purpose,
    Resolver,
    Risk,
    Schedule,
    Target,
    Timeouts,
    Vantage,
    opted_out,
)
from blowback.probe.plan_table import HINT, Table
from blowback.probe.plan_url import canonical, host_name

_TABLES = {"purpose", "consent", "risk", "vantages", "controls", "resolvers", "targets", "innocuous", "targets_file",
           "opt_out", "opt_out_file", "rates", "timeouts", "schedule", "content"}  # fmt: skip


class NoConsent(UsageError):
    """A plan without a consent that holds today: nothing is sent."""


def read_plan(path: Path, *, today: date | None = None) -> Plan:
    """Read a plan file.

    Args:
        path: TOML. Files it names are looked for beside it.
        today: the day on which it must hold; default: this day, UTC.

    Raises:
        NotReadable: there is no such file. Unexpected: a key is unknown, missing, or has a value that is not allowed.
        NoConsent: no consent is given, or the plan has expired.
    """
    content = _bytes(path)

    def fail(says: str, hint: str) -> Unexpected:
        return Unexpected(says, hint=hint, at=Locator(path.name))

    try:
        told = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise fail(f"is no TOML: {error}", HINT) from error
    if unknown := sorted(set(told) - _TABLES):
        raise fail(f"unknown key {unknown[0]!r}", f"Known are {', '.join(sorted(_TABLES))}")
    made = _plan(told, path, hashlib.sha256(content).hexdigest(), fail)
    _consented(made, today or datetime.now(UTC).date(), path)
    plan_check.check(made, fail)
    return made


def _plan(told: dict[str, Any], path: Path, sha256: str, fail: Callable[[str, str], Unexpected]) -> Plan:
    def one(key: str, *, needed: bool = True) -> Table:
        if key not in told and needed:
            raise fail(f"the table [{key}] is missing", HINT)
        return Table(told.get(key, {}), f"[{key}]", fail)

    def many(key: str) -> list[Table]:
        rows = told.get(key, [])
        if not isinstance(rows, list):
            raise fail(f"[[{key}]] is {rows!r}", f"Write each as a table of its own under [[{key}]]")
        return [Table(r, f"[[{key}]] number {n}", fail) for n, r in enumerate(rows, 1)]

    top = Table(
        {k: told[k] for k in ("opt_out", "opt_out_file", "targets_file", "innocuous") if k in told}, "the file", fail
    )
    opt_out = _opt_out(top, path)
    targets = [_target(t) for t in many("targets")]
    if named := top.text("targets_file", ""):
        targets += _from_csv(path.parent / named, fail)
    targets += [Target(canonical(u, "innocuous", fail), innocuous=True) for u in top.texts("innocuous")]
    kept = {t.url: t for t in reversed(targets) if not opted_out(t.host, opt_out)}  # the first of two wins
    skipped = {t.url: f"opt-out list: {opted_out(t.host, opt_out)}" for t in targets if t.url not in kept}
    return Plan(
        name=path.stem,
        sha256=sha256,
        purpose=_purpose(one("purpose")),
        consent=_consent(one("consent")),
        risks=tuple(_risk(t) for t in many("risk")),
        vantages=tuple(_vantage(t) for t in many("vantages")),
        controls=tuple(_vantage(t) for t in many("controls")),
        resolvers=tuple(_resolver(t) for t in many("resolvers")),
        targets=tuple(reversed(kept.values())),
        opt_out=opt_out,
        rates=_rates(one("rates", needed=False)),
        timeouts=_timeouts(one("timeouts", needed=False)),
        schedule=_schedule(one("schedule", needed=False)),
        content=_content(one("content", needed=False), path),
        skipped=tuple(skipped.items()),
    )


def _consented(plan: Plan, today: date, path: Path) -> None:
    def refuse(says: str, hint: str) -> NoConsent:
        return NoConsent(f"refused: {says}", hint=hint, at=Locator(path.name))

    if not plan.consent.given:
        raise refuse("[consent] given is false", "Ask those whose lines are used; write given = true when they agree")
    if not plan.purpose.signed <= today <= plan.purpose.expires:
        raise refuse(
            f"the plan holds from {plan.purpose.signed} to {plan.purpose.expires}, today is {today}",
            "Have it read and signed anew: the dates are [purpose] signed and expires",
        )
    if plan.purpose.expires - plan.purpose.signed > timedelta(days=366):
        raise refuse("the plan holds for more than a year", "Sign for a year at most")
    if plan.consent.date > today:
        raise refuse("[consent] date is in the future", "Consent comes before measuring")
    for vantage in plan.vantages:
        if vantage.permission == "written" and not vantage.consent:
            raise refuse(
                f"vantage {vantage.id!r} is somebody else's and has no consent",
                "Write in its key consent who agreed, when, and where the paper is kept",
            )


def _purpose(t: Table) -> Purpose:
    return t.end(
        Purpose(
            t.text("who"),
            t.text("why"),
            t.line("contact"),
            t.day("signed"),
            t.day("expires"),
            t.text("organisation", ""),
        )
    )


def _consent(t: Table) -> Consent:
    return t.end(Consent(t.yes("given"), t.text("by"), t.day("date"), t.text("statement"), t.text("legal")))


def _risk(t: Table) -> Risk:
    return t.end(Risk(_country(t), t.text("level", among=RISK_LEVELS), t.text("text"), t.text("accepted_by", "")))


def _country(t: Table) -> str:
    code = t.text("country")
    if len(code) != 2 or not code.isascii() or not code.isupper():
        raise t.off("country", code, "an ISO code of two capital letters (ZZ: nowhere)")
    return code


def _address(t: Table, key: str = "address") -> str:
    text = t.text(key)
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise t.off(key, text, "a numeric address: no name is looked up for it") from None


def _resolver(t: Table) -> Resolver:
    transport = t.text("transport", "udp", among=("udp", "tcp", "dot", "doh"))
    name = t.text("name", "")
    if transport in ("dot", "doh") and not name:
        raise t.off("name", None, f"the name in the certificate: a {transport} resolver needs it")
    port = t.whole("port", PORTS[transport], 1, 65535)
    made = Resolver(
        t.text("id"), _address(t), t.text("permission", among=RESOLVER_PERMISSIONS), transport, port, name,  # type: ignore[arg-type]
        t.text("path", "/dns-query"),
    )  # fmt: skip
    return t.end(made)


def _vantage(t: Table) -> Vantage:
    kind = t.text("kind", among=("direct", "socks5", "http-connect"))
    network = t.text("network")
    if not (network.startswith("AS") and network[2:].isdigit()):
        raise t.off("network", network, "an autonomous system such as AS64500 (AS0 where it is not known)")
    proxied = kind != "direct"
    return t.end(
        Vantage(
            id=t.text("id"),
            kind=kind,  # type: ignore[arg-type]
            country=_country(t),
            network=network,
            permission=t.text("permission", among=VANTAGE_PERMISSIONS),
            consent=t.text("consent", ""),
            network_name=t.text("network_name", ""),
            address=_address(t) if proxied else "",
            port=t.whole("port", PORTS[kind], 1, 65535) if proxied else 0,
            user=t.text("user", "") if proxied else "",
            password_env=t.text("password_env", "") if proxied else "",
            resolvers=t.texts("resolvers"),
        )
    )


def _target(t: Table) -> Target:
    url = canonical(t.text("url"), t.where, t.fail)
    return t.end(
        Target(url, t.text("category", "").upper(), t.texts("vantages"), innocuous=t.yes("innocuous", default=False))
    )


def _from_csv(path: Path, fail: Callable[[str, str], Unexpected]) -> list[Target]:
    rows = list(csv.DictReader(_bytes(path).decode("utf-8-sig").splitlines()))
    if rows and "url" not in rows[0]:
        raise fail(f"{path.name} has no column 'url'", "A test list has the columns url and category_code")
    return [
        Target(canonical(r["url"] or "", f"{path.name} line {n}", fail), (r.get("category_code") or "").strip().upper())
        for n, r in enumerate(rows, 2)
    ]


def _opt_out(t: Table, path: Path) -> tuple[str, ...]:
    entries = list(t.texts("opt_out"))
    if named := t.text("opt_out_file", ""):
        lines = (line.partition("#")[0].strip() for line in _bytes(path.parent / named).decode().splitlines())
        entries += [line for line in lines if line]
    made = []
    for entry in entries:
        try:
            made.append(str(ipaddress.ip_network(entry, strict=False)))
        except ValueError:
            made.append(host_name(entry, "opt_out", t.fail))
    return tuple(dict.fromkeys(made))


def _rates(t: Table) -> Rates:
    hard = "; the cap is held in code"
    return t.end(
        Rates(
            t.number("queries_per_resolver_s", 1.0, 0.001, HARD_QUERIES, hard),
            t.number("connections_per_host_s", 1.0, 0.001, HARD_CONNECTIONS, hard),
            t.whole("queries_per_resolver_day", 5_000, 1, HARD_DAY_QUERIES, hard),
            t.whole("connections_per_host_day", 500, 1, HARD_DAY_CONNECTIONS, hard),
            t.number("jitter", 0.3, 0.0, 5.0),
        )
    )


def _timeouts(t: Table) -> Timeouts:
    d = Timeouts()
    return t.end(
        Timeouts(
            t.number("dns", d.dns, 0.2, 30), t.number("late", d.late, 0.1, 30), t.number("tcp", d.tcp, 0.5, 60),
            t.number("tls", d.tls, 0.5, 60), t.number("http", d.http, 0.5, 120),
        )
    )  # fmt: skip


def _schedule(t: Table) -> Schedule:
    d = Schedule()
    return t.end(
        Schedule(
            rounds=t.whole("rounds", d.rounds, 1, 100),
            apart_s=t.number("apart_s", d.apart_s, 0, 7 * 86_400),
            tries=t.whole("tries", d.tries, 1, 5),
            residual_s=t.number("residual_s", d.residual_s, 0, 600),
            stop_after=t.whole("stop_after", d.stop_after, 1, 50),
            addresses=t.whole("addresses", d.addresses, 1, 8),
            redirects=t.whole("redirects", d.redirects, 0, 10),
            innocuous_every=t.whole("innocuous_every", d.innocuous_every, 1, 100),
            at_once=t.whole("at_once", d.at_once, 1, 50),
        )
    )


def _content(t: Table, path: Path) -> Content:
    d = Content()
    trust = t.text("trust", "")
    if trust and not (path.parent / trust).is_file():
        raise t.off("trust", trust, "a PEM file beside the plan, or no such key for the system's roots")
    return t.end(
        Content(
            neutral_name=host_name(t.text("neutral_name", d.neutral_name), f"{t.where} neutral_name", t.fail),
            allow=tuple(c.upper() for c in t.texts("allow")),
            keep_bodies=t.yes("keep_bodies", d.keep_bodies),
            keep_bodies_of=tuple(c.upper() for c in t.texts("keep_bodies_of")),
            max_body=t.whole("max_body", d.max_body, 1024, 4_194_304),
            user_agent=t.line("user_agent", d.user_agent),
            name_contact=t.yes("name_contact", d.name_contact),
            trust=str(path.parent / trust) if trust else "",
            scrub=t.texts("scrub"),
        )
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotReadable(
            f"{path.name} cannot be read ({error.strerror})",
            hint="Give the path of a plan file, and the files it names",
            at=None,
        ) from error
