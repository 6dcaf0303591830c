"""Resources of types that AWS has and the local AWS has not: stand-ins, said to be such."""

import json
import re

import pytest

from tests.local_aws.aws_server import REGION, LocalAws, error_of, unique
from tests.local_aws.cloudformation.stack import Stack

ACCOUNT = "000000000000"

WORKGROUP = {
    "Type": "AWS::RedshiftServerless::Workgroup",
    "Properties": {"WorkgroupName": "analysts", "NamespaceName": {"Ref": "Space"}, "BaseCapacity": "8"},
}
SPACE = {"Type": "AWS::RedshiftServerless::Namespace", "Properties": {"NamespaceName": "lake", "DbName": "dev"}}


def described(stack, logical_id):
    answer = stack.cloudformation.describe_stack_resource(StackName=stack.name, LogicalResourceId=logical_id)
    return answer["StackResourceDetail"]


def outputs(stack, values, resources, **more):
    """Make the stack with these outputs; what they are."""
    template = {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in values.items()}}
    call = stack.cloudformation.update_stack if more.pop("update", False) else stack.cloudformation.create_stack
    call(StackName=stack.name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"], **more)
    assert stack.status() in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.reasons() + stack.reasons("UPDATE_FAILED")
    found = stack.cloudformation.describe_stacks(StackName=stack.name)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def get(logical_id, attribute):
    return {"Fn::GetAtt": [logical_id, attribute]}


def test_a_stack_with_foreign_types_is_made_and_says_what_is_not_simulated(stack):
    found = outputs(
        stack,
        {
            "Ref": {"Ref": "Group"},
            "Arn": get("Group", "Workgroup.WorkgroupArn"),
            "Host": get("Group", "Workgroup.Endpoint.Address"),
            "Port": get("Group", "Workgroup.Endpoint.Port"),
            "Name": get("Group", "Workgroup.WorkgroupName"),
        },
        {"Space": SPACE, "Group": WORKGROUP, "Topic": {"Type": "AWS::SNS::Topic"}},
    )
    assert found["Ref"] == found["Name"] == "analysts"
    assert re.fullmatch(rf"arn:aws:redshift-serverless:{REGION}:{ACCOUNT}:workgroup/\S+", found["Arn"])
    assert found["Host"].endswith(".amazonaws.com")
    assert found["Port"] == "5439"
    said = [reason for reason in stack.reasons("CREATE_COMPLETE") if reason]
    assert len(said) == 2
    assert all(reason.startswith("NOT SIMULATED: ") for reason in said)
    assert described(stack, "Group")["ResourceStatusReason"].startswith("NOT SIMULATED: ")
    assert "ResourceStatusReason" not in described(stack, "Topic")
    listed = stack.cloudformation.describe_stack_resources(StackName=stack.name)["StackResources"]
    assert sum("NOT SIMULATED" in one.get("ResourceStatusReason", "") for one in listed) == 2


@pytest.mark.parametrize(
    ("kind", "properties", "ref", "attributes"),
    [
        ("EC2::Instance", {"ImageId": "ami-0abcdef1234567890"}, r"i-[0-9a-f]{17}", {"PrivateIp": r"10(\.\d+){3}"}),
        ("EC2::TransitGateway", {}, r"tgw-[0-9a-f]{17}", {}),
        ("EC2::VPNGateway", {"Type": "ipsec.1"}, r"vgw-[0-9a-f]{17}", {}),
        (
            "Redshift::Cluster",
            {"ClusterType": "single-node", "NodeType": "ra3.xlplus", "DBName": "dev", "MasterUsername": "admin"},
            r"[a-z][a-z0-9-]+",
            {"Endpoint.Address": r"\S+\.amazonaws\.com", "Endpoint.Port": "5439"},
        ),
        (
            "SageMaker::NotebookInstance",
            {"InstanceType": "ml.t3.medium", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "NotebookInstanceName": "nb"},
            rf"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/nb",
            {"NotebookInstanceName": "nb"},
        ),
        (
            "Glue::Registry",
            {"Name": "events"},
            rf"arn:aws:glue:{REGION}:{ACCOUNT}:registry/events",
            {"Arn": rf"arn:aws:glue:{REGION}:{ACCOUNT}:registry/events"},
        ),
        (
            "Glue::TableOptimizer",
            {
                "CatalogId": ACCOUNT,
                "DatabaseName": "d",
                "TableName": "t",
                "Type": "compaction",
                "TableOptimizerConfiguration": {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "Enabled": True},
            },
            r"\S+",
            {},
        ),
        ("Glue::CustomEntityType", {"Name": "n", "RegexString": "x"}, r"\S+", {}),
        (
            "Glue::Integration",
            {
                "IntegrationName": "i",
                "SourceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:d",
                "TargetArn": f"arn:aws:glue:{REGION}:{ACCOUNT}:database/d",
            },
            r"\S+",
            {},
        ),
        ("Glue::DevEndpoint", {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}, r"\S+", {}),
        ("LakeFormation::DataLakeSettings", {}, r"\S+", {}),
        ("EMR::Cluster", None, r"j-[0-9A-Z]{13}", {}),
        (
            "EMRServerless::Application",
            {"ReleaseLabel": "emr-7.0.0", "Type": "SPARK"},
            r"\S+",
            {"Arn": rf"arn:aws:emr-serverless:{REGION}:{ACCOUNT}:/applications/[0-9a-zA-Z]+"},
        ),
        ("KMS::ReplicaKey", {"KeyPolicy": {}, "PrimaryKeyArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"}, r"\S+", {}),
    ],
)
def test_identifiers_have_the_form_of_awss(stack, kind, properties, ref, attributes):
    if properties is None:
        group = {"InstanceCount": 1, "InstanceType": "m5.xlarge"}
        properties = {
            "Name": "c",
            "JobFlowRole": "r",
            "ServiceRole": "s",
            "Instances": {"MasterInstanceGroup": group, "CoreInstanceGroup": group},
        }
    resource = {"Type": f"AWS::{kind}", "Properties": properties}
    wanted = {f"A{number}": get("X", name) for number, name in enumerate(attributes)}
    found = outputs(stack, {"Ref": {"Ref": "X"}, **wanted}, {"X": resource})
    assert re.fullmatch(ref, found["Ref"]), found
    for number, pattern in enumerate(attributes.values()):
        assert re.fullmatch(pattern, found[f"A{number}"]), found


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"NamespaceName": "lake"}, "#: required key [WorkgroupName] not found"),
        ({"WorkgroupName": "analysts", "Colour": "red"}, "#: extraneous key [Colour] is not permitted"),
        ({"WorkgroupName": "Not Lower"}, "#/WorkgroupName: failed validation constraint for keyword [pattern]"),
        ({"WorkgroupName": "analysts", "BaseCapacity": "many"}, "#/BaseCapacity: expected type: integer"),
        ({"WorkgroupName": "analysts", "SubnetIds": "s-1"}, "#/SubnetIds: expected type: "),
        ({"WorkgroupName": "ab"}, "#/WorkgroupName: expected minLength: 3, actual: 2"),
    ],
)
def test_properties_that_the_registry_does_not_allow_fail_the_resource(stack, properties, reason):
    group = {"Type": "AWS::RedshiftServerless::Workgroup", "Properties": properties}
    assert stack.apply({"Group": group}) == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons()[0]


def test_many_unknown_properties_fail_at_once(stack):
    instance = {"Type": "AWS::EC2::Instance", "Properties": {f"ImageI{number}": 1 for number in range(400)}}
    assert stack.apply({"I": instance}) == "ROLLBACK_COMPLETE"
    assert stack.reasons()[0].count("extraneous key") == 20  # the others are not told


def test_a_value_that_is_none_of_those_allowed_fails_the_resource(stack):
    notebook = {"InstanceType": "ml.huge", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}
    assert stack.apply({"N": {"Type": "AWS::SageMaker::NotebookInstance", "Properties": notebook}}) == (
        "ROLLBACK_COMPLETE"
    )
    assert "#/InstanceType: ml.huge is not a valid enum value" in stack.reasons()[0]


def test_an_attribute_that_the_type_has_not_fails_the_stack(stack):
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": get("Space", "Colour")}}
    assert stack.apply({"Space": SPACE, "T": topic}) == "ROLLBACK_COMPLETE"
    assert (
        "Requested attribute Colour does not exist in schema for AWS::RedshiftServerless::Namespace"
        in (stack.reasons()[0])
    )


def instance(size="t3.micro", image="ami-1"):
    return {"I": {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": image, "InstanceType": size}}}


def test_an_update_keeps_what_was_made_and_a_replacement_does_not(stack):
    values = {"Id": {"Ref": "I"}, "Ip": get("I", "PrivateIp")}
    made = outputs(stack, values, instance())
    assert outputs(stack, values, instance(size="t3.large"), update=True) == made
    assert stack.reasons("UPDATE_COMPLETE")[1].startswith("NOT SIMULATED: ")
    assert described(stack, "I")["ResourceStatusReason"].startswith("NOT SIMULATED: ")
    replaced = outputs(stack, values, instance(size="t3.large", image="ami-2"), update=True)
    assert replaced["Id"] != made["Id"]
    stack.delete()


def test_a_custom_named_stand_in_that_needs_replacing_fails_the_update(stack):
    assert stack.apply({"Space": SPACE, "Group": WORKGROUP}) == "CREATE_COMPLETE", stack.reasons()
    other = {**WORKGROUP, "Properties": {**WORKGROUP["Properties"], "NamespaceName": "other"}}
    assert stack.apply({"Space": SPACE, "Group": other}, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reasons("UPDATE_FAILED")[0] == (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename analysts and update the stack again."
    )
    assert described(stack, "Group")["ResourceStatusReason"].startswith("NOT SIMULATED: ")


def test_a_change_set_tells_what_is_replaced(stack):
    assert stack.apply(instance()) == "CREATE_COMPLETE", stack.reasons()
    for image, size, replaced in (("ami-2", "t3.micro", "True"), ("ami-1", "t3.large", "Conditional")):
        name = unique("c")
        body = json.dumps({"Resources": instance(size, image)})
        stack.cloudformation.create_change_set(StackName=stack.name, ChangeSetName=name, TemplateBody=body)
        found = stack.cloudformation.describe_change_set(StackName=stack.name, ChangeSetName=name)
        assert found["Changes"][0]["ResourceChange"]["Replacement"] == replaced


def test_a_type_that_aws_has_not_stays_unrecognized(stack):
    body = json.dumps({"Resources": {"X": {"Type": "AWS::Glue::Whatever"}}})
    assert "Unrecognized resource types: [AWS::Glue::Whatever]" in error_of(
        stack.cloudformation.create_stack, StackName=stack.name, TemplateBody=body
    )


def test_a_custom_resource_whose_function_is_a_stand_in_is_one_too(stack):
    token = {"Type": "AWS::SSM::Document", "Properties": {"Content": {"schemaVersion": "2.2"}, "Name": "maker"}}
    custom = {"Type": "Custom::Thing", "Properties": {"ServiceToken": {"Ref": "Maker"}, "Size": 3}}
    found = outputs(stack, {"Id": {"Ref": "C"}, "A": get("C", "Any.Thing")}, {"Maker": token, "C": custom})
    assert found["Id"].startswith("not-simulated-C-")
    assert found["A"] == "not-simulated-Any.Thing"
    assert described(stack, "C")["ResourceStatusReason"].startswith("NOT SIMULATED: ")
    larger = {**custom, "Properties": {**custom["Properties"], "Size": 4}}
    again = outputs(stack, {"Id": {"Ref": "C"}, "B": get("C", "Other")}, {"Maker": token, "C": larger}, update=True)
    assert again == {"Id": found["Id"], "B": "not-simulated-Other"}
    stack.delete()


def test_a_custom_resource_without_its_function_fails(stack):
    token = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{unique('none')}"
    assert stack.apply({"C": {"Type": "Custom::Thing", "Properties": {"ServiceToken": token}}}) == "ROLLBACK_COMPLETE"


def test_stand_ins_outlive_a_restart_and_strictness(tmp_path):
    server = LocalAws(tmp_path / "state").start()
    try:
        stack = Stack(server)
        values = {"Id": {"Ref": "I"}, "Ip": get("I", "PrivateIp")}
        outputs(stack, values, instance())
        server.stop()
        server.options = ("--strict",)
        server.start()
        stack.cloudformation = server.client("cloudformation")
        assert described(stack, "I")["ResourceStatusReason"].startswith("NOT SIMULATED: ")
        refusal = "Unrecognized resource types: [AWS::EC2::Instance] (AWS has them; the local AWS makes stand-ins"
        body = json.dumps({"Resources": instance()})
        for name in (unique("s"), stack.name):
            call = stack.cloudformation.update_stack if name == stack.name else stack.cloudformation.create_stack
            assert refusal in error_of(call, StackName=name, TemplateBody=body)
        assert refusal in error_of(
            stack.cloudformation.create_change_set,
            StackName=unique("s"),
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=body,
        )
        stack.delete()
    finally:
        server.stop()
