"""Tables of the Data Catalog read as DynamicFrames with the columns that were declared, whatever the files had.

Names are in lower case then, as the catalog keeps them, so that files, tables and queries agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import ApplyMapping
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from awsglue.context import GlueContext

    from lakejobs.schema import Schema


def read(context: GlueContext, database: str, table: str, columns: Schema) -> DynamicFrame:
    """A table of the catalog with the columns that a job needs, in lower case."""
    frame = context.create_dynamic_frame.from_catalog(
        database=database, table_name=table, transformation_ctx=f"read_{table}"
    )
    return typed(frame, columns, table)


def typed(frame: DynamicFrame, columns: Schema, name: str) -> DynamicFrame:
    """These columns in lower case with these types; a column that no file has is null.

    JSON writes 0.0 as 0, so a column may be of two types: the casts come first. Not verified on AWS: that a cast of a
    column which no file has is passed over.
    """
    kinds = columns.dynamic
    cast = frame.resolveChoice(specs=[(column, f"cast:{kind}") for column, kind in kinds.items()])
    mapped = ApplyMapping.apply(
        frame=cast,
        mappings=[(column, kind, column.lower(), kind) for column, kind in kinds.items()],
        transformation_ctx=name,
    ).toDF()
    wanted = columns.lower()
    missing = {column: F.lit(None).cast(kind) for column, kind in wanted.items() if column not in mapped.columns}
    return DynamicFrame.fromDF(mapped.withColumns(missing).select(wanted.names), frame.glue_ctx, name)
