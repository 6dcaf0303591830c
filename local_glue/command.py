"""The command line of `local-glue`."""

import argparse
import contextlib
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import explained
from glue_client.console import complain, say, seconds
from glue_client.errors import DeployError, WrongCall
from local_glue import buckets, matching, shared_server, starting

STATE = ".local-glue"
INTERRUPTED = 130
EPILOG = """examples:
  local-glue start
  local-glue run template.yml --workflow my-workflow
  local-glue run infra.yml jobs.yml --parameter Stage=dev --data samples/=s3://my-raw-bucket/in/
  local-glue run template.yml --job my-job --given day=2024-05-01
  local-glue logs my-job
  local-glue lint template.yml
"""


def run(words: Sequence[str]) -> int:
    """Run one call; its exit code: 0, 1 when the work failed, 2 when the call is wrong."""
    options = _parser().parse_args(words)
    try:
        options.work(options)
    except DeployError as error:
        complain(error)
        return error.exit_code
    except (BotoCoreError, ClientError) as error:
        complain(explained(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="local-glue", description="AWS Glue on this machine.", epilog=EPILOG, formatter_class=plain
    )
    calls = parser.add_subparsers(required=True, metavar="start | run | logs | lint | setup")
    start = calls.add_parser("start", help="run AWS on this machine until Ctrl-C, and say what to export")
    start.set_defaults(work=_start)
    start.add_argument("--port", type=int, default=4566, help="TCP port on 127.0.0.1 (4566)")
    start.add_argument("--key", help="generate, test, or id:secret: the access key that it takes")
    start.add_argument("--strict", action="store_true", help="refuse templates with resource types that are not here")
    start.add_argument("--quiet", action="store_true", help="print no line for each job, crawl, query that ends")
    runs = calls.add_parser(
        "run", help="deploy templates, upload their scripts, run, show the tables", formatter_class=plain, epilog=EPILOG
    )
    runs.set_defaults(work=_run)
    runs.add_argument("templates", nargs="+", type=Path, metavar="TEMPLATE", help="CloudFormation or SAM, in any order")
    what = runs.add_mutually_exclusive_group()
    what.add_argument("--workflow", help="the workflow to run; not needed where there is one only")
    what.add_argument("--state-machine", help="the state machine to run")
    what.add_argument("--job", help="the job to run")
    runs.add_argument("--script-root", type=Path, help="folder of the scripts (the repository of the first template)")
    runs.add_argument("--parameter", action="append", default=[], metavar="KEY=VALUE", help="of the templates")
    runs.add_argument(
        "--given", action="append", default=[], metavar="KEY=VALUE", help="run property, input or argument"
    )
    runs.add_argument(
        "--data", action="append", default=[], metavar="PATH=S3", help="file or folder to put into S3 first"
    )
    logs = calls.add_parser("logs", help="show the log of a job's latest run, or of all jobs of a workflow's")
    logs.set_defaults(work=_logs)
    logs.add_argument("name", metavar="NAME", help="a job, a workflow, or a run's id (jr_…)")
    logs.add_argument("--follow", action="store_true", help="go on to the end of the run")
    logs.add_argument("--java", action="store_true", help="show the lines of Java's stacks too")
    lint = calls.add_parser("lint", help="check templates and their scripts, without AWS: docs/lint.md")
    lint.set_defaults(work=_lint)
    lint.add_argument("templates", nargs="+", metavar="TEMPLATE", help="files, folders, patterns; checked together")
    setup = calls.add_parser("setup", help="install what Python shell jobs import")
    setup.set_defaults(work=_setup)
    for each in (start, runs, logs):
        each.add_argument("--state", default=STATE, help=f"folder that keeps everything ({STATE})")
    return parser


def _start(options: argparse.Namespace) -> None:
    if not 1 <= options.port <= 65_535:
        raise WrongCall(f"--port takes a number from 1 to 65535, and got {options.port}")
    starting.serve(options.port, options.state, options.key, strict=options.strict, quiet=options.quiet)


def _lint(options: argparse.Namespace) -> None:
    from local_glue.lint import running

    running.run(options.templates)


def _setup(_options: argparse.Namespace) -> None:
    from local_glue import python_shell

    say("installed" if python_shell.install() else "there already")


def _run(options: argparse.Namespace) -> None:
    from glue_client import hints, remarks
    from local_glue import catalog, deployment, entry_points, scripts

    given, parameters = _pairs("--given", options.given), _pairs("--parameter", options.parameter)
    data = _pairs("--data", options.data)
    for path, address in data.items():
        buckets.check(Path(path), address)
    read = [deployment.read(path) for path in options.templates]
    deployment.check_parameters(read, parameters)
    templates = deployment.in_order(read, parameters)
    root = options.script_root or matching.repository(options.templates[0].resolve().parent)
    if not root.is_dir():
        raise WrongCall(f"--script-root takes a folder, and {root} is none")
    named = [(kind, getattr(options, kind.replace("-", "_"))) for kind in entry_points.TYPES.values()]
    what = next((entry_points.EntryPoint(kind, name) for kind, name in named if name), None)
    plan = entry_points.planned(templates, parameters)
    if plan is not None:
        entry_points.chosen(plan, what)
    state = starting.state_folder(options.state)
    again = f"local-glue start{_state(options)}"

    def log_of(job: str, *, following: bool) -> str:
        return f"local-glue logs {job}{' --follow' if following else ''}{_state(options)}"

    began = time.monotonic()
    with shared_server.LocalAws(state).used(), _hints_work_after(again), hints.logs_by(log_of):
        aws = Aws()
        made = deployment.buckets_made(templates, parameters, aws)
        later = {path: address for path, address in data.items() if address.split("/")[2] in made}
        _copy(aws, {path: address for path, address in data.items() if path not in later})
        stacks = [deployment.deploy(aws, one, parameters) for one in templates]
        remarks.show(aws, stacks)
        scripts.bring(aws, stacks, scripts.Root(root), options.job)
        _copy(aws, later)
        started = datetime.now(UTC).replace(microsecond=0)  # the catalog's times are whole seconds
        entry_points.run(aws, entry_points.chosen(entry_points.of(aws, stacks), what), given)
        catalog.show(aws, started)
    say(f"All of it took {seconds(time.monotonic() - began)}. The same AWS in the foreground: {again}")


def _logs(options: argparse.Namespace) -> None:
    from glue_client import run_logs

    state = starting.state_folder(options.state)
    if not (state / starting.OWNED).exists():
        raise WrongCall(f"nothing ran in the state folder {state}: --state names another one")
    with shared_server.LocalAws(state).used():
        run_logs.show(Aws(), options.name, following=options.follow, java=options.java)


def _state(options: argparse.Namespace) -> str:
    """The option that names the state folder again, where it is not the usual one."""
    return "" if options.state == STATE else f" --state {shlex.quote(options.state)}"


def _copy(aws: Aws, data: Mapping[str, str]) -> None:
    for path, address in data.items():
        buckets.put(aws, Path(path), address)


@contextlib.contextmanager
def _hints_work_after(again: str) -> Iterator[None]:
    """What errors advise to ask AWS is to be asked when this call, and its AWS with it, is over."""
    try:
        yield
    except DeployError as error:
        if "aws " in error.next_step:
            error.next_step += f"\n(first: {again}, and export in another terminal what it prints)"
        raise


def _pairs(option: str, words: Sequence[str]) -> dict[str, str]:
    found = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise WrongCall(f'{option} takes KEY=VALUE, and got "{word}"')
        found[key] = value
    return found
