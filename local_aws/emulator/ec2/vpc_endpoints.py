"""VPC endpoints: services, VPCs and route tables that are there, and the routes that gateway endpoints put in tables.

The emulator takes any, and its route tables know nothing of endpoints. Sentences are AWS's (public messages).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.requests.models import is_service_name

_GATEWAYS = ("s3", "dynamodb", "s3express")
_OTHERS = frozenset(
    (
        "aps-workspaces appmesh-envoy-management appstream awsconnector bedrock-agent bedrock-agent-runtime "
        "bedrock-runtime cassandra-fips clouddirectory codecommit-fips ec2messages ecs-agent ecs-telemetry "
        "elasticbeanstalk-health git-codecommit git-codecommit-fips kinesis-firehose kinesis-streams kms-fips "
        "redshift-data-fips s3-global s3-outposts sagemaker ssmmessages sync-states"
    ).split()
)
"""First parts of names of endpoint services that are no service's endpoint; the others are (not AWS's whole list)."""

_ANY = {"Version": "2008-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
"""The policy of an endpoint that is given none."""


class _EndpointError(ValueError):
    """A request for an endpoint is refused.

    Attributes:
        code: EC2's.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{text} (Service: Ec2, Status Code: 400, Error Code: {code})")
        self.code = code
        self.text = text


def check_endpoints() -> None:
    """Check endpoints that EC2's operations and stacks make and change, and keep the routes to them."""
    from ministack.services import ec2
    from ministack.services.cloudformation import provisioners

    for name, wrapped in (
        ("CreateVpcEndpoint", _creating),
        ("ModifyVpcEndpoint", _modifying),
        ("DeleteVpcEndpoints", _deleting),
    ):
        ec2._ACTION_MAP[name] = wrapped(ec2._ACTION_MAP[name])
    handler = provisioners._RESOURCE_HANDLERS["AWS::EC2::VPCEndpoint"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def created(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        _check_properties(properties)
        made = create(logical_id, properties, stack)
        _describe(ec2._vpc_endpoints[made[0]])
        return made

    def updated(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *more: Any) -> Any:
        _check_properties(new, known=(ec2._vpc_endpoints.get(physical_id) or {}).get("RouteTableIds") or ())
        made = update(physical_id, old, new, stack, *more)
        _describe(ec2._vpc_endpoints[made[0]])
        return made

    def deleted(physical_id: str, properties: dict[str, Any]) -> None:
        _take_routes_away(physical_id)
        delete(physical_id, properties)

    handler.update(create=created, update=updated, delete=deleted)


# EC2's operations


def _creating(original: Callable[..., Response]) -> Callable[..., Response]:
    from ministack.services import ec2

    def create(parameters: dict[str, Any]) -> Response:
        ec2._ensure_defaults_initialized()
        try:
            _check(
                ec2._p(parameters, "VpcId"),
                ec2._p(parameters, "ServiceName"),
                ec2._p(parameters, "VpcEndpointType") or "Gateway",
                ec2._parse_member_list(parameters, "RouteTableId"),
            )
        except _EndpointError as error:
            return _refused(error)
        before = set(ec2._vpc_endpoints)
        status, headers, _ = original(parameters)
        [made] = set(ec2._vpc_endpoints) - before
        endpoint = ec2._vpc_endpoints[made]
        endpoint.update(
            PolicyDocument=ec2._p(parameters, "PolicyDocument") or None,
            PrivateDnsEnabled=ec2._p(parameters, "PrivateDnsEnabled") == "true",
            SecurityGroupIds=ec2._parse_member_list(parameters, "SecurityGroupId"),
            CreationTimestamp=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        )
        _describe(endpoint)
        told: Response = ec2._xml(
            status, "CreateVpcEndpointResponse", ec2._vpce_fields_xml(endpoint, tag="vpcEndpoint")
        )
        return told[0], headers, told[2]

    return create


def _modifying(original: Callable[..., Response]) -> Callable[..., Response]:
    from ministack.services import ec2

    def modify(parameters: dict[str, Any]) -> Response:
        endpoint = ec2._vpc_endpoints.get(ec2._p(parameters, "VpcEndpointId"))
        if endpoint:
            try:
                _check_tables(endpoint["ServiceName"], ec2._parse_member_list(parameters, "AddRouteTableId"))
            except _EndpointError as error:
                return _refused(error)
        answer = original(parameters)
        if endpoint:
            _describe(endpoint)
        return answer

    return modify


def _deleting(original: Callable[..., Response]) -> Callable[..., Response]:
    from ministack.services import ec2

    def delete(parameters: dict[str, Any]) -> Response:
        for endpoint in ec2._parse_member_list(parameters, "VpcEndpointId"):
            _take_routes_away(endpoint)
        return original(parameters)

    return delete


def _refused(error: _EndpointError) -> Response:
    from ministack.services import ec2

    response: Response = ec2._error(error.code, error.text, 400)
    return response


# Checks


def _check_properties(properties: Mapping[str, Any], known: Iterable[str] = ()) -> None:
    from ministack.services import ec2

    ec2._ensure_defaults_initialized()
    tables = [str(table) for table in properties.get("RouteTableIds") or []]
    _check(
        str(properties.get("VpcId") or ""),
        str(properties.get("ServiceName") or ""),
        str(properties.get("VpcEndpointType") or "Gateway"),
        [table for table in tables if table not in known],
    )


def _check(vpc: str, service: str, kind: str, tables: list[str]) -> None:
    from ministack.services import ec2

    if vpc and vpc not in ec2._vpcs:
        raise _EndpointError("InvalidVpcId.NotFound", f"The Vpc Id {vpc} does not exist")
    if service and not _is_there(service):
        raise _EndpointError("InvalidServiceName", f"The Vpc Endpoint Service '{service}' does not exist")
    if kind == "Gateway" and service and _short(service) not in _GATEWAYS:
        raise _EndpointError(
            "InvalidParameter", "Endpoint type (Gateway) does not match available service types ([Interface])."
        )
    _check_tables(service, tables)


def _check_tables(service: str, tables: list[str]) -> None:
    from ministack.services import ec2

    prefixes = ec2._aws_pl_id_from_name(service)
    for table in tables:
        if table not in ec2._route_tables:
            raise _EndpointError("InvalidRouteTableId.NotFound", f"The routeTable ID '{table}' does not exist")
        if any(route.get("DestinationPrefixListId") == prefixes for route in ec2._route_tables[table]["Routes"]):
            raise _EndpointError(
                "RouteAlreadyExists",
                f"route table {table} already has a route with destination-prefix-list-id {prefixes}",
            )


def _is_there(service: str) -> bool:
    from ministack.core.responses import get_region

    region = get_region()
    if service.startswith((f"com.amazonaws.vpce.{region}.", f"aws.sagemaker.{region}.")):
        return True
    first = _short(service).partition(".")[0]
    return service.startswith(f"com.amazonaws.{region}.") and (first in _OTHERS or is_service_name(first))


def _short(service: str) -> str:
    return service.split(".", 3)[-1]


# Routes


def _describe(endpoint: dict[str, Any]) -> None:
    """Give an endpoint what AWS gives it: a policy, and in its tables alone the routes to it."""
    from ministack.services import ec2

    endpoint["PolicyDocument"] = endpoint.get("PolicyDocument") or json.dumps(_ANY)
    _take_routes_away(endpoint["VpcEndpointId"])
    if endpoint["VpcEndpointType"] != "Gateway":
        return
    route = {
        "DestinationPrefixListId": ec2._aws_pl_id_from_name(endpoint["ServiceName"]),
        "GatewayId": endpoint["VpcEndpointId"],
        "State": "active",
        "Origin": "CreateRoute",
    }
    for table in endpoint.get("RouteTableIds") or []:
        ec2._route_tables[table]["Routes"].append(dict(route))


def _take_routes_away(endpoint: str) -> None:
    from ministack.services import ec2

    for table in ec2._route_tables.values():
        table["Routes"] = [route for route in table["Routes"] if route.get("GatewayId") != endpoint]
