"""What a stack does always ends, whatever comes in its midst, and lets others be answered."""

# ruff: noqa: E501 - a table reads better with a case a line

from __future__ import annotations

import contextlib
import json
import re
import signal
import sqlite3
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import LocalAws, allow, unique, wait_until

MOMENT_SECONDS = 5
INTERRUPTED = "The local AWS ended while this ran"
TOPIC = {"Type": "AWS::SNS::Topic"}


def status(aws: LocalAws, name: str) -> str:
    """The status of a stack; "" where it is not there."""
    try:
        return aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError:
        return ""


def settled(aws: LocalAws, name: str, seconds: float = 60) -> str:
    return wait_until(lambda: status(aws, name), lambda one: not one.endswith("IN_PROGRESS"), seconds)


def reasons(aws: LocalAws, name: str) -> list[str]:
    events = aws.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [event.get("ResourceStatusReason", "") for event in events]


def custom(aws: LocalAws, code: str, timeout: int = 600) -> dict[str, Any]:
    """A template whose custom resource is made by a function of this code."""
    role = aws.role(allow("*"), trusts="lambda.amazonaws.com")
    function = {
        "Runtime": "python3.11",
        "Handler": "index.handler",
        "Role": role,
        "Timeout": 60,
        "Code": {"ZipFile": code},
    }
    return {
        "Resources": {
            "First": TOPIC,
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Custom": {
                "Type": "Custom::Thing",
                "DependsOn": "First",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, "ServiceTimeout": str(timeout)},
            },
        }
    }


def start(aws: LocalAws, template: dict[str, Any]) -> str:
    name = unique("ends")
    aws.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))
    return name


def wait_for_custom(aws: LocalAws, name: str) -> None:
    def begun() -> bool:
        events = aws.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return any(event["LogicalResourceId"] == "Custom" for event in events)

    wait_until(begun)


SILENT = "def handler(event, context):\n    return None\n"
SLEEPY = "import time\ndef handler(event, context):\n    time.sleep(50)\n"


def test_a_large_stack_is_made_while_others_are_answered(local_aws: LocalAws) -> None:
    bucket = local_aws.bucket()
    resources = {f"T{number}": {**TOPIC, "Properties": {"DisplayName": f"topic {number}"}} for number in range(500)}
    local_aws.put(bucket, "large.json", json.dumps({"Resources": resources}))
    cloudformation, name = local_aws.client("cloudformation"), unique("large")
    cloudformation.create_stack(StackName=name, TemplateURL=f"{local_aws.endpoint}/{bucket}/large.json")
    longest, answered = 0.0, 0
    while status(local_aws, name) == "CREATE_IN_PROGRESS":
        started = time.monotonic()
        local_aws.client("s3").list_buckets()
        longest, answered = max(longest, time.monotonic() - started), answered + 1
    assert status(local_aws, name) == "CREATE_COMPLETE"
    assert answered > 1  # in its midst
    assert longest < MOMENT_SECONDS
    cloudformation.delete_stack(StackName=name)
    assert settled(local_aws, name) == ""


@pytest.mark.parametrize("code", [SILENT, SLEEPY], ids=["silent", "sleepy"])
def test_a_custom_resource_that_never_answers_fails_after_its_timeout(local_aws: LocalAws, code: str) -> None:
    started = time.monotonic()
    name = start(local_aws, custom(local_aws, code, timeout=1))
    assert settled(local_aws, name) == "ROLLBACK_COMPLETE"
    assert any("timed out after 1s" in reason for reason in reasons(local_aws, name))
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("code", [SILENT, SLEEPY], ids=["silent", "sleepy"])
def test_a_stack_is_deleted_while_its_custom_resource_is_being_made(local_aws: LocalAws, code: str) -> None:
    name = start(local_aws, custom(local_aws, code))
    wait_for_custom(local_aws, name)
    cloudformation, topics = local_aws.client("cloudformation"), local_aws.client("sns")
    arn = cloudformation.describe_stack_resource(StackName=name, LogicalResourceId="First")["StackResourceDetail"]
    cloudformation.delete_stack(StackName=name)
    assert status(local_aws, name) in ("DELETE_IN_PROGRESS", "")
    assert settled(local_aws, name, 30) == ""
    assert arn["PhysicalResourceId"] not in {one["TopicArn"] for one in topics.list_topics()["Topics"]}


def test_a_stack_is_deleted_while_it_waits_for_a_signal(local_aws: LocalAws) -> None:
    wait = {"Handle": {"Ref": "Handle"}, "Timeout": "3600", "Count": 1}
    handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    custom = {"Type": "AWS::CloudFormation::WaitCondition", "Properties": wait}
    name = start(local_aws, {"Resources": {"Handle": handle, "Custom": custom}})
    wait_for_custom(local_aws, name)
    local_aws.client("cloudformation").delete_stack(StackName=name)
    assert settled(local_aws, name, 30) == ""


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": ".."}}, "The specified bucket is not valid."),
        ({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "../x"}}, "The specified bucket is not valid."),
        ({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "A B\n"}}, "The specified bucket is not valid."),
        ({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "abc\n"}}, "The specified bucket is not valid."),
        ({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Select": ["7", {"Fn::GetAZs": ""}]}}}, "Template error: Fn::Select cannot select nonexistent value at index 7"),
        ({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": ["abc"]}}, "#/BucketName: expected type: String, found: JSONArray"),
        ({"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"a": "b"}}}, "#/TopicName: expected type: String, found: JSONObject"),
        ({"Type": "AWS::SNS::Topic", "Properties": {"Subscription": "x"}}, "#/Subscription: expected type: JSONArray, found: String"),
        ({"Type": "AWS::Glue::Job", "Properties": {"Name": ["x"], "Role": "r", "Command": {}}}, "#/Name: expected type: String, found: JSONArray"),
        ({"Type": "AWS::Glue::Job", "Properties": {"Role": "r", "Command": "x"}}, "#/Command: expected type: JSONObject, found: String"),
        ({"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": "x"}}, "This policy contains invalid Json"),
        ({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::Select": ["7", {"Fn::GetAZs": ""}]}}}, ""),
        ({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::Cidr": ["nope", 1, 8]}}}, "Fn::Cidr"),
    ],
    ids=lambda value: json.dumps(value)[:90],
)  # fmt: skip
def test_a_wrong_property_rolls_the_stack_back(local_aws: LocalAws, resource: dict[str, Any], reason: str) -> None:
    capabilities = {"Capabilities": ["CAPABILITY_IAM"]}
    name, body = (
        unique("wrong"),
        json.dumps({"Resources": {"First": TOPIC, "Wrong": {**resource, "DependsOn": "First"}}}),
    )
    cloudformation = local_aws.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=body, **capabilities)
    assert settled(local_aws, name) == "ROLLBACK_COMPLETE"
    assert any(reason in one for one in reasons(local_aws, name)), reasons(local_aws, name)
    good = json.dumps({"Resources": {"First": TOPIC}})
    cloudformation.create_stack(StackName=f"{name}-u", TemplateBody=good)
    assert settled(local_aws, f"{name}-u") == "CREATE_COMPLETE"
    cloudformation.update_stack(StackName=f"{name}-u", TemplateBody=body, **capabilities)
    assert settled(local_aws, f"{name}-u") == "UPDATE_ROLLBACK_COMPLETE"
    kept = cloudformation.describe_stack_resources(StackName=f"{name}-u")["StackResources"]
    assert [one["LogicalResourceId"] for one in kept] == ["First"]


def test_a_nested_stack_of_a_malformed_template_fails_with_its_sentence(local_aws: LocalAws) -> None:
    bucket = local_aws.bucket()
    local_aws.put(bucket, "nested.yml", "a: &a [x]\nb: *a\n")
    url = f"{local_aws.endpoint}/{bucket}/nested.yml"
    name = start(
        local_aws, {"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}}
    )
    assert settled(local_aws, name) == "ROLLBACK_COMPLETE"
    assert "Template error: YAML aliases are not allowed in CloudFormation templates" in reasons(local_aws, name)


def test_an_included_snippet_of_aliases_is_refused_at_once(local_aws: LocalAws) -> None:
    bucket = local_aws.bucket()
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 9)]
    local_aws.put(bucket, "snippet.yml", "\n".join(lines))
    include = {"Name": "AWS::Include", "Parameters": {"Location": f"s3://{bucket}/snippet.yml"}}
    body = json.dumps({"Metadata": {"Fn::Transform": include}, "Resources": {"T": TOPIC}})
    started = time.monotonic()
    with pytest.raises(ClientError, match="should be valid Yaml/JSON"):
        local_aws.client("cloudformation").create_stack(
            StackName=unique("inc"), TemplateBody=body, Capabilities=["CAPABILITY_AUTO_EXPAND"]
        )
    assert time.monotonic() - started < MOMENT_SECONDS


def test_an_object_that_is_no_template_is_not_read(local_aws: LocalAws) -> None:
    bucket = local_aws.bucket()
    local_aws.put(bucket, "large.yml", b"#" * 1_000_001)
    with pytest.raises(ClientError, match=r"Template may not exceed 1000000 bytes in size\."):
        local_aws.client("cloudformation").validate_template(TemplateURL=f"{local_aws.endpoint}/{bucket}/large.yml")


def test_a_former_version_that_is_no_template_is_not_read(local_aws: LocalAws) -> None:
    bucket = local_aws.bucket(versioned=True)
    local_aws.put(bucket, "t.yml", f"Resources: {{T: {{Type: AWS::SNS::Topic}}}}\n#{'#' * 1_000_000}")
    (first,) = local_aws.client("s3").list_object_versions(Bucket=bucket)["Versions"]
    local_aws.put(bucket, "t.yml", "Resources: {T: {Type: AWS::SNS::Topic}}")
    read, url = local_aws.client("cloudformation").validate_template, f"https://{bucket}.s3.amazonaws.com/t.yml"
    with pytest.raises(ClientError, match=r"Template may not exceed 1000000 bytes in size\."):
        read(TemplateURL=f"{url}?versionId={first['VersionId']}")
    (small,) = (
        each for each in local_aws.client("s3").list_object_versions(Bucket=bucket)["Versions"] if each["IsLatest"]
    )
    local_aws.put(bucket, "t.yml", b"#" * 1_000_001)
    read(TemplateURL=f"{url}?versionId={small['VersionId']}")


def test_a_custom_resource_waits_an_hour_at_most(local_aws: LocalAws) -> None:
    name = start(local_aws, custom(local_aws, SILENT, timeout=3601))
    assert settled(local_aws, name) == "ROLLBACK_COMPLETE"
    assert "ServiceTimeout must be between 1 and 3600 seconds" in reasons(local_aws, name)


def test_loops_within_loops_are_bounded(local_aws: LocalAws) -> None:
    body: dict[str, Any] = {"T${A}${B}${C}${D}${E}": TOPIC}
    for letter in "EDCBA":
        body = {f"Fn::ForEach::{letter}": [letter, [f"x{number}" for number in range(30)], body]}
    text = json.dumps({"Transform": "AWS::LanguageExtensions", "Resources": {**body}})
    started = time.monotonic()
    with pytest.raises(ClientError):
        local_aws.client("cloudformation").create_stack(
            StackName=unique("loop"), TemplateBody=text, Capabilities=["CAPABILITY_AUTO_EXPAND"]
        )
    assert time.monotonic() - started < MOMENT_SECONDS


def test_after_kill_9_in_its_midst_a_stack_has_failed_and_can_be_deleted(fresh_local_aws: LocalAws) -> None:
    aws = fresh_local_aws
    name = start(aws, custom(aws, SLEEPY))
    wait_for_custom(aws, name)
    good = unique("good")
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName=good, TemplateBody=json.dumps({"Resources": {"First": TOPIC}}))
    assert settled(aws, good) == "CREATE_COMPLETE"
    cloudformation.update_stack(StackName=good, TemplateBody=json.dumps(custom(aws, SLEEPY)))
    wait_for_custom(aws, good)
    cloudformation.create_change_set(
        StackName="waiting",
        ChangeSetName="c",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"T": TOPIC}}),
    )
    time.sleep(1)  # a moment to save in
    aws.stop(signal.SIGKILL)
    aws.start()
    cloudformation = aws.client("cloudformation")
    assert {one: status(aws, one) for one in (name, good, "waiting")} == {
        name: "CREATE_FAILED",
        good: "UPDATE_ROLLBACK_FAILED",
        "waiting": "REVIEW_IN_PROGRESS",
    }
    for one in (name, good):
        assert INTERRUPTED in reasons(aws, one)
        assert cloudformation.describe_stacks(StackName=one)["Stacks"][0]["StackStatusReason"] == INTERRUPTED
    for one in (name, good, "waiting"):
        cloudformation.delete_stack(StackName=one)
        assert settled(aws, one) == ""
    assert aws.client("sns").list_topics()["Topics"] == []


def test_a_record_that_no_template_gives_today_can_be_deleted(fresh_local_aws: LocalAws) -> None:
    """State of a version that took `D:` without a body."""
    aws = fresh_local_aws
    name = start(aws, {"Resources": {"First": TOPIC}})
    assert settled(aws, name) == "CREATE_COMPLETE"
    aws.stop()
    with contextlib.closing(sqlite3.connect(aws.state_dir / "emulator" / "emulator.sqlite")) as state:
        [(text,)] = state.execute(
            "SELECT value FROM record WHERE store = 'stacks' AND value LIKE ?", (f'%"StackName":"{name}"%',)
        ).fetchall()
        wrong = re.sub(r'"First": ?\{"Type": ?"AWS::SNS::Topic"\}', r'\g<0>, "D": null', text)
        assert wrong != text
        wrong = wrong.replace('"CREATE_COMPLETE"', '"DELETE_IN_PROGRESS"', 1)
        state.execute("UPDATE record SET value = ? WHERE value = ?", (wrong, text))
        state.commit()
    aws.start()
    aws.client("cloudformation").delete_stack(StackName=name)
    assert settled(aws, name) == ""
