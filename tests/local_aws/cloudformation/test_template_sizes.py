"""A few hundred bytes of functions, loops and snippets do not become gigabytes, and stacks do not nest without end."""

import json

import pytest

from tests.local_aws.aws_server import error_of, wait_until
from tests.local_aws.cloudformation.stack import Stack

EXPAND = ["CAPABILITY_AUTO_EXPAND"]


@pytest.fixture
def stack(local_aws):
    return Stack(local_aws)


def doubled(function, value, levels):
    for _ in range(levels):
        value = {function: {"a": value} if function == "Fn::ToJsonString" else value}
    return value


def parameter(value):
    return {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}}


def test_texts_that_functions_join_or_encode_are_bounded(stack):
    for value in (
        {"Fn::Join": ["d" * 6000, [""] * 4000]},
        doubled("Fn::Base64", "x" * 1000, 40),
        {"Fn::Sub": ["${A}" * 6000, {"A": "a" * 8000}]},
    ):
        assert stack.apply(parameter(value)) == "ROLLBACK_COMPLETE"
        assert "a function makes a text of more than 1048576 characters" in stack.reasons()[-1]
        stack.delete()


def test_functions_of_many_small_parts_are_worked_out(local_aws, stack):
    value = {"Fn::Join": [",", [{"Fn::Sub": ["${A}${A}${A}${A}${A}${A}${A}${A}${A}${A}", {"A": "xy"}]}] * 3]}
    assert stack.apply(parameter(value)) == "CREATE_COMPLETE", stack.reasons()
    name = stack.refs()["P"]
    found = local_aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    assert found == ",".join(["xy" * 10] * 3)


@pytest.mark.parametrize(
    "more",
    [
        {"Resources": parameter(doubled("Fn::ToJsonString", '"', 30))},
        {
            "Resources": {
                "Fn::ForEach::Loop": [
                    "X",
                    [f"n{number}" for number in range(500)],
                    {"Q${X}": {"Type": "AWS::SQS::Queue", "Metadata": {"v": ["x${X}"] * 4000}}},
                ]
            }
        },
    ],
    ids=["texts of texts", "loops"],
)
def test_what_language_extensions_make_is_bounded(stack, more):
    body = json.dumps({"Transform": "AWS::LanguageExtensions", **more})
    call = {"StackName": stack.name, "TemplateBody": body, "Capabilities": EXPAND}
    assert "characters (on the local AWS)" in error_of(stack.cloudformation.create_stack, **call)


def test_snippets_are_bounded_together(local_aws, stack):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "snippet.json", json.dumps({"Note": "x" * 900_000}).encode())
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": f"s3://{bucket}/snippet.json"}}}
    resources = {
        f"W{number}": {"Type": "AWS::CloudFormation::WaitConditionHandle", "Metadata": include} for number in range(20)
    }
    call = {"StackName": stack.name, "TemplateBody": json.dumps({"Resources": resources}), "Capabilities": EXPAND}
    assert "characters (on the local AWS)" in error_of(stack.cloudformation.create_stack, **call)


def test_a_template_that_nests_itself_comes_to_an_end(local_aws, stack):
    bucket = local_aws.bucket()
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": f"https://{bucket}.s3.amazonaws.com/self.json"},
    }
    local_aws.put(bucket, "self.json", json.dumps({"Resources": {"N": nested}}).encode())
    stack.cloudformation.create_stack(StackName=stack.name, TemplateBody=json.dumps({"Resources": {"N": nested}}))
    assert wait_until(stack.status_now, lambda status: not status.endswith("IN_PROGRESS")) == "ROLLBACK_COMPLETE"
    pages = stack.cloudformation.get_paginator("describe_stacks").paginate()
    left = [one for page in pages for one in page["Stacks"] if one["StackName"].startswith(f"{stack.name}-")]
    assert left == []
