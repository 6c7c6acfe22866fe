"""From groups to findings: a sentence, an effect with its interval, both nulls, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Judged, Rule
from blowback.model.finding import Effect, Finding, Null, Subject
from blowback.model.ids import short_id
from blowback.tools import intervals
from blowback.tools.words import about, listed

GROUP: Final = Rule(
    "coordination.group.2",
    when="at least three accounts joined by pairs whose p under shift holds (fdr over all pairs, and borne out by triangles "
    "in shifted copies), every pair in a triangle of such pairs; and in at least one kind of mark half of the accounts "
    "stand in pairs that are closer than the objects' bursts make anybody, or the bursts are the group's own (permuting gives four fifths)",
    unless=("the accounts are fans of one source, a newsroom and its branches, or feeds of one syndicate",),
)
UNCLEAR: Final = Rule(
    "coordination.cannot_tell.2",
    when="such a group, but in no kind of mark do half of the accounts stand in pairs closer than the objects' bursts make "
    "strangers, and others make up those bursts",
    unless=("the objects were news to these accounts at the same hours: then it is no coordination",),
)
NONE: Final = Rule(
    "coordination.none.2",
    when="marks of the kind were tested and no group rests on them",
    unless=("coordination at other delays, with other marks, or by fewer accounts than three",),
)
SIZE: Final = Rule(
    "coordination.size.1",
    when="a kind of mark joins a group that stands out, and its volume is worth fewer sources with each group as one than "
    "with each account as one, by more than the interval",
    unless=("the accounts of a group are independent after all: then the number is too small",),
)
RULES: Final = (GROUP, UNCLEAR, NONE, SIZE)
LISTED: Final = 200
_READ: Final = 5000  # co-actions from which its posts are named
_SHOWN_S: Final = 600  # window of the sentence where nothing stands out
_VERB: Final = {
    "repost": "passed on the same posts", "url": "linked the same addresses", "hashtag": "used the same hashtags",
    "mention": "mentioned the same accounts", "reply_to": "answered the same posts", "text": "posted the same texts",
    "folded_text": "posted texts that are the same but for links, letters and punctuation",
    "near_text": "posted texts that are nearly the same", "fast_repost": "passed on the same accounts within ten seconds",
    "hashtag_sequence": "used the same three or more hashtags in the same order", "conversation": "wrote in the same threads",
    "media": "posted the same media files", "domain": "linked the same domains", "client": "used the same applications",
    "place": "posted from the same places", "rhythm": "posted in the same moments",
    "meaning": "posted texts that say the same in different languages",
}  # fmt: skip
_NOUN: Final = {
    "repost": "reposts", "fast_repost": "reposts within ten seconds", "url": "links", "domain": "domains", "hashtag": "hashtags",
    "hashtag_sequence": "hashtags in the same order", "mention": "mentions", "reply_to": "answers to the same posts",
    "conversation": "threads", "text": "equal texts", "folded_text": "texts equal but for their form",
    "near_text": "texts that are nearly the same", "media": "media files", "client": "applications", "place": "places",
    "rhythm": "posts in the same moments", "meaning": "texts that say the same in different languages",
}  # fmt: skip
_LOOKALIKES: Final = {
    "repost": "followers of one source who read it at the same hours, and announced activism, look alike",
    "url": "a newsroom's accounts and feeds of one syndicate link the same pages within seconds",
    "hashtag": "a live event makes strangers use the same hashtags in the same minute",
    "mention": "a public figure's post draws mentions from strangers in the same minutes",
    "reply_to": "a public figure's post draws answers from strangers in the same minutes",
    "text": "share buttons and games post the same words for everybody",
    "folded_text": "share buttons, games and greetings post the same words for everybody",
    "near_text": "greetings, share buttons and quoted headlines give strangers nearly the same words",
    "fast_repost": "people who get a notice of each post of one account pass it on at once",
    "hashtag_sequence": "a share button or an organiser's call gives everybody the same hashtags",
    "rhythm": "feeds and schedulers that keep the same clock post in the same moments",
    "meaning": "news is told in every language on the same day",
    "media": "a share button posts the same file for everybody",
}


_UNIT: Final = {60: "minute", 3600: "hour", 86400: "day"}
STABLE: Final = 0.75  # Hennig (2007): a cluster that keeps less of itself is not to be leaned on


def judge(given: Judged) -> Iterator[Finding]:
    """One finding per group; where a kind joins none, one that says so with its numbers."""
    tables, params = given.tables, dict(given.params)
    for group in tables["groups"].to_pylist():
        yield _group(group, tables, params)
    joined = set(tables["layers"].column("kind").to_pylist())
    for kind in dict.fromkeys(tables["summary"].column("kind").to_pylist()):
        if kind not in joined:
            found = _none(kind, tables, params)
            if found:
                yield found
    yield from _sizes(tables, params)


def _sizes(tables: Any, params: dict[str, Any]) -> Iterator[Finding]:  # noqa: ANN401  # name -> table
    """The kind whose volume shrinks most when each group counts as one source."""
    clear = {g["group_id"] for g in tables["groups"].to_pylist() if g["ruling"] != "cannot_tell"}
    joined = {c["kind"] for c in tables["layers"].to_pylist() if c["group_id"] in clear} - {
        "rhythm"
    }  # its posts repeat nothing
    shrunk = [s for s in tables["sizes"].to_pylist()
              if s["kind"] in joined and s["effective_high"] < s["effective_accounts"]]  # fmt: skip
    if not shrunk:
        return
    one = max(shrunk, key=lambda s: (s["effective_accounts"] / s["effective_sources"], s["kind"]))
    acts = _rows(tables["coactions"], kind=one["kind"])
    posts = _in_time(acts.slice(0, _READ))
    says = (
        f"The {one['marks']:,} {_NOUN.get(one['kind'], one['kind'])} come from {one['accounts']:,} accounts, but repeat each other as "
        f"{about(one['effective_sources'])} independent sources would [{about(one['effective_low'])}, "
        f"{about(one['effective_high'])}] when each group counts as one ({about(one['effective_accounts'])} when each "
        f"account does): {about(one['marks_per_source'])} for each source."
    )
    null = Null("top50", "the share of the 50 largest accounts, where each takes part in this kind as much as in all others",
                one["top_share"], one["top_share_expected"], None, None, one["accounts"],
                f"200 multinomial draws, 95 % of them from {one['top_share_low']:.3f} to {one['top_share_high']:.3f}; were "
                f"every mark anybody's, {one['top_share_least']:.3f}")  # fmt: skip
    yield Finding(
        id=short_id("F", "coordination", SIZE.id, one["kind"], str(one["marks"])),
        analysis="coordination",
        subject=Subject("case", f"{one['kind']}-size"),
        says=says,
        certainty="inferred",
        effect=Effect("marks per effective source", one["marks_per_source"], one["marks_per_source_low"],
                      one["marks_per_source_high"], "ratio", "bootstrap over objects, 400 draws"),
        rule=SIZE.id,
        parameters=params,
        nulls=(null,),
        counter_evidence=(
            "It rests on the groups: an account wrongly put into one makes the number smaller, a missed group larger.",
            "Few sources of much volume are no proof of a campaign: a newsroom and its readers look like that too.",
        ),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling="context",
    )  # fmt: skip


def _rows(table: pa.Table, **equal: str) -> pa.Table:
    for name, value in equal.items():
        table = table.filter(pc.equal(table.column(name), value))
    return table


def _seconds(window: int) -> str:
    return f"{window} s" if window < 120 else f"{window / 60:g} min" if window < 7200 else f"{window / 3600:g} h"


def _nulls(group: dict[str, Any], tested: int) -> tuple[Null, Null]:
    if group["lead"] == "rhythm":
        return (
            Null("shift", "one timeline moved by one to three whole hours or days either way: the part of the day and the hour of the "
                 "day keep their posts", group["observed"], group["expected_shift"], group["best_p_shift"],
                 group["worst_q_shift"], tested, "exact conditional binomial test of the count at lag nought; the largest p of "
                 "minutes, hours and days; Benjamini-Hochberg over all pairs that share an hour; p of the closest pair, q of the loosest"),
            Null("permute", "one timeline moved by two to eight whole minutes either way: the busy moment keeps its posts",
                 group["observed"], group["expected_permute"], group["best_p_permute"], group["best_q_permute"], tested,
                 "the same test by minutes alone; p and q of the closest pair"),
        )  # fmt: skip
    shift = Null(
        "shift", "each account's timeline moved by its own uniform shift of up to 12 hours either way: its rhythm and "
        "interests stay, its timing against others goes", group["observed"], group["expected_shift"],
        group["best_p_shift"], group["worst_q_shift"], tested,
        "truncated product over shared objects of the chance of so small a gap; Benjamini-Hochberg over all pairs that share "
        "an object, borne out by triangles in shifted copies; p of the closest pair (Bonferroni), q of the loosest",
    )  # fmt: skip
    permute = Null(
        "permute", "the times of each object's posts dealt anew among them: the object's own burst stays", group["observed"],
        group["expected_permute"], group["best_p_permute"], group["best_q_permute"], tested,
        "the same score; q is the share of such pairs in permuted copies put through the same test; p and q of the closest "
        "pair",
    )  # fmt: skip
    return shift, permute


def _group(group: dict[str, Any], tables: Any, params: dict[str, Any]) -> Finding:  # noqa: ANN401  # name -> table
    kind, name = group["lead"], group["group_id"]
    layers = _rows(tables["layers"], group_id=name).to_pylist()
    summary = [s for c in layers for s in _rows(tables["summary"], kind=c["kind"]).to_pylist()]
    members = tuple(sorted(_rows(tables["members"], group_id=name).column("account_id").to_pylist()))
    acts = _rows(tables["coactions"], group_id=name)
    posts = _in_time(acts)
    observed, expected = group["observed"], group["expected_shift"]
    low, high = intervals.poisson(observed)
    floor = max(expected, 1e-9)
    unclear = group["ruling"] == "cannot_tell"
    rule = UNCLEAR if unclear else GROUP
    others = [c["kind"] for c in layers if c["kind"] != kind]
    tail = f" They are joined by {listed([_NOUN.get(o, o) for o in others])}, too." if others else ""
    tail += " News that reached them at the same hours would look the same: cannot tell." if unclear else ""
    where = f"in {group['objects']:,} hours" if kind == "rhythm" else f"on {group['objects']:,} objects"
    says = (
        f"{group['size']} accounts {_VERB[kind]} {_near(group['window_s'], summary)} {observed:,} times over, "
        f"pair by pair, {where}; {about(expected)} would be expected of accounts with their rhythm and interests.{tail}"
    )
    return Finding(
        id=short_id("F", "coordination", rule.id, group["kind"], *members),
        analysis="coordination",
        subject=Subject("group", name, members),
        says=says,
        certainty="inferred",
        effect=Effect("co-actions, observed / expected under shift", observed / floor, low / floor, high / floor, "ratio",
                      "Garwood interval for the observed count; pairs share posts, so it is narrower than the truth"),
        rule=rule.id,
        parameters=params,
        nulls=_nulls(group, sum(c["tested"] for c in layers)),
        counter_evidence=_against(group, summary, _rows(tables["lookalikes"], group_id=name).to_pylist(), acts.num_rows),
        evidence=posts[:LISTED],
        evidence_total=len(posts),
        ruling="cannot_tell" if unclear else "stands",
    )  # fmt: skip


def _near(window_s: int, summary: list[dict[str, Any]]) -> str:
    """`within 60 s of each other`, or `in the same minute` where times are no finer."""
    coarse = max(s["resolution_s"] for s in summary)
    return f"in the same {_UNIT[coarse]}" if coarse > window_s else f"within {_seconds(window_s)} of each other"


def _in_time(acts: pa.Table) -> tuple[str, ...]:
    """Distinct posts of co-actions in order of time."""
    sides = [pa.table({"at": acts.column(f"at_{side}"), "post": acts.column(f"post_{side}")}) for side in "ab"]
    found = pa.concat_tables(sides).group_by("post").aggregate([("at", "min")])
    return tuple(found.sort_by([("at_min", "ascending"), ("post", "ascending")]).column("post").to_pylist())


def _reading(row: dict[str, Any]) -> str:
    name, share = row["says"].split(": ", 1)
    others = f"; other accounts {row['low']:.2f} to {row['high']:.2f}" if row["low"] is not None else ""
    return f"{name} ({share} {row['measured']:.2f}{others})"


def _against(
    group: dict[str, Any], summary: list[dict[str, Any]], readings: list[dict[str, Any]], listed: int
) -> tuple[str, ...]:
    beyond, edges = group["beyond_burst"], group["lead_edges"]
    out = [f"{_LOOKALIKES.get(group['lead'], 'habits shared by many accounts look alike').capitalize()}."]
    if group["ruling"] == "own_burst":
        out.append("The objects' bursts are the group's own, so that the permute null has no power for or against it.")
    elif beyond == 0:
        of = f"By {_NOUN.get(group['lead'], group['lead'])}, no" if group["ruling"] == "beyond_both" else "No"
        out.append(f"{of} pair is closer than its objects' own bursts make anybody: there, bursts explain the timing.")
    elif beyond < edges:
        out.append(f"Only {beyond} of {edges} pairs are closer than the objects' own bursts make anybody.")
    if group["core"] < group["size"]:
        loose = group["size"] - group["core"]
        out.append(f"{loose} of its accounts do not pass the test alone: they are tied to several that do.")
    out += [
        f"An innocent reading fits: {_reading(r)}."
        for r in readings
        if r["verdict"] == "fits" and r["reading"] != "breaking_news"
    ]
    if group["stability_low"] < STABLE:
        out.append(
            f"Its border is not firm: over other resolutions and seeds it keeps {group['stability']:.2f} of itself on average "
            f"(Jaccard), {group['stability_low']:.2f} at worst."
        )
    if group["objects"] < 5:
        out.append(f"It rests on {group['objects']} objects.")
    if (coarse := max(s["resolution_s"] for s in summary)) > 1:
        out.append(f"Times are whole {_UNIT[coarse]}s: a gap of 0 means anything below {_seconds(coarse)}.")
    out += sorted({s["lost"] for s in summary if s["lost"]})
    if any(not s["tested_exact"] for s in summary):
        out.append("The number of tested pairs is an upper bound, which makes the test stricter.")
    out.append(
        f"The {_seconds(group['window_s'])} of the sentence are those in which it stands out most; the test weighs every gap."
    )
    out.append("Who directed it, if anyone, cannot be seen in times and objects.")
    if not listed:
        out.append("The list of co-actions was cut; none of this group's is in it.")
    return tuple(out)


def _none(kind: str, tables: Any, params: dict[str, Any]) -> Finding | None:  # noqa: ANN401  # name -> table
    rows = _rows(tables["summary"], kind=kind).to_pylist()
    done = [r for r in rows if r["outcome"] == "done" and r["marks"] > 0]
    evidence = _sample(tables, kind)
    if not done or not evidence:
        return None
    wide = next((r for r in reversed(done) if r["window_s"] <= _SHOWN_S), done[0])
    low, high = intervals.exact_share(wide["survive_shift"], max(wide["pairs"], wide["survive_shift"], 1))
    name = f"{kind}-none"
    says = (
        f"No group of three or more accounts stands out by {_NOUN.get(kind, kind)}: {wide['pairs']:,} pairs of accounts meet within "
        f"{_seconds(wide['window_s'])}, {wide['pairs_shift']:,.0f} would under shifted timelines, and "
        f"{wide['survive_shift']} survive the test."
    )
    null = Null("shift", "each account's timeline moved by its own uniform shift of up to 12 hours", wide["pairs"],
                wide["pairs_shift"], None, None, wide["tested"], "mean over shifted copies")  # fmt: skip
    return Finding(
        id=short_id("F", "coordination", NONE.id, kind, str(params["window"]), str(params["min_objects"])),
        analysis="coordination",
        subject=Subject("case", name),
        says=says,
        certainty="observed",
        effect=Effect("share of meeting pairs that survive", wide["survive_shift"] / max(wide["pairs"], 1), low, high,
                      "share", "Clopper-Pearson"),
        rule=NONE.id,
        parameters=params,
        nulls=(null,),
        counter_evidence=(
            "Absence of a group is not absence of coordination: other delays, other marks and pairs remain possible.",
            *((wide["lost"],) if wide["lost"] else ()),
        ),
        evidence=evidence,
        evidence_total=int(wide["marks"]),
        ruling="context",
    )  # fmt: skip


def _sample(tables: Any, kind: str) -> tuple[str, ...]:  # noqa: ANN401  # name -> table
    acts = tables.get("times") if kind == "rhythm" else _rows(tables["acts"], kind=kind) if "acts" in tables else None
    if acts is None or not acts.num_rows:
        return ()
    order = pc.sort_indices(acts, sort_keys=[("posted_at", "ascending"), ("post_id", "ascending")])[:20]
    return tuple(dict.fromkeys(acts.column("post_id").take(order).to_pylist()))
