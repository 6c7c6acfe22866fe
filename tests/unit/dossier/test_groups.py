"""Findings about the same accounts are told as one group; each keeps its own figures."""

from collections import Counter
from dataclasses import replace

import dossier_made as made
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.dossier.build import build
from blowback.dossier.cards import Delay
from blowback.dossier.groups import Gathered, gather, labels, letters
from blowback.dossier.network import FEW, network
from blowback.dossier.objects import coarse
from blowback.dossier.shown import lasting, setting
from blowback.model.finding import Subject


@pytest.fixture(scope="module")
def layered(tmp_path_factory):
    return made.make(tmp_path_factory.mktemp("layered") / "case", crowd=300, again=("g1", "g3"), unclear=("g3",))


@pytest.fixture(scope="module")
def told(layered):
    return build(layered.case, known=made.KNOWN)


def about(finding, *members, ruling="stands"):
    return replace(finding, subject=Subject("group", "-".join(members), tuple(members)), ruling=ruling)


def test_half_of_the_smaller_one_is_enough_and_only_the_first_finding_counts(fair):
    one = fair.findings[0]
    found = [
        about(one, *"abcdef"),
        about(one, *"defgh"),  # three of five in the first: joins it
        about(one, *"ghij"),  # two of four in the second, none in the first: its own group, no chain
        about(one, *"ijk", ruling="cannot_tell"),  # two of three in the third
        about(one, *"xyz", ruling="cannot_tell"),
    ]
    groups = gather(found)
    assert [(g.ruling, g.findings) for g in groups] == [
        ("stands", [0, 1]),
        ("stands", [2, 3]),
        ("cannot_tell", [4]),
    ]
    assert groups[0].accounts == set("abcdefgh")
    assert (groups[1].accounts, groups[1].more) == (set("ghij"), {"k"})
    found.append(replace(one, subject=Subject("case", "x"), ruling="context"))
    assert labels(found, groups, {}) == ["Group 1a", "Group 1b", "Group 2a", "Group 2b", "Group 3", "Whole case"]
    assert [letters(n) for n in (0, 25, 26, 27, 701, 702)] == ["a", "z", "aa", "ab", "zz", "aaa"]


def test_cards_of_groups_and_findings_agree_with_a_count_by_hand(layered, told):
    first = told.groups[0]
    assert (first.label, first.ruling, first.findings, first.kinds) == (
        "Group 1",
        "stands",
        (0, 1),
        ("repost", "hashtag"),
    )
    assert [told.findings[n].label for n in first.findings] == ["Group 1a", "Group 1b"]
    members = set(layered.findings[0].subject.members)
    mine = [p for p in layered.posts if p["account_id"] in members and p["kind"] == "repost"]
    assert (first.accounts, first.more, first.posts) == (14, 0, len(mine))
    assert (first.first_us, first.last_us) == (min(p["posted_at"] for p in mine), max(p["posted_at"] for p in mine))
    again = told.findings[1]
    assert (again.kinds, again.of_first, len(again.finding.subject.members)) == (("hashtag",), 13, 13)
    assert [c.ruling for c in told.findings] == ["stands"] * 5 + ["cannot_tell"]
    # the tags of g3 stand, so that its undecided reposts are told under them, with the one account they name beside
    assert [(g.label, g.ruling, g.accounts, g.more) for g in told.groups if len(g.findings) == 2][1] == (
        "Group 3", "stands", 5, 1,
    )  # fmt: skip
    assert "4 groups with 32 accounts in all stand out" in told.sentences[2].says


def test_the_network_draws_an_account_of_a_group_once(told):
    per_group = Counter((n.group, n.account) for n in told.network.nodes)
    assert max(per_group.values()) == 1
    assert sum(not n.stands for n in told.network.nodes) == 1
    twice = [e for e in told.network.edges if e.kinds == 2]
    assert 0 < len(twice) < len(told.network.edges) == told.network.pairs


def test_a_group_too_dense_to_draw_keeps_its_strongest_pairs_and_no_account_alone():
    names = [f"x:{n:02}" for n in range(41)]
    crowd = Gathered("stands", [0], set(names), set())
    few = Gathered("cannot_tell", [1], {"x:90", "x:91", "x:92"}, set())
    dense = [(names[a], names[b], 100 + a + b, 1) for a in range(40) for b in range(a + 1, 40)]
    weak = [("x:90", "x:91", 1, 1), ("x:90", "x:92", 1, 1), ("x:91", "x:92", 1, 1)]
    net = network((crowd, few), {0: [*dense, (names[3], names[40], 1, 1)], 1: weak})
    drawn = Counter(net.nodes[e.a].group for e in net.edges)
    assert drawn == {0: FEW, 1: 3}
    assert {net.nodes[i].account for e in net.edges for i in (e.a, e.b)} == {*names, "x:90", "x:91", "x:92"}
    kept = sorted((e.n_objects for e in net.edges), reverse=True)
    strongest = sorted((n for _, _, n, _ in dense), reverse=True)
    assert kept[: FEW - len(names)] == strongest[: FEW - len(names)]
    assert net.pairs == len(dense) + 4
    assert net.note == f"Not drawn, to keep the picture readable: {len(dense) + 1 - FEW} pairs."


def test_objects_delays_and_windows_of_a_finding(layered, told):
    card = told.findings[0]
    by_id = {p["post_id"]: p for p in layered.posts}
    members = set(card.finding.subject.members)
    bursts = {}
    for p in layered.posts:
        if p["account_id"] in members and p["kind"] == "repost":
            bursts.setdefault(p["repost_of"], []).append(p)
    assert card.objects_total == len(bursts)
    most = max(bursts, key=lambda o: (len(bursts[o]), [-ord(c) for c in o]))
    times = sorted(p["posted_at"] for p in bursts[most])
    one = card.objects[0]
    assert (one.posts, one.accounts) == (len(times), len(times))
    assert one.says.split()[:3] == by_id[most]["text"].split()[:3]
    assert one.offsets_s == tuple((t - times[0]) / 1e6 for t in times)
    assert one.span_s == (times[-1] - times[0]) / 1e6
    gaps = Counter()
    for held in bursts.values():
        at = sorted(p["posted_at"] for p in held)
        for i, a in enumerate(at):
            for b in at[i + 1 :]:
                gaps[10 if b - a <= 10_000_000 else 60] += 1
    assert card.clock == "minute"
    assert [(d.up_to_s, d.count) for d in card.delays] == [(60, gaps.total())]
    finer = (Delay(10, gaps[10]), Delay(60, gaps[60]))
    assert coarse(finer, "exact") == finer
    assert [d.up_to_s for d in coarse(finer, "day")] == [86_400]
    pairs = {(e.a, e.b) for e in told.network.edges if told.network.nodes[e.a].group == 0}
    assert [(w.window_s, w.survive) for w in card.pairings] == [(60, len(pairs))]
    tagged = told.findings[1]
    assert [(o.kind, o.says) for o in tagged.objects] == [("hashtag", "#springfair")]


def test_posts_name_the_objects_they_share(told):
    for post in told.posts:
        assert {f for f, _ in post.shares} <= set(post.findings)
    shared = Counter(o for p in told.posts for f, o in p.shares if f == 0)
    named = {o: n for o, n in shared.items() if told.objects[o].kind == "repost"}
    assert sorted(named.values(), reverse=True)[: len(told.findings[0].objects)] == [
        o.posts for o in told.findings[0].objects
    ]


def test_what_was_tested_is_told_with_its_numbers(told):
    tested = told.methods[0].tested
    assert [(t.kind, t.outcome) for t in tested] == [("repost", "done"), ("media", "no_marks")]
    assert (tested[0].accounts, tested[0].tested) == (260, 812)
    assert [(w.window_s, w.by_chance) for w in tested[0].windows] == [(60, 2.5)]
    assert tested[1].windows == ()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (119.4, "119 s"), (120, "2 min"), (252, "4 min 12 s"), (7200, "2 h"), (9000, "2 h 30 min"), (172_800, "2 days")],
)  # fmt: skip
def test_lengths_of_time_in_words(seconds, said):
    assert lasting(seconds) == said


def test_settings_in_words():
    assert [setting(v) for v in (True, 5_000_000_000, 0.05, "10,60,600", "all", "a,b")] == [
        "on", "5,000,000,000", "0.05", "10, 60, 600", "all", "a,b",
    ]  # fmt: skip


def test_groups_over_several_kinds_take_kinds_from_layers_and_pairs_from_ties(tmp_path):
    """As the coordination analysis leaves them where it joins all kinds and weighs every gap."""
    fused = made.make(tmp_path / "case", crowd=50)
    folder = fused.case.path / "signals" / made.KEY / made.RUN
    a, b, c, d = fused.findings[0].subject.members[:4]
    other = fused.findings[1].subject.members[0]
    groups = [{"kind": "fused", "group_id": g, "size": n, "lead": "text"} for g, n in made.GROUPS.items()]
    layers = [{"group_id": "g1", "kind": k} for k in ("repost", "text")] + [{"group_id": "g2", "kind": "repost"}]
    tie = {"n_met": 2, "survives": True, "hangs": False}
    ties = [
        tie | {"kind": "repost", "account_a": a, "account_b": b, "n_met": 7},
        tie | {"kind": "text", "account_a": a, "account_b": b},
        tie | {"kind": "repost", "account_a": b, "account_b": c, "survives": False, "hangs": True},
        tie | {"kind": "repost", "account_a": c, "account_b": d, "survives": False},
        tie | {"kind": "url", "account_a": a, "account_b": c},  # no mark of this kind joins the group
        tie | {"kind": "repost", "account_a": a, "account_b": other},  # not of one group
    ]
    for name, rows in (("groups", groups), ("layers", layers), ("ties", ties)):
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    document = build(fused.case, known=made.KNOWN)
    net = document.network
    drawn = {(net.nodes[e.a].account, net.nodes[e.b].account): (e.n_objects, e.kinds) for e in net.edges}
    assert drawn == {(a, b): (7, 2), (b, c): (2, 1)}
    assert [f.kinds for f in document.findings] == [("text", "repost"), ("repost",), (), ()]
    assert document.groups[0].kinds == ("text", "repost")
    assert document.findings[0].pairings[0].window_s == 60
    assert document.findings[0].pairings[0].pairs > 0
