"""Rows to files in a folder, one a partition."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from local_aws.athena import values
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.outputs.formats import FileWriter, open_file
from local_aws.athena.outputs.properties import Shape
from local_aws.athena.tables.pruning import Values
from local_aws.athena.tables.relations import NO_PARTITION

MOST_PARTITIONS = 100
"""That one statement may write (user guide, "Considerations and limitations for CTAS queries")."""

_ESCAPED = frozenset("\"#%'*/:=?\\{[]^\x7f") | frozenset(map(chr, range(0x20)))


@dataclass(frozen=True)
class Written:
    """A file that was written aside.

    Attributes:
        values: of its partition's keys.
        path: where it is.
        name: what it is to be called in S3.
    """

    values: Values
    path: Path
    name: str


def write_rows(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, keys: int, shape: Shape, folder: Path
) -> tuple[list[Written], int]:
    """Write rows.

    Args:
        batches: of rows.
        schema: with the columns' names; partition keys last.
        keys: how many of them are partition keys.
        shape: of the files.
        folder: where they go.

    Returns:
        The files, and the number of rows.

    Raises:
        FailedQueryError: HIVE_TOO_MANY_OPEN_PARTITIONS.
        RefusedQueryError: a type that the format cannot hold.
    """
    width = len(schema) - keys
    inner = pa.schema([schema.field(place) for place in range(width)])
    files: dict[Values, tuple[Written, FileWriter]] = {}
    count = 0
    with contextlib.ExitStack() as opened:
        for batch in batches:
            rows = pa.Table.from_batches([batch]).rename_columns(schema.names)
            count += rows.num_rows
            for partition, part in _parted(rows, width):
                if partition not in files:
                    if len(files) == MOST_PARTITIONS:
                        raise FailedQueryError(
                            "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets."
                        )
                    name = f"{_file_name()}{shape.suffix}"
                    file = open_file(shape, folder / name, inner)
                    opened.callback(file.close)
                    files[partition] = Written(partition, folder / name, name), file
                files[partition][1].write(part.select(range(width)))
    return [written for written, _ in files.values()], count


def _parted(rows: pa.Table, width: int) -> Iterator[tuple[Values, pa.Table]]:
    """The rows of each partition, in the order in which the partitions are met."""
    if width == rows.num_columns:
        if rows.num_rows:
            yield (), rows
        return
    keys = [
        [NO_PARTITION if value is None else values.text(value, column.type) or "" for value in column.to_pylist()]
        for column in rows.columns[width:]
    ]
    places: dict[Values, list[int]] = {}
    for place, partition in enumerate(zip(*keys, strict=True)):
        places.setdefault(partition, []).append(place)
    for partition, chosen in places.items():
        yield partition, rows.take(pa.array(chosen))


def folder_of(names: Sequence[str], partition: Values) -> str:
    """A partition's folder below the table's, with a slash at its end: letters are escaped as Hive does."""
    return "".join(f"{_escaped(name)}={_escaped(value)}/" for name, value in zip(names, partition, strict=True))


def _escaped(text: str) -> str:
    return "".join(f"%{ord(sign):02X}" if sign in _ESCAPED else sign for sign in text)


def _file_name() -> str:
    """A file's name, as in public listings of Athena's: moment, number, five letters, a UUID."""
    number = uuid.uuid4()
    return f"{time.strftime('%Y%m%d_%H%M%S', time.gmtime())}_00001_{number.hex[:5]}_{number}"
