"""Hive's methods about tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pymetastore.hive_metastore import ttypes as hive

from . import json_tables, shapes
from .catalog import Catalog
from .names import matching

_MANAGED = "MANAGED_TABLE"
_EXTERNAL = "EXTERNAL_TABLE"


def get_table(catalog: Catalog, dbname: str, tbl_name: str) -> Any:
    """GetTable.

    Raises:
        hive.MetaException: the table lacks what Hive needs (texts of Glue's Hive client, seen in public issues).
    """
    shape = catalog.call("get_table", DatabaseName=dbname, Name=tbl_name)["Table"]
    _check(shape)
    return shapes.table(json_tables.presented(shape, catalog.folders))


def get_table_req(catalog: Catalog, req: Any) -> Any:
    """GetTable, as Hive 2.3 asks."""
    return hive.GetTableResult(table=get_table(catalog, req.dbName, req.tblName))


def get_table_objects_by_name_req(catalog: Catalog, req: Any) -> Any:
    """Several tables; those that are absent are left out."""
    return hive.GetTablesResult(tables=get_table_objects_by_name(catalog, req.dbName, req.tblNames))


def get_table_objects_by_name(catalog: Catalog, dbname: str, tbl_names: list[str]) -> list[Any]:
    """Several tables; those that are absent are left out."""
    wanted = {name.lower() for name in tbl_names}
    return [
        shapes.table(json_tables.presented(shape, catalog.folders))
        for shape in _tables(catalog, dbname)
        if shape["Name"] in wanted
    ]


def get_all_tables(catalog: Catalog, db_name: str) -> list[str]:
    """The names of a database's tables."""
    return [shape["Name"] for shape in _tables(catalog, db_name)]


def get_tables(catalog: Catalog, db_name: str, pattern: str) -> list[str]:
    """The names that match one of Hive's patterns."""
    return matching(get_all_tables(catalog, db_name), pattern)


def get_tables_by_type(catalog: Catalog, db_name: str, pattern: str, tableType: str) -> list[str]:  # noqa: N803 - Hive's name
    """The names of the tables of one type, such as VIRTUAL_VIEW."""
    found = [shape["Name"] for shape in _tables(catalog, db_name) if shape.get("TableType") == tableType]
    return matching(found, pattern)


def _tables(catalog: Catalog, database: str) -> Iterable[dict[str, Any]]:
    return catalog.each("get_tables", "TableList", DatabaseName=database)


def create_table(catalog: Catalog, tbl: Any) -> None:
    """CreateTable; a table without a location gets one in its database's, and the folder is made (Glue's Hive client).

    Raises:
        hive.InvalidObjectException: neither the table nor its database has a location.
        hive.MetaException: the location is not in S3, or in a bucket that is not there.
    """
    if tbl.tableType in (_MANAGED, _EXTERNAL):
        catalog.folders.check(tbl.sd.serdeInfo.parameters.get("path"))  # where Spark keeps a location of its own
        tbl.sd.location = tbl.sd.location or _default_location(catalog, tbl)
        catalog.folders.make(tbl.sd.location)
    _stamp(tbl)
    catalog.call("create_table", DatabaseName=tbl.dbName, TableInput=shapes.table_input(tbl))


def _default_location(catalog: Catalog, tbl: Any) -> str:
    database = catalog.call("get_database", Name=tbl.dbName)["Database"].get("LocationUri")
    if not database:
        raise hive.InvalidObjectException(f"Neither table {tbl.tableName} nor database {tbl.dbName} has a location")
    return f"{database.rstrip('/')}/{tbl.tableName}"


def _stamp(tbl: Any) -> None:
    """Say when the definition changed, as Hive does."""
    tbl.parameters = {"transient_lastDdlTime": str(int(time.time())), **(tbl.parameters or {})}


def create_table_with_environment_context(catalog: Catalog, tbl: Any, environment_context: Any) -> None:
    """CreateTable; Hive gives no setting that Glue has."""
    del environment_context
    create_table(catalog, tbl)


def alter_table_with_environment_context(
    catalog: Catalog, dbname: str, tbl_name: str, new_tbl: Any, environment_context: Any
) -> None:
    """UpdateTable.

    Raises:
        hive.InvalidOperationException: another name or a cascade (texts of Glue's Hive client).
    """
    properties = (environment_context and environment_context.properties) or {}
    if properties.get("CASCADE", "").lower() == "true":
        raise hive.InvalidOperationException("Cascade for alter_table is not supported")
    if (new_tbl.dbName.lower(), new_tbl.tableName.lower()) != (dbname.lower(), tbl_name.lower()):
        raise hive.InvalidOperationException("Table rename is not supported")
    old = catalog.call("get_table", DatabaseName=dbname, Name=tbl_name)["Table"]
    if new_tbl.sd.location != (old.get("StorageDescriptor") or {}).get("Location"):
        catalog.folders.make(new_tbl.sd.location)
    _stamp(new_tbl)
    wanted = json_tables.withdrawn(old, shapes.table_input(new_tbl, old))
    catalog.call("update_table", DatabaseName=dbname, TableInput=wanted)


def alter_table(catalog: Catalog, dbname: str, tbl_name: str, new_tbl: Any) -> None:
    """UpdateTable; see `alter_table_with_environment_context`."""
    alter_table_with_environment_context(catalog, dbname, tbl_name, new_tbl, None)


def drop_table_with_environment_context(
    catalog: Catalog,
    dbname: str,
    name: str,
    deleteData: bool,  # noqa: N803, FBT001 - Hive's name
    environment_context: Any,
) -> None:
    """DeleteTable; what a managed table holds goes with it."""
    del environment_context
    shape = catalog.call("get_table", DatabaseName=dbname, Name=name)["Table"]
    catalog.call("delete_table", DatabaseName=dbname, Name=name)
    if deleteData:
        drop_data(catalog, shape)


def drop_table(catalog: Catalog, dbname: str, name: str, deleteData: bool) -> None:  # noqa: N803, FBT001 - Hive's name
    """DeleteTable; see `drop_table_with_environment_context`."""
    drop_table_with_environment_context(catalog, dbname, name, deleteData, None)


def is_managed(shape: Mapping[str, Any]) -> bool:
    """Whether the data of a Glue table goes with it."""
    return bool(shape.get("TableType") == _MANAGED)


def drop_data(catalog: Catalog, shape: Mapping[str, Any]) -> None:
    """Delete the files of a managed Glue table; those of every other table stay."""
    if is_managed(shape):
        catalog.folders.delete((shape.get("StorageDescriptor") or {}).get("Location"))


def _check(shape: Mapping[str, Any]) -> None:
    if shape.get("TableType") is None:
        missing: str | None = "TableType"
    elif shape["TableType"] not in (_MANAGED, _EXTERNAL):
        missing = None
    else:
        storage = shape.get("StorageDescriptor") or {}
        serde = storage.get("SerdeInfo")
        parts = {
            "StorageDescriptor": shape.get("StorageDescriptor"),
            "StorageDescriptor#InputFormat": storage.get("InputFormat"),
            "StorageDescriptor#OutputFormat": storage.get("OutputFormat"),
            "StorageDescriptor#SerdeInfo": serde,
            "StorageDescriptor#SerdeInfo#SerializationLibrary": (serde or {}).get("SerializationLibrary"),
        }
        missing = next((name for name, value in parts.items() if value is None), None)
    if missing:
        raise hive.MetaException(f"{missing} cannot be null for table: {shape['Name']}")


METHODS: dict[str, Callable[..., Any]] = {
    "get_table": get_table,
    "get_table_req": get_table_req,
    "get_table_objects_by_name": get_table_objects_by_name,
    "get_table_objects_by_name_req": get_table_objects_by_name_req,
    "get_all_tables": get_all_tables,
    "get_tables": get_tables,
    "get_tables_by_type": get_tables_by_type,
    "create_table": create_table,
    "create_table_with_environment_context": create_table_with_environment_context,
    "alter_table": alter_table,
    "alter_table_with_environment_context": alter_table_with_environment_context,
    "drop_table": drop_table,
    "drop_table_with_environment_context": drop_table_with_environment_context,
}
