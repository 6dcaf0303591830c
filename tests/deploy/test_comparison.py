"""What a demo planted, beside what is found: rows of tables, items of DynamoDB tables."""

import contextlib

import pytest
from botocore.exceptions import ClientError

from deploy import comparison, queries
from glue_client.answers import Answer
from glue_client.errors import DeployError
from samples import Landed
from tests.deploy.test_demo_run import demo_of


class Catalog:
    """Glue with these tables, as (database, table)."""

    def __init__(self, *tables):
        self.tables, self.glue = tables, self

    def get_table(self, DatabaseName, Name):  # noqa: N803 - AWS's names
        if (DatabaseName, Name) not in self.tables:
            raise ClientError({"Error": {"Code": "EntityNotFoundException"}}, "GetTable")


@pytest.mark.parametrize(("found", "error"), [("12", None), ("13", "the tables do not hold what was planted")])
def test_the_demo_compares_what_it_planted(monkeypatch, capsys, found, error):
    asked = []
    answer = Answer([], iter([["customer_trusted", found], ["b.other", "4"]]), 0.1, 0)
    monkeypatch.setattr(queries, "ask", lambda _aws, sql: asked.append(sql) or answer)
    shown = demo_of("stedi", tables=("customer_trusted", "b.other"))
    with pytest.raises(DeployError, match=error) if error else contextlib.nullcontext():
        comparison.show(
            Catalog(("a", "customer_trusted"), ("b", "other")),
            shown,
            "a",
            {},
            Landed("", {"customer_trusted": 12, "b.other": 4}),
        )
    assert "".join(asked) == (
        'SELECT \'customer_trusted\' AS "table", count(*) AS "rows" FROM "a"."customer_trusted"\n'
        'UNION ALL SELECT \'b.other\' AS "table", count(*) AS "rows" FROM "b"."other"'
    )
    assert capsys.readouterr().out.split() == [
        *("table", "rows", "planted", "rows", "found", "─" * len("customer_trusted   rows planted   rows found")),
        *("customer_trusted", "12", found, "b.other", "4", "4"),
    ]


def test_a_table_that_nothing_made_is_named():
    demo = demo_of("stedi", tables=("one", "two"))
    with pytest.raises(DeployError) as caught:
        comparison.show(Catalog(("a", "one")), demo, "a", {}, Landed("", {"one": 1, "two": 2}))
    assert str(caught.value).splitlines() == [
        "error: there is no table two",
        "  seen: cloudformation/stedi.yml names it among Tables, and nothing has made it in the database a",
        "  next: see what the jobs and crawlers make, or correct the name there",
    ]


@pytest.fixture
def items(aws, unique):
    """A DynamoDB table of four items, one of which was put twice, and one deleted."""
    keys = [{"AttributeName": "one", "KeyType": "HASH"}]
    types = [{"AttributeName": "one", "AttributeType": "S"}]
    aws.dynamodb.create_table(
        TableName=unique, KeySchema=keys, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )
    for number in (0, 1, 2, 3, 4, 2):
        aws.dynamodb.put_item(TableName=unique, Item={"one": {"S": str(number)}})
    aws.dynamodb.delete_item(TableName=unique, Key={"one": {"S": "0"}})
    return unique


@pytest.mark.parametrize(("planted", "error"), [(4, None), (5, "the tables do not hold what was planted")])
def test_items_are_counted_and_compared_too(monkeypatch, capsys, aws, items, planted, error):
    assert aws.dynamodb.scan(TableName=items, Select="COUNT")["Count"] == 4
    monkeypatch.setattr(comparison, "_rows", lambda *_: {"records": 3})
    landed = Landed("", {"records": 3}, {"Store": planted})
    with pytest.raises(DeployError, match=error) if error else contextlib.nullcontext():
        comparison.show(aws, demo_of("stedi"), "a", {"Store": items}, landed)
    assert capsys.readouterr().out.splitlines()[-2].split() == [items, "(items)", str(planted), "4"]


def test_a_dynamodb_table_that_is_not_there_is_named(monkeypatch, aws, unique):
    monkeypatch.setattr(comparison, "_rows", lambda *_: {})
    with pytest.raises(DeployError) as caught:
        comparison.show(aws, demo_of("stedi"), "a", {"Store": unique}, Landed("", {}, {"Store": 1}))
    assert str(caught.value).splitlines() == [
        f"error: there is no DynamoDB table {unique}",
        "  seen: cloudformation/stedi.yml names it among Items",
        "  next: see whether its stack is deployed (stackstatus), or correct the name there",
    ]
