"""One piece of evidence that something is gone, as a DuckDB struct of the staged type."""

from __future__ import annotations

_NO_TIME = "NULL::TIMESTAMP"


def removal(
    subject: str,
    kind: str,
    state: str,
    actor: str,
    basis: str,
    *,
    scope: str = "'world'",
    removed_at: str = _NO_TIME,
    observed_at: str = _NO_TIME,
    certainty: str = "observed",
) -> str:
    """The SQL of a list with one removal. All but `certainty` are SQL expressions; words stand in their own quotes."""
    return (
        f"[{{'subject': {subject}, 'subject_kind': {kind}, 'state': {state}, 'actor': {actor}, 'basis': {basis}, "
        f"'scope': {scope}, 'removed_at': {removed_at}, 'observed_at': {observed_at}, 'certainty': '{certainty}'}}]"
    )


def countries(column: str) -> str:
    """The SQL of a scope: country codes joined by a comma. XX (everywhere) and XY (a copyright notice) are the world."""
    codes = f"list_sort(list_filter(list_distinct({column}), lambda c: c NOT IN ('XX', 'XY')))"
    return f"coalesce(nullif(array_to_string({codes}, ','), ''), 'world')"
