"""How AWS names resources of some types, where the registry's schema does not tell it."""

from __future__ import annotations

import re

from local_aws.templates import registry

_ID_PREFIXES = {
    "AWS::EC2::CustomerGateway": "cgw-",
    "AWS::EC2::DHCPOptions": "dopt-",
    "AWS::EC2::EgressOnlyInternetGateway": "eigw-",
    "AWS::EC2::Instance": "i-",
    "AWS::EC2::NatGateway": "nat-",
    "AWS::EC2::NetworkAcl": "acl-",
    "AWS::EC2::NetworkInterface": "eni-",
    "AWS::EC2::PrefixList": "pl-",
    "AWS::EC2::TransitGateway": "tgw-",
    "AWS::EC2::TransitGatewayAttachment": "tgw-attach-",
    "AWS::EC2::VPCCidrBlockAssociation": "vpc-cidr-assoc-",
    "AWS::EC2::VPCEndpointService": "vpce-svc-",
    "AWS::EC2::VPCPeeringConnection": "pcx-",
    "AWS::EC2::VPNConnection": "vpn-",
    "AWS::EC2::VPNGateway": "vgw-",
    "AWS::EC2::Volume": "vol-",
    "AWS::EFS::FileSystem": "fs-",
    "AWS::EMR::Cluster": "j-",
}
"""Type -> how its own ids begin (the examples of its reference page)."""

_OTHER_PREFIXES = {
    "AllocationId": "eipalloc-",
    "AssociationId": "assoc-",
    "EniId": "eni-",
    "NetworkInterfaceId": "eni-",
    "RouteTableId": "rtb-",
    "SecurityGroupId": "sg-",
    "SubnetId": "subnet-",
    "VpcEndpointId": "vpce-",
    "VpcId": "vpc-",
}

_REFS = {"AWS::EC2::EIP": ["/properties/PublicIp"]}
"""Type -> what Ref gives instead of the primary identifier (its reference page)."""


def id_prefix(resource_type: str, name: str) -> str:
    """How a generated id of that property begins; empty where nothing is known."""
    return _OTHER_PREFIXES.get(name) or _ID_PREFIXES.get(resource_type, "")


def ref_pointer(resource_type: str) -> list[str]:
    """Pointers of the properties that Ref gives where it is not the primary identifier; else empty."""
    return _REFS.get(resource_type, [])


def is_named_by_name(resource_type: str) -> bool:
    """Whether the registry's Id of a type stands for its name: so it is for types from before the registry."""
    return not registry.schema(resource_type).get("handlers")


def without_name(attribute: str) -> str:
    """`Cluster` of ClusterArn and ClusterNamespaceArn's `ClusterNamespace`."""
    return re.sub(r"(?:Arn|ARN)$", "", attribute)
