"""Which roles are meant: by their own name, or by what runs with them."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from deploy.pipelines import Pipelines
from glue_client import deployed, run_logs
from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.errors import DeployError, WrongCall

ROLE = "AWS::IAM::Role"
ABSENT = ("EntityNotFoundException", "NoSuchEntity")
KINDS = "a role, job, crawler, workflow, state machine, or run of a job (jr_…)"


class Asked(NamedTuple):
    """Roles by name, and from when on their uses count: for a run from its start."""

    roles: list[str]
    since: datetime | None = None


def of_pipeline(aws: Aws, pipelines: Pipelines, name: str | None) -> Asked:
    """The roles of a pipeline's own stacks, as far as they are deployed.

    Raises:
        WrongCall: there is no such pipeline.
        DeployError: none of its roles is there.
    """
    pipeline = pipelines.chosen(name)
    stacks = [one for one in pipelines.bundle.own(pipeline.name) if deployed.find(aws, one)]
    roles = deployed.names(aws, stacks, ROLE)
    if not roles:
        raise DeployError(f"no role of the pipeline {pipeline.name} is deployed in {aws}", "", pipeline.call("up"))
    return Asked(roles)


def of_name(aws: Aws, name: str) -> Asked:
    """The roles that a name means, see KINDS.

    Raises:
        WrongCall: nothing there has that name.
        DeployError: no job has such a run.
    """
    if name.startswith(run_logs.RUN_ID):
        job = run_logs.job_of(aws, name)
        run = aws.glue.get_job_run(JobName=job, RunId=name)["JobRun"]
        return Asked([_role(aws.glue.get_job(JobName=job)["Job"]["Role"])], run["StartedOn"])
    found = [role for look in (_itself, _of_job, _of_crawler, _of_workflow, _of_machine) for role in look(aws, name)]
    if not found:
        raise WrongCall(f'nothing is called "{name}" in {aws}; checkpermissions takes {KINDS}')
    return Asked(list(dict.fromkeys(found)))


def _role(text: str) -> str:
    """The name of a role that is given by name or ARN."""
    return text.rpartition("/")[2]


def _found(ask: Any, **given: Any) -> dict[str, Any]:
    """An answer; nothing where there is no such thing."""
    try:
        answer: dict[str, Any] = ask(**given)
    except ClientError as error:
        if code_of(error) in ABSENT:
            return {}
        raise
    return answer


def _itself(aws: Aws, name: str) -> Iterator[str]:
    if _found(aws.iam.get_role, RoleName=_role(name)):
        yield _role(name)


def _of_job(aws: Aws, name: str) -> Iterator[str]:
    if found := _found(aws.glue.get_job, JobName=name):
        yield _role(found["Job"]["Role"])


def _of_crawler(aws: Aws, name: str) -> Iterator[str]:
    if found := _found(aws.glue.get_crawler, Name=name):
        yield _role(found["Crawler"]["Role"])


def _of_workflow(aws: Aws, name: str) -> Iterator[str]:
    found = _found(aws.glue.get_workflow, Name=name, IncludeGraph=True)
    for node in found.get("Workflow", {}).get("Graph", {}).get("Nodes", []):
        look = {"JOB": _of_job, "CRAWLER": _of_crawler}.get(node["Type"])
        if look:
            yield from look(aws, node["Name"])


def _of_machine(aws: Aws, name: str) -> Iterator[str]:
    pages = aws.states.get_paginator("list_state_machines").paginate()
    for one in (machine for page in pages for machine in page["stateMachines"]):
        if name in (one["name"], one["stateMachineArn"]):
            told = aws.states.describe_state_machine(stateMachineArn=one["stateMachineArn"])
            yield _role(told["roleArn"])
            for named, value in _members(json.loads(told["definition"])):
                if named == "JobName":
                    yield from _of_job(aws, value)
                elif named == "Name":
                    yield from _of_crawler(aws, value)


def _members(node: Any) -> Iterator[tuple[str, str]]:
    """Every member of a document that is a text, by its name."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, str):
            yield str(name), value
        elif isinstance(value, (dict, list)):
            yield from _members(value)
