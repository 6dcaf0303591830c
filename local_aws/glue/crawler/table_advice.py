"""How to get what was probably meant: one sentence for each thing that makes one table odd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from local_aws.glue.crawler.csv_rules import QUOTED
from local_aws.glue.crawler.findings import CANNOT_MERGE, UNDER_LOG, Finding, advice
from local_aws.glue.crawler.reading import UNKNOWN

if TYPE_CHECKING:
    from local_aws.glue.crawler.changes import TableChange
    from local_aws.glue.crawler.layout import PartitionFound, TableFound
    from local_aws.glue.crawler.settings import Settings

INHERIT = 'Configuration {"Version": 1.0, "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}'


def of_table(name: str, table: TableFound, settings: Settings) -> Iterator[Finding]:
    """What is odd about one table."""
    data = table.dataset
    if data.format.classification == UNKNOWN:
        place = table.location.rpartition("/")[2] or "its folder"
        yield advice(
            name,
            f"Table {name} has no columns, for no classifier knows its format ({data.format.why}): exclude {place}, or "
            "write a custom classifier.",
        )
    for key, folder in table.unnamed_levels:
        yield advice(
            name,
            f"Table {name} gets a partition key called {key}: folders at this level, such as {folder}/, are not "
            "named key=value alike. Aim the include path at the folder below, or name the folders key=value.",
        )
    for column in data.schema:
        if column.name in table.partition_keys:
            yield advice(
                name,
                f"{column.name} is both a column of the files and a partition key of {name}. The catalog takes it, "
                "but Athena refuses the table: Table descriptor contains duplicate columns.",
            )
    yield from _of_csv(name, table)
    if [column.name for column in data.schema] == ["array"] and data.format.classification == "json":
        yield advice(name, f"Table {name} is one array: a custom JSON classifier with JsonPath $[*] makes rows of it.")
    if not settings.inherit_from_table:
        yield from _uneven_partitions(name, table)


def _of_csv(name: str, table: TableFound) -> Iterator[Finding]:
    data = table.dataset
    if data.format.classification != "csv" or data.format.serde:
        return
    if not data.header and all(column.hive_type == "string" for column in data.schema):
        yield advice(
            name,
            f"Every column of {name} is text, so that the first line is taken for data: if it is a header, use a "
            "custom CSV classifier with ContainsHeader PRESENT.",
        )
    if QUOTED in data.format.why:
        yield advice(
            name,
            f"Some fields of {name} are quoted, which LazySimpleSerDe does not undo: use a custom CSV classifier with "
            'QuoteSymbol " (OpenCSVSerDe).',
        )


def _uneven_partitions(name: str, table: TableFound) -> Iterator[Finding]:
    schema = table.dataset.schema
    types = {column.name: column.type for column in schema}

    def odd(partition: PartitionFound) -> bool:
        return any(types[column.name] != column.type for column in partition.dataset.schema)

    uneven = [partition for partition in table.partitions if partition.dataset.schema != schema and odd(partition)]
    if uneven:
        yield advice(
            name,
            f"{len(uneven)} of {len(table.partitions)} partitions of {name} have a column of another type than the "
            f"table, such as {uneven[0].key}: Athena may answer HIVE_PARTITION_SCHEMA_MISMATCH. Give the crawler the "
            f"{INHERIT}.",
        )


def of_change(change: TableChange) -> Iterator[Finding]:
    """What the crawler's policies make of a table that is there."""
    if change.why.startswith(UNDER_LOG):
        yield advice(
            change.name,
            f"To have the catalog follow the files of {change.name}, give the crawler UpdateBehavior "
            "UPDATE_IN_DATABASE, or MergeNewColumns to add columns only.",
        )
    if change.why.startswith(CANNOT_MERGE):
        yield advice(
            change.name,
            f"Give table {change.name} the parameters that crawlers write (classification, compressionType, "
            "typeOfData, for CSV delimiter) where it is defined, and take its deprecation mark away.",
        )
