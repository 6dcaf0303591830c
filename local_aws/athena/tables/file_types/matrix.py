"""Which types of files are read as which of tables: matrix.csv, and what a query that reads others fails with.

Each row of the file has its source; a pair that is in none fails. The text for Parquet is real (public reports since
2025; older ones lack "Malformed Parquet file."), that for ORC is Trino's, that for Avro ours, with Athena's category.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlglot import exp

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.sql.quoting import text as _text
from local_aws.athena.tables.file_types.shapes import LIST, MAP, STRUCT, Shape

_T = exp.DType
_NAMES = {
    _T.BOOLEAN: "boolean", _T.TINYINT: "tinyint", _T.SMALLINT: "smallint", _T.INT: "int", _T.BIGINT: "bigint",
    _T.FLOAT: "float", _T.DOUBLE: "double", _T.DECIMAL: "decimal", _T.TEXT: "string", _T.VARCHAR: "varchar",
    _T.CHAR: "char", _T.BINARY: "binary", _T.VARBINARY: "binary", _T.DATE: "date", _T.TIMESTAMP: "timestamp",
    _T.DATETIME: "timestamp",
}  # fmt: skip
_BYTES = {"tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}
_SAFE_WITHIN = {"same", "range", "digits"}
"""How values within others may be read: by a cast."""
_ORDER = ("same", "range", "digits", "raw", "text", "bytes")


@cache
def rows() -> Mapping[tuple[str, str, str], str]:
    """(format, type in file, type in table) -> how it is read: same, range, digits, raw, text or bytes."""
    with Path(__file__).with_name("matrix.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["format"], row["in_file"], kind): row["how"]
            for row in csv.DictReader(file)
            for kind in row["in_table"].split()
        }


@dataclass
class Columns:
    """How the columns of a table are read of its files.

    Attributes:
        form: parquet, orc or avro.
        kinds: of the columns: name -> Hive type.
        by_place: whether columns are found by their place.
        names: in the files, by column.
        hows: of each column.
        units: of moments that are read as numbers.
        wrong: what a query of a column fails with.
    """

    form: str
    kinds: Mapping[str, str]
    by_place: bool = False
    names: dict[str, str] = field(default_factory=dict)
    hows: dict[str, set[str]] = field(default_factory=dict)
    units: dict[str, set[str]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def add(self, shapes: Mapping[str, Shape], uri: str, size: int, types: Mapping[str, str]) -> None:
        """Look at a file.

        Args:
            shapes: its columns.
            uri: of its object.
            size: bytes of it.
            types: columns that have another type in its partition than in the table.

        Raises:
            RefusedQueryError: files that the engine cannot read together.
        """
        found = list(shapes) if self.by_place else {name.lower(): name for name in shapes}
        for place, (column, kind) in enumerate(self.kinds.items()):
            spelled = (found[place] if place < len(found) else None) if isinstance(found, list) else found.get(column)
            if spelled is None:
                continue
            shape = shapes[spelled]
            if self.names.setdefault(column, spelled) != spelled and self.by_place and self.form == "parquet":
                raise not_supported(f"the column {column}, of another name in each file and found by its place,")
            own = types.get(column, kind)
            hows = _hows(self.form, data_type(own), shape)
            if hows is None:
                self.wrong.setdefault(column, _mismatch(self.form, column, own, shape, uri, size))
                continue
            hows |= {"coerced"} if own != kind else set()
            self.hows.setdefault(column, set()).update(hows)
            self.units.setdefault(column, set()).add(shape.unit)

    def value(self, column: str, read: str) -> str:
        """SQL of a column that some file has; it fails where a file has another type, as soon as there is a row.

        Args:
            column: its name.
            read: SQL of what the engine reads of the files.

        Raises:
            RefusedQueryError: files that the engine cannot read together.
        """
        kind = data_type(self.kinds[column])
        target = kind.sql("duckdb")
        if column in self.wrong:
            raised = f"error({_text(self.wrong[column])})"
            return f"CAST(CASE WHEN athena_rows.athena_file IS NOT NULL THEN {raised} END AS {target})"
        hows, cast = self.hows[column], f"CAST({read} AS {target})"
        if kind.this in (_T.ARRAY, _T.MAP, _T.STRUCT) and "coerced" not in hows:
            if hows <= _SAFE_WITHIN:
                return cast
            raise not_supported(f"the column {column}, whose values have texts as bytes within them,")
        if "coerced" in hows and hows <= {"coerced", *_SAFE_WITHIN}:
            return f"TRY_{cast}"  # what cannot be converted is NULL (Trino's documentation, "Schema evolution")
        special = hows - {"same", "range"}
        if (
            len(special) > 1
            or (special & {"raw", "text", "bytes"} and hows != special)
            or ("raw" in special and len(self.units[column]) > 1)
        ):
            raise not_supported(f"the column {column}, of another type in each file,")
        how = max(hows, key=_ORDER.index)
        if how == "raw":
            return f"epoch_{next(iter(self.units[column]))}({read})"
        if how in ("text", "bytes"):
            return f"{'decode' if how == 'text' else 'encode'}({read})"
        return cast if how == "same" else _guarded(column, kind, read, cast, how)


def _guarded(column: str, kind: exp.DataType, read: str, cast: str, how: str) -> str:
    """A cast that says in words of our own where a value does not fit; which words Athena has is not known."""
    wrong = f"HIVE_BAD_DATA: a value of the column {column} does not fit into the type {trino_types.name(kind)}"
    said = f"error({_text(wrong)})"
    if how == "range":
        most = 1 << (8 * _BYTES[_NAMES[kind.this]] - 1)
        return f"CASE WHEN {read} NOT BETWEEN {-most} AND {most - 1} THEN {said} ELSE {cast} END"
    return f"CASE WHEN {read} IS NOT NULL AND TRY_{cast} IS NULL THEN {said} ELSE {cast} END"


def _hows(form: str, kind: exp.DataType, shape: Shape) -> set[str] | None:
    """How the values, and those within them, are read; None where they are not."""
    if shape.kind == "null":
        return {"same"}
    parts = kind.expressions
    if kind.this == _T.STRUCT:
        if shape.kind != STRUCT:
            return None
        known = {name.lower(): inner for name, inner in shape.parts}
        pairs = [(one.args["kind"], known[one.name.lower()]) for one in parts if one.name.lower() in known]
    elif kind.this in (_T.ARRAY, _T.MAP):
        if shape.kind != (LIST if kind.this == _T.ARRAY else MAP) or len(shape.parts) != len(parts):
            return None
        pairs = [(part, inner) for part, (_, inner) in zip(parts, shape.parts, strict=True)]
    else:
        how = rows().get((form, shape.kind, _NAMES.get(kind.this, "")))
        if how == "digits" and _holds(kind, shape):
            how = "same"
        return {how} if how else None
    found = {"same"}
    for part, inner in pairs:
        hows = _hows(form, part, inner)
        if hows is None:
            return None
        found |= hows
    return found


def _holds(kind: exp.DataType, shape: Shape) -> bool:
    """Whether a decimal of the table has room for each of the file's.

    Such a column is read with no check of its values, behind which the engine finds no keys of joins.
    """
    if kind.this != _T.DECIMAL or shape.digits == (0, 0):
        return False
    precision, scale = trino_types.digits(kind)
    return precision - scale >= shape.digits[0] - shape.digits[1] and scale >= shape.digits[1]


def _mismatch(form: str, column: str, kind: str, shape: Shape, uri: str, size: int) -> str:
    name = trino_types.name(data_type(kind))
    if form == "parquet":
        return (
            f"HIVE_BAD_DATA: Malformed Parquet file. Field {column}'s type {shape.text} in parquet file {uri} is "
            f"incompatible with type {name} defined in table schema"
        )
    if form == "orc":
        return (
            f"HIVE_BAD_DATA: Error opening Hive split {uri} (offset=0, length={size}): Malformed ORC file. Cannot read "
            f"SQL type '{name}' from ORC stream '.{column}' of type {shape.text} with attributes {{}} [{uri}]"
        )
    return (
        f"HIVE_BAD_DATA: the type {shape.text} of the column {column} in {uri} is incompatible with type {name} "
        "defined in table schema"
    )
