"""What analyses show beside their findings: made from their tables, harmless, drawn, told as one part each."""

from __future__ import annotations

import re
from dataclasses import replace

import dossier_made as made
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.case.atomic import append_line
from blowback.dossier import html, markdown, svg_panels
from blowback.dossier.build import build
from blowback.dossier.document import Document
from blowback.model.analysis import Output
from blowback.model.finding import Subject
from blowback.model.panel import Bar, Bars, Chart, Grid, Lanes, Row
from blowback.model.tables import Column

DAY = 86_400_000_000
VILE = "see http://evil.example/x <b>\u202e</b>"
SERIES = Output("series", "an hour", (Column("n", "int", "posts"),))


def _panels(frames, finding):
    seen = tuple((DAY + h * 3_600_000_000, float(n)) for h, n in enumerate(frames["series"].column("n").to_pylist()))
    return (
        Chart("Posts an hour", f"{finding.subject.id}: {VILE}", "posts", 3600, seen, seen[:2], ((DAY, 0.0, 2.0),), seen[1:],
              ((DAY, VILE),), ((DAY, 2 * DAY, VILE),)),
        Bars("Shares", VILE, "share", (Bar(VILE, 0.5, 0.4, 0.6, 0.1), Bar("other", 0.0))),
        Bars("By hour", "24 values", "posts", tuple(Bar(str(h), h, expected=12.0) for h in range(24))),
        Lanes("Spread", VILE, (Row(VILE, ((DAY, VILE), (DAY + 5, ""))), Row("empty", ()))),
        Grid("Beside", VILE, ("Host", "Posts"), ((VILE, "7"),), numeric=(1,)),
    )  # fmt: skip


BURSTS = replace(made.ANALYSIS, id="bursts", noun="burst", outputs=(SERIES,), pictures=("series",), panels=_panels)


@pytest.fixture
def storm(tmp_path):
    held = made.make(tmp_path / "case", crowd=50)
    folder = held.case.path / "signals" / "bursts" / "R-storm"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"n": [1, 5, 2]}), folder / "series.parquet")
    first = held.findings[0]
    for number, ruling in enumerate(("stands", "explained", "cannot_tell", "context")):
        subject = Subject("case" if ruling == "context" else "hashtag", "fair")
        one = replace(first, id=f"F-b{number}", analysis="bursts", subject=subject, ruling=ruling, run="R-storm", rule="b.1",
                      says=f"Burst number {number}.", evidence_total=99)  # fmt: skip
        append_line(held.case.path / "findings.jsonl", orjson.dumps(one.as_dict()))
    run = {"run": "R-storm", "analysis": "bursts", "outcome": "ok", "params": {}}
    append_line(held.case.path / "runs.jsonl", orjson.dumps(run))
    return held.case


def test_an_analysis_without_groups_makes_a_part_of_its_own(storm):
    document = build(storm, known={**made.KNOWN, "bursts": BURSTS})
    labels = {c.finding.id: c.label for c in document.findings}
    assert [labels[f"F-b{n}"] for n in range(4)] == ["Burst 1", "Burst 2", "Burst 3", "Whole case"]
    assert [(p.title, len(p.findings), dict(p.counts)) for p in document.parts] == [
        ("Bursts", 3, {"stands": 1, "explained": 1, "cannot_tell": 1}), ("Whole case", 1, {"context": 1}),
    ]  # fmt: skip
    said = next(s for s in document.sentences if s.link == "F-b0")
    assert (
        said.says == "1 burst stands out, 1 has an innocent reading that fits and for 1 it cannot tell. Burst number 0."
    )
    assert document.groups == build(storm, known=made.KNOWN).groups


def test_panels_are_drawn_and_nothing_in_them_is_alive(storm):
    document = build(storm, known={**made.KNOWN, "bursts": BURSTS})
    card = next(c for c in document.findings if c.finding.id == "F-b0")
    assert [type(p).__name__ for p in card.panels] == ["Chart", "Bars", "Bars", "Lanes", "Grid"]
    assert card.panels[3].rows[0].dots[0][1].startswith("see hxxp://evil[.]example/x")
    assert Document.from_json(document.to_json()) == document
    page = re.sub("<script.*?</script>", "", html.render(document), flags=re.DOTALL)
    assert "http://evil" not in page
    assert "<b>" not in page
    assert "\u202e" not in page
    assert " style=" not in page
    for title in ("Posts an hour", "Shares", "By hour", "Spread", "Beside"):
        assert f"<h5>{title}<" in page
    assert "Burst 2" in markdown.render(document)


def test_a_run_of_an_older_version_shows_no_panels(storm):
    other = replace(SERIES, columns=(Column("m", "int", "something else"),))
    document = build(storm, known={**made.KNOWN, "bursts": replace(BURSTS, outputs=(other,))})
    assert all(not c.panels for c in document.findings)


def test_drawings_hold_their_numbers():
    chart = svg_panels.chart(Chart("t", "s", "posts", 60, ((0, 4.0), (60_000_000, 2.0))))
    assert 'aria-label="s"' in chart
    assert ">4<" in chart, "the axis ends at the largest value"
    assert svg_panels.chart(Chart("t", "s", "posts", 60, ())).startswith("<p")
    rows = svg_panels.bars(Bars("t", "s", "share", (Bar("a", 0.25, 0.1, 0.5),)))
    assert ">0.25<" in rows
    assert rows.count("whisker") == 1
    assert svg_panels.lanes(Lanes("t", "s", ())).startswith("<p")
