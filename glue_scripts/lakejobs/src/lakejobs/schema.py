"""A table's columns, declared once: names and types as the Data Catalog writes them.

    SALES = Schema({"country": "string", "order_id": "bigint", "unit_price": "decimal(10,2)"})

From it come Spark's schema, the columns of a table in the catalog or in DDL, the types of a DynamicFrame, and the check
that files are what a job expects. Types are those that Spark, Athena and the catalog call by the same name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lakejobs.errors import JobError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyspark.sql.types import DataType, StructType

PLAIN = ("string", "boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "date", "timestamp", "binary")
DECIMAL = re.compile(r"decimal\((?P<precision>[1-9]\d?),(?P<scale>\d{1,2})\)")
OF_DYNAMIC_FRAMES = {"bigint": "long", "smallint": "short", "tinyint": "byte"}  # the others have the same names there


class SchemaError(JobError):
    """Columns are not what was declared, or were declared so that there can be no such table."""


class Schema:
    """Columns in their order, each with its type; like a mapping, but never changed."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = dict(columns)
        for name, kind in self._columns.items():
            decimal = DECIMAL.fullmatch(kind)
            fits = decimal and int(decimal["scale"]) <= int(decimal["precision"]) <= 38
            if kind not in PLAIN and not fits:
                raise SchemaError(
                    f"the column {name} is declared as {kind!r}",
                    "no such type",
                    f"write one of {', '.join(PLAIN)}, decimal(p,s) with p up to 38 and s up to p",
                )

    def __getitem__(self, name: str) -> str:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and list(self.items()) == list(other.items())

    def __hash__(self) -> int:
        return hash(tuple(self.items()))

    def __repr__(self) -> str:
        return f"Schema({self._columns})"

    @property
    def names(self) -> list[str]:
        """The columns in their order."""
        return list(self._columns)

    def items(self) -> list[tuple[str, str]]:
        """Each column with its type."""
        return list(self._columns.items())

    def with_columns(self, columns: Mapping[str, str]) -> Schema:
        """These columns, then the others."""
        return Schema({**self._columns, **columns})

    def only(self, names: Iterable[str]) -> Schema:
        """Some of the columns, in the order of the names."""
        return Schema({name: self._columns[name] for name in names})

    def without(self, *names: str) -> Schema:
        """All columns but some, such as the partition keys of a table."""
        return self.only(name for name in self._columns if name not in names)

    def lower(self) -> Schema:
        """The same with all names in lower case, as the catalog keeps them."""
        return Schema({name.lower(): kind for name, kind in self.items()})

    @property
    def ddl(self) -> str:
        """The columns as SQL declares them: `country string, order_id bigint`."""
        return ", ".join(f"`{name}` {kind}" for name, kind in self.items())

    @property
    def catalog(self) -> list[dict[str, str]]:
        """The columns as the Data Catalog takes them, in a StorageDescriptor or as PartitionKeys."""
        return [{"Name": name, "Type": kind} for name, kind in self.items()]

    @property
    def dynamic(self) -> dict[str, str]:
        """Each column with the type that transforms of DynamicFrames know it by: `long` for `bigint`."""
        return {name: OF_DYNAMIC_FRAMES.get(kind, kind) for name, kind in self.items()}

    @property
    def spark(self) -> StructType:
        """The schema that Spark reads and writes files with; all columns may be null. Needs Spark's Python package."""
        from pyspark.sql.types import StructField, StructType

        return StructType([StructField(name, _spark_type(kind)) for name, kind in self.items()])

    def differences(self, found: Iterable[str]) -> list[str]:
        """How the names of columns differ from these: `removed: a`, `added: b`, `twice: c`, `moved: d where e was`.

        Nothing when they are the same in the same order. Where columns came or went, the order of the rest counts.
        """
        there = list(found)
        gone, come = [name for name in self if name not in there], [name for name in there if name not in self]
        twice = [name for name in dict.fromkeys(there) if there.count(name) > 1]
        kept, left = [name for name in self if name in there], [name for name in dict.fromkeys(there) if name in self]
        moved = [f"{left[place]} where {was} was" for place, was in enumerate(kept) if left[place] != was]
        kinds = {"removed": gone, "added": come, "twice": twice, "moved": moved}
        return [f"{kind}: {', '.join(names)}" for kind, names in kinds.items() if names]

    def check(self, found: StructType, where: str, then: str) -> None:
        """See that files have all the columns with their types: Spark reads null for a column that a file lacks.

        Args:
            found: the schema of the files.
            where: a name for them, such as their folder.
            then: what to do when they are not right.

        Raises:
            SchemaError: names the columns that are missing, or of another type, and those that were found.
        """
        there = {field.name: field.dataType.simpleString() for field in found}
        missing = [f"{name} {kind}" for name, kind in self.items() if name not in there]
        retyped = [f"{name} {there[name]}, not {kind}" for name, kind in self.items() if there.get(name, kind) != kind]
        if missing or retyped:
            columns = ", ".join(f"{name} {kind}" for name, kind in there.items()) or "nothing"
            told = [f"missing: {', '.join(missing)}"] if missing else []
            told += [f"retyped: {', '.join(retyped)}"] if retyped else []
            seen = f"{'; '.join(told)}; found: {columns}"
            raise SchemaError(f"the files in {where} have not the columns that are read", seen, then)


def _spark_type(kind: str) -> DataType:
    from pyspark.sql.types import (
        BinaryType,
        BooleanType,
        ByteType,
        DateType,
        DecimalType,
        DoubleType,
        FloatType,
        IntegerType,
        LongType,
        ShortType,
        StringType,
        TimestampType,
    )

    decimal = DECIMAL.fullmatch(kind)
    if decimal:
        return DecimalType(int(decimal["precision"]), int(decimal["scale"]))
    whole = {"tinyint": ByteType, "smallint": ShortType, "int": IntegerType, "bigint": LongType}
    others = {"string": StringType, "binary": BinaryType, "boolean": BooleanType}
    numbers = {"float": FloatType, "double": DoubleType}
    times = {"date": DateType, "timestamp": TimestampType}
    return {**whole, **numbers, **others, **times}[kind]()
