"""SchemaReference: tables and partitions whose columns are those of a schema's version.

The columns stand in the record, where all that read the catalog find them. When versions come or go they are written
anew: a reference without a number is to the latest version, one that leads to nothing leaves no columns (developer
guide, "Use case: AWS Glue Data Catalog"). Whoever makes or changes such a table needs glue:GetSchemaVersion (the same).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue.definitions.api import Operation, Params
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.schemas.arns import schema_resources
from local_aws.glue.schemas.columns import Column, columns_of
from local_aws.glue.schemas.names import existing_version
from local_aws.glue.schemas.records import Record, SchemaRecords
from local_aws.glue.store import Store

_HOLDERS = {
    "CreateTable": ("TableInput",),
    "UpdateTable": ("TableInput",),
    "CreatePartition": ("PartitionInput",),
    "UpdatePartition": ("PartitionInput",),
    "BatchCreatePartition": ("PartitionInputList",),
    "BatchUpdatePartition": ("Entries", "PartitionInput"),
}
"""Operation -> where in its parameters a table or partition stands, or several do."""

CHANGE_VERSIONS = ("CreateSchema", "RegisterSchemaVersion", "DeleteSchemaVersions", "DeleteSchema", "DeleteRegistry")
"""After these, references may lead to something else."""


class References:
    """What references lead to, in a store."""

    def __init__(self, store: Store) -> None:
        self._records = SchemaRecords(store)

    def filling(self, operations: Mapping[str, Operation]) -> dict[str, Operation]:
        """Operations on tables and partitions, those that write them taking columns from their references.

        A reference that leads to nothing is refused; columns that are given beside one are passed over (unverified).
        """
        return {name: self._filling(name, run) if name in _HOLDERS else run for name, run in operations.items()}

    def _filling(self, name: str, operation: Operation) -> Operation:
        def run(scope: Scope, params: Params) -> dict[str, Any]:
            return operation(scope, self._filled_at(scope, params, _HOLDERS[name]))

        return run

    def _filled_at(self, scope: Scope, params: Params, path: tuple[str, ...]) -> Params:
        if not path:
            return self._filled(scope, params)
        held = params.get(path[0])
        if isinstance(held, list):
            return {**params, path[0]: [self._filled_at(scope, each, path[1:]) for each in held]}
        return {**params, path[0]: self._filled_at(scope, held, path[1:])} if held else params

    def _filled(self, scope: Scope, given: Params) -> Params:
        storage = given.get("StorageDescriptor") or {}
        reference = storage.get("SchemaReference")
        if not reference:
            return given
        columns = self._columns(scope, reference, check_rights=True)
        return {**given, "StorageDescriptor": {**storage, "Columns": columns}}

    def _columns(self, scope: Scope, reference: Params, *, check_rights: bool = False) -> list[Column]:
        version_id, number = reference.get("SchemaVersionId"), reference.get("SchemaVersionNumber")
        if version_id:
            if number or reference.get("SchemaId"):
                raise invalid("No other input parameters can be specified when fetching by SchemaVersionId.")
            asked: dict[str, Any] = {"SchemaVersionId": version_id}
        else:
            which = {"VersionNumber": number} if number else {"LatestVersion": True}
            asked = {"SchemaId": reference.get("SchemaId"), "SchemaVersionNumber": which}
        schema, entry = existing_version(self._records, scope, asked)
        if check_rights:
            _check_rights(scope, schema)
        return columns_of(schema["DataFormat"], self._records.definition(scope, entry))

    def refresh(self, scope: Scope) -> None:
        """Write the columns of all tables and partitions with references anew."""
        catalog = CatalogRecords(scope)
        for database in catalog.databases():
            for table in catalog.tables(database["Name"]):
                changed = self._refreshed(scope, table)
                if changed is not table:
                    catalog.put_table(changed)
                partitions = catalog.partitions(database["Name"], table["Name"])
                anew = [self._refreshed(scope, partition) for partition in partitions]
                if any(new is not old for new, old in zip(anew, partitions, strict=True)):
                    catalog.put_partitions(database["Name"], table["Name"], anew)

    def _refreshed(self, scope: Scope, record: Record) -> Record:
        storage = record.get("StorageDescriptor") or {}
        if not storage.get("SchemaReference"):
            return record
        columns: list[Column] = []
        with contextlib.suppress(GlueError):
            columns = self._columns(scope, storage["SchemaReference"])
        if columns == storage.get("Columns"):
            return record
        return {**record, "StorageDescriptor": {**storage, "Columns": columns}}


def _check_rights(scope: Scope, schema: Record) -> None:
    names = {name: schema[name] for name in ("RegistryName", "SchemaName")}
    for arn in schema_resources(scope, {"SchemaId": names}):
        denied = emulator.denial(emulator.caller_access_key(), "glue:GetSchemaVersion", arn)
        if denied:
            raise GlueError(
                "AccessDeniedException",
                f"User: {denied} is not authorized to perform: glue:GetSchemaVersion on resource: {arn}",
            )
