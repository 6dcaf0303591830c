"""Change sets, and what is said of templates before anything is made."""

# ruff: noqa: E501 - templates read better with a resource a line

import json

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import error_of, unique, wait_until

HANDLE = "Resources: {H: {Type: AWS::CloudFormation::WaitConditionHandle}}\n"
TWO = "Parameters: {A: {Type: String}, B: {Type: String}, C: {Type: String, Default: c}}\n" + HANDLE


@pytest.fixture
def cfn(stack):
    return stack.cloudformation


def refusal(call, **params):
    with pytest.raises(ClientError) as raised:
        call(**params)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


def propose(stack, body, kind="UPDATE", name=None, **more):
    """Make a change set; return its name and what is said of it."""
    name = name or unique("c")
    given = {"StackName": stack.name, "ChangeSetName": name, "ChangeSetType": kind, **more}
    stack.cloudformation.create_change_set(**given, **({"TemplateBody": body} if body else {}))
    return name, stack.cloudformation.describe_change_set(StackName=stack.name, ChangeSetName=name)


def changes(described):
    found = [each["ResourceChange"] for each in described["Changes"]]
    return {each["LogicalResourceId"]: (each["Action"], each.get("Replacement")) for each in found}


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({}, "Either Template URL or Template Body must be specified."),
        (
            {"UsePreviousTemplate": True, "TemplateBody": HANDLE},
            "You cannot specify both usePreviousTemplate and Template Body/Template URL.",
        ),
        (
            {"UsePreviousTemplate": True, "TemplateURL": "https://b.s3.amazonaws.com/k"},
            "You cannot specify both usePreviousTemplate and Template Body/Template URL.",
        ),
    ],
)
def test_one_template_must_be_given(stack, cfn, more, text):
    assert stack.make(HANDLE) == "CREATE_COMPLETE"
    for call, given in ((cfn.create_change_set, {"ChangeSetName": "c"}), (cfn.update_stack, {})):
        assert refusal(call, StackName=stack.name, **given, **more) == ("ValidationError", text)
    assert cfn.list_change_sets(StackName=stack.name)["Summaries"] == []


VALUES = [
    (TWO, {}, "Parameters: [A, B] must have values"),
    (TWO, {"B": "b"}, "Parameters: [A] must have values"),
    (TWO, {"A": "a", "B": "b", "N": "n", "M": "m"}, "Parameters: [N, M] do not exist in the template"),
    ("Parameters: {A: {Type: String, AllowedValues: [x, true]}}\n" + HANDLE, {"A": "y"}, "Parameter 'A' must be one of AllowedValues"),
    ("Parameters: {A: {Type: CommaDelimitedList, AllowedValues: [x, z]}}\n" + HANDLE, {"A": "x,y"}, "Parameter 'A' must be one of AllowedValues"),
    ("Parameters: {A: {Type: String, AllowedValues: [x], ConstraintDescription: must be x}}\n" + HANDLE, {"A": "y"}, "Parameter A failed to satisfy constraint: must be x"),
    ("Parameters: {A: {Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: must be small}}\n" + HANDLE, {"A": "Y"}, "Parameter A failed to satisfy constraint: must be small"),
    ("Parameters: {A: {Type: String, MinLength: 3, ConstraintDescription: must be long}}\n" + HANDLE, {"A": "Y"}, "Parameter A failed to satisfy constraint: must be long"),
    ("Parameters: {A: {Type: String, AllowedPattern: '[a-z]+'}}\n" + HANDLE, {"A": "Y"}, "Parameter 'A' must match pattern [a-z]+"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "given", "text"), VALUES, ids=[case[2] for case in VALUES])
def test_values_of_parameters_are_checked(stack, cfn, body, given, text):
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    told = {"StackName": stack.name, "TemplateBody": body, "Parameters": parameters}
    assert refusal(cfn.create_stack, **told) == ("ValidationError", text)
    assert refusal(cfn.create_change_set, ChangeSetName="c", ChangeSetType="CREATE", **told)[1] == text
    assert "does not exist" in refusal(cfn.describe_stacks, StackName=stack.name)[1]


def test_a_list_of_allowed_values_is_taken(stack):
    body = "Parameters: {A: {Type: CommaDelimitedList, AllowedValues: [x, z]}}\n" + HANDLE
    assert stack.make(body, A="z, x") == "CREATE_COMPLETE"


QUEUES = """
Parameters: {Wait: {Type: Number, Default: 1}, More: {Type: String, Default: "no"}}
Conditions: {More: !Equals [!Ref More, "yes"]}
Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Wait%s}}
  R: {Type: AWS::SQS::Queue, Condition: More}
%s
"""


def test_a_stack_comes_from_a_change_set_and_changes_by_others(local_aws, stack, cfn):
    name, described = propose(stack, QUEUES % ("", "  P: {Type: AWS::SNS::Topic}"), "CREATE")
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert "StatusReason" not in described
    assert changes(described) == {"Q": ("Add", None), "P": ("Add", None)}  # R is left out
    assert (stack.status_now(), stack.refs()) == ("REVIEW_IN_PROGRESS", {})
    cfn.execute_change_set(StackName=stack.name, ChangeSetName=name)
    wait_until(stack.status_now, lambda status: status == "CREATE_COMPLETE")
    done = cfn.describe_change_set(StackName=stack.name, ChangeSetName=name)
    assert (done["Status"], done["ExecutionStatus"]) == ("CREATE_COMPLETE", "EXECUTE_COMPLETE")
    again = refusal(cfn.execute_change_set, StackName=stack.name, ChangeSetName=name)
    assert again == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{done['ChangeSetId']}] cannot be executed in its current execution status of [EXECUTE_COMPLETE]",
    )

    wait = [{"ParameterKey": "Wait", "ParameterValue": "7"}]
    named = {"ParameterKey": "More", "ParameterValue": "yes"}
    _name, described = propose(stack, None, UsePreviousTemplate=True, Parameters=wait)
    assert changes(described) == {"Q": ("Modify", "False")}
    (change,) = described["Changes"]
    detail = next(one for one in change["ResourceChange"]["Details"] if one.get("CausingEntity") == "Wait")
    assert detail["Target"] == {"Attribute": "Properties", "Name": "DelaySeconds", "RequiresRecreation": "Never"}
    assert change["ResourceChange"]["PhysicalResourceId"] == stack.refs()["Q"]
    _name, described = propose(stack, QUEUES % (f", QueueName: {unique('q')}", ""))
    assert changes(described) == {"Q": ("Modify", "True"), "P": ("Remove", None)}
    name, described = propose(stack, QUEUES % ("", ""), Parameters=[*wait, named])
    assert changes(described) == {"Q": ("Modify", "False"), "R": ("Add", None), "P": ("Remove", None)}
    cfn.execute_change_set(StackName=stack.name, ChangeSetName=name)
    wait_until(stack.status_now, lambda status: status == "UPDATE_COMPLETE")
    assert set(stack.refs()) == {"Q", "R"}
    queue = stack.refs()["Q"]
    told = local_aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["DelaySeconds"])
    assert told["Attributes"] == {"DelaySeconds": "7"}
    _name, described = propose(
        stack, None, UsePreviousTemplate=True, Parameters=[*wait, {**named, "ParameterValue": "no"}]
    )
    assert changes(described) == {"R": ("Remove", None)}


def test_no_changes_fail(stack, cfn):
    assert stack.make(HANDLE) == "CREATE_COMPLETE"
    name, described = propose(stack, HANDLE)
    text = "The submitted information didn't contain changes. Submit different information to create a change set."
    assert (described["Status"], described["ExecutionStatus"], described["StatusReason"]) == (
        "FAILED",
        "UNAVAILABLE",
        text,
    )
    assert refusal(cfn.execute_change_set, StackName=stack.name, ChangeSetName=name) == (
        "InvalidChangeSetStatus",
        f"ChangeSet [{described['ChangeSetId']}] cannot be executed in its current status of [FAILED]",
    )


def test_outputs_alone_are_a_change(stack, cfn):
    assert stack.make(HANDLE) == "CREATE_COMPLETE"
    name, described = propose(stack, HANDLE + "Outputs: {O: {Value: a}}")
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])
    cfn.execute_change_set(StackName=stack.name, ChangeSetName=name)
    wait_until(stack.status_now, lambda status: status == "UPDATE_COMPLETE")
    assert stack.outputs() == {"O": "a"}


def test_a_stack_in_review_stays_the_same_stack(stack, cfn):
    first, one = propose(stack, HANDLE, "CREATE")
    second, other = propose(stack, HANDLE + "Outputs: {O: {Value: b}}", "CREATE")
    assert one["StackId"] == other["StackId"]
    assert (
        "must have values"
        in refusal(
            cfn.create_change_set, StackName=stack.name, ChangeSetName="d", ChangeSetType="CREATE", TemplateBody=TWO
        )[1]
    )
    told = cfn.describe_stacks(StackName=stack.name)["Stacks"][0]
    assert (told["StackId"], told["StackStatus"]) == (one["StackId"], "REVIEW_IN_PROGRESS")
    assert {each["ChangeSetName"] for each in cfn.list_change_sets(StackName=stack.name)["Summaries"]} == {
        first,
        second,
    }
    cfn.delete_change_set(StackName=stack.name, ChangeSetName=first)
    assert refusal(cfn.describe_change_set, StackName=stack.name, ChangeSetName=first)[0] == "ChangeSetNotFound"
    cfn.execute_change_set(ChangeSetName=other["ChangeSetId"])
    wait_until(stack.status_now, lambda status: status == "CREATE_COMPLETE")
    assert stack.outputs() == {"O": "b"}


SUMMARIZED = """
AWSTemplateFormatVersion: 2010-09-09
Description: d
Metadata: {AWS::CloudFormation::Interface: {ParameterGroups: [{Parameters: [A]}]}}
Parameters:
  A: {Type: String, AllowedValues: [x, true], Default: true, Description: of A}
  B: {Type: Number, NoEcho: true}
  C: {Type: AWS::SSM::Parameter::Value<String>, Default: ""}
Resources:
  Q: {Type: AWS::SQS::Queue}
  R: {Type: AWS::SQS::Queue}
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: r, AssumeRolePolicyDocument: {Statement: []}}}
"""


def test_a_template_is_summarized(cfn, stack):
    found = cfn.get_template_summary(TemplateBody=SUMMARIZED)
    del found["ResponseMetadata"]
    assert found == {
        "Parameters": [
            {"ParameterKey": "A", "ParameterType": "String", "DefaultValue": "true", "NoEcho": False, "Description": "of A", "ParameterConstraints": {"AllowedValues": ["x", "true"]}},
            {"ParameterKey": "B", "ParameterType": "Number", "NoEcho": True, "ParameterConstraints": {}},
            {"ParameterKey": "C", "ParameterType": "AWS::SSM::Parameter::Value<String>", "DefaultValue": "", "NoEcho": False, "ParameterConstraints": {}},
        ],
        "Description": "d",
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "CapabilitiesReason": "The following resource(s) require capabilities: [AWS::IAM::Role]",
        "ResourceTypes": ["AWS::IAM::Role", "AWS::SQS::Queue"],
        "Version": "2010-09-09",
        "Metadata": found["Metadata"],
        "ResourceIdentifierSummaries": [
            {"ResourceType": "AWS::SQS::Queue", "LogicalResourceIds": ["Q", "R"], "ResourceIdentifiers": ["QueueUrl"]},
            {"ResourceType": "AWS::IAM::Role", "LogicalResourceIds": ["Role"], "ResourceIdentifiers": ["RoleName"]},
        ],
    }  # fmt: skip
    assert json.loads(found["Metadata"]) == {
        "AWS::CloudFormation::Interface": {"ParameterGroups": [{"Parameters": ["A"]}]}
    }
    assert stack.make(HANDLE) == "CREATE_COMPLETE"
    of_stack = cfn.get_template_summary(StackName=stack.name)
    assert (of_stack["ResourceTypes"], of_stack["Parameters"]) == (["AWS::CloudFormation::WaitConditionHandle"], [])
    assert "Capabilities" not in of_stack


def test_a_template_is_validated(cfn):
    found = cfn.validate_template(TemplateBody=SUMMARIZED)
    assert found["Parameters"] == [
        {"ParameterKey": "A", "DefaultValue": "true", "NoEcho": False, "Description": "of A"},
        {"ParameterKey": "B", "NoEcho": True},
        {"ParameterKey": "C", "DefaultValue": "", "NoEcho": False},
    ]
    assert (found["Description"], found["Capabilities"]) == ("d", ["CAPABILITY_NAMED_IAM"])


@pytest.mark.parametrize(
    ("operation", "given"),
    [("estimate_template_cost", {"TemplateBody": HANDLE}), ("list_stack_sets", {}), ("list_types", {}), ("describe_account_limits", {})],
)  # fmt: skip
def test_what_is_not_answered_is_named(cfn, operation, given):
    name = "".join(map(str.title, operation.split("_")))
    assert refusal(getattr(cfn, operation), **given) == (
        "OperationNotSupportedException",
        f"{name} is not supported by the local AWS",
    )


def test_what_a_change_set_cannot_do_is_named(stack, cfn):
    given = {"StackName": stack.name, "ChangeSetName": "c", "ChangeSetType": "CREATE", "TemplateBody": HANDLE}
    text = "IncludeNestedStacks is not supported by the local AWS"
    assert refusal(cfn.create_change_set, **given, IncludeNestedStacks=True) == ("ValidationError", text)


def test_topics_for_notifications_are_shown(local_aws, stack, cfn):
    arn = local_aws.client("sns").create_topic(Name=unique("t"))["TopicArn"]
    cfn.create_stack(StackName=stack.name, TemplateBody=HANDLE, NotificationARNs=[arn], TimeoutInMinutes=5)
    stack.status()
    found = cfn.describe_stacks(StackName=stack.name)["Stacks"][0]
    assert (found["NotificationARNs"], found["RollbackConfiguration"], found["Tags"]) == ([arn], {}, [])
    assert found["TimeoutInMinutes"] == 5
    assert not {"LastUpdatedTime", "Description", "StackStatusReason", "Parameters"} & set(found)


def test_a_stack_that_was_rolled_back_takes_no_change_set(stack):
    made = {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "Nonsense", "Value": "a"}}}
    assert stack.apply(made) == "ROLLBACK_COMPLETE"
    made["P"]["Properties"]["Type"] = "String"
    call = {"StackName": stack.name, "ChangeSetName": "c", "TemplateBody": json.dumps({"Resources": made})}
    refused = error_of(stack.cloudformation.create_change_set, **call)
    assert refused.endswith("is in ROLLBACK_COMPLETE state and can not be updated.")
    assert refused.startswith("ValidationError: Stack:arn:aws:cloudformation:")
