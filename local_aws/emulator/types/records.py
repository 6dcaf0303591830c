"""What templates say that no operation of the emulator's services takes, put into their records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local_aws.emulator.types.settings import plug_settings

Properties = Mapping[str, Any]

_OF_MAPPING = (
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "FilterCriteria",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
    "TumblingWindowInSeconds",
)
_OF_BUS = ("DeadLetterConfig", "KmsKeyIdentifier", "LogConfig")


def keep_what_no_operation_takes() -> None:
    """Put it there after each create and update."""
    plug_settings("AWS::Events::EventBus", _event_bus)
    plug_settings("AWS::Lambda::EventSourceMapping", _mapping)
    plug_settings("AWS::StepFunctions::StateMachine", _state_machine)
    plug_settings("AWS::SNS::Subscription", _subscription)


def _event_bus(name: str, _old: Properties, new: Properties) -> None:
    from ministack.services import eventbridge

    _keep(eventbridge._event_buses[name], new, _OF_BUS)
    policy = new.get("Policy")
    if policy:
        eventbridge._event_bus_policies[name] = json.loads(policy) if isinstance(policy, str) else dict(policy)
    elif _old.get("Policy"):
        eventbridge._event_bus_policies.pop(name, None)


def _mapping(uuid: str, _old: Properties, new: Properties) -> None:
    """Enabled is also what its State says."""
    from ministack.services import lambda_svc

    found = lambda_svc._esms[uuid]
    found["State"] = "Enabled" if new.get("Enabled", True) else "Disabled"
    _keep(found, new, _OF_MAPPING)


def _state_machine(arn: str, _old: Properties, new: Properties) -> None:
    """Without a key of the template's, AWS's own encrypts it; the emulator's update leaves the key that was there."""
    from ministack.services import stepfunctions

    if not new.get("EncryptionConfiguration"):
        stepfunctions._state_machines[arn]["encryptionConfiguration"] = {"type": "AWS_OWNED_KEY"}


def _subscription(arn: str, _old: Properties, new: Properties) -> None:
    """The attributes that every subscription has; the emulator's stacks leave them out (API reference)."""
    from ministack.services import sns

    found = sns._find_subscription(sns._sub_arn_to_topic.get(arn, ""), arn)
    if found is None:
        raise ValueError(f"Topic does not exist: {new.get('TopicArn')} (NotFound)")
    pending = not found["confirmed"]
    found["attributes"] |= {
        "SubscriptionArn": arn,
        "TopicArn": found["topic_arn"],
        "Protocol": found["protocol"],
        "Endpoint": found["endpoint"],
        "Owner": found["owner"],
        "ConfirmationWasAuthenticated": str(not pending).lower(),
        "PendingConfirmation": str(pending).lower(),
    }
    for name in ("FilterPolicy", "RedrivePolicy", "DeliveryPolicy", "SubscriptionRoleArn"):
        if not found["attributes"].get(name):
            found["attributes"].pop(name, None)


def _keep(record: dict[str, Any], new: Properties, names: tuple[str, ...]) -> None:
    for name in names:
        if new.get(name) is not None:
            record[name] = new[name]
        else:
            record.pop(name, None)
