"""What Fn::GetAtt gives of the emulator's types, where their own code leaves an attribute out.

The registry says which attributes a type has. One that is part of the primary identifier stands in the physical id, one
that the template gives stands in its properties, and some are asked of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws import emulator
from local_aws.templates import registry
from local_aws.templates.attributes import attributes

Values = dict[str, Any]


def complete(resource_type: str, physical_id: str, properties: Mapping[str, Any], made: Mapping[str, Any]) -> Values:
    """The attributes of a resource.

    Args:
        resource_type: such as `AWS::EC2::VPC`.
        physical_id: what Ref gives.
        properties: with all functions worked out.
        made: the attributes that the type's code gives; they are not looked into.

    Returns:
        `made` and those that it leaves out and that are known.
    """
    missing = {name: pointer for name, pointer in attributes(resource_type).items() if name not in made}
    if not missing:
        return dict(made)
    identifier = _identifier(resource_type, physical_id)
    found = {
        name: value
        for name, pointer in missing.items()
        if (value := identifier.get(pointer, _given(properties, pointer))) is not None
    }
    asked = _ASKED[resource_type](physical_id) if resource_type in _ASKED else {}
    return {**{name: value for name, value in asked.items() if name in missing}, **found, **made}


def unknown(resource_type: str, attribute: str) -> str:
    """Why an attribute cannot be given that the registry knows; empty for one that the type does not have."""
    if attribute in attributes(resource_type):
        return f"Attribute {attribute} of {resource_type} is not told by the local AWS; AWS has it"
    return ""


def _identifier(resource_type: str, physical_id: str) -> Values:
    """JSON pointer -> its value in the physical id."""
    pointers = registry.schema(resource_type).get("primaryIdentifier", ())
    parts = [physical_id] if len(pointers) == 1 else physical_id.split("|")
    if len(parts) != len(pointers):
        return {}
    return {
        pointer: part
        for pointer, part in zip(pointers, parts, strict=True)
        if not pointer.lower().endswith("arn") or part.startswith("arn:")
    }


def _given(properties: Mapping[str, Any], pointer: str) -> Any:
    found: Any = properties
    for part in pointer.split("/")[2:]:
        found = found.get(part) if isinstance(found, Mapping) else None
    return None if isinstance(found, Mapping) else found


def _vpc(vpc: str) -> Values:
    found = emulator.call_service("ec2", "DescribeVpcs", {"VpcIds": [vpc]})["Vpcs"][0]
    blocks = found.get("CidrBlockAssociationSet", [])
    ipv6 = found.get("Ipv6CidrBlockAssociationSet", [])
    return {
        "CidrBlock": found["CidrBlock"],
        "CidrBlockAssociations": [each["AssociationId"] for each in blocks],
        "InstanceTenancy": found["InstanceTenancy"],
        "Ipv6CidrBlocks": [each["Ipv6CidrBlock"] for each in ipv6],
    }


def _subnet(subnet: str) -> Values:
    found = emulator.call_service("ec2", "DescribeSubnets", {"SubnetIds": [subnet]})["Subnets"][0]
    ipv6 = found.get("Ipv6CidrBlockAssociationSet", [])
    return {
        **{name: found[name] for name in ("AvailabilityZoneId", "MapPublicIpOnLaunch") if name in found},
        "Ipv6CidrBlocks": [each["Ipv6CidrBlock"] for each in ipv6],
    }


def _security_group(group: str) -> Values:
    found = emulator.call_service("ec2", "DescribeSecurityGroups", {"GroupIds": [group]})["SecurityGroups"][0]
    return {"GroupName": found["GroupName"]}


def _schedule_group(name: str) -> Values:
    found = emulator.call_service("scheduler", "GetScheduleGroup", {"Name": name})
    dates = {name: found[name].isoformat() for name in ("CreationDate", "LastModificationDate")}
    return {**dates, "State": found["State"]}


def _function(name: str) -> Values:
    found = emulator.call_service("lambda", "GetFunctionConfiguration", {"FunctionName": name}).get("SnapStart", {})
    return {f"SnapStartResponse.{part}": found.get(part) for part in ("ApplyOn", "OptimizationStatus") if part in found}


_ASKED: Mapping[str, Callable[[str], Values]] = {
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::Subnet": _subnet,
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::VPCGatewayAttachment": lambda _id: {"AttachmentType": "IGW"},
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": lambda statement: {"Id": statement},
    "AWS::Scheduler::ScheduleGroup": _schedule_group,
}
