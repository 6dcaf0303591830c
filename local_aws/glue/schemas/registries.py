"""CreateRegistry, GetRegistry, ListRegistries, UpdateRegistry, DeleteRegistry."""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.schemas.names import (
    AVAILABLE,
    DELETING,
    Params,
    existing_registry,
    moment,
    registry_arn,
    schema_arn,
)
from local_aws.glue.schemas.records import Record, SchemaRecords

PAGE = {"default": 25, "largest": 100}
"""Entries of a page: API reference, MaxResults."""

_MOST = 10
"""Developer guide, "Quotas of the Schema registry"; it is a soft limit."""


class Registries:
    """The operations on registries."""

    def __init__(self, records: SchemaRecords) -> None:
        self._records = records

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "CreateRegistry": self.create,
            "GetRegistry": self.get,
            "ListRegistries": self.every,
            "UpdateRegistry": self.update,
            "DeleteRegistry": self.delete,
        }

    def create(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateRegistry."""
        name, tags = params["RegistryName"], params.get("Tags") or {}
        if self._records.registry(scope, name) is not None:
            raise GlueError("AlreadyExistsException", f"Registry already exists. RegistryName: {name}")
        record = self.make(scope, name, params.get("Description"), tags)
        return {**_shown(scope, record), "Tags": tags}

    def make(self, scope: Scope, name: str, description: str | None, tags: dict[str, str]) -> Record:
        """Write a new registry.

        Raises:
            GlueError: ResourceNumberLimitExceededException.
        """
        if len(self._records.registries(scope)) >= _MOST:
            raise GlueError(
                "ResourceNumberLimitExceededException",
                "More registries cannot be created. The maximum limit has been reached.",
            )
        created = moment()
        record = {"RegistryName": name, "Description": description, "CreatedTime": created, "UpdatedTime": created}
        self._records.put_registry(scope, record)
        emulator.set_glue_tags(scope, registry_arn(scope, name), tags)
        return record

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetRegistry."""
        return _shown(scope, existing_registry(self._records, scope, params["RegistryId"]))

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """ListRegistries."""
        return page("Registries", [_shown(scope, record) for record in self._records.registries(scope)], params, **PAGE)

    def update(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateRegistry."""
        record = existing_registry(self._records, scope, params["RegistryId"])
        changed = {**record, "Description": params["Description"], "UpdatedTime": moment()}
        self._records.put_registry(scope, changed)
        return _shown(scope, changed)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteRegistry, with its schemas; it is gone when this is answered, where AWS takes its time."""
        record = existing_registry(self._records, scope, params["RegistryId"])
        name = record["RegistryName"]
        for schema in self._records.schemas(scope, name):
            self._records.drop_schema(scope, schema)
            emulator.set_glue_tags(scope, schema_arn(scope, name, schema["SchemaName"]), {})
        self._records.drop_registry(scope, name)
        emulator.set_glue_tags(scope, registry_arn(scope, name), {})
        return {**_shown(scope, record), "Status": DELETING}


def _shown(scope: Scope, record: Record) -> dict[str, Any]:
    return {**record, "RegistryArn": registry_arn(scope, record["RegistryName"]), "Status": AVAILABLE}
