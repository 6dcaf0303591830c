"""The ARNs that IAM checks for each Glue operation.

Operations on a table or partition need the catalog, the database and the table together (developer guide, "Specifying
AWS Glue resource ARNs"); those on a job, crawler, trigger, workflow or connection need that one; lists need `*`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.model import GlueError
from local_aws.glue.schemas.arns import SCHEMA_OPERATIONS, schema_resources

_NAMED = {
    "Job": "job",
    "Crawl": "crawler",
    "Trigger": "trigger",
    "Workflow": "workflow",
    "Connection": "connection",
    "DataQualityRuleset": "dataQualityRuleset",
    "UsageProfile": "usageProfile",
}
_OF_NOTHING = ("Classifier", "SecurityConfiguration")
"""What has no ARN of its own: policies on it name `*` (service authorization reference)."""

_OF_QUALITY = ("DataQualityResult", "DataQualityRuleRecommendationRun", "DataQualityRulesetEvaluationRun")
"""Runs and results are asked of `dataQualityRuleset/*` (developer guide, "IAM permissions for AWS Glue Data Quality").

There a result has the name of its ruleset in its ARN, which a job's result has not: all are asked of `*` here.
"""

_TABLE_OPERATIONS = ("Table", "Partition", "ColumnStatistics")


def resources(  # noqa: C901, PLR0911 - one return a kind of resource
    operation: str, params: Mapping[str, Any], scope: Scope
) -> list[str]:
    """Return the ARNs to check, the first being the one that a denial names.

    Args:
        operation: such as `StartJobRun`.
        params: its parameters.
        scope: the caller's account and region.
    """
    prefix = f"arn:aws:glue:{scope.region}:{scope.account_id}:"

    def arn(kind: str, *names: str) -> str:
        return prefix + "/".join((kind, *names)) if names else prefix + kind

    if "ResourceArn" in params:
        return [str(params["ResourceArn"])]
    if "Iceberg" in operation:
        return [arn("catalog")]
    if any(word in operation for word in _OF_NOTHING):
        return ["*"]
    if any(word in operation for word in _OF_QUALITY):
        return [arn("dataQualityRuleset", "*")]
    if operation in SCHEMA_OPERATIONS:
        return schema_resources(scope, params)
    if operation.startswith("List") and "CrawlerName" not in params:
        return ["*"]
    if (
        operation == "GetTables"
    ):  # of the tables see catalog/visible.py; that the catalog is asked first is in public reports
        return [arn("catalog"), arn("database", str(params.get("DatabaseName", "*")))]
    if any(part in operation for part in _TABLE_OPERATIONS):
        return _of_table(operation, params, arn)
    if "UserDefinedFunction" in operation:
        database = str(params.get("DatabaseName", "*"))
        name = str(params.get("FunctionName") or params.get("FunctionInput", {}).get("FunctionName", "*"))
        return [arn("userDefinedFunction", database, name), arn("database", database), arn("catalog")]
    if "Database" in operation:
        name = str(params.get("Name") or params.get("DatabaseInput", {}).get("Name", "*"))
        return [arn("database", name), arn("catalog")]
    for word, kind in _NAMED.items():
        if word in operation:
            names = _names(kind.capitalize(), params)
            return [arn(kind, name) for name in names] or [arn(kind, "*")]
    return [arn("catalog")]


def tagged_resource(operation: str, params: Mapping[str, Any], arns: Sequence[str]) -> str | None:
    """The ARN on which glue:TagResource is needed too: what is made with tags; None where nothing is.

    The developer guide ("AWS tags in AWS Glue") wants the action in policies that allow tagging; that it is asked as
    the resource is made is unverified.

    Args:
        operation: such as `CreateJob`.
        params: its parameters.
        arns: those of `resources`.
    """
    if not operation.startswith("Create") or not params.get("Tags"):
        return None
    return arns[-1 if operation == "CreateSchema" else 0]


def check_pass_role(scope: Scope, operation: str, params: Mapping[str, Any], access_key: str) -> None:
    """Whoever gives Glue a role needs iam:PassRole on it (developer guide, "Identity-based policies").

    A role of another account cannot be passed; that text is the one that IAM's other callers give (of Glue unverified).

    Raises:
        GlueError: AccessDeniedException (real text).
    """
    for member, role in emulator.roles_of_parameters("glue", operation, params):
        if "Session" not in member:
            _check_pass_role(scope, role, access_key)


def _check_pass_role(scope: Scope, role: str, access_key: str) -> None:
    arn = emulator.role_arn(scope, role)
    if arn.split(":")[4:5] != [scope.account_id]:
        raise GlueError("AccessDeniedException", "Cross-account pass role is not allowed.")
    need = emulator.passing(arn, "glue")
    denied = emulator.denial(access_key, need.action, arn, need.context)
    if denied:
        raise GlueError(
            "AccessDeniedException",
            f"User: {denied} is not authorized to perform: iam:PassRole on resource: {arn} "
            "because no identity-based policy allows the iam:PassRole action",
        )


def _of_table(operation: str, params: Mapping[str, Any], arn: Callable[..., str]) -> list[str]:
    database = str(params.get("DatabaseName", "*"))
    if operation == "BatchDeleteTable":
        tables = list(params.get("TablesToDelete", []))
    else:
        single = params.get("TableName") or (params.get("Name") if "Table" in operation else None)
        tables = [single or (params.get("TableInput") or {}).get("Name") or "*"]
    return [*(arn("table", database, str(table)) for table in tables), arn("database", database), arn("catalog")]


def _names(word: str, params: Mapping[str, Any]) -> list[str]:
    for key in (f"{word}Names", "Names", "CrawlerNameList"):
        if params.get(key):
            return [str(name) for name in params[key]]
    name = params.get(f"{word}Name") or params.get("Name") or (params.get(f"{word}Input") or {}).get("Name")
    return [str(name)] if name else []
