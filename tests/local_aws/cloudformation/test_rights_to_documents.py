"""CloudFormation reads S3 with the rights of whoever asks, or of the stack's role (user guide; public reports)."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, allow, error_of, unique
from tests.local_aws.cloudformation.stack import Stack

MORE = "\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
REFUSED = f"S3 error: Access Denied{MORE}"
CAPABILITIES = ["CAPABILITY_AUTO_EXPAND"]
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
HARMLESS = json.dumps({"Resources": {"H": HANDLE}})
SECRET = {"Description": "the secret", "Resources": {"S": HANDLE}}

KEY = "t.json"


@pytest.fixture(scope="module")
def bucket(local_aws):
    name = local_aws.bucket(versioned=True)
    local_aws.put(name, KEY, json.dumps(SECRET))
    local_aws.put(name, "snippet.json", json.dumps({"Description": "the secret"}))
    return name


@pytest.fixture(scope="module")
def mere(local_aws):
    """Credentials of a user who may do all of CloudFormation and nothing else."""
    return local_aws.user(allow("cloudformation:*"))


@pytest.fixture(scope="module")
def reader(local_aws, bucket):
    """Those of one who may read the bucket too."""
    return local_aws.user(allow("cloudformation:*"), allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))


def url_of(bucket, key=KEY):
    return f"https://{bucket}.s3.amazonaws.com/{key}"


def including(bucket):
    location = {"Location": f"s3://{bucket}/snippet.json"}
    made = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}}
    made["Properties"]["Fn::Transform"] = {"Name": "AWS::Include", "Parameters": location}
    return json.dumps({"Resources": {"P": made}})


def nesting(bucket):
    child = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url_of(bucket)}}
    return json.dumps({"Resources": {"Child": child}})


def update(client, **template):
    name = unique("stack")
    client.create_stack(StackName=name, TemplateBody=HARMLESS)
    client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 1200})
    return client.update_stack(StackName=name, **template)


def change(client, **template):
    more = {"ChangeSetName": "c", "ChangeSetType": "CREATE"}
    return client.create_change_set(StackName=unique("stack"), **more, **template)


REQUESTS = {
    "GetTemplateSummary": lambda client, **template: client.get_template_summary(**template),
    "ValidateTemplate": lambda client, **template: client.validate_template(**template),
    "CreateStack": lambda client, **template: client.create_stack(StackName=unique("stack"), **template),
    "UpdateStack": update,
    "CreateChangeSet": change,
}


@pytest.mark.parametrize("action", REQUESTS)
def test_the_template_of_a_request_is_for_those_who_may_read_it(local_aws, bucket, mere, reader, action):
    ask, template = REQUESTS[action], {"TemplateURL": url_of(bucket)}
    assert error_of(ask, client=local_aws.client("cloudformation", mere), **template) == f"ValidationError: {REFUSED}"
    assert error_of(ask, client=local_aws.client("cloudformation", reader), **template) == ""


def test_a_stack_policy_is_for_those_who_may_read_it(local_aws, bucket, mere):
    client, call = local_aws.client("cloudformation", mere), {"StackName": unique("stack"), "TemplateBody": HARMLESS}
    assert error_of(client.create_stack, **call, StackPolicyURL=url_of(bucket)) == f"ValidationError: {REFUSED}"


def test_what_is_not_there_is_told_to_those_who_may_list(local_aws, bucket, mere, reader):
    ask, url = REQUESTS["ValidateTemplate"], url_of(bucket, "nope")
    lister = local_aws.user(allow(["cloudformation:*", "s3:GetObject", "s3:ListBucket"]))
    for user, told in (
        (mere, REFUSED),
        (reader, REFUSED),
        (lister, f"S3 error: The specified key does not exist.{MORE}"),
    ):
        client = local_aws.client("cloudformation", user)
        assert error_of(ask, client=client, TemplateURL=url) == f"ValidationError: {told}"


def test_a_version_needs_the_right_to_versions(local_aws, bucket, reader):
    version = local_aws.client("s3").head_object(Bucket=bucket, Key=KEY)["VersionId"]
    url = f"{url_of(bucket)}?versionId={version}"
    versions = local_aws.user(allow(["cloudformation:*", "s3:GetObjectVersion"]))
    client = local_aws.client("cloudformation", versions)
    assert client.validate_template(TemplateURL=url)["Description"] == "the secret"
    assert REFUSED in error_of(client.validate_template, TemplateURL=url_of(bucket))
    assert REFUSED in error_of(local_aws.client("cloudformation", reader).validate_template, TemplateURL=url)


def test_a_policy_of_the_bucket_gives_and_takes(local_aws, mere):
    bucket, ask = local_aws.bucket(), local_aws.client("cloudformation").validate_template
    local_aws.put(bucket, KEY, json.dumps(SECRET))
    assert error_of(ask, TemplateURL=url_of(bucket)) == ""

    def let(effect, principal):
        of_all = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
        statement = {**of_all, "Effect": effect, "Principal": principal}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        local_aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)

    let("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{mere['UserName']}"})
    assert error_of(local_aws.client("cloudformation", mere).validate_template, TemplateURL=url_of(bucket)) == ""
    let("Deny", "*")
    assert error_of(ask, TemplateURL=url_of(bucket)) == f"ValidationError: {REFUSED}"


@pytest.mark.parametrize("action", ["CreateStack", "UpdateStack"])
def test_an_include_is_for_those_who_may_read_it(local_aws, bucket, mere, reader, action):
    ask, more = REQUESTS[action], {"TemplateBody": including(bucket), "Capabilities": CAPABILITIES}
    refused = error_of(ask, client=local_aws.client("cloudformation", mere), **more)
    assert refused.startswith("ValidationError: Transform AWS::Include failed with: ")
    assert REFUSED in refused
    assert error_of(ask, client=local_aws.client("cloudformation", reader), **more) == ""


def test_a_change_set_with_an_include_fails_for_others(local_aws, bucket, mere, reader):
    for user, ended in ((mere, "FAILED"), (reader, "CREATE_COMPLETE")):
        client = local_aws.client("cloudformation", user)
        try:
            made = change(client, TemplateBody=including(bucket), Capabilities=CAPABILITIES)["Id"]
        except client.exceptions.ClientError as error:
            status, reason = "FAILED", str(error)
        else:
            found = client.describe_change_set(ChangeSetName=made)
            status, reason = found["Status"], found.get("StatusReason", "")
        assert status == ended, reason
        assert (REFUSED in reason) is (ended == "FAILED")


def test_a_nested_stack_is_for_those_who_may_read_its_template(local_aws, bucket, mere, reader):
    refused, made = Stack(local_aws, mere), Stack(local_aws, reader)
    assert refused.make(nesting(bucket)) == "ROLLBACK_COMPLETE"
    assert any(REFUSED in reason for reason in refused.reasons()), refused.reasons()
    assert made.make(nesting(bucket)) == "CREATE_COMPLETE", made.reasons()
    child = made.cloudformation.get_template(StackName=made.refs()["Child"], TemplateStage="Processed")
    assert child["TemplateBody"]["Description"] == "the secret"


def test_a_stack_with_a_role_reads_as_that_role(local_aws, bucket, mere, reader):
    trusts = "cloudformation.amazonaws.com"
    able = local_aws.role(allow(["s3:GetObject", "ssm:*"], "*"), trusts=trusts)
    unable = local_aws.role(allow("ssm:*"), trusts=trusts)
    passing = allow("iam:PassRole", able, unable)
    mere = local_aws.user(allow("cloudformation:*"), passing)
    reader = local_aws.user(allow("cloudformation:*"), allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), passing)

    def make(user, role, **template):
        stack = Stack(local_aws, user)
        more = {"RoleARN": role, "Capabilities": CAPABILITIES}
        refused = error_of(stack.cloudformation.create_stack, StackName=stack.name, **more, **template)
        return refused or stack.status()

    for body in (nesting(bucket), including(bucket)):
        assert make(mere, able, TemplateBody=body) == "CREATE_COMPLETE"
    assert make(reader, unable, TemplateBody=nesting(bucket)) == "ROLLBACK_COMPLETE"
    assert REFUSED in make(reader, unable, TemplateBody=including(bucket))
    # The request's own template is the caller's.
    assert make(mere, able, TemplateURL=url_of(bucket)) == f"ValidationError: {REFUSED}"
    assert make(reader, unable, TemplateURL=url_of(bucket)) == "CREATE_COMPLETE"
