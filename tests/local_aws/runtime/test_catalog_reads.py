"""What spark.sql reads of tables that crawlers and Athena made: one job, and what it saw."""

import io
import json
import textwrap

import pyarrow
import pytest
from pyarrow import orc, parquet

from tests.local_aws.aws_server import unique, wait_until
from tests.local_aws.glue.crawler.test_avro import container, number, text

SCRIPT = """
import json, sys
from pyspark.sql import SparkSession
d = sys.argv[sys.argv.index("--database") + 1]
spark = SparkSession.builder.getOrCreate()
seen = {}
def note(name, action):
    try:
        seen[name] = action()
    except Exception as error:
        seen[name] = {"type": type(error).__name__, "text": str(error)}
def rows(frame):
    if isinstance(frame, str):
        frame = spark.sql(frame)
    plain = lambda value: value.asDict() if hasattr(value, "asDict") else value
    return sorted(([plain(value) for value in row] for row in frame.collect()), key=str)

# What Spark asks of the metastore, which lives in this very process
asked = []
catalog = sys.modules["_local_glue_job.metastore.catalog"].Catalog
each = catalog.each
def watched(self, operation, result, **params):
    asked.append(params.get("Expression", "")) if operation == "get_partitions" else None
    return each(self, operation, result, **params)
catalog.each = watched
def pruned(sql):
    asked.clear()
    return [rows(sql), list(asked)]

note("databases", lambda: d in [row[0] for row in rows("SHOW DATABASES")])
note("use", lambda: rows(f"USE {d}"))
note("current", lambda: spark.catalog.currentDatabase())
note("tables", lambda: [row[1] for row in rows("SHOW TABLES")])
note("tables like", lambda: [row[1] for row in rows("SHOW TABLES LIKE 'c*'")])
note("listTables", lambda: sorted(table.name for table in spark.catalog.listTables(d)))
note("tableExists", lambda: [spark.catalog.tableExists(f"{d}.csv"), spark.catalog.tableExists(f"{d}.absent")])
note("listColumns", lambda: [[c.name, c.dataType, c.isPartition] for c in spark.catalog.listColumns(f"{d}.parted")])
note("describe", lambda: [list(row)[:2] for row in spark.sql("DESCRIBE parted").collect()])
for name in ("csv", "csv_quoted", "parted", "orc", "avro", "json", "of_athena"):
    note(name, lambda: rows(spark.table(f"{d}.{name}")))
note("absent", lambda: rows(f"SELECT * FROM {d}.absent"))
note("absent database", lambda: rows("SELECT * FROM absent_database.t"))
note("nested json", lambda: rows("SELECT id, place.lat, tags[0] FROM json WHERE id > 1"))
note("partitions", lambda: [row[0] for row in rows("SHOW PARTITIONS parted")])
note("partitions of", lambda: [row[0] for row in rows("SHOW PARTITIONS parted PARTITION (year='2023')")])
note("pruned by text", lambda: pruned("SELECT id FROM parted WHERE year = '2023' AND month IN ('1', '2')"))
note("pruned by number", lambda: pruned("SELECT id FROM of_athena WHERE n > 1 AND n != 3"))
note("not expressible", lambda: pruned("SELECT id FROM parted WHERE year LIKE '%4'"))
note("join", lambda: rows("SELECT c.name, count(*) FROM csv c JOIN parted p ON c.id = p.id GROUP BY 1"))
note("of an expression", lambda: pruned("SELECT id FROM parted WHERE cast(year AS int) + 1 = 2025"))

# A session that is stopped and started again
spark.stop()
spark = SparkSession.builder.getOrCreate()
note("second session", lambda: rows(f"SELECT id FROM {d}.orc"))
note("json's statistics", lambda: rows(f"ANALYZE TABLE {d}.json COMPUTE STATISTICS"))
note("json's columns", lambda: rows(f"ALTER TABLE {d}.json ADD COLUMNS (x int)"))
note("json's rows", lambda: rows(f"INSERT INTO {d}.json SELECT 3, 'cy', null, null"))
note("json after", lambda: [row[0] for row in rows(f"SELECT id FROM {d}.json")])
print(json.dumps(seen, default=str))
"""

FLIGHTS = {
    "type": "record",
    "name": "flight",
    "fields": [{"name": "id", "type": "long"}, {"name": "carrier", "type": "string"}],
}
JSON_ROWS = [
    {"Id": 1, "Name": "ann", "Place": {"Lat": 1.5}, "tags": ["a", "b"]},
    {"Id": 2, "Name": "bob", "Place": {"Lat": 2.5}, "tags": ["c"]},
]


class Lake:
    """A database with tables of every kind, and the job that reads them."""

    def __init__(self, aws):
        self.aws, self.bucket, self.database = aws, aws.bucket(), unique("db")
        self._fill()
        self._crawl()
        self._ask_athena()
        arguments = {"--enable-glue-datacatalog": "true", "--database": self.database}
        job = aws.job(textwrap.dedent(SCRIPT), spark=True, bucket=self.bucket, arguments=arguments)
        run = aws.run(job)
        assert run["JobRunState"] == "SUCCEEDED", (run, aws.log(run)[-40:])
        self.seen = json.loads(next(line for line in aws.log(run) if line.startswith("{")))

    def _fill(self):
        put, bucket = self.aws.put, self.bucket
        put(bucket, "t/csv/1.csv", "id,name\n1,ann\n2,bob\n")
        for year, month in ((2023, 1), (2023, 2), (2023, 3), (2024, 1)):
            table = pyarrow.table({"id": [(year - 2023) * 10 + month]})
            out = io.BytesIO()
            parquet.write_table(table, out)
            put(bucket, f"t/parted/year={year}/month={month}/1.parquet", out.getvalue())
        out = io.BytesIO()
        orc.write_table(pyarrow.table({"id": [1, 2], "price": [1.5, None]}), out)
        put(bucket, "t/orc/1.orc", out.getvalue())
        block = number(1) + text(b"AA") + number(2) + text(b"BB")
        put(bucket, "t/avro/1.avro", container(FLIGHTS, 2, block))
        put(bucket, "t/json/1.json", "".join(json.dumps(row) + "\n" for row in JSON_ROWS))
        put(bucket, "quoted/1.csv", 'id,name\n1,"ann, the first"\n2,"bob"\n')

    def _crawl(self):
        glue, crawler = self.aws.client("glue"), unique("crawler")
        paths = [f"s3://{self.bucket}/t/{name}/" for name in ("csv", "parted", "orc", "avro", "json")]
        glue.create_crawler(
            Name=crawler,
            Role=self.aws.role({"Effect": "Allow", "Action": "*", "Resource": "*"}),
            DatabaseName=self.database,
            Targets={"S3Targets": [{"Path": path} for path in paths]},
        )
        glue.start_crawler(Name=crawler)
        ready = wait_until(lambda: glue.get_crawler(Name=crawler)["Crawler"], lambda one: one["State"] == "READY")
        assert ready["LastCrawl"]["Status"] == "SUCCEEDED", ready

    def _ask_athena(self):
        for sql in (
            f"""CREATE EXTERNAL TABLE csv_quoted (id string, name string)
                ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
                LOCATION 's3://{self.bucket}/quoted/' TBLPROPERTIES ('skip.header.line.count'='1')""",
            f"""CREATE TABLE of_athena
                WITH (external_location = 's3://{self.bucket}/athena/', partitioned_by = ARRAY['n']) AS
                SELECT * FROM (VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4)) AS t (id, name, n)""",
        ):
            execution = self.aws.query(sql, self.database)
            assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]

    def table(self, name):
        return self.aws.client("glue").get_table(DatabaseName=self.database, Name=name)["Table"]


@pytest.fixture(scope="module")
def lake(local_aws):
    return Lake(local_aws)


@pytest.fixture(scope="module")
def seen(lake):
    return lake.seen


# The catalog


def test_databases_and_tables_are_listed(seen):
    names = ["avro", "csv", "csv_quoted", "json", "of_athena", "orc", "parted"]
    assert (seen["databases"], seen["tables"], seen["listTables"]) == (True, names, names)
    assert seen["tables like"] == ["csv", "csv_quoted"]
    assert seen["tableExists"] == [True, False]


def test_a_database_is_used(lake, seen):
    assert (seen["use"], seen["current"]) == ([], lake.database)


def test_columns_and_partition_keys_are_described(lake, seen):
    table = lake.table("parted")
    columns = [[column["Name"], column["Type"]] for column in table["StorageDescriptor"]["Columns"]]
    keys = [[key["Name"], key["Type"]] for key in table["PartitionKeys"]]
    assert seen["describe"][: len(columns + keys)] == columns + keys
    assert seen["listColumns"] == [[*one, False] for one in columns] + [[*one, True] for one in keys]


@pytest.mark.parametrize("name", ["absent", "absent database"])
def test_what_is_absent_is_sparks_own_error(seen, name):
    assert seen[name]["type"] == "AnalysisException"
    assert seen[name]["text"].startswith("[TABLE_OR_VIEW_NOT_FOUND]")


# Rows


@pytest.mark.parametrize("name", ["parted", "orc", "avro", "of_athena"])
def test_rows_are_those_that_were_written(seen, name):
    assert (
        seen[name]
        == {
            "parted": [[1, "2023", "1"], [11, "2024", "1"], [2, "2023", "2"], [3, "2023", "3"]],
            "orc": [[1, 1.5], [2, None]],
            "avro": [[1, "AA"], [2, "BB"]],
            "of_athena": [[1, "a", 1], [2, "b", 2], [3, "c", 3], [4, "d", 4]],
        }[name]
    )


@pytest.mark.parametrize(
    ("name", "header", "others"),
    [
        ("csv", [None, "name"], [[1, "ann"], [2, "bob"]]),
        ("csv_quoted", ["id", "name"], [["1", "ann, the first"], ["2", "bob"]]),
    ],
)
def test_the_header_of_a_text_table_is_a_row(seen, name, header, others):
    assert sorted(seen[name], key=str) == sorted([header, *others], key=str)


def test_athena_reads_the_same_rows(lake, seen):
    rows = lake.aws.rows("SELECT id, year, month FROM parted", lake.database)
    assert sorted([int(row[0]), *row[1:]] for row in rows) == sorted(seen["parted"])


def test_tables_are_joined(seen):
    assert seen["join"] == [["ann", 1], ["bob", 1]]


# JSON


def test_json_is_read_whatever_the_case_of_its_keys(seen):
    assert [[row[0], row[1], list(row[2].values()), row[3]] for row in seen["json"]] == [
        [row["Id"], row["Name"], [row["Place"]["Lat"]], row["tags"]] for row in JSON_ROWS
    ]
    assert seen["nested json"] == [[2, 2.5, "c"]]


def test_what_spark_changes_of_a_json_table_leaves_its_serde_and_columns(lake, seen):
    assert (seen["json's statistics"], seen["json's rows"]) == ([], [])
    assert seen["json after"] == [1, 2, 3]
    table = lake.table("json")
    assert table["VersionId"] > "0"
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"] == "org.openx.data.jsonserde.JsonSerDe"
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["id", "name", "place", "tags"]
    assert [name for name in table["Parameters"] if name.startswith("spark.sql.sources")] == []
    assert lake.aws.rows("SELECT count(*) FROM json", lake.database) == [["3"]]


def test_the_columns_of_a_json_table_are_not_changed(seen):
    assert "The columns of json cannot be changed by Spark" in seen["json's columns"]["text"]


# Partitions


def test_partitions_are_listed(seen):
    names = [f"year={year}/month={month}" for year, month in ((2023, 1), (2023, 2), (2023, 3), (2024, 1))]
    assert (seen["partitions"], seen["partitions of"]) == (names, names[:3])


@pytest.mark.parametrize(
    ("name", "rows", "expression"),
    [
        ("pruned by text", [[1], [2]], "year = '2023' and ( month = '1' or month = '2' )"),
        ("pruned by number", [[2], [4]], "n > 1 and n <> 3"),
        ("not expressible", [[11]], ""),
        ("of an expression", [[11]], ""),
    ],
)
def test_glue_is_asked_for_the_partitions_that_a_query_needs(seen, name, rows, expression):
    assert seen[name] == [rows, [expression]]


def test_a_session_that_is_started_again_sees_the_catalog(seen):
    assert seen["second session"] == [[1], [2]]
