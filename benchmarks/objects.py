"""Ten thousand objects in a thousand partitions: crawled, crawled again, laid out for a job.

    .venv/bin/python -m benchmarks.objects [--objects 10000] [--rounds 3] [--force]

The crawl is beside pyarrow's discovery of the same dataset and the catalog calls that it takes (control_plane.py). A
job whose script does nothing is run with and without the objects in reach: the difference is what laying them out
takes. Seconds and ratios go into results.json.
"""

import argparse
import io
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import machine
from benchmarks.control_plane import ALL, COLUMNS, TRUST, crawl_again, crawl_once, discover_once
from benchmarks.laptop import Laptop, run_job

PARTITIONS = 1000
BUCKET = "benchmark-of-objects"


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    machine.add_force(parser)
    options = parser.parse_args()
    load = machine.refuse_when_busy(force=options.force)
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
                seen.setdefault("first crawl", []).append(crawl_once(laptop, BUCKET, PARTITIONS))
                seen.setdefault("second crawl", []).append(crawl_again(laptop))
                seen.setdefault("pyarrow and boto3", []).append(discover_once(laptop, BUCKET))
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
