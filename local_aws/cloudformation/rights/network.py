"""EC2's networks (service authorization reference).

Of the several resources that an operation is allowed on, the one that it makes, changes or deletes is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local_aws.cloudformation.rights.naming import arn, tags_of
from local_aws.cloudformation.rights.rights import Rights, tag_context
from local_aws.emulator import Change, Need


def _own(resource: str) -> Callable[[Change], str]:
    """Of what is made the id is not known before: `vpc/*`."""
    return lambda change: arn("ec2", f"{resource}/{change.physical_id or '*'}")


def _at(resource: str, *names: str) -> Callable[[Change], str]:
    """What a property of the resource names."""

    def at(change: Change) -> str:
        properties = change.new or change.old
        named = next((properties[name] for name in names if properties.get(name)), "*")
        return arn("ec2", f"{resource}/{named}")

    return at


def _tagged(operation: str, own: Callable[[Change], str]) -> Callable[[Change], Iterator[Need]]:
    """Tags: of what is made with the operation that makes it as ec2:CreateAction."""

    def more(change: Change) -> Iterator[Need]:
        before, now = tags_of(change.old), tags_of(change.new)
        fresh = {key: value for key, value in now.items() if before.get(key) != value}
        resource = own(change)
        if fresh:
            making = {"ec2:CreateAction": operation} if change.verb == "create" else {}
            yield Need("ec2:CreateTags", resource, {**tag_context(fresh), **making})
        gone = sorted(before.keys() - now.keys())
        if gone and change.verb == "update":
            yield Need("ec2:DeleteTags", resource, {"aws:TagKeys": gone})

    return more


def _made(resource: str, noun: str, *, create: str = "", update: str = "", delete: str = "", **parts: str) -> Rights:
    made = create or f"Create{noun}"
    return Rights(
        "ec2",
        _own(resource),
        create=made,
        delete=delete or f"Delete{noun}",
        update=update,
        parts=parts,
        more=_tagged(made, _own(resource)),
    )


def _address(_change: Change) -> str:
    """An address has its own id, which its physical id does not tell."""
    return arn("ec2", "elastic-ip/*")


def _group_rules(change: Change) -> Iterator[Need]:
    """Rules of a security group that stand in the group."""
    yield from _tagged("CreateSecurityGroup", _own("security-group"))(change)
    if change.verb == "delete":
        return
    group = _own("security-group")(change)
    for way in ("Ingress", "Egress"):
        before = change.old.get(f"SecurityGroup{way}") or []
        now = change.new.get(f"SecurityGroup{way}") or []
        if any(each not in before for each in now):
            yield Need(f"ec2:AuthorizeSecurityGroup{way}", group)
        if any(each not in now for each in before):
            yield Need(f"ec2:RevokeSecurityGroup{way}", group)


def _rule(way: str) -> Rights:
    return Rights(
        "ec2",
        _at("security-group", "GroupId"),
        create=f"AuthorizeSecurityGroup{way}",
        delete=f"RevokeSecurityGroup{way}",
    )


def _attachment(change: Change) -> Iterator[Need]:
    verb = "Detach" if change.verb == "delete" else "Attach"
    properties = change.new or change.old
    for name, resource, noun in (
        ("InternetGatewayId", "internet-gateway", "InternetGateway"),
        ("VpnGatewayId", "vpn-gateway", "VpnGateway"),
    ):
        if properties.get(name):
            yield Need(f"ec2:{verb}{noun}", arn("ec2", f"{resource}/{properties[name]}"))


NETWORK = {
    "AWS::EC2::VPC": _made(
        "vpc",
        "Vpc",
        update="ModifyVpcTenancy",
        EnableDnsSupport="ModifyVpcAttribute",
        EnableDnsHostnames="ModifyVpcAttribute",
    ),
    "AWS::EC2::Subnet": _made("subnet", "Subnet", update="ModifySubnetAttribute"),
    "AWS::EC2::InternetGateway": _made("internet-gateway", "InternetGateway"),
    "AWS::EC2::RouteTable": _made("route-table", "RouteTable"),
    "AWS::EC2::NatGateway": _made("natgateway", "NatGateway", update="AssociateNatGatewayAddress"),
    "AWS::EC2::VPCEndpoint": _made(
        "vpc-endpoint", "VpcEndpoint", update="ModifyVpcEndpoint", delete="DeleteVpcEndpoints"
    ),
    "AWS::EC2::LaunchTemplate": _made("launch-template", "LaunchTemplate", update="CreateLaunchTemplateVersion"),
    "AWS::EC2::FlowLog": _made("vpc-flow-log", "FlowLogs"),
    "AWS::EC2::SecurityGroup": Rights(
        "ec2",
        _own("security-group"),
        create="CreateSecurityGroup",
        delete="DeleteSecurityGroup",
        unasked="SecurityGroupIngress SecurityGroupEgress",
        more=_group_rules,
    ),
    "AWS::EC2::SecurityGroupIngress": _rule("Ingress"),
    "AWS::EC2::SecurityGroupEgress": _rule("Egress"),
    "AWS::EC2::Route": Rights(
        "ec2",
        _at("route-table", "RouteTableId"),
        create="CreateRoute",
        delete="DeleteRoute",
        update="ReplaceRoute",
    ),
    "AWS::EC2::SubnetRouteTableAssociation": Rights(
        "ec2",
        _at("route-table", "RouteTableId"),
        create="AssociateRouteTable",
        delete="DisassociateRouteTable",
    ),
    "AWS::EC2::VPCGatewayAttachment": Rights(
        "ec2", lambda _change: "*", unasked="VpcId InternetGatewayId VpnGatewayId", more=_attachment
    ),
    "AWS::EC2::EIP": Rights(
        "ec2",
        _address,
        create="AllocateAddress",
        delete="ReleaseAddress",
        parts={"InstanceId": "AssociateAddress|DisassociateAddress"},
        more=_tagged("AllocateAddress", _address),
    ),
    "AWS::EC2::EIPAssociation": Rights("ec2", _address, create="AssociateAddress", delete="DisassociateAddress"),
}
