"""Nested fields made flat: unnest, relationalize, and DynamoDB's JSON without its marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    keyed = frame.with_data(data)
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
    return unnest(Frame(rows.toDF(*(f"_{n}" for n in range(len(fields)))), glue.StructType(fields), frame.errors))


def without_dynamodb_types(frame: Frame, *, flat: bool) -> Frame:
    """Fields of DynamoDB's JSON, as `{"S": "text"}`, as their values; the struct `Item` around them goes.

    Args:
        frame: the rows.
        flat: whether the fields of a map become fields beside it, `<map>.<field>`, and lists stay as they are but for
            their `L` (unnest_ddb_json); else maps become structs, and lists of one type, which is no map, become arrays
            of values (simplify_ddb_json). (Developer guide, both methods; that maps are taken apart is public users',
            their fields' names are not verified.)
    """
    pairs: list[Pair] = []
    for field, column in frame.all_columns():
        if field.name == "Item" and isinstance(field.dataType, glue.StructType):
            for inner in field.dataType.fields:
                pairs += _plain(inner, field_of(column, field.dataType, inner.name), flat=flat)
        else:
            pairs += _plain(field, column, flat=flat)
    return frame.select(pairs)


def _plain(field: glue.Field, column: Any, *, flat: bool) -> list[Pair]:
    """A field without the marks of its value's type; of a map that is taken apart, its fields."""
    from pyspark.sql import functions

    marks = _marks(field.dataType)
    if not marks:
        return [(field, column)]
    alone = marks[0].dataType
    if flat and len(marks) == 1 and marks[0].name == "M" and isinstance(alone, glue.StructType):
        inside = _members(column.getField("M"), alone, flat=True)
        return [(glue.Field(f"{field.name}.{one.name}", one.dataType, one.properties), each) for one, each in inside]
    values = [_value(mark, column.getField(mark.name), flat=flat) for mark in marks]
    whole: glue.DataType = glue.NullType()
    for kind, _ in values:
        whole = glue.mergeDataTypes(whole, kind)
    parts = [cast(value, kind, whole) for kind, value in values]
    return [(glue.Field(field.name, whole, field.properties), functions.coalesce(*parts))]


def _marks(kind: glue.DataType) -> list[glue.Field]:
    """The marks of a value of DynamoDB's JSON, that of null only where it is alone; none of any other value."""
    if not isinstance(kind, glue.StructType) or not {one.name for one in kind.fields} <= _MARKS:
        return []
    return [mark for mark in kind.fields if mark.name != "NULL" or len(kind.fields) == 1]


def _members(column: Any, kind: glue.StructType, *, flat: bool) -> list[Pair]:
    return [pair for one in kind.fields for pair in _plain(one, field_of(column, kind, one.name), flat=flat)]


def _value(mark: glue.Field, column: Any, *, flat: bool) -> tuple[glue.DataType, Any]:
    """What stands below a mark."""
    from pyspark.sql import functions

    kind = mark.dataType
    if mark.name == "M" and isinstance(kind, glue.StructType):
        inner = _members(column, kind, flat=flat)
        named = [(one.name, each) for one, each in inner]
        return glue.StructType(one for one, _ in inner), struct_of(column, named)
    if mark.name == "L" and isinstance(kind, glue.ArrayType) and not flat:
        below = _marks(kind.elementType)
        if len(below) == 1 and below[0].name != "M":
            made: list[glue.DataType] = []

            def of_element(item: Any) -> Any:
                found, value = _value(below[0], item.getField(below[0].name), flat=False)
                made[:] = [found]
                return value

            values = functions.transform(column, of_element)
            return glue.ArrayType(made[0]), values
    return kind, column
