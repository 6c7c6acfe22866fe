"""What is measured, in which order: targets shuffled by plan, vantage and round, innocuous URLs among them."""

from __future__ import annotations

import random

from blowback.probe.plan import Plan, Target, Vantage


def order(plan: Plan, vantage: Vantage, number: int) -> list[Target]:
    """URLs of one vantage in one round; the same plan gives the same order.

    An innocuous URL comes first, then one after every `innocuous_every` targets; each at least once.
    """
    chance = random.Random(f"{plan.sha256}:{vantage.id}:{number}")  # noqa: S311  # an order, not a secret
    all_ = plan.targets_of(vantage)
    targets, calm = [t for t in all_ if not t.innocuous], [t for t in all_ if t.innocuous]
    chance.shuffle(targets)
    chance.shuffle(calm)
    made: list[Target] = []
    for place, target in enumerate(targets):
        if place % plan.schedule.innocuous_every == 0 and calm:
            made.append(calm.pop())
        made.append(target)
    return made + calm
