"""Rooms small enough to hold in the head."""

from __future__ import annotations

import statistics

from .code import functions, modules


def test_no_file_is_over_400_lines_and_the_median_is_at_most_120() -> None:
    sizes = {n: m.lines for n, m in modules().items()}
    assert {n: s for n, s in sizes.items() if s > 400} == {}
    assert statistics.median(sizes.values()) <= 120


def test_functions_stay_short() -> None:
    found = functions()
    assert [f for f in found if f[2] > 60] == []
    sizes = sorted(f[2] for f in found)
    assert sizes[int(len(sizes) * 0.95)] <= 40


def test_names_that_say_nothing_are_not_used() -> None:
    empty = {"utils", "helper", "helpers", "manager", "data", "process", "pipeline", "common", "misc"}
    assert [n for n in modules() if empty & set(n.replace("_", ".").split("."))] == []


def test_every_module_says_what_it_is() -> None:
    import ast

    assert [n for n, m in modules().items() if not ast.get_docstring(m.tree)] == []
