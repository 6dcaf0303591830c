"""Hive's methods that read partitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pymetastore.hive_metastore import ttypes as hive

from . import shapes
from .catalog import Catalog
from .names import expression, partition_name, partition_values

Shape = dict[str, Any]
_COMPARED = ("string", "char", "varchar", "int", "bigint", "smallint", "tinyint")
"""Types of keys whose values can stand in an Expression as they stand in a partition's name."""


def get_partitions(catalog: Catalog, db_name: str, tbl_name: str, max_parts: int) -> list[Any]:
    """All partitions, or the first `max_parts`; -1 is no limit."""
    return _found(catalog, db_name, tbl_name, "", max_parts)


def get_partitions_with_auth(
    catalog: Catalog, db_name: str, tbl_name: str, max_parts: int, user_name: str, group_names: list[str]
) -> list[Any]:
    """All partitions; the rights are the role's, whoever the user is said to be."""
    del user_name, group_names
    return get_partitions(catalog, db_name, tbl_name, max_parts)


def get_partitions_by_filter(
    catalog: Catalog,
    db_name: str,
    tbl_name: str,
    filter: str,  # noqa: A002 - Hive's name
    max_parts: int,
) -> list[Any]:
    """The partitions that GetPartitions finds by Hive's filter; all where Glue has no expression for it."""
    keys = _keys(catalog, db_name, tbl_name)
    wanted = expression(filter, (key["Name"] for key in keys)) or ""
    try:
        return _found(catalog, db_name, tbl_name, wanted, max_parts)
    except hive.InvalidObjectException:  # a key of a type that Glue does not compare
        return _found(catalog, db_name, tbl_name, "", max_parts)


def get_partitions_by_expr(catalog: Catalog, req: Any) -> Any:
    """All partitions: the expression is Java's own, so all of them are said to be unknown to match."""
    limit = -1 if req.maxParts is None else req.maxParts
    found = get_partitions(catalog, req.dbName, req.tblName, limit)
    return hive.PartitionsByExprResult(partitions=found, hasUnknownPartitions=True)


def get_partition(catalog: Catalog, db_name: str, tbl_name: str, part_vals: list[str]) -> Any:
    """GetPartition."""
    names = {"DatabaseName": db_name, "TableName": tbl_name}
    shape = catalog.call("get_partition", PartitionValues=part_vals, **names)["Partition"]
    return shapes.partition(shape)


def get_partition_with_auth(
    catalog: Catalog, db_name: str, tbl_name: str, part_vals: list[str], user_name: str, group_names: list[str]
) -> Any:
    """GetPartition; the rights are the role's."""
    del user_name, group_names
    return get_partition(catalog, db_name, tbl_name, part_vals)


def get_partition_by_name(catalog: Catalog, db_name: str, tbl_name: str, part_name: str) -> Any:
    """GetPartition by its name."""
    return get_partition(catalog, db_name, tbl_name, partition_values(part_name))


def get_partitions_by_names(catalog: Catalog, db_name: str, tbl_name: str, names: list[str]) -> list[Any]:
    """Several partitions by their names; those that are absent are left out."""
    wanted = {tuple(partition_values(name)) for name in names}
    return [found for found in get_partitions(catalog, db_name, tbl_name, -1) if tuple(found.values) in wanted]


def get_partition_names(catalog: Catalog, db_name: str, tbl_name: str, max_parts: int) -> list[str]:
    """The names of all partitions."""
    return get_partition_names_ps(catalog, db_name, tbl_name, [], max_parts)


def get_partition_names_ps(
    catalog: Catalog, db_name: str, tbl_name: str, part_vals: list[str], max_parts: int
) -> list[str]:
    """The names of the partitions that begin with these values; an empty value is any."""
    keys = _keys(catalog, db_name, tbl_name)
    found = _with_values(catalog, db_name, tbl_name, part_vals, max_parts)
    return sorted(partition_name(keys, shape["Values"]) for shape in found)


def get_partitions_ps(catalog: Catalog, db_name: str, tbl_name: str, part_vals: list[str], max_parts: int) -> list[Any]:
    """The partitions that begin with these values; an empty value is any."""
    found = _with_values(catalog, db_name, tbl_name, part_vals, max_parts)
    return [shapes.partition(shape) for shape in found]


def get_partitions_ps_with_auth(
    catalog: Catalog,
    db_name: str,
    tbl_name: str,
    part_vals: list[str],
    max_parts: int,
    user_name: str,
    group_names: list[str],
) -> list[Any]:
    """See `get_partitions_ps`; the rights are the role's."""
    del user_name, group_names
    return get_partitions_ps(catalog, db_name, tbl_name, part_vals, max_parts)


def _keys(catalog: Catalog, database: str, table: str) -> list[Shape]:
    shape = catalog.call("get_table", DatabaseName=database, Name=table)["Table"]
    keys: list[Shape] = shape.get("PartitionKeys") or []
    return keys


def _found(catalog: Catalog, database: str, table: str, wanted: str, limit: int) -> list[Any]:
    found = _limited(_partitions(catalog, database, table, wanted), limit)
    return [shapes.partition(shape) for shape in found]


def _partitions(catalog: Catalog, database: str, table: str, wanted: str) -> Iterable[Shape]:
    more = {"Expression": wanted} if wanted else {}
    return catalog.each("get_partitions", "Partitions", DatabaseName=database, TableName=table, **more)


def _limited(found: Iterable[Shape], limit: int) -> list[Shape]:
    shapes_found = list(found)
    return shapes_found if limit < 0 else shapes_found[:limit]


def _with_values(catalog: Catalog, database: str, table: str, values: Sequence[str], limit: int) -> list[Shape]:
    """Glue narrows by the values that an Expression can hold; the rest is compared here, as text."""
    wanted = []
    if any(values):
        for key, value in zip(_keys(catalog, database, table), values, strict=False):
            kind = key.get("Type", "string").partition("(")[0]
            if not value or kind not in _COMPARED:
                continue
            if kind in _COMPARED[:3]:
                text = value.replace("'", "''")
                wanted.append(f"{key['Name']} = '{text}'")
            elif value.lstrip("-").isdigit():
                wanted.append(f"{key['Name']} = {value}")
    found = _partitions(catalog, database, table, " AND ".join(wanted))
    chosen = (
        shape
        for shape in found
        if all(not value or value == its for value, its in zip(values, shape["Values"], strict=False))
    )
    return _limited(chosen, limit)


METHODS: dict[str, Callable[..., Any]] = {
    "get_partitions": get_partitions,
    "get_partitions_with_auth": get_partitions_with_auth,
    "get_partitions_by_filter": get_partitions_by_filter,
    "get_partitions_by_expr": get_partitions_by_expr,
    "get_partitions_by_names": get_partitions_by_names,
    "get_partitions_ps": get_partitions_ps,
    "get_partitions_ps_with_auth": get_partitions_ps_with_auth,
    "get_partition": get_partition,
    "get_partition_with_auth": get_partition_with_auth,
    "get_partition_by_name": get_partition_by_name,
    "get_partition_names": get_partition_names,
    "get_partition_names_ps": get_partition_names_ps,
}
