"""Botocore's models of the services that are answered here, loaded when a service is first asked.

Botocore's model is AWS's own description of each operation: its members, their types, and which are required.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from botocore.model import ServiceModel

from local_aws.emulator.requests.constraints import CONSTRAINED, Constraints, constraints_of
from local_aws.service_models import LOADER

MODELS: dict[str, tuple[str, ...]] = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "airflow": ("mwaa",),
    "bedrock-agentcore": ("bedrock-agentcore", "bedrock-agentcore-control"),
    "documentdb": ("docdb",),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "monitoring": ("cloudwatch",),
    "opensearch": ("opensearch", "es"),
    "ses": ("ses", "sesv2"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
"""The emulator's name of a service -> botocore's; the other names are the same in both."""

_WITHOUT_MODEL = frozenset({"appsync-events", "ecs-metadata", "imds"})
"""Answered here, and no service of AWS's SDKs."""

INTEGER_RANGES = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model says of the size of a value: of a number itself, of anything else its length.

    Attributes:
        pattern: a regular expression of Java's, which a text must match as a whole; "" for none.
        secret: its value is not to be shown.
    """

    least: float | None
    most: float | None
    pattern: str
    secret: bool


@dataclass(slots=True)
class Node:
    """One shape of a model, in the form that checking reads fastest.

    Attributes:
        kind: botocore's type name; `document` for a structure of any content.
        members: of a structure: name -> shape.
        required: names of the members that a structure must have.
        written: the members in a document's body, by the names that they have there.
        needed: of these, the names of those that must be there.
        item: the shape of a list's members or a map's values.
        traits: how it is written: botocore's serialization.
        limits: bounds of the value, of services whose constraints are not checked whole.
        constraints: of the value, of the other services, where there are any.
        key: of a map: the constraints of its keys, where there are any.
        name: the shape's in the model.
        texts: of a structure that needs no member: the names of those that may be any text.
    """

    kind: str
    traits: dict[str, Any]
    members: dict[str, Node] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    written: dict[str, Node] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    item: Node = None  # type: ignore[assignment] # of a list or a map it is set
    limits: Limits | None = None
    constraints: Constraints | None = None
    key: Constraints | None = None
    name: str = ""
    texts: frozenset[str] = frozenset()


@dataclass(slots=True)
class Operation:
    """One operation of a service.

    Attributes:
        name: such as `CreateJob`.
        method: of HTTP.
        uri: botocore's pattern of its address.
        shape: botocore's, of what it takes; None for nothing.
        input: the same, made ready.
        payload: the member that alone is the body, where there is one.
        deprecated: whether another one has taken its place.
    """

    name: str
    method: str
    uri: str
    shape: Any
    input: Node | None
    payload: str | None
    deprecated: bool


class Model:
    """One model, whose shapes are made ready as they are needed."""

    def __init__(self, name: str, description: dict[str, Any]) -> None:
        self.name = name
        self._service = ServiceModel(description, name)
        metadata = self._service.metadata
        self.protocols: tuple[str, ...] = tuple(metadata.get("protocols") or [metadata["protocol"]])
        self.target_prefix: str = metadata.get("targetPrefix", "")
        self.json_version: str = metadata.get("jsonVersion", "1.1")
        self.version: str = metadata["apiVersion"]
        self.signing_names = frozenset({self._service.signing_name, metadata["endpointPrefix"], name})
        self.operation_names = frozenset(self._service.operation_names)
        self._described: dict[str, Operation] = {}
        self._ready: dict[str, Operation] = {}
        self._nodes: dict[tuple[str, str], Node] = {}
        self.routes: Any = None

    def described(self, name: str) -> Operation:
        """The operation of this name, whose `input` may not be ready."""
        if name not in self._described:
            model = self._service.operation_model(name)
            shape = model.input_shape
            self._described[name] = Operation(
                name,
                model.http.get("method", "POST"),
                model.http.get("requestUri", "/"),
                shape,
                None,
                shape.serialization.get("payload") if shape is not None else None,
                bool(model.deprecated),
            )
        return self._described[name]

    def operation(self, name: str) -> Operation | None:
        """The operation of this name, or None."""
        found = self._ready.get(name)
        if found is None and name in self.operation_names:
            found = self._ready[name] = self.described(name)
            found.input = self._node(found.shape) if found.shape is not None else None
        return found

    def _node(self, shape: Any) -> Node:
        # A structure that refers to itself meets itself again in this table.
        traits = {**shape.serialization}
        identity = (shape.name, repr(traits))
        node = self._nodes.get(identity)
        if node is not None:
            return node
        kind = shape.type_name
        if kind == "structure" and getattr(shape, "is_document_type", False):
            kind = "document"
        bounds = None if self.name in CONSTRAINED else _limits(shape.metadata)
        node = self._nodes[identity] = Node(kind, traits, limits=bounds, name=shape.name)
        node.constraints = constraints_of(self.name, shape)
        if kind == "structure":
            node.required = (*shape.required_members, *_key_of_tag(shape))
            node.members = {name: self._node(member) for name, member in shape.members.items()}
            inside = {name: member for name, member in node.members.items() if "location" not in member.traits}
            node.written = {member.traits.get("name", name): member for name, member in inside.items()}
            node.needed = tuple(inside[name].traits.get("name", name) for name in node.required if name in inside)
            if not (node.needed or node.limits or node.constraints):
                node.texts = frozenset(name for name, member in node.written.items() if _is_any_text(member))
        elif kind == "list":
            node.item = self._node(shape.member)
        elif kind == "map":
            node.item = self._node(shape.value)
            node.key = constraints_of(self.name, shape.key)
        return node


def _is_any_text(node: Node) -> bool:
    return node.kind == "string" and node.limits is None and node.constraints is None


def _limits(metadata: dict[str, Any]) -> Limits | None:
    if not metadata.keys() & {"min", "max", "pattern"}:
        return None
    return Limits(
        metadata.get("min"), metadata.get("max"), metadata.get("pattern", ""), bool(metadata.get("sensitive"))
    )


def _key_of_tag(shape: Any) -> tuple[str, ...]:
    """The name of a tag's key where the model does not ask for it, as the services do."""
    if not shape.name.lower().endswith("tag"):
        return ()
    return tuple(
        name for name in ("Key", "key", "TagKey") if name in shape.members and name not in shape.required_members
    )


_NAMES: set[str] = set()
_LOADED: dict[str, tuple[Model, ...]] = {}
_LOADING = threading.Lock()


def loaded_models(service: str) -> tuple[Model, ...] | None:
    """The models of a service (its name in the emulator) if they were loaded before."""
    return _LOADED.get(service)


def load_models(service: str) -> tuple[Model, ...]:
    """The models of a service, read from disk the first time: 0.002 to 0.1 s, 0.3 s of EC2 and Glue.

    A service without a model has none.
    """
    with _LOADING:
        if service not in _LOADED:
            names = () if service in _WITHOUT_MODEL else MODELS.get(service, (service,))
            known = set(LOADER.list_available_services("service-2"))
            _LOADED[service] = tuple(
                Model(name, LOADER.load_service_model(name, "service-2")) for name in names if name in known
            )
        return _LOADED[service]


def full_name(name: str) -> str:
    """What AWS calls a service, such as `Amazon Redshift`, by botocore's name of it; "" of an unknown one."""
    if name not in LOADER.list_available_services("service-2"):
        return ""
    return str(LOADER.load_service_model(name, "service-2")["metadata"]["serviceFullName"])


def is_service_name(name: str) -> bool:
    """Whether a signature's scope names a service of AWS, by botocore's names and endpoints.

    In place of the emulator's own, which reads all of botocore's models for it: 7 s in which nobody is answered.
    """
    if not _NAMES:
        _NAMES.update(LOADER.list_available_services("service-2"))
        for partition in LOADER.load_data("endpoints")["partitions"]:
            _NAMES.update(partition["services"])
    return name in _NAMES
