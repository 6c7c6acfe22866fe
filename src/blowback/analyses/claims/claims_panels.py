"""What a reader sees beside a finding of the claims analysis: classes, slots, a map, quotes, the board, windows, leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import zip_longest
from typing import Any, Final

import orjson

from blowback.analyses.claims import match_panels
from blowback.analyses.claims.claim_quotes import quote_of
from blowback.analyses.claims.panel_rows import AHEAD, every, of_cluster
from blowback.model.analysis import Frames
from blowback.model.claim import SLOTS
from blowback.model.finding import Finding
from blowback.model.panel import Bar, Bars, Grid, Map, Panel, Point, Quotes
from blowback.tools.words import plural

_MOST: Final = 4  # panels
_QUOTES: Final = 4
_PLACES: Final = 300
Row = dict[str, Any]


def panels(tables: Frames, finding: Finding) -> tuple[Panel, ...]:
    """At most four panels; none where the finding is about something that has no picture."""
    subject = finding.subject
    if subject.kind == "claim":
        made: list[Panel | None] = [_quotes(tables, subject.id), _joined(tables, subject.id)]
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
        points.append(Point(lat, lon, float(one["radius"]), name, "all", float(one["all"]), says))
        if one["ahead"]:
            points.append(Point(lat, lon, float(one["radius"]), name, "ahead", float(one["ahead"])))
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


def _quotes(tables: Frames, cluster: str) -> Quotes | None:
    """The first posts of a cluster, own words before words passed on."""
    rows = [r for r in every(tables, "claims") if r["cluster_id"] == cluster]
    rows.sort(key=lambda r: (r["carried"], r["posted_at"], r["claim_id"]))
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["post_id"], row)
    if not first:
        return None
    whole = of_cluster(every(tables, "clusters"), cluster)
    said = match_panels.verdicts_of(tables, cluster)
    quotes = tuple(quote_of(row, whole, said if n == 0 else ()) for n, row in enumerate(list(first.values())[:_QUOTES]))
    shown = f"The first {_QUOTES} of {len(first):,} posts" if len(first) > _QUOTES else plural(len(first), "post")
    says = f"{shown}, own words first, in the script they were written in, with what was read out of them. No translation is made."
    return Quotes("In their own words", says, quotes)


def _examples(tables: Frames) -> Quotes | None:
    """Claims of the two commonest languages and of different classes, so that a reader can judge the reading."""
    rows = [r for r in every(tables, "claims") if r["type"] and r["lat"] is not None and not r["carried"]]
    rows.sort(key=lambda r: (r["posted_at"], r["claim_id"]))
    langs = [lang for lang, _ in Counter(r["lang"] for r in rows).most_common(2)]
    chosen: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row["lang"] in langs and row["post_id"] not in {r["post_id"] for r in chosen.values()}:
            chosen.setdefault((row["lang"], row["modality"]), row)
    by_lang = [[r for (lang, _), r in chosen.items() if lang == wanted] for wanted in langs]
    turns = [r for turn in zip_longest(*by_lang) for r in turn if r is not None][:_QUOTES]
    if not turns:
        return None
    says = "The first claims of different classes in the two commonest languages: examples to judge the reading by, not the weightiest."
    return Quotes(
        "What was read, in four examples" if len(turns) == _QUOTES else "What was read",
        says,
        tuple(quote_of(r, None, ()) for r in turns),
    )


_OF_CASE: Final[dict[str, tuple[Callable[[Frames], Panel | None], ...]]] = {
    "claims": (_modalities, _map, _examples), "disclosure": (_slots,), "lineage": (_lineage,),
}  # fmt: skip
