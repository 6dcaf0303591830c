"""Requests and answers in the shapes of botocore's model of a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.aws_clients import LOADER
from local_aws.glue.model import GlueError

_NEWER = {"WorkerType": ("G.12X", "G.16X", "R.1X", "R.2X", "R.4X", "R.8X")}
"""Values that AWS takes (developer guide) and botocore's model does not list yet."""


class Shapes:
    """The model of one service, loaded once.

    Args:
        service: its name in botocore.
    """

    def __init__(self, service: str = "glue") -> None:
        from botocore.model import ServiceModel
        from botocore.validate import ParamValidator

        self._model = ServiceModel(LOADER.load_service_model(service, "service-2"), service)
        self._validator = ParamValidator()
        self.operations = frozenset(self._model.operation_names)

    def validated(self, operation: str, params: Mapping[str, Any], *, coerce: bool = False) -> dict[str, Any]:
        """Check parameters against the model: required members, types, lengths, enumerations.

        Args:
            operation: such as `CreateJob`.
            params: as they came.
            coerce: turn strings into the numbers and booleans that the model asks for, as CloudFormation does.

        Raises:
            GlueError: InvalidInputException that lists what is wrong.
        """
        shape = self._model.operation_model(operation).input_shape
        if shape is None:
            return {}
        values = _coerced(shape, params) if coerce else dict(params)
        report = self._validator.validate(values, shape)
        problems = [report.generate_report()] if report.has_errors() else []
        problems += _enum_problems(shape, values, "")
        if problems:
            raise GlueError("InvalidInputException", "; ".join(problems))
        return dict(values)

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


def _enum_problems(shape: Any, value: Any, path: str) -> list[str]:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return [
            problem
            for name, item in value.items()
            if name in shape.members
            for problem in _enum_problems(shape.members[name], item, f"{path}.{name}" if path else name)
        ]
    if kind == "list" and isinstance(value, list):
        return [
            problem
            for index, item in enumerate(value)
            for problem in _enum_problems(shape.member, item, f"{path}[{index}]")
        ]
    known = [*shape.enum, *_NEWER.get(shape.name, ())] if kind == "string" and shape.enum else []
    if known and isinstance(value, str) and value not in known:
        allowed = ", ".join(known)
        return [
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy enum value set: [{allowed}]"
        ]
    return []


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
