"""Glue's structures from and to Hive's: databases, tables, partitions and their storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymetastore.hive_metastore import ttypes as hive

Shape = Mapping[str, Any]

_KEPT_STORAGE = ("SkewedInfo", "SchemaReference")
"""What Spark knows nothing of, and an update leaves."""


# From Glue


def database(shape: Shape) -> Any:
    """A Database; one without LocationUri has the empty location (Glue's Hive client), on which Spark stumbles."""
    return hive.Database(
        name=shape["Name"],
        description=shape.get("Description", ""),
        locationUri=shape.get("LocationUri", ""),
        parameters=dict(shape.get("Parameters") or {}),
    )


def table(shape: Shape) -> Any:
    """A Table."""
    return hive.Table(
        tableName=shape["Name"],
        dbName=shape["DatabaseName"],
        owner=shape.get("Owner", ""),
        createTime=_seconds(shape.get("CreateTime")),
        lastAccessTime=_seconds(shape.get("LastAccessTime")),
        retention=shape.get("Retention", 0),
        sd=_storage(shape.get("StorageDescriptor") or {}),
        partitionKeys=_fields(shape.get("PartitionKeys")),
        parameters=dict(shape.get("Parameters") or {}),
        viewOriginalText=shape.get("ViewOriginalText"),
        viewExpandedText=shape.get("ViewExpandedText"),
        tableType=shape.get("TableType"),
    )


def partition(shape: Shape) -> Any:
    """A Partition."""
    return hive.Partition(
        values=list(shape["Values"]),
        dbName=shape["DatabaseName"],
        tableName=shape["TableName"],
        createTime=_seconds(shape.get("CreationTime")),
        lastAccessTime=_seconds(shape.get("LastAccessTime")),
        sd=_storage(shape.get("StorageDescriptor") or {}),
        parameters=dict(shape.get("Parameters") or {}),
    )


def _storage(shape: Shape) -> Any:
    serde = shape.get("SerdeInfo") or {}
    return hive.StorageDescriptor(
        cols=_fields(shape.get("Columns")),
        location=shape.get("Location"),
        inputFormat=shape.get("InputFormat"),
        outputFormat=shape.get("OutputFormat"),
        compressed=shape.get("Compressed", False),
        numBuckets=shape.get("NumberOfBuckets", 0),
        serdeInfo=hive.SerDeInfo(
            name=serde.get("Name"),
            serializationLib=serde.get("SerializationLibrary"),
            parameters=dict(serde.get("Parameters") or {}),
        ),
        bucketCols=[name.lower() for name in shape.get("BucketColumns") or []],
        sortCols=[
            hive.Order(col=one["Column"].lower(), order=one["SortOrder"]) for one in shape.get("SortColumns") or []
        ],
        parameters=dict(shape.get("Parameters") or {}),
        skewedInfo=hive.SkewedInfo(skewedColNames=[], skewedColValues=[], skewedColValueLocationMaps={}),
        storedAsSubDirectories=shape.get("StoredAsSubDirectories", False),
    )


def _fields(columns: Sequence[Shape] | None) -> list[Any]:
    """Columns, in lower case, as every metastore of Hive answers them (Hive 2.3, ObjectStore).

    Spark relies on it when it makes partitions. That Glue's Hive client folds them too is unverified.
    """
    return [
        hive.FieldSchema(name=column["Name"].lower(), type=column.get("Type", "string"), comment=column.get("Comment"))
        for column in columns or []
    ]


def _seconds(moment: Any) -> int:
    return int(moment.timestamp()) if moment else 0


# To Glue


def database_input(given: Any, location: str | None) -> dict[str, Any]:
    """A DatabaseInput.

    Args:
        given: a Hive Database.
        location: its LocationUri; None for none.
    """
    return _present(
        Name=given.name,
        Description=given.description or None,
        LocationUri=location,
        Parameters=_texts(given.parameters),
    )


def table_input(given: Any, old: Shape | None = None) -> dict[str, Any]:
    """A TableInput.

    Args:
        given: a Hive Table.
        old: the Glue table that it replaces, which keeps what Hive has no word for.
    """
    old = old or {}
    kept = {name: old[name] for name in ("Description", "LastAnalyzedTime") if name in old}
    return {
        **kept,
        **_present(
            Name=given.tableName,
            Owner=given.owner or None,
            Retention=given.retention,
            StorageDescriptor=storage_input(given.sd, old.get("StorageDescriptor")),
            PartitionKeys=_columns(given.partitionKeys),
            ViewOriginalText=given.viewOriginalText,
            ViewExpandedText=given.viewExpandedText,
            TableType=_table_type(given),
            Parameters=_texts(given.parameters),
        ),
    }


def partition_input(given: Any) -> dict[str, Any]:
    """A PartitionInput of a Hive Partition."""
    return _present(
        Values=list(given.values),
        StorageDescriptor=storage_input(given.sd),
        Parameters=_texts(given.parameters),
    )


def storage_input(given: Any, old: Shape | None = None) -> dict[str, Any]:
    """A StorageDescriptor of Hive's; see `table_input` for `old`."""
    serde = given.serdeInfo or hive.SerDeInfo()
    kept = {name: old[name] for name in _KEPT_STORAGE if name in old} if old else {}
    return {
        **kept,
        **_present(
            Columns=_columns(given.cols),
            Location=given.location,
            InputFormat=given.inputFormat,
            OutputFormat=given.outputFormat,
            Compressed=given.compressed,
            NumberOfBuckets=given.numBuckets,
            SerdeInfo=_present(
                Name=serde.name or None,
                SerializationLibrary=serde.serializationLib,
                Parameters=_texts(serde.parameters),
            ),
            BucketColumns=[name.lower() for name in given.bucketCols or []],
            SortColumns=[{"Column": one.col.lower(), "SortOrder": one.order} for one in given.sortCols or []],
            Parameters=_texts(given.parameters),
            StoredAsSubDirectories=given.storedAsSubDirectories,
        ),
    }


def _table_type(given: Any) -> str | None:
    """A table with the property EXTERNAL is EXTERNAL_TABLE (Glue's Hive client)."""
    external = (given.parameters or {}).get("EXTERNAL", "").lower() == "true"
    kind: str | None = "EXTERNAL_TABLE" if external else given.tableType
    return kind


def _columns(fields: Sequence[Any] | None) -> list[dict[str, str]]:
    """Columns, in lower case (Hive 2.3's metastore; what Glue's makes of capitals is unverified)."""
    return [_present(Name=field.name.lower(), Type=field.type, Comment=field.comment) for field in fields or []]


def _texts(parameters: Mapping[str, str | None] | None) -> dict[str, str]:
    return {name: value for name, value in (parameters or {}).items() if value is not None}


def _present(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
