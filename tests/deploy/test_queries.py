import io
import sys

import pytest

from deploy import queries
from deploy.errors import DeployError, WrongCall
from deploy.project import DATABASE, WORK_GROUP

PROFITS = "SELECT 'Asia' AS region, 2.50 AS profit UNION ALL SELECT 'Europe', NULL ORDER BY region"


@pytest.fixture
def athena(aws):
    """The project's work group and database, made once for all tests."""
    results = f"athena-results-{aws.account}"
    if results not in [one["Name"] for one in aws.s3.list_buckets()["Buckets"]]:
        aws.s3.create_bucket(Bucket=results, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        configuration = {"ResultConfiguration": {"OutputLocation": f"s3://{results}/"}}
        aws.athena.create_work_group(Name=WORK_GROUP, Configuration=configuration)
        aws.glue.create_database(DatabaseInput={"Name": DATABASE})
    return aws


@pytest.fixture
def typed(monkeypatch):
    """Standard input as a pipe with this text."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_an_answer_has_columns_and_rows_without_the_header_row(athena):
    answer = queries.ask(athena, PROFITS)
    assert ([column.name for column in answer.columns], list(answer.rows)) == (
        ["region", "profit"],
        [["Asia", "2.50"], ["Europe", None]],
    )


def test_all_pages_are_read(athena):
    answer = queries.ask(athena, "SELECT * FROM (SELECT unnest(range(2500)) AS n) ORDER BY n")
    assert [int(row[0]) for row in answer.rows] == list(range(2500))


def test_a_failing_query_shows_athenas_reason(athena):
    with pytest.raises(DeployError) as caught:
        queries.ask(athena, "SELECT * FROM no_such_table")
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
    assert "as in FROM my_database.my_table" in queries._next_step(reason)


def test_wrong_sql_says_nothing_of_tables():
    assert queries._next_step("SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved") == (
        "correct the SQL, and ask again"
    )


def test_a_named_query_is_a_file_of_the_project():
    assert queries.text_of("profit-by-region").startswith("-- Total profit of each region.")


def test_every_named_query_says_what_it_answers():
    assert [name for name in queries.named() if not queries.text_of(name).startswith("-- ")] == []


def test_a_file_is_taken_without_its_closing_semicolon(tmp_path):
    (tmp_path / "my.sql").write_text("SELECT 1;\n")
    assert queries.text_of(str(tmp_path / "my.sql")) == "SELECT 1"


def test_without_a_name_sql_comes_from_standard_input(typed):
    typed("SELECT 2 ;\n")
    assert queries.text_of(None) == "SELECT 2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("profit", 'there is no query "profit"; query takes a named query (profit-by-region, '),
        ("../queries/profit-by-region", 'there is no query "../queries/profit-by-region"; '),
        ("missing.sql", "there is no file missing.sql; query takes a named query ("),
    ],
)
def test_what_is_no_query_is_answered_with_the_choice(name, expected):
    with pytest.raises(WrongCall) as caught:
        queries.text_of(name)
    assert caught.value.failed.startswith(expected)


def test_empty_input_is_no_query(typed):
    typed(" ;\n")
    with pytest.raises(WrongCall, match="no SQL came from standard input"):
        queries.text_of(None)
