import pytest

from glue_client.errors import DeployError
from glue_client.templates import Template

TEMPLATE = """
Parameters:
  Parent: {Type: String, Default: base}
  Size: {Type: Number}
Resources:
  Role: {Type: 'AWS::IAM::Role'}
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !ImportValue {'Fn::Sub': '${Parent}-Name'}
      DisplayName: !Sub
        - ${Bucket}/x
        - Bucket: {'Fn::ImportValue': !Sub '${Parent}-Bucket'}
      Again: !ImportValue {'Fn::Sub': '${Parent}-Name'}
Outputs:
  Topic:
    Value: !GetAtt Topic.TopicName.Part
    Export: {Name: !Sub '${AWS::StackName}-Topic'}
  Role: {Value: !Ref Role}
"""


@pytest.fixture
def load(tmp_path):
    def write(text=TEMPLATE, parameters=None):
        (tmp_path / "mine.yml").write_text(text)
        if parameters is not None:
            (tmp_path / "mine.json").write_text(parameters)
        return Template.load(tmp_path / "mine.yml")

    return write


def test_a_stack_is_called_as_its_file(load):
    assert load().name == "mine"


def test_imports_are_resolved_in_the_order_of_the_template(load):
    assert load().imports({}) == ["base-Name", "base-Bucket"]


def test_a_parameter_of_the_file_renames_what_is_imported(load):
    assert load(parameters='[{"ParameterKey": "Parent", "ParameterValue": "other"}]').imports({}) == [
        "other-Name",
        "other-Bucket",
    ]


def test_a_parameter_of_the_call_wins_over_the_file(load):
    template = load(parameters='[{"ParameterKey": "Parent", "ParameterValue": "other"}]')
    assert template.imports({"Parent": "third"})[0] == "third-Name"


def test_exports_are_the_outputs_that_have_one(load):
    assert load().exports({}) == ["mine-Topic"]


def test_getatt_is_split_at_its_first_dot(load):
    assert load().outputs["Topic"]["Value"] == {"Fn::GetAtt": ["Topic", "TopicName.Part"]}


def test_a_template_with_roles_needs_a_capability(load):
    assert load().capabilities == ["CAPABILITY_NAMED_IAM"]


def test_a_template_without_roles_needs_none(load):
    assert load("Resources: {Topic: {Type: 'AWS::SNS::Topic'}}").capabilities == []


@pytest.mark.parametrize(("size", "expected"), [(51_200, True), (51_201, False)])
def test_a_template_up_to_51200_bytes_goes_with_the_call(load, size, expected):
    text = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n#"
    assert load(text + "x" * (size - len(text))).is_inline == expected


def test_the_limit_counts_bytes_not_letters(load):
    text = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n#"
    assert load(text + "é" * 30_000).is_inline is False


@pytest.mark.parametrize("text", ["Resources: [", "just text", "Resources: x", ""])
def test_what_is_no_template_is_refused_by_its_file_name(load, text):
    with pytest.raises(DeployError, match=r"mine\.yml is no"):
        load(text)


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[1]", '[{"ParameterKey": "Size"}]'])
def test_what_is_no_parameter_file_is_refused_by_its_name(load, text):
    with pytest.raises(DeployError, match=r"mine\.json is no parameter file"):
        load(parameters=text)


def test_a_parameter_of_the_call_may_rename_an_export(load):
    text = TEMPLATE.replace("'${AWS::StackName}-Topic'", "'${Parent}-Topic'")
    assert load(text).exports({"Parent": "other"}) == ["other-Topic"]
