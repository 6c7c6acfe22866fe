"""A case of measurements and no posts: told without posts, its names by day, its stated reason, the way to the raw reply."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tarfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from blowback.analyses.blocking.audit import Counted
from blowback.analyses.blocking.blocking import blocking
from blowback.analyses.blocking.overturn import would_overturn
from blowback.desk import new_case, open_case
from blowback.dossier import markdown, panel_html, traced
from blowback.dossier.brackets import brackets
from blowback.dossier.build import build
from blowback.dossier.cards import Trace
from blowback.dossier.document import Bracket, Document, ExhibitRead
from blowback.dossier.html import render
from blowback.dossier.reading import desk
from blowback.dossier.reasons import reasons
from blowback.dossier.runs import latest_runs
from blowback.dossier.shown import when
from blowback.dossier.timeline import timeline
from blowback.errors import CustodyError
from blowback.model.panel import Heat, HeatRow, Sign

_PATH = Path(__file__).resolve().parents[2] / "fixtures" / "dossier" / "measured_made.py"
_SPEC = importlib.util.spec_from_file_location("measured_made", _PATH)
assert _SPEC
assert _SPEC.loader
measured_made = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(measured_made)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    return measured_made.make(tmp_path_factory.mktemp("measured"))


@pytest.fixture(scope="module")
def told(measured):
    return build(measured, made_at="2031-07-01T12:00:00Z")


def words_of(page):
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page)))


def test_nothing_is_said_of_posts(told):
    assert told.measured
    assert not [s.says for s in told.sentences if re.search(r"\bposts?\b|\bgroup", s.says)]
    text = words_of(render(told))
    assert [m.group() for m in re.finditer(r"[^.]*\bposts?\b[^.]*\.", text)] == [
        m.group() for m in re.finditer(r"[^.]*holds measurements and no posts[^.]*\.", text)
    ], "one line says that there are none"
    for anchor in ("timeline", "network", "removals"):
        assert f'id="{anchor}"' not in render(told)
        assert f'href="#{anchor}"' not in render(told)


def test_the_first_sentence_counts_what_was_read_and_of_which_days(told):
    assert "replies to DNS questions of 2031-06-16 to 2031-06-17" in told.sentences[0].says
    assert {e.title for e in told.exhibits} == {"dig or kdig text", "Names of networks"} or all(
        "_" not in e.title for e in told.exhibits
    )


def test_names_by_day_are_lettered_and_lead_to_the_reply(told):
    card = next(c for c in told.findings if c.finding.subject.id == "Northnet")
    heat = next(p for p in card.panels if isinstance(p, Heat))
    assert heat.columns == ("2031-06-16", "2031-06-17")
    assert [r.cells for r in heat.rows] == [("open", "blocked")] * 10
    listed = {t.key: t for t in card.traces}
    for row in heat.rows:
        assert not row.leads[0]
        assert listed[row.leads[1]].says == "A: NOERROR, 192[.]168[.]222[.]66"
        assert listed[row.leads[1]].name == row.label
    page = render(told)
    targets = re.findall(r'<a href="#(e-[^"]+)" title="blocked, to the reply">B<', page)
    assert len(targets) == 10
    assert all(f'<tr id="{t}"' in page for t in targets)


def test_the_place_of_a_trace_holds_the_raw_reply(told, measured):
    card = next(c for c in told.findings if c.finding.subject.id == "Northnet")
    trace = card.traces[-1]
    markup = str(panel_html.traces(card, told.exhibits))
    command = unescape(re.search(r'<pre class="raw">([^<]+)</pre>', markup)[1])
    raw = subprocess.run(["bash", "-c", command], cwd=measured.path, capture_output=True, check=True).stdout
    assert b"; <<>> DiG" in raw
    assert b"192.168.222.66" in raw
    assert trace.line is not None


def test_the_stated_reason_stands_above_the_findings_with_its_figures(told):
    (card,) = told.reasons
    north, silent = card.networks
    assert (north.wording, silent.wording) == ("contradicted", "cannot tell")
    assert north.measures[0].value == "0.0\u00a0% (0 of 10)"
    assert "of the 10 predicted sites seen open would have to be blocked" in north.overturn
    assert "more predicted sites that could be told" in silent.overturn
    page = render(told)
    assert page.index('id="reasons"') < page.index('data-finding="0"')
    assert "contradicted for Northnet" in told.sentences[1].says
    assert told.sentences[1].link == "reasons"
    assert "after" in card.known
    assert not card.stale


def test_the_markdown_says_the_same(told):
    text = markdown.render(told)
    assert "### Northnet: contradicted" in text
    assert "| www\\[.\\]tool0\\[.\\]example | O | B |" in text
    assert "0 accounts" not in text
    assert "What is gone" not in text


def test_there_and_back(told):
    assert Document.from_json(told.to_json()) == told


def test_what_was_first_seen_blocked_is_a_bracket_between_two_looks(measured):
    (one,) = brackets(latest_runs(measured))
    assert one.to_us - one.from_us == 86_400_000_000
    assert one.says.startswith("Northnet: 10 names first seen blocked (www[.]tool0[.]example, ")
    assert one.says.endswith("and 7 more)")


def test_brackets_are_drawn_on_the_timeline_of_posts_and_listed(document):
    start = document.timeline.start_us
    line = replace(document.timeline, brackets=(Bracket(start, start + 86_400_000_000, "Northnet: <b>\u202e"),))
    page = render(replace(document, timeline=line))
    assert page.count('<g class="bracket">') == 1
    assert '<ol class="brackets">' in page
    assert "<b>" not in page[page.index('<ol class="brackets">') :][:400]


def test_brackets_outside_the_time_of_the_posts_are_left_out(document, fair):
    start = document.timeline.start_us
    inside, outside = Bracket(start, start + 86_400_000_000, "in"), Bracket(0, 86_400_000_000, "out")
    with desk(fair.case) as tables:
        for name in ("of_findings", "of_groups", "of_standing"):
            tables.connection.execute(f"CREATE TEMP TABLE {name} (f INTEGER, post_id VARCHAR, posted_at TIMESTAMP)")
        tables.connection.execute("CREATE TEMP TABLE together (f INTEGER, g INTEGER, leads BOOLEAN)")
        assert timeline(tables, [], [], (outside, inside)).brackets == (inside,)


def test_a_member_that_tar_holds_under_a_dot_is_found(tmp_path):
    (tmp_path / "exhibits").mkdir()
    (tmp_path / "a b.txt").write_bytes(b"first\nsecond\n")
    held = tmp_path / "exhibits" / f"{'0' * 12}-raw.tar"
    with tarfile.open(held, "w") as archive:
        archive.add(tmp_path / "a b.txt", "./sub/a b.txt")
    exhibit = ExhibitRead("0" * 64, "raw.tar", 1, "dig", "", "copy", 1, 1, 0, 0, "UTC", False, {}, {}, ())
    trace = Trace("0:1", 0, "sub/a b.txt", "", "", "", "", 1, 2, 6, 7, "")
    command = panel_html._command(trace, exhibit)
    assert subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=True).stdout == b"second\n"
    assert panel_html._command(replace(trace, member="a.txt.gz"), exhibit) == ""
    assert panel_html._command(replace(trace, byte_start=None), exhibit) == ""


def test_steps_towards_pages_and_whole_measurements_are_traced_too(tmp_path):
    """One record of a measurement holds many replies and steps; each is told, none of another record."""
    reset = {
        "failure": "connection_reset",
        "request": {"url": "http://club.example/", "method": "GET"},
        "tags": ["depth=0"],
    }
    reset |= {"address": "151.101.1.7:80", "response": {}}
    site = measured_made.site
    held = measured_made.lines(site("http://club.example/", requests=[reset]), site("http://shop.example/"))
    (tmp_path / "ooni.jsonl").write_bytes(held)
    made = new_case(tmp_path / "case")
    made.blocking_import(tmp_path / "ooni.jsonl")
    with desk(made.case) as tables:
        (sha,) = tables.one("SELECT DISTINCT exhibit FROM measurements")
        (first,) = tables.one("SELECT record_no FROM measurements WHERE input = 'http://club.example/'")
        key = f"{sha[:12]}:{first}"
        (trace,) = traced.traces(tables, {0: [key, "post-17", "nothing:1"]}, {sha: 3})[0]
    assert (trace.key, trace.exhibit, trace.line) == (key, 3, 1)
    assert trace.name == "club[.]example"
    assert "HTTP connection_reset" in trace.says, "the step that failed, not the control's"
    assert trace.says.endswith("(the tool's own words)")
    assert "status 200" not in trace.says


def test_an_audit_older_than_the_verdicts_says_so_and_a_damaged_one_is_refused(tmp_path):
    case = measured_made.make(tmp_path)
    (card,) = reasons(case, ())
    assert card.stale
    (case.path / card.file).write_text("{}")
    with pytest.raises(CustodyError) as caught:
        build(case)
    assert "blowback verify" in caught.value.hint
    assert card.file in str(caught.value)


def test_the_numbers_of_a_sentence_stand_beside_the_reason(tmp_path):
    made = open_case(measured_made.make(tmp_path).path)
    made.blocking_audit(claim=(0, 7), names=["www.tool0.example"])
    told = build(made.case)
    (card,) = told.numbers
    assert card.says == "0 of 7 blocked"
    assert card.lines[0] == "So many allow a true share of 0.0\u00a0% to 41.0\u00a0% (exact 95 % interval)."
    assert card.lines[2].startswith(
        "In this case (the claim): not supported. Of 1 name, 1 was asked and 1 tells something, by "
    )
    assert told.reasons, "the reason's own audit is still shown"
    assert 'id="numbers"' in render(told)
    assert Document.from_json(told.to_json()) == told


def test_a_case_with_posts_and_measurements_tells_both(tmp_path):
    fair = sys.modules["dossier_made"].make(tmp_path / "case")
    text = tmp_path / "lookups"
    text.mkdir()
    for day, address in ((3, "151.101.2.7"), (4, "192.168.222.66")):
        at = f"Tue Mar {day:02d} 14:04:05 2026"
        names = [*measured_made.SEEDS, *(f"www.plain{n}.example" for n in range(20))]
        said = [measured_made.a(n, f"151.101.1.{i + 1}", when=at) for i, n in enumerate(names)]
        said += [
            measured_made.a(n, address if day == 4 else f"151.101.2.{i}", when=at)
            for i, n in enumerate(measured_made.TOOLS)
        ]
        (text / f"198.51.100.1-03-{day:02d}-26.txt").write_text("".join(said))
    both = open_case(fair.case.path)
    both.blocking_import(text)
    both.blocking_judge()
    told = build(both.case, known={**sys.modules["dossier_made"].KNOWN, "blocking": blocking})
    assert not told.measured
    assert (
        " posts by 293 accounts, dated 2026-03-02 to 2026-03-29, and 80 replies to DNS questions"
        in told.sentences[0].says
    )
    (one,) = told.timeline.brackets
    assert (when(one.from_us, "day"), when(one.to_us, "day")) == ("2026-03-03", "2026-03-04")
    page = render(told)
    assert 'id="timeline"' in page
    assert page.count('<g class="bracket">') == 1
    assert {x.title for x in told.limits} >= {"Selection", "What was tested"}


def test_a_vile_label_is_text_and_an_unknown_word_is_no_state():
    sign = Sign("open", "O", "open", "it works")
    panel = Heat("Heat", "All.", ("<i>",), (HeatRow("<b onclick=x>\u202e", ("open",)), HeatRow("b", ("odd",))), (sign,))
    card = type("Card", (), {"traces": (), "finding": None})
    markup = str(panel_html.heat(panel, card))
    assert "<b onclick" not in markup
    assert "\u202e" not in markup
    assert "style=" not in markup
    assert markup.count('class="h h-open"') == 2  # the cell and the key
    assert "not asked" in markup


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ((0, 2, 5, 20), "3 more predicted sites that could be told would allow another word."),
        ((10, 0, 0, 40), "of the 10 predicted sites seen blocked would have to be open for “"),
        ((0, 10, 10, 40), "of the 10 predicted sites seen open would have to be blocked for “"),
    ],
)
def test_what_would_overturn_a_word(table, says):
    assert says in would_overturn(Counted(*table), 0.5)
