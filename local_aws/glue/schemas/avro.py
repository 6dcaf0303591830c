"""Avro: whether a text is a schema.

fastavro parses. What it lets pass and Avro's own parser (1.11.4, which AWS names) refuses is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NAMED = ("record", "error", "enum", "fixed")
PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")

_NEEDED = {"record": "fields", "error": "fields", "enum": "symbols", "fixed": "size", "array": "items", "map": "values"}
_LISTS = ("fields", "symbols")
_ORDERS = ("ascending", "descending", "ignore")
_WHOLE = {"int": 2**31, "long": 2**63}


class NotAvroError(ValueError):
    """A text that is no schema; it says why."""


class Parsed:
    """A schema with all names resolved.

    Attributes:
        root: the schema, each name in full.
        named: the schemas that have one, by it.
    """

    def __init__(self, root: Any, named: Mapping[str, Any]) -> None:
        self.root, self.named = root, named

    def resolved(self, schema: Any) -> Any:
        """What a schema is where it is a name alone."""
        return self.named.get(schema, schema) if isinstance(schema, str) else schema


def parsed(document: Any) -> Parsed:
    """Read a schema.

    Raises:
        NotAvroError: it is none.
    """
    import fastavro
    from fastavro.schema import SchemaParseException, UnknownType

    _check(document)
    named: dict[str, Any] = {}
    try:
        root = fastavro.parse_schema(document, named_schemas=named, _write_hint=False)
    except UnknownType as error:
        raise NotAvroError(f'"{error.name}" is not a defined name') from error
    except SchemaParseException as error:
        raise NotAvroError(str(error)) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise NotAvroError(f"No type: {document}") from error
    made = Parsed(root, named)
    _check_defaults(made, root)
    return made


def _check(schema: Any) -> None:
    if isinstance(schema, list):
        _check_union(schema)
    elif isinstance(schema, Mapping):
        _check_complex(schema)
    elif not isinstance(schema, str):
        raise NotAvroError(f"Schema not yet supported: {schema}")


def _check_union(branches: list[Any]) -> None:
    kinds: set[str] = set()
    for branch in branches:
        if isinstance(branch, list):
            raise NotAvroError(f"Nested union: {branches}")
        _check(branch)
        kind = branch.get("type") if isinstance(branch, Mapping) else branch
        kind = branch.get("name") if kind in NAMED else kind
        text = json.dumps(kind, sort_keys=True)
        if text in kinds:
            raise NotAvroError(f"Duplicate in union: {kind}")
        kinds.add(text)


def _check_complex(schema: Mapping[str, Any]) -> None:
    kind = schema.get("type")
    if isinstance(kind, Mapping | list):
        _check(kind)
        return
    if not isinstance(kind, str):
        raise NotAvroError(f"No type: {schema}")
    if kind in NAMED:
        _check_names(schema)
    needed = _NEEDED.get(kind)
    if needed and (needed not in schema or (needed in _LISTS and not isinstance(schema[needed], list))):
        raise NotAvroError(f"{kind.capitalize()} has no {needed}: {schema}")
    if kind == "fixed" and (type(schema["size"]) is not int or schema["size"] < 0):
        raise NotAvroError(f"Invalid or no size: {schema}")
    if kind in ("array", "map"):
        _check(schema[_NEEDED[kind]])
    if kind in ("record", "error"):
        _check_fields(schema["fields"])


def _check_names(schema: Mapping[str, Any]) -> None:
    name = schema.get("name")
    if not isinstance(name, str) or not name:
        raise NotAvroError("No name in schema")  # real
    last = name.rpartition(".")[2]
    _check_word(last)
    if last in PRIMITIVES:
        raise NotAvroError(f"Schemas may not be named after primitives: {last}")
    aliases = schema.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise NotAvroError(f"aliases not an array of strings: {aliases}")


def _check_fields(fields: list[Any]) -> None:
    seen = set()
    for field in fields:
        if not isinstance(field, Mapping) or "type" not in field:
            raise NotAvroError(f"No field type: {field}")
        name = field.get("name")
        if not isinstance(name, str) or not name:
            raise NotAvroError("No field name")
        _check_word(name)
        if name in seen:
            raise NotAvroError(f"Duplicate field {name} in record")
        seen.add(name)
        if str(field.get("order", "ascending")).lower() not in _ORDERS:
            raise NotAvroError(f"No such order: {field['order']}")
        _check(field["type"])


def _check_word(word: str) -> None:
    """Avro's parser takes the letters and digits of any script (its specification those of ASCII)."""
    if not (word[0].isalpha() or word[0] == "_"):
        raise NotAvroError(f"Illegal initial character: {word}")
    if not all(character.isalnum() or character == "_" for character in word):
        raise NotAvroError(f"Illegal character in: {word}")


# Defaults of fields (specification, "Complex Types")


def _check_defaults(schema: Parsed, node: Any) -> None:
    if isinstance(node, list):
        for branch in node:
            _check_defaults(schema, branch)
    elif isinstance(node, Mapping):
        for field in node.get("fields", ()):
            if "default" in field and not _is_value(schema, field["type"], field["default"]):
                raise NotAvroError(
                    f"Invalid default for field {field['name']}: {field['default']} not a {field['type']}"
                )
            _check_defaults(schema, field["type"])
        for inner in ("items", "values"):
            _check_defaults(schema, node.get(inner))


def _is_value(schema: Parsed, node: Any, value: Any) -> bool:  # noqa: C901, PLR0911 - one return a type
    node = schema.resolved(node)
    if isinstance(node, list):
        return bool(node) and _is_value(schema, node[0], value)
    kind = node["type"] if isinstance(node, Mapping) else node
    if isinstance(kind, Mapping | list):
        return _is_value(schema, kind, value)
    if kind == "null":
        return value is None
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in _WHOLE:
        return type(value) is int and -_WHOLE[kind] <= value < _WHOLE[kind]
    if kind in ("float", "double"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind in ("string", "bytes", "fixed", "enum"):
        return isinstance(value, str)  # of an enum any: so Avro's parser has it
    if kind == "array":
        return isinstance(value, list) and all(_is_value(schema, node["items"], item) for item in value)
    if not isinstance(value, Mapping):
        return False
    if kind == "map":
        return all(_is_value(schema, node["values"], item) for item in value.values())
    return all(
        _is_value(schema, field["type"], value[field["name"]]) if field["name"] in value else "default" in field
        for field in node["fields"]
    )
