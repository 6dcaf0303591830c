"""Trino's types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import DataType

_D = exp.DType


@dataclass(frozen=True)
class Type:
    """A type of Trino's, or the pattern of one in a signature.

    Attributes:
        base: its name, such as `varchar`, `array`, `timestamp with time zone`; a variable's name in a pattern.
        arguments: the types within, of arrays, maps, rows and functions (whose last one is what it returns).
        numbers: length, precision and scale; their variables in a pattern, calculations in what is returned.
        names: of a row's fields, "" for one that has none; empty where none of them has one.
    """

    base: str
    arguments: tuple[Type, ...] = ()
    numbers: tuple[int | str, ...] = ()
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.base == "any":
            return "any"
        if self.base == "row":
            names = self.names or ("",) * len(self.arguments)
            parts = (f"{name} {kind}".strip() for name, kind in zip(names, self.arguments, strict=True))
            return f"row({', '.join(parts)})"
        if self.base == "function":
            return f"function({','.join(map(str, self.arguments))})"
        if self.arguments:
            return f"{self.base}({', '.join(map(str, self.arguments))})"
        if not self.numbers:
            return self.base
        name, _, rest = self.base.partition(" ")
        return f"{name}({','.join(map(str, self.numbers))})" + (f" {rest}" if rest else "")

    @property
    def is_known(self) -> bool:
        """Whether all of it is known."""
        return self.base != "any" and all(part.is_known for part in self.arguments)


ANY = Type("any")
"""Not known here: it goes with everything."""
UNKNOWN = Type("unknown")
"""NULL's own."""
BOOLEAN, INTEGER, BIGINT, DOUBLE = Type("boolean"), Type("integer"), Type("bigint"), Type("double")
REAL, DATE, VARCHAR, VARBINARY, JSON = Type("real"), Type("date"), Type("varchar"), Type("varbinary"), Type("json")
DAYS, MONTHS = Type("interval day to second"), Type("interval year to month")
TIMESTAMP_TZ = Type("timestamp with time zone", numbers=(3,))
WHOLE = ("tinyint", "smallint", "integer", "bigint")
NUMBERS = (*WHOLE, "decimal", "real", "double")
TEXTS = ("varchar", "char")
MOMENTS = ("date", "time", "time with time zone", "timestamp", "timestamp with time zone")


def array(of: Type) -> Type:
    """An array of these."""
    return Type("array", (of,))


def decimal(precision: int, scale: int) -> Type:
    """A decimal, its precision cut to what there is."""
    return Type("decimal", numbers=(min(38, precision), scale))


def varchar(length: int) -> Type:
    """A text of at most so many letters."""
    return Type("varchar", numbers=(length,))


def row(fields: Sequence[tuple[str, Type]]) -> Type:
    """A row of (name or "", type)."""
    names = tuple(name for name, _ in fields)
    return Type("row", tuple(kind for _, kind in fields), names=names if any(names) else ())


_PLAIN = {
    _D.BOOLEAN: "boolean", _D.TINYINT: "tinyint", _D.SMALLINT: "smallint", _D.INT: "integer", _D.BIGINT: "bigint",
    _D.FLOAT: "real", _D.DOUBLE: "double", _D.TEXT: "varchar", _D.BINARY: "varbinary", _D.VARBINARY: "varbinary",
    _D.DATE: "date", _D.JSON: "json", _D.UUID: "uuid", _D.NULL: "unknown",
}  # fmt: skip
_WITH_PRECISION = {
    _D.TIMESTAMP: "timestamp", _D.DATETIME: "timestamp", _D.TIMESTAMPNTZ: "timestamp",
    _D.TIMESTAMPTZ: "timestamp with time zone", _D.TIMESTAMPLTZ: "timestamp with time zone",
    _D.TIME: "time", _D.TIMETZ: "time with time zone",
}  # fmt: skip
_LONGEST_TEXT = 65_535


def of_data_type(kind: DataType) -> Type:
    """A type as sqlglot has it; ANY where it is none of Trino's."""
    inner = tuple(of_data_type(part) for part in kind.expressions if isinstance(part, DataType))
    numbers = tuple(int(part.name) for part in kind.expressions if isinstance(part, exp.DataTypeParam))
    found = ANY
    if kind.this in _PLAIN:
        found = Type(_PLAIN[kind.this])
    elif kind.this in _WITH_PRECISION:
        found = Type(_WITH_PRECISION[kind.this], numbers=numbers or (3,))
    elif kind.this == _D.VARCHAR:
        found = Type("varchar", numbers=numbers if numbers and numbers[0] <= _LONGEST_TEXT else ())
    elif kind.this == _D.CHAR:
        found = Type("char", numbers=numbers or (1,))
    elif kind.this in (_D.DECIMAL, _D.BIGDECIMAL):
        found = decimal(*(*numbers, 0)[:2]) if numbers else decimal(38, 0)
    elif kind.this == _D.ARRAY and len(inner) == 1:
        found = array(inner[0])
    elif kind.this == _D.MAP and len(inner) == 2:
        found = Type("map", inner)
    elif kind.this == _D.STRUCT and kind.expressions:
        found = row([_field(part) for part in kind.expressions])
    return found


def _field(part: exp.Expr) -> tuple[str, Type]:
    if isinstance(part, exp.ColumnDef):
        return part.name.lower(), of_data_type(part.kind) if part.kind else ANY
    return "", of_data_type(part) if isinstance(part, DataType) else ANY
