"""Jobs on a server whose cache has an archive: one as most are, two with class paths and options of their own."""

import io
import json
import os
import textwrap
import zipfile

import pytest

from local_aws.runtime.jvm import class_archive, shared
from tests.local_aws.aws_server import LocalAws
from tests.local_aws.runtime.jvm.conftest import JAVA

PRELUDE = """
import json, os, sys
from pathlib import Path
from pyspark.sql import SparkSession
bucket, archive = sys.argv[sys.argv.index("--bucket") + 1], sys.argv[sys.argv.index("--archive") + 1]
programs = Path(os.environ["TMPDIR"], "programs")
programs.mkdir()
for name in ("chmod", "ls", "readlink", "stat"):
    (programs / name).write_text(f'#!/bin/sh\\necho {name} >> {programs}/called\\nexec /bin/{name} "$@"\\n')
    (programs / name).chmod(0o700)
os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
def end(spark, place):
    spark.range(60).repartition(8).write.parquet(f"s3://{bucket}/{place}/")
    java = spark._jvm.java.lang.ProcessHandle.current().pid()
    called = programs / "called"
    system = spark._jvm.org.apache.hadoop.fs.Path("file:///").getFileSystem(spark._jsc.hadoopConfiguration())
    print(json.dumps({
        "rows": spark.read.parquet(f"s3://{bucket}/{place}/").count(),
        "called": called.read_text().split() if called.exists() else [],
        "mapped": archive in Path(f"/proc/{java}/maps").read_text(),
        "file system": system.getClass().getName(),
        "mine": spark._jvm.java.lang.System.getProperty("mine"),
        "in my jar": spark._jvm.Thread.currentThread().getContextClassLoader().getResource("in-a-jar.txt") is not None,
        "level": spark._jvm.org.apache.logging.log4j.LogManager.getRootLogger().getLevel().toString(),
    }))
"""
SCRIPTS = {
    "as most are": 'end(SparkSession.builder.getOrCreate(), "most")',
    "by its builder": """
        builder = SparkSession.builder.config("spark.driver.extraClassPath", "mine.jar")
        end(builder.config("spark.driver.extraJavaOptions", "-Dmine=1").getOrCreate(), "builder")
        """,
    "by its arguments": 'end(SparkSession.builder.getOrCreate(), "arguments")',
}


@pytest.fixture(scope="module")
def server(tmp_path_factory, small_archive):
    """A server with a cache of its own, and the archive in that."""
    caches = tmp_path_factory.mktemp("caches")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(caches))
        folder = caches / "local-aws"
        folder.mkdir()
        key = class_archive.key(JAVA, shared.spark_jars(), shared.versions())
        file = folder / class_archive.named(small_archive, key).name
        os.link(small_archive, file)
        server = LocalAws(tmp_path_factory.mktemp("server") / "state").start()
        yield server, file
        server.stop()


@pytest.fixture(scope="module")
def jobs(server):
    """For each job what it saw, and what is in its logs `output` and `error`."""
    aws, archive = server
    bucket, jar = aws.bucket(), io.BytesIO()
    with zipfile.ZipFile(jar, "w") as opened:
        opened.writestr("in-a-jar.txt", "x")
    aws.put(bucket, "lib/mine.jar", jar.getvalue())
    arguments = {"--bucket": bucket, "--archive": str(archive)}
    own = {
        "as most are": {},
        "by its builder": {"--extra-files": f"s3://{bucket}/lib/mine.jar"},
        "by its arguments": {
            "--extra-jars": f"s3://{bucket}/lib/mine.jar",
            "--user-jars-first": "true",
            "--conf": "spark.driver.extraJavaOptions=-Dmine=2 -XX:+UseG1GC -XX:SharedArchiveFile=" + str(archive),
        },
    }
    started = {}
    for name, script in SCRIPTS.items():
        text = PRELUDE + textwrap.dedent(script)
        job = aws.job(text, spark=True, bucket=bucket, arguments={**arguments, **own[name]})
        started[name] = job, aws.start_run(job)
    found = {}
    for name, (job, run_id) in started.items():
        run = aws.wait_run(job, run_id)
        assert run["JobRunState"] == "SUCCEEDED", (run, aws.log(run))
        found[name] = json.loads(aws.log(run)[-1]), aws.log(run), aws.log(run, "error")
    return found


@pytest.mark.parametrize("name", SCRIPTS)
def test_spark_starts_no_process_for_its_files(jobs, name):
    seen = jobs[name][0]
    for_jars = ["chmod"] if name == "by its arguments" else []  # Spark has each file of spark.jars made executable
    assert (seen["file system"], seen["called"], seen["rows"]) == ("local_aws.LocalFiles", for_jars, 60)


def test_the_archive_is_in_memory(jobs):
    assert {name: seen["mapped"] for name, (seen, _, _) in jobs.items()} == {
        "as most are": True,
        "by its builder": False,
        "by its arguments": False,
    }


def test_class_paths_and_options_of_scripts_and_arguments_hold(jobs):
    assert {name: (seen["mine"], seen["in my jar"]) for name, (seen, _, _) in jobs.items()} == {
        "as most are": (None, False),
        "by its builder": ("1", True),
        "by its arguments": ("2", True),
    }


@pytest.mark.parametrize("name", SCRIPTS)
def test_java_says_nothing_of_it_in_the_logs(jobs, name):
    _, output, error = jobs[name]
    assert len(output) == 1
    assert [line for line in error if "[warning]" in line or "VM warning" in line or "haring" in line] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_folder_of_settings_is_found_behind_the_jars(jobs, name):
    assert jobs[name][0]["level"] == "INFO"
