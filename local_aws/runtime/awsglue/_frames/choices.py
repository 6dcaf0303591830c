"""resolveChoice: fields of several types made fields of one.

The actions are those of the developer guide, "DynamicFrame class", resolveChoice. Its Python page has `project` convert
the other values and its Scala page has it drop them; here they are converted, as by `cast`. Not verified: that paths
which lead nowhere are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.casts import cast, type_named
from awsglue._frames.edits import ELEMENT, Pair, edited, edited_at
from awsglue._frames.frame import Frame

_ACTIONS = "cast:type, project:type, make_cols, make_struct, match_catalog"


def resolved(
    frame: Frame, specs: Sequence[tuple[str, str]] | None, choice: str, catalog: glue.StructType | None
) -> Frame:
    """The frame with its choices resolved.

    Args:
        frame: the rows.
        specs: (path, action) pairs; `items[].price` reaches into arrays.
        choice: one action for all choices.
        catalog: the table's schema, for `match_catalog`.

    Raises:
        ValueError: both or neither of specs and choice are given (the text of the latter is Glue's), or an action or
            type does not exist.
    """
    if not specs and not choice:
        raise ValueError("Parameter specs and option are both missing, add one.")
    if specs and choice:
        raise ValueError("resolveChoice takes specs or choice, not both")
    if specs:
        return edited_at(frame, ((path, _change(action)) for path, action in specs))
    changes = []
    for path in _choices(frame.schema, ()):
        if choice.strip().lower() == "match_catalog":
            target = _catalog_type(catalog, [name for name in path if name != ELEMENT])
            changes += [(_text(path), _casting(target))] if target else []
        else:
            changes.append((_text(path), _change(choice)))
    return edited_at(frame, changes)


def by_options(frame: Frame, options: Sequence[Any]) -> Frame:
    """The frame with each ResolveOption's action done.

    Raises:
        ValueError: the action is not `KeepAsStruct`; the texts are Glue's. A ResolveOption keeps no target, so that
            `Project` never has one.
    """
    for option in options:
        action = option.action.lower()
        if action == "project":
            raise ValueError("Target type must be specified with project action.")
        if action != "keepasstruct":
            raise ValueError(f"Invalid resolve action {option.action}. Action must be one of KeepAsStruct and Project.")
        frame = edited(frame, option.path, _struct)
    return frame


def _change(action: str) -> Callable[[glue.Field, Any], list[Pair]]:
    verb, _, name = action.partition(":")
    verb = verb.strip().lower()
    if verb in ("cast", "project") and name.strip():
        target = type_named(name)
        if target is None:
            return _taking(name.strip().lower())
        return _casting(target)
    if verb == "make_cols":
        return _columns
    if verb == "make_struct":
        return _struct
    if verb == "match_catalog":
        raise ValueError("match_catalog is for choice, not for specs; give database and table_name with it")
    raise ValueError(f"resolveChoice knows no action {action!r}; there are {_ACTIONS}")


def _casting(target: glue.DataType) -> Callable[[glue.Field, Any], list[Pair]]:
    def change(field: glue.Field, column: Any) -> list[Pair]:
        if field.dataType == target:
            return [(field, column)]
        return [(glue.Field(field.name, target), cast(column, field.dataType, target))]

    return change


def _taking(name: str) -> Callable[[glue.Field, Any], list[Pair]]:
    """The values of a nested type, which nothing else can be cast to."""

    def change(field: glue.Field, column: Any) -> list[Pair]:
        kind = field.dataType
        if isinstance(kind, glue.ChoiceType) and name in kind.choices:
            return [(glue.Field(field.name, kind.choices[name]), column.getField(name))]
        if kind.typeName() == name:
            return [(field, column)]
        raise ValueError(f"{field.name} has no values of type {name}")

    return change


def _columns(field: glue.Field, column: Any) -> list[Pair]:
    kind = field.dataType
    if not isinstance(kind, glue.ChoiceType):
        return [(field, column)]
    return [
        (glue.Field(f"{field.name}_{one.typeName()}", one, {"absent": True}), column.getField(one.typeName()))
        for one in kind.types()
    ]


def _struct(field: glue.Field, column: Any) -> list[Pair]:
    kind = field.dataType
    if not isinstance(kind, glue.ChoiceType):
        return [(field, column)]
    struct = glue.StructType(glue.Field(one.typeName(), one) for one in kind.types())
    return [(glue.Field(field.name, struct, field.properties), column)]


def _choices(kind: glue.DataType, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of all choices in structs and arrays; those inside a choice are not looked for."""
    if isinstance(kind, glue.ChoiceType):
        yield path
    elif isinstance(kind, glue.StructType):
        for field in kind.fields:
            yield from _choices(field.dataType, (*path, field.name))
    elif isinstance(kind, glue.ArrayType):
        yield from _choices(kind.elementType, (*path, ELEMENT))


def _text(path: Sequence[str]) -> str:
    return ".".join(name if name == ELEMENT else f"`{name}`" for name in path)


def _catalog_type(catalog: glue.StructType | None, names: Sequence[str]) -> glue.DataType | None:
    """The type that a catalog table has at a path, whatever the case; arrays on the way are passed through."""
    kind: glue.DataType = catalog or glue.StructType()
    for name in names:
        while isinstance(kind, glue.ArrayType):
            kind = kind.elementType
        if not isinstance(kind, glue.StructType):
            return None
        found = next((field for field in kind.fields if field.name.lower() == name.lower()), None)
        if found is None:
            return None
        kind = found.dataType
    return kind
