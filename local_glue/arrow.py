"""An answer of Athena as an Arrow table, its values of the types that Athena names."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from glue_client.answers import Answer, Column

Read = Callable[[str], Any]
TYPES: dict[str, tuple[pa.DataType, Read]] = {
    "tinyint": (pa.int8(), int),
    "smallint": (pa.int16(), int),
    "integer": (pa.int32(), int),
    "bigint": (pa.int64(), int),
    "float": (pa.float32(), float),
    "real": (pa.float32(), float),
    "double": (pa.float64(), float),
    "boolean": (pa.bool_(), "true".__eq__),
    "date": (pa.date32(), date.fromisoformat),
    "timestamp": (pa.timestamp("us"), datetime.fromisoformat),
    "time": (pa.time64("us"), time.fromisoformat),
    "varbinary": (pa.binary(), bytes.fromhex),
}
"""Athena's name of a type -> Arrow's, and what reads its texts (Athena user guide, Data types; results have bytes as
hexadecimal pairs with blanks)."""


def table_of(answer: Answer) -> pa.Table:
    """All rows of the answer. What has no type of its own in Arrow, nested values among it, stays Athena's text."""
    rows = list(answer.rows)
    arrays = []
    for number, column in enumerate(answer.columns):
        kind, read = _type(column)
        cells = (row[number] for row in rows)
        arrays.append(pa.array([None if cell is None else read(cell) for cell in cells], kind))
    return pa.Table.from_arrays(arrays, names=[column.name for column in answer.columns])


def _type(column: Column) -> tuple[pa.DataType, Read]:
    if column.type == "decimal":
        return pa.decimal128(column.precision, column.scale), Decimal
    return TYPES.get(column.type, (pa.string(), str))
