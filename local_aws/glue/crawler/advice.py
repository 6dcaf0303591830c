"""How to get what was probably meant: one sentence for each thing that makes a crawl's tables odd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from local_aws.glue.crawler.csv_rules import QUOTED
from local_aws.glue.crawler.findings import CANNOT_MERGE, UNDER_LOG, Finding, advice
from local_aws.glue.crawler.reading import UNKNOWN, FileFound
from local_aws.glue.crawler.schema import listed

if TYPE_CHECKING:
    from local_aws.glue.crawler.changes import TableChange
    from local_aws.glue.crawler.layout import PartitionFound, TableFound
    from local_aws.glue.crawler.settings import Settings

COMBINE = 'Configuration {"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}'
INHERIT = 'Configuration {"Version": 1.0, "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}'


# Folders and files


def mixed_levels(uri: str, path: str) -> Finding:
    """Files beside folders; `path` is the folder's below the include path."""
    return advice(uri, f"Move the files that lie directly in {uri} to a folder of their own, or exclude them: {path}*")


def different_depths(uri: str) -> Finding:
    """Folders of different depth."""
    return advice(uri, f"Give all folders of {uri} the same depth, or aim a target at each of them.")


def different_formats(uri: str) -> Finding:
    """Folders of different formats."""
    return advice(uri, f"Aim a target at each folder of {uri}, or exclude those that do not belong to the table.")


def different_schemas(uri: str, level: int) -> Finding:
    """Folders of different schemas."""
    text = (
        f"If all folders of {uri} are one table, give the crawler the {COMBINE}, "
        f'or make the tables at this level: "Grouping": {{"TableLevelConfiguration": {level}}}.'
    )
    return advice(uri, text)


def apart(uri: str, files: Sequence[FileFound], *, combine: bool) -> Iterator[Finding]:
    """Files of one folder that are a table each."""
    formats = Counter(file.reading.format for file in files if file.reading)
    usual, count = formats.most_common(1)[0]
    if len(formats) == 1:
        if not combine:
            yield advice(uri, f"If the files of {uri} are one table, give the crawler the {COMBINE}.")
        return
    odd = [file for file in files if file.reading and file.reading.format != usual]
    if count == 1:
        yield advice(uri, f"Give each of these {len(files)} files of {uri} a folder of its own.")
        return
    patterns = sorted({_pattern(file) for file in odd})
    kept = {_pattern(file) for file in files if file not in odd}
    if kept & set(patterns):  # the same ending means different things: name the files
        patterns = [file.key.rpartition("/")[2] for file in odd]
    what = next(file.reading.format_text for file in files if file.reading and file.reading.format == usual)
    yield advice(
        uri, f"To have one table of the {count} files of {uri} that are {what}, exclude the others: {listed(patterns)}"
    )


def _pattern(file: FileFound) -> str:
    name = file.key.rpartition("/")[2]
    dot, suffix = name.rpartition(".")[1:]
    return f"**.{suffix}" if dot else name


def unused_pattern(target: str, pattern: str) -> Finding:
    """An exclude pattern that leaves nothing out."""
    text = (
        f"Exclude pattern {pattern} leaves nothing out of {target}: a pattern is matched against the whole path below "
        "the include path, and * stays inside one folder level where ** does not."
    )
    return advice(target, text)


def nothing_there(target: str) -> Finding:
    """An include path without data."""
    return advice(target, f"Check bucket, folder and spelling (upper and lower case) of {target}, and the exclusions.")


def denied(role: str, uri: str) -> Finding:
    """An object that the role may not read."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    folder = key.rpartition("/")[0]
    resource = f"arn:aws:s3:::{bucket}/{folder}/*" if folder else f"arn:aws:s3:::{bucket}/*"
    return advice(uri, f"Allow s3:GetObject on {resource} to the crawler's role {role}, or exclude these objects.")


# Tables


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


# What is written


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


def too_many_tables(tables: int, threshold: int) -> Finding:
    """More tables than TableThreshold."""
    text = (
        f"{tables} tables are more than the {threshold} of TableThreshold: follow the advice on folders, or raise it."
    )
    return advice("TableThreshold", text)
