"""Stack parameters whose values stand in Parameter Store: the name is told, the value read anew with each update."""

import pytest

from tests.local_aws.aws_server import error_of, unique
from tests.local_aws.cloudformation.stack import Stack

BODY = """
Parameters:
  Stored: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: '{name}'}}
  Plain: {{Type: String, Default: '<&>'}}
Resources:
  Queue: {{Type: AWS::SQS::Queue, Properties: {{Tags: [{{Key: stored, Value: !Ref Stored}}]}}}}
Outputs: {{Value: {{Value: !Ref Stored}}}}
"""


@pytest.fixture(scope="module")
def cfn(local_aws):
    return local_aws.client("cloudformation")


@pytest.fixture
def name(local_aws):
    stored = f"/{unique('wheels')}/one"
    local_aws.client("ssm").put_parameter(Name=stored, Value="s3://b/one.whl", Type="String")
    return stored


@pytest.fixture
def stack(local_aws):
    return Stack(local_aws)


def shown(cfn, stack):
    found = cfn.describe_stacks(StackName=stack.name)["Stacks"][0]["Parameters"]
    return {one.pop("ParameterKey"): one for one in found}


def test_name_and_value_are_told_apart(cfn, stack, name):
    assert stack.make(BODY.format(name=name)) == "CREATE_COMPLETE"
    wanted = {
        "Stored": {"ParameterValue": name, "ResolvedValue": "s3://b/one.whl"},
        "Plain": {"ParameterValue": "<&>"},
    }
    assert shown(cfn, stack) == wanted
    pages = cfn.get_paginator("describe_stacks").paginate()
    [own] = [one for page in pages for one in page["Stacks"] if one["StackName"] == stack.name]
    assert {one.pop("ParameterKey"): one for one in own["Parameters"]} == wanted


@pytest.mark.parametrize("given", [[], [{"ParameterKey": "Stored", "UsePreviousValue": True}]])
def test_an_update_reads_it_anew(local_aws, cfn, stack, name, given):
    stack.make(BODY.format(name=name))
    update = {"StackName": stack.name, "TemplateBody": BODY.format(name=name), "Parameters": given}
    assert "No updates are to be performed" in error_of(cfn.update_stack, **update)
    local_aws.client("ssm").put_parameter(Name=name, Value="s3://b/two.whl", Type="String", Overwrite=True)
    assert shown(cfn, stack)["Stored"]["ResolvedValue"] == "s3://b/one.whl"
    cfn.update_stack(**update)
    assert stack.status() == "UPDATE_COMPLETE"
    assert shown(cfn, stack)["Stored"] == {"ParameterValue": name, "ResolvedValue": "s3://b/two.whl"}
    assert stack.outputs() == {"Value": "s3://b/two.whl"}


def test_a_change_set_reads_it_anew(local_aws, cfn, stack, name):
    stack.make(BODY.format(name=name))
    local_aws.client("ssm").put_parameter(Name=name, Value="s3://b/two.whl", Type="String", Overwrite=True)
    made = {"StackName": stack.name, "ChangeSetName": "new"}
    cfn.create_change_set(
        **made, TemplateBody=BODY.format(name=name), Parameters=[{"ParameterKey": "Stored", "UsePreviousValue": True}]
    )
    cfn.get_waiter("change_set_create_complete").wait(**made, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
    found = {one.pop("ParameterKey"): one for one in cfn.describe_change_set(**made)["Parameters"]}
    assert found["Stored"] == {"ParameterValue": name, "ResolvedValue": "s3://b/two.whl"}
    cfn.execute_change_set(**made)
    assert stack.status() == "UPDATE_COMPLETE"
    assert shown(cfn, stack)["Stored"] == {"ParameterValue": name, "ResolvedValue": "s3://b/two.whl"}


def test_a_name_that_is_not_there_is_refused(cfn, stack):
    told = error_of(cfn.create_stack, StackName=stack.name, TemplateBody=BODY.format(name="/not/there"))
    assert told == "ValidationError: Unable to fetch parameters [/not/there] from parameter store for this account."
