"""Source of truth to a specialised table: how long deliveries to each state took, for each day of purchase.

All figures can be summed over days: a mean is a quotient of two sums, such as delivery_days_sum / delivered_orders. An
order of an unknown customer is one of the state `unknown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from awsglue.context import GlueContext
from awsglue.job import Job
from ecommerce_output import read_arguments, write
from ecommerce_tables import DELIVERY_BY_STATE, read_orders
from pyspark.context import SparkContext
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def by_state(orders: DataFrame, partition: str) -> DataFrame:
    """One row for each state and day."""
    state = F.coalesce("customer_state", F.lit("unknown")).alias("customer_state")
    found = orders.groupBy(state, partition).agg(
        F.count("*").alias("orders"),
        F.count("delivery_days").alias("delivered_orders"),
        F.count_if("is_late").alias("late_orders"),
        F.coalesce(F.sum("delivery_days"), F.lit(0)).alias("delivery_days_sum"),
        F.coalesce(F.sum("delivery_delay_days"), F.lit(0)).alias("delivery_delay_days_sum"),
        F.sum("freight_value").alias("freight_value"),
    )
    typed = [F.col(name).cast(kind).alias(name) for name, kind in DELIVERY_BY_STATE.items()]
    return found.select(*typed, partition)


def main() -> None:
    """Read the orders, replace the states' figures of the day or of all days."""
    output = read_arguments("SOT_DB", "SOT_TABLE")
    args = output.args
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, {"JOB_NAME": args.job})
    orders = read_orders(context, args["SOT_DB"], args["SOT_TABLE"], output.partition, output.day)
    write(context, by_state(orders, output.partition), output)
    job.commit()


if __name__ == "__main__":
    main()
