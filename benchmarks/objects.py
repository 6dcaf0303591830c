"""Ten thousand objects in a thousand partitions: crawled, crawled again, laid out for a job.

    .venv/bin/python -m benchmarks.objects [--objects 10000] [--rounds 3] [--force]

The crawl is beside pyarrow's discovery of the same dataset and the catalog calls that it takes. A job whose script does
nothing is run with and without the objects in reach: the difference is what laying them out takes. Seconds and ratios
go into results.json.
"""

import io
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow import fs

from benchmarks import machine
from benchmarks.laptop import Laptop, run_job

PARTITIONS = 1000
BATCH = 100
COLUMNS = 14
BUCKET = "benchmark-of-objects"
TRUST = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def put(s3, objects):
    """The objects: a small parquet file each, as many in each partition."""
    table = pa.table({f"column_{number}": [number, number + 1] for number in range(COLUMNS)})
    body = io.BytesIO()
    pq.write_table(table, body)
    s3.create_bucket(Bucket=BUCKET)
    keys = [f"events/day={number % PARTITIONS:04}/part-{number // PARTITIONS}.parquet" for number in range(objects)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=BUCKET, Key=key, Body=body.getvalue()), keys))


def empty_job(laptop):
    """A job of Spark whose script starts no Spark, and who may do all."""
    iam, glue, s3 = (laptop.client(service) for service in ("iam", "glue", "s3"))
    iam.create_role(RoleName="empty", AssumeRolePolicyDocument=json.dumps({"Statement": [TRUST]}))
    iam.put_role_policy(RoleName="empty", PolicyName="all", PolicyDocument=json.dumps({"Statement": [ALL]}))
    s3.create_bucket(Bucket="scripts-of-the-benchmark")
    s3.put_object(Bucket="scripts-of-the-benchmark", Key="empty.py", Body=b"print(1)\n")
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts-of-the-benchmark/empty.py", "PythonVersion": "3"}
    glue.create_job(Name="empty", Role="empty", Command=command, GlueVersion="5.1")


def crawl_once(laptop):
    """Seconds of the first crawl, by its history; it has to find all partitions."""
    iam, glue = laptop.client("iam"), laptop.client("glue")
    iam.create_role(RoleName="crawl", AssumeRolePolicyDocument=json.dumps({"Statement": [TRUST]}))
    iam.put_role_policy(RoleName="crawl", PolicyName="all", PolicyDocument=json.dumps({"Statement": [ALL]}))
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/events/"}]}
    glue.create_crawler(Name="events", Role="crawl", DatabaseName="crawled", Targets=targets)
    crawled = _crawled(glue)
    assert json.loads(json.loads(crawled["Summary"])["PARTITION"]["ADD"]) == {"Count": PARTITIONS}
    return (crawled["EndTime"] - crawled["StartTime"]).total_seconds()


def crawl_again(laptop):
    """Seconds of the next crawl, which has to find nothing new."""
    crawled = _crawled(laptop.client("glue"))
    assert "ADD" not in json.loads(crawled.get("Summary") or "{}").get("PARTITION", {}), crawled
    return (crawled["EndTime"] - crawled["StartTime"]).total_seconds()


def _crawled(glue):
    glue.start_crawler(Name="events")
    while glue.get_crawler(Name="events")["Crawler"]["State"] != "READY":
        time.sleep(0.1)
    return max(glue.list_crawls(CrawlerName="events")["Crawls"], key=lambda crawl: crawl["StartTime"])


def discover_once(laptop):
    """List, read every footer, write table and partitions a hundred a call: what no cataloguing can leave out."""
    host, key = laptop.endpoint.removeprefix("http://"), "test"
    store = fs.S3FileSystem(access_key=key, secret_key=key, endpoint_override=host, scheme="http", region="us-east-1")
    glue = laptop.client("glue")
    glue.create_database(DatabaseInput={"Name": "discovered"})
    started = time.monotonic()
    found = ds.dataset(f"{BUCKET}/events", filesystem=store, format="parquet", partitioning="hive")
    fragments = list(found.get_fragments())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda fragment: fragment.ensure_complete_metadata(), fragments))
    columns = [{"Name": field.name, "Type": "bigint"} for field in found.schema if field.name != "day"]
    table = {"Name": "events", "PartitionKeys": [{"Name": "day", "Type": "string"}]}
    storage = {"Columns": columns, "Location": f"s3://{BUCKET}/events/"}
    glue.create_table(DatabaseName="discovered", TableInput={**table, "StorageDescriptor": storage})
    inputs = [_partition(fragment, columns) for fragment in fragments]
    for start in range(0, len(inputs), BATCH):
        glue.batch_create_partition(
            DatabaseName="discovered", TableName="events", PartitionInputList=inputs[start : start + BATCH]
        )
    return time.monotonic() - started


def _partition(fragment, columns):
    folder = fragment.path.rpartition("/")[0]
    rows = str(sum(group.num_rows for group in fragment.row_groups))
    return {
        "Values": [folder.rpartition("=")[2]],
        "Parameters": {"recordCount": rows, "classification": "parquet"},
        "StorageDescriptor": {"Columns": columns, "Location": f"s3://{folder}/", "Parameters": {"recordCount": rows}},
    }


def main():
    options, load = machine.begin(__doc__, objects=10_000, rounds=3)
    seen = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            laptop = Laptop(Path(name) / "state", LOCAL_AWS_WARM_MINUTES="0")
            try:
                empty_job(laptop)
                run_job(laptop, "empty")
                seen.setdefault("job without objects", []).extend(run_job(laptop, "empty") for _ in range(3))
                began = time.monotonic()
                put(laptop.client("s3"), options.objects)
                seen.setdefault("put", []).append(time.monotonic() - began)
                seen.setdefault("job with objects", []).extend(run_job(laptop, "empty") for _ in range(3))
                seen.setdefault("first crawl", []).append(crawl_once(laptop))
                seen.setdefault("second crawl", []).append(crawl_again(laptop))
                seen.setdefault("pyarrow and boto3", []).append(discover_once(laptop))
            finally:
                laptop.stop()
    laid_out = [more - less for more, less in zip(seen["job with objects"], seen["job without objects"], strict=True)]
    seen["laying out"] = laid_out
    machine.keep(
        "objects",
        {
            "objects": options.objects,
            "partitions": PARTITIONS,
            "rounds": options.rounds,
            **machine.about(load),
            "seconds": machine.summary(seen),
            "first_crawl_to_pyarrow": machine.ratio(seen["first crawl"], seen["pyarrow and boto3"]),
            "second_crawl_to_pyarrow": machine.ratio(seen["second crawl"], seen["pyarrow and boto3"]),
        },
    )


if __name__ == "__main__":
    main()
