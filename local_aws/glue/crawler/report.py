"""What a crawl's log says: AWS's own lines, and between them why each folder and each column is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from local_aws.glue.crawler.layout import TableFound
from local_aws.glue.crawler.reading import UNKNOWN
from local_aws.glue.crawler.schema import Column
from local_aws.glue.crawler.settings import Settings


def configured(settings: Settings) -> str:
    """AWS's line about the crawler's configuration."""
    return (
        f"INFO : Crawler configured with Configuration {settings.configuration or '{}'} and SchemaChangePolicy "
        f"{_braces(settings.policy)}. Note that values in the Configuration override values in the "
        "SchemaChangePolicy for S3 Targets."
    )


def table_lines(name: str, table: TableFound, *, partition_index: bool) -> Iterator[str]:
    """Why a folder became this table, its partitions, its columns."""
    data = table.dataset
    keys = f", partitioned by {', '.join(table.partition_keys)}" if table.partition_keys else ""
    yield (
        f"INFO : {table.location} is table {name}: {data.format.format_text}, {counted(data.objects, 'file')}, "
        f"{counted(len(data.schema), 'column')}{keys}"
    )
    yield f"INFO : Format of {name}: {data.format.why}"
    if data.format.classification == UNKNOWN:
        yield f"WARN : Table {name} has no columns: no classifier knows its format"
    for column in data.schema:
        yield f"INFO : Column {name}.{column.name} is {column.hive_type}: {column.why}"
    yield from _warnings(name, table)
    if table.partition_keys and partition_index:
        yield f"INFO : {name} gets no partition index here; a crawler on AWS makes one"
    for partition in table.partitions:
        values = ", ".join(
            f"{key} = {value}" for key, value in zip(table.partition_keys, partition.values, strict=True)
        )
        yield f"INFO : s3://{table.bucket}/{partition.key} is a partition of {name}: {values}"


def _warnings(name: str, table: TableFound) -> Iterator[str]:
    for key, folder in table.unnamed_levels:
        yield (
            f"WARN : Table {name} gets a partition key called {key}: folders at this level, such as {folder}/, are not "
            "named key=value alike. Aim the include path at the folder below, or name the folders key=value."
        )
    for column in _repeated(table.dataset.schema, table.partition_keys):
        yield (
            f"WARN : {column.name} is both a column of the files and a partition key of {name}. The catalog takes it, "
            "but Athena refuses the table: Table descriptor contains duplicate columns."
        )


def counted(number: int, word: str) -> str:
    """A number and its word: 1 file, 2 files."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def summary(kind: str, added: int, updated: int, deleted: int) -> Iterator[str]:
    """AWS's run summary for TABLE or PARTITION; nothing when nothing changed."""
    counts = {"ADD": added, "UPDATE": updated, "DELETE": deleted}
    if any(counts.values()):
        yield f"INFO : Run Summary For {kind}:"
        yield from (f"INFO : {word}: {count}" for word, count in counts.items() if count)


def _repeated(schema: Sequence[Column], keys: Sequence[str]) -> list[Column]:
    return [column for column in schema if column.name in keys]


def _braces(policy: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in policy.items()) + "}"
