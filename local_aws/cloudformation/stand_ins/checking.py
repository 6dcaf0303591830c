"""Properties against the registry's schema of their type, by the package jsonschema.

cfn-lint has a validator too, and takes seconds and 70 MB to import. Its schemas have a few keywords of their own, which
are here. The sentences are those of CloudFormation where public reports quote them; the others are unverified.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.templates import registry

_SHOWN = 20
"""The most errors that one reason tells."""

_SECONDS = 0.5
"""What matching one value with its pattern may take."""

_NUMBERS: Mapping[str, type] = {"integer": int, "number": float}


def check(resource_type: str, logical_id: str, properties: Any) -> None:
    """Refuse properties that the registry's schema does not allow.

    Args:
        resource_type: one that the registry has.
        logical_id: the resource's name in its template.
        properties: with all functions worked out; scalars may be texts, as CloudFormation takes them.

    Raises:
        ValueError: the reason for the resource's failure.
    """
    found = list(dict.fromkeys(_errors(resource_type, properties)))
    if found:
        text = "\n".join(found[:_SHOWN])
        raise ValueError(f"Properties validation failed for resource {logical_id} with message:\n{text}")


def _errors(resource_type: str, properties: Any) -> Iterator[str]:
    schema = registry.schema(resource_type)
    for path in schema.get("readOnlyProperties", ()):
        name = path.removeprefix("/properties/")
        if name in properties and path not in schema.get("primaryIdentifier", ()):
            yield f"#: extraneous key [{name}] is not permitted"  # a read-only one; unverified
    errors = _validator()(dict(schema)).iter_errors(properties)
    for error in sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]):
        yield from _sentences(error)


@functools.cache
def _validator() -> Any:
    from jsonschema import Draft7Validator, Draft202012Validator
    from jsonschema.validators import extend

    own = {
        "type": _check_type,
        "pattern": _check_pattern,
        "dependencies": Draft7Validator.VALIDATORS["dependencies"],
        "dependentExcluded": _check_excluded,
        "enumCaseInsensitive": _check_any_case,
        "requiredOr": _check_one_or_more,
        "requiredXor": _check_just_one,
        "uniqueKeys": _check_keys,
    }
    return extend(Draft202012Validator, own)


def _failure(text: str) -> Any:
    from jsonschema import ValidationError

    return ValidationError(text)


def _check_excluded(_validator: Any, excluded: Any, value: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for name, others in excluded.items():
            for other in others:
                if name in value and other in value:
                    yield _failure(f"{other} stands beside {name}")


def _check_any_case(_validator: Any, allowed: Any, value: Any, _schema: Any) -> Iterator[Any]:
    if str(value).lower() not in [str(one).lower() for one in allowed]:
        yield _failure("is none of them")


def _check_one_or_more(_validator: Any, names: Any, value: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(value, Mapping) and not value.keys() & set(names):
        yield _failure("has none of them")


def _check_just_one(_validator: Any, names: Any, value: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(value, Mapping) and len(value.keys() & set(names)) != 1:
        yield _failure("has not just one of them")


def _check_keys(_validator: Any, keys: Any, value: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(value, list):
        found = [json.dumps([item.get(key) for key in keys]) for item in value if isinstance(item, Mapping)]
        if len(set(found)) < len(found):
            yield _failure("has a key twice")


def _check_pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    """Patterns are found anywhere in a text, and within a time that other requests wait no longer for."""
    import regex  # type: ignore[import-untyped] # types-regex is not among the requirements

    if isinstance(value, (str, int, float)):
        text = json.dumps(value) if not isinstance(value, str) else value
        try:
            fits = bool(regex.search(pattern, text, timeout=_SECONDS, concurrent=True))
        except TimeoutError:
            fits = False
        except regex.error:  # of another dialect
            fits = True
        if not fits:
            yield _failure("does not match")


def _check_type(_validator: Any, expected: Any, value: Any, _schema: Any) -> Iterator[Any]:
    kinds = (expected,) if isinstance(expected, str) else tuple(expected)
    if not any(_is(kind, value) for kind in kinds):
        yield _failure(f"expected type: {'/'.join(kinds)}")


def _is(kind: str, value: Any) -> bool:
    """Whether a value is of a kind of JSON, or a scalar that CloudFormation turns into one."""
    if kind in ("object", "array"):
        return isinstance(value, Mapping if kind == "object" else list)
    if isinstance(value, (Mapping, list)):
        return False
    if kind == "boolean":
        return str(value).lower() in ("true", "false")
    if kind in _NUMBERS:
        return not isinstance(value, bool) and _converts(_NUMBERS[kind], value)
    return kind != "null" or value is None


def _converts(number: type, value: Any) -> bool:
    try:
        number(value)
    except (TypeError, ValueError):
        return False
    return True


def _sentences(error: Any) -> Iterator[str]:
    where, value, limit = "".join(f"/{part}" for part in error.absolute_path), error.instance, error.validator_value
    told = {
        "enum": f"{value} is not a valid enum value",
        "minimum": f"{value} is not greater or equal to {limit}",
        "maximum": f"{value} is not less or equal to {limit}",
        "type": f"{error.message}, found: {type(value).__name__}",
    }
    match error.validator:
        case "required":
            yield f"#{where}: required key [{_quoted(error.message)}] not found"
        case "additionalProperties" if limit is False:
            for name in _unknown(error.schema, value):
                yield f"#{where}: extraneous key [{name}] is not permitted"
        case "minLength" | "maxLength":
            yield f"#{where}: expected {error.validator}: {limit}, actual: {len(str(value))}"
        case keyword:
            yield f"#{where}: {told.get(keyword, f'failed validation constraint for keyword [{keyword}]')}"


def _unknown(schema: Mapping[str, Any], value: Mapping[str, Any]) -> list[str]:
    patterns = schema.get("patternProperties", {})
    named = value.keys() - schema.get("properties", {}).keys()
    return sorted(name for name in named if not any(re.search(pattern, name) for pattern in patterns))


def _quoted(message: str) -> str:
    return message.split("'")[1]
