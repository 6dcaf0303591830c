"""JSON Schema: whether a document is a schema of draft 4, 6 or 7, the drafts that AWS names.

A schema that names no draft is one if any of the three takes it (unverified). cfn-lint's validator holds it against
the draft's own schema, which is told here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from local_aws.glue.checks import unsupported

_DRAFTS = {f"http://json-schema.org/draft-0{number}/schema": number for number in (4, 6, 7)}
_SCHEMAS = ("additionalItems", "additionalProperties", "contains", "else", "if", "not", "propertyNames", "then")
_LISTS = ("allOf", "anyOf", "oneOf")
_MAPS = ("definitions", "patternProperties", "properties")
_COUNTS = tuple(f"{bound}{what}" for bound in ("min", "max") for what in ("Items", "Length", "Properties"))
_NOT_IN = {
    4: ("const", "contains", "else", "examples", "if", "propertyNames", "then", "$id"),
    6: ("else", "if", "then"),
    7: (),
}
"""Draft -> keywords that it does not know, and so does not look at."""


def checked(document: Any) -> Any:
    """The schema itself.

    Raises:
        ValueError: it is none; the text says why.
        GlueError: OperationNotSupportedException for a reference to another document.
    """
    named = str(document.get("$schema", "")).rstrip("#") if isinstance(document, Mapping) else ""
    if named and named not in _DRAFTS:
        raise ValueError(f"could not determine version: {named}")
    problems = [_problem(document, draft) for draft in ([_DRAFTS[named]] if named else [7, 6, 4])]
    if all(problems):
        raise ValueError(problems[0])
    for reference in _references(document):
        target(document, reference)
    return document


def target(document: Any, reference: str) -> Any:
    """What a `$ref` within a document leads to.

    Raises:
        ValueError: to nothing.
        GlueError: OperationNotSupportedException for a reference to another document or by `$id`.
    """
    if not reference.startswith("#") or (reference != "#" and not reference.startswith("#/")):
        raise unsupported(f"A $ref that is no pointer within its schema: {reference}")
    found = document
    for part in reference[2:].split("/") if reference != "#" else ():
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        inside = found[int(key)] if isinstance(found, list) and key.isdecimal() and int(key) < len(found) else None
        found = found.get(key) if isinstance(found, Mapping) else inside
        if found is None:
            raise ValueError(f"failed to resolve JSON pointer {reference}")
    return found


def _problem(document: Any, draft: int) -> str:
    from cfnlint.jsonschema import StandardValidator

    error = next(iter(StandardValidator(_schema_of(draft)).iter_errors(document)), None)
    if error is None:
        return ""
    return f"#{''.join(f'/{part}' for part in error.path)}: {error.message}"


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
            return
        for name, item in node.items():
            if name not in ("const", "default", "enum", "examples"):
                yield from _references(item)


@functools.cache
def _schema_of(draft: int) -> dict[str, Any]:
    """The schema of the schemas of a draft, as its specification has it."""
    itself = {"$ref": "#"}
    text, flag, count, number = ({"type": kind} for kind in ("string", "boolean", "integer", "number"))
    schema_map = {"type": "object", "additionalProperties": itself}
    texts = {"type": "array", "items": text, "uniqueItems": True}
    types = {"enum": ["array", "boolean", "integer", "null", "number", "object", "string"]}
    schemas = {"type": "array", "items": itself, "minItems": 1}
    properties: dict[str, Any] = {
        **dict.fromkeys(("$comment", "$id", "$ref", "$schema", "description", "format", "title"), text),
        **dict.fromkeys(_SCHEMAS, itself),
        **dict.fromkeys(_LISTS, schemas),
        **dict.fromkeys(_MAPS, schema_map),
        **dict.fromkeys(_COUNTS, count | {"minimum": 0}),
        **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"), number),
        "dependencies": {"type": "object", "additionalProperties": {"anyOf": [itself, texts]}},
        "enum": {"type": "array"},
        "examples": {"type": "array"},
        "items": {"anyOf": [itself, schemas]},
        "multipleOf": number | {"exclusiveMinimum": 0},
        "pattern": text | {"format": "regex"},
        "required": texts,
        "type": {"anyOf": [types, {"type": "array", "items": types, "minItems": 1, "uniqueItems": True}]},
        "uniqueItems": flag,
    }
    properties["patternProperties"] = {**properties["patternProperties"], "propertyNames": {"format": "regex"}}
    if draft == 4:
        either = {"anyOf": [flag, itself]}
        some = {**texts, "minItems": 1}
        properties |= {
            **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum"), flag),
            **dict.fromkeys(("additionalItems", "additionalProperties"), either),
            "id": text,
            "required": some,
            "enum": {"type": "array", "minItems": 1, "uniqueItems": True},
            "dependencies": {"type": "object", "additionalProperties": {"anyOf": [itself, some]}},
        }
    known = {name: schema for name, schema in properties.items() if name not in _NOT_IN[draft]}
    made: dict[str, Any] = {
        "$id": f"http://json-schema.org/draft-0{draft}/schema#",
        "type": "object" if draft == 4 else ["object", "boolean"],
        "properties": known,
    }
    if draft == 4:
        made["dependencies"] = {"exclusiveMaximum": ["maximum"], "exclusiveMinimum": ["minimum"]}
    return made
