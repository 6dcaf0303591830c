"""What spark.sql and DataFrames make of the Data Catalog: one job, the catalog and the files that it left."""

import json
import textwrap

import pytest

from tests.local_aws.aws_server import unique

SCRIPT = """
import boto3, json, sys
from pyspark.sql import SparkSession
d, b = (sys.argv[sys.argv.index(name) + 1] for name in ("--database", "--bucket"))
spark = SparkSession.builder.getOrCreate()
spark.conf.set("hive.exec.dynamic.partition.mode", "nonstrict")
seen = {}
def note(name, action):
    try:
        seen[name] = action()
    except Exception as error:
        seen[name] = {"type": type(error).__name__, "text": str(error)}
def run(name, *statements):
    note(name, lambda: [spark.sql(one.format(b=b)).collect() for one in statements][-1])
def rows(sql):
    return sorted(([*row] for row in spark.sql(sql).collect()), key=str)

run("database", f"CREATE DATABASE {d} COMMENT 'ours' LOCATION 's3://{b}/{d}.db/'")
run("database without a location", f"CREATE DATABASE {d}_bare")
run("table in it", f"CREATE TABLE {d}_bare.t (a int) USING parquet")
note("describe it", lambda: rows(f"DESCRIBE DATABASE {d}_bare"))
spark.sql(f"USE {d}")

# Spark's own tables
run("parquet", "CREATE TABLE managed (id int, name string, price decimal(10,2), day date) USING parquet",
    "INSERT INTO managed VALUES (1, 'ann', 1.50, DATE'2024-01-01'), (2, 'bob', null, null)")
run("parquet there", "CREATE TABLE placed (id int, n int) USING orc PARTITIONED BY (n) LOCATION 's3://{b}/placed/'",
    "INSERT INTO placed VALUES (1, 1), (2, 2)", "INSERT OVERWRITE placed PARTITION (n=2) SELECT 3",
    "INSERT INTO placed PARTITION (n=3) SELECT 4")
run("csv of spark", "CREATE TABLE csv_of_spark (a int, b string) USING csv LOCATION 's3://{b}/csv/'",
    "INSERT INTO csv_of_spark VALUES (1, 'x')")
note("csv's rows", lambda: rows("SELECT * FROM csv_of_spark"))
run("ctas", "CREATE TABLE ctas USING parquet PARTITIONED BY (name) LOCATION 's3://{b}/ctas/' "
    "AS SELECT id, name FROM managed")
run("capitals", "CREATE TABLE Capitals (Id int, Name string, Part int) USING parquet PARTITIONED BY (Part)",
    "INSERT INTO capitals VALUES (1, 'x', 5), (2, 'y', 6)", "ALTER TABLE capitals DROP PARTITION (PART=6)")
note("capitals' rows", lambda: [spark.table("capitals").columns, rows("SELECT * FROM capitals WHERE part > 4")])
run("overwritten", "CREATE TABLE overwritten (a int, p string) USING parquet PARTITIONED BY (p)",
    "SET spark.sql.sources.partitionOverwriteMode=dynamic", "INSERT INTO overwritten VALUES (1, 'a'), (2, 'b')",
    "INSERT OVERWRITE overwritten VALUES (3, 'b'), (4, 'c')", "SET spark.sql.sources.partitionOverwriteMode=static")
run("buckets", "CREATE TABLE buckets USING parquet CLUSTERED BY (Id) SORTED BY (Id) INTO 2 BUCKETS AS SELECT 1 AS Id")

# Hive's
run("text", "CREATE EXTERNAL TABLE text (a int, b string) PARTITIONED BY (d date, s string) "
    "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' STORED AS TEXTFILE LOCATION 's3://{b}/text/'",
    "INSERT INTO text PARTITION (d='2024-01-01', s='x y/z') VALUES (1, 'one')",
    "INSERT INTO text VALUES (2, 'two', DATE'2024-02-02', 'q'), (3, 'three', DATE'2024-02-03', 'q')",
    "INSERT OVERWRITE text PARTITION (d='2024-02-03', s='q') VALUES (4, 'four')")
run("hive parquet", "CREATE EXTERNAL TABLE hive_parquet (a int) STORED AS PARQUET LOCATION 's3://{b}/hive_parquet/'",
    "INSERT INTO hive_parquet VALUES (7)")
run("hive avro", "CREATE TABLE hive_avro STORED AS AVRO AS SELECT 1 AS one, 'x' AS x")
note("avro's rows", lambda: rows("SELECT * FROM hive_avro"))
run("columns", "ALTER TABLE text ADD COLUMNS (c double COMMENT 'new')", "ALTER TABLE managed ADD COLUMNS (more string)")
note("managed's rows", lambda: rows("SELECT id, more FROM managed"))

# Partitions
run("added", "ALTER TABLE text ADD PARTITION (d='2024-03-01', s='k') PARTITION (d='2024-03-02', s='k')")
run("added again", "ALTER TABLE text ADD PARTITION (d='2024-03-01', s='k')")
run("added if absent", "ALTER TABLE text ADD IF NOT EXISTS PARTITION (d='2024-03-01', s='k')")
run("dropped", "ALTER TABLE text DROP PARTITION (d='2024-03-02', s='k')")
run("renamed", "ALTER TABLE text PARTITION (d='2024-03-01', s='k') RENAME TO PARTITION (d='2024-03-01', s='l')")
spark.createDataFrame([(5,)], "id int").write.orc(f"s3://{b}/placed/n=5/")
run("repaired", "MSCK REPAIR TABLE placed")
note("placed's rows", lambda: rows("SELECT * FROM placed"))
boto3.client("glue").create_table(DatabaseName=d, TableInput={
    "Name": "of_others", "TableType": "EXTERNAL_TABLE", "PartitionKeys": [{"Name": "Country", "Type": "string"}],
    "StorageDescriptor": {
        "Columns": [{"Name": "Id", "Type": "int"}], "Location": f"s3://{b}/of_others/",
        "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}}})
others = spark.createDataFrame([(1, "fr"), (2, "de")], "Id int, Country string")
note("written for others", lambda: others.write.partitionBy("Country").parquet(f"s3://{b}/of_others/"))
run("repaired for others", "MSCK REPAIR TABLE of_others")
note("others' rows", lambda: rows("SELECT Id, Country FROM of_others WHERE Country <> 'x'"))

# DataFrames
frame = spark.createDataFrame([(1, "x"), (2, "y")], "id int, k string")
note("saveAsTable", lambda: frame.write.partitionBy("k").saveAsTable("saved"))
note("saved again", lambda: frame.write.partitionBy("k").saveAsTable("saved"))
note("saved over", lambda: frame.where("id = 1").write.mode("overwrite").partitionBy("k").saveAsTable("saved"))
note("saved more", lambda: frame.where("id = 2").write.mode("append").partitionBy("k").saveAsTable("saved"))
note("insertInto", lambda: spark.createDataFrame([(3, "y")], "id int, k string").write.insertInto("saved"))
note("saved there", lambda: frame.write.option("path", f"s3://{b}/there/").format("parquet").saveAsTable("saved_there"))

# Others
run("view", "CREATE VIEW over AS SELECT id + 1 AS next FROM managed", "SHOW VIEWS")
note("view's rows", lambda: rows("SELECT * FROM over"))
run("analyzed", "ANALYZE TABLE managed COMPUTE STATISTICS FOR COLUMNS id")
run("properties", "ALTER TABLE hive_parquet SET TBLPROPERTIES ('mine'='yes')")
run("comment", "COMMENT ON TABLE hive_parquet IS 'said'")
run("rename", "ALTER TABLE managed RENAME TO other")
run("function", "CREATE FUNCTION f AS 'x.Y'")
run("no bucket", "CREATE TABLE nowhere (a int) USING parquet LOCATION 's3://absent-bucket/x/'")
run("no bucket of hive", "CREATE EXTERNAL TABLE nowhere (a int) STORED AS TEXTFILE LOCATION 's3://absent-bucket/x/'")
run("not in S3", "CREATE TABLE local (a int) USING parquet LOCATION 'file:/run/here/'")
run("there already", "CREATE TABLE managed (a int)")
run("gone", "CREATE TABLE gone AS SELECT 1 AS a", "DROP TABLE gone")
run("left", "CREATE EXTERNAL TABLE left_there (a int) STORED AS PARQUET LOCATION 's3://{b}/left/'",
    "INSERT INTO left_there VALUES (1)", "DROP TABLE left_there")
run("truncated", "CREATE TABLE emptied AS SELECT 1 AS a", "TRUNCATE TABLE emptied")
run("full", f"DROP DATABASE {d}")
run("cascade", f"CREATE DATABASE {d}_full LOCATION 's3://{b}/full.db'", f"CREATE TABLE {d}_full.t AS SELECT 1 AS a",
    f"DROP DATABASE {d}_full CASCADE")
print(json.dumps(seen, default=str))
"""


class Lake:
    """The job, its database, and the catalog as boto3 sees it after the job."""

    def __init__(self, aws):
        self.aws, self.bucket, self.database = aws, aws.bucket(), unique("db")
        arguments = {"--enable-glue-datacatalog": "", "--database": self.database, "--bucket": self.bucket}
        job = aws.job(textwrap.dedent(SCRIPT), spark=True, bucket=self.bucket, arguments=arguments)
        self.run = aws.run(job)
        assert self.run["JobRunState"] == "SUCCEEDED", (self.run, aws.log(self.run)[-40:])
        self.seen = json.loads(next(line for line in aws.log(self.run) if line.startswith("{")))
        self.glue = aws.client("glue")

    def table(self, name):
        return self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]

    def partitions(self, name):
        found = self.glue.get_partitions(DatabaseName=self.database, TableName=name)["Partitions"]
        return {tuple(one["Values"]): one["StorageDescriptor"]["Location"] for one in found}

    def rows(self, sql):
        return self.aws.rows(sql, self.database)


@pytest.fixture(scope="module")
def lake(local_aws):
    return Lake(local_aws)


@pytest.fixture(scope="module")
def seen(lake):
    return lake.seen


def text_of(seen, name):
    """The message of what a statement failed with; a statement that did not fail has none."""
    return seen[name]["text"] if isinstance(seen[name], dict) else ""


WORKS = """
database,database without a location,parquet,parquet there,csv of spark,ctas,capitals,overwritten,buckets,text,
hive parquet,hive avro,columns,added,added if absent,dropped,renamed,repaired,written for others,
repaired for others,saveAsTable,saved over,saved more,insertInto,saved there,view,analyzed,properties,comment,gone,
left,truncated,cascade
"""


@pytest.mark.parametrize("name", WORKS.replace("\n", "").split(","))
def test_it_works(seen, name):
    assert text_of(seen, name) == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("table in it", "Can not create a Path from an empty string"),
        ("added again", "[PARTITIONS_ALREADY_EXIST]"),
        ("saved again", "[TABLE_OR_VIEW_ALREADY_EXISTS]"),
        ("there already", "[TABLE_OR_VIEW_ALREADY_EXISTS]"),
        ("full", "[SCHEMA_NOT_EMPTY]"),
        ("rename", "Table rename is not supported"),
        ("function", "create_function of Hive's metastore is not supported by the local AWS"),
        ("no bucket", "Could not initialize target File System for URI : s3://absent-bucket/"),
        ("no bucket of hive", "NoSuchBucket: The specified bucket does not exist: s3://absent-bucket"),
        ("not in S3", "file:/run/here is not in S3, and would be gone when the job ends"),
    ],
)
def test_it_fails_with_what_is_wrong(seen, name, text):
    assert text in text_of(seen, name)


# Databases


def test_a_database_is_glues(lake):
    found = lake.glue.get_database(Name=lake.database)["Database"]
    location = f"s3://{lake.bucket}/{lake.database}.db"
    assert (found["LocationUri"], found["Description"]) == (location, "ours")
    assert "LocationUri" not in lake.glue.get_database(Name=f"{lake.database}_bare")["Database"]


def test_spark_makes_the_default_database(lake):
    found = lake.glue.get_database(Name="default")["Database"]
    assert not found.get("LocationUri", "").startswith(("/", "file:"))


def test_what_is_dropped_is_gone_with_the_files_of_managed_tables_only(lake):
    names = [table["Name"] for table in lake.glue.get_tables(DatabaseName=lake.database)["TableList"]]
    assert {"gone", "left_there", "nowhere", "local", "other"} & set(names) == set()
    databases = [database["Name"] for database in lake.glue.get_databases()["DatabaseList"]]
    assert f"{lake.database}_full" not in databases
    assert lake.aws.keys(lake.bucket, f"{lake.database}.db/gone/") == lake.aws.keys(lake.bucket, "full.db/") == []
    assert lake.aws.keys(lake.bucket, "left/") != []


# Tables: format, location, columns, keys


@pytest.mark.parametrize(
    ("name", "kind", "location", "serde", "columns", "keys"),
    [
        (
            "managed",
            "MANAGED_TABLE",
            "{d}.db/managed",
            "ql.io.parquet.serde.ParquetHiveSerDe",
            "id int,name string,price decimal(10,2),day date,more string",
            "",
        ),
        ("placed", "EXTERNAL_TABLE", "placed", "ql.io.orc.OrcSerde", "id int", "n int"),
        ("ctas", "EXTERNAL_TABLE", "ctas", "ql.io.parquet.serde.ParquetHiveSerDe", "id int", "name string"),
        (
            "text",
            "EXTERNAL_TABLE",
            "text",
            "serde2.lazy.LazySimpleSerDe",
            "a int,b string,c double",
            "d date,s string",
        ),
        ("hive_parquet", "EXTERNAL_TABLE", "hive_parquet", "ql.io.parquet.serde.ParquetHiveSerDe", "a int", ""),
        ("hive_avro", "MANAGED_TABLE", "{d}.db/hive_avro", "serde2.avro.AvroSerDe", "one int,x string", ""),
        (
            "capitals",
            "MANAGED_TABLE",
            "{d}.db/capitals",
            "ql.io.parquet.serde.ParquetHiveSerDe",
            "id int,name string",
            "part int",
        ),
        ("saved", "MANAGED_TABLE", "{d}.db/saved", "ql.io.parquet.serde.ParquetHiveSerDe", "id int", "k string"),
        ("saved_there", "EXTERNAL_TABLE", "there", "ql.io.parquet.serde.ParquetHiveSerDe", "id int,k string", ""),
    ],
)
def test_a_table_is_glues(lake, name, kind, location, serde, columns, keys):
    table = lake.table(name)
    storage = table["StorageDescriptor"]
    assert table["TableType"] == kind
    assert storage["Location"] == f"s3://{lake.bucket}/{location.format(d=lake.database)}"
    assert storage["SerdeInfo"]["SerializationLibrary"] == f"org.apache.hadoop.hive.{serde}"
    assert ",".join(f"{one['Name']} {one['Type']}" for one in storage["Columns"]) == columns
    assert ",".join(f"{one['Name']} {one['Type']}" for one in table["PartitionKeys"]) == keys


def test_a_column_keeps_its_comment(lake):
    assert lake.table("text")["StorageDescriptor"]["Columns"][2] == {"Name": "c", "Type": "double", "Comment": "new"}


def test_spark_keeps_its_own_schema_beside(lake):
    fields = json.loads(lake.table("csv_of_spark")["Parameters"]["spark.sql.sources.schema"])["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [("a", "integer"), ("b", "string")]


def test_a_format_that_hive_has_not_is_sparks_alone(lake, seen):
    table = lake.table("csv_of_spark")
    assert table["StorageDescriptor"]["Columns"][0]["Type"] == "array<string>"
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"]["path"] == f"s3://{lake.bucket}/csv"
    assert seen["csv's rows"] == [[1, "x"]]


def test_properties_and_statistics_are_the_tables(lake):
    parameters = lake.table("hive_parquet")["Parameters"]
    assert (parameters["mine"], parameters["comment"]) == ("yes", "said")
    parameters = lake.table("managed")["Parameters"]
    assert (parameters["spark.sql.statistics.numRows"], parameters["spark.sql.statistics.colStats.id.max"]) == (
        "2",
        "2",
    )


def test_buckets_are_glues(lake):
    storage = lake.table("buckets")["StorageDescriptor"]
    parameters = lake.table("buckets")["Parameters"]
    assert (storage["Location"], parameters["spark.sql.sources.schema.numBuckets"]) == (
        f"s3://{lake.bucket}/{lake.database}.db/buckets",
        "2",
    )


def test_a_view_is_glues(lake, seen):
    table = lake.table("over")
    assert (table["TableType"], table["ViewOriginalText"]) == ("VIRTUAL_VIEW", "SELECT id + 1 AS next FROM managed")
    assert seen["view's rows"] == [[2], [3]]


# Rows, as Athena reads them when the job has ended


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("managed", [["1", "ann", "1.50", "2024-01-01", None], ["2", "bob", None, None, None]]),
        ("placed", [["1", "1"], ["3", "2"], ["4", "3"], ["5", "5"]]),
        ("ctas", [["1", "ann"], ["2", "bob"]]),
        (
            "text",
            [
                ["1", "one", None, "2024-01-01", "x y/z"],
                ["2", "two", None, "2024-02-02", "q"],
                ["4", "four", None, "2024-02-03", "q"],
            ],
        ),
        ("hive_parquet", [["7"]]),
        ("saved", [["1", "x"], ["2", "y"], ["3", "y"]]),
        ("saved_there", [["1", "x"], ["2", "y"]]),
        ("emptied", []),
        ("capitals", [["1", "x", "5"]]),
        ("overwritten", [["1", "a"], ["3", "b"], ["4", "c"]]),
    ],
)
def test_athena_reads_its_rows(lake, name, rows):
    assert sorted(lake.rows(f"SELECT * FROM {name}"), key=str) == rows


def test_spark_reads_what_it_changed(seen):
    assert seen["capitals' rows"] == [["Id", "Name", "Part"], [[1, "x", 5]]]
    assert seen["avro's rows"] == [[1, "x"]]
    assert seen["managed's rows"] == [[1, None], [2, None]]
    assert seen["placed's rows"] == [[1, 1], [3, 2], [4, 3], [5, 5]]


def test_a_repair_finds_partitions_whose_keys_others_wrote_with_capitals(lake, seen):
    assert seen["others' rows"] == [[1, "fr"], [2, "de"]]
    assert lake.partitions("of_others") == {
        (country,): f"s3://{lake.bucket}/of_others/Country={country}" for country in ("fr", "de")
    }


def test_nothing_that_hive_stages_is_in_s3(lake):
    assert [key for key in lake.aws.keys(lake.bucket) if "staging" in key or "PLACEHOLDER" in key] == []


# Partitions


@pytest.mark.parametrize(
    ("name", "partitions"),
    [
        ("placed", {("1",): "n=1", ("2",): "n=2", ("3",): "n=3", ("5",): "n=5"}),
        (
            "text",
            {
                ("2024-01-01", "x y/z"): "d=2024-01-01/s=x y%2Fz",
                ("2024-02-02", "q"): "d=2024-02-02/s=q",
                ("2024-02-03", "q"): "d=2024-02-03/s=q",
                ("2024-03-01", "l"): "d=2024-03-01/s=k",
            },
        ),
    ],
)
def test_partitions_are_glues(lake, name, partitions):
    root = lake.table(name)["StorageDescriptor"]["Location"]
    assert lake.partitions(name) == {values: f"{root}/{folder}" for values, folder in partitions.items()}


def test_nothing_secret_is_logged(lake):
    lines = lake.aws.log(lake.run, "error") + lake.aws.log(lake.run)
    of_others = [
        line for line in lines if line.endswith("is hidden from Spark: it has an empty part, or one that is . or ..")
    ]
    kept = [line for line in lines if line not in of_others]  # other tests' objects have names with "secret" in them
    assert [line for line in kept if "ASIA" in line or "SECRET" in line.upper()] == []
    assert [line for line in of_others if "ASIA" in line] == []
