"""Starts what starts a pipeline, or a workflow of any name, and follows it."""

from collections.abc import Mapping

from deploy import environments
from deploy.pipelines import STATE_MACHINE, WORKFLOW, Pipeline, Pipelines
from glue_client import executions, workflows
from glue_client.aws import Aws
from glue_client.errors import DeployError, WrongCall


def run(
    aws: Aws, pipelines: Pipelines, workflow: str | None, pipeline: str | None, properties: Mapping[str, str]
) -> None:
    """Run the named workflow, else what starts the named pipeline, else what starts the default one.

    Raises:
        WrongCall: both are named, there is no such pipeline, or nothing starts it.
        DeployError: there is no such workflow, or something in it failed.
    """
    if workflow is not None and pipeline is not None:
        raise WrongCall(f"runworkflow takes a workflow ({workflow}) or a pipeline ({pipeline}), and got both")
    if workflow is not None:
        workflow = environments.meant(workflow, pipelines.bundle.environment)
        _workflow(aws, workflow, properties, _made_by(pipelines, workflow))
    else:
        run_pipeline(aws, pipelines, pipelines.chosen(pipeline), properties)


def run_pipeline(aws: Aws, pipelines: Pipelines, pipeline: Pipeline, given: Mapping[str, str]) -> None:
    """Run what starts a pipeline; `given` are a workflow's run properties, or a state machine's input.

    Raises:
        WrongCall: nothing starts it.
        DeployError: it is not deployed, or something in it failed.
    """
    if pipeline.starts is None:
        known = ", ".join(one.name for one in pipelines.all if one.starts) or "none"
        raise WrongCall(f'nothing starts the pipeline "{pipeline.name}"; what starts them say {known}')
    started_by = executions.run if pipeline.starts.type == STATE_MACHINE else _workflow
    started_by(aws, pipelines.name_of(aws, pipeline, pipeline.starts), given, pipeline.call("up"))


def run_machine(aws: Aws, pipelines: Pipelines, machine: str, given: Mapping[str, str]) -> None:
    """Run a state machine of any name; `given` are the members of its input.

    Raises:
        DeployError: there is no such state machine, or its execution did not succeed.
    """
    planned = pipelines.that_makes(machine, STATE_MACHINE)
    made_by = planned.call("up") if planned else "deploy the stack that makes it"
    try:
        arn = executions.find(aws, machine, made_by)
    except DeployError as error:
        if planned:
            error.next_step = made_by  # others' state machines are of no help
        raise
    executions.run(aws, arn, given, made_by)


def _workflow(aws: Aws, name: str, given: Mapping[str, str], made_by: str) -> None:
    workflows.run(aws, name, given, made_by, "./pyntw 'runworkflow[{}]'".format)


def _made_by(pipelines: Pipelines, workflow: str) -> str:
    """What makes a workflow of that name."""
    pipeline = pipelines.that_makes(workflow, WORKFLOW)
    return pipeline.call("up") if pipeline else workflows.OTHERS
