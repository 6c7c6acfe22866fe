"""From collapses of whole networks to findings: a shutdown is said aloud, and so is what was looked at without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Subject
from blowback.model.ids import short_id
from blowback.tools.words import listed

SHUTDOWN: Final = Rule(
    "blocking.shutdown.1",
    when="the reachability or traffic of a whole network or country falls by at least `drop` of what is usual at that time of day, and "
    "the series' own scatter gives a stretch so low hardly once in a thousand such series",
    unless=("the probes or the collector of that series failed: other series stay as usual",),
)
STEADY: Final = Rule(
    "blocking.steady.1",
    when="series of a network or country were looked at, and none collapses; or it cannot be told, for history is short or as low elsewhere",
)
OUTAGE_RULES: Final = (SHUTDOWN, STEADY)
_APART_H: Final = 1.0  # hours between stretches of two series that are told as one
_MOST: Final = 200


def judge_outages(judged: Judged) -> Iterator[Finding]:
    """One finding for each collapse of a network or country over all of its series; one for each that has none."""
    places: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in judged.tables["volumes_seen"].to_pylist():
        places[row["network"], "" if row["network"] else row["country"]].append(row)
    rows = judged.tables["outages"].to_pylist()
    for (network, country), series in sorted(places.items()):
        mine = [r for r in rows if (r["network"], "" if r["network"] else r["country"]) == (network, country)]
        name = network or f"country {country}"
        found = [r for r in mine if r["word"] == "collapse"]
        for group in _together(found):
            yield _shutdown(name, group, series, judged)
        if not found:
            yield _steady(name, mine, series, judged)


def _together(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Stretches of several series that overlap, or nearly, are one outage."""
    out: list[list[dict[str, Any]]] = []
    for row in sorted(rows, key=lambda r: (r["first_low"], r["series"])):
        end = max((r["until"] for r in out[-1]), default=None) if out else None
        if end is not None and (row["first_low"] - end).total_seconds() <= _APART_H * 3600:
            out[-1].append(row)
        else:
            out.append([row])
    return out


def _shutdown(name: str, rows: list[dict[str, Any]], series: list[dict[str, Any]], judged: Judged) -> Finding:
    first = min(rows, key=lambda r: r["first_low"])
    last = max(rows, key=lambda r: r["until"])
    ratio = sum(r["ratio"] for r in rows) / len(rows)
    seen = sorted({r["series"] for r in rows})
    rest = sorted({s["series"] for s in series if s["known"]} - set(seen))
    hours = (last["until"] - first["first_low"]).total_seconds() / 3600
    evidence = list(dict.fromkeys(e for r in rows for e in r["evidence"].split(" ") if e))
    begin, end = "before the series begins", "and had not come back when the series ends"
    if first["last_usual"]:
        begin = f"between {_when(first['last_usual'])} and {_when(first['first_low'])}"
    if last["first_usual"]:
        end = f"and came back between {_when(last['last_low'])} and {_when(last['first_usual'])}"
    return Finding(
        id=short_id("F", "blocking", SHUTDOWN.id, name, str(first["first_low"])),
        analysis="blocking",
        subject=Subject("network", name),
        says=f"{name}: reachability fell to {ratio:.0%} of what is usual ({listed(seen)}), {begin}, {end}: {hours:,.1f} hours. "
        "While it lasts, silence and failures say nothing of single names. Whether somebody cut it off, or a cable or power failed, these series do not say.",
        certainty="observed",
        effect=Effect("share of the usual level", ratio, min(r["least"] for r in rows), max(r["most"] for r in rows), "share", "range over the low bins", 1.0),
        rule=SHUTDOWN.id,
        parameters=dict(judged.params),
        nulls=tuple(
            Null(
                f"own scatter, {r['series']}", f"single bins lie within {r['spread']:.0%} of what is usual; {r['as_low']:.1%} of other stretches of that length are as low",
                r["ratio"], 1.0, r["p"], None, len(series), "normal tail of the mean, autocorrelation of lag one, Bonferroni over stretches up to that length",
            )
            for r in rows
        ),
        counter_evidence=(
            f"Not in {listed(rest)}, which {'stays' if len(rest) == 1 else 'stay'} above that." if rest else "Every series of it that could be told collapses.",
            "Probes and collectors fail, too; a failure of one shows in one series alone.",
        ),
        evidence=tuple(evidence[:_MOST]),
        evidence_total=len(evidence),
        ruling="stands",
    )  # fmt: skip


def _steady(name: str, rows: list[dict[str, Any]], series: list[dict[str, Any]], judged: Judged) -> Finding:
    known = [s for s in series if s["known"]]
    drop = float(judged.params["drop"])
    values = sum(s["known"] for s in series)
    unsure = (
        f" {len(rows):,} low stretches cannot be told from its usual noise, or from too short a history."
        if rows
        else ""
    )
    says = f"{name}: the series are too short to say what is usual; whether it was cut off cannot be told."
    if known:
        says = f"{name}: none of {len(known):,} series with {values:,} values falls by {drop:.0%} of what is usual, beyond its own noise.{unsure}"
    evidence = list(dict.fromkeys(e for s in series for e in s["evidence"].split(" ") if e))
    return Finding(
        id=short_id("F", "blocking", STEADY.id, name),
        analysis="blocking",
        subject=Subject("network", name),
        says=says,
        certainty="observed",
        effect=Effect("collapses", 0.0, 0.0, float(len(rows)), "count", "stretches that cannot be told", 1.0),
        rule=STEADY.id,
        parameters=dict(judged.params),
        nulls=(Null("own history", "the usual level of each time of day", 0.0, 0.0, None, None, len(series), "median of the last fourteen ordinary values"),),
        counter_evidence=(f"Partial losses, of less than {drop:.0%}, are not looked for.",),
        evidence=tuple(evidence[:_MOST]),
        evidence_total=len(evidence),
        ruling="context" if known and not rows else "cannot_tell",
    )  # fmt: skip


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
