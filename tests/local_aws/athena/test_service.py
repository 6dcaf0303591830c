"""Athena's operations on a real local AWS: work groups, executions, results, rights."""

import io
import signal
import time

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique, wait_until

NO_ACCESS = " or requester is not authorized to access requested resources"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
CSV_ROWS = "id,name,price,day\n1,Ann,1.50,2024-01-02\n2,,2.25,\n3,\\N,,2024-01-03\n"


class Lake:
    """A bucket with a CSV table, a partitioned Parquet table and one without files."""

    def __init__(self, aws):
        self.aws, self.bucket, self.database = aws, aws.bucket(), unique("db_")
        glue = aws.client("glue")
        glue.create_database(DatabaseInput={"Name": self.database})
        aws.put(self.bucket, "csv/a.csv", CSV_ROWS)
        aws.put(self.bucket, "csv/_SUCCESS", "not data")
        self.table("csv", LAZY, ["id bigint", "name string", "price decimal(10,2)", "day date"], [],
                   {"skip.header.line.count": "1"}, {"field.delim": ","})  # fmt: skip
        self.table("sales", PARQUET, ["id bigint"], ["country string"])
        for place, country in enumerate(("France", "Åland Islands")):
            self.partition(country, place)
        aws.put(self.bucket, "sales/country=Unknown to the catalog/a.parquet", self.parquet(9))
        self.table("empty", PARQUET, ["id bigint", "name string"], [])

    def table(self, name, serde, columns, keys, parameters=None, serde_parameters=None):
        def described(names):
            return [dict(zip(("Name", "Type"), column.split(" ", 1), strict=True)) for column in names]

        storage = {
            "Columns": described(columns),
            "Location": f"s3://{self.bucket}/{name}/",
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters or {}},
        }
        entry = {"Name": name, "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage,
                 "PartitionKeys": described(keys), "Parameters": parameters or {}}  # fmt: skip
        self.aws.client("glue").create_table(DatabaseName=self.database, TableInput=entry)

    def partition(self, country, number):
        location = f"sales/country={country}/"
        self.aws.put(self.bucket, f"{location}a.parquet", self.parquet(number))
        storage = {"Location": f"s3://{self.bucket}/{location}"}
        partition = {"Values": [country], "StorageDescriptor": storage}
        self.aws.client("glue").create_partition(
            DatabaseName=self.database, TableName="sales", PartitionInput=partition
        )

    @staticmethod
    def parquet(number):
        body = io.BytesIO()
        parquet.write_table(pa.table({"id": [number]}), body)
        return body.getvalue()

    def size(self, key):
        return len(self.aws.get(self.bucket, key))


@pytest.fixture(scope="module")
def lake(local_aws):
    return Lake(local_aws)


@pytest.fixture(scope="module")
def athena(local_aws):
    return local_aws.client("athena")


# Tables


def test_a_csv_table_gives_its_rows(local_aws, lake):
    assert local_aws.rows("SELECT * FROM csv ORDER BY id", lake.database) == [
        ["1", "Ann", "1.50", "2024-01-02"],
        ["2", "", "2.25", None],
        ["3", None, None, "2024-01-03"],
    ]


def test_a_partitioned_table_gives_the_partitions_of_the_catalog(local_aws, lake):
    assert local_aws.rows("SELECT country, id FROM sales ORDER BY id", lake.database) == [
        ["France", "0"],
        ["Åland Islands", "1"],
    ]


def test_a_table_without_files_gives_no_rows(local_aws, lake):
    assert local_aws.rows("SELECT * FROM empty", lake.database) == []


def test_a_table_made_by_sql_can_be_queried_and_dropped(local_aws, lake):
    created = local_aws.query(
        "CREATE EXTERNAL TABLE made (id bigint, name string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' "
        f"LOCATION 's3://{lake.bucket}/csv/' TBLPROPERTIES ('skip.header.line.count'='1')",
        lake.database,
    )
    assert (created["Status"]["State"], created["StatementType"]) == ("SUCCEEDED", "DDL")
    assert created["ResultConfiguration"]["OutputLocation"].endswith(f"/{created['QueryExecutionId']}.txt")
    assert local_aws.rows("SELECT count(*) FROM made", lake.database) == [["3"]]
    assert local_aws.query("DROP TABLE `made`", lake.database)["Status"]["State"] == "SUCCEEDED"
    assert local_aws.query("SELECT * FROM made", lake.database)["Status"]["State"] == "FAILED"


# Executions


def test_an_execution_shows_the_query_as_it_was_sent_and_the_bytes_of_its_files(local_aws, lake):
    sql = "select  COUNT(*) -- how many\n from csv"
    execution = local_aws.query(sql, lake.database)
    assert execution["Query"] == sql
    assert execution["Statistics"]["DataScannedInBytes"] == lake.size("csv/a.csv")
    assert execution["StatementType"] == "DML"
    assert execution["QueryExecutionContext"]["Database"] == lake.database
    assert "StateChangeReason" not in execution["Status"]


def test_a_query_without_tables_reads_nothing(local_aws):
    assert local_aws.query("SELECT 1")["Statistics"]["DataScannedInBytes"] == 0


@pytest.mark.parametrize(
    ("sql", "reason", "kind"),
    [
        ("SELECT * FROM absent", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.{db}.absent' does not exist", 1110),
        ("SELECT * FROM absent.t", "SCHEMA_NOT_FOUND: line 1:15: Schema 'absent' does not exist", 1004),
        ("SELECT absent FROM csv", "COLUMN_NOT_FOUND: line 1:8: Column 'absent' cannot be resolved" + NO_ACCESS, 1006),
        ("SELECT 1 FROM csv WHERE name = 1",
         "TYPE_MISMATCH: line 1:30: Cannot apply operator: varchar = integer", 1006),
        ("SELECT nope(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'nope' not registered", None),
        ("SELECT length(id) FROM csv",
         ("FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (bigint) for function length. "
          "Expected: length(char(x)), length(varbinary), length(varchar(x))"), None),
        ("SELECT 1 / (id - id) FROM csv", "DIVISION_BY_ZERO: Division by zero", None),
    ],
)  # fmt: skip
def test_a_query_that_fails_says_why(local_aws, lake, sql, reason, kind):
    status = local_aws.query(sql, lake.database)["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"] == reason.format(db=lake.database)
    assert status["AthenaError"]["ErrorCategory"] == 2
    assert status["AthenaError"].get("ErrorType") == kind


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 1 1", "line 1:10: mismatched input '1'"),
        ("SELECT 1; SELECT 2", "Only one sql statement is allowed. Got: 2"),
        ("VACUUM t", "NOT_SUPPORTED: VACUUM TABLE is not supported by the local AWS"),
        ("SELECT * FROM read_csv('/etc/passwd')", "FUNCTION_NOT_FOUND: Table function 'read_csv' not registered"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_at_once(athena, sql, message):
    with pytest.raises(athena.exceptions.InvalidRequestException) as refused:
        athena.start_query_execution(QueryString=sql, ResultConfiguration={"OutputLocation": "s3://b/"})
    assert refused.value.response["Error"]["Message"] == message
    assert refused.value.response["AthenaErrorCode"] == "MALFORMED_QUERY"


def test_an_unknown_execution_is_named(athena):
    for call in (athena.get_query_execution, athena.get_query_results, athena.stop_query_execution):
        assert error_of(call, QueryExecutionId="absent") == (
            "InvalidRequestException: QueryExecution absent was not found"
        )


def test_executions_are_answered_in_batches(local_aws, athena):
    known = local_aws.query("SELECT 1")["QueryExecutionId"]
    answer = athena.batch_get_query_execution(QueryExecutionIds=[known, "absent"])
    assert [execution["QueryExecutionId"] for execution in answer["QueryExecutions"]] == [known]
    assert [entry["QueryExecutionId"] for entry in answer["UnprocessedQueryExecutionIds"]] == ["absent"]


def start_endless(aws):
    nine = "(VALUES 1, 2, 3, 4, 5, 6, 7, 8, 9)"
    joined = " CROSS JOIN ".join(f"{nine} AS t{place}(x)" for place in range(12))
    return aws.client("athena").start_query_execution(
        QueryString=f"SELECT sum(t0.x * t11.x) FROM {joined}",
        ResultConfiguration={"OutputLocation": f"s3://{aws.bucket()}/"},
    )["QueryExecutionId"]


def test_a_long_query_does_not_hold_up_the_servers_end(fresh_local_aws):
    start_endless(fresh_local_aws)
    assert fresh_local_aws.rows("SELECT 1") == [["1"]]
    assert fresh_local_aws.stop() == 0


def test_a_query_that_was_cut_short_is_failed_after_a_restart(fresh_local_aws):
    started = start_endless(fresh_local_aws)
    fresh_local_aws.rows("SELECT 1")
    time.sleep(0.5)
    fresh_local_aws.stop(signal.SIGKILL)
    execution = fresh_local_aws.start().client("athena").get_query_execution(QueryExecutionId=started)
    status = execution["QueryExecution"]["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("FAILED", "The local AWS ended while this ran")


def test_a_running_query_can_be_stopped(local_aws, athena):
    started = start_endless(local_aws)
    athena.stop_query_execution(QueryExecutionId=started)
    execution = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
    assert execution["Status"]["State"] == "CANCELLED"
    assert error_of(athena.get_query_results, QueryExecutionId=started) == (
        "InvalidRequestException: Could not find results"
    )
    assert local_aws.rows("SELECT 1") == [["1"]]


# Results


def test_results_begin_with_the_names_and_leave_nulls_without_a_value(local_aws, lake, athena):
    execution = local_aws.query("SELECT name AS Who, price FROM csv ORDER BY id", lake.database)
    answer = athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]
    assert answer["Rows"] == [
        {"Data": [{"VarCharValue": "Who"}, {"VarCharValue": "price"}]},
        {"Data": [{"VarCharValue": "Ann"}, {"VarCharValue": "1.50"}]},
        {"Data": [{"VarCharValue": ""}, {"VarCharValue": "2.25"}]},
        {"Data": [{}, {}]},
    ]
    described = [
        (column["Name"], column["Type"], column["Precision"], column["Scale"])
        for column in answer["ResultSetMetadata"]["ColumnInfo"]
    ]
    assert described == [("Who", "varchar", 2147483647, 0), ("price", "decimal", 10, 2)]


def test_results_come_in_pages(local_aws, athena):
    execution = local_aws.query("SELECT x FROM UNNEST(sequence(1, 5)) AS t(x) ORDER BY x")
    pages, token = [], {}
    while True:
        page = athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"], MaxResults=2, **token)
        pages.append([row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert pages == [["x", "1"], ["2", "3"], ["4", "5"]]


def test_a_result_lies_in_s3_as_athena_writes_it(local_aws, lake):
    bucket = local_aws.bucket()
    execution = local_aws.query(
        "SELECT id, name, 'say \"hi\"' AS quoted FROM csv ORDER BY id",
        lake.database,
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/results"},
    )
    key = f"results/{execution['QueryExecutionId']}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == f"s3://{bucket}/{key}"
    assert local_aws.keys(bucket) == [key, f"{key}.metadata"]
    assert local_aws.get(bucket, key).decode() == (
        '"id","name","quoted"\n'
        '"1","Ann","say ""hi"""\n'
        '"2","","say ""hi"""\n'
        '"3",,"say ""hi"""\n'
    )  # fmt: skip


def test_results_of_a_failed_query_are_refused(local_aws, athena):
    execution = local_aws.query("SELECT 1 / 0")
    assert error_of(athena.get_query_results, QueryExecutionId=execution["QueryExecutionId"]) == (
        "InvalidRequestException: Query did not finish successfully. Final query state: FAILED"
    )


# Work groups


def work_group(aws, **configuration):
    name = unique("group")
    aws.client("athena").create_work_group(Name=name, Configuration=configuration)
    return name


def start_error(athena, **more):
    return error_of(athena.start_query_execution, QueryString="SELECT 1", **more)


def test_an_absent_work_group_is_refused(athena):
    assert start_error(athena, WorkGroup="absent") == "InvalidRequestException: WorkGroup is not found."


def test_a_disabled_work_group_is_refused(local_aws, athena):
    name = work_group(local_aws)
    athena.update_work_group(WorkGroup=name, State="DISABLED")
    assert start_error(athena, WorkGroup=name) == f"InvalidRequestException: WorkGroup {name} is disabled."


def test_without_a_place_for_results_a_query_is_refused(athena):
    assert start_error(athena) == (
        "InvalidRequestException: No output location provided. An output location is required either through the "
        "Workgroup result configuration setting or as an API input."
    )


@pytest.mark.parametrize("enforced", [True, False])
def test_an_enforcing_work_group_wins_over_the_client(local_aws, enforced):
    bucket = local_aws.bucket()
    name = work_group(
        local_aws,
        EnforceWorkGroupConfiguration=enforced,
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/group/"},
    )
    client = {"OutputLocation": f"s3://{bucket}/client/"}
    local_aws.query("SELECT 1", WorkGroup=name, ResultConfiguration=client)
    folder = "group" if enforced else "client"
    assert {key.split("/")[0] for key in local_aws.keys(bucket)} == {folder}


def test_a_query_that_reads_more_than_its_work_group_allows_is_cancelled(local_aws, lake):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "big/a.csv", "x" * 10_000_001)
    lake.aws.client("glue").create_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": "big",
            "StorageDescriptor": {
                "Columns": [{"Name": "x", "Type": "string"}],
                "Location": f"s3://{bucket}/big/",
                "SerdeInfo": {"SerializationLibrary": LAZY},
            },
        },
    )
    name = work_group(
        local_aws,
        BytesScannedCutoffPerQuery=10_000_000,
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
    )
    status = local_aws.query("SELECT count(*) FROM big", lake.database, WorkGroup=name)["Status"]
    assert (status["State"], status["StateChangeReason"]) == (
        "CANCELLED",
        "Query cancelled! : Bytes scanned limit was exceeded",
    )


def test_a_bucket_for_results_that_is_not_there_fails_the_query(local_aws):
    absent = {"OutputLocation": f"s3://{unique('absent')}/"}
    status = local_aws.query("SELECT 1", ResultConfiguration=absent)["Status"]
    assert status["StateChangeReason"].startswith("The S3 location provided to save your query results is invalid.")


# Rights: the caller's own


ATHENA = allow("athena:*")


def asked_by(aws, lake, *statements, sql="SELECT count(*) FROM sales"):
    """The state and reason of a statement by a user with these rights and those on Athena."""
    out = {"OutputLocation": f"s3://{lake.bucket}/results/"}
    user = aws.user(ATHENA, *statements)
    athena = aws.client("athena", user)
    started = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": lake.database},
        ResultConfiguration=out,
    )["QueryExecutionId"]
    status = wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"],
        lambda status: status["State"] not in ("QUEUED", "RUNNING"),
    )
    return status["State"], status.get("StateChangeReason", "")


@pytest.fixture
def rights(lake):
    """What a user needs who queries the table `sales`."""
    glue = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
    table = [f"{glue}catalog", f"{glue}database/{lake.database}", f"{glue}table/{lake.database}/sales"]
    bucket = f"arn:aws:s3:::{lake.bucket}"
    return {
        "glue:GetTable": allow("glue:GetTable", *table),
        "glue:GetPartitions": allow("glue:GetPartitions", *table),
        "s3:ListBucket": allow("s3:ListBucket", bucket),
        "s3:GetObject": allow("s3:GetObject", f"{bucket}/sales/*"),
        "s3:PutObject": allow("s3:PutObject", f"{bucket}/results/*"),
    }


def test_a_caller_with_all_rights_gets_the_answer(local_aws, lake, rights):
    assert asked_by(local_aws, lake, *rights.values()) == ("SUCCEEDED", "")


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("glue:GetTable", "is not authorized to perform: glue:GetTable on resource: "),
        ("glue:GetPartitions", "is not authorized to perform: glue:GetPartitions on resource: "),
        ("s3:ListBucket", "Permission denied on S3 path: s3://{bucket}/sales/country=France/"),
        ("s3:GetObject", "Permission denied on S3 path: s3://{bucket}/sales/country=France/a.parquet"),
        ("s3:PutObject", "Access denied when writing output to url: s3://{bucket}/results/"),
    ],
)
def test_a_caller_without_one_right_does_not(local_aws, lake, rights, missing, reason):
    state, text = asked_by(local_aws, lake, *(right for name, right in rights.items() if name != missing))
    assert state == "FAILED"
    assert reason.format(bucket=lake.bucket) in text


def test_a_caller_without_the_right_to_make_tables_makes_none(local_aws, lake):
    rights = allow(["glue:GetDatabase", "glue:GetTable"]), allow("s3:PutObject")
    sql = f"CREATE EXTERNAL TABLE x (a int) LOCATION 's3://{lake.bucket}/x/'"
    state, reason = asked_by(local_aws, lake, *rights, sql=sql)
    assert state == "FAILED"
    assert "is not authorized to perform: glue:CreateTable on resource: " in reason
