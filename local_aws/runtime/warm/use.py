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
_ROUNDS = 3
"""A run that cleans the demo's sample takes 4.9 s after one, 4.8 s after two, 4.4 s after four; each is 2 s of CPU."""
_DAY = "^[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}$"
_NUMBER = "^[+-]?[0-9]+([.][0-9]{1,2})?$"


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
            spark._jvm.java.lang.System.gc()  # else its heap grows by what nobody needs, and stays so
    finally:
        spark.stop()
        shutil.rmtree(data, ignore_errors=True)


def _steps(spark: Any, place: str) -> Iterator[None]:
    """Rounds of what jobs do: lines read and parsed, checked, made unique, counted, written in folders, joined."""
    for _ in range(_ROUNDS):
        yield
        made = spark.range(_ROWS).selectExpr(
            "id",
            "cast(id % 7 as string) AS group",
            "concat(1 + id % 12, '/', 1 + id % 28, '/2024') AS day",
            "if(id % 9 = 0, concat('\"a, ', id, '\"'), concat(' b ', id)) AS note",
            *[f"cast(cast(id / {3 + at} as decimal(12,2)) as string) AS amount_{at}" for at in range(6)],
        )
        made.write.mode("overwrite").option("header", "true").csv(f"{place}/csv/")
        yield
        yield from _clean(spark, place, made.columns)
        yield
        yield from _arrange(spark, place)
        with contextlib.suppress(Exception):
            spark.read.parquet(f"{place}/none/")


def _clean(spark: Any, place: str, names: list[str]) -> Iterator[None]:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    lines = spark.read.text(f"{place}/csv/", recursiveFileLookup=True)
    lines.inputFiles()
    spark.read.text(f"{place}/csv/").first()
    fields = lines.where(~F.col("value").isin(["id,group"]) & (F.trim("value") != "")).select(
        F.when(~F.col("value").contains('"'), F.split("value", ",", -1))
        .when(F.col("value").rlike('^([^,"]*,)*"'), F.split(F.regexp_replace("value", '"([^"]*)"', "$1"), ",", -1))
        .alias("fields"),
        F.col("value").alias("line"),
        F.col("_metadata.file_path").alias("file"),
    )
    numbers = names[4:]
    texts = fields.selectExpr(*[f"trim(get(fields, {at})) AS {name}" for at, name in enumerate(names)], "line", "file")
    typed = texts.selectExpr(
        "try_cast(id AS bigint) AS id",
        "if(group = '' OR contains(group, '-'), null, group) AS group",
        f"if(day rlike '{_DAY}', try_cast(concat(right(day, 4), '-', substring_index(day, '/', 1), '-', "
        "substring_index(substring_index(day, '/', 2), '/', -1)) AS date), null) AS day",
        "note",
        *[f"if({name} rlike '{_NUMBER}', try_cast({name} AS decimal(12,2)), null) AS {name}" for name in numbers],
        "if(id IS NULL OR day IS NULL, line, null) AS line",
        "file",
    )
    typed.write.mode("overwrite").parquet(f"{place}/typed/")
    yield
    stored = spark.read.schema(typed.schema).parquet(f"{place}/typed/")
    reason = "coalesce(if(id IS NULL, 'id: none', null), concat_ws('; ', if(day IS NULL, concat('day: ', line), null)))"
    stored.where("line IS NOT NULL").select(
        F.decode(F.col("line").cast("binary"), "UTF-8").alias("line"),
        F.expr(reason).alias("reason"),
        F.url_decode(F.replace("file", F.lit("+"), F.lit("%2B"))).alias("file"),
    ).write.mode("overwrite").parquet(f"{place}/refused/")
    stored.count()
    yield
    shared = stored.groupBy("id").count().where("count > 1").select("id").persist()
    shared.count()
    copies = stored.join(shared, "id", "left_semi").groupBy(*names).agg(F.count("*").alias("copies")).persist()
    copies.agg(F.coalesce(F.sum(F.col("copies") - 1), F.lit(0))).first()
    alone = stored.join(shared, "id", "left_anti").selectExpr(*names)
    unique = alone.unionByName(copies.selectExpr(*names).hint("rebalance")).dropDuplicates(["id"])
    unique.write.mode("overwrite").parquet(f"{place}/parquet/")


def _arrange(spark: Any, place: str) -> Iterator[None]:
    from pyspark.sql import Window
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    table = spark.read.parquet(f"{place}/parquet/")
    numbers = [name for name in table.columns if name.startswith("amount")]
    table.agg(
        *[F.count(F.when(F.col(name).isNotNull(), 1)).alias(f"with_{name}") for name in table.columns],
        *[F.min(F.when(F.col(name) > 0, F.col(name))).alias(f"least_{name}") for name in numbers],
        *[F.max(F.when(F.col(name) > 0, F.col(name))).alias(f"most_{name}") for name in numbers],
    ).first()
    yield
    parts = table.repartition(4, "group").write.mode("overwrite").partitionBy("group")
    parts.option("maxRecordsPerFile", 1000).parquet(f"{place}/gold/")
    spark.read.schema(table.schema).parquet(f"{place}/gold/").count()
    yield
    sums = table.groupBy("group").agg(F.sum("amount_0").alias("total"), F.max("day").alias("last"))
    table.join(sums, "group").withColumn(
        "place", F.row_number().over(Window.partitionBy("group").orderBy(F.col("amount_0").desc()))
    ).where("place < 3").orderBy("id").collect()
    spark.createDataFrame([("a", {"b": 1.0})], "name string, values map<string,double>").coalesce(1).collect()
