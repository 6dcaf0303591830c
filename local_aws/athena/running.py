"""Runs the plan of a query: looks its tables up, asks IAM, hands the files to the engine, keeps the result.

The caller needs the rights on tables, objects and the result's place (see rights.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from local_aws import emulator
from local_aws.athena import values
from local_aws.athena.dialect import TableName, Translation
from local_aws.athena.engine import Engine, Result
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.rights import check_glue, check_output
from local_aws.athena.tables import Source, Table, is_data
from local_aws.emulator import QueryOutcome, Scope


class LimitExceededError(Exception):
    """The query reads more than its work group allows; the text is Athena's."""


@dataclass
class Plan:
    """A query that was accepted.

    Attributes:
        scope: account and region of the caller.
        access_key: of the caller.
        cutoff: bytes that the work group lets a query read.
        translation: the query for the engine, unless it is known to fail.
        failure: why it fails.
        scanned: bytes of the files that it reads, once that is known.
    """

    scope: Scope
    access_key: str
    cutoff: int | None = None
    translation: Translation | None = None
    failure: str = ""
    scanned: int = 0


class Catalog:
    """The Glue catalog of one account and region, as a translation asks it."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def has_database(self, name: str) -> bool:
        """Whether there is a database of that name."""
        return emulator.catalog_has_database(self._scope, name)

    def columns(self, name: TableName) -> Mapping[str, str] | None:
        """A table's columns, partition keys last: name -> Hive type; None where there is no such table."""
        entry = emulator.catalog_table(self._scope, name.database, name.table)
        if entry is None:
            return None
        table = Table.of(entry)
        return {**table.columns, **table.keys}


class Runner:
    """Runs plans on one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, plan: Plan, query_id: str, location: str) -> QueryOutcome:
        """Run a query and keep its result at `location`.

        Raises:
            FailedQueryError: with the reason.
            LimitExceededError: it would read too much.
        """
        if plan.failure or plan.translation is None:
            raise FailedQueryError(plan.failure)
        with plan.scope.entered():
            tables = {name: _files(plan, name) for name in plan.translation.tables}
            plan.scanned = sum(file.size for _, files in tables.values() for file in files)
            if plan.cutoff and plan.scanned > plan.cutoff:
                raise LimitExceededError("Query cancelled! : Bytes scanned limit was exceeded")
            check_output(plan.scope, plan.access_key, location)
            result = self._engine.run(query_id, plan.translation, tables)
            _keep(plan, location, result)
        return QueryOutcome(
            "SUCCEEDED",
            columns=[column.to_api() for column in result.columns],
            rows=result.rows,
            scanned=plan.scanned,
        )


def _files(plan: Plan, name: TableName) -> tuple[Table, list[Source]]:
    """A table and its files, the partitions' where it has partition keys."""
    check_glue(plan.scope, plan.access_key, "GetTable", {"DatabaseName": name.database, "Name": name.table})
    entry = emulator.catalog_table(plan.scope, name.database, name.table)
    if entry is None:
        raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:1: Table '{name}' does not exist")
    table = Table.of(entry)
    if not table.keys:
        return table, _under(plan, entry["StorageDescriptor"]["Location"], ())
    check_glue(plan.scope, plan.access_key, "GetPartitions", {"DatabaseName": name.database, "TableName": name.table})
    files = []
    for partition in emulator.catalog_partitions(plan.scope, name.database, name.table):
        location = (partition.get("StorageDescriptor") or {}).get("Location", "")
        files += _under(plan, location, tuple(partition["Values"]))
    return table, files


def _under(plan: Plan, location: str, values_of_keys: tuple[str, ...]) -> list[Source]:
    bucket, _, path = location.partition("://")[2].partition("/")
    prefix = f"{path.rstrip('/')}/" if path.strip("/") else ""
    files = [
        file
        for file in emulator.objects_under(plan.scope, bucket, prefix)
        if file.size and is_data(file.key.removeprefix(prefix))
    ]
    allowed = emulator.permission_checker(plan.access_key)
    if not allowed("s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": prefix}):
        raise FailedQueryError(f"PERMISSION_DENIED: Permission denied on S3 path: s3://{bucket}/{prefix}")
    for file in files:
        if not allowed("s3:GetObject", f"arn:aws:s3:::{bucket}/{file.key}"):
            raise FailedQueryError(f"PERMISSION_DENIED: Permission denied on S3 path: s3://{bucket}/{file.key}")
    return [Source(f"s3://{bucket}/{file.key}", file.path, file.size, values_of_keys) for file in files]


def _keep(plan: Plan, location: str, result: Result) -> None:
    """Write the result's CSV file, and the file beside it that describes its columns (binary on AWS)."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    names = [column.name for column in result.columns]
    body = values.csv(names, result.rows)
    described = ",".join(names) + "\n" + ",".join(column.type for column in result.columns)
    written = emulator.put_object(plan.scope, bucket, key, body, "application/octet-stream")
    written &= emulator.put_object(
        plan.scope, bucket, f"{key}.metadata", described.encode(), "application/octet-stream"
    )
    if not written:
        raise FailedQueryError(f"Access denied when writing output to url: {location}")
