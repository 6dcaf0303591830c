"""Whatever stands in a name, a description or a key, clients can read the answers that have it."""

import json
import re

import pytest
from defusedxml import ElementTree

from local_aws.emulator.xml_answers import readable
from tests.local_aws.aws_server import error_of, unique
from tests.local_aws.emulator.test_two_meanings import s3_call

UNSEEN = "a\x01b\ufffe\x1fc\rd\te"
SHOWN = "a\ufffdb\ufffd\ufffdc\rd\te"
ADMIN = {"AccessKeyId": "test", "SecretAccessKey": "test"}


@pytest.fixture(scope="module")
def stack(local_aws):
    """A stack with such characters in everything that it has."""
    name, topic, role = unique("stack"), unique("topic"), unique("role")
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    tags = [{"Key": "k", "Value": UNSEEN}]
    template = {
        "Resources": {
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": topic, "DisplayName": UNSEEN, "Tags": tags},
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": role,
                    "AssumeRolePolicyDocument": trust,
                    "Description": UNSEEN,
                    "Tags": tags,
                },
            },
            "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "Tags": tags}},
        },
        "Outputs": {
            "Plain": {"Value": UNSEEN},
            "Topic": {"Value": {"Ref": "Topic"}},
            "Network": {"Value": {"Ref": "Network"}},
        },
    }
    cloudformation = local_aws.client("cloudformation")
    capabilities = ["CAPABILITY_NAMED_IAM"]
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Capabilities=capabilities)
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 1200}
    )
    yield name
    cloudformation.delete_stack(StackName=name)


def test_stacks_with_such_outputs_are_described(local_aws, stack):
    cloudformation = local_aws.client("cloudformation")
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    found = next(each for page in pages for each in page["Stacks"] if each["StackName"] == stack)
    outputs = {each["OutputKey"]: each for each in found["Outputs"]}
    assert outputs["Plain"]["OutputValue"] == SHOWN
    pages = cloudformation.get_paginator("list_stacks").paginate()
    assert [each for page in pages for each in page["StackSummaries"] if each["StackName"] == stack]


def test_topics_roles_and_networks_with_such_texts_are_described(local_aws, stack):
    described = local_aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
    sns, iam, ec2 = (local_aws.client(service) for service in ("sns", "iam", "ec2"))
    assert sns.get_topic_attributes(TopicArn=outputs["Topic"])["Attributes"]["DisplayName"] == SHOWN
    assert sns.list_tags_for_resource(ResourceArn=outputs["Topic"])["Tags"][0]["Value"] == SHOWN
    pages = iam.get_paginator("list_roles").paginate()
    assert [role for page in pages for role in page["Roles"] if role.get("Description") == SHOWN]
    network = ec2.describe_vpcs(VpcIds=[outputs["Network"]])["Vpcs"][0]
    assert {"Key": "k", "Value": SHOWN} in network["Tags"]


@pytest.mark.parametrize("key", ["a\x01b", "a\rb", "a\ufffeb"])
def test_s3_answers_with_such_keys_are_read(local_aws, key):
    bucket, s3 = local_aws.bucket(), local_aws.client("s3")
    local_aws.put(bucket, key, "x")
    s3.create_multipart_upload(Bucket=bucket, Key=key)
    shown = re.sub("[\x01\ufffe]", "\ufffd", key)
    for query in ("", "?list-type=2", "?versions", "?uploads"):
        status, answer = s3_call(local_aws, ADMIN, "GET", f"/{bucket}{query}")
        assert status == 200, answer
        names = [found.text for found in ElementTree.fromstring(answer).iter() if found.tag.endswith("}Key")]
        assert names == [shown], query
    assert local_aws.keys(bucket) == [key]
    nobody = local_aws.client("s3", local_aws.user({"Effect": "Deny", "Action": "*", "Resource": "*"}))
    assert error_of(nobody.get_object, Bucket=bucket, Key=key).startswith("AccessDenied: ")


def test_an_object_of_xml_is_given_as_it_is(local_aws):
    bucket, content = local_aws.bucket(), b"<a>\x01\r\xff</a>"
    local_aws.client("s3").put_object(Bucket=bucket, Key="k", Body=content, ContentType="text/xml")
    assert local_aws.get(bucket, "k") == content


def test_names_that_the_model_forbids_are_refused(local_aws):
    iam = local_aws.client("iam")
    assert error_of(iam.create_role, RoleName="a\x01b", AssumeRolePolicyDocument="{}").startswith("ValidationError: 1 ")
    tags = [{"Key": "a\x01b", "Value": "v"}]
    trust = json.dumps({"Statement": []})
    refused = error_of(iam.create_role, RoleName=unique(), AssumeRolePolicyDocument=trust, Tags=tags)
    assert "at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression" in refused


def test_markup_stays_and_halves_of_characters_are_shown():
    document = '<a\r\nb="c">d\r\x00\ud800\udfff</a>'.encode("utf-8", "surrogatepass")
    assert readable(document).decode() == '<a\r\nb="c">d&#13;\ufffd\ufffd\ufffd</a>'
    assert readable("<a>é €\ud7ff\ue000😀\ufffd</a>".encode()).decode() == "<a>é €\ud7ff\ue000😀\ufffd</a>"
