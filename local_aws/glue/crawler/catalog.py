"""Reading and writing the Glue Data Catalog with the crawler's role: databases, tables, partitions in batches.

Assumed: a database that is missing is made, as the CreateDatabase right that crawlers on AWS ask for suggests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from botocore.exceptions import ClientError

from local_aws.glue.crawler.changes import PartitionChanges, TableChange
from local_aws.glue.crawler.failures import CrawlFailed
from local_aws.glue.crawler.s3_source import from_client

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import PartitionInputTypeDef

BATCH = 100
_WRITERS = 4
_Item = TypeVar("_Item")


class _Where(TypedDict):
    DatabaseName: str
    TableName: str


class Catalog:
    """One database of the catalog, named by `database`.

    Every method raises CrawlFailed with Glue's own text when Glue refuses.
    """

    def __init__(self, client: GlueClient, database: str) -> None:
        self._client = client
        self.database = database

    def ensure_database(self, log: Callable[[str], None]) -> None:
        """Make the database when it is not there."""
        with _failing(f"database {self.database}"):
            try:
                self._client.get_database(Name=self.database)
            except self._client.exceptions.EntityNotFoundException:
                self._client.create_database(DatabaseInput={"Name": self.database})
                log(f"INFO : Created database {self.database}")

    def tables(self) -> dict[str, Mapping[str, Any]]:
        """All tables by name."""
        with _failing(f"database {self.database}"):
            try:
                pages = list(self._client.get_paginator("get_tables").paginate(DatabaseName=self.database))
            except self._client.exceptions.EntityNotFoundException:
                return {}
        return {table["Name"]: table for page in pages for table in page["TableList"]}

    def partitions(self, table: str) -> list[Mapping[str, Any]]:
        """All partitions of a table."""
        with _failing(f"partitions of table {self.database}.{table}"):
            paginator = self._client.get_paginator("get_partitions")
            pages = paginator.paginate(DatabaseName=self.database, TableName=table)
            return [partition for page in pages for partition in page["Partitions"]]

    def write_table(self, change: TableChange) -> None:
        """Create, update or delete the table as the change says."""
        table: Any = change.table
        with _failing(f"table {self.database}.{change.name}"):
            if change.action == "create":
                self._client.create_table(DatabaseName=self.database, TableInput=table)
            elif change.action == "update":
                self._client.update_table(DatabaseName=self.database, TableInput=table)
            elif change.action == "delete":
                self._client.delete_table(DatabaseName=self.database, Name=change.name)

    def write_partitions(self, table: str, changes: PartitionChanges) -> None:
        """Delete, create and update the partitions, a hundred a call where Glue has a batch."""
        where: _Where = {"DatabaseName": self.database, "TableName": table}
        with _failing(f"partitions of table {self.database}.{table}"):
            for values in changes.delete:
                self._client.delete_partition(**where, PartitionValues=list(values))
            with ThreadPoolExecutor(_WRITERS) as pool:
                for _ in pool.map(lambda batch: self._create_partitions(where, batch), _batches(changes.create)):
                    pass
                for _ in pool.map(lambda batch: self._update_partitions(where, batch), _batches(changes.update)):
                    pass

    def _create_partitions(self, where: _Where, batch: Sequence[PartitionInputTypeDef]) -> None:
        _check(self._client.batch_create_partition(**where, PartitionInputList=batch), where["TableName"])

    def _update_partitions(self, where: _Where, batch: Sequence[PartitionInputTypeDef]) -> None:
        entries: Any = [{"PartitionValueList": part["Values"], "PartitionInput": part} for part in batch]
        _check(self._client.batch_update_partition(**where, Entries=entries), where["TableName"])

    def classifier(self, name: str) -> Mapping[str, Any]:
        """A custom classifier's definition."""
        with _failing(f"classifier {name}"):
            return self._client.get_classifier(Name=name)["Classifier"]


@contextmanager
def _failing(subject: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise from_client(error, subject) from error


def _check(answer: Mapping[str, Any], table: str) -> None:
    """A batch call answers 200 and lists what it did not do."""
    for error in answer.get("Errors") or []:
        detail = error.get("ErrorDetail") or {}
        values = error.get("PartitionValues") or error.get("PartitionValueList")
        raise CrawlFailed(f"{detail.get('ErrorCode')} for partition {values} of {table}: {detail.get('ErrorMessage')}")


def _batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
