"""The Glue catalog, read and changed past the request that asked for it: IAM is the caller's to ask."""

from __future__ import annotations

import json
from typing import Any

from local_aws.emulator.changes import changed
from local_aws.emulator.identity import Scope


class CatalogError(Exception):
    """The catalog refuses an operation.

    Attributes:
        code: Glue's exception code.
        message: its text.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def catalog(scope: Scope, operation: str, **parameters: Any) -> dict[str, Any]:
    """Carry out an operation on databases, tables or partitions, such as CreateTable; changes are saved.

    Raises:
        CatalogError: as Glue refuses it.
    """
    from ministack.services import glue

    headers = {"x-amz-target": f"AWSGlue.{operation}"}
    with scope.entered():
        status, _, body = glue._handle_request_sync("POST", "/", headers, json.dumps(parameters).encode(), {})
    answer: dict[str, Any] = json.loads(body or b"{}")
    if status >= 300:
        raise CatalogError(answer.get("__type", ""), answer.get("message") or answer.get("Message", ""))
    for failed in answer.get("Errors") or ():  # of a batch
        detail = failed["ErrorDetail"]
        raise CatalogError(detail["ErrorCode"], detail["ErrorMessage"])
    if not operation.startswith(("Get", "BatchGet")):
        changed("glue")
    return answer
