"""Some files of a table and what is in them: footers of Parquet and ORC, else the first megabyte.

Asked is S3 (ListObjectsV2, GetObject by ranges) and Glue (GetPartitions) alone, so it works on AWS as here. The readers
are those of the local AWS's crawler and Athena.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from glue_client.aws import Aws
from local_aws.athena.tables.arrow_files import arrow_schema
from local_aws.athena.tables.file_types.parquet import schemas
from local_aws.athena.tables.file_types.shapes import Shape, of_arrow, of_parquet
from local_aws.glue.crawler.classify import MEGABYTE, TAIL, classify
from local_aws.glue.crawler.columnar import footer_length
from local_aws.glue.crawler.range_reader import RangeReader
from local_aws.glue.crawler.reading import FileFound, Reading
from local_aws.glue.crawler.s3_source import S3Object

AT_ONCE = 8
LISTED = 10_000
"""Objects of a folder that are listed; files behind them are not chosen."""
PARTITIONS = 1_000
"""Partitions of a table that are looked at."""
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Sample:
    """A file that was looked at.

    Attributes:
        uri: of the object.
        size: bytes of it.
        partition: the catalog's entry of the partition that it is in; empty without one.
        reading: what it turned out to be.
        shapes: types of its columns, of Parquet, ORC and Avro.
    """

    uri: str
    size: int
    partition: Mapping[str, Any]
    reading: Reading
    shapes: Mapping[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """What there is of a table: some of its partitions, the files chosen, and how many files were listed."""

    partitions: Sequence[Mapping[str, Any]]
    files: Sequence[tuple[FileFound, Mapping[str, Any]]]
    listed: int
    has_more_partitions: bool = False


def choose(aws: Aws, table: Mapping[str, Any], most: int) -> Listed:
    """Which files are looked at: the newest ones and others spread evenly; of a partitioned table one a partition."""
    location = table["StorageDescriptor"]["Location"]
    if not table.get("PartitionKeys"):
        objects = _objects(aws, location)
        return Listed([], [(one, {}) for one in _spread(objects, most)], len(objects))
    known: list[Mapping[str, Any]] = []
    named = {"DatabaseName": table["DatabaseName"], "TableName": table["Name"]}
    for page in aws.glue.get_paginator("get_partitions").paginate(**named):
        known += page["Partitions"]
        if len(known) > PARTITIONS:
            break
    kept, files, listed = known[:PARTITIONS], list[tuple[FileFound, Mapping[str, Any]]](), 0
    for partition in _spread(kept, most):
        objects = _objects(aws, (partition.get("StorageDescriptor") or {}).get("Location") or location)
        listed += len(objects)
        files += [(one, partition) for one in _spread(objects, 1)]
    return Listed(kept, files, listed, has_more_partitions=len(known) > PARTITIONS)


def read(aws: Aws, files: Sequence[tuple[FileFound, Mapping[str, Any]]]) -> list[Sample]:
    """What is in the files. ClientError where one may not be read."""
    reader = RangeReader(aws.s3)

    def one(pair: tuple[FileFound, Mapping[str, Any]]) -> Sample:
        file, partition = pair
        source = S3Object(reader, file)
        reading = classify(source)
        return Sample(file.uri, file.size, partition, reading, _shapes(source, reading.classification))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, files))


def _objects(aws: Aws, location: str) -> list[FileFound]:
    """The files below a location that are data, the newest first, of the first LISTED objects."""
    parts = urlsplit(location)
    prefix = parts.path.lstrip("/")
    prefix = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
    found: list[Any] = []
    for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=parts.netloc, Prefix=prefix):
        found += page.get("Contents", [])
        if len(found) >= LISTED:
            break
    data = [one for one in found if one["Size"] and not _is_hidden(one["Key"][len(prefix) :])]
    data.sort(key=lambda one: one["LastModified"], reverse=True)
    return [FileFound(parts.netloc, one["Key"], one["Size"]) for one in data]


def _is_hidden(path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.split("/"))


def _spread(items: Sequence[Any], most: int) -> list[Any]:
    """The first and others in even distances, at most so many."""
    if len(items) <= most:
        return list(items)
    first = items[: max(1, most // 2)]
    rest = items[len(first) :]
    return [*first, *(rest[number * len(rest) // (most - len(first))] for number in range(most - len(first)))]


def _shapes(source: S3Object, form: str) -> Mapping[str, Shape]:
    if form == "parquet":
        return _of_footer(source.tail(footer_length(source.tail(TAIL)) + len("PAR1") + 4))
    if form == "orc":
        return of_arrow(_orc(source), "orc")
    if form == "avro":
        import fastavro

        schema = fastavro.reader(io.BytesIO(source.head(MEGABYTE))).writer_schema
        return of_arrow(arrow_schema(schema), "avro") if isinstance(schema, dict) else {}
    return {}


def _of_footer(tail: bytes) -> Mapping[str, Shape]:
    """The columns of Parquet by its footer alone: the engine reads nothing else of a file to tell them."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footer.parquet"
        path.write_bytes(b"PAR1" + tail)
        with duckdb.connect() as engine:
            found = engine.execute(schemas(f"['{path}']")).fetchall()
    return of_parquet(found[0][1])


def _orc(source: S3Object) -> Any:
    from pyarrow import ArrowException, BufferReader, orc

    length = TAIL
    while True:
        try:
            return orc.ORCFile(BufferReader(source.tail(length))).schema
        except (ArrowException, OSError):
            if length >= source.size:
                raise
            length *= 16
