"""Stacks that hold data, stacks whose creation failed, and what was interrupted."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import lifecycle, protection
from deploy.bundle import Bundle
from glue_client.errors import DeployError
from glue_client.templates import Template

ROOT = Path(__file__).parents[2]
DATA = "Metadata: {HoldsData: true}\nResources: {Topic: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: a}}}\n"
BROKEN = """
Resources:
  Policy:
    Type: AWS::IAM::Policy
    Properties: {PolicyName: p, Roles: [no-such-role], PolicyDocument: {Version: '2012-10-17', Statement: []}}
"""
NOT_BROKEN = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n"


@pytest.fixture
def stack(aws, unique):
    def of():
        found = aws.cloudformation.describe_stacks()["Stacks"]
        return next((one for one in found if one["StackName"] == unique), None)

    return of


def bundle(folder, name, text):
    (folder / f"{name}.yml").write_text(text)
    return Bundle(folder)


def policy_of(aws, name):
    return json.loads(aws.cloudformation.get_stack_policy(StackName=name).get("StackPolicyBody", "{}"))


def test_a_stack_that_holds_data_is_protected(aws, tmp_path, unique, stack, capsys):
    lifecycle.create(aws, bundle(tmp_path, unique, DATA), [unique])
    assert stack()["EnableTerminationProtection"] is True
    assert policy_of(aws, unique) == json.loads(protection.POLICY)
    assert f"{unique} holds data: it is protected" in capsys.readouterr().out


def test_one_that_was_made_before_is_protected_by_its_next_update(aws, tmp_path, unique, stack):
    lifecycle.create(aws, bundle(tmp_path, unique, DATA.replace("true", "false")), [unique])
    assert stack()["EnableTerminationProtection"] is False
    aws.cloudformation.create_stack(StackName=f"{unique}-x", TemplateBody=NOT_BROKEN)
    (tmp_path / f"{unique}.yml").write_text(DATA)
    lifecycle.up(aws, Bundle(tmp_path))
    assert stack()["EnableTerminationProtection"] is True


@pytest.mark.parametrize(("answer", "there"), [("y\n", False), ("n\n", True)])
def test_deleting_it_says_so_and_lifts_it_after_the_answer(
    aws, tmp_path, unique, stack, monkeypatch, capsys, answer, there
):
    found = bundle(tmp_path, unique, DATA)
    lifecycle.create(aws, found, [unique])
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    with pytest.raises(DeployError, match="nothing was deleted") if there else contextlib.nullcontext():
        lifecycle.delete(aws, found, [unique], yes=False)
    assert f"protected, as they hold data: {unique}; yes lifts that" in capsys.readouterr().out
    assert (stack() is not None) is there
    assert not there or stack()["EnableTerminationProtection"] is True


def test_down_lifts_it_too(aws, tmp_path, unique, stack):
    found = bundle(tmp_path, unique, DATA)
    lifecycle.up(aws, found)
    lifecycle.down(aws, found, yes=True)
    assert stack() is None


def test_templates_with_data_say_so():
    for path in sorted((ROOT / "cloudformation").glob("*.yml")):
        template = Template.load(path)
        kinds = {one["Type"] for one in template.body["Resources"].values()}
        assert template.holds_data == bool(kinds & {"AWS::S3::Bucket", "AWS::DynamoDB::Table"}), path.name


def test_neither_true_nor_false_is_refused(tmp_path, unique):
    with pytest.raises(DeployError, match="does not say whether it holds data"):
        _ = bundle(tmp_path, unique, DATA.replace("true", "perhaps"))[unique].holds_data


@pytest.mark.parametrize("task", [lifecycle.create, lifecycle.update])
def test_a_stack_whose_creation_failed_is_explained_and_made_again_when_asked(
    aws, tmp_path, unique, stack, monkeypatch, capsys, task
):
    with pytest.raises(DeployError):
        lifecycle.create(aws, bundle(tmp_path, unique, BROKEN), [unique])
    found = bundle(tmp_path, unique, NOT_BROKEN)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(DeployError) as caught:
        task(aws, found, [unique])
    assert (caught.value.failed, caught.value.next_step) == (f"{unique} stays as it is", "say it in the call: yes=true")
    said = capsys.readouterr().out
    assert f"{unique} is ROLLBACK_COMPLETE from a creation that failed; AWS only deletes such a stack" in said
    assert "it failed by Policy (AWS::IAM::Policy): The role with name no-such-role cannot be found." in said
    assert stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    task(aws, found, [unique], yes=True)
    assert stack()["StackStatus"] == "CREATE_COMPLETE"


SLOW = """
Resources:
%s
Outputs: {Topic: {Value: !GetAtt T0.TopicName, Export: {Name: %s-topic}}}
"""
AFTER = "Resources: {R: {Type: 'AWS::SSM::Parameter', Properties: {Type: String, Value: !ImportValue %s-topic}}}\n"
TASK = """
import sys
from pathlib import Path
from deploy import lifecycle
from deploy.bundle import Bundle
from glue_client.aws import Aws
aws, bundle = Aws(), Bundle(Path(sys.argv[1]))
lifecycle.up(aws, bundle) if sys.argv[2] == "up" else lifecycle.down(aws, bundle, yes=True)
"""


@pytest.mark.parametrize("task", ["up", "down"])
def test_what_was_killed_in_between_goes_on_with_the_next_call(aws, tmp_path, unique, task):
    topics = "\n".join(f"  T{number}: {{Type: 'AWS::SNS::Topic'}}" for number in range(3))
    bundle(tmp_path, f"{unique}-a", SLOW % (topics, unique))
    found = bundle(tmp_path, f"{unique}-b", AFTER % unique)
    if task == "down":
        lifecycle.up(aws, found)
    command = [sys.executable, "-c", TASK, str(tmp_path), task]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ) as process:
        first = f"{unique}-a" if task == "up" else f"{unique}-b"
        next(line for line in process.stdout if first in line and "COMPLETE" in line and "Topic" not in line)
        process.send_signal(signal.SIGKILL)
    if task == "up":
        lifecycle.up(aws, found)
    else:
        lifecycle.down(aws, found, yes=True)
    there = {one["StackName"]: one["StackStatus"] for one in aws.cloudformation.describe_stacks()["Stacks"]}
    wanted = {f"{unique}-a": "CREATE_COMPLETE", f"{unique}-b": "CREATE_COMPLETE"} if task == "up" else {}
    assert {name: state for name, state in there.items() if unique in name and "DELETE" not in state} == wanted
