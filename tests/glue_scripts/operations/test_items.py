"""Items put into DynamoDB: a table that says no, one that takes its time, and a real one."""

import threading
import uuid
from concurrent.futures import Future

import boto3
import pytest
from botocore.exceptions import ClientError
from operations_items import ATTEMPTS, BATCH, LONGEST_WAIT, Items, ItemsError, client


class Table:
    """Takes what `answers` lets it: a function of the call's number and its requests gives the unprocessed ones."""

    def __init__(self, answers):
        self.answers, self.items, self.calls, self._lock = answers, {}, [], threading.Lock()

    def batch_write_item(self, RequestItems):  # noqa: N803 - boto3's name
        ((name, requests),) = RequestItems.items()
        with self._lock:
            self.calls.append(len(requests))
            undone = self.answers(len(self.calls), requests)
            for one in requests:
                if one not in undone:
                    item = {key: value["S"] for key, value in one["PutRequest"]["Item"].items()}
                    self.items[item["key"]] = item
        return {"UnprocessedItems": {name: undone} if undone else {}}


def refusal(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "BatchWriteItem")


def some(count):
    return [{"key": str(number), "text": f"text {number}"} for number in range(count)]


def put(table, items, writers=1):
    waits = []
    return Items(table, "any", writers, waits.append, lambda: 1.0).put(items), waits


def test_items_go_in_batches_of_25():
    table = Table(lambda *_: [])
    assert put(table, some(60)) == (60, [])
    assert table.calls == [25, 25, 10]
    assert table.items == {one["key"]: one for one in some(60)}


def test_what_is_left_undone_is_sent_again_after_a_wait():
    table = Table(lambda call, requests: requests[10:] if call == 1 else [])
    assert put(table, some(25)) == (25, [0.05])
    assert table.calls == [25, 15]
    assert len(table.items) == 25


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"]
)
def test_throttling_is_waited_out_longer_each_time(code):
    def answers(call, _):
        if call < 5:
            raise refusal(code)
        return []

    table = Table(answers)
    assert put(table, some(3)) == (3, [0.05, 0.1, 0.2, 0.4])
    assert len(table.items) == 3


def test_waits_are_cut_at_random():
    table, waits, chances = Table(lambda call, requests: requests if call < 4 else []), [], iter([0.5, 0.0, 0.25])
    Items(table, "any", 1, waits.append, lambda: next(chances)).put(some(1))
    assert waits == [0.025, 0.0, 0.05]


def test_one_that_takes_nothing_at_all_is_given_up():
    table = Table(lambda _, requests: requests)
    waits = []
    with pytest.raises(ItemsError, match=r"25 items could not be written to any\n  seen: UnprocessedItems, 12 times"):
        Items(table, "any", 1, waits.append, lambda: 1.0).put(some(BATCH))
    assert len(waits) == ATTEMPTS - 1
    assert max(waits) == LONGEST_WAIT


def test_a_table_that_takes_a_little_each_time_is_not_given_up():
    table = Table(lambda _, requests: requests[1:])
    count, waits = put(table, some(BATCH))
    assert (count, len(table.items), set(waits)) == (BATCH, BATCH, {0.05})


def test_another_refusal_is_told_at_once():
    def answers(*_):
        raise refusal("AccessDeniedException")

    table = Table(answers)
    with pytest.raises(ClientError, match="AccessDenied"):
        put(table, some(100))
    assert len(table.calls) <= 4


def test_several_writers_send_at_once():
    inside = threading.Barrier(4, timeout=20)  # no call ends before four are there

    class Slow(Table):
        def batch_write_item(self, RequestItems):  # noqa: N803
            inside.wait()
            return super().batch_write_item(RequestItems)

    table = Slow(lambda *_: [])
    assert put(table, some(8 * BATCH), 4)[0] == 8 * BATCH
    assert len(table.items) == 8 * BATCH


def test_batches_wait_for_writers_and_not_in_memory():
    taken = 0

    def items():
        nonlocal taken
        for one in some(100 * BATCH):
            taken += 1
            yield one

    first, ahead = Future(), []

    class Stuck(Table):
        def batch_write_item(self, RequestItems):  # noqa: N803
            first.result(20)
            return super().batch_write_item(RequestItems)

    table = Stuck(lambda *_: [])
    thread = threading.Thread(target=lambda: put(table, items(), 2))
    thread.start()
    while not ahead or ahead[-1] != taken or taken == 0:
        ahead.append(taken)
        thread.join(0.2)
    first.set_result(None)
    thread.join(20)
    assert ahead[-1] <= 6 * BATCH
    assert len(table.items) == 100 * BATCH


@pytest.mark.usefixtures("aws")
def test_a_real_table_holds_each_item_once_however_often_it_is_put():
    name, dynamodb = f"t{uuid.uuid4().hex}", boto3.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for _ in range(2):
        assert Items(client(3), name, 3).put(some(80)) == 80
    found = [one for page in dynamodb.get_paginator("scan").paginate(TableName=name) for one in page["Items"]]
    assert sorted(found, key=lambda one: int(one["key"]["S"])) == [
        {name: {"S": text} for name, text in one.items()} for one in some(80)
    ]
