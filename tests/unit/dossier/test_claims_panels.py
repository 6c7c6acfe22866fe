"""Panels of the claims analysis: what stands beside each finding, with the posts' own words, and nobody named."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import dossier_made as made
import pytest

from blowback.analyses.claims import claims_tables
from blowback.analyses.claims.claims_panels import panels
from blowback.dossier import html, markdown, quoted
from blowback.dossier.build import build
from blowback.dossier.document import Document
from blowback.model.finding import Effect, Finding, Null, Subject
from blowback.model.panel import Board, Map, Quotes

_path = Path(__file__).resolve().parents[2] / "fixtures" / "dossier" / "claims_made.py"
_spec = importlib.util.spec_from_file_location("claims_made", _path)
claims_made = importlib.util.module_from_spec(_spec)
sys.modules["claims_made"] = claims_made
_spec.loader.exec_module(claims_made)

POSTS = [f"x:p{n}" for n in range(48)]
FRAMES = claims_made.frames(POSTS)


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    case, known = claims_made.fair_of_claims(made, tmp_path_factory.mktemp("claims") / "case")
    return build(case, made_at="2026-04-01T12:00:00Z", known=known)


def finding(kind, what, rule, posts=POSTS):
    null = Null("n", "says", 1.0, 1.0, None, None, 1, "m")
    return Finding("F-1", "claims", Subject(kind, what), "says", "inferred", Effect("e", 1, 0, 1, "u", "m"), rule, {}, (null,),
                   ("against",), tuple(posts), len(posts))  # fmt: skip


def card(document, what):
    return next(c for c in document.findings if c.finding.subject.id == what)


@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        ("claims", ["Bars", "Map", "Quotes"]), ("disclosure", ["Grid"]), ("lineage", ["Grid"]), ("c1", ["Quotes", "Grid"]),
        ("claims-acled-intention", ["Board", "Map", "Grid", "Quotes"]), ("claims-acled-25km_7d", ["Bars", "Grid"]),
        ("claims-acled-verdicts", ["Bars", "Map", "Bars"]), ("claims-acled-skill", ["Bars", "Grid"]),
    ],
)  # fmt: skip
def test_each_finding_has_its_panels(document, what, kinds):
    assert [type(p).__name__ for p in card(document, what).panels] == kinds


def test_a_finding_without_a_picture_has_none():
    assert panels(FRAMES, finding("case", "claims-no-events", "claims.no_events.1")) == ()
    assert panels(FRAMES, finding("claim", "nobody", "claims.repeated.1")) == ()
    empty = {name: table.slice(0, 0) for name, table in FRAMES.items()}
    for kind, what, rule in claims_made.SUBJECTS:
        assert panels(empty, finding(kind, what, rule)) == ()


def test_the_board_has_every_verdict_of_its_class_and_not_only_hits():
    board = next(
        p for p in panels(FRAMES, finding("case", "claims-acled-intention", "claims.ahead.1")) if isinstance(p, Board)
    )
    mine = [v for v in FRAMES["verdicts"].to_pylist() if v["event_source"] == "acled" and v["class"] == "intention"]
    assert len(board.announced) == len(mine)
    assert {r.outcome for r in board.announced} == {
        "hit",
        "weak hit",
        "miss",
        "pending",
        "not observable",
        "contradicted",
        "cannot tell",
    }
    assert [r.at for r in board.announced] == sorted(r.at for r in board.announced)
    assert all(
        (r.chance is None) == (r.outcome in {"pending", "not observable", "cannot tell"}) for r in board.announced
    )
    assert all(r.days_ahead is None for r in board.announced if "hit" not in r.outcome)
    assert {name for r in board.announced for name, _ in r.by_source} == {"ACLED", "UCDP GED"}


def test_nobody_is_named_on_the_map_or_the_board(document):
    accounts = {p.account for p in document.posts}
    for shown in document.findings:
        for panel in shown.panels:
            if isinstance(panel, Map | Board):
                said = repr(panel)
                assert not any(a in said for a in accounts)


def test_a_handle_in_the_text_is_not_taken_for_a_party():
    rows = [
        r | {"actor": "the choir of @somebody" if n % 2 else "the mill"}
        for n, r in enumerate(FRAMES["claims"].to_pylist())
    ]
    tables = FRAMES | {"claims": type(FRAMES["claims"]).from_pylist(rows)}
    board = panels(tables, finding("case", "claims-acled-intention", "claims.ahead.1"))[0]
    assert {r.parties for r in board.announced} == {(), (("by", "the mill"),)}


def test_quotes_have_the_words_of_the_post_with_their_parts_marked(document):
    quotes = next(p for p in card(document, "c1").panels if isinstance(p, Quotes))
    (one,) = quotes.quotes
    text, lang, parts = claims_made.TEXTS[1]
    assert (one.text, one.lang, one.direction) == (text, lang, "rtl")
    assert {s.kind: one.text[s.start : s.end] for s in one.spans if s.kind != "claim"} == parts
    assert [name for name, _ in one.verdicts] == ["ACLED", "UCDP GED"]
    assert "base rate 13%" in one.verdicts[0][1]
    page = html.render(document)
    assert 'dir="rtl" lang="ar"' in page
    assert '<mark class="s-place" title="place">الموصل</mark>' in page


def test_a_post_that_a_panel_quotes_is_embedded_also_where_the_finding_does_not_list_it(document):
    held = card(document, "claims")
    quotes = next(p for p in held.panels if isinstance(p, Quotes)).quotes
    assert len(quotes) == 4
    assert {q.lang for q in quotes} == {"en", "ar"}
    assert all(q.text for q in quotes)
    number = document.findings.index(held)
    mine = {p.id for p in document.posts if number in p.findings}
    assert mine >= {q.post_id for q in quotes} > set(held.finding.evidence)


def test_a_post_that_is_not_embedded_is_not_quoted(document, tmp_path):
    made_panels = {0: panels(FRAMES, finding("claim", "c1", "claims.repeated.1"))}

    class Empty:
        def rows(self, sql, *values):
            return []

    quotes = quoted.fill(made_panels, Empty())[0][0]
    assert quotes.quotes[0].text == ""
    assert quotes.quotes[0].missing == quoted.NOT_HERE


def test_a_profile_without_words_keeps_facts_and_verdicts(tmp_path):
    case, known = claims_made.fair_of_claims(made, tmp_path / "case")
    from blowback.dossier import behind, evidence
    from blowback.dossier.groups import gather
    from blowback.dossier.panels import panels_of
    from blowback.dossier.reading import desk
    from blowback.dossier.runs import findings_of, latest_runs

    runs = latest_runs(case)
    found = findings_of(case, runs)
    with desk(case) as tables:
        behind.gather(tables, found, gather(found), runs)
        evidence.choose(tables)
        held = panels_of(known, runs, found)
        open_, shut = quoted.fill(held, tables), quoted.fill(held, tables, verbatim=False)
    for number, mine in shut.items():
        for before, after in zip(open_[number], mine, strict=True):
            if isinstance(after, Quotes):
                assert all(q.text == "" and q.spans == () and q.missing == quoted.WITHHELD for q in after.quotes)
                assert [q.facts for q in after.quotes] == [q.facts for q in before.quotes]
                assert all(q.text for q in before.quotes)
            else:
                assert after == before


def test_the_document_comes_back_from_json_and_the_page_is_inert(document):
    assert Document.from_json(document.to_json()) == document
    page = re.sub("<script.*?</script>", "", html.render(document), flags=re.DOTALL)
    assert " style=" not in page
    assert "https://" not in page
    assert "hxxps://fair[.]example" in page
    text = markdown.render(document)
    assert "| miss |" in text
    assert "**الموصل** (place)" in text


def _columns(outputs):
    return {o.name: {c.name for c in o.columns} for o in outputs}


def test_the_tables_by_hand_have_the_columns_of_the_real_ones():
    real = _columns([
        claims_tables.OUTPUT_CLAIMS, claims_tables.OUTPUT_CLUSTERS, claims_tables.OUTPUT_MODALITIES, claims_tables.OUTPUT_SLOTS,
        claims_tables.OUTPUT_LINEAGE, claims_tables.OUTPUT_SUMMARY,
    ])  # fmt: skip
    for name, columns in real.items():
        assert set(FRAMES[name].column_names) <= columns, name


def test_the_tables_of_matching_by_hand_have_the_columns_of_the_real_ones():
    tables = pytest.importorskip("blowback.analyses.claims.match_tables", reason="matching is not there yet")
    for name, columns in _columns(tables.OUTPUTS).items():
        assert set(FRAMES[name].column_names) <= columns, name


def test_parts_of_a_claim_are_where_its_words_stand():
    from datetime import datetime

    from blowback.analyses.claims.spans import parts
    from blowback.model.claim import ClaimRead, Cue, Located, Quantity, Reading, When

    text = "وكالة الربيع: لم تفتح البلدية سوقا في بغداد أمس وفيه ٤٠ جناحا"

    def of(words):
        return text.index(words), text.index(words) + len(words)

    at = datetime(2026, 3, 4)  # noqa: DTZ001
    claim = ClaimRead(
        *of("لم تفتح البلدية سوقا في بغداد أمس وفيه ٤٠ جناحا"), "denial", 0.8, "negated", "announce",
        "البلدية", "not in the text", 0, 0.9,
        When(*of("أمس"), "أمس", at, at, "deictic"), (Quantity(*of("٤٠ جناحا"), "٤٠ جناحا", 40, 40, "stand", "other"),),
        "وكالة الربيع", (), (Cue(*of("تفتح"), "modality denial: past"), Cue(*of("لم"), "negation: لم"), Cue(3, 3, "negation")),
    )  # fmt: skip
    found = Reading(text, "ar", (Located(*of("بغداد"), "بغداد", (), 0.1),), (), (claim,))
    told = {kind: text[a:b] for a, b, kind in parts(claim, found)}
    assert told == {"source": "وكالة الربيع", "negation": "لم", "trigger": "تفتح", "actor": "البلدية", "place": "بغداد",
                    "time": "أمس", "quantity": "٤٠ جناحا"}  # fmt: skip
