"""Answers about stacks as CloudFormation has them: without members that have no value, with what else there is.

A stack without outputs has no Outputs, a successful one no StackStatusReason; one that was never updated has no
LastUpdatedTime (as public answers show).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response

Params = dict[str, Any]

_EMPTY = re.compile(
    rb"<(Outputs|Parameters|Capabilities|CapabilitiesReason|Description|StackStatusReason|StatusReason|ExportName|"
    rb"ResourceStatusReason|PhysicalResourceId|DeletionTime|LastUpdatedTime)></\1>"
)
_ANSWERS = (
    "DescribeStacks DescribeStackEvents DescribeStackResource DescribeStackResources DescribeChangeSet ListStacks "
    "ListChangeSets ListStackResources"
).split()
_STACK = re.compile(rb"<member><StackName>.*?</StackName><StackId>(.*?)</StackId>.*?<LastUpdatedTime>(.*?)<", re.DOTALL)
_SHOWN = ("RoleARN", "ParentId", "RootId", "TimeoutInMinutes")


def answer_as_cloudformation() -> None:
    """Put this behind the emulator's answers. Must come before what checks templates."""
    from ministack.services.cloudformation import handlers

    actions = handlers._ACTION_HANDLERS
    actions["DescribeStacks"] = _with_more(actions["DescribeStacks"])
    for name in _ANSWERS:
        actions[name] = _without_empty(actions[name])
    for name in ("CreateStack", "UpdateStack", "CreateChangeSet"):
        actions[name] = _keeping_notifications(name, actions[name])


def _without_empty(handler: Callable[[Params], Response]) -> Callable[[Params], Response]:
    def handle(params: Params) -> Response:
        status, headers, body = handler(params)
        return status, headers, _EMPTY.sub(b"", body) if isinstance(body, bytes) else body

    return handle


def _with_more(describe: Callable[[Params], Response]) -> Callable[[Params], Response]:
    from ministack.services.cloudformation import _stacks

    def handle(params: Params) -> Response:
        status, headers, body = describe(params)
        known = {str(stack["StackId"]).encode(): stack for stack in _stacks.values()}

        def more(match: re.Match[bytes]) -> bytes:
            stack, text = known.get(match[1], {}), match[0]
            if match[2] == str(stack.get("CreationTime")).encode():
                text = text.replace(b"<LastUpdatedTime>" + match[2], b"<LastUpdatedTime>")
                text = text.removesuffix(b"<") + b"<"
            return text.replace(b"<StackName>", _more(stack).encode() + b"<StackName>", 1)

        return status, headers, _STACK.sub(more, body) if status == 200 and isinstance(body, bytes) else body

    return handle


def _more(stack: Mapping[str, Any]) -> str:
    arns = "".join(f"<member>{escape(arn)}</member>" for arn in stack.get("NotificationARNs", []))
    shown = "".join(f"<{name}>{escape(str(stack[name]))}</{name}>" for name in _SHOWN if stack.get(name))
    return f"<NotificationARNs>{arns}</NotificationARNs><RollbackConfiguration></RollbackConfiguration>{shown}"


def _keeping_notifications(name: str, handler: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Keep the topics and the time that a request names; they are shown, nothing is published and nothing ended."""
    from ministack.services.cloudformation import handlers
    from ministack.services.cloudformation.helpers import _extract_string_members, _p

    def handle(params: Params) -> Response:
        response = handler(params)
        arns = _extract_string_members(params, "NotificationARNs")
        stack = handlers._resolve_stack(_p(params, "StackName"))
        if response[0] == 200 and stack is not None:
            given = {"NotificationARNs": arns, "TimeoutInMinutes": _p(params, "TimeoutInMinutes")}
            stack.update({member: value for member, value in given.items() if value})
            if name == "CreateStack" or stack.get("StackStatus") == "REVIEW_IN_PROGRESS":
                # A new one: the emulator asks for the time twice, and a millisecond may pass.
                stack["LastUpdatedTime"] = stack.get("CreationTime")
        return response

    return handle
