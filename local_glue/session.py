"""A local AWS for tests: deploys, runs, crawls and asks, and tells what failed with the end of its log."""

import contextlib
import functools
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from botocore.exceptions import ClientError

from glue_client import failures, job_runs, logs
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, explained, message_of
from glue_client.errors import DeployError
from glue_client.workflow_view import Node, view
from local_glue import buckets, catalog, deployment, scripts, shared_server

if TYPE_CHECKING:
    import pyarrow as pa

PAUSE = 0.2  # seconds between looks
CRAWLED = ("READY",)
OPTION, USUAL = "local_glue_script_root", "pytest's root"
"""What names the folder of scripts in pytest's configuration, and which one it is else."""


class RunFailed(AssertionError):  # noqa: N818 - what pytest shows is the message
    """A job, crawler or workflow did not succeed; its text has the error and the end of the log."""


P = ParamSpec("P")
R = TypeVar("R")


def _in_short(method: Callable[P, R]) -> Callable[P, R]:
    """The method, whose errors pytest shows at the test's own line, without the frames of boto3 and of this package."""

    @functools.wraps(method)
    def call(*given: P.args, **named: P.kwargs) -> R:
        __tracebackhide__ = True
        try:
            return method(*given, **named)
        except (DeployError, RunFailed) as error:
            told: Exception = error
        except ClientError as error:
            told = explained(error)
        raise told.with_traceback(None) from None

    return call


@contextlib.contextmanager
def session(state: Path, script_root: Path) -> "Iterator[LocalGlue]":
    """A local AWS as long as the context lasts; this process's AWS settings lead to it and nowhere else."""
    with shared_server.LocalAws(state).used() as endpoint:
        yield LocalGlue(endpoint, script_root)


class LocalGlue:
    """The local AWS of a session of tests.

    Attributes:
        endpoint: its address, as AWS_ENDPOINT_URL has it.
        script_root: the folder in which the scripts of jobs are looked for.
    """

    def __init__(self, endpoint: str, script_root: Path) -> None:
        self.endpoint, self.script_root = endpoint, script_root
        self._aws = Aws()

    def client(self, service: str) -> Any:
        """A boto3 client of it."""
        import boto3

        return boto3.client(service)

    @_in_short
    def deploy(self, template: str | Path, **parameters: str) -> dict[str, str]:
        """Make the template's stack, or bring it to what the template says; its outputs.

        The scripts and modules that its jobs name are uploaded from `script_root`. Relative paths are looked for in the
        working folder, then in `script_root`.

        Raises:
            DeployError: CloudFormation refuses it, a parameter is unknown or missing, a script is nowhere.
        """
        path = Path(template)
        read = deployment.read(path if path.exists() else self.script_root / path)
        given = {key: str(value) for key, value in parameters.items()}
        deployment.check_parameters([read], given, '{}="…"')
        stack = deployment.deploy(self._aws, read, given, 'upload("path", "s3://bucket/")')
        scripts.bring(self._aws, [stack], scripts.Root(self.script_root, OPTION, USUAL))
        return deployment.outputs(self._aws, stack)

    @_in_short
    def upload(self, path: str | Path, address: str) -> None:
        """Copy a file, or all files of a folder, to an s3:// address; one that ends in / is a folder.

        A bucket that is not there is made, with a warning.

        Raises:
            WrongCall: there is no such file, it holds links that lead to none, or the address is none of S3.
        """
        if buckets.put(self._aws, Path(path), address):
            warnings.warn(f"upload made the bucket of {address}: nothing made it before", stacklevel=3)

    @_in_short
    def run_workflow(self, name: str, **properties: str) -> dict[str, Any]:
        """Run a workflow with these run properties; the Run of GetWorkflowRun, with its graph.

        Raises:
            RunFailed: not all of it succeeded.
        """
        glue = self._aws.glue
        given = {key: str(value) for key, value in properties.items()}
        run_id = glue.start_workflow_run(Name=name, RunProperties=given)["RunId"]
        while True:
            run: Any = glue.get_workflow_run(Name=name, RunId=run_id, IncludeGraph=True)["Run"]
            look = view(run)
            if look.is_over:
                break
            time.sleep(PAUSE)
        if not look.succeeded:
            told = [self._told(node) for node in look.failed]
            raise RunFailed(
                "\n".join([f"workflow {name} ended {look.status}, not all of it succeeded", *told, look.error])
            )
        return dict(run)

    @_in_short
    def run_job(self, name: str, **arguments: str) -> dict[str, Any]:
        """Run a job with these arguments, each named without its `--`; the JobRun of GetJobRun.

        Raises:
            RunFailed: it did not succeed.
            DeployError: there is no such job, or it runs already.
        """
        given = {f"--{key}": str(value) for key, value in arguments.items()}
        run_id = job_runs.start(self._aws, name, given)
        node = job_runs.follow(self._aws, name, run_id)
        if node.state != "SUCCEEDED":
            raise RunFailed(self._told(node))
        return dict(self._aws.glue.get_job_run(JobName=name, RunId=run_id)["JobRun"])

    @_in_short
    def crawl(self, name: str) -> dict[str, Any]:
        """Run a crawler; the LastCrawl of GetCrawler.

        Raises:
            RunFailed: it did not succeed.
            DeployError: there is no such crawler, or it runs already.
        """
        glue = self._aws.glue
        try:
            glue.start_crawler(Name=name)
        except ClientError as error:
            pages = glue.get_paginator("get_crawlers").paginate()
            there = ", ".join(one["Name"] for page in pages for one in page["Crawlers"]) or "none"
            seen = f"{code_of(error)}: {message_of(error)}"
            raise DeployError(f"crawler {name} cannot be started", seen, f"the crawlers are: {there}") from error
        while (crawler := glue.get_crawler(Name=name)["Crawler"])["State"] not in CRAWLED:
            time.sleep(PAUSE)
        last: Any = crawler.get("LastCrawl", {})
        if last.get("Status") != "SUCCEEDED":
            place = ((last.get("LogGroup", ""), last.get("LogStream", name)),)
            node = Node(
                name, "crawler", name, last.get("Status", "FAILED"), error=last.get("ErrorMessage", ""), logs=place
            )
            raise RunFailed(self._told(node))
        return dict(last)

    @_in_short
    def query(self, sql: str, database: str | None = None) -> "pa.Table":
        """Ask Athena; the rows as an Arrow table, in the order of the answer. `.to_pandas()` makes pandas of it.

        Arrays, maps and structs are texts, as in Athena's results.

        Raises:
            DeployError: the query failed, with Athena's reason.
        """
        from local_glue.arrow import table_of

        return table_of(catalog.asking(self._aws)(sql, database))

    @_in_short
    def table(self, name: str) -> "pa.Table":
        """All rows of a table, named as database.table, as an Arrow table.

        Raises:
            DeployError: there is no such table, or Athena cannot read it.
        """
        database, dot, table = name.partition(".")
        if not dot or not table:
            raise DeployError(f'a table is named with its database, and got "{name}"', "", "as in shop.orders")
        try:
            self._aws.glue.get_table(DatabaseName=database, Name=table)
        except ClientError as error:
            there = ", ".join(f"{one.database}.{one.name}" for one in catalog.tables(self._aws)) or "none"
            seen = f"{code_of(error)}: {message_of(error)}"
            raise DeployError(f"there is no table {name}", seen, f"the tables are: {there}") from error
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in (database, table))
        return self.query(f"SELECT * FROM {quoted}")  # noqa: S608 - quoted

    def _told(self, node: Node) -> str:
        """What failed, why, and the end of its log."""
        _, lines = logs.last_lines(self._aws, node.logs)
        return "\n".join(
            [failures.what_happened(node), *(f"  {node.name} | {line}" for line in failures.untold(node, lines))]
        )
