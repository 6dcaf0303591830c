"""The query of a statement that writes, from its rows to files in a folder; in the query's own process."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from local_aws.athena.outputs.partitions import Written, write_rows
from local_aws.athena.outputs.plans import Output
from local_aws.athena.outputs.properties import Shape
from local_aws.athena.sql.dialect import Translation
from local_aws.athena.sql.hive_types import engine_type
from local_aws.athena.tables.shut import query

_VARCHAR = re.compile(r"varchar\((\d+)\)")
_INTEGERS = ("tinyint", "smallint", "int", "bigint")
_ROWS_AT_ONCE = 100_000


def write_query(
    connection: duckdb.DuckDBPyConnection,
    translation: Translation,
    outputs: Sequence[Output],
    width: int,
    keys: int,
    shape: Shape,
    folder: Path,
) -> tuple[list[Written], int]:
    """Run a query and write its rows aside.

    Args:
        connection: to the query's database.
        translation: the query.
        outputs: what is written.
        width: columns of the query.
        keys: how many of the outputs, the last ones, are partition keys.
        shape: of the files.
        folder: where they go.

    Returns:
        The files, and the number of rows.

    Raises:
        duckdb.Error, pyarrow.ArrowException, OSError: what the engine says, also while its rows are taken.
        FailedQueryError, RefusedQueryError: see `write_rows`.
    """
    places = ", ".join(f"c{place}" for place in range(width))
    floating = [kind in ("FLOAT", "DOUBLE") for kind in query(connection, translation.sql).types]
    columns = ", ".join(f"{_value(output, floating)} AS o{place}" for place, output in enumerate(outputs))
    sql = f"SELECT {columns} FROM ({translation.sql}) AS athena_result({places})"  # noqa: S608 - translated, in a cage
    reader = query(connection, sql).to_arrow_reader(_ROWS_AT_ONCE)
    schema = pa.schema([field.with_name(output.name) for field, output in zip(reader.schema, outputs, strict=True)])
    return write_rows(reader, schema, keys, shape, folder)


def _value(output: Output, floating: Sequence[bool]) -> str:
    """What a column is given; `floating` says which columns of the query are real or double."""
    value = "NULL" if output.source is None else f"athena_result.c{output.source}"
    kind = engine_type(output.type)
    if output.source is not None and floating[output.source] and output.type in _INTEGERS:
        value = f"round({value})"  # half up, as Trino's casts; the engine's round to even
    if kind == "TIMESTAMP":  # Athena's have milliseconds
        value = f"CAST({value} AS TIMESTAMP_MS)"
    if length := _VARCHAR.fullmatch(output.type):
        refused = "error('INVALID_CAST_ARGUMENT: Cannot truncate non-space characters on INSERT')"
        value = f"CASE WHEN length(rtrim({value})) > {length[1]} THEN {refused} ELSE left({value}, {length[1]}) END"
    return f"CAST({value} AS {kind})"
