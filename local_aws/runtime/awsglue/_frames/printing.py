"""A schema as a tree, in the lines that Glue's printSchema prints."""

from __future__ import annotations

from collections.abc import Iterator

from awsglue import gluetypes as glue


def schema_tree(schema: glue.StructType) -> str:
    """The tree: fields below their struct, `element` below an array, `keyType`… below a map, types below a choice."""
    return "\n".join(["root", *_fields(schema, "")])


def _fields(struct: glue.StructType, indent: str) -> Iterator[str]:
    for field in struct.fields:
        yield from _named(field.name, field.dataType, indent)


def _named(name: str, kind: glue.DataType, indent: str) -> Iterator[str]:
    yield f"{indent}|-- {name}: {_name(kind)}"
    yield from _parts(kind, f"{indent}|    ")


def _parts(kind: glue.DataType, indent: str) -> Iterator[str]:
    if isinstance(kind, glue.StructType):
        yield from _fields(kind, indent)
    elif isinstance(kind, glue.ArrayType | glue.SetType):
        yield from _named("element", kind.elementType, indent)
    elif isinstance(kind, glue.MapType):
        yield f"{indent}|-- keyType: string"
        yield from _named("valueType", kind.valueType, indent)
    elif isinstance(kind, glue.ChoiceType):
        for choice in kind.types():
            yield f"{indent}|-- {_name(choice)}"
            yield from _parts(choice, f"{indent}|    ")


def _name(kind: glue.DataType) -> str:
    if isinstance(kind, glue.DecimalType):
        return f"decimal({kind.precision},{kind.scale})"
    return kind.typeName()
