"""How an audit reads on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blowback.cli import show

_MOST = 12  # defects of a list that are written out


def audit(found: Mapping[str, Any]) -> None:
    """An audit in words: each network, the claim, published lists, limits."""
    for network, report in found.get("networks", {}).items():
        _network(network, report)
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


def _network(network: str, report: Mapping[str, Any]) -> None:
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
        show.say(f"  odds ratio {_number(odds['odds_ratio'])} {ends}, mid-p {odds['mid_p']:.3g}")
    for row in report["categories"][:4]:
        if row["blocked"]:
            counts = f"{row['blocked']}/{row['informative']} {_interval(row['share']['ci95'])}"
            show.say(f"  {row['category']}: {counts}, odds ratio {_number(row['odds_ratio'])}, q {row['q']:.2g}")


def _claim(claim: Mapping[str, Any]) -> None:
    if "claimed" in claim:
        said = claim["claimed"]
        allows = f"{claim['true_share_at_least']:.1%} to {claim['true_share_up_to']:.1%}"
        show.say(f"\nClaim: {said['blocked']} of {said['of']} blocked. That allows a true share of {allows}.")
        show.say(f"  {claim['would_overturn']}")
    if case := claim.get("in_case"):
        asked = f"{case['names_asked']} of {len(case['names'])} names were asked"
        told = f"{case['names_informative']} tell something ({case['lookups_informative']} observations)"
        show.say(f"  in this case: {asked}, {told}: {case['word']}; overturned by: {case['would_overturn']}")


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


def _number(value: float | None) -> str:
    return "inf" if value is None else f"{value:.3g}"
