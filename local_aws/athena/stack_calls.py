"""Athena's operations for CloudFormation, with the rights of whoever is the caller.

Those on named queries, work groups, prepared statements and data catalogs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import AbsentError, RefusedQueryError
from local_aws.athena.groups import definitions as group_definitions
from local_aws.athena.groups import named_queries
from local_aws.emulator import Scope
from local_aws.glue.model import GlueError


def call(operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out an operation.

    Raises:
        GlueError: what the operation or IAM refuses; EntityNotFoundException where there is no such thing.
    """
    scope = emulator.request_scope()
    of_catalog = operation.endswith("DataCatalog")
    named = f"datacatalog/{params['Name']}" if of_catalog else f"workgroup/{_group(scope, operation, params)}"
    resource = f"arn:aws:athena:{scope.region}:{scope.account_id}:{named}"
    denied = emulator.denial(emulator.caller_access_key(), f"athena:{operation}", resource)
    if denied:
        raise GlueError(
            "AccessDeniedException",
            f"User: {denied} is not authorized to perform: athena:{operation} on resource: {resource}",
        )
    if of_catalog:
        return _change_catalog(operation, params)
    if operation.endswith("PreparedStatement"):
        return _change_statement(scope, operation, params)
    try:
        return {**named_queries.OPERATIONS, **group_definitions.OPERATIONS}[operation](scope, dict(params))
    except RefusedQueryError as error:
        raise GlueError("InvalidRequestException", str(error)) from error


def _change_catalog(operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    try:
        emulator.call_data_catalogs(operation, params)
    except emulator.ServiceError as error:
        gone = operation == "DeleteDataCatalog" and str(error).endswith("not found")
        raise GlueError("EntityNotFoundException" if gone else error.code, str(error)) from error
    return {}


def _change_statement(scope: Scope, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    from local_aws.athena.groups import (
        prepared_statements as prepared,  # with the engine's libraries, which no other stack needs
    )

    try:
        return prepared.OPERATIONS[operation](scope, dict(params))
    except RefusedQueryError as error:
        raise GlueError("InvalidRequestException", str(error)) from error
    except AbsentError as error:
        raise GlueError("EntityNotFoundException", str(error)) from error


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
