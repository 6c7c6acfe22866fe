"""What stands in a list is documented; what is documented stands in a list."""

from __future__ import annotations

from pathlib import Path

from blowback.analyses import ANALYSES
from blowback.model.tables import MARK_KINDS, TABLES
from blowback.sources import SOURCES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def pages(folder: str) -> set[str]:
    return {p.stem for p in (DOCS / folder).glob("*.md")} - {"index"}


def test_every_source_has_a_page_and_every_page_a_source() -> None:
    assert pages("sources") == {s.id for s in SOURCES}


def test_every_analysis_has_a_method_page_and_every_page_an_analysis() -> None:
    assert pages("methods") == set(ANALYSES)


def test_every_rule_is_explained_on_its_method_page() -> None:
    for analysis in ANALYSES.values():
        page = (DOCS / "methods" / f"{analysis.id}.md").read_text(encoding="utf-8")
        for rule in analysis.rules:
            assert rule.id in page, f"{rule.id} is not on the method page of {analysis.id}"


def test_the_dictionary_page_is_what_the_model_says() -> None:
    from docs_generate import dictionary  # put on the path by conftest.py

    assert (DOCS / "reference" / "tables.md").read_text(encoding="utf-8") == dictionary()


def test_the_command_line_page_is_what_the_program_says() -> None:
    from docs_generate import command_line

    assert (DOCS / "reference" / "cli.md").read_text(encoding="utf-8") == command_line()


NOUNS = [
    "Case",
    "Source",
    "Exhibit",
    "Record",
    "Post",
    "Account",
    "Mark",
    "Observation",
    "Removal",
    "Pair",
    "Group",
    "Claim",
    "Event",
    "Match",
    "Target",
    "Measurement",
    "Verdict",
    "Signal",
    "Rule",
    "Finding",
    "Ledger",
]


def test_the_ontology_has_a_paragraph_for_each_noun() -> None:
    page = (DOCS / "ontology.md").read_text(encoding="utf-8")
    assert [n for n in NOUNS if f"**{n}**" not in page] == []
    dictionary = (DOCS / "reference" / "tables.md").read_text(encoding="utf-8")
    assert [k for k in (*MARK_KINDS, *TABLES) if f"`{k}`" not in dictionary] == []
