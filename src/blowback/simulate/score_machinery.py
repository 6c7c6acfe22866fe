"""Compare what the analyses of the machinery found with what was planted: bursts, injections, hijacks, releases."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from blowback.tools.intervals import exact_share

Id = Callable[[str, str], str]  # (platform, native id) -> id in the case
Tables = Mapping[str, pa.Table]  # output -> rows of the latest run
_LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Exact:
    """A share of a count with its exact 95 % interval (Clopper and Pearson 1934)."""

    hits: int
    of: int
    low: float
    high: float

    def __str__(self) -> str:
        if not self.of:
            return "none"
        return f"{self.hits / self.of:.3f} [{self.low:.3f}, {self.high:.3f}] ({self.hits:,} of {self.of:,})"


def exact(hits: int, of: int) -> Exact:
    """A share of a count with Clopper and Pearson's interval."""
    return Exact(hits, of, *exact_share(hits, of))


@dataclass(frozen=True, slots=True)
class Row:
    """One planted instance: what became of it, in a word and in a sentence."""

    planted: str
    status: str
    says: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """All instances of a mechanism. `ran` is false where its analysis has not run on the case, or does not exist."""

    name: str
    ran: bool
    planted: int
    found: int = 0
    missed: int = 0
    false: int = 0
    rows: tuple[Row, ...] = ()
    shares: Mapping[str, Exact] = field(default_factory=dict)
    beside: tuple[str, ...] = ()  # further sentences: false alarms by name

    def lines(self) -> list[str]:
        """Plain lines of text."""
        if not self.ran:
            return [f"{self.name}: not run ({self.planted} planted)"]
        out = [f"{self.name}: {self.found} of {self.planted} found, {self.missed} missed, {self.false} false"]
        out += [f"  {r.planted:<16}{r.status:<12}{r.says}" for r in self.rows]
        out += [f"  {name}: {value}" for name, value in self.shares.items()]
        return [*out, *(f"  {b}" for b in self.beside)]


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return [] if table is None else table.to_pylist()


def folded_tag(word: str) -> str:
    """A hashtag as marks have it."""
    return unicodedata.normalize("NFKC", word).lower()


def _time(text: str | None) -> datetime:
    return datetime.fromisoformat((text or "1970-01-01T00:00:00Z").removesuffix("Z"))


def bursts(told: Mapping[str, Any], tables: Tables) -> Mechanism:
    """Planted and announced bursts must be called machinery; an organic surge must not.

    Args:
        told: the truth.
        tables: `bursts` (kind, value, onset, end_at, class).
    """
    found = _rows(tables.get("bursts"))
    rows, false, used = [], 0, set()
    for one in told["bursts"]:
        tag, first, last = folded_tag(one["hashtag"]), _time(one["first"]), _time(one["last"])
        mine = [
            k for k, b in enumerate(found)
            if b["kind"] == "hashtag" and b["value"] == tag and b["onset"] <= last and b["end_at"] >= first
        ]  # fmt: skip
        used |= set(mine)
        classes = sorted({found[k]["class"] for k in mine})
        status = _burst_status(one["kind"], classes)
        false += status == "flagged"
        says = f"{one['kind']}, {one['posts']:,} posts; " + (
            f"called {', '.join(classes)}" if classes else "no burst found"
        )
        rows.append(Row(one["id"], status, says))
    beside = [b for k, b in enumerate(found) if k not in used and b["class"] == "machinery" and not _explained(told, b)]
    pushed = [r for r, one in zip(rows, told["bursts"], strict=True) if one["kind"] != "organic_surge"]
    return Mechanism(
        "bursts", True, len(pushed), sum(r.status == "found" for r in pushed), sum(r.status == "missed" for r in pushed),
        false + len(beside), tuple(rows),
        beside=tuple(f"false: {b['kind']} {b['value']} from {b['onset']:%Y-%m-%d %H:%M}" for b in beside[:20]),
    )  # fmt: skip


def _burst_status(kind: str, classes: list[str]) -> str:
    if kind == "organic_surge":
        return "flagged" if "machinery" in classes else "organic" if classes else "unseen"
    return "found" if "machinery" in classes else "partly" if classes else "missed"


def _explained(told: Mapping[str, Any], burst: Mapping[str, Any]) -> bool:
    """Whether something pushed was going on while the series was high: a link, a text or the whole case may show it."""
    spans = [(b["first"], b["last"]) for b in told["bursts"] if b["kind"] != "organic_surge"]
    spans += [(m["first"], m["last"]) for m in (*told["injections"], *told["hijacks"])]
    spans += [(r["phases"]["seed"], max(i["at"] for i in r["items"])) for r in told["releases"] if r["items"]]
    return any(_time(a) <= burst["end_at"] and _time(b) >= burst["onset"] for a, b in spans if a and b)


def injections(told: Mapping[str, Any], tables: Tables, post_id: Id) -> Mechanism:
    """Injected posts, one by one.

    Args:
        told: the truth.
        tables: `posts` (post_id, bundle_id, perhaps score), perhaps `bundles` (bundle_id, ruling): where rulings are
            told, only bundles that stand claim anything.
        post_id: (platform, native id) -> id in the case.
    """
    stands = {b["bundle_id"] for b in _rows(tables.get("bundles")) if b.get("ruling", "stands") == "stands"}
    listed = _rows(tables.get("posts"))
    claimed = {p["post_id"] for p in listed if "bundles" not in tables or p["bundle_id"] in stands}
    planted = {i["id"]: {post_id(p["platform"], p["native_id"]) for p in i["posts"]} for i in told["injections"]}
    true = set().union(*planted.values())
    rows = []
    for one in told["injections"]:
        mine = planted[one["id"]]
        share = exact(len(mine & claimed), len(mine))
        status = "found" if 2 * share.hits >= share.of > 0 else "partly" if share.hits else "missed"
        field_ = f"client {one['client']}" if one["client_field"] else "no client of its own"
        rows.append(Row(one["id"], status, f"{one['text']}, {field_}: recall {share}"))
    shares = {
        "precision over posts": exact(len(claimed & true), len(claimed)),
        "recall over posts": exact(len(claimed & true), len(true)),
    }
    if listed and "score" in listed[0] and true:
        rows.append(
            Row(
                "all",
                f"{average_precision(listed, true):.3f}",
                "average precision over the posts listed, by their score",
            )
        )
    return _counted("injections", rows, len(told["injections"]), len(claimed - true), shares)


def average_precision(listed: Iterable[Mapping[str, Any]], true: set[str]) -> float:
    """Mean over all true posts of the precision at each; posts not listed count as missed. Ties share their mean rank."""
    by_score: dict[float, list[bool]] = {}
    for p in listed:
        by_score.setdefault(float(p["score"]), []).append(p["post_id"] in true)
    seen = hits = 0
    total = 0.0
    for score in sorted(by_score, reverse=True):
        here = by_score[score]
        seen, gained = seen + len(here), sum(here)
        hits += gained
        total += gained * hits / seen
    return total / len(true) if true else 0.0


def hijacks(told: Mapping[str, Any], tables: Tables, post_id: Id) -> Mechanism:
    """Hijacking posts against counter-use, press and the crowd's own, tag by tag.

    Args:
        told: the truth.
        tables: `posts` (post_id, value, class, perhaps strand), perhaps `tags` (value, strand, class): where they are
            told, only strands of the class repurposed claim anything.
        post_id: (platform, native id) -> id in the case.
    """
    ruled = {(t["value"], t.get("strand")): t.get("class", "repurposed") for t in _rows(tables.get("tags"))}
    named: dict[str, dict[str, set[str]]] = {}
    unsure: dict[str, set[str]] = {}
    for p in _rows(tables.get("posts")):
        claims = ruled.get((p["value"], p.get("strand")), "repurposed") == "repurposed" or p["class"] != "hijack"
        where = (
            named.setdefault(p["value"], {}).setdefault(p["class"], set())
            if claims
            else unsure.setdefault(p["value"], set())
        )
        where.add(p["post_id"])
    rows, all_hits, all_claimed, all_true, lawful, flagged = [], 0, 0, 0, 0, 0
    for one in told["hijacks"]:
        here = named.get(folded_tag(one["hashtag"]), {})
        mine, again, counter, press = (
            {post_id(one["platform"], i) for i in one[k]} for k in ("hijack", "reposts", "counter", "press")
        )
        claimed = here.get("hijack", set()) - again  # passing a hijacking post on is no other matter
        hits, wrong = len(claimed & mine), len(claimed & (counter | press))
        all_hits, all_claimed, all_true = all_hits + hits, all_claimed + len(claimed), all_true + len(mine)
        lawful, flagged = lawful + len(counter | press), flagged + wrong
        seen = hits or unsure.get(folded_tag(one["hashtag"]), set()) & mine
        status = "found" if 2 * hits >= len(mine) > 0 else "partly" if seen else "missed"
        says = f"#{one['hashtag']}: precision {exact(hits, len(claimed))}, recall {exact(hits, len(mine))}; "
        apart = len(here.get("counter", set()) & counter), len(here.get("news", set()) & press)
        says += f"counter-use told apart {apart[0]} of {len(counter)}, press {apart[1]} of {len(press)}"
        rows.append(Row(one["id"], status, says))
    planted = {folded_tag(t) for one in told["hijacks"] for t in (one["hashtag"], *one["also"])}
    false = sorted(v for v, classes in named.items() if classes.get("hijack") and v not in planted)
    shares = {
        "precision over posts": exact(all_hits, all_claimed), "recall over posts": exact(all_hits, all_true),
        "lawful posts flagged": exact(flagged, lawful),
    }  # fmt: skip
    return _counted("hijacks", rows, len(rows), len(false), shares, tuple(f"false: #{v}" for v in false[:20]))


def releases(told: Mapping[str, Any], tables: Tables, post_id: Id) -> Mechanism:
    """Bundles of items: a planted release is found by the bundle that shares most of its posts.

    Args:
        told: the truth.
        tables: `items` and perhaps `carriers` (release_id, post_id, host).
        post_id: (platform, native id) -> id in the case.
    """
    posts: dict[str, set[str]] = {}
    hosts: dict[str, set[str]] = {}
    for p in (*_rows(tables.get("items")), *_rows(tables.get("carriers"))):
        posts.setdefault(p["release_id"], set()).add(p["post_id"])
        hosts.setdefault(p["release_id"], set()).add(p["host"])
    rows, used, right = [], set(), 0
    for one in told["releases"]:
        mine = {post_id(i["platform"], i["native_id"]) for i in one["items"]}
        best = max(sorted(posts), key=lambda r: len(posts[r] & mine), default=None)
        hits = len(posts[best] & mine) if best is not None else 0
        seen = hosts.get(best or "", set()) & set(one["hosts"]) if hits else set()
        status = "found" if len(seen) >= 2 else "partly" if hits else "missed"
        used |= {r for r in posts if posts[r] & mine}
        right += hits
        rows.append(
            Row(one["id"], status, f"{len(seen)} of {len(one['hosts'])} hosts, {hits} of {len(mine)} posts with a link")
        )
    false = sorted(set(posts) - used)
    return _counted(
        "releases",
        rows,
        len(rows),
        len(false),
        {"bundles that are planted": exact(len(posts) - len(false), len(posts))},
    )


def leads(told: Mapping[str, Any], tables: Tables) -> Mechanism:
    """Calls that run ahead of the official word: found where the lag stands out and lies above nothing.

    Args:
        told: the truth.
        tables: `objects` of the phases analysis (object, lag_s, lag_low_s, lag_high_s, lag_q).
    """
    tested = {o["object"]: o for o in _rows(tables.get("objects"))}
    rows = []
    for one in told["leads"]:
        seen = tested.get(folded_tag(one["hashtag"]), {})
        ahead = seen.get("lag_q") is not None and seen["lag_q"] <= _LEVEL and seen["lag_low_s"] > 0
        inside = ahead and seen["lag_low_s"] <= one["lag_s"] <= seen["lag_high_s"]
        says = f"#{one['hashtag']}: {one['lag_s'] / 3600:.1f} h planted; "
        if seen.get("lag_s") is None:
            says += "not among the objects tested"
        else:
            low, lag, high = (f"{seen[k] / 3600:.1f}" for k in ("lag_low_s", "lag_s", "lag_high_s"))
            says += f"{lag} [{low}, {high}] h measured, q {seen['lag_q']:.3f}"
        rows.append(Row(one["id"], "found" if inside else "partly" if ahead else "missed", says))
    planted = {folded_tag(x["hashtag"]) for x in told["leads"]}
    false = sorted(
        name for name, o in tested.items()
        if name not in planted and o.get("lag_q") is not None and o["lag_q"] <= _LEVEL
        and not o["lag_low_s"] <= 0 <= o["lag_high_s"]
    )  # fmt: skip
    return _counted("leads", rows, len(rows), len(false), {}, tuple(f"false: {f}" for f in false[:20]))


def _counted(
    name: str, rows: list[Row], planted: int, false: int, shares: Mapping[str, Exact], beside: tuple[str, ...] = ()
) -> Mechanism:
    found, missed = (sum(r.status == word for r in rows) for word in ("found", "missed"))
    return Mechanism(name, True, planted, found, missed, false, tuple(rows), shares, beside)
