"""CreateSchema, GetSchema, ListSchemas, UpdateSchema, DeleteSchema: a schema is a set of versions."""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.schemas.formats import check_definition
from local_aws.glue.schemas.names import (
    AVAILABLE,
    DEFAULT_REGISTRY,
    DELETING,
    PENDING,
    Params,
    existing_registry,
    existing_schema,
    latest_number,
    moment,
    numbered,
    registry_arn,
    registry_name,
    schema_arn,
)
from local_aws.glue.schemas.records import Record, SchemaRecords
from local_aws.glue.schemas.registries import PAGE, Registries
from local_aws.glue.schemas.versions import Versions

_DEFAULT_COMPATIBILITY = "BACKWARD"
"""That of AWS's serializers and console; the operation's own is unverified."""


class SchemaSets:
    """The operations on schemas."""

    def __init__(self, records: SchemaRecords, registries: Registries, versions: Versions) -> None:
        self._records, self._registries, self._versions = records, registries, versions

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "CreateSchema": self.create,
            "GetSchema": self.get,
            "ListSchemas": self.every,
            "UpdateSchema": self.update,
            "DeleteSchema": self.delete,
        }

    def create(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateSchema; it makes the default registry where that is named or none is.

        Without SchemaDefinition it has no version yet, and its status is PENDING (unverified).
        """
        registry, name = registry_name(scope, params.get("RegistryId")), params["SchemaName"]
        definition, tags = params.get("SchemaDefinition"), params.get("Tags") or {}
        if registry != DEFAULT_REGISTRY:
            existing_registry(self._records, scope, params["RegistryId"])
        if definition is not None:
            check_definition(params["DataFormat"], definition)
        if self._records.schema(scope, registry, name) is not None:
            raise GlueError("AlreadyExistsException", f"Schema already exists. SchemaName: {name}")
        self._versions.check_room(scope, "schemas")
        if self._records.registry(scope, registry) is None:
            self._registries.make(scope, registry, None, {})
        created = moment()
        schema = {
            "RegistryName": registry,
            "SchemaName": name,
            "DataFormat": params["DataFormat"],
            "Compatibility": params.get("Compatibility", _DEFAULT_COMPATIBILITY),
            "Description": params.get("Description"),
            "SchemaCheckpoint": 1,
            "NextSchemaVersion": 1,
            "CreatedTime": created,
            "UpdatedTime": created,
            "Versions": [],
        }
        first: Record = {}
        if definition is None:
            self._records.put_schema(scope, schema)
        else:
            first = self._versions.add(scope, schema, definition, AVAILABLE)
        emulator.set_glue_tags(scope, schema_arn(scope, registry, name), tags)
        return {
            **_shown(scope, schema),
            "Tags": tags,
            "SchemaVersionId": first.get("SchemaVersionId"),
            "SchemaVersionStatus": first.get("Status"),
        }

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetSchema."""
        return _shown(scope, existing_schema(self._records, scope, params["SchemaId"]))

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """ListSchemas: of one registry, or of all where none is named."""
        given = params.get("RegistryId")
        registry = existing_registry(self._records, scope, given)["RegistryName"] if given else None
        found = [_shown(scope, record) for record in self._records.schemas(scope, registry)]
        return page("Schemas", found, params, **PAGE)

    def update(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateSchema: Compatibility asks for SchemaVersionNumber, the new checkpoint (API reference)."""
        schema = existing_schema(self._records, scope, params["SchemaId"])
        number, mode = params.get("SchemaVersionNumber"), params.get("Compatibility")
        if mode and not number:
            raise invalid("One of version number (or) latest version is required.")
        changed = {**schema, "UpdatedTime": moment()}
        if number:
            entry = numbered(schema, params["SchemaId"], number)
            if entry["Status"] != AVAILABLE:
                raise invalid(f"Schema version {entry['VersionNumber']} is not AVAILABLE")  # ours
            changed["SchemaCheckpoint"] = entry["VersionNumber"]
        changed |= {name: params[name] for name in ("Compatibility", "Description") if params.get(name) is not None}
        self._records.put_schema(scope, changed)
        return _shown(scope, changed)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteSchema, with its versions; it is gone when this is answered, where AWS takes its time."""
        schema = existing_schema(self._records, scope, params["SchemaId"])
        self._records.drop_schema(scope, schema)
        emulator.set_glue_tags(scope, schema_arn(scope, schema["RegistryName"], schema["SchemaName"]), {})
        return {**_shown(scope, schema), "Status": DELETING}


def _shown(scope: Scope, schema: Record) -> dict[str, Any]:
    registry = schema["RegistryName"]
    return {
        **schema,
        "RegistryArn": registry_arn(scope, registry),
        "SchemaArn": schema_arn(scope, registry, schema["SchemaName"]),
        "LatestSchemaVersion": latest_number(schema),
        "SchemaStatus": AVAILABLE if schema["Versions"] else PENDING,
    }
