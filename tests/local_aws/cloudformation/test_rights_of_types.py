"""Each type asks for rights of its handlers, as the registry's schemas and the reference of actions have them."""

import json
from importlib import import_module
from pathlib import Path

import cfnlint
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from local_aws.cloudformation import RESOURCE_TYPES, rights
from local_aws.emulator import Change, Scope
from tests.local_aws.aws_server import ACCOUNT, REGION, allow
from tests.local_aws.cloudformation.stack import Stack
from tests.local_aws.cloudformation.types import catalogs, compute, data, identity, messages, network

CASES = [*identity.CASES, *messages.CASES, *data.CASES, *compute.CASES, *network.CASES, *catalogs.CASES]
FIRST = {case.kind: case for case in reversed(CASES) if case.kind not in RESOURCE_TYPES}
"""Type -> a resource of it."""

pytestmark = pytest.mark.usefixtures("named_by_templates")

DENIED = {
    "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
    "AWS::DynamoDB::Table": "dynamodb:CreateTable",
    "AWS::EC2::EIP": "ec2:AllocateAddress",
    "AWS::EC2::EIPAssociation": "ec2:AssociateAddress",
    "AWS::EC2::FlowLog": "ec2:CreateFlowLogs",
    "AWS::EC2::InternetGateway": "ec2:CreateInternetGateway",
    "AWS::EC2::NatGateway": "ec2:CreateNatGateway",
    "AWS::EC2::Route": "ec2:CreateRoute",
    "AWS::EC2::RouteTable": "ec2:CreateRouteTable",
    "AWS::EC2::SecurityGroup": "ec2:CreateSecurityGroup",
    "AWS::EC2::SecurityGroupEgress": "ec2:AuthorizeSecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress": "ec2:AuthorizeSecurityGroupIngress",
    "AWS::EC2::Subnet": "ec2:CreateSubnet",
    "AWS::EC2::SubnetRouteTableAssociation": "ec2:AssociateRouteTable",
    "AWS::EC2::VPC": "ec2:CreateVpc",
    "AWS::EC2::VPCEndpoint": "ec2:CreateVpcEndpoint",
    "AWS::EC2::VPCGatewayAttachment": "ec2:AttachInternetGateway",
    "AWS::Events::EventBus": "events:CreateEventBus",
    "AWS::Events::Rule": "events:PutRule",
    "AWS::IAM::AccessKey": "iam:CreateAccessKey",
    "AWS::IAM::Group": "iam:CreateGroup",
    "AWS::IAM::GroupPolicy": "iam:PutGroupPolicy",
    "AWS::IAM::InstanceProfile": "iam:CreateInstanceProfile",
    "AWS::IAM::ManagedPolicy": "iam:CreatePolicy",
    "AWS::IAM::Policy": "iam:PutRolePolicy",
    "AWS::IAM::Role": "iam:CreateRole",
    "AWS::IAM::RolePolicy": "iam:PutRolePolicy",
    "AWS::IAM::User": "iam:CreateUser",
    "AWS::IAM::UserPolicy": "iam:PutUserPolicy",
    "AWS::IAM::UserToGroupAddition": "iam:AddUserToGroup",
    "AWS::KMS::Alias": "kms:CreateAlias",
    "AWS::KMS::Key": "kms:CreateKey",
    "AWS::Kinesis::Stream": "kinesis:CreateStream",
    "AWS::Lambda::Alias": "lambda:CreateAlias",
    "AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping",
    "AWS::Lambda::Function": "lambda:CreateFunction",
    "AWS::Lambda::LayerVersion": "lambda:PublishLayerVersion",
    "AWS::Lambda::Permission": "lambda:AddPermission",
    "AWS::Lambda::Version": "lambda:PublishVersion",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup",
    "AWS::Logs::LogStream": "logs:CreateLogStream",
    "AWS::Logs::MetricFilter": "logs:PutMetricFilter",
    "AWS::Logs::SubscriptionFilter": "logs:PutSubscriptionFilter",
    "AWS::S3::BucketPolicy": "s3:PutBucketPolicy",
    "AWS::SNS::Subscription": "sns:Subscribe",
    "AWS::SNS::Topic": "sns:CreateTopic",
    "AWS::SNS::TopicPolicy": "sns:SetTopicAttributes",
    "AWS::SQS::Queue": "sqs:CreateQueue",
    "AWS::SQS::QueuePolicy": "sqs:SetQueueAttributes",
    "AWS::SSM::Parameter": "ssm:PutParameter",
    "AWS::Scheduler::Schedule": "scheduler:CreateSchedule",
    "AWS::Scheduler::ScheduleGroup": "scheduler:CreateScheduleGroup",
    "AWS::SecretsManager::ResourcePolicy": "secretsmanager:PutResourcePolicy",
    "AWS::SecretsManager::Secret": "secretsmanager:CreateSecret",
    "AWS::StepFunctions::Activity": "states:CreateActivity",
    "AWS::StepFunctions::StateMachine": "states:CreateStateMachine",
}
"""Type -> the operation without which none of it is made (API references)."""


@pytest.fixture(scope="module")
def failing(local_aws):
    """Type -> the stack of a user who may do everything but that. All are made at once, which takes less time."""
    beside = {DENIED.get(one["Type"]) for case in FIRST.values() for one in case.beside.values()}

    def user(*actions):
        made = local_aws.user(allow("*"), {**allow(list(actions)), "Effect": "Deny"})
        return local_aws.client("cloudformation", made)

    alone = {action: user(action) for action in beside & {DENIED.get(kind) for kind in FIRST} if action}
    others = user(*{action for action in DENIED.values() if action not in beside})
    started = {}
    for kind, case in FIRST.items():
        stack = Stack(local_aws)
        stack.cloudformation = alone.get(DENIED[kind], others)
        body = {"Resources": {**case.beside, "It": {"Type": kind, "Properties": case.given}}}
        capabilities = ["CAPABILITY_NAMED_IAM"]
        stack.cloudformation.create_stack(
            StackName=stack.name, TemplateBody=json.dumps(body), Capabilities=capabilities
        )
        started[kind] = stack
    return started


@pytest.mark.parametrize("kind", sorted(FIRST))
def test_a_type_is_for_those_who_may_make_it(failing, kind):
    stack = failing[kind]
    assert stack.status() == "ROLLBACK_COMPLETE"
    said = f"is not authorized to perform: {DENIED[kind]} on resource: "
    assert any(said in reason for reason in stack.reasons()), stack.reasons()


# What is asked, without a server


@pytest.fixture(scope="module")
def reference():
    """Service -> its actions in lower case (service authorization reference, as cfn-lint carries it)."""
    path = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    return {service: set(found["Actions"]) for service, found in json.loads(path.read_text()).items()}


def permissions(kind, handler):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return set(schema.get("handlers", {}).get(handler, {}).get("permissions", []))


def needs(*args, **more):
    import_module("ministack.app")  # the emulator's own import order
    with Scope(ACCOUNT, REGION).entered():
        return list(rights.needed(Change(*args, **more)))


def made(kind):
    """What can be made here: handlers of the emulator, and types of the project's own that use its services."""
    return kind not in RESOURCE_TYPES and not kind.startswith(("AWS::CloudFormation::", "AWS::CDK::"))


def kinds():
    import_module("ministack.app")
    provisioners = import_module("ministack.services.cloudformation.provisioners")
    return sorted(kind for kind in {*provisioners._RESOURCE_HANDLERS, *rights.TABLES} if made(kind))


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_what_is_asked_are_actions(reference, verb):
    unknown = {}
    for kind in kinds():
        case = FIRST.get(kind)
        given = dict(case.given) if case else {"Nothing": 1}
        changed = {**given, **(dict(case.then) if case else {"Nothing": 2})}
        states = {"create": {"new": given}, "update": {"old": given, "new": changed}, "delete": {"old": given}}[verb]
        names = {"stack": "s", "logical_id": "It", "physical_id": "" if verb == "create" else "it"}
        found = needs(kind, verb, **names, **states)
        if verb != "update" or given != changed:
            assert found, kind
        for need in found:
            service, _, name = need.action.partition(":")
            if name.lower() not in reference.get(service, ()):
                unknown.setdefault(kind, set()).add(need.action)
        if verb == "create" and case:
            first = found[0].resource
            assert first == "*" or first.startswith("arn:aws:") or "{'Ref': " in first, found
    assert unknown == {}


@pytest.mark.parametrize("kind", sorted(FIRST))
def test_what_is_asked_is_what_the_handlers_call(kind):
    case = FIRST[kind]
    then = {name: value for name, value in {**case.given, **case.then}.items() if value is not None}
    tagging = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema.get("tagging", {})
    for verb, states in {
        "create": {"new": case.given},
        "update": {"old": case.given, "new": then},
        "delete": {"old": case.given},
    }.items():
        told = permissions(kind, verb)
        asked = {need.action for need in needs(kind, verb, "s", "It", "" if verb == "create" else "it", **states)}
        if told:
            assert asked - told - set(tagging.get("permissions", [])) == set(), verb
