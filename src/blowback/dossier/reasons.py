"""Stated reasons for blocking, and the numbers of a sentence, as the latest audits in the case have them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import orjson

from blowback.case.case import Case
from blowback.case.lines import objects_in
from blowback.dossier.cards import Measure, NumbersCard, ReasonCard, ReasonHeld
from blowback.dossier.runs import Run
from blowback.dossier.shown import cut, figure, harmless, percent, rare, whole
from blowback.errors import CustodyError
from blowback.model.locator import Locator
from blowback.model.panel import Grid
from blowback.tools.words import listed, plural

T = TypeVar("T")
CATEGORIES: Final = 12  # rows of the table; the rest is counted
_HEAD: Final = ("category", "told", "blocked", "share blocked", "95 % interval", "odds ratio", "q")


def reasons(case: Case, runs: Sequence[Run]) -> tuple[ReasonCard, ...]:
    """The latest audit of a reason, by the ledger; none where nobody stated one.

    Raises:
        CustodyError: an audit that the ledger names cannot be read.
    """
    files = [file for file, of_reason in _audits(case) if of_reason][-1:]
    return tuple(_told(case, file, partial(_card, file=file, runs=runs)) for file in files)


def numbers(case: Case, runs: Sequence[Run]) -> tuple[NumbersCard, ...]:
    """The latest audit of a sentence's numbers; none where nobody gave any.

    Raises:
        CustodyError: as `reasons`.
    """
    files = [file for file, _ in _audits(case) if "claim" in _told(case, file, dict)][-1:]
    return tuple(_told(case, file, partial(_numbers, file=file, runs=runs)) for file in files)


def _audits(case: Case) -> list[tuple[str, bool]]:
    """(path inside the case, whether a reason was audited) in the order of the ledger."""
    found = (e for _, e in objects_in(case.path / "ledger.jsonl") if e.get("verb") == "audit")
    return [(file, bool(e.get("rationale"))) for e in found for file in e.get("out") or ()]


def _told(case: Case, file: str, make: Callable[[dict[str, Any]], T]) -> T:
    try:
        return make(orjson.loads((case.path / file).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise CustodyError(
            f"the audit {file} cannot be read: {error!r}",
            hint="`blowback verify` says what was changed; `blowback blocking audit` writes it anew",
            at=Locator(file),
        ) from error


def _stale(held: Mapping[str, Any], runs: Sequence[Run]) -> bool:
    return str(held["run"]) not in {r.id for r in runs}


def _numbers(held: Mapping[str, Any], file: str, runs: Sequence[Run]) -> NumbersCard:
    told, lines, says = held["claim"], [], "The names of a claim"
    if claimed := told.get("claimed"):
        says = f"{whole(claimed['blocked'])} of {whole(claimed['of'])} blocked"
        low, high = percent(told["true_share_at_least"]), percent(told["true_share_up_to"])
        lines = [
            f"So many allow a true share of {low} to {high} (exact 95 % interval).",
            f"To overturn it: {told['would_overturn']}.",
        ]
    if here := told.get("in_case"):
        asked, names = whole(here["names_asked"]), plural(len(here["names"]), "name")
        seen, where = (
            plural(here["lookups_informative"], "informative observation"),
            plural(here["vantages"], "network"),
        )
        were = "was" if here["names_asked"] == 1 else "were"
        tell = "tells" if here["names_informative"] == 1 else "tell"
        lines += [
            (
                f"In this case ({here['names_from']}): {here['word']}. Of {names}, {asked} {were} asked and "
                f"{whole(here['names_informative'])} {tell} something, by {seen} in {where}; blocked: {whole(here['blocked'])}."
            ),
            f"To overturn that: {here['would_overturn']}.",
        ]
    return NumbersCard(says, tuple(harmless(line) for line in lines), file, _stale(held, runs))


def _card(held: Mapping[str, Any], file: str, runs: Sequence[Run]) -> ReasonCard:
    told = held["rationale"]
    version = f"version {told['version']}, " if int(told.get("version", 1)) > 1 else ""
    late = "after the data had been judged" if told.get("judged_before") else "before anything was judged"
    return ReasonCard(
        actor=harmless(str(told["actor"])),
        quote=harmless(cut(str(told["quote"]), 1200)[0]),
        date=str(told["date"]),
        source=harmless(str(told.get("source", ""))),
        predicts=_predicts(told),
        known=f"Written down in the case on {str(told['at'])[:10]} ({version}ledger line {told['line']}), {late}.",
        networks=tuple(
            _network(name, report, told["blocked"].get("category", ())) for name, report in held["networks"].items()
        ),
        without_data=tuple(held.get("networks_without_data", ())),
        limits=tuple(str(x) for x in held.get("limits", ())),
        file=file,
        run=str(held["run"]),
        stale=_stale(held, runs),
    )


def _predicts(told: Mapping[str, Any]) -> str:
    """`category MILX blocked`, and what it says stays open."""
    parts = [
        f"{'blocked' if side == 'blocked' else 'open'}: "
        + "; ".join(f"{kind} {', '.join(str(v) for v in values)}" for kind, values in told[side].items())
        for side in ("blocked", "open")
        if told.get(side)
    ]
    where = f", in {listed([str(n) for n in told['networks']])}" if told.get("networks") else ""
    return harmless(" · ".join(parts) + where)


def _network(name: str, report: Mapping[str, Any], predicted: Collection[str]) -> ReasonHeld:
    plan = report["plan"]
    enough = "enough" if plan["met"] else "too few"
    predicts = plural(plan["units_predicted_informative"], "predicted site")
    power = (
        f"{predicts} could be told of {whole(report['units_informative'])} in all; at least {plan['units_needed']} are "
        f"needed to test a coverage of {percent(plan['minimum_coverage'])}: {enough}."
    )
    if plan["units_predicted_informative"]:
        bound = percent(plan["none_would_still_allow"])
        power += f" Had none been blocked, a true share of up to {bound} would still be possible."
    return ReasonHeld(
        network=name,
        wording=str(report["wording"]),
        rule=str(report["wording_rule"]),
        measures=_measures(report, float(plan["minimum_coverage"])),
        power=power,
        overturn=str(report.get("would_overturn", "")),
        doubt=_doubt(report.get("label_doubt") or {}),
        categories=_categories(report.get("categories") or (), predicted),
    )


def _measures(report: Mapping[str, Any], minimum: float) -> tuple[Measure, ...]:
    odds = report["enrichment"]
    least = f"of what the reason predicts blocked, is blocked; it must be at least {percent(minimum)}"
    against = (
        f"odds that a predicted site is blocked, against the others (odds ratio; Fisher p {rare(odds['fisher_p'])})"
    )
    return (
        _share("Coverage", report["coverage"], least),
        _share("Purity", report["purity"], "of what is blocked, was predicted"),
        Measure("Enrichment", _ratio(odds), _interval(odds["ci95"], figure), against),
    )


def _share(name: str, held: Mapping[str, Any], says: str) -> Measure:
    value = "not known" if held["value"] is None else percent(held["value"])
    interval = _interval(held["ci95"] if held["of"] else None, percent)
    return Measure(name, f"{value} ({whole(held['hits'])} of {whole(held['of'])})", interval, says)


def _ratio(held: Mapping[str, Any]) -> str:
    """The odds ratio; the audit has null for infinity, where it has an interval all the same."""
    return "infinite" if held["odds_ratio"] is None and held["ci95"] else figure(held["odds_ratio"])


def _interval(ends: Sequence[float | None] | None, write: Any) -> str:  # noqa: ANN401  # float -> text
    if ends is None:
        return "not known"
    return " to ".join("no bound" if end is None else write(end) for end in ends)


def _doubt(held: Mapping[str, Any]) -> str:
    words: list[str] = list(held.get("wordings") or ())
    sets = list(held.get("sets") or ())
    if len(sets) < 2:
        return ""
    same = (
        f"The word stays “{words[0]}”" if len(words) == 1 else f"The word is one of {listed([f'“{w}”' for w in words])}"
    )
    span = held.get("coverage_range")
    ends = list(dict.fromkeys(percent(end) for end in span or ()))
    wide = f"; coverage lies between {' and '.join(ends)}" if len(ends) == 2 else ""
    return f"{same} under {plural(len(sets), 'set')} of labels{wide}.{_raters(held.get('raters'))}"


def _raters(held: Mapping[str, Any] | None) -> str:
    """How often people who labelled the same sites differ on whether the reason means them."""
    if not held:
        return ""
    differ = held["differ"]
    return f" Raters who labelled the same {plural(held['hosts'], 'site')} differ on {whole(differ['hits'])} of them."


def _categories(held: Sequence[Mapping[str, Any]], predicted: Collection[str]) -> Grid:
    """The categories that the reason names, then the others in the order of the audit."""
    rows = sorted(held, key=lambda r: r["category"] not in predicted)
    body = tuple(
        (
            str(r["category"]) + (" (predicted)" if r["category"] in predicted else ""), whole(r["informative"]),
            whole(r["blocked"]), percent(r["share"]["value"] or 0.0),
            _interval(r["share"]["ci95"], percent), _ratio(r), rare(r["q"]),
        )
        for r in rows[:CATEGORIES]
    )  # fmt: skip
    left = len(rows) - CATEGORIES
    more = f" {left:,} more are in the audit." if left > 0 else ""
    says = "Sites that tell something, those that the reason names first, then by p; q is p after control over all of them."
    return Grid("By category", says + more, _HEAD, body, (1, 2, 3, 4, 5, 6))
