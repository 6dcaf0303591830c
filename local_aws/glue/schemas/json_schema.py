"""JSON Schema: whether a document is a schema of draft 4, 6 or 7, the drafts that AWS names.

A schema that names no draft is one if any of the three takes it (unverified).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from local_aws.glue.errors import unsupported
from local_aws.glue.schemas.json_values import text_of

_DRAFTS = {f"http://json-schema.org/draft-0{number}/schema": number for number in (4, 6, 7)}

_SCHEMAS = frozenset(
    "additionalItems additionalProperties allOf anyOf contains else if items not oneOf propertyNames then".split()
)
_OF_SCHEMAS = frozenset("definitions dependencies patternProperties properties".split())
"""Keywords whose value is a schema or a list of such, and those that have some by name."""


def checked(document: Any) -> Any:
    """The schema itself.

    Raises:
        ValueError: it is none, or a reference leads to what is none; the text says why.
        GlueError: OperationNotSupportedException for a reference to another document.
    """
    named = str(document.get("$schema", "")).rstrip("#") if isinstance(document, Mapping) else ""
    if named and named not in _DRAFTS:
        raise ValueError(f"could not determine version: {named}")
    problems = [_problem(document, draft) for draft in ([_DRAFTS[named]] if named else [7, 6, 4])]
    if all(problems):
        raise ValueError(problems[0])
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
    """Why a document is no schema of a draft, or an empty text; what references lead to is looked at as well."""
    known: set[int] = set()
    reached: set[int] = set()
    waiting = [(document, "")]
    while waiting:
        schema, reference = waiting.pop()
        if id(schema) in reached:
            continue
        reached.add(id(schema))
        if id(schema) not in known:
            error = next(_validator(draft).iter_errors(schema), None)
            if error is not None:
                where = f"$ref {reference} leads to no schema: " if reference else ""
                return f"{where}#{''.join(f'/{part}' for part in error.path)}: {error.message}"
            known.update(id(each) for each in _every_inner(schema))
        if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
            waiting.append((target(document, schema["$ref"]), schema["$ref"]))
        else:
            waiting += [(each, "") for each in _inner(schema)]
    return ""


@functools.cache
def _validator(draft: int) -> Any:
    """What checks schemas of a draft; by jsonschema's own `uniqueItems` long lists of objects take too long."""
    import jsonschema

    kinds = {4: jsonschema.Draft4Validator, 6: jsonschema.Draft6Validator, 7: jsonschema.Draft7Validator}
    kind = kinds[draft]
    made = jsonschema.validators.extend(kind, {"uniqueItems": _unique})
    meta = {name: value for name, value in kind.META_SCHEMA.items() if name != "$schema"}  # by it the library's own
    return made(meta, format_checker=kind.FORMAT_CHECKER)


def _unique(_validator: Any, wanted: Any, value: Any, _schema: Any) -> Iterator[Any]:
    import jsonschema

    if wanted and isinstance(value, list) and len({text_of(each) for each in value}) < len(value):
        yield jsonschema.ValidationError(f"{value!r} has non-unique elements")


def _every_inner(schema: Any) -> Iterator[Any]:
    waiting = [schema]
    while waiting:
        found = list(_inner(waiting.pop()))
        yield from found
        waiting += found


def _inner(schema: Any) -> Iterator[Any]:
    """The schemas that stand in one as such, not in those."""
    if not isinstance(schema, Mapping):
        return
    for name, value in schema.items():
        if name in _OF_SCHEMAS and isinstance(value, Mapping):
            yield from (each for each in value.values() if not isinstance(each, list))
        elif name in _SCHEMAS:
            yield from value if isinstance(value, list) else [value]
