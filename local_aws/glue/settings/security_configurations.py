"""CreateSecurityConfiguration, GetSecurityConfiguration(s), DeleteSecurityConfiguration.

They are kept and shown; log groups name their keys, and nothing here is encrypted by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

Params = Mapping[str, Any]

_KIND = "security-configuration"


class SecurityConfigurations:
    """The security configurations of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {
            "CreateSecurityConfiguration": self.create,
            "GetSecurityConfiguration": self.get,
            "GetSecurityConfigurations": self.every,
            "DeleteSecurityConfiguration": self.delete,
        }

    def create(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateSecurityConfiguration."""
        name, encryption = params["Name"], params["EncryptionConfiguration"]
        if self._store.definition(scope, _KIND, name) is not None:
            raise GlueError("AlreadyExistsException", f"Security Configuration with name {name} already exists")
        created = now()
        body = {"Name": name, "CreatedTimeStamp": created, "EncryptionConfiguration": encryption}
        self._store.put_definition(scope, _KIND, name, body)
        return {"Name": name, "CreatedTimestamp": created}

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetSecurityConfiguration."""
        found = self._store.definition(scope, _KIND, params["Name"])
        if found is None:
            raise GlueError("EntityNotFoundException", f"Security configuration {params['Name']} not found")
        return {"SecurityConfiguration": found}

    def encrypts_logs(self, scope: Scope, name: str | None) -> bool:
        """Whether the log groups of a job run with this configuration are encrypted; none encrypts nothing.

        Raises:
            GlueError: EntityNotFoundException.
        """
        if not name:
            return False
        return bool(self._of_logs(scope, name).get("CloudWatchEncryptionMode") == "SSE-KMS")

    def log_key(self, scope: Scope, name: str | None) -> str | None:
        """The ARN of the key that log groups are encrypted with; None where there is none, or no such configuration."""
        if not name or self._store.definition(scope, _KIND, name) is None or not self.encrypts_logs(scope, name):
            return None
        return self._of_logs(scope, name).get("KmsKeyArn")

    def _of_logs(self, scope: Scope, name: str) -> Mapping[str, Any]:
        encryption = self.get(scope, {"Name": name})["SecurityConfiguration"]["EncryptionConfiguration"]
        return encryption.get("CloudWatchEncryption") or {}

    def every(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetSecurityConfigurations."""
        return page("SecurityConfigurations", self._store.definitions(scope, _KIND), params)

    def delete(self, scope: Scope, params: Params) -> dict[str, Any]:
        """DeleteSecurityConfiguration."""
        self.get(scope, params)
        self._store.delete_definition(scope, _KIND, params["Name"])
        return {}
