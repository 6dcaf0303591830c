"""Tables and their versions: create, get, update, delete.

A table's earlier versions are kept in its own record, so that they go with it, whoever deletes it.
"""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue.catalog.indexes import add_index
from local_aws.glue.catalog.parts import (
    ALREADY_EXISTS,
    ENTITY_NOT_FOUND,
    Params,
    Record,
    catalog_of,
    error_detail,
    existing_table,
    folded,
    own_database,
    with_storage_defaults,
)
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now

_ARCHIVE = "_Archive"
"""Where a record keeps its earlier versions, the oldest first; answers leave it out (no member of their model)."""

_LARGEST_PAGE = 100


def create_table(scope: Scope, params: Params) -> dict[str, Any]:
    """CreateTable. A new table's VersionId is 0 (unverified)."""
    catalog = catalog_of(scope, params)
    database = own_database(catalog, params["DatabaseName"])["Name"]
    given = _input(params, "OpenTableFormatInput")
    if catalog.table(database, folded(given["Name"])) is not None:
        raise GlueError(ALREADY_EXISTS, "Table already exists.")  # unverified
    record = _record(scope, database, given)
    catalog.put_table({**record, "CreateTime": now(), "UpdateTime": now(), "CreatedBy": emulator.caller_arn()})
    for index in params.get("PartitionIndexes") or []:
        try:
            add_index(catalog, record, index)
        except GlueError:
            catalog.drop_table(database, record["Name"])
            raise
    return {}


def get_table(scope: Scope, params: Params) -> dict[str, Any]:
    """GetTable; AttributesToGet takes DEFAULT (API reference), metadata of Iceberg tables is refused."""
    wanted = params.get("AttributesToGet", ["DEFAULT"])
    if not wanted or not set(wanted) <= {"DEFAULT", "LATEST_ICEBERG_METADATA"}:
        raise invalid("AttributesToGet of GetTable is DEFAULT, LATEST_ICEBERG_METADATA or both")
    if "LATEST_ICEBERG_METADATA" in wanted:
        raise unsupported("GetTable with LATEST_ICEBERG_METADATA")
    return {"Table": existing_table(catalog_of(scope, params), params["DatabaseName"], params["Name"])}


def update_table(scope: Scope, params: Params) -> dict[str, Any]:
    """UpdateTable: the input replaces the definition; the one before becomes a version unless SkipArchive says no.

    Raises:
        GlueError: ConcurrentModificationException when VersionId is not the table's.
    """
    catalog = catalog_of(scope, params)
    for name in ("ViewUpdateAction", "Force"):
        if params.get(name):
            raise unsupported(f"UpdateTable with {name}")
    given = _input(params, "UpdateOpenTableFormatInput")
    old = existing_table(catalog, params["DatabaseName"], given["Name"])
    if params.get("VersionId") not in (None, old.get("VersionId", "0")):
        raise GlueError(
            "ConcurrentModificationException", "Update table failed due to concurrent modifications."
        )  # real
    archive = list(old.get(_ARCHIVE, []))
    if not params.get("SkipArchive"):
        archive.append({name: value for name, value in old.items() if name != _ARCHIVE})
    catalog.put_table(
        {
            **_record(scope, old["DatabaseName"], given),
            "CreateTime": old.get("CreateTime"),
            "CreatedBy": old.get("CreatedBy"),
            "UpdateTime": now(),
            "VersionId": str(int(old.get("VersionId", 0)) + 1),
            _ARCHIVE: archive,
        }
    )
    return {}


def delete_table(scope: Scope, params: Params) -> dict[str, Any]:
    """DeleteTable, with its partitions and versions."""
    catalog = catalog_of(scope, params)
    _drop(catalog, params["DatabaseName"], params["Name"])
    return {}


def batch_delete_table(scope: Scope, params: Params) -> dict[str, Any]:
    """BatchDeleteTable: up to 100; one that is absent is an entry of Errors."""
    catalog = catalog_of(scope, params)
    own_database(catalog, params["DatabaseName"])
    errors = []
    for name in params["TablesToDelete"]:
        try:
            _drop(catalog, params["DatabaseName"], name)
        except GlueError as error:
            errors.append({"TableName": name, "ErrorDetail": error_detail(error)})
    return {"Errors": errors}


# Versions


def get_table_versions(scope: Scope, params: Params) -> dict[str, Any]:
    """GetTableVersions, the newest (the table itself) first."""
    table = existing_table(catalog_of(scope, params), params["DatabaseName"], params["TableName"])
    found = [{"Table": entry, "VersionId": entry["VersionId"]} for entry in _versions(table)]
    return page("TableVersions", found, params, largest=_LARGEST_PAGE)


def get_table_version(scope: Scope, params: Params) -> dict[str, Any]:
    """GetTableVersion; without VersionId the table itself."""
    table = existing_table(catalog_of(scope, params), params["DatabaseName"], params["TableName"])
    wanted = params.get("VersionId", table.get("VersionId"))
    for entry in _versions(table):
        if entry["VersionId"] == wanted:
            return {"TableVersion": {"Table": entry, "VersionId": wanted}}
    raise _no_version(wanted)


def delete_table_version(scope: Scope, params: Params) -> dict[str, Any]:
    """DeleteTableVersion; the table's current version cannot be deleted."""
    catalog = catalog_of(scope, params)
    table = existing_table(catalog, params["DatabaseName"], params["TableName"])
    wanted = params["VersionId"]
    if wanted == table.get("VersionId"):
        raise invalid(f"Version {wanted} is the current version of table {table['Name']}")
    kept = [entry for entry in table.get(_ARCHIVE, []) if entry["VersionId"] != wanted]
    if len(kept) == len(table.get(_ARCHIVE, [])):
        raise _no_version(wanted)
    catalog.put_table({**table, _ARCHIVE: kept})
    return {}


def batch_delete_table_version(scope: Scope, params: Params) -> dict[str, Any]:
    """BatchDeleteTableVersion: up to 100; one that cannot be deleted is an entry of Errors."""
    existing_table(catalog_of(scope, params), params["DatabaseName"], params["TableName"])
    errors = []
    for version in params["VersionIds"]:
        try:
            delete_table_version(scope, {**params, "VersionId": version})
        except GlueError as error:
            entry = {"TableName": params["TableName"], "VersionId": version, "ErrorDetail": error_detail(error)}
            errors.append(entry)
    return {"Errors": errors}


def _versions(table: Record) -> list[Record]:
    return [table, *reversed(table.get(_ARCHIVE, []))]


def _no_version(version: Any) -> GlueError:
    return GlueError(ENTITY_NOT_FOUND, f"version: {version} not found.")


# Parts


def _drop(catalog: CatalogRecords, database: str, name: str) -> None:
    own_database(catalog, database)
    if catalog.table(folded(database), folded(name)) is None:
        raise GlueError(ENTITY_NOT_FOUND, f"Table {name} not found.")  # unverified
    catalog.drop_table(folded(database), folded(name))


def _input(params: Params, open_format: str) -> Params:
    """The TableInput of a request; what else a table could be made from is refused.

    Resource links, federated tables and multi-dialect views are kept and shown; what would read them refuses them.
    """
    if params.get(open_format):
        raise unsupported(open_format)
    given: Params | None = params.get("TableInput")
    if not given:
        raise invalid("TableInput cannot be null")
    return given


def _record(scope: Scope, database: str, given: Params) -> Record:
    return {
        "Retention": 0,
        **with_storage_defaults(given),
        "Name": folded(given["Name"]),
        "DatabaseName": database,
        "IsRegisteredWithLakeFormation": False,
        "CatalogId": scope.account_id,
        "VersionId": "0",
        **({"IsMultiDialectView": True} if given.get("ViewDefinition") else {}),
    }


OPERATIONS: dict[str, Operation] = {
    "CreateTable": create_table,
    "GetTable": get_table,
    "UpdateTable": update_table,
    "DeleteTable": delete_table,
    "BatchDeleteTable": batch_delete_table,
    "GetTableVersions": get_table_versions,
    "GetTableVersion": get_table_version,
    "DeleteTableVersion": delete_table_version,
    "BatchDeleteTableVersion": batch_delete_table_version,
}
