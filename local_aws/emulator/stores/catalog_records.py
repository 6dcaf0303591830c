"""The records of the Glue catalog, which the emulator's Athena and Iceberg endpoint read and write too."""

from __future__ import annotations

import threading
from typing import Any, ClassVar

from local_aws.emulator.identity import Scope

Record = dict[str, Any]


class CatalogRecords:
    """Databases, tables and partitions of one account and region; names are as they are stored, in lower case.

    Attributes:
        ALONE: held by whoever reads records and writes them anew: requests and Athena's statements are of several
            threads.
    """

    ALONE: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    # Databases

    def databases(self) -> list[Record]:
        """All databases, by name."""
        from ministack.services import glue

        with self._scope.entered():
            return sorted(glue._databases.values(), key=lambda record: str(record["Name"]))

    def database(self, name: str) -> Record | None:
        """One database, or None."""
        from ministack.services import glue

        with self._scope.entered():
            found: Record | None = glue._databases.get(name)
            return found

    def put_database(self, record: Record) -> None:
        """Write a database, over the one of that name."""
        from ministack.services import glue

        with self._scope.entered():
            glue._databases[record["Name"]] = record

    def drop_database(self, name: str) -> None:
        """Delete a database with its tables."""
        from ministack.services import glue

        for table in self.tables(name):
            self.drop_table(name, table["Name"])
        with self._scope.entered():
            glue._databases.pop(name, None)
            for key in [key for key in glue._user_defined_functions if key.startswith(f"{name}/")]:
                del glue._user_defined_functions[key]

    # Functions

    def functions(self, database: str) -> dict[str, Record]:
        """The user defined functions of a database, by name."""
        from ministack.services import glue

        with self._scope.entered():
            found: dict[str, Record] = dict(glue._user_defined_functions.items())
        return {key.partition("/")[2]: record for key, record in found.items() if key.partition("/")[0] == database}

    def put_function(self, record: Record) -> None:
        """Write a function, over the one of that name."""
        from ministack.services import glue

        with self._scope.entered():
            glue._user_defined_functions[f"{record['DatabaseName']}/{record['FunctionName']}"] = record

    def drop_function(self, database: str, name: str) -> None:
        """Delete a function."""
        from ministack.services import glue

        with self._scope.entered():
            glue._user_defined_functions.pop(f"{database}/{name}", None)

    # Tables

    def tables(self, database: str) -> list[Record]:
        """The tables of a database, by name."""
        from ministack.services import glue

        with self._scope.entered():
            found = [record for key, record in glue._tables.items() if key.startswith(f"{database}/")]
            return sorted(found, key=lambda record: str(record["Name"]))

    def table(self, database: str, name: str) -> Record | None:
        """One table, or None."""
        from ministack.services import glue

        with self._scope.entered():
            found: Record | None = glue._tables.get(f"{database}/{name}")
            return found

    def put_table(self, record: Record) -> None:
        """Write a table, over the one of that name."""
        from ministack.services import glue

        with self._scope.entered():
            glue._tables[f"{record['DatabaseName']}/{record['Name']}"] = record

    def drop_table(self, database: str, name: str) -> None:
        """Delete a table with its partitions, indexes and statistics."""
        from ministack.services import glue

        with self._scope.entered():
            for store in (
                glue._tables,
                glue._partitions,
                glue._partition_indexes,
                glue._table_column_statistics,
                glue._partition_column_statistics,
            ):
                store.pop(f"{database}/{name}", None)

    # Partitions

    def partitions(self, database: str, table: str) -> list[Record]:
        """The partitions of a table, in the order in which they were made."""
        from ministack.services import glue

        with self._scope.entered():
            return list(glue._partitions.get(f"{database}/{table}", []))

    def put_partitions(self, database: str, table: str, records: list[Record]) -> None:
        """Write all partitions of a table; statistics of those that are gone go too."""
        from ministack.services import glue

        with self._scope.entered():
            key = f"{database}/{table}"
            glue._partitions[key] = records
            statistics = glue._partition_column_statistics.get(key)
            if statistics:
                kept = {tuple(record["Values"]) for record in records}
                glue._partition_column_statistics[key] = [
                    entry for entry in statistics if tuple(entry.get("Values", ())) in kept
                ]

    def partition_indexes(self, database: str, table: str) -> list[Record]:
        """The partition indexes of a table."""
        from ministack.services import glue

        with self._scope.entered():
            return list(glue._partition_indexes.get(f"{database}/{table}", []))

    def put_partition_indexes(self, database: str, table: str, records: list[Record]) -> None:
        """Write all partition indexes of a table."""
        from ministack.services import glue

        with self._scope.entered():
            glue._partition_indexes[f"{database}/{table}"] = records
