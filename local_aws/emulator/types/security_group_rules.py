"""Rules of security groups as CloudFormation resources of their own: a group that lets itself in needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator.types.own_types import Made, plug_resource_type

_REPLACING = (
    "CidrIp",
    "CidrIpv6",
    "DestinationPrefixListId",
    "DestinationSecurityGroupId",
    "FromPort",
    "GroupId",
    "IpProtocol",
    "SourcePrefixListId",
    "SourceSecurityGroupId",
    "SourceSecurityGroupOwnerId",
    "ToPort",
)
"""All properties but Description (resource specification)."""


def add_security_group_rules() -> None:
    """Make `AWS::EC2::SecurityGroupIngress` and `SecurityGroupEgress` known to CloudFormation."""
    plug_resource_type("AWS::EC2::SecurityGroupIngress", _Rule(egress=False))
    plug_resource_type("AWS::EC2::SecurityGroupEgress", _Rule(egress=True))


class _Rule:
    """One direction; the physical id is the rule's."""

    replaced_by = _REPLACING

    def __init__(self, *, egress: bool) -> None:
        self._egress = egress
        self._permissions = "IpPermissionsEgress" if egress else "IpPermissions"

    def create(self, _logical_id: str, properties: Mapping[str, Any], _stack: str) -> Made:
        from ministack.services import ec2
        from ministack.services.cloudformation import provisioners

        group_id = str(properties.get("GroupId", ""))
        group = ec2._security_groups.get(group_id)
        if group is None:
            raise ValueError(f"The security group '{group_id}' does not exist (InvalidGroup.NotFound)")
        [rule] = provisioners._ec2_sg_permissions([dict(properties)])
        group[self._permissions].append(rule)
        rule_id = str(ec2._sg_rule_id(group_id, self._egress, rule))
        return rule_id, {"Id": rule_id}

    def replaces(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        return any(old.get(name) != new.get(name) for name in _REPLACING)

    def update(self, physical_id: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Made:
        self.delete(physical_id, old)
        return self.create("", new, "")

    def delete(self, physical_id: str, properties: Mapping[str, Any]) -> None:
        from ministack.services import ec2

        group_id = str(properties.get("GroupId", ""))
        group = ec2._security_groups.get(group_id)
        if group:
            group[self._permissions] = [
                rule
                for rule in group[self._permissions]
                if ec2._sg_rule_id(group_id, self._egress, rule) != physical_id
            ]
