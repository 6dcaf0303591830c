"""Connections of every type: kept and shown; nothing here connects, so credentials are neither tried nor kept."""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.catalog.parts import ALREADY_EXISTS, ENTITY_NOT_FOUND, Params, Record, catalog_of
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import unsupported
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

_KIND = "connection"
_NOT_KEPT = ("ValidateCredentials", "ValidateForComputeEnvironments")
"""Wishes about the request itself; they have no place in GetConnection's answer."""


def operations(store: Store) -> dict[str, Operation]:
    """Operation name -> what answers it."""
    made = _Connections(store)
    return {
        "CreateConnection": made.create,
        "UpdateConnection": made.update,
        "GetConnection": made.get,
        "GetConnections": made.every,
        "DeleteConnection": made.delete,
        "BatchDeleteConnection": made.batch_delete,
    }


class _Connections:
    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, scope: Scope, params: Params) -> dict[str, Any]:
        catalog_of(scope, params)
        name = params["ConnectionInput"]["Name"]
        if self._store.definition(scope, _KIND, name) is not None:
            raise GlueError(ALREADY_EXISTS, "Connection already exists.")
        self._write(scope, params["ConnectionInput"], now())
        emulator.set_glue_tags(scope, _arn(scope, name), params.get("Tags", {}))
        return {"CreateConnectionStatus": "READY"}

    def update(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateConnection: the input replaces the definition; the name stays."""
        catalog_of(scope, params)
        old = self._existing(scope, params["Name"])
        if params["ConnectionInput"]["Name"] != params["Name"]:
            raise unsupported("UpdateConnection with another name")
        self._write(scope, params["ConnectionInput"], old["CreationTime"])
        return {}

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        catalog_of(scope, params)
        found = self._existing(scope, params["Name"])
        environment = params.get("ApplyOverrideForComputeEnvironment")
        if environment and found.get(f"{environment.capitalize()}Properties"):
            raise unsupported(f"ApplyOverrideForComputeEnvironment of a connection with properties for {environment}")
        return {"Connection": _shown(found, params)}

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        catalog_of(scope, params)
        wanted = params.get("Filter") or {}
        found = [
            _shown(entry, params)
            for entry in self._store.definitions(scope, _KIND)
            if wanted.get("ConnectionType") in (None, entry.get("ConnectionType"))
            and set(wanted.get("MatchCriteria") or []) <= set(entry.get("MatchCriteria") or [])
        ]
        return page("ConnectionList", found, params)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        catalog_of(scope, params)
        self._existing(scope, params["ConnectionName"])
        self._store.delete_definition(scope, _KIND, params["ConnectionName"])
        emulator.set_glue_tags(scope, _arn(scope, params["ConnectionName"]), {})
        return {}

    def batch_delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """BatchDeleteConnection: up to 25."""
        catalog_of(scope, params)
        deleted, errors = [], {}
        for name in params["ConnectionNameList"]:
            try:
                self.delete(scope, {"ConnectionName": name})
                deleted.append(name)
            except GlueError as error:
                errors[name] = {"ErrorCode": error.code, "ErrorMessage": error.message}
        return {"Succeeded": deleted, "Errors": errors}

    def _existing(self, scope: Scope, name: str) -> Record:
        found = self._store.definition(scope, _KIND, name)
        if found is None:
            raise GlueError(ENTITY_NOT_FOUND, f"Connection {name} not found.")
        return found

    def _write(self, scope: Scope, given: Params, created: float) -> None:
        kept = {name: value for name, value in given.items() if name not in _NOT_KEPT}
        if "AuthenticationConfiguration" in kept:
            kept["AuthenticationConfiguration"] = _without_credentials(kept["AuthenticationConfiguration"])
        body = {"MatchCriteria": [], **kept, "CreationTime": created, "LastUpdatedTime": now(), "Status": "READY"}
        self._store.put_definition(scope, _KIND, given["Name"], body)


def _arn(scope: Scope, name: str) -> str:
    return f"arn:aws:glue:{scope.region}:{scope.account_id}:connection/{name}"


def _without_credentials(given: Params) -> Record:
    """What GetConnection shows of an authentication (botocore's model): its kind, where secrets lie, the client."""
    kept = {name: given[name] for name in ("AuthenticationType", "SecretArn", "KmsKeyArn") if name in given}
    if "OAuth2Properties" in given:
        shown = ("OAuth2GrantType", "OAuth2ClientApplication", "TokenUrl", "TokenUrlParametersMap")
        client = given["OAuth2Properties"]
        kept["OAuth2Properties"] = {name: client[name] for name in shown if name in client}
    return kept


def _shown(record: Record, params: Params) -> Record:
    if not params.get("HidePassword"):
        return record
    kept = {name: value for name, value in record.get("ConnectionProperties", {}).items() if name != "PASSWORD"}
    return {**record, "ConnectionProperties": kept}
