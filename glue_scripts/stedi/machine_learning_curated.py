"""Trusted to curated: the step trainer's records beside the accelerometer's readings of the same time.

Of the same time and the same customer: people train at the same time, and a join on times alone would put one person's
movement beside another one's steps. The email that leads from one device to the other stays behind; of the customer
only the serial number is left, which nothing but customers_curated ties to a person.
"""

from __future__ import annotations

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from lakehouse import ACCELEROMETER, CURATED_CUSTOMER, STEP_TRAINER
from lakejobs import arguments
from lakejobs.catalog import read
from lakejobs.sinks import replace
from pyspark.context import SparkContext

SAME_TIME = """
SELECT steps.sensorreadingtime, steps.serialnumber, steps.distancefromobject, readings.x, readings.y, readings.z
FROM {steps} AS steps
JOIN {customers} AS customers ON customers.serialnumber = steps.serialnumber
JOIN {readings} AS readings ON readings.user = customers.email AND readings.timestamp = steps.sensorreadingtime
"""


def machine_learning_curated(customers: DynamicFrame, readings: DynamicFrame, steps: DynamicFrame) -> DynamicFrame:
    """One row for each record and reading of the same customer and time."""
    frames = {"customers": customers.toDF(), "readings": readings.toDF(), "steps": steps.toDF()}
    joined = frames["steps"].sparkSession.sql(SAME_TIME, **frames)
    return DynamicFrame.fromDF(joined, steps.glue_ctx, "same_time")


def main() -> None:
    """Read trusted records and readings and the curated customers, replace the table to learn from."""
    args = arguments.read({"database": str, "target_path": str})
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, args.resolved)
    database = args["database"]
    customers = read(context, database, "customers_curated", CURATED_CUSTOMER)
    readings = read(context, database, "accelerometer_trusted", ACCELEROMETER)
    steps = read(context, database, "step_trainer_trusted", STEP_TRAINER)
    table = machine_learning_curated(customers, readings, steps)
    replace(context, table, args["target_path"], database, "machine_learning_curated")
    job.commit()


if __name__ == "__main__":
    main()
