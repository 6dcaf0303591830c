"""Drift of Glue's types and of Athena's work groups: their properties as Glue and Athena tell them now.

Looked at is what a template sets (user guide, "Detect unmanaged configuration changes"): members that a service adds of
itself are no drift, keys that somebody adds to a mapping of his own (arguments, parameters) are. Whoever asks needs the
right to read the resource, as on AWS. Which types AWS looks at by now is not verified for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.resource_type import Call, Params, Properties
from local_aws.glue.model import GlueError

_GONE = ("EntityNotFoundException", "NotFoundException")
_FREE = ("DefaultArguments", "NonOverridableArguments", "Arguments", "Parameters", "DefaultRunProperties", "Tags")
"""Properties whose keys are the user's."""


@dataclass(frozen=True)
class Drift:
    """How one of a type is read.

    Attributes:
        name: of the type.
        service: whose operation it is.
        operation: its name.
        params: (physical id, properties of the template) -> its parameters.
        found: (answer) -> the properties, in the template's shape.
        properties: those that are compared.
    """

    name: str
    service: str
    operation: str
    params: Callable[[str, Properties], Params]
    found: Callable[[Mapping[str, Any]], Properties]
    properties: tuple[str, ...]


def register(services: Mapping[str, Call]) -> None:
    """Have DetectStackDrift look at these types."""
    for each in DRIFTS:
        emulator.plug_drift(each.name, _reader(each, services[each.service]), each.properties)


def _reader(kind: Drift, call: Call) -> Callable[[str, Properties], Properties | None]:
    def read(physical_id: str, properties: Properties) -> Properties | None:
        try:
            found = kind.found(call(kind.operation, kind.params(physical_id, properties)))
        except GlueError as error:
            if error.code in _GONE:
                return None
            raise
        return {name: _as_set(properties.get(name), value, name) for name, value in found.items()}

    return read


def _as_set(template: Any, found: Any, name: str) -> Any:
    """What is there of what the template sets."""
    if isinstance(template, Mapping) and isinstance(found, Mapping) and name not in _FREE:
        return {key: _as_set(template[key], value, key) for key, value in found.items() if key in template}
    if isinstance(template, list) and isinstance(found, list) and len(template) == len(found):
        return [_as_set(one, other, name) for one, other in zip(template, found, strict=True)]
    if name == "Role" and str(template).startswith("arn:") and str(template).rpartition("role/")[2] == found:
        return template  # a crawler tells its role without what stands before its path
    return found


def _work_group(answer: Mapping[str, Any]) -> Properties:
    group = answer["WorkGroup"]
    return {**group, "WorkGroupConfiguration": group.get("Configuration", {})}


_NAMED: Callable[[str, Properties], Params] = lambda name, _given: {"Name": name}  # noqa: E731

DRIFTS = (
    Drift(
        "AWS::Glue::Job",
        "glue",
        "GetJob",
        lambda name, _given: {"JobName": name},
        lambda answer: answer["Job"],
        (
            *("Role", "Command", "DefaultArguments", "NonOverridableArguments", "Description", "Connections"),
            *("ExecutionProperty", "ExecutionClass", "GlueVersion", "MaxCapacity", "MaxRetries", "NumberOfWorkers"),
            *("SecurityConfiguration", "Timeout", "WorkerType"),
        ),
    ),
    Drift(
        "AWS::Glue::Crawler",
        "glue",
        "GetCrawler",
        _NAMED,
        lambda answer: answer["Crawler"],
        (
            *("Role", "DatabaseName", "Targets", "TablePrefix", "Description", "Classifiers", "Configuration"),
            *("RecrawlPolicy", "Schedule", "SchemaChangePolicy"),
        ),
    ),
    Drift(
        "AWS::Glue::Trigger",
        "glue",
        "GetTrigger",
        _NAMED,
        lambda answer: answer["Trigger"],
        ("Type", "Actions", "Predicate", "Schedule", "WorkflowName", "Description"),
    ),
    Drift(
        "AWS::Glue::Workflow",
        "glue",
        "GetWorkflow",
        _NAMED,
        lambda answer: answer["Workflow"],
        ("DefaultRunProperties", "Description", "MaxConcurrentRuns"),
    ),
    Drift(
        "AWS::Glue::Database",
        "glue",
        "GetDatabase",
        _NAMED,
        lambda answer: {"DatabaseInput": answer["Database"]},
        ("DatabaseInput",),
    ),
    Drift(
        "AWS::Glue::Table",
        "glue",
        "GetTable",
        lambda name, given: {"DatabaseName": given["DatabaseName"], "Name": name},
        lambda answer: {"TableInput": answer["Table"]},
        ("TableInput",),
    ),
    Drift(
        "AWS::Glue::DataQualityRuleset",
        "glue",
        "GetDataQualityRuleset",
        _NAMED,
        lambda answer: answer,
        ("Ruleset", "Description", "TargetTable"),
    ),
    Drift(
        "AWS::Athena::WorkGroup",
        "athena",
        "GetWorkGroup",
        lambda name, _given: {"WorkGroup": name},
        _work_group,
        ("Description", "State", "WorkGroupConfiguration"),
    ),
)
