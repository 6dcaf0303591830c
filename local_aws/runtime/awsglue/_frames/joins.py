"""Two frames made one: join, union, and a staging frame over another.

A field of the left frame whose name the right one has gets a `.` before its name (real: schemas and rows in public
logs; an example of the developer guide shows one field of the two). Not verified: that keys of different types are
compared as Spark compares them, and that rows which the staging frame has alone are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import and_
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.casts import cast, null_of
from awsglue._frames.fields import paths_of
from awsglue._frames.frame import Frame, Place


def joined(left: Frame, right: Frame, left_paths: str | Sequence[str], right_paths: str | Sequence[str]) -> Frame:
    """The rows of both whose keys are equal, with the fields of both; null equals nothing.

    Raises:
        ValueError: the keys are not as many on both sides, or one is not there, in any case. A frame without fields,
            which has no records, lacks none.
    """
    if not left.schema.fields or not right.schema.fields:  # of no records no key is known, and none is equal
        return replace(left.select([]).nothing(), errors=(*left.errors, *right.errors))
    ours, theirs = _keys(left, left_paths), _keys(right, right_paths)
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"join needs as many keys of one frame as of the other, not {left_paths} and {right_paths}")
    count, added = len(left.schema.fields), len(right.schema.fields)
    other = right.data.toDF(*(f"_{count + place}" for place in range(added)))
    equal = reduce(and_, (_key(one) == _key(two, count) for one, two in zip(ours, theirs, strict=True)))
    rows = left.data.join(other, equal, "inner")
    taken = {field.name for field in right.schema.fields}
    fields = []
    for field in left.schema.fields:
        name = field.name
        while name in taken:
            name = f".{name}"
        taken.add(name)
        fields.append(glue.Field(name, field.dataType, field.properties))
    fields += right.schema.fields
    return Frame(rows, glue.StructType(fields), (*left.errors, *right.errors))


def _keys(frame: Frame, paths: str | Sequence[str]) -> list[Place]:
    keys = []
    for path in paths_of(paths):
        place = frame.find(path)
        if place is None:
            names = ", ".join(field.name for field in frame.schema.fields)
            raise ValueError(f"there is no field {path!r} to join on; there are {names}")
        keys.append(place)
    return keys


def _key(place: Place, offset: int = 0) -> Any:
    """The value at a place, of columns whose numbers are higher by an offset; of a choice, its text."""
    from pyspark.sql import functions

    column = functions.col(f"_{place.index + offset}")
    for name in place.names[1:]:
        column = column.getField(name)
    return cast(column, place.type, glue.StringType()) if isinstance(place.type, glue.ChoiceType) else column


def union(one: Frame, other: Frame) -> Frame:
    """The rows of both; a field that one of them lacks is null there, types that differ become a choice."""
    schema = glue.mergeDataTypes(one.schema, other.schema)
    assert isinstance(schema, glue.StructType)  # noqa: S101 - structs merge to a struct
    rows = _as_schema(one, schema).data.union(_as_schema(other, schema).data)
    return Frame(rows, schema, (*one.errors, *other.errors))


def _as_schema(frame: Frame, schema: glue.StructType) -> Frame:
    if frame.schema == schema:
        return frame
    own: dict[str, list[tuple[glue.Field, Any]]] = {}
    for field, column in frame.all_columns():
        own.setdefault(field.name, []).append((field, column))
    pairs = []
    for field in schema.fields:
        if own.get(field.name):
            known, column = own[field.name].pop(0)
            pairs.append((field, cast(column, known.dataType, field.dataType)))
        else:
            pairs.append((field, null_of(field.dataType)))
    return frame.select(pairs)


def staged_over(frame: Frame, staged: Frame, keys: str | Sequence[str]) -> Frame:
    """The rows of a staging frame, and those of the frame whose keys it lacks; rows of equal keys are all kept."""
    if not frame.schema.fields or not staged.schema.fields:
        return union(frame, staged)
    ours, theirs = _keys(frame, keys), _keys(staged, keys)
    other = staged.data.select(*(_key(place).alias(f"key{number}") for number, place in enumerate(theirs)))
    equal = reduce(and_, (_key(place).eqNullSafe(other[f"key{number}"]) for number, place in enumerate(ours)))
    return union(Frame(frame.data.join(other, equal, "left_anti"), frame.schema, frame.errors), staged)
