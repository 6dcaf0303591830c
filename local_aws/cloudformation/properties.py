"""The properties of the resource types as docs/fidelity.md shows them, from the registry's schemas in cfn-lint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.cloudformation.resource_type import ResourceType

_REGION = "us-east-1"
"""Whose schemas are read; they are the same elsewhere but for types that a region lacks."""


def lines(kinds: Mapping[str, ResourceType]) -> list[str]:
    """Markdown: for each type its properties that work, then a table of those that differ or are refused."""
    found: list[str] = []
    for name in sorted(kinds):
        kind = kinds[name]
        noted = {**kind.differs, **kind.refused}
        works = [path for path in leaf_paths(name) if not _under(path, noted)]
        found += ["", f"#### {name}", "", "Works: " + ", ".join(_dotted(path) for path in _grouped(works, name)) + "."]
        if noted:
            found += ["", "| property | |", "|---|---|"]
            found += [f"| {_dotted(path)} | differs: {how} |" for path, how in sorted(kind.differs.items())]
            found += [f"| {_dotted(path)} | refused: {why} |" for path, why in sorted(kind.refused.items())]
    return found


def leaf_paths(kind: str) -> list[str]:
    """Paths of all properties of a type that hold a value; a list's items stand for the list."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    schema: Any = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, kind).schema
    return sorted(set(_leaves(schema, schema, "", ())))


def _leaves(schema: Mapping[str, Any], node: Mapping[str, Any], path: str, seen: tuple[str, ...]) -> Iterator[str]:
    reference = node.get("$ref", "")
    if reference in seen:
        return
    if reference:
        node, seen = schema["definitions"][reference.rpartition("/")[2]], (*seen, reference)
    if "$ref" in (node.get("items") or {}):
        yield from _leaves(schema, node["items"], path, seen)
    elif node.get("properties"):
        for name, child in node["properties"].items():
            yield from _leaves(schema, child, f"{path}/{name}" if path else name, seen)
    else:
        yield path


def _under(path: str, noted: Mapping[str, str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in noted)


def _grouped(works: list[str], kind: str) -> list[str]:
    """A property whose parts all work stands for them."""
    everything, kept = leaf_paths(kind), list[str]()
    for path in works:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            head = "/".join(parts[:depth])
            if all(one in works for one in everything if _under(one, {head: ""})):
                kept += [head] if head not in kept else []
                break
    return kept


def _dotted(path: str) -> str:
    return path.replace("/", ".")
