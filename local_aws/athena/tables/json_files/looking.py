"""A look at files of JSON before the engine reads them: whether it may, and how they spell the columns' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from local_aws.athena.sql.quoting import text
from local_aws.athena.tables.json_files.plain import (
    Spelling,
    counts,
    fractions,
    has_places,
    is_odd,
    key_lists,
    kinds,
    needs_structure,
    spelling,
    structure,
    texts_of,
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
    lines = {file: line_count(file) for file in files}
    if serde.skipped or None in lines.values():
        return None
    paths = f"[{', '.join(map(text, files))}]"
    try:
        lists = query(connection, key_lists(paths)).fetchall()
        blanks: dict[str, int] = {}
        if sum(count for _, count, _ in lists) != sum(count or 0 for count in lines.values()):
            known = dict(query(connection, counts(paths)).fetchall())
            blanks = {file: (count or 0) - known.get(file, 0) for file, count in lines.items()}
        shape = None
        if needs_structure(serde, columns, nested=any(nested for _, _, nested in lists)):
            shape = query(connection, structure(paths)).fetchall()[0][0]
        found = spelling(serde, columns, [keys for keys, _, _ in lists], shape)
        if found is not None and shape is None and _texts_of_numbers(connection, paths, texts_of(columns, found)):
            return None
    except duckdb.Error as error:
        if not is_odd(str(error)):
            raise
        return None
    if blanks and (not serde.open_x or min(blanks.values()) < 0):
        return None
    if found is not None:
        found.blanks = {file: count for file, count in blanks.items() if count}
    return found


def _texts_of_numbers(connection: duckdb.DuckDBPyConnection, paths: str, names: set[str]) -> bool:
    """Whether texts may have to be made of numbers with a point: the engine makes 5.1 of 5.10."""
    if not names:
        return False
    if not has_places(names):
        return True
    seen = {kind for (found,) in query(connection, kinds(paths, names)).fetchall() for kind in found}
    return "DOUBLE" in seen or (
        not seen.isdisjoint({"OBJECT", "ARRAY"}) and bool(query(connection, fractions(paths, names)).fetchall()[0][0])
    )
