"""A body that was checked is not read again by those who ask IAM about it; by anybody else, or later, it is."""

import pytest
from ministack.core import iam_actions
from ministack.services import dynamodb

from local_aws.emulator.requests import read_once
from local_aws.emulator.requests.documents import checked_json
from local_aws.emulator.requests.models import load_models

BODY = b'{"RequestItems": {"one": [], "two": []}, "Unknown": 1}'


@pytest.fixture(autouse=True)
def read_by_us(monkeypatch):
    monkeypatch.setattr(iam_actions, "json", iam_actions.json)
    monkeypatch.setattr(dynamodb, "json", dynamodb.json)
    read_once.read_bodies_once()
    yield
    read_once.let_go(BODY)


def test_iam_sees_what_was_checked():
    shape = load_models("dynamodb")[0].operation("BatchWriteItem").input
    body = b'{"RequestItems": {"one": [%s], "two": [%s]}, "Unknown": 1}' % (
        (b'{"DeleteRequest": {"Key": {"a": {"S": "1"}}}}',) * 2
    )
    checked = checked_json(shape, body)
    document = iam_actions.json.loads(checked)
    assert document is iam_actions.json.loads(checked)
    assert sorted(document) == ["RequestItems"], "what an operation has not is not asked about"
    arns = iam_actions.dynamodb_resource_arns(checked, "eu-west-1", "000000000000")
    assert [arn.rpartition("/")[2] for arn in arns] == ["one", "two"]
    read_once.let_go(bytes(bytearray(checked)))
    assert iam_actions.json.loads(checked) is document, "that was another request"
    assert dynamodb.json.loads(checked) is document
    assert dynamodb.json.loads(checked) == document
    assert dynamodb.json.loads(checked) is not document, "it was taken"
    assert iam_actions.json.loads(checked) == document
    assert iam_actions.json.loads(checked) is not document


def test_what_was_handled_is_kept_no_more():
    read_once.keep(BODY, {"another": "document"})
    read_once.let_go(BODY)
    assert iam_actions.json.loads(BODY)["Unknown"] == 1


def test_another_body_is_read_though_it_says_the_same():
    read_once.keep(BODY, {"another": "document"})
    assert iam_actions.json.loads(bytes(bytearray(BODY)))["Unknown"] == 1
    assert iam_actions.json.loads(BODY) == {"another": "document"}
    with pytest.raises(iam_actions.json.JSONDecodeError):
        iam_actions.json.loads(b"{")
