"""Jobs that use GlueContext as they run on the server."""

import json

import pytest

from tests.local_aws.aws_server import LocalAws, allow, unique

PRELUDE = """
import json, sys
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
args = getResolvedOptions(sys.argv, ["JOB_NAME", "bucket", "database"])
b, database = args["bucket"], args["database"]
glueContext = GlueContext(SparkContext.getOrCreate())
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
def rows(frame):
    return [json.loads(line) for line in frame.toDF().toJSON().collect()]
"""

BOOKMARKS = """
kinds = {"json": {}, "csv": {"withHeader": True}}
new = {
    kind: glueContext.create_dynamic_frame.from_options(
        "s3", {"paths": [f"s3://{b}/{kind}/"]}, kind, options, transformation_ctx=kind)
    for kind, options in kinds.items()
}
for kind, frame in new.items():
    target = {"path": f"s3://{b}/out/{kind}/", "partitionKeys": ["a"]}
    glueContext.write_dynamic_frame.from_options(frame, "s3", target, kind)
print(json.dumps({kind: sorted(row["a"] for row in rows(frame)) for kind, frame in new.items()}))
job.commit()
"""


def run(local_aws: LocalAws, job: str, **more: str) -> str:
    """Run a job to its success; return the last line that it printed."""
    found = local_aws.run(job, more)
    assert found["JobRunState"] == "SUCCEEDED", found["ErrorMessage"]
    return local_aws.log(found)[-1]


@pytest.fixture
def bucket(local_aws: LocalAws) -> str:
    return local_aws.bucket()


@pytest.fixture
def database(local_aws: LocalAws) -> str:
    name = unique("db")
    local_aws.client("glue").create_database(DatabaseInput={"Name": name})
    return name


def test_a_bookmark_leaves_out_what_earlier_runs_read(local_aws: LocalAws, bucket, database):
    arguments = {
        "--job-bookmark-option": "job-bookmark-enable",
        "--bucket": bucket,
        "--database": database,
        "--TempDir": f"s3://{bucket}/temp/",
    }
    job = local_aws.job(PRELUDE + BOOKMARKS, spark=True, arguments=arguments)
    local_aws.put(bucket, "json/1", '{"a":1,"b":0}\n')
    local_aws.put(bucket, "csv/1", "a,b\n1,0\n")
    assert json.loads(run(local_aws, job)) == {"json": [1], "csv": ["1"]}
    local_aws.put(bucket, "json/2", '{"a":2,"b":0}\n')
    local_aws.put(bucket, "csv/1", "a,b\n3,0\n")
    assert json.loads(run(local_aws, job)) == {"json": [2], "csv": ["3"]}
    written = local_aws.keys(bucket, "out/")
    assert {key.rpartition("/")[0] for key in written} == {
        f"out/{one}" for one in ("json/a=1", "json/a=2", "csv/a=1", "csv/a=3")
    }
    assert json.loads(run(local_aws, job)) == {"json": [], "csv": []}  # nothing new: written nowhere, and no failure
    assert local_aws.keys(bucket, "out/") == written
    assert len([key for key in local_aws.keys(bucket, "temp/partitionlisting/") if "json.input-files" in key]) == 3
    entry = local_aws.client("glue").get_job_bookmark(JobName=job)["JobBookmarkEntry"]
    assert json.loads(entry["JobBookmark"])["json"]["timestamps"]["RUN"] == "3"
    local_aws.client("glue").reset_job_bookmark(JobName=job)
    assert json.loads(run(local_aws, job)) == {"json": [1, 2], "csv": ["3"]}


CATALOG = """
frame = DynamicFrame.fromDF(
    spark.createDataFrame([(1, "x", "2024"), (2, "y", "2025"), (3, "z, \\"q\\"", "2025")], "a int, b string, y string"),
    glueContext, "frame")
for kind in ("json", "csv", "parquet", "avro"):
    sink = glueContext.getSink(connection_type="s3", path=f"s3://{b}/{kind}/", enableUpdateCatalog=True,
                               updateBehavior="UPDATE_IN_DATABASE", partitionKeys=["y"])
    sink.setCatalogInfo(catalogDatabase=database, catalogTableName=f"t_{kind}")
    sink.setFormat("glueparquet" if kind == "parquet" else kind)
    sink.writeFrame(frame)
wider = DynamicFrame.fromDF(
    spark.createDataFrame([(4, "x", "2026", 1.5)], "a int, b string, y string, c double"), glueContext, "frame")
glueContext.write_dynamic_frame.from_catalog(
    wider, database=database, table_name="t_parquet",
    additional_options={"enableUpdateCatalog": True, "partitionKeys": ["y"]})
read = glueContext.create_dynamic_frame.from_catalog
root = "s3://" + getResolvedOptions(sys.argv, ["root"])["root"]
print(json.dumps({
    "json": sorted(row["a"] for row in rows(read(database, "t_json", push_down_predicate="y > 2024"))),
    "csv": sorted(row["a"] for row in rows(read(database, "t_csv", push_down_predicate="y == '2024'"))),
    "parquet": [[row.get("c"), row["y"]] for row in rows(read(
        database, "t_parquet", additional_options={"catalogPartitionPredicate": "y='2026'"}))],
    "avro": sorted(row["b"] for row in rows(read(database, "t_avro", push_down_predicate="y = 2025"))),
    "none": read(database, "t_json", push_down_predicate="y = 'no'").count(),
    "root": {recurse: glueContext.create_dynamic_frame.from_options(
        "s3", {"paths": [root], "recurse": recurse}, "json").count() for recurse in (False, True)},
}))
import boto3, os
utils = glueContext._jvm.AWSConnectionUtils
assert utils.getRegion() == os.environ["AWS_REGION"] and utils.getGlueProxyUrl()[8:].startswith("null")
assert boto3.client("glue", endpoint_url=utils.getGlueEndpoint()).get_database(Name=database)
assert glueContext._jvm.java.lang.Math.abs(-1) == 1 and glueContext.sql("SELECT 1").count() == 1
dynamodb = boto3.client("dynamodb")
dynamodb.create_table(TableName=database, KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "N"}], BillingMode="PAY_PER_REQUEST")
glueContext.write_dynamic_frame.from_options(wider, "dynamodb", {"dynamodb.output.tableName": database,
    "dynamodb.throughput.write.percent": "1.0"})
print(json.dumps(rows(glueContext.create_dynamic_frame.from_options(
    "dynamodb", {"dynamodb.input.tableName": database, "dynamodb.throughput.read.percent": "1.0"}))), flush=True)
glueContext.write_dynamic_frame.from_options(wider, "s3", {"path": root}, "json")
job.commit()
os._exit(0)
"""


def test_tables_follow_what_is_written(local_aws: LocalAws, bucket, database):
    root = local_aws.bucket()
    local_aws.put(root, "a.json", '{"a":1}\n')
    local_aws.put(root, "folder/below/b.json", '{"a":2}\n')
    arguments = {"--bucket": bucket, "--database": database, "--root": root}
    found = local_aws.run(local_aws.job(PRELUDE + CATALOG, spark=True, arguments=arguments))
    assert found["JobRunState"] == "SUCCEEDED", found["ErrorMessage"]
    read, items = (json.loads(line) for line in local_aws.log(found)[-2:])
    assert read.pop("root") == {"false": 1, "true": 2}
    assert read == {"json": [2, 3], "csv": [1], "parquet": [[1.5, "2026"]], "avro": ["y", 'z, "q"'], "none": 0}
    (written,) = (local_aws.get(root, key) for key in local_aws.keys(root, "run-"))
    assert json.loads(written) == {"a": 4, "b": "x", "y": "2026", "c": 1.5}
    assert items == [{"a": 4, "b": "x", "c": 1.5, "y": "2026"}]
    expected = [["1", "x", "2024"], ["2", "y", "2025"]]
    for kind in ("json", "csv", "avro"):
        sql = f"SELECT a, b, y FROM t_{kind} WHERE a < 3 ORDER BY a"
        assert local_aws.rows(sql, database) == expected
    assert local_aws.rows("SELECT a, c, y FROM t_parquet WHERE y > '2024' ORDER BY a", database) == [
        ["2", None, "2025"],
        ["3", None, "2025"],
        ["4", "1.5", "2026"],
    ]
    assert not [key for key in local_aws.keys(bucket) if "_temporary" in key or "_SUCCESS" in key]


READ = """
glueContext.create_dynamic_frame.from_options("s3", {"paths": [args["path"]]}, args["kind"]).show()
"""


def test_what_the_role_may_not_read_is_said_in_s3s_words(local_aws: LocalAws, bucket, database):
    """All runs at once, since each costs a JVM. What may be listed and is not there gives no rows."""
    s3 = f"arn:aws:s3:::{bucket}"
    role = local_aws.role(
        allow("s3:GetObject", f"{s3}/scripts/*", f"{s3}/closed/*"),
        allow("s3:ListBucket", s3, Condition={"StringLike": {"s3:prefix": ["open/*"]}}),
        allow("logs:*"),
    )
    local_aws.put(bucket, "open/f", '{"a":1}')
    local_aws.put(bucket, "closed/f", '{"a":1}')
    script = PRELUDE.replace('"database"])', '"database", "path", "kind"])') + READ
    arguments = {"--bucket": bucket, "--database": database}
    settings = {"role": role, "bucket": bucket, "ExecutionProperty": {"MaxConcurrentRuns": 5}}
    job = local_aws.job(script, spark=True, arguments=arguments, **settings)
    wanted = {
        ("open/", "json"): "GetObject",
        ("open/", "parquet"): "GetObject",
        ("closed/", "json"): "ListBucket",
        ("nothing/", "json"): "ListBucket",
        ("open/nothing/", "json"): None,
    }
    ids = {
        local_aws.start_run(job, {"--path": f"s3://{bucket}/{path}", "--kind": kind}): action
        for (path, kind), action in wanted.items()
    }
    found = {run: local_aws.wait_run(job, run).get("ErrorMessage", "") for run in ids}
    for run, action in ids.items():
        if action is None:
            assert not found[run]
            continue
        assert "AccessDenied" in found[run], found
        assert f"is not authorized to perform: s3:{action} on resource: {s3}" in found[run].replace('"', ""), found
