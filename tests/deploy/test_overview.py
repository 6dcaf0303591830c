"""How stacks are, those of others too."""

import pytest
from botocore.exceptions import ClientError

from deploy import overview
from deploy.bundle import Bundle
from deploy.stacks import Stacks
from glue_client.errors import DeployError, WrongCall

OWN = "Resources: {T: {Type: 'AWS::SNS::Topic'}}"
FOREIGN = OWN + "\nOutputs: {Answer: {Value: forty-two}}"

POLICY = """
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: misplaced
      Roles: [no-such-role]
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]
"""
CAUSE = "Policy (AWS::IAM::Policy): The role with name no-such-role cannot be found."


@pytest.fixture
def bundle(tmp_path, unique):
    (tmp_path / f"{unique}.yml").write_text(OWN)
    return Bundle(tmp_path)


def test_a_stack_of_others_is_shown_with_its_outputs(aws, bundle, unique, capsys):
    aws.cloudformation.create_stack(StackName=f"{unique}-mine", TemplateBody=FOREIGN)
    aws.cloudformation.get_waiter("stack_create_complete").wait(
        StackName=f"{unique}-mine", WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )
    overview.show(aws, bundle, [f"{unique}-mine"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines if line[:1] == [f"{unique}-mine"]] == [[f"{unique}-mine", "CREATE_COMPLETE"]]
    assert ["Answer", "forty-two"] in lines


def test_one_that_is_nowhere_is_said(aws, bundle, unique):
    with pytest.raises(WrongCall) as caught:
        overview.show(aws, bundle, ["no-such-stack"])
    assert str(caught.value) == (
        f'error: there is no stack "no-such-stack" in {aws}; the stacks of this project are {unique}'
    )


def test_one_of_the_project_may_be_absent(aws, bundle, unique, capsys):
    overview.show(aws, bundle, [unique])
    assert f"{unique}   not deployed" in capsys.readouterr().out


def test_a_refused_deletion_is_told(aws, bundle, unique, capsys, monkeypatch):
    """AWS keeps the stack's status and tells the reason beside it."""
    reason = "Export a cannot be deleted as it is in use by b"
    Stacks(aws, bundle).create(unique)
    find = Stacks.find
    monkeypatch.setattr(Stacks, "find", lambda self, name: {**find(self, name), "StackStatusReason": reason})
    capsys.readouterr()
    overview.show(aws, bundle, [unique])
    assert _lines(capsys, f"{unique}: ") == [f"{unique}: {reason}"]


def _lines(capsys, start):
    return [line for line in capsys.readouterr().out.splitlines() if line.startswith(start)]


def test_a_stack_that_could_not_be_made_tells_which_resource_failed_and_why(aws, tmp_path, unique, capsys):
    (tmp_path / f"{unique}.yml").write_text(f"Resources:{POLICY}")
    bundle = Bundle(tmp_path)
    with pytest.raises(DeployError):
        Stacks(aws, bundle).create(unique)
    capsys.readouterr()
    overview.show(aws, bundle, [unique])
    assert _lines(capsys, f"{unique}: ") == [f"{unique}: {CAUSE}"]


def test_one_whose_update_failed_tells_it_until_the_next_good_one(aws, tmp_path, unique, capsys):
    path = tmp_path / f"{unique}.yml"
    path.write_text(OWN)
    Stacks(aws, Bundle(tmp_path)).create(unique)
    path.write_text("Resources:\n  T: {Type: 'AWS::SNS::Topic'}" + POLICY)
    with pytest.raises(DeployError):
        Stacks(aws, Bundle(tmp_path)).update(unique)
    capsys.readouterr()
    overview.show(aws, Bundle(tmp_path), [])
    assert _lines(capsys, f"{unique}: ") == [f"{unique}: {CAUSE}"]
    path.write_text(OWN.replace("Topic'}", "Topic', Properties: {DisplayName: d}}"))
    Stacks(aws, Bundle(tmp_path)).update(unique)
    capsys.readouterr()
    overview.show(aws, Bundle(tmp_path), [])
    assert _lines(capsys, f"{unique}: ") == []


def test_stacks_of_others_are_counted_where_none_is_named(aws, bundle, unique, capsys):
    names = [f"{unique}-{number:02}" for number in range(12)]
    for name in names:
        aws.cloudformation.create_stack(StackName=name, TemplateBody=OWN)
    overview.show(aws, bundle, [])
    [line] = [line for line in capsys.readouterr().out.splitlines() if " stacks of others: " in line]
    there = {stack["StackName"] for stack in aws.cloudformation.describe_stacks()["Stacks"]} - {unique}
    number, _, listed = line.partition(" stacks of others: ")
    shown, _, more = listed.partition(" and ")
    assert int(number) == len(there)
    assert len(set(shown.split(", ")) & there) == 10
    assert more == f"{len(there) - 10} more"
    overview.show(aws, bundle, [unique])
    assert "of others" not in capsys.readouterr().out
    for name in names:
        aws.cloudformation.delete_stack(StackName=name)


def test_where_others_may_not_be_listed_that_is_said(aws, bundle, monkeypatch, capsys):
    def denied(_operation):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListStacks")

    monkeypatch.setattr(overview.remarks, "show", lambda *_: None)
    monkeypatch.setattr(aws.cloudformation, "get_paginator", denied)
    overview.show(aws, bundle, [])
    assert "whether there are other stacks is not known: ListStacks was denied" in capsys.readouterr().out
