"""The task `query` with statements whose rows are one text: they are shown in their columns."""

import os

import pytest

from deploy import queries
from glue_client.aws import Aws
from tests.local_aws.aws_server import REGION, unique


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
