"""The rows of a step in the types that it declares, whatever an engine's own sums and casts are."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from blowback.errors import EngineError
from blowback.model.tables import Column, Table


def declared(rows: pa.Table, name: str, columns: Sequence[Column]) -> pa.Table:
    """`rows` under the declared schema: an engine's decimals become integers, its zoned times zone-less UTC.

    Raises:
        EngineError: a column cannot be what it is declared to be.
    """
    wanted = Table(name, "", tuple(columns)).arrow
    try:
        return rows.rename_columns(wanted.names).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise EngineError(
            f"step {name!r} does not yield the declared types: {error}",
            hint="Cast the column in the step, or declare it as it is",
        ) from error
