"""Versions of schemas: register, get, list, compare, delete; and whether a definition is one at all."""

from __future__ import annotations

import uuid
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.schemas import formats
from local_aws.glue.schemas.compatibility import compatible, held_against
from local_aws.glue.schemas.names import (
    AVAILABLE,
    FAILURE,
    Params,
    existing_schema,
    existing_version,
    moment,
    no_such_definition,
    numbered,
    schema_arn,
)
from local_aws.glue.schemas.records import Record, SchemaRecords
from local_aws.glue.schemas.registries import PAGE

_MOST = 1000
"""Developer guide, "Quotas of the Schema registry": versions of an account and region; a soft limit."""

_LONGEST_RANGE = 25
"""Developer guide, "Deleting a schema version"."""

_LONGEST_ERROR = 5000


class Versions:
    """The operations on versions."""

    def __init__(self, records: SchemaRecords) -> None:
        self._records = records

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "RegisterSchemaVersion": self.register,
            "GetSchemaVersion": self.get,
            "GetSchemaByDefinition": self.by_definition,
            "ListSchemaVersions": self.every,
            "DeleteSchemaVersions": self.delete,
            "CheckSchemaVersionValidity": self.check,
            "GetSchemaVersionsDiff": self.difference,
        }

    def register(self, scope: Scope, params: Params) -> dict[str, Any]:
        """RegisterSchemaVersion: one that is not compatible is kept with status FAILURE (seen in public reports).

        A definition that is a version already gives that version, whatever its status (the latter is unverified).
        """
        schema = existing_schema(self._records, scope, params["SchemaId"])
        mode, data_format, definition = schema["Compatibility"], schema["DataFormat"], params["SchemaDefinition"]
        if mode == "DISABLED" and schema["Versions"]:
            raise invalid(f"Compatibility DISABLED does not allow versioning. SchemaId: {_written(params['SchemaId'])}")
        formats.check_definition(data_format, definition)
        same = self._same(schema, definition)
        if same is not None:
            return same
        self.check_room(scope, "schema versions")
        earlier = [self._records.definition(scope, entry) for entry in held_against(schema)]
        fits = compatible(mode, data_format, definition, earlier)
        return self.add(scope, schema, definition, AVAILABLE if fits else FAILURE)

    def add(self, scope: Scope, schema: Record, definition: str, status: str) -> Record:
        """Write a new version of a schema, whose record is changed and written too; return its entry."""
        entry = {
            "SchemaVersionId": str(uuid.uuid4()),
            "VersionNumber": schema["NextSchemaVersion"],
            "Status": status,
            "CreatedTime": moment(),
            "Fingerprint": formats.fingerprint(schema["DataFormat"], definition),
        }
        owner = {name: schema[name] for name in ("RegistryName", "SchemaName")}
        held = {**owner, "SchemaVersionId": entry["SchemaVersionId"], "SchemaDefinition": definition, "Metadata": []}
        self._records.put_version(scope, held)
        schema["Versions"].append(entry)
        schema["NextSchemaVersion"] += 1
        self._records.put_schema(scope, schema)
        return entry

    def check_room(self, scope: Scope, what: str) -> None:
        """Refuse what goes beyond the quota of versions, which each schema has at least one of."""
        if sum(len(schema["Versions"]) for schema in self._records.schemas(scope)) >= _MOST:
            raise GlueError(
                "ResourceNumberLimitExceededException",
                f"More {what} cannot be created. The maximum limit has been reached.",
            )

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetSchemaVersion."""
        schema, entry = existing_version(self._records, scope, params)
        return {**_shown(scope, schema, entry), "SchemaDefinition": self._records.definition(scope, entry)}

    def by_definition(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetSchemaByDefinition."""
        schema = existing_schema(self._records, scope, params["SchemaId"])
        try:
            same = self._same(schema, params["SchemaDefinition"])
        except (ValueError, RecursionError):  # it is no definition
            same = None
        if same is None:
            raise no_such_definition(params["SchemaId"])
        return _shown(scope, schema, same)

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """ListSchemaVersions, the earliest first (the order is unverified)."""
        schema = existing_schema(self._records, scope, params["SchemaId"])
        return page("Schemas", [_shown(scope, schema, entry) for entry in schema["Versions"]], params, **PAGE)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteSchemaVersions: a number, or a range of 25 at most, without the first version and the checkpoint.

        An _ALL mode needs the versions from the checkpoint on (that it is so read is unverified); those that failed
        are never needed.
        """
        schema = existing_schema(self._records, scope, params["SchemaId"])
        first, last = _bounds(params["Versions"])
        if first <= 1 or first <= schema["SchemaCheckpoint"] <= last:
            what = "first" if first <= 1 else "checkpoint"
            raise invalid(f"The {what} version of a schema cannot be deleted. Versions: {params['Versions']}")  # ours
        found = {entry["VersionNumber"]: entry for entry in schema["Versions"]}
        needed = schema["SchemaCheckpoint"] if schema["Compatibility"].endswith("_ALL") else None
        gone, errors = [], []
        for number in range(first, last + 1):
            entry = found.get(number)
            if entry is None:
                errors.append(_error(number, "EntityNotFoundException", "Schema version is not found."))
            elif needed is not None and number > needed and entry["Status"] == AVAILABLE:
                text = f"Compatibility {schema['Compatibility']} does not allow to delete this version."
                errors.append(_error(number, "InvalidInputException", text))
            else:
                gone.append(entry)
        kept = [entry for entry in schema["Versions"] if entry not in gone]
        self._records.put_schema(scope, {**schema, "Versions": kept})
        self._records.drop_versions(scope, [entry["SchemaVersionId"] for entry in gone])
        return {"SchemaVersionErrors": errors}

    @staticmethod
    def check(_scope: Scope, params: Params) -> dict[str, Any]:
        """CheckSchemaVersionValidity."""
        problem = formats.problem_of(params["DataFormat"], params["SchemaDefinition"])
        return {"Valid": problem is None, "Error": problem[:_LONGEST_ERROR] if problem else None}

    def difference(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetSchemaVersionsDiff: a JSON Patch that makes the first version's definition the second's."""
        import jsonpatch

        schema = existing_schema(self._records, scope, params["SchemaId"])
        if schema["DataFormat"] not in formats.PARSED:
            raise unsupported(f"GetSchemaVersionsDiff in {schema['DataFormat']}")
        first, second = (
            formats.document(self._records.definition(scope, numbered(schema, params["SchemaId"], number)))
            for number in (params["FirstSchemaVersionNumber"], params["SecondSchemaVersionNumber"])
        )
        return {"Diff": jsonpatch.make_patch(first, second).to_string()}

    @staticmethod
    def _same(schema: Record, definition: str) -> Record | None:
        wanted = formats.fingerprint(schema["DataFormat"], definition)
        return next((entry for entry in schema["Versions"] if entry["Fingerprint"] == wanted), None)


def _shown(scope: Scope, schema: Record, entry: Record) -> dict[str, Any]:
    arn = schema_arn(scope, schema["RegistryName"], schema["SchemaName"])
    return {**entry, "SchemaArn": arn, "DataFormat": schema["DataFormat"]}


def _bounds(versions: str) -> tuple[int, int]:
    first, _, last = versions.partition("-")
    try:
        found = int(first), int(last or first)
    except ValueError as error:
        raise invalid(f"Versions is neither a number nor a range: {versions}") from error
    if not 0 <= found[1] - found[0] < _LONGEST_RANGE:
        raise invalid(f"A range of versions goes up, and has {_LONGEST_RANGE} at most: {versions}")  # ours
    return found


def _error(number: int, code: str, message: str) -> dict[str, Any]:
    return {"VersionNumber": number, "ErrorDetails": {"ErrorCode": code, "ErrorMessage": message}}


def _written(schema_id: Params) -> str:
    members = (("schemaArn", "SchemaArn"), ("schemaName", "SchemaName"), ("registryName", "RegistryName"))
    told = ", ".join(f"{name}={schema_id.get(member) or 'null'}" for name, member in members)
    return f"SchemaId({told})"
