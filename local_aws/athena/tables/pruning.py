"""Which partitions a query can do without: the engine works out its conditions on the partitions' values alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from local_aws.athena.sql.conditions import Condition
from local_aws.athena.sql.hive_types import engine_type
from local_aws.athena.sql.quoting import name as quoted
from local_aws.athena.tables.relations import NO_PARTITION
from local_aws.athena.tables.shut import of_this_process, opened, query, shut

Values = tuple[str, ...]


class Pruner:
    """Works out conditions in a small database of its own, which is made, or taken, when the first is asked.

    Args:
        ready: a database that was opened before this process was split off, if there is one.
    """

    def __init__(self, ready: duckdb.DuckDBPyConnection | None = None) -> None:
        self._ready = ready
        self._made: duckdb.DuckDBPyConnection | None = None

    def close(self) -> None:
        """Give the database back."""
        if self._made is not None:
            self._made.close()

    def kept(
        self, keys: Mapping[str, str], partitions: Sequence[Values], conditions: Iterable[Condition]
    ) -> list[Values]:
        """The partitions, in their order, that may hold rows which count.

        Args:
            keys: name -> Hive type, in the order of the values.
            partitions: the values of each.
            conditions: one on other keys, or one that fails for any of the values, leaves none out.
        """
        left = list(partitions)
        for condition in conditions:
            if left and condition.keys <= keys.keys() and self.holds(condition.guards):
                left = self._after(keys, left, condition)
        return left

    def texts(self, values: Iterable[str]) -> list[str] | None:
        """Constants of the engine's SQL as texts; None where one fails. NULLs are left out."""
        try:
            found = [query(self._database(), f"SELECT CAST({value} AS VARCHAR)").fetchall() for value in values]
        except duckdb.Error:
            return None
        return list(dict.fromkeys(rows[0][0] for rows in found if rows[0][0] is not None))

    def _after(self, keys: Mapping[str, str], partitions: list[Values], condition: Condition) -> list[Values]:
        values = [
            [None if one[place] == NO_PARTITION else one[place] for one in partitions] for place in range(len(keys))
        ]
        columns = "".join(f", unnest(CAST(? AS VARCHAR[])) AS k{place}" for place in range(len(keys)))
        typed = ", ".join(
            f"CAST(k{place} AS {engine_type(kind)}) AS {quoted(key)}" for place, (key, kind) in enumerate(keys.items())
        )
        sql = (
            f"SELECT place FROM (SELECT place, {typed} FROM (SELECT unnest(CAST(? AS BIGINT[])) AS place{columns})) "  # noqa: S608 - written by us
            f"WHERE ({condition.excludes}) IS NOT TRUE ORDER BY place"
        )
        try:
            rows = query(self._database(), sql, [list(range(len(partitions))), *values]).fetchall()
        except duckdb.Error:
            return partitions
        return [partitions[place] for (place,) in rows]

    def holds(self, guards: Iterable[str]) -> bool:
        """Whether conditions without columns are all true; one that fails is not."""
        try:
            return all(query(self._database(), f"SELECT {guard}").fetchall() == [(True,)] for guard in guards)
        except duckdb.Error:
            return False

    def _database(self) -> duckdb.DuckDBPyConnection:
        if self._made is None:
            self._made = of_this_process(self._ready, threads=False) if self._ready else opened(threads=1)
            shut(self._made)
        return self._made
