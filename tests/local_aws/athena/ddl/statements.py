"""A database of its own on a local AWS, and short ways to run statements in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.local_aws.aws_server import LocalAws, unique


@dataclass
class Database:
    """A database, a bucket for its tables, and what statements in it give."""

    aws: LocalAws
    name: str = field(default_factory=lambda: unique("db_"))
    bucket: str = ""

    def __post_init__(self) -> None:
        self.bucket = self.aws.bucket()
        self.aws.client("glue").create_database(DatabaseInput={"Name": self.name})

    def run(self, sql: str) -> dict[str, Any]:
        """Run a statement that succeeds; return the QueryExecution. `{bucket}` and `{db}` in it are filled in."""
        execution = self.execution(sql)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return execution

    def execution(self, sql: str) -> dict[str, Any]:
        """Run a statement to its end, whatever that is."""
        return self.aws.query(sql.replace("{bucket}", self.bucket).replace("{db}", self.name), self.name)

    def result(self, sql: str) -> dict[str, Any]:
        """What GetQueryResults answers to a statement that succeeds."""
        execution = self.run(sql)
        return self.aws.client("athena").get_query_results(QueryExecutionId=execution["QueryExecutionId"])

    def lines(self, sql: str) -> list[str]:
        """The rows of a statement, each of one value."""
        rows = [row["Data"] for row in self.result(sql)["ResultSet"]["Rows"]]
        assert [len(row) for row in rows] == [1] * len(rows)
        return [row[0]["VarCharValue"] for row in rows]

    def failure(self, sql: str) -> str:
        """The reason of a statement that fails."""
        execution = self.execution(sql)
        assert execution["Status"]["State"] == "FAILED", execution["Status"]
        return execution["Status"]["StateChangeReason"]

    def file(self, execution: dict[str, Any]) -> str:
        """The file of an execution's result."""
        bucket, _, key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
        return self.aws.get(bucket, key).decode()

    def table(self, name: str) -> dict[str, Any]:
        """A table as Glue's GetTable has it."""
        return self.aws.client("glue").get_table(DatabaseName=self.name, Name=name)["Table"]

    def partitions(self, table: str) -> dict[tuple[str, ...], str]:
        """The partitions of a table: values -> location."""
        found = self.aws.client("glue").get_partitions(DatabaseName=self.name, TableName=table)["Partitions"]
        return {tuple(entry["Values"]): entry["StorageDescriptor"]["Location"] for entry in found}
