"""The truth beside the exports: what was planted, post by post, and mechanism by mechanism."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from blowback.simulate.campaign import Campaign
from blowback.simulate.clock import iso_ms
from blowback.simulate.compose import language, links
from blowback.simulate.named import author, platform, post_id
from blowback.simulate.people import EXPORTS, OFFICIAL, PLATFORM, ROLES, Ints, native_id
from blowback.simulate.posts import (
    BURST,
    CLAIM,
    GROUP,
    HIJACK,
    INJECTION,
    LEAD,
    MECHANISMS,
    MIGRATION,
    PARTS,
    RELEASE,
    REPOST,
    RETURN,
)  # fmt: skip

Json = dict[str, Any]


class Ledger:
    """Which posts are whose: looked up by mechanism, instance and part."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        p = campaign.posts
        self.planted = np.flatnonzero(p.mechanism > 1)

    def of(self, mechanism: int, which: int, *parts: str) -> Ints:
        """Positions of the posts of one instance, in time order; of the parts named, or all."""
        p, some = self.campaign.posts, self.planted
        fit = (p.mechanism[some] == mechanism) & (p.which[some] == which)
        if parts:
            fit &= np.isin(p.part[some], [PARTS.index(x) for x in parts])
        found: Ints = some[fit]
        return found

    def ids(self, some: Ints) -> list[str]:
        """Native ids."""
        return [post_id(self.campaign, int(i)) for i in some]

    def named(self, some: Ints) -> list[Json]:
        """Platform and native id of each."""
        return [
            {"platform": platform(self.campaign, int(i)), "native_id": post_id(self.campaign, int(i))} for i in some
        ]

    def authors(self, some: Ints) -> list[str]:
        """Native ids of the authors, each once, sorted."""
        accounts = np.unique(self.campaign.posts.author[some])
        return sorted(native_id(self.campaign.accounts, int(a)) for a in accounts)

    def when(self, some: Ints, which: Callable[[Ints], Any] = np.min) -> str | None:
        """The first (or last) time of some posts; None where there are none."""
        return iso_ms(int(which(self.campaign.posts.at_us[some]))) if len(some) else None

    def span(self, some: Ints) -> Json:
        """First and last time."""
        return {"first": self.when(some), "last": self.when(some, np.max)}


def truth(campaign: Campaign) -> Json:
    """What was planted, as `truth.json` has it; without the exports, which the writer adds."""
    it, s = Ledger(campaign), campaign.scenario
    return {
        "scenario": s.name, "seed": s.seed, "posts": len(campaign),
        "window": [iso_ms(s.start_us), iso_ms(s.end_us)],
        "groups": _groups(it),
        "bursts": [_burst(it, k) for k in range(len(s.bursts))],
        "injections": [_injection(it, k) for k in range(len(s.injections))],
        "hijacks": [_hijack(it, k) for k in range(len(s.hijacks))],
        "releases": _releases(it),
        "leads": [_lead(it, k) for k in range(len(s.leads))],
        "claims": [_claim(it, k) for k in range(len(campaign.notes.get("claim", ())))],
        "removals": _removals(it),
        "returns": [_return(it, k) for k in range(len(campaign.notes.get("return", ())))],
        "migrations": [_migration(it, k) for k in range(len(s.migrations))],
        "network": _network(it),
    }  # fmt: skip


def _groups(it: Ledger) -> list[Json]:
    campaign, out = it.campaign, []
    for number, group in enumerate(campaign.scenario.groups):
        members = np.flatnonzero(campaign.accounts.group == number)
        out.append(
            {
                "group_id": group.id, "platform": PLATFORM[group.export], "export": group.export, "kind": group.kind,
                "tau_s": group.tau_s, "objects": group.objects,
                "accounts": [native_id(campaign.accounts, int(m)) for m in members],
                "posts": len(it.of(GROUP, number)),
            }
        )  # fmt: skip
    return out


def _burst(it: Ledger, k: int) -> Json:
    campaign, how = it.campaign, it.campaign.scenario.bursts[k]
    own, notice = it.of(BURST, k, how.kind), it.of(BURST, k, "notice")
    p = campaign.posts
    hour = (
        np.bincount((p.at_us[own] - campaign.scenario.start_us) // 3_600_000_000) if len(own) else np.zeros(1, np.int64)
    )
    each = np.sort(np.bincount(p.author[own]))[::-1] if len(own) else np.zeros(1, np.int64)
    mine = campaign.shelf.clients.index(how.client) if how.client in campaign.shelf.clients[4:] else -1
    return {
        "id": how.id, "platform": "x", "hashtag": how.hashtag, "client": how.client, "kind": how.kind, **it.span(own),
        "posts": len(own), "accounts": it.authors(own), "by_client": int((p.client[own] == mine).sum()),
        "announced": _notice(it, k, notice) if len(notice) else None,
        "peak_hour": {"start": iso_ms(campaign.scenario.start_us + int(hour.argmax()) * 3_600_000_000), "posts": int(hour.max())},
        "top_50_posts": int(each[:50].sum()),
        "deleted": int(np.isin(own, campaign.seen.gone.posts).sum()) if how.deleted else 0,
    }  # fmt: skip


def _notice(it: Ledger, k: int, notice: Ints) -> Json:
    named_for = it.campaign.scenario.at_h(it.campaign.scenario.bursts[k].start_h)
    return {"at": it.when(notice), "for": iso_ms(named_for), "posts": it.ids(notice)}


def _injection(it: Ledger, k: int) -> Json:
    how, own = it.campaign.scenario.injections[k], it.of(INJECTION, k)
    return {
        "id": how.id, "client": how.client, "client_field": it.campaign.scenario.damage.client_field and bool(how.client),
        "text": how.text, "items": how.items, **it.span(own), "posts": it.named(own), "accounts": it.authors(own),
    }  # fmt: skip


def _hijack(it: Ledger, k: int) -> Json:
    how = it.campaign.scenario.hijacks[k]
    parts = {name: it.of(HIJACK, k, name) for name in ("hijack", "counter", "press", "repost")}
    return {
        "id": how.id, "platform": "x", "hashtag": how.hashtag, "also": list(how.also), **it.span(parts["hijack"]),
        "hijack": it.ids(parts["hijack"]), "counter": it.ids(parts["counter"]), "press": it.ids(parts["press"]),
        "reposts": it.ids(parts["repost"]), "accounts": it.authors(parts["hijack"]),
    }  # fmt: skip


def _releases(it: Ledger) -> list[Json]:
    out, number, notes = [], 0, it.campaign.notes.get("release", ())
    for how in it.campaign.scenario.releases:
        for k in range(how.count):
            own = it.of(RELEASE, number)
            carried = own[(it.campaign.posts.kind[own] != REPOST) & (it.campaign.posts.url[own] != -1)]
            out.append(
                {
                    "id": f"{how.id}-{k + 1}" if how.count > 1 else how.id, **notes[number],
                    "items": [item for i in carried for item in _items(it, int(i))],
                    "phases": {
                        "seed": it.when(it.of(RELEASE, number, "seed")), "amplify": it.when(it.of(RELEASE, number, "amplify")),
                        "release": it.when(it.of(RELEASE, number, "release")),
                        "repost": it.when(it.of(RELEASE, number, "repost", "mirror")),
                    },
                    "reposts": it.named(it.of(RELEASE, number, "repost")),
                    "announcements": it.named(it.of(RELEASE, number, "amplify")),
                }
            )  # fmt: skip
            number += 1
    return out


def _items(it: Ledger, i: int) -> list[Json]:
    """A post that links two hosts is an item on each."""
    c = it.campaign
    return [
        {
            "platform": platform(c, i), "native_id": post_id(c, i), "host": link.split("/")[2], "link": link,
            "lang": language(c, i), "at": iso_ms(int(c.posts.at_us[i])), "part": PARTS[int(c.posts.part[i])],
            "official": bool(c.accounts.role[c.posts.author[i]] == OFFICIAL),
        }
        for link in links(c, i)
    ]  # fmt: skip


def _lead(it: Ledger, k: int) -> Json:
    how = it.campaign.scenario.leads[k]
    calls, answers = it.of(LEAD, k, "call"), it.of(LEAD, k, "answer")
    note = it.campaign.notes["lead"][k]
    return {
        "id": how.id,
        "platform": "x",
        "hashtag": how.hashtag,
        **note,
        "calls": it.ids(calls),
        "answers": it.ids(answers),
    }


def _claim(it: Ledger, k: int) -> Json:
    note = dict(it.campaign.notes["claim"][k])
    return {"id": note.pop("id"), **note, "posts": it.named(it.of(CLAIM, k))}


def _removals(it: Ledger) -> Json:
    c, gone = it.campaign, it.campaign.seen.gone
    return {
        "deleted_posts": [str(int(d)) for d in c.seen.deleted],
        "suspended_accounts": len(c.seen.suspended),
        "withheld_posts": it.ids(np.flatnonzero(c.seen.withheld > 0)),
        "moderated_posts": it.ids(c.seen.moderated),
        "accounts": [
            {"platform": "x", "native_id": native_id(c.accounts, int(a)), "at": iso_ms(int(us)), "reason": "suspended"}
            for a, us in zip(gone.accounts, gone.accounts_us, strict=True)
        ],
        "posts": [
            {"platform": "x", "native_id": post_id(c, int(i)), "at": iso_ms(int(us)), "reason": why}
            for i, us, why in zip(gone.posts, gone.posts_us, gone.reasons, strict=True)
        ],
    }


def _return(it: Ledger, k: int) -> Json:
    c, note = it.campaign, it.campaign.notes["return"][k]
    return {
        "platform": "x", "old": native_id(c.accounts, note["old"]), "new": native_id(c.accounts, note["new"]),
        "removed_at": iso_ms(note["removed_us"]), "back_at": iso_ms(note["back_us"]), "announced_by": it.ids(it.of(RETURN, k)),
        "posts": int((c.posts.author == note["new"]).sum()),
    }  # fmt: skip


def _migration(it: Ledger, k: int) -> Json:
    how = it.campaign.scenario.migrations[k]
    own = it.of(MIGRATION, k, "moved")
    return {
        "id": how.id, "kind": how.kind, "from": how.origin, "to": how.target,
        "at": iso_ms(it.campaign.scenario.at_h(how.start_h)),
        "share": how.share, "posts": it.named(own), "outlinks": it.ids(it.of(MIGRATION, k, "outlink")),
        "accounts": it.authors(own) if how.kind == "platform" else [],
    }  # fmt: skip


def _network(it: Ledger) -> Json:
    """The cast by role and platform: native ids."""
    a, out = it.campaign.accounts, {}
    for role in ROLES[2:]:
        for export in ("x_v2", "telegram", "bluesky"):
            who = np.flatnonzero((a.role == ROLES.index(role)) & (a.export == EXPORTS.index(export)))
            if len(who):
                out[f"{role} {PLATFORM[export]}"] = [native_id(a, int(w)) for w in who]
    return out


def post_rows(campaign: Campaign, files: dict[str, str]) -> list[list[str]]:
    """One row for each post, in time order: see `POST_COLUMNS`."""
    p, out = campaign.posts, []
    ids = _instance_ids(campaign)
    for i in range(len(campaign)):
        mechanism = MECHANISMS[int(p.mechanism[i])]
        out.append(
            [
                platform(campaign, i), post_id(campaign, i), author(campaign, i),
                files[EXPORTS[int(campaign.export[i])]], mechanism,
                ids[mechanism][int(p.which[i])] if p.which[i] >= 0 else "", ROLES[int(campaign.accounts.role[p.author[i]])],
                PARTS[int(p.part[i])], iso_ms(int(p.at_us[i])),
            ]
        )  # fmt: skip
    return out


POST_COLUMNS = (
    "platform", "native_id", "account", "export", "mechanism", "mechanism_id", "actor", "part", "posted_at",
)  # fmt: skip


def _instance_ids(campaign: Campaign) -> dict[str, list[str]]:
    s = campaign.scenario
    return {
        "group": [g.id for g in s.groups], "burst": [b.id for b in s.bursts], "injection": [i.id for i in s.injections],
        "hijack": [h.id for h in s.hijacks], "lead": [x.id for x in s.leads], "migration": [m.id for m in s.migrations],
        "release": [f"{r.id}-{k + 1}" if r.count > 1 else r.id for r in s.releases for k in range(r.count)],
        "claim": [n["id"] for n in campaign.notes.get("claim", ())],
        "return": [native_id(campaign.accounts, n["new"]) for n in campaign.notes.get("return", ())],
    }  # fmt: skip
