"""What the STEDI jobs share: tables read with their declared types, and tables written so that a rerun replaces them.

Names are in lower case everywhere, as the Data Catalog keeps them, so that files, tables and queries agree.

How a table is replaced: the new files are written beside the old ones, under names of their own, and then the old ones
are deleted. A job that fails takes back what it wrote, so the last good output stays readable. Within the moment
between the two steps a reader finds old and new rows; a run that is killed in it is put right by the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import ApplyMapping, Filter, Join
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from collections.abc import Mapping

    from awsglue.context import GlueContext

LONG, DOUBLE, INT, TEXT = "long", "double", "int", "string"
CUSTOMER = {
    "customerName": TEXT,
    "email": TEXT,
    "phone": TEXT,
    "birthDay": TEXT,
    "serialNumber": TEXT,
    "registrationDate": LONG,
    "lastUpdateDate": LONG,
    "shareWithResearchAsOfDate": LONG,
    "shareWithPublicAsOfDate": LONG,
    "shareWithFriendsAsOfDate": LONG,
}
CURATED_CUSTOMER = {"email": TEXT, "serialNumber": TEXT, "lastUpdateDate": LONG, "shareWithResearchAsOfDate": LONG}
ACCELEROMETER = {"user": TEXT, "timestamp": LONG, "x": DOUBLE, "y": DOUBLE, "z": DOUBLE}
STEP_TRAINER = {"sensorReadingTime": LONG, "serialNumber": TEXT, "distanceFromObject": INT}
READINGS = ("all", "since-consent")
DELETE_BATCH = 1000  # the most keys that one DeleteObjects request takes


class LakehouseError(Exception):
    """A table could not be made; it is as it was."""


def typed(frame: DynamicFrame, columns: Mapping[str, str], name: str) -> DynamicFrame:
    """These columns in lower case with these types, whatever the files had; a column that no file has is null.

    JSON writes 0.0 as 0, so a column may be of two types: the casts come first. Not verified on AWS: that a cast of a
    column which no file has is passed over.
    """
    cast = frame.resolveChoice(specs=[(column, f"cast:{kind}") for column, kind in columns.items()])
    mapped = ApplyMapping.apply(
        frame=cast,
        mappings=[(column, kind, column.lower(), kind) for column, kind in columns.items()],
        transformation_ctx=name,
    ).toDF()
    missing = {column.lower(): kind for column, kind in columns.items() if column.lower() not in mapped.columns}
    filled = mapped.withColumns({column: F.lit(None).cast(kind) for column, kind in missing.items()})
    return DynamicFrame.fromDF(filled.select([column.lower() for column in columns]), frame.glue_ctx, name)


def read(context: GlueContext, database: str, table: str, columns: Mapping[str, str]) -> DynamicFrame:
    """A table of the catalog with the columns that a job needs, in lower case."""
    frame = context.create_dynamic_frame.from_catalog(
        database=database, table_name=table, transformation_ctx=f"read_{table}"
    )
    return typed(frame, columns, table)


def check_readings(readings: str) -> None:
    """Refuse a variant that is none.

    Raises:
        LakehouseError: names the variants.
    """
    if readings not in READINGS:
        raise LakehouseError(
            f"error: there are no readings {readings!r}\n"
            f"  seen: --readings takes {' or '.join(READINGS)}\n"
            "  next: correct the parameter Readings of the stack stedi"
        )


def readings_of(customers: DynamicFrame, readings: DynamicFrame, variant: str) -> DynamicFrame:
    """Each accelerometer reading beside its customer; customers without readings, and readings of others, drop out."""
    joined = Join.apply(
        frame1=customers, frame2=readings, keys1=["email"], keys2=["user"], transformation_ctx="join_customers"
    )
    return joined if variant == "all" else since_consent(joined, "timestamp")


def since_consent(joined: DynamicFrame, time: str) -> DynamicFrame:
    """The records of which a time is at or after the consent beside it; one without a time is none of them."""
    return Filter.apply(
        frame=joined,
        f=lambda record: record[time] is not None and record[time] >= record["sharewithresearchasofdate"],
        transformation_ctx="since_consent",
    )


def replace(context: GlueContext, frame: DynamicFrame, path: str, database: str, table: str) -> int:
    """Make the rows of a frame the only ones of a table: parquet at `path`, `database.table` in the catalog.

    Returns:
        How many rows the table has now.

    Raises:
        LakehouseError: a record could not be handled; nothing was written.
    """
    if frame.errorsCount():
        raise LakehouseError(
            f"error: {frame.errorsCount()} records for {table} could not be handled\n"
            f"  seen: {frame.errorsAsDynamicFrame().toDF().first()}\n"
            "  next: correct the records, or the script"
        )
    bucket, _, key = path.removeprefix("s3://").partition("/")
    s3 = boto3.client("s3")
    before = _keys(s3, bucket, key)
    kept = DynamicFrame.fromDF(frame.toDF().cache(), context, table)  # counted and written: made once
    rows = kept.count()
    if rows:  # a sink that gets none makes a table without columns (developer guide, on enableUpdateCatalog)
        try:
            sink = context.getSink(
                connection_type="s3",
                path=path,
                enableUpdateCatalog=True,
                updateBehavior="UPDATE_IN_DATABASE",
                partitionKeys=[],
                compression="snappy",
                transformation_ctx=f"write_{table}",
            )
            sink.setCatalogInfo(catalogDatabase=database, catalogTableName=table)
            sink.setFormat("glueparquet")
            sink.writeFrame(kept)
        except BaseException:
            _delete(s3, bucket, [new for new in _keys(s3, bucket, key) if new not in before])
            raise
    _delete(s3, bucket, before)
    print(f"{table}: {rows} rows written to {path}, {len(before)} former files deleted")
    return rows


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    """The files below a folder; a key that ends in a slash is a folder that somebody made in the console."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = (entry["Key"] for page in pages for entry in page.get("Contents", []))
    return [key for key in found if not key.endswith("/")]


def _delete(s3: Any, bucket: str, keys: list[str]) -> None:
    for start in range(0, len(keys), DELETE_BATCH):
        batch = {"Objects": [{"Key": key} for key in keys[start : start + DELETE_BATCH]], "Quiet": True}
        # DeleteObjects answers 200 also when it deleted nothing: each key's failure is in the body.
        errors = s3.delete_objects(Bucket=bucket, Delete=batch).get("Errors", [])
        if errors:
            first = errors[0]
            raise LakehouseError(
                f"error: {len(errors)} objects could not be deleted from s3://{bucket}/\n"
                f"  seen: {first['Key']}: {first.get('Code')}: {first.get('Message')}\n"
                "  next: let the role delete there and run the job again; until then old files lie beside new ones"
            )
