"""The catalog as the caller of a statement may read and change it: every call asks for the caller's rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local_aws.athena.engine.sessions import Engine
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.rights import check_glue
from local_aws.emulator import Scope
from local_aws.glue.catalog import carry_out
from local_aws.glue.model import GlueError

_BATCH = 100
"""Partitions that BatchCreatePartition takes at once."""

Entry = dict[str, Any]
Name = tuple[str, str]
"""A database's and a table's name, in lower case."""

EXECUTION_ERROR = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "


def no_table(name: str) -> FailedQueryError:
    """There is no such table (real)."""
    return FailedQueryError(f"FAILED: SemanticException [Error 10001]: Table not found {name}")


def no_database(name: str) -> FailedQueryError:
    """There is no such database (real)."""
    return FailedQueryError(f"FAILED: SemanticException [Error 10072]: Database does not exist: {name}")


class Catalog:
    """The Glue catalog of the caller's account and region.

    Args:
        scope: account and region.
        access_key: the caller's.
        database: that of the query's context.
        engine: reads queries.
    """

    def __init__(self, scope: Scope, access_key: str, database: str, engine: Engine) -> None:
        self.engine = engine
        self.scope = scope
        self.access_key = access_key
        self.database = database

    # Reading

    def databases(self) -> list[Entry]:
        """All databases, by name."""
        return sorted(self._all("GetDatabases", "DatabaseList"), key=lambda entry: str(entry["Name"]))

    def find_database(self, name: str) -> Entry | None:
        """A database, or None."""
        return self._one("GetDatabase", "Database", Name=name)

    def get_database(self, name: str) -> Entry:
        """A database.

        Raises:
            FailedQueryError: there is none of that name.
        """
        found = self.find_database(name)
        if found is None:
            raise no_database(name)
        return found

    def tables(self, database: str) -> list[Entry]:
        """The tables and views of a database, by name; each has a StorageDescriptor, as in `find_table`.

        Raises:
            FailedQueryError: there is no such database.
        """
        self.get_database(database)
        found = self._all("GetTables", "TableList", DatabaseName=database)
        return sorted(map(_with_storage, found), key=lambda entry: str(entry["Name"]))

    def find_table(self, name: Name) -> Entry | None:
        """A table or view, or None; its StorageDescriptor is empty where Glue's table has none."""
        found = self._one("GetTable", "Table", DatabaseName=name[0], Name=name[1])
        return found and _with_storage(found)

    def get_table(self, name: Name, shown: str = "") -> Entry:
        """A table or view.

        Raises:
            FailedQueryError: there is none of that name, which the text gives as `shown`.
        """
        found = self.find_table(name)
        if found is None:
            raise no_table(shown or ".".join(name))
        return found

    def partitions(self, name: Name) -> list[Entry]:
        """The partitions of a table."""
        return self._all("GetPartitions", "Partitions", DatabaseName=name[0], TableName=name[1])

    # Changing

    def change(self, operation: str, **parameters: Any) -> Entry:
        """Carry out one of Glue's operations that change the catalog.

        Raises:
            FailedQueryError: the caller may not, or Glue refuses.
        """
        try:
            return self._call(operation, **parameters)
        except GlueError as error:
            raise FailedQueryError(f"{EXECUTION_ERROR}{error.code}(message:{error.message})") from error

    def update_table(self, entry: Entry, **changes: Any) -> None:
        """Write a table anew with some of its parts changed."""
        kept = {part: entry[part] for part in _TABLE_INPUT if entry.get(part) not in (None, {})}
        self.change("UpdateTable", DatabaseName=entry["DatabaseName"], TableInput={**kept, **changes})

    def add_partitions(self, name: Name, partitions: Iterable[Mapping[str, Any]]) -> None:
        """Register partitions, given as Glue's PartitionInput."""
        waiting = list(partitions)
        for start in range(0, len(waiting), _BATCH):
            self.change(
                "BatchCreatePartition",
                DatabaseName=name[0],
                TableName=name[1],
                PartitionInputList=waiting[start : start + _BATCH],
            )

    def _call(self, operation: str, **parameters: Any) -> Entry:
        check_glue(self.scope, self.access_key, operation, parameters)
        return carry_out(self.scope, operation, **parameters)

    def _one(self, operation: str, member: str, **parameters: Any) -> Entry | None:
        """What an operation gets, or None where there is no such thing."""
        try:
            found: Entry = self._call(operation, **parameters)[member]
        except GlueError as error:
            if error.code != "EntityNotFoundException":
                raise
            return None
        return found

    def _all(self, operation: str, member: str, **parameters: Any) -> list[Entry]:
        """All pages of an operation that lists."""
        found: list[Entry] = []
        token: Entry = {}
        while True:
            answer = self._call(operation, **parameters, **token)
            found += answer[member]
            if not answer.get("NextToken"):
                return found
            token = {"NextToken": answer["NextToken"]}


_TABLE_INPUT = (
    "Name Description Owner Retention StorageDescriptor PartitionKeys ViewOriginalText ViewExpandedText TableType "
    "Parameters"
).split()


def _with_storage(entry: Entry) -> Entry:
    return {**entry, "StorageDescriptor": entry.get("StorageDescriptor") or {}}
