"""JSON by the engine's own reader: the fast way, for files whose lines are plain.

The engine reads numbers, booleans, days and moments as texts, which are plain if the engine makes of them what the
SerDe makes of them. Where one is not, or a line is no JSON for the engine, its SQL fails: the query is run again then,
and the lines are read by lines.py. What the engine would not tell is looked for before: blank lines, and names of
objects that differ in case or come twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlglot import exp

from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.sql.quoting import name as _name
from local_aws.athena.sql.quoting import text as _text
from local_aws.athena.tables.json_files.scalars import TEXTS, WHOLE
from local_aws.athena.tables.json_files.serde import JsonSerde

_T = exp.DType
ODD = "athena_odd_json"
"""What the engine fails with where a value is not plain."""
_FAILURES = ("JSON transform error", "Malformed JSON", "Conversion Error", "Out of Range Error", "Map keys must")
_SEPARATOR = "\x1f"
_ROOT = ""
_DIGITS = 15
"""Digits that a number with a point is sure to keep in the engine's reader, which makes a double of it."""
_DAY = r"\d{4}-\d{2}-\d{2}"
_OPEN_X_MOMENT = rf"{_DAY}[ T]\d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,6}})?Z?"
_HIVE_MOMENT = rf"{_DAY} \d{{2}}:\d{{2}}:\d{{2}}(\.\d{{1,6}})?"
_USUAL_MOMENT = "____-__-__ __:__:__"
"""What is cast when it has this form: to look at that first takes half the time."""
_INTEGERS = ("BIGINT", "UBIGINT", "NULL")

Spelling = Mapping[str, str]
"""Path of a column or field (`s`, `s\\x1fx`, in an array `s\\x1f\\x1fx`) -> its name in the files, if they have it."""


def is_odd(said: str) -> bool:
    """Whether what the engine said may be of a value or line that is not plain."""
    return ODD in said or any(text in said for text in _FAILURES)


def key_lists(paths: str) -> str:
    """A SELECT of the lists of the lines' names, as one text each, NULL for none, with the number of their lines."""
    keys = f"list_aggregate(json_keys(json), 'string_agg', {_text(_SEPARATOR)})"
    return f"SELECT {keys}, count(*) FROM {_objects(paths)} GROUP BY 1"  # noqa: S608 - paths of our own


def structure(paths: str) -> str:
    """A SELECT of the structure of all lines: objects of names, lists of one, and the engine's types."""
    return f"SELECT json_group_structure(json) FROM {_objects(paths)}"  # noqa: S608 - paths of our own


def _objects(paths: str) -> str:
    return f"read_ndjson_objects({paths}, hive_partitioning = false)"


def needs_structure(serde: JsonSerde, columns: Mapping[str, str]) -> bool:
    """Whether the lists of names tell too little: of structs, and for Hive's SerDe, which tells texts from numbers."""
    return not serde.open_x or any("struct" in kind.lower() for kind in columns.values())


def spelling(
    serde: JsonSerde, columns: Mapping[str, str], lists: Sequence[str | None], shape: str | None
) -> Spelling | None:
    """How the files spell the columns' names, or None where the engine cannot read them by one spelling each.

    Args:
        serde: of the table.
        columns: name -> Hive type.
        lists: of names, see `key_lists`.
        shape: see `structure`, where it is needed.
    """
    names: set[str] = set()
    for one in lists:
        keys = one.split(_SEPARATOR) if one else []
        if len(set(map(str.lower, keys) if serde.any_case else keys)) < len(keys):
            return None
        names.update(keys)
    if shape is None:
        return _of_names(serde, list(columns), names, _ROOT)
    known: Any = json.loads(shape)
    if known in ("NULL", "JSON") and not names:  # no line, or objects without names alone
        return {}
    if not isinstance(known, dict) or set(known) != names:
        return None
    return _of_fields(serde, {name: data_type(kind) for name, kind in columns.items()}, known, _ROOT)


def _of_names(serde: JsonSerde, wanted: Sequence[str], names: Collection[str], path: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for name in wanted:
        spelled = serde.spellings(name, names)
        if len(spelled) > 1:
            return None
        if spelled:
            found[_path(path, name)] = spelled.pop()
    read = {found.get(_path(path, name), name).lower() for name in wanted}
    return found if len(read) == len(wanted) else None  # the engine's names have any case


def _of_fields(
    serde: JsonSerde, fields: Mapping[str, exp.DataType], shape: Mapping[str, Any], path: str
) -> dict[str, str] | None:
    if serde.any_case and len(set(map(str.lower, shape))) < len(shape):
        return None
    found = _of_names(serde, list(fields), shape, path)
    for name, kind in fields.items() if found is not None else ():
        place = _path(path, name)
        inner = _of_kind(serde, kind, shape[found[place]], place) if found and place in found else {}
        if found is None or inner is None:
            return None
        found |= inner
    return found


def _of_kind(serde: JsonSerde, kind: exp.DataType, shape: Any, path: str) -> dict[str, str] | None:
    if shape == "NULL":
        return {}
    if kind.this == _T.STRUCT:
        fields = {one.name: one.args["kind"] for one in kind.expressions}
        return _of_fields(serde, fields, shape, path) if isinstance(shape, dict) else None
    if kind.this == _T.ARRAY:
        return _of_kind(serde, kind.expressions[0], shape[0], _path(path, "")) if isinstance(shape, list) else None
    if kind.this == _T.MAP:
        if not isinstance(shape, dict) or any(kind.find_all(exp.ColumnDef)):
            return None
        inner = (_of_kind(serde, kind.expressions[1], one, path) for one in shape.values())
        return {} if all(one is not None for one in inner) else None
    return {} if serde.open_x or _is_of_hive(kind, shape) else None


def _is_of_hive(kind: exp.DataType, shape: Any) -> bool:
    """Whether values of a kind are those of a type by Hive's SerDe, read as texts."""
    if kind.this in WHOLE:
        return shape in _INTEGERS
    if kind.this in (_T.DOUBLE, _T.FLOAT):
        return shape in (*_INTEGERS, "DOUBLE")
    if kind.this in TEXTS:
        return shape in (*_INTEGERS, "VARCHAR", "BOOLEAN")
    return isinstance(shape, str) and shape != "JSON"


def _path(path: str, name: str) -> str:
    return f"{path}{_SEPARATOR}{name}" if path else name


def reader(paths: str, columns: Mapping[str, str], spelled: Spelling) -> str:
    """The engine's reader of the files, with the file's path as the column `athena_file`."""
    types = ", ".join(
        f"{_text(spelled.get(name, name))}: {_text(_read_type(data_type(kind), name, spelled))}"
        for name, kind in columns.items()
    )
    return (
        f"read_json({paths}, format = 'newline_delimited', columns = {{{types}}}, hive_partitioning = false, "
        "filename = 'athena_file')"
    )


def _read_type(kind: exp.DataType, path: str, spelled: Spelling) -> str:
    if kind.this == _T.ARRAY:
        return f"{_read_type(kind.expressions[0], _path(path, ''), spelled)}[]"
    if kind.this == _T.MAP:
        return f"MAP(VARCHAR, {_read_type(kind.expressions[1], path, spelled)})"
    if kind.this == _T.STRUCT:
        parts = ((one, _path(path, one.name)) for one in kind.expressions)
        return (
            "STRUCT("
            + ", ".join(
                f"{_name(spelled.get(place, one.name))} {_read_type(one.args['kind'], place, spelled)}"
                for one, place in parts
            )
            + ")"
        )
    return "DOUBLE" if kind.this in (_T.DOUBLE, _T.FLOAT) else "VARCHAR"


def value(serde: JsonSerde, column: str, kind: str, spelled: Spelling) -> str:
    """SQL of a column."""
    return _Values(serde, spelled).of(f"athena_rows.{_name(spelled.get(column, column))}", data_type(kind), column, 0)


class _Values:
    """SQL of what the engine read, as the SerDe's values."""

    def __init__(self, serde: JsonSerde, spelled: Spelling) -> None:
        self._serde = serde
        self._spelled = spelled

    def of(self, read: str, kind: exp.DataType, path: str, level: int) -> str:
        if kind.this == _T.ARRAY:
            item = f"item{level}"
            inner = self.of(item, kind.expressions[0], _path(path, ""), level + 1)
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
            parts = ((one, _path(path, one.name)) for one in kind.expressions)
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
