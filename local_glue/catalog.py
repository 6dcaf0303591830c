"""The tables that there are, with their rows as Athena counts and shows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from glue_client import answers, queries
from glue_client.answers import Answer
from glue_client.aws import Aws
from glue_client.console import Shown, say, show_table, text
from glue_client.errors import DeployError
from local_glue import buckets

WORK_GROUP = "local-glue"
SHOWN_ROWS = 5  # of each table
SHOWN_TABLES = 8  # whose rows are shown; all are counted
Ask = Callable[..., Answer]


@dataclass(frozen=True)
class Table:
    """A table of the Data Catalog."""

    database: str
    name: str
    columns: int
    location: str
    updated: datetime

    @property
    def sql(self) -> str:
        """Its name as Athena reads it."""
        return ".".join('"' + part.replace('"', '""') + '"' for part in (self.database, self.name))


def asking(aws: Aws) -> Ask:
    """What asks Athena, in a work group of this package's own, which is made where it is not there."""
    known = [one["Name"] for one in aws.athena.list_work_groups()["WorkGroups"]]
    if WORK_GROUP not in known:
        aws.athena.create_work_group(
            Name=WORK_GROUP,
            Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{buckets.own(aws)}/athena-results/"}},
        )
    return partial(queries.ask, aws, group=WORK_GROUP, groups_origin="run it again", tables_origin="run what makes it")


def tables(aws: Aws) -> Iterator[Table]:
    """All tables and views, by database and name."""
    for databases in aws.glue.get_paginator("get_databases").paginate():
        for database in databases["DatabaseList"]:
            for page in aws.glue.get_paginator("get_tables").paginate(DatabaseName=database["Name"]):
                for one in page["TableList"]:
                    described = one.get("StorageDescriptor") or {}
                    yield Table(
                        database["Name"],
                        one["Name"],
                        len(described.get("Columns", [])) + len(one.get("PartitionKeys", [])),
                        described.get("Location", ""),
                        one.get("UpdateTime") or one["CreateTime"],
                    )


def show(aws: Aws, since: datetime) -> None:
    """Print the tables that were made or changed since then, their rows counted; then the first rows of the first ones.

    All tables, and that none of them was, where there is no such table.
    """
    found = list(tables(aws))
    listed = [one for one in found if one.updated >= since] or found
    if not listed:
        say("there is no table in the Data Catalog")
        return
    if listed is found and any(one.updated < since for one in found):
        say("no table was made or changed; those that there are:")
    ask = asking(aws)
    counted = {one: _count(ask, one) for one in listed}
    lines: list[list[str | Shown]] = [
        [f"{one.database}.{one.name}", counted[one], str(one.columns), text(one.location, "dim")] for one in listed
    ]
    say("")
    show_table([("table", False), ("rows", True), ("columns", True), ("location", False)], lines)
    for one in listed[:SHOWN_TABLES]:
        if isinstance(counted[one], str) and counted[one] != "0":
            say(f"\n{one.database}.{one.name}, its first rows:")
            answers.show_table(ask(f"SELECT * FROM {one.sql} LIMIT {SHOWN_ROWS}"))  # noqa: S608 - quoted above
    say("")


def _count(ask: Ask, table: Table) -> str | Shown:
    """The number of rows, or Athena's reason for not reading them."""
    try:
        [[number]] = list(ask(f"SELECT count(*) FROM {table.sql}").rows)  # noqa: S608 - quoted above
    except DeployError as error:
        return text(error.seen.partition("\n")[0], "red")
    return number or "0"
