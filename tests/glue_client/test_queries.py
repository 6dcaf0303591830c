import functools

import pytest

from glue_client import queries
from glue_client.errors import DeployError

DATABASE = "db_of_queries"
WORK_GROUP = "group-of-queries"
ask = functools.partial(queries.ask, group=WORK_GROUP, groups_origin="make it", tables_origin="run the jobs")
PROFITS = "SELECT 'Asia' AS region, 2.50 AS profit UNION ALL SELECT 'Europe', NULL ORDER BY region"


@pytest.fixture
def athena(aws):
    """A work group and a database, made once for all tests."""
    results = f"athena-results-{aws.account}"
    if results not in [one["Name"] for one in aws.s3.list_buckets()["Buckets"]]:
        aws.s3.create_bucket(Bucket=results, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        configuration = {"ResultConfiguration": {"OutputLocation": f"s3://{results}/"}}
        aws.athena.create_work_group(Name=WORK_GROUP, Configuration=configuration)
        aws.glue.create_database(DatabaseInput={"Name": DATABASE})
    return aws


def test_an_answer_has_columns_and_rows_without_the_header_row(athena):
    answer = ask(athena, PROFITS)
    assert ([column.name for column in answer.columns], list(answer.rows)) == (
        ["region", "profit"],
        [["Asia", "2.50"], ["Europe", None]],
    )


def test_all_pages_are_read(athena):
    answer = ask(athena, "SELECT * FROM (SELECT unnest(range(2500)) AS n) ORDER BY n")
    assert [int(row[0]) for row in answer.rows] == list(range(2500))


def test_a_failing_query_shows_athenas_reason(athena):
    with pytest.raises(DeployError) as caught:
        ask(athena, "SELECT * FROM no_such_table")
    assert caught.value.failed == "the query ended FAILED"
    assert "no_such_table" in caught.value.seen


@pytest.mark.parametrize(
    "reason",
    [
        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.etl_poc_database.mine' does not exist",
        "SCHEMA_NOT_FOUND: line 1:15: Schema 'mine' does not exist",
    ],
)
def test_a_table_of_another_database_is_said_to_need_its_name(reason):
    assert "as in FROM my_database.my_table" in queries._next_step(reason, None, "run the jobs")
    assert "(without one it is looked for in mine)" in queries._next_step(reason, "mine", "run the jobs")


@pytest.mark.parametrize(("database", "named"), [("mine", "mine"), (None, "my_database")])
def test_of_files_that_do_not_fit_the_task_that_looks_at_them_is_named(database, named):
    reason = "HIVE_BAD_DATA: Malformed Parquet file. Field total's type INT64 is incompatible with type string"
    assert queries._next_step(reason, database, "run the jobs").startswith(f"./pyntw 'drift[{named}.my_table]' says")


def test_wrong_sql_says_nothing_of_tables():
    assert queries._next_step("SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved", None, "run the jobs") == (
        "correct the SQL, and ask again"
    )


def test_tables_without_a_database_are_looked_for_in_the_given_one(athena):
    sql = "SELECT 'asked in a database'"
    assert len(list(ask(athena, sql, DATABASE).rows)) == 1
    ids = athena.athena.list_query_executions(WorkGroup=WORK_GROUP)["QueryExecutionIds"]
    asked = [athena.athena.get_query_execution(QueryExecutionId=one)["QueryExecution"] for one in ids]
    [found] = [one for one in asked if one["Query"] == sql]
    assert found["QueryExecutionContext"]["Database"] == DATABASE
