"""Building: every figure against a count made in another way."""

from collections import Counter
from dataclasses import replace

import dossier_made as made
import orjson
import pytest

from blowback.case.case import Case
from blowback.dossier import evidence
from blowback.dossier.build import build
from blowback.errors import CustodyError


def test_receipts_add_up_and_are_those_of_the_case(fair, document):
    assert [(e.sha256, e.read, e.kept) for e in document.exhibits] == [
        (r["sha256"], r["read"], r["kept"]) for r in fair.case.receipts()
    ]
    assert all(e.adds_up for e in document.exhibits)
    assert not replace(document.exhibits[0], read=1).adds_up


def test_the_timeline_counts_each_post_once(fair, document):
    line = document.timeline
    assert line.step == "hour"
    hours = Counter(p["posted_at"] // 3_600_000_000 for p in fair.posts)
    assert {line.start_us // 3_600_000_000 + b: n for b, n in enumerate(line.counts) if n} == hours
    assert sum(line.counts) + line.before + line.after == len(fair.posts)


def test_lanes_hold_the_posts_behind_each_finding(fair, document):
    line = document.timeline
    assert [sum(n for _, n in lane.counts) for lane in line.findings] == [c.posts for c in document.findings]
    assert [sum(n for _, n in lane.counts) for lane in line.groups] == [g.posts for g in document.groups]
    mine = {p["post_id"] for p in fair.posts if p["kind"] == "repost"}
    assert {p.id for p in document.posts} <= mine
    assert sum(n for _, n in document.timeline.behind) == len(document.posts)


def test_a_few_wrong_clocks_do_not_squeeze_the_timeline(tmp_path):
    extreme = made.make(tmp_path / "case", crowd=2500)
    file = extreme.case.tables()["posts"][0]
    import pyarrow.parquet as pq

    table = pq.read_table(file)
    at = table["posted_at"].to_pylist()
    at[0] = at[0].replace(year=1970)
    pq.write_table(table.set_column(table.column_names.index("posted_at"), table.schema.field("posted_at"), [at]), file)
    line = build(extreme.case, known={}).timeline
    assert (line.step, line.before) == ("hour", 1)
    assert "1 post dated outside" in line.note


def test_the_network_draws_members_and_pairs_inside_their_circle(document):
    net = document.network
    assert net.accounts == len(net.nodes) == sum(made.GROUPS.values())
    assert net.pairs == len(net.edges) > 0
    assert min(e.n_objects for e in net.edges) > 1, "a pair that does not survive is drawn"
    circles = {c.group: c for c in net.clusters}
    for node in net.nodes:
        c = circles[node.group]
        assert (node.x - c.x) ** 2 + (node.y - c.y) ** 2 <= c.r**2
    for one in net.clusters:
        for other in net.clusters:
            if one != other:
                assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (one.r + other.r) ** 2
    assert all(net.nodes[e.a].group == net.nodes[e.b].group for e in net.edges)
    assert net.note == ""


def test_findings_carry_their_rule_in_words_and_their_line_to_cite(fair, document):
    assert [len(c.finding.subject.members) for c in document.findings] == [14, 9, 6, 4]
    for card in document.findings:
        assert card.rule.when.startswith("a group keeps triangle support")
        assert card.finding.digest in card.cite
        assert fair.case.manifest.chain.head().hash in card.cite
        assert card.objects[0].posts >= card.objects[-1].posts > 0
    assert build(fair.case, known={}).findings[0].rule.when == "not known to this version"


def test_posts_lead_back_to_their_bytes_and_are_defanged(fair, document):
    given = {p["post_id"]: p for p in fair.posts}
    for post in document.posts:
        row = given[post.id]
        assert document.exhibits[post.exhibit].sha256 == row["exhibit"]
        assert (post.record_no, post.line, post.byte_start) == (row["record_no"], row["line"], row["byte_start"])
        assert int(post.record_hash, 16) - 2**64 == row["record_hash"]
        assert "https://" not in post.text
        assert "javascript:" not in post.text


def test_five_sentences_with_certainty_words_and_places(document):
    assert len(document.sentences) == 5
    assert {s.certainty for s in document.sentences} <= {"observed", "inferred", "alleged"}
    assert "2,860 records" in document.sentences[0].says
    assert "4 groups with 33 accounts in all stand out" in document.sentences[2].says
    assert document.sentences[3].link == document.findings[0].finding.id


def test_groups_of_which_it_cannot_tell_are_not_counted_among_those_that_stand(tmp_path):
    """The first and largest group is undecided: accounts, posts and order must leave it out."""
    unsure = made.make(tmp_path / "case", crowd=50, unclear=("g1",))
    document = build(unsure.case, known=made.KNOWN)
    assert [c.finding.ruling for c in document.findings] == ["stands", "stands", "stands", "cannot_tell"]
    standing = {a for f in unsure.findings[1:] for a in f.subject.members}
    posts = sum(p["kind"] == "repost" and p["account_id"] in standing for p in unsure.posts)
    third, fourth = document.sentences[2].says, document.sentences[3]
    assert third.startswith(f"3 groups with {len(standing)} accounts in all stand out after the chance models; ")
    assert f"; {posts} posts, " in third
    assert third.endswith("For 1 more group the analysis cannot tell.")
    assert fourth.link == document.findings[0].finding.id
    assert fourth.says.startswith("The largest group: 9 accounts")


def test_where_no_group_stands_the_sentence_says_so_and_names_the_undecided(tmp_path):
    unsure = made.make(tmp_path / "case", crowd=50, unclear=tuple(made.GROUPS))
    document = build(unsure.case, known=made.KNOWN)
    assert document.sentences[2].says == (
        "No group stands out after the chance models; that is not evidence that nobody coordinated. "
        "For 4 groups the analysis cannot tell."
    )
    assert document.sentences[3].says.startswith("The largest of the groups for which it cannot tell: 14 accounts")


def test_limits_tell_clocks_zones_the_card_and_failed_runs(document):
    titles = [x.title for x in document.limits]
    assert titles[:3] == ["Clock: exact", "Clock: minute", "Assumed zone"]
    assert {"Set aside", "Selection", "Case card", "coordination did not finish"} <= set(titles)
    untested = next(x.says for x in document.limits if x.title == "Not tested")
    assert untested == "coordination: media files: the files hold none."
    assert sum(x.share for x in document.limits if x.title.startswith("Clock:")) == pytest.approx(1.0)


def test_removals_and_gaps_are_told_apart(document):
    assert {(r.state, r.certainty): r.rows for r in document.removals} == {
        ("withheld", "observed"): 14,
        ("removed", "observed"): 13,
        ("missing", "inferred"): 13,
    }
    assert "27 removals" in document.sentences[4].says
    assert "13 more are missing, and nobody says why" in document.sentences[4].says


def test_the_same_case_gives_the_same_document(fair, document):
    assert build(fair.case, made_at=document.made_at, known=made.KNOWN) == document


def test_the_cap_keeps_the_posts_that_findings_name(fair, document, monkeypatch):
    monkeypatch.setattr(evidence.choose, "__defaults__", (30,))
    small = build(fair.case, known=made.KNOWN)
    assert len(small.posts) == 30
    assert "204 posts behind findings are left out" in small.posts_note
    named = {e for c in small.findings for e in c.finding.evidence}
    assert {p.id for p in small.posts} <= named


def test_an_empty_case_gives_an_honest_dossier(tmp_path):
    empty = build(Case.new(tmp_path / "case"), known=made.KNOWN)
    assert empty.timeline.counts == ()
    assert empty.findings == empty.posts == ()
    assert "No analysis has run" in empty.sentences[2].says


def test_a_newer_run_with_the_same_parameters_takes_the_place_of_the_older(tmp_path):
    again = made.make(tmp_path / "case", crowd=50)
    run = {"run": "run-3", "analysis": made.KEY, "parameters": {"kind": "repost", "window": 60.0}, "outcome": "done"}
    with (again.case.path / "runs.jsonl").open("ab") as out:
        out.write(orjson.dumps(run) + b"\n")
    assert build(again.case, known=made.KNOWN).findings_total == 0


def test_a_damaged_finding_is_named_by_file_and_line(tmp_path):
    broken = made.make(tmp_path / "case", crowd=50)
    path = broken.case.path / "findings.jsonl"
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], lines[1].replace(b'"certainty":"inferred"', b'"certainty":"sure"'), b""]))
    with pytest.raises(CustodyError, match=r"findings\.jsonl, line 2"):
        build(broken.case, known=made.KNOWN)
    path.write_bytes(lines[0] + b"\n{broken\n")
    with pytest.raises(CustodyError, match="line 2"):
        build(broken.case, known=made.KNOWN)
