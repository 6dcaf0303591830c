"""Flow logs of a network and access logs of a bucket: what the template says is there, is changed, and goes."""

import pytest

from tests.local_aws.aws_server import unique
from tests.local_aws.cloudformation.stack import Stack


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def test_flow_logs_are_made_replaced_and_deleted(local_aws):
    stack, ec2 = Stack(local_aws), local_aws.client("ec2")
    log = resource("EC2::FlowLog", ResourceType="VPC", ResourceId={"Ref": "Vpc"}, TrafficType="REJECT")
    log["Properties"] |= {"LogGroupName": "/flow", "Tags": [{"Key": "Name", "Value": "n"}]}
    resources = {"Vpc": resource("EC2::VPC", CidrBlock="10.7.0.0/16"), "Log": log}

    def found():
        logs = ec2.describe_flow_logs()["FlowLogs"]
        return [(one["FlowLogId"], one["TrafficType"], one["LogDestination"]) for one in logs]

    assert stack.apply(resources) == "CREATE_COMPLETE"
    first = stack.refs()["Log"]
    assert found() == [(first, "REJECT", "/flow")]
    log["Properties"]["TrafficType"] = "ALL"
    assert stack.apply(resources, update=True) == "UPDATE_COMPLETE"
    second = stack.refs()["Log"]
    assert second != first
    assert found() == [(second, "ALL", "/flow")]
    stack.delete()
    assert found() == []


def test_flow_logs_of_a_network_that_is_not_there_are_refused(local_aws):
    log = resource("EC2::FlowLog", ResourceType="VPC", ResourceId="vpc-nope", TrafficType="ALL", LogGroupName="/flow")
    stack = Stack(local_aws)

    assert stack.apply({"Log": log}) == "ROLLBACK_COMPLETE"
    stack.delete()


@pytest.mark.parametrize("prefix", ["stedi/", "a&b<c>/"])
def test_access_logging_of_a_bucket_is_kept(local_aws, prefix):
    stack, s3 = Stack(local_aws), local_aws.client("s3")
    target, name = unique(), unique()
    bucket = resource("S3::Bucket", BucketName=name)
    bucket["Properties"]["LoggingConfiguration"] = {"DestinationBucketName": {"Ref": "Target"}, "LogFilePrefix": prefix}
    resources = {"Target": resource("S3::Bucket", BucketName=target), "Bucket": bucket}

    assert stack.apply(resources) == "CREATE_COMPLETE"
    enabled = s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]
    assert (enabled["TargetBucket"], enabled["TargetPrefix"]) == (target, prefix)
    del bucket["Properties"]["LoggingConfiguration"]
    assert stack.apply(resources, update=True) == "UPDATE_COMPLETE"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    stack.delete()


def test_a_bucket_that_logs_into_nowhere_is_refused(local_aws):
    stack, name = Stack(local_aws), unique()
    bucket = resource("S3::Bucket", BucketName=name, LoggingConfiguration={"DestinationBucketName": unique()})

    assert stack.apply({"Bucket": bucket}) == "ROLLBACK_COMPLETE"
    stack.delete()
