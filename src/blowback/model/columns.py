"""What a canonical table is made of: columns with type, meaning and unit; the Arrow and SQL types they become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa

Type = Literal["text", "int", "float", "bool", "time"]

_ARROW: Final[dict[str, pa.DataType]] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "time": pa.timestamp("us"),
}
_SQL: Final = {"text": "VARCHAR", "int": "BIGINT", "float": "DOUBLE", "bool": "BOOLEAN", "time": "TIMESTAMP"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type, meaning, unit, and whether it may be empty."""

    name: str
    type: Type
    meaning: str
    unit: str | None = None
    nullable: bool = True

    @property
    def sql(self) -> str:
        """The SQL type on every engine."""
        return _SQL[self.type]


def schema_of(columns: tuple[Column, ...]) -> pa.Schema:
    """The Arrow schema of some columns."""
    return pa.schema([pa.field(c.name, _ARROW[c.type], nullable=c.nullable) for c in columns])


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, what a row is, its columns and its key."""

    name: str
    row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow (and so Parquet) schema."""
        return schema_of(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)


def column(name: str, kind: Type, meaning: str, unit: str | None = None, *, must: bool = False) -> Column:
    """A column in one line; `must` where it may not be empty."""
    return Column(name, kind, meaning, unit, nullable=not must)


LOCATOR: Final = (
    column("exhibit", "text", "SHA-256 of the file the row was read from", must=True),
    column("record_no", "int", "1-based number of the raw record in that file", must=True),
    column("line", "int", "1-based line where the record starts; empty for Parquet and XLSX"),
    column("byte_start", "int", "0-based offset of the record in the decompressed file", "bytes"),
    column("byte_len", "int", "length of the record", "bytes"),
    column("record_hash", "int", "XXH3-64 of the record's bytes, signed"),
)
