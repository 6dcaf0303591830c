"""Tables that follow what is written: made, given partitions, their columns changed (`enableUpdateCatalog`).

Rules of the developer guide, "Updating the schema, and adding new partitions in the Data Catalog": S3 only; json, csv,
avro and parquet only; a table without partition keys keeps its columns. The parameters of a table that is made here,
beside `classification`, are assumed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.options import Options
from awsglue._formats.placing import Written
from awsglue._frames.frame import index_of
from awsglue._sources import catalog as _catalog

_BATCH = 100
_HADOOP, _QL = "org.apache.hadoop.mapred", "org.apache.hadoop.hive.ql.io"
_TEXT = (f"{_HADOOP}.TextInputFormat", f"{_QL}.HiveIgnoreKeyTextOutputFormat")
_LAYOUTS = {
    "csv": (*_TEXT, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
    "avro": (
        f"{_QL}.avro.AvroContainerInputFormat",
        f"{_QL}.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "json": (*_TEXT, "org.openx.data.jsonserde.JsonSerDe"),
    "parquet": (
        f"{_QL}.parquet.MapredParquetInputFormat",
        f"{_QL}.parquet.MapredParquetOutputFormat",
        f"{_QL}.parquet.serde.ParquetHiveSerDe",
    ),
}
"""Format -> InputFormat, OutputFormat, SerDe."""
_BEHAVIORS = ("UPDATE_IN_DATABASE", "LOG")


@dataclass(frozen=True)
class Target:
    """A table that follows.

    Attributes:
        database: its database.
        name: its name.
        catalog_id: its catalog, or None.
    """

    database: str
    name: str
    catalog_id: str | None = None


def check(target: Target | None, path: str, kind: str, options: Options) -> None:
    """Refuse what Glue does not update the catalog for, before anything is written.

    Raises:
        ValueError: no table is named, the path is not in S3, or the format or updateBehavior is none of those.
    """
    if target is None:
        raise ValueError("enableUpdateCatalog needs a table: call setCatalogInfo(catalogDatabase, catalogTableName)")
    if not path.startswith(("s3://", "s3a://", "s3n://")):
        raise ValueError(f"enableUpdateCatalog works for Amazon S3 only, not for {path}")
    if kind.removeprefix("glue") not in _LAYOUTS:
        raise ValueError(f"enableUpdateCatalog works for json, csv, avro and parquet, not for {kind}")
    if options.get("updateBehavior", _BEHAVIORS[0]) not in _BEHAVIORS:
        raise ValueError(f"updateBehavior must be {' or '.join(_BEHAVIORS)}, not {options.get('updateBehavior')}")


def follow(
    target: Target,
    path: str,
    kind: str,
    schema: glue.StructType,
    written: Written,
    options: Options,
    format_options: Options,
) -> None:
    """Make the table or change it, and register the partitions that were written.

    Raises:
        botocore.exceptions.ClientError: Glue's refusal.
    """
    places = [index_of(schema.fields, name) for name in options.texts("partitionKeys")]
    named = [schema.fields[place] for place in places if place is not None]
    others = [field for place, field in enumerate(schema.fields) if place not in places]
    columns = _columns(others) if written.files else []
    client, where = _catalog.client(), _catalog.in_catalog(target.catalog_id)
    try:
        table = client.get_table(DatabaseName=target.database, Name=target.name, **where)["Table"]
    except client.exceptions.EntityNotFoundException:
        keys = [_column(key) for key in named]
        made = _table_input(target.name, path, kind, columns, keys, format_options)
        client.create_table(DatabaseName=target.database, TableInput=made, **where)
        table = made
    else:
        behavior = options.get("updateBehavior", _BEHAVIORS[0])
        if named and columns and behavior == _BEHAVIORS[0] and _differ(columns, table):
            client.update_table(DatabaseName=target.database, TableInput=_changed(table, columns), **where)
            table["StorageDescriptor"]["Columns"] = columns
    if named:
        _add_partitions(target, path, table, written.partitions)


def _differ(columns: Sequence[Mapping[str, str]], table: Mapping[str, Any]) -> bool:
    known = [(column["Name"], column.get("Type")) for column in table["StorageDescriptor"].get("Columns", [])]
    return known != [(column["Name"], column["Type"]) for column in columns]


def _columns(fields: Sequence[glue.Field]) -> list[dict[str, str]]:
    """The columns of a table; of fields whose names differ in case only the first, as a table has no two of a name."""
    found: dict[str, dict[str, str]] = {}
    for field in fields:
        column = _column(field)
        if found.setdefault(column["Name"], column) is not column:
            print(f"the table has one column {column['Name']}: of fields whose names differ in case only, the first")
    return list(found.values())


def _column(field: glue.Field) -> dict[str, str]:
    return {"Name": field.name.lower(), "Type": _catalog.to_hive(field.dataType)}


def _table_input(
    name: str,
    path: str,
    kind: str,
    columns: Sequence[Mapping[str, str]],
    keys: Sequence[Mapping[str, str]],
    format_options: Options,
) -> dict[str, Any]:
    kind = kind.removeprefix("glue")
    input_format, output_format, serde = _LAYOUTS[kind]
    parameters = {"classification": kind, "typeOfData": "file", **_origin()}
    settings = {"serialization.format": "1"}
    if kind == "csv":
        settings = {"field.delim": format_options.get("separator", ",")}
        if format_options.flag("writeHeader", default=True):
            parameters["skip.header.line.count"] = "1"
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": list(keys),
        "StorageDescriptor": {
            "Columns": list(columns),
            "Location": path if path.endswith("/") else f"{path}/",
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": settings},
        },
    }


def _origin() -> dict[str, str]:
    """The job and the run that make a table, from the arguments that the run got."""
    given = dict(zip(sys.argv[1:], sys.argv[2:], strict=False))
    named = {"CreatedByJob": given.get("--JOB_NAME"), "CreatedByJobRun": given.get("--JOB_RUN_ID")}
    return {name: value for name, value in named.items() if value}


_INPUT = (
    "Name Description Owner Retention StorageDescriptor PartitionKeys ViewOriginalText ViewExpandedText TableType "
    "Parameters TargetTable"
).split()


def _changed(table: Mapping[str, Any], columns: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    kept = {name: table[name] for name in _INPUT if name in table}
    return {**kept, "StorageDescriptor": {**table["StorageDescriptor"], "Columns": list(columns)}}


def _add_partitions(
    target: Target, path: str, table: Mapping[str, Any], partitions: Mapping[str, Sequence[str]]
) -> None:
    inputs = [
        {
            "Values": list(values),
            "StorageDescriptor": {**table["StorageDescriptor"], "Location": f"{path.rstrip('/')}/{folder}/"},
        }
        for folder, values in partitions.items()
    ]
    for start in range(0, len(inputs), _BATCH):
        answer = _catalog.client().batch_create_partition(
            DatabaseName=target.database,
            TableName=target.name,
            PartitionInputList=inputs[start : start + _BATCH],
            **_catalog.in_catalog(target.catalog_id),
        )
        for error in answer.get("Errors", []):
            detail = error["ErrorDetail"]
            if detail["ErrorCode"] != "AlreadyExistsException":
                what = f"partition {error['PartitionValues']} of {target.database}.{target.name}"
                raise RuntimeError(f"{what} cannot be added: {detail['ErrorCode']}: {detail['ErrorMessage']}")
