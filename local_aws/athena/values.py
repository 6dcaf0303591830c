"""Values as Athena writes them: in GetQueryResults and in the CSV file of a result.

The texts are those of Trino's own output (seen in public query results); a type that Athena has not is written as text.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyarrow.csv import WriteOptions, write_csv

_NS_PER_DAY = 86_400_000_000_000
_PRECISIONS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "float": 17, "double": 17, "timestamp": 3,
               "timestamp with time zone": 3, "time": 3, "varbinary": 1073741824}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a result, as ColumnInfo describes it."""

    name: str
    type: str
    precision: int = 0
    scale: int = 0

    @classmethod
    def of(cls, name: str, kind: pa.DataType, engine_type: str, trino_type: str = "") -> Column:
        """Describe a column.

        Args:
            name: its name.
            kind: of its values.
            engine_type: tells apart what Arrow does not.
            trino_type: as the query has it, such as `varchar(10)`; "" where that is not known.
        """
        told = _of_trino(name, trino_type, kind)
        if told is not None:
            return told
        if engine_type == "JSON":
            return cls(name, "json")
        if engine_type == "HUGEINT":
            return cls(name, "bigint", 19)
        if pa.types.is_decimal(kind):
            return cls(name, "decimal", kind.precision, kind.scale)
        found = _type_name(kind)
        return cls(name, found, 2147483647 if found == "varchar" else _PRECISIONS.get(found, 0))

    def to_api(self) -> dict[str, Any]:
        """The column as GetQueryResults answers it."""
        return {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": self.name,
            "Label": self.name,
            "Type": self.type,
            "Precision": self.precision,
            "Scale": self.scale,
            "Nullable": "UNKNOWN",
            "CaseSensitive": self.type in ("varchar", "char", "json"),
        }


def _of_trino(name: str, trino_type: str, kind: pa.DataType) -> Column | None:
    """What the engine does not tell of a column: the length of texts, uuid, the size of whole numbers."""
    base, _, rest = trino_type.partition("(")
    if base in ("varchar", "char") and rest:
        return Column(name, base, int(rest.rstrip(")")))
    if base == "uuid":
        return Column(name, base)
    if base in _WHOLE and pa.types.is_integer(kind):
        return Column(name, base, _PRECISIONS[base])
    return None


_WHOLE = ("tinyint", "smallint", "integer", "bigint")
_NAMES: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "tinyint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "integer"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_float32, "float"),
    (pa.types.is_floating, "double"),
    (pa.types.is_date, "date"),
    (pa.types.is_time, "time"),
    (pa.types.is_binary, "varbinary"),
    (pa.types.is_list, "array"),
    (pa.types.is_map, "map"),
    (pa.types.is_struct, "row"),
    (pa.types.is_interval, "interval day to second"),
)


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "timestamp with time zone" if kind.tz else "timestamp"
    return next((name for matches, name in _NAMES if matches(kind)), "varchar")


def rows(table: pa.Table) -> list[list[str | None]]:
    """The rows of a result as texts; None for NULL."""
    columns = [[text(value, column.type) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def text(value: Any, kind: pa.DataType) -> str | None:
    """One value as Athena writes it; None for NULL."""
    if value is None:
        return None
    if pa.types.is_map(kind):
        entries = ((_inner(key, kind.key_type), _inner(item, kind.item_type)) for key, item in value)
        return "{" + ", ".join(f"{key}={item}" for key, item in entries) + "}"
    if pa.types.is_list(kind):
        return "[" + ", ".join(_inner(item, kind.value_type) for item in value) + "]"
    if pa.types.is_struct(kind):
        names = [field.name for field in kind]
        if names == [f"element{place + 1}" for place in range(len(names))]:  # the engine's row without names
            shown = [f"field{place}" for place in range(len(names))]
        else:
            shown = names
        fields = zip(shown, names, kind, strict=True)
        return "{" + ", ".join(f"{label}={_inner(value[name], field.type)}" for label, name, field in fields) + "}"
    return _simple(value, kind)


def _inner(value: Any, kind: pa.DataType) -> str:
    found = text(value, kind)
    return "null" if found is None else found


def _simple(value: Any, kind: pa.DataType) -> str:
    if pa.types.is_float32(kind):
        return java_double(value, digits=_shortest_float32)
    if pa.types.is_interval(kind):  # a tuple of its own type, as are others of Arrow's
        return _interval(value)
    if pa.types.is_timestamp(kind):
        return _moment(value, kind.tz or "")
    write = _WRITERS.get(type(value), str)
    return write(value)


def _moment(value: dt.datetime, zone: str = "") -> str:
    text = f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}"
    return f"{text} {zone}" if zone else text


def _interval(value: Any) -> str:
    if value.months and not value.days and not value.nanoseconds:
        return f"{value.months // 12}-{value.months % 12}"
    total = value.days * _NS_PER_DAY + value.nanoseconds
    sign, rest = ("-" if total < 0 else ""), abs(total) // 1_000_000
    days, rest = divmod(rest, _NS_PER_DAY // 1_000_000)
    seconds, milliseconds = divmod(rest, 1000)
    hours, seconds = divmod(seconds, 3600)
    return f"{sign}{days} {hours:02}:{seconds // 60:02}:{seconds % 60:02}.{milliseconds:03}"


def java_double(value: float, digits: Callable[[float], str] = repr) -> str:
    """A floating-point number as Java writes it: `1.0E7` from ten million on, `1.0E-4` below a thousandth."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign, mantissa, exponent = Decimal(digits(value)).normalize().as_tuple()
    figures = "".join(map(str, mantissa))
    power = len(figures) + int(exponent) - 1
    prefix = "-" if sign else ""
    if 1e-3 <= abs(value) < 1e7:
        plain = f"{Decimal(digits(abs(value))):f}"
        return prefix + (plain if "." in plain else plain + ".0")
    return f"{prefix}{figures[0]}.{figures[1:] or '0'}E{power}"


_WRITERS: dict[type[Any], Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    float: java_double,
    bytes: lambda value: " ".join(f"{byte:02x}" for byte in value),
    dt.datetime: _moment,
    dt.time: lambda value: f"{value:%H:%M:%S}.{value.microsecond // 1000:03}",
    Decimal: lambda value: f"{value:f}",
}


def java_real(value: float) -> str:
    """As `java_double`, for a number of 32 bits."""
    return java_double(value, _shortest_float32)


def _shortest_float32(value: float) -> str:
    """The shortest text that reads back as the same number of 32 bits."""
    for figures in range(1, 10):
        shown = f"{value:.{figures}g}"
        if struct.pack("f", float(shown)) == struct.pack("f", value):
            return shown
    return repr(value)


_PLAIN_SCALE = 6
"""Digits behind the point of a decimal that Arrow still writes without an exponent."""


def are_plain(schema: pa.Schema) -> bool:
    """Whether Arrow writes all values of these types as `csv` does those of `rows`."""
    return all(
        pa.types.is_integer(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_string(kind)
        or pa.types.is_date32(kind)
        or (pa.types.is_decimal(kind) and 0 <= kind.scale <= _PLAIN_SCALE)
        for kind in schema.types
    )


def plain_csv(batch: pa.RecordBatch) -> bytes:
    """The rows of a batch that is plain as lines of a result file."""
    out = io.BytesIO()
    write_csv(batch, out, WriteOptions(include_header=False, quoting_style="all_valid"))
    return out.getvalue()


def csv(lines: Iterable[Sequence[str | None]]) -> bytes:
    """Lines of a result file: every field quoted, NULL as an empty field without quotes, line feeds at their ends."""
    return "".join(map(_line, lines)).encode()


def _line(fields: Sequence[str | None]) -> str:
    return ",".join("" if field is None else '"' + field.replace('"', '""') + '"' for field in fields) + "\n"
