"""The task `query` with statements whose rows are one text: they are shown in their columns."""

import os

import pytest

from deploy import queries, row_counts
from glue_client.aws import Aws
from glue_client.errors import DeployError
from tests.local_aws.aws_server import ACCOUNT, REGION, unique


@pytest.fixture
def ask(database, monkeypatch):
    """Asks as the task does, in the database of the test: columns and rows."""
    group = unique("group")
    settings = {"ResultConfiguration": {"OutputLocation": f"s3://{database.bucket}/results/"}}
    database.aws.client("athena").create_work_group(Name=group, Configuration=settings)
    monkeypatch.setattr(queries, "WORK_GROUP", group)  # the project's
    for name, value in {
        "AWS_ENDPOINT_URL": database.aws.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }.items():
        monkeypatch.setenv(name, value)

    def asked(sql):
        answer = queries.ask(Aws(), sql.replace("{bucket}", database.bucket), database.name)
        return [column.name for column in answer.columns], list(answer.rows)

    return asked


def test_a_table_is_described_in_columns(ask):
    assert ask(
        "CREATE EXTERNAL TABLE t (a int COMMENT 'x y') PARTITIONED BY (p string) LOCATION 's3://{bucket}/t/'"
    ) == (
        [],
        [],
    )
    columns, rows = ask("DESCRIBE t")
    assert columns == ["col_name", "data_type", "comment"]
    assert rows[:4] == [
        ["a", "int", "x y"],
        ["p", "string", ""],
        ["", "", ""],
        ["# Partition Information", "", ""],
    ]


def test_names_and_properties_are_shown(ask):
    assert ask("SHOW TABLES") == (["tab_name"], [["t"]])
    columns, rows = ask("SHOW TBLPROPERTIES t")
    assert (columns, rows[0]) == (["prpt_name", "prpt_value"], ["EXTERNAL", "TRUE"])


def test_what_has_no_columns_is_shown_all_the_same(ask):
    assert ask("MSCK REPAIR TABLE t") == (["result"], [["Tables missing on filesystem:\tt"]])


def test_without_the_project_s_work_group_primary_is_asked_and_another_one_by_its_name(
    ask, database, monkeypatch, capsys
):
    group = queries.WORK_GROUP
    monkeypatch.setattr(queries, "WORK_GROUP", unique("no-such-group"))
    assert ask("SELECT 1 AS one") == (["one"], [["1"]])
    assert ask("SELECT 2 AS two") == (["two"], [["2"]])
    bucket = f"aws-athena-query-results-{ACCOUNT}-{REGION}"
    assert capsys.readouterr().err.count(bucket) <= 1  # made once, in the server of all tests
    assert database.aws.keys(bucket) != []
    monkeypatch.setattr(queries, "BUCKET", "no-such-pattern")  # not looked at, where a place or a group is named
    place = f"s3://{database.bucket}/mine/"
    assert list(queries.ask(Aws(), "SELECT 3 AS three", None, "primary", place).rows) == [["3"]]
    assert [key for key in database.aws.keys(database.bucket, "mine/") if key.endswith(".csv")] != []
    assert list(queries.ask(Aws(), "SELECT 4 AS four", None, group).rows) == [["4"]]
    with pytest.raises(DeployError, match="there is no work group none in ") as caught:
        queries.ask(Aws(), "SELECT 1", None, "none")
    assert group in caught.value.next_step
    silent = unique("group")
    database.aws.client("athena").create_work_group(Name=silent)
    with pytest.raises(DeployError, match=f"the work group {silent} does not say where results go"):
        queries.ask(Aws(), "SELECT 1", None, silent)


def test_rows_of_tables_are_counted_and_what_changed_is_told(ask, database):
    def rows():
        found = row_counts.of_each(Aws(), row_counts.tables_of(Aws(), database.name))
        return {table: count for (_, table), count in found.items() if table.startswith("counted")}, found

    database.aws.put(database.bucket, "counted/1.csv", "1\n2\n")
    ask("CREATE EXTERNAL TABLE counted (a int) LOCATION 's3://{bucket}/counted/'")
    ask("CREATE VIEW counted_view AS SELECT * FROM counted")
    told, before = rows()
    assert told == {"counted": 2}
    database.aws.put(database.bucket, "counted/2.csv", "3\n")
    ask("CREATE EXTERNAL TABLE counted_lost (a int) STORED AS PARQUET LOCATION 's3://{bucket}/counted/'")
    told, after = rows()
    assert told == {"counted": 3, "counted_lost": None}
    assert sorted(row_counts.changes(before, after)) == [
        "counted: 2 → 3 rows (+1)",
        "counted_lost: new → unreadable rows",
    ]
    assert list(row_counts.changes(after, before)) == ["counted: 3 → 2 rows (-1)", "counted_lost: gone"]
    assert list(row_counts.changes(after, after)) == []
