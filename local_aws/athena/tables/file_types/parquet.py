"""The columns of Parquet files, asked of the engine: all files at once, each schema that there is once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local_aws.athena.tables.file_types.matrix import Columns
from local_aws.athena.tables.file_types.shapes import of_parquet
from local_aws.athena.tables.relations import Source

_PARTS = "name type repetition_type num_children converted_type logical_type scale precision".split()


def schemas(paths: str) -> str:
    """A SELECT of the files that have each schema, and of the schema.

    Args:
        paths: SQL of the list of them.
    """
    row = ", ".join(f"{part} := {part}" for part in _PARTS)
    return (
        "SELECT list(file_name), rows FROM (SELECT file_name, list(struct_pack("  # noqa: S608 - paths of our own
        f"{row}) ORDER BY column_id) AS rows FROM parquet_schema({paths}) GROUP BY file_name) GROUP BY rows"
    )


def add_all(
    columns: Columns, found: Sequence[tuple[Sequence[str], Sequence[Mapping[str, Any]]]], files: Sequence[Source]
) -> None:
    """Look at files, in their order, by the schemas that `schemas` found."""
    shapes = {path: shape for paths, rows in found for shape in [of_parquet(rows)] for path in paths}
    seen = set()
    for file in files:
        key = id(shapes[file.path]), file.types
        if key not in seen:
            seen.add(key)
            columns.add(shapes[file.path], file.uri, file.size, dict(file.types))
