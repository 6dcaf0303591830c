"""`aws athena` on a local AWS."""

import pytest

from tests.local_aws.aws_server import unique, wait_until


@pytest.fixture
def table(local_aws, place):
    local_aws.put(place.bucket, "t/1.csv", "1,ann\n2,\n")
    local_aws.client("glue").create_table(
        DatabaseName=place.database,
        TableInput={
            "Name": "t",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": "csv"},
            "StorageDescriptor": {
                "Columns": [{"Name": "id", "Type": "int"}, {"Name": "name", "Type": "string"}],
                "Location": place.uri("t/"),
                "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "SerdeInfo": {
                    "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                    "Parameters": {"field.delim": ","},
                },
            },
        },
    )
    return "t"


def execution_of(cli, local_aws, place, sql):
    query = cli(
        *("athena", "start-query-execution", "--query-string", sql),
        *("--query-execution-context", f"Database={place.database}"),
        *("--result-configuration", f"OutputLocation={place.uri('results/')}"),
    )["QueryExecutionId"]
    athena = local_aws.client("athena")
    wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"],
        lambda state: state not in ("QUEUED", "RUNNING"),
    )
    return cli("athena", "get-query-execution", "--query-execution-id", query)["QueryExecution"]


def test_rows_and_their_file(cli, local_aws, place, table):
    execution = execution_of(cli, local_aws, place, f"SELECT * FROM {table} ORDER BY id")
    assert execution["Status"]["State"] == "SUCCEEDED"
    query = "ResultSet.Rows[].Data[].[VarCharValue]"
    rows = cli(
        *("athena", "get-query-results", "--query-execution-id", execution["QueryExecutionId"]),
        *("--query", query, "--output", "text"),
    )
    assert rows.split() == ["id", "name", "1", "ann", "2", *rows.split()[5:]]
    text = cli("s3", "cp", execution["ResultConfiguration"]["OutputLocation"], "-")
    assert text.splitlines()[:2] == ['"id","name"', '"1","ann"']


def test_a_failing_query_gives_its_reason(cli, local_aws, place):
    execution = execution_of(cli, local_aws, place, "SELECT * FROM no_such_table")
    assert execution["Status"]["State"] == "FAILED"
    assert "TABLE_NOT_FOUND" in execution["Status"]["StateChangeReason"]
    code, last = cli.error("athena", "get-query-results", "--query-execution-id", execution["QueryExecutionId"])
    assert code == 255
    assert last.startswith("An error occurred (InvalidRequestException) when calling the GetQueryResults operation: ")


def test_a_named_query_is_kept(cli, place):
    name = unique("q")
    made = cli(
        *("athena", "create-named-query", "--name", name, "--database", place.database),
        *("--query-string", "SELECT 1"),
    )["NamedQueryId"]
    kept = cli("athena", "get-named-query", "--named-query-id", made)["NamedQuery"]
    assert (kept["Name"], kept["QueryString"]) == (name, "SELECT 1")
