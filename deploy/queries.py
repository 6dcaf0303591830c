"""Asks Athena in the project's work group."""

from deploy.project import WORK_GROUP
from glue_client import queries
from glue_client.answers import Answer
from glue_client.aws import Aws

GROUPS_ORIGIN = "./pyntw up makes it; where only your own stacks are to be, ./pyntw 'createstack[basic-infra]' does"


def ask(aws: Aws, sql: str, database: str | None = None) -> Answer:
    """Run one statement and wait for it; tables without a database are looked for in the given one.

    Raises:
        DeployError: it failed, with Athena's reason.
    """
    return queries.ask(
        aws,
        sql,
        database,
        group=WORK_GROUP,
        groups_origin=GROUPS_ORIGIN,
        tables_origin="the project's own tables are made by ./pyntw runworkflow",
    )
