"""The script that one would write first: header, inferred types, no checks, one file. Measured beside ours.

    python obvious.py <folder of CSV files> <folder for silver> <folder for gold>

Plain pyspark as pip installs it, with its own settings, on local files.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

source, silver, gold = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
rows = spark.read.csv(source, header=True, inferSchema=True)
for name in rows.columns:
    rows = rows.withColumnRenamed(name, name.lower().replace(" ", "_"))
for name in ("order_date", "ship_date"):
    rows = rows.withColumn(name, F.to_date(name, "M/d/yyyy"))
for name in ("unit_price", "unit_cost", "total_revenue", "total_cost", "total_profit"):
    rows = rows.withColumn(name, F.col(name).cast("decimal(10,2)"))
rows.dropDuplicates().coalesce(1).write.mode("overwrite").parquet(silver)
spark.read.parquet(silver).coalesce(1).write.mode("overwrite").partitionBy("country").parquet(gold)
