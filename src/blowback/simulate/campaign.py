"""Simulate a campaign: who posts what, when, and why; the truth is kept beside each post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from blowback.simulate import texts
from blowback.simulate.burst import burst
from blowback.simulate.cast import HEIRS, cast, crowd_of
from blowback.simulate.claim import Event, claims, numbered
from blowback.simulate.crowd import Scene, crowd, ordinary
from blowback.simulate.groups import joint_actions
from blowback.simulate.hijack import hijack
from blowback.simulate.injection import injection
from blowback.simulate.lead import lead
from blowback.simulate.migration import moved, outlinks
from blowback.simulate.network import network
from blowback.simulate.observed import Observed, observed
from blowback.simulate.people import BLUESKY, EXPORTS, PUBLIC, REDDIT, TELEGRAM, X_IO, X_V2, Accounts, Ints
from blowback.simulate.posts import REPOST, Posts, Shelf, settle
from blowback.simulate.posts import join as join_posts
from blowback.simulate.release import release
from blowback.simulate.removal import Fate, carried_out, fates, shouts
from blowback.simulate.scenario import Scenario
from blowback.simulate.seeds import stream
from blowback.simulate.stage import Note, Played, Stage

Report = Callable[[str, float], None]  # what is being done, share done


@dataclass(frozen=True, slots=True)
class Campaign:
    """A simulated campaign: accounts, posts in the order of time, what was observed of them, and the truth's notes."""

    scenario: Scenario
    accounts: Accounts
    posts: Posts
    shelf: Shelf
    seen: Observed
    fate: Fate
    notes: dict[str, tuple[Note, ...]]  # mechanism -> what the truth says of each instance beside its posts
    events: tuple[Event, ...]  # what independently happened
    export: Ints  # of each post: positions in `people.EXPORTS`

    def __len__(self) -> int:
        return len(self.posts)


def _silent(_what: str, _share: float) -> None:
    """Progress nobody watches."""


def simulate(scenario: Scenario, report: Report = _silent) -> Campaign:
    """Simulate a scenario. Each mechanism has its own stream: changing one leaves the others as they are.

    Args:
        scenario: what happens.
        report: called with what is being done and the share done.

    Raises:
        Unexpected: a group asks for more objects than its crowd has.
    """
    report("accounts", 0.0)
    accounts, fate = fates(scenario, cast(scenario), first=HEIRS)
    report("the crowd", 0.1)
    acts = _Acts(_stage(scenario, accounts))
    report("the campaign", 0.5)
    _act(acts, fate)
    report("what the platform does", 0.8)
    posts, keep = moved(acts.stage, join_posts(acts.parts))
    posts, alive = carried_out(posts, fate)
    inside = np.clip(posts.at_us, scenario.start_us, scenario.end_us - 1000)
    posts = settle(replace(posts, at_us=inside), keep & alive)
    seen = observed(scenario, accounts, posts, fate)
    notes = {k: tuple(v) for k, v in acts.notes.items()}
    return Campaign(
        scenario,
        accounts,
        posts,
        acts.stage.shelf,
        seen,
        fate,
        notes,
        tuple(acts.events),
        accounts.export[posts.author],
    )


def _stage(scenario: Scenario, accounts: Accounts) -> Stage:
    """The crowds of all platforms and their posts."""
    window = (scenario.start_us, scenario.end_us)
    parts, seen, total = [], {}, 0
    scenes: dict[int, Scene] = {}
    for export, label, of in (
        (X_V2, "x", (X_V2, X_IO)), (TELEGRAM, "telegram", (TELEGRAM,)), (BLUESKY, "bluesky", (BLUESKY,)),
        (REDDIT, "reddit", (REDDIT,)),
    ):  # fmt: skip
        how = crowd_of(scenario, export)
        if how is None:
            continue
        scene = Scene(accounts, window, how)
        who = np.flatnonzero(np.isin(accounts.export, of) & (accounts.role == PUBLIC))
        posts, objects = crowd(stream(scenario.seed, f"crowd {label}"), scene, who, fit_export=export)
        parts.append(replace(posts, ref=np.where(posts.ref >= 0, posts.ref + total, posts.ref)))
        seen[export] = replace(objects, post=objects.post + total)
        scenes |= dict.fromkeys(of, scene)
        total += len(posts)
    return Stage(scenario, accounts, join_posts(parts), seen, scenes)


class _Acts:
    """What has been acted so far: posts in the order of acting, and the notes for the truth."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.parts = [stage.base]
        self.total = len(stage.base)
        self.notes: dict[str, list[Note]] = {}
        self.events: list[Event] = []

    def add(self, mechanism: str, played: Played) -> None:
        """Take in what a mechanism did."""
        self.parts.append(played.posts)
        self.total += len(played.posts)
        self.notes.setdefault(mechanism, []).extend(played.notes)


def _act(acts: _Acts, fate: Fate) -> None:
    """All mechanisms in a fixed order."""
    stage, s = acts.stage, acts.stage.scenario
    _groups(acts)
    acts.add("network", network(stage, acts.total))
    for number, how in enumerate(s.bursts):
        acts.add("burst", burst(stage, number, how, acts.total))
    for number, one in enumerate(s.injections):
        acts.add("injection", injection(stage, number, one))
    for number, taken in enumerate(s.hijacks):
        acts.add("hijack", hijack(stage, number, taken, acts.total))
    number = 0
    for series in s.releases:
        for k in range(series.count):
            acts.add("release", release(stage, number, series, acts.total, k=k))
            number += 1
    for number, call in enumerate(s.leads):
        acts.add("lead", lead(stage, number, call))
    said, events = claims(stage)
    acts.add("claim", said)
    acts.events, ids = numbered(events)
    for note in said.notes:
        note["event"] = None if note["event"] is None else ids[note["event"]]
    acts.add("return", shouts(stage, fate))
    for number, move in enumerate(s.migrations):
        acts.add("migration", outlinks(stage, number, move))


def _groups(acts: _Acts) -> None:
    stage, base = acts.stage, acts.stage.base
    counts = np.bincount(base.ref[base.kind == REPOST], minlength=len(base))
    for number, group in enumerate(stage.scenario.groups):
        export = EXPORTS.index(group.export)
        scene, objects = stage.scenes[export], stage.seen[X_V2 if export == X_IO else export]
        who = np.flatnonzero(stage.accounts.group == number)
        here = np.isin(stage.accounts.export[base.author], (X_V2, X_IO) if export in (X_V2, X_IO) else (export,))
        links = np.bincount(
            base.url[here & (base.url >= 0) & (base.topic == stage.accounts.topic[who[0]])], minlength=texts.URLS
        )
        made = joint_actions(
            stage.stream(f"group {group.id}"), scene, group,
            number=number, objects=objects, audience=counts[objects.post], links=links,
        )  # fmt: skip
        acts.add("group", Played(made))
        cover = ordinary(stage.stream(f"camouflage {group.id}"), scene, who, each=group.camouflage, objects=objects)
        acts.add("camouflage", Played(cover))
