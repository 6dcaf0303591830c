"""Types of a DynamicFrame's schema, as scripts see them in `awsglue.gluetypes`.

A field may hold values of several types: its type is then a ChoiceType. (Developer guide, "PySpark extension types";
the names of a field's and container's members in `jsonValue` are not verified.)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self


class DataType:
    """A type, with properties that say more about it."""

    def __init__(self, properties: Mapping[str, Any] | None = None) -> None:
        self.properties = dict(properties or {})

    @classmethod
    def typeName(cls) -> str:
        """The class's name without "Type", in lower case; IntegerType is `int`."""
        return cls.__name__.removesuffix("Type").lower()

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON: `dataType` and `properties`."""
        return {"dataType": self.typeName(), "properties": self.properties}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataType) and self._members() == other._members()

    def __hash__(self) -> int:
        return hash(json.dumps(self.jsonValue(), sort_keys=True, default=str))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.properties or ''})"

    def _members(self) -> Any:
        """What makes the type: its name and its parts, but not its properties."""
        return self.typeName()


class AtomicType(DataType):
    """A type without parts."""

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        """Read it from what jsonValue gave."""
        return cls(properties=json_value.get("properties"))


class BinaryType(AtomicType):
    """Bytes."""


class BooleanType(AtomicType):
    """True or false."""


class ByteType(AtomicType):
    """A whole number of 8 bits."""


class DateType(AtomicType):
    """A day."""


class DoubleType(AtomicType):
    """A floating-point number of 64 bits."""


class FloatType(AtomicType):
    """A floating-point number of 32 bits."""


class IntegerType(AtomicType):
    """A whole number of 32 bits."""

    @classmethod
    def typeName(cls) -> str:
        """`int`."""
        return "int"


class LongType(AtomicType):
    """A whole number of 64 bits."""


class NullType(AtomicType):
    """Null and nothing else."""


class ShortType(AtomicType):
    """A whole number of 16 bits."""


class StringType(AtomicType):
    """Text."""


class TimestampType(AtomicType):
    """A moment."""


class TimestampNTZType(AtomicType):
    """A date and a time of day, in no time zone."""


class UnknownType(AtomicType):
    """Not known."""


class DecimalType(AtomicType):
    """A decimal number of `precision` digits, `scale` of them after the point."""

    def __init__(self, precision: int = 10, scale: int = 2, properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.precision, self.scale = precision, scale

    def jsonValue(self) -> dict[str, Any]:
        """With `precision` and `scale`."""
        return {**super().jsonValue(), "precision": self.precision, "scale": self.scale}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        """Read it from what jsonValue gave."""
        return cls(json_value.get("precision", 10), json_value.get("scale", 2), json_value.get("properties"))

    def _members(self) -> Any:
        return ("decimal", self.precision, self.scale)


class EnumType(AtomicType):
    """One of some texts."""

    def __init__(self, options: Iterable[str], properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.options = list(options)

    def jsonValue(self) -> dict[str, Any]:
        """With `options`."""
        return {**super().jsonValue(), "options": self.options}

    def _members(self) -> Any:
        return ("enum", tuple(self.options))


class _OfElements(DataType):
    def __init__(self, elementType: DataType | None = None, properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.elementType = elementType or UnknownType()

    def jsonValue(self) -> dict[str, Any]:
        """With `elementType`."""
        return {**super().jsonValue(), "elementType": self.elementType.jsonValue()}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Self:
        """Read it from what jsonValue gave."""
        return cls(from_json_value(json_value["elementType"]), json_value.get("properties"))

    def _members(self) -> Any:
        return (self.typeName(), self.elementType._members())


class ArrayType(_OfElements):
    """A list of elements of one type."""


class SetType(_OfElements):
    """Elements of one type, each once."""


class MapType(DataType):
    """Values of one type under texts."""

    def __init__(self, valueType: DataType | None = None, properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.valueType = valueType or UnknownType()

    def jsonValue(self) -> dict[str, Any]:
        """With `valueType`."""
        return {**super().jsonValue(), "valueType": self.valueType.jsonValue()}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> MapType:
        """Read it from what jsonValue gave."""
        return cls(from_json_value(json_value["valueType"]), json_value.get("properties"))

    def _members(self) -> Any:
        return ("map", self.valueType._members())


class ChoiceType(DataType):
    """Values of several types: `choices` by type name."""

    def __init__(self, choices: Iterable[DataType] = (), properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.choices: dict[str, DataType] = {}
        self.merge(choices)

    def add(self, new_choice: DataType) -> None:
        """Allow one more type; one of a name that is there already is merged with it."""
        if isinstance(new_choice, ChoiceType):
            self.merge(new_choice.choices.values())
            return
        name = new_choice.typeName()
        known = self.choices.get(name)
        self.choices[name] = new_choice if known is None else mergeDataTypes(known, new_choice)

    def merge(self, new_choices: Iterable[DataType]) -> None:
        """Allow more types."""
        for choice in new_choices:
            self.add(choice)

    def jsonValue(self) -> dict[str, Any]:
        """With `choices`."""
        return {**super().jsonValue(), "choices": [choice.jsonValue() for choice in self.types()]}

    def types(self) -> list[DataType]:
        """The types, by name."""
        return [self.choices[name] for name in sorted(self.choices)]

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> ChoiceType:
        """Read it from what jsonValue gave."""
        return cls(map(from_json_value, json_value["choices"]), json_value.get("properties"))

    def _members(self) -> Any:
        return ("choice", tuple(choice._members() for choice in self.types()))


class Field:
    """A field of a struct."""

    def __init__(self, name: str, dataType: DataType, properties: Mapping[str, Any] | None = None) -> None:
        self.name, self.dataType, self.properties = name, dataType, dict(properties or {})

    def jsonValue(self) -> dict[str, Any]:
        """The field as JSON: `name`, `container` (its type), `properties`."""
        return {"name": self.name, "container": self.dataType.jsonValue(), "properties": self.properties}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> Field:
        """Read it from what jsonValue gave."""
        return cls(json_value["name"], from_json_value(json_value["container"]), json_value.get("properties"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and (self.name, self.dataType) == (other.name, other.dataType)

    def __hash__(self) -> int:
        return hash((self.name, self.dataType))

    def __repr__(self) -> str:
        return f"Field({self.name}, {self.dataType!r})"


class StructType(DataType):
    """Fields in an order; two may have one name, as after a join."""

    def __init__(self, fields: Iterable[Field] = (), properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.fields = list(fields)

    @property
    def field_map(self) -> dict[str, Field]:
        """The fields by name, the first of each."""
        return {field.name: field for field in reversed(self.fields)}

    def add(self, field: Field) -> None:
        """Add a field at the end."""
        self.fields.append(field)

    def hasField(self, field: Field | str) -> bool:
        """Whether there is a field of that name."""
        return getattr(field, "name", field) in self.field_map

    def getField(self, field: Field | str) -> Field:
        """The field of that name."""
        return self.field_map[getattr(field, "name", field)]

    def jsonValue(self) -> dict[str, Any]:
        """With `fields`."""
        return {**super().jsonValue(), "fields": [field.jsonValue() for field in self.fields]}

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> StructType:
        """Read it from what jsonValue gave."""
        return cls(map(Field.fromJsonValue, json_value["fields"]), json_value.get("properties"))

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def _members(self) -> Any:
        return ("struct", tuple((field.name, field.dataType._members()) for field in self.fields))


class EntityType(DataType):
    """A named thing of some type."""

    def __init__(self, entity: str, base_type: DataType, properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties)
        self.entity, self.base_type = entity, base_type


_BY_NAME: dict[str, Any] = {
    kind.typeName(): kind
    for kind in (
        BinaryType,
        BooleanType,
        ByteType,
        DateType,
        DecimalType,
        DoubleType,
        FloatType,
        IntegerType,
        LongType,
        NullType,
        ShortType,
        StringType,
        TimestampType,
        TimestampNTZType,
        UnknownType,
        ArrayType,
        SetType,
        MapType,
        ChoiceType,
        StructType,
    )
}


def from_json_value(json_value: Mapping[str, Any]) -> DataType:
    """Any type from what its jsonValue gave."""
    found: DataType = _BY_NAME[json_value["dataType"]].fromJsonValue(json_value)
    return found


def mergeDataTypes(s1: DataType, s2: DataType) -> DataType:  # noqa: PLR0911 - one return a rule
    """The type of values of both types.

    Null gives way to anything; structs, arrays and maps are merged part by part; decimals take the digits that both
    need; what differs otherwise becomes a choice, numbers too (structs such as `struct<int:int,long:bigint>` are seen
    in what Glue writes). A field that only one of two structs has gets the property `absent`, at any depth.
    """
    for one, other in ((s1, s2), (s2, s1)):
        if isinstance(one, NullType | UnknownType):
            return other
    if isinstance(s1, StructType) and isinstance(s2, StructType):
        return _merged_structs(s1, s2)
    if isinstance(s1, ArrayType) and isinstance(s2, ArrayType):
        return ArrayType(mergeDataTypes(s1.elementType, s2.elementType))
    if isinstance(s1, MapType) and isinstance(s2, MapType):
        return MapType(mergeDataTypes(s1.valueType, s2.valueType))
    if s1 == s2 and not isinstance(s1, ChoiceType):
        return s1
    if isinstance(s1, DecimalType) and isinstance(s2, DecimalType):
        scale = max(s1.scale, s2.scale)
        return DecimalType(min(max(s1.precision - s1.scale, s2.precision - s2.scale) + scale, 38), scale)
    return ChoiceType([s1, s2])


def _merged_structs(s1: StructType, s2: StructType) -> StructType:
    theirs: dict[str, list[Field]] = {}
    for field in s2.fields:
        theirs.setdefault(field.name, []).append(field)
    fields = []
    for field in s1.fields:  # of fields of one name, the first goes with the first, the second with the second
        if theirs.get(field.name):
            other = theirs[field.name].pop(0)
            merged = {**other.properties, **field.properties}
            fields.append(Field(field.name, mergeDataTypes(field.dataType, other.dataType), merged))
        else:
            fields.append(_absent_elsewhere(field))
    return StructType([*fields, *(_absent_elsewhere(field) for rest in theirs.values() for field in rest)])


def _absent_elsewhere(field: Field) -> Field:
    return Field(field.name, field.dataType, {**field.properties, "absent": True})
