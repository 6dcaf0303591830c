"""The network of EC2."""

from tests.local_aws.aws_server import REGION
from tests.local_aws.cloudformation.types.case import Case
from tests.local_aws.cloudformation.types.identity import TAGS, document, own

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}}
TABLE = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}}
GATEWAY = {"Type": "AWS::EC2::InternetGateway"}
DOOR = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "d"}}
OTHER = [{"Key": "team", "Value": "other"}]


def read_vpc(client, vpc):
    ec2 = client("ec2")

    def attribute(name):
        found = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)
        return found[name[0].upper() + name[1:]]["Value"]

    return ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0] | {
        "support": attribute("enableDnsSupport"),
        "hostnames": attribute("enableDnsHostnames"),
    }


def rules(permissions):
    return [
        (each["IpProtocol"], each.get("FromPort"), each.get("ToPort"), each["IpRanges"][0]["CidrIp"])
        for each in permissions
    ]


def tags(it):
    return own(it.get("Tags", []))


CASES = [
    Case(
        "AWS::EC2::VPC",
        {
            "CidrBlock": "10.0.0.0/16",
            "EnableDnsSupport": "false",
            "EnableDnsHostnames": "true",
            "InstanceTenancy": "dedicated",
            "Tags": TAGS,
        },
        read_vpc,
        {
            "CidrBlock": ("CidrBlock", "10.0.0.0/16"),
            "EnableDnsSupport": ("support", False),
            "EnableDnsHostnames": ("hostnames", True),
            "InstanceTenancy": ("InstanceTenancy", "dedicated"),
            "Tags": (tags, {"team": "data"}),
        },
        then={"EnableDnsHostnames": "false", "Tags": OTHER},
        told_then={"EnableDnsHostnames": False, "Tags": {"team": "other"}},
    ),
    Case(
        "AWS::EC2::Subnet",
        {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": "10.0.1.0/24",
            "AvailabilityZone": f"{REGION}b",
            "MapPublicIpOnLaunch": "true",
            "Tags": TAGS,
        },
        lambda client, ref: client("ec2").describe_subnets(SubnetIds=[ref])["Subnets"][0],
        {
            "VpcId": (lambda it: it["VpcId"][:4], "vpc-"),
            "CidrBlock": ("CidrBlock", "10.0.1.0/24"),
            "AvailabilityZone": ("AvailabilityZone", f"{REGION}b"),
            "MapPublicIpOnLaunch": ("MapPublicIpOnLaunch", True),
            "Tags": (tags, {"team": "data"}),
        },
        then={"MapPublicIpOnLaunch": "false", "Tags": OTHER},
        told_then={"MapPublicIpOnLaunch": False, "Tags": {"team": "other"}},
        beside={"Vpc": VPC},
    ),
    Case(
        "AWS::EC2::SecurityGroup",
        {
            "GroupName": "typed-door",
            "GroupDescription": "what it is for",
            "VpcId": {"Ref": "Vpc"},
            "SecurityGroupIngress": [
                {"IpProtocol": "tcp", "FromPort": "443", "ToPort": "443", "CidrIp": "10.0.0.0/8", "Description": "d"}
            ],
            "SecurityGroupEgress": [{"IpProtocol": "tcp", "FromPort": "80", "ToPort": "80", "CidrIp": "0.0.0.0/0"}],
            "Tags": TAGS,
        },
        lambda client, ref: client("ec2").describe_security_groups(GroupIds=[ref])["SecurityGroups"][0],
        {
            "GroupName": ("GroupName", "typed-door"),
            "GroupDescription": ("Description", "what it is for"),
            "VpcId": (lambda it: it["VpcId"][:4], "vpc-"),
            "SecurityGroupIngress": (lambda it: rules(it["IpPermissions"]), [("tcp", 443, 443, "10.0.0.0/8")]),
            "SecurityGroupEgress": (lambda it: rules(it["IpPermissionsEgress"]), [("tcp", 80, 80, "0.0.0.0/0")]),
            "Tags": (tags, {"team": "data"}),
        },
        then={
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}],
            "Tags": OTHER,
        },
        told_then={"SecurityGroupIngress": [("tcp", 22, 22, "10.0.0.0/8")], "Tags": {"team": "other"}},
        beside={"Vpc": VPC},
    ),
    Case(
        "AWS::EC2::InternetGateway",
        {"Tags": TAGS},
        lambda client, ref: client("ec2").describe_internet_gateways(InternetGatewayIds=[ref])["InternetGateways"][0],
        {"Tags": (tags, {"team": "data"})},
        then={"Tags": OTHER},
        told_then={"Tags": {"team": "other"}},
    ),
    Case(
        "AWS::EC2::VPCGatewayAttachment",
        {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
        lambda client, _ref: next(
            each for each in client("ec2").describe_internet_gateways()["InternetGateways"] if each["Attachments"]
        ),
        {
            "VpcId": (lambda it: it["Attachments"][0]["VpcId"][:4], "vpc-"),
            "InternetGatewayId": (lambda it: it["InternetGatewayId"][:4], "igw-"),
        },
        beside={"Vpc": VPC, "Gateway": GATEWAY},
    ),
    Case(
        "AWS::EC2::RouteTable",
        {"VpcId": {"Ref": "Vpc"}, "Tags": TAGS},
        lambda client, ref: client("ec2").describe_route_tables(RouteTableIds=[ref])["RouteTables"][0],
        {"VpcId": (lambda it: it["VpcId"][:4], "vpc-"), "Tags": (tags, {"team": "data"})},
        then={"Tags": OTHER},
        told_then={"Tags": {"team": "other"}},
        beside={"Vpc": VPC},
    ),
    Case(
        "AWS::EC2::Route",
        {
            "RouteTableId": {"Ref": "Table"},
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": {"Ref": "Gateway"},
        },
        lambda client, _ref: next(
            route
            for table in client("ec2").describe_route_tables()["RouteTables"]
            for route in table["Routes"]
            if route.get("GatewayId", "").startswith("igw-")
        ),
        {
            "RouteTableId": ("DestinationCidrBlock", "0.0.0.0/0"),
            "DestinationCidrBlock": ("DestinationCidrBlock", "0.0.0.0/0"),
            "GatewayId": (lambda it: it["GatewayId"][:4], "igw-"),
        },
        beside={
            "Vpc": VPC,
            "Table": TABLE,
            "Gateway": GATEWAY,
            "Tie": {
                "Type": "AWS::EC2::VPCGatewayAttachment",
                "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
            },
        },
    ),
    Case(
        "AWS::EC2::SubnetRouteTableAssociation",
        {"RouteTableId": {"Ref": "Table"}, "SubnetId": {"Ref": "Subnet"}},
        lambda client, ref: next(
            each
            for table in client("ec2").describe_route_tables()["RouteTables"]
            for each in table["Associations"]
            if each["RouteTableAssociationId"] == ref
        ),
        {
            "RouteTableId": (lambda it: it["RouteTableId"][:4], "rtb-"),
            "SubnetId": (lambda it: it["SubnetId"][:7], "subnet-"),
        },
        beside={"Vpc": VPC, "Table": TABLE, "Subnet": SUBNET},
    ),
    Case(
        "AWS::EC2::VPCEndpoint",
        {
            "VpcId": {"Ref": "Vpc"},
            "ServiceName": f"com.amazonaws.{REGION}.s3",
            "VpcEndpointType": "Gateway",
            "RouteTableIds": [{"Ref": "Table"}],
            "PolicyDocument": document("s3:*", Principal="*", Resource="*"),
            "Tags": TAGS,
        },
        lambda client, ref: client("ec2").describe_vpc_endpoints(VpcEndpointIds=[ref])["VpcEndpoints"][0],
        {
            "VpcId": (lambda it: it["VpcId"][:4], "vpc-"),
            "ServiceName": ("ServiceName", f"com.amazonaws.{REGION}.s3"),
            "VpcEndpointType": ("VpcEndpointType", "Gateway"),
            "RouteTableIds": (lambda it: [each[:4] for each in it["RouteTableIds"]], ["rtb-"]),
            "PolicyDocument": (lambda it: "s3:*" in it.get("PolicyDocument", ""), True),
            "Tags": (tags, {"team": "data"}),
        },
        beside={"Vpc": VPC, "Table": TABLE},
    ),
    Case(
        "AWS::EC2::VPCEndpoint",
        {
            "VpcId": {"Ref": "Vpc"},
            "ServiceName": f"com.amazonaws.{REGION}.glue",
            "VpcEndpointType": "Interface",
            "SubnetIds": [{"Ref": "Subnet"}],
            "SecurityGroupIds": [{"Fn::GetAtt": ["Door", "GroupId"]}],
            "PrivateDnsEnabled": "true",
        },
        lambda client, ref: client("ec2").describe_vpc_endpoints(VpcEndpointIds=[ref])["VpcEndpoints"][0],
        {
            "SubnetIds": (lambda it: [each[:7] for each in it["SubnetIds"]], ["subnet-"]),
            "SecurityGroupIds": (lambda it: [each["GroupId"][:3] for each in it["Groups"]], ["sg-"]),
            "PrivateDnsEnabled": ("PrivateDnsEnabled", True),
        },
        beside={"Vpc": VPC, "Subnet": SUBNET, "Door": DOOR},
    ),
    Case(
        "AWS::EC2::SecurityGroupIngress",
        {
            "GroupId": {"Fn::GetAtt": ["Door", "GroupId"]},
            "IpProtocol": "tcp",
            "FromPort": "443",
            "ToPort": "443",
            "SourceSecurityGroupId": {"Fn::GetAtt": ["Door", "GroupId"]},
            "Description": "itself",
        },
        lambda client, _ref: next(
            group
            for group in client("ec2").describe_security_groups()["SecurityGroups"]
            if any(each["UserIdGroupPairs"] for each in group["IpPermissions"])
        ),
        {
            "GroupId": (lambda it: it["GroupId"][:3], "sg-"),
            "IpProtocol": (lambda it: it["IpPermissions"][0]["IpProtocol"], "tcp"),
            "FromPort": (lambda it: it["IpPermissions"][0]["FromPort"], 443),
            "ToPort": (lambda it: it["IpPermissions"][0]["ToPort"], 443),
            "SourceSecurityGroupId": (
                lambda it: it["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == it["GroupId"],
                True,
            ),
            "Description": (lambda it: it["IpPermissions"][0]["UserIdGroupPairs"][0].get("Description"), "itself"),
        },
        beside={"Vpc": VPC, "Door": DOOR},
    ),
    Case(
        "AWS::EC2::FlowLog",
        {
            "ResourceId": {"Ref": "Vpc"},
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::typed-objects/flows",
            "LogFormat": "${version}",
            "MaxAggregationInterval": "60",
            "DeliverLogsPermissionArn": "arn:aws:iam::000000000000:role/r",
            "Tags": TAGS,
        },
        lambda client, ref: client("ec2").describe_flow_logs(FlowLogIds=[ref])["FlowLogs"][0],
        {
            "ResourceId": (lambda it: it["ResourceId"][:4], "vpc-"),
            "ResourceType": ("TrafficType", "ALL"),
            "TrafficType": ("TrafficType", "ALL"),
            "LogDestinationType": ("LogDestinationType", "s3"),
            "LogDestination": ("LogDestination", "arn:aws:s3:::typed-objects/flows"),
            "LogFormat": ("LogFormat", "${version}"),
            "MaxAggregationInterval": ("MaxAggregationInterval", 60),
            "DeliverLogsPermissionArn": ("DeliverLogsPermissionArn", "arn:aws:iam::000000000000:role/r"),
            "Tags": (tags, {"team": "data"}),
        },
        then={"Tags": OTHER},
        told_then={"Tags": {"team": "other"}},
        beside={"Vpc": VPC},
    ),
    Case(
        "AWS::EC2::FlowLog",
        {
            "ResourceId": {"Ref": "Vpc"},
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogGroupName": "/typed/flows",
            "DeliverCrossAccountRole": "arn:aws:iam::000000000000:role/r",
            "DestinationOptions": {
                "FileFormat": "parquet",
                "HiveCompatiblePartitions": "true",
                "PerHourPartition": "false",
            },
        },
        lambda client, ref: client("ec2").describe_flow_logs(FlowLogIds=[ref])["FlowLogs"][0],
        {
            "LogGroupName": ("LogGroupName", "/typed/flows"),
            "DeliverCrossAccountRole": ("DeliverCrossAccountRole", "arn:aws:iam::000000000000:role/r"),
            "DestinationOptions": (
                "DestinationOptions",
                {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": False},
            ),
        },
        beside={"Vpc": VPC},
    ),
]


def rule_case(kind, name, value, look, **more):
    """A rule of a security group that lets one kind of source in or out."""
    given = {"GroupId": {"Fn::GetAtt": ["Door", "GroupId"]}, "IpProtocol": "tcp", "FromPort": 1, "ToPort": 2}
    permissions = "IpPermissions" if kind == "Ingress" else "IpPermissionsEgress"

    def read(client, _ref):
        return next(
            each
            for group in client("ec2").describe_security_groups()["SecurityGroups"]
            for each in group[permissions]
            if each.get("FromPort") == 1
        )

    return Case(
        f"AWS::EC2::SecurityGroup{kind}",
        {**given, name: value, "Description": "d", **more},
        read,
        {
            name: (look, value),
            "GroupId": ("IpProtocol", "tcp"),
            "IpProtocol": ("IpProtocol", "tcp"),
            "FromPort": ("FromPort", 1),
            "ToPort": ("ToPort", 2),
            "Description": (
                lambda it: next(
                    each["Description"]
                    for kind in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
                    for each in it[kind]
                ),
                "d",
            ),
        },
        beside={"Vpc": VPC, "Door": DOOR},
    )


def route_case(name, value, member=""):
    """A route to one kind of target."""
    return Case(
        "AWS::EC2::Route",
        {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "192.168.7.0/24", name: value},
        lambda client, _ref: next(
            route
            for table in client("ec2").describe_route_tables()["RouteTables"]
            for route in table["Routes"]
            if route.get("DestinationCidrBlock") == "192.168.7.0/24"
        ),
        {name: (member or name, value)},
        beside={"Vpc": VPC, "Table": TABLE},
    )


CASES += [
    rule_case("Ingress", "CidrIp", "10.9.0.0/16", lambda it: it["IpRanges"][0]["CidrIp"]),
    rule_case("Ingress", "CidrIpv6", "fd00::/8", lambda it: it["Ipv6Ranges"][0]["CidrIpv6"]),
    rule_case("Ingress", "SourcePrefixListId", "pl-1", lambda it: it["PrefixListIds"][0]["PrefixListId"]),
    rule_case("Egress", "CidrIp", "10.9.0.0/16", lambda it: it["IpRanges"][0]["CidrIp"]),
    rule_case("Egress", "CidrIpv6", "fd00::/8", lambda it: it["Ipv6Ranges"][0]["CidrIpv6"]),
    rule_case("Egress", "DestinationPrefixListId", "pl-1", lambda it: it["PrefixListIds"][0]["PrefixListId"]),
    rule_case("Egress", "DestinationSecurityGroupId", "sg-1", lambda it: it["UserIdGroupPairs"][0]["GroupId"]),
    rule_case(
        "Ingress",
        "SourceSecurityGroupOwnerId",
        "111122223333",
        lambda it: it["UserIdGroupPairs"][0]["UserId"],
        SourceSecurityGroupId="sg-1",
    ),
    route_case("NatGatewayId", "nat-1"),
    route_case("NetworkInterfaceId", "eni-1"),
    route_case("TransitGatewayId", "tgw-1"),
    route_case("VpcPeeringConnectionId", "pcx-1"),
    route_case("InstanceId", "i-1"),
    route_case("VpcEndpointId", "vpce-1", "GatewayId"),
]
