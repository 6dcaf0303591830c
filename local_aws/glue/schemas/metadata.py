"""PutSchemaVersionMetadata, QuerySchemaVersionMetadata, RemoveSchemaVersionMetadata: keys and values of versions."""

from __future__ import annotations

from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.schemas.names import Params, existing_version, moment, not_there
from local_aws.glue.schemas.records import Record, SchemaRecords

_MOST = 10
"""API reference: pairs of a version."""

_LARGEST_PAGE = 50


class Metadata:
    """The operations on the metadata of versions."""

    def __init__(self, records: SchemaRecords) -> None:
        self._records = records

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "PutSchemaVersionMetadata": self.put,
            "QuerySchemaVersionMetadata": self.query,
            "RemoveSchemaVersionMetadata": self.remove,
        }

    def put(self, scope: Scope, params: Params) -> dict[str, Any]:
        """PutSchemaVersionMetadata: a key may have several values."""
        held, pair = self._held(scope, params), _pair(params)
        if any(_pair_of(each) == pair for each in held["Metadata"]):
            raise GlueError(
                "AlreadyExistsException",
                f"Resource already exist for schema version id: {held['SchemaVersionId']}, "
                f"metadata key: {pair[0]}, metadata value: {pair[1]}",
            )
        if len(held["Metadata"]) >= _MOST:
            raise GlueError(
                "ResourceNumberLimitExceededException",
                "Your resource limits for Schema Version Metadata have been exceeded.",
            )
        entry = {"MetadataKey": pair[0], "MetadataValue": pair[1], "CreatedTime": moment()}
        self._records.put_version(scope, {**held, "Metadata": [*held["Metadata"], entry]})
        return _echo(params)

    def query(self, scope: Scope, params: Params) -> dict[str, Any]:
        """QuerySchemaVersionMetadata: pairs that match one of MetadataList, all where it is absent.

        A key's first value is the one that was put first, the others follow in that order (unverified).
        """
        held = self._held(scope, params)
        wanted = params.get("MetadataList")
        found: dict[str, dict[str, Any]] = {}
        for entry in held["Metadata"]:
            if wanted and not any(pair.items() <= entry.items() for pair in wanted):
                continue
            shown = {name: entry[name] for name in ("MetadataValue", "CreatedTime")}
            first = found.setdefault(entry["MetadataKey"], shown)
            if first is not shown:
                first.setdefault("OtherMetadataValueList", []).append(shown)
        answer = page("MetadataInfoMap", list(found.items()), params, default=25, largest=_LARGEST_PAGE)
        answer["MetadataInfoMap"] = dict(answer["MetadataInfoMap"])
        return {**answer, "SchemaVersionId": held["SchemaVersionId"]}

    def remove(self, scope: Scope, params: Params) -> dict[str, Any]:
        """RemoveSchemaVersionMetadata (the text for a pair that is not there is ours)."""
        held, pair = self._held(scope, params), _pair(params)
        kept = [each for each in held["Metadata"] if _pair_of(each) != pair]
        if len(kept) == len(held["Metadata"]):
            raise not_there(
                f"Resource is not found for schema version id: {held['SchemaVersionId']}, "
                f"metadata key: {pair[0]}, metadata value: {pair[1]}"
            )
        self._records.put_version(scope, {**held, "Metadata": kept})
        return _echo(params)

    def _held(self, scope: Scope, params: Params) -> Record:
        _, entry = existing_version(self._records, scope, params)
        found = self._records.version(scope, entry["SchemaVersionId"])
        if found is None:
            raise not_there(f"Schema version is not found. SchemaVersionId: {entry['SchemaVersionId']}")
        return found[1]


def _pair(params: Params) -> tuple[str | None, str | None]:
    return _pair_of(params["MetadataKeyValue"])


def _pair_of(entry: Params) -> tuple[str | None, str | None]:
    return entry.get("MetadataKey"), entry.get("MetadataValue")


def _echo(params: Params) -> dict[str, Any]:
    """The answer repeats how the request named the version (a public emulator's tests; unverified)."""
    number = params.get("SchemaVersionNumber") or {}
    return {
        **(params.get("SchemaId") or {}),
        "SchemaVersionId": params.get("SchemaVersionId"),
        "LatestVersion": bool(number.get("LatestVersion")),
        "VersionNumber": number.get("VersionNumber", 0),
        **params["MetadataKeyValue"],
    }
