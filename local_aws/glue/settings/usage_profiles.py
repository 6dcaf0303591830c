"""CreateUsageProfile, UpdateUsageProfile, GetUsageProfile, ListUsageProfiles, DeleteUsageProfile.

They are kept and shown; no job or session is held to them. The texts of errors are unverified.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.definitions.records import arn
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

Params = Mapping[str, Any]

_KIND = "usageProfile"
_LISTED = ("Name", "Description", "CreatedOn", "LastModifiedOn")


class UsageProfiles:
    """The usage profiles of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "CreateUsageProfile": self.create,
            "UpdateUsageProfile": self.update,
            "GetUsageProfile": self.get,
            "ListUsageProfiles": self.every,
            "DeleteUsageProfile": self.delete,
        }

    def create(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateUsageProfile."""
        name = params["Name"]
        if self._store.definition(scope, _KIND, name) is not None:
            raise GlueError("AlreadyExistsException", f"Usage profile {name} already exists")
        self._write(scope, params, now())
        emulator.set_glue_tags(scope, arn(scope, _KIND, name), params.get("Tags", {}))
        return {"Name": name}

    def update(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateUsageProfile: the configuration is replaced; a description that is not given stays."""
        old = self.get(scope, params)
        self._write(scope, {"Description": old.get("Description"), **params}, old["CreatedOn"])
        return {"Name": params["Name"]}

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetUsageProfile."""
        found = self._store.definition(scope, _KIND, params["Name"])
        if found is None:
            raise GlueError("EntityNotFoundException", f"Usage profile {params['Name']} not found")
        return found

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """ListUsageProfiles."""
        profiles = self._store.definitions(scope, _KIND)
        return page("Profiles", [{name: each.get(name) for name in _LISTED} for each in profiles], params)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteUsageProfile; one that is not there is no error (its model has none for it)."""
        self._store.delete_definition(scope, _KIND, params["Name"])
        emulator.set_glue_tags(scope, arn(scope, _KIND, params["Name"]), {})
        return {}

    def _write(self, scope: Scope, params: Params, created: float) -> None:
        kept = {name: params[name] for name in ("Name", "Description", "Configuration") if params.get(name) is not None}
        body = {**kept, "CreatedOn": created, "LastModifiedOn": now()}
        self._store.put_definition(scope, _KIND, params["Name"], body)
