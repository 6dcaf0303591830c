"""Tasks of optimised integrations need the rights of the state machine's role; the emulator carries them out past IAM.

Which right each needs: developer guide, "IAM policies for integrated services". What is asked for besides, to follow
what `.sync` started, is not asked here. Names of errors are unverified, but for SNS's, which public questions show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from local_aws.emulator.iam.needs import Need, refusal
from local_aws.emulator.identity import Scope, request_scope
from local_aws.emulator.step_functions.state_machines import role_of_execution

_PREFIX = "arn:aws:states:::"
_ERRORS = {
    "lambda": "Lambda.AccessDeniedException",
    "sqs": "SQS.AccessDeniedException",
    "sns": "SNS.AuthorizationErrorException",
    "events": "EventBridge.AccessDeniedException",
    "dynamodb": "DynamoDB.AccessDeniedException",
    "states": "StepFunctions.AccessDeniedException",
    "ecs": "ECS.AccessDeniedException",
}
_ITEMS = {"putItem": "PutItem", "getItem": "GetItem", "deleteItem": "DeleteItem", "updateItem": "UpdateItem"}


def ask_for_rights_of_tasks() -> None:
    """Have each task of these integrations refused that the state machine's role may not do."""
    from ministack.services import stepfunctions

    invoke = stepfunctions._invoke_resource

    def invoke_resource(resource: str, given: Any) -> Any:
        role = role_of_execution()
        if role is not None:
            for need in needed(resource, given if isinstance(given, Mapping) else {}, request_scope()):
                said = refusal(need, role.access_key)
                if said:
                    raise stepfunctions._ExecutionError(_ERRORS[need.action.partition(":")[0]], said)
        return invoke(resource, given)

    stepfunctions._invoke_resource = invoke_resource


def needed(resource: str, given: Mapping[str, Any], scope: Scope) -> list[Need]:
    """What a task needs: none where the request goes through the door of its service, which asks."""
    if ":lambda:" in resource and ":function:" in resource and not resource.startswith(_PREFIX):
        return [Need("lambda:InvokeFunction", resource)]
    name = resource.removeprefix(_PREFIX).split(".")[0] if resource.startswith(_PREFIX) else ""
    service, _, operation = name.partition(":")
    if service == "dynamodb" and operation in _ITEMS:
        return [Need(f"dynamodb:{_ITEMS[operation]}", _arn(scope, "dynamodb", "table/", given.get("TableName")))]
    if name == "events:putEvents":
        buses = {str(entry.get("EventBusName") or "default") for entry in _maps(given.get("Entries"))}
        return [Need("events:PutEvents", _arn(scope, "events", "event-bus/", bus)) for bus in sorted(buses)]
    found = {
        "lambda:invoke": Need("lambda:InvokeFunction", _function(scope, str(given.get("FunctionName", "")))),
        "sqs:sendMessage": Need("sqs:SendMessage", _queue(scope, str(given.get("QueueUrl", "")))),
        "sns:publish": Need("sns:Publish", str(given.get("TopicArn") or given.get("TargetArn") or "*")),
        "states:startExecution": Need("states:StartExecution", str(given.get("StateMachineArn") or "*")),
        "ecs:runTask": Need("ecs:RunTask", _arn(scope, "ecs", "task-definition/", given.get("TaskDefinition"))),
    }.get(name)
    return [found] if found else []


def _arn(scope: Scope, service: str, kind: str, name: object) -> str:
    if isinstance(name, str) and name.startswith("arn:"):
        return name
    return f"arn:aws:{service}:{scope.region}:{scope.account_id}:{kind}{name}"


def _function(scope: Scope, named: str) -> str:
    """A function's ARN, of its name, of account and name, or of an ARN."""
    return _arn(scope, "lambda", "function:", named if named.startswith("arn:") else named.rpartition("function:")[2])


def _queue(scope: Scope, url: str) -> str:
    account, _, name = urlsplit(url).path.strip("/").rpartition("/")
    return f"arn:aws:sqs:{scope.region}:{account or scope.account_id}:{name}"


def _maps(value: object) -> Iterable[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
