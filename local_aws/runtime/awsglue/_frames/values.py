"""Python values, Glue's types and Spark's types: which type a value has, and each of them as the others.

In a Spark DataFrame a choice is a struct with one field a type, named after it, of which one is not null.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from awsglue import gluetypes as glue

_INT = range(-(2**31), 2**31)
_LONG = range(-(2**63), 2**63)

_ATOMS = {
    "binary": "BinaryType",
    "boolean": "BooleanType",
    "byte": "ByteType",
    "date": "DateType",
    "double": "DoubleType",
    "float": "FloatType",
    "int": "IntegerType",
    "long": "LongType",
    "null": "NullType",
    "short": "ShortType",
    "string": "StringType",
    "timestamp": "TimestampType",
    "timestampntz": "TimestampNTZType",
}
"""Glue's name of a type without parts -> the name of its class here and in pyspark.sql.types."""

_PYTHON_TYPES: dict[type, Callable[[], glue.DataType]] = {
    type(None): glue.NullType,
    bool: glue.BooleanType,
    float: glue.DoubleType,
    str: glue.StringType,
    bytes: glue.BinaryType,
    bytearray: glue.BinaryType,
    datetime.datetime: glue.TimestampType,
    datetime.date: glue.DateType,
}


def type_of(value: Any) -> glue.DataType:  # noqa: PLR0911 - one return a kind of value
    """The type of a value: `int` where 32 bits hold it, else `long`; what 64 bits do not hold is a decimal.

    A field whose value is None gets the property `null`, at any depth.
    """
    kind = type(value)
    if kind in _PYTHON_TYPES:
        return _PYTHON_TYPES[kind]()
    if kind is int:
        if value in _INT:
            return glue.IntegerType()
        return glue.LongType() if value in _LONG else glue.DecimalType(38, 0)
    if isinstance(value, decimal.Decimal):
        scale = max(-int(value.as_tuple().exponent), 0)
        return glue.DecimalType(max(len(value.as_tuple().digits), scale + 1), scale)
    if isinstance(value, Mapping):
        return glue.StructType(
            glue.Field(str(name), type_of(item), {"null": True} if item is None else None)
            for name, item in value.items()
        )
    if isinstance(value, list | tuple | set):
        return glue.ArrayType(merged(map(type_of, value)))
    plain = _plain(value)
    return glue.StringType() if plain is value else type_of(plain)


def _plain(value: Any) -> Any:
    """A value of numpy or pandas as Python's own; any other as it is."""
    if isinstance(value, datetime.datetime):
        return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return value.tolist() if type(value).__module__ == "numpy" and hasattr(value, "tolist") else value


def merged(types: Iterable[glue.DataType]) -> glue.DataType:
    """The type of values of all these types; null where there is none."""
    result: glue.DataType = glue.NullType()
    for found in types:
        result = glue.mergeDataTypes(result, found)
    return result


def to_spark(kind: glue.DataType) -> Any:
    """Glue's type as Spark's."""
    from pyspark.sql import types as spark

    if isinstance(kind, glue.StructType):
        return spark.StructType([spark.StructField(field.name, to_spark(field.dataType)) for field in kind.fields])
    if isinstance(kind, glue.ChoiceType):
        return spark.StructType([spark.StructField(one.typeName(), to_spark(one)) for one in kind.types()])
    if isinstance(kind, glue.ArrayType | glue.SetType):
        return spark.ArrayType(to_spark(kind.elementType))
    if isinstance(kind, glue.MapType):
        return spark.MapType(spark.StringType(), to_spark(kind.valueType))
    if isinstance(kind, glue.DecimalType):
        return spark.DecimalType(kind.precision, kind.scale)
    return getattr(spark, _ATOMS.get(kind.typeName(), "StringType"))()


def field_of(column: Any, kind: glue.StructType, name: str) -> Any:
    """A field of a struct by its exact name.

    Spark looks for it in any case and refuses where two differ in nothing else, so those get names by their place.
    """
    from pyspark.sql import types

    if sum(field.name.lower() == name.lower() for field in kind.fields) < 2:
        return column.getField(name)
    placed = [types.StructField(f"_{place}", to_spark(field.dataType)) for place, field in enumerate(kind.fields)]
    place = next(place for place, field in enumerate(kind.fields) if field.name == name)
    return column.cast(types.StructType(placed)).getField(f"_{place}")


def from_spark(kind: Any) -> glue.DataType:
    """Spark's type as Glue's; keys of maps are texts in Glue."""
    from pyspark.sql import types as spark

    if isinstance(kind, spark.StructType):
        return glue.StructType(glue.Field(field.name, from_spark(field.dataType)) for field in kind.fields)
    if isinstance(kind, spark.ArrayType):
        return glue.ArrayType(from_spark(kind.elementType))
    if isinstance(kind, spark.MapType):
        return glue.MapType(from_spark(kind.valueType))
    if isinstance(kind, spark.DecimalType):
        return glue.DecimalType(kind.precision, kind.scale)
    name = type(kind).__name__
    return getattr(glue, name)() if name in _ATOMS.values() else glue.StringType()


def encoder(kind: glue.DataType) -> Callable[[Any], Any]:  # noqa: PLR0911 - one return a kind of type
    """A function that makes a Python value what Spark takes for a column of this type; no value of a field is null."""
    if isinstance(kind, glue.StructType):
        parts = [(field.name, encoder(field.dataType)) for field in kind.fields]
        return lambda value: None if value is None else tuple(encode(value.get(name)) for name, encode in parts)
    if isinstance(kind, glue.ChoiceType):
        return _choice_encoder(kind)
    if isinstance(kind, glue.ArrayType | glue.SetType):
        each = encoder(kind.elementType)
        return lambda value: None if value is None else [each(item) for item in value]
    if isinstance(kind, glue.MapType):
        each = encoder(kind.valueType)
        return lambda value: None if value is None else {str(name): each(item) for name, item in value.items()}
    name = kind.typeName()
    if name == "string":
        return lambda value: value if value is None or isinstance(value, str) else str(value)
    if name in ("double", "float"):
        return lambda value: None if value is None else float(value)
    if name == "decimal":
        return lambda value: None if value is None else decimal.Decimal(value)
    if name == "null":
        return lambda _value: None
    return lambda value: value if type(value) in _PYTHON_TYPES or type(value) is int else _plain(value)


def _choice_encoder(kind: glue.ChoiceType) -> Callable[[Any], Any]:
    parts = [(one.typeName(), encoder(one)) for one in kind.types()]

    def encode(value: Any) -> Any:
        if value is None:
            return None
        name = type_of(value).typeName()
        return tuple(each(value) if own == name else None for own, each in parts)

    return encode


def decoder(kind: glue.DataType) -> Callable[[Any], Any]:
    """A function that makes a value of a Spark column of this type plain Python: dicts, lists, the value of a choice.

    A null of a field whose properties say that records lack it (`absent`), and that none holds null (`null`), is left
    out of its dict.
    """
    if isinstance(kind, glue.StructType):
        return _struct_decoder(kind)
    if isinstance(kind, glue.ChoiceType):
        return _choice_decoder(kind)
    held = _inner(kind)
    inner = as_it_is if held is None else decoder(held)
    if inner is as_it_is:  # also lists and dicts: each is a row's own
        return as_it_is
    if isinstance(kind, glue.MapType):
        return lambda value: None if value is None else {name: inner(item) for name, item in value.items()}
    return lambda value: None if value is None else [inner(item) for item in value]


def as_it_is(value: Any) -> Any:
    """The decoder of what is plain Python already."""
    return value


def _inner(kind: glue.DataType) -> glue.DataType | None:
    """The type of what a value holds, where that is more than one."""
    if isinstance(kind, glue.ArrayType | glue.SetType):
        return kind.elementType
    return kind.valueType if isinstance(kind, glue.MapType) else None


def _choice_decoder(kind: glue.ChoiceType) -> Callable[[Any], Any]:
    decoders = [decoder(one) for one in kind.types()]

    def decode(value: Any) -> Any:
        if value is not None:
            for each, item in zip(decoders, value, strict=True):
                if item is not None:
                    return each(item)
        return None

    return decode


def _struct_decoder(kind: glue.StructType) -> Callable[[Any], Any]:
    """It is called for each record: most of the work is one `dict`, what is not plain is looked at after it."""
    names = [field.name for field in kind.fields]
    decoders = {field.name: decoder(field.dataType) for field in kind.fields}  # of equal names the last one counts
    others = [(name, each) for name, each in decoders.items() if each is not as_it_is]
    lacking = [field.name for field in kind.fields if is_absent(field)]

    def decode(value: Any) -> Any:
        if value is None:
            return None
        record = dict(zip(names, value, strict=True))
        for name, each in others:
            record[name] = each(record[name])
        for name in lacking:
            if record.get(name, ...) is None:
                del record[name]
        return record

    return decode


def is_absent(field: glue.Field) -> bool:
    """Whether a null of a field says that the record lacks it."""
    return bool(field.properties.get("absent")) and not field.properties.get("null")


def has_choice(kind: glue.DataType) -> bool:
    """Whether a choice is somewhere in a type."""
    if isinstance(kind, glue.StructType):
        return any(has_choice(field.dataType) for field in kind.fields)
    if isinstance(kind, glue.ArrayType | glue.SetType):
        return has_choice(kind.elementType)
    if isinstance(kind, glue.MapType):
        return has_choice(kind.valueType)
    return isinstance(kind, glue.ChoiceType)
