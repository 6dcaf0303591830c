"""What a query's process does for the server: one function an operation, called by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb
import pyarrow as pa

from local_aws.athena.engine import queries as engine
from local_aws.athena.engine.limits import Limits, out_of_memory
from local_aws.athena.engine.view_types import Entries, columns_of
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.outputs.files import write_query
from local_aws.athena.outputs.partitions import Written
from local_aws.athena.outputs.plans import Output
from local_aws.athena.outputs.properties import Shape
from local_aws.athena.outputs.types import hive_type
from local_aws.athena.sql import parameters
from local_aws.athena.sql.conditions import Condition
from local_aws.athena.sql.dialect import Catalog, Translation, translate
from local_aws.athena.sql.engine_errors import athena_reason
from local_aws.athena.sql.reading import parse, unnamed_columns
from local_aws.athena.tables import bad_files
from local_aws.athena.tables.file_types import matrix
from local_aws.athena.tables.json_files.plain import is_odd
from local_aws.athena.tables.projection import projected
from local_aws.athena.tables.pruning import Pruner, Values
from local_aws.athena.tables.shut import of_this_process, opened_without_threads, query

Out = TypeVar("Out")


@dataclass
class Opened:
    """Databases that were opened before the query's process was split off, see `shut.of_this_process`.

    Attributes:
        query: for the first time that the query is prepared.
        partitions: for conditions on partitions.
    """

    query: duckdb.DuckDBPyConnection | None = None
    partitions: duckdb.DuckDBPyConnection | None = None

    @classmethod
    def now(cls) -> Opened:
        """New ones, for processes that will be split off."""
        return cls(engine.opened_without_threads(), opened_without_threads())


@dataclass
class Work:
    """What a process holds between two calls.

    Attributes:
        limits: of the query.
        catalog: the server's.
        opened: databases that are open already.
        pruner: works out conditions on partitions.
        connection: to the query's database, once it is prepared.
        prepared: what it is prepared by; again, with files read exactly, where the fast way was in vain.
        hopeful: whether files are read a fast way by which a query may fail that does not if they are read exactly.
        folder: the query's own.
        uris: of the objects, by the paths of the links to them.
    """

    limits: Limits
    catalog: Entries
    opened: Opened = field(default_factory=Opened)
    pruner: Pruner = field(init=False)
    connection: duckdb.DuckDBPyConnection | None = None
    prepared: Callable[[bool], None] = field(default=lambda _exact: None)
    hopeful: bool = False
    folder: Path = field(default_factory=Path)
    uris: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the pruner have its database."""
        self.pruner = Pruner(self.opened.partitions)

    def database(self) -> duckdb.DuckDBPyConnection:
        """A database for the query, opened and not shut: the one that is open already, or another."""
        ready = self.opened.query if self.connection is None else None
        return of_this_process(ready) if ready else engine.opened()

    def engine_failed(self, error: Exception) -> FailedQueryError:
        """What the engine said, in Athena's words where they are known."""
        text = str(error)
        if ("max_temp_directory_size" in text and "offload" in text) or "File too large" in text:
            return FailedQueryError(
                f"EXCEEDED_SPILL_LIMIT: Query exceeded the local limit of {self.limits.disk_text} on disk"
            )
        if isinstance(error, duckdb.OutOfMemoryException | pa.ArrowMemoryError) or "Out of Memory Error" in text:
            return out_of_memory(self.limits)
        if "bad_alloc" in text or "Cannot allocate memory" in text or "malloc of size" in text:
            return out_of_memory(self.limits)
        return FailedQueryError(engine.with_uris(bad_files.reason(text) or athena_reason(text), self.uris))

    def run(self, action: Callable[[duckdb.DuckDBPyConnection], Out]) -> Out:
        """What an action on the query's database gives, which is prepared.

        Raises:
            FailedQueryError: the engine fails.
        """
        assert self.connection  # noqa: S101 - see there
        try:
            try:
                return action(self.connection)
            except _ENGINE_ERRORS as error:
                if not (self.hopeful and is_odd(str(error))):
                    raise
            self.connection.close()
            self.prepared(True)  # noqa: FBT003 - exactly
            return action(self.connection)
        except _ENGINE_ERRORS as error:
            raise self.engine_failed(error) from error


_ENGINE_ERRORS = (duckdb.Error, pa.ArrowException, OSError)


# Reading


def use_once() -> None:
    """Read a query: the parser and the tables of types make at their first use what all later ones share."""
    no_catalog = cast("Catalog", None)  # it names no table, so that nothing is asked of it
    translate(parse("SELECT x, count(*) FROM (VALUES 1) AS t(x) WHERE x > 0 GROUP BY x"), "", no_catalog)
    matrix.rows()


def _read(work: Work, sql: str, database: str) -> tuple[Translation | None, str, tuple[int, ...]]:
    """A query: its translation or why it fails, and the places of the columns that it gives no name."""
    parsed = parse(sql)
    unnamed = unnamed_columns(parsed)
    try:
        return translate(parsed, database, work.catalog), "", unnamed
    except FailedQueryError as error:
        return None, str(error), unnamed


def _columns_of(work: Work, sql: str, database: str, view: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return columns_of(sql, database, work.catalog, view)


def _bound(_work: Work, sql: str, values: Sequence[str] | None) -> str:
    return parameters.bound(sql, values)


def _constants(_work: Work, values: Sequence[str]) -> list[str]:
    return [parameters.constant(value) for value in values]


def _expressions(_work: Work, values: Sequence[str]) -> list[str]:
    return [parameters.as_expression(value) for value in values]


# Partitions


def _kept(
    work: Work, keys: Mapping[str, str], partitions: Sequence[Values], conditions: Sequence[Condition]
) -> list[Values]:
    return work.pruner.kept(keys, partitions, conditions)


def _projected(
    work: Work, entry: Mapping[str, Any], keys: Mapping[str, str], conditions: Sequence[Condition]
) -> list[tuple[Values, str]]:
    return projected(entry, keys, conditions, work.pruner)


# Running


def _prepare(work: Work, translation: Translation, tables: engine.Tables, folder: str) -> None:
    """Make the query's database."""
    work.folder = Path(folder)
    (work.folder / "spill").mkdir()

    def prepared(exact: bool) -> None:  # noqa: FBT001 - see Work
        work.connection = work.database()
        work.hopeful = engine.prepare(
            work.connection,
            linked,
            engine.hidden_of(translation),
            work.folder / "spill",
            work.limits.engine_memory,
            work.limits.disk,
            exact=exact,
        )

    try:
        linked = {name: (table, engine.link(files, work.folder, work.uris)) for name, (table, files) in tables.items()}
        work.prepared = prepared
        prepared(False)  # noqa: FBT003 - the fast way
    except _ENGINE_ERRORS as error:
        raise work.engine_failed(error) from error


def _fetch(work: Work, translation: Translation) -> engine.Result:
    try:
        return work.run(
            lambda database: engine.fetch(database, translation, work.folder / "result.csv", work.limits.disk)
        )
    except engine.ResultTooLargeError:
        raise FailedQueryError(
            f"NOT_SUPPORTED: the result is larger than the {work.limits.disk_text} that the local AWS gives a query "
            "on disk; ask for fewer rows, or set LOCAL_AWS_QUERY_DISK"
        ) from None


def _describe(work: Work, translation: Translation) -> tuple[list[str], list[str]]:
    """The names of a query's columns in the engine, and their Hive types."""

    def described(database: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
        relation = query(database, translation.sql)
        return list(relation.columns), [hive_type(kind) for kind in relation.types]

    return work.run(described)


def _write(
    work: Work, translation: Translation, outputs: Sequence[Output], width: int, keys: int, shape: Shape
) -> tuple[list[Written], int]:
    """Run the query and write its rows to files in the folder."""
    return work.run(lambda database: write_query(database, translation, outputs, width, keys, shape, work.folder))


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "read": _read,
    "columns_of": _columns_of,
    "bound": _bound,
    "constants": _constants,
    "expressions": _expressions,
    "kept": _kept,
    "projected": _projected,
    "prepare": _prepare,
    "fetch": _fetch,
    "describe": _describe,
    "write": _write,
}
