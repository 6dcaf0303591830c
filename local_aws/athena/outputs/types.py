"""Types of a result as Hive's metastore names them, and whether they may be inserted into a column.

Which type fits which: Trino's implicit coercions (its documentation, "Data types"), in either direction.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.analysis.coercion import common_of_two
from local_aws.athena.sql.analysis.types import of_data_type
from local_aws.athena.sql.casts import is_plain
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
_NESTED = (_DType.ARRAY, _DType.MAP, _DType.STRUCT)
NULL = "null"


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
    """Whether values of one Hive type may be inserted into a column of another.

    There has to be a type that both become, so that numbers go both ways: a value that is too large fails at run time
    (Trino's release notes of 326, "Allow inserting values of a larger type into as smaller type when the values fit").
    Within arrays, maps and rows only what the engine casts as Trino does fits, and to fields of the same names.
    """
    if source == NULL:
        return True
    given, wanted = data_type(source), data_type(target)
    if given.this in _NESTED and not is_plain(given, wanted):
        return False
    return common_of_two(of_data_type(given), of_data_type(wanted)) is not None


def _inner(kind: exp.DataType) -> list[str]:
    """The Hive types within a nested one."""
    parts = (part.args["kind"] if isinstance(part, exp.ColumnDef) else part for part in kind.expressions)
    return [str(part.sql("hive")).lower() for part in parts]
