"""Partitions: create, get, update, delete, one by one and in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.catalog.filters import partition_filter
from local_aws.glue.catalog.parts import (
    ALREADY_EXISTS,
    ENTITY_NOT_FOUND,
    Params,
    Record,
    catalog_of,
    error_detail,
    own_table,
    with_storage_defaults,
)
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now

_LARGEST_PAGE = 1000
Values = tuple[str, ...]


class _Partitions:
    """The partitions of the table that a request names, by their values; `save` writes what changed."""

    def __init__(self, scope: Scope, params: Params) -> None:
        self._scope = scope
        self._catalog = catalog_of(scope, params)
        self.table = own_table(self._catalog, params["DatabaseName"], params["TableName"])
        self._names = self.table["DatabaseName"], self.table["Name"]
        self.of = {tuple(record["Values"]): record for record in self._catalog.partitions(*self._names)}

    def save(self) -> None:
        self._catalog.put_partitions(*self._names, list(self.of.values()))

    def get(self, values: Sequence[str]) -> Record:
        self.check(values)
        found = self.of.get(tuple(values))
        if found is None:
            raise GlueError(ENTITY_NOT_FOUND, "Cannot find partition.")  # unverified
        return found

    def add(self, given: Params) -> None:
        values = given.get("Values") or []
        self.check(values)
        if tuple(values) in self.of:
            raise GlueError(ALREADY_EXISTS, "Partition already exists.")  # unverified
        self.of[tuple(values)] = self._record(given, values, now())

    def replace(self, values: Sequence[str], given: Params) -> None:
        old = self.get(values)
        renamed = tuple(given.get("Values") or values)
        self.check(renamed)
        if renamed != tuple(values) and renamed in self.of:
            raise GlueError(ALREADY_EXISTS, "Partition already exists.")  # unverified
        record = self._record(given, renamed, old.get("CreationTime", now()))
        self.of = {
            renamed if key == tuple(values) else key: record if key == tuple(values) else kept
            for key, kept in self.of.items()
        }

    def remove(self, values: Sequence[str]) -> None:
        self.get(values)
        del self.of[tuple(values)]

    def check(self, values: Sequence[str]) -> None:
        """Refuse another number of values than the table has keys (real text)."""
        if len(values) != len(self.table.get("PartitionKeys") or []):
            raise invalid("The number of partition keys do not match the number of partition values")

    def _record(self, given: Params, values: Sequence[str], created: float) -> Record:
        return {
            **with_storage_defaults(given),
            "Values": list(values),
            "DatabaseName": self._names[0],
            "TableName": self._names[1],
            "CreationTime": created,
            "CatalogId": self._scope.account_id,
        }


# One by one


def create_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """CreatePartition."""
    partitions = _Partitions(scope, params)
    partitions.add(params["PartitionInput"])
    partitions.save()
    return {}


def get_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """GetPartition."""
    return {"Partition": _Partitions(scope, params).get(params["PartitionValues"])}


def update_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """UpdatePartition: the input replaces the partition, its values too."""
    partitions = _Partitions(scope, params)
    partitions.replace(params["PartitionValueList"], params["PartitionInput"])
    partitions.save()
    return {}


def delete_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """DeletePartition."""
    partitions = _Partitions(scope, params)
    partitions.remove(params["PartitionValues"])
    partitions.save()
    return {}


# Many


def get_partitions(scope: Scope, params: Params) -> dict[str, Any]:
    """GetPartitions: those that Expression lets pass, a Segment of them, a page of that.

    Which partition falls into which segment is not documented; every one falls into exactly one.
    """
    partitions = _Partitions(scope, params)
    passes = partition_filter(params.get("Expression", ""), partitions.table.get("PartitionKeys") or [])
    found = [record for record in partitions.of.values() if passes(record["Values"])]
    if segment := params.get("Segment"):
        if not 0 <= segment["SegmentNumber"] < segment["TotalSegments"]:
            raise invalid(f"SegmentNumber {segment['SegmentNumber']} is not below {segment['TotalSegments']}")
        found = found[segment["SegmentNumber"] :: segment["TotalSegments"]]
    answer = page("Partitions", found, params, largest=_LARGEST_PAGE, default=_LARGEST_PAGE)
    if params.get("ExcludeColumnSchema"):
        answer["Partitions"] = [_without_columns(record) for record in answer["Partitions"]]
    return answer


def _without_columns(record: Record) -> Record:
    storage = record.get("StorageDescriptor") or {}
    return {**record, "StorageDescriptor": {name: value for name, value in storage.items() if name != "Columns"}}


def batch_get_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """BatchGetPartition: up to 1,000; those that are absent are UnprocessedKeys (assumed: they are left out on AWS)."""
    partitions = _Partitions(scope, params)
    wanted = [tuple(entry["Values"]) for entry in params["PartitionsToGet"]]
    return {
        "Partitions": [partitions.of[values] for values in wanted if values in partitions.of],
        "UnprocessedKeys": [{"Values": list(values)} for values in wanted if values not in partitions.of],
    }


def batch_create_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """BatchCreatePartition: up to 100; one that cannot be made is an entry of Errors."""
    partitions = _Partitions(scope, params)
    errors = []
    for given in params["PartitionInputList"]:
        try:
            partitions.add(given)
        except GlueError as error:
            errors.append({"PartitionValues": given.get("Values", []), "ErrorDetail": error_detail(error)})
    partitions.save()
    return {"Errors": errors}


def batch_update_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """BatchUpdatePartition: up to 100; one that cannot be changed is an entry of Errors."""
    partitions = _Partitions(scope, params)
    errors = []
    for entry in params["Entries"]:
        try:
            partitions.replace(entry["PartitionValueList"], entry["PartitionInput"])
        except GlueError as error:
            errors.append({"PartitionValueList": entry["PartitionValueList"], "ErrorDetail": error_detail(error)})
    partitions.save()
    return {"Errors": errors}


def batch_delete_partition(scope: Scope, params: Params) -> dict[str, Any]:
    """BatchDeletePartition: up to 25; one that is absent is an entry of Errors."""
    partitions = _Partitions(scope, params)
    errors = []
    for entry in params["PartitionsToDelete"]:
        try:
            partitions.remove(entry["Values"])
        except GlueError as error:
            errors.append({"PartitionValues": entry["Values"], "ErrorDetail": error_detail(error)})
    partitions.save()
    return {"Errors": errors}


OPERATIONS: dict[str, Operation] = {
    "CreatePartition": create_partition,
    "GetPartition": get_partition,
    "UpdatePartition": update_partition,
    "DeletePartition": delete_partition,
    "GetPartitions": get_partitions,
    "BatchGetPartition": batch_get_partition,
    "BatchCreatePartition": batch_create_partition,
    "BatchUpdatePartition": batch_update_partition,
    "BatchDeletePartition": batch_delete_partition,
}
