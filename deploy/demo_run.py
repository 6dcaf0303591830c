"""Runs the demo of a pipeline, as its template describes it: stacks, scripts, sample, run, queries, counts.

The AWS is given by the caller, and must be on this machine; the rest is the tasks' code as anybody uses it on AWS. It
knows no pipeline: deploy/demos.py says what one tells. All of them in turn: deploy/demos_in_turn.py.
"""

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Protocol

from deploy import comparison, lifecycle, queries, runs
from deploy.bundle import Bundle
from deploy.comparison import Counted
from deploy.demos import Demo
from deploy.named_queries import NamedQueries
from deploy.pipelines import Pipeline, Pipelines
from deploy.project import ARTIFACTS, QUERIES, SAMPLES, TEMPLATES
from deploy.stacks import Stacks
from glue_client import answers
from glue_client.aws import Aws
from glue_client.console import say, seconds
from glue_client.errors import DeployError
from samples import Landed, SampleError

GOES_ON = "the local AWS at {} goes on; where the lines are exported that ./pyntw localaws printed:"
WIDTH = 38
"""Of the calls in what to try next."""
HERE = "127.0.0.1"


class Local(Protocol):
    """A local AWS: where it runs already, and the use of it with nothing else of AWS in this process's settings."""

    @property
    def endpoint(self) -> str | None:
        """Its address when it runs."""

    def used(self) -> AbstractContextManager[str]:
        """It runs, and this process's settings lead to it."""


def run(local: Local, rows: int | None, pipeline: str | None) -> None:
    """A whole pipeline, from nothing to the answers of its queries; on its usual sample, or on that many rows.

    Raises:
        WrongCall: there is no demo of that pipeline.
        DeployError: its template names what is not there, something failed, or its tables do not hold what they should.
    """
    pipelines = Pipelines(Bundle(TEMPLATES))
    chosen, demo = pipelines.to_show(pipeline)
    demo.check_files(SAMPLES, QUERIES)
    started = time.monotonic()
    running = local.endpoint
    with local.used():
        aws = Aws()
        refuse_real_aws(aws)
        show(aws, pipelines, chosen, demo, rows or demo.sample.rows)
    say(f"All of it took {seconds(time.monotonic() - started)}. What to try next:")
    if running:
        say(f"  {GOES_ON.format(running)}")
    for call, why in _next_steps(chosen, demo, running).items():
        if len(call) >= WIDTH:
            say(f"  {call}")
        say(f"  {'' if len(call) >= WIDTH else call:{WIDTH}} {why}")


def show(aws: Aws, pipelines: Pipelines, pipeline: Pipeline, demo: Demo, rows: int) -> Counted:
    """Run one demo on an AWS that is there. DeployError when something failed, Differs when rows differ."""
    bundle = pipelines.bundle
    if pipeline.database is None:  # what Demo.read refuses
        raise AssertionError(pipeline)
    stacks = bundle.of_pipeline(pipeline.name)
    before = _until(bundle, [bundle.stack_with_output(ARTIFACTS), _landing(bundle, demo)])
    lifecycle.up_with_scripts(aws, bundle, before)
    landed, parameters = _land(aws, bundle, demo, rows)
    after = [one for one in stacks if one not in before or set(parameters) & set(bundle[one].parameters)]
    if after:
        lifecycle.up(aws, Bundle(TEMPLATES, parameters), after)
    runs.run_pipeline(aws, pipelines, pipeline, {})
    database = pipelines.name_of(aws, pipeline, pipeline.database)
    known = NamedQueries(QUERIES, pipelines.names)
    for name in demo.queries:
        say(f"\n./pyntw 'query[{known.call(name, pipeline.name)}]'")
        answers.show_table(queries.ask(aws, known.question(name, pipeline.name).sql, database))
    say("")
    items = {part.logical_id: pipelines.name_of(aws, pipeline, part) for part in demo.items}
    return comparison.show(aws, demo, database, items, landed)


def _landing(bundle: Bundle, demo: Demo) -> str:
    """The stack that makes the bucket in which the sample lands: one of the pipeline's own before one that it needs."""
    stacks = [*bundle.own(demo.pipeline), *bundle.of_pipeline(demo.pipeline)]
    return next(one for one in stacks if demo.sample.bucket in bundle[one].outputs)


def _until(bundle: Bundle, names: Sequence[str]) -> list[str]:
    """These stacks with all that they need."""
    needed = set(names)
    for one in reversed(bundle.order):
        if one in needed:
            needed.update(bundle.needs[one])
    return [one for one in bundle.order if one in needed]


def _land(aws: Aws, bundle: Bundle, demo: Demo, rows: int) -> tuple[Landed, dict[str, str]]:
    """Make the sample and put it in place of what is there; what it is, and the parameters that name its files."""
    sample, stacks = demo.sample, Stacks(aws, bundle)
    bucket = stacks.outputs(_landing(bundle, demo))[sample.bucket]
    deployed = [found for one in bundle.own(demo.pipeline) if (found := stacks.find(one))]
    settings = {one["ParameterKey"]: one["ParameterValue"] for each in deployed for one in each.get("Parameters", [])}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        landed = _made(demo, folder, rows, settings)
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        for parameter, file in sample.parameters.items():
            if file not in files:
                raise DeployError(
                    f"Sample.Parameters of {demo.file}: {parameter} names {file}, which the sample has not",
                    f"{sample.module}.{sample.function} wrote {', '.join(files) or 'nothing'}",
                    f"correct cloudformation/{demo.file}",
                )
        for key, path in files.items():
            aws.s3.upload_file(str(path), bucket, sample.prefix + key)
    say(f"sample in s3://{bucket}/{sample.prefix}: {landed.said}")
    return landed, {key: f"s3://{bucket}/{sample.prefix}{file}" for key, file in sample.parameters.items()}


def _made(demo: Demo, folder: Path, rows: int, settings: Mapping[str, str]) -> Landed:
    """What the sample's function wrote. DeployError when it cannot, or tells of other tables than the template."""
    name = f"{demo.sample.module}.{demo.sample.function}"
    try:
        landed = getattr(import_module(demo.sample.module), demo.sample.function)(
            folder, rows, demo.sample.seed, settings
        )
    except SampleError as error:
        raise DeployError(error.failed, error.seen, error.then) from error
    if not isinstance(landed, Landed):
        raise DeployError(f"{name} gives no samples.Landed", repr(landed), "correct it: samples/__init__.py says how")
    own_items = [part.logical_id for part in demo.items]
    for told, named in ((landed.tables, demo.tables), (landed.items, own_items)):
        if set(told) != set(named):
            raise DeployError(
                f"{name} tells of other tables than cloudformation/{demo.file}",
                f"{', '.join(told) or 'none'} there, {', '.join(named) or 'none'} here",
                "name the same in both",
            )
    return landed


def _next_steps(pipeline: Pipeline, demo: Demo, running: str | None) -> dict[str, str]:
    """What to try, each with what for; `running` is the endpoint of a local AWS that was there before the demo."""
    run = pipeline.call("runworkflow").removeprefix("./pyntw ")
    here = {"./pyntw localaws": "the same AWS in the foreground; export its lines elsewhere, then:"}
    return {
        **({} if running else here),
        **demo.next_steps,
        "./pyntw watch": "at each save in glue_scripts/: the job, its log, which rows changed",
        f"./pyntw deploygluescripts {run}": "when you changed something in glue_scripts/",
        pipeline.call("up"): "when you changed something in cloudformation/",
        f"./pyntw 'down[pipeline={pipeline.name}]'": "when you have seen enough of it",
    }


def refuse_real_aws(aws: Aws) -> None:
    """The last guard: each client that is used must talk to this machine."""
    others = (aws.dynamodb, aws.logs, aws.s3, aws.ssm, aws.states, aws.sts)
    for client in (aws.athena, aws.cloudformation, aws.glue, *others):
        endpoint = client.meta.endpoint_url
        if not endpoint.startswith(f"http://{HERE}:"):
            raise DeployError(
                "the demo does not touch AWS", f"a client would talk to {endpoint}", "use ./pyntw up there"
            )
