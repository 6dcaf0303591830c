"""Who may what of the Data Catalog in a Spark job, and sessions without it: four jobs, started together."""

import json
import textwrap
from pathlib import Path

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, ROOT, allow, unique

PRELUDE = """
import importlib, json, os, sys, threading
from pyspark.sql import SparkSession
d, b = (sys.argv[sys.argv.index(name) + 1] for name in ("--database", "--bucket"))
failures = importlib.import_module("_local_glue_job.failures")
seen = {}
def note(name, action):
    try:
        seen[name] = action()
    except Exception as error:
        seen[name] = failures.describe(error, None, "")  # as an ErrorMessage says it
"""

DENIED = """
spark = SparkSession.builder.getOrCreate()
note("create", lambda: spark.sql(f"CREATE TABLE {d}.t (a int) USING parquet LOCATION 's3://{b}/t/'").collect())
note("databases", lambda: len(spark.sql("SHOW DATABASES").collect()) > 0)
note("partitions", lambda: spark.sql(f"SELECT * FROM {d}.parted WHERE p = 'x'").collect())
note("all partitions", lambda: spark.sql(f"SHOW PARTITIONS {d}.parted").collect())
note("add", lambda: spark.sql(f"ALTER TABLE {d}.parted ADD PARTITION (p='x')").collect())
note("alter", lambda: spark.sql(f"ALTER TABLE {d}.parted SET TBLPROPERTIES ('a'='b')").collect())
note("drop", lambda: spark.sql(f"DROP TABLE {d}.parted").collect())
print(json.dumps(seen))
spark.table(f"{d}.secret")
"""

NO_DEFAULT = """
SparkSession.builder.getOrCreate().sql(f"SELECT * FROM {d}.secret")
"""

OFF = """
spark = SparkSession.builder.getOrCreate()
note("catalog", lambda: spark.conf.get("spark.sql.catalogImplementation"))
note("threads", lambda: [one.name for one in threading.enumerate() if one.name == "metastore"])
note("modules", lambda: [name for name in sys.modules if "metastore" in name])
note("databases", lambda: [row[0] for row in spark.sql("SHOW DATABASES").collect()])
print(json.dumps(seen))
"""

HIVE = """
spark = SparkSession.builder.enableHiveSupport().getOrCreate()
note("databases", lambda: [row[0] for row in spark.sql("SHOW DATABASES").collect()])
note("table", lambda: spark.sql("CREATE TABLE t STORED AS PARQUET AS SELECT 1 AS a").collect())
note("rows", lambda: [list(row) for row in spark.table("t").collect()])
note("folder", lambda: os.getcwd())
note("derby", lambda: sorted(os.listdir()))
print(json.dumps(seen))
"""


class Jobs:
    """The jobs, and the database that they ask for."""

    def __init__(self, aws):
        self.aws, self.bucket, self.database = aws, aws.bucket(), unique("db")
        glue = aws.client("glue")
        glue.create_database(DatabaseInput={"Name": self.database, "LocationUri": f"s3://{self.bucket}/"})
        glue.create_table(DatabaseName=self.database, TableInput={"Name": "secret"})
        storage = {
            "Columns": [{"Name": "a", "Type": "int"}],
            "Location": f"s3://{self.bucket}/parted/",
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"},
        }
        keys = [{"Name": "p", "Type": "string"}]
        parted = {"Name": "parted", "TableType": "EXTERNAL_TABLE", "PartitionKeys": keys, "StorageDescriptor": storage}
        glue.create_table(DatabaseName=self.database, TableInput=parted)
        self.before = {path.name for path in ROOT.iterdir()}
        self.roles = {name: unique("role") for name in ("denied", "no default")}
        arn = f"arn:aws:glue:{REGION}:{ACCOUNT}"
        common = (allow("s3:*"), allow("logs:*"))
        databases = allow(["glue:GetDatabase", "glue:GetDatabases", "glue:CreateDatabase"])
        tables = allow(["glue:GetTable", "glue:GetTables"])
        own = allow("glue:GetDatabase", f"{arn}:catalog", f"{arn}:database/{self.database}")
        deny = {"Effect": "Deny", "Action": "glue:GetTable", "Resource": f"{arn}:table/{self.database}/secret"}
        denied = aws.role(*common, databases, tables, deny, name=self.roles["denied"])
        no_default = aws.role(*common, own, tables, name=self.roles["no default"])
        everything = aws.role(allow("*"))
        on = {"--enable-glue-datacatalog": "true"}
        self.started = {
            "denied": self._start(DENIED, denied, on),
            "no default": self._start(NO_DEFAULT, no_default, on),
            "off": self._start(OFF, everything, {"--enable-glue-datacatalog": "false"}),
            "hive": self._start(HIVE, everything, {}),
        }

    def _start(self, script, role, arguments):
        arguments = {"--database": self.database, "--bucket": self.bucket, **arguments}
        job = self.aws.job(
            textwrap.dedent(PRELUDE + script), spark=True, role=role, bucket=self.bucket, arguments=arguments
        )
        return job, self.aws.start_run(job)

    def run(self, name):
        return self.aws.wait_run(*self.started[name])

    def seen(self, name):
        run = self.run(name)
        return json.loads(next(line for line in self.aws.log(run) if line.startswith("{")))

    def denial(self, role, action, resource):
        who = f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.roles[role]}/GlueJobRunnerSession"
        where = f"arn:aws:glue:{REGION}:{ACCOUNT}:{resource}"
        return f"User: {who} is not authorized to perform: {action} on resource: {where}"


@pytest.fixture(scope="module")
def jobs(local_aws):
    return Jobs(local_aws)


def test_a_table_that_may_not_be_read_fails_the_run_by_name(jobs):
    run = jobs.run("denied")
    assert run["JobRunState"] == "FAILED"
    assert "AccessDeniedException: " in run["ErrorMessage"]
    assert jobs.denial("denied", "glue:GetTable", f"table/{jobs.database}/secret") in run["ErrorMessage"]


def test_a_table_that_may_not_be_made_says_so(jobs):
    seen = jobs.seen("denied")
    assert jobs.denial("denied", "glue:CreateTable", "") in seen["create"]
    assert seen["databases"] is True


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("partitions", "glue:GetPartitions"),
        ("all partitions", "glue:GetPartitions"),
        ("add", "glue:BatchCreatePartition"),
        ("alter", "glue:UpdateTable"),
        ("drop", "glue:DeleteTable"),
    ],
)
def test_each_refusal_names_role_action_and_resource(jobs, name, action):
    assert jobs.denial("denied", action, f"table/{jobs.database}/parted") in jobs.seen("denied")[name]


def test_a_role_needs_the_default_database(jobs):
    run = jobs.run("no default")
    assert run["JobRunState"] == "FAILED"
    assert "Unable to verify existence of default database: AccessDeniedException: " in run["ErrorMessage"]
    assert jobs.denial("no default", "glue:GetDatabase", "database/default") in run["ErrorMessage"]


def test_without_the_argument_there_is_no_catalog_and_nothing_of_it(jobs):
    assert jobs.seen("off") == {"catalog": "in-memory", "threads": [], "modules": [], "databases": ["default"]}


def test_hive_without_the_argument_is_a_metastore_of_the_runs_own(jobs):
    seen = jobs.seen("hive")
    assert (seen["databases"], seen["rows"]) == (["default"], [[1]])
    assert "metastore_db" in seen["derby"]
    assert not Path(seen["folder"]).is_relative_to(ROOT)
    assert {path.name for path in ROOT.iterdir()} == jobs.before
