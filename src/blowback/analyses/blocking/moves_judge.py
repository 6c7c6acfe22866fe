"""From counts around a change to findings: what moved at the same time, never why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from blowback.analyses.blocking.moves_events import Event, day_number
from blowback.analyses.blocking.moves_uses import Uses
from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Certainty, Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools.services import service_of
from blowback.tools.words import plural

ALONG: Final = Rule(
    "moves.along.1",
    when="links to a service became fewer around the days between which it was blocked (or more, as it opened again), and links to at least "
    "one other host changed the other way: each at q <= fdr, and at no more than one in twenty other dates as much",
    unless=("another event of the same days moved both", "posts on the service's own platform stopped being collected"),
)
ALONE: Final = Rule(
    "moves.alone.1", when="links to the service changed so, and those to no other host did beyond chance"
)
OTHERS: Final = Rule("moves.others.1", when="links to other hosts changed, those to the service did not beyond chance")
OPPOSITE: Final = Rule(
    "moves.opposite.1", when="links to the service became more around its blocking, or fewer as it opened again"
)
NONE: Final = Rule("moves.none.1", when="neither links to the service nor those to other hosts changed beyond chance")
UNCLEAR: Final = Rule(
    "moves.cannot_tell.1",
    when="the bracket is wider than the window, the posts do not cover both sides, or uses, accounts or other dates are too few",
)
RULES: Final = (ALONG, ALONE, OTHERS, OPPOSITE, NONE, UNCLEAR)
_MOST: Final = 200  # posts kept with a finding
_NAMED: Final = 5  # hosts named in a sentence
_WHY: Final = {
    "bracket_wide": "the days between which it changed lie further apart than the window",
    "not_covered": "the posts of the case do not cover both sides",
    "few_uses": "too few links lead there",
    "few_accounts": "too few accounts link there for any number to be told",
    "few_dates": "the posts cover too few other days to show what is usual",
}
_ALWAYS: Final = (
    "It is an observation of one time: news, a platform's own measures or a campaign may have moved links as well.",
    "Links are of those whose posts are in the case, anywhere in the world: not of people behind the network that blocked.",
    "What stands behind a shortened link is not known, and counts nowhere.",
)


@dataclass(frozen=True, slots=True)
class _Case:
    """What every finding needs: the parameters, the links, how many rows were tested."""

    params: dict[str, Any]
    uses: Uses
    tested: int


def judge(judged: Judged) -> Iterator[Finding]:
    """One finding for each change of a service to which any link of the case leads, in order of time."""
    rows = judged.tables["moves"].to_pylist()
    if not rows:
        return
    case = _Case(dict(judged.params), Uses.of(judged.tables["links"]), sum(r["p"] is not None for r in rows))
    for _, group in groupby(rows, lambda r: r["event"]):
        mine = list(group)
        if mine[0]["why"] != "no_links":
            yield _finding(mine, case)


def _finding(rows: list[dict[str, Any]], case: _Case) -> Finding:
    first = rows[0]
    away, back = ("fell", "rose") if first["direction"] == "blocked" else ("rose", "fell")
    moved = sorted((r for r in rows if r["kind"] == "host" and r["word"] == back), key=lambda r: (r["q"], r["place"]))
    rule, ruling = _ruled(first, rows, moved, away)
    posts = _posts(first, [r["place"] for r in moved], case)
    odds = (first["odds_ratio"], first["low"], first["high"]) if first["p"] is not None else (1.0, 0.0, float("inf"))
    certainty: Certainty = "inferred" if ruling == "stands" else "observed"
    return Finding(
        id=short_id("F", "moves", rule.id, first["event"]),
        analysis="moves",
        subject=Subject("service", first["service"]),
        says=_says(first, moved, rule),
        certainty=certainty,
        effect=Effect(
            "odds that a link leads there, after over before", odds[0], odds[1], min(odds[2], 1e9), "times",
            "log odds, widened for scatter between days and at other dates",
        ),
        rule=rule.id,
        parameters=case.params,
        nulls=_nulls(first, moved, case.tested),
        counter_evidence=_against(rows, case.params),
        evidence=tuple(posts[:_MOST]),
        evidence_total=len(posts),
        ruling=ruling,
    )  # fmt: skip


def _ruled(
    first: dict[str, Any], rows: list[dict[str, Any]], moved: list[dict[str, Any]], away: str
) -> tuple[Rule, Ruling]:
    if first["why"]:
        return UNCLEAR, "cannot_tell"
    if first["word"] == away:
        return (ALONG if moved else ALONE), "stands"
    if first["word"] in ("rose", "fell"):
        return OPPOSITE, "context"
    return (OTHERS if any(r["word"] in ("rose", "fell") for r in rows[1:]) else NONE), "context"


def _says(first: dict[str, Any], moved: list[dict[str, Any]], rule: Rule) -> str:
    what = "was first seen blocked" if first["direction"] == "blocked" else "was first seen open again"
    lead = f"{first['service']} {what} in {first['networks']} between {first['after']} and {first['by']}"
    if rule is UNCLEAR:
        return f"{lead}; whether links in posts moved at that time cannot be told: {_WHY[first['why']]}."
    told = (
        f"{lead}. Links to it were {_share(first, 'before')} of all before (accounts and days, {first['before']:,} of "
        f"{first['before_of']:,}) and {_share(first, 'after')} after ({first['after_uses']:,} of {first['after_of']:,})"
    )
    others = ", ".join(
        f"{r['place']} from {_share(r, 'before')} to {_share(r, 'after')} of the other links{_came(r)}" for r in moved[:_NAMED]
    )  # fmt: skip
    more = f" and {plural(len(moved) - _NAMED, 'more host')}" if len(moved) > _NAMED else ""
    tail = {
        ALONG: f"; at the same time links to other hosts went the other way: {others}{more}.",
        ALONE: "; no other host's share of the other links changed beyond chance.",
        OTHERS: ": no change beyond chance. Shares of other hosts changed at that time, as they also may without a block.",
        OPPOSITE: ": the opposite of a move away." if first["direction"] == "blocked" else ": the opposite of a move back.",
        NONE: f", no change beyond chance (odds {first['odds_ratio']:.2g} times, {first['low']:.2g} to {first['high']:.2g}); no other host's share changed either.",
    }[rule]  # fmt: skip
    return told + tail


def _share(row: dict[str, Any], side: str) -> str:
    hits, of = (row["before"], row["before_of"]) if side == "before" else (row["after_uses"], row["after_of"])
    return f"{hits / of:.1%}" if of else "none"


def _came(row: dict[str, Any]) -> str:
    """Contents that came again, where other dates hardly have as many."""
    if not row["contents"] or row["contents_elsewhere"] is None or row["contents_elsewhere"] > 0.05:
        return ""
    return f" ({plural(row['contents'], 'content')} linked there before came again; {row['contents_usual']:.1f} at other dates)"


def _nulls(first: dict[str, Any], moved: list[dict[str, Any]], tested: int) -> tuple[Null, ...]:
    if first["p"] is None:
        return (Null("not tested", "the change could not be tested", 0.0, 0.0, None, None, tested, "none"),)
    return tuple(
        Null(
            f"other dates, {r['place']}", "the same question put to every other date that the posts cover: uses after, had the odds stayed as they usually do",
            float(r["after_uses"]), _due(r), r["p"], r["q"], tested, "shifted dates; quasi-binomial; Benjamini-Hochberg over all services, or all other places, of the case",
        )
        for r in (first, *moved[:_NAMED])
    )  # fmt: skip


def _due(row: dict[str, Any]) -> float:
    """Uses after, had the odds been those of before."""
    return float(row["before"] / row["before_of"] * row["after_of"]) if row["before_of"] else 0.0


def _against(rows: list[dict[str, Any]], params: dict[str, Any]) -> tuple[str, ...]:
    first, out = rows[0], list(_ALWAYS)
    if first["p"] is not None:
        out.append(
            f"At {first['elsewhere']:.0%} of {plural(first['dates'], 'other date')} the share changes as much; the interval is "
            f"{first['widened'] * first['dispersion'] ** 0.5:.1f} times as wide as for independent links."
        )
    out += [
        f"Other hosts of the category {row['place']} together: {_share(row, 'before')} to {_share(row, 'after')} of the other links, {row['word']}."
        for row in rows
        if row["kind"] == "category"
    ]
    out.append(f"Numbers of fewer than {params['least_accounts']} accounts are not told.")
    return tuple(out)


def _posts(first: dict[str, Any], moved: list[str], case: _Case) -> list[str]:
    """Posts with a link to the service before and to the places that changed after; all with a link to it where nothing was tested."""
    low, high = (day_number(first[n]) for n in ("after", "by"))
    uses, window = case.uses, int(case.params["window"])
    if low is None or high is None:
        return []
    label = str(first["service"])
    hosts = frozenset[str]() if label in uses.places else frozenset(label.split(" "))
    service = service_of(min(hosts)) if hosts else label
    event = Event(service, first["direction"], low, high, hosts)
    place, mine = uses.placed(event)
    day = uses.day + uses.first
    there = place == mine
    if first["p"] is not None:
        near = (day >= low - window) & (day <= high + window)
        names = [n for n, name in enumerate(uses.places) if name in moved]
        there = near & (there | (np.isin(place, names) & (day > high)))
    order = np.flatnonzero(there)
    order = order[np.argsort(day[order], kind="stable")]
    return list(dict.fromkeys(str(uses.posts[int(n)]) for n in uses.post[order]))
