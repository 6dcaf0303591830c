"""What was planted in a demo's sample beside what is found: rows of the tables, items of the DynamoDB tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from deploy import row_counts
from deploy.demos import Demo
from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import Shown, say, show_table, text
from glue_client.errors import DeployError
from samples import Landed


@dataclass(frozen=True)
class Counted:
    """The rows of a demo's tables together: as planted in its sample, and as found after the run."""

    planted: int
    found: int


class Differs(DeployError):  # noqa: N818 - it says what the tables do
    """The tables do not hold what was planted."""

    def __init__(self, counted: Counted, seen: str) -> None:
        super().__init__("the tables do not hold what was planted", seen, "look at the logs of the jobs")
        self.counted = counted


def show(aws: Aws, demo: Demo, database: str, items: Mapping[str, str], landed: Landed) -> Counted:
    """Show planted and found rows of each table, and items.

    Args:
        aws: where they are.
        demo: what it compares.
        database: of tables that name none.
        items: DynamoDB tables: logical id -> name.
        landed: what was planted.

    Raises:
        DeployError: a table is not there.
        Differs: one has not what was planted.
    """
    planted = {**landed.tables, **{f"{items[one]} (items)": number for one, number in landed.items.items()}}
    found = {**_rows(aws, demo, database), **{f"{name} (items)": _items(aws, demo, name) for name in items.values()}}
    lines: list[list[str | Shown]] = [
        [table, str(planted[table]), text(str(number), "green" if number == planted[table] else "red")]
        for table, number in found.items()
    ]
    show_table([("table", False), ("rows planted", True), ("rows found", True)], lines)
    say("")
    counted = Counted(sum(planted.values()), sum(found.values()))
    if found != planted:
        raise Differs(counted, f"{found}")
    return counted


def _rows(aws: Aws, demo: Demo, database: str) -> dict[str, int]:
    places = {table: _place(table, database) for table in demo.tables}
    missing = [table for table, (schema, name) in places.items() if not _is_there(aws, schema, name)]
    if missing:
        raise DeployError(
            f"there is no table {', '.join(missing)}",
            f"cloudformation/{demo.file} names it among Tables, and nothing has made it in the database {database}",
            "see what the jobs and crawlers make, or correct the name there",
        )
    found = row_counts.counted(aws, places)
    return {table: found[table] for table in demo.tables}


def _place(table: str, database: str) -> row_counts.Place:
    """The database and the table that a name means; without a database it is in the pipeline's."""
    schema, dot, name = table.partition(".")
    return (schema, name) if dot else (database, table)


def _items(aws: Aws, demo: Demo, name: str) -> int:
    """How many items a DynamoDB table has, as DescribeTable says.

    AWS brings that number up to date every six hours; demos run on the local AWS, which counts at once.
    """
    try:
        return int(aws.dynamodb.describe_table(TableName=name)["Table"]["ItemCount"])
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        raise DeployError(
            f"there is no DynamoDB table {name}",
            f"cloudformation/{demo.file} names it among Items",
            "see whether its stack is deployed (stackstatus), or correct the name there",
        ) from error


def _is_there(aws: Aws, database: str, table: str) -> bool:
    try:
        aws.glue.get_table(DatabaseName=database, Name=table)
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException":
            raise
        return False
    return True
