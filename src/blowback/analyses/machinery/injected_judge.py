"""From bundles to findings: a sentence about posts, its nulls, what speaks against it. Never about an account."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals
from blowback.tools.words import about

BUNDLE: Final = Rule(
    "injected.bundle.1",
    when="posts of several accounts with one wording, template or link pass schedule and recurrence together (Fisher; "
    "Benjamini-Hochberg over all bundles, borne out by shuffled copies); the words are copied; at least 0.3 of the accounts "
    "post something else in the case; and the schedule speaks (p <= 0.001), or the accounts come back by one client foreign to them",
    unless=(
        "the accounts' owners each let the same public service post the same feed",
        "somebody posts by hand to a clock",
    ),
)
UNCLEAR: Final = Rule(
    "injected.cannot_tell.1",
    when="such posts pass, but no schedule is seen and no foreign client (people who paste from one list look alike), or the "
    "accounts post nothing else in the case (feeds and accounts made for it look alike)",
)
SHARED: Final = Rule(
    "injected.shared.1",
    when="at least ten posts of several accounts with one wording or link, tested for schedule and recurrence, pass neither: "
    "share buttons and quoted headlines look like this",
)
PHRASE: Final = Rule(
    "injected.phrase.1",
    when="so many accounts would write these words by themselves (p > 0.01, words taken as independent)",
)
NONE: Final = Rule("injected.none.1", when="bundles were tested and none stands")
UNTESTED: Final = Rule(
    "injected.untested.1",
    when="no wording or link is shared by enough accounts, or neither schedule nor recurrence can be tested",
)
RULES: Final = (BUNDLE, UNCLEAR, SHARED, PHRASE, NONE, UNTESTED)
_LISTED: Final = 200
_MOST: Final = {"stands": 200, "cannot_tell": 10, "explained": 3}
_LOOKALIKE: Final = {
    "schedule": "A public service that reads one feed for many accounts posts on a clock, too.",
    "schedule_and_cohort": "Owners who each let the same public service post the same feed look alike.",
    "client_and_cohort": "Readers who use one site's share button again and again look alike; no clock was seen.",
    "cohort_only": "A circle of people who paste from one list comes back in the same way; no clock was seen.",
    "nothing_else": "Feeds, and accounts made for the purpose, look alike: that is not posting among an owner's own posts.",
    "pace": "Everybody who sees one event, or follows one feed, comes as fast.",
    "weak": "Feeds and share buttons come near to this, too.",
    "shared": "A clock that imitates people's gaps, once only, would look like this, too.",
    "phrase": "A machine could post a common phrase, too.",
}
_SAYS: Final = {
    "schedule": "They look posted by a machine.",
    "schedule_and_cohort": "They look posted by a machine through these accounts.",
    "client_and_cohort": "They look posted by one application through these accounts.",
    "cohort_only": "Whether a machine or people with one list posted them, the data cannot tell.",
    "nothing_else": "As its accounts post hardly anything else here, whether posts were put among their own cannot be told.",
    "pace": "No clock and no returning cohort stand out: a feed that many follow, or an event that all see at once, cannot be told apart.",
    "weak": "Clock or cohort stand out, but not beyond what so many tests give.",
    "shared": "Neither a clock nor a returning cohort stands out: shared, as headlines and share buttons are.",
    "phrase": "People write these words by themselves.",
}


def judge(given: Judged) -> Iterator[Finding]:
    """A finding per bundle that stands, the widest of the others, and one of the case where none stands."""
    params = dict(given.params)
    summary = given.tables["summary"].to_pylist()
    bundles = given.tables["bundles"]
    told = 0
    for ruling, most in _MOST.items():
        rows = bundles.filter(pc.equal(bundles.column("ruling"), ruling))
        if ruling != "stands":
            rows = rows.filter(pc.not_equal(rows.column("reason"), "untested"))
        rows = rows.sort_by([("score", "descending"), ("posts", "descending"), ("bundle_id", "ascending")]).slice(
            0, most
        )
        for row in rows.to_pylist():
            yield _bundle(row, _of(given.tables["posts"], row["bundle_id"]), summary[0], params)
            told += ruling == "stands"
    if not told and summary:
        yield from _none(given, summary[0], params)


def _of(posts: pa.Table, bundle: str) -> pa.Table:
    return posts.filter(pc.equal(posts.column("bundle_id"), bundle))


def _bundle(row: dict[str, Any], posts: pa.Table, summary: dict[str, Any], params: dict[str, Any]) -> Finding:
    rule = {"stands": BUNDLE, "cannot_tell": UNCLEAR}.get(
        row["ruling"], PHRASE if row["reason"] == "phrase" else SHARED
    )
    ids = posts.column("post_id").to_pylist()
    return Finding(
        id=short_id("F", "injected", rule.id, row["joined_by"], *ids[:50], len(ids)),
        analysis="injected",
        subject=Subject("posts", row["bundle_id"]),
        says=_says(row),
        certainty="inferred",
        effect=_effect(row),
        rule=rule.id,
        parameters=params,
        nulls=_nulls(row, summary),
        counter_evidence=_against(row, summary),
        evidence=tuple(ids[:_LISTED]),
        evidence_total=len(ids),
        ruling=row["ruling"],
    )


def _says(row: dict[str, Any]) -> str:
    one, many = (
        ("link or set of tags", "links or sets of tags") if row["joined_by"] == "mark" else ("wording", "wordings")
    )
    what = f"one {one}" if row["wordings"] == 1 else f"{row['wordings']:,} {many}"
    said = f"{row['posts']:,} posts of {row['accounts']:,} accounts carry {what}"
    if row["rounds"] > 1:
        said += f" in {row['rounds']:,} rounds"
        if row["covers"] is not None:
            said += (f"; two linked rounds have {row['covers']:.0%} of the smaller one's accounts in common, "
                     f"{about(_ratio(row))} times what activity and interests give")  # fmt: skip
    elif row["p_recurrence"] is not None and row["p_recurrence"] <= 0.001:
        said += ", and more of them than activity and interests give are together in other rounds"
    if row["p_schedule"] is not None and row["p_schedule"] <= 0.001:
        said += (
            f"; one follows the other every {row['median_gap_s']:.3g} s (median), neighbouring gaps differing by "
            f"{row['contrast']:.0%} of their sum where people's differ by half"
            if row["clock"] == "even"
            else f"; their times lie on a lattice of {row['period_s']} s ({row['on_period']:.2f}, where 0 is no lattice, 1 a clock)"
        )
    if row["p_pace"] is not None and row["p_pace"] <= 0.001:
        said += f"; up to {row['fastest']:,} came within ten seconds, faster than people pass things on"
    if row["p_client"] is not None and row["p_client"] <= 0.001:
        said += f"; {row['client_share']:.0%} come from one client where the accounts' habits would give {row['client_expected']:.0%}"
    return f"{said}. {_SAYS[row['reason']]}"


def _ratio(row: dict[str, Any]) -> float:
    return float(row["shared"]) / max(float(row["shared_expected"]), 0.01)


def _effect(row: dict[str, Any]) -> Effect:
    if row["shared"]:
        low, high = intervals.poisson(row["shared"])
        floor = max(row["shared_expected"], 0.01)
        return Effect("accounts that come back, observed / expected from activity and interests", row["shared"] / floor, low / floor, high / floor,
                      "ratio", "Garwood interval for the observed sum over linked pairs of rounds; pairs share accounts, so it is "
                      "narrower than the truth")  # fmt: skip
    pairs = max(row["posts"] / 2 - 1, 1.0)
    half = 1.96 * math.sqrt(1 / 12 / pairs)
    return Effect("contrast of neighbouring gaps", row["contrast"], max(row["contrast"] - half, 0.0), min(row["contrast"] + half, 1.0),
                  "share", "normal interval with the variance of the null, one contrast for two posts")  # fmt: skip


def _nulls(row: dict[str, Any], summary: dict[str, Any]) -> tuple[Null, ...]:
    tested = summary["bundles"]
    out = []
    if row["p_schedule"] is not None:
        even = row["clock"] == "even"
        seen = (row["contrast"], 0.5) if even else (row["on_period"], math.sqrt(math.pi / 4 / max(row["posts"], 1)))
        what = "mean contrast of neighbouring gaps, |a - b| / (a + b); lower is more even" if even else (
            "length of the mean vector of the times on the lattice; 1 is a clock")  # fmt: skip
        out.append(Null("schedule", "people who pass on a thing come, within minutes, like a Poisson process: neighbouring gaps differ "
                        "by half of their sum on average, and no second of the minute is preferred beyond the case's own habit",
                        *seen, row["p_schedule"], row["q"], tested,
                        f"{what}; contrasts by Fisher's method, and Rayleigh's test on 14 periods; Bonferroni; q is of schedule "
                        "and recurrence together"))  # fmt: skip
    if row["p_recurrence"] is not None:
        out.append(Null("recurrence", "each round draws its accounts independently, by how much they post, among those of the interests it has", row["shared"],
                        row["shared_expected"], row["p_recurrence"], row["q"], tested,
                        "Hoeffding bound for each pair of rounds, Simes over all pairs of one of its rounds and any other; q is of schedule and "
                        "recurrence together"))  # fmt: skip
    if row["p_pace"] is not None:
        out.append(Null("pace", "people react to one thing: at most 0.6 % of reactions fall within any ten seconds (SEISMIC)",
                        row["fastest"], 0.0063 * row["posts"] / row["rounds"], row["p_pace"], None, tested,
                        "binomial tail, Bonferroni over windows and rounds; an event that all see at once breaks it"))  # fmt: skip
    if row["p_sameness"] is not None:
        out.append(Null("sameness", "every account writes by itself; the words of the case are independent", row["accounts"],
                        row["same_expected"], row["p_sameness"], None, tested, "Chernoff bound; tells phrases from copies, not how they were copied"))  # fmt: skip
    if row["p_character"] is not None:
        out.append(Null("character", "the wording is as like an account's own posts as those are like each other", row["p_character"],
                        0.5, row["p_character"], None, tested, "conformal rank in each account, Stouffer; all copied words are foreign, "
                        "so that this alone decides nothing"))  # fmt: skip
    if row["p_client"] is not None:
        out.append(Null("client", "each account uses its clients as in its other posts", row["client_share"], row["client_expected"],
                        row["p_client"], None, tested, "Hoeffding bound"))  # fmt: skip
    return tuple(out) or (Null("none", "no layer could be tested", 0.0, 0.0, None, None, tested, "none"),)


def _against(row: dict[str, Any], summary: dict[str, Any]) -> tuple[str, ...]:
    out = [_LOOKALIKE[row["reason"]]]
    if row["replies"]:
        out.append(f"{row['replies']:,} replies have the same wording: somebody answers with it.")
    if row["otherwise"] < 1:
        out.append(f"{1 - row['otherwise']:.0%} of its accounts post nothing else in this case.")
    if row["ruling"] == "stands" and row["p_recurrence"] is not None and row["p_recurrence"] > 0.001:
        out.append("The same accounts do not come back: it rests on one round's clock.")
    if row["clients"] > 1 and row["p_client"] is not None and row["p_client"] > 0.001:
        out.append(f"It came from {row['clients']:,} clients, as the accounts' habits would have it.")
    if summary["missing"]:
        out.append(f"Missing: {summary['missing']}.")
    out.append("Whether the owners agreed, and who ran the program, cannot be seen in texts and times.")
    return tuple(out)


def _none(given: Judged, summary: dict[str, Any], params: dict[str, Any]) -> Iterator[Finding]:
    posted = given.tables.get("posted")
    ids = [] if posted is None or not posted.num_rows else (
        posted.sort_by([("posted_at", "ascending"), ("post_id", "ascending")]).column("post_id").slice(0, 20).to_pylist())  # fmt: skip
    if not ids:
        return
    bundles = summary["bundles"]
    testable = bundles and given.tables["bundles"].filter(
        pc.or_kleene(pc.is_valid(given.tables["bundles"].column("p_schedule")),
                     pc.is_valid(given.tables["bundles"].column("p_recurrence")))).num_rows  # fmt: skip
    low, high = intervals.exact_share(0, max(testable or 0, 1))
    says = (
        f"No bundle of posts looks injected: {bundles:,} were tested among {summary['originals']:,} original posts, "
        f"{summary['explained']:,} are explained as shared or common words, and {summary['cannot_tell']:,} cannot be told."
        if testable
        else f"Nothing could be tested: among {summary['originals']:,} original posts, {bundles:,} bundles of "
        f"{params['min_accounts']} accounts or more have one wording or link."
    )
    null = Null("shuffled", "accounts dealt to the rounds by their activity, times at people's gaps: bundles that pass", 0.0,
                summary["shuffled_bundles"], None, None, bundles, "mean over shuffled copies")  # fmt: skip
    against = ["Posts whose wording nobody shares, and a single round at people's gaps, cannot be seen."]
    if summary["missing"]:
        against.append(f"Missing: {summary['missing']}.")
    yield Finding(
        id=short_id("F", "injected", NONE.id if testable else UNTESTED.id, *ids),
        analysis="injected",
        subject=Subject("case", "injected-none"),
        says=says,
        certainty="observed",
        effect=Effect("share of tested bundles that stand", 0.0, low, high, "share", "Clopper-Pearson"),
        rule=NONE.id if testable else UNTESTED.id,
        parameters=params,
        nulls=(null,),
        counter_evidence=tuple(against),
        evidence=tuple(ids),
        evidence_total=summary["originals"],
        ruling="context",
    )
