"""From clusters to findings: a tier where structure says one, with who was first and how often chance makes it so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.tiers_cluster import REST, SOURCE
from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Ruling, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals

OFFICIAL: Final = Rule(
    "tiers.official.1",
    when="a cluster whose accounts are each passed on by three others or more, more often than they pass on and than they post, and that is first on what it "
    "shares with other clusters more often than dealt orders make it (fdr over all clusters)",
    unless=("a newsroom, a public figure or any popular source: originating is no office",),
)
ACTIVE: Final = Rule(
    "tiers.active.1",
    when="a cluster of accounts that mostly write themselves and are hardly passed on",
    unless=("who passes them on is not in the data",),
)
REPEATER: Final = Rule(
    "tiers.repeater.1",
    when="a cluster of accounts that mostly repost, and that is not first beyond what dealt orders make it",
    unless=("what they write first is on other platforms",),
)
UNCLEAR: Final = Rule(
    "tiers.cannot_tell.1",
    when="a cluster with too few posts or shared objects, or whose side and order in time disagree; or a case without clusters",
    unless=("an export with more posts, or with the authors of what is passed on",),
)
RULES: Final = (OFFICIAL, ACTIVE, REPEATER, UNCLEAR)
LISTED: Final = 200
MOST: Final = 8  # clusters of one tier that are written out, the largest; the rest is in the table
_RULE: Final = {"official": OFFICIAL, "active": ACTIVE, "repeater": REPEATER}
_TELLS: Final = {
    "official": "originates",
    "active": "writes for itself",
    "repeater": "passes on",
}


def judge(given: Judged) -> Iterator[Finding]:
    """One finding for each of the largest clusters of a tier, and one that says of how many the data cannot tell."""
    tables, params = given.tables, dict(given.params)
    rows, whole = tables["clusters"].to_pylist(), tables["summary"].to_pylist()[0]
    for tier in _RULE:
        some = sorted((r for r in rows if r["tier"] == tier and told(r)), key=lambda r: (-r["accounts"], r["cluster"]))
        for row in some[:MOST]:
            found = _cluster(row, len(some), len(rows), whole, tables, params)
            if found:
                yield found
    found = _unclear(rows, whole, tables, params)
    if found:
        yield found


def told(row: dict[str, Any]) -> bool:
    """Whether a finding is written: a real cluster, or the sources of small communities, taken together."""
    return not row["cluster"].startswith(REST) or row["side"] == SOURCE


def _posts(firsts: pa.Table, cluster: str | None) -> tuple[str, ...]:
    """First posts of the objects on which this cluster (any, where None) was first, in time order."""
    mine = firsts if cluster is None else firsts.filter(pc.equal(firsts.column("first_cluster"), cluster))
    mine = mine.sort_by([("at", "ascending"), ("post_id", "ascending")])
    return tuple(dict.fromkeys(mine.column("post_id").to_pylist()))


def _cluster(
    row: dict[str, Any], of: int, tested: int, whole: dict[str, Any], tables: Any, params: dict[str, Any]  # noqa: ANN401
) -> Finding | None:  # fmt: skip
    rule = _RULE[row["tier"]]
    posts = _posts(tables["firsts"], row["cluster"]) or _posts(tables["firsts"], None)[:20]
    if not posts:
        return None
    low, high = intervals.exact_share(row["firsts"], max(row["objects"], 1))
    chance = row["firsts_by_chance"] / max(row["objects"], 1)
    floor = max(chance, 1e-9)
    share = row["firsts"] / max(row["objects"], 1)
    passed = (
        f", other clusters passed it on {row['received']:,} times and it them {row['given']:,} times"
        if whole["known_sources"]
        else ""
    )
    name = (
        f"Cluster {row['cluster']}"
        if not row["cluster"].startswith(REST)
        else "The sources of small communities, taken together,"
    )
    says = (
        f"{name} ({row['accounts']:,} accounts, {row['posts']:,} posts) {_TELLS[row['tier']]}: "
        f"{row['reposts'] / max(row['posts'], 1):.0%} of its posts are reposts{passed}; of {row['objects']:,} hashtags, links and texts that it shares with others it was first on {row['firsts']:,}, "
        f"where {row['firsts_by_chance']:,.0f} would be chance."
    )
    p, q = (row["p_fewer"], row["q_fewer"]) if row["tier"] == "repeater" else (row["p_more"], row["q_more"])
    return Finding(
        id=short_id("F", "tiers", rule.id, row["cluster"], str(row["accounts"]), str(row["posts"])),
        analysis="tiers",
        subject=Subject("cluster", row["cluster"]),
        says=says,
        certainty="inferred",
        effect=Effect("firsts, observed / by chance", share / floor, low / floor, high / floor, "ratio", "Clopper-Pearson for the share of firsts"),
        rule=rule.id,
        parameters=params,
        nulls=(Null("order", "the accounts that use an object are dealt its places in time anew", row["firsts"], row["firsts_by_chance"], p, q,
                    tested, "Poisson-binomial; " + ("so few or fewer" if row["tier"] == "repeater" else "so many or more") + "; Benjamini-Hochberg over all clusters"),),
        counter_evidence=_against(row, of, whole),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
    )  # fmt: skip


def _against(row: dict[str, Any], of: int, whole: dict[str, Any]) -> tuple[str, ...]:
    out = [
        "A tier is about what a cluster does in these data, not about who its accounts are or whether they belong to anybody."
    ]
    if row["tier"] == "official":
        out.append("Newsrooms and public figures originate and are passed on in the same way.")
    if not whole["known_sources"]:
        out.append(
            "The export does not name the authors of what is passed on, so being passed on could not be counted."
        )
    if row["quiet_share"] > 0.15:
        out.append(
            f"{row['quiet_share']:.0%} of its posts fall into its quietest six hours (25 % is round the clock): feeds may be among it."
        )
    out.append(
        "First in the data is not first: what was posted before they begin, or deleted, or elsewhere, is not seen."
    )
    if of > MOST:
        out.append(f"It is one of {of} clusters of this tier; the {MOST} largest are written out.")
    return tuple(out)


def _unclear(rows: list[dict[str, Any]], whole: dict[str, Any], tables: Any, params: dict[str, Any]) -> Finding | None:  # noqa: ANN401
    some = [r for r in rows if r["tier"] == "cannot_tell"]
    posts = _posts(tables["firsts"], None)
    if not some or not posts:
        return None
    accounts = sum(r["accounts"] for r in some)
    why: dict[str, int] = {}
    for row in some:
        why[row["why"]] = why.get(row["why"], 0) + 1
    told = "; ".join(
        f"{n} {'is' if n == 1 else 'are'} {w}" for w, n in sorted(why.items(), key=lambda x: (-x[1], x[0]))
    )
    low, high = intervals.exact_share(len(some), len(rows))
    word: Ruling = "context" if len(some) < len(rows) else "cannot_tell"
    return Finding(
        id=short_id("F", "tiers", UNCLEAR.id, str(whole["accounts"])),
        analysis="tiers",
        subject=Subject("case", "tiers-cannot-tell"),
        says=f"Of {len(some)} of {len(rows)} clusters ({accounts:,} of {whole['accounts']:,} accounts) the data cannot say a tier: {told}.",
        certainty="observed",
        effect=Effect("share of clusters without a tier", len(some) / len(rows), low, high, "share", "Clopper-Pearson"),
        rule=UNCLEAR.id,
        parameters=params,
        nulls=(Null("order", "the accounts that use an object are dealt its places in time anew", sum(r["firsts"] for r in some),
                    sum(r["firsts_by_chance"] for r in some), None, None, len(rows), "sum over these clusters"),),
        counter_evidence=("Clusters are cut by what their accounts mostly do; an account that does both is put where most of its posts are.",),
        evidence=posts[:20],
        evidence_total=len(posts),
        ruling=word,
    )  # fmt: skip
