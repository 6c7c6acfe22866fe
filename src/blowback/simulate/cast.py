"""Who is there: the crowds, the groups, the network, press and counter-speakers."""

from __future__ import annotations

from collections.abc import Iterator

from blowback.simulate import people as p
from blowback.simulate.people import Accounts
from blowback.simulate.scenario import Crowd, Scenario
from blowback.simulate.seeds import stream

ROOM = 10_000  # numbers of accounts begin at multiples, so that a larger set does not rename the next one
HEIRS = 1_500_000  # numbers of accounts that come back begin here
_CAST = 1_000_000  # and those of the network here


def crowd_of(scenario: Scenario, export: int) -> Crowd | None:
    """The crowd of an export's platform."""
    return {p.TELEGRAM: scenario.telegram, p.BLUESKY: scenario.bluesky, p.REDDIT: scenario.reddit}.get(
        export, scenario.x
    )


def _sets(s: Scenario) -> Iterator[tuple[str, int, int, float, int, int]]:
    """Label, size, export, spread, group, role of each set of accounts that lives from the start."""
    archived = round(s.x.accounts * s.x.archived)
    yield "crowd x_v2", s.x.accounts - archived, p.X_V2, s.x.spread, -1, p.PUBLIC
    yield "crowd x_io", archived, p.X_IO, s.x.spread, -1, p.PUBLIC
    for export in (p.TELEGRAM, p.BLUESKY, p.REDDIT):
        if (crowd := crowd_of(s, export)) is not None:
            yield f"crowd {p.EXPORTS[export]}", crowd.accounts, export, crowd.spread, -1, p.PUBLIC
    for i, g in enumerate(s.groups):
        yield f"group {g.id}", g.accounts, p.EXPORTS.index(g.export), 0.5, i, p.MEMBER


def _network(s: Scenario) -> Iterator[tuple[str, int, int, float, int, int]]:
    n = s.network
    leading = (n.channels + 2) // 3
    high = (n.sky + 9) // 10
    yield "official x", n.official, p.X_V2, 0.3, -1, p.OFFICIAL
    yield "active x", n.active, p.X_V2, 0.7, -1, p.ACTIVE
    yield "repeaters x", n.repeaters, p.X_V2, 0.9, -1, p.REPEATER
    yield "official channels", leading, p.TELEGRAM, 0.3, -1, p.OFFICIAL
    yield "active channels", n.channels - leading, p.TELEGRAM, 0.5, -1, p.ACTIVE
    yield "official sky", high, p.BLUESKY, 0.3, -1, p.OFFICIAL
    yield "active sky", n.sky - high, p.BLUESKY, 0.7, -1, p.ACTIVE
    yield "press", n.press, p.X_V2, 0.5, -1, p.PRESS
    yield "counter", n.counter, p.X_V2, 0.5, -1, p.COUNTER


def cast(scenario: Scenario) -> Accounts:
    """All accounts but those that come back later."""
    parts = []
    for some, start in ((_sets(scenario), 100), (_network(scenario), _CAST)):
        first = start
        for label, size, export, spread, group, role in some:
            rng = stream(scenario.seed, f"accounts {label}")
            made = p.people(
                rng, size, export, first=first, start_us=scenario.start_us, spread=spread, group=group, role=role
            )
            parts.append(made)
            first += max(1, -(-size // ROOM)) * ROOM
    return p.join(parts)
