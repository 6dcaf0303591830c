"""Templates that CloudFormation refuses are refused by each action that takes one, at once and whole."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import LocalAws, wait_until
from tests.local_aws.cloudformation.malformed.mutations import SMALL, mutations
from tests.local_aws.cloudformation.malformed.table import OF_VALUES_OF_PARAMETERS, refused

HANG_SECONDS = 5
GOOD = json.dumps({"Resources": {"Kept": {"Type": "AWS::SNS::Topic"}}})
CASES = refused()
IAM = {"Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A server of these tests' own: its whole log is read at the end."""
    server = LocalAws(tmp_path_factory.mktemp("malformed") / "state").start()
    stacks = server.client("cloudformation")
    stacks.create_stack(StackName="good", TemplateBody=GOOD)
    stacks.get_waiter("stack_create_complete").wait(StackName="good", WaiterConfig={"Delay": 0.1, "MaxAttempts": 1200})
    yield server
    server.stop()
    log = server.state_dir.with_name(server.state_dir.name + ".stderr").read_text()
    assert "Traceback" not in log, log[-5000:]


def answer(call: Any, **params: Any) -> tuple[str, str]:
    """Code and message of an error, empty without one; neither 5xx nor longer than a moment."""
    started, said = time.monotonic(), {"Code": "", "Message": ""}
    try:
        call(**params)
    except ClientError as error:
        response = error.response
        said = {**response["Error"], "Code": _not_5xx(response["Error"]["Code"], response["ResponseMetadata"])}
    assert time.monotonic() - started < HANG_SECONDS, params
    return said["Code"], said["Message"]


def _not_5xx(code: str, metadata: dict[str, Any]) -> str:
    return code if metadata["HTTPStatusCode"] < 500 else f"{metadata['HTTPStatusCode']} {code}"


def stacks_there(aws: LocalAws) -> dict[str, str]:
    pages = aws.client("cloudformation").get_paginator("describe_stacks").paginate()
    return {stack["StackName"]: stack["StackStatus"] for page in pages for stack in page["Stacks"]}


def said_by_all(aws: LocalAws, body: str) -> dict[str, tuple[str, str]]:
    """What each action that takes a template says of it."""
    stacks = aws.client("cloudformation")
    change_set = {"ChangeSetName": "c", "ChangeSetType": "CREATE", **IAM}
    return {
        "ValidateTemplate": answer(stacks.validate_template, TemplateBody=body),
        "GetTemplateSummary": answer(stacks.get_template_summary, TemplateBody=body),
        "CreateStack": answer(stacks.create_stack, StackName="new", TemplateBody=body, **IAM),
        "UpdateStack": answer(stacks.update_stack, StackName="good", TemplateBody=body, **IAM),
        "CreateChangeSet": answer(stacks.create_change_set, StackName="newer", TemplateBody=body, **change_set),
    }


def test_there_are_at_least_300() -> None:
    assert len(CASES) >= 300


@pytest.mark.parametrize("name", CASES)
def test_is_refused_by_all_and_leaves_nothing(aws: LocalAws, name: str) -> None:
    body, text = CASES[name]
    said = said_by_all(aws, body)
    if name in _PASSES_SUMMARY:
        del said["GetTemplateSummary"]
    assert {code for code, _text in said.values()} == {"ValidationError"}, said
    if text:
        assert {message for _code, message in said.values()} == {text}
    assert stacks_there(aws) == {"good": "CREATE_COMPLETE"}


_BEYOND_SUMMARY = ("resource: unknown type", "resource: empty type", "rule", "201 ", "501 ", "description too long")
_IN_NAMES = ("resolve:nope", '"xxxxxxxxxxxxxxxxxxxx', "'xxxxxxxxxxxxxxxxxxxx", '"a0"', "Outputs 7")
_PASSES_SUMMARY = frozenset(
    name
    for name, (_body, text) in CASES.items()
    if name.startswith(_BEYOND_SUMMARY) or any(part in name for part in _IN_NAMES) or "Unable to get mapping" in text
)
"""GetTemplateSummary reads what a template has, and neither its quotas nor its types."""


@pytest.mark.parametrize("declared", OF_VALUES_OF_PARAMETERS, ids=lambda declared: json.dumps(declared)[:80])
def test_a_default_that_its_declaration_refuses_makes_nothing(aws: LocalAws, declared: dict[str, object]) -> None:
    body = json.dumps({"Parameters": {"P": declared}, "Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    said = said_by_all(aws, body)
    assert {said[action][0] for action in ("CreateStack", "UpdateStack", "CreateChangeSet")} == {"ValidationError"}
    assert said["ValidateTemplate"] == said["GetTemplateSummary"] == ("", "")
    assert stacks_there(aws) == {"good": "CREATE_COMPLETE"}


@pytest.mark.parametrize(
    "declared",
    [
        {"Default": "éü", "AllowedPattern": r"\p{L}+"},
        {"Default": "abn", "AllowedPattern": "[a-z&&[^m]]+"},
        {"Default": "a1", "AllowedPattern": "(?<first>[a-z])[0-9]"},
        {"Default": "ab", "AllowedPattern": "(?!x)[a-z]+"},
        {"Default": "10.0.0.0/16", "AllowedPattern": r"^(\d{1,3}\.){3}\d{1,3}/(1[6-9]|2[0-2])$"},
    ],
    ids=lambda declared: declared["AllowedPattern"],
)
def test_patterns_of_java_are_taken(aws: LocalAws, declared: dict[str, str]) -> None:
    parameters = {"P": {"Type": "String", **declared}}
    body = json.dumps({"Parameters": parameters, "Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    stacks = aws.client("cloudformation")
    assert answer(
        stacks.create_change_set, StackName="p", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body
    ) == ("", "")
    stacks.delete_stack(StackName="p")
    wait_until(lambda: "p" not in stacks_there(aws))


def test_a_pattern_that_takes_long_blocks_nobody(aws: LocalAws) -> None:
    import threading

    slow = {"Type": "String", "Default": "a" * 50 + "?", "AllowedPattern": "(a|aa)+$"}
    body = json.dumps({"Parameters": {"P": slow}, "Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    asking = threading.Thread(target=said_by_all, args=(aws, body))
    asking.start()
    longest = 0.0
    while asking.is_alive():
        started = time.monotonic()
        aws.client("s3").list_buckets()
        longest = max(longest, time.monotonic() - started)
    assert longest < HANG_SECONDS


def test_the_template_that_is_mutated_is_good(aws: LocalAws) -> None:
    stacks = aws.client("cloudformation")
    stacks.create_stack(StackName="small", TemplateBody=json.dumps(SMALL), **IAM)
    assert (
        wait_until(lambda: stacks_there(aws)["small"], lambda one: not one.endswith("IN_PROGRESS")) == "CREATE_COMPLETE"
    )
    stacks.delete_stack(StackName="small")
    wait_until(lambda: "small" not in stacks_there(aws))


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in mutations()])
def test_of_a_mutated_template_nothing_stays_in_progress(aws: LocalAws, body: str) -> None:
    stacks = aws.client("cloudformation")
    answer(stacks.validate_template, TemplateBody=body)
    answer(stacks.get_template_summary, TemplateBody=body)
    code, message = answer(stacks.create_stack, StackName="mutated", TemplateBody=body, **IAM)
    if code:
        assert code in ("ValidationError", "InsufficientCapabilitiesException"), message
        assert "mutated" not in stacks_there(aws)
        return
    wait_until(lambda: not stacks_there(aws)["mutated"].endswith("IN_PROGRESS"))
    stacks.delete_stack(StackName="mutated")
    ended = wait_until(lambda: stacks_there(aws).get("mutated", "gone"), lambda one: not one.endswith("IN_PROGRESS"))
    assert ended == "gone", [event.get("ResourceStatusReason") for event in _events(aws)]


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in mutations()[::4]])
def test_an_update_to_a_mutated_template_ends(aws: LocalAws, body: str) -> None:
    stacks = aws.client("cloudformation")
    stacks.create_stack(StackName="mutated", TemplateBody=GOOD)
    wait_until(lambda: stacks_there(aws)["mutated"] == "CREATE_COMPLETE")
    code, _message = answer(stacks.update_stack, StackName="mutated", TemplateBody=body, **IAM)
    ended = wait_until(lambda: stacks_there(aws)["mutated"], lambda one: not one.endswith("IN_PROGRESS"))
    assert ended in (("CREATE_COMPLETE",) if code else ("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"))
    stacks.delete_stack(StackName="mutated")
    wait_until(lambda: "mutated" not in stacks_there(aws))


def _events(aws: LocalAws) -> list[Any]:
    return aws.client("cloudformation").describe_stack_events(StackName="mutated")["StackEvents"]
