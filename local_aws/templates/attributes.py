"""Which attributes Fn::GetAtt gives of a type's resources, by the registry's schema.

Of most types these are the read-only properties. cfn-lint lists the types of which all properties are, and single ones
of others; the lists are read from its source, since importing it takes seconds. A test compares all types with what
cfn-lint itself finds.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from local_aws.templates import registry

_LISTS = ("_all_property_types", "_exceptions")


@functools.lru_cache(maxsize=64)
def attributes(resource_type: str) -> Mapping[str, str]:
    """The attributes of a type: name, such as `Endpoint.Address` -> JSON pointer into the schema.

    Those whose names the template makes up (of nested stacks and custom resources) are not among them.
    """
    schema = registry.schema(resource_type)
    whole, single = _lists()
    if resource_type in whole:
        pointers = [
            pointer
            for name, node in schema.get("properties", {}).items()
            for pointer in _leaves(schema, node, f"/properties/{name}")
        ]
    else:
        pointers = [f"/properties/{name}" for name in single.get(resource_type, ())]
        pointers += schema.get("readOnlyProperties", ())
    return {".".join(pointer.split("/")[2:]): pointer for pointer in pointers if "*" not in pointer}


def _leaves(schema: Mapping[str, Any], node: Mapping[str, Any], path: str) -> Iterator[str]:
    """The properties within one that hold a text, a number or a list of these."""
    kinds = node.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if "object" in kinds:
        for name, child in node.get("properties", {}).items():
            yield from _leaves(schema, child, f"{path}/{name}")
    elif "array" in kinds:
        if node.get("items", {}).get("type") not in ("object", "array"):
            yield path
    elif reference := node.get("$ref"):
        yield from _leaves(schema, schema["definitions"][reference.rpartition("/")[2]], path)
    else:
        yield path


@functools.cache
def _lists() -> tuple[frozenset[str], Mapping[str, list[str]]]:
    found = find_spec("cfnlint")  # does not import it
    source = Path(str(found.origin)).parent / "schema" / "_getatts.py" if found else None
    tree = ast.parse(source.read_text(encoding="utf-8") if source else "")
    values = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in _LISTS
    }
    return frozenset(values[_LISTS[0]]), values[_LISTS[1]]
