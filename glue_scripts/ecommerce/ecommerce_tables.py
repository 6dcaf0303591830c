"""The shop's tables: what their columns are, declared once, and how a job reads them with these types.

In the system of record every column is a text, as it came. What is no value of its type is null here, and so is what is
empty. Table and column names are Olist's, `lenght` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from lakejobs.errors import JobError
from lakejobs.schema import Schema
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from awsglue.context import GlueContext
    from pyspark.sql import DataFrame, SparkSession

SHOWN, SHOWN_LETTERS = 3, 80
"""Of lines that are refused: how many are told, and how much of each."""
TEXT, COUNT, MOMENT, MONEY, TOTAL = "string", "int", "timestamp", "decimal(10,2)", "decimal(14,2)"
SOR = {
    "customers": Schema(
        {
            "customer_id": TEXT,
            "customer_unique_id": TEXT,
            "customer_zip_code_prefix": TEXT,
            "customer_city": TEXT,
            "customer_state": TEXT,
        }
    ),
    "order_items": Schema(
        {
            "order_id": TEXT,
            "order_item_id": COUNT,
            "product_id": TEXT,
            "seller_id": TEXT,
            "shipping_limit_date": MOMENT,
            "price": MONEY,
            "freight_value": MONEY,
        }
    ),
    "order_payments": Schema(
        {
            "order_id": TEXT,
            "payment_sequential": COUNT,
            "payment_type": TEXT,
            "payment_installments": COUNT,
            "payment_value": MONEY,
        }
    ),
    "order_reviews": Schema(
        {
            "review_id": TEXT,
            "order_id": TEXT,
            "review_score": COUNT,
            "review_comment_title": TEXT,
            "review_comment_message": TEXT,
            "review_creation_date": MOMENT,
            "review_answer_timestamp": MOMENT,
        }
    ),
    "orders": Schema(
        {
            "order_id": TEXT,
            "customer_id": TEXT,
            "order_status": TEXT,
            "order_purchase_timestamp": MOMENT,
            "order_approved_at": MOMENT,
            "order_delivered_carrier_date": MOMENT,
            "order_delivered_customer_date": MOMENT,
            "order_estimated_delivery_date": MOMENT,
        }
    ),
    "sellers": Schema({"seller_id": TEXT, "seller_zip_code_prefix": TEXT, "seller_city": TEXT, "seller_state": TEXT}),
}
"""What jobs read of the system of record; geolocation and products are for queries alone so far."""
ORDERS = Schema(
    {
        "order_id": TEXT,
        "customer_id": TEXT,
        "customer_unique_id": TEXT,
        "customer_city": TEXT,
        "customer_state": TEXT,
        "order_status": TEXT,
        "order_purchase_timestamp": MOMENT,
        "order_approved_at": MOMENT,
        "order_delivered_carrier_date": MOMENT,
        "order_delivered_customer_date": MOMENT,
        "order_estimated_delivery_date": MOMENT,
        "items": COUNT,
        "sellers": COUNT,
        "items_value": TOTAL,
        "freight_value": TOTAL,
        "payments": COUNT,
        "payment_types": TEXT,
        "payment_installments": COUNT,
        "payment_value": TOTAL,
        "reviews": COUNT,
        "late_reviews": COUNT,
        "review_score": COUNT,
        "delivery_days": COUNT,
        "delivery_delay_days": COUNT,
        "is_late": "boolean",
    }
)
"""The source of truth, one row an order."""
SELLER_PERFORMANCE = Schema(
    {
        "seller_id": TEXT,
        "seller_city": TEXT,
        "seller_state": TEXT,
        "orders": COUNT,
        "items": COUNT,
        "items_value": TOTAL,
        "freight_value": TOTAL,
        "delivered_orders": COUNT,
        "late_orders": COUNT,
        "canceled_orders": COUNT,
        "reviewed_orders": COUNT,
        "review_score_sum": COUNT,
    }
)
DELIVERY_BY_STATE = Schema(
    {
        "customer_state": TEXT,
        "orders": COUNT,
        "delivered_orders": COUNT,
        "late_orders": COUNT,
        "delivery_days_sum": COUNT,
        "delivery_delay_days_sum": COUNT,
        "freight_value": TOTAL,
    }
)


class ShopError(JobError):
    """A table of the shop is not what a job reads."""


def read(context: GlueContext, database: str, table: str) -> DataFrame:
    """A table of the system of record, typed.

    Raises:
        ShopError: the catalog's table lacks columns.
    """
    schema = SOR[table]
    texts = context.create_dynamic_frame.from_catalog(
        database=database, table_name=table, transformation_ctx=f"read_{table}"
    ).toDF()
    missing = [name for name in schema if name not in texts.columns]
    if missing:
        raise ShopError(
            f"the table {database}.{table} has not the columns that are read",
            f"missing: {', '.join(missing)}; found: {', '.join(texts.columns) or 'nothing'}",
            f"correct the files of {table} and run the crawler again",
        )
    return texts.select(*[F.expr(f"try_cast(nullif(trim(`{name}`), '') AS {kind})").alias(name)
                          for name, kind in schema.items()])  # fmt: skip


def refuse_line_breaks(context: GlueContext, database: str, tables: Sequence[str]) -> None:
    """See that every value of the system of record's tables ends in the line in which it began.

    OpenCSVSerDe, with which the catalog, Athena and jobs read these files, takes each line for a row (Athena user
    guide, "Open CSV SerDe": embedded line breaks are not supported), so one such value would be two wrong rows.

    Raises:
        ShopError: a value goes on in the next line; it names the tables, the file and the line.
    """
    glue = boto3.client("glue")
    places = {}
    for table in tables:
        found = glue.get_table(DatabaseName=database, Name=table)["Table"]
        places[table] = found["StorageDescriptor"]["Location"]
    check_lines(context.spark_session, places)


def check_lines(spark: SparkSession, places: Mapping[str, str]) -> None:
    """The same for folders of CSV files by the names of their tables. A quote within a quoted value stands twice.

    Raises:
        ShopError: a line of a file has an odd number of quotes.
    """
    lines = spark.read.option("recursiveFileLookup", "true").text(list(places.values()))
    odd = lines.where(F.length(F.regexp_replace("value", '[^"]', "")) % 2 == 1)
    found = odd.select(F.input_file_name().alias("file"), "value").limit(SHOWN).collect()
    if found:
        seen = "; ".join(f"{row['file']}: {row['value'][:SHOWN_LETTERS]}" for row in found)
        raise ShopError(
            f"a value with a line break stands in the tables {', '.join(places)}",
            f"lines with a quotation mark that opens and does not close, or the other way round: {seen}",
            "write these files without line breaks in values, for example with blanks in their place, and run it again",
        )


def read_orders(context: GlueContext, database: str, table: str, partition: str, day: str | None) -> DataFrame:
    """The orders of the source of truth, of one day or of all; none where there is no such table or no such day."""
    schema = ORDERS.with_columns({partition: TEXT})
    empty = context.spark_session.createDataFrame([], schema.spark)
    glue = boto3.client("glue")
    try:
        glue.get_table(DatabaseName=database, Name=table)
    except glue.exceptions.EntityNotFoundException:
        return empty
    found = context.create_dynamic_frame.from_catalog(
        database=database,
        table_name=table,
        push_down_predicate=f"{partition} = '{day}'" if day else "",
        transformation_ctx=f"read_{table}",
    ).toDF()
    return found.select(*schema) if found.columns else empty


def each_once(frame: DataFrame, keys: Sequence[str], latest_by: Sequence[str] = ()) -> DataFrame:
    """One row for each key: of several ones that with the latest of these columns, and then of all others."""
    rest = [name for name in frame.columns if name not in (*keys, *latest_by)]
    one = F.max(F.struct(*latest_by, *rest)).alias("one")
    return frame.groupBy(*keys).agg(one).select(*keys, "one.*").select(*frame.columns)
