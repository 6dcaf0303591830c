"""EC2: addresses, whose they are, NAT gateways."""

from __future__ import annotations

from local_aws import emulator
from local_aws.cloudformation.service_types.service_type import Answer, ServiceType
from local_aws.cloudformation.settings.setting import Params, Properties, Step


def _tags(resource: str, old: Properties, new: Properties) -> list[Step]:
    """Tags of a resource, from the one template to the other."""
    now = {str(tag["Key"]): str(tag.get("Value", "")) for tag in new.get("Tags") or []}
    gone = [{"Key": str(tag["Key"])} for tag in old.get("Tags") or [] if str(tag["Key"]) not in now]
    steps: list[Step] = [("DeleteTags", {"Resources": [resource], "Tags": gone})] if gone else []
    tags = [{"Key": key, "Value": value} for key, value in now.items()]
    return [*steps, ("CreateTags", {"Resources": [resource], "Tags": tags})] if tags else steps


def _tagged(kind: str, given: Properties) -> Params:
    tags = [{"Key": str(tag["Key"]), "Value": str(tag.get("Value", ""))} for tag in given.get("Tags") or []]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def _given(given: Properties, *names: str) -> Params:
    return {name: str(given[name]) for name in names if given.get(name)}


# Addresses; Ref is the public address


def _associated(address: str, instance: str) -> list[Step]:
    return [("AssociateAddress", {"PublicIp": address, "InstanceId": instance})]


def _address(address: str) -> Params:
    """What EC2 tells of an address."""
    found = emulator.call_service("ec2", "DescribeAddresses", {"PublicIps": [address]})["Addresses"]
    return dict(found[0]) if found else {}


def _new_address(_name: str, given: Properties) -> list[Step]:
    params = _given(given, "Domain", "NetworkBorderGroup", "PublicIpv4Pool")
    return [("AllocateAddress", {**params, **_tagged("elastic-ip", given)})]


def _changed_address(address: str, old: Properties, new: Properties) -> list[Step]:
    for name in ("Domain", "PublicIpv4Pool"):
        if old.get(name) != new.get(name):
            raise ValueError(f"AWS::EC2::EIP: a change of {name} is not supported by the local AWS")
    steps = _tags(str(_address(address)["AllocationId"]), old, new)
    if old.get("InstanceId") == new.get("InstanceId"):
        return steps
    steps += [("DisassociateAddress", {"PublicIp": address})] if old.get("InstanceId") else []
    return steps + (_associated(address, str(new["InstanceId"])) if new.get("InstanceId") else [])


def _no_address(address: str, given: Properties) -> list[Step]:
    found = _address(address)
    let_go: list[Step] = [("DisassociateAddress", {"PublicIp": address})] if given.get("InstanceId") else []
    return [*let_go, ("ReleaseAddress", {"AllocationId": str(found["AllocationId"])})] if found else []


def _address_attributes(address: str, _given: Properties, _answer: Answer) -> Params:
    return {"PublicIp": address, "AllocationId": str(_address(address)["AllocationId"])}


# NAT gateways


def _new_gateway(_name: str, given: Properties) -> list[Step]:
    params = _given(given, "SubnetId", "AllocationId", "ConnectivityType", "PrivateIpAddress")
    lists = {
        name: [str(each) for each in given[name]]
        for name in ("SecondaryAllocationIds", "SecondaryPrivateIpAddresses")
        if given.get(name)
    }
    return [("CreateNatGateway", {**params, **lists, **_tagged("natgateway", given)})]


def _changed_gateway(gateway: str, old: Properties, new: Properties) -> list[Step]:
    for name in ("SecondaryAllocationIds", "SecondaryPrivateIpAddresses"):
        if old.get(name) != new.get(name):
            raise ValueError(f"AWS::EC2::NatGateway: a change of {name} is not supported by the local AWS")
    return _tags(gateway, old, new)


def _gateway_attributes(gateway: str, _given: Properties, _answer: Answer) -> Params:
    found = emulator.call_service("ec2", "DescribeNatGateways", {"NatGatewayIds": [gateway]})["NatGateways"][0]
    return {"NatGatewayId": gateway, "EniId": str(found["NatGatewayAddresses"][0]["NetworkInterfaceId"])}


NETWORK = (
    ServiceType(
        "AWS::EC2::EIP",
        "ec2",
        create=_new_address,
        settle=lambda address, given: _associated(address, str(given["InstanceId"])) if given.get("InstanceId") else [],
        update=_changed_address,
        delete=_no_address,
        ref=lambda _name, _given, answer: str(answer["PublicIp"]),
        attributes=_address_attributes,
        replaced_by=("NetworkBorderGroup",),
        gone=("InvalidAllocationID.NotFound", "InvalidAddress.NotFound", "InvalidAssociationID.NotFound"),
    ),
    ServiceType(
        "AWS::EC2::EIPAssociation",
        "ec2",
        create=lambda _name, given: [
            (
                "AssociateAddress",
                {
                    **_given(given, "AllocationId", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress"),
                    **({"PublicIp": str(given["EIP"])} if given.get("EIP") else {}),
                },
            )
        ],
        delete=lambda made, _given: [("DisassociateAddress", {"AssociationId": made})],
        ref=lambda _name, _given, answer: str(answer["AssociationId"]),
        attributes=lambda made, _given, _answer: {"Id": made},
        replaced_by=("AllocationId", "EIP", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress"),
        gone=("InvalidAssociationID.NotFound",),
    ),
    ServiceType(
        "AWS::EC2::NatGateway",
        "ec2",
        create=_new_gateway,
        update=_changed_gateway,
        delete=lambda gateway, _given: [("DeleteNatGateway", {"NatGatewayId": gateway})],
        ref=lambda _name, _given, answer: str(answer["NatGateway"]["NatGatewayId"]),
        attributes=_gateway_attributes,
        replaced_by=("AllocationId", "ConnectivityType", "PrivateIpAddress", "SubnetId"),
        gone=("NatGatewayNotFound",),
    ),
)
