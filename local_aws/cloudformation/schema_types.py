"""AWS::Glue::Registry, Schema, SchemaVersion, SchemaVersionMetadata.

Ref and Fn::GetAtt give what the registry's schemas name as identifier and as read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resource_type import Params, Properties, ResourceType, tag_map

# Registries


def _registry(name: str, given: Properties) -> Params:
    kept = {member: value for member, value in given.items() if member not in ("Name", "Tags")}
    return {**kept, "RegistryName": name, "Tags": tag_map(given.get("Tags") or {})}


def _registry_update(name: str, _old: Properties, new: Properties) -> Params:
    return {"RegistryId": {"RegistryName": name}, "Description": new.get("Description", "")}


# Schemas


def _registry_id(given: Properties) -> Params:
    return {f"Registry{member}": value for member, value in (given.get("Registry") or {}).items()}


def _schema(name: str, given: Properties) -> Params:
    members = ("DataFormat", "Compatibility", "Description", "SchemaDefinition")
    params = {member: given[member] for member in members if member in given}
    return {**params, "SchemaName": name, "RegistryId": _registry_id(given), "Tags": tag_map(given.get("Tags") or {})}


def _schema_update(name: str, old: Properties, new: Properties) -> Params:
    """Compatibility goes along with a checkpoint, and where it is another: the API then asks for a checkpoint."""
    registry = _registry_id(new)
    known = registry.get("RegistryName") or str(registry.get("RegistryArn", "/default-registry")).rpartition("/")[2]
    params: Params = {
        "SchemaId": {"RegistryName": known, "SchemaName": name},
        "Description": new.get("Description", ""),
    }
    checkpoint = new.get("CheckpointVersion") or {}
    if checkpoint:
        names = {"IsLatest": "LatestVersion"}
        params["SchemaVersionNumber"] = {names.get(member, member): value for member, value in checkpoint.items()}
    if checkpoint or old.get("Compatibility") != new.get("Compatibility"):
        params["Compatibility"] = new.get("Compatibility")
    return params


def _first_version(arn: str) -> tuple[str, Params]:
    return "GetSchemaVersion", {"SchemaId": {"SchemaArn": arn}, "SchemaVersionNumber": {"VersionNumber": 1}}


# Versions and their metadata


def _of_version(_name: str, given: Properties) -> Params:
    return {"SchemaId": given.get("Schema"), "SchemaDefinition": given.get("SchemaDefinition")}


def _version_failure(answer: Mapping[str, Any]) -> str:
    """The text is ours."""
    if answer["Status"] != "FAILURE":
        return ""
    return f"Schema version {answer['VersionNumber']} is not compatible with the earlier ones: its status is FAILURE"


def _version_delete(shown: Mapping[str, Any]) -> Params:
    return {"SchemaId": {"SchemaArn": shown["SchemaArn"]}, "Versions": str(shown["VersionNumber"])}


def _metadata(_name: str, given: Properties) -> Params:
    pair = {"MetadataKey": given.get("Key"), "MetadataValue": given.get("Value")}
    return {"SchemaVersionId": given.get("SchemaVersionId"), "MetadataKeyValue": pair}


SCHEMA_TYPES = (
    ResourceType(
        name="AWS::Glue::Registry",
        service="glue",
        create="CreateRegistry",
        create_params=_registry,
        update="UpdateRegistry",
        update_params=_registry_update,
        delete="DeleteRegistry",
        delete_params=lambda arn, _given: {"RegistryId": {"RegistryArn": arn}},
        physical_id=lambda _name, _given, answer: str(answer["RegistryArn"]),
        attributes=lambda arn, _given: {"Arn": arn},
        tagged=lambda _scope, arn: arn,
    ),
    ResourceType(
        name="AWS::Glue::Schema",
        service="glue",
        create="CreateSchema",
        create_params=_schema,
        update="UpdateSchema",
        update_params=_schema_update,
        delete="DeleteSchema",
        delete_params=lambda arn, _given: {"SchemaId": {"SchemaArn": arn}},
        create_only=("Registry", "Name", "DataFormat", "SchemaDefinition"),
        id_is_unique=False,
        physical_id=lambda _name, _given, answer: str(answer["SchemaArn"]),
        attributes=lambda arn, _given: {"Arn": arn},
        shows=_first_version,
        attributes_shown=lambda shown: {"InitialSchemaVersionId": shown["SchemaVersionId"]},
        tagged=lambda _scope, arn: arn,
        differs={"CheckpointVersion": "looked at when the schema is changed; a new one has its first version for it"},
    ),
    ResourceType(
        name="AWS::Glue::SchemaVersion",
        service="glue",
        create="RegisterSchemaVersion",
        create_params=_of_version,
        failure=_version_failure,
        read="GetSchemaByDefinition",
        delete="DeleteSchemaVersions",
        delete_params=_of_version,
        delete_shown=_version_delete,
        shows=lambda version_id: ("GetSchemaVersion", {"SchemaVersionId": version_id}),
        create_only=("Schema", "SchemaDefinition"),
        physical_id=lambda _name, _given, answer: str(answer["SchemaVersionId"]),
        attributes=lambda version_id, _given: {"VersionId": version_id},
    ),
    ResourceType(
        name="AWS::Glue::SchemaVersionMetadata",
        service="glue",
        create="PutSchemaVersionMetadata",
        create_params=_metadata,
        delete="RemoveSchemaVersionMetadata",
        delete_params=_metadata,
        create_only=("SchemaVersionId", "Key", "Value"),
        physical_id=lambda _name, given, _answer: "|".join(
            str(given[member]) for member in ("SchemaVersionId", "Key", "Value")
        ),
    ),
)
