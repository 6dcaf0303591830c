"""The types of json_query, json_value and json_exists."""

from __future__ import annotations

import json

from sqlglot import exp

from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.contexts import Context
from local_aws.athena.sql.analysis.failures import failure, mismatch
from local_aws.athena.sql.analysis.type_texts import UnknownTypeError, parse_type
from local_aws.athena.sql.analysis.types import ANY, BOOLEAN, VARCHAR, Type
from local_aws.athena.sql.json_paths import InvalidPathError, path_of

_INPUTS = ("varchar", "char", "varbinary", "json", "unknown", "any")


def json_call(context: Context, node: exp.Anonymous) -> Type:
    """A call that json_syntax.py read."""
    value, path, clauses, *defaults = node.expressions
    asked = json.loads(clauses.name)
    kind = context.type(value)
    if kind.base not in _INPUTS:
        raise mismatch(value, f"Cannot read input of type {kind} as JSON using formatting JSON")
    if asked["path"] is None:
        raise failure("SYNTAX_ERROR", path, "the path of a JSON function has to be a string literal")
    try:
        path_of(asked["path"])
    except InvalidPathError:
        raise failure("INVALID_PATH", path, f"'{asked['path']}' is not a valid JSON path") from None
    returned = _returned(node, asked)
    for default in defaults:
        given = context.type(default)
        if not coercion.can_coerce(given, returned) and ANY not in (given, returned):
            raise mismatch(default, f"Function {asked['name']} default must evaluate to a {returned} (actual: {given})")
    return returned


def _returned(node: exp.Anonymous, asked: dict[str, str]) -> Type:
    if asked["name"] == "json_exists":
        return BOOLEAN
    if not asked.get("returning"):
        return VARCHAR
    try:
        return parse_type(asked["returning"])
    except UnknownTypeError as error:
        raise mismatch(node, f"Unknown type: {error}") from None
