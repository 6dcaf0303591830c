"""Rows handed over to a function in Python: values alone, as Spark makes of each struct an object of its own.

The top-level fields come first, in their order; behind them the parts of structs and choices, wherever they are. In the
place of a struct stands whether it is there, in that of a choice the value of its first type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.frame import Frame
from awsglue._frames.values import as_it_is, decoder, field_of, is_absent

Values = Sequence[Any]
_Decode = Callable[[Any, Values], Any]
"""The value at a place and all values -> what is there in Python."""


def handed_over(frame: Frame, record: type[dict[str, Any]]) -> tuple[list[Any], Callable[[Values], dict[str, Any]]]:
    """What to give a function of a record, and what makes a record of it there, as `values.decoder` makes dicts.

    Returns:
        The expressions, and a function of their values.
    """
    columns: list[Any] = []
    decode = _struct(frame.schema, [column for _, column in frame.all_columns()], columns, record)
    return columns, decode


def _struct(kind: glue.StructType, parts: Sequence[Any], columns: list[Any], make: type[dict[str, Any]]) -> Any:
    """Put the parts of a struct at the end, and behind them what is in them; return what makes a dict of the values."""
    start = len(columns)
    end = start + len(parts)
    columns += parts
    names = [field.name for field in kind.fields]
    found = {}  # of equal names the last one counts
    for place, field in enumerate(kind.fields, start):
        found[field.name] = _put(field.dataType, columns, place)
    others = [(name, decode) for name, decode in found.items() if decode is not None]
    lacking = [field.name for field in kind.fields if is_absent(field)]

    def decode(values: Values) -> dict[str, Any]:
        record = make(zip(names, values[start:end], strict=True))
        for name, each in others:
            record[name] = each(record[name], values)
        for name in lacking:
            if record.get(name, ...) is None:
                del record[name]
        return record

    return decode


def _put(kind: glue.DataType, columns: list[Any], place: int) -> _Decode | None:
    """Have what is in the value at a place put at the end; None where the value is Python's own already."""
    column = columns[place]
    if isinstance(kind, glue.StructType) and len({field.name.lower() for field in kind.fields}) == len(kind.fields):
        columns[place] = column.isNotNull()
        decode = _struct(kind, [field_of(column, kind, field.name) for field in kind.fields], columns, dict)
        return lambda is_there, values: decode(values) if is_there else None
    if isinstance(kind, glue.ChoiceType) and kind.choices:
        return _put_choice(kind, columns, place)
    whole = decoder(kind)
    return None if whole is as_it_is else lambda value, _values: whole(value)


def _put_choice(kind: glue.ChoiceType, columns: list[Any], place: int) -> _Decode:
    column, types = columns[place], kind.types()
    places = [place, *range(len(columns), len(columns) + len(types) - 1)]
    columns += [None] * (len(types) - 1)
    decoders = []
    for own, one in zip(places, types, strict=True):
        columns[own] = column.getField(one.typeName())
        decoders.append((own, _put(one, columns, own)))

    def decode(_first: Any, values: Values) -> Any:
        for own, each in decoders:
            value = values[own] if each is None else each(values[own], values)
            if value is not None:
                return value
        return None

    return decode
