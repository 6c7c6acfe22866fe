"""A case of measurements and no posts: told without posts, its names by day, its stated reason, the way to the raw reply."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from blowback.analyses.blocking.audit import Counted
from blowback.analyses.blocking.overturn import would_overturn
from blowback.desk import new_case
from blowback.dossier import markdown, panel_html, timeline
from blowback.dossier.brackets import brackets
from blowback.dossier.build import build
from blowback.dossier.document import Bracket, Document
from blowback.dossier.html import render
from blowback.dossier.runs import latest_runs
from blowback.model.panel import Heat, HeatRow, Sign

_SPEC = importlib.util.spec_from_file_location(
    "blocking_made", Path(__file__).resolve().parents[1] / "blocking" / "conftest.py"
)
assert _SPEC
assert _SPEC.loader
_MADE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MADE)
a, dig = _MADE.a, _MADE.dig
REASON = 'actor = "Harbour office"\nquote = "Seed exchanges are closed"\ndate = "2031-06-15"\n[blocked]\ndomain = {}\n'
SEEDS = [f"www.seed{n}.example" for n in range(10)]
TOOLS = [f"www.tool{n}.example" for n in range(10)]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A network that blocks ten tools from the second day on, and one that refuses every question; a reason is audited."""
    folder = tmp_path_factory.mktemp("measured")
    text = folder / "lookups"
    text.mkdir()
    for day in ("16", "17"):
        when = f"Mon Jun {day} 14:04:05 2031"
        said = [
            a(n, f"151.101.1.{i + 1}", when=when)
            for i, n in enumerate([*SEEDS, *(f"www.plain{n}.example" for n in range(20))])
        ]
        said += [
            a(n, "192.168.222.66" if day == "17" else f"151.101.2.{i + 1}", when=when) for i, n in enumerate(TOOLS)
        ]
        (text / f"198.51.100.1-06-{day}-31.txt").write_text("".join(said))
        refused = "".join(dig(n, "192.0.2.77", "REFUSED", flags="qr rd", when=when) for n in [*SEEDS, *TOOLS])
        (text / f"192.0.2.77-06-{day}-31.txt").write_text(refused)
    (text / "networks.csv").write_text("place,network,country\n198.51.100.1,Northnet,ZZ\n192.0.2.77,Silentnet,ZZ\n")
    (folder / "reason.toml").write_text(REASON.format([n.removeprefix("www.") for n in SEEDS]))
    desk = new_case(folder / "case")
    desk.blocking_import(text)
    desk.blocking_judge()
    desk.blocking_audit(folder / "reason.toml")
    return desk.case


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
    assert timeline.__doc__
    assert document.timeline.brackets == ()


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
