"""Checks of a plan that need more than one key: names that exist, permissions, risks, what is never done."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from blowback.errors import Unexpected
from blowback.probe.plan import SENSITIVE, Plan, Vantage, opted_out

Fail = Callable[[str, str], Unexpected]


def check(plan: Plan, fail: Fail) -> None:
    """Hold the parts of a plan against each other.

    Raises:
        Unexpected: they do not fit, or something is asked for that is not done.
    """
    if not plan.vantages:
        raise fail("no [[vantages]]", 'Say from where to measure: kind = "direct", "socks5" or "http-connect"')
    if not plan.controls:
        raise fail("no [[controls]]", "Without a control nothing can be judged: list a proxy on an unfiltered network")
    if not [t for t in plan.targets if not t.innocuous]:
        raise fail("no [[targets]] are left", "List URLs, or a targets_file; the opt-out list may cover them all")
    if not [t for t in plan.targets if t.innocuous]:
        raise fail("no innocuous URLs", 'Write innocuous = ["https://www.example.org/", ...]: names nobody blocks')
    _distinct([r.id for r in plan.resolvers], "[[resolvers]]", fail)
    _distinct([v.id for v in (*plan.vantages, *plan.controls)], "[[vantages]] and [[controls]]", fail)
    for vantage in (*plan.vantages, *plan.controls):
        _vantage(plan, vantage, fail)
    for control in plan.controls:
        if not control.resolvers:
            raise fail(
                f"control {control.id!r} has no resolvers", "List control resolvers (tcp, dot or doh, two if possible)"
            )
    _targets(plan, fail)
    _opted(plan, fail)


def _distinct(ids: list[str], where: str, fail: Fail) -> None:
    if twice := [i for i in ids if ids.count(i) > 1]:
        raise fail(f"{where}: the id {twice[0]!r} stands twice", "Give each an id of its own")


def _vantage(plan: Plan, vantage: Vantage, fail: Fail) -> None:
    known = {r.id: r for r in plan.resolvers}
    for name in vantage.resolvers:
        if name not in known:
            raise fail(f"{vantage.id!r} names the resolver {name!r}", f"Known are {', '.join(known) or 'none'}")
        if vantage.kind != "direct" and known[name].transport == "udp":
            raise fail(
                f"{vantage.id!r} is a proxy and names the UDP resolver {name!r}",
                "A proxy carries no UDP, and asking from here would measure another line: take tcp, dot or doh",
            )
        if vantage.kind != "direct" and known[name].permission == "line" and vantage.permission != "written":
            raise fail(
                f"{vantage.id!r}: {name!r} belongs to somebody's line", "Use it from that line, or get a permission"
            )
    if vantage.kind == "direct" and not vantage.resolvers:
        raise fail(f"{vantage.id!r} has no resolvers", "List the line's own name servers: the system's are not guessed")
    risks = {r.country: r for r in plan.risks}
    if vantage.country not in risks:
        raise fail(f"no [[risk]] for {vantage.country}, where {vantage.id!r} is", "Write its level and a plain text")
    if risks[vantage.country].level == "high" and not risks[vantage.country].accepted_by:
        raise fail(
            f"the risk in {vantage.country} is high and nobody accepts it",
            "Do not measure there, or write accepted_by with who weighed it",
        )


def _targets(plan: Plan, fail: Fail) -> None:
    vantages = {v.id for v in plan.vantages}
    for target in plan.targets:
        if unknown := [v for v in target.vantages if v not in vantages]:
            raise fail(
                f"target {target.url} names the vantage {unknown[0]!r}", f"Known are {', '.join(sorted(vantages))}"
            )
        if target.category in SENSITIVE and target.category not in plan.content.allow:
            raise fail(
                f"target {target.url} is of the sensitive category {target.category}",
                f'Off by default, for the people behind a vantage. Leave it out, or write allow = ["{target.category}"] in '
                "[content] after weighing it with them",
            )
    for vantage in plan.vantages:
        if not [t for t in plan.targets_of(vantage) if t.innocuous]:
            raise fail(f"{vantage.id!r} measures no innocuous URL", "Without one, a broken line looks like blocking")


def _opted(plan: Plan, fail: Fail) -> None:
    networks = [ipaddress.ip_network(e) for e in plan.opt_out if "/" in e]
    contacted = [(r.id, r.address) for r in plan.resolvers] + [(v.id, v.address) for v in plan.vantages if v.address]
    for name, text in contacted:
        address = ipaddress.ip_address(text)
        if any(address.version == n.version and address in n for n in networks):
            raise fail(
                f"{name!r} at {text} is on the opt-out list", "Leave it out: its owner does not want to be asked"
            )
    for resolver in plan.resolvers:
        if resolver.name and (entry := opted_out(resolver.name, plan.opt_out)):
            raise fail(f"resolver {resolver.id!r} is on the opt-out list ({entry})", "Leave it out")
