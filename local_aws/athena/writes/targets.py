"""Where a statement writes to: a new table, one that is there, or a folder in S3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from local_aws import emulator
from local_aws.athena.ddl.definitions import FORMATS, now
from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.links import refuse_links
from local_aws.athena.outputs.partitions import folder_of
from local_aws.athena.outputs.plans import Caller, Output, add_partitions, check_empty, folder_uri, new_outputs
from local_aws.athena.outputs.properties import Shape, shape_of_insert
from local_aws.athena.outputs.types import fits, trino_name
from local_aws.athena.rights import check_glue
from local_aws.athena.sql.dialect import TableName
from local_aws.athena.tables.projection import is_projected, location_of
from local_aws.athena.tables.pruning import Values
from local_aws.athena.tables.relations import Table
from local_aws.glue.catalog import carry_out


class Target(Protocol):
    """Where a statement writes to."""

    shape: Shape
    keys: tuple[str, ...]
    """Names of the partition keys, which are the last of the outputs."""

    def begin(self) -> bool:
        """Check what can be checked before the query runs; return whether there is anything to do."""

    def outputs(self, names: Sequence[str], types: Sequence[str]) -> list[Output]:
        """What is written of a result with these columns, of these Hive types."""

    def folder(self, partition: Values) -> str:
        """The URI of a partition's folder, with a slash at its end."""

    def register(self, partitions: Iterable[Values], outputs: Sequence[Output]) -> None:
        """Tell the catalog."""


@dataclass
class NewFolder:
    """UNLOAD's place."""

    caller: Caller
    place: str
    shape: Shape
    keys: tuple[str, ...] = ()

    def begin(self) -> bool:
        """Check that the place is empty."""
        self.place = folder_uri(self.place)
        check_empty(self.caller, self.place, f"Target directory '{self.place}' already exists: {self.place}")
        return True

    def outputs(self, names: Sequence[str], types: Sequence[str]) -> list[Output]:
        """All columns."""
        return new_outputs(names, types, self.keys)

    def folder(self, partition: Values) -> str:
        """Hive's folders below the place."""
        return self.place + folder_of(self.keys, partition)

    def register(self, partitions: Iterable[Values], outputs: Sequence[Output]) -> None:
        """Nothing is told to the catalog."""


@dataclass
class NewTable(NewFolder):
    """The table of CREATE TABLE AS."""

    table: TableName = field(default_factory=lambda: TableName("", ""))
    may_exist: bool = False

    def begin(self) -> bool:
        """Check that there is no such table and nothing at its place, and the rights to make it."""
        name = self.table
        if not emulator.catalog_has_database(self.caller.scope, name.database):
            raise FailedQueryError(f"SCHEMA_NOT_FOUND: line 1:1: Schema '{name.database}' does not exist")
        parameters = {"DatabaseName": name.database, "Name": name.table}
        check_glue(self.caller.scope, self.caller.access_key, "CreateTable", parameters)
        if self.keys:
            check_glue(self.caller.scope, self.caller.access_key, "BatchCreatePartition", parameters)
        if emulator.catalog_table(self.caller.scope, name.database, name.table) is not None:
            if self.may_exist:
                return False
            raise FailedQueryError(f"TABLE_ALREADY_EXISTS: line 1:1: Destination table '{name}' already exists")
        self.place = folder_uri(self.place)
        check_empty(
            self.caller,
            self.place,
            f"Target directory for table '{name.database}.{name.table}' already exists: {self.place}. "
            "You may need to manually clean the data at location before retrying. Athena will not delete data in "
            "your account.",
        )
        return True

    def register(self, partitions: Iterable[Values], outputs: Sequence[Output]) -> None:
        """Make the table and its partitions; where that fails there is no table."""
        name = self.table
        columns = [{"Name": output.name, "Type": output.type} for output in outputs]
        width = len(columns) - len(self.keys)
        storage = self._storage(columns[:width])
        entry = {
            "Name": name.table,
            "Owner": "hadoop",
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": columns[width:],
            "StorageDescriptor": storage,
            "Parameters": {
                "EXTERNAL": "TRUE",
                "has_encrypted_data": "false",
                "transient_lastDdlTime": now(),
                "write.compression": self.shape.codec,
            },
        }
        self.caller.glue("CreateTable", DatabaseName=name.database, TableInput=entry)
        try:
            add_partitions(self.caller, name, {values: self.folder(values) for values in partitions if values}, storage)
        except BaseException:
            carry_out(self.caller.scope, "DeleteTable", DatabaseName=name.database, Name=name.table)
            raise

    def _storage(self, columns: list[dict[str, str]]) -> dict[str, Any]:
        reads, writes, serde = FORMATS["JSONFILE" if self.shape.format == "JSON" else self.shape.format]
        parameters = {"serialization.format": "1"}
        if self.shape.format == "TEXTFILE":
            parameters = {"field.delim": self.shape.delimiter, "serialization.format": self.shape.delimiter}
        return {
            "Columns": columns,
            "Location": self.place,
            "InputFormat": reads,
            "OutputFormat": writes,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": parameters},
        }


@dataclass
class OldTable:
    """The table of INSERT INTO."""

    caller: Caller
    table: TableName
    columns: tuple[str, ...]
    shape: Shape = field(default_factory=Shape)
    keys: tuple[str, ...] = ()
    _entry: Mapping[str, Any] = field(default_factory=dict)
    _types: Mapping[str, str] = field(default_factory=dict)
    _known: dict[Values, str] = field(default_factory=dict)

    def begin(self) -> bool:
        """Look the table up, and check the rights to it."""
        scope, name = self.caller.scope, self.table
        parameters = {"DatabaseName": name.database, "Name": name.table, "TableName": name.table}
        check_glue(scope, self.caller.access_key, "GetTable", parameters)
        entry = emulator.catalog_table(scope, name.database, name.table)
        if entry is None:
            raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:13: Table '{name}' does not exist")
        refuse_links(entry)
        if entry.get("TableType") == "VIRTUAL_VIEW":
            raise FailedQueryError("NOT_SUPPORTED: line 1:1: Inserting into views is not supported")
        if (entry["StorageDescriptor"].get("NumberOfBuckets") or 0) > 0:
            raise not_supported("INSERT INTO a table with buckets")
        table = Table.of(entry)
        self._entry, self._types = entry, {**table.columns, **table.keys}
        self.shape, self.keys = shape_of_insert(table), tuple(table.keys)
        if self.keys and not is_projected(entry):
            for operation in ("GetPartitions", "BatchCreatePartition"):
                check_glue(scope, self.caller.access_key, operation, parameters)
            self._known = {
                tuple(partition["Values"]): (partition.get("StorageDescriptor") or {}).get("Location", "")
                for partition in emulator.catalog_partitions(scope, name.database, name.table)
            }
        return True

    def outputs(self, names: Sequence[str], types: Sequence[str]) -> list[Output]:
        """The table's columns; those that are not inserted are NULL."""
        given = self.columns or tuple(self._types)
        for name in given:
            if name not in self._types:
                raise FailedQueryError(
                    f"COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: {name}"
                )
            if given.count(name) > 1:
                raise FailedQueryError(
                    f"DUPLICATE_COLUMN_NAME: line 1:1: Insert column name is specified more than once: {name}"
                )
        wanted = [self._types[name] for name in given]
        if len(names) != len(given) or not all(map(fits, types, wanted)):
            raise FailedQueryError(
                "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: "
                f"[{', '.join(map(trino_name, wanted))}], Query: [{', '.join(map(trino_name, types))}]"
            )
        places = {name: place for place, name in enumerate(given)}
        return [Output(name, kind, places.get(name)) for name, kind in self._types.items()]

    def folder(self, partition: Values) -> str:
        """The partition's own place, or where a new one goes."""
        if partition in self._known:
            return folder_uri(self._known[partition])
        if partition and is_projected(self._entry):
            return folder_uri(location_of(self._entry, dict(zip(self.keys, partition, strict=True))))
        return folder_uri(self._entry["StorageDescriptor"]["Location"]) + folder_of(self.keys, partition)

    def register(self, partitions: Iterable[Values], outputs: Sequence[Output]) -> None:  # noqa: ARG002 - one of three
        """Add the partitions that are new."""
        if not is_projected(self._entry):
            new = {values: self.folder(values) for values in partitions if values and values not in self._known}
            add_partitions(self.caller, self.table, new, self._entry["StorageDescriptor"])
