"""A CloudFormation resource type as operations of its service.

A template's properties are those of the API but for a few names; numbers and booleans may come as strings, as
parameters do, and are put right by botocore's model of the operation. A property that the model does not know fails
the resource.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.model import GlueError
from local_aws.glue.shapes import Shapes

Properties = Mapping[str, Any]
Params = dict[str, Any]
Call = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""(operation, parameters) -> answer; raises GlueError."""

_GONE = ("EntityNotFoundException", "NotFoundException")


def _no_attributes(_name: str, _properties: Properties) -> dict[str, Any]:
    return {}


def value_at(properties: Any, path: str) -> Any:
    """The value at a path such as `TableInput/Name`, or None."""
    for part in path.split("/"):
        properties = properties.get(part) if isinstance(properties, Mapping) else None
    return properties


def tag_map(given: Any) -> dict[str, str]:
    """Tags as a map, from a map or from a list of Key and Value."""
    if isinstance(given, Mapping):
        return {str(key): str(value) for key, value in given.items()}
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in given}


class GoneError(Exception):
    """What was asked for is not there."""


@dataclass(frozen=True)
class ResourceType:
    """One type.

    Attributes:
        name: such as `AWS::Glue::Job`.
        service: whose operations these are: glue, athena, budgets.
        create: the operation that makes one.
        create_params: (name, properties) -> its parameters.
        update: the operation that changes one; "" where a changed one is deleted and made again.
        update_params: (name, old properties, new properties) -> its parameters.
        delete: the operation that deletes one.
        delete_params: (name, properties) -> its parameters.
        name_at: (properties) -> path of the property that names one.
        create_only: paths of properties whose change replaces one, as the registry's schema has them.
        id_is_unique: whether two of the type can never have one physical id.
        read: for a type whose `create` takes the same again as no error: the operation that tells that one is there,
            with the parameters of `delete`.
        physical_id: (name, properties, answer of create) -> Ref.
        attributes: (physical id, properties) -> what Fn::GetAtt gives.
        tagged: (scope, physical id) -> ARN that Tags are kept under; None for a type without tags.
        failure: (answer of create) -> why it is one all the same: what was made is deleted; "" where it is none.
        shows: (physical id) -> an operation and its parameters whose answer tells of one; None where none is asked.
        attributes_shown: (answer of that) -> further attributes.
        delete_shown: (answer of that) -> the parameters of `delete`, in the place of `delete_params`; None for those.
        settle: (name, properties) -> an operation and its parameters that follow create and update, or None.
        differs: path -> how it differs here.
        refused: path -> why it fails the resource.
    """

    name: str
    service: str
    create: str
    delete: str
    update: str = ""
    create_params: Callable[[str, Properties], Params] = lambda name, given: {**given, "Name": name}
    update_params: Callable[[str, Properties, Properties], Params] = lambda name, _old, new: {**new, "Name": name}
    delete_params: Callable[[str, Properties], Params] = lambda name, _given: {"Name": name}
    name_at: Callable[[Properties], str] = lambda _given: "Name"
    create_only: tuple[str, ...] = ("Name",)
    id_is_unique: bool = True
    read: str = ""
    physical_id: Callable[[str, Properties, Mapping[str, Any]], str] = lambda name, _given, _answer: name
    attributes: Callable[[str, Properties], dict[str, Any]] = _no_attributes
    tagged: Callable[[Scope, str], str] | None = None
    failure: Callable[[Mapping[str, Any]], str] = lambda _answer: ""
    shows: Callable[[str], tuple[str, Params]] | None = None
    attributes_shown: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda _answer: {}
    delete_shown: Callable[[Mapping[str, Any]], Params] | None = None
    settle: Callable[[str, Properties], tuple[str, Params] | None] = lambda _name, _given: None
    differs: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


class Resource:
    """Create, update and delete of one type; errors become the resource's failure reason."""

    def __init__(self, kind: ResourceType, call: Call) -> None:
        self._kind = kind
        self._call = call

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """The properties of the top level whose change gives a resource with another id."""
        paths = self._kind.create_only if self._kind.id_is_unique else ()
        return tuple(path for path in paths if "/" not in path)

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, Any]]:
        """Make the resource."""
        self._check(properties)
        name = self._declared(properties) or emulator.physical_name(stack, logical_id)
        with _as_reason(self._kind.service):
            if self._exists(name, properties):
                raise ValueError(f"Resource of type '{self._kind.name}' with identifier '{name}' already exists.")
            answer = self._run(self._kind.create, self._kind.create_params(name, properties))
            self._settle(name, properties)
        made = self._kind.physical_id(name, properties, answer)
        failure = self._kind.failure(answer)
        if failure:
            self.delete(made, properties)
            raise ValueError(failure)
        return made, self._attributes(made, properties)

    def update(self, physical_id: str, old: Properties, new: Properties) -> tuple[str, dict[str, Any]]:
        """Change the resource in place; properties that the template dropped fall back to their defaults."""
        self._check(new)
        name = self._declared(new) or physical_id
        with _as_reason(self._kind.service):
            if self._kind.update:
                self._run(self._kind.update, self._kind.update_params(name, old, new))
            else:
                self._run(self._kind.delete, self._kind.delete_params(physical_id, old))
                self._run(self._kind.create, self._kind.create_params(name, new))
            self._settle(name, new)
        self._tag(physical_id, new.get("Tags") or {})
        return physical_id, self._attributes(physical_id, new)

    def _attributes(self, physical_id: str, properties: Properties) -> dict[str, Any]:
        found = self._kind.attributes(physical_id, properties)
        if self._kind.shows is not None:
            with _as_reason(self._kind.service), contextlib.suppress(GoneError):
                found |= self._kind.attributes_shown(self._shown(physical_id))
        return found

    def _shown(self, physical_id: str) -> dict[str, Any]:
        """What the service tells of one; raises GoneError."""
        operation, params = self._kind.shows(physical_id) if self._kind.shows else ("", {})
        try:
            return self._run(operation, params)
        except GlueError as error:
            if error.code in _GONE:
                raise GoneError(error.message) from error
            raise

    def _settle(self, name: str, properties: Properties) -> None:
        settling = self._kind.settle(name, properties)
        if settling:
            self._run(*settling)

    def _tag(self, physical_id: str, given: Any) -> None:
        """Set the tags of a resource: a map for most of Glue's types, a list of Key and Value for others."""
        if not self._kind.tagged:
            return
        scope = emulator.request_scope()
        arn, tags = self._kind.tagged(scope, physical_id), tag_map(given)
        if self._kind.service == "athena":
            emulator.set_athena_tags(arn, tags)
        else:
            emulator.set_glue_tags(scope, arn, tags)

    def replaces(self, old: Properties, new: Properties) -> bool:
        """Whether this change needs a new resource."""
        return any(value_at(old, path) != value_at(new, path) for path in self._kind.create_only)

    def delete(self, physical_id: str, properties: Properties) -> None:
        """Delete the resource; one that is gone is no error."""
        with _as_reason(self._kind.service), contextlib.suppress(GoneError):
            if self._kind.delete_shown is None:
                params = self._kind.delete_params(physical_id, properties)
            else:
                params = self._kind.delete_shown(self._shown(physical_id))
            try:
                self._run(self._kind.delete, params)
            except GlueError as error:
                if error.code not in _GONE:
                    raise

    def _exists(self, name: str, properties: Properties) -> bool:
        if not self._kind.read:
            return False
        try:
            self._run(self._kind.read, self._kind.delete_params(name, properties))
        except GlueError as error:
            if error.code in _GONE:
                return False
            raise
        return True

    def _declared(self, properties: Properties) -> str | None:
        name = value_at(properties, self._kind.name_at(properties))
        return str(name) if name else None

    def _run(self, operation: str, params: Params) -> dict[str, Any]:
        shapes = _shapes(self._kind.service)
        unknown = shapes.unknown(operation, params)
        if unknown:
            where, names = unknown[0]
            text = f"Encountered unsupported properties in {{/{where}}}: [{', '.join(names)}]"  # unverified
            raise ValueError(f"Property validation failure: [{text}]")
        return self._call(operation, shapes.validated(operation, params, coerce=True))

    def _check(self, properties: Properties) -> None:
        for path, why in self._kind.refused.items():
            if value_at(properties, path) not in (None, False, "false", {}, []):
                raise ValueError(f"{self._kind.name} with {path.replace('/', '.')} is not supported: {why}")


@functools.cache
def _shapes(service: str) -> Shapes:
    return Shapes(service)


@contextlib.contextmanager
def _as_reason(service: str) -> Iterator[None]:
    """Turn a GlueError into the ValueError whose text CloudFormation shows as the resource's status reason."""
    try:
        yield
    except GlueError as error:
        raise ValueError(
            f"{error.message} (Service: {service.capitalize()}, Status Code: 400, Error Code: {error.code})"
        ) from error
