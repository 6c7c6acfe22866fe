"""Coordinated groups: joint actions after a shared signal, with ordinary posts as camouflage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from blowback.errors import Unexpected
from blowback.simulate import texts
from blowback.simulate.crowd import Attention, Scene, clients
from blowback.simulate.people import Ints
from blowback.simulate.posts import GROUP, REPOST, Posts, blank
from blowback.simulate.rhythm import HOUR_US, instants
from blowback.simulate.scenario import Group


def joint_actions(
    rng: np.random.Generator,
    scene: Scene,
    group: Group,
    *,
    number: int,
    objects: Attention,
    audience: Ints,
    links: Ints,
) -> Posts:
    """What a group does together: for each object a signal, then each account after an Exp(tau) delay.

    Args:
        rng: this group's stream.
        scene: accounts, window and the crowd's parameters; signals come when the members' zone is awake.
        group: its parameters.
        number: its number: members are the accounts that carry it.
        objects: what the crowd attends to; a repost group takes its objects from here.
        audience: ordinary reposts of each object.
        links: ordinary uses of each link of the group's topic.

    Raises:
        Unexpected: the crowd has fewer objects than the group wants.
    """
    accounts, window, how = scene.accounts, scene.window, scene.how
    who = np.flatnonzero(accounts.group == number)
    takes_part = rng.random((group.objects, len(who))) < group.takes_part
    # Two accounts at least, or it is no joint action.
    takes_part[np.arange(group.objects), rng.integers(0, len(who), group.objects)] = True
    lone = takes_part.sum(axis=1) < 2
    takes_part[lone, :2] = True
    delay = rng.exponential(group.tau_s, takes_part.shape)
    obj, member = np.nonzero(takes_part)
    if group.kind == "repost":
        chosen = _chosen(rng, group, audience, objects, window[1])
        after = np.exp(rng.normal(0, 0.8, group.objects)) * 3 * HOUR_US
        signal = objects.at_us[chosen] + after.astype(np.int64) // 1000 * 1000
    else:
        zone = np.full(group.objects, accounts.zone_h[who[0]])
        signal = instants(rng, zone, window[0], window[1] - HOUR_US, diurnal=how.diurnal, weekend=how.weekend)
        chosen = np.arange(group.objects)
    at = signal[obj] + (delay[obj, member] * 1000).astype(np.int64) * 1000
    topic = objects.topic[chosen][obj] if group.kind == "repost" else accounts.topic[who[member]]
    out = blank(who[member], at, topic=topic, mechanism=GROUP, client=clients(rng, len(obj)))
    out = replace(out, which=np.full(len(obj), number, np.int64))
    if group.kind == "repost":
        kind = np.full(len(obj), REPOST, np.int64)
        return replace(out, kind=kind, ref=objects.post[chosen][obj], text=objects.text[chosen][obj])
    if group.kind == "url":
        chosen = _with_audience(rng, links, group, np.ones(len(links), np.bool_))
        return replace(out, text=rng.integers(0, texts.SENTENCES, len(obj)), url=chosen[obj])
    same = rng.integers(0, texts.SENTENCES, group.objects)[obj]
    dress = rng.integers(0, 24, len(obj)) if group.kind == "folded_text" else np.zeros(len(obj), np.int64)
    return replace(out, text=same, variant=dress)


def _chosen(rng: np.random.Generator, group: Group, audience: Ints, objects: Attention, end_us: int) -> Ints:
    """Objects that ordinary accounts passed on too, early enough for a joint action before the end."""
    if len(objects.post) < group.objects:
        raise Unexpected(
            f"group {group.id} wants {group.objects} objects, the crowd of {group.export} has {len(objects.post)}",
            hint="Give the crowd more posts or objects, more than a day before the end, or the group fewer",
        )
    return _with_audience(rng, audience, group, objects.at_us < end_us - 24 * HOUR_US)


def _with_audience(rng: np.random.Generator, audience: Ints, group: Group, fine: npt.NDArray[np.bool_]) -> Ints:
    """Objects with the least audience asked for; where they are too few, those with the most there is."""
    fit = np.flatnonzero((audience >= group.audience) & fine)
    if len(fit) < group.objects:
        fit = np.argsort(-audience, kind="stable")[: group.objects]
    return rng.choice(fit, group.objects, replace=False)
