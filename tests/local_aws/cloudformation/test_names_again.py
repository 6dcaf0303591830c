"""What is made under the name of something deleted has nothing of it."""

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, unique
from tests.local_aws.cloudformation.stack import Stack
from tests.local_aws.cloudformation.types.data import read_table
from tests.local_aws.cloudformation.types.identity import document, own

KEPT = {"streaming": [], "insights": "DISABLED", "policy": None, "tags": {}, "ttl": {"TimeToLiveStatus": "DISABLED"}}


def table(name, more):
    of_name = {"AttributeName": "a"}
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": name,
            "AttributeDefinitions": [of_name | {"AttributeType": "S"}],
            "KeySchema": [of_name | {"KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            **more,
        },
    }


def bus(name, more):
    return {"Type": "AWS::Events::EventBus", "Properties": {"Name": name, **more}}


def made(local_aws, resources):
    stack = Stack(local_aws)
    assert stack.apply(resources) == "CREATE_COMPLETE", stack.reasons()
    return stack


@pytest.mark.parametrize("by_stack", [True, False])
def test_of_a_table(local_aws, by_stack):
    name = unique("table")
    full = {
        "TimeToLiveSpecification": {"AttributeName": "t", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "ContributorInsightsSpecification": {"Enabled": True},
        "KinesisStreamSpecification": {"StreamArn": {"Fn::GetAtt": ["Stream", "Arn"]}},
        "ResourcePolicy": {"PolicyDocument": document("dynamodb:GetItem", Principal="*", Resource="*")},
        "Tags": [{"Key": "team", "Value": "data"}],
    }
    stream = {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}
    first = made(local_aws, {"It": table(name, full), "Stream": stream})
    seen = read_table(local_aws.client, name)
    assert [key for key, bare in KEPT.items() if seen[key] == bare] == []
    if not by_stack:
        local_aws.client("dynamodb").delete_table(TableName=name)
    first.delete()
    second = made(local_aws, {"It": table(name, {})})
    seen = read_table(local_aws.client, name)
    assert {key: seen[key] for key in KEPT} == KEPT
    recovery = seen["backups"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert recovery == "DISABLED"
    second.delete()


@pytest.mark.parametrize("by_stack", [True, False])
def test_of_an_event_bus(local_aws, by_stack):
    name, events = unique("bus"), local_aws.client("events")
    policy = document("events:PutEvents", Principal="*", Resource="*", Sid="s")
    first = made(local_aws, {"It": bus(name, {"Policy": policy, "Tags": [{"Key": "team", "Value": "data"}]})})
    assert "Policy" in events.describe_event_bus(Name=name)
    if not by_stack:
        events.delete_event_bus(Name=name)
    first.delete()
    second = made(local_aws, {"It": bus(name, {})})
    assert "Policy" not in events.describe_event_bus(Name=name)
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}"
    assert own(events.list_tags_for_resource(ResourceARN=arn)["Tags"]) == {}
    second.delete()
