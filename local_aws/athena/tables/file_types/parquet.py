"""The columns of Parquet files, asked of the engine: all files at once, each schema that there is once."""

from __future__ import annotations

from local_aws.athena.tables.file_types.matrix import Columns
from local_aws.athena.tables.file_types.shapes import of_parquet

_PARTS = "name type repetition_type num_children converted_type logical_type scale precision".split()


def schemas(paths: str) -> str:
    """A SELECT of the schemas of files, and of a file that has each.

    Args:
        paths: SQL of the list of them.
    """
    row = ", ".join(f"{part} := {part}" for part in _PARTS)
    return (
        "SELECT min(file_name), rows FROM (SELECT file_name, list(struct_pack("  # noqa: S608 - paths of our own
        f"{row}) ORDER BY column_id) AS rows FROM parquet_schema({paths}) GROUP BY file_name) GROUP BY rows ORDER BY 1"
    )


def add_all(columns: Columns, found: list[tuple[str, list[dict[str, object]]]], uris: dict[str, str]) -> None:
    """Look at the schemas that `schemas` found; `uris` are the objects' by their paths."""
    for path, rows in found:
        columns.add(of_parquet(rows), uris[path], 0)
