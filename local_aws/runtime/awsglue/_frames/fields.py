"""Fields taken, dropped and renamed; paths name fields in structs, and what is not there is passed over.

A name that no field has is that of a field whose name differs in case only, as a catalog's lower case meets the data's
(public scripts); the field keeps its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.casts import struct_of
from awsglue._frames.edits import Pair, edited, edited_at, steps
from awsglue._frames.frame import Frame, index_of, own_name
from awsglue._frames.values import field_of


def paths_of(paths: str | Iterable[str]) -> list[str]:
    """Paths as a list; scripts give one alone too."""
    return [paths] if isinstance(paths, str) else list(paths)


def drop(frame: Frame, paths: str | Iterable[str]) -> Frame:
    """All fields but these; a struct of which nothing is left goes too."""
    return edited_at(frame, ((path, lambda _field, _column: []) for path in paths_of(paths)))


def rename(frame: Frame, old: str, new: str) -> Frame:
    """A field under another name, in its place.

    Args:
        frame: the rows.
        old: path of the field.
        new: its name, alone or as the path beside the old one.

    Raises:
        ValueError: the new path is elsewhere.
    """
    top = [old] if index_of(frame.schema.fields, old) is not None else steps(old)
    names = steps(new)
    if not names or (len(names) > 1 and _lower(names[:-1]) != _lower(top[:-1])):
        raise ValueError(f"rename_field does not move {old} to {new}: name it beside the old one, or use apply_mapping")

    def renamed(field: glue.Field, column: Any) -> list[Pair]:
        return [(glue.Field(names[-1], field.dataType, field.properties), column)]

    return edited(frame, old, renamed)


def select(frame: Frame, paths: str | Iterable[str]) -> Frame:
    """These fields, in the order of the paths; those in structs stay in them."""
    wanted: dict[str, list[list[str]]] = {}
    for path in paths_of(paths):
        names = [path] if index_of(frame.schema.fields, path) is not None else steps(path)
        if names:
            wanted.setdefault(own_name(frame.schema.fields, names[0]), []).append(names[1:])
    columns = {field.name: (field, column) for field, column in reversed(frame.all_columns())}
    kept = (_kept(*columns[name], below) for name, below in wanted.items() if name in columns)
    return frame.select(pair for pair in kept if pair)


def _kept(field: glue.Field, column: Any, paths: list[list[str]]) -> Pair | None:
    """What paths leave of a field; an empty path is all of it."""
    if not all(paths):
        return field, column
    if not isinstance(field.dataType, glue.StructType):
        return None
    pairs = []
    for inner in field.dataType.fields:
        below = [path[1:] for path in paths if own_name(field.dataType.fields, path[0]) == inner.name]
        found = _kept(inner, field_of(column, field.dataType, inner.name), below) if below else None
        pairs += [found] if found else []
    if not pairs:
        return None
    kind = glue.StructType(inner for inner, _ in pairs)
    return glue.Field(field.name, kind, field.properties), struct_of(
        column, [(inner.name, one) for inner, one in pairs]
    )


def _lower(names: Iterable[str]) -> list[str]:
    return [name.lower() for name in names]


def null_paths(schema: glue.StructType) -> list[str]:
    """Paths of the fields whose type is null, or an array of nulls."""
    return list(_nulls(schema, ""))


def _nulls(struct: glue.StructType, prefix: str) -> Iterator[str]:
    for field in struct.fields:
        kind = field.dataType
        name = f"`{field.name}`" if "." in field.name else field.name
        if isinstance(kind, glue.ArrayType) and isinstance(kind.elementType, glue.NullType):
            kind = kind.elementType
        if isinstance(kind, glue.NullType):
            yield prefix + name
        elif isinstance(kind, glue.StructType):
            yield from _nulls(kind, f"{prefix}{name}.")
