"""Items of operations into the local DynamoDB: the job's writers beside a loop with boto3's batch_writer, same data.

    .venv/bin/python -m benchmarks.operations [--rows 1000000] [--rounds 5] [--processes 2] [--writers 4]

Writes benchmarks/operations.json: the median records a second of rounds that take turns, each with its share of the
data, and the most memory that a writing process had. The job's writers run as Spark runs them, a process a core, each
with its share of the items and of the writers. What was sent is read back.
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import boto3

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).with_name("operations.json")
sys.path[:0] = [str(ROOT / "glue_scripts/operations")]

from operations_items import Items, client  # noqa: E402 - on the path now

KEYS = ("custody_operation", "domain_load")


def made(start, end):
    """Items as the job makes them; a generator, so that nobody has them all."""
    for number in range(start, end):
        payload = {"number": f"{number % 60 + 1:03d}", "due_on": "2026-01-31", "amount": f"{number % 9999}.50"}
        yield {
            "custody_operation": f"21#{number:09d}",
            "domain_load": f"DOMAIN#03#{number % 60 + 1:03d}#202601050000001",
            "custody": "21",
            "domain": "03",
            "operation_id": f"{number:09d}",
            "load_id": "202601050000001",
            "payload": json.dumps(payload, separators=(",", ":")),
        }


def megabytes():
    """The most memory that this process has had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 10 if platform.system() == "Linux" else 1 << 20)


def obvious(table, start, end):
    """What anybody writes first."""
    begun = megabytes()
    with boto3.resource("dynamodb").Table(table).batch_writer() as batch:
        for one in made(start, end):
            batch.put_item(Item=one)
    return megabytes(), megabytes() - begun


def share(table, start, end, writers):
    """One process of the job's writers."""
    dynamodb = client(writers)
    begun = megabytes()
    Items(dynamodb, table, writers).put(made(start, end))
    return megabytes(), megabytes() - begun


def timed(processes, work, *calls):
    """Seconds, and the most memory and growth of the processes; they are started before the clock is."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.5] * processes))
        started = time.monotonic()
        sizes = [one.result() for one in [pool.submit(work, *call) for call in calls]]
        return time.monotonic() - started, max(size for size, _ in sizes), max(growth for _, growth in sizes)


def digest(items):
    """Of items in any order."""
    total = 0
    for one in items:
        text = json.dumps(one, sort_keys=True).encode()
        total = (total + int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big")) % (1 << 128)
    return total


def stored(dynamodb, table):
    """What is in a table, a page at a time."""
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for one in page["Items"]:
            yield {name: value["S"] for name, value in one.items()}


def measure(rows, rounds, processes, writers):
    """Both ways into tables of their own, in turns; what is there is what was sent."""
    dynamodb = boto3.client("dynamodb")
    for table in ("batch_writer", "job"):
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": KEYS[0], "KeyType": "HASH"}, {"AttributeName": KEYS[1], "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in KEYS],
            BillingMode="PAY_PER_REQUEST",
        )
    found = {"batch_writer": [], "job": []}
    for turn in range(rounds):
        first, last = rows * turn // rounds, rows * (turn + 1) // rounds
        ends = [first + (last - first) * place // processes for place in range(processes + 1)]
        calls = [("job", *pair, max(1, writers // processes)) for pair in pairwise(ends)]
        for name, result in (
            ("batch_writer", timed(1, obvious, ("batch_writer", first, last))),
            ("job", timed(processes, share, *calls)),
        ):
            seconds, *sizes = result
            found[name].append(((last - first) / seconds, *sizes))
    wanted = digest(made(0, rows))
    for table in found:
        assert digest(stored(dynamodb, table)) == wanted, table
    return {
        name: {
            "records a second": round(statistics.median(rate for rate, *_ in turns)),
            "MB at most": round(max(most for _, most, _ in turns)),
            "MB grown": round(max(growth for *_, growth in turns)),
        }
        for name, turns in found.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--writers", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "local_aws", "--port", "0", "--state-dir", folder]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            os.environ |= {
                "AWS_ENDPOINT_URL": server.stdout.readline().split()[1],
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "us-east-1",
            }
            found = measure(options.rows, options.rounds, options.processes, options.writers)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    ratio = found["job"]["records a second"] / found["batch_writer"]["records a second"]
    result = {
        "rows": options.rows,
        "rounds": options.rounds,
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "processes": options.processes,
        "writers": options.writers,
        **found,
        "times as fast": round(ratio, 2),
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
