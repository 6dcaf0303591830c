"""The script that one would write first: header, inferred types, no checks, one file. Measured beside ours."""

import sys

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

args = getResolvedOptions(sys.argv, ["source_path", "silver_path", "gold_path"])
spark = SparkSession.builder.getOrCreate()
rows = spark.read.csv(args["source_path"], header=True, inferSchema=True)
for name in rows.columns:
    rows = rows.withColumnRenamed(name, name.lower().replace(" ", "_"))
for name in ("order_date", "ship_date"):
    rows = rows.withColumn(name, F.to_date(name, "M/d/yyyy"))
for name in ("unit_price", "unit_cost", "total_revenue", "total_cost", "total_profit"):
    rows = rows.withColumn(name, F.col(name).cast("decimal(10,2)"))
rows.dropDuplicates().coalesce(1).write.mode("overwrite").parquet(args["silver_path"])
spark.read.parquet(args["silver_path"]).coalesce(1).write.mode("overwrite").partitionBy("country").parquet(
    args["gold_path"]
)
