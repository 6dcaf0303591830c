"""What SourceUrl names is there before anything is deployed."""

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from deploy import lifecycle, sources
from deploy.bundle import Bundle
from glue_client.errors import DeployError

TEMPLATE = """
Parameters: {SourceUrl: {Type: String, Default: none}}
Resources: {Topic: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: !Ref SourceUrl}}}
"""


@pytest.fixture
def bucket(aws, unique):
    aws.s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    aws.s3.put_object(Bucket=unique, Key="a/x.zip", Body=b"x")
    return unique


def test_an_object_that_is_there_is_fine(aws, bucket, capsys):
    sources.check(aws, f"s3://{bucket}/a/x.zip")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("address", ["https://example.invalid/x.zip", "none", "", "s3://", "s3://b", "s3://b/"])
def test_no_object_no_question(address):
    sources.check(None, address)


def test_an_absent_object_is_named(aws, bucket):
    with pytest.raises(DeployError) as caught:
        sources.check(aws, f"s3://{bucket}/a/y.zip")
    assert caught.value.failed == f"SourceUrl names s3://{bucket}/a/y.zip, and the bucket has no such object"


@pytest.mark.parametrize("task", [lifecycle.create, lifecycle.up])
def test_an_absent_bucket_is_named_and_nothing_deployed(aws, tmp_path, unique, task):
    (tmp_path / f"{unique}.yml").write_text(TEMPLATE)
    address = f"s3://{unique}-nowhere/x.zip"
    with pytest.raises(DeployError) as caught:
        task(aws, Bundle(tmp_path, {"SourceUrl": address}), [unique])
    assert caught.value.failed == f"SourceUrl names {address}, and there is no bucket {unique}-nowhere"
    with pytest.raises(ClientError, match="does not exist"):
        aws.cloudformation.describe_stacks(StackName=unique)


def test_a_source_in_the_parameter_file_is_looked_at_too(aws, tmp_path, unique):
    (tmp_path / f"{unique}.yml").write_text(TEMPLATE)
    (tmp_path / f"{unique}.json").write_text(
        f'[{{"ParameterKey": "SourceUrl", "ParameterValue": "s3://{unique}-nowhere/x"}}]'
    )
    with pytest.raises(DeployError, match="there is no bucket"):
        lifecycle.create(aws, Bundle(tmp_path), [unique])


def test_a_403_says_nothing_of_what_is_there(aws, capsys):
    with Stubber(aws.s3) as stub:
        stub.add_client_error("head_object", "403", "Forbidden", 403)
        sources.check(aws, "s3://of-others/x.zip")
    assert capsys.readouterr().out == (
        "SourceUrl: S3 does not let you look at s3://of-others/x.zip (403), so it may be there or not; the job reads "
        "it with its own role\n"
    )


def test_other_refusals_are_not_taken_for_absence(aws):
    with Stubber(aws.s3) as stub:
        stub.add_client_error("head_object", "503", "Slow Down", 503)
        with pytest.raises(ClientError):
            sources.check(aws, "s3://b/x.zip")
