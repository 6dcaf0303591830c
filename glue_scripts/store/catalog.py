"""Parquet tables in the Data Catalog as the jobs that write them keep them: their columns are those of the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lakejobs.schema import Schema

HIVE = "org.apache.hadoop.hive.ql.io.parquet"


def put_table(glue: Any, database: str, table: str, path: str, columns: Schema) -> None:
    """Create the table, or bring it to these columns and this folder."""
    described = {
        "Name": table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Location": path,
            "Columns": columns.catalog,
            "InputFormat": f"{HIVE}.MapredParquetInputFormat",
            "OutputFormat": f"{HIVE}.MapredParquetOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": f"{HIVE}.serde.ParquetHiveSerDe",
                "Parameters": {"serialization.format": "1"},
            },
        },
    }
    try:
        glue.update_table(DatabaseName=database, TableInput=described)
    except glue.exceptions.EntityNotFoundException:
        glue.create_table(DatabaseName=database, TableInput=described)
