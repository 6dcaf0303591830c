"""Frames of different schemas as one: values of each under the merged types, all in the JVM."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.frame import Frame
from awsglue._frames.values import field_of, merged, to_spark


def stacked(frames: Sequence[Frame]) -> Frame:
    """The rows of all frames; a field has the merged type of its namesakes, and is null where a frame lacks it."""
    if len(frames) == 1:
        return frames[0]
    schema = merged(frame.schema for frame in frames)
    assert isinstance(schema, glue.StructType)  # noqa: S101 - structs merge to a struct
    return Frame(reduce(lambda one, other: one.union(other), (_aligned(one, schema) for one in frames)), schema)


def _aligned(frame: Frame, schema: glue.StructType) -> Any:
    from pyspark.sql import functions

    own = {field.name: index for index, field in reversed(list(enumerate(frame.schema.fields)))}
    columns = []
    for place, field in enumerate(schema.fields):
        index = own.get(field.name)
        if index is None:
            column = functions.lit(None).cast(to_spark(field.dataType))
        else:
            column = converted(frame.column(index), frame.schema.fields[index].dataType, field.dataType)
        columns.append(column.alias(f"_{place}"))
    return frame.data.select(*columns)


def converted(column: Any, have: glue.DataType, want: glue.DataType) -> Any:
    """A column of one type as the wider type that it was merged to."""
    from pyspark.sql import functions

    if have == want:
        return column
    if isinstance(want, glue.ChoiceType):
        made = _as_choice(column, have, want)
    elif isinstance(have, glue.StructType) and isinstance(want, glue.StructType):
        own = have.field_map
        parts = []
        for field in want.fields:
            known = own.get(field.name)
            value = (
                functions.lit(None).cast(to_spark(field.dataType))
                if known is None
                else converted(field_of(column, have, field.name), known.dataType, field.dataType)
            )
            parts.append(value.alias(field.name))
        made = functions.struct(*parts)
    elif isinstance(have, glue.ArrayType) and isinstance(want, glue.ArrayType):
        return functions.transform(column, lambda item: converted(item, have.elementType, want.elementType))
    elif isinstance(have, glue.MapType) and isinstance(want, glue.MapType):
        return functions.transform_values(column, lambda _name, item: converted(item, have.valueType, want.valueType))
    else:
        return column.cast(to_spark(want))
    return functions.when(column.isNotNull(), made)


def _as_choice(column: Any, have: glue.DataType, want: glue.ChoiceType) -> Any:
    from pyspark.sql import functions

    parts = []
    for one in want.types():
        name = one.typeName()
        value = functions.lit(None).cast(to_spark(one))
        if isinstance(have, glue.ChoiceType) and name in have.choices:
            value = converted(column.getField(name), have.choices[name], one)
        elif name == have.typeName():
            value = converted(column, have, one)
        parts.append(value.alias(name))
    return functions.struct(*parts)
