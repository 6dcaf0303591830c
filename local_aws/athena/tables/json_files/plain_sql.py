"""SQL by which the engine's own reader gives the values of a SerDe: see plain.py."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.sql.quoting import name as _name
from local_aws.athena.sql.quoting import text as _text
from local_aws.athena.tables.json_files.plain import ODD, Spelling, path_of
from local_aws.athena.tables.json_files.scalars import WHOLE
from local_aws.athena.tables.json_files.serde import JsonSerde
from local_aws.athena.tables.text_values import TEXTS

_T = exp.DType
_DIGITS = 15
"""Digits that a number with a point is sure to keep in the engine's reader, which makes a double of it."""
_DAY = r"\d{4}-\d{2}-\d{2}"
_OPEN_X_MOMENT = rf"{_DAY}[ T]\d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,6}})?Z?"
_HIVE_MOMENT = rf"{_DAY} \d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,6}})?"
_USUAL_MOMENT = "____-__-__ __:__:__"
"""What is cast when it has this form: to look at that first takes half the time."""


def reader(paths: str, columns: Mapping[str, str], spelled: Mapping[str, str]) -> str:
    """The engine's reader of the files, with the file's path as the column `athena_file`.

    Args:
        paths: SQL of the list of them.
        columns: name -> Hive type.
        spelled: how the files spell names, and how many blank lines they have, which are rows of NULLs.
    """
    types = ", ".join(
        f"{_text(spelled.get(name, name))}: {_text(_read_type(data_type(kind), name, spelled))}"
        for name, kind in columns.items()
    )
    read = (
        f"read_json({paths}, format = 'newline_delimited', columns = {{{types}}}, hive_partitioning = false, "
        "filename = 'athena_file')"
    )
    blanks = spelled.blanks if isinstance(spelled, Spelling) else {}
    if not blanks:
        return read
    files = ", ".join(f"({_text(path)}, {count})" for path, count in blanks.items())
    blank = f"(VALUES {files}) AS athena_blanks(path, number), range(number)"
    return f"(FROM {read} UNION ALL BY NAME SELECT path AS athena_file FROM {blank})"  # noqa: S608 - paths of our own


def _read_type(kind: exp.DataType, path: str, spelled: Mapping[str, str]) -> str:
    if kind.this == _T.ARRAY:
        return f"{_read_type(kind.expressions[0], path_of(path, ''), spelled)}[]"
    if kind.this == _T.MAP:
        return f"MAP(VARCHAR, {_read_type(kind.expressions[1], path, spelled)})"
    if kind.this == _T.STRUCT:
        parts = ((one, path_of(path, one.name)) for one in kind.expressions)
        return (
            "STRUCT("
            + ", ".join(
                f"{_name(spelled.get(place, one.name))} {_read_type(one.args['kind'], place, spelled)}"
                for one, place in parts
            )
            + ")"
        )
    return "DOUBLE" if kind.this in (_T.DOUBLE, _T.FLOAT) else "VARCHAR"


def value(serde: JsonSerde, column: str, kind: str, spelled: Mapping[str, str]) -> str:
    """SQL of a column."""
    return _Values(serde, spelled).of(f"athena_rows.{_name(spelled.get(column, column))}", data_type(kind), column, 0)


class _Values:
    """SQL of what the engine read, as the SerDe's values."""

    def __init__(self, serde: JsonSerde, spelled: Mapping[str, str]) -> None:
        self._serde = serde
        self._spelled = spelled

    def of(self, read: str, kind: exp.DataType, path: str, level: int) -> str:
        if kind.this == _T.ARRAY:
            item = f"item{level}"
            inner = self.of(item, kind.expressions[0], path_of(path, ""), level + 1)
            return read if inner == item else f"list_transform({read}, lambda {item}: {inner})"
        if kind.this == _T.MAP:
            pair = f"pair{level}"
            key = self.of(f"{pair}.key", kind.expressions[0], path, level + 1)
            inner = self.of(f"{pair}.value", kind.expressions[1], path, level + 1)
            if (key, inner) == (f"{pair}.key", f"{pair}.value"):
                return read
            entry = f"struct_pack(k := {key}, v := {inner})"
            return f"map_from_entries(list_transform(map_entries({read}), lambda {pair}: {entry}))"
        if kind.this == _T.STRUCT:
            parts = ((one, path_of(path, one.name)) for one in kind.expressions)
            fields = ", ".join(
                f"{_name(one.name)} := "
                + self.of(f"{read}.{_name(self._spelled.get(place, one.name))}", one.args["kind"], place, level + 1)
                for one, place in parts
            )
            return f"CASE WHEN {read} IS NOT NULL THEN struct_pack({fields}) END"
        return self._scalar(read, kind)

    def _scalar(self, read: str, kind: exp.DataType) -> str:
        cast = f"CAST({read} AS {kind.sql('duckdb')})"
        if kind.this in TEXTS or kind.this == _T.DOUBLE:
            return read
        if kind.this == _T.BOOLEAN:
            return f"(lower({read}) = 'true')"
        if kind.this in (_T.BINARY, _T.VARBINARY):
            return f"from_base64({read})" if self._serde.open_x else f"encode({read})"
        odd = self._odd(read, kind)
        return f"CASE WHEN {odd} THEN error('{ODD}') ELSE {cast} END" if odd else cast

    def _odd(self, read: str, kind: exp.DataType) -> str:
        """SQL of whether a text is cast to another value than the SerDe makes of it."""
        if kind.this in WHOLE:
            return " OR ".join(f"contains({read}, '{sign}')" for sign in "._ ")
        if kind.this == _T.DECIMAL:
            return f"(length({read}) > {_DIGITS} AND contains({read}, '.')) OR contains({read}, 'e')"
        if kind.this == _T.DATE:
            return f"NOT regexp_full_match({read}, {_text(_DAY)})"
        if kind.this not in (_T.TIMESTAMP, _T.DATETIME):
            return ""
        if self._serde.own_moments:
            return f"{read} IS NOT NULL"
        pattern = _OPEN_X_MOMENT if self._serde.open_x else _HIVE_MOMENT
        return f"{read} NOT LIKE '{_USUAL_MOMENT}' AND NOT regexp_full_match({read}, {_text(pattern)})"
