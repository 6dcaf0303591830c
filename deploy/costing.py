"""What a pipeline, or any workflow, state machine or job, costs on AWS: a run that was measured, and a month."""

from collections.abc import Sequence
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from deploy import environments
from deploy.our_own import is_aws
from deploy.pipelines import WORKFLOW, Pipeline, Pipelines
from glue_client import bill_view, bills, measured_runs, months, prices, run_extras, standing, stored
from glue_client.aws import Aws
from glue_client.aws_errors import message_of
from glue_client.bills import Bill
from glue_client.costs import Cost
from glue_client.deployed import find
from glue_client.errors import DeployError, WrongCall
from glue_client.measured_runs import Measured
from glue_client.months import Month

CATALOG = "CatalogUpdates"
"""The parameter by which a pipeline's jobs keep the catalog, where its templates have it."""


def month_of(schedule: str | None, runs: str | None) -> Month | None:
    """The month of `cron(…)`, `rate(…)` or a number of runs; None of neither. WrongCall for both, or what is none."""
    if schedule is not None and runs is not None:
        raise WrongCall(f"cost takes a schedule ({schedule}) or a number of runs a month ({runs}), and got both")
    if schedule is not None:
        return months.of_schedule(schedule, datetime.now(UTC))
    return None if runs is None else months.of_number("runs", runs)


def show(
    aws: Aws,
    pipelines: Pipelines,
    name: str | None,
    pipeline: str | None,
    month: Month | None = None,
    region: str | None = None,
    queries: str | None = None,
) -> None:
    """Print what the latest run cost and what a month does.

    Args:
        aws: where it ran.
        pipelines: of the project.
        name: of a workflow, state machine or job; else
        pipeline: that of what is priced; without both the default one.
        month: how many runs it has; without it what is deployed says.
        region: whose prices; else the region of `aws`.
        queries: how many queries are asked in a month beside the runs.

    Raises:
        WrongCall: what was asked for is not there, or makes no sense.
        DeployError: it never ran.
    """
    if name is not None and pipeline is not None:
        raise WrongCall(f"cost takes a name ({name}) or a pipeline ({pipeline}), and got both")
    book = prices.of(region or aws.region)
    asked = months.of_number("queries", queries).runs if queries is not None else 0.0
    chosen = None if name is not None else pipelines.chosen(pipeline)
    name = environments.meant(name, pipelines.bundle.environment) if name else None
    wanted = name if chosen is None else _started_by(aws, pipelines, chosen)
    try:
        run = measured_runs.latest(aws, str(wanted), book, _to_run(chosen, str(wanted)))
    except WrongCall as error:
        if chosen is None:
            raise
        raise DeployError(
            f"the pipeline {chosen.name} is not deployed in {aws}", error.failed, chosen.call("up")
        ) from error
    stacks = _stacks_of(aws, run) if chosen is None else _stacks(aws, pipelines, chosen)
    bill = _bill(aws, run, stacks, month or months.of_deployed(aws, run.name, datetime.now(UTC)), book, asked)
    is_local = not is_aws(aws.glue.meta.endpoint_url)
    bill_view.show(bill, bills.advice(bill, _by_jobs(pipelines, chosen)), is_local=is_local)


def _bill(aws: Aws, run: Measured, stacks: Sequence[str], month: Month, book: prices.Prices, asked: float) -> Bill:
    found = {one: stored.survey(aws, one, run.began, run.ended) for one in standing.buckets(aws, stacks)}
    of_run = [*run.costs, *run_extras.of(aws, run, list(found.values()), book)]
    stands = list(standing.of(aws, stacks, found, book))
    stands += bills.old_versions(list(found.values()), month, book)
    if asked:
        stands.append(_queries(aws, asked, book))
    return Bill(run, of_run, [*stands, *standing.allowances(stands, book)], month, book)


def _queries(aws: Aws, number: float, book: prices.Prices) -> Cost:
    """So many queries, each as the newest ones were billed in the mean; where there were none, the least."""
    newest = [one for one in run_extras.executions(aws) if one.get("StatementType") == "DML"]
    mean = run_extras.of_queries(newest, book).dollars if newest else 0.0
    least = prices.BOOK["least"]["query_bytes"] / prices.TB * book["athena_tb"]
    one = (mean or 0.0) / len(newest) if newest and mean else least
    said = f"as the newest {len(newest)} were billed" if newest else "10 MB each, the least"
    return Cost("queries", one * number, "Athena", f"{number:,g} a month, {said}")


def _started_by(aws: Aws, pipelines: Pipelines, pipeline: Pipeline) -> str:
    if pipeline.starts is None:
        known = ", ".join(one.name for one in pipelines.all if one.starts) or "none"
        raise WrongCall(f'nothing starts the pipeline "{pipeline.name}"; what starts them say {known}')
    return pipelines.name_of(aws, pipeline, pipeline.starts)


def _to_run(pipeline: Pipeline | None, name: str) -> str:
    """The call that runs what starts a pipeline; nothing of others' workflows."""
    if pipeline is None or pipeline.starts is None:
        return ""
    is_workflow = pipeline.starts.type == WORKFLOW
    return pipeline.call("runworkflow") if is_workflow else f"./pyntw 'runstatemachine[{name.rpartition(':')[2]}]'"


def _stacks(aws: Aws, pipelines: Pipelines, pipeline: Pipeline) -> list[str]:
    """The deployed stacks of the pipeline, and those that belong to none, such as one that watches all of them."""
    bundle = pipelines.bundle
    own = bundle.of_pipeline(pipeline.name)
    return [name for name in bundle.order if (name in own or not bundle[name].pipeline) and find(aws, name)]


def _stacks_of(aws: Aws, run: Measured) -> list[str]:
    """The stack that made what ran; none where no stack did."""
    try:
        found = aws.cloudformation.describe_stack_resources(PhysicalResourceId=run.physical or run.name)
    except ClientError as error:
        if "does not exist" not in message_of(error):
            raise
        return []
    return list(dict.fromkeys(one["StackName"] for one in found["StackResources"]))


def _by_jobs(pipelines: Pipelines, pipeline: Pipeline | None) -> str:
    """How the jobs come to keep the catalog."""
    own = pipelines.bundle.own(pipeline.name) if pipeline else []
    if pipeline and any(CATALOG in pipelines.bundle[name].parameters for name in own):
        return f"the jobs keep the catalog ({pipeline.call('up', f'{CATALOG}=job')})"
    return "the jobs keep the catalog, or the template declares the tables"
