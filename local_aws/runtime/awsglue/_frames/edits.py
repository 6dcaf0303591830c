"""Changes of fields deep in a schema: structs and arrays on the way are made anew around the change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.casts import struct_of
from awsglue._frames.frame import Frame, index_of, split_path
from awsglue._frames.values import field_of

Pair = tuple[glue.Field, Any]
"""A field and the expression of its value."""
Change = Callable[[glue.Field, Any], list[Pair]]
"""What stands in the place of a field: nothing, the field in another form, or several fields."""

ELEMENT = "[]"
"""The step of a path into the elements of an array."""


def steps(path: str) -> list[str]:
    """The names of a path; `items[].price` is `items`, `[]`, `price`."""
    found = []
    for name in split_path(path):
        bare = name
        while bare.endswith(ELEMENT):
            bare = bare[: -len(ELEMENT)]
        found += [bare] if bare else []
        found += [ELEMENT] * ((len(name) - len(bare)) // len(ELEMENT))
    return found


def edited(frame: Frame, path: str, change: Change) -> Frame:
    """The frame with a change at a path; the same frame where the path leads nowhere.

    A name after an array is that of a field of its elements, with `[]` between them or without. A name that no field
    has is that of a field whose name differs in case only.
    """
    return edited_at(frame, [(path, change)])


def edited_at(frame: Frame, changes: Iterable[tuple[str, Change]]) -> Frame:
    """As `edited`, one change after the other, in as few steps of Spark as there are changes in one field."""
    pairs, touched = frame.all_columns(), set[str]()
    for path, change in changes:
        schema = glue.StructType(field for field, _ in pairs)
        found = _followed(schema, [path] if index_of(schema.fields, path) is not None else steps(path))
        if not found:
            continue
        if found[0] in touched:  # else the expression of the first change would stand in the second's many times
            frame = frame.select(pairs)
            pairs, touched = frame.all_columns(), set()
        pairs = _pairs(pairs, found, change)
        touched.add(found[0])
    return frame.select(pairs) if touched else frame


def _followed(kind: glue.DataType, path: Sequence[str]) -> list[str] | None:
    """The path with each step into elements written out; None where it leads nowhere."""
    if not path:
        return []
    if isinstance(kind, glue.ArrayType):
        rest = _followed(kind.elementType, path[1:] if path[0] == ELEMENT else path)
        return None if rest is None else [ELEMENT, *rest]
    if not isinstance(kind, glue.StructType):
        return None
    index = index_of(kind.fields, path[0])
    if index is None:
        return None
    rest = _followed(kind.fields[index].dataType, path[1:])
    return None if rest is None else [kind.fields[index].name, *rest]


def _pairs(pairs: Sequence[Pair], path: Sequence[str], change: Change) -> list[Pair]:
    made: list[Pair] = []
    for field, column in pairs:
        if field.name != path[0] or _followed(field.dataType, path[1:]) is None:
            made.append((field, column))
        elif len(path) == 1:
            made += change(field, column)
        else:
            inside = _inside(field, column, path[1:], change)
            made += [inside] if inside else []
    return made


def _inside(field: glue.Field, column: Any, path: Sequence[str], change: Change) -> Pair | None:
    """The field with a change inside its value; None where nothing is left of it."""
    from pyspark.sql import functions

    kind = field.dataType
    if path[0] != ELEMENT:
        pairs = _pairs([(inner, field_of(column, kind, inner.name)) for inner in kind.fields], path, change)
        if not pairs:
            return None
        made = glue.StructType((inner for inner, _ in pairs), kind.properties)
        named = [(inner.name, value) for inner, value in pairs]
        return glue.Field(field.name, made, field.properties), struct_of(column, named)

    left: list[Pair] = []

    def of_element(item: Any) -> Any:
        element = glue.Field("element", kind.elementType)
        if len(path) == 1:
            left[:] = change(element, item)
            if len(left) > 1:
                raise ValueError(f"the elements of {field.name} cannot become several fields; use cast or make_struct")
        else:
            found = _inside(element, item, path[1:], change)
            left[:] = [found] if found else []
        return left[0][1] if left else item

    values = functions.transform(column, of_element)
    return (glue.Field(field.name, glue.ArrayType(left[0][0].dataType), field.properties), values) if left else None
