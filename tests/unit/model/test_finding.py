"""No finding lacks its rule, null, interval, counter-evidence or evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from blowback.model.finding import Effect, Finding, Null, Subject

GOOD = Finding(
    id="F-1",
    analysis="toy",
    subject=Subject("group", "g1", ("x:a", "x:b", "x:c")),
    says="Three accounts passed on the same five posts within a minute.",
    certainty="inferred",
    effect=Effect("observed / expected", 9.0, 4.0, 17.0, "ratio", "Garwood"),
    rule="toy.1",
    parameters={"window": 60},
    nulls=(Null("permute", "times permuted within each object", 9, 1, 0.001, 0.01, 100, "Poisson"),),
    counter_evidence=("fans of one source would look alike",),
    evidence=("x:p1",),
    evidence_total=1,
)


@pytest.mark.parametrize("missing", ["says", "rule", "nulls", "counter_evidence", "evidence"])
def test_a_finding_must_be_whole(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        replace(GOOD, **{missing: type(getattr(GOOD, missing))()})


@pytest.mark.parametrize("word", ["bot", "terrorist", "fake", "proven"])
def test_only_three_words_of_certainty(word: str) -> None:
    with pytest.raises(ValueError, match="certainty"):
        replace(GOOD, certainty=word)


def test_the_core_leaves_the_stamp_out() -> None:
    stamped = replace(GOOD, run="r1", engine="duckdb 1", code="0.1", digest="d")
    assert stamped.core() == GOOD.core()
    assert "run" not in stamped.core()
