"""ApplyMapping: fields chosen, renamed, cast, and put into structs.

From public scripts: a source that the frame lacks gives no field; sources are found whatever their case, unless
`case_sensitive`. What is null in all records stays of type null (real: a schema in public logs). Fields inside arrays
cannot be mapped (developer guide, "applyMapping"). Not verified: of a choice, a source type that is one of its types
takes these values alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.casts import cast, type_named
from awsglue._frames.frame import Frame, Place, split_path

_WIDENINGS = {("int", "long"), ("int", "double"), ("long", "double"), ("float", "double")}


@dataclass
class _Target:
    """A field to make: of an expression, or of the fields below it."""

    name: str
    type: glue.DataType | None = None
    column: Any = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    below: list[_Target] = field(default_factory=list)

    def made(self) -> tuple[glue.Field, Any]:
        """The field and its expression."""
        from pyspark.sql import functions

        if self.type is not None:
            return glue.Field(self.name, self.type, self.properties), self.column
        pairs = [one.made() for one in self.below]
        struct = functions.struct(*(column.alias(inner.name) for inner, column in pairs))
        return glue.Field(self.name, glue.StructType(inner for inner, _ in pairs)), struct


def apply_mapping(frame: Frame, mappings: Iterable[Sequence[str]], *, case_sensitive: bool = False) -> Frame:
    """The fields that the mappings name, in their order.

    Args:
        frame: the rows.
        mappings: (source path, source type, target path, target type); three parts are (source, target, target type),
            two (source, target).
        case_sensitive: whether sources are found in their own case only.

    Raises:
        ValueError: a mapping has another number of parts, a type does not exist, or a source is inside an array.
    """
    top: list[_Target] = []
    for mapping in mappings:
        source, source_type, target, target_type = _parts(mapping)
        place = frame.find(source, case_sensitive=case_sensitive)
        if place is None:
            _refuse_arrays(frame, source, case_sensitive=case_sensitive)
            continue
        kind, column = _value(place, source_type, target_type)
        _put(top, split_path(target), _Target("", kind, column, _properties(frame, place, kind)))
    return frame.select(one.made() for one in top)


def _parts(mapping: Sequence[str]) -> tuple[str, str, str, str]:
    if isinstance(mapping, str) or len(mapping) not in (2, 3, 4):
        raise ValueError(f"a mapping is (source, source type, target, target type), not {mapping!r}")
    if len(mapping) == 2:
        return mapping[0], "", mapping[1], ""
    if len(mapping) == 3:
        return mapping[0], "", mapping[1], mapping[2]
    source, source_type, target, target_type = mapping
    return source, source_type, target, target_type


def _value(place: Place, source_type: str, target_type: str) -> tuple[glue.DataType, Any]:
    kind, column = place.type, place.column
    if isinstance(kind, glue.ChoiceType):
        wanted = type_named(source_type)
        name = source_type.strip().lower() if wanted is None else wanted.typeName()
        if name in kind.choices:
            kind, column = kind.choices[name], column.getField(name)
    target = type_named(target_type)
    as_it_is = target is None or isinstance(kind, glue.NullType)
    return (kind, column) if as_it_is else (target, cast(column, kind, target))


def _properties(frame: Frame, place: Place, target: glue.DataType) -> Mapping[str, Any]:
    """Those of the source, as far as the cast can fail on no value: a record that lacks it lacks the target too."""
    names = (place.type.typeName(), target.typeName())
    certain = place.type == target or names[1] == "string" or names in _WIDENINGS
    return frame.schema.fields[place.index].properties if certain and len(place.names) == 1 else {}


def _put(targets: list[_Target], names: Sequence[str], leaf: _Target) -> None:
    """Add a field at a path; the structs on the way stand where they were first named."""
    for name in names[:-1]:
        struct = next((one for one in targets if one.name == name and one.type is None), None)
        if struct is None:
            struct = _Target(name)
            targets.append(struct)
        targets = struct.below
    leaf.name = names[-1]
    targets.append(leaf)


def _refuse_arrays(frame: Frame, path: str, *, case_sensitive: bool) -> None:
    names = split_path(path)
    for length in range(1, len(names)):
        outer = frame.find(".".join(f"`{name}`" for name in names[:length]), case_sensitive=case_sensitive)
        if outer is not None and isinstance(outer.type, glue.ArrayType):
            raise ValueError(
                f"ApplyMapping does not reach into the array {'.'.join(outer.names)} for {path}: relationalize it, "
                "or use Spark's transform on toDF()"
            )
