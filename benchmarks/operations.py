"""Items of operations into the local DynamoDB: the job's writers beside a loop with boto3's batch_writer, same data.

    .venv/bin/python -m benchmarks.operations [--rows 1000000] [--share 20000] [--rounds 7] [--writers 4]

Its results go into results.json. Both take turns, round by round, each into a table of its own, with the same share of
the data: records a second of each round, and how many times as fast the job was in it. Then the job alone writes all
rows, and the memory of its processes is looked at after each tenth. The job's writers run as Spark runs them, a process
a core, each with its share of the items and of the writers. All that was sent is read back, item by item, and counted.
What each batch costs server and writers in CPU time is told too (Linux): it depends less on what else the machine does.
With `--rounds 0` or `--rows 0` that part is not measured, and what the file says of it stays.
"""

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
from itertools import islice, pairwise
from multiprocessing import get_context
from pathlib import Path

import boto3
from botocore.config import Config

from benchmarks import machine

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "glue_scripts/operations")]

from operations_items import BATCH, Items, client  # noqa: E402 - on the path now

UNCHECKED = Config(parameter_validation=False)
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
    """What this process has in memory now; the most that it has had where nobody says."""
    if platform.system() == "Linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / (1 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def cpu_seconds(pid):
    """Of a process until now; nothing where nobody says."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watched(items, count, seen):
    """The items; and into `seen` the memory after each tenth."""
    for number, one in enumerate(items, start=1):
        yield one
        if number * 10 // count > len(seen):
            seen.append(round(megabytes()))


def clocked(work, start, end):
    """When it began and ended, CPU seconds, memory after each tenth."""
    seen, began, cpu = [], time.monotonic(), time.process_time()
    work(watched(made(start, end), end - start, seen))
    return began, time.monotonic(), time.process_time() - cpu, seen


def obvious(table, start, end):
    """What anybody writes first."""
    there = boto3.resource("dynamodb").Table(table)

    def put(items):
        with there.batch_writer() as batch:
            for one in items:
                batch.put_item(Item=one)

    return clocked(put, start, end)


def share(table, start, end, writers):
    """One process of the job's writers."""
    return clocked(Items(client(writers), table, writers).put, start, end)


def timed(server, work, *calls):
    """Seconds from the first process's first item to the last one's last, CPU seconds, memory of each; of `server` too.

    The processes are there, and have made their clients, before the clock starts.
    """
    with ProcessPoolExecutor(len(calls), get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.5] * len(calls)))
        before = cpu_seconds(server)
        found = [one.result() for one in [pool.submit(work, *call) for call in calls]]
        own = None if before is None else cpu_seconds(server) - before
    seconds = max(end for _, end, *_ in found) - min(began for began, *_ in found)
    return seconds, sum(cpu for *_, cpu, _ in found), own, [seen for *_, seen in found]


def split(first, last, parts):
    """Ranges."""
    return list(pairwise(first + (last - first) * place // parts for place in range(parts + 1)))


def digest(items):
    """Of items in any order."""
    total = 0
    for one in items:
        text = json.dumps(one, sort_keys=True).encode()
        total = (total + int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big")) % (1 << 128)
    return total


def read(table, start, end):
    """The digest of the items that are under the keys of these, and of these; a hundred at a time."""
    dynamodb, items, found = boto3.client("dynamodb", config=UNCHECKED), made(start, end), 0
    while keys := [{name: {"S": one[name]} for name in KEYS} for one in islice(items, 100)]:
        answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys}})
        assert not answer["UnprocessedKeys"]
        got = answer["Responses"][table]
        found += digest({name: value["S"] for name, value in one.items()} for one in got)
    return found % (1 << 128), digest(made(start, end))


def check(dynamodb, table, rows, processes):
    """See that a table holds what was sent, and nothing else; the local AWS counts its items at any time."""
    count = dynamodb.describe_table(TableName=table)["Table"]["ItemCount"]
    assert count == rows, (table, count)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for one in [pool.submit(read, table, *each) for each in split(0, rows, processes * 4)]:
            found, wanted = one.result()
            assert found == wanted, table


def make(dynamodb, table):
    """An empty table."""
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": KEYS[0], "KeyType": "HASH"}, {"AttributeName": KEYS[1], "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in KEYS],
        BillingMode="PAY_PER_REQUEST",
    )


def take_turns(dynamodb, server, options):
    """Rounds of both, each with its share of the data."""
    turns = {"batch_writer": [], "job": []}
    for table in turns:
        make(dynamodb, table)
    for turn in range(options.rounds):
        first, last = options.share * turn, options.share * (turn + 1)
        each = max(1, options.writers // options.processes)
        shares = [("job", *pair, each) for pair in split(first, last, options.processes)]
        turns["batch_writer"].append(timed(server, obvious, ("batch_writer", first, last)))
        turns["job"].append(timed(server, share, *shares))
    for table in turns:
        check(dynamodb, table, options.share * options.rounds, options.processes)
    times = [plain[0] / job[0] for plain, job in zip(turns["batch_writer"], turns["job"], strict=True)]
    return {
        "rows of a round": options.share,
        "rounds": options.rounds,
        **{name: told(found, options.share) for name, found in turns.items()},
        "times as fast": round(statistics.median(times), 2),
        "times as fast, by round": [round(one, 2) for one in times],
    }


def told(turns, rows):
    """The figures of some rounds of one of the two."""
    rates = [rows / seconds for seconds, *_ in turns]

    def milliseconds(cpu):
        return None if None in cpu else round(statistics.median(cpu) / (rows / BATCH) * 1000, 2)

    return {
        "records a second": round(statistics.median(rates)),
        "records a second, by round": [round(rate) for rate in rates],
        "CPU ms a batch": {
            "writers": milliseconds([cpu for _, cpu, *_ in turns]),
            "server": milliseconds([own for _, _, own, _ in turns]),
        },
    }


def load_all(dynamodb, server, options):
    """All rows by the job."""
    make(dynamodb, "all")
    each = max(1, options.writers // options.processes)
    calls = [("all", *pair, each) for pair in split(0, options.rows, options.processes)]
    found = timed(server, share, *calls)
    check(dynamodb, "all", options.rows, options.processes)
    return {
        "rows": options.rows,
        "seconds": round(found[0], 1),
        **{name: one for name, one in told([found], options.rows).items() if "round" not in name},
        "MB of each process, after each tenth": found[3],
        "read back": "count and digest are those of what was sent",
    }


def measured(measure, dynamodb, server, options):
    """What is measured, and how busy the machine was."""
    before = os.getloadavg()[0]
    found = measure(dynamodb, server, options)
    return {
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "load average before and after": [round(before, 1), round(os.getloadavg()[0], 1)],
        "processes": options.processes,
        "writers": options.writers,
        **found,
    }


def main():
    options, _ = machine.begin(
        __doc__, rows=1_000_000, share=20_000, rounds=7, processes=os.cpu_count() or 1, writers=4
    )
    result = machine.kept("operations")
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
            dynamodb = boto3.client("dynamodb")
            if options.rounds:
                result["rounds"] = measured(take_turns, dynamodb, server.pid, options)
            if options.rows:
                result["all by the job"] = measured(load_all, dynamodb, server.pid, options)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    machine.keep("operations", result)


if __name__ == "__main__":
    main()
