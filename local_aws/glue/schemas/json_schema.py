"""JSON Schema: whether a document is a schema of draft 4, 6 or 7, the drafts that AWS names.

A schema that names no draft is one if any of the three takes it (unverified).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from local_aws.glue.checks import unsupported

_DRAFTS = {f"http://json-schema.org/draft-0{number}/schema": number for number in (4, 6, 7)}


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
    import jsonschema

    kinds = {4: jsonschema.Draft4Validator, 6: jsonschema.Draft6Validator, 7: jsonschema.Draft7Validator}
    try:
        kinds[draft].check_schema(document, format_checker=kinds[draft].FORMAT_CHECKER)
    except jsonschema.SchemaError as error:
        return f"#{''.join(f'/{part}' for part in error.path)}: {error.message}"
    return ""


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
