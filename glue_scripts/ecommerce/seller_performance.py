"""Source of truth to a specialised table: what each seller sold and how it went, for each day of purchase.

All figures can be summed over days: a rate is a quotient of two sums, such as late_orders / delivered_orders. An order
of several sellers counts for each of them, with the items of that seller. Values leave canceled orders out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awsglue.context import GlueContext
from awsglue.job import Job
from ecommerce_output import read_arguments, write
from ecommerce_tables import SELLER_PERFORMANCE, each_once, read, read_orders, refuse_line_breaks
from pyspark.context import SparkContext
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SOURCES = ("order_items", "sellers")
OF_SELLERS = """
SELECT parts.seller_id, sellers.seller_city, sellers.seller_state, {day},
       count(*) AS orders,
       sum(parts.items) AS items,
       sum(if(orders.order_status = 'canceled', 0, parts.price)) AS items_value,
       sum(if(orders.order_status = 'canceled', 0, parts.freight)) AS freight_value,
       count_if(orders.order_status = 'delivered') AS delivered_orders,
       count_if(orders.is_late) AS late_orders,
       count_if(orders.order_status = 'canceled') AS canceled_orders,
       count(orders.review_score) AS reviewed_orders,
       coalesce(sum(orders.review_score), 0) AS review_score_sum
FROM {orders} AS orders
JOIN (
    SELECT order_id, seller_id, count(*) AS items, sum(price) AS price, sum(freight_value) AS freight
    FROM {items} GROUP BY order_id, seller_id
) AS parts ON parts.order_id = orders.order_id
LEFT JOIN {sellers} AS sellers ON sellers.seller_id = parts.seller_id
GROUP BY parts.seller_id, sellers.seller_city, sellers.seller_state, {day}
"""


def of_sellers(orders: DataFrame, items: DataFrame, sellers: DataFrame, partition: str) -> DataFrame:
    """One row for each seller and day."""
    frames = {
        "orders": orders,
        "items": each_once(items, ["order_id", "order_item_id"]),
        "sellers": each_once(sellers, ["seller_id"]),
    }
    found = orders.sparkSession.sql(OF_SELLERS, day=F.col(f"orders.{partition}"), **frames)
    typed = [F.col(name).cast(kind).alias(name) for name, kind in SELLER_PERFORMANCE.items()]
    return found.select(*typed, partition)


def main() -> None:
    """Read orders, items and sellers, replace the sellers' figures of the day or of all days."""
    output = read_arguments("SOR_DB", "SOT_DB", "SOT_TABLE")
    args = output.args
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, {"JOB_NAME": args.job})
    orders = read_orders(context, args["SOT_DB"], args["SOT_TABLE"], output.partition, output.day)
    refuse_line_breaks(context, args["SOR_DB"], SOURCES)
    items, sellers = (read(context, args["SOR_DB"], name) for name in SOURCES)
    write(context, of_sellers(orders, items, sellers, output.partition), output)
    job.commit()


if __name__ == "__main__":
    main()
