"""The data of a DynamicFrame: a Spark DataFrame, Glue's schema beside it, and the errors on the way to it.

The DataFrame's columns are called `_0`, `_1`, … by their place, so that names may repeat, differ in case only, or hold
dots; the schema has their names. Nested fields keep theirs.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.values import field_of, from_spark

_CASE = "spark.sql.caseSensitive"
_PART = re.compile(r"`((?:[^`]|``)*)`|([^.`]+)")


@dataclass(frozen=True)
class Errors:
    """Records that a transformation could not handle.

    Attributes:
        rows: RDD of (message, stack trace, record as JSON).
        transformation: name and context of the transformation.
    """

    rows: Any
    transformation: str


@dataclass(frozen=True)
class Place:
    """Where a path leads: a column expression and its type.

    Attributes:
        index: of the top-level field.
        names: of the fields from there on, as the schema has them.
        column: Spark's expression for the value.
        type: its type.
    """

    index: int
    names: tuple[str, ...]
    column: Any
    type: glue.DataType


@dataclass(frozen=True, eq=False)
class Frame:
    """Rows and their schema.

    Attributes:
        rows: DataFrame whose columns are `_0`, `_1`, …
        schema: the fields.
        errors: of all transformations so far, the first first.
        chosen: of each field the expression of its value over `rows`, which is not selected before somebody needs it:
            each selection takes Spark some milliseconds. None where it is the column of the field's place.
    """

    rows: Any
    schema: glue.StructType
    errors: tuple[Errors, ...] = ()
    chosen: tuple[Any, ...] | None = None

    @classmethod
    def of(cls, dataframe: Any, schema: glue.StructType | None = None, errors: tuple[Errors, ...] = ()) -> Frame:
        """Take any DataFrame, its columns in their order.

        Args:
            dataframe: its column names may repeat.
            schema: Glue's types of its columns, where they say more than Spark's.
            errors: of the transformations before.
        """
        if schema is None:
            found = from_spark(dataframe.schema)
            assert isinstance(found, glue.StructType)  # noqa: S101 - a DataFrame's schema is a struct
            schema = found
        return cls(dataframe.toDF(*(f"_{place}" for place in range(len(schema.fields)))), schema, errors)

    @cached_property
    def data(self) -> Any:
        """DataFrame whose columns are `_0`, `_1`, … in the order of the fields."""
        return self.rows if self.chosen is None else self._selected(f"_{place}" for place in range(len(self.chosen)))

    def with_data(self, data: Any) -> Frame:
        """The frame with other rows of the same fields: a DataFrame as `data` is one."""
        return replace(self, rows=data, chosen=None)

    def dataframe(self) -> Any:
        """The rows under their own names; a choice is a struct."""
        names = (field.name for field in self.schema.fields)
        return self.rows.toDF(*names) if self.chosen is None else self._selected(names)

    def _selected(self, names: Iterable[str]) -> Any:
        return self.rows.select(*(column.alias(name) for column, name in zip(self.chosen or (), names, strict=True)))

    @cached_property
    def columns(self) -> tuple[Any, ...]:
        """The expressions of the top-level fields, over `data`."""
        from pyspark.sql import functions

        return tuple(functions.col(f"_{index}") for index in range(len(self.schema.fields)))

    def column(self, index: int) -> Any:
        """The expression of a top-level field."""
        return self.columns[index]

    def select(self, chosen: Iterable[tuple[glue.Field, Any]]) -> Frame:
        """The frame with these fields, each with the expression that gives it."""
        pairs = list(chosen)
        schema = glue.StructType(field for field, _ in pairs)
        columns = tuple(column for _, column in pairs)
        if self.chosen is None:
            return replace(self, schema=schema, chosen=columns)
        own = {id(column): place for place, column in enumerate(self.columns)}
        if all(id(column) in own for column in columns):  # fields as they were, in another order or under other names
            return replace(self, schema=schema, chosen=tuple(self.chosen[own[id(column)]] for column in columns))
        return Frame(self.data, schema, self.errors, columns)

    def found_nothing(self) -> bool:
        """Whether it is of a source that found nothing: no field is known, and there is no row."""
        return not self.schema.fields and not self.data.take(1)

    def nothing(self) -> Frame:
        """The frame without its rows."""
        return self.with_data(self.data.limit(0))

    def all_columns(self) -> list[tuple[glue.Field, Any]]:
        """Every field with its expression, for `select`."""
        return list(zip(self.schema.fields, self.columns, strict=True))

    def find(self, path: str, *, case_sensitive: bool = False) -> Place | None:
        """Follow a path such as `a.b`, `` `a.b` `` or the name of a field that has dots; None where it leads nowhere.

        A field whose whole name is the path comes first; names that differ in case only are found unless
        `case_sensitive`.
        """
        whole = index_of(self.schema.fields, path, case_sensitive=case_sensitive)
        if whole is not None:
            return self._place(whole, ())
        names = split_path(path)
        first = index_of(self.schema.fields, names[0], case_sensitive=case_sensitive) if names else None
        if first is None:
            return None
        return self._place(first, tuple(names[1:]), case_sensitive=case_sensitive)

    def _place(self, index: int, names: Sequence[str], *, case_sensitive: bool = False) -> Place | None:
        field = self.schema.fields[index]
        column, kind, followed = self.column(index), field.dataType, [field.name]
        for name in names:
            if not isinstance(kind, glue.StructType):
                return None
            inner = index_of(kind.fields, name, case_sensitive=case_sensitive)
            if inner is None:
                return None
            own = kind.fields[inner].name
            column, kind = field_of(column, kind, own), kind.fields[inner].dataType
            followed.append(own)
        return Place(index, tuple(followed), column, kind)


def has_twins(kind: glue.DataType) -> bool:
    """Whether two fields, of one struct at any depth, have names that differ in case only."""
    if isinstance(kind, glue.StructType):
        names = {field.name.lower() for field in kind.fields}
        return len(names) < len(kind.fields) or any(has_twins(field.dataType) for field in kind.fields)
    if isinstance(kind, glue.ArrayType | glue.SetType):
        return has_twins(kind.elementType)
    return isinstance(kind, glue.MapType) and has_twins(kind.valueType)


@contextlib.contextmanager
def exact_names(session: Any) -> Iterator[None]:
    """While this lasts, names that differ in case only are two to Spark, as they are in a frame."""
    before = session.conf.get(_CASE)
    session.conf.set(_CASE, "true")
    try:
        yield
    finally:
        session.conf.set(_CASE, before)


def split_path(path: str) -> list[str]:
    """The names of a path: separated by dots, those with dots of their own in backticks; a join's `.id` is one."""
    if path.startswith("."):
        first, *rest = split_path(path[1:]) or [""]
        return ["." + first, *rest]
    return [quoted.replace("``", "`") if quoted else plain for quoted, plain in _PART.findall(path)]


def index_of(fields: Sequence[glue.Field], name: str, *, case_sensitive: bool = False) -> int | None:
    """The place of a field: of its exact name, else of the first whose name differs in case only."""
    for index, field in enumerate(fields):
        if field.name == name:
            return index
    if case_sensitive:
        return None
    lowered = name.lower()
    return next((index for index, field in enumerate(fields) if field.name.lower() == lowered), None)


def own_name(fields: Sequence[glue.Field], name: str) -> str:
    """The name as the field that it means has it; as it is where there is none."""
    index = index_of(fields, name)
    return name if index is None else fields[index].name
