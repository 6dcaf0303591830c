"""Templates that refer to what they do not have are refused before anything is made."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import LocalAws, unique

TEMPLATE = """
Parameters: {{Stage: {{Type: String, Default: dev}}}}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: {name}
  Other:
    Type: AWS::SNS::Topic
    DependsOn: {depends}
Outputs:
  Name: {{Value: {output}}}
"""
GOOD = {"name": "!Sub '${Stage}-${AWS::Region}-${!Literal}'", "depends": "Topic", "output": "!GetAtt Topic.TopicName"}
TEXT = "Template format error: Unresolved resource dependencies [{}] in the {} block of the template"


def outcomes(aws: LocalAws, body: str) -> list[str]:
    """What ValidateTemplate, CreateStack, UpdateStack and CreateChangeSet say."""
    stacks, name = aws.client("cloudformation"), unique("names")
    stacks.create_stack(StackName=f"{name}-there", TemplateBody=TEMPLATE.format(**GOOD))
    stacks.get_waiter("stack_create_complete").wait(
        StackName=f"{name}-there", WaiterConfig={"Delay": 0.1, "MaxAttempts": 1200}
    )
    calls = [
        lambda: stacks.validate_template(TemplateBody=body),
        lambda: stacks.create_stack(StackName=name, TemplateBody=body),
        lambda: stacks.update_stack(StackName=f"{name}-there", TemplateBody=body),
        lambda: stacks.create_change_set(
            StackName=f"{name}-new", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body
        ),
    ]
    said = []
    for call in calls:
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ValidationError"
        said.append(caught.value.response["Error"]["Message"])
    made = {stack["StackName"] for stack in stacks.describe_stacks()["Stacks"]}
    assert name not in made
    return said


@pytest.mark.parametrize(
    ("change", "names", "block"),
    [
        ({"name": "!Ref Stagee"}, "Stagee", "Resources"),
        ({"name": "!Sub 'x-${Topik.TopicName}-${Nope}'"}, "Nope, Topik", "Resources"),
        ({"name": "!Sub ['${a}-${b}', {a: !Ref Stage}]"}, "b", "Resources"),
        ({"name": "!Join ['', [!GetAtt Nope.Arn, !Ref AWS::NoValue]]"}, "Nope", "Resources"),
        ({"depends": "[Topic, Stage]"}, "Stage", "Resources"),
        ({"output": "!Ref Nope"}, "Nope", "Outputs"),
    ],
)
def test_names_that_lead_nowhere_are_refused(local_aws: LocalAws, change, names, block):
    assert outcomes(local_aws, TEMPLATE.format(**GOOD | change)) == [TEXT.format(names, block)] * 4


def test_all_that_a_template_may_refer_to_is_found(local_aws: LocalAws):
    stacks, name = local_aws.client("cloudformation"), unique("names")
    change = {"name": "!Sub ['${Stage}${own}${Topic2.TopicName}', {own: !Ref AWS::StackName}]", "depends": "[Topic]"}
    body = TEMPLATE.format(**GOOD | change).replace("Outputs:", "  Topic2: {Type: AWS::SNS::Topic}\nOutputs:")
    stacks.create_stack(StackName=name, TemplateBody=body)
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 1200})
    policy = {"Statement": {"Condition": {"StringEquals": {"Ref": ["x"], "aws:x": "${aws:username}"}}}}
    plain = {"Resources": {"T": {"Type": "AWS::SNS::Topic", "Metadata": policy}}}
    stacks.validate_template(TemplateBody=json.dumps(plain))
