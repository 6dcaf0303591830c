"""JSON read line by line in Python: exact, and slow (a million lines of seven fields: some ten seconds)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from local_aws.athena.sql.hive_types import data_type, engine_type
from local_aws.athena.tables.json_files.parsing import Fields, NoJsonError
from local_aws.athena.tables.json_files.scalars import BadValueError, digits_of
from local_aws.athena.tables.json_files.serde import JsonSerde
from local_aws.athena.tables.text_values import TEXTS

_T = exp.DType
_BAD = "HIVE_BAD_DATA: Error Parsing a column in the table: "
_MALFORMED = "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: "
_MALFORMED_FOR_HIVE = "HIVE_CURSOR_ERROR: JsonParseException: "
_NO_OBJECT = "Invalid JSON: start of object expected"
FUNCTION = "json_rows"
"""The function that makes of a line the struct of its columns, c0, c1, …, and e: what is wrong with each, or NULL."""


def row_type(columns: Mapping[str, str]) -> str:
    """The engine's type of what the function gives.

    Args:
        columns: name -> Hive type.
    """
    parts = [f"c{place} {engine_type(kind)}" for place, kind in enumerate(columns.values())]
    return f"STRUCT({', '.join([*parts, 'e VARCHAR[]'])})"


def value(place: int) -> str:
    """SQL of a column; `place` counts from 0."""
    wrong = f"athena_rows.fields.e[{place + 1}]"
    return (
        f"CASE WHEN {wrong} IS NOT NULL THEN error({wrong} || ' (' || athena_rows.athena_file || ')') "
        f"ELSE athena_rows.fields.c{place} END"
    )


def rows(serde: JsonSerde, columns: Mapping[str, str]) -> Callable[[Any], Any]:
    """What reads many lines at once: a pyarrow.ChunkedArray or Array of lines -> one of structs.

    Args:
        serde: of the table.
        columns: name -> Hive type.
    """
    import pyarrow as pa

    reader = _Reader(serde, columns)
    kinds = [_arrow(data_type(kind)) for kind in columns.values()]

    def read(some: Any) -> Any:
        found, wrong = zip(*map(reader.row, some.to_pylist()), strict=True) if len(some) else ((), ())
        columns = zip(*found, strict=True) if found else [()] * len(kinds)
        parts = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
        parts.append(pa.array(wrong, pa.list_(pa.string())))
        return pa.StructArray.from_arrays(parts, [*(f"c{place}" for place in range(len(kinds))), "e"])

    return read


class _Reader:
    """Reads lines of a table."""

    def __init__(self, serde: JsonSerde, columns: Mapping[str, str]) -> None:
        self._serde = serde
        self._parser, self._rules = serde.parser(), serde.rules()
        self._names = list(columns)
        self._converters = [self._rules.converter(data_type(kind)) for kind in columns.values()]
        self._nothing: list[Any] = [None] * len(columns)
        self._malformed = _MALFORMED if serde.open_x else _MALFORMED_FOR_HIVE

    def row(self, line: str) -> tuple[list[Any], list[str | None] | None]:
        """The columns of a line, and what is wrong with each, or None."""
        found = self._values(line)
        if isinstance(found, str):
            return self._nothing, [found] * len(self._names)
        made: list[Any] = []
        wrong: list[str | None] | None = None
        for place, (convert, one) in enumerate(zip(self._converters, found, strict=True)):
            try:
                made.append(convert(one))
            except BadValueError as error:
                made.append(None)
                if not self._serde.nulls:
                    wrong = wrong or [None] * len(self._names)
                    wrong[place] = f"{_BAD}{error}"
        return made, wrong

    def _values(self, line: str) -> list[Any] | str:
        """What the columns have in JSON, or why there is no object."""
        if self._rules.open_x and not line.lstrip().startswith(("{", "[")):
            return self._nothing
        try:
            found = self._parser.read(line)
        except NoJsonError as error:
            return self._nothing if self._serde.ignores_malformed else f"{self._malformed}{error}"
        if isinstance(found, Fields):
            return [self._serde.find(found, name) for name in self._names]
        if self._rules.open_x and isinstance(found, list):
            return [*found[: len(self._names)], *self._nothing[len(found) :]]
        return f"{_BAD}{_NO_OBJECT}"


def _arrow(kind: exp.DataType) -> Any:
    import pyarrow as pa

    parts = kind.expressions
    if kind.this == _T.ARRAY:
        return pa.list_(_arrow(parts[0]))
    if kind.this == _T.MAP:
        return pa.map_(_arrow(parts[0]), _arrow(parts[1]))
    if kind.this == _T.STRUCT:
        return pa.struct([(one.name, _arrow(one.args["kind"])) for one in parts])
    if kind.this == _T.DECIMAL:
        return pa.decimal128(*digits_of(kind))
    if kind.this in TEXTS:
        return pa.string()
    return {
        _T.BOOLEAN: pa.bool_(),
        _T.TINYINT: pa.int8(),
        _T.SMALLINT: pa.int16(),
        _T.INT: pa.int32(),
        _T.BIGINT: pa.int64(),
        _T.FLOAT: pa.float32(),
        _T.DOUBLE: pa.float64(),
        _T.DATE: pa.date32(),
        _T.TIMESTAMP: pa.timestamp("us"),
        _T.DATETIME: pa.timestamp("us"),
        _T.BINARY: pa.binary(),
        _T.VARBINARY: pa.binary(),
    }[kind.this]
