"""Types of the catalog's columns, which are texts that anybody may have written, as types that SQL may be made of."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.expressions import DataType

from local_aws.athena.errors import FailedQueryError

_T = exp.DType
_SIMPLE = frozenset(
    (
        *(_T.BOOLEAN, _T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT, _T.FLOAT, _T.DOUBLE, _T.DECIMAL),
        *(_T.TEXT, _T.VARCHAR, _T.CHAR, _T.BINARY, _T.VARBINARY, _T.DATE, _T.TIMESTAMP, _T.TIMESTAMPTZ, _T.DATETIME),
        *(_T.ARRAY, _T.MAP, _T.STRUCT, _T.INTERVAL, _T.TIMESTAMPLTZ, _T.TIMESTAMPNTZ),
    )
)
_DECIMAL = (10, 0)
"""Precision and scale where a type tells none (Hive's and Athena's documentation of types)."""
_LONGEST = 131_072
"""Letters of a type in Glue (its API model)."""
_DEEPEST = 100
"""Brackets of a type: nobody nests so deep, and what reads types calls itself for each."""


def data_type(kind: str) -> DataType:
    """Read a Hive type.

    Raises:
        FailedQueryError: HIVE_INVALID_METADATA, it is none; the wording is Trino's for columns of Glue's (unverified).
    """
    return _read(kind).copy()


@lru_cache(maxsize=4096)
def engine_type(kind: str) -> str:
    """A Hive type's name for the engine.

    Raises:
        FailedQueryError: see `data_type`.
    """
    return _read(kind).sql("duckdb")


@lru_cache(maxsize=4096)
def _read(kind: str) -> DataType:
    try:
        found = DataType.build(kind, dialect="hive") if len(kind) <= _LONGEST and kind.count("<") <= _DEEPEST else None
    except (SqlglotError, RecursionError, ValueError):
        found = None
    if not isinstance(found, DataType) or not all(map(_is_known, found.walk())):
        raise FailedQueryError(f"HIVE_INVALID_METADATA: Glue table column has an invalid data type: {kind[:200]}")
    for part in found.find_all(DataType):
        if part.this == _T.DECIMAL:
            given = part.expressions
            missing = [exp.DataTypeParam(this=exp.Literal.number(number)) for number in _DECIMAL[len(given) :]]
            part.set("expressions", [*given, *missing])
    return found


def _is_known(node: exp.Expr) -> bool:
    if isinstance(node, DataType):
        parts = len(node.expressions)
        complete = {_T.ARRAY: parts == 1, _T.MAP: parts == 2, _T.STRUCT: parts > 0}.get(node.this, True)
        return (
            complete
            and node.this in _SIMPLE
            and set(node.args) - {"values"} <= {"this", "expressions", "nested", "kind", "udt"}
        )
    if isinstance(node, exp.Literal):
        return not node.is_string and node.name.isdigit()
    return isinstance(node, exp.DataTypeParam | exp.ColumnDef | exp.Identifier)
