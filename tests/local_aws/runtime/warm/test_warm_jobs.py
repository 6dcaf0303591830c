"""Runs in the process that waits for one: what they see is what a process of their own would show them."""

import contextlib
import json
import os
import re
import signal
from pathlib import Path

import pytest

from local_aws.glue.jobs.job_memory import TAKEN_BYTES
from tests.local_aws.aws_server import LocalAws, wait_until
from tests.local_aws.runtime.homes import home_out_of_reach
from tests.local_aws.runtime.test_confinement import needs_landlock

LOOK = """
import json, os, subprocess, sys, tempfile
home = os.environ["HOME"]
def files():
    found = (os.path.relpath(os.path.join(place, name), home) for place, _, names in os.walk(home) for name in names)
    return sorted(name for name in found if not name.startswith(("mount/", "events/", "spark-local/")))
def pairs(java):
    found, entries = {}, java.iterator()
    while entries.hasNext():
        entry = entries.next()
        found[entry.getKey()] = entry.getValue()
    return found
def tried(call):
    try:
        return str(call())
    except Exception as error:
        return "denied" if "Permission denied" in str(error) or "AccessDenied" in str(error) else str(error)
seen = {
    "command": open("/proc/self/cmdline").read(),
    "environment": dict(os.environ),
    "path": sys.path,
    "modules": sorted(name for name in sys.modules if not name.startswith("_local_glue_job")),
    "places": [os.getcwd(), tempfile.gettempdir()],
    "input": sys.stdin.read(),
    "files": files(),
}
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.appName("look").config("spark.sql.ansi.enabled", "false").getOrCreate()
java, context = spark._jvm, spark.sparkContext
static = java.org.apache.spark.deploy.SparkHadoopUtil.get().conf()
plan = spark.range(3).select((F.col("id") + 1).alias("x")).groupBy("x").count()
seen |= {
    "java's environment": dict(java.java.lang.System.getenv()),
    "java's properties": dict(java.java.lang.System.getProperties()),
    "settings": dict(context.getConf().getAll()),
    "settings of SQL": {row["key"]: row["value"] for row in spark.sql("SET -v").collect()},
    "settings of Hadoop": [pairs(spark._jsc.hadoopConfiguration()), pairs(static)],
    "tables": [str(spark.catalog.listTables()), str(spark.catalog.listTables("global_temp"))],
    "databases": str(spark.catalog.listDatabases()),
    "plan": plan._jdf.queryExecution().toString(),
    "kept": context._jsc.getPersistentRDDs().size(),
    "worker": context.parallelize([1], 1).map(lambda _: [dict(os.environ), os.getcwd(), sys.path]).collect()[0],
    "files at the end": files(),
    "secret of the home": tried(lambda: spark.read.text("file://" + sys.argv[2]).collect()),
    "environment of another": tried(
        lambda: java.java.nio.file.Files.readString(java.java.io.File(f"/proc/{sys.argv[4]}/environ").toPath())
    ),
    "processes": sorted(
        line.partition("launch.py")[0][:80]
        for line in subprocess.run(
            ["ps", "-ww", "-o", "args=", "-g", str(os.getpgrp())], capture_output=True, text=True
        ).stdout.splitlines()
        if not line.startswith("ps ") and "<defunct>" not in line
    ),
}
spark.read.text(f"s3://{sys.argv[6]}/in/").collect()
with open(os.path.join(home, "used.txt")) as noted:
    seen["noted for IAM"] = sorted(set(noted))
with open(os.path.join(home, "events", context.applicationId + ".inprogress")) as events:
    seen["executions"] = [e["executionId"] for e in map(json.loads, events) if e["Event"].endswith("SQLExecutionStart")]
print("said", flush=True)
import boto3
boto3.client("s3").put_object(Bucket=sys.argv[6], Key=os.path.basename(home), Body=json.dumps(seen).encode())
"""
OF_EACH_RUN = {
    # Credentials, ports, times, and names that are drawn.
    r"ASIA[0-9A-Z]{16}": "KEY",
    r"local-[0-9]{13}": "APPLICATION",
    r"(blockmgr|userFiles|spark)-[0-9a-f-]{36}": r"\1",
}
DRAWN = {
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "PYTHON_WORKER_FACTORY_SECRET",
    "fs.s3.awsSecretAccessKey",
    "fs.s3n.awsSecretAccessKey",
    "fs.s3a.secret.key",
    "fs.s3a.session.token",
    "spark.app.startTime",
    "spark.app.submitTime",
    "spark.driver.port",
}
KNOWN_BY_JAVA = {"_PYSPARK_DRIVER_CONN_INFO_PATH", "java.class.path", "sun.java.command"}
"""In these Java has the name that the folder had while it waited, which is the run's, and what it was started with."""

BROUGHT = """
import sys, jmespath, boto3
print(jmespath.WHOSE, boto3.client("s3").list_buckets()["ResponseMetadata"]["HTTPStatusCode"])
"""
LARGER = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.config("spark.driver.memory", "600m").getOrCreate()
print(spark._jvm.java.lang.Runtime.getRuntime().maxMemory() >> 20, spark.range(5).count())
"""
OPTIONS = """
from pyspark.sql import SparkSession
management = SparkSession.builder.getOrCreate()._jvm.java.lang.management.ManagementFactory
print(*management.getRuntimeMXBean().getInputArguments())
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="/proc is Linux's")


def waiting(aws):
    """The folder of the process that waits, and its number, once there is one."""
    runs = aws.state_dir / "runs"

    def found():
        for folder in runs.glob("warm-*") if runs.exists() else ():
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):
                    leads = os.getpgid(int(process.name)) == int(process.name)
                    if leads and f"{folder}/waiting.json".encode() in (process / "cmdline").read_bytes():
                        return folder, int(process.name)
        return None

    return wait_until(found, seconds=120)


def warmed(aws):
    """The same, once Java was used there."""
    folder, number = waiting(aws)
    session = folder / "warming" / "session"
    wait_until(
        lambda: [*_group(number), *folder.glob("warming/session*/*")],
        lambda _: session.is_dir() and len(_group(number)) == 2,  # its Java, and no child that warms
        seconds=240,
    )
    return folder, number


@pytest.fixture(scope="module")
def aws():
    """A server in whose home there is something to find."""
    with home_out_of_reach() as home, pytest.MonkeyPatch.context() as patch:
        (home / "secret").write_text("secret of the home")
        (home / ".cache" / "local-aws").mkdir(parents=True)
        patch.setenv("HOME", str(home))
        patch.setenv("LOCAL_AWS_WARM_MINUTES", "10")
        patch.setenv("LOCAL_AWS_CLASS_ARCHIVE", "off")
        patch.delenv("XDG_CACHE_HOME", raising=False)
        server = LocalAws(home / "state").start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def seen(aws):
    """What a run saw in a process that had waited, and one in its own; what was known of the former before."""
    bucket = aws.bucket()
    arguments = {
        "--home": str(aws.state_dir.parent / "secret"),
        "--another": str(os.getpid()),
        "--bucket": bucket,
        "--enable-metrics": "true",
        "--customer-driver-env-vars": "CUSTOMER_A=1",
    }
    aws.put(bucket, "in/a.txt", "a line")
    job = aws.job(LOOK, spark=True, bucket=bucket, arguments=arguments)
    folder, number = warmed(aws)
    before = {child: Path(f"/proc/{child}/environ").read_text() for child in _group(number)}
    runs = [_seen(aws, bucket, aws.run(job))]
    left = [path.name for path in (aws.state_dir / "runs").glob(f"{folder.name}*")]
    killed, number = waiting(aws)
    os.kill(number, signal.SIGKILL)  # and the next run begins as ever
    wait_until(lambda: not killed.exists())
    runs.append(_seen(aws, bucket, aws.run(job)))
    return *runs, before, left


def _group(number):
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended
            state, _, group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
            if group == str(number) and state != "Z":
                found.append(int(process.name))
    return found


def _seen(aws, bucket, run):
    assert run["JobRunState"] == "SUCCEEDED", (run["ErrorMessage"], aws.log(run), aws.log(run, "error"))
    text = aws.get(bucket, run["Id"]).decode()
    found = json.loads(text.replace(run["Id"], "RUN"))
    return {**found, "output": aws.log(run), "error": [_undated(line) for line in aws.log(run, "error")]}


def _undated(line):
    return re.sub(r"^\S+ \S+|\[Thread-[0-9]+\]", "", line)


def _comparable(value):
    """What two runs have alike."""
    if isinstance(value, dict):
        return {name: _comparable(one) for name, one in value.items() if name not in DRAWN | KNOWN_BY_JAVA}
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    if isinstance(value, str):
        for pattern, word in OF_EACH_RUN.items():
            value = re.sub(pattern, word, value)
    return value


def test_one_run_had_the_process_that_waited(seen):
    assert ["--wait" in run["command"] for run in seen[:2]] == [True, False]


@pytest.mark.parametrize(
    "what",
    [
        "environment",
        "path",
        "modules",
        "places",
        "input",
        "files",
        "java's environment",
        "java's properties",
        "settings",
        "settings of SQL",
        "settings of Hadoop",
        "tables",
        "databases",
        "plan",
        "kept",
        "worker",
        "files at the end",
        "processes",
        "executions",
        "noted for IAM",
        "output",
    ],
)
def test_it_sees_what_it_would_see_in_a_process_of_its_own(seen, what):
    warm, cold = (_comparable(run[what]) for run in seen[:2])
    assert warm == cold


def test_what_it_read_is_noted(seen):
    for run in seen[:2]:
        assert [line for line in run["noted for IAM"] if line.startswith("r ") and line.endswith("%2Fin%2Fa.txt\n")]


def test_its_log_has_nothing_that_it_would_not_have_in_a_process_of_its_own(seen):
    warm, cold = (run["error"] for run in seen[:2])
    assert set(warm) <= set(cold)


def test_its_credentials_are_its_own_everywhere(seen):
    keys = [
        {
            run["environment"]["AWS_SECRET_ACCESS_KEY"],
            run["java's environment"]["AWS_SECRET_ACCESS_KEY"],
            run["worker"][0]["AWS_SECRET_ACCESS_KEY"],
            *(settings["fs.s3a.secret.key"] for settings in run["settings of Hadoop"]),
        }
        for run in seen[:2]
    ]
    assert [len(of_run) for of_run in keys] == [1, 1]
    assert keys[0] != keys[1]


@needs_landlock
def test_its_java_reaches_neither_the_home_nor_another_process(seen):
    for run in seen[:2]:
        assert [run["secret of the home"], run["environment of another"]] == ["denied", "denied"]


def test_before_its_run_it_knows_of_none(seen):
    before = seen[2]
    assert len(before) == 2
    for number, environment in before.items():
        names = {line.partition("=")[0] for line in environment.split("\0")}
        assert not {name for name in names if name.startswith(("AWS_", "CUSTOMER_"))}, number


def test_nothing_is_left_of_its_folder(seen):
    assert seen[3] == []


def test_a_run_that_brings_a_module_of_its_own_has_that(aws):
    bucket = aws.bucket()
    aws.put(bucket, "jmespath.py", "WHOSE = 'the run'")
    waiting(aws)
    job = aws.job(BROUGHT, spark=True, bucket=bucket, arguments={"--extra-py-files": f"s3://{bucket}/jmespath.py"})
    run = aws.run(job)
    assert (run["JobRunState"], aws.log(run)) == ("SUCCEEDED", ["the run 200"])


def test_a_script_that_sets_the_memory_of_java_has_it(aws):
    waiting(aws)
    run = aws.run_script(LARGER, spark=True)
    assert run["JobRunState"] == "SUCCEEDED", aws.log(run)
    memory, rows = map(int, aws.log(run)[-1].split())
    assert 500 <= memory <= 600
    assert rows == 5


def test_a_run_with_much_to_read_starts_a_java_that_optimizes(aws):
    def compiler(run):
        [line] = aws.log(run)
        return [option.partition("=")[0] for option in line.split() if option.startswith("-XX:Tier")]

    waiting(aws)
    assert compiler(aws.run_script(OPTIONS, spark=True)) == ["-XX:TieredStopAtLevel"]
    waiting(aws)
    aws.put(aws.bucket(), "much", bytes(65 << 20))
    assert "-XX:Tier4InvocationThreshold" in compiler(aws.run_script(OPTIONS, spark=True))


def test_what_waits_takes_no_more_memory_than_is_reckoned_with(aws):
    aws.job("pass", spark=True, bucket=aws.bucket())
    _, number = warmed(aws)
    resident = [re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{one}/status").read_text()) for one in _group(number)]
    assert 0 < sum(int(one[1]) << 10 for one in resident) < TAKEN_BYTES


def test_the_end_of_the_server_ends_what_waits(aws):
    _, number = waiting(aws)
    assert _group(number)
    aws.stop()
    wait_until(lambda: not _group(number))  # what was killed is there until its parent asks for it
