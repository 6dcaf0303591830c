"""Types of a partition's columns against the table's: which may differ, and what a query of others fails with.

Real: the text (public reports since 2022), and that Parquet, and ORC that is told so, find columns by name, the others
by place (user guide, "Update tables with partitions"). Which types may differ is Trino's documentation of the years of
Athena's engine 3 ("Schema evolution" of its Hive connector) and its policy for decimals, doubles and nested types; that
all columns are looked at, whichever a query uses, is as the user guide words it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.tables.catalog_types import columns_of
from local_aws.athena.tables.relations import Table

_HEEDED = (
    *("field.delim", "escape.delim", "colelction.delim", "collection.delim", "mapkey.delim", "line.delim"),
    *("serialization.null.format", "serialization.encoding", "serialization.last.column.takes.rest"),
    *("separatorChar", "quoteChar", "escapeChar", "input.", "timestamp.formats", "mapping.", "dots.in.keys"),
    *("case.insensitive", "ignore.malformed.json", "use.null.for.invalid.data", "orc.column", "parquet.column"),
)
"""How settings begin by which a SerDe reads another thing."""
_T = exp.DType
_WHOLE = (_T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT)
_FLOATING = (_T.FLOAT, _T.DOUBLE)
_TEXTS = (_T.TEXT, _T.VARCHAR)
_LARGER = {
    **dict.fromkeys(_TEXTS, (*_TEXTS, *_WHOLE)),
    **{kind: (*_WHOLE[place + 1 :], *_TEXTS) for place, kind in enumerate(_WHOLE)},
    _T.FLOAT: (_T.DOUBLE, _T.DECIMAL),
    _T.DOUBLE: (_T.FLOAT, _T.DECIMAL),
    _T.DECIMAL: (_T.DECIMAL, *_FLOATING),
}
"""What the table may have where a partition has the former."""


def differing(table: Table, partition: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The table's columns that have another type in a partition, each with that type.

    Args:
        table: the table.
        partition: the catalog's Partition.

    Raises:
        FailedQueryError: HIVE_PARTITION_SCHEMA_MISMATCH, or types that are none.
        RefusedQueryError: a type that is not supported here.
    """
    told = (partition.get("StorageDescriptor") or {}).get("Columns") or []
    if told == table.entry["StorageDescriptor"].get("Columns"):
        return ()
    own = columns_of(table.entry, told)
    by_name = table.format in ("parquet", "orc") and not table.by_place()
    found = []
    for place, (column, kind) in enumerate(table.columns.items()):
        name = column if by_name else next(iter(list(own)[place : place + 1]), None)
        if name is None or name not in own or own[name] == kind:
            continue
        if not _may_be(data_type(own[name]), data_type(kind)):
            raise FailedQueryError(_mismatch(table, partition["Values"], column, kind, name, own[name]))
        found.append((column, own[name]))
    return tuple(found)


def refuse_own_serde(table: Table, partition: Mapping[str, Any]) -> None:
    """Refuse a partition whose files are read otherwise than the table's: Athena heeds its own SerDe, we do not.

    Raises:
        RefusedQueryError: names the setting.
    """
    own = (partition.get("StorageDescriptor") or {}).get("SerdeInfo") or {}
    library, parameters = table.serde()
    if not own.get("SerializationLibrary") or own == table.entry["StorageDescriptor"].get("SerdeInfo"):
        return
    where = f"of the partition {'/'.join(partition['Values'])}, which is not the table's,"
    if library and own["SerializationLibrary"] != library:
        raise not_supported(f"the SerDe {own['SerializationLibrary']} {where}")
    told = own.get("Parameters") or {}
    for name in sorted({*told, *parameters}):
        if name.startswith(_HEEDED) and told.get(name) != parameters.get(name):
            raise not_supported(f"the setting {name} {where}")


def _mismatch(table: Table, values: Sequence[str], column: str, kind: str, name: str, own: str) -> str:
    partition = "/".join(f"{key}={value}" for key, value in zip(table.keys, values, strict=False))
    shown = ".".join(table.entry[part].lower() for part in ("DatabaseName", "Name") if table.entry.get(part))
    return (
        "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are "
        f"incompatible and cannot be coerced. The column '{column}' in table '{shown}' is declared as type '{kind}', "
        f"but partition '{partition}' declared column '{name}' as type '{own}'."
    )


def _may_be(source: exp.DataType, target: exp.DataType) -> bool:
    """Whether values of a partition's type are read as those of the table's."""
    if source.this in (_T.ARRAY, _T.MAP) and source.this == target.this:
        return all(_may_be(one, other) for one, other in zip(source.expressions, target.expressions, strict=True))
    if source.this == target.this == _T.STRUCT:
        pairs = zip(source.expressions, target.expressions, strict=False)
        return all(one.name == other.name and _may_be(one.args["kind"], other.args["kind"]) for one, other in pairs)
    return bool(source == target) or target.this in _LARGER.get(source.this, ())
