"""Stack parameters whose values stand in Parameter Store: AWS::SSM::Parameter::Value<...>.

In answers ParameterValue is the name that was given, and ResolvedValue what stood there when the stack was last made or
updated (API reference, Parameter). A name that is not there is refused in the words that public answers of AWS show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response

Params = dict[str, Any]

_OF_A_STACK = re.compile(r"(<StackId>([^<]*)</StackId>.*?<Parameters>)(.*?)(?=</Parameters>)", re.DOTALL)
_PARAMETERS = re.compile(r"(?<=<Parameters>)(.*?)(?=</Parameters>)", re.DOTALL)
_PARAMETER = re.compile(r"<ParameterKey>([^<]*)</ParameterKey><ParameterValue>([^<]*)</ParameterValue>")
_ABSENT = re.compile(r"failed to resolve: SSM parameter '(.*)' does not exist")


def tell_names_of_stored_parameters() -> None:
    """Put this behind the emulator's answers. Must come before what takes empty members out of them."""
    from ministack.services.cloudformation import changesets, engine, handlers

    actions = handlers._ACTION_HANDLERS
    actions["DescribeStacks"] = _of_stacks(actions["DescribeStacks"])
    actions["DescribeChangeSet"] = _of_a_change_set(actions["DescribeChangeSet"])
    resolve = _refusing_as_aws(engine._resolve_parameters)
    for module in (engine, handlers, changesets):
        module._resolve_parameters = resolve


def _of_stacks(describe: Callable[[Params], Response]) -> Callable[[Params], Response]:
    from ministack.services.cloudformation import _stacks

    def handle(params: Params) -> Response:
        status, headers, body = describe(params)
        if status != 200 or not isinstance(body, bytes):
            return status, headers, body
        known = {str(stack["StackId"]): stack.get("_resolved_params") or {} for stack in _stacks.values()}
        text = _OF_A_STACK.sub(lambda found: found[1] + _named(found[3], known.get(found[2], {})), body.decode())
        return status, headers, text.encode()

    return handle


def _of_a_change_set(describe: Callable[[Params], Response]) -> Callable[[Params], Response]:
    from ministack.services.cloudformation import changesets
    from ministack.services.cloudformation.helpers import _p

    def handle(params: Params) -> Response:
        status, headers, body = describe(params)
        if status != 200 or not isinstance(body, bytes):
            return status, headers, body
        _, found = changesets._find_change_set(_p(params, "ChangeSetName"), _p(params, "StackName"))
        resolved = (found or {}).get("_resolved_params") or {}
        return status, headers, _PARAMETERS.sub(lambda one: _named(one[1], resolved), body.decode(), count=1).encode()

    return handle


def _named(parameters: str, resolved: Mapping[str, Mapping[str, Any]]) -> str:
    """The members of Parameters, with the names of those that stand in Parameter Store."""

    def named(found: re.Match[str]) -> str:
        name = resolved.get(found[1], {}).get("SsmName")
        if name is None:
            return found[0]
        key, value = f"<ParameterKey>{found[1]}</ParameterKey>", f"<ParameterValue>{escape(str(name))}</ParameterValue>"
        return f"{key}{value}<ResolvedValue>{found[2]}</ResolvedValue>"

    return _PARAMETER.sub(named, parameters)


def _refusing_as_aws(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def resolving(*args: Any, **named: Any) -> Any:
        try:
            return resolve(*args, **named)
        except ValueError as error:
            absent = _ABSENT.search(str(error))
            if absent is None:
                raise
            raise ValueError(
                f"Unable to fetch parameters [{absent[1]}] from parameter store for this account."
            ) from error

    return resolving
