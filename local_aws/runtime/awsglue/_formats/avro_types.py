"""Avro's types as Glue's, and values as fastavro reads them as values of Spark's rows.

fastavro does not say which branch of a union a value was written with unless the branches are records. What is written
of a record with one field is what is written of the field, so that each branch is read as such a record. Likewise an
enum is read as the number that it is written as, and names are replaced, so that what makes a name counts for nothing.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from awsglue import gluetypes as glue

_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - Spark's moments have no zone in Python; the session is in UTC
_ATOMS: dict[str, type[glue.DataType]] = {
    "null": glue.NullType,
    "boolean": glue.BooleanType,
    "int": glue.IntegerType,
    "long": glue.LongType,
    "float": glue.FloatType,
    "double": glue.DoubleType,
    "bytes": glue.BinaryType,
    "string": glue.StringType,
}
_NAMED = ("record", "enum", "fixed")

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Reading:
    """How values of a schema are read.

    Attributes:
        kind: Glue's type of them.
        schema: Avro's schema to read them with.
        convert: makes what was read a value of a row.
    """

    kind: glue.DataType
    schema: Any
    convert: Convert


class Types:
    """Reads schemas.

    Args:
        logical: whether decimals, dates and timestamp-millis count (format option `version` 1.8).
    """

    def __init__(self, *, logical: bool) -> None:
        self._logical = logical
        self._named: dict[str, Any] = {}
        self._names = (f"n{number}" for number in count())

    def read(self, schema: Any) -> Reading:
        """How values of a schema are read.

        Raises:
            NotImplementedError: the schema refers to itself.
            LookupError, TypeError: it is no schema.
        """
        if isinstance(schema, list):
            return self._union(schema)
        if isinstance(schema, str):
            if schema in _ATOMS:
                return Reading(_ATOMS[schema](), schema, _same)
            return self.read(self._named[schema.rpartition(".")[2]])
        kind = schema["type"]
        if isinstance(kind, dict | list):
            return self.read(kind)
        name = schema["name"].rpartition(".")[2] if kind in _NAMED else ""
        if kind in _NAMED:
            self._named[name] = {"type": "refused", "name": schema["name"]} if kind == "record" else schema
        found = self._complex(kind, schema)
        if kind in _NAMED:
            self._named[name] = schema
        return self._with_logical_type(schema, found) if self._logical else found

    def _complex(self, kind: str, schema: Mapping[str, Any]) -> Reading:
        if kind == "record":
            return self._record(schema["fields"])
        if kind == "array":
            inner = self.read(schema["items"])
            return Reading(glue.ArrayType(inner.kind), {**_ARRAY, "items": inner.schema}, _each(inner.convert))
        if kind == "map":
            inner = self.read(schema["values"])
            return Reading(glue.MapType(inner.kind), {**_MAP, "values": inner.schema}, _each_value(inner.convert))
        if kind == "enum":
            return Reading(glue.StringType(), "int", list(schema["symbols"]).__getitem__)
        if kind == "fixed":
            return Reading(
                glue.BinaryType(), {"type": "fixed", "name": next(self._names), "size": schema["size"]}, _same
            )
        if kind == "refused":
            raise NotImplementedError(f"Avro schema {schema['name']} refers to itself: Spark has no such type")
        return self.read(kind)

    def _record(self, fields: Sequence[Mapping[str, Any]]) -> Reading:
        found = [(field["name"], self.read(field["type"])) for field in fields]
        struct = glue.StructType([glue.Field(name, reading.kind) for name, reading in found])
        converts = [(f"f{place}", reading.convert) for place, (_, reading) in enumerate(found)]
        return Reading(
            struct,
            self._named_record({f"f{place}": reading.schema for place, (_, reading) in enumerate(found)}),
            lambda value: tuple([convert(value[name]) for name, convert in converts]),
        )

    def _named_record(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        parts = [{"name": name, "type": schema} for name, schema in fields.items()]
        return {"type": "record", "name": next(self._names), "fields": parts}

    def _union(self, schemas: Sequence[Any]) -> Reading:
        branches = [None if schema == "null" else self.read(schema) for schema in schemas]
        told = [branch for branch in branches if branch]
        if len(told) < 2:
            kind: glue.DataType = told[0].kind if told else glue.NullType()
            convert = told[0].convert if told else _same
            read_with = [branch.schema if branch else "null" for branch in branches]
            return Reading(kind, read_with, lambda value: None if value is None else convert(value))
        choice = glue.ChoiceType(branch.kind for branch in told)
        kind = choice if len(choice.types()) > 1 else choice.types()[0]
        records = [self._named_record({"value": branch.schema}) if branch else "null" for branch in branches]
        own = {
            record["name"]: (branch.convert, fitting(branch.kind, kind))
            for branch, record in zip(branches, records, strict=True)
            if branch and isinstance(record, dict)
        }

        def choose(value: Any) -> Any:
            if value is None:
                return None
            name, record = value
            convert, fit = own[name]
            return fit(convert(record["value"]))

        return Reading(kind, records, choose)

    def _with_logical_type(self, schema: Mapping[str, Any], found: Reading) -> Reading:
        name, kind = schema.get("logicalType"), schema["type"]
        if name == "date" and kind == "int":
            return Reading(glue.DateType(), kind, lambda value: (_EPOCH + datetime.timedelta(days=value)).date())
        if name == "timestamp-millis" and kind == "long":
            return Reading(glue.TimestampType(), kind, lambda value: _EPOCH + datetime.timedelta(milliseconds=value))
        if name == "decimal" and kind in ("bytes", "fixed"):
            scale = schema.get("scale", 0)
            return Reading(
                glue.DecimalType(schema["precision"], scale),
                found.schema,
                lambda value: decimal.Decimal(int.from_bytes(value, "big", signed=True)).scaleb(-scale),
            )
        return found


_ARRAY, _MAP = {"type": "array"}, {"type": "map"}


def fitting(have: glue.DataType, want: glue.DataType) -> Convert:
    """What makes a row's value of one type a value of the wider type that it was merged to."""
    if have == want:
        return _same
    if isinstance(want, glue.ChoiceType):
        return _into_choice(have, want)
    if isinstance(have, glue.StructType) and isinstance(want, glue.StructType):
        places = {field.name: place for place, field in enumerate(have.fields)}
        parts = [
            (places[field.name], fitting(have.fields[places[field.name]].dataType, field.dataType))
            if field.name in places
            else None
            for field in want.fields
        ]
        return _or_null(lambda value: tuple([part and part[1](value[part[0]]) for part in parts]))
    if isinstance(have, glue.ArrayType) and isinstance(want, glue.ArrayType):
        return _or_null(_each(fitting(have.elementType, want.elementType)))
    if isinstance(have, glue.MapType) and isinstance(want, glue.MapType):
        return _or_null(_each_value(fitting(have.valueType, want.valueType)))
    return _same


def _into_choice(have: glue.DataType, want: glue.ChoiceType) -> Convert:
    names = [one.typeName() for one in want.types()]
    if isinstance(have, glue.ChoiceType):
        own = {
            one.typeName(): (place, fitting(one, want.choices[one.typeName()]))
            for place, one in enumerate(have.types())
        }
        parts = [own.get(name) for name in names]
        return _or_null(lambda value: tuple([part and part[1](value[part[0]]) for part in parts]))
    if isinstance(have, glue.NullType):
        return _same
    place, fit = names.index(have.typeName()), fitting(have, want.choices[have.typeName()])
    before, behind = (None,) * place, (None,) * (len(names) - place - 1)
    return _or_null(lambda value: (*before, fit(value), *behind))


def _same(value: Any) -> Any:
    return value


def _or_null(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def _each(convert: Convert) -> Convert:
    return _same if convert is _same else lambda value: [convert(item) for item in value]


def _each_value(convert: Convert) -> Convert:
    return _same if convert is _same else lambda value: {name: convert(item) for name, item in value.items()}
