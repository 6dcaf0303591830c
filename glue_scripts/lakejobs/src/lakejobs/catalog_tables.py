"""Tables and partitions of the Data Catalog as the job that wrote their files keeps them, where no crawler does.

What the job knows is written: its columns are those of its files, its partitions those that it published. None of it
needs Spark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from lakejobs.errors import JobError
from lakejobs.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BATCH = 25
"""Partitions of one request: what BatchDeletePartition takes; the others take 100 (API reference)."""
HIVE = "org.apache.hadoop.hive.ql.io"
NO_KEYS = Schema({})


class CatalogError(JobError):
    """The catalog did not take what a job wrote; the files are in place."""


class Format(NamedTuple):
    """How files are read: classification, input and output format, SerDe with its parameters, those of the table."""

    classification: str
    input: str
    output: str
    serde: str
    serde_parameters: Mapping[str, str]
    parameters: Mapping[str, str]


PARQUET = Format(
    "parquet",
    f"{HIVE}.parquet.MapredParquetInputFormat",
    f"{HIVE}.parquet.MapredParquetOutputFormat",
    f"{HIVE}.parquet.serde.ParquetHiveSerDe",
    {"serialization.format": "1"},
    {},
)
CSV = Format(
    "csv",
    "org.apache.hadoop.mapred.TextInputFormat",
    f"{HIVE}.HiveIgnoreKeyTextOutputFormat",
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    {"field.delim": ","},
    {"delimiter": ",", "skip.header.line.count": "1"},
)
"""With commas, a header and no quotes, as a crawler reads such files."""


def put_table(
    glue: Any,
    database: str,
    table: str,
    path: str,
    columns: Schema,
    partition_keys: Schema = NO_KEYS,
    form: Format = PARQUET,
) -> None:
    """Create the table, or bring it to these columns and this folder; no former version of it is kept.

    Args:
        glue: a client of boto3.
        database: where.
        table: its name.
        path: its folder, s3://….
        columns: of its files.
        partition_keys: columns that are names of its folders.
        form: of its files.
    """
    described = {
        "Name": table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": form.classification, **form.parameters},
        "PartitionKeys": partition_keys.catalog,
        "StorageDescriptor": _storage(path, columns, form),
    }
    try:
        glue.update_table(DatabaseName=database, TableInput=described, SkipArchive=True)
    except glue.exceptions.EntityNotFoundException:
        glue.create_table(DatabaseName=database, TableInput=described)


def put_partitions(
    glue: Any, database: str, table: str, path: str, columns: Schema, folders: Iterable[str], form: Format = PARQUET
) -> None:
    """Make these folders the only partitions of a table.

    Args:
        glue: a client of boto3.
        database: where.
        table: its name.
        path: its folder, s3://….
        columns: of its files, without the keys.
        folders: below it, such as `day=2024-05-01` or `country=France/year=2024`; a value's %XX is a character.
        form: of its files.

    Raises:
        CatalogError: Glue refused one of them.
    """
    wanted = {
        _values(folder): _storage(f"{path.rstrip('/')}/{folder.strip('/')}/", columns, form) for folder in folders
    }
    pages = glue.get_paginator("get_partitions").paginate(DatabaseName=database, TableName=table)
    there = {tuple(one["Values"]): one["StorageDescriptor"] for page in pages for one in page["Partitions"]}
    table_of = {"DatabaseName": database, "TableName": table}
    for batch in _batches([values for values in wanted if values not in there]):
        inputs = [{"Values": list(values), "StorageDescriptor": wanted[values]} for values in batch]
        _checked(glue.batch_create_partition(PartitionInputList=inputs, **table_of), table)
    for batch in _batches([values for values in wanted if values in there and _differs(there[values], wanted[values])]):
        entries = [
            {
                "PartitionValueList": list(values),
                "PartitionInput": {"Values": list(values), "StorageDescriptor": wanted[values]},
            }
            for values in batch
        ]
        _checked(glue.batch_update_partition(Entries=entries, **table_of), table)
    for batch in _batches([values for values in there if values not in wanted]):
        gone = [{"Values": list(values)} for values in batch]
        _checked(glue.batch_delete_partition(PartitionsToDelete=gone, **table_of), table)


def folders_of(keys: Iterable[str], path: str) -> list[str]:
    """The folders of a table's files, each once: `country=France` of `sales/country=France/part-00000.parquet`.

    Args:
        keys: of the files in the bucket.
        path: of the table, s3://….
    """
    root = path.rstrip("/").split("/", 3)[3] + "/"
    return list(dict.fromkeys(key[len(root) :].rpartition("/")[0] for key in keys))


def _values(folder: str) -> tuple[str, ...]:
    return tuple(unquote(part.partition("=")[2]) for part in folder.strip("/").split("/"))


def _storage(path: str, columns: Schema, form: Format) -> dict[str, Any]:
    return {
        "Location": path,
        "Columns": columns.catalog,
        "InputFormat": form.input,
        "OutputFormat": form.output,
        "SerdeInfo": {"SerializationLibrary": form.serde, "Parameters": dict(form.serde_parameters)},
    }


def _differs(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a partition's place, columns or SerDe are others; what else Glue or a crawler wrote is left alone."""
    columns = [(one["Name"], one.get("Type")) for one in found.get("Columns", [])]
    serde = found.get("SerdeInfo", {}).get("SerializationLibrary")
    return (found.get("Location"), columns, serde) != (
        wanted["Location"],
        [(one["Name"], one["Type"]) for one in wanted["Columns"]],
        wanted["SerdeInfo"]["SerializationLibrary"],
    )


def _batches(values: Sequence[tuple[str, ...]]) -> list[Sequence[tuple[str, ...]]]:
    return [values[start : start + BATCH] for start in range(0, len(values), BATCH)]


def _checked(answer: Mapping[str, Any], table: str) -> None:
    """These operations answer 200 also when they did nothing: each partition's failure is in the answer."""
    errors = answer.get("Errors", [])
    if errors:
        detail = errors[0].get("ErrorDetail", {})
        values = errors[0].get("PartitionValues") or errors[0].get("PartitionValueList")
        raise CatalogError(
            f"{len(errors)} partitions of {table} were not kept in the catalog",
            f"{values}: {detail.get('ErrorCode')}: {detail.get('ErrorMessage')}",
            "remove the cause and run the job again: it keeps all of them anew",
        )
