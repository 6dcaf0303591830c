"""Parquet tables in the Data Catalog as jobs that write them keep them: the columns are those of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def put_table(glue: Any, database: str, table: str, path: str, columns: Sequence[tuple[str, str]]) -> None:
    """Create the table or bring it to these columns, (name, type) each; Spark's names of types are Hive's."""
    described = {
        "Name": table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Location": path,
            "Columns": [{"Name": name, "Type": kind} for name, kind in columns],
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                "Parameters": {"serialization.format": "1"},
            },
        },
    }
    try:
        glue.update_table(DatabaseName=database, TableInput=described)
    except glue.exceptions.EntityNotFoundException:
        glue.create_table(DatabaseName=database, TableInput=described)
