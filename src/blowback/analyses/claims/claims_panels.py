"""What a reader sees beside a finding of the claims analysis: classes, slots, a map, quotes, the board, windows, leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson

from blowback.analyses.claims import match_panels
from blowback.analyses.claims.panel_rows import AHEAD, direction, every, micros, of_cluster, period
from blowback.model.analysis import Frames
from blowback.model.claim import MODALITIES, SLOTS
from blowback.model.finding import Finding
from blowback.model.panel import Bar, Bars, Grid, Map, Panel, Point, Quote, Quotes, Span
from blowback.tools.words import plural

_MOST: Final = 4  # panels
_QUOTES: Final = 4
_PLACES: Final = 300
Row = dict[str, Any]


def panels(tables: Frames, finding: Finding) -> tuple[Panel, ...]:
    """At most four panels; none where the finding is about something that has no picture."""
    subject = finding.subject
    if subject.kind == "claim":
        made: list[Panel | None] = [_quotes(tables, subject.id, finding.evidence), _joined(tables, subject.id)]
    elif subject.id in _OF_CASE:
        made = [make(tables) for make in _OF_CASE[subject.id]]
    else:
        made = list(match_panels.panels(tables, finding))
    return tuple(p for p in made if p is not None)[:_MOST]


def _modalities(tables: Frames) -> Bars | None:
    rows = [r for r in every(tables, "modalities") if r["claims"]]
    if not rows:
        return None
    total, typed = sum(r["claims"] for r in rows), sum(r["typed"] for r in rows)
    says = (
        f"{total:,} claims by the way they are said; {typed:,} of them name an action. Wishes, questions and slogans are never "
        "held against event data."
    )
    return Bars("Claims by class", says, "claims", tuple(Bar(r["modality"], float(r["claims"])) for r in rows))


def _map(tables: Frames) -> Map | None:
    """Places by claims: all of them below, those announced or under way on top."""
    held: dict[tuple[float, float, str], Row] = {}
    rows = [r for r in every(tables, "claims") if r["lat"] is not None and r["type"]]
    for row in rows:
        key = (round(row["lat"], 3), round(row["lon"], 3), row["place_name"] or "")
        one = held.setdefault(key, {"radius": row["radius_km"] or 0.0, "all": 0, "ahead": 0, "negated": 0})
        one["all"] += 1
        one["ahead"] += row["modality"] in AHEAD
        one["negated"] += row["polarity"] == "negated"
    if not held:
        return None
    most = sorted(held.items(), key=lambda i: (-i[1]["all"], i[0]))
    points = []
    for (lat, lon, name), one in most[:_PLACES]:
        says = f"{one['ahead']:,} announced or under way, {one['negated']:,} negated"
        points.append(Point(lat, lon, float(one["radius"]), name, "said", float(one["all"]), says))
        if one["ahead"]:
            points.append(Point(lat, lon, 0.0, name, "ahead", float(one["ahead"])))
    more = f" The {_PLACES} with most claims are drawn." if len(most) > _PLACES else ""
    says = (
        f"{len(rows):,} claims with an action name one of {len(most):,} places that are found; the dark part is what was announced, "
        f"threatened or said to be under way. A place is where the text says that something happens, not where the author is.{more}"
    )
    return Map("Places of the claims", says, "claims", tuple(points), places_from=_gazetteer(tables))


def _gazetteer(tables: Frames) -> str:
    whole = every(tables, "summary")
    return f"the gazetteer of the case, digest {whole[0]['gazetteer'][:12]}" if whole else ""


def _slots(tables: Frames) -> Grid | None:
    rows = every(tables, "slots")
    if not rows:
        return None
    head = ("What is told", "Kind", "Told by", "Claims", "Distinct", "Accounts", "Places", "Share", "Interval")
    cells = tuple(
        (r["slot"], r["type"] or "–", r["side"], f"{r['claims']:,}", f"{r['clusters']:,}",
         "under 3" if r["accounts"] is None else f"{r['accounts']:,}", f"{r['places']:,}", f"{r['share']:.1%}",
         f"{r['low']:.1%} to {r['high']:.1%}")
        for r in rows[:40]
    )  # fmt: skip
    says = (
        "Own claims by what they tell and by the tier of those who originate them, in sums only: source (three others or more pass it "
        f"on), voice, relay. The six: {'; '.join(f'{k}, {v}' for k, v in SLOTS.items())}."
    )
    return Grid("What is disclosed", says, head, cells, (3, 4, 5, 6, 7, 8))


def _lineage(tables: Frames) -> Grid | None:
    rows = sorted(every(tables, "lineage"), key=lambda r: (not r["recycled"], r["first_at"], r["media"]))
    if not rows:
        return None
    head = (
        "Item",
        "First seen, UTC",
        "Last",
        "Posts",
        "Accounts",
        "Copies",
        "Claims",
        "Words of a map",
        "Other days or places",
        "Side",
    )
    cells = tuple(
        (r["media"][:10], f"{r['first_at']:%Y-%m-%d %H:%M}", f"{r['last_at']:%Y-%m-%d}", f"{r['n_posts']:,}", f"{r['n_accounts']:,}",
         f"{r['n_copies']:,}", f"{r['n_clusters']:,}", "yes" if r["map"] else "no", "yes" if r["recycled"] else "no", r["first_side"])
        for r in rows[:30]
    )  # fmt: skip
    more = f" {len(rows) - 30:,} more are in the table lineage." if len(rows) > 30 else ""
    says = f"Images and videos that go with claims of several posts, those used for other days or places first. First seen in this case.{more}"
    return Grid("Items used again", says, head, cells, (3, 4, 5, 6))


def _joined(tables: Frames, cluster: str) -> Grid | None:
    row = of_cluster(every(tables, "clusters"), cluster)
    ties = orjson.loads(row["joined_by"]) if row else {}
    if not row or not ties:
        return None
    says = (
        f"What makes {row['n_accounts']:,} accounts {row['n_sources']:,} independent sources: ties of each kind between two accounts. "
        "A tie says that one may have it from the other, not who of them knew."
    )
    cells = tuple((kind.replace("_", " "), f"{n:,}") for kind, n in sorted(ties.items(), key=lambda i: (-i[1], i[0])))
    return Grid("Independent sources", says, ("Joined by", "Ties"), cells, (1,))


def _quotes(tables: Frames, cluster: str, evidence: tuple[str, ...]) -> Quotes | None:
    """The first posts of a cluster, own words before words passed on."""
    rows = [r for r in every(tables, "claims") if r["cluster_id"] == cluster and r["post_id"] in set(evidence)]
    rows.sort(key=lambda r: (r["carried"], r["posted_at"], r["claim_id"]))
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["post_id"], row)
    if not first:
        return None
    whole = of_cluster(every(tables, "clusters"), cluster)
    said = match_panels.verdicts_of(tables, cluster)
    quotes = tuple(_quote(row, whole, said if n == 0 else ()) for n, row in enumerate(list(first.values())[:_QUOTES]))
    shown = f"The first {_QUOTES} of {len(first):,} posts" if len(first) > _QUOTES else plural(len(first), "post")
    says = f"{shown}, own words first, in the script they were written in, with what was read out of them. No translation is made."
    return Quotes("In their own words", says, quotes)


def _quote(row: Row, cluster: Row | None, verdicts: tuple[tuple[str, str], ...]) -> Quote:
    spans = [Span(row["span_start"], row["span_end"], "claim")]
    spans += [Span(a, b, kind) for a, b, kind in orjson.loads(row.get("spans") or "[]")]
    return Quote(
        post_id=row["post_id"], text="", lang=row["lang"], direction=direction(row["lang"]), spans=tuple(spans),
        at=micros(row["posted_at"]), facts=tuple(_facts(row, cluster)), verdicts=verdicts,
    )  # fmt: skip


def _facts(row: Row, cluster: Row | None) -> list[tuple[str, str]]:
    """What was read, in the order a reader asks: how said, what, who, where, when, how many, from whom."""
    where = row["place_name"] or ""
    if where and row["radius_km"] is not None:
        where += (
            f" (within {row['radius_km']:.0f} km"
            + ("" if row["place_p"] is None else f", {row['place_p']:.0%} sure")
            + ")"
        )
    number = _number(row)
    facts = [
        ("class", f"{row['modality']}: {MODALITIES[row['modality']]}"), ("polarity", row["polarity"]), ("kind", row["type"]),
        ("who acts", row["actor"]), ("on whom or what", row["target"]), ("place", where),
        ("time", period(row["time_from"], row["time_to"], row["time_kind"])), ("number", number), ("cites", row["source_cited"]),
        ("tells", row["slots"].replace(",", ", ")), ("goes with", "" if row["evidence"] == "none" else row["evidence"]),
    ]  # fmt: skip
    if row["carried"]:
        facts.append(("passed on", "the words are another's"))
    if cluster:
        facts.append(("independent sources", f"{cluster['n_sources']:,} of {cluster['n_accounts']:,} accounts"))
        if cluster["variants"]:
            facts.append(
                ("other numbers", f"{plural(cluster['variants'], 'distinct claim')} of the same with another number")
            )
    return [(name, value) for name, value in facts if value]


def _number(row: Row) -> str:
    low, high = row["quantity_min"], row["quantity_max"]
    if low is None:
        return ""
    said = f"{low:g}" if high == low else f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
    role = row["quantity_role"].replace("_", " ")
    return " ".join(p for p in (said, row["quantity_unit"], f"({role})" if role else "") if p)


_OF_CASE: Final[dict[str, tuple[Callable[[Frames], Panel | None], ...]]] = {
    "claims": (_modalities, _map), "disclosure": (_slots,), "lineage": (_lineage,),
}  # fmt: skip
