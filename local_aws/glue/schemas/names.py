"""How requests name registries, schemas and versions, and the errors for what is not there.

Texts marked "real" are those that AWS's own serializers look for; the others are those of a public emulator's tests,
unverified, or ours.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.schemas.records import Record, SchemaRecords

Params = Mapping[str, Any]

DEFAULT_REGISTRY = "default-registry"
AVAILABLE, DELETING, FAILURE, PENDING = "AVAILABLE", "DELETING", "FAILURE", "PENDING"
BY_ID_ALONE = "No other input parameters can be specified when fetching by SchemaVersionId."


def registry_arn(scope: Scope, registry: str) -> str:
    """The ARN of a registry (that of the default registry ends as others do: unverified)."""
    return f"arn:aws:glue:{scope.region}:{scope.account_id}:registry/{registry}"


def schema_arn(scope: Scope, registry: str, schema: str) -> str:
    """The ARN of a schema."""
    return f"arn:aws:glue:{scope.region}:{scope.account_id}:schema/{registry}/{schema}"


def registry_name(scope: Scope, given: Params | None) -> str:
    """The name in a RegistryId; that of the default registry where it is absent or empty.

    Raises:
        GlueError: InvalidInputException where both are given or the ARN is no registry's.
    """
    given = given or {}
    if given.get("RegistryName") and given.get("RegistryArn"):
        raise invalid("One of registryName or registryArn has to be provided, both cannot be provided.")
    if not given.get("RegistryArn"):
        return str(given.get("RegistryName") or DEFAULT_REGISTRY)
    return _after(given["RegistryArn"], registry_arn(scope, ""), "registryArn")


def schema_names(scope: Scope, given: Params | None) -> tuple[str, str]:
    """The registry's and the schema's name in a SchemaId.

    Raises:
        GlueError: InvalidInputException where they are not told by either an ARN or both names.
    """
    given = given or {}
    if given.get("SchemaArn"):
        if given.get("RegistryName") or given.get("SchemaName"):
            raise invalid(
                "One of (registryName and schemaName) or schemaArn has to be provided, both cannot be provided."
            )
        registry, slash, schema = _after(given["SchemaArn"], schema_arn(scope, "", "")[:-1], "schemaArn").partition("/")
        if slash and schema:
            return registry, schema
        raise _strange_arn("schemaArn")
    if not given.get("RegistryName") or not given.get("SchemaName"):
        raise invalid("At least one of (registryName and schemaName) or schemaArn has to be provided.")
    return str(given["RegistryName"]), str(given["SchemaName"])


def existing_registry(records: SchemaRecords, scope: Scope, given: Params | None) -> Record:
    """The registry of a RegistryId; raises EntityNotFoundException."""
    found = records.registry(scope, registry_name(scope, given))
    if found is None:
        told = given or {"RegistryName": DEFAULT_REGISTRY}
        key = "RegistryArn" if told.get("RegistryArn") else "RegistryName"
        raise not_there(f"Registry is not found. {key}: {told.get(key, DEFAULT_REGISTRY)}")
    return found


def existing_schema(records: SchemaRecords, scope: Scope, given: Params | None) -> Record:
    """The schema of a SchemaId; raises EntityNotFoundException (its first sentence is real)."""
    found = records.schema(scope, *schema_names(scope, given))
    if found is None:
        raise not_there(f"Schema is not found. {_told(given or {})}")
    return found


def existing_version(records: SchemaRecords, scope: Scope, params: Params) -> tuple[Record, Record]:
    """The schema and the entry of its list that a request names by SchemaVersionId or by SchemaId and number.

    Raises:
        GlueError: InvalidInputException for too little or too much, EntityNotFoundException (its first sentence is
            real).
    """
    schema_id, number, version_id = (
        params.get(name) for name in ("SchemaId", "SchemaVersionNumber", "SchemaVersionId")
    )
    if version_id:
        if schema_id or number:
            raise invalid(BY_ID_ALONE)
        found = records.version(scope, version_id)
        if found is None:
            raise not_there(f"Schema version is not found. SchemaVersionId: {version_id}")
        return found[0], next(entry for entry in found[0]["Versions"] if entry["SchemaVersionId"] == version_id)
    if not schema_id:
        raise invalid("At least one of (registryName and schemaName) or schemaArn has to be provided.")
    if not number:
        raise invalid("One of version number (or) latest version is required.")
    schema = existing_schema(records, scope, schema_id)
    return schema, numbered(schema, schema_id, number)


def numbered(schema: Record, schema_id: Params, number: Params) -> Record:
    """The entry of a schema's list that a SchemaVersionNumber names; the latest is the last that is AVAILABLE.

    That a version which failed is never the latest is what a public report of its reader shows.
    """
    wanted, latest = number.get("VersionNumber"), bool(number.get("LatestVersion"))
    if wanted and latest:
        raise invalid("Only one of VersionNumber or LatestVersion is required.")
    if not wanted and not latest:
        raise invalid("One of version number (or) latest version is required.")
    wanted = latest_number(schema) if latest else wanted
    for entry in schema["Versions"]:
        if entry["VersionNumber"] == wanted:
            return dict(entry)
    raise not_there(
        f"Schema version is not found. {_told(schema_id)}, VersionNumber: {wanted or 'null'}, "
        f"isLatestVersion: {str(latest).lower()}"
    )


def latest_number(schema: Record) -> int | None:
    """The number of the latest version that is AVAILABLE, or None."""
    return max((entry["VersionNumber"] for entry in schema["Versions"] if entry["Status"] == AVAILABLE), default=None)


def no_such_definition(schema_id: Params) -> GlueError:
    """What a definition that is no version of its schema gives (its first sentence is real)."""
    return not_there(f"Schema version is not found. {_told(schema_id)}")


def not_there(message: str) -> GlueError:
    """An EntityNotFoundException."""
    return GlueError("EntityNotFoundException", message)


def moment() -> str:
    """Now, as text: the model's times are texts here (their form is unverified)."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _told(given: Params) -> str:
    names = ("RegistryName", "SchemaName", "SchemaArn")
    return ", ".join(f"{name}: {given.get(name) or 'null'}" for name in names)


def _after(arn: str, prefix: str, parameter: str) -> str:
    if not arn.startswith(prefix) or arn == prefix:
        raise _strange_arn(parameter)
    return arn[len(prefix) :]


def _strange_arn(parameter: str) -> GlueError:
    return invalid(
        f"The parameter value contains one or more characters that are not valid. Parameter Name: {parameter}"
    )
