"""Trusted to curated: the trusted customers who have accelerometer readings, each once, without name and birthday.

It needs no trusted readings, so that it runs beside the job that makes those. With `--readings since-consent` a reading
counts at or after the customer's consent only.
"""

from __future__ import annotations

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.transforms import SelectFields
from lakehouse import ACCELEROMETER, CURATED_CUSTOMER, check_readings, readings_of
from lakejobs import arguments
from lakejobs.catalog import read
from lakejobs.sinks import replace
from pyspark.context import SparkContext


def customers_curated(customers: DynamicFrame, readings: DynamicFrame, variant: str) -> DynamicFrame:
    """The customers of the readings: a join gives one row a reading, hence the distinct."""
    both = readings_of(customers, readings, variant)
    paths = [column.lower() for column in CURATED_CUSTOMER]
    alone = SelectFields.apply(frame=both, paths=paths, transformation_ctx="customers_alone")
    return DynamicFrame.fromDF(alone.toDF().distinct(), customers.glue_ctx, "each_once")


def main() -> None:
    """Read trusted customers and landing readings, replace the curated customers."""
    args = arguments.read({"database": str, "target_path": str, "readings": str})
    check_readings(args["readings"])
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, args.resolved)
    customers = read(context, args["database"], "customer_trusted", CURATED_CUSTOMER)
    readings = read(context, args["database"], "accelerometer_landing", ACCELEROMETER)
    curated = customers_curated(customers, readings, args["readings"])
    replace(context, curated, args["target_path"], args["database"], "customers_curated")
    job.commit()


if __name__ == "__main__":
    main()
