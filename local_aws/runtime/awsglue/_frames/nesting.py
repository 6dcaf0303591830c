"""Nested fields made flat: unnest, relationalize, and DynamoDB's JSON without its marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.casts import cast, struct_of
from awsglue._frames.edits import Pair
from awsglue._frames.frame import Frame
from awsglue._frames.values import field_of

_MARKS = frozenset({"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"})


def unnest(frame: Frame) -> Frame:
    """Fields of structs as top-level fields, their names joined by dots; arrays, maps and choices stay.

    Structs in arrays stay too; AWS renames their fields, in a way that the developer guide does not show.
    """
    return frame.select(pair for field, column in frame.all_columns() for pair in _flat(field, column))


def _flat(field: glue.Field, column: Any, prefix: str = "") -> Iterator[Pair]:
    name = prefix + field.name
    if isinstance(field.dataType, glue.StructType):
        for inner in field.dataType.fields:
            yield from _flat(inner, field_of(column, field.dataType, inner.name), f"{name}.")
    else:
        yield glue.Field(name, field.dataType, field.properties), column


def relationalized(frame: Frame, root: str, options: Mapping[str, Any]) -> dict[str, Frame]:
    """A table without nested fields, and one more for each array and map.

    The table of the array `a` is called `<root>_a` and has `id`, which is the value of the field `a` in the table that
    had the array, `index` from 0, and `a.val` or, for structs, `a.val.<field>`. (Developer guide, "Relationalize";
    tables in public logs.) That a map's table has `a.key` beside `a.val` is not verified. A choice stays one.
    """
    del options  # none is documented
    return dict(_tables(unnest(frame), root, root))


def _tables(frame: Frame, name: str, root: str) -> Iterator[tuple[str, Frame]]:
    """This table, flat but for arrays and maps, with the keys of their tables in their place; then those tables."""
    from pyspark.sql import functions

    nested = [
        index
        for index, field in enumerate(frame.schema.fields)
        if isinstance(field.dataType, glue.ArrayType | glue.SetType | glue.MapType)
    ]
    if not nested:
        yield name, frame
        return
    # Kept, so that a table and those below it count the same rows in the same order.
    data = frame.data.withColumn("key", functions.monotonically_increasing_id() + 1).persist()
    keyed = replace(frame, data=data)
    pairs = [
        (glue.Field(field.name, glue.LongType()), functions.when(column.isNotNull(), functions.col("key")))
        if index in nested
        else (field, column)
        for index, (field, column) in enumerate(keyed.all_columns())
    ]
    yield name, keyed.select(pairs)
    for index in nested:
        field = frame.schema.fields[index]
        yield from _tables(_exploded(keyed, index), f"{root}_{field.name}", root)


def _exploded(frame: Frame, index: int) -> Frame:
    from pyspark.sql import functions

    field = frame.schema.fields[index]
    column, kind = frame.column(index), field.dataType
    fields = [glue.Field("id", glue.LongType()), glue.Field("index", glue.IntegerType())]
    if isinstance(kind, glue.MapType):
        fields.append(glue.Field(f"{field.name}.key", glue.StringType()))
        inner = kind.valueType
    else:
        inner = kind.elementType
    fields.append(glue.Field(f"{field.name}.val", inner))
    rows = frame.data.select("key", functions.posexplode(column))
    return unnest(
        replace(frame, data=rows.toDF(*(f"_{n}" for n in range(len(fields)))), schema=glue.StructType(fields))
    )


def without_dynamodb_types(frame: Frame) -> Frame:
    """Fields of DynamoDB's JSON, as `{"S": "text"}`, as their values; the struct `Item` around them goes.

    Lists stay as they are but for their `L` (developer guide, "unnest_ddb_json"). Not verified: that an `M` becomes a
    struct of plain values.
    """
    pairs: list[Pair] = []
    for field, column in frame.all_columns():
        if field.name == "Item" and isinstance(field.dataType, glue.StructType):
            pairs += [_plain(inner, field_of(column, field.dataType, inner.name)) for inner in field.dataType.fields]
        else:
            pairs.append(_plain(field, column))
    return frame.select(pairs)


def _plain(field: glue.Field, column: Any) -> Pair:
    """A field without the marks of its value's type."""
    from pyspark.sql import functions

    kind = field.dataType
    if not isinstance(kind, glue.StructType) or not kind.fields or not {one.name for one in kind.fields} <= _MARKS:
        return field, column
    values = []
    for mark in kind.fields:
        found = (mark, column.getField(mark.name))
        if mark.name == "NULL" and len(kind.fields) > 1:
            continue
        if mark.name == "M" and isinstance(mark.dataType, glue.StructType):
            inner = [_plain(one, field_of(found[1], mark.dataType, one.name)) for one in mark.dataType.fields]
            struct = glue.StructType(one for one, _ in inner)
            found = (glue.Field("M", struct), struct_of(found[1], [(one.name, value) for one, value in inner]))
        values.append(found)
    whole: glue.DataType = glue.NullType()
    for mark, _ in values:
        whole = glue.mergeDataTypes(whole, mark.dataType)
    parts = [cast(value, mark.dataType, whole) for mark, value in values]
    return glue.Field(field.name, whole, field.properties), functions.coalesce(*parts)
