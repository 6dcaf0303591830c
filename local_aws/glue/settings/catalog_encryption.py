"""PutDataCatalogEncryptionSettings, GetDataCatalogEncryptionSettings.

They are kept and shown; nothing here is encrypted by them, and GetConnection shows passwords as it does without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.catalog.parts import catalog_of
from local_aws.glue.definitions.api import Operation
from local_aws.glue.store import Store

Params = Mapping[str, Any]

_KIND, _NAME = "catalog-encryption", "catalog"
_DEFAULTS = {
    "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
    "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
}
"""What an account has that never set anything (seen in public state files of Terraform)."""


class CatalogEncryption:
    """The encryption settings of every account's and region's catalog, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> dict[str, Operation]:
        """Operation name -> what answers it."""
        return {"PutDataCatalogEncryptionSettings": self.put, "GetDataCatalogEncryptionSettings": self.get}

    def put(self, scope: Scope, params: Params) -> dict[str, Any]:
        """PutDataCatalogEncryptionSettings: a part that is not given is as if nothing was ever set (unverified)."""
        catalog_of(scope, params)
        self._store.put_definition(scope, _KIND, _NAME, _DEFAULTS | dict(params["DataCatalogEncryptionSettings"]))
        return {}

    def get(self, scope: Scope, params: Params) -> dict[str, Any]:
        """GetDataCatalogEncryptionSettings."""
        catalog_of(scope, params)
        return {"DataCatalogEncryptionSettings": self._store.definition(scope, _KIND, _NAME) or _DEFAULTS}
