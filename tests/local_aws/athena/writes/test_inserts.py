"""INSERT INTO on a real local AWS."""

import pytest

from tests.local_aws.aws_server import unique

MISMATCH = (
    "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: [tinyint, varchar, decimal(5,2)], "
)


@pytest.mark.parametrize("kind", ["PARQUET", "ORC", "JSON", "TEXTFILE"])
def test_rows_are_inserted_in_the_tables_format(lake, kind):
    name = f"into_{kind.lower()}"
    lake.done(f"CREATE TABLE {name} WITH (format = '{kind}', field_delimiter = '|') AS SELECT 1 AS id, 'a' AS name"
              if kind == "TEXTFILE" else
              f"CREATE TABLE {name} WITH (format = '{kind}') AS SELECT 1 AS id, 'a' AS name")  # fmt: skip
    lake.done(f"INSERT INTO {name} VALUES (2, 'b|c'), (3, NULL)" if kind != "TEXTFILE" else
              f"INSERT INTO {name} VALUES (2, 'b'), (3, NULL)")  # fmt: skip
    lake.done(f"INSERT INTO {name} (name) SELECT name || '!' FROM {name} WHERE id = 1")
    second = "b" if kind == "TEXTFILE" else "b|c"
    assert lake.rows(f"SELECT * FROM {name} ORDER BY id") == [["1", "a"], ["2", second], ["3", None], [None, "a!"]]


def test_numbers_are_inserted_into_smaller_types_where_they_fit(lake):
    lake.done("CREATE TABLE small AS SELECT CAST(1 AS tinyint) AS a, CAST(1 AS real) AS b, "
              "CAST(1 AS decimal(4,1)) AS c, DATE '2024-01-01' AS d, CAST(1 AS integer) AS e WHERE false")  # fmt: skip
    lake.done("INSERT INTO small SELECT count(*), 1.5e0, DECIMAL '12.345', TIMESTAMP '2024-02-29 23:59:59', 2.5e0")
    lake.done("INSERT INTO small VALUES (DECIMAL '2.5', CAST(7 AS bigint), 0.25e0, DATE '2024-03-01', -2.5e0)")
    rows = lake.rows("SELECT * FROM small ORDER BY a")
    assert rows == [["1", "1.5", "12.3", "2024-02-29", "3"], ["3", "7.0", "0.3", "2024-03-01", "-3"]]


def test_an_insert_has_a_manifest_and_counts(local_aws, lake):
    lake.done("CREATE TABLE counts AS SELECT 1 AS id")
    execution = lake.done("INSERT INTO counts SELECT id + 1 FROM counts")
    started = execution["QueryExecutionId"]
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "INSERT")
    assert execution["Statistics"]["DataScannedInBytes"] > 0
    manifest = execution["Statistics"]["DataManifestLocation"]
    assert manifest == f"s3://{lake.bucket}/results/{started}-manifest.csv"
    (line,) = lake.aws.get(lake.bucket, manifest.partition(f"{lake.bucket}/")[2]).decode().splitlines()
    assert line.startswith(lake.table("counts")["StorageDescriptor"]["Location"])
    assert local_aws.client("athena").get_query_results(QueryExecutionId=started)["UpdateCount"] == 1


def test_new_partitions_are_registered_and_old_ones_keep_their_place(lake):
    lake.done("CREATE TABLE grown WITH (external_location = 's3://{bucket}/grown/', partitioned_by = ARRAY['k']) "
              "AS SELECT 1 AS id, 'a' AS k")  # fmt: skip
    lake.aws.client("glue").create_partition(
        DatabaseName=lake.database, TableName="grown",
        PartitionInput={"Values": ["b"], "StorageDescriptor": {"Location": f"s3://{lake.bucket}/elsewhere/"}},
    )  # fmt: skip
    lake.done("INSERT INTO grown SELECT * FROM (VALUES (2, 'a'), (3, 'b'), (4, 'c')) AS t(id, k)")
    assert [values for values, _ in lake.partitions("grown")] == [["a"], ["b"], ["c"]]
    assert len(lake.keys("elsewhere/")) == 1
    assert lake.rows("SELECT * FROM grown ORDER BY id") == [["1", "a"], ["2", "a"], ["3", "b"], ["4", "c"]]


def test_what_was_placed_before_a_failure_is_taken_away(lake):
    lake.done("CREATE TABLE broken WITH (external_location = 's3://{bucket}/broken/', partitioned_by = ARRAY['k']) "
              "AS SELECT 1 AS id, 'a' AS k")  # fmt: skip
    lake.aws.client("glue").create_partition(
        DatabaseName=lake.database, TableName="broken",
        PartitionInput={"Values": ["b"], "StorageDescriptor": {"Location": f"s3://{unique('absent')}/"}},
    )  # fmt: skip
    before = lake.keys("broken/")
    insert = "INSERT INTO broken SELECT * FROM (VALUES (2, 'a'), (3, 'c'), (4, 'b')) AS t(id, k)"
    assert lake.reason(insert).startswith("Access denied when writing output to url: s3://absent")
    assert lake.keys("broken/") == before
    assert [values for values, _ in lake.partitions("broken")] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("absent VALUES (1)", "TABLE_NOT_FOUND: line 1:13: Table 'awsdatacatalog.db.absent' does not exist"),
        ("typed VALUES (1)", f"{MISMATCH}Query: [integer]"),
        ("typed VALUES ('1', 'x', DECIMAL '1.5')", f"{MISMATCH}Query: [varchar, varchar, decimal(2,1)]"),
        ("typed VALUES (1, 'x', true)", f"{MISMATCH}Query: [integer, varchar, boolean]"),
        ("typed VALUES (128, 'x', 1)", "INVALID_CAST_ARGUMENT: Out of range for tinyint: 128"),
        ("typed VALUES (DECIMAL '128.4', 'x', 1)", "INVALID_CAST_ARGUMENT: Cannot cast '128' to TINYINT"),
        ("typed (name, colour) VALUES ('x', 'y')",
         "COLUMN_NOT_FOUND: line 1:1: Insert column name does not exist in target table: colour"),
        ("typed (name, name) VALUES ('x', 'y')",
         "DUPLICATE_COLUMN_NAME: line 1:1: Insert column name is specified more than once: name"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_not_inserted(lake, sql, reason):
    if "typed" not in lake.tables():
        lake.done(
            "CREATE TABLE typed AS SELECT CAST(1 AS tinyint) AS id, 'a' AS name, CAST(1 AS decimal(5,2)) AS price"
        )
    assert lake.reason(f"INSERT INTO {sql}") == reason
    assert lake.rows("SELECT count(*) FROM typed") == [["1"]]


def test_texts_keep_their_length(lake):
    lake.done("CREATE TABLE short AS SELECT CAST('abc' AS varchar(3)) AS name, 'abc' AS free")
    assert lake.types("short") == {"name": "varchar(3)", "free": "string"}
    lake.done("INSERT INTO short VALUES ('xy  ', 'longer')")
    assert lake.rows("SELECT name, free FROM short ORDER BY 1") == [["abc", "abc"], ["xy ", "longer"]]
    assert lake.reason("INSERT INTO short VALUES ('long', 'x')") == (
        "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters on INSERT"
    )


def test_values_that_fit_are_widened(lake):
    lake.done("CREATE TABLE wide AS SELECT CAST(1 AS bigint) AS id, 1e0 AS x, CAST(1 AS decimal(15,3)) AS y")
    lake.done("INSERT INTO wide VALUES (2, 2.5, 7)")
    assert lake.rows("SELECT * FROM wide ORDER BY id") == [["1", "1.0", "1.000"], ["2", "2.5", "7.000"]]
