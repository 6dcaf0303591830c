"""Asks Athena, and waits for the answer."""

import time
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from glue_client.answers import Answer, Column, Row
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, message_of
from glue_client.errors import DeployError

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef, RowTypeDef

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds between looks

NO_PLACE = "No output location provided"


class NoWorkGroup(DeployError):  # noqa: N818 - it names what is not there, and is told as a DeployError
    """The work group is not there."""


def ask(
    aws: Aws,
    sql: str,
    database: str | None = None,
    *,
    group: str,
    groups_origin: str,
    tables_origin: str,
    results: str | None = None,
) -> Answer:
    """Run one statement in a work group and wait for it.

    Args:
        aws: where.
        sql: the statement.
        database: where tables without a database are looked for.
        group: the work group's name; it must say where results go, unless `results` does.
        groups_origin: what to do when there is no such work group.
        tables_origin: the same of a table.
        results: s3:// address below which results go, where the work group leaves that to its clients.

    Raises:
        NoWorkGroup: there is no such work group.
        DeployError: it failed, with Athena's reason.
    """
    athena = aws.athena
    started = time.monotonic()
    more: Any = {"ResultConfiguration": {"OutputLocation": results}} if results else {}
    try:
        query_id = athena.start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": database} if database else {}, WorkGroup=group, **more
        )["QueryExecutionId"]
    except ClientError as error:
        if "WorkGroup" in message_of(error) and "not found" in message_of(error):
            raise NoWorkGroup(
                f"there is no work group {group} in {aws}, in which this is asked",
                message_of(error),
                groups_origin,
            ) from error
        if NO_PLACE in message_of(error):
            advice = "name a place (results=s3://my-bucket/results/), or give the work group one"
            raise DeployError(
                f"the work group {group} does not say where results go", message_of(error), advice
            ) from error
        if code_of(error) == "InvalidRequestException":
            raise DeployError(
                "Athena refuses the query", message_of(error), "correct the SQL, and ask again"
            ) from error
        raise
    try:
        execution = _wait(athena, query_id, database, tables_origin)
    except KeyboardInterrupt:
        athena.stop_query_execution(QueryExecutionId=query_id)
        raise
    scanned = execution.get("Statistics", {}).get("DataScannedInBytes", 0)
    columns, rows = _results(athena, query_id)
    return Answer(columns, rows, time.monotonic() - started, scanned)


def _wait(athena: "AthenaClient", query_id: str, database: str | None, tables_origin: str) -> "QueryExecutionTypeDef":
    pause = FIRST_PAUSE
    while True:
        execution: QueryExecutionTypeDef = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        status = execution["Status"]
        if status["State"] == "SUCCEEDED":
            return execution
        if status["State"] in ("FAILED", "CANCELLED"):
            reason = status.get("StateChangeReason", "Athena gave no reason")
            raise DeployError(f"the query ended {status['State']}", reason, _next_step(reason, database, tables_origin))
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _next_step(reason: str, database: str | None, tables_origin: str) -> str:
    if "TABLE_NOT_FOUND" in reason or "does not exist" in reason:
        looked = f" (without one it is looked for in {database})" if database else ""
        return f"name a table with its database, as in FROM my_database.my_table{looked}; {tables_origin}"
    if reason.startswith(OF_DATA):
        return (
            f"./pyntw 'drift[{database or 'my_database'}.my_table]' says where files and catalog differ, file by file"
        )
    return "correct the SQL, and ask again"


OF_DATA = ("HIVE_BAD_DATA", "HIVE_PARTITION_SCHEMA_MISMATCH", "HIVE_CURSOR_ERROR", "HIVE_INVALID_")
"""How reasons begin that are of the files or the catalog, not of the SQL."""


def _results(athena: "AthenaClient", query_id: str) -> tuple[list[Column], Iterator[Row]]:
    """Columns and rows. For a SELECT, Athena's first row repeats the column names; for DDL it does not."""
    pages = iter(athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id))
    first = next(pages)["ResultSet"]
    columns = [
        Column(info["Name"], info["Type"], info.get("Precision", 0), info.get("Scale", 0))
        for info in first["ResultSetMetadata"]["ColumnInfo"]
    ]
    if first["Rows"] and not columns:  # what MSCK REPAIR TABLE did
        columns = [Column("result", "string")]
    rows = (_row(row, len(columns)) for row in first["Rows"])
    later = (_row(row, len(columns)) for page in pages for row in page["ResultSet"]["Rows"])
    everything = chain(rows, later)
    top = next(everything, None)
    names = [column.name for column in columns]
    return columns, everything if top is None or top == names else chain([top], everything)


def _row(row: "RowTypeDef", width: int) -> Row:
    """The cells of a row; SHOW and DESCRIBE give all of them as one text with tabs, filled up with blanks."""
    cells = [cell.get("VarCharValue") for cell in row["Data"]]
    if len(cells) == 1 < width:
        parts = [part.strip() for part in (cells[0] or "").split("\t", width - 1)]
        return [*parts, *("" for _ in range(width - len(parts)))]
    return cells
