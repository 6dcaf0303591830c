"""What the task `drift` is asked about: stacks, tables, or all of a pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy import environments
from deploy.pipelines import Pipelines
from glue_client import deployed
from glue_client.aws import Aws
from glue_client.errors import WrongCall

CHANGED = 3
"""The exit code that says that something drifted: 1 and 2 are those of errors."""


@dataclass(frozen=True)
class Asked:
    """Names of stacks, and tables as (database, name)."""

    stacks: tuple[str, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()


def asked(aws: Aws, pipelines: Pipelines, names: Sequence[str], pipeline: str | None) -> Asked:
    """What is meant by names: stacks, `database.table`, tables of the pipelines, pipelines; without one a pipeline.

    Raises:
        WrongCall: there is nothing of that name.
    """
    found = [_of_pipeline(aws, pipelines, pipeline)] if not names else []
    found += [_named(aws, pipelines, name) for name in names]
    stacks = dict.fromkeys(stack for one in found for stack in one.stacks)
    tables = dict.fromkeys(table for one in found for table in one.tables)
    return Asked(tuple(stacks), tuple(tables))


def _named(aws: Aws, pipelines: Pipelines, name: str) -> Asked:
    ended = environments.named(name, pipelines.bundle.environment)
    if ended in pipelines.bundle.order:
        return Asked(stacks=(ended,))
    if name in pipelines.bundle.order or ("." not in name and deployed.find(aws, name) is not None):
        return Asked(stacks=(name,))
    if name in pipelines.names:
        return _of_pipeline(aws, pipelines, name)
    databases = [one for pipeline in pipelines.names if (one := pipelines.database_of(aws, pipeline))]
    if "." in name:
        database, _, table = name.partition(".")
        found = [(database, one) for one in _tables(aws, database) if one == table]
    else:
        found = [(one, name) for one in databases if name in _tables(aws, one)]
    if not found:
        known = ", ".join(f"{database}.{table}" for database in databases for table in _tables(aws, database)[:5])
        raise WrongCall(
            f'there is no stack, table or pipeline "{name}" in {aws}; the pipelines are {", ".join(pipelines.names)}, '
            f"tables are {known or 'none yet'}, any other is database.table"
        )
    return Asked(tables=tuple(found))


def _of_pipeline(aws: Aws, pipelines: Pipelines, name: str | None) -> Asked:
    chosen = pipelines.chosen(name).name
    database = pipelines.database_of(aws, chosen)
    tables = [(database, table) for table in _tables(aws, database)] if database else []
    return Asked(tuple(pipelines.bundle.of_pipeline(chosen)), tuple(tables))


def _tables(aws: Aws, database: str) -> list[str]:
    """The tables of a database that have files; none where there is no such database."""
    try:
        pages = aws.glue.get_paginator("get_tables").paginate(DatabaseName=database)
        tables = [table for page in pages for table in page["TableList"]]
    except aws.glue.exceptions.EntityNotFoundException:
        return []
    return [table["Name"] for table in tables if table.get("TableType") != "VIRTUAL_VIEW"]
