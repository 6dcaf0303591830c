"""EC2's addresses, whole: whose interface an address is of, and those that are asked for.

The emulator keeps an address's instance alone and lists all, whatever is asked for. Nothing passes through them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response

_OF_ADDRESS = {
    "AllocationId": "allocationId",
    "PublicIp": "publicIp",
    "Domain": "domain",
    "AssociationId": "associationId",
    "InstanceId": "instanceId",
    "NetworkInterfaceId": "networkInterfaceId",
    "PrivateIpAddress": "privateIpAddress",
    "NetworkBorderGroup": "networkBorderGroup",
    "PublicIpv4Pool": "publicIpv4Pool",
}
_FILTERS = {
    "allocation-id": "AllocationId",
    "association-id": "AssociationId",
    "domain": "Domain",
    "instance-id": "InstanceId",
    "network-border-group": "NetworkBorderGroup",
    "network-interface-id": "NetworkInterfaceId",
    "private-ip-address": "PrivateIpAddress",
    "public-ip": "PublicIp",
}
ATTACHED = ("AssociationId", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress")


def make_addresses_whole() -> None:
    """Put the operations on addresses right."""
    from ministack.services import ec2

    for action, operation in {
        "AllocateAddress": _allocating(ec2._allocate_address),
        "AssociateAddress": _associate,
        "DisassociateAddress": _disassociate,
        "ReleaseAddress": _releasing(ec2._release_address),
        "DescribeAddresses": _describe_addresses,
    }.items():
        ec2._ACTION_MAP[action] = operation


def _allocating(allocate: Callable[[Any], Response]) -> Callable[[Any], Response]:
    def allocate_address(params: Any) -> Response:
        from ministack.core.responses import get_region
        from ministack.services import ec2

        before = set(ec2._addresses)
        answer = allocate(params)
        for made in set(ec2._addresses) - before:
            ec2._addresses[made] |= {
                "NetworkBorderGroup": ec2._p(params, "NetworkBorderGroup") or get_region(),
                "PublicIpv4Pool": ec2._p(params, "PublicIpv4Pool") or "amazon",
            }
        return answer

    return allocate_address


def named(params: Any) -> dict[str, Any] | None:
    """The address that AllocationId or PublicIp names."""
    from ministack.services import ec2

    allocation, public = ec2._p(params, "AllocationId"), ec2._p(params, "PublicIp")
    if allocation:
        found: dict[str, Any] | None = ec2._addresses.get(allocation)
        return found
    return next((each for each in ec2._addresses.values() if public and each["PublicIp"] == public), None)


def absent(params: Any) -> Response:
    """What is said of an address that is not there."""
    from ministack.services import ec2

    allocation = ec2._p(params, "AllocationId")
    if allocation:
        return ec2._error(  # type: ignore[no-any-return]
            "InvalidAllocationID.NotFound", f"The allocation ID '{allocation}' does not exist", 400
        )
    return ec2._error(  # type: ignore[no-any-return]
        "InvalidAddress.NotFound", f"Address '{ec2._p(params, 'PublicIp')}' not found.", 400
    )


def _associate(params: Any) -> Response:
    from ministack.core.responses import new_uuid
    from ministack.services import ec2

    address = named(params)
    if address is None:
        return absent(params)
    instance, interface = ec2._p(params, "InstanceId"), ec2._p(params, "NetworkInterfaceId")
    if not instance and not interface:
        return ec2._error(  # type: ignore[no-any-return]
            "MissingParameter", "Either 'InstanceId' or 'NetworkInterfaceId' must be specified", 400
        )  # unverified
    private = ec2._p(params, "PrivateIpAddress") or ec2._network_interfaces.get(interface, {}).get("PrivateIpAddress")
    made = f"eipassoc-{new_uuid().replace('-', '')[:17]}"
    attach(address, made, instance, interface, private)
    inner = f"<return>true</return><associationId>{made}</associationId>"
    return ec2._xml(200, "AssociateAddressResponse", inner)  # type: ignore[no-any-return]


def attach(address: dict[str, Any], association: str, instance: str, interface: str, private: str | None) -> None:
    """Note whose an address is."""
    address.update(zip(ATTACHED, (association, instance or None, interface or None, private), strict=True))


def _disassociate(params: Any) -> Response:
    from ministack.services import ec2

    association, public = ec2._p(params, "AssociationId"), ec2._p(params, "PublicIp")
    for address in ec2._addresses.values():
        if (association and address["AssociationId"] == association) or (public and address["PublicIp"] == public):
            address.update(dict.fromkeys(ATTACHED))
            return ec2._xml(200, "DisassociateAddressResponse", "<return>true</return>")  # type: ignore[no-any-return]
    text = f"The association ID '{association}' does not exist"
    return ec2._error("InvalidAssociationID.NotFound", text, 400)  # type: ignore[no-any-return]


def _releasing(release: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """An address that is associated is in use (API reference); the emulator lets it go."""

    def release_address(params: Any) -> Response:
        from ministack.services import ec2

        address = named(params)
        if address is None:
            return absent(params)
        if address["AssociationId"]:
            text = f"Address {address['PublicIp']} is in use."  # unverified
            return ec2._error("InvalidIPAddress.InUse", text, 400)  # type: ignore[no-any-return]
        return release({"AllocationId": [address["AllocationId"]]})

    return release_address


def _describe_addresses(params: Any) -> Response:
    from ministack.services import ec2

    wanted, public = ec2._parse_member_list(params, "AllocationId"), ec2._parse_member_list(params, "PublicIp")
    filters = ec2._parse_filters(params)
    for allocation in wanted:
        if allocation not in ec2._addresses:
            return absent({"AllocationId": [allocation]})
    items = "".join(
        f"<item>{members_xml({name: address.get(member) for member, name in _OF_ADDRESS.items()})}"
        f"{ec2._tag_set_xml(address['AllocationId'])}</item>"
        for address in ec2._addresses.values()
        if (not wanted or address["AllocationId"] in wanted)
        and (not public or address["PublicIp"] in public)
        and all(address.get(_FILTERS[name]) in values for name, values in filters.items() if name in _FILTERS)
        and ec2._resource_matches_tag_filters(address["AllocationId"], filters)
    )
    return ec2._xml(200, "DescribeAddressesResponse", f"<addressesSet>{items}</addressesSet>")  # type: ignore[no-any-return]


def members_xml(members: Mapping[str, Any]) -> str:
    """Members as EC2's XML has them; those without a value are left out."""
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in members.items() if value)
