"""What a crawl's log says: AWS's own lines, and between them why each folder and each column is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from local_aws.glue.crawler.findings import Finding
from local_aws.glue.crawler.layout import TableFound
from local_aws.glue.crawler.schema import Column
from local_aws.glue.crawler.settings import Settings

if TYPE_CHECKING:
    from local_aws.glue.crawler.dynamodb_source import DynamoDBFound


def configured(settings: Settings) -> str:
    """AWS's line about the crawler's configuration."""
    return (
        f"INFO : Crawler configured with Configuration {settings.configuration or '{}'} and SchemaChangePolicy "
        f"{_braces(settings.policy)}. Note that values in the Configuration override values in the "
        "SchemaChangePolicy for S3 Targets."
    )


def table_findings(name: str, table: TableFound, *, partition_index: bool) -> Iterator[Finding]:
    """Why a folder became this table, its partitions, its columns."""
    data = table.dataset
    keys = f", partitioned by {', '.join(table.partition_keys)}" if table.partition_keys else ""
    what = f"{data.format.format_text}, {counted(data.objects, 'file')}, {counted(len(data.schema), 'column')}{keys}"
    place = table.location
    yield Finding("table", place, f"{place} is table {name}: {what}", f"table {name}", what)
    yield Finding("format", name, f"Format of {name}: {data.format.why}", data.format.classification, data.format.why)
    for column in data.schema:
        yield _column(name, column, several=data.objects > 1)
    if table.partition_keys and partition_index:
        yield Finding("note", name, f"{name} gets no partition index here; a crawler on AWS makes one")
    for partition in table.partitions:
        pairs = zip(table.partition_keys, partition.values, strict=True)
        values = ", ".join(f"{key} = {value}" for key, value in pairs)
        place = f"s3://{table.bucket}/{partition.key}"
        text = f"{place} is a partition of {name}: {values}"
        yield Finding("partition", place, text, f"partition of {name}", values)


def dynamodb_findings(name: str, table: DynamoDBFound) -> Iterator[Finding]:
    """Why a table of DynamoDB became this table and its columns."""
    what = f"dynamodb, {counted(table.items, 'item')}, {counted(len(table.schema), 'column')}"
    yield Finding("table", table.arn, f"{table.arn} is table {name}: {what}", f"table {name}", what)
    for column in table.schema:
        yield _column(name, column, several=False)


def _column(table: str, column: Column, *, several: bool) -> Finding:
    """A column's type; of several files the one that the reason was seen in is named."""
    why = f"{column.why} ({column.where})" if several and column.where else column.why
    subject = f"{table}.{column.name}"
    return Finding("column", subject, f"Column {subject} is {column.hive_type}: {why}", column.hive_type, why)


def counted(number: int, word: str) -> str:
    """A number and its word: 1 file, 2 files."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def summary(kind: str, added: int, updated: int, deleted: int) -> Iterator[str]:
    """AWS's run summary for TABLE or PARTITION; nothing when nothing changed."""
    counts = {"ADD": added, "UPDATE": updated, "DELETE": deleted}
    if any(counts.values()):
        yield f"INFO : Run Summary For {kind}:"
        yield from (f"INFO : {word}: {count}" for word, count in counts.items() if count)


def _braces(policy: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in policy.items()) + "}"
