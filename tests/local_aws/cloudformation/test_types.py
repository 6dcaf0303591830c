"""The emulator's own resource types: each property that works is what the service's API tells, made and changed."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from local_aws.cloudformation import RESOURCE_TYPES, verdicts
from local_aws.cloudformation.properties import leaf_paths
from local_aws.cloudformation.verdicts.page import page
from local_aws.cloudformation.verdicts.tables import TABLES
from local_aws.cloudformation.verdicts.verdict import fate_of
from tests.local_aws.aws_server import ACCOUNT, REGION, unique
from tests.local_aws.cloudformation.stack import ROLE
from tests.local_aws.cloudformation.types import catalogs, compute, data, identity, messages, network

CASES = [*identity.CASES, *messages.CASES, *data.CASES, *compute.CASES, *network.CASES, *catalogs.CASES]


pytestmark = pytest.mark.usefixtures("named_by_templates")


def template(case, changes=()):
    changed = {name: value for name, value in {**case.given, **dict(changes)}.items() if value is not None}
    return {**case.beside, "It": {"Type": case.kind, "Properties": changed}}


ATTRIBUTES = {
    "AWS::IAM::UserToGroupAddition": {"Id": r"stack\S+"},
    "AWS::Scheduler::ScheduleGroup": {"CreationDate": r"\d{4}-\S+", "State": "ACTIVE"},
    "AWS::Lambda::Permission": {"Id": r"\S+"},
    "AWS::Lambda::Version": {"FunctionArn": r"arn:aws:lambda:\S+:function:typed-of-version:1"},
    "AWS::Lambda::Function": {"SnapStartResponse.ApplyOn": "None"},
    "AWS::Events::EventBus": {"Description": "what it is for", "DeadLetterConfig.Arn": r"arn:aws:sqs:\S+"},
    "AWS::SNS::Topic": {"DisplayName": ".+", "FifoTopic": "true"},
    "AWS::SQS::Queue": {"RedrivePolicy.maxReceiveCount": r"\d+", "VisibilityTimeout": r"\d+"},
    "AWS::SSM::Parameter": {"Name": "/typed/parameter", "Tier": ".+"},
    "AWS::EC2::VPC": {"CidrBlock": "10.0.0.0/16", "CidrBlockAssociations": r"vpc-cidr-assoc-\S+", "Ipv6CidrBlocks": ""},
    "AWS::EC2::Subnet": {
        "CidrBlock": "10.0.1.0/24",
        "VpcId": r"vpc-\S+",
        "AvailabilityZoneId": r"euw1-az\d",
        "Ipv6CidrBlocks": "",
    },
    "AWS::EC2::SecurityGroup": {"GroupName": "typed-door", "Id": r"sg-\S+"},
    "AWS::EC2::VPCGatewayAttachment": {"AttachmentType": "IGW"},
    "AWS::EC2::Route": {"CidrBlock": "0.0.0.0/0"},
    "AWS::EC2::SubnetRouteTableAssociation": {"Id": r"rtbassoc-\S+"},
    "AWS::EC2::EIP": {"PublicIp": r"[\d.]+", "AllocationId": r"eipalloc-\w{17}"},
    "AWS::EC2::NatGateway": {"NatGatewayId": r"nat-\w{17}", "EniId": r"eni-\w{17}"},
    "AWS::IAM::AccessKey": {"Id": r"AKIA\w{16}", "SecretAccessKey": r"\w{40}"},
}
"""Type -> attribute -> what Fn::GetAtt gives of the case's resource; a list is joined."""


@pytest.mark.parametrize("kind", sorted(ATTRIBUTES))
def test_attributes_are_those_of_the_registry(stack, kind):
    case = next(each for each in CASES if each.kind == kind)
    wanted = ATTRIBUTES[kind]
    lists = ("CidrBlockAssociations", "Ipv6CidrBlocks")
    outputs = {
        f"A{number}": {"Value": {"Fn::Join": ["", {"Fn::GetAtt": ["It", name]} if name in lists else ["", value]]}}
        for number, name in enumerate(wanted)
        for value in [{"Fn::GetAtt": ["It", name]}]
    }
    body = json.dumps({"Resources": template(case), "Outputs": outputs})
    assert stack.make(body, capabilities=["CAPABILITY_NAMED_IAM"]) == "CREATE_COMPLETE", stack.reasons()
    found = stack.outputs()
    for number, (name, pattern) in enumerate(wanted.items()):
        value = found.get(f"A{number}", "")
        assert re.fullmatch(pattern, value), (name, value)
    stack.delete()


def test_an_attribute_that_is_not_told_is_said_to_be_aws_s(stack):
    stream = {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::GetAtt": ["It", "{}"]}}}
    for name, said in (
        ("WarmThroughputObject", "Attribute WarmThroughputObject of AWS::Kinesis::Stream is not told by the local AWS"),
        ("Nonsense", "Requested attribute Nonsense does not exist in schema for AWS::Kinesis::Stream"),
    ):
        body = json.dumps({"Resources": {"It": stream, "Group": group}}).replace("{}", name)
        assert stack.make(body) == "ROLLBACK_COMPLETE"
        assert any(said in reason for reason in stack.reasons()), stack.reasons()
        stack.delete()


def told(case, local_aws, ref):
    return case.find(case.read(local_aws.client, ref))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_what_a_template_says_is_what_the_service_tells(local_aws, stack, case):
    assert stack.apply(template(case)) == "CREATE_COMPLETE", stack.reasons()
    ref = stack.refs()["It"]
    wanted = {path: value for path, (_, value) in case.told.items()}
    assert told(case, local_aws, ref) == wanted
    if case.then:
        status = stack.apply(template(case, case.then.items()), update=True)
        assert status == "UPDATE_COMPLETE", stack.reasons("UPDATE_FAILED")
        assert stack.refs()["It"] == ref
        assert told(case, local_aws, ref) == wanted | dict(case.told_then)
    stack.delete()


def test_every_property_that_works_or_is_kept_is_tested():
    tested = {}
    for case in CASES:
        tested.setdefault(case.kind, set()).update(case.told, case.again)
    untested = {
        name: sorted({*table.works.split(), *table.kept.split()} - tested.get(name, set()))
        for name, table in TABLES.items()
        if table.tested
    }
    assert {name: paths for name, paths in untested.items() if paths} == {}


def test_every_type_that_is_made_has_a_table():
    import_module("ministack.app")  # the emulator's own import order
    handlers = import_module("ministack.services.cloudformation.provisioners")._RESOURCE_HANDLERS
    without = set(handlers) - set(TABLES) - set(RESOURCE_TYPES)
    assert without <= {"AWS::CDK::Metadata", "AWS::CloudFormation::CustomResource"}


@pytest.mark.parametrize("kind", sorted(set(TABLES) - {"AWS::S3::Bucket"}))
def test_every_property_of_the_schema_has_a_fate(kind):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    read_only = {pointer.split("/")[2] for pointer in schema.get("readOnlyProperties", []) if pointer.count("/") == 2}
    fates = TABLES[kind].fates()
    assert sorted(name for name in schema["properties"] if name not in read_only and fate_of(fates, name) is None) == []


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_no_table_has_what_the_schema_has_not(kind):
    known = {path for leaf in leaf_paths(kind) for path in heads(leaf)}
    assert sorted(set(TABLES[kind].fates()) - known) == []


def heads(path):
    parts = path.split("/")
    return ["/".join(parts[:number]) for number in range(1, len(parts) + 1)]


@pytest.mark.parametrize(
    ("kind", "properties", "reason"),
    [
        ("AWS::SQS::Queue", {"Nonsense": 1}, "#: extraneous key [Nonsense] is not permitted"),
        (
            "AWS::SQS::Queue",
            {"Tags": [{"Key": "k", "Value": "v", "Nonsense": 1}]},
            "#/Tags/0: extraneous key [Nonsense] is not permitted",
        ),
        ("AWS::SQS::Queue", {"Arn": "arn"}, "Encountered unsupported property Arn"),
        (
            "AWS::Events::EventBus",
            {"Name": "aws.partner/x", "EventSourceName": "aws.partner/x"},
            "AWS::Events::EventBus with EventSourceName is not supported: there are no partners' event sources",
        ),
    ],
)
def test_what_is_not_known_is_refused_by_name(stack, kind, properties, reason):
    assert stack.apply({"It": {"Type": kind, "Properties": properties}}) == "ROLLBACK_COMPLETE"
    assert any(reason in text for text in stack.reasons()), stack.reasons()


def test_a_property_that_stands_in_no_table_is_refused():
    with pytest.raises(ValueError, match=r"AWS::IAM::Role with Newest\.Part is not supported"):
        verdicts.refuse("AWS::IAM::Role", {"RoleName": "r", "Newest": {"Part": "x"}})


def test_the_event_names_what_does_nothing(stack):
    key = {"Type": "AWS::KMS::Key", "Properties": {"PendingWindowInDays": 7}}
    assert stack.apply({"It": key}) == "CREATE_COMPLETE"
    assert "Not acted upon by the local AWS: PendingWindowInDays" in stack.reasons("CREATE_COMPLETE")


def test_the_event_names_what_no_test_reads_back(stack):
    given = {"RepositoryName": unique("r"), "ImageTagMutability": "IMMUTABLE", "EmptyOnDelete": True}
    assert stack.apply({"It": {"Type": "AWS::ECR::Repository", "Properties": given}}) == "CREATE_COMPLETE"
    said = " ".join(stack.reasons("CREATE_COMPLETE")).strip()
    names = {name for sentence in said.split(". ") for name in sentence.partition(": ")[2].split(", ")}
    assert "Not verified by the local AWS: " in said
    assert names == set(given)
    stack.delete()


def test_what_is_not_simulated_names_what_no_test_reads_back_too(stack):
    given = {"Engine": "redis", "CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1}
    assert stack.apply({"It": {"Type": "AWS::ElastiCache::CacheCluster", "Properties": given}}) == "CREATE_COMPLETE"
    said = " ".join(stack.reasons("CREATE_COMPLETE")).strip()
    assert said.startswith("NOT SIMULATED: ")
    assert "Not verified by the local AWS: CacheNodeType, Engine, NumCacheNodes" in said
    stack.delete()


def test_an_access_key_of_a_stack_signs_requests(local_aws, stack):
    user = {"Type": "AWS::IAM::User"}
    outputs = {"Key": {"Ref": "It"}, "Secret": {"Fn::GetAtt": ["It", "SecretAccessKey"]}}

    def make(status, *, update):
        key = {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "User"}, "Status": status}}
        resources = {"User": user, "It": key}
        body = {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
        made = stack.make(json.dumps(body), update=update, capabilities=["CAPABILITY_IAM"])
        assert made in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.reasons()
        found = stack.outputs()
        return {"AccessKeyId": found["Key"], "SecretAccessKey": found["Secret"]}

    key = make("Active", update=False)
    arn = local_aws.client("sts", key).get_caller_identity()["Arn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:user/{stack.refs()['User']}"
    assert make("Inactive", update=True) == key
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        local_aws.client("sts", key).get_caller_identity()
    stack.delete()


def test_a_protected_table_outlives_the_deletion_of_its_stack(local_aws, stack):
    key = {"AttributeName": "a", "KeyType": "HASH"}
    given = {
        "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
        "KeySchema": [key],
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
    }
    table = {"Type": "AWS::DynamoDB::Table", "Properties": given}
    assert stack.apply({"It": table}) == "CREATE_COMPLETE", stack.reasons()
    name = stack.refs()["It"]
    stack.cloudformation.delete_stack(StackName=stack.name)
    assert stack.status() == "DELETE_FAILED"
    said = "Resource cannot be deleted as it is currently protected against deletion."
    assert any(said in why for why in stack.reasons("DELETE_FAILED"))
    dynamodb = local_aws.client("dynamodb")
    assert dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE"
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    stack.delete()


def test_tags_of_the_stack_reach_what_is_taggable(local_aws, stack):
    tag = {"Key": "owner", "Value": "team"}
    resources = {
        "Rule": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 day)"}},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Role": ROLE,
        "Job": {
            "Type": "AWS::Glue::Job",
            "Properties": {
                "Role": {"Ref": "Role"},
                "Command": {"Name": "glueetl", "ScriptLocation": "s3://typed-objects/s.py"},
            },
        },
    }
    assert stack.apply(resources, Tags=[tag]) == "CREATE_COMPLETE", stack.reasons()
    refs = stack.refs()
    stack_id = stack.cloudformation.describe_stacks(StackName=stack.name)["Stacks"][0]["StackId"]
    found = local_aws.client("s3").get_bucket_tagging(Bucket=refs["Bucket"])["TagSet"]
    assert {each["Key"]: each["Value"] for each in found} == {
        "owner": "team",
        "aws:cloudformation:logical-id": "Bucket",
        "aws:cloudformation:stack-name": stack.name,
        "aws:cloudformation:stack-id": stack_id,
    }
    assert local_aws.client("sqs").list_queue_tags(QueueUrl=refs["Queue"])["Tags"] == {"owner": "team"}
    job = f"arn:aws:glue:{REGION}:{ACCOUNT}:job/{refs['Job']}"
    assert local_aws.client("glue").get_tags(ResourceArn=job)["Tags"] == {"owner": "team"}
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{refs['Rule'].rpartition('/')[2]}"
    assert tag in local_aws.client("events").list_tags_for_resource(ResourceARN=rule)["Tags"]
    role = local_aws.client("iam").get_role(RoleName=refs["Role"])["Role"]
    assert tag in role["Tags"]
    stack.delete()


def test_the_page_of_types_is_what_the_tables_say():
    found = Path(__file__).parents[3] / "docs" / "cloudformation-types.md"
    assert found.read_text(encoding="utf-8") == page()
