"""What type an expression has for Athena: Trino's rules for literals, operators and choices. Pure functions.

The engine has rules of its own: its `/` of integers and of decimals gives a double. Types are therefore resolved before
a query is translated. A type that is not known is `UNKNOWN`, and stays so through whatever uses it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.expressions import DataType

DType = exp.DType
UNKNOWN = DataType(this=DType.UNKNOWN)

_MAX_PRECISION = 38
_INTEGER_DIGITS = {DType.TINYINT: 3, DType.SMALLINT: 5, DType.INT: 10, DType.BIGINT: 19}
_INTEGERS = list(_INTEGER_DIGITS)
_TEXTS = (DType.VARCHAR, DType.CHAR, DType.TEXT)
_DECIMALS = (DType.DECIMAL, DType.BIGDECIMAL)
_TIMES = (DType.TIMESTAMP, DType.TIMESTAMPTZ, DType.DATETIME)
_FAMILIES = {
    **dict.fromkeys(_INTEGERS, "number"),
    **dict.fromkeys((*_DECIMALS, DType.FLOAT, DType.DOUBLE), "number"),
    **dict.fromkeys(_TEXTS, "text"),
    **dict.fromkeys((DType.DATE, *_TIMES), "date"),
    DType.BOOLEAN: "boolean",
    DType.ARRAY: "array",
    DType.MAP: "map",
    DType.STRUCT: "row",
    DType.TIME: "time",
    **dict.fromkeys((DType.VARBINARY, DType.BINARY), "varbinary"),
    DType.JSON: "json",
}


def build(text: str) -> DataType:
    """A type from its name in Athena's SQL, such as `decimal(10,2)`."""
    return DataType.build(text, dialect="trino")


def decimal(precision: int, scale: int) -> DataType:
    """A decimal, its precision cut to what there is."""
    return build(f"decimal({min(_MAX_PRECISION, precision)},{scale})")


def is_unknown(kind: DataType | None) -> bool:
    """Whether nothing is known of a type; NULL's own type counts as unknown too."""
    return kind is None or kind.this in (DType.UNKNOWN, DType.NULL)


def is_integer(kind: DataType) -> bool:
    """Whether a type is one of the whole numbers'."""
    return kind.this in _INTEGER_DIGITS


def is_decimal(kind: DataType) -> bool:
    """Whether a type is a decimal."""
    return kind.this in _DECIMALS


def is_floating(kind: DataType) -> bool:
    """Whether a type is real or double."""
    return kind.this in (DType.FLOAT, DType.DOUBLE)


def is_text(kind: DataType) -> bool:
    """Whether a type is varchar or char."""
    return kind.this in _TEXTS


def is_date(kind: DataType) -> bool:
    """Whether a type is date."""
    return bool(kind.this == DType.DATE)


def family(kind: DataType | None) -> str | None:
    """What a type can be compared with: its family's name, or None when that is not known."""
    return None if kind is None else _FAMILIES.get(kind.this)


def digits(kind: DataType) -> tuple[int, int]:
    """Precision and scale of a decimal, or of the decimal that holds an integer type."""
    if is_integer(kind):
        return _INTEGER_DIGITS[kind.this], 0
    numbers = [int(part.name) for part in kind.expressions]
    return (numbers[0] if numbers else _MAX_PRECISION), (numbers[1] if len(numbers) > 1 else 0)


def literal(text: str) -> DataType:
    """The type of a number as written: Athena's `1.5` is a double, where Trino's is a decimal (real)."""
    if "e" in text.lower() or "." in text:
        return build("double")
    return build("integer" if int(text) < 2**31 else "bigint")


def decimal_literal(text: str) -> DataType:
    """The type of `DECIMAL 'text'`."""
    whole, _, fraction = text.strip().lstrip("+-").partition(".")
    return decimal(max(1, len(whole.lstrip("0")) + len(fraction)), len(fraction))


def arithmetic(operator: type[exp.Expr], left: DataType, right: DataType) -> DataType:
    """The type of `left operator right`, where the operator is exp.Add, Sub, Mul, Div or Mod."""
    moment = _arithmetic_of_times(left, right)
    if moment is not None:
        return moment
    if "number" not in (family(left), family(right)) or family(left) != family(right):
        return UNKNOWN
    if is_floating(left) or is_floating(right):
        return build("double" if DType.DOUBLE in (left.this, right.this) else "real")
    if is_integer(left) and is_integer(right):
        return max(left, right, key=lambda kind: _INTEGER_DIGITS[kind.this])
    return decimal(*decimal_digits(operator, digits(left), digits(right)))


def _arithmetic_of_times(left: DataType, right: DataType) -> DataType | None:
    for one, other in ((left, right), (right, left)):
        if one.this == DType.INTERVAL:
            return other if family(other) in ("date", "time") else one
    return None


def decimal_digits(operator: type[exp.Expr], left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """Precision and scale of `left operator right`, the precision not yet cut to what there is.

    Source: Trino's documentation, "Decimal functions and operators".
    """
    (precision_1, scale_1), (precision_2, scale_2) = left, right
    scale = max(scale_1, scale_2)
    if operator is exp.Mul:
        return precision_1 + precision_2, scale_1 + scale_2
    if operator is exp.Div:
        return precision_1 + scale_2 + max(0, scale_2 - scale_1), scale
    if operator is exp.Mod:
        return min(precision_1 - scale_1, precision_2 - scale_2) + scale, scale
    return max(precision_1 - scale_1, precision_2 - scale_2) + scale + 1, scale


def common(kinds: Iterable[DataType | None]) -> DataType:
    """The type that holds values of all these, as CASE and COALESCE need it; NULL fits anywhere."""
    known = [kind for kind in kinds if kind is not None and kind.this != DType.NULL]
    if not known or any(is_unknown(kind) for kind in known):
        return UNKNOWN
    found = known[0]
    for kind in known[1:]:
        found = _common_of_two(found, kind)
    return found


def _common_of_two(left: DataType, right: DataType) -> DataType:
    if family(left) != family(right):
        return UNKNOWN
    if family(left) == "date":
        return right if is_date(left) else left
    if family(left) == "text":
        return build("varchar")
    if family(left) != "number":
        return left
    if (is_integer(left) and is_integer(right)) or is_floating(left) or is_floating(right):
        return arithmetic(exp.Add, left, right)
    (precision_1, scale_1), (precision_2, scale_2) = digits(left), digits(right)
    scale = max(scale_1, scale_2)
    return decimal(max(precision_1 - scale_1, precision_2 - scale_2) + scale, scale)


def name(kind: DataType) -> str:
    """A type as Athena's messages name it."""
    return kind.sql("trino").lower().replace("varchar(65535)", "varchar").replace(", ", ",")
