"""Definitions of state machines: checked, uploaded under names of their own, named by Parameter Store."""

import json

import pytest

from deploy import definitions, scripts
from glue_client.errors import DeployError

GOOD = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
PLACE = "/tests/definitions"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "daily.asl.json").write_text(json.dumps(GOOD))
    return tmp_path


@pytest.fixture
def bucket(aws, unique):
    aws.s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return unique


@pytest.fixture
def upload(aws, bucket, folder):
    def run():
        definitions.upload(aws, bucket, "glue_scripts/", folder, f"{PLACE}/{bucket}")
        return aws.ssm.get_parameter(Name=f"{PLACE}/{bucket}/mine/daily")["Parameter"]["Value"]

    return run


def content(aws, address):
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def test_each_content_has_an_address_of_its_own_and_none_is_removed(aws, upload, folder, capsys):
    first = upload()
    assert content(aws, first) == json.dumps(GOOD)
    assert "daily" in capsys.readouterr().out
    checked = []
    aws.states.meta.events.register("before-call.stepfunctions", lambda model, **_: checked.append(model.name))
    assert (upload(), checked) == (first, [])
    assert capsys.readouterr().out == ""
    changed = json.dumps({**GOOD, "Comment": "another"})
    (folder / "mine" / "daily.asl.json").write_text(changed)
    second = upload()
    assert second != first
    assert checked == ["ValidateStateMachineDefinition"]
    assert (content(aws, first), content(aws, second)) == (json.dumps(GOOD), changed)


def test_they_are_not_uploaded_once_more_as_scripts(folder):
    assert list(scripts.shipped(folder)) == []


class Asked:
    """Step Functions that answers as it is told to, and remembers what it was asked."""

    class meta:  # noqa: N801 - as boto3's clients have it
        partition = "aws-cn"

    def __init__(self, *diagnostics):
        self.diagnostics, self.definition = list(diagnostics), ""

    def validate_state_machine_definition(self, definition, severity):
        assert severity == "ERROR"
        self.definition = definition
        return {"result": "FAIL" if self.diagnostics else "OK", "diagnostics": self.diagnostics}


def checked(states, text, tmp_path):
    class Aws:
        pass

    aws = Aws()
    aws.states = states
    definitions.check(aws, tmp_path / "daily.asl.json", text)


def test_what_a_template_puts_into_an_arn_is_taken_for_this_partition(tmp_path):
    states = Asked()
    checked(states, '"arn:${Partition}:states:::glue:startJobRun.sync", "${Topic}"', tmp_path)
    assert states.definition == '"arn:aws-cn:states:::glue:startJobRun.sync", "${Topic}"'


def test_a_faulty_one_is_refused_with_what_is_wrong_and_where(tmp_path):
    fault = {"code": "MISSING_TRANSITION_TARGET", "message": "Missing 'Next' target: B", "location": "/States/A/Next"}
    with pytest.raises(DeployError) as caught:
        checked(Asked(fault), "{}", tmp_path)
    error = caught.value
    assert error.failed == "daily.asl.json defines no state machine"
    assert error.seen == "MISSING_TRANSITION_TARGET at /States/A/Next: Missing 'Next' target: B"
    assert error.next_step == f"correct {tmp_path / 'daily.asl.json'}"
