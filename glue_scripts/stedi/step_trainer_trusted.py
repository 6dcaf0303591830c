"""Landing to trusted: the step trainer's records of the curated customers, by the serial number of their devices.

With `--readings since-consent` only those at or after the customer's consent.
"""

from __future__ import annotations

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.transforms import Join, RenameField, SelectFields
from lakehouse import CURATED_CUSTOMER, STEP_TRAINER, check_readings, since_consent
from lakejobs import arguments
from lakejobs.catalog import read
from lakejobs.sinks import replace
from pyspark.context import SparkContext


def step_trainer_trusted(customers: DynamicFrame, steps: DynamicFrame, variant: str) -> DynamicFrame:
    """The records whose device belongs to one of the customers."""
    owners = RenameField.apply(
        frame=customers, old_name="serialnumber", new_name="device", transformation_ctx="name_devices"
    )
    joined = Join.apply(
        frame1=owners, frame2=steps, keys1=["device"], keys2=["serialnumber"], transformation_ctx="join_customers"
    )
    if variant != "all":
        joined = since_consent(joined, "sensorreadingtime")
    paths = [column.lower() for column in STEP_TRAINER]
    return SelectFields.apply(frame=joined, paths=paths, transformation_ctx="records_alone")


def main() -> None:
    """Read landing records and curated customers, replace the trusted records."""
    args = arguments.read({"database": str, "target_path": str, "readings": str})
    check_readings(args["readings"])
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, args.resolved)
    customers = read(context, args["database"], "customers_curated", CURATED_CUSTOMER)
    steps = read(context, args["database"], "step_trainer_landing", STEP_TRAINER)
    trusted = step_trainer_trusted(customers, steps, args["readings"])
    replace(context, trusted, args["target_path"], args["database"], "step_trainer_trusted")
    job.commit()


if __name__ == "__main__":
    main()
