"""A stack makes nothing over what is there already: it fails, and what was there stays as it was."""

import json

import pytest

from tests.local_aws.aws_server import unique
from tests.local_aws.cloudformation.stack import Stack
from tests.local_aws.cloudformation.test_types import CASES, template
from tests.local_aws.cloudformation.types.identity import document

pytestmark = pytest.mark.usefixtures("named_by_templates")

NAMELESS = set(
    """
    AWS::EC2::EIP AWS::EC2::EIPAssociation AWS::EC2::FlowLog AWS::EC2::InternetGateway AWS::EC2::NatGateway
    AWS::EC2::RouteTable AWS::EC2::SecurityGroup AWS::EC2::SecurityGroupEgress
    AWS::EC2::SecurityGroupIngress AWS::EC2::Subnet AWS::EC2::SubnetRouteTableAssociation AWS::EC2::VPC
    AWS::EC2::VPCEndpoint AWS::EC2::VPCGatewayAttachment AWS::Glue::DataCatalogEncryptionSettings AWS::IAM::AccessKey
    AWS::IAM::Policy AWS::IAM::UserToGroupAddition AWS::KMS::Key AWS::Lambda::EventSourceMapping
    AWS::Lambda::LayerVersion AWS::Lambda::Permission AWS::Lambda::Version AWS::SNS::Subscription AWS::SNS::TopicPolicy
    AWS::SQS::QueuePolicy AWS::SecretsManager::ResourcePolicy
    """.split()
)
"""Types whose physical ids no template chooses, and those of EC2 (their rules are those of the network)."""

NAMED = {case.kind: case for case in reversed(CASES) if case.kind not in NAMELESS}
GENERIC = "Resource of type '{}' with identifier '{}' already exists."


def outside(value, outputs):
    """A value whose intrinsic functions became names of outputs that tell what they give."""
    if isinstance(value, list):
        return [outside(each, outputs) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
        outputs[f"O{len(outputs)}"] = value
        return {"Output": f"O{len(outputs) - 1}"}
    return {name: outside(each, outputs) for name, each in value.items()}


def filled(value, told):
    if isinstance(value, list):
        return [filled(each, told) for each in value]
    if not isinstance(value, dict):
        return value
    return (
        told[value["Output"]] if set(value) == {"Output"} else {key: filled(each, told) for key, each in value.items()}
    )


def it(kind, **properties):
    return {"It": {"Type": kind, "Properties": properties}}


def refused(local_aws, resources):
    """Why a stack of these resources was not made; it has none of them."""
    second = Stack(local_aws)
    assert second.apply(resources) == "ROLLBACK_COMPLETE"
    reasons = second.reasons()
    second.delete()
    return [each for each in reasons if "exist" in each]


@pytest.mark.parametrize("kind", sorted(NAMED))
def test_what_is_there_stays_as_it_is(local_aws, kind):
    case, outputs, first = NAMED[kind], {}, Stack(local_aws)
    open_to_deletion = {"DeletionProtectionEnabled": None} if kind == "AWS::DynamoDB::Table" else {}
    resources = template(case, open_to_deletion.items())
    given = outside(resources["It"]["Properties"], outputs)
    body = {"Resources": resources, "Outputs": {key: {"Value": value} for key, value in outputs.items()}}
    assert first.make(json.dumps(body), capabilities=["CAPABILITY_NAMED_IAM"]) == "CREATE_COMPLETE", first.reasons()
    ref = first.refs()["It"]
    before = case.find(case.read(local_aws.client, ref))
    assert refused(local_aws, it(kind, **filled(given, first.outputs())))
    assert case.find(case.read(local_aws.client, ref)) == before
    first.delete()


POLICY, OTHER = document("s3:GetObject", Resource="*"), document("*", Resource="*")


@pytest.mark.parametrize("path", ["/", "/mine/"])
def test_no_managed_policy_is_made_over_another_whatever_its_path(local_aws, path):
    iam, name = local_aws.client("iam"), unique("policy")
    arn = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(POLICY))["Policy"]["Arn"]
    kind = "AWS::IAM::ManagedPolicy"
    said = refused(local_aws, it(kind, ManagedPolicyName=name, Path=path, PolicyDocument=OTHER))
    assert said == [GENERIC.format(kind, name)]
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == POLICY
    iam.delete_policy(PolicyArn=arn)


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_no_role_is_made_over_another_whatever_its_path_and_case(local_aws, change):
    iam, name, trust = local_aws.client("iam"), unique("Role"), document("sts:AssumeRole", Principal={"AWS": "*"})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Description="first")["Role"]
    refused(local_aws, it("AWS::IAM::Role", RoleName=change(name), Path="/mine/", AssumeRolePolicyDocument=trust))
    assert iam.get_role(RoleName=name)["Role"]["Arn"] == made["Arn"]
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "first"
    iam.delete_role(RoleName=name)


def test_a_rollback_leaves_what_was_there(local_aws):
    table, name = local_aws.client("dynamodb"), unique("table")
    key = {"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}]}
    key |= {"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
    table.create_table(TableName=name, **key)
    table.put_item(TableName=name, Item={"k": {"S": "1"}})
    for kind, more in (
        ("AWS::DynamoDB::Table", {}),
        ("AWS::DynamoDB::GlobalTable", {"Replicas": [{"Region": "eu-west-1"}]}),
    ):
        assert refused(local_aws, it(kind, TableName=name, **key, **more)) == [GENERIC.format(kind, name)]
    assert table.scan(TableName=name)["Count"] == 1
    table.delete_table(TableName=name)


def test_no_resource_takes_the_name_of_another_in_an_update(local_aws, stack):
    sns, taken, kind = local_aws.client("sns"), unique("taken"), "AWS::SNS::Topic"
    arn = sns.create_topic(Name=taken, Attributes={"DisplayName": "first"})["TopicArn"]
    assert stack.apply(it(kind, TopicName=unique("own"), DisplayName="own")) == "CREATE_COMPLETE"
    ref = stack.refs()["It"]
    assert stack.apply(it(kind, TopicName=taken, DisplayName="own"), update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert GENERIC.format(kind, taken) in stack.reasons("UPDATE_FAILED")
    assert stack.refs()["It"] == ref
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "first"
    stack.delete()
    sns.delete_topic(TopicArn=arn)


def test_an_update_to_a_taken_name_below_something_is_taken_back(local_aws, stack):
    logs, group = local_aws.client("logs"), unique("group")
    logs.create_log_group(logGroupName=group)
    change = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=group, filterName="taken", filterPattern="first", metricTransformations=[change]
    )
    given = {"MetricTransformations": [{key[0].upper() + key[1:]: value for key, value in change.items()}]}

    def named(name):
        return it("AWS::Logs::MetricFilter", LogGroupName=group, FilterName=name, FilterPattern="own", **given)

    assert stack.apply(named("own")) == "CREATE_COMPLETE", stack.reasons()
    assert stack.apply(named("taken"), update=True) == "UPDATE_ROLLBACK_COMPLETE"
    found = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    assert {each["filterName"]: each["filterPattern"] for each in found} == {"own": "own", "taken": "first"}
    stack.delete()


def test_a_made_up_name_is_never_that_of_another(local_aws, stack):
    """What a stack leaves behind is not the next one's of its name; on AWS such names have random ends."""
    trust = document("sts:AssumeRole", Principal={"AWS": "*"})
    role = it("AWS::IAM::Role", AssumeRolePolicyDocument=trust, Description="first")
    role["It"]["DeletionPolicy"] = "Retain"
    assert stack.apply(role) == "CREATE_COMPLETE"
    first = stack.refs()["It"]
    stack.delete()
    role = it("AWS::IAM::Role", AssumeRolePolicyDocument=trust, Description="second")
    assert stack.apply(role) == "CREATE_COMPLETE"
    second = stack.refs()["It"]
    assert second != first
    role["It"]["Properties"]["Description"] = "third"
    assert stack.apply(role, update=True) == "UPDATE_COMPLETE"
    assert stack.refs()["It"] == second
    iam = local_aws.client("iam")
    assert iam.get_role(RoleName=first)["Role"]["Description"] == "first"
    assert iam.get_role(RoleName=second)["Role"]["Description"] == "third"
    stack.delete()
    iam.delete_role(RoleName=first)


def test_a_name_that_was_given_up_can_be_taken_again(stack):
    kind, name = "AWS::Logs::LogGroup", unique("/group/")
    queue = {"Other": {"Type": "AWS::SQS::Queue", "Properties": {}}}
    assert stack.apply({**it(kind, LogGroupName=name), **queue}) == "CREATE_COMPLETE"
    assert stack.apply(queue, update=True) == "UPDATE_COMPLETE"
    assert stack.apply({**it(kind, LogGroupName=name), **queue}, update=True) == "UPDATE_COMPLETE"
    stack.delete()
