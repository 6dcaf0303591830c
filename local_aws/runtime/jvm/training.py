"""A Spark job that does a little of what most do, for Java to write down which classes that takes: see maker.py."""

from __future__ import annotations

import sys
from typing import Any

ROWS = 400


def main(place: str) -> None:
    """Read, check, join, aggregate and write rows in each format below a path."""
    from awsglue.context import GlueContext
    from pyspark.context import SparkContext
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    glue = GlueContext(SparkContext.getOrCreate())
    spark = glue.spark_session
    made = spark.range(ROWS).select(
        F.col("id"),
        (F.col("id") % 7).cast("string").alias("group"),
        F.concat(F.lit("2024-01-"), F.lpad((1 + F.col("id") % 28).cast("string"), 2, "0")).alias("day"),
        (F.col("id") / 3).cast("decimal(12,2)").alias("amount"),
    )
    for kind in ("csv", "json", "parquet", "orc"):
        made.repartition("group").write.mode("overwrite").option("header", "true").partitionBy("group").format(
            kind
        ).save(f"{place}/{kind}/")
    _by_columns(place, spark.read.option("header", "true").csv(f"{place}/csv/"))
    spark.read.option("header", "true").option("inferSchema", "true").csv(f"{place}/csv/").count()
    for kind in ("json", "orc"):
        spark.read.format(kind).load(f"{place}/{kind}/").groupBy("group").count().collect()
    _by_lines(place, spark)
    _by_frames(place, glue, spark.read.parquet(f"{place}/parquet/"))


def _by_columns(place: str, texts: Any) -> None:
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    spark = texts.sparkSession
    parsed = texts.select(
        F.col("id").cast("long").alias("id"),
        F.to_date("day", "yyyy-MM-dd").alias("day"),
        F.expr("try_cast(amount AS decimal(12,2))").alias("amount"),
        F.when(F.col("day").rlike(r"^\d{4}-\d\d-\d\d$"), F.lit("good")).otherwise("bad").alias("verdict"),
        F.trim(F.regexp_replace("group", r"\s+", " ")).alias("group"),
    ).cache()
    newest = Window.partitionBy("group").orderBy(F.col("day").desc(), "id")
    parsed.withColumn("place", F.row_number().over(newest)).where("place = 1").collect()
    sums = parsed.groupBy("group").agg(F.sum("amount").alias("total"), F.countDistinct("id"), F.max("day"))
    joined = parsed.join(F.broadcast(sums), "group").dropDuplicates(["id"]).orderBy("id")
    joined.write.mode("overwrite").parquet(f"{place}/joined/")
    parsed.createOrReplaceTempView("parsed")
    spark.sql(
        "SELECT l.group, count(*), avg(l.amount) FROM parsed l LEFT JOIN parsed r ON l.id = r.id + 1 "
        "WHERE l.day BETWEEN date'2024-01-02' AND date'2024-02-01' GROUP BY l.group HAVING count(*) > 1 ORDER BY 2"
    ).show()
    spark.read.parquet(f"{place}/joined/").where("group = '1'").union(joined).subtract(joined.limit(3)).count()
    spark.catalog.dropTempView("parsed")
    parsed.unpersist()


def _by_lines(place: str, spark: Any) -> None:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    lines = spark.read.text(f"{place}/csv/", recursiveFileLookup=True)
    parts = lines.select(F.split("value", ",").alias("parts"), F.input_file_name().alias("file"))
    longer = F.udf(lambda text: f"{text}!", "string")
    parts.where(F.size("parts") > 1).select(longer(F.element_at("parts", 1)).alias("text"), F.explode("parts")).count()
    spark.createDataFrame([(1, "a", None), (2, "b", 0.5)], "id int, name string, share double").toPandas()
    spark.sparkContext.parallelize(range(10), 2).map(lambda number: (number % 2, number)).reduceByKey(max).collect()


def _by_frames(place: str, glue: Any, data: Any) -> None:
    from awsglue.dynamicframe import DynamicFrame

    frame = DynamicFrame.fromDF(data, glue, "frame")
    mapped = frame.apply_mapping([("id", "long", "number", "long"), ("amount", "decimal", "amount", "double")])
    mapped.resolveChoice(specs=[("number", "cast:string")]).toDF().coalesce(1).write.mode("overwrite").json(
        f"{place}/frames/"
    )
    frame.toDF().rdd.map(lambda row: row["id"]).take(2)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
