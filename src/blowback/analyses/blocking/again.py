"""What only several measurements together show: silence that lasts, one page for many sites, a speed that is always low."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from blowback.analyses.blocking import evidence as e
from blowback.analyses.blocking.dns import Ruled
from blowback.analyses.blocking.pages import LEAST_URLS, plain_words
from blowback.analyses.blocking.steps import Measured
from blowback.analyses.blocking.web import Site
from blowback.tools.services import owner_of

Judged = list[tuple[Measured, Site]]
_TRIES: Final = 3
_APART: Final = timedelta(hours=2)
_SLOW: Final = 20.0  # times slower than the control
_RUNS: Final = 5  # paired runs


def over_runs(judged: Judged) -> Judged:
    """The same measurements, with what their siblings add."""
    return _silent(_slow(_one_page(judged)))


def _key(one: Measured) -> tuple[str, str, str]:
    """Network, vantage and site: runs that may be compared."""
    return one.network, str(one.row.get("vantage") or ""), one.host


def _silent(judged: Judged) -> Judged:
    """Only timeouts, three times or more, over two hours or more, the control fine: likely, not loss."""
    times: defaultdict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    other: set[tuple[str, str, str]] = set()
    for one, site in judged:
        if site.ruled.rule is e.SILENT:
            times[_key(one)].append(one.row["measured_at"] or datetime.min)  # noqa: DTZ901
        elif site.ruled.state in ("ok", "blocked"):
            other.add(_key(one))
    lasting = {k for k, t in times.items() if k not in other and len(t) >= _TRIES and max(t) - min(t) >= _APART}
    return [
        (
            one,
            replace(site, ruled=replace(site.ruled, rule=e.SILENT_LONG))
            if site.ruled.rule is e.SILENT and _key(one) in lasting
            else site,
        )
        for one, site in judged
    ]


def _one_page(judged: Judged) -> Judged:
    """A page that differs from the control's and is the same for many unrelated sites of one network."""
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    controls = {p["body_print"] for one, _ in judged for p in one.layer("http", control=True) if p["body_print"]}
    for one, site in judged:
        if site.ruled.rule is e.HTTP_DIFF and (mark := _print(one)) and mark not in controls:
            owners[one.network, mark].add(owner_of(one.host))
    found = {k for k, names in owners.items() if len(names) >= LEAST_URLS}
    out: Judged = []
    for one, site in judged:
        mark = _print(one)
        if site.ruled.rule is e.HTTP_DIFF and (one.network, mark) in found:
            count = len(owners[one.network, mark])
            out.append(
                (
                    one,
                    Site(
                        Ruled(e.CLUSTER, "http.blockpage", "name"),
                        f"one page for {count} unrelated sites, which the control never got",
                    ),
                )
            )
        else:
            out.append((one, site))
    return out


def queue(judged: Judged) -> list[dict[str, Any]]:
    """Rows of the review queue for pages that `_one_page` proposes: a person reads them before they count as found."""
    groups: defaultdict[tuple[str, str], list[tuple[Measured, dict[str, Any]]]] = defaultdict(list)
    for one, site in judged:
        if site.ruled.rule is e.CLUSTER and (page := one.page) is not None:
            groups[one.network, _print(one)].append((one, page))
    out = []
    for (network, mark), members in sorted(groups.items()):
        one, page = members[0]
        out.append({
            "cluster": mark[:200], "proposed": True, "word": "proposed", "pages": len(members),
            "urls": len({m.row["input"] for m, _ in members}), "owners": len({owner_of(m.host) for m, _ in members}),
            "vantages": len({m.row["vantage"] for m, _ in members}), "networks": network, "control_pages": 0, "fingerprint": "",
            "title": page["title"] or "", "text": plain_words(page["body"] or ""),
            "names": " ".join(sorted({m.host for m, _ in members})), "evidence": one.evidence,
        })  # fmt: skip
    return out


def _print(one: Measured) -> str:
    page = one.page
    return str(page["body_print"] or "") if page else ""


def _slow(judged: Judged) -> Judged:
    """At least five runs, each twenty times slower than the control's of the same minute, other sites normal."""
    ratios: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for one, _ in judged:
        if (ratio := _ratio(one)) is not None:
            ratios[_key(one)].append(ratio)
    normal = {k[:2] for k, found in ratios.items() if min(found) < _SLOW / 2}
    slow = {k for k, r in ratios.items() if len(r) >= _RUNS and min(r) > _SLOW and k[:2] in normal}
    out: Judged = []
    for one, site in judged:
        if _key(one) in slow and site.ruled.state in ("ok", "impaired"):
            layer = "tls" if (one.page or {}).get("hop_url", "").startswith("https") else "http"
            times = sorted(ratios[_key(one)])[len(ratios[_key(one)]) // 2]
            out.append(
                (
                    one,
                    Site(
                        Ruled(e.THROTTLED, f"{layer}.throttle", "name"),
                        f"{times:.0f} times slower than the control in each of {len(ratios[_key(one)])} runs",
                    ),
                )
            )
        else:
            out.append((one, site))
    return out


def _ratio(one: Measured) -> float | None:
    page, control = one.page, one.control_page
    mine, theirs = (p["speed_bps"] if p else None for p in (page, control))
    return theirs / mine if mine and theirs else None
