"""Conditions: all functions that they take, and what refers to a resource that one leaves out."""

# ruff: noqa: E501 - templates read better with a resource a line

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, error_of
from tests.local_aws.cloudformation.stack import Stack

HANDLE = "{Type: AWS::CloudFormation::WaitConditionHandle}"
WITH = "{Type: AWS::CloudFormation::WaitConditionHandle, Condition: %s}"

HOLDING = {
    "Region": f"!Equals [!Ref AWS::Region, {REGION}]",
    "Account": f"!Equals [!Ref AWS::AccountId, '{ACCOUNT}']",
    "Partition": "!Equals [!Sub '${AWS::Partition}', aws]",
    "StackName": "!Equals [!Ref AWS::StackName, %s]",
    "Join": "!Equals [!Join ['-', [a, !Ref P]], a-x]",
    "EmptyList": "!Equals ['', !Join ['', !Ref Empty]]",
    "List": "!Equals ['a,b', !Join [',', !Ref List]]",
    "Sub": "!Equals [!Sub '${P}/${Q}', x/y]",
    "SubOwn": "!Equals [!Sub ['${a}', {a: !Ref Q}], y]",
    "Select": "!Equals [!Select [1, !Ref List], b]",
    "Split": "!Equals [!Select [0, !Split ['.', 'k.l']], k]",
    "FindInMap": f"!Equals [!FindInMap [M, !Ref AWS::Region, a], here-{REGION}]",
    "Ten": "!And [" + ", ".join(["!Condition Region"] * 10) + "]",
    "Two": "!Or [!Condition Nothing, !Condition Region]",
    "NotNothing": "!Not [!Condition Nothing]",
    "Deep": "!And [!Or [!Condition Nothing, !Not [!Condition Nothing]], !Equals [a, a]]",
}
MISSING = {
    "Nothing": "!Equals [a, b]",
    "EmptyIsNot": "!Not [!Equals ['', !Join ['', !Ref Empty]]]",
    "AllOf": "!And [!Condition Nothing, !Condition Region]",
    "AnyOf": "!Or [!Condition Nothing, !Not [!Condition Region]]",
}


def test_conditions_take_all_their_functions(local_aws):
    stack = Stack(local_aws)
    named = {**HOLDING, **MISSING, "StackName": HOLDING["StackName"] % stack.name}
    body = f"""
Parameters:
  P: {{Type: String, Default: x}}
  Q: {{Type: String, Default: y}}
  Empty: {{Type: CommaDelimitedList, Default: ""}}
  List: {{Type: CommaDelimitedList, Default: "a, b"}}
Mappings: {{M: {{{REGION}: {{a: here-{REGION}}}}}}}
Conditions:
""" + "".join(f"  {name}: {condition}\n" for name, condition in named.items())
    body += f"Resources:\n  H: {HANDLE}\n" + "".join(f"  R{name}: {WITH % name}\n" for name in named)
    assert stack.make(body) == "CREATE_COMPLETE", stack.reasons()
    assert set(stack.refs()) == {"H", *(f"R{name}" for name in HOLDING)}


HEAD = f"""
Parameters: {{r: {{Type: String, Default: x}}}}
Conditions: {{C: !Equals [!Ref r, "y"], D: !Not [!Condition C]}}
Resources:
  out: {WITH % "C"}
  there: {HANDLE}
"""
OUTPUTS = "Unresolved resource dependencies [out] in the Outputs block of the template"
RESOURCES = "Template format error: Unresolved resource dependencies [out] in the Resources block of the template"


def queue(value):
    return HEAD + f"  q: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: {value}}}}}\n"


LEFT_OUT = {
    "an output's Ref": (HEAD + "Outputs: {O: {Value: !Ref out}}", OUTPUTS),
    "an output's GetAtt": (HEAD + "Outputs: {O: {Value: !GetAtt out.Arn}}", OUTPUTS),
    "an output's Sub": (HEAD + "Outputs: {O: {Value: !Sub 'a-${out}'}}", OUTPUTS),
    "an export's name": (HEAD + "Outputs: {O: {Value: a, Export: {Name: !Sub 'a-${out}'}}}", OUTPUTS),
    "an output's branch": (HEAD + "Outputs: {O: {Value: !If [D, !Ref out, a]}}", OUTPUTS),
    "an output of another condition": (HEAD + "Outputs: {O: {Condition: D, Value: !Ref out}}", OUTPUTS),
    "a property's Ref": (queue("!Ref out"), RESOURCES),
    "a property's Sub": (queue("!Sub '${out}'"), RESOURCES),
    "a property's branch": (queue("!If [C, a, !Ref out]"), RESOURCES),
}  # fmt: skip
FINE = {
    "an output with the same condition": HEAD + "Outputs: {O: {Condition: C, Value: !Ref out}}",
    "an output's other branch": HEAD + "Outputs: {O: {Value: !If [C, !Ref out, a]}}",
    "a property's other branch": queue("!If [D, a, !Ref out]"),
    "a property of what is left out itself": HEAD + "  p: {Type: AWS::SSM::Parameter, Condition: C, Properties: {Type: String, Value: !Ref out}}\n",
    "DependsOn": HEAD + "  d: {Type: AWS::CloudFormation::WaitConditionHandle, DependsOn: [out, there]}\n",
}  # fmt: skip


@pytest.mark.parametrize(("body", "text"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_refers_to_a_resource_that_is_left_out_is_refused(stack, body, text):
    cloudformation = stack.cloudformation
    with pytest.raises(cloudformation.exceptions.ClientError) as raised:
        stack.make(body)
    assert raised.value.response["Error"] == {"Type": "Sender", "Code": "ValidationError", "Message": text}
    change = {"StackName": stack.name, "ChangeSetName": "c", "ChangeSetType": "CREATE", "TemplateBody": body}
    with pytest.raises(cloudformation.exceptions.ClientError) as raised:
        cloudformation.create_change_set(**change)
    assert raised.value.response["Error"]["Message"] == text
    assert "does not exist" in error_of(cloudformation.describe_stacks, StackName=stack.name)


@pytest.mark.parametrize("body", FINE.values(), ids=FINE)
def test_what_is_left_out_itself_may(stack, body):
    assert stack.make(body) == "CREATE_COMPLETE", stack.reasons()


def test_an_update_that_leaves_it_out_is_refused(stack):
    assert stack.make(HEAD + "Outputs: {O: {Value: !Ref out}}", r="y") == "CREATE_COMPLETE"
    with pytest.raises(stack.cloudformation.exceptions.ClientError) as raised:
        stack.make(HEAD + "Outputs: {O: {Value: !Ref out}}", update=True)
    assert raised.value.response["Error"]["Message"] == OUTPUTS
    assert stack.status() == "CREATE_COMPLETE"


def test_a_stack_without_outputs_shows_none(stack):
    assert stack.make(HEAD) == "CREATE_COMPLETE"
    found = stack.cloudformation.describe_stacks(StackName=stack.name)["Stacks"][0]
    assert "Outputs" not in found
    assert "Description" not in found


BOOTSTRAP = """
Parameters:
  TrustedAccounts: {Type: CommaDelimitedList, Default: ""}
  CloudFormationExecutionPolicies: {Type: CommaDelimitedList, Default: ""}
  BucketName: {Type: String, Default: "", AllowedPattern: ".*"}
  Block: {Type: String, Default: "true", AllowedValues: ["true", "false"]}
Conditions:
  HasTrustedAccounts: {"Fn::Not": [{"Fn::Equals": ["", {"Fn::Join": ["", {Ref: TrustedAccounts}]}]}]}
  HasPolicies: {"Fn::Not": [{"Fn::Equals": ["", {"Fn::Join": ["", {Ref: CloudFormationExecutionPolicies}]}]}]}
  HasBucketName: {"Fn::Not": [{"Fn::Equals": ["", {Ref: BucketName}]}]}
  Blocks: {"Fn::Equals": ["true", {Ref: Block}]}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: {"Fn::If": [HasBucketName, {"Fn::Sub": "${BucketName}"}, {"Fn::Sub": "assets-${AWS::StackName}-${AWS::AccountId}"}]}
      PublicAccessBlockConfiguration:
        "Fn::If": [Blocks, {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}, {Ref: "AWS::NoValue"}]
  PublishingRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Action: "sts:AssumeRole", Effect: Allow, Principal: {AWS: {Ref: "AWS::AccountId"}}}
          - "Fn::If":
              - HasTrustedAccounts
              - {Action: "sts:AssumeRole", Effect: Allow, Principal: {AWS: {Ref: TrustedAccounts}}}
              - {Ref: "AWS::NoValue"}
  ExecutionRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Action: "sts:AssumeRole", Effect: Allow, Principal: {Service: cloudformation.amazonaws.com}}]}
      ManagedPolicyArns:
        "Fn::If":
          - HasPolicies
          - {Ref: CloudFormationExecutionPolicies}
          - "Fn::If": [HasTrustedAccounts, {Ref: "AWS::NoValue"}, [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}]]
  Version: {Type: AWS::SSM::Parameter, Properties: {Type: String, Name: {"Fn::Sub": "/bootstrap/${AWS::StackName}/version"}, Value: 28}}
Outputs:
  BucketName: {Value: {"Fn::Sub": "${Bucket}"}}
  Version: {Value: {"Fn::GetAtt": [Version, Value]}}
"""


def test_a_bootstrap_stack_without_trusted_accounts_is_made(local_aws, stack):
    """The shape of the bootstrap stack of the AWS CDK: its lists are empty, and decide what there is."""
    assert stack.make(BOOTSTRAP, capabilities=["CAPABILITY_IAM"]) == "CREATE_COMPLETE", stack.reasons()
    assert stack.outputs() == {"BucketName": f"assets-{stack.name}-{ACCOUNT}", "Version": "28"}
    iam, refs = local_aws.client("iam"), stack.refs()
    trust = iam.get_role(RoleName=refs["PublishingRole"])["Role"]["AssumeRolePolicyDocument"]
    assert len(trust["Statement"]) == 1
    attached = iam.list_attached_role_policies(RoleName=refs["ExecutionRole"])["AttachedPolicies"]
    assert [each["PolicyName"] for each in attached] == ["AdministratorAccess"]
