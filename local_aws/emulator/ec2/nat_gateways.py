"""EC2's NAT gateways, whole: their addresses and their interface, which the emulator leaves out.

The interface is one of EC2's; nothing passes through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local_aws.emulator.ec2.addresses import ATTACHED, absent, attach, members_xml
from local_aws.emulator.protocol import Response


def make_gateways_whole() -> None:
    """Put the operations on NAT gateways right."""
    from ministack.services import ec2

    ec2._ACTION_MAP |= {
        "CreateNatGateway": _create_gateway,
        "DeleteNatGateway": _deleting(ec2._delete_nat_gateway),
        "DescribeNatGateways": _describing(ec2._describe_nat_gateways),
    }


def _allocations(gateway: Mapping[str, Any]) -> list[str]:
    return [each for each in (gateway.get("AllocationId"), *gateway.get("SecondaryAllocationIds", ())) if each]


def _create_gateway(params: Any) -> Response:
    from ministack.services import ec2

    subnet = ec2._p(params, "SubnetId")
    if subnet not in ec2._subnets:
        text = f"The subnet ID '{subnet}' does not exist"
        return ec2._error("InvalidSubnetID.NotFound", text, 400)  # type: ignore[no-any-return]
    secondary = ec2._parse_member_list(params, "SecondaryAllocationId")
    for allocation in (ec2._p(params, "AllocationId"), *secondary):
        if allocation and allocation not in ec2._addresses:
            return absent({"AllocationId": [allocation]})
    before, interfaces = set(ec2._nat_gateways), set(ec2._network_interfaces)
    answer: Response = ec2._create_nat_gateway(params)
    [made] = set(ec2._nat_gateways) - before
    ec2._create_network_interface({"SubnetId": [subnet], "Description": [f"Interface for NAT Gateway {made}"]})
    [interface] = set(ec2._network_interfaces) - interfaces
    found = ec2._network_interfaces[interface]
    found |= {"Status": "in-use", "InterfaceType": "nat_gateway", "Groups": []}
    found["PrivateIpAddress"] = ec2._p(params, "PrivateIpAddress") or found["PrivateIpAddress"]
    gateway = ec2._nat_gateways[made]
    gateway |= {
        "NetworkInterfaceId": interface,
        "PrivateIpAddress": found["PrivateIpAddress"],
        "SecondaryAllocationIds": secondary,
        "SecondaryPrivateIpAddresses": ec2._parse_member_list(params, "SecondaryPrivateIpAddress"),
    }
    for row in _rows(gateway):
        if row["allocationId"]:
            address = ec2._addresses[row["allocationId"]]
            attach(address, f"eipassoc-{made[4:]}", "", interface, row["privateIp"])
    return _completed(answer, [gateway])


def _rows(gateway: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The addresses of a gateway, the main one first."""
    from ministack.services import ec2

    allocations, private = list(gateway.get("SecondaryAllocationIds", ())), [*gateway["SecondaryPrivateIpAddresses"]]
    more = max(len(allocations), len(private))
    pairs = [
        (gateway.get("AllocationId"), gateway["PrivateIpAddress"]),
        *zip(allocations + [None] * (more - len(allocations)), private + [None] * (more - len(private)), strict=True),
    ]
    for number, (allocation, address) in enumerate(pairs):
        yield {
            "allocationId": allocation,
            "networkInterfaceId": gateway["NetworkInterfaceId"],
            "privateIp": address,
            "publicIp": ec2._addresses.get(allocation, {}).get("PublicIp"),
            "isPrimary": str(not number).lower(),
            "status": "succeeded",
        }


def _deleting(delete: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """A gateway that goes takes its interface with it and lets its addresses go."""

    def delete_gateway(params: Any) -> Response:
        from ministack.services import ec2

        gateway = ec2._nat_gateways.get(ec2._p(params, "NatGatewayId"))
        answer = delete(params)
        if gateway:
            ec2._network_interfaces.pop(gateway.get("NetworkInterfaceId", ""), None)
            for allocation in _allocations(gateway):
                ec2._addresses.get(allocation, {}).update(dict.fromkeys(ATTACHED))
        return answer

    return delete_gateway


def _describing(describe: Callable[[Any], Response]) -> Callable[[Any], Response]:
    def describe_gateways(params: Any) -> Response:
        from ministack.services import ec2

        return _completed(describe(params), ec2._nat_gateways.values())

    return describe_gateways


def _completed(answer: Response, gateways: Iterable[Mapping[str, Any]]) -> Response:
    """An answer with the addresses of the gateways that it tells of."""
    status, headers, body = answer
    text = body.decode() if isinstance(body, bytes) else str(body)
    for gateway in gateways:
        if "NetworkInterfaceId" in gateway:
            head, found, rest = text.partition(f"<natGatewayId>{gateway['NatGatewayId']}</natGatewayId>")
            rows = "".join(f"<item>{members_xml(row)}</item>" for row in _rows(gateway))
            whole = f"<natGatewayAddressSet>{rows}</natGatewayAddressSet>"
            text = head + found + rest.replace("<natGatewayAddressSet/>", whole, 1) if found else text
    return status, headers, text.encode()
