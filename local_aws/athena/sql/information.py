"""`information_schema` and `"table$partitions"`: the catalog's entries as rows (columns: Trino's documentation)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql.inlining import Read, Rows
from local_aws.athena.sql.views import View, trino_type

CATALOG = "awsdatacatalog"
_NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_COLUMNS = {
    "schemata": ("catalog_name", "schema_name"),
    "tables": ("table_catalog", "table_schema", "table_name", "table_type"),
    "views": ("table_catalog", "table_schema", "table_name", "view_definition"),
    "columns": (
        *("table_catalog", "table_schema", "table_name", "column_name", "ordinal_position", "column_default"),
        *("is_nullable", "data_type"),
    ),
}

Entry = Mapping[str, Any]


def schema_rows(name: str, tables: Mapping[str, Sequence[Entry]]) -> Rows | None:
    """The rows of a table of `information_schema`; None where there is no such table.

    Args:
        name: of the table, in lower case.
        tables: those of each database.
    """
    if name not in _COLUMNS:
        return None
    columns = [(column, "bigint" if column == "ordinal_position" else "varchar") for column in _COLUMNS[name]]
    rows: list[Sequence[str | None]] = []
    for database, entries in tables.items():
        if name == "schemata":
            rows.append((CATALOG, database))
        for entry in entries:
            rows += _rows_of_entry(name, database, entry)
    if name == "schemata":
        rows.append((CATALOG, "information_schema"))
    reads: list[Read] = [("GetDatabases", {})]
    reads += [("GetTables", {"DatabaseName": database}) for database in tables if name != "schemata"]
    return Rows(columns, rows, reads)


def _rows_of_entry(name: str, database: str, entry: Entry) -> Iterable[Sequence[str | None]]:
    place = (CATALOG, database, str(entry["Name"]))
    is_view = entry.get("TableType") == "VIRTUAL_VIEW"
    if name == "tables":
        yield (*place, "VIEW" if is_view else "BASE TABLE")
    elif name == "views" and is_view:
        view = _view(entry)
        yield (*place, view.sql if view else entry.get("ViewOriginalText"))
    elif name == "columns":
        for number, (column, kind) in enumerate(_typed(entry, is_view=is_view), start=1):
            yield (*place, column, str(number), None, "YES", kind)


def _typed(entry: Entry, *, is_view: bool) -> Iterable[tuple[str, str]]:
    view = _view(entry) if is_view else None
    if view:
        return view.columns
    storage = entry.get("StorageDescriptor") or {}
    columns = [*(storage.get("Columns") or ()), *(entry.get("PartitionKeys") or ())]
    return [(column["Name"], _shown_type(column.get("Type", "string"))) for column in columns]


def _shown_type(kind: str) -> str:
    """A type as Trino names it; one that is none as it stands, so that the other tables are still told."""
    try:
        return trino_type(kind)
    except FailedQueryError:
        return kind


def _view(entry: Entry) -> View | None:
    """A view of Athena's; None where the entry holds another's."""
    try:
        return View.of(entry)
    except FailedQueryError:
        return None


def partition_rows(entry: Entry, partitions: Sequence[Entry]) -> Rows:
    """The rows of `"table$partitions"`: the values of the partition keys.

    Raises:
        RefusedQueryError: the table's partitions are projected, not kept.
    """
    if str((entry.get("Parameters") or {}).get("projection.enabled", "")).lower() == "true":
        raise not_supported("$partitions of a table with partition projection")
    keys = [(key["Name"], trino_type(key.get("Type", "string"))) for key in entry["PartitionKeys"]]
    rows = [[None if value == _NO_PARTITION else value for value in partition["Values"]] for partition in partitions]
    name = {"DatabaseName": entry["DatabaseName"]}
    reads: list[Read] = [
        ("GetTable", {**name, "Name": entry["Name"]}),
        ("GetPartitions", {**name, "TableName": entry["Name"]}),
    ]
    return Rows(keys, rows, reads)
