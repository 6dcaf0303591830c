"""Requests and answers in the shapes of botocore's model of a service."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.emulator import check_members
from local_aws.glue.model import GlueError
from local_aws.service_models import LOADER


class Shapes:
    """The model of one service, loaded once.

    Args:
        service: its name in botocore.
    """

    def __init__(self, service: str = "glue") -> None:
        from botocore.model import ServiceModel

        self._service = service
        self._model = ServiceModel(LOADER.load_service_model(service, "service-2"), service)
        self.operations = frozenset(self._model.operation_names)

    def validated(self, operation: str, params: Mapping[str, Any], *, coerce: bool = False) -> dict[str, Any]:
        """Check parameters against the model: required members, types, lengths, patterns, enumerations.

        Args:
            operation: such as `CreateJob`.
            params: as they came.
            coerce: turn strings into the numbers and booleans that the model asks for, as CloudFormation does.

        Returns:
            The parameters, without null members.

        Raises:
            GlueError: with the service's own code for it, and a sentence that lists what is wrong.
        """
        shape = self._model.operation_model(operation).input_shape
        if shape is None:
            return {}
        values = copy.deepcopy(dict(_coerced(shape, params) if coerce else params))
        problem = check_members(self._service, operation, values)
        if problem is not None:
            raise GlueError(*problem)
        return values

    def unknown(self, operation: str, params: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
        """The members that the model does not know: (path of what holds them, their names)."""
        shape = self._model.operation_model(operation).input_shape
        return list(_unknown(shape, params, "")) if shape is not None else []

    def answer(self, operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The members of the operation's answer that the model knows; others are left out."""
        shape = self._model.operation_model(operation).output_shape
        return dict(_pruned(shape, values)) if shape is not None else {}


def _coerced(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return {
            name: _coerced(shape.members[name], item) if name in shape.members else item for name, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [_coerced(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {name: _coerced(shape.value, item) for name, item in value.items()}
    if kind == "string" and not isinstance(value, str | dict | list):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, str):
        return _from_text(kind, value)
    return value


def _from_text(kind: str, value: str) -> Any:
    try:
        if kind in ("integer", "long"):
            return int(value)
        if kind in ("float", "double"):
            return float(value)
    except ValueError:
        return value
    if kind == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value


def _unknown(shape: Any, value: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        strange = [name for name in value if name not in shape.members]
        if strange:
            yield path, strange
        for name, item in value.items():
            if name in shape.members:
                yield from _unknown(shape.members[name], item, f"{path}/{name}" if path else name)
    elif kind == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(shape.member, item, f"{path}/{index}")


def _pruned(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return {
            name: _pruned(shape.members[name], item)
            for name, item in value.items()
            if name in shape.members and item is not None
        }
    if kind == "list" and isinstance(value, list | tuple):
        return [_pruned(shape.member, item) for item in value]
    return value
