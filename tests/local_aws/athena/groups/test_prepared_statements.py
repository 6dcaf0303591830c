"""Prepared statements and parameters on a real local AWS: Athena's operations, and the same by SQL."""

import pytest

from tests.local_aws.aws_server import allow, error_of, unique, wait_until


@pytest.fixture(scope="module")
def athena(local_aws):
    return local_aws.client("athena")


@pytest.fixture(scope="module")
def group(local_aws, athena):
    name = unique("group")
    place = {"OutputLocation": f"s3://{local_aws.bucket()}/"}
    athena.create_work_group(Name=name, Configuration={"ResultConfiguration": place})
    return name


def reason(execution):
    assert execution["Status"]["State"] == "FAILED"
    return execution["Status"]["StateChangeReason"]


# Operations


def test_a_statement_is_made_changed_listed_and_deleted(athena, group):
    statement = {"StatementName": "one", "WorkGroup": group}
    athena.create_prepared_statement(**statement, QueryStatement="SELECT ?", Description="first")
    athena.create_prepared_statement(StatementName="other", WorkGroup=group, QueryStatement="SELECT 2")
    athena.update_prepared_statement(**statement, QueryStatement="SELECT ? + 1")
    found = athena.get_prepared_statement(**statement)["PreparedStatement"]
    assert {name: found[name] for name in ("StatementName", "WorkGroupName", "QueryStatement", "Description")} == {
        "StatementName": "one", "WorkGroupName": group, "QueryStatement": "SELECT ? + 1", "Description": "first",
    }  # fmt: skip
    first = athena.list_prepared_statements(WorkGroup=group, MaxResults=1)
    second = athena.list_prepared_statements(WorkGroup=group, MaxResults=1, NextToken=first["NextToken"])
    names = [entry["StatementName"] for page in (first, second) for entry in page["PreparedStatements"]]
    assert (names, "NextToken" in second) == (["one", "other"], False)
    batch = athena.batch_get_prepared_statement(PreparedStatementNames=["one", "absent"], WorkGroup=group)
    assert [entry["StatementName"] for entry in batch["PreparedStatements"]] == ["one"]
    assert [entry["StatementName"] for entry in batch["UnprocessedPreparedStatementNames"]] == ["absent"]
    athena.delete_prepared_statement(**statement)
    assert error_of(athena.get_prepared_statement, **statement) == (
        f"ResourceNotFoundException: PreparedStatement one was not found in workGroup {group}"
    )


def test_what_cannot_be_made_is_refused(athena, group):
    made = {"StatementName": unique("s"), "WorkGroup": group, "QueryStatement": "SELECT 1"}
    athena.create_prepared_statement(**made)
    assert "already exists" in error_of(athena.create_prepared_statement, **made)
    assert "WorkGroup is not found." in error_of(
        athena.create_prepared_statement, StatementName="xy", WorkGroup="absent", QueryStatement="SELECT 1"
    )
    assert error_of(
        athena.create_prepared_statement, StatementName="1-x", WorkGroup=group, QueryStatement="SELECT 1"
    ) == (
        "InvalidRequestException: 1 validation error detected: Value '1-x' at 'statementName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_@:]{1,256}"
    )
    for call in (athena.update_prepared_statement, athena.delete_prepared_statement):
        more = {"QueryStatement": "SELECT 1"} if call == athena.update_prepared_statement else {}
        refused = error_of(call, StatementName="absent", WorkGroup=group, **more)
        assert refused == f"ResourceNotFoundException: PreparedStatement absent was not found in workGroup {group}"


# SQL


def test_a_statement_is_prepared_executed_and_deallocated(local_aws, group):
    name = unique("s")
    local_aws.query(f"PREPARE {name} FROM SELECT ? AS a, x FROM UNNEST(sequence(1, 5)) AS t(x) WHERE x > ? ORDER BY x",
                    WorkGroup=group)  # fmt: skip
    assert local_aws.rows(f"EXECUTE {name} USING 'it''s, here', 2 + 1", WorkGroup=group) == [
        ["it's, here", "4"], ["it's, here", "5"],
    ]  # fmt: skip
    execution = local_aws.query(f"EXECUTE {name} USING 'a', 4", WorkGroup=group)
    assert (execution["Query"], execution["StatementType"]) == (f"EXECUTE {name} USING 'a', 4", "DML")
    assert local_aws.rows(f"EXECUTE {name}", WorkGroup=group, ExecutionParameters=["b", "4"]) == [["b", "5"]]
    assert local_aws.query(f"DEALLOCATE PREPARE {name}", WorkGroup=group)["Status"]["State"] == "SUCCEEDED"
    assert reason(local_aws.query(f"EXECUTE {name} USING 'a', 4", WorkGroup=group)) == (
        f"PreparedStatement {name} was not found in workGroup {group}"
    )


def test_the_number_of_values_must_be_right(local_aws, group):
    name = unique("s")
    local_aws.query(f"PREPARE {name} FROM SELECT ? + ?", WorkGroup=group)
    assert reason(local_aws.query(f"EXECUTE {name} USING 1", WorkGroup=group)).endswith(
        "Incorrect number of parameters: expected 2 but found 1"
    )
    assert reason(local_aws.query("SELECT ?", WorkGroup=group)).endswith(
        "Incorrect number of parameters: expected 1 but found 0"
    )


def test_a_statement_that_writes_can_be_prepared(local_aws, group):
    database, table = unique("db_"), unique("t")
    local_aws.client("glue").create_database(DatabaseInput={"Name": database})
    local_aws.query(f"CREATE TABLE {table} AS SELECT 1 AS id", database, WorkGroup=group)
    local_aws.query(f"PREPARE {table} FROM INSERT INTO {table} VALUES (?)", database, WorkGroup=group)
    assert local_aws.query(f"EXECUTE {table} USING 7", database, WorkGroup=group)["Status"]["State"] == "SUCCEEDED"
    assert local_aws.rows(f"SELECT * FROM {table} ORDER BY id", database, WorkGroup=group) == [["1"], ["7"]]


def test_other_statements_cannot(athena, group):
    assert error_of(
        athena.start_query_execution, QueryString="PREPARE x FROM DROP TABLE t", WorkGroup=group
    ) == "InvalidRequestException: NOT_SUPPORTED: PREPARE of DROP_TABLE is not supported by the local AWS"  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"),
    [(["'a'", "1"], ["a", "1"]), (["a b", "1 + 1"], ["a b", "2"]), (["it's", "NULL"], ["it's", None])],
)
def test_a_query_takes_execution_parameters(local_aws, group, values, expected):
    assert local_aws.rows("SELECT ?, ?", WorkGroup=group, ExecutionParameters=values) == [expected]
    execution = local_aws.query("SELECT ?, ?", WorkGroup=group, ExecutionParameters=values)
    assert (execution["Query"], execution["ExecutionParameters"]) == ("SELECT ?, ?", values)


def test_by_sql_the_callers_rights_are_asked_too(local_aws, group):
    rights = [allow(["athena:StartQueryExecution", "athena:GetQueryExecution"]), allow("s3:PutObject")]
    athena = local_aws.client("athena", local_aws.user(*rights))
    for sql, operation in (
        ("PREPARE p FROM SELECT 1", "Create"),
        ("EXECUTE p", "Get"),
        ("DEALLOCATE PREPARE p", "Delete"),
    ):
        started = athena.start_query_execution(QueryString=sql, WorkGroup=group)["QueryExecutionId"]
        execution = wait_until(
            lambda started=started: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"],
            lambda execution: execution["Status"]["State"] not in ("QUEUED", "RUNNING"),
        )
        assert f"is not authorized to perform: athena:{operation}PreparedStatement on" in reason(execution)


def test_statements_outlive_the_server(fresh_local_aws):
    athena = fresh_local_aws.client("athena")
    athena.create_prepared_statement(StatementName="kept", WorkGroup="primary", QueryStatement="SELECT ? * 2")
    assert fresh_local_aws.stop() == 0
    fresh_local_aws.start()
    assert fresh_local_aws.rows("EXECUTE kept USING 21") == [["42"]]
