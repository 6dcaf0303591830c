"""System of record to source of truth: one row an order, with its items, payments, reviews and delivery.

The day of an order is that of its purchase. A run for one day replaces the partition of that day and nothing else: what
came later, such as a review or a delivery, is in the row after the next run for its day. A run for all replaces the
table.

A line that stands there twice counts once; of several different lines of an order the one that got furthest counts.
Items, payments and reviews of orders that are not there are counted and left out; an order of an unknown customer
stays, without city and state.
"""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING

from awsglue.context import GlueContext
from awsglue.job import Job
from ecommerce_output import Output, read_arguments, write
from ecommerce_tables import ORDERS, each_once, read, refuse_line_breaks
from lakejobs import counts
from pyspark.context import SparkContext
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import DataFrame

METRICS = "EtlPocEcommerce"
LATE_REVIEW_DAYS = 30  # after the delivery
PROGRESS = (
    "order_delivered_customer_date",
    "order_delivered_carrier_date",
    "order_approved_at",
)
CHILDREN = {"order_items": "items", "order_payments": "payments", "order_reviews": "reviews"}
SOURCES = ("customers", "orders", *CHILDREN)
ONE_ROW_AN_ORDER = """
SELECT orders.*,
       customers.customer_unique_id, customers.customer_city, customers.customer_state,
       coalesce(items.items, 0) AS items, coalesce(items.sellers, 0) AS sellers,
       coalesce(items.items_value, 0) AS items_value, coalesce(items.freight_value, 0) AS freight_value,
       coalesce(payments.payments, 0) AS payments, payments.payment_types, payments.payment_installments,
       coalesce(payments.payment_value, 0) AS payment_value,
       coalesce(reviews.reviews, 0) AS reviews, coalesce(reviews.late_reviews, 0) AS late_reviews,
       reviews.review_score,
       datediff(order_delivered_customer_date, order_purchase_timestamp) AS delivery_days,
       datediff(order_delivered_customer_date, order_estimated_delivery_date) AS delivery_delay_days,
       datediff(order_delivered_customer_date, order_estimated_delivery_date) > 0 AS is_late
FROM {orders} AS orders
LEFT JOIN {customers} AS customers ON customers.customer_id = orders.customer_id
LEFT JOIN (
    SELECT order_id, count(*) AS items, count(DISTINCT seller_id) AS sellers, sum(price) AS items_value,
           sum(freight_value) AS freight_value
    FROM {items} GROUP BY order_id
) AS items ON items.order_id = orders.order_id
LEFT JOIN (
    SELECT order_id, count(*) AS payments, concat_ws(',', sort_array(collect_set(payment_type))) AS payment_types,
           max(payment_installments) AS payment_installments, sum(payment_value) AS payment_value
    FROM {payments} GROUP BY order_id
) AS payments ON payments.order_id = orders.order_id
LEFT JOIN (
    SELECT reviews.order_id, count(*) AS reviews,
           count_if(datediff(review_creation_date, order_delivered_customer_date) > {late}) AS late_reviews,
           max_by(review_score, struct(review_answer_timestamp, review_id)) AS review_score
    FROM {reviews} AS reviews JOIN {orders} AS orders ON orders.order_id = reviews.order_id
    GROUP BY reviews.order_id
) AS reviews ON reviews.order_id = orders.order_id
"""


def dated(lines: DataFrame, output: Output) -> DataFrame:
    """The order lines of the day, or all, each with its day; one without a number or a purchase has none."""
    day = F.when(F.col("order_id").isNotNull(), F.date_format("order_purchase_timestamp", output.spark_pattern))
    found = lines.withColumn(output.partition, day)
    return found.where(F.col(output.partition) == output.day) if output.day else found


def one_row_an_order(orders: DataFrame, tables: Mapping[str, DataFrame], partition: str) -> DataFrame:
    """Each of the orders, which are there once, beside what belongs to it."""
    frames = {
        "orders": orders,
        "customers": each_once(tables["customers"], ["customer_id"]),
        "items": each_once(tables["order_items"], ["order_id", "order_item_id"]),
        "payments": each_once(tables["order_payments"], ["order_id", "payment_sequential"]),
        "reviews": each_once(tables["order_reviews"], ["review_id", "order_id"], ["review_answer_timestamp"]),
    }
    joined = orders.sparkSession.sql(ONE_ROW_AN_ORDER, late=LATE_REVIEW_DAYS, **frames)
    typed = [F.col(name).cast(kind).alias(name) for name, kind in ORDERS.items()]
    return joined.select(*typed, partition)


def orphans(lines: DataFrame, tables: Mapping[str, DataFrame]) -> dict[str, int]:
    """How many items, payments and reviews are of orders that are not there."""
    ids = lines.select("order_id").distinct()
    parts = [tables[table].select("order_id", F.lit(word).alias("word")) for table, word in CHILDREN.items()]
    lost = reduce(lambda one, other: one.unionByName(other), parts).join(ids, "order_id", "left_anti")
    found = {row["word"]: int(row["count"]) for row in lost.groupBy("word").count().collect()}
    return {f"orphan_{word}": found.get(word, 0) for word in CHILDREN.values()}


def main() -> None:
    """Read the shop's tables, join them, replace the orders of the day or of all days."""
    output = read_arguments("SOR_DB")
    args = output.args
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, {"JOB_NAME": args.job})
    refuse_line_breaks(context, args["SOR_DB"], SOURCES)
    tables = {name: read(context, args["SOR_DB"], name).cache() for name in SOURCES}
    lines = dated(tables["orders"], output).cache()
    is_dated = F.col(output.partition).isNotNull()
    once = each_once(lines.where(is_dated), ["order_id"], PROGRESS).cache()
    rows = one_row_an_order(once, tables, output.partition).cache()
    read_rows, rejected = lines.count(), lines.where(~is_dated).count()
    found = {
        "rows_read": read_rows,
        "rows_written": rows.count(),
        "rows_rejected": rejected,
        "rows_duplicate": read_rows - rejected - once.count(),
    }
    counts.check_sum(found)
    write(context, rows, output)
    print(json.dumps({"job": args.job, "day": output.day or "all", **orphans(tables["orders"], tables)}), flush=True)
    counts.report(found, args, namespace=METRICS, prefix="orders")
    job.commit()


if __name__ == "__main__":
    main()
