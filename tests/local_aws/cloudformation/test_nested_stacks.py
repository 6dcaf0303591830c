"""Nested stacks are stacks: with outputs, exports, transforms, rollback and policies; their parent fails with them."""

# ruff: noqa: E501 - templates read better with a resource a line

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, error_of, unique, wait_until
from tests.local_aws.cloudformation.stack import Stack

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]

CHILD = """
Parameters: {Value: {Type: String, Default: a}, More: {Type: String, Default: false}}
Conditions: {More: !Equals [!Ref More, true]}
Resources:
  P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Value}}
  Q: {Type: AWS::SNS::Topic, Condition: More}
Outputs:
  Name: {Value: !Ref P}
  Value: {Value: !GetAtt P.Value, Export: {Name: !Sub "${AWS::StackName}-value"}}
"""


@pytest.fixture(scope="module")
def bucket(local_aws):
    name = local_aws.bucket()
    local_aws.put(name, "deep/child template.yml", CHILD)
    local_aws.put(name, "child.yml", CHILD)
    return name


def parent(url, parameters="{Value: b}", more="", rest="", child="Child"):
    return f"""
Resources:
  {child}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: "{url}", Parameters: {parameters}{more}}}}}
{rest}
Outputs: {{Value: {{Value: !GetAtt {child}.Outputs.Value}}, Id: {{Value: !Ref {child}}}}}
"""


def described(stack, name):
    return stack.cloudformation.describe_stacks(StackName=name)["Stacks"][0]


FORMS = [
    "https://{bucket}.s3.amazonaws.com/deep/child%20template.yml",
    "https://{bucket}.s3.eu-west-1.amazonaws.com/deep/child%20template.yml",
    "https://{bucket}.s3-us-west-2.amazonaws.com/child.yml",
    "https://s3.amazonaws.com/{bucket}/deep/child%20template.yml",
    "https://s3.eu-west-1.amazonaws.com/{bucket}/child.yml",
    "https://s3-eu-west-1.amazonaws.com/{bucket}/child.yml",
    "{endpoint}/{bucket}/deep/child%20template.yml",
    "http://{bucket}.localhost:4566/child.yml",
]


@pytest.mark.parametrize("form", FORMS)
def test_an_address_of_a_template_is_virtual_hosted_or_a_path(local_aws, bucket, form):
    url = form.format(bucket=bucket, endpoint=local_aws.endpoint)
    found = local_aws.client("cloudformation").get_template_summary(TemplateURL=url)
    assert [each["ParameterKey"] for each in found["Parameters"]] == ["Value", "More"]


WRONG = {
    "https://example.com/{bucket}/child.yml": "S3 error: Domain name specified in example.com is not a valid S3 domain",
    "s3://{bucket}/child.yml": "TemplateURL must be a supported URL.",
    "https://{bucket}.s3.amazonaws.com/nope.yml": "S3 error: The specified key does not exist.",
    "https://no-such-bucket-here.s3.amazonaws.com/x.yml": "S3 error: The specified bucket does not exist",
}


@pytest.mark.parametrize("form", WRONG)
def test_an_address_that_leads_nowhere_is_named(stack, bucket, form):
    url = form.format(bucket=bucket)
    assert WRONG[form] in error_of(stack.cloudformation.validate_template, TemplateURL=url)
    assert stack.make(parent(url)) == "ROLLBACK_COMPLETE"
    assert any(WRONG[form] in reason for reason in stack.reasons())


def test_a_version_of_a_template_is_read(local_aws):
    bucket = local_aws.bucket(versioned=True)
    local_aws.put(bucket, "t.yml", CHILD)
    (first,) = local_aws.client("s3").list_object_versions(Bucket=bucket)["Versions"]
    local_aws.put(bucket, "t.yml", "Resources: {T: {Type: AWS::SNS::Topic}}")
    url = f"https://{bucket}.s3.amazonaws.com/t.yml"
    read = local_aws.client("cloudformation").get_template_summary
    assert read(TemplateURL=url)["ResourceTypes"] == ["AWS::SNS::Topic"]
    assert "AWS::SSM::Parameter" in read(TemplateURL=f"{url}?versionId={first['VersionId']}")["ResourceTypes"]


def test_a_nested_stack_is_made_changed_and_deleted(local_aws, stack, bucket):
    ssm, cloudformation = local_aws.client("ssm"), stack.cloudformation
    topic = local_aws.client("sns").create_topic(Name=unique("t"))["TopicArn"]
    url = f"https://{bucket}.s3.{REGION}.amazonaws.com/child.yml"
    more = f', NotificationARNs: ["{topic}"], Tags: [{{Key: a, Value: b}}]'
    assert stack.make(parent(url, "{Value: true}", more)) == "CREATE_COMPLETE", stack.reasons()
    made = stack.outputs()
    assert made["Value"] == "true"
    child = described(stack, made["Id"])
    assert child["StackStatus"] == "CREATE_COMPLETE"
    assert child["StackId"].startswith(f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack.name}-Child-")
    root = described(stack, stack.name)["StackId"]
    assert (child["ParentId"], child["RootId"], child["NotificationARNs"]) == (root, root, [topic])
    assert child["Tags"] == [{"Key": "a", "Value": "b"}]
    name = next(each["OutputValue"] for each in child["Outputs"] if each["OutputKey"] == "Name")
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "true"
    exports = {each["Name"]: each["Value"] for each in cloudformation.list_exports()["Exports"]}
    assert exports[f"{child['StackName']}-value"] == "true"

    assert stack.make(parent(url, "{Value: c, More: true}", more), update=True) == "UPDATE_COMPLETE", stack.reasons(
        "UPDATE_FAILED"
    )
    assert stack.outputs() == {"Value": "c", "Id": made["Id"]}
    assert described(stack, made["Id"])["StackStatus"] == "UPDATE_COMPLETE"
    resources = cloudformation.describe_stack_resources(StackName=made["Id"])["StackResources"]
    assert {each["LogicalResourceId"] for each in resources} == {"P", "Q"}

    stack.delete()
    assert described(stack, made["Id"])["StackStatus"] == "DELETE_COMPLETE"
    assert "ParameterNotFound" in error_of(ssm.get_parameter, Name=name)
    assert f"{child['StackName']}-value" not in {each["Name"] for each in cloudformation.list_exports()["Exports"]}


def test_another_template_at_the_same_address_changes_the_nested_stack(local_aws, stack, bucket):
    key = f"{unique()}.yml"
    local_aws.put(bucket, key, CHILD)
    url = f"https://{bucket}.s3.amazonaws.com/{key}"
    assert stack.make(parent(url)) == "CREATE_COMPLETE"
    local_aws.put(bucket, key, CHILD.replace("!GetAtt P.Value", "other"))
    assert stack.make(parent(url, rest="  T: {Type: AWS::SNS::Topic}"), update=True) == "UPDATE_COMPLETE"
    assert stack.outputs()["Value"] == "other"


BAD = """
Resources:
  P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}
  Bad: {Type: AWS::S3::Bucket, DependsOn: P, Properties: {BucketName: "Not_A_Bucket"}}
Outputs: {Value: {Value: a}}
"""


def test_a_nested_stack_that_fails_fails_its_parent_and_leaves_nothing(local_aws, stack, bucket):
    local_aws.put(bucket, "bad.yml", BAD)
    assert stack.make(parent(f"https://{bucket}.s3.amazonaws.com/bad.yml", "{}")) == "ROLLBACK_COMPLETE"
    (reason,) = [reason for reason in stack.reasons() if reason.startswith("Embedded stack")]
    prefix, _, rest = reason.partition(" was ")
    assert rest == "not successfully created: The following resource(s) failed to create: [Bad]. "
    child = prefix.removeprefix("Embedded stack ")
    events = stack.cloudformation.describe_stack_events(StackName=child)["StackEvents"]
    told = [(each["LogicalResourceId"], each["ResourceStatus"]) for each in reversed(events)]
    assert ("Bad", "CREATE_FAILED") in told
    assert ("P", "DELETE_COMPLETE") in told
    assert described(stack, child)["StackStatus"] == "DELETE_COMPLETE"


def test_a_nested_stack_whose_update_fails_is_what_it_was(local_aws, stack, bucket):
    url = f"https://{bucket}.s3.amazonaws.com/child.yml"
    assert stack.make(parent(url)) == "CREATE_COMPLETE"
    made = stack.outputs()
    local_aws.put(
        bucket,
        "bad2.yml",
        CHILD.replace(
            "  Q:", "  Bad: {Type: AWS::S3::Bucket, DependsOn: P, Properties: {BucketName: Not_A_Bucket}}\n  Q:"
        ),
    )
    body = parent(f"https://{bucket}.s3.amazonaws.com/bad2.yml", "{Value: z}")
    assert stack.make(body, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    reasons = stack.reasons("UPDATE_FAILED")
    assert (
        f"Embedded stack {made['Id']} was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [Bad]. "
        in reasons
    )
    assert stack.outputs() == made
    assert described(stack, made["Id"])["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    name = next(each["OutputValue"] for each in described(stack, made["Id"])["Outputs"] if each["OutputKey"] == "Name")
    assert local_aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "b"


def test_parameters_of_a_nested_stack_are_checked(stack, bucket):
    url = f"https://{bucket}.s3.amazonaws.com/child.yml"
    assert stack.make(parent(url, "{Nope: b}")) == "ROLLBACK_COMPLETE"
    assert "Parameters: [Nope] do not exist in the template" in stack.reasons()


def test_nested_stacks_nest_and_are_transformed(local_aws, stack, bucket):
    local_aws.put(
        bucket,
        "loops.yml",
        """
Transform: AWS::LanguageExtensions
Parameters: {Value: {Type: CommaDelimitedList}}
Resources: {"Fn::ForEach::T": [Name, !Ref Value, {"Topic${Name}": {Type: AWS::SNS::Topic}}]}
Outputs: {Value: {Value: {Fn::Length: !Ref Value}}}
""",
    )
    middle = parent(f"https://{bucket}.s3.amazonaws.com/loops.yml", '{Value: "a,b,c"}', child="Inner")
    local_aws.put(bucket, "middle.yml", middle)
    outer = parent(f"https://{bucket}.s3.amazonaws.com/middle.yml", "{}")
    assert stack.make(outer) == "ROLLBACK_COMPLETE"
    assert any("Requires capabilities : [CAPABILITY_AUTO_EXPAND]" in reason for reason in stack.reasons()) or any(
        reason.startswith("Embedded stack") for reason in stack.reasons()
    )
    other = Stack(local_aws)
    assert other.make(outer, capabilities=CAPABILITIES) == "CREATE_COMPLETE", other.reasons()
    assert other.outputs()["Value"] == "3"
    inner = described(other, other.outputs()["Id"])
    within = next(each["OutputValue"] for each in inner["Outputs"] if each["OutputKey"] == "Id")
    root = described(other, other.name)["StackId"]
    assert (described(other, within)["RootId"], described(other, within)["ParentId"]) == (root, inner["StackId"])
    resources = other.cloudformation.describe_stack_resources(StackName=within)["StackResources"]
    assert {each["LogicalResourceId"] for each in resources} == {"Topica", "Topicb", "Topicc"}


def test_what_a_nested_stack_retains_stays(local_aws, stack, bucket):
    name = unique("/kept")
    local_aws.put(
        bucket,
        "kept.yml",
        f"Resources: {{P: {{Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {{Name: {name}, Type: String, Value: a}}}}}}\nOutputs: {{Value: {{Value: a}}}}",
    )
    assert stack.make(parent(f"https://{bucket}.s3.amazonaws.com/kept.yml", "{}")) == "CREATE_COMPLETE"
    stack.delete()
    assert local_aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "a"


WAITS = """
Resources:
  P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}
  H: {Type: AWS::CloudFormation::WaitConditionHandle}
  W: {Type: AWS::CloudFormation::WaitCondition, DependsOn: P, Properties: {Handle: !Ref H, Timeout: "3000"}}
Outputs: {Value: {Value: a}}
"""


def test_deleting_a_parent_ends_what_a_nested_stack_waits_for(local_aws, stack, bucket):
    local_aws.put(bucket, "waits.yml", WAITS)
    cloudformation = stack.cloudformation
    cloudformation.create_stack(
        StackName=stack.name, TemplateBody=parent(f"https://{bucket}.s3.amazonaws.com/waits.yml", "{}")
    )

    def waiting():
        stacks = cloudformation.describe_stacks()["Stacks"]
        children = [each["StackName"] for each in stacks if each["StackName"].startswith(f"{stack.name}-Child")]
        events = [
            each for name in children for each in cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        ]
        return {each["LogicalResourceId"] for each in events}, children

    _events, (child,) = wait_until(waiting, lambda found: "W" in found[0])
    name = next(
        each["PhysicalResourceId"]
        for each in cloudformation.describe_stack_resources(StackName=child)["StackResources"]
        if each["LogicalResourceId"] == "P"
    )
    stack.delete()
    assert "ParameterNotFound" in error_of(local_aws.client("ssm").get_parameter, Name=name)
    assert f"Stack with id {child} does not exist" in error_of(cloudformation.describe_stacks, StackName=child)
