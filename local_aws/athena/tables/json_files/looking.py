"""A look at files of JSON before the engine reads them: whether it may, and how they spell the columns' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from local_aws.athena.sql.quoting import text
from local_aws.athena.tables.json_files.plain import (
    Spelling,
    is_odd,
    key_lists,
    needs_structure,
    spelling,
    structure,
)
from local_aws.athena.tables.json_files.serde import JsonSerde
from local_aws.athena.tables.shut import query
from local_aws.athena.tables.text_lines import line_count


def spelling_of(
    connection: duckdb.DuckDBPyConnection, serde: JsonSerde, columns: Mapping[str, str], files: Sequence[str]
) -> Spelling | None:
    """How files spell the columns' names, or None where they are to be read line by line.

    Args:
        connection: to a database that may read them.
        serde: of the table.
        columns: name -> Hive type.
        files: their paths.

    Raises:
        duckdb.Error: they cannot be read.
    """
    counts = [line_count(file) for file in files]
    if serde.skipped or None in counts:
        return None
    paths = f"[{', '.join(map(text, files))}]"
    try:
        lists = query(connection, key_lists(paths)).fetchall()
        if sum(count for _, count in lists) != sum(count or 0 for count in counts):
            return None  # the engine leaves blank lines out
        shape = None
        if needs_structure(serde, columns):
            shape = query(connection, structure(paths)).fetchall()[0][0]
    except duckdb.Error as error:
        if not is_odd(str(error)):
            raise
        return None
    return spelling(serde, columns, [keys for keys, _ in lists], shape)
