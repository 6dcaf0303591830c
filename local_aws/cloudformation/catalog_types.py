"""AWS::Glue::Database, Table, Partition, Connection, DataCatalogEncryptionSettings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.resource_type import Params, Properties, ResourceType

_ICEBERG = "Iceberg tables are not made by the local catalog"


# Databases


def _database(name: str, given: Properties) -> Params:
    params = {member: value for member, value in given.items() if member != "DatabaseName"}
    return {**params, "DatabaseInput": _named(given, "DatabaseInput", name)}


def _database_update(name: str, _old: Properties, new: Properties) -> Params:
    return {**_database(name, new), "Name": name}


def _named(given: Properties, member: str, name: str) -> Params:
    return {**(given.get(member) or {}), "Name": name}


# Tables


def _table_name_at(given: Properties) -> str:
    return "TableInput/Name" if (given.get("TableInput") or {}).get("Name") else "Name"


def _table(name: str, given: Properties) -> Params:
    params = {member: value for member, value in given.items() if member != "Name"}
    return {**params, "TableInput": _named(given, "TableInput", name)}


# Partitions


def _partition_hash(given: Properties) -> str:
    """IdentifierPartitionInputValues; how AWS computes it is not documented."""
    values = [str(value) for value in (given.get("PartitionInput") or {}).get("Values", [])]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _partition_id(_name: str, given: Properties, _answer: Any) -> str:
    names = (str(given.get(member, "")) for member in ("CatalogId", "DatabaseName", "TableName"))
    return "|".join((*names, _partition_hash(given)))


def _of_partition(given: Properties, key: str) -> Params:
    where = {member: given[member] for member in ("CatalogId", "DatabaseName", "TableName") if member in given}
    return {**where, key: (given.get("PartitionInput") or {}).get("Values", [])}


def _partition_update(_name: str, old: Properties, new: Properties) -> Params:
    return {**_of_partition(old, "PartitionValueList"), "PartitionInput": new.get("PartitionInput")}


# Connections


def _connection(name: str, given: Properties) -> Params:
    return {**given, "ConnectionInput": _named(given, "ConnectionInput", name)}


def _connection_update(name: str, _old: Properties, new: Properties) -> Params:
    params = {member: value for member, value in _connection(name, new).items() if member != "Tags"}
    return {**params, "Name": name}


_PUT_ENCRYPTION = "PutDataCatalogEncryptionSettings"
_UNENCRYPTED = {
    "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
    "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
}
"""What a catalog has whose settings are deleted (unverified)."""


def _encryption(name: str, given: Properties) -> Params:
    """Of passwords a template says KmsKeyId, the API AwsKmsKeyId."""
    settings = dict(given.get("DataCatalogEncryptionSettings") or {})
    passwords = settings.get("ConnectionPasswordEncryption")
    if isinstance(passwords, Mapping):
        settings["ConnectionPasswordEncryption"] = {
            "AwsKmsKeyId" if member == "KmsKeyId" else member: value for member, value in passwords.items()
        }
    return {"CatalogId": name, "DataCatalogEncryptionSettings": settings}


CATALOG_TYPES = (
    ResourceType(
        name="AWS::Glue::Database",
        service="glue",
        create="CreateDatabase",
        create_params=_database,
        update="UpdateDatabase",
        update_params=_database_update,
        delete="DeleteDatabase",
        name_at=lambda given: "DatabaseName" if given.get("DatabaseName") else "DatabaseInput/Name",
        create_only=("DatabaseName",),
        differs={
            "DatabaseInput/CreateTableDefaultPermissions": "kept and shown; there is no Lake Formation",
            "DatabaseInput/TargetDatabase": "kept and shown; what asks for its tables is refused",
            "DatabaseInput/FederatedDatabase": "kept and shown; what asks for its tables is refused",
        },
    ),
    ResourceType(
        name="AWS::Glue::Table",
        service="glue",
        create="CreateTable",
        create_params=_table,
        update="UpdateTable",
        update_params=lambda name, _old, new: _table(name, new),
        delete="DeleteTable",
        delete_params=lambda name, given: {"DatabaseName": given.get("DatabaseName"), "Name": name},
        name_at=_table_name_at,
        create_only=("DatabaseName", "CatalogId", "TableInput/Name", "Name"),
        id_is_unique=False,
        differs={
            "TableInput/TargetTable": "kept and shown; what reads it is refused",
            "TableInput/ViewDefinition": "kept and shown; what reads it is refused",
        },
        refused={
            "OpenTableFormatInput": _ICEBERG,
        },
    ),
    ResourceType(
        name="AWS::Glue::Partition",
        service="glue",
        create="CreatePartition",
        create_params=lambda _name, given: dict(given),
        update="UpdatePartition",
        update_params=_partition_update,
        delete="DeletePartition",
        delete_params=lambda _name, given: _of_partition(given, "PartitionValues"),
        create_only=("TableName", "DatabaseName", "CatalogId", "PartitionInput/Values"),
        physical_id=_partition_id,
        attributes=lambda _id, given: {"IdentifierPartitionInputValues": _partition_hash(given)},
        differs={"IdentifierPartitionInputValues": "the hash is not AWS's"},
    ),
    ResourceType(
        name="AWS::Glue::DataCatalogEncryptionSettings",
        service="glue",
        create=_PUT_ENCRYPTION,
        create_params=_encryption,
        update=_PUT_ENCRYPTION,
        update_params=lambda name, _old, new: _encryption(name, new),
        delete=_PUT_ENCRYPTION,
        delete_params=lambda name, _given: {"CatalogId": name, "DataCatalogEncryptionSettings": _UNENCRYPTED},
        name_at=lambda _given: "CatalogId",
        create_only=("CatalogId",),
        differs={"DataCatalogEncryptionSettings": "kept and shown; nothing is encrypted by it"},
    ),
    ResourceType(
        name="AWS::Glue::Connection",
        service="glue",
        create="CreateConnection",
        create_params=_connection,
        update="UpdateConnection",
        update_params=_connection_update,
        delete="DeleteConnection",
        delete_params=lambda name, _given: {"ConnectionName": name},
        name_at=lambda _given: "ConnectionInput/Name",
        create_only=("CatalogId", "ConnectionInput/Name"),
        tagged=lambda scope, name: f"arn:aws:glue:{scope.region}:{scope.account_id}:connection/{name}",
        differs={
            "ConnectionInput": "kept and shown; crawlers and jobs do not connect by it",
            "ConnectionInput/AuthenticationConfiguration": "kept and shown without credentials; none are tried",
            "ConnectionInput/ValidateCredentials": "nothing is validated",
            "ConnectionInput/ValidateForComputeEnvironments": "nothing is validated",
        },
    ),
)
