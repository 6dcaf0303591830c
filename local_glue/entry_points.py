"""What stacks hold that can be started, and which of it a call means."""

from collections.abc import Mapping
from dataclasses import dataclass

from glue_client import executions, job_runs, workflows
from glue_client.aws import Aws
from glue_client.errors import WrongCall

WORKFLOW, STATE_MACHINE, JOB = "workflow", "state-machine", "job"
TYPES = {"AWS::Glue::Workflow": WORKFLOW, "AWS::StepFunctions::StateMachine": STATE_MACHINE, "AWS::Glue::Job": JOB}
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
    pages = [
        page
        for one in stacks
        for page in aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=one)
    ]
    found = [
        EntryPoint(TYPES[one["ResourceType"]], one["PhysicalResourceId"])
        for page in pages
        for one in page["StackResourceSummaries"]
        if one["ResourceType"] in TYPES
    ]
    return sorted(found, key=lambda one: list(TYPES.values()).index(one.kind))


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


def _offer(found: list[EntryPoint]) -> str:
    return (
        f"there is {', '.join(one.option for one in found)}" if found else "they make no workflow, state machine or job"
    )
