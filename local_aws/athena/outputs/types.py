"""Types of a result as Hive's metastore names them, and whether they may be inserted into a column.

Which type fits which: Trino's implicit coercions (its documentation, "Data types"; INSERT takes no others).
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.hive_types import data_type

_DType = exp.DType
_SIMPLE = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "integer": "int",
    "bigint": "bigint",
    "hugeint": "bigint",
    "float": "float",
    "double": "double",
    "varchar": "string",
    "date": "date",
    **dict.fromkeys(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"), "timestamp"),
    "blob": "binary",
}
_TRINO = {"int": "integer", "string": "varchar", "float": "real", "binary": "varbinary", "timestamp": "timestamp(3)"}
NULL = "null"
_INTEGERS = (_DType.TINYINT, _DType.SMALLINT, _DType.INT, _DType.BIGINT)


def hive_type(kind: Any) -> str:
    """The Hive type of a type of the engine; `NULL` for that of NULL alone.

    Raises:
        FailedQueryError: NOT_SUPPORTED, in Trino's words.
    """
    name = kind.id
    if name == "null":
        return NULL
    if name == "decimal":
        digits = dict(kind.children)
        return f"decimal({digits['precision']},{digits['scale']})"
    if name == "list":
        return f"array<{hive_type(dict(kind.children)['child'])}>"
    if name == "map":
        parts = dict(kind.children)
        return f"map<{hive_type(parts['key'])},{hive_type(parts['value'])}>"
    if name == "struct":
        return "struct<" + ",".join(f"{field}:{hive_type(part)}" for field, part in kind.children) + ">"
    if name in ("tuple", "row"):
        raise FailedQueryError(
            "NOT_SUPPORTED: Anonymous row type is not supported in Hive. Please give each field a name: "
            f"{str(kind).lower()}"
        )
    if name in _SIMPLE and str(kind) != "JSON":
        return _SIMPLE[name]
    shown = {"TIMESTAMP WITH TIME ZONE": "timestamp(3) with time zone", "TIME": "time(3)"}.get(str(kind))
    raise FailedQueryError(f"NOT_SUPPORTED: Unsupported Hive type: {shown or str(kind).lower()}")


def trino_name(hive: str) -> str:
    """A Hive type as Athena's messages name it."""
    if hive == NULL:
        return "unknown"
    kind = data_type(hive)
    if kind.this == _DType.ARRAY:
        return f"array({trino_name(_inner(kind)[0])})"
    if kind.this == _DType.MAP:
        return "map(" + ", ".join(trino_name(part) for part in _inner(kind)) + ")"
    if kind.this == _DType.STRUCT:
        fields = (
            f"{field.name} {trino_name(part)}" for field, part in zip(kind.expressions, _inner(kind), strict=True)
        )
        return f"row({', '.join(fields)})"
    return _TRINO.get(hive, hive)


def fits(source: str, target: str) -> bool:
    """Whether values of one Hive type may be inserted into a column of another."""
    if source in (NULL, target):
        return True
    left, right = (data_type(kind) for kind in (source, target))
    if left.this == right.this and left.this in (_DType.ARRAY, _DType.MAP, _DType.STRUCT):
        inner = _inner(left), _inner(right)
        return len(inner[0]) == len(inner[1]) and all(fits(*pair) for pair in zip(*inner, strict=True))
    if trino_types.is_text(left):
        return trino_types.is_text(right)
    if left.this == _DType.DATE:
        return right.this in (_DType.DATE, _DType.TIMESTAMP)
    return _number_fits(left, right)


def _number_fits(left: DataType, right: DataType) -> bool:
    if trino_types.family(left) != "number" or trino_types.family(right) != "number":
        return bool(left == right)
    if trino_types.is_floating(right):
        return not (left.this == _DType.DOUBLE and right.this == _DType.FLOAT)
    if trino_types.is_floating(left):
        return False
    if trino_types.is_integer(right):
        return trino_types.is_integer(left) and _INTEGERS.index(left.this) <= _INTEGERS.index(right.this)
    (precision_1, scale_1), (precision_2, scale_2) = trino_types.digits(left), trino_types.digits(right)
    return precision_2 - scale_2 >= precision_1 - scale_1 and scale_2 >= scale_1


def _inner(kind: DataType) -> list[str]:
    """The Hive types within a nested one."""
    parts = (part.args["kind"] if isinstance(part, exp.ColumnDef) else part for part in kind.expressions)
    return [str(part.sql("hive")).lower() for part in parts]
