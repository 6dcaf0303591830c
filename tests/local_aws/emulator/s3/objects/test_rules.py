"""What S3 refuses of keys, names of buckets and documents, whoever makes them; and who is told of an object."""

import json

import pytest

from tests.local_aws.aws_server import allow, error_of, unique, wait_until


def test_a_key_has_at_most_1024_bytes(local_aws):
    s3, bucket = local_aws.client("s3"), local_aws.bucket()
    longest = "é" * 512
    s3.put_object(Bucket=bucket, Key=longest, Body=b"1")
    assert local_aws.keys(bucket) == [longest]
    for call in (s3.put_object, s3.get_object, s3.create_multipart_upload):
        assert error_of(call, Bucket=bucket, Key=longest + "x") == "KeyTooLongError: Your key is too long"


@pytest.mark.parametrize("name", ["..", "A B", "ab", "a..b", "Upper", "127.0.0.1", "xn--a", "b-s3alias", "ab\n"])
def test_a_stack_makes_no_bucket_that_s3_refuses(local_aws, name):
    cloudformation, stack = local_aws.client("cloudformation"), unique("s")
    template = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}}}
    before = local_aws.client("s3").list_buckets()["Buckets"]
    refused = error_of(cloudformation.create_stack, StackName=stack, TemplateBody=json.dumps(template))
    if refused:  # before anything is made
        assert refused.startswith("ValidationError:")
        return
    wait_until(
        lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"],
        lambda status: status in ("ROLLBACK_COMPLETE", "CREATE_COMPLETE"),
    )
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events if event["LogicalResourceId"] == "B"]
    assert any("The specified bucket is not valid." in reason for reason in reasons)
    assert local_aws.client("s3").list_buckets()["Buckets"] == before


def test_a_document_of_more_than_2_mib_is_refused(local_aws):
    s3, bucket = local_aws.client("s3"), local_aws.bucket()
    local_aws.put(bucket, "k", b"1")
    objects = [{"Key": f"{number:0>1000}"} for number in range(1000)]
    s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    large = [{"Key": "k"}, *({"Key": f"{number:0>1000}", "VersionId": "v" * 1400} for number in range(999))]
    refused = error_of(s3.delete_objects, Bucket=bucket, Delete={"Objects": large})
    assert refused.startswith("MalformedXML: The XML you provided was not well-formed")
    assert local_aws.keys(bucket) == ["k"]


def test_locks_outlive_the_server(fresh_local_aws):
    aws, bucket = fresh_local_aws, unique("b")
    s3 = aws.client("s3")
    s3.create_bucket(
        Bucket=bucket, ObjectLockEnabledForBucket=True, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    s3.put_object_legal_hold(Bucket=bucket, Key="k", VersionId=version, LegalHold={"Status": "ON"})
    until = "2099-01-01T00:00:00Z"
    s3.put_object_retention(
        Bucket=bucket, Key="k", VersionId=version, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until}
    )
    aws.stop(9)
    aws.start()
    s3 = aws.client("s3")
    assert s3.get_object_legal_hold(Bucket=bucket, Key="k", VersionId=version)["LegalHold"] == {"Status": "ON"}
    assert s3.get_object_retention(Bucket=bucket, Key="k", VersionId=version)["Retention"]["Mode"] == "COMPLIANCE"
    assert error_of(s3.delete_object, Bucket=bucket, Key="k", VersionId=version).startswith("AccessDenied:")


def test_an_event_is_told_once_its_object_is_there(local_aws):
    s3, sqs, bucket = local_aws.client("s3"), local_aws.client("sqs"), local_aws.bucket()
    queue = sqs.create_queue(QueueName=unique("q"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {**allow("sqs:SendMessage", arn), "Principal": {"Service": "s3.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )
    body = b"x" * (2 << 20)
    s3.put_object(Bucket=bucket, Key="k", Body=body)
    names = []

    def told() -> list[str]:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            names.extend(record["s3"]["object"]["key"] for record in json.loads(message["Body"]).get("Records", []))
        return names

    assert wait_until(told) == ["k"]
