"""Landing to trusted: the customers who share their data for research, each once.

The latest version of a customer (by lastUpdateDate) decides. No consent is a share date that is absent, null or 0: a
test for 0 alone would let the absent ones through.
"""

from __future__ import annotations

from typing import Any

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.transforms import Filter
from lakehouse import CUSTOMER
from lakejobs import arguments
from lakejobs.catalog import read
from lakejobs.sinks import replace
from pyspark.context import SparkContext

# Versions of the same date: the one with the earlier consent, or without any, so that a doubt never shares more.
LATEST = """
SELECT * FROM (
    SELECT *, row_number() OVER (
        PARTITION BY email
        ORDER BY lastupdatedate DESC NULLS LAST, sharewithresearchasofdate ASC NULLS FIRST, serialnumber, phone
    ) AS place
    FROM {customers}
    WHERE email IS NOT NULL
) WHERE place = 1
"""


def consented(record: Any) -> bool:
    """Whether a customer shares for research."""
    return bool(record["sharewithresearchasofdate"])


def customer_trusted(customers: DynamicFrame) -> DynamicFrame:
    """The latest version of each customer, of those who share for research."""
    data = customers.toDF()
    latest = data.sparkSession.sql(LATEST, customers=data).drop("place")
    frame = DynamicFrame.fromDF(latest, customers.glue_ctx, "latest")
    return Filter.apply(frame=frame, f=consented, transformation_ctx="consented")


def main() -> None:
    """Read the landing table, replace the trusted one."""
    args = arguments.read({"database": str, "target_path": str})
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, args.resolved)
    customers = read(context, args["database"], "customer_landing", CUSTOMER)
    replace(context, customer_trusted(customers), args["target_path"], args["database"], "customer_trusted")
    job.commit()


if __name__ == "__main__":
    main()
