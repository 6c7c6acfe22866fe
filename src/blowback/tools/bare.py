"""Names that stand alone in a text, without '@': handles and ids of the accounts that the same batch knows.

Only distinctive names are looked for (letters with digits or underscores, or long numbers): a name that is also a word
cannot be told from the word. Hashtags stay: they are what posts have in common, and must be alike in every batch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.handles import SHORT, irregular
from blowback.tools.keyed import Keys
from blowback.tools.strings import flat

_C: Final = "[a-z0-9_.-]*"
_DISTINCT: Final = rf"^(?:{_C}[a-z]{_C}[0-9_]{_C}|{_C}[0-9_]{_C}[a-z]{_C}|[0-9]{{9,}})$"
_LEAST: Final = 4  # characters


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a batch knows.

    Args:
        after_at: names that the pattern of a handle would not take whole; hidden where they follow '@'.
        alone: in lower case -> (domain, value as it is keyed); hidden wherever they stand as a word.
    """

    after_at: frozenset[str] = frozenset()
    alone: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, handles: Any, accounts: Any) -> Known:  # noqa: ANN401  # Arrow columns
        """The names in two columns of a batch."""
        shown = pc.unique(flat(handles)).drop_null()
        alone = {str(v).lower(): ("account", str(v)) for v in _distinct(accounts).to_pylist()}
        alone |= {str(v).lower(): ("handle", str(v).lower()) for v in _distinct(handles).to_pylist()}
        return cls(irregular(shown.to_pylist()), alone)

    def hide(self, texts: pa.Array, keys: Keys) -> tuple[pa.Array, pa.Array | None]:
        """(texts with every name that stands alone under its pseudonym, which rows changed; None where none did)."""
        if not self.alone or not len(texts):
            return texts, None
        series: Any = pl.Series(texts)
        wanted = pl.Series(list(self.alone)).implode()
        hit = series.str.contains_any(wanted, ascii_case_insensitive=True).fill_null(False)
        if not hit.any():
            return texts, None
        some = series.filter(hit)
        found = some.str.extract_many(wanted, ascii_case_insensitive=True, overlapping=True).to_list()
        hidden = [self._one(t, frozenset(map(str.lower, f)), keys) for t, f in zip(some.to_list(), found, strict=True)]
        if hidden == some.to_list():  # parts of longer words only
            return texts, None
        rows = hit.to_arrow()
        return pc.replace_with_mask(texts, rows, pa.array(hidden, texts.type)), rows

    def _one(self, text: str, names: frozenset[str], keys: Keys) -> str:
        either = "|".join(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n)))

        def token(found: re.Match[str]) -> str:
            domain, value = self.alone[found.group().lower()]
            return keys.token(value, domain)[:SHORT]

        return re.sub(rf"(?<![A-Za-z0-9_#＃])(?:{either})(?![A-Za-z0-9_])", token, text, flags=re.IGNORECASE)


def _distinct(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    values = pc.unique(flat(column)).drop_null()
    long = pc.greater_equal(pc.utf8_length(values), _LEAST)
    return values.filter(pc.and_(long, pc.match_substring_regex(pc.utf8_lower(values), _DISTINCT)))
