"""Roles that services are given must be theirs to assume: refused when a function, a rule, ... is made or changed.

The emulator asks at most whether the role is there. The sentences are AWS's (public reports), also for a role that is
not there (of Lambda public, of the others unverified). What conditions of the trust see of the caller, `aws:SourceArn`
and Firehose's `sts:ExternalId`, is what the services' guides say on the confused deputy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from local_aws.emulator.identity import request_scope, role_exists_and_trusts
from local_aws.emulator.protocol import Response

Properties = Mapping[str, Any]
Parameters = dict[str, Any]


class _Given(NamedTuple):
    """A role that a service is given, and what it will be used for."""

    role: str
    source_arn: str


class _Service(NamedTuple):
    """A service that assumes roles: the error when it cannot. The sentence may tell the role."""

    name: str
    principal: str
    code: str
    sentence: str
    has_external_id: bool = False

    def problem(self, given: Iterable[_Given]) -> str:
        """AWS's sentence for the first role that cannot be assumed; empty where all can."""
        for role, source_arn in given:
            own = request_scope().account_id if self.has_external_id else ""
            if role and not role_exists_and_trusts(role, self.principal, source_arn, external_id=own):
                return self.sentence.format(role=role)
        return ""


_LAMBDA = _Service(
    "Lambda",
    "lambda.amazonaws.com",
    "InvalidParameterValueException",
    "The role defined for the function cannot be assumed by Lambda.",
)
_STATES = _Service(
    "StepFunctions",
    "states.amazonaws.com",
    "AccessDeniedException",
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the "
    "provided role.",
)
_EVENTS = _Service(
    "EventBridge",
    "events.amazonaws.com",
    "ValidationException",
    "Provided role '{role}' cannot be assumed by principal 'events.amazonaws.com'.",
)
_SCHEDULER = _Service(
    "Scheduler",
    "scheduler.amazonaws.com",
    "ValidationException",
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
)
_FIREHOSE = _Service(
    "Firehose",
    "firehose.amazonaws.com",
    "InvalidArgumentException",
    "Firehose is unable to assume role {role}. Please check the role provided.",
    has_external_id=True,
)


def check_roles_of_services() -> None:
    """Put these checks before the emulator's operations and resource types."""
    from ministack.services import eventbridge, firehose, lambda_svc, scheduler, stepfunctions

    lambda_svc._create_function = _refusing(_LAMBDA, lambda_svc._create_function, _of_function)
    lambda_svc._update_config = _refusing(_LAMBDA, lambda_svc._update_config, _of_function_named)
    stepfunctions._create_state_machine = _refusing(_STATES, stepfunctions._create_state_machine, _of_machine)
    stepfunctions._update_state_machine = _refusing(_STATES, stepfunctions._update_state_machine, _of_machine)
    eventbridge._put_targets = _refusing(_EVENTS, eventbridge._put_targets, _of_targets)
    for name in ("_create_schedule", "_update_schedule"):
        setattr(scheduler, name, _refusing(_SCHEDULER, getattr(scheduler, name), _of_schedule))
    create = _refusing(_FIREHOSE, firehose._create_delivery_stream, _of_stream)
    firehose._create_delivery_stream = firehose._HANDLERS["CreateDeliveryStream"] = create
    firehose._HANDLERS["UpdateDestination"] = _refusing(_FIREHOSE, firehose._update_destination, _of_stream)
    for kind, service, given in (
        ("AWS::Lambda::Function", _LAMBDA, _of_function_properties),
        ("AWS::StepFunctions::StateMachine", _STATES, _of_machine_properties),
        ("AWS::Events::Rule", _EVENTS, _of_rule_properties),
        ("AWS::Scheduler::Schedule", _SCHEDULER, _of_schedule_properties),
        ("AWS::KinesisFirehose::DeliveryStream", _FIREHOSE, _of_stream_properties),
    ):
        _failing(kind, service, given)


def _refusing(service: _Service, operation: Callable[..., Any], given: Callable[..., Iterable[_Given]]) -> Any:
    from ministack.core.responses import error_response_json

    def operate(*arguments: Any) -> Response:
        problem = service.problem(given(*arguments))
        if problem:
            refused: Response = error_response_json(service.code, problem, 400)
            return refused
        answer: Response = operation(*arguments)
        return answer

    return operate


def _failing(kind: str, service: _Service, given: Callable[[Properties, str], Iterable[_Given]]) -> None:
    """Have a resource whose role cannot be assumed fail with the service's sentence."""
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS[kind]
    create, update = handler["create"], handler["update"]

    def check(properties: Properties, name: str) -> None:
        problem = service.problem(given(properties, name))
        if problem:
            raise ValueError(f"{problem} (Service: {service.name}, Status Code: 400, Error Code: {service.code})")

    def creating(logical_id: str, properties: Parameters, stack: str) -> Any:
        check(properties, provisioners._physical_name(stack, logical_id, max_len=64))
        return create(logical_id, properties, stack)

    def updating(physical_id: str, old: Parameters, new: Parameters, *more: Any) -> Any:
        check(new, physical_id.rpartition(":")[2])
        return update(physical_id, old, new, *more)

    handler.update(create=creating, update=updating)


def _arn(service: str, resource: str) -> str:
    scope = request_scope()
    return f"arn:aws:{service}:{scope.region}:{scope.account_id}:{resource}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


# What requests give


def _of_function(data: Parameters) -> list[_Given]:
    return _of_function_named(_text(data.get("FunctionName")), data)


def _of_function_named(name: str, data: Parameters) -> list[_Given]:
    return [_Given(_text(data.get("Role")), _arn("lambda", f"function:{name.rpartition(':')[2]}"))]


def _of_machine(data: Parameters) -> list[_Given]:
    arn = _text(data.get("stateMachineArn")) or _arn("states", f"stateMachine:{data.get('name')}")
    return [_Given(_text(data.get("roleArn")), arn)]


def _of_targets(data: Parameters) -> list[_Given]:
    return _given_to_rule(_text(data.get("Rule")), _text(data.get("EventBusName")), data.get("Targets"))


def _of_schedule(_name: str, body: Parameters) -> list[_Given]:
    target = body.get("Target") or {}
    group = _text(body.get("GroupName")) or "default"
    return [_Given(_text(target.get("RoleArn")), _arn("scheduler", f"schedule-group/{group}"))]


def _of_stream(data: Parameters) -> list[_Given]:
    arn = _arn("firehose", f"deliverystream/{data.get('DeliveryStreamName')}")
    configurations = [value for name, value in data.items() if name.endswith(("Configuration", "Update"))]
    roles = [_text(one.get("RoleARN")) for one in configurations if isinstance(one, Mapping)]
    return [_Given(role, arn) for role in roles]


def _given_to_rule(rule: str, bus: str, targets: Any) -> list[_Given]:
    bus = bus.rpartition("/")[2]
    arn = _arn("events", f"rule/{rule}" if bus in ("", "default") else f"rule/{bus}/{rule}")
    return [_Given(_text(target.get("RoleArn")), arn) for target in targets or () if isinstance(target, Mapping)]


# What resources of stacks say


def _of_function_properties(properties: Properties, name: str) -> list[_Given]:
    return _of_function_named(_text(properties.get("FunctionName")) or name, dict(properties))


def _of_machine_properties(properties: Properties, name: str) -> list[_Given]:
    arn = _arn("states", f"stateMachine:{properties.get('StateMachineName') or name}")
    return [_Given(_text(properties.get("RoleArn")), arn)]


def _of_rule_properties(properties: Properties, name: str) -> list[_Given]:
    rule = _text(properties.get("Name")) or name.rpartition("|")[2]
    return _given_to_rule(rule, _text(properties.get("EventBusName")), properties.get("Targets"))


def _of_schedule_properties(properties: Properties, name: str) -> list[_Given]:
    return _of_schedule(name, dict(properties))


def _of_stream_properties(properties: Properties, name: str) -> list[_Given]:
    return _of_stream({"DeliveryStreamName": name, **properties})
