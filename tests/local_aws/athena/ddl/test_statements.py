"""Kinds of statements, seen in GetQueryExecution, and what GetQueryResults and the result file hold of them."""

import pytest

from local_aws.athena.errors import RefusedQueryError
from local_aws.athena.sql.statements import kind_of
from tests.local_aws.athena.ddl.statements import Database
from tests.local_aws.aws_server import allow, error_of, wait_until


@pytest.fixture(scope="module")
def database(local_aws):
    found = Database(local_aws)
    found.run("CREATE EXTERNAL TABLE t (n int) PARTITIONED BY (p string) LOCATION 's3://{bucket}/t/'")
    found.run("CREATE VIEW v AS SELECT 1 AS n")
    return found


# Athena's own answers, measured in public work
MEASURED = [
    ("SELECT 1", "DML", "SELECT"),
    ("WITH x AS (SELECT 1 AS n) SELECT * FROM x", "DML", "SELECT"),
    ("VALUES 1", "DML", "SELECT"),
    ("( SELECT 1 )", "DML", "SELECT"),
    ("-- SELECT\nSHOW TABLES", "UTILITY", "SHOW_TABLES"),
    ("/* SHOW TABLES */ SELECT 1", "DML", "SELECT"),
    ("INSERT INTO t SELECT 'a', 1", "DML", "INSERT"),
    ("EXPLAIN SELECT 1", "DML", "EXPLAIN"),
    ("DESCRIBE t", "UTILITY", "DESCRIBE_TABLE"),
    ("desc /* c */ t", "UTILITY", "DESCRIBE_TABLE"),
    ("SHOW DATABASES LIKE 'x'", "UTILITY", "SHOW_DATABASES"),
    ("SHOW SCHEMAS", "UTILITY", "SHOW_DATABASES"),
    ("SHOW COLUMNS IN db.t", "UTILITY", "SHOW_COLUMNS"),
    ("SHOW PARTITIONS t", "UTILITY", "SHOW_PARTITIONS"),
    ("SHOW TBLPROPERTIES t", "UTILITY", "SHOW_TABLE_PROPERTIES"),
    ("SHOW CREATE /* c */ TABLE t", "UTILITY", "SHOW_CREATE_TABLE"),
    ('SHOW CREATE VIEW"v1"', "UTILITY", "SHOW_CREATE_VIEW"),
    ("MSCK REPAIR TABLE t", "DDL", "MSCK_REPAIR"),
    ("CREATE SCHEMA IF NOT EXISTS db", "DDL", "CREATE_DATABASE"),
    ("DROP DATABASE IF EXISTS db CASCADE", "DDL", "DROP_DATABASE"),
    ("CREATE EXTERNAL TABLE t (a string COMMENT 'it\\'s')", "DDL", "CREATE_TABLE"),
    ("CREATE TABLE c WITH (format = 'ORC') AS SELECT * FROM t", "DDL", "CREATE_TABLE_AS_SELECT"),
    ("CREATE TABLE t AS SELECT split('a\\b', '\\') AS a", "DDL", "CREATE_TABLE_AS_SELECT"),
    ("CREATE OR /* c */ REPLACE VIEW v AS SELECT 1", "DDL", "CREATE_VIEW"),
    ("DROP/* c */TABLE t", "DDL", "DROP_TABLE"),
    ("DROP VIEW IF EXISTS v", "DDL", "DROP_VIEW"),
    ("ALTER TABLE t ADD COLUMNS(c string)", "DDL", "ALTER_TABLE_ADD_COLUMN"),
    ("ALTER TABLE a . t -- c\nREPLACE COLUMNS (n int)", "DDL", "ALTER_TABLE_REPLACE_COLUMN"),
    ("ALTER TABLE t CHANGE COLUMN n n2 int", "DDL", "ALTER_TABLE_CHANGE_COLUMN"),
    ("ALTER TABLE t DROP COLUMN c", "DDL", "ALTER_TABLE_DROP_COLUMN"),
    ("ALTER TABLE t SET TBLPROPERTIES ('comment' = 'add column')", "DDL", "ALTER_TABLE_PROPERTIES"),
    ("ALTER TABLE t SET LOCATION 's3://bucket/path/'", "DDL", "ALTER_TABLE_SET_LOCATION"),
    ("ALTER TABLE t ADD IF NOT EXISTS PARTITION (p = 'v')", "DDL", "ALTER_TABLE_ADD_PARTITION"),
    ("ALTER TABLE t DROP PARTITION (p = 'v')", "DDL", "ALTER_TABLE_DROP_PARTITION"),
    ("ALTER TABLE t RENAME TO u", "DDL", "ALTER_TABLE_RENAME"),
]


@pytest.mark.parametrize(("sql", "kind", "name"), MEASURED)
def test_a_statement_is_of_the_kind_that_athena_calls_it(sql, kind, name):
    found = kind_of(sql)
    assert (found.type, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'. Expecting: 'SELECT', 'WITH', "),
        ("/* only */", "line 1:1: mismatched input '<EOF>'"),
        ("ALTER TABLE t RENAME COLUMN a TO b", "line 1:22: mismatched input 'COLUMN'. Expecting: 'TO'"),
        ("ALTER TABLE IF EXISTS t ADD COLUMNS (m int)", "line 1:16: mismatched input 'EXISTS'"),
        ("ALTER TABLE t REPLACE COLUMN (n int)", "line 1:23: mismatched input 'COLUMN'. Expecting: 'COLUMNS'"),
        ("CREATE OR REPLACE TABLE t AS SELECT 1", "line 1:19: mismatched input 'TABLE'. Expecting: 'VIEW'"),
    ],
)
def test_what_is_no_statement_is_refused_where_it_goes_wrong(sql, text):
    with pytest.raises(RefusedQueryError) as refused:
        kind_of(sql)
    assert str(refused.value).startswith(text)


# On the server


@pytest.mark.parametrize(
    ("sql", "kind", "name", "ending"),
    [
        ("SELECT 1", "DML", "SELECT", ".csv"),
        ("SHOW TABLES", "UTILITY", "SHOW_TABLES", ".txt"),
        ("DESCRIBE t", "UTILITY", "DESCRIBE_TABLE", ".txt"),
        ("DESCRIBE v", "UTILITY", "DESC_VIEW", ".txt"),
        ("SHOW COLUMNS IN v", "UTILITY", "DESC_VIEW", ".txt"),
        ("DROP TABLE IF EXISTS absent", "DDL", "DROP_TABLE", ".txt"),
        ("EXPLAIN (TYPE VALIDATE) SELECT 1", "DML", "EXPLAIN", ".txt"),
    ],
)
def test_an_execution_shows_its_kind_and_file(database, sql, kind, name, ending):
    execution = database.run(sql)
    assert (execution["StatementType"], execution["SubstatementType"]) == (kind, name)
    assert execution["ResultConfiguration"]["OutputLocation"].endswith(f"/{execution['QueryExecutionId']}{ending}")


@pytest.mark.parametrize(
    ("sql", "columns", "counts"),
    [
        ("SHOW TABLES", [("tab_name", "string")], 0),
        ("SHOW DATABASES", [("database_name", "string")], 0),
        ("SHOW VIEWS", [("views", "varchar")], 0),
        ("SHOW PARTITIONS t", [("partition", "string")], 0),
        ("SHOW TBLPROPERTIES t", [("prpt_name", "string"), ("prpt_value", "string")], 0),
        ("SHOW COLUMNS FROM t", [("field", "string")], 0),
        ("SHOW COLUMNS FROM v", [("column", "varchar"), ("type", "varchar")], 0),
        ("DESCRIBE t", [("col_name", "string"), ("data_type", "string"), ("comment", "string")], None),
        ("DESCRIBE v", [("column", "varchar"), ("type", "varchar")], 0),
        ("SHOW CREATE TABLE t", [("createtab_stmt", "string")], None),
        ("SHOW CREATE VIEW v", [("create view", "varchar")], 0),
        ("DROP TABLE IF EXISTS absent", [], None),
    ],
)
def test_columns_of_a_result_are_athenas(database, sql, columns, counts):
    answer = database.result(sql)
    described = answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(column["Name"], column["Type"]) for column in described] == columns
    assert {(column["CatalogName"], column["Precision"], column["CaseSensitive"]) for column in described} <= {
        ("hive", 0, False)
    }
    assert answer.get("UpdateCount") == counts


@pytest.mark.parametrize("sql", ["SHOW TABLES", "DESCRIBE t", "SHOW CREATE TABLE t", "SHOW TBLPROPERTIES t"])
def test_the_file_holds_the_rows_and_nothing_else(database, sql):
    assert database.file(database.run(sql)).split("\n") == database.lines(sql)


def test_what_only_defines_leaves_an_empty_file(database):
    assert database.file(database.run("DROP TABLE IF EXISTS absent")) == ""


def test_what_hive_refuses_leaves_its_reason_in_the_file_and_can_be_read(database):
    execution = database.execution("DROP TABLE absent")
    reason = f"FAILED: SemanticException [Error 10001]: Table not found {database.name}.absent"
    assert execution["Status"]["StateChangeReason"] == reason
    assert execution["Status"]["AthenaError"] == {
        "ErrorCategory": 2, "ErrorType": 1006, "Retryable": False, "ErrorMessage": reason,
    }  # fmt: skip
    assert database.file(execution) == reason
    answer = database.aws.client("athena").get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert answer["ResultSet"]["Rows"] == []


@pytest.mark.parametrize("sql", ["DESCRIBE absent", "SHOW COLUMNS IN absent"])
def test_some_statements_are_refused_at_once_for_an_absent_table(database, sql):
    athena = database.aws.client("athena")
    with pytest.raises(athena.exceptions.InvalidRequestException) as refused:
        database.execution(sql)
    assert refused.value.response["AthenaErrorCode"] == "INVALID_INPUT"
    assert refused.value.response["Error"]["Message"].startswith(
        "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
    )


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SHOW TABLES IN", "line 1:15: mismatched input '<EOF>'. Expecting: identifier"),
        ('DROP TABLE "t"', "line 1:12: mismatched input '\"t\"'. Expecting: 'IF', identifier"),
        ("DESCRIBE a.b.c.d", "Invalid table name a.b.c.d"),
        ("DESCRIBE other.a.b", "NOT_SUPPORTED: a catalog other than AwsDataCatalog is not supported by the local AWS"),
        ("DROP TABLE t; DROP TABLE u", "Only one sql statement is allowed. Got: 2"),
        ("EXPLAIN SELECT 1", "NOT_SUPPORTED: EXPLAIN without (TYPE VALIDATE) is not supported by the local AWS"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(database, sql, message):
    athena = database.aws.client("athena")
    assert error_of(
        athena.start_query_execution, QueryString=sql, ResultConfiguration={"OutputLocation": "s3://b/"}
    ) == f"InvalidRequestException: {message}"  # fmt: skip


def test_a_query_can_be_validated(database):
    assert database.lines("EXPLAIN (TYPE VALIDATE) SELECT n FROM t") == ["Valid", "true", ""]
    assert database.file(database.run("EXPLAIN (TYPE VALIDATE) SELECT 1")) == "Valid\ntrue\n"
    assert database.failure("EXPLAIN (TYPE VALIDATE) SELECT x FROM t").startswith("COLUMN_NOT_FOUND: ")


# Rights: the caller's own


READING = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables", "glue:GetPartitions"]


@pytest.mark.parametrize(
    ("sql", "operation"),
    [
        ("CREATE DATABASE made_by_nobody", "CreateDatabase"),
        ("CREATE EXTERNAL TABLE x (a int) LOCATION 's3://{bucket}/x/'", "CreateTable"),
        ("DROP TABLE t", "DeleteTable"),
        ("ALTER TABLE t ADD PARTITION (p = 'x')", "BatchCreatePartition"),
        ("ALTER TABLE t SET TBLPROPERTIES ('a' = 'b')", "UpdateTable"),
        ("CREATE VIEW w AS SELECT 1 AS n", "CreateTable"),
        ("SHOW TABLES", "GetTables"),
    ],
)
def test_a_caller_without_the_right_fails(database, sql, operation):
    rights = [
        allow("athena:*"),
        allow("s3:PutObject"),
        allow([name for name in READING if name != f"glue:{operation}"]),
    ]
    athena = database.aws.client("athena", database.aws.user(*rights))
    started = athena.start_query_execution(
        QueryString=sql.replace("{bucket}", database.bucket),
        QueryExecutionContext={"Database": database.name},
        ResultConfiguration={"OutputLocation": f"s3://{database.bucket}/results/"},
    )["QueryExecutionId"]
    status = wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"],
        lambda status: status["State"] not in ("QUEUED", "RUNNING"),
    )
    assert status["State"] == "FAILED"
    assert f"is not authorized to perform: glue:{operation} on resource: " in status["StateChangeReason"]
