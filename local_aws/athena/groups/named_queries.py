"""Athena's named queries: create, get, list, update, delete.

The records are the emulator's (`emulator.named_queries`), where its work groups find them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import invalid
from local_aws.emulator import Scope

Params = dict[str, Any]

_PAGE = 50
_MAX_QUERY_BYTES = 262_144


def create(scope: Scope, params: Params) -> dict[str, Any]:
    """CreateNamedQuery; a ClientRequestToken seen before answers the query that it made."""
    _check(params)
    group = params.get("WorkGroup", "primary")
    if emulator.work_group(scope, group) is None:
        raise invalid(f"WorkGroup {group} is not found.")
    records = emulator.named_queries(scope)
    token = params.get("ClientRequestToken")
    for made in records.values():
        if token and made.get("_Token") == token:
            if any(made.get(name) != params.get(name) for name in ("Name", "Database", "QueryString")):
                raise invalid("Idempotent parameters do not match")
            return {"NamedQueryId": made["NamedQueryId"]}
    made_id = str(uuid.uuid4())
    kept: Params = {name: params[name] for name in ("Name", "Description", "Database", "QueryString") if name in params}
    records[made_id] = {**kept, "WorkGroup": group, "NamedQueryId": made_id, "_Token": token}
    return {"NamedQueryId": made_id}


def get(scope: Scope, params: Params) -> dict[str, Any]:
    """GetNamedQuery."""
    return {"NamedQuery": _shown(_existing(scope, params))}


def every(scope: Scope, params: Params) -> dict[str, Any]:
    """ListNamedQueries of one work group (the primary one where none is named), the newest first."""
    group = params.get("WorkGroup", "primary")
    token = params.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("Invalid NextToken")
    newest_first = reversed(list(emulator.named_queries(scope).items()))
    found = [made_id for made_id, made in newest_first if made["WorkGroup"] == group]
    start = int(token)
    end = start + min(int(params.get("MaxResults") or _PAGE), _PAGE)
    return {"NamedQueryIds": found[start:end]} | ({"NextToken": str(end)} if end < len(found) else {})


def batch_get(scope: Scope, params: Params) -> dict[str, Any]:
    """BatchGetNamedQuery of up to 50."""
    asked = params["NamedQueryIds"]
    records = emulator.named_queries(scope)
    return {
        "NamedQueries": [_shown(records[made_id]) for made_id in asked if made_id in records],
        "UnprocessedNamedQueryIds": [
            {"NamedQueryId": made_id, "ErrorCode": "INVALID_INPUT", "ErrorMessage": _absent(made_id)}
            for made_id in asked
            if made_id not in records
        ],
    }


def update(scope: Scope, params: Params) -> dict[str, Any]:
    """UpdateNamedQuery: name and text; a description that is not given stays."""
    _check(params)
    record = _existing(scope, params)
    record.update({name: params[name] for name in ("Name", "Description", "QueryString") if name in params})
    return {}


def delete(scope: Scope, params: Params) -> dict[str, Any]:
    """DeleteNamedQuery."""
    del emulator.named_queries(scope)[_existing(scope, params)["NamedQueryId"]]
    return {}


def _check(params: Params) -> None:
    if len(params["QueryString"].encode()) > _MAX_QUERY_BYTES:
        raise invalid(f"Query string exceeds the maximum of {_MAX_QUERY_BYTES} bytes")


def _existing(scope: Scope, params: Params) -> dict[str, Any]:
    made_id = params["NamedQueryId"]
    found = emulator.named_queries(scope).get(made_id)
    if found is None:
        raise invalid(_absent(made_id))
    return found


def _absent(made_id: str) -> str:
    return f"Named query {made_id} was not found"


def _shown(record: Params) -> dict[str, Any]:
    return {name: value for name, value in record.items() if not name.startswith("_")}


OPERATIONS: dict[str, Callable[[Scope, Params], dict[str, Any]]] = {
    "CreateNamedQuery": create,
    "GetNamedQuery": get,
    "ListNamedQueries": every,
    "BatchGetNamedQuery": batch_get,
    "UpdateNamedQuery": update,
    "DeleteNamedQuery": delete,
}
