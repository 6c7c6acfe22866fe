"""From the tables of matching to findings: how often, against what chance, how far ahead, and what a source cannot see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from blowback.analyses.claims.match_params import WINDOWS
from blowback.analyses.claims.match_units import FORWARD, SCORED
from blowback.analyses.claims.match_verdicts import RULES as VERDICT_RULES
from blowback.model.analysis import Judged, Rule
from blowback.model.event import SCOPES, observes
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals

NEAR: Final = Rule(
    "claims.windows.1",
    when="the share of located clusters of claims with an event in a registered window (10 km and a day either way; 25 km and the 7 days after) is beyond "
    "shifted dates, places dealt anew and the most attacked places (q <= 0.05 over all windows and classes)",
    unless=("event data alone, naming the most attacked places, do as well: then it is explained",),
)
AHEAD: Final = Rule(
    "claims.ahead.1",
    when="a class of forward-looking claims is matched more often than with shifted dates (q <= 0.05), misses counted, with the lead to onsets and the null's lead beside it",
    unless=(
        "so few claims can tell too little; the place was fought over already; the event data alone forecast it as well",
    ),
)
VERDICTS: Final = Rule(
    "claims.verdicts.1",
    when="located clusters were held against an event source: how many it supports, contradicts, cannot see, or holds nothing of; "
    + "; ".join(f"{rule}: {says}" for rule, (_, says) in VERDICT_RULES.items()),
    unless=("no event found is no refutation",),
)
SKILL: Final = Rule(
    "claims.skill.1",
    when="affirmed claims forecast matching events better than each place's own recent rate, in matches (shifted dates, q <= 0.05) and in Brier score (q <= 0.05)",
    unless=("the claims repeat what event data already said",),
)
NO_EVENTS: Final = Rule(
    "claims.no_events.1", when="the case has located claims and no event data to hold them against", unless=()
)
RULES: Final = (NEAR, AHEAD, VERDICTS, SKILL, NO_EVENTS)
LISTED: Final = 200
LEVEL: Final = 0.05
NAMES: Final = {"ucdp_ged": "UCDP GED", "acled": "ACLED", "gtd": "GTD", "gdelt": "GDELT"}
_CLASSES: Final = {
    "all": "reports, progress and intentions", "report": "reports", "progress": "claims of progress", "intention": "stated intentions",
    "threat": "threats", "hedged": "hedged reports", "denial": "denials",
}  # fmt: skip
_SAYS: Final = {
    "A": "the post dates are shifted in a circle, all by the same time",
    "B": "the places change hands among claims of the same size of place and district; the dates stay",
    "C": "a forecaster who sees only the events before names the most attacked places, as many a week as the claims named",
    "base": "each place's own rate of matching events before the claim, over the claim's own window",
}
Row = Mapping[str, Any]


def judge(given: Judged) -> Iterator[Finding]:
    """Findings for each event source, in order of its name; one that says so where there is none."""
    tables, params = given.tables, dict(given.params)
    verdicts = tables["verdicts"].to_pylist()
    rows = {n: tables[n].to_pylist() for n in ("windows", "leads", "skill", "reliability")}
    sources = sorted({r["event_source"] for r in verdicts})
    if not sources:
        yield from _no_events(tables, params)
    for source in sources:
        mine = {n: [r for r in held if r["event_source"] == source] for n, held in rows.items()}
        told = [r for r in verdicts if r["event_source"] == source]
        for window in WINDOWS:
            yield from _near(source, window, [r for r in mine["windows"] if r["window"] == window], told, params)
        for kind in FORWARD:
            yield from _ahead(source, kind, mine, told, params)
        yield _verdicts(source, told, mine["reliability"], params)
        yield from _skill(source, mine["skill"], told, params)


def _posts(told: Sequence[Row], kind: str) -> tuple[str, ...]:
    """First posts of the clusters of a class, in time order (the table's)."""
    kinds = ("report", "progress", "intention") if kind == "all" else SCORED if kind == "any" else (kind,)
    return tuple(dict.fromkeys(r["post_id"] for r in told if r["class"] in kinds))


def _name(source: str) -> str:
    return NAMES.get(source, f"'{source}'")


def _p(row: Row) -> str:
    return f"q {row['q']:.2g}" if row["q"] is not None else "not tested"


def _null(row: Row, tested: int, name: str, method: str) -> Null:
    expected = row["expected"] if row["expected"] is not None else 0.0
    return Null(
        name,
        _SAYS[row["null_model"]],
        float(row["observed"] or 0.0),
        float(expected),
        row["p"],
        row["q"],
        tested,
        method,
    )


def _near(
    source: str, window: str, rows: Sequence[Row], told: Sequence[Row], params: dict[str, Any]
) -> Iterator[Finding]:
    by = {r["null_model"]: r for r in rows if r["class"] == "all"}
    posts = _posts(told, "all")
    if not by or not by["A"]["n"] or not posts:
        return
    a, b, c = by["A"], by["B"], by["C"]
    km, before, after = WINDOWS[window]
    when = f"{before:.0f} day{'s' if before != 1 else ''} either way" if before else f"the {after:.0f} days after"
    says = (
        f"Of {a['n']:,} located {_CLASSES['all']} that {_name(source)} covers, {a['observed']:.1%} have an event within {km:.0f} km and {when}; "
        f"{a['expected']:.1%} when their dates are shifted (95 % {a['expected_low']:.1%} to {a['expected_high']:.1%}, {_p(a)}, {a['draws']} shifts)"
    )
    if b["expected"] is not None:
        says += f", {b['expected']:.1%} when places are dealt anew ({_p(b)})"
    if c["expected"] is not None:
        says += f", {c['expected']:.1%} at the most attacked places ({_p(c)})"
    beyond = {k: r["q"] is not None and r["q"] <= LEVEL and r["observed"] > (r["expected"] or 0) for k, r in by.items()}
    word: Ruling = (
        "stands"
        if all(beyond.values())
        else "explained"
        if beyond["A"] and c["expected"] is not None
        else "cannot_tell"
    )
    yield Finding(
        id=short_id("F", "claims", NEAR.id, source, window, str(a["n"]), str(a["hits"])),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-{window}"),
        says=says + ".",
        certainty="inferred",
        effect=Effect("share with an event in the window", a["observed"], a["low"], a["high"], "share", "Clopper-Pearson"),
        rule=NEAR.id,
        parameters=params,
        nulls=tuple(_null(by[k], len(by) * len(WINDOWS), f"{k}: {w}", f"{by[k]['draws']} {d}; Benjamini-Hochberg") for k, w, d in (
            ("A", "dates shifted", "circular shifts"), ("B", "places dealt anew", "deals"), ("C", "most attacked places", "resampled weeks"))),
        counter_evidence=_near_against(a, b, c, word),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling=word,
    )  # fmt: skip


def _near_against(a: Row, b: Row, c: Row, word: Ruling) -> tuple[str, ...]:
    out = [
        "An event in the window is any event: neither its type nor who acted is asked for here, and a post may have been written because of it."
    ]
    if a["not_covered"]:
        out.append(
            f"{a['not_covered']:,} located clusters lie where or when the source has no events; they are left out of the shares and of the nulls."
        )
    if b["free"] is not None and b["free"] < 0.8:
        out.append(f"Places could be dealt anew for {b['free']:.0%} of the clusters only.")
    if word == "explained" and c["expected"] is not None and c["expected"] >= a["observed"]:
        out.append(
            "The most attacked places, from event data alone, do as well or better: the claims name where the war is."
        )
    out.append(
        f"With {a['n']:,} clusters a share of one half is known to {100 * 0.98 / a['n'] ** 0.5:.0f} points either way at best."
    )
    return tuple(out)


def _ahead(
    source: str, kind: str, mine: Mapping[str, list[Row]], told: Sequence[Row], params: dict[str, Any]
) -> Iterator[Finding]:
    by = {r["null_model"]: r for r in mine["skill"] if r["class"] == kind}
    posts = _posts(told, kind)
    if not by or not by["base"]["n"] or not posts:
        return
    base, a = by["base"], by["A"]
    lead = next((r for r in mine["leads"] if r["class"] == kind), None)
    chance = a["expected"] if a["expected"] is not None else base["expected"]
    test = a if a["expected"] is not None else base
    says = (
        f"{test['hits']:,} of {test['n']:,} {_CLASSES[kind]} that can be held against {_name(source)} are matched by an event ({test['observed']:.0%}, "
        f"95 % {test['low']:.0%} to {test['high']:.0%}); {chance * test['n']:.1f} expected "
        + (f"when dates are shifted ({_p(a)}, {a['draws']} shifts)" if a["expected"] is not None else "at the places' own rates (the time is too short to shift dates)")
    )  # fmt: skip
    if lead is not None:
        rest = lead["n"] - lead["onsets"] - lead["going_on"]
        says += (
            f"; after {lead['onsets']:,} of {lead['n']:,} came an onset ({lead['in_time']:,} in the claim's own time), after {lead['going_on']:,} an event of "
            f"fighting that was going on, after {rest:,} neither"
        )
        if lead["median"] is not None:
            low, high = lead["median_low"], lead["median_high"]
            span = (
                f"95 % {low:.1f} to {high:.1f}" if low is not None and high is not None else "too few for an interval"
            )
            null = f"; null {lead['null_median']:.1f}" if lead["null_median"] is not None else ""
            says += f"; median lead to an onset {lead['median']:.1f} d ({span}{null}), where {lead['expected']:.1f} onsets are chance"
    few = test["n"] < 30
    beyond = a["q"] is not None and a["q"] <= LEVEL and a["observed"] > a["expected"]
    word: Ruling = (
        "cannot_tell" if not beyond else "explained" if by["C"]["q"] is None or by["C"]["q"] > LEVEL else "stands"
    )
    yield Finding(
        id=short_id("F", "claims", AHEAD.id, source, kind, str(test["n"]), str(test["hits"])),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-{kind}"),
        says=says + ".",
        certainty="inferred",
        effect=Effect(f"share of {_CLASSES[kind]} matched", test["observed"], test["low"], test["high"], "share", "Clopper-Pearson"),
        rule=AHEAD.id,
        parameters=params,
        nulls=_ahead_nulls(base, a, lead, len(mine["skill"])),
        counter_evidence=_ahead_against(test, lead, few=few),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling=word,
    )  # fmt: skip


def _ahead_nulls(base: Row, a: Row, lead: Row | None, tested: int) -> tuple[Null, ...]:
    out = [_null(base, tested, "base rate", "gamma-Poisson of the place, its record and its district")]
    if a["expected"] is not None:
        out.append(_null(a, tested, "A: dates shifted", f"{a['draws']} circular shifts; Benjamini-Hochberg"))
    if lead is not None:
        out.append(Null("A: onsets when dates are shifted", _SAYS["A"], float(lead["onsets"]), lead["expected"], lead["p"], None, 1, f"{lead['draws']} circular shifts"))  # fmt: skip
    return tuple(out)


def _ahead_against(row: Row, lead: Row | None, *, few: bool) -> tuple[str, ...]:
    out = [
        f"With {row['n']:,} claims a share of one half is known to {100 * (row['margin'] or 0.98 / row['n'] ** 0.5):.0f} points either way"
        + (": too few to tell anything but a very strong effect." if few else "."),
        "What is matched may have come about without what was announced: the event data do not say why it happened.",
    ]
    if lead is not None:
        out.append(
            f"An onset is the first event of its kind near the place after a quiet time; leads of places where fighting never stopped are not counted. "
            f"Without an onset for {lead['restricted']:.1f} of the 14 days after the post on average ({lead['null_restricted']:.1f} when dates are shifted)."
        )
        if lead["before_report"] is not None:
            out.append(f"Against the first report by another account the median lead is {lead['before_report']:.1f} d ({lead['reports']:,} clusters).")  # fmt: skip
    return tuple(out)


def _verdicts(source: str, told: Sequence[Row], bins: Sequence[Row], params: dict[str, Any]) -> Finding:
    count = Counter(r["verdict"] for r in told)
    words = (
        "supported", "contradicted", "needs_review", "no_event_found", "not_observable", "pending", "too_vague",
    )  # fmt: skip
    listed = ", ".join(f"{count[w]:,} {w.replace('_', ' ')}" for w in words if count[w])
    held = [r for r in told if r["p0"] is not None]
    chance = sum(r["p0"] for r in held) / max(len(held), 1)
    found = sum(r["verdict"] in ("supported", "contradicted", "needs_review") for r in held)
    alone = sum(r["event_id"] is not None for r in held)
    low, high = intervals.exact_share(count["supported"], max(len(held), 1))
    posts = _posts(told, "any")
    return Finding(
        id=short_id("F", "claims", VERDICTS.id, source, str(len(told)), listed),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-verdicts"),
        says=f"Of {len(told):,} located clusters, by {_name(source)}: {listed}. Of the {len(held):,} that were tested {found:,} have a matching event "
        f"({found / max(len(held), 1):.0%}; by chance {chance:.0%}), {alone:,} one that fits no other cluster better.",
        certainty="inferred",
        effect=Effect("share of the tested clusters that the source supports", count["supported"] / max(len(held), 1), low, high, "share", "Clopper-Pearson"),
        rule=VERDICTS.id,
        parameters=params,
        nulls=(Null("base rate", _SAYS["base"], found / max(len(held), 1), chance, None, None, len(held), "mean over the tested clusters; q of each in the table"),),
        counter_evidence=_verdicts_against(source, told, bins),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling="context",
    )  # fmt: skip


def _verdicts_against(source: str, told: Sequence[Row], bins: Sequence[Row]) -> tuple[str, ...]:
    blind = sum(r["rule"] == "claims.verdict.not_contained.1" for r in told)
    out = ["No event found is not 'false': what the source missed, or happened otherwise, looks the same."]
    if blind:
        out.append(f"{blind:,} clusters claim what this source does not contain; its silence says nothing of them.")
    if source == "gdelt":
        out.append("GDELT holds reports, which may repeat the claim itself.")
    resolved = bins[0]["resolved"] if bins else 0
    if not bins or bins[0]["ece"] is None:
        out.append(f"The probabilities are not calibrated: {resolved} resolved claims, at least 30 are needed.")
    else:
        fair = "" if bins[0]["calibrated"] else ", so they are not calibrated"
        out.append(
            f"Forecasts of a match are off by {bins[0]['ece']:.2f} on average (95 % {bins[0]['ece_low']:.2f} to {bins[0]['ece_high']:.2f}, {resolved:,} claims{fair})."
        )
    out.append(
        "Grades give the source a letter of its own record only from 30 resolved claims on; A is for people to give."
    )
    return tuple(out)


def _skill(source: str, rows: Sequence[Row], told: Sequence[Row], params: dict[str, Any]) -> Iterator[Finding]:
    by = {r["null_model"]: r for r in rows if r["class"] == "all"}
    posts = _posts(told, "all")
    if not by or not by["base"]["n"] or not posts:
        return
    base, a, c = by["base"], by["A"], by["C"]
    says = f"Against their places' own rates, {base['n']:,} {_CLASSES['all']} are matched by {_name(source)} in {base['observed']:.1%} where {base['expected']:.1%} is the base rate"
    if a["expected"] is not None:
        says += f", and {a['expected']:.1%} comes of shifted dates ({_p(a)})"
    says += f"; used as forecasts they {'improve' if c['skill'] > 0 else 'worsen'} on event data alone by {abs(c['skill']):.1%} in Brier score (95 % {c['skill_low']:.1%} to {c['skill_high']:.1%}, {_p(c)})"
    yes = [r["q"] is not None and r["q"] <= LEVEL and (r["skill"] or 0) > 0 for r in (a, c)]
    word: Ruling = "stands" if all(yes) else "explained" if yes[0] else "cannot_tell"
    yield Finding(
        id=short_id("F", "claims", SKILL.id, source, str(base["n"]), str(base["hits"])),
        analysis="claims",
        subject=Subject("case", f"claims-{source}-skill"),
        says=says + ".",
        certainty="inferred",
        effect=Effect("Brier skill over event data alone", c["skill"], c["skill_low"], c["skill_high"], "share", "bootstrap over weeks"),
        rule=SKILL.id,
        parameters=params,
        nulls=(_null(base, len(rows), "base rate", "gamma-Poisson of the place, its record and its district"),
               *((_null(a, len(rows), "A: dates shifted", f"{a['draws']} circular shifts; Benjamini-Hochberg"),) if a["expected"] is not None else ()),
               Null("C: event data alone", "forecasts from the places' rates, without the claims", c["skill"], 0.0, c["p"], c["q"], len(rows),
                    f"Brier skill; {c['draws']} resampled weeks; Benjamini-Hochberg")),
        counter_evidence=(
            f"{base['n']:,} claims tell a share of one half to {100 * (base['margin'] or 0):.0f} points either way; a smaller effect would not be seen.",
            f"The source contains {SCOPES[told_scope(source)].says}; of the types of claims it observes {', '.join(sorted(observes(source, told_scope(source)))) or 'none'}."
            if source in NAMES else "What the source leaves out is as its maker declared.",
        ),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling=word,
    )  # fmt: skip


def told_scope(source: str) -> str:
    """The scope of the sources that we know by name."""
    return {"ucdp_ged": "lethal", "acled": "violence", "gtd": "violence", "gdelt": "reports"}.get(source, "any")


def _no_events(tables: Mapping[str, Any], params: dict[str, Any]) -> Iterator[Finding]:
    if "claims" not in tables:
        return
    columns = tables["claims"].select(["post_id", "posted_at", "claim_id", "lat", "modality"])
    located = [r for r in columns.to_pylist() if r["lat"] is not None and r["modality"] in SCORED]
    located.sort(key=lambda r: (r["posted_at"], r["claim_id"]))
    posts = tuple(dict.fromkeys(r["post_id"] for r in located))
    if not posts:
        return
    yield Finding(
        id=short_id("F", "claims", NO_EVENTS.id, str(len(located))),
        analysis="claims",
        subject=Subject("case", "claims-no-events"),
        says=f"{len(located):,} claims are located and could be held against events; the case has no event data.",
        certainty="observed",
        effect=Effect("located claims", len(located), *intervals.poisson(len(located)), "claims", "Garwood"),
        rule=NO_EVENTS.id,
        parameters=params,
        nulls=(Null("none", "without event data there is no base rate, so nothing is said of any claim", len(located), len(located), None, None, 0, "none"),),
        counter_evidence=("Nothing here speaks for or against any of these claims: ingest UCDP GED, ACLED, GTD, GDELT or a table of events.",),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling="context",
    )  # fmt: skip
