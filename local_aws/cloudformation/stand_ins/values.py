"""What Ref and Fn::GetAtt give for a stand-in: values of the form that the registry's schema tells, which lead nowhere.

A property that the template gives stands for itself. Of the others the schema tells the type, the values allowed, the
pattern and the length; the rest goes by the property's name.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.cloudformation.stand_ins import arns
from local_aws.cloudformation.stand_ins.names import id_prefix, is_named_by_name, ref_pointer, without_name
from local_aws.templates import registry
from local_aws.templates.attributes import attributes

_GOOD = ("ACTIVE", "AVAILABLE", "ENABLED", "RUNNING", "COMPLETE", "READY")
"""States that say that a resource is there."""

_PORTS = {
    "Redshift": 5439,
    "RedshiftServerless": 5439,
    "DocDB": 27017,
    "Neptune": 8182,
    "ElastiCache": 6379,
    "RDS": 3306,
}

_KINDS = {
    "time": re.compile(r"(?:Time|Date|At)$|^(?:Created|Modified|LastUpdated)"),
    "arn": re.compile(r"Arn$|ARN$"),
    "ip": re.compile(r"Ip$|IpAddress$"),
    "host": re.compile(r"(?:Address|Endpoint|D[Nn][Ss](?:Name)?|Domain|DomainName|Host)$"),
    "url": re.compile(r"(?:Url|URL|Uri|URI)$"),
    "port": re.compile(r"^Port$"),
    "state": re.compile(r"(?:State|Status)$"),
    "version": re.compile(r"Version(?:Number)?$"),
    "account": re.compile(r"(?:AccountId|OwnerId|Owner)$"),
    "region": re.compile(r"^Region$"),
    "identifier": re.compile(r"Identifier$"),
    "id": re.compile(r"(?:^|[a-z])(?:Id|ID)$"),
}
"""What a property's name says of its value; the first that fits."""


@dataclass
class Values:
    """The values of one resource.

    Attributes:
        resource_type: one that the registry has.
        name: the name that CloudFormation would give it.
        properties: what the template gives it.
        region: AWS's code.
        account: twelve digits.
    """

    resource_type: str
    name: str
    properties: Mapping[str, Any]
    region: str
    account: str
    _made: dict[str, Any] = field(default_factory=dict)

    def ref(self) -> str:
        """The physical id, which is what Ref gives."""
        pointers = ref_pointer(self.resource_type) or self._schema.get("primaryIdentifier") or ["/properties/Id"]
        return "|".join(str(self._at(pointer)) for pointer in pointers)

    def attributes(self) -> dict[str, Any]:
        """Name of an attribute -> what Fn::GetAtt gives."""
        return {attribute: self._at(pointer) for attribute, pointer in attributes(self.resource_type).items()}

    @property
    def _schema(self) -> Mapping[str, Any]:
        return registry.schema(self.resource_type)

    def _at(self, pointer: str) -> Any:
        parts = pointer.split("/")[2:]
        given: Any = self.properties
        for part in parts:
            given = given.get(part) if isinstance(given, Mapping) else None
        if given is None:
            given = self.properties.get(parts[-1])  # Workgroup.WorkgroupName is the property WorkgroupName
        if given is not None:
            return given
        if pointer not in self._made:
            self._made[pointer] = self._value(parts[-1], self._node(parts))
        return self._made[pointer]

    def _node(self, parts: list[str]) -> Mapping[str, Any]:
        node: Mapping[str, Any] = self._schema
        for part in parts:
            node = self._resolved((self._resolved(node).get("properties") or {}).get(part) or {})
        return node

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        for _ in range(10):
            if "$ref" not in node:
                break
            node = self._schema.get("definitions", {}).get(node["$ref"].rpartition("/")[2], {})
        return node

    def _value(self, name: str, node: Mapping[str, Any]) -> Any:
        if "default" in node:
            return node["default"]
        kinds = node.get("type", "string")
        kind = kinds if isinstance(kinds, str) else next(iter(kinds))
        match kind:
            case "integer" | "number":
                return self._port() if name == "Port" else max(1, int(node.get("minimum", 1)))
            case "boolean":
                return False
            case "array":
                return []
            case "object":
                return {}
        texts = [text[: node.get("maxLength", len(text))] for text in self._texts(name, node)]
        return next((text for text in texts if _fits(text, node)), texts[0])

    def _texts(self, name: str, node: Mapping[str, Any]) -> Iterator[str]:
        """Texts that a property of this name could hold, the likeliest first."""
        if "enum" in node:
            states = [str(one) for one in node["enum"]]
            yield next((one for one in states if one.upper() in _GOOD), states[0])
        yield from self._by_name(name, node)
        digits = uuid.uuid4().hex
        yield from (self.name, self.name.lower(), re.sub(r"[^a-z0-9]", "", self.name.lower()))
        yield from (str(uuid.uuid4()), digits, digits[:17], digits[:8], self.account, digits.upper())

    def _by_name(self, name: str, node: Mapping[str, Any]) -> Iterator[str]:
        digits, own = uuid.uuid4().hex, self._own_name()
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        found: Mapping[str, Iterable[str]] = {
            "time": (now,),
            "arn": (self._arn(name, one) for one in (own, *map(str, self._made.values()), digits[:16])),
            "ip": (f"{'203.0.113' if 'Public' in name else '10.0.0'}.{int(digits[:2], 16) % 250 + 4}",),
            "host": (self._host(own, digits),),
            "url": (f"https://{self._host(own, digits)}",),
            "port": (str(self._port()),),
            "state": ("ACTIVE",),
            "version": ("1",),
            "account": (self.account,),
            "region": (self.region,),
            "identifier": (self.name.lower(),),
            "id": (self._id(name, own, digits),),
        }
        kinds = ["time"] if node.get("format") == "date-time" else []
        kinds += [kind for kind, pattern in _KINDS.items() if pattern.search(name)]
        yield from found[kinds[0]] if kinds else ()

    def _id(self, name: str, own: str, digits: str) -> str:
        prefix = id_prefix(self.resource_type, name)
        if prefix:
            return prefix + (digits[:13].upper() if prefix == "j-" else digits[:17])
        if name == "Id" and is_named_by_name(self.resource_type):
            return own
        return digits[:16]

    def _arn(self, name: str, own: str) -> str:
        """The resource's own ARN, or that of something it comes with, such as a secret."""
        kind = self.resource_type.split("::")[2]
        if name in ("Arn", "ARN", "Id", "ResourceArn") or without_name(name) in kind or kind in without_name(name):
            return arns.make(self.resource_type, own, region=self.region, account=self.account)
        service = (
            "secretsmanager" if "Secret" in name else "logs" if "LogGroup" in name else arns.service(self.resource_type)
        )
        kind = (
            "secret:" if "Secret" in name else "log-group:" if "LogGroup" in name else f"{without_name(name).lower()}/"
        )
        return f"arn:aws:{service}:{self.region}:{self.account}:{kind}{own}"

    def _own_name(self) -> str:
        """The name that the template gives the resource, else CloudFormation's."""
        kind = self.resource_type.split("::")[2]
        names = [f"{kind}Name", f"{kind}Identifier", "Name", f"{kind}Id"]
        names += [
            name for name in self._schema.get("properties", {}) if name.endswith("Name") and kind.endswith(name[:-4])
        ]
        for name in names:
            given = self.properties.get(name)
            if isinstance(given, str) and given:
                return given
        made = [value for pointer, value in self._made.items() if pointer in self._schema.get("primaryIdentifier", ())]
        return str(made[0]) if made and not str(made[0]).startswith("arn:") else self.name

    def _port(self) -> int:
        return _PORTS.get(self.resource_type.split("::")[1], 443)

    def _host(self, own: str, digits: str) -> str:
        label = re.sub(r"[^a-z0-9-]", "", own.lower()).strip("-")[:63] or digits[:8]
        return f"{label}.{digits[:12]}.{self.region}.{arns.service(self.resource_type)}.amazonaws.com"


def _fits(text: str, node: Mapping[str, Any]) -> bool:
    import regex  # type: ignore[import-untyped] # types-regex is not among the requirements

    if "enum" in node and text not in node["enum"]:
        return False
    if len(text) < node.get("minLength", 0):
        return False
    try:
        return "pattern" not in node or bool(regex.search(node["pattern"], text, timeout=1.0))
    except (regex.error, TimeoutError):
        return True
