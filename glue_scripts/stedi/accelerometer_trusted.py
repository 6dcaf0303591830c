"""Landing to trusted: the accelerometer readings of the customers who share their data for research.

With `--readings since-consent` only those at or after the customer's consent.
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


def accelerometer_trusted(customers: DynamicFrame, readings: DynamicFrame, variant: str) -> DynamicFrame:
    """The readings alone, without what is known of the customers."""
    both = readings_of(customers, readings, variant)
    return SelectFields.apply(frame=both, paths=list(ACCELEROMETER), transformation_ctx="readings_alone")


def main() -> None:
    """Read landing readings and trusted customers, replace the trusted readings."""
    args = arguments.read({"database": str, "target_path": str, "readings": str})
    check_readings(args["readings"])
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, args.resolved)
    customers = read(context, args["database"], "customer_trusted", CURATED_CUSTOMER)
    readings = read(context, args["database"], "accelerometer_landing", ACCELEROMETER)
    trusted = accelerometer_trusted(customers, readings, args["readings"])
    replace(context, trusted, args["target_path"], args["database"], "accelerometer_trusted")
    job.commit()


if __name__ == "__main__":
    main()
