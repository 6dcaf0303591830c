"""What the emulator's own resource types lose of a template, kept: topics' attributes, state machines' logging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Properties = Mapping[str, Any]

_TOPIC_ATTRIBUTES = ("KmsMasterKeyId", "SignatureVersion", "TracingConfig")


def keep_what_templates_say() -> None:
    """Put what is lost into the records, after each create and update."""
    _after("AWS::SNS::Topic", _keep_topic_attributes)
    _after("AWS::StepFunctions::StateMachine", _keep_logging)


def _after(resource_type: str, keep: Callable[[str, Properties], None]) -> None:
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS[resource_type]
    create, update = handler["create"], handler["update"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        made = create(logical_id, properties, stack)
        keep(made[0], properties)
        return made

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *rest: Any) -> Any:
        made = update(physical_id, old, new, stack, *rest)
        keep(made[0], new)
        return made

    handler.update(create=creating, update=updating)


def _keep_topic_attributes(arn: str, properties: Properties) -> None:
    from ministack.services import sns

    attributes = sns._topics[arn]["attributes"]
    for name in _TOPIC_ATTRIBUTES:
        if properties.get(name):
            attributes[name] = str(properties[name])
        else:
            attributes.pop(name, None)


def _keep_logging(arn: str, properties: Properties) -> None:
    """The API's names begin in lower case, a template's do not."""
    from ministack.services import stepfunctions

    given = properties.get("LoggingConfiguration")
    if given:
        logging = stepfunctions._pascal_to_camel(given)
        logging["includeExecutionData"] = str(logging.get("includeExecutionData", False)).lower() == "true"
        stepfunctions._state_machines[arn]["loggingConfiguration"] = logging
