"""Runs a translated query on DuckDB, which sees the files of the query's tables and nothing else."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import duckdb

from local_aws.athena import values
from local_aws.athena.arrow_files import ARROW_FORMATS, arrow_table
from local_aws.athena.dialect import HIDDEN_COLUMNS, TableName, Translation, athena_reason
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.tables import Source, Table, json_keys, suffix_of
from local_aws.athena.writing import MACROS

Out = TypeVar("Out")
Tables = Mapping[TableName, tuple[Table, list[Source]]]

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of what is then refused by name

_INTERRUPT_EVERY_S = 0.05


@dataclass(frozen=True)
class Result:
    """What a query gave: its columns, and its rows as texts, None for NULL."""

    columns: list[values.Column]
    rows: list[list[str | None]]


class Engine:
    """Runs queries, each in a database of its own in memory.

    Args:
        folder: for links to the files of running queries; emptied at the start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, duckdb.DuckDBPyConnection] = {}
        self._stopped: set[str] = set()
        self._lock = threading.Lock()
        shutil.rmtree(folder, ignore_errors=True)

    def run(self, query_id: str, query: Translation, tables: Tables) -> Result:
        """Run a query to its end.

        Raises:
            FailedQueryError: the engine refused it, in Athena's words where they are known.
        """
        return self.within(query_id, query, tables, lambda connection, _folder: fetch(connection, query))

    def within(
        self, query_id: str, query: Translation, tables: Tables, work: Callable[[duckdb.DuckDBPyConnection, Path], Out]
    ) -> Out:
        """Do some work in a database that has the tables of a query, with a folder that is gone afterwards.

        Raises:
            FailedQueryError: as `run`; and what the work raises.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=self._folder))
        connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
        with self._lock:
            self._running[query_id] = connection
        if self.is_stopped(query_id):
            threading.Thread(target=self._keep_interrupting, args=(query_id,), daemon=True).start()
        uris: dict[str, str] = {}
        try:
            linked = {name: (table, _link(files, place, uris)) for name, (table, files) in tables.items()}
            prepare(connection, linked, hidden_of(query))
            return work(connection, place)
        except duckdb.Error as error:
            raise FailedQueryError(_with_uris(athena_reason(str(error)), uris)) from error
        finally:
            with self._lock:
                del self._running[query_id]
            connection.close()
            shutil.rmtree(place, ignore_errors=True)

    def is_stopped(self, query_id: str) -> bool:
        """Whether a query was ended early."""
        return query_id in self._stopped

    def interrupt(self, query_id: str) -> None:
        """End a query early, whether it runs already or not."""
        with self._lock:
            self._stopped.add(query_id)
        threading.Thread(target=self._keep_interrupting, args=(query_id,), daemon=True).start()

    def _keep_interrupting(self, query_id: str) -> None:
        """Interrupt until the query is over: between two of its statements an interruption is lost."""
        while True:
            with self._lock:
                if query_id not in self._running:
                    return
                self._running[query_id].interrupt()
            time.sleep(_INTERRUPT_EVERY_S)


def _link(files: Sequence[Source], folder: Path, uris: dict[str, str]) -> list[Source]:
    """Links to files, under names without letters that the engine takes for patterns; they keep the bytes of now."""
    linked = []
    for file in files:
        link = folder / f"{len(uris)}{suffix_of(file.uri)}"
        try:
            link.hardlink_to(file.path)
        except OSError:  # another disk
            link.symlink_to(file.path)
        uris[str(link)] = file.uri
        linked.append(replace(file, path=str(link)))
    return linked


def _with_uris(text: str, uris: Mapping[str, str]) -> str:
    for path, uri in uris.items():
        text = text.replace(path, uri)
    return text


def hidden_of(query: Translation) -> dict[str, str]:
    """Those of the hidden columns that a query names, be it in a part whose columns nobody uses."""
    return {name: kind for name, kind in HIDDEN_COLUMNS.items() if f'"{name}"' in query.sql}


def prepare(
    connection: duckdb.DuckDBPyConnection,
    tables: Tables,
    hidden: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Make a view of each table in a new database, with these hidden columns, then lock the door."""
    connection.execute("SET TimeZone = 'UTC'; SET temp_directory = ''")
    # It moves a TRY_CAST into the CSV reader, where a field that does not fit is an error rather than NULL.
    connection.execute("SET disabled_optimizers = 'type_pushdown'")
    for macro in MACROS:
        connection.execute(f"CREATE MACRO {macro}")
    paths = []
    for name, (table, files) in tables.items():
        paths += [file.path for file in files]
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{name.database}"')
        present = _columns_of(connection, table, files)
        relation = table.relation(files, present, hidden)
        if table.format in ARROW_FORMATS and files:
            relation = relation.replace("athena_arrow", f"athena_arrow_{len(paths)}", 1)
            connection.register(f"athena_arrow_{len(paths)}", arrow_table(table.format, files))
        connection.execute(f'CREATE VIEW "{name.database}"."{name.table}" AS {relation}')
    allowed = ", ".join(f"'{path}'" for path in paths)
    connection.execute(f"SET allowed_paths = [{allowed}]; SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _columns_of(connection: duckdb.DuckDBPyConnection, table: Table, files: Sequence[Source]) -> dict[str, str]:
    """Names of the columns in the files, by their lower case: Athena finds them whatever their case."""
    if not files:
        return {}
    if table.format == "parquet":
        described = connection.execute(f"DESCRIBE FROM {table.rows(files)}").fetchall()
        return {str(line[0]).lower(): str(line[0]) for line in described}
    if table.format in ARROW_FORMATS:
        return {name.lower(): name for name in arrow_table(table.format, files).schema.names}
    if table.format == "json":  # of two keys that differ in case only, the one in lower case is taken
        return {name.lower(): name for (name,) in connection.execute(json_keys(files)).fetchall()}
    return {}


def fetch(connection: duckdb.DuckDBPyConnection, query: Translation) -> Result:
    """Run a query in a database that `prepare` made."""
    relation = connection.sql(query.sql)
    table = relation.to_arrow_table()
    names = query.columns if len(query.columns) == len(table.schema) else tuple(table.schema.names)
    columns = [
        values.Column.of(name, field.type, str(kind))
        for name, field, kind in zip(names, table.schema, relation.types, strict=True)
    ]
    return Result(columns, values.rows(table))
