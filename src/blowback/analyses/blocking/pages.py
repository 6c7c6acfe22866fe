"""Fetched pages: one for many unrelated URLs is found without fingerprints; proxy errors and challenges are set apart.

Pages are grouped by how often each tag occurs (ICLab's tag vectors, compared exactly). A group is proposed as a block page
where it stands for at least five unrelated URLs of one group of vantages and no control has it; a person reviews it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from blowback.analyses.blocking import evidence as e
from blowback.analyses.blocking.dns import Ruled
from blowback.analyses.blocking.networks import Naming
from blowback.analyses.blocking.prints import Prints
from blowback.analyses.blocking.rows import Verdict
from blowback.analyses.blocking.same_page import CHALLENGE
from blowback.analyses.blocking.steps import host_of_url
from blowback.tools.services import owner_of

LEAST_URLS: Final = 5  # unrelated URLs, specification row 13
_PROXY_ERROR: Final = re.compile(
    r"(?i)network error|tcp_error|dns_(?:unresolved|server_failure)|proxy (?:error|server|authentication)|could not be retrieved|"
    r"(?:bad|invalid) gateway|gateway time-?out|service unavailable|unable to (?:connect|determine)|connection (?:refused|timed out|failed|reset)|"
    r"cache administrator|squid|the requested url could not|host not found|no route to host|server (?:is|may be) down|invalid_request"
)
_PARTIAL: Final = re.compile(r"^(\d{1,3}(?:\.\d{1,3}){2})\.x\w*$")
_TINY: Final = 64  # bytes; less is no page


@dataclass(slots=True)
class Group:
    """Pages with one print."""

    print: str
    pages: list[dict[str, Any]] = field(default_factory=list)
    control: int = 0
    word: str = ""  # proposed, proxy_error, challenge, control, few
    finger: str = ""

    @property
    def urls(self) -> set[str]:
        """Owners of the sites that it stands for."""
        return {owner_of(p["name"]) for p in self.pages if p["name"]}


def fetched(rows: Iterable[dict[str, Any]], naming: Naming) -> list[dict[str, Any]]:
    """Pages that are no part of a measurement, each with its network; a table's rows get the body that has their hash."""
    alone = [r for r in rows if not r["measurement"] and r["layer"] in ("http", "page")]
    bodies = {r["body_sha256"]: r for r in sorted(alone, key=_order) if r["body_sha256"] and r["body_print"]}
    out = []
    held: Counter[tuple[Any, ...]] = Counter()  # how often the case has a fetch, and how often one exhibit has it
    here: Counter[tuple[Any, ...]] = Counter()
    for row in sorted(alone, key=_order):
        if row["layer"] == "page":
            continue
        key = tuple(row[n] for n in ("vantage", "day", "url", "hop", "status", "failure", "body_sha256"))
        here[*key, row["exhibit"]] += 1
        if here[*key, row["exhibit"]] <= held[key]:
            continue  # the same fetch in two files
        held[key] += 1
        known = bodies.get(row["body_sha256"], row)
        place = _PARTIAL.match(row["vantage"] or "")
        server = f"{place[1]}.0" if place else row["vantage"]
        filled = {
            n: row[n] if row[n] is not None else known[n]
            for n in ("body_print", "body", "title", "body_bytes", "headers")
        }
        network = naming.name(row["network"], server)
        out.append({**row, **filled, "network": network, "name": row["name"] or host_of_url(row["url"])})
    return out


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["exhibit"], row["record_no"], row["url"] or "")


def grouped(pages: list[dict[str, Any]], prints: Prints, naming: Naming) -> dict[str, Group]:
    """Groups by print, each with what it seems to be."""
    out: dict[str, Group] = {}
    controls = Counter(p["body_print"] for p in pages if p["control"] and p["body_print"])
    for page in pages:
        if page["control"] or not page["body_print"]:
            continue
        out.setdefault(page["body_print"], Group(page["body_print"])).pages.append(page)
    for name, group in out.items():
        group.control = controls[name]
        group.word = _word(group)
        found = prints.page(group.pages[0], naming.country(group.pages[0]["network"]))
        group.finger = found[0] if found else ""
    return out


def _word(group: Group) -> str:
    text = " ".join(f"{p['title'] or ''} {(p['body'] or '')[:4000]}" for p in group.pages[:3])
    if _PROXY_ERROR.search(text):
        return "proxy_error"
    if CHALLENGE.search(text):
        return "challenge"
    if group.control:
        return "control"
    return "proposed" if len(group.urls) >= LEAST_URLS else "few"


def judge_pages(pages: list[dict[str, Any]], groups: dict[str, Group], prints: Prints, naming: Naming) -> list[Verdict]:
    """A verdict for each page that somebody fetched alone; controls say nothing of a network."""
    found: defaultdict[tuple[str, str, str, str], list[tuple[dict[str, Any], Ruled]]] = defaultdict(list)
    for page in pages:
        if page["control"] or not page["name"]:
            continue
        key = (page["network"], page["vantage"] or "direct", page["day"], page["name"])
        found[key].append((page, _page(page, groups, prints, naming)))
    out = []
    for key, members in sorted(found.items()):
        best = min(members, key=lambda m: RANK[m[1].state])
        same = [m for m in members if m[1].state == best[1].state]
        page = best[0]
        seen = page["title"] or (f"status {page['status']}" if page["status"] else page["failure"] or "")
        where = f"{page['exhibit'][:12]}:{page['record_no']}"
        out.append(
            Verdict(
                *key,
                "page",
                best[1],
                len(same),
                len(members),
                str(seen),
                where,
                page["url"] or "",
                _country(page, naming),
            )
        )
    return out


RANK: Final = {"blocked": 0, "likely_blocked": 1, "ok": 2, "down": 3, "impaired": 4, "insufficient": 5}


def _page(page: dict[str, Any], groups: dict[str, Group], prints: Prints, naming: Naming) -> Ruled:
    if (found := prints.page(page, naming.country(page["network"]))) is not None:
        return Ruled(e.PRINT if found[1] else e.PRINT_ELSEWHERE, "http.blockpage", "name")
    group = groups.get(page["body_print"] or "")
    if group is not None and group.word == "proposed":
        return Ruled(e.CLUSTER, "http.blockpage", "name")
    if (group is not None and group.word == "proxy_error") or (page["failure"] and page["via"] != "direct"):
        return Ruled(e.PROXY, cause="proxy")
    if group is not None and group.word == "challenge":
        return Ruled(e.SERVER, "http.error", "server")
    if page["failure"] or (page["body_bytes"] or 0) < _TINY or (page["status"] or 200) >= 400:
        return Ruled(e.NOTHING, cause="unsure")
    return Ruled(e.GENUINE)


def _country(page: dict[str, Any], naming: Naming) -> str:
    return page["country"] or naming.country(page["network"]) or ""


def review(groups: dict[str, Group]) -> list[dict[str, Any]]:
    """The review queue: every group of at least two pages, those proposed first."""
    out = []
    for group in groups.values():
        if len(group.pages) < 2:
            continue
        first = group.pages[0]
        out.append({
            "cluster": group.print[:200], "proposed": group.word == "proposed", "word": group.word, "pages": len(group.pages),
            "urls": len({p["url"] for p in group.pages}), "owners": len(group.urls), "vantages": len({p["vantage"] for p in group.pages}),
            "networks": " ".join(sorted({p["network"] for p in group.pages})), "control_pages": group.control,
            "fingerprint": group.finger, "title": first["title"] or "", "text": plain_words(first["body"] or ""),
            "names": " ".join(sorted({p["name"] for p in group.pages})), "evidence": f"{first['exhibit'][:12]}:{first['record_no']}",
        })  # fmt: skip
    return sorted(out, key=lambda r: (not r["proposed"], -r["pages"], r["cluster"]))


def plain_words(body: str) -> str:
    """The first 240 characters that a reader of the page sees."""
    plain = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>", " ", body)
    return " ".join(plain.split())[:240]
