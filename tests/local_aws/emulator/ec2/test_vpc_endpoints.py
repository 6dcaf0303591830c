"""VPC endpoints need a service and tables that are there, and put routes into the tables (EC2's API reference)."""

import json

import pytest

from tests.local_aws.aws_server import REGION, error_of
from tests.local_aws.cloudformation.stack import Stack

S3 = f"com.amazonaws.{REGION}.s3"


@pytest.fixture(scope="module")
def ec2(local_aws):
    return local_aws.client("ec2")


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def table(ec2, vpc):
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


def prefixes_of(ec2, table):
    """Prefix list -> what it leads to, of a route table."""
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    return {
        route["DestinationPrefixListId"]: route["GatewayId"]
        for route in found["Routes"]
        if "DestinationPrefixListId" in route
    }


def test_a_gateway_endpoint_puts_a_route_into_its_tables_while_it_is_there(ec2, vpc, table):
    (prefixes,) = ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [S3]}])["PrefixLists"]
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3, RouteTableIds=[table])["VpcEndpoint"]
    assert prefixes_of(ec2, table) == {prefixes["PrefixListId"]: made["VpcEndpointId"]}
    assert json.loads(made["PolicyDocument"])["Statement"][0]["Effect"] == "Allow"
    assert (made["State"], made["PrivateDnsEnabled"], made["Groups"]) == ("available", False, [])
    assert made["CreationTimestamp"].year >= 2024
    assert error_of(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=S3, RouteTableIds=[table]) == (
        f"RouteAlreadyExists: route table {table} already has a route with destination-prefix-list-id "
        f"{prefixes['PrefixListId']}"
    )
    other = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], AddRouteTableIds=[other], RemoveRouteTableIds=[table])
    assert (prefixes_of(ec2, table), len(prefixes_of(ec2, other))) == ({}, 1)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert prefixes_of(ec2, other) == {}


def test_what_is_not_there_is_refused(ec2, vpc):
    nosuch = f"com.amazonaws.{REGION}.nosuch"
    count = len(ec2.describe_vpc_endpoints()["VpcEndpoints"])
    assert error_of(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=nosuch) == (
        f"InvalidServiceName: The Vpc Endpoint Service '{nosuch}' does not exist"
    )
    elsewhere = "com.amazonaws.us-west-2.s3"
    assert error_of(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=elsewhere).startswith("InvalidServiceName: ")
    assert error_of(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=S3, RouteTableIds=["rtb-nosuch"]) == (
        "InvalidRouteTableId.NotFound: The routeTable ID 'rtb-nosuch' does not exist"
    )
    assert error_of(ec2.create_vpc_endpoint, VpcId="vpc-nosuch", ServiceName=S3) == (
        "InvalidVpcId.NotFound: The Vpc Id vpc-nosuch does not exist"
    )
    glue = f"com.amazonaws.{REGION}.glue"
    assert error_of(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=glue) == (
        "InvalidParameter: Endpoint type (Gateway) does not match available service types ([Interface])."
    )
    assert len(ec2.describe_vpc_endpoints()["VpcEndpoints"]) == count
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=glue, VpcEndpointType="Interface")


def test_endpoints_of_stacks_are_checked_and_routed_too(local_aws, ec2, vpc, table):
    def endpoint(**properties):
        return {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": vpc, **properties}}}

    stack = Stack(local_aws)
    assert stack.apply(endpoint(ServiceName=S3, RouteTableIds=[table])) == "CREATE_COMPLETE"
    assert list(prefixes_of(ec2, table).values()) == [stack.refs()["E"]]
    assert stack.apply(endpoint(ServiceName=S3), update=True) == "UPDATE_COMPLETE"
    assert prefixes_of(ec2, table) == {}
    assert stack.apply(endpoint(ServiceName=S3, RouteTableIds=[table]), update=True) == "UPDATE_COMPLETE"
    stack.delete()
    assert prefixes_of(ec2, table) == {}
    failed = Stack(local_aws)
    assert failed.apply(endpoint(ServiceName=S3, RouteTableIds=["rtb-nosuch"])) == "ROLLBACK_COMPLETE"
    assert any("The routeTable ID 'rtb-nosuch' does not exist" in reason for reason in failed.reasons())
