"""Athena's data catalogs, made, changed and deleted past its API: for what a stack was allowed to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.emulator.service_calls import ServiceError


def call_data_catalogs(operation: str, params: Mapping[str, Any]) -> None:
    """CreateDataCatalog, UpdateDataCatalog or DeleteDataCatalog.

    Raises:
        ServiceError: what Athena refuses.
    """
    from ministack.services import athena

    athena._ensure_default_data_catalog()
    operations = {
        "CreateDataCatalog": athena._create_data_catalog,
        "UpdateDataCatalog": athena._update_data_catalog,
        "DeleteDataCatalog": athena._delete_data_catalog,
    }
    status, _, body = operations[operation](dict(params))
    if status >= 400:
        answer = json.loads(body)
        raise ServiceError(str(answer.get("message") or answer.get("Message")), str(answer.get("__type", "")))
