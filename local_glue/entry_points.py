"""What stacks hold that can be started, and which of it a call means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glue_client import deployed, executions, job_runs, workflows
from glue_client.aws import Aws
from glue_client.errors import WrongCall
from glue_client.intrinsics import text_of
from glue_client.templates import Template

WORKFLOW, STATE_MACHINE, JOB = "workflow", "state-machine", "job"
TYPES = {"AWS::Glue::Workflow": WORKFLOW, "AWS::StepFunctions::StateMachine": STATE_MACHINE, "AWS::Glue::Job": JOB}
NAMES = {"AWS::StepFunctions::StateMachine": "StateMachineName"}
NESTED = "AWS::CloudFormation::Stack"
NOT_THERE = "deploy a template that makes it"


@dataclass(frozen=True)
class EntryPoint:
    """Something to start: its kind, and the name that AWS knows it by (a state machine's ARN)."""

    kind: str
    name: str

    @property
    def option(self) -> str:
        """The option that names it."""
        return f"--{self.kind} {self.name.rpartition(':')[2]}"


def of(aws: Aws, stacks: list[str]) -> list[EntryPoint]:
    """What can be started in the stacks: workflows, state machines, jobs."""
    found = [
        EntryPoint(TYPES[one["ResourceType"]], one["PhysicalResourceId"])
        for _, one in deployed.resources(aws, stacks)
        if one["ResourceType"] in TYPES
    ]
    return sorted(found, key=_rank)


def planned(templates: Sequence[Template], given: Mapping[str, str]) -> list[EntryPoint] | None:
    """What templates will make that can be started, as far as they say its names; None where one leaves that open."""
    found = []
    for template in templates:
        resources = template.body["Resources"]
        if "Transform" in template.body or any(one.get("Type") == NESTED for one in resources.values()):
            return None
        for one in resources.values():
            if one.get("Type") in TYPES:
                name = (one.get("Properties") or {}).get(NAMES.get(one["Type"], "Name"))
                text = text_of(name, {**template.known, **given})
                if name is None or "Condition" in one or "${" in text or text.startswith("{"):
                    return None
                found.append(EntryPoint(TYPES[one["Type"]], text))
    return sorted(found, key=_rank)


def chosen(found: list[EntryPoint], named: EntryPoint | None) -> EntryPoint:
    """The one that is named, else the only one of the highest kind that there is.

    Raises:
        WrongCall: there is none of that name, there is nothing, or more than one.
    """
    if named is not None:
        for one in found:
            if one.kind == named.kind and named.name in (one.name, one.name.rpartition(":")[2]):
                return one
        raise WrongCall(f'the templates make no {named.kind} "{named.name}"; {_offer(found)}')
    if not found:
        raise WrongCall(f"there is nothing to run: {_offer(found)}")
    highest = [one for one in found if one.kind == found[0].kind]
    if len(highest) != 1:
        raise WrongCall(f"what is to be run? {_offer(highest)}")
    return highest[0]


def run(aws: Aws, what: EntryPoint, given: Mapping[str, str]) -> None:
    """Start it and follow it: with run properties, an execution's input, or a job's arguments.

    Raises:
        DeployError: it cannot be started, or did not succeed.
    """
    if what.kind == WORKFLOW:
        workflows.run(aws, what.name, given, NOT_THERE)
    elif what.kind == STATE_MACHINE:
        executions.run(aws, what.name, given, NOT_THERE)
    else:
        job_runs.run(aws, what.name, {f"--{key.removeprefix('--')}": value for key, value in given.items()})


def _rank(one: EntryPoint) -> int:
    return list(TYPES.values()).index(one.kind)


def _offer(found: list[EntryPoint]) -> str:
    return (
        f"there is {', '.join(one.option for one in found)}" if found else "they make no workflow, state machine or job"
    )
