"""Runs a translated query on DuckDB, which sees the files of the query's tables and nothing else.

It runs in a query's own process (worker.py).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from local_aws.athena import values
from local_aws.athena.engine.functions import add_functions
from local_aws.athena.errors import not_supported
from local_aws.athena.sql.dialect import HIDDEN_COLUMNS, TableName, Translation
from local_aws.athena.sql.quoting import name as quoted
from local_aws.athena.tables import shut
from local_aws.athena.tables.relations import Source, Table, suffix_of
from local_aws.athena.tables.showing import Showing

Tables = Mapping[TableName, tuple[Table, list[Source]]]

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of what is then refused by name

_ROWS_AT_ONCE = 10_000
_KEPT_ROWS = 1000
_KEPT_LETTERS = 1 << 20


@dataclass(frozen=True)
class Result:
    """What a query gave.

    Attributes:
        columns: its columns.
        rows: as texts, None for NULL; none of them where the result is a large one, which is in its file only.
        count: how many rows there are.
        file: the result as Athena writes it, if it was written.
    """

    columns: list[values.Column]
    rows: list[list[str | None]]
    count: int
    file: Path | None = None


def link(files: Sequence[Source], folder: Path, uris: dict[str, str]) -> list[Source]:
    """Links to files, under names without letters that the engine takes for patterns; they keep the bytes of now."""
    linked = []
    for file in files:
        place = f"{folder}/{len(uris)}{suffix_of(file.uri)}"
        try:
            os.link(file.path, place)
        except OSError:  # another disk
            os.symlink(file.path, place)  # noqa: PTH211
        uris[place] = file.uri
        linked.append(replace(file, path=place))
    return linked


def with_uris(text: str, uris: Mapping[str, str]) -> str:
    """A text with the objects' URIs in place of the links to them."""
    for path, uri in uris.items() if "/" in text else ():
        text = text.replace(path, uri)
    return text


def hidden_of(translation: Translation) -> dict[str, str]:
    """Those of the hidden columns that a query names, be it in a part whose columns nobody uses."""
    return {name: kind for name, kind in HIDDEN_COLUMNS.items() if quoted(name) in translation.sql}


def opened() -> duckdb.DuckDBPyConnection:
    """A new database for one query, with all that translated queries call."""
    return _complete(shut.opened())


def opened_without_threads() -> duckdb.DuckDBPyConnection:
    """The same for processes that are split off this one, see `shut.of_this_process`."""
    return _complete(shut.opened_without_threads())


def _complete(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    add_functions(connection)
    return connection


def prepare(
    connection: duckdb.DuckDBPyConnection,
    tables: Tables,
    hidden: Mapping[str, str] = MappingProxyType({}),
    folder: Path | None = None,
    memory: int = 0,
    disk: int = 0,
    *,
    exact: bool = False,
) -> bool:
    """Shut a database (see `shut`), then make a view of each table in it, with these hidden columns.

    Args:
        connection: to it, as `opened` gave it.
        tables: with their files.
        hidden: hidden columns that are wanted, with their Hive types.
        folder: see `shut`.
        memory: see there.
        disk: see there.
        exact: whether all JSON is read line by line, as it is wherever that is known to be needed.

    Returns:
        Whether JSON is read the fast way, by which a query may fail that does not if it is `exact`.
    """
    paths = [file.path for _, files in tables.values() for file in files]
    shut.shut(connection, paths, folder, memory, disk)
    made = [
        Showing(connection, table, files, number).show(name.in_engine, hidden, exact=exact)
        for number, (name, (table, files)) in enumerate(tables.items())
    ]
    return any(made)


class ResultTooLargeError(Exception):
    """The result has more bytes than it may have."""


def fetch(
    connection: duckdb.DuckDBPyConnection, translation: Translation, file: Path | None = None, most: int = 1 << 62
) -> Result:
    """Run a query in a database that `prepare` made.

    Args:
        connection: to it.
        translation: the query.
        file: where its result is written; without it, all rows are kept in memory.
        most: bytes that the file may have.

    Raises:
        duckdb.Error, pyarrow.ArrowException, OSError: what the engine says, also while its rows are taken.
        ResultTooLargeError: see `most`.
    """
    relation = shut.query(connection, translation.sql)
    kinds = [str(kind) for kind in relation.types]
    reader = relation.to_arrow_reader(_ROWS_AT_ONCE)
    schema = reader.schema
    names = translation.columns if len(translation.columns) == len(schema) else tuple(schema.names)
    types = translation.types if len(translation.types) == len(schema) else ("",) * len(schema)
    described = zip(names, schema, kinds, types, strict=True)
    columns = [values.Column.of(name, field.type, kind, given) for name, field, kind, given in described]
    whole = [place for place, kind in enumerate(types) if kind == "time(0)"]
    if file is None:
        rows = [row for batch in reader for row in _texts(batch, whole, translation.zones)]
        return Result(columns, rows, len(rows))
    rows, count, letters, written = [], 0, 0, 0
    arrow_writes = values.are_plain(schema)
    with file.open("wb") as out:
        written += out.write(values.csv([list(names)]))
        for batch in reader:
            count += batch.num_rows
            if arrow_writes and count > _KEPT_ROWS:
                lines, rows = values.plain_csv(batch), []
            else:
                part = _texts(batch, whole, translation.zones)
                lines = values.csv(part)
                letters += len(lines)
                rows = rows + part if count <= _KEPT_ROWS and letters <= _KEPT_LETTERS else []
            written += out.write(lines)
            if written > most:
                raise ResultTooLargeError
    return Result(columns, rows, count, file)


def _texts(batch: pa.RecordBatch, whole: Sequence[int], zones: Mapping[int, str]) -> list[list[str | None]]:
    """The rows of a batch; times of the columns `whole` have whole seconds, moments of others are of these zones."""
    table = pa.Table.from_batches([batch])
    for place, zone in zones.items():
        table = table.set_column(place, str(place), table.column(place).cast(pa.timestamp("us", zone)))
    try:
        rows = values.rows(table)
    except OverflowError:
        raise not_supported("a timestamp that is not of the years 1 to 9999 in its time zone") from None
    for place in whole:
        for row in rows:
            row[place] = row[place] and row[place].removesuffix(".000")  # type: ignore[union-attr]
    return rows
