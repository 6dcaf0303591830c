"""Starts what starts a pipeline, or a workflow of any name, and follows it."""

from collections.abc import Mapping

from deploy import workflows
from deploy.aws import Aws
from deploy.errors import WrongCall
from deploy.pipelines import Pipelines


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
        workflows.run(aws, workflow, properties, _made_by(pipelines, workflow))
        return
    chosen = pipelines.chosen(pipeline)
    if chosen.starts is None:
        known = ", ".join(one.name for one in pipelines.all if one.starts) or "none"
        raise WrongCall(f'nothing starts the pipeline "{chosen.name}"; what starts them say {known}')
    workflows.run(aws, pipelines.name_of(aws, chosen, chosen.starts), properties, chosen.call("up"))


def _made_by(pipelines: Pipelines, workflow: str) -> str:
    """What makes a workflow of that name."""
    for one in pipelines.all:
        if one.starts and pipelines.planned_name(one, one.starts) == workflow:
            return one.call("up")
    return workflows.OTHERS
