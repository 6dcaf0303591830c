"""Athena's operations on named queries and work groups for CloudFormation, with the rights of whoever is the caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.athena import group_definitions, named_queries
from local_aws.athena.errors import RefusedQueryError
from local_aws.emulator import Scope
from local_aws.glue.model import GlueError


def call(operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out an operation.

    Raises:
        GlueError: what the operation or IAM refuses; EntityNotFoundException where there is no such thing.
    """
    scope = emulator.request_scope()
    resource = f"arn:aws:athena:{scope.region}:{scope.account_id}:workgroup/{_group(scope, operation, params)}"
    denied = emulator.denial(emulator.caller_access_key(), f"athena:{operation}", resource)
    if denied:
        raise GlueError(
            "AccessDeniedException",
            f"User: {denied} is not authorized to perform: athena:{operation} on resource: {resource}",
        )
    try:
        return {**named_queries.OPERATIONS, **group_definitions.OPERATIONS}[operation](scope, dict(params))
    except RefusedQueryError as error:
        raise GlueError("InvalidRequestException", str(error)) from error


def _group(scope: Scope, operation: str, params: Mapping[str, Any]) -> str:
    """The work group that an operation is about."""
    if "NamedQueryId" in params:
        made = emulator.named_queries(scope).get(params["NamedQueryId"])
        if made is None:
            raise GlueError("EntityNotFoundException", f"Named query {params['NamedQueryId']} was not found")
        return str(made["WorkGroup"])
    if operation == "CreateWorkGroup":
        return str(params["Name"])
    name = str(params.get("WorkGroup") or "primary")
    if operation == "DeleteWorkGroup" and name not in emulator.work_groups(scope):
        raise GlueError("EntityNotFoundException", f"Work group {name} was not found")
    return name
