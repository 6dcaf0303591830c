"""Values of one Glue type as another, as expressions that run in the JVM.

What cannot be cast is null (developer guide, "ResolveChoice"). Not verified: that a number outside the range of the
type is null too, that a text such as `1.5` is no whole number, that nested values become JSON as text, and that a
timestamp is made of a number of seconds.
"""

from __future__ import annotations

import re
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.values import field_of, from_spark, to_spark

_NAMES: dict[str, type[glue.DataType]] = {
    "string": glue.StringType,
    "varchar": glue.StringType,
    "char": glue.StringType,
    "int": glue.IntegerType,
    "integer": glue.IntegerType,
    "long": glue.LongType,
    "bigint": glue.LongType,
    "short": glue.ShortType,
    "smallint": glue.ShortType,
    "byte": glue.ByteType,
    "tinyint": glue.ByteType,
    "double": glue.DoubleType,
    "float": glue.FloatType,
    "boolean": glue.BooleanType,
    "bool": glue.BooleanType,
    "date": glue.DateType,
    "timestamp": glue.TimestampType,
    "timestampntz": glue.TimestampNTZType,
    "decimal": glue.DecimalType,
    "binary": glue.BinaryType,
    "null": glue.NullType,
}
AS_IT_IS = frozenset({"", "struct", "array", "map", "set", "choice", "union", "object", "unknown", "enum"})
"""Names that leave the inner types as they are."""
_DECIMAL = re.compile(r"decimal\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")
_SIZED = re.compile(r"(?:var)?char\s*\(\s*\d+\s*\)")
_WHOLE = r"^\s*[+-]?[0-9]+\s*$"
_RANGES = {"byte": 2**7, "short": 2**15, "int": 2**31, "long": 2**63}
_NUMBERS = frozenset({*_RANGES, "float", "double", "decimal"})
_NESTED = (glue.StructType, glue.ArrayType, glue.SetType, glue.MapType)


def type_named(text: str) -> glue.DataType | None:
    """The type of a name such as `bigint`, `decimal(10,2)` or `array<int>`; None for `struct` and the like.

    Raises:
        ValueError: there is no such type.
    """
    name = text.strip().lower()
    if name in AS_IT_IS:
        return None
    if name in _NAMES:
        return _NAMES[name]()
    if _SIZED.fullmatch(name):
        return glue.StringType()
    found = _DECIMAL.fullmatch(name)
    if found:
        return glue.DecimalType(int(found[1]), int(found[2] or 0))
    if "<" in name:
        return _of_ddl(text)
    known = ", ".join(sorted(_NAMES))
    raise ValueError(f"{text!r} is no type of Glue; there are {known}, and struct, array and map")


def _of_ddl(text: str) -> glue.DataType:
    from pyspark.errors import ParseException
    from pyspark.sql.types import _parse_datatype_string

    try:
        return from_spark(_parse_datatype_string(text))
    except ParseException as error:
        raise ValueError(f"{text!r} is no type of Glue: {error}") from error


def cast(column: Any, source: glue.DataType, target: glue.DataType) -> Any:  # noqa: PLR0911 - one return a kind
    """The expression of a value as another type; of a choice, whichever of its values is there."""
    from pyspark.sql import functions

    if source == target:
        return column
    if isinstance(target, glue.ChoiceType):
        return _lifted(column, source, target)
    if isinstance(source, glue.ChoiceType):
        parts = [cast(column.getField(one.typeName()), one, target) for one in source.types()]
        return functions.coalesce(*parts)
    if isinstance(source, glue.StructType) and isinstance(target, glue.StructType):
        return _struct(column, source, target)
    if isinstance(source, glue.ArrayType | glue.SetType) and isinstance(target, glue.ArrayType | glue.SetType):
        return functions.transform(column, lambda item: cast(item, source.elementType, target.elementType))
    if isinstance(source, glue.MapType) and isinstance(target, glue.MapType):
        return functions.transform_values(column, lambda _, item: cast(item, source.valueType, target.valueType))
    if isinstance(source, _NESTED):
        return functions.to_json(column) if isinstance(target, glue.StringType) else null_of(target)
    if isinstance(target, _NESTED):
        return null_of(target)
    return _atom(column, source.typeName(), target)


def null_of(kind: glue.DataType) -> Any:
    """Null of a type."""
    from pyspark.sql import functions

    return functions.lit(None).cast(to_spark(kind))


def struct_of(column: Any, fields: list[tuple[str, Any]]) -> Any:
    """A struct of these fields, null where a column is null."""
    from pyspark.sql import functions

    return functions.when(column.isNotNull(), functions.struct(*(value.alias(name) for name, value in fields)))


def _struct(column: Any, source: glue.StructType, target: glue.StructType) -> Any:
    known = source.field_map
    fields = [
        (
            field.name,
            cast(field_of(column, source, field.name), known[field.name].dataType, field.dataType)
            if field.name in known
            else null_of(field.dataType),
        )
        for field in target.fields
    ]
    return struct_of(column, fields)


def _lifted(column: Any, source: glue.DataType, target: glue.ChoiceType) -> Any:
    """A value as one of the types of a choice; which it is already, by its type's name."""
    own = source.choices if isinstance(source, glue.ChoiceType) else {source.typeName(): source}
    fields = []
    for kind in target.types():
        name = kind.typeName()
        value = column.getField(name) if isinstance(source, glue.ChoiceType) else column
        fields.append((name, cast(value, own[name], kind) if name in own else null_of(kind)))
    return struct_of(column, fields)


def _atom(column: Any, source: str, target: glue.DataType) -> Any:
    """Casts among types without parts; Spark refuses some that are null here."""
    from pyspark.sql import functions

    name = target.typeName()
    spark = to_spark(target)
    texts = ("string", "null")
    if name in ("date", "timestamp", "timestampntz"):
        from_number = name == "timestamp" and source in _NUMBERS
        if not from_number and source not in (*texts, "date", "timestamp", "timestampntz"):
            return null_of(target)
    if (name == "binary" and source not in texts) or (source == "binary" and name != "string"):
        return null_of(target)
    if source == "timestampntz" and name in (*_NUMBERS, "boolean"):
        return null_of(target)
    if name in _RANGES and source == "string":
        return functions.when(column.rlike(_WHOLE), column.cast(spark))
    if name in _RANGES and source in _NUMBERS and _RANGES[name] < _RANGES.get(source, 2**64):
        return functions.when(_fits(column, source, _RANGES[name]), column.cast(spark))
    return column.cast(spark)


def _fits(column: Any, source: str, limit: int) -> Any:
    """Whether a number, its fraction cut off, is within -limit and limit - 1."""
    from pyspark.sql import functions

    kind = "double" if source in ("float", "double") else "decimal(38,18)" if source == "decimal" else "long"
    if limit == 2**63:  # doubles there are whole
        low, high = functions.lit(str(-limit)).cast(kind), functions.lit(str(limit)).cast(kind)
        return (column >= low) & (column < high)
    return (column > functions.lit(-limit - 1).cast(kind)) & (column < functions.lit(limit).cast(kind))
