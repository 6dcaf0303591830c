"""ALTER TABLE's partitions, MSCK REPAIR TABLE and SHOW PARTITIONS, seen with Glue's GetPartitions."""

import pytest

from tests.local_aws.aws_server import allow, unique, wait_until

TASK = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
SEMANTIC = "FAILED: SemanticException [Error "


@pytest.fixture
def table(database):
    """A table partitioned by dt and country, without partitions."""
    name = unique("t_")
    database.run(
        f"CREATE EXTERNAL TABLE {name} (id int) PARTITIONED BY (dt string, country string) "
        f"ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://{{bucket}}/{name}/'"
    )
    return name


def test_partitions_are_added_at_a_place_of_their_own_or_below_the_table(database, table):
    database.run(
        f"ALTER TABLE {table} ADD PARTITION (dt = '2024-05-14', country = 'IN') "
        "PARTITION (country = 'a:b/c', dt = '2024-05-15') LOCATION 's3://{bucket}/elsewhere/' "
        "PARTITION (dt = 20240516, country = 'x=y z')"
    )
    assert database.partitions(table) == {
        ("2024-05-14", "IN"): f"s3://{database.bucket}/{table}/dt=2024-05-14/country=IN",
        ("2024-05-15", "a:b/c"): f"s3://{database.bucket}/elsewhere/",
        ("20240516", "x=y z"): f"s3://{database.bucket}/{table}/dt=20240516/country=x%3Dy z",
    }
    assert database.lines(f"SHOW PARTITIONS {table}") == [
        "dt=2024-05-14/country=IN", "dt=2024-05-15/country=a%3Ab%2Fc", "dt=20240516/country=x%3Dy z",
    ]  # fmt: skip


def test_a_partition_stores_as_its_table_does(database, table):
    database.run(f"ALTER TABLE {table} ADD PARTITION (dt = '1', country = 'IN')")
    glue = database.aws.client("glue")
    made = glue.get_partition(DatabaseName=database.name, TableName=table, PartitionValues=["1", "IN"])["Partition"]
    wanted = database.table(table)["StorageDescriptor"]
    assert {**made["StorageDescriptor"], "Location": wanted["Location"]} == wanted


def test_a_partition_is_added_once(database, table):
    sql = f"ALTER TABLE {table} ADD {{0}} PARTITION (dt = '1', country = 'IN') PARTITION (dt = '2', country = 'IN')"
    database.run(f"ALTER TABLE {table} ADD PARTITION (dt = '1', country = 'IN') LOCATION 's3://{{bucket}}/first/'")
    assert database.failure(sql.format("")) == f"{TASK}AlreadyExistsException(message:Partition already exists.)"
    assert len(database.partitions(table)) == 1
    database.run(sql.format("IF NOT EXISTS"))
    assert database.partitions(table) == {
        ("1", "IN"): f"s3://{database.bucket}/first/",
        ("2", "IN"): f"s3://{database.bucket}/{table}/dt=2/country=IN",
    }


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("dt = '1'", "FAILED: ValidationFailureSemanticException partition spec {dt=1} doesn't contain all (2) "),
        (
            "dt = '1', city = 'x'",
            f"{SEMANTIC}10098]: Non-Partition column appears in the partition specification: city",
        ),
    ],
)
def test_a_partition_needs_the_tables_keys(database, table, spec, reason):
    assert database.failure(f"ALTER TABLE {table} ADD PARTITION ({spec})").startswith(reason)


def test_more_partitions_than_glue_takes_at_once_are_added(database, table):
    specs = " ".join(f"PARTITION (dt = '{day}', country = 'IN')" for day in range(205))
    database.run(f"ALTER TABLE {table} ADD {specs}")
    assert len(database.partitions(table)) == 205


def test_partitions_are_dropped_by_what_is_said_of_them(database, table):
    days = " ".join(f"PARTITION (dt = '{day}', country = '{country}')" for day in (1, 2) for country in ("IN", "FR"))
    database.run(f"ALTER TABLE {table} ADD {days} PARTITION (dt = '3', country = 'IN')")
    database.run(f"ALTER TABLE {table} DROP PARTITION (dt = '1'), PARTITION (dt = '2', country = 'FR')")
    assert sorted(database.partitions(table)) == [("2", "IN"), ("3", "IN")]
    assert database.failure(f"ALTER TABLE {table} DROP PARTITION (dt = '9')") == (
        f"{SEMANTIC}10006]: Partition not found {{dt=9}}"
    )
    database.run(f"ALTER TABLE {table} DROP IF EXISTS PARTITION (dt = '9')")
    assert len(database.partitions(table)) == 2


@pytest.mark.parametrize(
    ("spec", "left"),
    [
        ("n < 10", [("10", "b"), ("100", "c")]),  # as numbers: 9 < 10 < 100
        ("n >= '10', s <> 'c'", [("9", "a"), ("100", "c")]),
        ("s != 'a'", [("9", "a")]),
        ("n <= 100", []),
        ("s > 'a'", [("9", "a")]),
    ],
)
def test_partitions_are_dropped_by_comparison(database, spec, left):
    name = unique("t_")
    database.run(
        f"CREATE EXTERNAL TABLE {name} (id int) PARTITIONED BY (n int, s string) LOCATION 's3://{{bucket}}/{name}/'"
    )
    database.run(f"ALTER TABLE {name} ADD PARTITION (n=9, s='a') PARTITION (n=10, s='b') PARTITION (n=100, s='c')")
    database.run(f"ALTER TABLE {name} DROP PARTITION ({spec})")
    assert list(database.partitions(name)) == left


def test_a_partition_has_columns_of_its_own(database, table):
    database.run(f"ALTER TABLE {table} ADD PARTITION (dt = '1', country = 'IN')")
    place = f"ALTER TABLE {table} PARTITION (dt = '1', country = 'IN')"

    def columns():
        glue = database.aws.client("glue")
        partition = glue.get_partition(DatabaseName=database.name, TableName=table, PartitionValues=["1", "IN"])
        return [column["Name"] for column in partition["Partition"]["StorageDescriptor"]["Columns"]]

    assert database.run(f"{place} ADD COLUMNS (more int)")["SubstatementType"] == "ALTER_TABLE_ADD_COLUMN"
    assert columns() == ["id", "more"]
    database.run(f"{place} REPLACE COLUMNS (other int)")
    assert columns() == ["other"]
    assert [column["Name"] for column in database.table(table)["StorageDescriptor"]["Columns"]] == ["id"]


def test_a_partition_is_renamed_where_it_lies(database, table):
    database.run(f"ALTER TABLE {table} ADD PARTITION (dt = '1', country = 'IN') PARTITION (dt = '2', country = 'IN')")
    rename = (
        f"ALTER TABLE {table} PARTITION (dt = '1', country = 'IN') RENAME TO PARTITION (dt = '{{0}}', country = 'FR')"
    )
    database.run(rename.format(3))
    assert database.partitions(table) == {
        ("3", "FR"): f"s3://{database.bucket}/{table}/dt=1/country=IN",
        ("2", "IN"): f"s3://{database.bucket}/{table}/dt=2/country=IN",
    }
    assert database.failure(rename.format(4)) == f"{SEMANTIC}10006]: Partition not found {{dt=1, country=IN}}"


def test_a_partition_is_given_another_place(database, table):
    database.run(f"ALTER TABLE {table} ADD PARTITION (dt = '1', country = 'IN')")
    database.aws.put(database.bucket, f"other/{table}/a.csv", "7\n")
    database.run(
        f"ALTER TABLE {table} PARTITION (dt = '1', country = 'IN') SET LOCATION 's3://{{bucket}}/other/{table}/'"
    )
    assert database.aws.rows(f"SELECT id, country FROM {table}", database.name) == [["7", "IN"]]


def test_partitions_of_a_table_without_keys_are_none(database):
    database.run("CREATE EXTERNAL TABLE IF NOT EXISTS plain (a int) LOCATION 's3://{bucket}/plain/'")
    assert database.failure("SHOW PARTITIONS plain") == f"{TASK}Table plain is not a partitioned table"


def test_projected_partitions_are_not_shown(database, table):
    database.run(f"ALTER TABLE {table} ADD PARTITION (dt = '1', country = 'IN')")
    database.run(f"ALTER TABLE {table} SET TBLPROPERTIES ('projection.enabled' = 'true')")
    assert database.lines(f"SHOW PARTITIONS {table}") == []


# MSCK REPAIR TABLE


def test_repairing_registers_the_folders_of_partitions(database, table):
    for key in (
        "dt=1/country=IN/a.csv",
        "dt=1/country=IN/b.csv",
        "dt=1/country=a%3Ab/a.csv",
        "dt=2/country=FR/deep/er/a.csv",
        "dt=3/country=IN/",  # a folder's marker
        "dt=4/a.csv",  # too shallow
        "DT=5/country=IN/a.csv",  # not lower case
        "country=IN/dt=6/a.csv",  # another order
        "dt=7/country=a:b/a.csv",
        "_dt=8/country=IN/a.csv",
        "dt=9/.country=IN/a.csv",
        "dt=/country=IN/a.csv",
        "a.csv",
    ):
        database.aws.put(database.bucket, f"{table}/{key}", "1\n")
    execution = database.run(f"MSCK REPAIR TABLE {{db}}.{table}")
    added = ["dt=1/country=IN", "dt=1/country=a%3Ab", "dt=2/country=FR", "dt=3/country=IN"]
    expected = ["\t".join(["Partitions not in metastore:", *(f"{table}:{folder}" for folder in added)])]
    expected += [f"Repair: Added partition to metastore {table}:{folder}" for folder in added]
    assert database.file(execution) == "\n".join(expected)
    assert database.partitions(table) == {
        ("1", "IN"): f"s3://{database.bucket}/{table}/dt=1/country=IN",
        ("1", "a:b"): f"s3://{database.bucket}/{table}/dt=1/country=a%3Ab",
        ("2", "FR"): f"s3://{database.bucket}/{table}/dt=2/country=FR",
        ("3", "IN"): f"s3://{database.bucket}/{table}/dt=3/country=IN",
    }
    assert database.lines(f"MSCK REPAIR TABLE {table}") == []


def test_repairing_keeps_partitions_whose_folder_is_gone(database, table):
    database.run(f"ALTER TABLE {table} ADD PARTITION (dt = '1', country = 'IN')")
    database.aws.put(database.bucket, f"{table}/dt=2/country=IN/a.csv", "1\n")
    assert database.lines(f"MSCK REPAIR TABLE {table}") == [
        f"Partitions not in metastore:\t{table}:dt=2/country=IN",
        f"Partitions missing from filesystem:\t{table}:dt=1/country=IN",
        f"Repair: Added partition to metastore {table}:dt=2/country=IN",
    ]
    assert len(database.partitions(table)) == 2


def test_repairing_a_table_without_objects_says_so(database, table):
    answer = database.result(f"MSCK REPAIR TABLE {table}")
    assert answer["ResultSet"]["Rows"] == [{"Data": [{"VarCharValue": f"Tables missing on filesystem:\t{table}"}]}]
    assert answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"] == []


def test_repairing_needs_the_right_to_list_the_bucket(database, table):
    athena = database.aws.client("athena", database.aws.user(allow(["athena:*", "glue:*", "s3:PutObject"])))
    started = athena.start_query_execution(
        QueryString=f"MSCK REPAIR TABLE {table}",
        QueryExecutionContext={"Database": database.name},
        ResultConfiguration={"OutputLocation": f"s3://{database.bucket}/results/"},
    )["QueryExecutionId"]
    status = wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"],
        lambda status: status["State"] not in ("QUEUED", "RUNNING"),
    )
    assert status["StateChangeReason"] == (
        f"PERMISSION_DENIED: Permission denied on S3 path: s3://{database.bucket}/{table}/"
    )
