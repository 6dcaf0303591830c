"""Properties against the registry's schema of their type, by cfn-lint's validator.

cfn-lint is imported at the first check: that takes seconds and some 70 MB, so only a stack with a stand-in pays for it.
The sentences are those of CloudFormation where public reports quote them; the others are unverified.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.templates import registry

_SHOWN = 20
"""The most errors that one reason tells."""

_STUMBLED = "Exception "
"""How cfn-lint tells that a check of its own failed, which says nothing of the value."""

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
    validator = _validator()(dict(schema))
    validator = validator.evolve(context=validator.context.evolve(functions=[]))  # no functions are left
    for error in sorted(validator.iter_errors(properties), key=lambda error: [str(part) for part in error.path]):
        if not error.message.startswith(_STUMBLED):
            yield _sentence(error)


@functools.cache
def _validator() -> Any:
    from cfnlint.jsonschema import StandardValidator

    own = {"type": _check_type, "pattern": _check_pattern, "additionalProperties": _check_unknown}
    return StandardValidator({}).extend(validators=own)


def _check_unknown(validator: Any, allowed: Any, value: Any, schema: Any) -> Iterator[Any]:
    """As cfn-lint's, but without a search for names that are alike, which takes long where there are many."""
    from cfnlint.jsonschema import StandardValidator, ValidationError

    if allowed is not False or "patternProperties" in schema:
        yield from StandardValidator({}).validators["additionalProperties"](validator, allowed, value, schema) or ()
    elif isinstance(value, Mapping):
        for name in sorted(value.keys() - schema.get("properties", {}).keys()):
            yield ValidationError(f"{name} is not known", path=[name])


def _check_pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    """Patterns are found anywhere in a text, and within a time that other requests wait no longer for."""
    import regex  # type: ignore[import-untyped] # types-regex is not among the requirements
    from cfnlint.jsonschema import ValidationError

    if isinstance(value, (str, int, float)):
        text = json.dumps(value) if not isinstance(value, str) else value
        try:
            fits = bool(regex.search(pattern, text, timeout=_SECONDS, concurrent=True))
        except TimeoutError:
            fits = False
        except regex.error:  # of another dialect
            fits = True
        if not fits:
            yield ValidationError("does not match")


def _check_type(_validator: Any, expected: Any, value: Any, _schema: Any) -> Iterator[Any]:
    from cfnlint.jsonschema import ValidationError

    kinds = (expected,) if isinstance(expected, str) else tuple(expected)
    if not any(_is(kind, value) for kind in kinds):
        yield ValidationError(f"expected type: {'/'.join(kinds)}")


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


def _sentence(error: Any) -> str:
    where, value, limit = "".join(f"/{part}" for part in error.path), error.instance, error.validator_value
    head, _, name = where.rpartition("/")
    told = {
        "enum": f"{value} is not a valid enum value",
        "minimum": f"{value} is not greater or equal to {limit}",
        "maximum": f"{value} is not less or equal to {limit}",
        "type": f"{error.message}, found: {type(value).__name__}",
    }
    match error.validator:
        case "required":
            return f"#{where}: required key [{_quoted(error.message)}] not found"
        case "additionalProperties":
            return f"#{head}: extraneous key [{name}] is not permitted"
        case "minLength" | "maxLength":
            return f"#{where}: expected {error.validator}: {limit}, actual: {len(str(value))}"
        case keyword:
            return f"#{where}: {told.get(keyword, f'failed validation constraint for keyword [{keyword}]')}"


def _quoted(message: str) -> str:
    return message.split("'")[1]
