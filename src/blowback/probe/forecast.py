"""What a plan would send, to whom, how many, how long: counted from the plan alone, without a socket."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from blowback.probe.guard import Refused, parse
from blowback.probe.plan import Plan, Vantage, endpoint
from blowback.tools.words import plural


@dataclass(frozen=True, slots=True)
class Span:
    """A least and a greatest count."""

    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.least:,}" if self.least == self.most else f"{self.least:,} to {self.most:,}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will be sent.

    Args:
        lines: measurements (URL x vantage x round).
        queries: by resolver id: DNS questions. connections: by host: TCP connections, redirects not counted.
        redirect_hops: further hops, at most; each up to as much as one URL.
        seconds: least and greatest time, rounds and their pauses included.
    """

    lines: int
    queries: dict[str, Span]
    connections: dict[str, Span]
    redirect_hops: int
    seconds: Span

    def as_dict(self) -> dict[str, Any]:
        """JSON-like."""
        return {
            "lines": self.lines,
            "queries": {k: [v.least, v.most] for k, v in self.queries.items()},
            "connections": {k: [v.least, v.most] for k, v in self.connections.items()},
            "redirect_hops_at_most": self.redirect_hops,
            "seconds": [self.seconds.least, self.seconds.most],
        }


def forecast(plan: Plan) -> Forecast:
    """Count what a plan would send.

    Least: all answers at the first try, one address each, one control measurement for all vantages. Most: every lookup
    and connection tried as often as the plan allows, at every address, with the neutral names afterwards.
    """
    rounds, tries, addresses = plan.schedule.rounds, plan.schedule.tries, plan.schedule.addresses
    least_q, most_q, least_c, most_c = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    urls, lines = set[str](), 0
    for vantage in plan.vantages:
        for target in plan.targets_of(vantage):
            urls.add(target.url)
            lines += rounds
            named = _is_name(target.host)
            for resolver in vantage.resolvers if named else ():
                least_q[resolver] += 2 * rounds
                most_q[resolver] += 2 * rounds * tries
            least_c[target.host] += rounds
            # each address up to `tries` connects and handshakes, the control's address too, then four neutral trials
            most_c[target.host] += rounds * ((addresses + 1) * (2 * tries - 1) + 4)
            for control in plan.controls:
                for resolver in control.resolvers if named else ():
                    most_q[resolver] += 2 * rounds * tries
                most_c[target.host] += rounds * (2 * addresses) * (2 * tries - 1)
    hosts = {t.url: t.host for t in plan.targets if t.url in urls}
    for control in plan.controls:
        for host in hosts.values():
            least_c[host] += rounds
            for resolver in control.resolvers if _is_name(host) else ():
                least_q[resolver] += 2 * rounds
    queries = {r.id: Span(least_q[r.id], most_q[r.id]) for r in plan.resolvers if most_q[r.id]}
    connections = {h: Span(least_c[h], most_c[h]) for h in sorted(most_c)}
    return Forecast(
        lines, queries, connections, lines * plan.schedule.redirects, _seconds(plan, queries, connections, lines)
    )


def told(plan: Plan) -> list[str]:
    """The forecast in lines for people: who is asked what, from where, how often, how long."""
    made, rates = forecast(plan), plan.rates
    out = [
        f"plan {plan.name} ({plan.sha256[:12]}): {plan.purpose.who}, {plan.purpose.why}",
        f"contact {plan.purpose.contact}; consent by {plan.consent.by} on {plan.consent.date}; holds to {plan.purpose.expires}",
    ]
    out += [_amount(plan, made)]
    out += [f"from   {_where(v)}" for v in plan.vantages]
    out += [f"control {_where(v)}" for v in plan.controls]
    for resolver in plan.resolvers:
        if resolver.id in made.queries:
            out.append(
                f"DNS    {resolver.id} {resolver.endpoint} ({resolver.transport}, {resolver.permission}): "
                f"{made.queries[resolver.id]} queries, A and AAAA, at most {rates.queries:g} a second"
            )
    for host, span in made.connections.items():
        urls = ", ".join(t.url for t in plan.targets if t.host == host)
        out.append(f"host   {host}: {span} connections, at most {rates.connections:g} a second; GET {urls}")
    out += [
        f"name   {plan.content.neutral_name} is named instead of the target at addresses that fail",
        f"redirects: up to {plan.schedule.redirects} hops each, to hosts that are not known yet",
        f"agent  {plan.content.user_agent}" + (f" (+{plan.purpose.contact})" if plan.content.name_contact else ""),
        f"time   {_clock(made.seconds.least)} to {_clock(made.seconds.most)}",
    ]
    out += [f"left out: {url} ({why})" for url, why in plan.skipped]
    return [*out, "nothing was sent"]


def _amount(plan: Plan, made: Forecast) -> str:
    calm = len([t for t in plan.targets if t.innocuous])
    urls = f"{plural(len(plan.targets) - calm, 'target')} and {plural(calm, 'innocuous URL')}"
    apart = f" {plan.schedule.apart_s:,.0f} s apart" if plan.schedule.rounds > 1 else ""
    return f"{plural(made.lines, 'measurement')}: {urls}, {plural(plan.schedule.rounds, 'round')}{apart}"


def _where(vantage: Vantage) -> str:
    place = f" at {endpoint(vantage.address, vantage.port)}" if vantage.address else ""
    return f"{vantage.id}: {vantage.kind}{place}, {vantage.network} {vantage.country}, permission {vantage.permission}"


def _seconds(plan: Plan, queries: dict[str, Span], connections: dict[str, Span], lines: int) -> Span:
    pauses = (plan.schedule.rounds - 1) * plan.schedule.apart_s
    slowest = [s.least / plan.rates.queries for s in queries.values()]
    slowest += [s.least / plan.rates.connections for s in connections.values()]
    limits, tries = plan.timeouts, plan.schedule.tries
    one = tries * (limits.dns + limits.late) * 2 + (limits.tcp + limits.tls + limits.http) * (
        2 * tries * (plan.schedule.addresses + 1)
    )
    one += plan.schedule.residual_s
    busy = max((len(plan.targets_of(v)) for v in plan.vantages), default=0) * plan.schedule.rounds
    waits = sum(s.most for s in queries.values()) / plan.rates.queries
    least = max([pauses, *slowest], default=0.0)
    return Span(int(least), int(max(least, pauses + busy * one + waits * (1 + plan.rates.jitter)) if lines else 0))


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def _is_name(host: str) -> bool:
    try:
        parse(host)
    except Refused:
        return True
    return False
