"""The project's tasks for pynt: they name, explain and delegate.

Run them with ./pyntw, or with pynt in the environment that it made. Values are text; quote the brackets where your
shell gives them a meaning. AWS_ENDPOINT_URL says where AWS is, as for every tool that uses an AWS SDK.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING as _TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))  # plain pynt does not look for modules beside its build file

# The names with an underscore stay out of pynt's sight: it would take "deploy" for a task.
from deploy import arguments as _arguments
from deploy import pynt_tasks as _pynt
from deploy.project import IMAGES as _IMAGES
from deploy.project import QUERIES as _QUERIES
from deploy.project import ROOT as _ROOT
from deploy.project import STATE as _STATE
from deploy.project import TEMPLATES as _TEMPLATES

if _TYPE_CHECKING:
    from deploy.bundle import Bundle
    from deploy.pipelines import Pipelines
    from glue_client.aws import Aws

_PORTS = (1, 65_535)
_FILES = (1, 1_000)
_ROWS = (100, 100_000_000)


@_pynt.task
def createstack(*stacks: str, yes: str = "false", **parameters: str) -> None:
    """Create stacks, those that others need first (./pyntw 'createstack[basic-infra]').

    Several names in any order, and parameters for those that declare them:
    ./pyntw 'createstack[basic-infra,network,FlowLogDays=30]'. Other values come from cloudformation/<stack>.json, then
    from the template's defaults. A stack that is there already stays as it is. One whose creation had failed is deleted
    and made again, after asking; `yes=true` answers that. `environment=test` means that of an environment, here and in
    other tasks: with the parameters in cloudformation/test/.
    """
    from deploy import lifecycle

    lifecycle.create(*_target(parameters, stacks=stacks), stacks, yes=_arguments.truth("yes", yes))


@_pynt.task
def updatestack(*stacks: str, yes: str = "false", losing: str = "false", **parameters: str) -> None:
    """Update deployed stacks to their templates and parameters (./pyntw 'updatestack[basic-infra]').

    A parameter that neither the call nor cloudformation/<stack>.json names keeps the value that a call once gave it.
    With `losing=true` it may replace and delete what holds data, which else is refused; `yes=true` answers questions.
    """
    from deploy import lifecycle

    sure, loses = _arguments.truth("yes", yes), _arguments.truth("losing", losing)
    lifecycle.update(*_target(parameters, stacks=stacks), stacks, yes=sure, losing=loses)


@_pynt.task
def previewstack(*stacks: str, pipeline: str | None = None, **parameters: str) -> None:
    """Show what an update would change, and what is lost, before it does (./pyntw 'previewstack[basic-infra]').

    Several stacks, with parameters as updatestack takes them; without a name all of a pipeline, the default one or
    another: ./pyntw 'previewstack[pipeline=<name>]'. Exit code 0 when nothing would change, 3 when something would.
    """
    from deploy import previews

    aws, bundle = _target(parameters, stacks=stacks)
    names = bundle.select(stacks) or bundle.of_pipeline(_pipelines(bundle).chosen(pipeline).name)
    if previews.show(aws, bundle, names):
        sys.exit(previews.CHANGES)


@_pynt.task
def drift(*names: str, pipeline: str | None = None, files: str = "20", environment: str | None = None) -> None:
    """Show where stacks, files and catalog do not agree any more (./pyntw 'drift[database.table]').

    Any stack or table, a table of a pipeline by its name alone, or all of a pipeline: ./pyntw 'drift[pipeline=<name>]'.
    Of a table `files` files are looked at, and which error Athena would give is said. Exit code 3 when something
    drifted.
    """
    from deploy import drifts, stack_drift

    most = _arguments.number("files", files, *_FILES)
    wanted = [_arguments.name("drift", name) for name in names]
    aws, bundle = _target(None, environment, names)
    asked = drifts.asked(aws, _pipelines(bundle), wanted, pipeline)
    drifted = stack_drift.show(aws, asked.stacks)
    if asked.tables:
        from local_glue.drift import running

        drifted = running.show(aws, asked.tables, most) or drifted
    if drifted:
        sys.exit(drifts.CHANGED)


@_pynt.task
def stackstatus(*stacks: str, environment: str | None = None) -> None:
    """Show how stacks are, and why one failed; the project's without a name (./pyntw stackstatus).

    Other stacks of the account are named below. Any by its name, with its outputs: ./pyntw 'stackstatus[basic-infra]'
    """
    from deploy import overview

    wanted = [_arguments.name("stackstatus", name) for name in stacks]
    overview.show(*_target(None, environment, stacks), wanted)


@_pynt.task
def deletestack(*stacks: str, yes: str = "false", environment: str | None = None) -> None:
    """Delete stacks, after asking; those that need others first (./pyntw 'deletestack[network,basic-infra]').

    `yes=true` answers the question for scripts.
    """
    from deploy import lifecycle

    lifecycle.delete(*_target(None, environment, stacks), stacks, yes=_arguments.truth("yes", yes))


@_pynt.task
def deploygluescripts(environment: str | None = None) -> None:
    """Upload the scripts of the Glue jobs, and the wheels that they share, as far as they changed.

    A stack's jobs get a new wheel with the next update of the stack; which ones still have the former is said.
    ./pyntw deploygluescripts
    """
    from deploy import lifecycle

    aws, bundle = _target(environment=environment)
    lifecycle.deploy_scripts(aws, bundle)
    lifecycle.say_former(aws, bundle)


@_pynt.task
def deleteS3bucket(*names: str, yes: str = "false", environment: str | None = None) -> None:
    """Empty and delete buckets, after asking (./pyntw 'deleteS3bucket[etl-poc-artifacts]').

    Takes the full name too, and several. Old versions, delete markers and unfinished uploads go with it.
    `yes=true` answers the question for scripts.
    """
    from deploy import buckets

    wanted = [_arguments.name("deleteS3bucket", name) for name in names]
    aws, bundle = _target(environment=environment)
    sure = _arguments.truth("yes", yes)
    buckets.delete(aws, wanted, yes=sure, planned=buckets.planned(bundle), environment=environment)


deletes3bucket = deleteS3bucket


@_pynt.task
def up(pipeline: str | None = None, **parameters: str) -> None:
    """Create or update a pipeline's stacks in order, and upload the scripts (./pyntw up).

    The default pipeline, or another one: ./pyntw 'up[pipeline=<name>]'. Takes parameters as createstack does. A stack
    whose creation had failed is deleted and made again.
    """
    from deploy import lifecycle

    aws, bundle = _target(parameters)
    lifecycle.up_with_scripts(aws, bundle, bundle.of_pipeline(_pipelines(bundle).chosen(pipeline).name))
    lifecycle.say_former(aws, bundle)


@_pynt.task
def down(pipeline: str | None = None, yes: str = "false", environment: str | None = None) -> None:
    """Delete the stacks of all pipelines with everything in their buckets, after asking (./pyntw down).

    Those of one pipeline alone, without what it shares with others: ./pyntw 'down[pipeline=<name>]'. `yes=true` answers
    the question for scripts.
    """
    from deploy import lifecycle

    aws, bundle = _target(environment=environment)
    names = None if pipeline is None else bundle.own(pipeline)
    lifecycle.down(aws, bundle, names, yes=_arguments.truth("yes", yes))


@_pynt.task
def runworkflow(
    name: str | None = None, pipeline: str | None = None, environment: str | None = None, **properties: str
) -> None:
    """Start the workflow and follow it to its end (./pyntw runworkflow).

    The default pipeline's, another one's (./pyntw 'runworkflow[pipeline=<name>]'), or any of the account by its own
    name. Key=value parts become run properties. Exit code 1 when anything in it failed.
    """
    from deploy import runs

    wanted = None if name is None else _arguments.name("runworkflow", name)
    aws, bundle = _target(environment=environment)
    runs.run(aws, _pipelines(bundle), wanted, pipeline, properties)


@_pynt.task
def runjob(job: str, environment: str | None = None, **arguments: str) -> None:
    """Upload what changed, run one job, follow its log (./pyntw 'runjob[my-job,--day=2024-05-01]').

    A script below glue_scripts/, such as <pipeline>/<script>, or any job of the account by its name; only this
    project's scripts are uploaded. --name=value parts become the run's arguments, also --conf=spark.some.name=value.
    Exit code 1 unless it SUCCEEDED. Ctrl-C asks whether to stop the run.
    """
    from deploy import jobs
    from local_glue.lint.unread import unread

    jobs.run(*_target(environment=environment), _arguments.name("runjob", job), arguments, unread)


@_pynt.task
def watch(script: str | None = None, environment: str | None = None) -> None:
    """Run a job at each save of its script, and show which rows changed (./pyntw watch).

    All scripts of glue_scripts/ whose jobs are deployed, or one: ./pyntw 'watch[<pipeline>/<script>]'. After each run
    the rows of the pipeline's tables are counted. On AWS each run and each count costs what it costs there.
    """
    from deploy import watching

    aws, bundle = _target(environment=environment)
    wanted = None if script is None else _arguments.name("watch", script)
    watching.watch(aws, bundle, _pipelines(bundle), wanted)


@_pynt.task
def logs(name: str, follow: str = "false", java: str = "false", environment: str | None = None) -> None:
    """Show the log of a job's latest run, why it failed first (./pyntw 'logs[my-job]').

    Also of a script's job, a run (jr_…), or all jobs of a workflow's latest run. Output and errors by time, one message
    a line; `follow=true` goes on to the end; `java=true` shows the lines of Java's stacks too.
    """
    from deploy import jobs

    wanted = _arguments.name("logs", name)
    following, frames = _arguments.truth("follow", follow), _arguments.truth("java", java)
    jobs.show_log(*_target(environment=environment), wanted, following=following, java=frames)


@_pynt.task
def runstatemachine(name: str, **given: str) -> None:
    """Start a Step Functions state machine and follow it to its end (./pyntw 'runstatemachine[my-machine]').

    Any of the account by its name. Key=value parts become the input. In a terminal one tree of its states, with their
    seconds; elsewhere a line for each change. Exit code 1 when the execution did not succeed.
    """
    from deploy import runs

    wanted = _arguments.name("runstatemachine", name)
    aws, bundle = _target()
    runs.run_machine(aws, _pipelines(bundle), wanted, given)


@_pynt.task
def messages(topic: str | None = None) -> None:
    """Show what was last published to an SNS topic of the local AWS (./pyntw 'messages[my-topic]').

    Topics of AWS keep no messages: there it says so.
    """
    from deploy import messages as published

    published.show(_aws(), None if topic is None else _arguments.name("messages", topic))


@_pynt.task
def quality(name: str | None = None, environment: str | None = None) -> None:
    """Show what the rules of data quality found last, of each job and table (./pyntw quality).

    Of one alone: ./pyntw 'quality[my-job]', or a table as `table` or `database.table`. A rule with the label
    severity=soft only warns. Exit code 1 when another one failed.
    """
    from glue_client import quality as found

    wanted = None if name is None else _arguments.name("quality", name)
    found.show(_target(environment=environment)[0], wanted, environment)


@_pynt.task
def checkpermissions(
    name: str | None = None,
    pipeline: str | None = None,
    format: str = "table",  # noqa: A002 - people type it
    strict: str = "false",
    environment: str | None = None,
) -> None:
    """Show what roles used of their rights, never used, and were denied (./pyntw checkpermissions).

    Those of the default pipeline, of another one (pipeline=…), a role, or those of a job, crawler, workflow, state
    machine or run of a job: ./pyntw 'checkpermissions[my-job]'. By the local AWS's own record, of all that ran there.
    `format=policy` prints the smallest policy that would do, `format=json` all. `strict=true` fails where a right is
    not needed or a call was denied.
    """
    from deploy import permissions

    wanted = None if name is None else _arguments.name("checkpermissions", name)
    aws, bundle = _target(environment=environment)
    exact = _arguments.truth("strict", strict)
    permissions.show(aws, _pipelines(bundle), wanted, pipeline, format, strict=exact)


@_pynt.task
def cost(
    name: str | None = None,
    pipeline: str | None = None,
    schedule: str | None = None,
    runs: str | None = None,
    region: str | None = None,
    queries: str | None = None,
    environment: str | None = None,
) -> None:
    """Show what the latest run cost on AWS, what a month does, and what lowers it (./pyntw 'cost[runs=30]').

    Of the default pipeline, another one (`pipeline=…`), or any workflow, state machine or job by its name. A month has
    the runs of `runs=…`, of a schedule (./pyntw 'cost[schedule=cron(0 6 * * ? *)]'), else of what is deployed; and
    `queries=…` asked beside them. With the prices of the region, or of another one: `region=eu-central-1`.
    """
    from deploy import costing

    wanted = None if name is None else _arguments.name("cost", name)
    aws, bundle = _target(environment=environment)
    month = costing.month_of(schedule, runs)
    costing.show(aws, _pipelines(bundle), wanted, pipeline, month, region, queries)


@_pynt.task
def backfill(pipeline: str | None = None, again: str = "false", environment: str | None = None, **days: str) -> None:
    """Run a pipeline for each day of a range (./pyntw 'backfill[from=20240101,to=20240131]').

    The default pipeline, or another one: ./pyntw 'backfill[<name>,from=20240101,to=20240131]'. Oldest first; a day that
    fails ends it, and the same call goes on there: days whose latest run succeeded are not run. `again=true` runs all.
    """
    from deploy import backfills

    wanted, anew = backfills.days_between(days), _arguments.truth("again", again)
    aws, bundle = _target(environment=environment)
    pipelines = _pipelines(bundle)
    chosen, found = pipelines.to_fill(pipeline)
    workflow = pipelines.name_of(aws, chosen, found.starts)
    backfills.run(aws, workflow, found.property, wanted, chosen.call("up"), again=anew)


@_pynt.task
def explaincrawl(crawler: str | None = None, environment: str | None = None) -> None:
    """Say what a crawl would do and why, before it writes (./pyntw 'explaincrawl[my-crawler]').

    With the crawler's own role, on the local AWS. Exit code 1 when the crawl would fail.
    """
    from deploy import crawls

    wanted = None if crawler is None else _arguments.name("explaincrawl", crawler)
    crawls.explain(_target(environment=environment)[0], wanted, environment)


@_pynt.task
def query(
    name: str | None = None,
    format: str = "table",  # noqa: A002 - people type it
    pipeline: str | None = None,
    workgroup: str | None = None,
    results: str | None = None,
    environment: str | None = None,
) -> None:
    """Ask Athena a pipeline's query, a .sql file or SQL from standard input (./pyntw 'query[my.sql]').

    `format=csv` and `format=json` print for other programs. echo 'SELECT 1' | ./pyntw query
    Tables without a database are looked for in that of the pipeline that the query is of, else of the default one.
    It is asked in the project's work group, where that is not deployed in primary, or in another one: `workgroup=…`,
    with `results=s3://…` where that one does not say where results go.
    """
    from deploy import queries
    from deploy.named_queries import NamedQueries
    from glue_client import answers

    write = answers.writer(format)
    aws, bundle = _target(environment=environment)
    pipelines = _pipelines(bundle)
    if pipeline is not None:
        pipelines.chosen(pipeline)
    question = NamedQueries(_QUERIES, pipelines.names).question(name, pipeline)
    write(queries.ask_of(aws, pipelines, question, workgroup, results))


@_pynt.task
def localaws(
    port: str = "4566",
    state: str = ".local-aws",
    key: str | None = None,
    strict: str = "false",
    quiet: str = "false",
) -> None:
    """Run AWS on this machine until Ctrl-C (./pyntw 'localaws[port=4566]').

    Everything that it keeps lies in the state folder. The lines to export are printed. Its access key is test with the
    secret test, or one that other users of the machine do not know: ./pyntw 'localaws[key=generate]', or key=id:secret;
    the state folder keeps it for later starts, until another key=generate; key=test goes back. Stacks get stand-ins for
    resources of types that are not here; with strict=true such templates are refused. A line tells of each job, crawl,
    query and workflow that ends; quiet=true turns that off.
    """
    from local_glue import starting

    chosen, silent = _arguments.truth("strict", strict), _arguments.truth("quiet", quiet)
    call = "./pyntw 'localaws[{}={}]'"
    starting.serve(_arguments.number("port", port, *_PORTS), state, key, strict=chosen, quiet=silent, call=call)


@_pynt.task
def demo(rows: str | None = None, pipeline: str | None = None) -> None:
    """Run a whole pipeline on this machine, up to query results (./pyntw demo).

    The default pipeline, or another one: ./pyntw 'demo[pipeline=<name>]'. It runs on a sample that is made for it, and
    compares what its tables hold with what they must; ./pyntw 'demo[rows=2000000]' makes a larger one.
    ./pyntw 'demo[pipeline=all]' runs the demos of all, one after another, with one table at the end.
    """
    from deploy import demo_run, demos_in_turn, pipelines
    from local_glue.shared_server import LocalAws

    local, wanted = LocalAws(_STATE), None if rows is None else _arguments.number("rows", rows, *_ROWS)
    if pipeline == pipelines.ALL:
        demos_in_turn.run(local, wanted)
    else:
        demo_run.run(local, wanted, pipeline)


@_pynt.task
def test(*paths: str) -> None:
    """Run every check, then the tests (./pyntw test).

    With paths only the tests below them: ./pyntw 'test[tests/deploy]'
    """
    from deploy import checks

    chosen = _arguments.chosen_tests(_ROOT, paths)
    if chosen:
        checks.test(chosen)
    else:
        checks.everything()


@_pynt.task
def lint(*templates: str) -> None:
    """Check style, types, templates and their scripts (./pyntw lint).

    Or templates of your own: files, folders, patterns. One line a finding: ./pyntw 'lint[my-template.yml]'
    """
    if templates:
        from local_glue.lint import running

        running.run(templates)
    else:
        from deploy import checks

        checks.lint()


@_pynt.task
def benchmark(*measures: str, force: str = "false") -> None:
    """Measure how fast all this is, and draw it (./pyntw benchmark).

    Side by side with other ways of doing the same, on an idle machine; results go to benchmarks/results.json,
    docs/performance.md and images/. Some of the measures: ./pyntw 'benchmark[athena,objects]'. `force=true` measures on
    a busy machine too, and says so in the results.
    """
    from deploy import checks

    wanted = [_arguments.name("benchmark", name) for name in measures]
    checks.benchmark(wanted, force=_arguments.truth("force", force))


@_pynt.task
def diagrams() -> None:
    """Draw the pictures in images/ from the templates and the imports (./pyntw diagrams)."""
    from deploy.diagrams import draw, draw_packages

    for path in (*draw(_TEMPLATES, _IMAGES), draw_packages(_ROOT, _IMAGES)):
        print(path)


def _aws() -> "Aws":
    from glue_client.aws import Aws

    return Aws()


def _target(
    parameters: dict[str, str] | None = None, environment: str | None = None, stacks: tuple[str, ...] = ()
) -> "tuple[Aws, Bundle]":
    """Where the stack tasks work, and on which templates: of the environment that is named, or that `stacks` are of."""
    from deploy import environments
    from deploy.bundle import Bundle

    given = dict(parameters or {})
    wanted = given.pop("environment", environment) or environments.told(_TEMPLATES, stacks)
    return _aws(), Bundle(_TEMPLATES, given, wanted)


def _pipelines(bundle: "Bundle") -> "Pipelines":
    from deploy.pipelines import Pipelines

    return Pipelines(bundle)


_pynt.attach()

if __name__ == "__main__":
    _pynt.main(Path(__file__), sys.argv[1:])
