"""Texts of files as values of Hive types: the engine's SQL."""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena.errors import not_supported
from local_aws.athena.sql.hive_types import data_type

_T = exp.DType
WHOLE = (_T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT)
"""Types of whole numbers."""
TEXTS = (_T.TEXT, _T.VARCHAR, _T.CHAR)
"""Types of texts."""


def lenient(text: str, kind: exp.DataType) -> str:
    """SQL of a text as a value of a type that has no parts, as LazySimpleSerDe reads it: NULL where it is none."""
    target = kind.sql("duckdb")
    if kind.this in TEXTS:
        return text
    if kind.this == _T.BOOLEAN:
        return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    if kind.this in (_T.BINARY, _T.VARBINARY):
        return f"coalesce(TRY(from_base64({text})), encode({text}))"
    if kind.this in WHOLE:
        return (
            f"CASE WHEN contains({text}, 'e') OR contains({text}, 'E') THEN NULL WHEN contains({text}, '.') "
            f"THEN TRY_CAST(split_part({text}, '.', 1) AS {target}) ELSE TRY_CAST({text} AS {target}) END"
        )
    return f"TRY_CAST({text} AS {target})"


def whole(text: str, target: str) -> str:
    """SQL of a text of digits as a whole number, NULL where it is none."""
    return f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]+') THEN TRY_CAST({text} AS {target}) END"


def parsed(text: str, kind: str, *, strict: bool) -> str:
    """SQL of a text as a value of a Hive type as Java's parsers read it.

    Args:
        text: SQL of it.
        kind: the type.
        strict: whether the query fails where it is none, else it is NULL; the words are Trino's, which public logs of
            Athena's have for other SerDes.
    """
    value, found = java_value(text, kind, "RegexSerDe or GrokSerDe"), data_type(kind)
    if not strict or found.this in (*TEXTS, _T.BOOLEAN):
        return value
    wrong = f"error('HIVE_BAD_DATA: Error Parsing a column in the table: For input string: \"' || {text} || '\"')"
    return f"CASE WHEN {text} IS NOT NULL AND ({value}) IS NULL THEN {wrong} ELSE {value} END"


def java_value(text: str, kind: str, serde: str) -> str:
    """SQL of a text as a value of a Hive type as Java's parsers read it, NULL where it is none.

    Raises:
        RefusedQueryError: NOT_SUPPORTED, a type that a SerDe of this name does not read.
    """
    found = data_type(kind)
    if found.this in TEXTS:
        return text
    if found.this == _T.BOOLEAN:
        return f"CASE WHEN {text} IS NOT NULL THEN lower({text}) = 'true' END"
    if found.this in (_T.ARRAY, _T.MAP, _T.STRUCT, _T.BINARY, _T.VARBINARY):
        raise not_supported(f"the type {kind} in a table of {serde}")
    target = found.sql("duckdb")
    return whole(text, target) if found.this in WHOLE else f"TRY_CAST({text} AS {target})"
