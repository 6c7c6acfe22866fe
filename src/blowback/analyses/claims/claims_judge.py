"""From the tables of the claims analysis to findings; what event data say of claims is judged in `match_judge`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from blowback.analyses.claims import match_judge
from blowback.analyses.claims.cluster_tables import LEAST_ACCOUNTS, UNSCORED, WRITTEN
from blowback.model.analysis import Frames, Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Subject
from blowback.model.ids import short_id
from blowback.tools.intervals import wilson
from blowback.tools.words import listed, plural

READ: Final = Rule(
    "claims.read.1",
    when="a case with texts: how many claims of each class are read out of them, and how many name a place that is found",
    unless=("the reader errs: see the share of errors beside",),
)
TOLD: Final = Rule(
    "claims.disclosed.1",
    when="at least 20 own claims with a disclosure slot: what is told of locations, strategy, weakness, success, resources, shortages",
    unless=("what is told may be staged for an audience",),
)
REPEATED: Final = Rule(
    "claims.repeated.1",
    when="a claim that five accounts or more make: how many independent sources stand behind it",
    unless=("sources that copy without a trace (a paraphrase, a crop) count as independent",),
)
REUSED: Final = Rule(
    "claims.reused.1",
    when="images, videos and maps that go with claims of several posts: how many are used for other days or places",
    unless=("the day and place of a claim are read by rules", "a crop or a strong edit escapes"),
)
RULES: Final = (READ, TOLD, REPEATED, REUSED, *match_judge.RULES)
LISTED: Final = 200
_LEAST_SLOTS: Final = 20
Row = dict[str, Any]


def judge(given: Judged) -> Iterator[Finding]:
    """What is claimed, what that discloses, who stands behind it, and what event data say."""
    tables, params = given.tables, dict(given.params)
    rows = tables["claims"].to_pylist()
    if not rows:
        return
    yield _read(tables, rows, params)
    yield from _told(tables, rows, params)
    yield from _repeated(tables, rows, params)
    yield from _reused(tables, params)
    yield from match_judge.judge(given)


def _first_posts(rows: Sequence[Row]) -> tuple[tuple[str, ...], int]:
    """(first posts in order of time, how many there are)."""
    ordered = dict.fromkeys(r["post_id"] for r in sorted(rows, key=lambda r: (r["posted_at"], r["post_id"])))
    return tuple(ordered)[:LISTED], len(ordered)


def _read(tables: Frames, rows: Sequence[Row], params: Row) -> Finding:
    whole = tables["summary"].to_pylist()[0]
    classes = [m for m in tables["modalities"].to_pylist() if m["claims"]]
    said = (
        listed([f"{m['typed']:,} {m['modality']}" for m in classes if m["typed"] and m["modality"] != "none"]) or "none"
    )
    typed = [r for r in rows if r["type"]]
    posts, total = _first_posts(typed or rows)
    share = whole["with_claims"] / max(whole["posts"], 1)
    low, high = wilson(whole["with_claims"], max(whole["posts"], 1))
    carried = sum(r["carried"] for r in typed)
    return Finding(
        id=short_id("F", "claims", READ.id, whole["posts"], whole["claims"]),
        analysis="claims",
        subject=Subject("case", "claims"),
        says=(
            f"Of {whole['posts']:,} posts with a text, {whole['with_claims']:,} ({share:.0%}) say or announce an action, in "
            f"{plural(whole['clusters'], 'distinct claim')}. By class: {said}. {whole['located']:,} name a place that is found. "
            f"Theatre: {whole['theatre']}."
        ),
        certainty="inferred",
        effect=Effect("posts with a claim / posts with a text", share, low, high, "share", "Wilson, of the sample; the reader's errors come on top"),
        rule=READ.id,
        parameters=params,
        nulls=(
            Null(
                "words passed on",
                "claims in posts that only pass on another's words: how much of the volume is repetition",
                observed=len(typed), expected=float(len(typed) - carried), p=None, q=None, tested=len(typed),
                method="claims in own words beside all claims",
            ),
        ),
        counter_evidence=(
            "Claims are read by rules from English and Arabic text; how often they err, by class, stands in the docs under evaluation/reading.",
            "Wishes, questions and slogans are told apart and never scored.",
            _reviewed(whole),
            f"Places come from the gazetteer {whole['gazetteer'][:12]}; a place that it does not hold is not found.",
        ),
        evidence=posts,
        evidence_total=total,
        ruling="context",
    )  # fmt: skip


def _reviewed(whole: Row) -> str:
    """What people decided, in a sentence."""
    done = whole["accepted"] + whole["corrected"] + whole["rejected"]
    if not done:
        return "Nobody has reviewed these claims: `blowback review` walks through the uncertain ones."
    disputed = f"; {whole['disputed']} on which reviewers disagree are left as read" if whole["disputed"] else ""
    return (
        f"People reviewed {plural(done, 'claim')}: {whole['accepted']} left as read, {whole['corrected']} corrected, "
        f"{whole['rejected']} rejected{disputed}."
    )


def _told(tables: Frames, rows: Sequence[Row], params: Row) -> Iterator[Finding]:
    """What is disclosed, whether by those who originate or by the rest."""
    slots = tables["slots"].to_pylist()
    told = [r for r in rows if r["slots"] and not r["carried"] and r["modality"] not in UNSCORED]
    if len(told) < _LEAST_SLOTS:
        return
    by_slot: dict[str, int] = {}
    for slot in slots:
        by_slot[slot["slot"]] = by_slot.get(slot["slot"], 0) + slot["claims"]
    top = max(by_slot, key=lambda s: (by_slot[s], s))
    share = by_slot[top] / len(told)
    low, high = wilson(by_slot[top], len(told))
    posts, total = _first_posts(told)
    shortage = by_slot.get("shortage", 0)
    yield Finding(
        id=short_id("F", "claims", TOLD.id, len(told), top),
        analysis="claims",
        subject=Subject("case", "disclosure"),
        says=(
            f"{len(told):,} own claims disclose something: " + listed([f"{n:,} {s}" for s, n in by_slot.items()]) + ". "
            + (f"Of what is lacking: {plural(shortage, 'claim')}." if shortage else "None speaks of what is lacking.")
        ),
        certainty="inferred",
        effect=Effect(f"share of claims that disclose: {top}", share, low, high, "share", "Wilson"),
        rule=TOLD.id,
        parameters=params,
        nulls=(
            Null(
                "even slots", "the same claims spread evenly over the six slots", observed=float(by_slot[top]),
                expected=sum(by_slot.values()) / 6, p=None, q=None, tested=6, method="base rate, no test",
            ),
        ),
        counter_evidence=(
            "A claim may fill several slots. What a campaign tells is what it wants told; shortages may be appeals for money.",
        ),
        evidence=posts,
        evidence_total=total,
        ruling="context",
    )  # fmt: skip


def _repeated(tables: Frames, rows: Sequence[Row], params: Row) -> Iterator[Finding]:
    """Claims of many accounts: how many sources they come down to."""
    clusters = [
        c
        for c in tables["clusters"].to_pylist()
        if c["n_accounts"] >= LEAST_ACCOUNTS and c["sources_usual"] is not None
    ]
    clusters.sort(key=lambda c: (-c["n_accounts"], c["cluster_id"]))
    for cluster in clusters[:WRITTEN]:
        mine = [r for r in rows if r["cluster_id"] == cluster["cluster_id"]]
        posts, total = _first_posts(mine)
        share = cluster["n_sources"] / cluster["n_accounts"]
        where = f" at {cluster['place_name']}" if cluster["place_name"] else ""
        one = cluster["n_sources"] < cluster["sources_low"]
        joined = cluster["joined_by"].strip("{}").replace('"', "").replace(",", ", ").replace(":", ": ")
        yield Finding(
            id=short_id("F", "claims", REPEATED.id, cluster["cluster_id"]),
            analysis="claims",
            subject=Subject("claim", cluster["cluster_id"]),
            says=(
                f"A claim of the kind {cluster['type']}{where} ({cluster['modality']}, {cluster['polarity']}) is made in "
                f"{plural(cluster['n_posts'], 'post')} by {cluster['n_accounts']:,} accounts, which come down to "
                f"{plural(cluster['n_sources'], 'independent source')}; as many accounts with other claims come down to "
                f"{cluster['sources_usual']:.1f} ({cluster['sources_low']:.0f} to {cluster['sources_high']:.0f})."
            ),
            certainty="inferred",
            effect=Effect("independent sources / accounts", share, cluster["n_sources"] / cluster["n_accounts"], 1.0, "share",
                          "the joins that leave a trace bound it from above; what leaves none may only lower it", level=0.95),
            rule=REPEATED.id,
            parameters=params,
            nulls=(
                Null(
                    "other claims", "sets of as many accounts drawn from other claims, joined by the same rules",
                    observed=float(cluster["n_sources"]), expected=float(cluster["sources_usual"]), p=None, q=None,
                    tested=len(clusters), method="200 random sets, 2.5 % to 97.5 %",
                ),
            ),
            counter_evidence=(
                f"Joined by: {joined or 'nothing'}." + (f" Cited: {cluster['cites']}." if cluster["cites"] else ""),
                "Many sources do not make a claim true, and one source does not make it untrue.",
            ),
            evidence=posts,
            evidence_total=total,
            ruling="stands" if one else "context",
        )  # fmt: skip


def _reused(tables: Frames, params: Row) -> Iterator[Finding]:
    """How many of the images that go with claims are used for other days or places."""
    items = tables["lineage"].to_pylist()
    chance = tables["reuse"].to_pylist()
    if not items or not chance:
        return
    used = [i for i in items if i["recycled"]]
    low, high = wilson(len(used), len(items))
    posts = tuple(i["first_post"] for i in (used or items))[:LISTED]
    maps = sum(i["map"] for i in items)
    yield Finding(
        id=short_id("F", "claims", REUSED.id, len(items), len(used)),
        analysis="claims",
        subject=Subject("case", "lineage"),
        says=(
            f"{len(items):,} images and videos go with claims of several posts ({maps} with words of a map); {len(used)} "
            f"of them with claims about days more than three apart or places more than 50 km apart, where dealing the claims "
            f"anew gives {chance[0]['expected']:.1f} ({chance[0]['low']:.0f} to {chance[0]['high']:.0f})."
        ),
        certainty="inferred",
        effect=Effect("items used again for other days or places", len(used) / len(items), low, high, "share", "Wilson"),
        rule=REUSED.id,
        parameters=params,
        nulls=(
            Null(
                "dealt claims", "the claims that go with these items dealt anew among them", observed=float(len(used)),
                expected=chance[0]["expected"], p=None, q=None, tested=len(items), method="200 deals, 2.5 % to 97.5 %",
            ),
        ),
        counter_evidence=(
            "First seen in this case does not mean first published: what is outside the case is not known.",
            "Whether the first account is an official outlet is not known from the posts.",
        ),
        evidence=posts,
        evidence_total=len(posts),
        ruling="context",
    )  # fmt: skip
