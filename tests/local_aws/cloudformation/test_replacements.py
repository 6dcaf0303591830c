"""A changed property that the registry calls create-only makes another resource; the old one goes in the clean-up."""

import copy
import inspect
import json

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.cloudformation.registry import create_only
from tests.local_aws.cloudformation.test_types import CASES, template
from tests.local_aws.cloudformation.types.replacing import NAMES, OF_ANOTHER, OTHER, TWIN

pytestmark = pytest.mark.usefixtures("named_by_templates")

FIRST = {case.kind: case for case in reversed(CASES)}
CHANGES = [
    (kind, name)
    for kind, others in sorted(OTHER.items())
    for name in others
    if kind not in OF_ANOTHER or name == OF_ANOTHER[kind]
]
KEPT_NAMES = [(kind, name) for kind, name in CHANGES if kind in NAMES and name != NAMES[kind]]
REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."
CUSTOM_NAMED = (
    "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
    "Rename {} and update the stack again."
)
ALREADY_THERE = {
    "AWS::IAM::ManagedPolicy": "A policy called {} already exists. Duplicate names are not allowed.",
    "AWS::SNS::Topic": "Topic creation failed because the topic already exists",
    "AWS::SQS::Queue": "Queue creation failed because the queue already exists",
}


def changed(case, name, **more):
    """A template before a change of one property, and after."""
    before, value = template(case, more.items()), OTHER[case.kind][name]
    after = copy.deepcopy(before)
    if value is TWIN:
        given = case.given[name]
        of = given.get("Ref") or given["Fn::GetAtt"][0]
        twin = copy.deepcopy(case.beside[of])
        for named in ("BucketName", "FunctionName", "GroupName", "LogGroupName", "Name", "RoleName", "UserName"):
            twin.get("Properties", {}).pop(named, None)
        before["Twin"] = after["Twin"] = twin
        value = {"Ref": "Twin"} if "Ref" in given else {"Fn::GetAtt": ["Twin", given["Fn::GetAtt"][1]]}
    after["It"]["Properties"][name] = value
    return before, after


def gone(case, local_aws, ref):
    if next(reversed(inspect.signature(case.read).parameters)) == "_ref":
        return True  # it does not look for one of that id
    try:
        found = case.read(local_aws.client, ref)
    except (ClientError, StopIteration, IndexError, KeyError):
        return True
    return not found or "deleted" in (found.get("State"), found.get("KeyState"))


@pytest.mark.parametrize(("kind", "name"), CHANGES)
def test_another_value_makes_another_resource(local_aws, stack, kind, name):
    case = FIRST[kind]
    named = NAMES.get(kind, name)
    more = {} if name == named else {named: None}
    if kind == "AWS::DynamoDB::Table":
        more["DeletionProtectionEnabled"] = None  # the old one is to go
    if kind == "AWS::EC2::VPCEndpoint":
        more["RouteTableIds"] = None  # a table has one route to a service
    before, after = changed(case, name, **more)
    assert stack.apply(before) == "CREATE_COMPLETE", stack.reasons()
    ref = stack.refs()["It"]
    assert stack.apply(after, update=True) == "UPDATE_COMPLETE", stack.reasons("UPDATE_FAILED")
    made = stack.refs()["It"]
    assert made != ref
    events = stack.cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    assert REPLACING in {each.get("ResourceStatusReason") for each in events}
    phases = [
        each["ResourceStatus"]
        for each in reversed(events)
        if each["LogicalResourceId"] == stack.name or each.get("PhysicalResourceId") == ref
    ]
    assert phases[-3:] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE", "UPDATE_COMPLETE"]
    assert "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" in phases
    assert gone(case, local_aws, ref)
    assert not gone(case, local_aws, made) or case.read.__code__.co_varnames[1] == "_ref"
    stack.delete()


@pytest.mark.parametrize(("kind", "name"), KEPT_NAMES)
def test_one_with_a_name_of_its_own_is_not_replaced_under_that_name(stack, kind, name):
    case = FIRST[kind]
    before, after = changed(case, name)
    assert stack.apply(before) == "CREATE_COMPLETE", stack.reasons()
    ref = stack.refs()["It"]
    assert stack.apply(after, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.refs()["It"] == ref
    sentence = ALREADY_THERE.get(kind, CUSTOM_NAMED).format(case.given[NAMES[kind]])
    assert sentence in stack.reasons("UPDATE_FAILED"), json.dumps(stack.reasons("UPDATE_FAILED"))
    stack.delete()


def of_group(logs, kind, group):
    if kind == "AWS::Logs::LogStream":
        return [each["logStreamName"] for each in logs.describe_log_streams(logGroupName=group)["logStreams"]]
    if kind == "AWS::Logs::MetricFilter":
        return [each["filterName"] for each in logs.describe_metric_filters(logGroupName=group)["metricFilters"]]
    found = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    return [each["filterName"] for each in found]


@pytest.mark.parametrize("kind", sorted(OF_ANOTHER))
def test_one_of_another_group_is_another_one_under_the_same_name(local_aws, stack, kind):
    logs, case = local_aws.client("logs"), FIRST[kind]
    before, after = changed(case, "LogGroupName")
    assert stack.apply(before) == "CREATE_COMPLETE", stack.reasons()
    assert stack.apply(after, update=True) == "UPDATE_COMPLETE", stack.reasons("UPDATE_FAILED")
    refs = stack.refs()
    assert of_group(logs, kind, refs[case.given["LogGroupName"]["Ref"]]) == []
    assert of_group(logs, kind, refs["Twin"]) == [case.given[OF_ANOTHER[kind]]]
    events = stack.cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    assert REPLACING in {each.get("ResourceStatusReason") for each in events}
    stack.delete()


@pytest.mark.parametrize("kind", sorted(OTHER))
def test_every_property_that_replaces_is_changed_above(kind):
    given = set(FIRST[kind].given)
    wanted = {path for path in create_only(kind) if "/" not in path and path in given}
    assert sorted(wanted - OTHER[kind].keys() - NOT_ALONE.get(kind, set())) == []


NOT_ALONE = {
    "AWS::Athena::PreparedStatement": {"WorkGroup"},  # the name is the physical id, which stays
    "AWS::Lambda::Version": {"Description"},  # the code has not changed, so that there is no new version
    "AWS::Lambda::Function": {"PackageType"},  # an image has no handler
    "AWS::Lambda::LayerVersion": {"Content"},  # its code
    "AWS::EC2::EIPAssociation": {"NetworkInterfaceId"},
    "AWS::EC2::NatGateway": {"ConnectivityType"},  # a private one has no address
    "AWS::EC2::FlowLog": {"LogDestinationType", "ResourceType"},  # these go with others
}
