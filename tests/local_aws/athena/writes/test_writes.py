"""CREATE TABLE AS, INSERT INTO and UNLOAD on a real local AWS; rows compared with what DuckDB reads in the files."""

import gzip
import io
import json

import duckdb
import pytest
from pyarrow import orc, parquet

from tests.local_aws.aws_server import allow, error_of, unique, wait_until

NO_ACCESS = " or requester is not authorized to access requested resources"

EVERY_TYPE = """
    SELECT true AS flag, CAST(1 AS tinyint) AS tiny, CAST(2 AS smallint) AS small, 3 AS whole,
    CAST(4 AS bigint) AS large, CAST(1.5 AS real) AS single, 2.5e0 AS twice,
    CAST('12.34' AS decimal(10,2)) AS price, 'Ünïcode "x"' AS name,
    date '2024-02-29' AS day, timestamp '2024-02-29 12:34:56.789' AS moment
"""
NESTED = (
    "ARRAY[1, 2] AS list, MAP(ARRAY['k'], ARRAY[DECIMAL '1.5']) AS pairs, "
    "CAST(ROW(1, 'x') AS ROW(a integer, b varchar)) AS part"
)


# CREATE TABLE AS


def test_a_table_is_made_of_a_query_below_the_results(lake):
    execution = lake.done("CREATE TABLE made AS SELECT 1 AS Id, 'x' AS name UNION ALL SELECT 2, 'y'")
    started = execution["QueryExecutionId"]
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    location = f"s3://{lake.bucket}/results/tables/{started}"
    assert execution["ResultConfiguration"]["OutputLocation"] == location
    assert execution["Statistics"]["DataManifestLocation"] == f"{location}-manifest.csv"
    entry = lake.table("made")
    assert entry["StorageDescriptor"]["Location"] == f"{location}/"
    assert lake.types("made") == {"id": "int", "name": "string"}
    files = [key for key in lake.keys("results/tables/") if "/tables/" + started + "/" in key]
    manifest = lake.aws.get(lake.bucket, f"results/tables/{started}-manifest.csv").decode()
    assert manifest.splitlines() == [f"s3://{lake.bucket}/{key}" for key in files]
    footer = parquet.read_metadata(io.BytesIO(lake.aws.get(lake.bucket, files[0])))
    assert footer.row_group(0).column(0).compression == "GZIP"
    assert lake.rows("SELECT * FROM made ORDER BY id") == [["1", "x"], ["2", "y"]]


def test_the_answer_is_the_number_of_rows(local_aws, lake):
    started = lake.done("CREATE TABLE counted AS SELECT x FROM UNNEST(sequence(1, 7)) AS t(x)")["QueryExecutionId"]
    answer = local_aws.client("athena").get_query_results(QueryExecutionId=started)
    assert (answer["UpdateCount"], answer["ResultSet"]["Rows"]) == (7, [])


@pytest.mark.parametrize("kind", ["PARQUET", "ORC", "JSON", "TEXTFILE"])
def test_each_type_comes_back_as_it_was(lake, kind):
    name = f"types_{kind.lower()}"
    nested = f", {NESTED}" if kind in ("PARQUET", "ORC") else ""
    lake.done(f"CREATE TABLE {name} WITH (format = '{kind}') AS {EVERY_TYPE}{nested}")
    expected = {"flag": "boolean", "tiny": "tinyint", "small": "smallint", "whole": "int", "large": "bigint",
                "single": "float", "twice": "double", "price": "decimal(10,2)", "name": "string", "day": "date",
                "moment": "timestamp"}  # fmt: skip
    if nested:
        expected |= {"list": "array<int>", "pairs": "map<string,decimal(2,1)>", "part": "struct<a:int,b:string>"}
    assert lake.types(name) == expected
    assert lake.rows(f"SELECT * FROM {name}") == lake.rows(EVERY_TYPE + nested)


def test_the_files_hold_what_their_format_says(lake):
    query = "SELECT 1 AS id, 'a' AS name, CAST(NULL AS varchar) AS more, DECIMAL '1.50' AS price"
    for kind in ("PARQUET", "ORC", "JSON", "TEXTFILE"):
        lake.done(f"CREATE TABLE f_{kind} WITH (format = '{kind}', external_location = "
                  f"'s3://{{bucket}}/formats/{kind}/', write_compression = 'GZIP') AS {query}")  # fmt: skip
    files = {kind: lake.bodies(f"formats/{kind}/")[0] for kind in ("PARQUET", "ORC", "JSON", "TEXTFILE")}
    assert parquet.read_table(io.BytesIO(files["PARQUET"])).column_names == ["id", "name", "more", "price"]
    assert orc.ORCFile(io.BytesIO(files["ORC"])).compression == "ZLIB"
    assert json.loads(gzip.decompress(files["JSON"])) == {"id": 1, "name": "a", "more": None, "price": 1.5}
    assert gzip.decompress(files["TEXTFILE"]) == b"1\x01a\x01\\N\x011.50\n"


def test_partitions_are_folders_and_registered(lake):
    lake.done(
        "CREATE TABLE parted WITH (external_location = 's3://{bucket}/parted', partitioned_by = ARRAY['kind', 'day']) "
        "AS SELECT * FROM (VALUES (1, 'a b', date '2024-01-01'), (2, 'x/y', NULL), (3, 'a b', date '2024-01-01')) "
        "AS t(id, kind, day)"
    )
    root = f"s3://{lake.bucket}/parted/"
    assert lake.partitions("parted") == [
        (["a b", "2024-01-01"], f"{root}kind=a b/day=2024-01-01/"),
        (["x/y", "__HIVE_DEFAULT_PARTITION__"], f"{root}kind=x%2Fy/day=__HIVE_DEFAULT_PARTITION__/"),
    ]
    assert lake.types("parted") == {"id": "int"}
    assert lake.rows("SELECT * FROM parted ORDER BY id") == [
        ["1", "a b", "2024-01-01"], ["2", "x/y", None], ["3", "a b", "2024-01-01"],
    ]  # fmt: skip


def test_with_no_data_a_table_is_empty(lake):
    lake.done("CREATE TABLE bare WITH (format = 'ORC') AS SELECT 1 AS id, 'x' AS name WITH NO DATA")
    assert lake.types("bare") == {"id": "int", "name": "string"}
    assert lake.rows("SELECT * FROM bare") == []


def test_a_table_that_may_exist_stays_as_it_is(lake):
    lake.done("CREATE TABLE kept AS SELECT 1 AS id")
    lake.done("CREATE TABLE IF NOT EXISTS kept AS SELECT 2 AS id")
    assert lake.rows("SELECT * FROM kept") == [["1"]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("kept2 AS SELECT 1 AS id",
         "TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.db.kept2' already exists"),
        ("absent_db.x AS SELECT 1 AS id", "SCHEMA_NOT_FOUND: line 1:1: Schema 'absent_db' does not exist"),
        ("x AS SELECT 1", "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1"),
        ("x AS SELECT 1 AS a, 2 AS A",
         "DUPLICATE_COLUMN_NAME: line 1:1: Column name 'a' specified more than once"),
        ("x AS SELECT NULL AS a", "COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown: a"),
        ("x AS SELECT now() AS a", "NOT_SUPPORTED: Unsupported Hive type: timestamp(3) with time zone"),
        ("x AS SELECT ROW(1, 2) AS a",
         "NOT_SUPPORTED: Anonymous row type is not supported in Hive. Please give each field a name: "),
        ("x WITH (partitioned_by = ARRAY['b']) AS SELECT 1 AS b, 2 AS a",
         "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as"),
        ("x WITH (partitioned_by = ARRAY['a', 'b']) AS SELECT 1 AS a, 2 AS b",
         "INVALID_TABLE_PROPERTY: Table contains only partition columns"),
        ("x WITH (partitioned_by = ARRAY['b']) AS SELECT 1 AS a, x AS b FROM UNNEST(sequence(1, 101)) AS t(x)",
         "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets."),
        ("x WITH (colour = 'red') AS SELECT 1 AS a",
         "INVALID_TABLE_PROPERTY: line 1:1: Catalog 'awsdatacatalog' table property 'colour' does not exist"),
        ("x WITH (format = 'AVRO') AS SELECT 1 AS a", "NOT_SUPPORTED: writing the format AVRO is not supported"),
        ("x WITH (bucketed_by = ARRAY['a'], bucket_count = 3) AS SELECT 1 AS a",
         "NOT_SUPPORTED: a table with buckets (bucketed_by) is not supported by the local AWS"),
        ("x WITH (table_type = 'ICEBERG', location = 's3://b/i/', is_external = false) AS SELECT 1 AS a",
         "NOT_SUPPORTED: a table of the type ICEBERG is not supported by the local AWS"),
        ("x WITH (is_external = FALSE) AS SELECT 1 AS a",
         "NOT_SUPPORTED: a table of the type HIVE with is_external = false is not supported by the local AWS"),
        ("x WITH (write_compression = 'LZO') AS SELECT 1 AS a",
         "NOT_SUPPORTED: the compression LZO of the format PARQUET is not supported by the local AWS"),
        ("x AS SELECT 1 / (y - 5) AS a FROM UNNEST(sequence(1, 9)) AS t(y)",
         "DIVISION_BY_ZERO: Division by zero"),
        ("x AS\nSELECT nowhere AS a", "COLUMN_NOT_FOUND: line 2:8: Column 'nowhere' cannot be resolved" + NO_ACCESS),
    ],
)  # fmt: skip
def test_what_cannot_be_made_says_why_and_leaves_nothing(lake, sql, reason):
    sql = f"CREATE TABLE {sql}"
    if "kept2" in sql:
        lake.done(sql)
    before = lake.tables()
    files = [key for key in lake.keys("results/tables/") if "-manifest" not in key]
    assert lake.reason(sql).startswith(reason)
    assert lake.tables() == before
    assert [key for key in lake.keys("results/tables/") if "-manifest" not in key] == files


def test_what_the_user_guide_says_of_every_table_can_be_said(lake):
    lake.done("CREATE TABLE said WITH (table_type = 'hive', is_external = true, format = 'parquet', "
              "partitioned_by = ARRAY['k']) AS SELECT 1 AS a, 'x' AS k")  # fmt: skip
    assert lake.rows("SELECT * FROM said") == [["1", "x"]]
    found = lake.aws.client("glue").get_partitions(DatabaseName=lake.database, TableName="said")["Partitions"]
    assert [partition["Parameters"] for partition in found] == [{}]


def test_a_place_that_holds_something_is_refused(lake):
    lake.aws.put(lake.bucket, "full/x", "x")
    assert lake.reason("CREATE TABLE x WITH (external_location = 's3://{bucket}/full/') AS SELECT 1 AS a").startswith(
        f"HIVE_PATH_ALREADY_EXISTS: Target directory for table 'db.x' already exists: s3://{lake.bucket}/full/."
    )


def test_an_enforcing_work_group_chooses_the_place(local_aws, lake):
    name, athena = unique("group"), local_aws.client("athena")
    athena.create_work_group(
        Name=name,
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {"OutputLocation": f"s3://{lake.bucket}/group/"},
        },
    )
    refused = error_of(
        athena.start_query_execution,
        QueryString=f"CREATE TABLE x WITH (external_location = 's3://{lake.bucket}/y/') AS SELECT 1 AS a",
        QueryExecutionContext={"Database": lake.database},
        WorkGroup=name,
    )
    assert "submitted with an 'external_location' property to an Athena Workgroup that enforces" in refused
    lake.done("CREATE TABLE grouped AS SELECT 1 AS a", WorkGroup=name)
    assert lake.table("grouped")["StorageDescriptor"]["Location"].startswith(f"s3://{lake.bucket}/group/tables/")


# UNLOAD


def test_a_result_is_unloaded(lake):
    execution = lake.done(
        "UNLOAD (SELECT 1 AS id, 'a' AS k UNION ALL SELECT 2, 'b') TO 's3://{bucket}/unloaded/' "
        "WITH (format = 'TEXTFILE', compression = 'NONE', field_delimiter = ';', partitioned_by = ARRAY['k'])"
    )
    assert [key.split("/")[1] for key in lake.keys("unloaded/")] == ["k=a", "k=b"]
    assert lake.bodies("unloaded/") == [b"1\n", b"2\n"]
    assert execution["Statistics"]["DataManifestLocation"].endswith(f"{execution['QueryExecutionId']}-manifest.csv")


def test_the_format_of_unload_is_parquet(lake, tmp_path):
    lake.done("UNLOAD (SELECT x FROM UNNEST(sequence(1, 5)) AS t(x)) TO 's3://{bucket}/five/'")
    (tmp_path / "five").write_bytes(lake.bodies("five/")[0])
    assert duckdb.sql(f"SELECT sum(x) FROM read_parquet('{tmp_path}/five')").fetchall() == [(15,)]


def test_unload_wants_an_empty_place(lake):
    lake.aws.put(lake.bucket, "taken/x", "x")
    assert lake.reason("UNLOAD (SELECT 1 AS a) TO 's3://{bucket}/taken/'").startswith("HIVE_PATH_ALREADY_EXISTS: ")


# Rights


def test_rights_to_a_view_are_asked_too(local_aws, lake):
    lake.done("CREATE VIEW hidden_view AS SELECT 1 AS id")
    name = unique("t")
    rights = [allow(["glue:CreateTable"]), allow(["s3:*"])]
    state, text = asked_by(local_aws, lake, f"CREATE TABLE {name} AS SELECT * FROM hidden_view", *rights)
    assert (state, "is not authorized to perform: glue:GetTable on resource: " in text) == ("FAILED", True)


def asked_by(aws, lake, sql, *statements):
    athena = aws.client("athena", aws.user(allow("athena:*"), *statements))
    started = athena.start_query_execution(
        QueryString=sql.format(bucket=lake.bucket), QueryExecutionContext={"Database": lake.database}, **lake.out
    )["QueryExecutionId"]
    status = wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"],
        lambda status: status["State"] not in ("QUEUED", "RUNNING"),
    )
    return status["State"], status.get("StateChangeReason", "")


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (None, ""),
        ("glue:CreateTable", "is not authorized to perform: glue:CreateTable on resource: "),
        ("glue:BatchCreatePartition", "is not authorized to perform: glue:BatchCreatePartition on resource: "),
        ("s3:PutObject", "PERMISSION_DENIED: Permission denied on S3 path: s3://{bucket}/{name}/k=a/"),
    ],
)
def test_the_callers_rights_are_asked(local_aws, lake, missing, reason):
    name = unique("rights")
    rights = {
        "glue:CreateTable": allow("glue:CreateTable"),
        "glue:BatchCreatePartition": allow("glue:BatchCreatePartition"),
        "s3:ListBucket": allow("s3:ListBucket"),
        "s3:PutObject": allow("s3:PutObject", f"arn:aws:s3:::{lake.bucket}/{name}/*"),
        "results": allow("s3:PutObject", f"arn:aws:s3:::{lake.bucket}/results/*"),
    }
    sql = (f"CREATE TABLE {name} WITH (external_location = 's3://{{bucket}}/{name}/', partitioned_by = ARRAY['k']) "
           "AS SELECT 1 AS id, 'a' AS k")  # fmt: skip
    given = [right for key, right in rights.items() if key != missing]
    state, text = asked_by(local_aws, lake, sql, *given)
    assert (state, reason.format(bucket=lake.bucket, name=name) in text) == ("FAILED" if missing else "SUCCEEDED", True)
    assert (name in lake.tables(), bool(lake.keys(f"{name}/"))) == (not missing, not missing)
