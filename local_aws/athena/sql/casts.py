"""CAST, written for the engine: Trino's rules where the engine has others, within arrays, maps and rows too.

A row is cast field by field, whatever the fields' names (Trino's documentation, "Data types"); the engine goes by
names.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.functions.formats import as_json, as_text
from local_aws.athena.sql.quoting import name as quoted

_DType = exp.DType
_NESTED = {"array", "map", "row"}
_NUMBERS = (trino_types.is_integer, trino_types.is_decimal, trino_types.is_floating)
"""From what fits the others to what takes them all."""


def cast(value: str, source: DataType, target: DataType, written: str, *, safe: bool, level: int = 0) -> str:
    """SQL of a value as another type.

    Args:
        value: SQL of it.
        source: its type.
        target: the type that is wanted.
        written: that type as the engine has it.
        safe: whether what cannot be cast is NULL.
        level: how many arrays are around it.

    Raises:
        RefusedQueryError: NOT_SUPPORTED, TRY_CAST of values within others that the engine would cast by other rules.
    """
    keyword = "TRY_CAST" if safe else "CAST"
    if trino_types.is_text(source):
        value = _checked(value, target, safe=safe)
    if trino_types.is_floating(source) and trino_types.is_integer(target):
        value = f"round({value})"
    elif target.this == _DType.JSON:
        return as_json(value, source)
    elif source.this == _DType.JSON and trino_types.is_text(target):
        return f"text_of_json({value}, {str(safe).upper()})"
    elif trino_types.is_text(target):
        return _text_of(value, source, target, safe=safe)
    elif {trino_types.family(source), trino_types.family(target)} <= _NESTED and not is_plain(source, target):
        if safe or trino_types.family(source) != trino_types.family(target):
            raise not_supported(f"a cast of {trino_types.name(source)} to {trino_types.name(target)}")
        return _nested(value, source, target, level)
    return f"{keyword}({value} AS {written})"


def _checked(value: str, target: DataType, *, safe: bool) -> str:
    """A text whose form is that of another type for Trino: the engine takes others too, such as `inf` and `1_000`."""
    checks = {
        "whole_number": trino_types.is_integer,
        "number_of_text": trino_types.is_floating,
        "decimal_of_text": trino_types.is_decimal,
    }
    macro = next((name for name, holds in checks.items() if holds(target)), None)
    if macro is not None:
        return f"{macro}({value}, '{trino_types.name(target)}', {str(safe).upper()})"
    if target.this in (_DType.BINARY, _DType.VARBINARY):
        return f"encode({value})"
    return f"truth_of_text({value}, {str(safe).upper()})" if target.this == _DType.BOOLEAN else value


def _nested(value: str, source: DataType, target: DataType, level: int) -> str:
    """SQL of an array, map or row with each value within it cast."""
    one = f"cast_item{level}"

    def inner(place: int, item: str) -> str:
        given, wanted = list(_parts(source))[place], list(_parts(target))[place]
        return cast(item, given, wanted, wanted.sql("duckdb"), safe=False, level=level + 1)

    if trino_types.family(target) == "array":
        return f"list_transform({value}, lambda {one}: {inner(0, one)})"
    if trino_types.family(target) == "map":
        entry = f"struct_pack(k := {inner(0, f'{one}.key')}, v := {inner(1, f'{one}.value')})"
        return f"map_from_entries(list_transform(map_entries({value}), lambda {one}: {entry}))"
    names = _names(target)
    if not names or len(names) != len(source.expressions):
        raise not_supported(f"a cast of {trino_types.name(source)} to {trino_types.name(target)}")
    fields = (
        f"{quoted(name)} := {inner(place, f'struct_extract_at({value}, {place + 1})')}"
        for place, name in enumerate(names)
    )
    return f"CASE WHEN {value} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"


def is_plain(source: DataType, target: DataType) -> bool:
    """Whether the engine's cast from one type to another is Trino's, within arrays, maps and rows too."""
    family = trino_types.family(target)
    if trino_types.is_unknown(source) or trino_types.is_unknown(target):
        return True
    if family in _NESTED:
        inner, wanted = list(_parts(source)), list(_parts(target))
        return (
            trino_types.family(source) == family
            and len(inner) == len(wanted)
            and (family != "row" or _names(source) in ([], _names(target)))
            and all(map(is_plain, inner, wanted))
        )
    if trino_types.is_text(source) and trino_types.is_text(target):
        length, most = _length(source), _length(target)
        return most is None or (length is not None and length <= most)
    for place, holds in enumerate(_NUMBERS):
        if holds(target):
            return any(fits(source) for fits in _NUMBERS[: place + 1])
    return bool(source.this == target.this)


def _parts(kind: DataType) -> Iterator[DataType]:
    return (part.args["kind"] if isinstance(part, exp.ColumnDef) else part for part in kind.expressions)


def _names(kind: DataType) -> list[str]:
    return [part.name.lower() for part in kind.expressions if isinstance(part, exp.ColumnDef)]


def _length(kind: DataType) -> int | None:
    return int(kind.expressions[0].name) if kind.expressions else None


def _text_of(value: str, source: DataType, target: DataType, *, safe: bool) -> str:
    """A text is cut to the length that is wanted, what is none has to fit."""
    length = _length(target)
    if length is None:
        return as_text(value, source)
    if trino_types.is_text(source) or trino_types.is_unknown(source):
        return f"left({as_text(value, source)}, {length})"
    return f"fitting_text({as_text(value, source)}, {length}, {str(safe).upper()})"
