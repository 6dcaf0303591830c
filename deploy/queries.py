"""Asks Athena in the work group that a call names, else in the project's, else in the account's own, primary."""

from collections.abc import Callable

from botocore.exceptions import ClientError

from deploy import environments
from deploy.named_queries import Question
from deploy.pipelines import Pipelines
from deploy.project import WORK_GROUP
from glue_client import console, queries
from glue_client.answers import Answer
from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.errors import DeployError

PRIMARY = "primary"
"""The work group that every account has. It may leave open where results go (user guide, "Manage workgroups")."""
GROUPS_ORIGIN = "./pyntw up makes it; where only your own stacks are to be, ./pyntw 'createstack[basic-infra]' does"
TABLES_ORIGIN = "the project's own tables are made by ./pyntw runworkflow"
BUCKET = "aws-athena-query-results-{}-{}"
"""What Athena's console and clients call the bucket of results of those who named none: account and region."""


def ask(
    aws: Aws,
    sql: str,
    database: str | None = None,
    group: str | None = None,
    results: str | None = None,
    own: str = WORK_GROUP,
    before_primary: Callable[[], None] = lambda: None,
) -> Answer:
    """Run one statement and wait for it; tables without a database are looked for in the given one.

    Args:
        aws: where.
        sql: the statement.
        database: see above.
        group: the work group; without one the project's, and where that is not deployed, primary.
        results: s3:// address below which results go, for work groups that leave it open.
        own: the project's.
        before_primary: called where that is not deployed, before anything is made for results; may raise.

    Raises:
        DeployError: there is no such work group, or the query failed, with Athena's reason.
    """
    if group is not None:
        there = f"the work groups are {', '.join(_groups(aws))}"
        place = _results(aws) if group == PRIMARY and not results else results
        return queries.ask(
            aws, sql, database, group=group, groups_origin=there, tables_origin=TABLES_ORIGIN, results=place
        )
    try:
        return queries.ask(aws, sql, database, group=own, groups_origin=GROUPS_ORIGIN, tables_origin=TABLES_ORIGIN)
    except queries.NoWorkGroup:
        before_primary()
        place = results or _results(aws)
        return queries.ask(
            aws, sql, database, group=PRIMARY, groups_origin="", tables_origin=TABLES_ORIGIN, results=place
        )


def ask_of(
    aws: Aws, pipelines: Pipelines, question: Question, group: str | None = None, results: str | None = None
) -> Answer:
    """Ask a question in the database of its pipeline, else in the default one's; otherwise as `ask`.

    Raises:
        DeployError: also where its pipeline is not deployed, with the call that does it.
    """
    own = environments.named(WORK_GROUP, pipelines.bundle.environment)
    pipeline = pipelines.chosen(question.pipeline) if question.pipeline else None

    def refuse_absent(seen: str = f"there is no work group {own}") -> None:
        if pipeline is not None and not pipelines.is_deployed(aws, pipeline):
            raise DeployError(f"the pipeline {pipeline.name} is not deployed in {aws}", seen, pipeline.call("up"))

    database = pipelines.database_of(aws, question.pipeline)
    try:
        return ask(aws, question.sql, database, group, results, own, refuse_absent)
    except DeployError as error:
        refuse_absent(error.seen)
        raise


def _results(aws: Aws) -> str | None:
    """Where results of primary go: None where it says so itself, else a bucket, which is made where it is not there."""
    settings = aws.athena.get_work_group(WorkGroup=PRIMARY)["WorkGroup"].get("Configuration", {})
    if settings.get("ResultConfiguration", {}).get("OutputLocation"):
        return None
    if settings.get("ManagedQueryResultsConfiguration", {}).get("Enabled"):
        return None
    bucket = BUCKET.format(aws.account, aws.region)
    try:
        aws.s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if code_of(error) not in ("404", "NoSuchBucket"):
            raise DeployError(
                f"the work group {PRIMARY} does not say where results go, and {bucket} cannot be used",
                str(error),
                "name a place: results=s3://my-bucket/results/",
            ) from error
        place = {"LocationConstraint": aws.region}
        more = {} if aws.region == "us-east-1" else {"CreateBucketConfiguration": place}
        aws.s3.create_bucket(Bucket=bucket, **more)  # type: ignore[arg-type]
        console.remark(f"made the bucket {bucket} for results: the work group {PRIMARY} names no place for them")
    return f"s3://{bucket}/"


def _groups(aws: Aws) -> list[str]:
    return [one["Name"] for one in aws.athena.list_work_groups()["WorkGroups"]]
