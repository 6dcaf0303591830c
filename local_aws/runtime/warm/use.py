"""A small session that does what most jobs do, so that Java has Spark's classes loaded and, in part, compiled.

It ends early where a run comes meanwhile: what was done by then has its use.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_BUCKET = "warming"
_ROWS = 300
_ROUNDS = 2


def use(folder: Path, wanted: Callable[[], bool]) -> None:
    """Make a session, use it, stop it; `PYSPARK_GATEWAY_PORT` says in which Java.

    Args:
        folder: for all that it writes; made here.
        wanted: whether a run waits for this to end.
    """
    from pyspark.sql import SparkSession

    data = folder / "data"
    data.mkdir(parents=True)
    builder = SparkSession.builder.appName("warming")
    for name, value in {
        "spark.local.dir": folder / "spark-local",
        "spark.sql.warehouse.dir": folder / "spark-warehouse",
        f"spark.hadoop.fs.viewfs.mounttable.{_BUCKET}.linkFallback": data.as_uri(),
    }.items():
        builder = builder.config(name, str(value))
    spark = builder.getOrCreate()
    try:
        for _ in _steps(spark, f"s3://{_BUCKET}"):
            if wanted():
                break
    finally:
        spark.stop()
        shutil.rmtree(data, ignore_errors=True)


def _steps(spark: Any, place: str) -> Iterator[None]:
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    for _ in range(_ROUNDS):
        yield
        made = spark.range(_ROWS).select(
            F.col("id").cast("string").alias("id"),
            (F.col("id") % 7).cast("string").alias("group"),
            F.concat(F.lit("2024-01-"), F.lpad((1 + F.col("id") % 28).cast("string"), 2, "0")).alias("day"),
            (F.col("id") / 3).cast("decimal(12,2)").cast("string").alias("amount"),
        )
        made.write.mode("overwrite").option("header", "true").csv(f"{place}/csv/")
        yield
        lines = spark.read.text(f"{place}/csv/").select(F.split("value", ",").alias("parts"), "_metadata.file_path")
        lines.where(F.size("parts") > 1).count()
        yield
        texts = spark.read.option("header", "true").csv(f"{place}/csv/")
        parsed = texts.select(
            F.expr("try_cast(id AS bigint)").alias("id"),
            F.expr("CASE WHEN day RLIKE '^[0-9-]+$' THEN try_cast(day AS date) END").alias("day"),
            F.expr("try_cast(amount AS decimal(12,2))").alias("amount"),
            F.trim("group").alias("group"),
        ).dropDuplicates(["id"])
        parsed.write.mode("overwrite").parquet(f"{place}/parquet/")
        yield
        typed = spark.read.parquet(f"{place}/parquet/")
        typed.repartition("group").write.mode("overwrite").partitionBy("group").parquet(f"{place}/gold/")
        yield
        sums = typed.groupBy("group").agg(F.sum("amount").alias("total"), F.max("day").alias("last"))
        typed.join(sums, "group").withColumn(
            "place", F.row_number().over(Window.partitionBy("group").orderBy(F.col("amount").desc()))
        ).where("place < 3").orderBy("id").collect()
        with contextlib.suppress(Exception):
            spark.read.parquet(f"{place}/none/")
