"""What matching leaves behind: its tables, column by column, and its parameters."""

from __future__ import annotations

from typing import Final

from blowback.analyses.claims.match_params import PARAMS
from blowback.model.analysis import Output
from blowback.model.columns import column as _c

_SOURCE: Final = _c("event_source", "text", "the event data it is held against", must=True)
_CLUSTER: Final = _c("cluster_id", "text", "cluster of claims; the claim's own id where it is in none", must=True)
_POST: Final = _c("post_id", "text", "first post of the cluster", must=True)
_CLASS: Final = _c(
    "class",
    "text",
    "report, progress, intention, threat, hedged, denial; all: affirmed reports, progress and intentions",
    must=True,
)
_NULL: Final = "A: dates shifted in a circle; B: places dealt anew within size and district; C: the most attacked places, from event data alone"
_TEST: Final = (
    _c("expected", "float", "share that the null expects", "share"),
    _c("expected_low", "float", "its 2.5 % point", "share"),
    _c("expected_high", "float", "its 97.5 % point", "share"),
    _c("p", "float", "chance of so great a share under the null"),
    _c("q", "float", "after false-discovery control over everything tested in this table (Benjamini-Hochberg)"),
    _c(
        "draws",
        "int",
        "shifts, deals or resampled weeks; the least p is 1 / (draws + 1), with shifts 2 / (draws + 2)",
        must=True,
    ),
)
MATCHES: Final = Output(
    "matches",
    "the best event of one source for one located cluster, each event used once",
    (
        _CLUSTER, _POST, _SOURCE,
        _c("event_id", "text", "the event", must=True),
        _c("score", "float", "kernel: type x actor x distance x overlap in time, 0 to 1", must=True),
        _c("km", "float", "distance of the two places", "km", must=True),
        _c("days", "float", "from the first post to the start of the event; negative: before the post", "days", must=True),
        _c("type_fit", "float", "fit of the event's type with the claim's, 0 to 1", must=True),
        _c("actor_fit", "float", "fit of the actors: 1 the same, 0.7 not said, 0.3 others", must=True),
        _c("polarity_fit", "text", "same, or opposite where the claim denies", must=True),
        _c("rate", "float", "matching events at that place before the claim", "a day", must=True),
        _c("p0", "float", "base rate: chance of a match anyway", "share", must=True),
        _c("lr", "float", "likelihood ratio of the match, true against chance, at the least sensitivity the source may have", must=True),
    ),
)  # fmt: skip
VERDICTS: Final = Output(
    "verdicts",
    "what one event source says of one located cluster",
    (
        _CLUSTER, _POST, _SOURCE, _CLASS,
        _c("verdict", "text", "supported, contradicted, no_event_found, not_observable, too_vague, pending, needs_review", must=True),
        _c("reason", "text", "what that rests on", must=True),
        _c("rule", "text", "rule id", must=True),
        _c("event_id", "text", "the event, where one matches"),
        _c("p0", "float", "base rate: chance of a match anyway", "share"),
        _c("lr", "float", "likelihood ratio of what was seen, at the least sensitivity the source may have (1: the source says nothing)", must=True),
        _c("q", "float", "expected share of chance matches among those in places as quiet or quieter", "share"),
        _c("probability", "float", "that the claim is true, from the campaign's record and this source; empty where its sensitivity is not known", "share"),
        _c("probability_low", "float", "the least over the sensitivities that the source may have (0.3 to 0.9 where nothing is known)", "share"),
        _c("probability_high", "float", "the greatest", "share"),
        _c("sensitivity", "float", "chance that the source holds an event that happened; empty where it is not known", "share"),
        _c("sensitivity_from", "text", "given (--sensitivity), estimated (from other sources), unknown", must=True),
        _c("calibrated", "bool", "of the probability: the sensitivity is known, it rests on 30 resolved claims or more, and the forecasts of this source were right to 0.1 (see reliability)", must=True),
        _c("grade", "text", "Admiralty grade: letter of the source, digit of the claim", must=True),
        _c("grade_means", "text", "the grade in words", must=True),
    ),
)  # fmt: skip
WINDOWS: Final = Output(
    "windows",
    "one class of located clusters in one registered window against one null",
    (
        _SOURCE, _CLASS,
        _c("window", "text", "name of the window", must=True),
        _c("km", "float", "its reach", "km", must=True),
        _c("days_before", "float", "days before the post", "days", must=True),
        _c("days_after", "float", "days after it", "days", must=True),
        _c("null_model", "text", _NULL, must=True),
        _c("n", "int", "clusters that could be tested", "clusters", must=True),
        _c("not_covered", "int", "clusters left out: the source does not cover their time and country", "clusters", must=True),
        _c("hits", "int", "clusters with an event of any type in the window", "clusters", must=True),
        _c("observed", "float", "their share", "share"),
        _c("low", "float", "95 % interval (Clopper-Pearson), lower end", "share"),
        _c("high", "float", "upper end", "share"),
        *_TEST,
        _c("free", "float", "share of the clusters that the null can move (B) or that it had 90 days of events for (C)", "share"),
    ),
)  # fmt: skip
LEAD_TIMES: Final = Output(
    "lead_times",
    "what came after the first post of one forward-looking cluster, by one event source",
    (
        _CLUSTER, _POST, _SOURCE, _CLASS,
        _c("state", "text", "onset; going_on: an event that is no onset came first; none; censored: the data end before", must=True),
        _c("days", "float", "to that event, less the doubt of its date; else the days followed", "days", must=True),
        _c("in_time", "bool", "an onset within the time the claim itself is about", must=True),
        _c("event_id", "text", "the event"),
        _c("report_days", "float", "to the first report by another account; negative: the report came before", "days"),
    ),
)  # fmt: skip
LEADS: Final = Output(
    "leads",
    "one class of forward-looking clusters: how far ahead of onsets, misses counted",
    (
        _SOURCE, _CLASS,
        _c("n", "int", "clusters", "clusters", must=True),
        _c("onsets", "int", "an onset came within 14 days or the claim's own time", "clusters", must=True),
        _c("in_time", "int", "... within the claim's own time", "clusters", must=True),
        _c("going_on", "int", "an event that is no onset came first: the place was active", "clusters", must=True),
        _c("misses", "int", "no onset within the claim's own time, the data reaching that far", "clusters", must=True),
        _c("censored", "int", "the data end before", "clusters", must=True),
        _c("expected", "float", "onsets when dates are shifted", "clusters", must=True),
        _c("expected_low", "float", "2.5 % point", "clusters", must=True),
        _c("expected_high", "float", "97.5 % point", "clusters", must=True),
        _c("p", "float", "chance of so many onsets when dates are shifted", must=True),
        _c("draws", "int", "shifts", must=True),
        _c("median", "float", "median lead of those whose onset came", "days"),
        _c("median_low", "float", "95 % interval, resampled by weeks; empty below 5 onsets", "days"),
        _c("median_high", "float", "upper end", "days"),
        _c("null_median", "float", "the same when dates are shifted", "days"),
        _c("by_3d", "float", "share whose onset came within 3 days (Aalen-Johansen)", "share", must=True),
        _c("by_7d", "float", "within 7 days", "share", must=True),
        _c("by_14d", "float", "within 14 days", "share", must=True),
        _c("restricted", "float", "restricted mean time without the onset, up to 14 days", "days", must=True),
        _c("restricted_low", "float", "95 % interval, resampled by weeks", "days", must=True),
        _c("restricted_high", "float", "upper end", "days", must=True),
        _c("null_restricted", "float", "the same when dates are shifted", "days", must=True),
        _c("reports", "int", "clusters that another account's report follows or precedes", "clusters", must=True),
        _c("before_report", "float", "median lead over the first report by another account", "days"),
    ),
)  # fmt: skip
RELIABILITY: Final = Output(
    "reliability",
    "one bin of forecasts that a source will hold a match, against what was found",
    (
        _SOURCE,
        _c("bin_low", "float", "lower edge", "share", must=True),
        _c("bin_high", "float", "upper edge", "share", must=True),
        _c("n", "int", "forecasts", "clusters", must=True),
        _c("forecast", "float", "their mean", "share", must=True),
        _c("found", "float", "share that was matched", "share", must=True),
        _c("low", "float", "95 % interval (Wilson)", "share", must=True),
        _c("high", "float", "upper end", "share", must=True),
        _c("resolved", "int", "forecasts in all bins", "clusters", must=True),
        _c("brier", "float", "Brier score of all; empty below 30 resolved"),
        _c("ece", "float", "expected calibration error of all; empty below 30 resolved"),
        _c("ece_low", "float", "95 % interval, resampled by weeks"),
        _c("ece_high", "float", "upper end"),
        _c("calibrated", "bool", "of these forecasts of a match, whatever the sensitivity: 30 resolved or more, and an error of 0.1 at most", must=True),
    ),
)  # fmt: skip
SKILL: Final = Output(
    "skill",
    "one class of located clusters: matches by the kernel against one null",
    (
        _SOURCE, _CLASS,
        _c("null_model", "text", "W: the primary test, evidence when dates are shifted; A: matches when they are; C: forecasts from event data alone; base: each place's own recent rate, no test", must=True),
        _c("n", "int", "clusters held against the source", "clusters", must=True),
        _c("hits", "int", "of those, clusters that an event matches", "clusters", must=True),
        _c("observed", "float", "their share", "share"),
        _c("low", "float", "95 % interval (Clopper-Pearson), lower end", "share", must=True),
        _c("high", "float", "upper end", "share", must=True),
        *_TEST[:3],
        _c("p", "float", "chance of so great a share (W: of so much evidence) under the null"),
        _c("q", "float", "after false-discovery control (Benjamini-Hochberg) over all rows of W; over all of A and C for the others"),
        _TEST[5],
        _c("bits", "float", "W: the claims' evidence, sum of log2 of their likelihood ratios; a match in a quiet town counts for more", "bits"),
        _c("bits_expected", "float", "its mean when dates are shifted", "bits"),
        _c("bits_high", "float", "its 97.5 % point when dates are shifted", "bits"),
        _c("skill", "float", "observed less expected; for C: 1 - Brier score / Brier score of the event data alone"),
        _c("skill_low", "float", "95 % interval (C), resampled by weeks"),
        _c("skill_high", "float", "upper end"),
        _c("margin", "float", "what so many claims can tell: half of the 95 % interval at a share of one half", "share"),
    ),
)  # fmt: skip
OUTPUTS: Final = (MATCHES, VERDICTS, WINDOWS, LEAD_TIMES, LEADS, RELIABILITY, SKILL)
PICTURES: Final = ("matches", "verdicts", "windows", "lead_times", "leads", "reliability", "skill")

__all__ = ["OUTPUTS", "PARAMS", "PICTURES"]
