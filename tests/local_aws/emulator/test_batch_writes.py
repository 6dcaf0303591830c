"""BatchWriteItem that finds out things once answers, and leaves in the table, what the emulator's own does."""

import copy
import inspect
import json
import re
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ministack.services import dynamodb

from local_aws.emulator import batch_writes

PATCHED = (
    "_validate_item",
    "_resolve_table_key_values",
    "_accumulate_write_capacity",
    "_emit_stream_event",
    "_batch_write_item",
)
TEXTS = st.sampled_from(["a", "b", "é" * 300, "x" * 200, "x" * 1025, "x" * 2049, "x" * 410_000, ""])
VALUES = st.one_of(
    st.builds(lambda text: {"S": text}, TEXTS),
    st.sampled_from([{"N": "1.50"}, {"N": "x"}, {"N": "1e200"}, {"B": "YQ=="}, {"B": ""}, {}, {"S": "a", "N": "1"}]),
    st.sampled_from([{"SS": ["a", "a"]}, {"SS": []}, {"NULL": True}, {"M": {"in": {"N": "01"}}}, {"L": [{"S": 1}]}]),
)
GOOD_KEYS = st.builds(lambda text: {"S": text}, st.sampled_from(["a", "b", "c"]))
ITEMS = st.one_of(
    st.fixed_dictionaries({"pk": GOOD_KEYS, "sk": GOOD_KEYS, "v": VALUES}),
    st.fixed_dictionaries({"pk": VALUES, "sk": GOOD_KEYS}, optional={"v": VALUES}),
    st.fixed_dictionaries({"pk": GOOD_KEYS}, optional={"sk": VALUES}),
)
KEYS = st.fixed_dictionaries({"pk": GOOD_KEYS}, optional={"sk": GOOD_KEYS, "v": VALUES})
REQUESTS = st.lists(
    st.one_of(
        st.builds(lambda item: {"PutRequest": {"Item": item}}, ITEMS),
        st.builds(lambda key: {"DeleteRequest": {"Key": key}}, KEYS),
    ),
    min_size=1,
    max_size=4,
)


def table(*, heard):
    name = f"t{uuid.uuid4().hex}"
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    asked = {"TableName": name, "KeySchema": keys, "BillingMode": "PAY_PER_REQUEST"}
    asked["AttributeDefinitions"] = [{"AttributeName": one, "AttributeType": "S"} for one in ("pk", "sk")]
    if heard:
        asked["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert dynamodb._create_table(asked)[0] == 200
    return name


def outcome(write, name, batches, capacity):
    """What is answered to each batch, and what is in the table and its stream then."""
    answers = []
    for requests in batches:
        status, _, body = write({"RequestItems": {name: copy.deepcopy(requests)}, "ReturnConsumedCapacity": capacity})
        answers.append((status, json.loads(json.dumps(json.loads(body)).replace(name, "NAME"))))
    of_table = dynamodb._tables.get(name)
    records = [record["dynamodb"] for record in dynamodb._stream_records.get(name) or []]
    changes = [{one: record.get(one) for one in ("Keys", "NewImage", "OldImage")} for record in records]
    return answers, {key: dict(value) for key, value in of_table["items"].items()}, of_table["ItemCount"], changes


@pytest.fixture(scope="module")
def ways():
    """The emulator's own way, and ours."""
    kept = {name: getattr(dynamodb, name) for name in PATCHED}

    def own(data):
        return within(kept, data)

    batch_writes.write_batches_once()
    ours = {name: getattr(dynamodb, name) for name in PATCHED}

    def within(functions, data):
        for name, function in functions.items():
            setattr(dynamodb, name, function)
        try:
            return functions["_batch_write_item"](data)
        finally:
            for name, function in kept.items():
                setattr(dynamodb, name, function)

    within(kept, {})
    return own, lambda data: within(ours, data)


@settings(max_examples=150, deadline=None)
@given(st.lists(REQUESTS, min_size=1, max_size=3), st.booleans(), st.sampled_from(["NONE", "TOTAL", "INDEXES"]))
def test_whatever_is_in_a_batch_comes_to_the_same(ways, batches, heard, capacity):
    own, ours = ways
    assert outcome(ours, table(heard=heard), batches, capacity) == outcome(own, table(heard=heard), batches, capacity)


def test_each_item_is_validated_once(monkeypatch):
    for name in PATCHED:
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))
    seen = []
    original = dynamodb._validate_item
    dynamodb._validate_item = lambda item, *args: seen.append(item["sk"]["S"]) or original(item, *args)
    batch_writes.write_batches_once()
    items = [{"pk": {"S": "a"}, "sk": {"S": str(number)}, "v": {"N": "1"}} for number in range(3)]
    requests = {table(heard=False): [{"PutRequest": {"Item": item}} for item in items]}
    assert dynamodb._batch_write_item({"RequestItems": requests})[0] == 200
    assert seen == ["0", "1", "2"]


def test_the_emulator_calls_what_is_put_right_with_what_it_holds():
    source = inspect.getsource(dynamodb._batch_write_item)
    assert set(re.findall(r"(?:_validate_item|_resolve_table_key_values)\((?:[^()]|\([^()]*\))*\)", source)) == {
        '_validate_item(item, table.get("pk_name"), table.get("sk_name"))',
        "_resolve_table_key_values(table, item, allow_extra=True)",
        "_resolve_table_key_values(table, key, allow_extra=False)",
    }
