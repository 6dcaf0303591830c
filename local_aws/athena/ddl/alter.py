"""ALTER TABLE: columns, properties, location."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_aws.athena.ddl.answers import NOTHING, Action, Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, Entry, Name
from local_aws.athena.ddl.columns import read_column, read_columns
from local_aws.athena.ddl.definitions import now
from local_aws.athena.ddl.details import columns_of
from local_aws.athena.ddl.partitions import altered_table, find_partition, update_partition
from local_aws.athena.ddl.tables import check_location
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.clauses import Spec, read_properties, read_spec
from local_aws.athena.sql.tokens import Words

_REPLACEABLE = ("LazySimpleSerDe", "ParquetHiveSerDe", "OrcSerde", "ColumnarSerDe")
"""SerDes whose columns are the catalog's alone (Hive's rule; others fail)."""


def _rewritten(catalog: Catalog, entry: Entry, storage: dict[str, Any], **parameters: str) -> None:
    kept = entry.get("Parameters") or {}
    catalog.update_table(
        entry,
        StorageDescriptor={**entry["StorageDescriptor"], **storage},
        Parameters={**kept, "transient_lastDdlTime": now(), **parameters},
    )


def _altered_place(words: Words, catalog: Catalog) -> tuple[Name, Spec | None]:
    """Read `ALTER TABLE table [PARTITION (spec)]`."""
    name = altered_table(words, catalog)
    return name, (read_spec(words) if words.take("PARTITION") else None)


def _stored_anew(
    catalog: Catalog, name: Name, spec: Spec | None, change: Callable[[Entry, Entry], dict[str, Any]]
) -> Answer:
    """Change the storage of a table, or of one of its partitions: a function of the table and the storage."""
    entry = catalog.get_table(name)
    if spec is None:
        _rewritten(catalog, entry, change(entry, entry["StorageDescriptor"]))
    else:
        partition = find_partition(catalog, name, entry, spec)
        storage = partition.get("StorageDescriptor") or {}
        update_partition(catalog, name, partition, StorageDescriptor={**storage, **change(entry, storage)})
    return NOTHING


def add_columns(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table [PARTITION (spec)] ADD COLUMNS (name type [COMMENT 'text'], …): after the others."""
    name, spec = _altered_place(words, catalog)
    words.expect("ADD", "COLUMNS")
    added = read_columns(words)
    words.end()

    def change(entry: Entry, storage: Entry) -> dict[str, Any]:
        columns = [*(storage.get("Columns") or columns_of(entry)), *added]
        _check_columns(entry, columns)
        return {"Columns": columns}

    return lambda catalog: _stored_anew(catalog, name, spec, change)


def replace_columns(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table [PARTITION (spec)] REPLACE COLUMNS (…): all but the partition keys."""
    name, spec = _altered_place(words, catalog)
    words.expect("REPLACE", "COLUMNS")
    columns = read_columns(words)
    words.end()

    def change(entry: Entry, storage: Entry) -> dict[str, Any]:
        serde = (storage.get("SerdeInfo") or {}).get("SerializationLibrary", "")
        if not serde.endswith(_REPLACEABLE):
            raise FailedQueryError(
                f"{EXECUTION_ERROR}Replacing columns is not supported for table {'.'.join(name)}. "
                "SerDe may be incompatible."
            )
        _check_columns(entry, columns)
        return {"Columns": columns}

    return lambda catalog: _stored_anew(catalog, name, spec, change)


def change_column(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table CHANGE COLUMN old new type [COMMENT 'text'] [FIRST | AFTER column]."""
    name = altered_table(words, catalog)
    words.expect("CHANGE", "COLUMN")
    old, new = words.name(), read_column(words)
    first = words.take("FIRST")
    after = words.name() if not first and words.take("AFTER") else ""
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        columns = list(entry["StorageDescriptor"]["Columns"])
        place = _place(columns, old)
        made = {**({"Comment": columns[place]["Comment"]} if "Comment" in columns[place] else {}), **new}
        columns.pop(place)
        if first:
            place = 0
        elif after:
            place = _place(columns, after) + 1
        columns.insert(place, made)
        _check_columns(entry, columns)
        _rewritten(catalog, entry, {"Columns": columns})
        return NOTHING

    return run


def _place(columns: list[Entry], name: str) -> int:
    for place, column in enumerate(columns):
        if column["Name"] == name:
            return place
    raise FailedQueryError(f"{EXECUTION_ERROR}Invalid column reference {name}")


def _check_columns(entry: Entry, columns: list[Entry]) -> None:
    names = [column["Name"] for column in (*columns, *(entry.get("PartitionKeys") or ()))]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise FailedQueryError(f"{EXECUTION_ERROR}Duplicate column name: {twice}")


def set_properties(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table SET TBLPROPERTIES ('key' = 'value', …): others stay."""
    name = altered_table(words, catalog)
    words.expect("SET", "TBLPROPERTIES")
    properties = read_properties(words)
    words.end()

    def run(catalog: Catalog) -> Answer:
        _rewritten(catalog, catalog.get_table(name), {}, **properties)
        return NOTHING

    return run


def set_location(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table [PARTITION (spec)] SET LOCATION 's3://…'."""
    name, spec = _altered_place(words, catalog)
    words.expect("SET", "LOCATION")
    location = words.text()
    words.end()
    check_location(location)
    return lambda catalog: _stored_anew(catalog, name, spec, lambda _entry, _storage: {"Location": location})


def drop_column(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table DROP COLUMN name: only Iceberg tables can (real; the text is unverified)."""
    name = altered_table(words, catalog)
    words.expect("DROP", "COLUMN")
    words.name()
    words.end()
    return _failing(name, "DROP COLUMN is supported for Iceberg tables only")


def rename_table(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table RENAME TO name: Glue renames Iceberg tables only (real; the text is unverified)."""
    name = altered_table(words, catalog)
    words.expect("RENAME", "TO")
    words.table(catalog.database)
    words.end()
    return _failing(name, "Unable to alter table. Table cannot be renamed")


def _failing(name: Name, reason: str) -> Action:
    def run(catalog: Catalog) -> Answer:
        catalog.get_table(name)
        raise FailedQueryError(f"{EXECUTION_ERROR}{reason}")

    return run
