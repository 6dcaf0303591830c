"""How many bytes of a columnar file the columns of a query take: from its footer, which is read once a file.

Counted are the column chunks as they lie in the file. That footers do not count is assumed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from local_aws.athena.tables.relations import Source
from local_aws.glue.crawler.orc_footers import OrcError, orc_column_sizes

_FILES_KEPT = 10_000


def scanned(file: Source, kind: str, columns: Collection[str] | None, order: Sequence[str] = ()) -> int:
    """Bytes that a query of these columns reads of a file.

    Args:
        file: of the format `kind`.
        kind: `Table.format`; all of a file that is not columnar is read.
        columns: in lower case; None for all.
        order: the table's columns, where they are found by their place.
    """
    if columns is None or kind not in ("parquet", "orc"):
        return file.size
    state = Path(file.path).stat()
    sizes = _sizes(file.path, kind, state.st_ino, state.st_mtime_ns, state.st_size)
    if sizes is None:
        return file.size
    if order:
        return sum(size for name, size in zip(order, sizes.values(), strict=False) if name in columns)
    return sum(size for name, size in sizes.items() if name in columns)


@lru_cache(maxsize=_FILES_KEPT)
def _sizes(path: str, kind: str, *_identity: int) -> Mapping[str, int] | None:
    """Bytes by top-level column, in lower case; None for a file that cannot be read, which the query will say."""
    try:
        return _of_parquet(path) if kind == "parquet" else orc_column_sizes(path)
    except (pa.ArrowException, OSError, OrcError):
        return None


def _of_parquet(path: str) -> Mapping[str, int]:
    footer = parquet.read_metadata(path)
    sizes: dict[str, int] = {}
    for group in range(footer.num_row_groups):
        row_group = footer.row_group(group)
        for place in range(row_group.num_columns):
            chunk = row_group.column(place)
            name = chunk.path_in_schema.split(".")[0].lower()
            sizes[name] = sizes.get(name, 0) + chunk.total_compressed_size
    return sizes
