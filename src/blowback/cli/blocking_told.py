"""How an audit reads on a terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from blowback.cli import show
from blowback.tools.categories import today
from blowback.tools.words import plural

_MOST = 12  # defects of a list that are written out
_CATEGORIES = 4  # categories beside those that the rationale names


def audit(found: Mapping[str, Any]) -> None:
    """An audit in words: each network, the claim, published lists, limits."""
    reason = found.get("rationale", {})
    if unknown := reason.get("unknown_categories"):
        show.say(
            f"No Citizen Lab list has the category {', '.join(unknown)}: it counts only where a list of your own has it."
        )
    named = [today(c) for side in ("blocked", "open") for c in reason.get(side, {}).get("category", ())]
    for network, report in found.get("networks", {}).items():
        _network(network, report, named)
    for network in found.get("networks_without_data", ()):
        show.say(f"\n{network}: not in the case; cannot tell")
    if pooled := found.get("pooled"):
        ends = _interval(pooled["ci95"], share=False)
        show.say(f"\nover {pooled['networks']} networks: odds ratio {_number(pooled['odds_ratio'])} {ends}")
    if claim := found.get("claim"):
        _claim(claim)
    for one in found.get("published", ()):
        _published(one)
    if "rationale" in found and found["rationale"]["judged_before"]:
        show.say(
            "\nThe case had been judged before this rationale was written down: say so wherever the result is used."
        )
    for limit in found["limits"]:
        show.say(f"- {limit}")
    show.say(f"Kept in {found['file']}")


def _network(network: str, report: Mapping[str, Any], named: Collection[str] = ()) -> None:
    plan, coverage, purity = report["plan"], report["coverage"], report["purity"]
    units = f"{report['units_blocked']} blocked of {report['units_informative']} that tell something"
    show.say(f"\n{network}: {report['wording'].upper()}")
    show.say(f"  {report['wording_rule']}")
    show.say(f"  units: {units}, {report['units_asked']} asked")
    told = plan["units_predicted_informative"]
    show.say(f"  plan: {told} of the predicted ones tell something, {plan['units_needed']} needed")
    show.say(f"  coverage {coverage['hits']}/{coverage['of']} {_interval(coverage['ci95'])}")
    show.say(f"  purity {purity['hits']}/{purity['of']} {_interval(purity['ci95'])}")
    odds = report["enrichment"]
    if odds["odds_ratio"] is not None or odds["ci95"]:
        ends = _interval(odds["ci95"], share=False)
        show.say(f"  odds ratio {_ratio(odds)} {ends}, mid-p {odds['mid_p']:.3g}")
    if contrary := report["said_open_but_blocked"]:
        more = f" and {len(contrary) - _MOST} more" if len(contrary) > _MOST else ""
        show.say(f"  said to stay open, but blocked: {' '.join(contrary[:_MOST])}{more}")
    for row in _categories(report["categories"], named):
        counts = f"{row['blocked']}/{row['informative']} {_interval(row['share']['ci95'])}"
        show.say(f"  {row['category']}: {counts}, odds ratio {_ratio(row)}, q {row['q']:.2g}")


def _categories(rows: Sequence[Mapping[str, Any]], named: Collection[str]) -> list[Mapping[str, Any]]:
    """Those that the rationale names, blocked or not, then the first of the others that have something blocked."""
    first = [r for r in rows if today(r["category"]) in named]
    return [*first, *[r for r in rows if r["blocked"] and r not in first][:_CATEGORIES]]


def _claim(claim: Mapping[str, Any]) -> None:
    if "claimed" in claim:
        said = claim["claimed"]
        allows = f"{claim['true_share_at_least']:.1%} to {claim['true_share_up_to']:.1%}"
        show.say(f"\nClaim: {said['blocked']} of {said['of']} blocked. That allows a true share of {allows}.")
        show.say(f"  {claim['would_overturn']}")
    if case := claim.get("in_case"):
        were = "was" if case["names_asked"] == 1 else "were"
        asked = f"{case['names_asked']} of {plural(len(case['names']), 'name')} {were} asked"
        tell = "tells" if case["names_informative"] == 1 else "tell"
        seen = f"{plural(case['lookups_informative'], 'observation')}, {case['blocked']} blocked"
        told = f"{case['names_informative']} {tell} something ({seen})"
        show.say(f"  in this case: {asked}, {told}: {case['word']}; overturned by: {case['would_overturn']}")
        if missing := case["networks_without_data"]:
            show.say(f"  not in this case: {', '.join(missing)}")


def _published(one: Mapping[str, Any]) -> None:
    show.say(f"\n{one['list']}: {one['borne_out']} of {one['entries']} entries borne out by the measurements")
    if not one.get("network_named", True) and one["network_fits_best"]:
        fit = f"it fits what {one['network_fits_best']} blocks best ({one['fit']:.0%} alike)"
        show.say(f"  it names no network of the case ({one['about']}); {fit}")
    for defect in one["defects"][:_MOST]:
        show.say(f"  {defect['entry']}: {defect['says']}")
    if len(one["defects"]) > _MOST:
        show.say(f"  and {len(one['defects']) - _MOST} more; --json has them all")
    if one["blocked_but_missing"]:
        show.say(f"  blocked and not on it: {' '.join(one['blocked_but_missing'][:10])}")


def _interval(ends: list[float | None] | None, *, share: bool = True) -> str:
    if ends is None:
        return "[not told]"
    low, high = ends
    if share:
        return f"[{low or 0:.1%}, {1 if high is None else high:.1%}]"
    return f"[{_number(low)}, {_number(high)}]"


def _ratio(held: Mapping[str, Any]) -> str:
    """An odds ratio; without an interval it is undefined, with one its null stands for infinity."""
    return "not told" if held["ci95"] is None else _number(held["odds_ratio"])


def _number(value: float | None) -> str:
    return "inf" if value is None else f"{value:.3g}"
