"""The ARNs that IAM checks for the operations of the schema registry.

An operation on a schema needs the registry and the schema, as in the developer guide's "IAM examples for serializers";
one on a version that is named by its id, those that it belongs to. CheckSchemaVersionValidity, and lists that name
nothing, need `*`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.model import GlueError
from local_aws.glue.schemas.names import registry_arn, registry_name, schema_arn, schema_names

SCHEMA_OPERATIONS = frozenset(
    (
        "CreateRegistry GetRegistry ListRegistries UpdateRegistry DeleteRegistry CreateSchema GetSchema ListSchemas "
        "UpdateSchema DeleteSchema RegisterSchemaVersion GetSchemaVersion GetSchemaByDefinition ListSchemaVersions "
        "DeleteSchemaVersions CheckSchemaVersionValidity GetSchemaVersionsDiff PutSchemaVersionMetadata "
        "QuerySchemaVersionMetadata RemoveSchemaVersionMetadata"
    ).split()
)


def schema_resources(scope: Scope, params: Mapping[str, Any]) -> list[str]:
    """The ARNs for one of these operations; `*` alone where its parameters name nothing that can be told.

    Args:
        scope: the caller's account and region.
        params: the request's, a version's id in them replaced by the SchemaId of its schema.
    """
    try:
        if "SchemaName" in params:
            registry = registry_name(scope, _mapping(params.get("RegistryId")))
            return [registry_arn(scope, registry), schema_arn(scope, registry, str(params["SchemaName"]))]
        if "SchemaId" in params:
            registry, schema = schema_names(scope, _mapping(params["SchemaId"]))
            return [registry_arn(scope, registry), schema_arn(scope, registry, schema)]
        if "RegistryName" in params:
            return [registry_arn(scope, str(params["RegistryName"]))]
        if "RegistryId" in params:
            return [registry_arn(scope, registry_name(scope, _mapping(params["RegistryId"])))]
    except GlueError:  # what the operation refuses
        return ["*"]
    return ["*"]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
