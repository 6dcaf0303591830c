"""Hive's methods that make, change and drop partitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pymetastore.hive_metastore import ttypes as hive

from . import shapes
from .catalog import BATCH, Catalog, exception
from .names import partition_name
from .tables import is_managed

Shape = dict[str, Any]


def add_partitions_req(catalog: Catalog, request: Any) -> Any:
    """BatchCreatePartition, 100 at a time.

    Raises:
        hive.AlreadyExistsException: one is there, and the request does not take that.
    """
    _add(catalog, request.dbName, request.tblName, request.parts, if_not_exists=bool(request.ifNotExists))
    return hive.AddPartitionsResult(partitions=request.parts if request.needResult else None)


def add_partition_with_environment_context(catalog: Catalog, new_part: Any, environment_context: Any) -> Any:
    """BatchCreatePartition of one."""
    del environment_context
    _add(catalog, new_part.dbName, new_part.tableName, [new_part], if_not_exists=False)
    return new_part


def add_partition(catalog: Catalog, new_part: Any) -> Any:
    """BatchCreatePartition of one."""
    return add_partition_with_environment_context(catalog, new_part, None)


def _add(catalog: Catalog, database: str, table: str, parts: Sequence[Any], *, if_not_exists: bool) -> None:
    shape = catalog.call("get_table", DatabaseName=database, Name=table)["Table"]
    for part in parts:
        _complete(shape, part)
        catalog.folders.make(part.sd.location)
    for start in range(0, len(parts), BATCH):
        answer = catalog.call(
            "batch_create_partition",
            DatabaseName=database,
            TableName=table,
            PartitionInputList=[shapes.partition_input(part) for part in parts[start : start + BATCH]],
        )
        for error in answer.get("Errors", []):
            detail = error["ErrorDetail"]
            if not (if_not_exists and detail["ErrorCode"] == "AlreadyExistsException"):
                raise exception(detail["ErrorCode"], f"{detail['ErrorMessage']} {error['PartitionValues']}")


def _complete(table: Shape, part: Any) -> None:
    """A partition without a location lies in the table's folder, under its name (Hive 2.3)."""
    if not part.sd.location:
        base = table["StorageDescriptor"].get("Location", "").rstrip("/")
        part.sd.location = f"{base}/{partition_name(table['PartitionKeys'], part.values)}"


def alter_partitions_with_environment_context(
    catalog: Catalog, db_name: str, tbl_name: str, new_parts: list[Any], environment_context: Any
) -> None:
    """BatchUpdatePartition, 100 at a time."""
    del environment_context
    names = {"DatabaseName": db_name, "TableName": tbl_name}
    for start in range(0, len(new_parts), BATCH):
        entries = [
            {"PartitionValueList": list(part.values), "PartitionInput": shapes.partition_input(part)}
            for part in new_parts[start : start + BATCH]
        ]
        answer = catalog.call("batch_update_partition", Entries=entries, **names)
        for error in answer.get("Errors", []):
            raise exception(error["ErrorDetail"]["ErrorCode"], error["ErrorDetail"]["ErrorMessage"])


def alter_partitions(catalog: Catalog, db_name: str, tbl_name: str, new_parts: list[Any]) -> None:
    """See `alter_partitions_with_environment_context`."""
    alter_partitions_with_environment_context(catalog, db_name, tbl_name, new_parts, None)


def alter_partition_with_environment_context(
    catalog: Catalog, db_name: str, tbl_name: str, new_part: Any, environment_context: Any
) -> None:
    """UpdatePartition of one."""
    alter_partitions_with_environment_context(catalog, db_name, tbl_name, [new_part], environment_context)


def rename_partition(catalog: Catalog, db_name: str, tbl_name: str, part_vals: list[str], new_part: Any) -> None:
    """UpdatePartition with other values; the files stay where they are.

    Raises:
        hive.InvalidOperationException: the table is managed, so that its files would have to move.
    """
    shape = catalog.call("get_table", DatabaseName=db_name, Name=tbl_name)["Table"]
    if is_managed(shape):
        raise hive.InvalidOperationException("Renaming a partition of a managed table is not supported")
    catalog.call(
        "update_partition",
        DatabaseName=db_name,
        TableName=tbl_name,
        PartitionValueList=part_vals,
        PartitionInput=shapes.partition_input(new_part),
    )


def drop_partition_with_environment_context(
    catalog: Catalog,
    db_name: str,
    tbl_name: str,
    part_vals: list[str],
    deleteData: bool,  # noqa: N803, FBT001 - Hive's name
    environment_context: Any,
) -> bool:
    """DeletePartition; what it holds goes with it where the table is managed."""
    del environment_context
    names = {"DatabaseName": db_name, "TableName": tbl_name}
    table = catalog.call("get_table", DatabaseName=db_name, Name=tbl_name)["Table"]
    shape = catalog.call("get_partition", PartitionValues=part_vals, **names)["Partition"]
    catalog.call("delete_partition", PartitionValues=part_vals, **names)
    if deleteData and is_managed(table):
        catalog.folders.delete(shape["StorageDescriptor"].get("Location"))
    return True


METHODS: dict[str, Callable[..., Any]] = {
    "add_partition": add_partition,
    "add_partition_with_environment_context": add_partition_with_environment_context,
    "add_partitions_req": add_partitions_req,
    "alter_partitions": alter_partitions,
    "alter_partitions_with_environment_context": alter_partitions_with_environment_context,
    "alter_partition_with_environment_context": alter_partition_with_environment_context,
    "rename_partition": rename_partition,
    "drop_partition_with_environment_context": drop_partition_with_environment_context,
}
