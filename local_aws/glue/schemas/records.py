"""Registries, schemas and their versions, kept in the store.

A schema's record lists its versions, without their definitions; each version has a record of its own beside it, by its
id. A version counts while its schema's record lists it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.store import Store

Record = dict[str, Any]

_REGISTRY, _SCHEMA, _VERSION = "registry", "schema", "schemaVersion"


class SchemaRecords:
    """The records of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # Registries

    def registry(self, scope: Scope, name: str) -> Record | None:
        """One registry, or None."""
        return self._store.definition(scope, _REGISTRY, name)

    def registries(self, scope: Scope) -> list[Record]:
        """All registries, by name."""
        return self._store.definitions(scope, _REGISTRY)

    def put_registry(self, scope: Scope, record: Record) -> None:
        """Write a registry, over the one of that name."""
        self._store.put_definition(scope, _REGISTRY, record["RegistryName"], record)

    def drop_registry(self, scope: Scope, name: str) -> None:
        """Delete a registry; its schemas are the caller's to delete before."""
        self._store.delete_definition(scope, _REGISTRY, name)

    # Schemas

    def schema(self, scope: Scope, registry: str, name: str) -> Record | None:
        """One schema, or None."""
        return self._store.definition(scope, _SCHEMA, f"{registry}/{name}")

    def schemas(self, scope: Scope, registry: str | None = None) -> list[Record]:
        """The schemas of one registry, or all, by registry and name."""
        every = self._store.definitions(scope, _SCHEMA)
        return [record for record in every if registry in (None, record["RegistryName"])]

    def put_schema(self, scope: Scope, record: Record) -> None:
        """Write a schema, over the one of that name."""
        self._store.put_definition(scope, _SCHEMA, f"{record['RegistryName']}/{record['SchemaName']}", record)

    def drop_schema(self, scope: Scope, record: Record) -> None:
        """Delete a schema with its versions."""
        self._store.delete_definition(scope, _SCHEMA, f"{record['RegistryName']}/{record['SchemaName']}")
        self.drop_versions(scope, [entry["SchemaVersionId"] for entry in record["Versions"]])

    # Versions

    def put_version(self, scope: Scope, record: Record) -> None:
        """Write what a version holds; it is to be in its schema's list too."""
        self._store.put_definition(scope, _VERSION, record["SchemaVersionId"], record)

    def version(self, scope: Scope, version_id: str) -> tuple[Record, Record] | None:
        """A version's schema and what it holds, or None."""
        found = self._store.definition(scope, _VERSION, version_id)
        if found is None:
            return None
        schema = self.schema(scope, found["RegistryName"], found["SchemaName"])
        listed = schema is not None and any(entry["SchemaVersionId"] == version_id for entry in schema["Versions"])
        return (schema, found) if schema is not None and listed else None

    def definition(self, scope: Scope, entry: Mapping[str, Any]) -> str:
        """The definition of a version in a schema's list."""
        found = self._store.definition(scope, _VERSION, entry["SchemaVersionId"])
        return str(found["SchemaDefinition"]) if found else ""

    def drop_versions(self, scope: Scope, ids: list[str]) -> None:
        """Delete what versions hold."""
        for version_id in ids:
            self._store.delete_definition(scope, _VERSION, version_id)
