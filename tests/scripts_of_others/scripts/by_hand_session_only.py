"""Nightly customers job. No bookmarks, therefore no Job.init."""
import logging
import sys
from datetime import datetime

from awsglue.context import GlueContext
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.window import Window

logging.basicConfig(level=logging.INFO, stream=sys.stdout)
log = logging.getLogger(__name__)


def optional(name, default):
    if f"--{name}" in sys.argv:
        return getResolvedOptions(sys.argv, [name])[name]
    return default


def main():
    source = optional("source", "s3://shop-landing/customers/")
    run_date = datetime.strptime(optional("run_date", "1970-01-01"), "%Y-%m-%d").date()
    spark = (
        SparkSession.builder.appName("customers")
        .config("spark.sql.sources.partitionOverwriteMode", "dynamic")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .getOrCreate()
    )
    glue_context = GlueContext(spark.sparkContext)
    log.info("reading %s for %s", source, run_date)

    customers = spark.read.json(source)
    latest = Window.partitionBy("customer_id").orderBy(F.col("since").desc())
    flat = (
        customers.withColumn("rank", F.row_number().over(latest))
        .where("rank = 1")
        .select(
            "customer_id",
            "name",
            F.col("address.city").alias("city"),
            F.size(F.coalesce("phones", F.array())).alias("phones"),
            F.lit(run_date).alias("run_date"),
        )
    )
    flat.repartition("run_date").write.mode("overwrite").partitionBy("run_date").parquet("s3://shop-lake/session_only/")
    again = glue_context.create_dynamic_frame_from_options(
        "s3", {"paths": ["s3://shop-lake/session_only/"], "recurse": True}, "parquet"
    )
    log.info("rows: %d", again.count())


if __name__ == "__main__":
    main()
