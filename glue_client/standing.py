"""What stacks cost in a month whether or not anything runs: storage, keys, alarms, dashboards, secrets, gateways.

Each resource's type says whether it costs: by what stands in `_COUNTED`, by its size, or nothing by itself. A type that
is in none of these lists has no price here, and is named as such.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from glue_client import deployed
from glue_client.aws import Aws
from glue_client.console import count, size
from glue_client.costs import Cost
from glue_client.prices import BOOK, GB, HOURS_A_MONTH, Prices
from glue_client.stored import Stored

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef

STORAGE = "storage"
_COUNTED: Mapping[str, tuple[str, str, float]] = {
    "AWS::KMS::Key": ("keys", "key_month", 1),
    "AWS::CloudWatch::Alarm": ("alarms", "alarm_month", 1),
    "AWS::CloudWatch::Dashboard": ("dashboards", "dashboard_month", 1),
    "AWS::SecretsManager::Secret": ("secrets", "secret_month", 1),
    "AWS::EC2::NatGateway": ("gateways", "nat_gateway_hour", HOURS_A_MONTH),
}
"""Type -> kind, price, and how often that is due in a month."""
_BY_USE = (
    "AWS::Athena::NamedQuery AWS::Athena::WorkGroup AWS::Budgets::Budget AWS::CloudFormation::WaitConditionHandle "
    "AWS::EC2::EIP AWS::EC2::FlowLog AWS::EC2::InternetGateway AWS::EC2::Route AWS::EC2::RouteTable "
    "AWS::EC2::SecurityGroup AWS::EC2::SecurityGroupEgress AWS::EC2::SecurityGroupIngress AWS::EC2::Subnet "
    "AWS::EC2::SubnetRouteTableAssociation AWS::EC2::VPC AWS::EC2::VPCGatewayAttachment AWS::Events::Rule "
    "AWS::IAM::ManagedPolicy AWS::IAM::OIDCProvider AWS::IAM::Policy AWS::IAM::Role AWS::KMS::Alias "
    "AWS::LakeFormation::DataLakeSettings AWS::LakeFormation::PrincipalPermissions AWS::LakeFormation::Resource "
    "AWS::Logs::ResourcePolicy AWS::S3::BucketPolicy AWS::SNS::Subscription AWS::SNS::Topic AWS::SNS::TopicPolicy "
    "AWS::SQS::Queue AWS::SQS::QueuePolicy AWS::SSM::Parameter AWS::Scheduler::Schedule AWS::Scheduler::ScheduleGroup "
    "AWS::StepFunctions::StateMachine"
).split()
"""Types that cost nothing while nothing uses them; all of Glue's do neither."""
GLUE = "AWS::Glue::"
SIZED = ("AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::DynamoDB::Table", "AWS::EC2::VPCEndpoint")
FREE = "free"
"""The kind of what an allowance takes off; its name is the kind that it is of."""
ALLOWANCES = {"alarms": "alarm_month", "dashboards": "dashboard_month"}
"""Kind of which an account has some free -> price of one."""

Resource = Mapping[str, Any]


def of(aws: Aws, stacks: Sequence[str], stored: Mapping[str, Stored], prices: Prices) -> Iterator[Cost]:
    """The monthly costs of these stacks' resources; `stored` are their buckets, by name."""
    found = [(stack, one) for stack, one in deployed.resources(aws, stacks) if one.get("PhysicalResourceId")]
    unknown = []
    for stack, resource in found:
        kind = resource["ResourceType"]
        if kind in _COUNTED:
            what, price, times = _COUNTED[kind]
            yield Cost(what, prices[price] * times, _name(stack, resource), "")
        elif kind in SIZED:
            yield from _SIZES[kind](aws, _name(stack, resource), resource["PhysicalResourceId"], stored, prices)
        elif kind not in _BY_USE and not kind.startswith(GLUE):
            unknown.append(kind)
    for kind in dict.fromkeys(unknown):
        number = count(unknown.count(kind), "resource")
        yield Cost("not priced", None, kind, number, f"{kind} ({number}), whose price is not known here")


def allowances(costs: Iterable[Cost], prices: Prices) -> Iterator[Cost]:
    """What AWS's permanent allowances of an account take off, where nothing else in the account uses them."""
    costs = list(costs)
    for kind, price in ALLOWANCES.items():
        number = min(sum(cost.kind == kind for cost in costs), BOOK["free"][kind])
        if number:
            yield Cost(FREE, -number * prices[price], kind, f"{number} of {BOOK['free'][kind]} free ones")


def buckets(aws: Aws, stacks: Sequence[str]) -> list[str]:
    """The buckets of these stacks."""
    return deployed.names(aws, stacks, "AWS::S3::Bucket")


def _bucket(_aws: Aws, _name: str, physical: str, stored: Mapping[str, Stored], prices: Prices) -> Iterator[Cost]:
    one = stored[physical]
    more = "" if one.whole else " (at least: not all of it was counted)"
    measure = f"{size(one.bytes)} in {count(one.objects, 'object')}, {size(one.old)} of old versions{more}"
    yield Cost(STORAGE, (one.bytes + one.old) / GB * prices["s3_gb_month"], physical, measure)


def _logs(aws: Aws, _name: str, physical: str, _stored: Mapping[str, Stored], prices: Prices) -> Iterator[Cost]:
    groups = aws.logs.describe_log_groups(logGroupNamePrefix=physical)["logGroups"]
    kept = next((one.get("storedBytes", 0) for one in groups if one["logGroupName"] == physical), 0)
    yield Cost("logs kept", kept / GB * prices["logs_gb_month"], physical, size(kept))


def _table(aws: Aws, _name: str, physical: str, _stored: Mapping[str, Stored], prices: Prices) -> Iterator[Cost]:
    """Storage alone: how many items a run writes is not told by DynamoDB."""
    table = aws.dynamodb.describe_table(TableName=physical)["Table"]
    kept = table.get("TableSizeBytes", 0)
    measure = f"{size(kept)}, {count(table.get('ItemCount', 0), 'item')}; its requests are not counted"
    yield Cost(STORAGE, kept / GB * prices["dynamodb_gb_month"], physical, measure)


def _endpoint(aws: Aws, name: str, physical: str, _stored: Mapping[str, Stored], prices: Prices) -> Iterator[Cost]:
    """An interface endpoint costs by the hour and zone, one of S3 or DynamoDB as a gateway nothing."""
    [told] = aws.ec2.describe_vpc_endpoints(VpcEndpointIds=[physical])["VpcEndpoints"]
    if told.get("VpcEndpointType") != "Gateway":
        zones = max(1, len(told.get("SubnetIds", [])))
        yield Cost("gateways", zones * HOURS_A_MONTH * prices["endpoint_hour"], name, f"in {count(zones, 'zone')}")


def _name(stack: str, resource: "StackResourceSummaryTypeDef") -> str:
    """What people know it by: its own name, and for one with an id its stack's and its logical one."""
    has_name = resource["ResourceType"] in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard")
    return resource["PhysicalResourceId"] if has_name else f"{stack}/{resource['LogicalResourceId']}"


_SIZES: Mapping[str, Callable[..., Iterator[Cost]]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::Logs::LogGroup": _logs,
    "AWS::DynamoDB::Table": _table,
    "AWS::EC2::VPCEndpoint": _endpoint,
}
