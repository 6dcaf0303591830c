"""The control plane's own figures: one function a measure, each with the bound that it is held to.

    .venv/bin/python -m benchmarks.control_plane [--rounds 3]

Medians, in seconds or megabytes, and ratios go into results.json.
"""

import argparse
import io
import json
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow import fs

from benchmarks import machine
from benchmarks.laptop import BUCKET, JOBS, Laptop, run_job, run_workflow
from samples.sales import write_zip

PARTITIONS = 1000
BATCH = 100
COLUMNS = 14
SALES_ROWS = 500_000
TRUST = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def server_ready(laptop):
    """Seconds from starting the server to its first answer."""
    return {"server ready": laptop.ready}


def four_stacks(laptop):
    """Seconds for the project's own task to deploy all stacks, and the scripts that the jobs' stack needs."""
    started = time.monotonic()
    laptop.task("createstack[basic-infra]", "deploygluescripts", "createstack[glue-jobs,glue-catalog,glue-workflow]")
    return {"four stacks": time.monotonic() - started}


def idle_memory(laptop):
    """Megabytes that the idle server holds, with the stacks in it."""
    status = Path(f"/proc/{laptop.server.pid}/status").read_text(encoding="utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return {"idle memory": int(line.split()[1]) * 1024 / 1e6}


def crawl(laptop):
    """Seconds of a crawl by its history, and of pyarrow and boto3 doing the least that it takes."""
    bucket = "crawl-of-many-partitions"
    _put_partitions(laptop.client("s3"), bucket)
    ours, least = crawl_once(laptop, bucket, PARTITIONS), discover_once(laptop, bucket)
    return {"crawl": ours, "pyarrow and boto3": least, "crawl / pyarrow and boto3": ours / least}


def workflow(laptop):
    """Seconds of the three sales jobs one by one, then as the workflow, which runs three crawlers beside them."""
    archive = Path(laptop.folder) / "sales.zip"
    write_zip(archive, SALES_ROWS, seed=1)
    laptop.client("s3").upload_file(str(archive), BUCKET.format("artifacts"), "samples/sales.zip")
    laptop.task("deploygluescripts")
    source = f"s3://{BUCKET.format('artifacts')}/samples/sales.zip"
    laptop.task(f"updatestack[glue-jobs,SourceUrl={source}]")
    jobs = sum(run_job(laptop, job) for job in JOBS)
    whole = run_workflow(laptop)
    return {"jobs one by one": jobs, "workflow": whole, "workflow / jobs one by one": whole / jobs}


MEASURES = (server_ready, four_stacks, idle_memory, crawl, workflow)
BOUNDS = {
    "server ready": 2,
    "four stacks": 3,
    "idle memory": 250,
    "crawl / pyarrow and boto3": 1.5,
    "workflow / jobs one by one": 1.15,
}


def _put_partitions(s3, bucket):
    """A thousand Hive partitions of one small parquet file each."""
    table = pa.table({f"column_{number}": [number, number + 1] for number in range(COLUMNS)})
    body = io.BytesIO()
    pq.write_table(table, body)
    s3.create_bucket(Bucket=bucket)
    with ThreadPoolExecutor(4) as pool:
        keys = [f"events/day={number:04}/part-0.parquet" for number in range(PARTITIONS)]
        list(pool.map(lambda key: s3.put_object(Bucket=bucket, Key=key, Body=body.getvalue()), keys))


def crawl_once(laptop, bucket, partitions):
    """Seconds of the first crawl of a bucket's `events/`, by its history; it has to find so many partitions."""
    iam, glue = laptop.client("iam"), laptop.client("glue")
    iam.create_role(RoleName="crawl", AssumeRolePolicyDocument=json.dumps({"Statement": [TRUST]}))
    iam.put_role_policy(RoleName="crawl", PolicyName="all", PolicyDocument=json.dumps({"Statement": [ALL]}))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/events/"}]}
    glue.create_crawler(Name="events", Role="crawl", DatabaseName="crawled", Targets=targets)
    crawled = _crawled(glue)
    assert json.loads(json.loads(crawled["Summary"])["PARTITION"]["ADD"]) == {"Count": partitions}
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


def discover_once(laptop, bucket):
    """List, read every footer, write table and partitions a hundred a call: what no cataloguing can leave out."""
    host, key = laptop.endpoint.removeprefix("http://"), "test"
    store = fs.S3FileSystem(access_key=key, secret_key=key, endpoint_override=host, scheme="http", region="us-east-1")
    glue = laptop.client("glue")
    glue.create_database(DatabaseInput={"Name": "discovered"})
    started = time.monotonic()
    found = ds.dataset(f"{bucket}/events", filesystem=store, format="parquet", partitioning="hive")
    fragments = list(found.get_fragments())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda fragment: fragment.ensure_complete_metadata(), fragments))
    columns = [{"Name": field.name, "Type": "bigint"} for field in found.schema if field.name != "day"]
    table = {"Name": "events", "PartitionKeys": [{"Name": "day", "Type": "string"}]}
    storage = {"Columns": columns, "Location": f"s3://{bucket}/events/"}
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    machine.add_force(parser)
    options = parser.parse_args()
    load = machine.refuse_when_busy(force=options.force)
    seen = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            laptop = Laptop(Path(name) / "state")
            try:
                for measure in MEASURES:
                    for figure, value in measure(laptop).items():
                        seen.setdefault(figure, []).append(value)
            finally:
                laptop.stop()
    result = {
        "rounds": options.rounds,
        **machine.about(load),
        "partitions": PARTITIONS,
        "sales rows": SALES_ROWS,
        "medians": {figure: round(statistics.median(values), 2) for figure, values in seen.items()},
        "bounds": BOUNDS,
    }
    machine.keep("control_plane", result)


if __name__ == "__main__":
    main()
