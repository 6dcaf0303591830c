"""`AWS::EC2::FlowLog`, which the emulator's CloudFormation does not know, made by its EC2.

Kept and shown; there is no traffic on a network that is only described, so nothing is ever logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from local_aws.emulator.types.own_types import Made, plug_resource_type

_REPLACING = (
    "DeliverCrossAccountRole",
    "DeliverLogsPermissionArn",
    "DestinationOptions",
    "LogDestination",
    "LogDestinationType",
    "LogFormat",
    "LogGroupName",
    "MaxAggregationInterval",
    "ResourceId",
    "ResourceType",
    "TrafficType",
)
"""All properties but Tags (resource specification)."""


_MORE = {
    "DeliverCrossAccountRole": "deliverCrossAccountRole",
    "DeliverLogsPermissionArn": "deliverLogsPermissionArn",
    "DestinationOptions": "destinationOptions",
    "LogFormat": "logFormat",
    "LogGroupName": "logGroupName",
    "MaxAggregationInterval": "maxAggregationInterval",
}
"""Property -> its name in EC2's answers, of those that the emulator does not show."""

_KEPT = "of_template"


def add_flow_logs() -> None:
    """Make `AWS::EC2::FlowLog` known to CloudFormation."""
    from ministack.services import ec2

    plug_resource_type("AWS::EC2::FlowLog", _FlowLog())
    describe = ec2._describe_flow_logs

    def describe_flow_logs(params: Any) -> Any:
        status, headers, body = describe(params)
        text = body.decode() if isinstance(body, bytes) else str(body)
        for made, record in ec2._flow_logs.items():
            said = f"<flowLogId>{made}</flowLogId>"
            text = text.replace(said, said + _xml(record.get(_KEPT, {})))
        return status, headers, text.encode()

    ec2._describe_flow_logs = describe_flow_logs
    ec2._ACTION_MAP["DescribeFlowLogs"] = describe_flow_logs


def _xml(members: Mapping[str, Any]) -> str:
    """Members as EC2's XML has them."""
    found = ""
    for name, value in members.items():
        if isinstance(value, Mapping):
            inner = _xml({part[0].lower() + part[1:]: each for part, each in value.items()})
        else:
            inner = escape(str(value).lower() if isinstance(value, bool) else str(value))
        found += f"<{name}>{inner}</{name}>"
    return found


class _FlowLog:
    """The physical id is the flow log's."""

    replaced_by = _REPLACING

    def create(self, _logical_id: str, properties: Mapping[str, Any], _stack: str) -> Made:
        from ministack.services import ec2

        resource = str(properties.get("ResourceId", ""))
        if properties.get("ResourceType") == "VPC" and resource not in ec2._vpcs:
            raise ValueError(f"The vpc ID '{resource}' does not exist (InvalidVpcID.NotFound)")
        before = set(ec2._flow_logs)
        given = {name: [str(properties[name])] for name in _REPLACING if isinstance(properties.get(name), str)}
        ec2._create_flow_logs({**given, "ResourceId.1": [resource]})
        [made] = set(ec2._flow_logs) - before
        ec2._flow_logs[made][_KEPT] = {
            member: properties[name] for name, member in _MORE.items() if properties.get(name) not in (None, {})
        }
        self._tag(made, properties)
        return made, {"Id": made}

    def replaces(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        return any(old.get(name) != new.get(name) for name in _REPLACING)

    def update(self, physical_id: str, _old: Mapping[str, Any], new: Mapping[str, Any]) -> Made:
        self._tag(physical_id, new)
        return physical_id, {"Id": physical_id}

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        from ministack.services import ec2

        ec2._delete_flow_logs({"FlowLogId.1": [physical_id]})

    def _tag(self, physical_id: str, properties: Mapping[str, Any]) -> None:
        from ministack.services import ec2

        ec2._tags[physical_id] = [dict(tag) for tag in properties.get("Tags") or []]
