"""Partition indexes: kept and shown; partitions are found without them."""

from __future__ import annotations

from typing import Any

from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue.catalog.parts import ALREADY_EXISTS, ENTITY_NOT_FOUND, Params, Record, catalog_of, own_table
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page

_MOST_INDEXES = 3
"""Developer guide, "Creating partition indexes"."""


def create_partition_index(scope: Scope, params: Params) -> dict[str, Any]:
    """CreatePartitionIndex: it is ACTIVE at once."""
    catalog = catalog_of(scope, params)
    table = own_table(catalog, params["DatabaseName"], params["TableName"])
    add_index(catalog, table, params["PartitionIndex"])
    return {}


def add_index(catalog: CatalogRecords, table: Record, index: Params) -> None:
    """Add an index over partition keys of a table.

    Raises:
        GlueError: AlreadyExistsException, ResourceNumberLimitExceededException for a fourth one,
            InvalidInputException for what is no partition key. The texts are ours.
    """
    name = index["IndexName"]
    types = {key["Name"]: key.get("Type", "string") for key in table.get("PartitionKeys") or []}
    strange = [key for key in index["Keys"] if key not in types]
    if strange or not index["Keys"]:
        raise invalid(f"An index needs partition keys of the table {', '.join(types)}; {', '.join(strange)} is none")
    found = catalog.partition_indexes(table["DatabaseName"], table["Name"])
    if any(entry["IndexName"] == name for entry in found):
        raise GlueError(ALREADY_EXISTS, f"Index with the given indexName : {name} already exists")
    if len(found) >= _MOST_INDEXES:
        raise GlueError(
            "ResourceNumberLimitExceededException", f"A table has at most {_MOST_INDEXES} partition indexes"
        )
    keys = [{"Name": key, "Type": types[key]} for key in index["Keys"]]
    made = {"IndexName": name, "Keys": keys, "IndexStatus": "ACTIVE"}
    catalog.put_partition_indexes(table["DatabaseName"], table["Name"], [*found, made])


def get_partition_indexes(scope: Scope, params: Params) -> dict[str, Any]:
    """GetPartitionIndexes."""
    catalog = catalog_of(scope, params)
    table = own_table(catalog, params["DatabaseName"], params["TableName"])
    return page("PartitionIndexDescriptorList", catalog.partition_indexes(table["DatabaseName"], table["Name"]), params)


def delete_partition_index(scope: Scope, params: Params) -> dict[str, Any]:
    """DeletePartitionIndex."""
    catalog = catalog_of(scope, params)
    table = own_table(catalog, params["DatabaseName"], params["TableName"])
    found = catalog.partition_indexes(table["DatabaseName"], table["Name"])
    kept = [entry for entry in found if entry["IndexName"] != params["IndexName"]]
    if len(kept) == len(found):
        raise GlueError(ENTITY_NOT_FOUND, f"Index with the given indexName : {params['IndexName']} does not exist")
    catalog.put_partition_indexes(table["DatabaseName"], table["Name"], kept)
    return {}


OPERATIONS: dict[str, Operation] = {
    "CreatePartitionIndex": create_partition_index,
    "GetPartitionIndexes": get_partition_indexes,
    "DeletePartitionIndex": delete_partition_index,
}
