"""ListDataCatalogs, GetDatabase, ListDatabases, GetTableMetadata, ListTableMetadata: what Athena shows of catalogs.

Of a catalog of another kind than Glue's, and of one of another account, nothing is known. The Parameters that Athena
adds to a table's own are those of the user guide's sample of GetTableMetadata, and a location has no slash at its end
there (real: what public clients read back). Each needs the right to Glue's operation of its name, of the caller's own.
Unverified: that it is this one, and the texts of errors.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import MetadataError, invalid
from local_aws.athena.rights import glue_refusal
from local_aws.bounded_regex import PatternError, full_match
from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue.catalog import carry_out
from local_aws.glue.catalog.visible import listed
from local_aws.glue.model import GlueError

Params = dict[str, Any]

_PAGE = 50
_DEFAULT = "default"
_ABSENT = "EntityNotFoundException: Entity Not Found"


def list_data_catalogs(scope: Scope, params: Params) -> Params:
    """ListDataCatalogs, by name."""
    catalogs = emulator.data_catalogs(scope)
    listed = [{"CatalogName": name, "Type": catalogs[name]["Type"]} for name in sorted(catalogs)]
    return _page("DataCatalogsSummary", listed, params)


def get_database(scope: Scope, params: Params) -> Params:
    """GetDatabase; names are found whatever their case, as Glue finds them."""
    _check(scope, "GetDatabase", Name=params["DatabaseName"].lower())
    return {"Database": _database(_existing(scope, params))}


def list_databases(scope: Scope, params: Params) -> Params:
    """ListDatabases."""
    _check(scope, "GetDatabases")
    return _page("DatabaseList", [_database(each) for each in _catalog(scope, params).databases()], params)


def make_default(scope: Scope) -> None:
    """Make the database `default` where it is not there, as Athena does for a statement in it.

    User guide, "Access to databases and tables in the AWS Glue Data Catalog": a policy needs glue:CreateDatabase on the
    database default. When AWS makes it otherwise is not known.
    """
    if CatalogRecords(scope).database(_DEFAULT) is None:
        with contextlib.suppress(GlueError):  # another statement was first
            carry_out(scope, "CreateDatabase", DatabaseInput={"Name": _DEFAULT})


def get_table_metadata(scope: Scope, params: Params) -> Params:
    """GetTableMetadata."""
    _check(scope, "GetTable", DatabaseName=params["DatabaseName"].lower(), Name=params["TableName"].lower())
    database = _existing(scope, params)["Name"]
    table = _catalog(scope, params).table(database, params["TableName"].lower())
    if table is None:
        raise MetadataError(_ABSENT)
    return {"TableMetadata": _table(table)}


def list_table_metadata(scope: Scope, params: Params) -> Params:
    """ListTableMetadata; Expression is a regular expression for whole names (API reference: "pattern-matches")."""
    _check(scope, "GetTables", DatabaseName=params["DatabaseName"].lower())
    database = _existing(scope, params)["Name"]
    tables: Sequence[Mapping[str, Any]] = _catalog(scope, params).tables(database)
    tables = listed(emulator.caller_access_key(), database, tables)
    if params.get("Expression"):
        try:
            matches = full_match(params["Expression"], any_case=True)
            tables = [table for table in tables if matches(table["Name"])]
        except PatternError as error:
            raise invalid(f"Expression {params['Expression']} is no regular expression: {error}") from error
    return _page("TableMetadataList", [_table(table) for table in tables], params)


def _check(scope: Scope, operation: str, **parameters: Any) -> None:
    if refusal := glue_refusal(scope, emulator.caller_access_key(), operation, parameters):
        raise MetadataError(refusal)


def _catalog(scope: Scope, params: Params) -> CatalogRecords:
    name = params["CatalogName"]
    found = {known.lower(): each for known, each in emulator.data_catalogs(scope).items()}.get(name.lower())
    if found is None:
        raise MetadataError(f"Catalog {name} not found")
    place = (found.get("Parameters") or {}).get("catalog-id", scope.account_id)
    if found["Type"] != "GLUE" or place != scope.account_id:
        raise MetadataError(f"The catalog {name} is not supported by the local AWS: it is none of this account's Glue")
    return CatalogRecords(scope)


def _existing(scope: Scope, params: Params) -> Mapping[str, Any]:
    found = _catalog(scope, params).database(params["DatabaseName"].lower())
    if found is None:
        raise MetadataError(_ABSENT)
    return found


def _database(record: Mapping[str, Any]) -> Params:
    shown = {name: record[name] for name in ("Name", "Description") if record.get(name)}
    return {**shown, "Parameters": record.get("Parameters") or {}}


def _table(record: Mapping[str, Any]) -> Params:
    storage = record.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    told = {
        "inputformat": storage.get("InputFormat"),
        "location": (storage.get("Location") or "").rstrip("/"),
        "outputformat": storage.get("OutputFormat"),
        "serde.serialization.lib": serde.get("SerializationLibrary"),
        **{f"serde.param.{name}": value for name, value in (serde.get("Parameters") or {}).items()},
    }
    shown = {
        "Name": record["Name"],
        "CreateTime": record.get("CreateTime"),
        "LastAccessTime": record.get("LastAccessTime"),
        "TableType": record.get("TableType"),
        "Columns": [_column(column) for column in storage.get("Columns") or []],
        "PartitionKeys": [_column(column) for column in record.get("PartitionKeys") or []],
        "Parameters": (record.get("Parameters") or {}) | {name: value for name, value in told.items() if value},
    }
    return {name: value for name, value in shown.items() if value is not None}


def _column(column: Mapping[str, Any]) -> Params:
    return {name: column[name] for name in ("Name", "Type", "Comment") if column.get(name)}


def _page(member: str, entries: Sequence[Any], params: Params) -> Params:
    token = params.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("Invalid NextToken")
    start = int(token)
    end = start + int(params.get("MaxResults") or _PAGE)
    return {member: list(entries[start:end])} | ({"NextToken": str(end)} if end < len(entries) else {})


OPERATIONS: dict[str, Callable[[Scope, Params], Params]] = {
    "ListDataCatalogs": list_data_catalogs,
    "GetDatabase": get_database,
    "ListDatabases": list_databases,
    "GetTableMetadata": get_table_metadata,
    "ListTableMetadata": list_table_metadata,
}
