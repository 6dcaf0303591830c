"""Silver to gold by Athena: what gold.py does with Spark, from the same SQL files to the same tables.

A Glue Python shell job, Python 3.9: it waits for Athena, which does the work. Athena's INSERT writes a folder of
staging, through a table that is there for this run alone; then the files are put in the place of the old ones as by
every job. CREATE TABLE AS would make that table by itself, but not at a place of ours in a work group that enforces its
own (user guide, CREATE TABLE AS, external_location). A query that fails leaves the gold table as it was.

A run that is killed may leave its table, `gold_<name>_run_<id>`, in the catalog, and its files in staging.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3
from gold_queries import GoldError, query
from lakejobs import arguments, counts
from lakejobs.catalog_tables import put_table
from lakejobs.publishing import publish, staging
from lakejobs.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_PAUSE, LONGEST_PAUSE = 0.3, 5.0  # seconds between looks at a query
OF_THE_CATALOG = {"varchar": "string", "integer": "int"}
"""What Athena's answers call otherwise than the catalog does (user guide, "Data types in Amazon Athena")."""


class Athena:
    """Asks in one work group and database, and waits for the end."""

    def __init__(self, client: Any, group: str, database: str) -> None:
        self._client, self._group, self._database = client, group, database

    def ask(self, sql: str, name: str) -> str:
        """The id of an execution that succeeded; one that is not waited for to its end is stopped.

        Raises:
            GoldError: Athena refused the query, or it failed.
        """
        try:
            run = self._client.start_query_execution(
                QueryString=sql, WorkGroup=self._group, QueryExecutionContext={"Database": self._database}
            )["QueryExecutionId"]
        except self._client.exceptions.InvalidRequestException as error:
            raise _refused(name, str(error)) from error
        try:
            status = self._ended(run)
        except BaseException:
            with suppress(Exception):  # the error that brought us here is the one to tell
                self._client.stop_query_execution(QueryExecutionId=run)
            raise
        if status["State"] != "SUCCEEDED":
            raise _refused(name, f"{status['State']}: {status.get('StateChangeReason', 'Athena gave no reason')}")
        return str(run)

    def columns(self, sql: str, name: str) -> Schema:
        """The columns that the answer of a query has, without its rows.

        Raises:
            GoldError: as `ask`.
            SchemaError: one is of a type that tables here do not have.
        """
        run = self.ask(f"SELECT * FROM ({sql}\n) LIMIT 0", name)  # noqa: S608 - in brackets: a query, whatever it holds
        found = self._client.get_query_results(QueryExecutionId=run)["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        return Schema({one["Name"]: _type(one) for one in found})

    def count(self, table: str, name: str) -> int:
        """How many rows a table has."""
        run = self.ask(f'SELECT count(*) FROM "{table}"', name)  # noqa: S608 - a name of ours
        rows = self._client.get_query_results(QueryExecutionId=run)["ResultSet"]["Rows"]
        return int(rows[1]["Data"][0]["VarCharValue"])

    def _ended(self, run: str) -> Mapping[str, Any]:
        pause = FIRST_PAUSE
        while True:
            found = self._client.get_query_execution(QueryExecutionId=run)["QueryExecution"]["Status"]
            if found["State"] not in ("QUEUED", "RUNNING"):
                return dict(found)
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)


def _type(column: Mapping[str, Any]) -> str:
    """A column's type as the catalog writes it."""
    name = str(column["Type"])
    return f"decimal({column['Precision']},{column['Scale']})" if name == "decimal" else OF_THE_CATALOG.get(name, name)


def _refused(name: str, reason: str) -> GoldError:
    return GoldError(
        f"the query {name} cannot be asked", " ".join(reason.split()), f"correct gold/{name}.sql; try it in Athena"
    )


def main() -> None:
    """Ask, put the table in place by way of staging, keep the catalog up to date."""
    args = arguments.read(dict.fromkeys(("name", "queries", "gold_path", "database", "work_group"), str))
    name, database, glue = args["name"], args["database"], boto3.client("glue")
    sql = query(boto3.client("s3"), args["queries"], name)
    athena = Athena(boto3.client("athena"), args["work_group"], database)
    columns, target = athena.columns(sql, name), f"{args['gold_path']}{name}/"
    own = f"gold_{name}_run_{args.run[-12:]}".lower()
    with staging(target, args.run) as staged:
        put_table(glue, database, own, staged, columns)
        try:
            athena.ask(f'INSERT INTO "{own}" SELECT * FROM ({sql}\n)', name)  # noqa: S608 - as above
            rows = athena.count(own, name)
        finally:
            glue.delete_table(DatabaseName=database, Name=own)
        if not rows:
            raise GoldError(
                f"the query {name} gives no rows",
                "Athena writes no file for none, so there is nothing to put in the table's place",
                "see whether the silver tables have rows; the table is as it was",
            )
        publish(staged, target)
    put_table(glue, database, f"gold_{name}", target, columns)
    counts.log({"rows_written": rows}, args)


if __name__ == "__main__":
    main()
