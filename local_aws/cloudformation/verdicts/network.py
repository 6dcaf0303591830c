"""The network of EC2."""

from __future__ import annotations

from local_aws.cloudformation.verdicts.verdict import Verdicts

_NO_TARGET = "such targets are not simulated"
_NO_POOLS = "there are no address pools"
_BY_ID = "groups are named by their ids"

NETWORK = {
    "AWS::EC2::VPC": Verdicts(
        works="CidrBlock EnableDnsSupport EnableDnsHostnames InstanceTenancy Tags",
        template_only="VpcEncryptionControl",
        refused={"Ipv4IpamPoolId": _NO_POOLS, "Ipv4NetmaskLength": _NO_POOLS},
    ),
    "AWS::EC2::Subnet": Verdicts(
        works="VpcId CidrBlock AvailabilityZone MapPublicIpOnLaunch Tags",
        template_only="AssignIpv6AddressOnCreation AvailabilityZoneId EnableDns64 EnableLniAtDeviceIndex "
        "Ipv6CidrBlock PrivateDnsNameOptionsOnLaunch",
        refused={
            "Ipv4IpamPoolId": _NO_POOLS,
            "Ipv4NetmaskLength": _NO_POOLS,
            "Ipv6IpamPoolId": _NO_POOLS,
            "Ipv6Native": "subnets have IPv4 addresses",
            "Ipv6NetmaskLength": _NO_POOLS,
            "OutpostArn": "there are no outposts",
        },
    ),
    "AWS::EC2::SecurityGroup": Verdicts(
        works="GroupName GroupDescription VpcId SecurityGroupIngress SecurityGroupEgress Tags",
    ),
    "AWS::EC2::SecurityGroupIngress": Verdicts(
        works="GroupId IpProtocol FromPort ToPort CidrIp CidrIpv6 SourcePrefixListId SourceSecurityGroupId "
        "SourceSecurityGroupOwnerId Description",
        refused={"GroupName": _BY_ID, "SourceSecurityGroupName": _BY_ID},
    ),
    "AWS::EC2::SecurityGroupEgress": Verdicts(
        works="GroupId IpProtocol FromPort ToPort CidrIp CidrIpv6 DestinationPrefixListId DestinationSecurityGroupId "
        "Description",
    ),
    "AWS::EC2::InternetGateway": Verdicts(works="Tags"),
    "AWS::EC2::VPCGatewayAttachment": Verdicts(
        works="VpcId InternetGatewayId", refused={"VpnGatewayId": "there are no VPN gateways"}
    ),
    "AWS::EC2::RouteTable": Verdicts(works="VpcId Tags"),
    "AWS::EC2::Route": Verdicts(
        works="RouteTableId DestinationCidrBlock GatewayId NatGatewayId NetworkInterfaceId TransitGatewayId "
        "VpcPeeringConnectionId InstanceId VpcEndpointId",
        refused={
            "CarrierGatewayId": _NO_TARGET,
            "CoreNetworkArn": _NO_TARGET,
            "DestinationIpv6CidrBlock": "routes are of IPv4",
            "DestinationPrefixListId": "routes name their addresses",
            "EgressOnlyInternetGatewayId": _NO_TARGET,
            "LocalGatewayId": _NO_TARGET,
            "OdbNetworkArn": _NO_TARGET,
        },
    ),
    "AWS::EC2::SubnetRouteTableAssociation": Verdicts(works="RouteTableId SubnetId"),
    "AWS::EC2::VPCEndpoint": Verdicts(
        works="VpcId ServiceName VpcEndpointType RouteTableIds SubnetIds SecurityGroupIds Tags",
        kept="PolicyDocument PrivateDnsEnabled",
        template_only="DnsOptions IpAddressType ServiceRegion",
        refused={
            "ResourceConfigurationArn": "there are no resources of VPC Lattice",
            "ServiceNetworkArn": "there are no resources of VPC Lattice",
        },
    ),
    "AWS::EC2::FlowLog": Verdicts(
        works="Tags",
        kept="ResourceId ResourceType TrafficType LogDestinationType LogDestination LogFormat MaxAggregationInterval "
        "DeliverLogsPermissionArn DeliverCrossAccountRole DestinationOptions LogGroupName",
        template_only="TagFieldSpecifications",
    ),
}
