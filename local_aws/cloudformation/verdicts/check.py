"""The properties of a resource against the table of its type."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.cloudformation.verdicts.tables import TABLES
from local_aws.cloudformation.verdicts.verdict import Fate, entry_of, fate_of
from local_aws.templates.property_types import check_properties, tagging

_NOTHING: tuple[Any, ...] = (None, {}, [], "", False)
_UNKNOWN = "it is not simulated on the local AWS"


def check(resource_type: str, logical_id: str, properties: Mapping[str, Any]) -> None:
    """Refuse by name what the type's schema does not have, and what its table refuses or does not have.

    Args:
        resource_type: types without a table are passed over.
        logical_id: the resource's name in its template.
        properties: with all functions worked out.

    Raises:
        ValueError: the text is the resource's status reason.
    """
    if resource_type not in TABLES:
        return
    check_properties(resource_type, logical_id, properties, unknown=True)
    refuse(resource_type, properties)


def refuse(resource_type: str, properties: Mapping[str, Any]) -> None:
    """Refuse by name what the table of a type refuses or does not have.

    Raises:
        ValueError: the text is the resource's status reason.
    """
    table, fates = TABLES[resource_type], _fates(resource_type)
    for path, value in _leaves(properties, ""):
        if fate_of(fates, path) not in (None, Fate.REFUSED):
            continue
        entry = entry_of(fates, path)
        if str(value).lower() == table.default.get(entry, "false").lower():
            continue
        why = table.refused.get(entry, _UNKNOWN)
        raise ValueError(f"{resource_type} with {entry.replace('/', '.')} is not supported: {why}")


def noted(resource_type: str, properties: Mapping[str, Any]) -> str:
    """A sentence that names the properties which do nothing here and which no answer shows; empty without any."""
    fates = _fates(resource_type)
    found = {entry_of(fates, path) for path, _ in _leaves(properties, "") if fate_of(fates, path) is Fate.TEMPLATE_ONLY}
    names = ", ".join(sorted(path.replace("/", ".") for path in found))
    return f"Not acted upon by the local AWS: {names}" if names else ""


def keeps_tags(resource_type: str) -> bool:
    """Whether the tags of a type's resources are kept."""
    found = tagging(resource_type)
    return found is not None and fate_of(_fates(resource_type), found.name) in (Fate.WORKS, Fate.KEPT)


@functools.cache
def _fates(resource_type: str) -> dict[str, Fate]:
    table = TABLES.get(resource_type)
    return table.fates() if table else {}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Paths of all values that say something; a list's items stand for the list."""
    if value in _NOTHING:
        return
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{path}/{name}" if path else str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, path)
    else:
        yield path, value
